//! The values of OTLP's JSON: lists read item by item, attributes, ids, numbers.
//!
//! Nothing here grows with what a body nests or repeats: a list is handed on one item at a time,
//! and of a report's attributes only the first [`MOST_ATTRIBUTES`](super::MOST_ATTRIBUTES) are kept.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use domain::telemetry::{Attributes, Number, Value};
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::{MOST_ATTRIBUTES, Malformed};

/// Reads the body itself. Its syntax is checked here to the last byte; what is read of it later
/// can only be of a wrong type. A list is none of OTLP's messages, though `serde` would take one.
pub(super) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Malformed> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Malformed::Shape);
    }
    serde_json::from_slice(body).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> Malformed {
    let problem = match error.classify() {
        Category::Io | Category::Syntax => "not valid JSON",
        Category::Eof => "the JSON ends too early",
        Category::Data => return Malformed::Shape,
    };
    Malformed::Json { line: error.line(), column: error.column(), problem }
}

/// Hands on the items of a list that may be absent or `null`.
pub(super) fn each<'a, T, F>(list: Option<&'a RawValue>, take: F) -> Result<(), Malformed>
where
    T: Deserialize<'a>,
    F: FnMut(T) -> Result<(), Malformed>,
{
    let Some(list) = list else { return Ok(()) };
    let mut each = Each { take, failed: None, item: PhantomData };
    let read = serde_json::Deserializer::from_str(list.get()).deserialize_any(&mut each);
    match each.failed {
        Some(failed) => Err(failed),
        None => read.map_err(|error| malformed(&error)),
    }
}

struct Each<T, F> {
    take: F,
    failed: Option<Malformed>,
    item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), Malformed>> Visitor<'de> for &mut Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            if let Err(failed) = (self.take)(item) {
                self.failed = Some(failed);
                return Err(de::Error::custom("an item"));
            }
        }
        Ok(())
    }
}

/// A text, borrowed where it can be.
#[derive(Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// A body of a log record, where it is a text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextOnly<'a> {
    #[serde(borrow, default)]
    pub(super) string_value: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct KeyValue<'a> {
    #[serde(borrow, default)]
    key: Option<Text<'a>>,
    #[serde(borrow, default)]
    value: Option<AnyValue<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyValue<'a> {
    #[serde(borrow, default)]
    string_value: Option<Text<'a>>,
    #[serde(default)]
    bool_value: Option<bool>,
    #[serde(default)]
    int_value: Option<Whole<i64>>,
    #[serde(default)]
    double_value: Option<Real>,
}

impl<'a> AnyValue<'a> {
    fn value(self) -> Value<'a> {
        let text = self.string_value.map(|text| Value::Text(text.0));
        let whole = || self.int_value.map(|whole| Value::Number(Number::Whole(whole.0)));
        let real = || self.double_value.map(|real| Value::Number(Number::Real(real.0)));
        let flag = || self.bool_value.map(Value::Flag);
        text.or_else(whole).or_else(real).or_else(flag).unwrap_or(Value::Other)
    }
}

/// A list of attributes.
#[derive(Default)]
pub(super) struct Pairs<'a>(pub(super) Attributes<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of attributes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while pairs.len() < MOST_ATTRIBUTES {
            let Some(one) = items.next_element::<KeyValue<'de>>()? else { break };
            let key = one.key.map(|key| key.0).unwrap_or_default();
            pairs.push((key, one.value.map_or(Value::Other, AnyValue::value)));
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Pairs(Attributes(pairs)))
    }
}

/// The bytes of an id in hexadecimal; none of what is not one.
pub(super) fn id(text: Option<&Text<'_>>) -> Vec<u8> {
    let digits = text.map(|text| text.0.as_bytes()).filter(|digits| digits.len() <= 64).unwrap_or_default();
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pair = |pair: &[u8]| Some((value(pair.first()?)? << 4) | value(pair.get(1)?)?);
    digits.chunks(2).map(pair).collect::<Option<Vec<u8>>>().unwrap_or_default()
}

/// A 64-bit integer: a number, or a text of digits.
#[derive(Clone, Copy)]
pub(super) struct Whole<T>(pub(super) T);

/// A float: a number, or a text such as `NaN`.
#[derive(Clone, Copy)]
pub(super) struct Real(pub(super) f64);

impl<'de, T: FromStr> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Parsed(PhantomData::<T>)).map(Whole)
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Parsed(PhantomData::<f64>)).map(Real)
    }
}

/// Reads a number in whichever form it stands, by way of its digits: no conversion can round or
/// cut. JavaScript writes large integers as `1.7e18`; whole ones are meant as they are.
struct Parsed<T>(PhantomData<T>);

impl<T: FromStr> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|_| E::custom("not such a number"))
    }
}

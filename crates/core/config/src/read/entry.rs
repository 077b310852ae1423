//! One key with its value, and the ways to read it.

use std::borrow::Cow;
use std::time::Duration;

use domain::ids::{Kind, Name};
use domain::money::NanoUsd;
use domain::time::Timestamp;
use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use super::notes::{Notes, Place};
use super::quantity;
use super::section::{Section, type_name};
use crate::suggest;
use crate::words::{self, Word};

/// A value with the place it was read from.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A key and its value. Each reader reports what is wrong and then yields nothing.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) notes: &'a Notes,
    /// The key; for an element of a list, the key of the list.
    pub(crate) key: &'a str,
    /// Where the key stands.
    pub(crate) key_place: Place,
    /// Where the value stands.
    pub(crate) place: Place,
    /// The value itself.
    pub(super) value: &'a DeValue<'a>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(
        section: &Section<'a>,
        key: &'a Spanned<Cow<'a, str>>,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Self {
        let file = section.place.file;
        Self {
            notes: section.notes,
            key: key.get_ref(),
            key_place: Place::new(file, &key.span()),
            place: Place::new(file, &value.span()),
            value: value.get_ref(),
        }
    }

    /// Reports that the value is wrong.
    pub(crate) fn wrong(&self, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.notes.error(self.place, message, help);
    }

    /// Reports a wrong type. `expected` reads like "text"; `example` is a value.
    pub(super) fn wrong_type(&self, expected: &str, example: &str) {
        let found = type_name(self.value);
        self.wrong(
            format!("`{}` must be {expected}, not {found}", self.key),
            format!("write `{} = {example}`", self.key),
        );
    }

    /// The value as text, if that is its type. Reports nothing.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Text that says something.
    pub(crate) fn text(&self) -> Option<String> {
        let Some(text) = self.value.as_str() else {
            self.wrong_type("text", "\"…\"");
            return None;
        };
        if text.trim().is_empty() {
            self.wrong(
                format!("`{}` is empty", self.key),
                "write something, or leave the key out".to_owned(),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A name of a thing.
    pub(crate) fn name<K: Kind>(&self) -> Option<Name<K>> {
        let text = self.text()?;
        self.as_name(&text, self.place)
    }

    /// The key itself as the name of a thing.
    pub(crate) fn key_name<K: Kind>(&self) -> Option<Name<K>> {
        self.as_name(self.key, self.key_place)
    }

    fn as_name<K: Kind>(&self, text: &str, place: Place) -> Option<Name<K>> {
        match Name::new(text) {
            Ok(name) => Some(name),
            Err(_) => {
                let help =
                    "use 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first";
                self.notes.error(
                    place,
                    format!("{text:?} can't be the name of a {}", K::NOUN),
                    help.to_owned(),
                );
                None
            }
        }
    }

    /// The name of a thing that is declared somewhere else.
    pub(crate) fn refer<K: Kind>(&self) -> Option<Name<K>> {
        let name = self.name::<K>()?;
        self.notes.refer(&name, self.place);
        Some(name)
    }

    /// A list of names of things that are declared somewhere else, each once.
    pub(crate) fn refer_all<K: Kind>(&self) -> Vec<At<Name<K>>> {
        let mut names: Vec<At<Name<K>>> = Vec::new();
        for item in self.items() {
            let Some(value) = item.refer::<K>() else { continue };
            if names.iter().any(|name| name.value == value) {
                item.notes.warn(item.place, format!("`{value}` is listed twice in `{}`", self.key), None);
            } else {
                names.push(At { value, place: item.place });
            }
        }
        names
    }

    /// One word out of a few.
    pub(crate) fn word<W: Word>(&self) -> Option<W> {
        let text = self.text()?;
        if let Some(found) = W::ALL.iter().copied().find(|value| value.word() == text) {
            return Some(found);
        }
        let help = suggest::help(&text, words::list::<W>(), "use one of");
        self.wrong(format!("{text:?} is not {}", W::NOUN), help);
        None
    }

    /// A whole number from `least` on.
    pub(crate) fn count(&self, least: u64) -> Option<u64> {
        let DeValue::Integer(integer) = self.value else {
            let example =
                self.value.as_str().filter(|text| text.trim().parse::<u64>().is_ok()).unwrap_or("10");
            self.wrong_type("a whole number", example.trim());
            return None;
        };
        let found = whole(integer).filter(|count| *count >= least);
        if found.is_none() {
            self.wrong(format!("`{}` must be a whole number from {least} on", self.key), None);
        }
        found
    }

    /// A whole number from `least` on that fits 32 bits.
    pub(crate) fn small_count(&self, least: u32) -> Option<u32> {
        let count = self.count(u64::from(least))?;
        let fits = u32::try_from(count).ok();
        if fits.is_none() {
            self.wrong(format!("`{}` must be at most {}", self.key, u32::MAX), None);
        }
        fits
    }

    /// A share from 0 to 1.
    pub(crate) fn share(&self) -> Option<f64> {
        let found = match self.value {
            DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
            DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
            _ => {
                self.wrong_type("a number from 0 to 1", "0.9");
                return None;
            }
        };
        let share = found.filter(|share| (0.0..=1.0).contains(share));
        if share.is_none() {
            let help = "it is a share, not a percentage: write 0.9 for 90 %".to_owned();
            self.wrong(format!("`{}` must be from 0 to 1", self.key), help);
        }
        share
    }

    /// True or false.
    pub(crate) fn flag(&self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.wrong_type("true or false", "true");
        }
        flag
    }

    /// A number from 0 to `most`.
    pub(crate) fn decimal(&self, most: f64) -> Option<f64> {
        let found = match self.value {
            DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
            DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
            _ => {
                self.wrong_type("a number", "0.2");
                return None;
            }
        };
        let number = found.filter(|number| (0.0..=most).contains(number));
        if number.is_none() {
            self.wrong(format!("`{}` must be from 0 to {most}", self.key), None);
        }
        number
    }

    /// A word or a number as it is written.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self.value {
            DeValue::Integer(integer) => Some(integer.as_str().to_owned()),
            DeValue::Float(float) => Some(float.as_str().to_owned()),
            _ => self.text(),
        }
    }

    /// Any value, as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        json(self.value)
    }

    /// An amount of money that is not negative.
    pub(crate) fn money(&self) -> Option<NanoUsd> {
        let Some(text) = self.value.as_str() else {
            let number = match self.value {
                DeValue::Integer(integer) => integer.as_str(),
                DeValue::Float(float) => float.as_str(),
                _ => "400",
            };
            self.wrong_type("an amount with its currency", &format!("\"{number} USD\""));
            return None;
        };
        match NanoUsd::parse_usd(text) {
            Ok(amount) if amount >= NanoUsd::ZERO => Some(amount),
            Ok(_) => {
                self.wrong(format!("`{}` is negative", self.key), None);
                None
            }
            Err(error) => {
                let help = format!("write an amount in US dollars, such as `{} = \"400 USD\"`", self.key);
                self.wrong(format!("{text:?} is not an amount: {error}"), help);
                None
            }
        }
    }

    /// A duration longer than none.
    pub(crate) fn duration(&self) -> Option<Duration> {
        let Some(text) = self.value.as_str() else {
            let example = match self.value {
                DeValue::Integer(integer) => format!("\"{}s\"", integer.as_str()),
                _ => "\"30s\"".to_owned(),
            };
            self.wrong_type("a duration with its unit", &example);
            return None;
        };
        let found = quantity::duration(text).filter(|duration| !duration.is_zero());
        if found.is_none() {
            let help =
                "write a whole number above 0 and a unit: \"500ms\", \"5s\", \"2m\" or \"1h\"".to_owned();
            self.wrong(format!("{text:?} is not a duration"), help);
        }
        found
    }

    /// A number of bytes above 0.
    pub(crate) fn size(&self) -> Option<u64> {
        let Some(text) = self.value.as_str() else {
            self.wrong_type("a size with its unit", "\"32 MB\"");
            return None;
        };
        let found = quantity::size(text).filter(|bytes| *bytes > 0);
        if found.is_none() {
            let help = "write a whole number above 0 and a unit: \"512 KB\", \"32 MB\" or \"1 GB\" (or KiB, MiB, GiB)"
                .to_owned();
            self.wrong(format!("{text:?} is not a size"), help);
        }
        found
    }

    /// A date or time; `2026-11-01` with or without quotes.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let text = match self.value {
            DeValue::Datetime(datetime) => datetime.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => {
                self.wrong_type("a date", "\"2026-11-01\"");
                return None;
            }
        };
        let found = Timestamp::parse(text.trim());
        if found.is_none() {
            let help =
                "write a date such as \"2026-11-01\", or a time such as \"2026-11-01T09:00:00Z\"".to_owned();
            self.wrong(format!("{text:?} is not a date"), help);
        }
        found
    }
}

fn json(value: &DeValue<'_>) -> serde_json::Value {
    let number = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| text.into());
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(integer) => number(integer.as_str()),
        DeValue::Float(float) => number(float.as_str()),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(list) => list.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let members = table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())));
            serde_json::Value::Object(members.collect())
        }
    }
}

fn whole(integer: &DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

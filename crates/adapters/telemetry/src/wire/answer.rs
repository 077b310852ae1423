//! What a collector says it did not take: `partial_success`.
//!
//! Both encodings, and both kinds of telemetry: what was rejected is field 1, why is field 2. An
//! answer that can't be read rejected nothing: a 200 means that the request was taken.

use serde_json::Value;

use crate::settings::Protocol;

/// Longest message that is repeated in the log.
const LONGEST: usize = 300;

/// What was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rejected {
    /// How many spans or points.
    pub(crate) count: u64,
    /// Why, in the collector's words.
    pub(crate) why: String,
}

/// What an answer says was not taken; `None` where everything was.
pub(crate) fn rejected(body: &[u8], protocol: Protocol) -> Option<Rejected> {
    let (count, why) = match protocol {
        Protocol::Protobuf => of_proto(body)?,
        Protocol::Json => of_json(body)?,
    };
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let why: String = why.chars().take(LONGEST).map(plain).collect();
    (count > 0 || !why.is_empty()).then_some(Rejected { count, why })
}

fn of_json(body: &[u8]) -> Option<(u64, String)> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let partial = body.get("partialSuccess")?;
    let count = ["rejectedSpans", "rejectedDataPoints"].iter().find_map(|name| {
        let said = partial.get(*name)?;
        said.as_u64().or_else(|| said.as_str()?.parse().ok())
    });
    let why = partial.get("errorMessage").and_then(Value::as_str).unwrap_or_default();
    Some((count.unwrap_or(0), why.to_owned()))
}

fn of_proto(body: &[u8]) -> Option<(u64, String)> {
    let (mut count, mut why) = (0, String::new());
    let mut outer = Reader(body);
    while let Some((number, field)) = outer.field() {
        let (1, Field::Bytes(partial)) = (number, field) else { continue };
        let mut inner = Reader(partial);
        while let Some((number, field)) = inner.field() {
            match (number, field) {
                (1, Field::Number(number)) => count = number,
                (2, Field::Bytes(text)) => why = String::from_utf8_lossy(text).into_owned(),
                _ => {}
            }
        }
    }
    Some((count, why))
}

/// A position in a protobuf message.
struct Reader<'a>(&'a [u8]);

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Reader<'a> {
    /// The next field; `None` at the end, and where it can't be read.
    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let tag = self.varint()?;
        let field = match tag & 7 {
            0 => Field::Number(self.varint()?),
            1 => self.take(8).map(|_| Field::Other)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Field::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Field::Other)?,
            _ => return None,
        };
        Some((tag >> 3, field))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

//! One event, read from its block.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// The `event` field.
    pub name: Option<&'a str>,
    /// The `data` lines, joined by newlines. Borrowed where there is one, which is nearly always.
    pub data: Cow<'a, [u8]>,
    /// Every byte of the block, the blank line too.
    pub raw: &'a [u8],
}

impl<'a> Event<'a> {
    /// Reads a block, also one with a byte order mark before it. `None` where it has no data.
    #[must_use]
    pub fn of(block: &'a [u8]) -> Option<Self> {
        let text = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
        Self::read(text).map(|event| Self { raw: block, ..event })
    }

    /// What stands before the data and behind it. Data of several lines is put on one.
    #[must_use]
    pub fn around_data(&self) -> (Vec<u8>, &'a [u8]) {
        let offset = match &self.data {
            Cow::Borrowed(data) => data.as_ptr().addr().checked_sub(self.raw.as_ptr().addr()),
            Cow::Owned(_) => None,
        };
        if let Some(offset) = offset
            && let (Some(head), Some(tail)) =
                (self.raw.get(..offset), self.raw.get(offset + self.data.len()..))
        {
            return (head.to_vec(), tail);
        }
        let name = self.name.map(|name| format!("event: {name}\n")).unwrap_or_default();
        (format!("{name}data: ").into_bytes(), b"\n\n")
    }

    /// Reads a block. `None` where it has no data: comments, keep-alives, blank lines.
    pub(super) fn read(raw: &'a [u8]) -> Option<Self> {
        let mut name = None;
        let mut data: Option<Cow<'a, [u8]>> = None;
        let mut rest = raw;
        while !rest.is_empty() {
            let end = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let (line, tail) = rest.split_at(end);
            rest = tail.get(1..).unwrap_or_default();
            match field(line) {
                (b"data", value) => data = Some(join(data, value)),
                (b"event", value) => name = std::str::from_utf8(value).ok(),
                _ => {}
            }
        }
        let data = data.or_else(|| bare(raw).map(Cow::Borrowed));
        data.filter(|data| !data.is_empty()).map(|data| Self { name, data, raw })
    }
}

/// A block that is JSON and no event: Google puts an error into a stream that way.
fn bare(raw: &[u8]) -> Option<&[u8]> {
    let text = raw.trim_ascii();
    (text.starts_with(b"{") && text.ends_with(b"}")).then_some(text)
}

fn field(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr(b':', line) {
        None => (line, &[]),
        Some(colon) => {
            let value = &line[colon + 1..];
            (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
        }
    }
}

fn join<'a>(data: Option<Cow<'a, [u8]>>, value: &'a [u8]) -> Cow<'a, [u8]> {
    match data {
        None => Cow::Borrowed(value),
        Some(before) => {
            let mut joined = before.into_owned();
            joined.push(b'\n');
            joined.extend_from_slice(value);
            Cow::Owned(joined)
        }
    }
}

//! One record as a line: `crc32 kind+id json`, the checksum over everything after it.

use serde::Serialize;

/// What a record is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A call has begun.
    Opened,
    /// A call that has begun turned to another target.
    Reopened,
    /// A call has ended.
    Fact,
    /// Clients reported something.
    Telemetry,
}

impl Kind {
    const fn byte(self) -> u8 {
        match self {
            Self::Opened => b'o',
            Self::Reopened => b'r',
            Self::Fact => b'f',
            Self::Telemetry => b't',
        }
    }

    const fn of(byte: u8) -> Option<Self> {
        match byte {
            b'o' => Some(Self::Opened),
            b'r' => Some(Self::Reopened),
            b'f' => Some(Self::Fact),
            b't' => Some(Self::Telemetry),
            _ => None,
        }
    }
}

/// A line of the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line<'a> {
    /// An intact record.
    Record { kind: Kind, id: [u8; 16], json: &'a str },
    /// Something else: its checksum or form is wrong.
    Corrupt,
}

/// Eight digits of checksum and a space.
const CHECKSUM: usize = 9;
/// A letter, thirty-two digits and a space.
const HEAD: usize = 34;

/// Writes a record as a line.
pub(crate) fn encode<T: Serialize>(
    kind: Kind,
    id: [u8; 16],
    record: &T,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut line = Vec::with_capacity(1536);
    line.extend_from_slice(&[b' '; CHECKSUM]);
    line.push(kind.byte());
    let mut digits = [0; 32];
    put_hex(&id, &mut digits);
    line.extend_from_slice(&digits);
    line.push(b' ');
    serde_json::to_writer(&mut line, record)?;
    let mut checksum = [0; 8];
    put_hex(&crc32fast::hash(&line[CHECKSUM..]).to_be_bytes(), &mut checksum);
    line[..8].copy_from_slice(&checksum);
    line.push(b'\n');
    Ok(line)
}

/// The lines of a stretch of journal, which ends at the end of a line.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Line<'_>)> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| (line, decode(line)))
}

fn decode(line: &[u8]) -> Line<'_> {
    read(line).unwrap_or(Line::Corrupt)
}

fn read(line: &[u8]) -> Option<Line<'_>> {
    let (checksum, rest) = line.split_at_checked(CHECKSUM)?;
    let stated: [u8; 4] = take_hex(checksum.get(..8)?)?;
    if checksum[8] != b' ' || u32::from_be_bytes(stated) != crc32fast::hash(rest) {
        return None;
    }
    let (head, json) = rest.split_at_checked(HEAD)?;
    let kind = Kind::of(head[0])?;
    let id = take_hex(&head[1..33])?;
    Some(Line::Record { kind, id, json: std::str::from_utf8(json).ok()? })
}

fn put_hex(bytes: &[u8], digits: &mut [u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

fn take_hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if digits.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (value(pair[0])? << 4) | value(pair[1])?;
    }
    Some(bytes)
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(seed: u8) -> [u8; 16] {
        [seed; 16]
    }

    #[test]
    fn a_record_reads_back() {
        let line = encode(Kind::Fact, id(7), &"two\nlines").unwrap();
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        let read: Vec<_> = lines(&line).map(|(_, line)| line).collect();
        assert_eq!(read, [Line::Record { kind: Kind::Fact, id: id(7), json: "\"two\\nlines\"" }]);
    }

    proptest! {
        #[test]
        fn one_changed_byte_is_noticed_and_costs_that_record_only(text in ".{0,40}", at in 0_usize..200, change in 1_u8..=255) {
            let [before, mut middle, after] = [1, 2, 3].map(|seed| encode(Kind::Opened, id(seed), &text).unwrap());
            let at = at % (middle.len() - 1);
            middle[at] ^= change;
            let all = [before, middle, after].concat();
            let read: Vec<_> = lines(&all).map(|(_, line)| line).collect();
            let intact = |seed| read.iter().any(|line| matches!(line, Line::Record { id: found, .. } if *found == id(seed)));
            prop_assert!(intact(1) && intact(3));
            prop_assert!(!intact(2), "{:?}", read);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            lines(&bytes).for_each(drop);
        }
    }
}

//! A stretch of text under examination, which may not be all there yet.
//!
//! Recognisers read forward with [`Window::at`]. Where the text ends and more may come, it says
//! [`More`], and the question mark carries that out of the recogniser: whatever a recogniser
//! decides, it has decided on bytes that no later fragment can change. That is why any split of
//! a text gives the same result as the whole. Backward it may read [`LEFT`] bytes, which are kept
//! also after they have passed on.

/// How far behind a position a recogniser may look, in bytes.
pub(crate) const LEFT: usize = 64;
/// How far ahead of a position a recogniser may look, in bytes: what a stream holds back at most.
pub(crate) const AHEAD: usize = 1_200;

/// The text ends before the question can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct More;

/// Whether more text may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It may.
    Open,
    /// This is all.
    Closed,
}

/// A stretch of text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window<'a> {
    bytes: &'a [u8],
    ending: Ending,
}

/// What bytes a word is made of, as bits.
pub(crate) mod class {
    pub(crate) const LOWER: u8 = 1;
    pub(crate) const UPPER: u8 = 2;
    pub(crate) const DIGIT: u8 = 4;
    pub(crate) const UNDER: u8 = 8;
    /// Any of the above.
    pub(crate) const WORD: u8 = 15;
    /// A byte at which something other than a word may begin.
    pub(crate) const SPECIAL: u8 = 16;
    /// Part of a character beyond ASCII.
    pub(crate) const WIDE: u8 = 32;
}

/// The class of every byte.
pub(crate) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte {
            0x61..=0x7a => class::LOWER,
            0x41..=0x5a => class::UPPER,
            0x30..=0x39 => class::DIGIT,
            0x5f => class::UNDER,
            0x2b | 0x28 | 0x3a | 0x2d | 0x25 => class::SPECIAL, // + ( : - %
            0x80..=0xff => class::WIDE,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// The class of a byte.
pub(crate) fn class_of(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

/// Whether a byte belongs to an ASCII word: letter, digit or underscore.
pub(crate) fn is_word(byte: u8) -> bool {
    class_of(byte) & class::WORD != 0
}

/// An ASCII word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The classes of its bytes.
    pub(crate) has: u8,
    /// The byte behind it; `None` at the end of the text.
    pub(crate) next: Option<u8>,
}

impl Word {
    pub(crate) const fn len(self) -> usize {
        self.end - self.start
    }

    pub(crate) const fn has(self, class: u8) -> bool {
        self.has & class != 0
    }
}

impl<'a> Window<'a> {
    pub(crate) const fn new(bytes: &'a [u8], ending: Ending) -> Self {
        Self { bytes, ending }
    }

    /// A text of which nothing is missing.
    pub(crate) const fn closed(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Ending::Closed)
    }

    pub(crate) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The byte at `index`; `None` behind the end of the text.
    pub(crate) fn at(&self, index: usize) -> Result<Option<u8>, More> {
        match (self.bytes.get(index), self.ending) {
            (Some(byte), _) => Ok(Some(*byte)),
            (None, Ending::Closed) => Ok(None),
            (None, Ending::Open) => Err(More),
        }
    }

    /// The byte before `index`.
    pub(crate) fn before(&self, index: usize) -> Option<u8> {
        index.checked_sub(1).and_then(|index| self.bytes.get(index)).copied()
    }

    /// The bytes of a range that was read before.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The bytes from `index` that are there already.
    pub(crate) fn rest(&self, index: usize) -> &'a [u8] {
        self.bytes.get(index..).unwrap_or_default()
    }

    /// Up to [`LEFT`] bytes before `index`.
    pub(crate) fn left(&self, index: usize) -> &'a [u8] {
        self.slice(index.saturating_sub(LEFT), index)
    }

    /// The word that begins at `start`; at most [`AHEAD`] bytes of it.
    pub(crate) fn word(&self, start: usize) -> Result<Word, More> {
        let (mut end, mut has) = (start, 0);
        for byte in self.rest(start).iter().take(AHEAD) {
            let class = class_of(*byte);
            if class & class::WORD == 0 {
                return Ok(Word { start, end, has, next: Some(*byte) });
            }
            has |= class;
            end += 1;
        }
        let next = if end - start == AHEAD { self.bytes.get(end).copied() } else { self.at(end)? };
        Ok(Word { start, end, has, next })
    }

    /// Where the run of bytes that `belongs` accepts ends; at most `most` bytes from `start`.
    pub(crate) fn run(&self, start: usize, most: usize, belongs: impl Fn(u8) -> bool) -> Result<usize, More> {
        let mut end = start;
        while end - start < most && self.at(end)?.is_some_and(&belongs) {
            end += 1;
        }
        Ok(end)
    }

    /// Whether the text goes on with `word` at `start`.
    pub(crate) fn starts_with(&self, start: usize, word: &[u8]) -> Result<bool, More> {
        for (offset, byte) in word.iter().enumerate() {
            if self.at(start + offset)? != Some(*byte) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no word goes on at `end`.
    pub(crate) fn ends(&self, end: usize) -> Result<bool, More> {
        Ok(!self.at(end)?.is_some_and(is_word))
    }

    /// Whether one of `words`, in lower case, stands as a word within [`LEFT`] bytes before `index`.
    pub(crate) fn says(&self, index: usize, words: &[&str]) -> bool {
        self.says_within(index, LEFT, words)
    }

    /// The same within `reach` bytes.
    pub(crate) fn says_within(&self, index: usize, reach: usize, words: &[&str]) -> bool {
        let left = self.left(index);
        let left = &left[left.len().saturating_sub(reach)..];
        let mut lower = [0_u8; LEFT];
        for (to, from) in lower.iter_mut().zip(left) {
            *to = from.to_ascii_lowercase();
        }
        let lower = &lower[..left.len()];
        let letter = |at: usize| lower.get(at).is_some_and(u8::is_ascii_alphabetic);
        let cut = self.before(index - left.len()).is_some_and(|byte| byte.is_ascii_alphabetic());
        let begins = |at: &usize| if *at == 0 { !cut } else { !letter(at - 1) };
        (0..lower.len()).filter(begins).any(|at| {
            let rest = &lower[at..];
            words.iter().any(|word| {
                let word = word.as_bytes();
                word.first() == rest.first() && rest.starts_with(word) && !letter(at + word.len())
            })
        })
    }
}

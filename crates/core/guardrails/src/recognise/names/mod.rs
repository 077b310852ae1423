//! What is known of names: given names, family names, titles, and capitalised words that are none.
//!
//! The lists are this project's own: common names of many languages, written down by hand, in the
//! spelling of the Latin script. They are a start and not a register; the rules in
//! `recognise::person` do the rest.

mod family;
mod given;
mod stop;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A hasher for lists that nobody but this crate fills: multiply and turn, as Firefox does (FxHash).
#[derive(Default)]
pub(crate) struct Turn(u64);

impl Turn {
    const fn take(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Turn {
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((eight, behind)) = rest.split_first_chunk() {
            self.take(u64::from_le_bytes(*eight));
            rest = behind;
        }
        if !rest.is_empty() {
            self.take(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.take(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Map<V> = HashMap<&'static [u8], V, BuildHasherDefault<Turn>>;
type Set = HashSet<&'static [u8], BuildHasherDefault<Turn>>;

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Known(u8);

impl Known {
    const GIVEN: Self = Self(1);
    const DOUBTFUL: Self = Self(2);
    const FAMILY: Self = Self(4);
    const STOP: Self = Self(8);
    const TITLE: Self = Self(16);

    const fn is(self, what: Self) -> bool {
        self.0 & what.0 != 0
    }

    /// Whether it is a given name and hardly ever anything else.
    pub(crate) const fn is_clearly_given(self) -> bool {
        self.is(Self::GIVEN) && !self.is(Self::DOUBTFUL)
    }

    /// Whether it may be a given name; it may also be a word, a month, a place or a brand.
    pub(crate) const fn is_given(self) -> bool {
        self.is(Self::GIVEN) || self.is(Self::DOUBTFUL)
    }

    /// Whether it is a family name.
    pub(crate) const fn is_family(self) -> bool {
        self.is(Self::FAMILY)
    }

    /// Whether it is usually no part of a name although it is capitalised.
    pub(crate) const fn is_stop(self) -> bool {
        self.is(Self::STOP)
    }

    /// Whether it stands before names.
    pub(crate) const fn is_title(self) -> bool {
        self.is(Self::TITLE)
    }
}

/// The lists, ready for looking up.
#[derive(Debug)]
pub(crate) struct Names {
    words: Map<Known>,
    hints: Set,
}

const TITLES: &str = "Mr Mrs Ms Miss Mx Dr Prof Professor Doctor Sir Madam Lady Lord Rev Herr Frau Hr Fr Monsieur Madame Mme Mlle \
                      Señor Señora Sr Sra Srta Signor Signora Sig Don Doña Senhor Senhora Dhr Mevr";

impl Names {
    pub(crate) fn new() -> Self {
        let lists = [
            (given::CERTAIN, Known::GIVEN),
            (given::DOUBTFUL, Known::DOUBTFUL),
            (family::NAMES, Known::FAMILY),
            (stop::WORDS, Known::STOP),
            (TITLES, Known::TITLE),
        ];
        let mut words = Map::default();
        for (list, known) in lists {
            for word in list.split_whitespace() {
                words.entry(word.as_bytes()).or_insert(Known::default()).0 |= known.0;
            }
        }
        Self { words, hints: super::person::hints().map(str::as_bytes).collect() }
    }

    /// What is known of `word`: itself, or as it is written when it is not in capitals; of a
    /// double name what is known of its first half, and whether the second is a family name.
    pub(crate) fn know(&self, word: &[u8]) -> Known {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        if word.get(1).is_some_and(|byte| !byte.is_ascii_lowercase())
            && let Some(known) = calm(word).and_then(|word| self.words.get(word.as_bytes()))
        {
            return *known;
        }
        match word.iter().position(|byte| *byte == b'-') {
            Some(cut) => Known(self.know(&word[..cut]).0 | self.know(&word[cut + 1..]).0 & Known::FAMILY.0),
            None => Known::default(),
        }
    }

    /// Whether `word`, in any case, may be the last of those that announce a name.
    pub(crate) fn is_hint(&self, word: &[u8]) -> bool {
        let mut lower = [0_u8; 16];
        let Some(lower) = lower.get_mut(..word.len()) else { return false };
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        self.hints.contains(&*lower)
    }
}

/// `MARIA` as `Maria`; nothing where the word is not in capitals throughout.
fn calm(word: &[u8]) -> Option<String> {
    let word = std::str::from_utf8(word).ok()?;
    let mut letters = word.chars();
    let first = letters.next()?;
    let shouted = letters.clone().next().is_some() && letters.clone().all(char::is_uppercase);
    shouted.then(|| std::iter::once(first).chain(letters.flat_map(char::to_lowercase)).collect())
}

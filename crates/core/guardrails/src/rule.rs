//! Rules of the workspace: a name, a pattern, and what is done with a match.
//!
//! A pattern is compiled once into a table (a dense DFA), so that matching takes the same few
//! steps per byte whatever the pattern, and it can be asked whether a match may still be under
//! way. Letters, digits and word borders are those of ASCII: a Unicode word border is a hundred
//! times slower on texts with one accented word. A match is at most [`LONGEST`] bytes long; a
//! longer run is several matches.

use std::sync::Arc;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Look;

use crate::kind::Action;
use crate::window::{AHEAD, More, Window};

/// The longest match of a rule, in bytes.
pub(crate) const LONGEST: usize = AHEAD - 100;
/// Room for the table of one rule, in bytes.
const TABLE: usize = 1 << 20;

/// A rule, compiled.
#[derive(Clone)]
pub struct Rule {
    pub(crate) name: Arc<str>,
    pub(crate) action: Option<Action>,
    pattern: String,
    dfa: Arc<dense::DFA<Vec<u32>>>,
    /// The bytes that a match may begin with.
    first: [bool; 256],
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule")
            .field("name", &self.name)
            .field("pattern", &self.pattern)
            .finish_non_exhaustive()
    }
}

/// Why a pattern can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// It is no regular expression.
    #[error("not a pattern: {0}")]
    Syntax(String),
    /// It matches nothing, or the empty text.
    #[error("the pattern matches an empty text, and so everything")]
    Empty,
    /// It asks for Unicode word borders.
    #[error("the pattern asks for Unicode word borders; write \\b, which is a border of ASCII words here")]
    UnicodeBorder,
    /// Its table is too large.
    #[error("the pattern is too large when compiled; use smaller repetitions")]
    TooLarge,
}

impl Rule {
    /// Compiles a rule. Without an action of its own it does what the direction says.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn new(name: &str, pattern: &str, action: Option<Action>) -> Result<Self, BadRule> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).nest_limit(50).build();
        let hir = parser.parse(pattern).map_err(|error| BadRule::Syntax(first_line(&error.to_string())))?;
        let properties = hir.properties();
        if properties.minimum_len().unwrap_or(0) == 0 {
            return Err(BadRule::Empty);
        }
        let borders =
            [Look::WordUnicode, Look::WordUnicodeNegate, Look::WordStartUnicode, Look::WordEndUnicode];
        if borders.iter().any(|border| properties.look_set().contains(*border)) {
            return Err(BadRule::UnicodeBorder);
        }
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .dfa_size_limit(Some(TABLE))
            .determinize_size_limit(Some(4 * TABLE));
        let dfa = dense::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().unicode(false).utf8(false).nest_limit(50))
            .build(pattern)
            .map_err(|_| BadRule::TooLarge)?;
        let first = first_bytes(&dfa);
        Ok(Self { name: name.into(), action, pattern: pattern.to_owned(), dfa: Arc::new(dfa), first })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The first match that begins at or behind `from`; `Err` with the place where one may be
    /// under way.
    pub(crate) fn next(&self, w: &Window<'_>, from: usize) -> Result<Option<(usize, usize)>, usize> {
        for (offset, byte) in w.rest(from).iter().enumerate() {
            if !self.first[usize::from(*byte)] {
                continue;
            }
            let start = from + offset;
            match self.at(w, start) {
                Ok(None) => {}
                Ok(Some(end)) => return Ok(Some((start, end))),
                Err(More) => return Err(start),
            }
        }
        Ok(None)
    }

    /// Where the match that begins at `start` ends.
    fn at(&self, w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
        let text = w.rest(0);
        if is_continuation(text, start) {
            return Ok(None);
        }
        let input = Input::new(text).span(start..text.len()).anchored(Anchored::Yes);
        let Ok(mut state) = self.dfa.start_state_forward(&input) else { return Ok(None) };
        let mut found = None;
        for at in start..start + LONGEST {
            state = match w.at(at)? {
                Some(byte) => self.dfa.next_state(state, byte),
                None => self.dfa.next_eoi_state(state),
            };
            if self.dfa.is_match_state(state) {
                found = Some(at);
            }
            if self.dfa.is_dead_state(state) || self.dfa.is_quit_state(state) || at >= text.len() {
                break;
            }
        }
        found.filter(|end| *end > start).map(|end| whole_character(w, end)).transpose()
    }
}

/// The bytes that a match may begin with, whatever stands before it.
fn first_bytes(dfa: &dense::DFA<Vec<u32>>) -> [bool; 256] {
    let mut first = [false; 256];
    for byte in 0..=u8::MAX {
        for before in [None, Some(b'a'), Some(b' '), Some(b'\n'), Some(b'\r')] {
            let text = [before.unwrap_or_default(), byte];
            let text = if before.is_some() { &text[..] } else { &text[1..] };
            let input = Input::new(text).span(text.len() - 1..text.len()).anchored(Anchored::Yes);
            let alive = dfa
                .start_state_forward(&input)
                .is_ok_and(|state| !dfa.is_dead_state(dfa.next_state(state, byte)));
            first[usize::from(byte)] |= alive;
        }
    }
    first
}

fn first_line(error: &str) -> String {
    error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

fn is_continuation(text: &[u8], index: usize) -> bool {
    text.get(index).is_some_and(|byte| byte & 0xc0 == 0x80)
}

/// The end of the character that a match ends in.
fn whole_character(w: &Window<'_>, end: usize) -> Result<usize, More> {
    let inside = w.rest(end).iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
    Ok(end + inside)
}

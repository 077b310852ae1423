//! One pass over a text: at each place where something may begin, the recognisers in order.
//!
//! Nearly every word of a text is small letters and a space, and is passed over after one look at
//! each byte; only what has a capital, a digit or a telling sign is looked at more closely.

use std::sync::Arc;

use crate::encoded::{self, PIECE};
use crate::kind::{Action, Kind, Kinds, What};
use crate::recognise::names::Names;
use crate::recognise::secret::{private_key, provider::Forms};
use crate::recognise::{Span, Tail, ip, phone};
use crate::rule::Rule;
use crate::starts::{is_capital_word, next_start, wide_capital};
use crate::vault::Vault;
use crate::window::{More, Window, Word, class, class_of, is_word};

/// What is looked for, compiled.
pub struct Scanner {
    pub(crate) kinds: Kinds,
    rules: Vec<Rule>,
    pub(crate) names: Option<Names>,
    pub(crate) forms: Forms,
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scanner")
            .field("kinds", &self.kinds)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new(Kinds::NONE, Vec::new())
    }
}

/// What was found where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    Kind(Kind),
    /// The rule at this place of the list.
    Rule(usize),
    /// A pseudonym that is to be restored.
    Pseudonym,
}

/// A hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Where the recogniser began to read: the order of hits.
    pub(crate) at: usize,
    /// Where what decided on it begins.
    pub(crate) origin: usize,
    pub(crate) span: Span,
    pub(crate) finding: Finding,
}

impl Hit {
    /// Whether the span is all of the value.
    pub(crate) fn is_whole(&self) -> bool {
        self.span.tail == Tail::None
    }
}

/// What comes next in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next {
    Hit(Hit),
    /// Up to here there is nothing, and from here on something may be under way.
    Held(usize),
    /// There is nothing in all of it.
    Clear,
}

impl Next {
    /// Where it comes.
    pub(crate) const fn at(&self) -> usize {
        match self {
            Self::Hit(hit) => hit.at,
            Self::Held(at) => *at,
            Self::Clear => usize::MAX,
        }
    }
}

/// How a text is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) vault: Option<&'a Vault>,
    /// Whether what is encoded is decoded.
    pub(crate) layer: Layer,
}

/// Whether a text stands for itself or came out of an encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    Outer,
    Inner,
}

/// What is remembered from one step to the next.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    /// Where it began, and where its next piece does.
    pub(crate) pieces: Option<(usize, usize)>,
    /// Where a pseudonym ended that was restored: another may follow within the word.
    pub(crate) behind: Option<usize>,
    /// Where the URL-encoded run began that was looked at last, and how far that went: nothing is
    /// decoded twice, and what follows in the same run is decoded from there.
    pub(crate) unescaped: Option<(usize, usize)>,
}

impl Run {
    /// What is left of it where a rule took what stands before `from`.
    pub(crate) fn behind_rule(self, from: usize) -> Self {
        let after = |run: &(usize, usize)| run.0 >= from;
        Self { pieces: self.pieces.filter(after), unescaped: self.unescaped.filter(after), ..self }
    }
}

impl Scanner {
    /// Compiles what is needed for `kinds` and `rules`.
    #[must_use]
    pub fn new(kinds: Kinds, rules: Vec<Rule>) -> Self {
        let names = kinds.has(Kind::Person).then(Names::new);
        Self { kinds, rules, names, forms: Forms::new() }
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn what(&self, hit: &Hit) -> What {
        match hit.finding {
            Finding::Kind(kind) => What::Kind(kind),
            Finding::Rule(index) => {
                What::Rule(self.rules.get(index).map_or_else(|| Arc::from(""), |r| Arc::clone(&r.name)))
            }
            Finding::Pseudonym => What::Rule(Arc::from("pseudonym")),
        }
    }

    /// What the rule that made a hit does with it.
    pub(crate) fn action(&self, hit: &Hit) -> Option<Action> {
        match hit.finding {
            Finding::Rule(index) => self.rules.get(index)?.action,
            Finding::Kind(_) | Finding::Pseudonym => None,
        }
    }

    /// The next built-in hit at or behind `from`.
    pub(crate) fn next(&self, w: &Window<'_>, from: usize, look: Look<'_>, run: &mut Run) -> Next {
        if self.kinds.is_empty() && look.vault.is_none() {
            return Next::Clear;
        }
        let mut at = from;
        loop {
            let due = run.pieces.map(|(_, next)| next).filter(|next| *next >= at);
            let in_word = run.behind == Some(at) && w.rest(at).first().copied().is_some_and(is_word);
            let until = due.unwrap_or(w.len());
            let begin = if in_word { Some(at) } else { next_start(w, at, until) };
            let (start, continues) = match (begin, due) {
                (begin, Some(due)) if begin.is_none_or(|begin| due <= begin) && due < w.len() => (due, true),
                (Some(begin), _) => (begin, false),
                (None, _) => return Next::Clear,
            };
            let tried = if continues { self.piece(w, start, run) } else { self.begin(w, start, look, run) };
            match tried {
                Ok(Ok(hit)) => return Next::Hit(hit),
                Ok(Err(next)) => at = next,
                Err(More) => return Next::Held(start),
            }
        }
    }

    /// What begins at `start`: a hit, or where to go on.
    fn begin(
        &self,
        w: &Window<'_>,
        start: usize,
        look: Look<'_>,
        run: &mut Run,
    ) -> Result<Result<Hit, usize>, More> {
        let Some(byte) = w.at(start)? else { return Ok(Err(start + 1)) };
        let hit = |finding, span| Hit { at: start, origin: start, span, finding };
        match class_of(byte) {
            class::SPECIAL => Ok(self
                .special(w, start, look, run)?
                .map(|(kind, span)| hit(Finding::Kind(kind), span))
                .ok_or(start + 1)),
            class::WIDE => {
                let found = if wide_capital(w, start)? { self.capital(w, start)? } else { None };
                Ok(found.map(|(kind, span)| hit(Finding::Kind(kind), span)).ok_or(start + 1))
            }
            _ => {
                let word = w.word(start)?;
                if let Some((finding, span)) = self.word(w, word, look, run)? {
                    return Ok(Ok(hit(finding, span)));
                }
                if look.layer == Layer::Outer
                    && word.has(class::UPPER)
                    && !is_capital_word(w, word)
                    && !w.before(start).is_some_and(encoded::is_base64)
                {
                    match self.base64(w, start, start, run)? {
                        Ok(hit) => return Ok(Ok(hit)),
                        Err(_) => return Ok(Err(end_of_step(word, run))),
                    }
                }
                Ok(Err(end_of_step(word, run)))
            }
        }
    }

    /// The next piece of a run of base64.
    fn piece(&self, w: &Window<'_>, start: usize, run: &mut Run) -> Result<Result<Hit, usize>, More> {
        let origin = run.pieces.map_or(start, |(origin, _)| origin);
        let tried = self.base64(w, start, origin, run)?;
        if run.pieces.is_some_and(|(_, next)| next == start) {
            run.pieces = None;
        }
        Ok(tried)
    }

    fn base64(
        &self,
        w: &Window<'_>,
        start: usize,
        origin: usize,
        run: &mut Run,
    ) -> Result<Result<Hit, usize>, More> {
        let Some(piece) = encoded::piece(w, start, start - origin)? else { return Ok(Err(start + 1)) };
        run.pieces = piece.goes_on.then_some((origin, start + PIECE));
        let inner = self.inside(&piece.text);
        let Some(found) = inner else { return Ok(Err(start + 1)) };
        Ok(Ok(Hit { at: start, origin, span: Span::new(start, piece.end), finding: found.finding }))
    }

    /// The first hit in a text that was decoded.
    fn inside(&self, text: &[u8]) -> Option<Hit> {
        let look = Look { layer: Layer::Inner, vault: None };
        match self.next(&Window::closed(text), 0, look, &mut Run::default()) {
            Next::Hit(hit) => Some(hit),
            Next::Held(_) | Next::Clear => None,
        }
    }

    /// What begins with a sign.
    fn special(
        &self,
        w: &Window<'_>,
        start: usize,
        look: Look<'_>,
        run: &mut Run,
    ) -> Result<Option<(Kind, Span)>, More> {
        let Some(byte) = w.at(start)? else { return Ok(None) };
        let next = w.at(start + 1)?;
        let digit = next.is_some_and(|byte| byte.is_ascii_digit());
        match byte {
            b'+' | b'(' if digit || next == Some(b'+') => self.ask(Kind::Phone, || phone::at(w, start)),
            b':' if next == Some(b':') => self.ask(Kind::Ip, || ip::v6(w, start)),
            b'-' if next == Some(b'-') => self.ask(Kind::Secret, || private_key::at(w, start)),
            b'%' if look.layer == Layer::Outer && next.is_some_and(|byte| byte.is_ascii_hexdigit()) => {
                self.unescaped(w, start, run)
            }
            _ => Ok(None),
        }
    }

    /// What hides in the URL-encoded run at `start`, as far as it was not looked at before.
    pub(crate) fn unescaped(
        &self,
        w: &Window<'_>,
        start: usize,
        run: &mut Run,
    ) -> Result<Option<(Kind, Span)>, More> {
        let goes_on = run.unescaped.filter(|(_, until)| encoded::is_one_run(w, *until, start));
        if goes_on.is_none() && w.before(start).is_some_and(encoded::is_in_run) {
            return Ok(None); // the middle of a run, which was looked at from its beginning
        }
        let origin = goes_on.map_or(start, |(origin, _)| origin);
        let Some(text) = encoded::unescape(w, start)? else { return Ok(None) };
        run.unescaped = Some((origin, text.end()));
        let Some(hit) = self.inside(text.text()) else { return Ok(None) };
        let Some((start, end)) = text.place(hit.span.start, hit.span.end) else { return Ok(None) };
        run.unescaped = Some((origin, end));
        match hit.finding {
            Finding::Kind(kind) => Ok(Some((kind, Span::new(start, end)))),
            Finding::Rule(_) | Finding::Pseudonym => Ok(None),
        }
    }
}

/// Behind a word, but not behind the next piece of a run.
fn end_of_step(word: Word, run: &Run) -> usize {
    match run.pieces {
        Some((_, next)) if next > word.start => word.end.min(next),
        _ => word.end,
    }
}

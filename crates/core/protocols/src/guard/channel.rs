//! One text of a stream, or of a body.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use guardrails::{Flow, Session, Step};

use super::json_text::JsonText;
use super::leaves::{Found, Leaf, Piece};
use super::seams::Seamed;

/// A text that comes in fragments, as what it is.
#[derive(Debug)]
pub(super) enum Channel {
    Plain(Flow),
    /// A text in several parts.
    Seamed(Box<Seamed>),
    Json(JsonText),
}

impl Channel {
    pub(super) fn new(leaf: Leaf) -> Self {
        match leaf {
            Leaf::Json => Self::Json(JsonText::default()),
            Leaf::Text | Leaf::Number => Self::Plain(Flow::new()),
        }
    }

    /// Takes a fragment and returns what is decided now, in bytes of the text as it came.
    pub(super) fn push(&mut self, session: &mut Session, fragment: &str) -> Vec<Step> {
        match self {
            Self::Json(text) => text.push(session, fragment),
            Self::Seamed(text) => text.push(session, fragment),
            Self::Plain(flow) => {
                let mut steps = Vec::new();
                flow.push(session, fragment, &mut steps);
                steps
            }
        }
    }

    /// The text goes on in another part.
    pub(super) fn seam(&mut self, session: &mut Session) {
        match self {
            Self::Json(_) => {}
            Self::Seamed(text) => text.seam(session),
            Self::Plain(flow) => {
                *self = Self::Seamed(Box::new(Seamed::new(std::mem::take(flow), session)));
            }
        }
    }

    /// Takes the end of the text and decides what was left.
    pub(super) fn finish(&mut self, session: &mut Session) -> Vec<Step> {
        match self {
            Self::Json(text) => text.finish(session),
            Self::Seamed(text) => text.finish(session),
            Self::Plain(flow) => {
                let mut steps = Vec::new();
                flow.finish(session, &mut steps);
                steps
            }
        }
    }
}

/// A whole text of this kind, where it changes.
pub(super) fn whole(session: &mut Session, leaf: Leaf, text: &str) -> Option<String> {
    match leaf {
        Leaf::Text | Leaf::Number => guardrails::redact_text(session, text),
        Leaf::Json => {
            let mut channel = JsonText::default();
            let mut steps = channel.push(session, text);
            steps.extend(channel.finish(session));
            guardrails::apply(text, &steps)
        }
    }
}

/// Hands out what stands in place of what was found, unquoted, where it changes.
pub(super) fn redact(found: &Found<'_>, session: &mut Session, each: &mut dyn FnMut(Range<usize>, String)) {
    match found {
        Found::One(leaf, piece) => {
            if let Some(text) = whole(session, *leaf, &piece.text) {
                each(piece.span.clone(), text);
            }
        }
        Found::Run(pieces) => run(pieces, session, each),
        Found::Keys(pieces) => keys(pieces, session, each),
    }
}

/// Texts that follow each other, looked at as one and each alone.
fn run(pieces: &[Piece<'_>], session: &mut Session, each: &mut dyn FnMut(Range<usize>, String)) {
    if let [piece] = pieces {
        if let Some(text) = guardrails::redact_text(session, &piece.text) {
            each(piece.span.clone(), text);
        }
        return;
    }
    let (mut channel, mut steps) = (Channel::new(Leaf::Text), Vec::new());
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            channel.seam(session);
        }
        steps.extend(channel.push(session, &piece.text));
    }
    steps.extend(channel.finish(session));
    if steps.iter().all(|step| matches!(step, Step::Keep(_))) {
        return;
    }
    let mut steps = steps.into_iter();
    let mut next = steps.next();
    for piece in pieces {
        let mut own = Vec::new();
        let mut left = piece.text.len();
        while left > 0
            && let Some(step) = next.take()
        {
            let (mine, rest) = cut(step, left);
            left -= mine.0;
            own.push(mine.1);
            next = rest.or_else(|| steps.next());
        }
        if let Some(text) = guardrails::apply(&piece.text, &own) {
            each(piece.span.clone(), text);
        }
    }
}

/// The part of a step that falls on the next `most` bytes, with its length, and the rest: a value is
/// replaced where it begins.
fn cut(step: Step, most: usize) -> ((usize, Step), Option<Step>) {
    match step {
        Step::Keep(length) if length > most => ((most, Step::Keep(most)), Some(Step::Keep(length - most))),
        Step::Swap { length, with } if length > most => {
            let rest = Step::Swap { length: length - most, with: String::new() };
            ((most, Step::Swap { length: most, with }), Some(rest))
        }
        Step::Keep(length) => ((length, step), None),
        Step::Swap { length, with } => ((length, Step::Swap { length, with }), None),
    }
}

/// The keys of an object. Two that become equal are numbered, so that no member is lost.
fn keys(pieces: &[Piece<'_>], session: &mut Session, each: &mut dyn FnMut(Range<usize>, String)) {
    let names: Vec<_> = pieces.iter().map(|piece| guardrails::redact_text(session, &piece.text)).collect();
    if names.iter().all(Option::is_none) {
        return;
    }
    let same = pieces.iter().zip(&names).filter(|(_, name)| name.is_none());
    let mut taken: BTreeSet<String> = same.map(|(piece, _)| piece.text.clone().into_owned()).collect();
    let mut numbers: BTreeMap<String, u64> = BTreeMap::new();
    for (piece, name) in pieces.iter().zip(names) {
        let Some(name) = name else { continue };
        let mut own = name.clone();
        while !taken.insert(own.clone()) {
            let number = numbers.entry(name.clone()).or_insert(1);
            *number += 1;
            own = format!("{name} {number}");
        }
        each(piece.span.clone(), own);
    }
}

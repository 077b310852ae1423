//! Probabilities of single tokens, which spell the text once more.
//!
//! They stay where they give nothing away: where they are known to spell what their event says and
//! no more, and where nothing of the event changes. What has another form than the dialect's spells
//! nobody knows what, and is taken out.

use std::ops::Range;

use guardrails::Session;

use super::super::apply::find_probabilities;
use super::super::channel::whole;
use super::super::leaves::Leaf;
use super::Reading;
use crate::json::{Cursor, JsonError, Kind};

/// Shortest list that holds a token.
const SHORTEST: usize = 3;

/// Probabilities that may stay if nothing of their event changes.
#[derive(Debug)]
pub(super) struct Probabilities {
    span: Range<usize>,
    /// Every token in them that is still to be looked at: chosen, or in place of what was chosen.
    tokens: Vec<String>,
}

/// What the tokens of an event spell.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    span: Range<usize>,
    chosen: String,
    tokens: Vec<String>,
    /// There is something that is not known here.
    strange: bool,
}

/// Whether a token was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Chosen,
    Alternative,
}

impl Spelled {
    /// Reads `logprobs` of a chat completion, or a list of tokens as the responses endpoint has it.
    /// `offset` is where the text of the cursor begins in the event.
    pub(super) fn read(cursor: &mut Cursor<'_>, offset: usize) -> Result<Self, JsonError> {
        let mut spelled = Self::default();
        let kind = cursor.kind()?;
        let start = cursor.at();
        match kind {
            Kind::Object => cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
                (b"content" | b"refusal", Kind::Array) => spelled.list(cursor, Rank::Chosen),
                (_, kind) => spelled.other(cursor, kind),
            })?,
            Kind::Array => spelled.list(cursor, Rank::Chosen)?,
            kind => spelled.other(cursor, kind)?,
        }
        spelled.span = offset + start..offset + cursor.at();
        Ok(spelled)
    }

    fn list(&mut self, cursor: &mut Cursor<'_>, rank: Rank) -> Result<(), JsonError> {
        cursor.array(|cursor| match cursor.kind()? {
            Kind::Object => self.token(cursor, rank),
            kind => self.other(cursor, kind),
        })
    }

    fn token(&mut self, cursor: &mut Cursor<'_>, rank: Rank) -> Result<(), JsonError> {
        cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
            (b"token", Kind::String) => {
                let token = cursor.string()?.to_text().into_owned();
                if rank == Rank::Chosen {
                    self.chosen.push_str(&token);
                }
                self.tokens.push(token);
                Ok(())
            }
            (b"bytes", Kind::Array) => cursor.skip(), // of the token
            (b"top_logprobs", Kind::Array) if rank == Rank::Chosen => self.list(cursor, Rank::Alternative),
            (_, kind) => self.other(cursor, kind),
        })
    }

    /// A member of another name: what is no text spells nothing.
    fn other(&mut self, cursor: &mut Cursor<'_>, kind: Kind) -> Result<(), JsonError> {
        self.strange |= matches!(kind, Kind::String | Kind::Array | Kind::Object);
        cursor.skip()
    }
}

impl Reading {
    /// Takes probabilities of an event that says `said`.
    pub(super) fn spelled(&mut self, spelled: Spelled, said: &str) {
        let Spelled { span, chosen, tokens, strange } = spelled;
        if tokens.is_empty() && !strange {
            return; // nothing is spelled: an empty list is what most answers have
        }
        if strange || chosen != said {
            self.nulls.push(span);
        } else {
            self.probabilities.push(Probabilities { span, tokens });
        }
    }

    /// Takes probabilities that stand somewhere in a value of an event beside what they spell. Their
    /// tokens are texts of that value, and looked at as such.
    pub(super) fn spelled_within(&mut self, value: &[u8], offset: usize) {
        let mut spans = Vec::new();
        find_probabilities(value, offset, &mut spans);
        let spans = spans.into_iter().filter(|span| span.len() >= SHORTEST);
        self.probabilities.extend(spans.map(|span| Probabilities { span, tokens: Vec::new() }));
    }
}

impl Probabilities {
    /// Whether one of their tokens alone is something that does not pass as it is.
    pub(super) fn tell(&self, session: &mut Session) -> bool {
        self.tokens.iter().any(|token| whole(session, Leaf::Text, token).is_some())
    }

    /// Where they stand.
    pub(super) fn into_span(self) -> Range<usize> {
        self.span
    }
}

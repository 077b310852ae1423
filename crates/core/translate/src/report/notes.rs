//! What a reader or a writer notices while it works.

use super::at::At;
use super::loss::{Kind, Loss, LossReport, Why};
use super::refused::Refused;
use crate::json::{MOST_VALUES, Object, complete_object};

/// What a value of the wrong type does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A caller's request: it is refused.
    Strict,
    /// A provider's answer: it is a loss, because half an answer is better than none.
    Lenient,
}

/// Losses so far, and the first reason to refuse.
#[derive(Debug, Clone)]
pub struct Notes {
    mode: Mode,
    report: LossReport,
    refused: Option<Refused>,
    /// How many values of JSON inside of texts may still be read.
    values: u32,
}

impl Notes {
    /// An empty page.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        Self { mode, report: LossReport::default(), refused: None, values: MOST_VALUES }
    }

    /// Notes that a field is gone.
    pub fn dropped(&mut self, at: At<'_>, why: Why) {
        self.report.add(Loss { path: at.to_string(), kind: Kind::Dropped, why });
    }

    /// Notes that something near a field took its place.
    pub fn approximated(&mut self, at: At<'_>, why: Why) {
        self.report.add(Loss { path: at.to_string(), kind: Kind::Approximated, why });
    }

    /// Notes a value of the wrong type.
    pub fn wrong(&mut self, at: At<'_>, expected: &'static str) {
        match self.mode {
            Mode::Strict => self.refuse(Refused::Field { path: at.to_string(), problem: expected }),
            Mode::Lenient => self.dropped(at, Why::WrongType),
        }
    }

    /// Notes a feature that can't be left out without changing what was asked. In an answer it is
    /// a loss: the answer is there.
    pub fn unsupported(&mut self, at: At<'_>, problem: &'static str) {
        match self.mode {
            Mode::Strict => self.refuse(Refused::Unsupported { path: at.to_string(), problem }),
            Mode::Lenient => self.dropped(at, Why::UnknownPart),
        }
    }

    /// The object that a text is, such as arguments of a call; `None` where it is none. All texts
    /// of one translation together may hold [`MOST_VALUES`]: a request of more is refused, and in
    /// an answer what is more stays a text.
    pub fn object_of(&mut self, text: &str) -> Option<Object> {
        complete_object(text, &mut self.values).unwrap_or_else(|_| {
            if self.mode == Mode::Strict {
                self.refuse(Refused::too_many_values());
            }
            None
        })
    }

    /// Refuses; the first reason stands.
    pub fn refuse(&mut self, refused: Refused) {
        self.refused.get_or_insert(refused);
    }

    /// The losses so far.
    #[must_use]
    pub const fn report(&self) -> &LossReport {
        &self.report
    }

    /// The losses, or the reason to refuse.
    ///
    /// # Errors
    /// The first reason that was noted.
    pub fn finish(self) -> Result<LossReport, Refused> {
        self.refused.map_or(Ok(self.report), Err)
    }
}

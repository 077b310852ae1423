//! What several writers need before they write: turns that alternate, and the tools' names.

use std::collections::HashMap;

use super::answer::{Answer, Stop};
use super::part::Part;
use super::request::{Role, Turn};
use crate::report::{At, Notes, Why};

/// Neighbouring turns of one role made one, instructions left out.
#[must_use]
pub fn merged(turns: &[Turn]) -> Vec<(Role, Vec<&Part>)> {
    let mut merged: Vec<(Role, Vec<&Part>)> = Vec::with_capacity(turns.len());
    for turn in turns.iter().filter(|turn| !turn.role.instructs()) {
        match merged.last_mut() {
            Some((role, parts)) if *role == turn.role => parts.extend(&turn.parts),
            _ => merged.push((turn.role, turn.parts.iter().collect())),
        }
    }
    merged
}

/// Which tool each call named.
#[derive(Debug, Default)]
pub struct Names<'a>(HashMap<&'a str, &'a str>);

impl<'a> Names<'a> {
    /// Of the calls in `turns`.
    #[must_use]
    pub fn of(turns: &'a [Turn]) -> Self {
        let calls = turns.iter().flat_map(|turn| &turn.parts).filter_map(|part| match part {
            Part::Call(call) => Some((call.id.as_str(), call.name.as_str())),
            _ => None,
        });
        Self(calls.collect())
    }

    /// The tool that the call `id` named.
    #[must_use]
    pub fn name(&self, id: &str) -> Option<&'a str> {
        self.0.get(id).copied()
    }
}

/// Puts right what readers of whole answers leave open: missing ids of calls, empty parts, and a
/// reason that others would give. The sequencer does the same for streams.
pub fn settle(answer: &mut Answer, id: &str, notes: &mut Notes) {
    answer.parts.retain(|part| match part {
        Part::Text(text) => !text.text.is_empty(),
        Part::Refusal(text) => !text.is_empty(),
        Part::Reasoning(reasoning) => !reasoning.text.is_empty() || reasoning.proof.is_some(),
        _ => true,
    });
    let mut calls = 0;
    for part in &mut answer.parts {
        if let Part::Call(call) = part {
            if call.id.is_empty() {
                call.id = made_id(id, calls, notes);
            }
            calls += 1;
        }
    }
    let refuses = answer.parts.iter().any(|part| matches!(part, Part::Refusal(_)));
    answer.stop = std::mem::take(&mut answer.stop).settled(calls > 0, refuses);
}

/// The id of the `nth` call of an answer whose provider gives none. The same input always gets the
/// same id, and two answers never share one.
pub fn made_id(answer: &str, nth: u64, notes: &mut Notes) -> String {
    notes.approximated(At::ROOT.at("tool_calls[].id"), Why::Made);
    format!("call_{answer}_{nth}")
}

impl Stop {
    /// The reason, put right: some say that the answer is finished where it calls tools, and
    /// OpenAI says so beside a refusal.
    #[must_use]
    pub fn settled(self, calls: bool, refuses: bool) -> Self {
        match self {
            Self::End if calls => Self::Calls,
            Self::End if refuses => Self::Filtered,
            stop => stop,
        }
    }
}

//! Thinking, as Anthropic takes it.
//!
//! It wants a budget below the limit of the answer, which thoughts count towards, no forced tool, the usual temperature, and
//! thoughts with their signatures before the calls that are being answered. Where the request
//! has it otherwise, what was asked for last gives way: thinking is left out, or temperature is.

use crate::canon::{Amount, Choice, Part, Request, Role};
use crate::json::Object;
use crate::report::{At, Notes, Why};
use crate::wire::Origin;

/// The least budget that is taken …
const LEAST: u64 = 1_024;
/// … and the least that must be left of the limit for the answer itself.
const ANSWER: u64 = 512;

/// How a request thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing is said.
    Unsaid,
    /// Not at all.
    Off,
    /// As the model likes.
    Adaptive,
    /// At most so many tokens.
    Budget(u64),
}

impl Plan {
    /// The plan for a request whose answer may have `max_output` tokens.
    pub(crate) fn of(request: &Request, max_output: u64, origin: Origin, notes: &mut Notes) -> Self {
        let at = At::ROOT.at("reasoning_effort");
        let amount = request.thinking.as_ref().and_then(|thinking| thinking.amount);
        let wanted = match amount {
            None => return Self::Unsaid,
            Some(Amount::Off) => return Self::Off,
            Some(Amount::Auto) => Self::Adaptive,
            Some(Amount::Budget(tokens)) => Self::Budget(tokens),
            Some(Amount::Effort(effort)) => {
                notes.approximated(at, Why::Nearest);
                Self::Budget(effort.tokens())
            }
        };
        if is_forced(request) || answers_unsigned(request, origin) {
            notes.dropped(at, Why::Conflict);
            return Self::Unsaid;
        }
        wanted.within(max_output, at, notes)
    }

    /// Whether the model will think.
    pub(crate) const fn thinks(self) -> bool {
        matches!(self, Self::Adaptive | Self::Budget(_))
    }

    /// The field.
    pub(crate) fn field(self) -> Option<Object> {
        let of = |kind: &str| Object::new().with("type", kind);
        match self {
            Self::Unsaid => None,
            Self::Off => Some(of("disabled")),
            Self::Adaptive => Some(of("adaptive")),
            Self::Budget(tokens) => Some(of("enabled").with("budget_tokens", tokens)),
        }
    }

    fn within(self, max_output: u64, at: At<'_>, notes: &mut Notes) -> Self {
        let Self::Budget(tokens) = self else { return self };
        if max_output < LEAST + ANSWER {
            notes.dropped(at, Why::Conflict);
            return Self::Unsaid;
        }
        // Half of the limit at most, so that thoughts leave room for what they are for.
        let fits = tokens.clamp(LEAST, LEAST.max(max_output / 2));
        if fits != tokens {
            notes.approximated(at, Why::Nearest);
        }
        Self::Budget(fits)
    }
}

fn is_forced(request: &Request) -> bool {
    matches!(request.choice, Some(Choice::Required | Choice::Tool(_) | Choice::OneOf(_)))
}

/// Whether the last turn of the model calls tools without a thought that this provider signed.
fn answers_unsigned(request: &Request, origin: Origin) -> bool {
    let last = request.turns.iter().rev().find(|turn| turn.role == Role::Assistant);
    last.is_some_and(|turn| {
        let signed = |part: &Part| {
            matches!(part, Part::Reasoning(reasoning)
                if reasoning.proof.as_ref().is_some_and(|proof| proof.origin == origin))
        };
        turn.parts.iter().any(|part| matches!(part, Part::Call(_))) && !turn.parts.iter().any(signed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Mode;

    #[test]
    fn thoughts_take_half_of_the_limit_at_most_and_leave_room_for_the_answer() {
        for (budget, max_output, expected) in [
            (2_048, 32_768, Plan::Budget(2_048)),
            (16_384, 4_096, Plan::Budget(2_048)),
            (65_536, 64_000, Plan::Budget(32_000)),
            (8_192, 2_000, Plan::Budget(1_024)),
            (500, 4_096, Plan::Budget(1_024)),
            (1_024, 1_535, Plan::Unsaid),
            (1_024, 1, Plan::Unsaid),
        ] {
            let mut notes = Notes::new(Mode::Lenient);
            let plan = Plan::Budget(budget).within(max_output, At::ROOT.at("reasoning_effort"), &mut notes);
            assert_eq!(plan, expected, "{budget} of {max_output}");
            assert_eq!(notes.report().is_empty(), plan == Plan::Budget(budget), "{budget} of {max_output}");
        }
    }
}

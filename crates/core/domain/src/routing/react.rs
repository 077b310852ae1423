//! What to do about a failed attempt.
//!
//! The rules of the field: what the provider did not begin may be tried again anywhere; what it may
//! have done is repeated only where that can do no harm but its price; a request that is at fault
//! is at fault everywhere. Retries wait by exponential backoff with jitter.

use super::Class;

/// The longest wait before a retry; a provider that asks for more is not waited for.
pub const MAX_WAIT_MS: u64 = 5_000;
/// The wait before the first retry; it doubles with each.
const BASE_WAIT_MS: u64 = 250;
/// The longest backoff.
const MAX_BACKOFF_MS: u64 = 4_000;

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reaction {
    /// The same lane again, after a wait.
    RetryHere,
    /// The same target with another credential.
    NextCredential,
    /// The next target of the route or of its fallbacks.
    NextTarget,
    /// The caller gets the answer as it is.
    PassOn,
}

/// Whether the provider may have done the work of a failed attempt, and may bill it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It said that it did not, or never got the request.
    None,
    /// It may have.
    Possible,
}

/// Whether a call may be repeated after its provider may have done the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// It costs money twice and does nothing else.
    Harmless,
    /// It leaves something behind, such as an answer made in the background.
    Never,
}

/// What a route does when its target stays silent after the request was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AfterTimeout {
    /// The caller gets the time-out: he has waited long enough, and the answer may be under way.
    Fail,
    /// The next target is tried.
    Next,
}

/// Whether there is one more of something to turn to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spare {
    /// There is.
    Ready,
    /// There is not.
    Nothing,
}

/// What the choice depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Situation {
    /// What went wrong.
    pub class: Class,
    /// Whether the provider may have done the work.
    pub effect: Effect,
    /// Whether the call may be repeated then.
    pub repeat: Repeat,
    /// What the route says about silence.
    pub after_timeout: AfterTimeout,
    /// Attempts on this lane so far, this one included.
    pub tried_here: u32,
    /// How many more attempts the route allows.
    pub left: u32,
    /// Another credential of the same provider.
    pub credential: Spare,
    /// Another target.
    pub target: Spare,
    /// How long the provider asked to be left alone, in milliseconds.
    pub asked_wait_ms: u64,
}

/// Says what to do. Another credential is not counted against the route's attempts: there are
/// only so many, and each is tried once.
#[must_use]
pub fn react(situation: &Situation) -> Reaction {
    let Situation { class, effect, repeat, tried_here, .. } = *situation;
    if effect == Effect::Possible && repeat == Repeat::Never {
        return Reaction::PassOn;
    }
    match class {
        Class::Content => Reaction::PassOn,
        Class::Timeout if situation.after_timeout == AfterTimeout::Fail => Reaction::PassOn,
        Class::Timeout | Class::Missing => next(situation).unwrap_or(Reaction::PassOn),
        Class::Credential => credential(situation).or_else(|| next(situation)).unwrap_or(Reaction::PassOn),
        Class::Quota => credential(situation)
            .or_else(|| next(situation))
            .or_else(|| here(situation))
            .unwrap_or(Reaction::PassOn),
        Class::Capacity | Class::Unsent | Class::Broken => {
            next(situation).or_else(|| here(situation)).unwrap_or(Reaction::PassOn)
        }
        // A single 500 is a hiccup as a rule, and another model is another answer.
        Class::Server if tried_here < 2 => {
            here(situation).or_else(|| next(situation)).unwrap_or(Reaction::PassOn)
        }
        Class::Server => next(situation).or_else(|| here(situation)).unwrap_or(Reaction::PassOn),
    }
}

fn credential(situation: &Situation) -> Option<Reaction> {
    (situation.credential == Spare::Ready).then_some(Reaction::NextCredential)
}

fn next(situation: &Situation) -> Option<Reaction> {
    (situation.left > 0 && situation.target == Spare::Ready).then_some(Reaction::NextTarget)
}

fn here(situation: &Situation) -> Option<Reaction> {
    (situation.left > 0 && situation.asked_wait_ms <= MAX_WAIT_MS).then_some(Reaction::RetryHere)
}

/// How long to wait before retry number `retry` (from 1) on the same lane, in milliseconds: what
/// the provider asked for, or a backoff that doubles, of which the second half is random.
#[must_use]
pub fn wait_ms(retry: u32, asked_wait_ms: u64, seed: u64) -> u64 {
    let doublings = retry.saturating_sub(1).min(8);
    let most = (BASE_WAIT_MS << doublings).min(MAX_BACKOFF_MS);
    let half = most / 2;
    asked_wait_ms.max(half + seed % (half + 1))
}

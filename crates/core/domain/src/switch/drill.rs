//! Drills: a switch is turned off for real, measured, and turned back at once.
//!
//! This module says when a switch may be drilled, when it is turned back, and what counts as
//! passed. It must never let a drill outlast a person's turn: whoever turns the switch meanwhile
//! wins, and the drill leaves it there. What was measured is one line in the audit log, which
//! reads back. The idea is that of a fire drill: a stop that was never tried is a hope.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Scope, State, Switch, Turned};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The target for new calls: from the order until one is refused on this server.
pub const REFUSED_WITHIN: Duration = Duration::from_millis(50);

/// The target for running calls: from the order until the last of them has ended. A drill waits
/// no longer than this before it turns the switch back.
pub const ENDED_WITHIN: Duration = Duration::from_secs(1);

/// Why a switch is off during a drill. Refused callers read it, and so does whoever finds the
/// switch off after the server ended in the middle of one.
pub const REASON: &str = "drill: off for a moment to prove that the switch works; if it stays off, the server \
                          ended during the drill: turn it on";

/// Why a switch is on after a drill.
pub const REASON_OVER: &str = "the drill is over";

/// Who drills what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order<'a> {
    /// Which switch.
    pub scope: &'a Scope,
    /// Who ordered it.
    pub by: &'a str,
}

/// How new calls under the scope fare before the drill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    /// No switch refuses them.
    Served,
    /// A switch refuses them already, so that a drill would measure nothing.
    Refused,
}

/// Decides the turn that begins a drill. `current` is the switch as it stands.
///
/// # Errors
/// [`Refusal::NoDrill`] where the switch is not on, or a wider one already refuses its calls.
pub fn begin(
    current: Option<&Switch>,
    order: Order<'_>,
    before: Before,
    now: Timestamp,
) -> Result<Turned, Refusal> {
    let state = current.map_or(State::On, |switch| switch.state);
    let no = |why: &str| Refusal::NoDrill { scope: order.scope.clone(), why: why.to_owned() };
    match (order.scope, state, before) {
        (_, State::Fallback | State::HumanOnly | State::Off, _) => {
            Err(no(&format!("it is {state}, and only what is on can be drilled")))
        }
        (_, State::On, Before::Refused) => Err(no("another switch refuses its calls already")),
        (_, State::On, Before::Served) => {
            let (scope, by) = (order.scope.clone(), order.by.to_owned());
            let next = Switch { scope, state: State::Off, reason: REASON.to_owned(), by, since: now };
            Ok(Turned { next, before: state })
        }
    }
}

/// Decides the turn that ends a drill. `thrown` is the switch as the drill turned it.
///
/// # Errors
/// [`Refusal::NoDrill`] where somebody turned it since: their turn holds.
pub fn end(current: Option<&Switch>, thrown: &Switch, now: Timestamp) -> Result<Turned, Refusal> {
    if current != Some(thrown) {
        let why = "it was turned during the drill, and stays so".to_owned();
        return Err(Refusal::NoDrill { scope: thrown.scope.clone(), why });
    }
    let next = Switch { state: State::On, reason: REASON_OVER.to_owned(), since: now, ..thrown.clone() };
    Ok(Turned { next, before: thrown.state })
}

/// Whether a switch stands as a drill turned it. At a start that means that the server ended in
/// the middle of the drill.
#[must_use]
pub fn was_left(switch: &Switch) -> bool {
    switch.state == State::Off && switch.reason == REASON
}

/// What became of the calls that ran.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Running {
    /// There was none.
    None,
    /// All of them ended.
    Ended {
        /// How many.
        calls: u64,
        /// From the order until the last had ended.
        after: Duration,
    },
    /// Some still ran when [`ENDED_WITHIN`] was over.
    Left {
        /// How many were to end.
        calls: u64,
        /// How many of them had not.
        left: u64,
    },
    /// The workspace lets them finish (`on_switch = "finish"`), so nothing was to be measured.
    MayFinish {
        /// How many.
        calls: u64,
    },
}

/// What a drill measured, to the microsecond. Reads back as it prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Drilled {
    /// From the order until a new call was refused; `None` where none was in [`ENDED_WITHIN`].
    pub refused_after: Option<Duration>,
    /// What became of running calls.
    pub running: Running,
    /// How long the scope was off; `None` where somebody else turned it meanwhile.
    pub off_for: Option<Duration>,
}

/// Whether a drill met its targets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It met both.
    Passed,
    /// It missed one.
    Failed,
}

impl Outcome {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

impl Drilled {
    /// Holds what was measured against [`REFUSED_WITHIN`] and [`ENDED_WITHIN`].
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let refused = self.refused_after.is_some_and(|after| after <= REFUSED_WITHIN);
        let ended = match self.running {
            Running::None | Running::MayFinish { .. } => true,
            Running::Ended { after, .. } => after <= ENDED_WITHIN,
            Running::Left { .. } => false,
        };
        if refused && ended { Outcome::Passed } else { Outcome::Failed }
    }
}

impl fmt::Display for Drilled {
    /// `passed: new calls refused after 0.417 ms; 2 running calls ended after 3.012 ms; off for
    /// 5.120 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.outcome().as_str())?;
        match self.refused_after {
            Some(after) => write!(f, "new calls refused after {} ms; ", Millis(after))?,
            None => f.write_str("new calls not refused; ")?,
        }
        match self.running {
            Running::None => f.write_str("no call was running; ")?,
            Running::Ended { calls, after } => {
                write!(f, "{calls} running {} ended after {} ms; ", noun(calls), Millis(after))?;
            }
            Running::Left { calls, left } => {
                write!(f, "{left} of {calls} running {} not ended in time; ", noun(calls))?;
            }
            Running::MayFinish { calls } => write!(f, "{calls} running {} may finish; ", noun(calls))?,
        }
        match self.off_for {
            Some(time) => write!(f, "off for {} ms", Millis(time)),
            None => f.write_str("turned by someone else meanwhile"),
        }
    }
}

impl FromStr for Drilled {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).ok_or_else(|| format!("{text:?} is not the record of a drill"))
    }
}

fn parse(text: &str) -> Option<Drilled> {
    let (_, figures) = text.split_once(": ")?;
    let parts: Vec<Vec<&str>> = figures.split("; ").map(|part| part.split(' ').collect()).collect();
    let [refused, running, off] = parts.as_slice() else { return None };
    let refused_after = match refused.as_slice() {
        ["new", "calls", "refused", "after", ms, "ms"] => Some(millis(ms)?),
        ["new", "calls", "not", "refused"] => None,
        _ => return None,
    };
    let running = match running.as_slice() {
        ["no", "call", "was", "running"] => Running::None,
        [calls, "running", _, "ended", "after", ms, "ms"] => {
            Running::Ended { calls: calls.parse().ok()?, after: millis(ms)? }
        }
        [left, "of", calls, "running", _, "not", "ended", "in", "time"] => {
            Running::Left { calls: calls.parse().ok()?, left: left.parse().ok()? }
        }
        [calls, "running", _, "may", "finish"] => Running::MayFinish { calls: calls.parse().ok()? },
        _ => return None,
    };
    let off_for = match off.as_slice() {
        ["off", "for", ms, "ms"] => Some(millis(ms)?),
        ["turned", "by", "someone", "else", "meanwhile"] => None,
        _ => return None,
    };
    Some(Drilled { refused_after, running, off_for })
}

/// A duration in milliseconds, with its microseconds behind the point.
struct Millis(Duration);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0.as_millis(), self.0.subsec_micros() % 1_000)
    }
}

fn millis(text: &str) -> Option<Duration> {
    let (whole, micros) = text.split_once('.')?;
    let whole = Duration::from_millis(whole.parse().ok()?);
    let micros: u64 = micros.parse().ok().filter(|_| micros.len() == 3)?;
    whole.checked_add(Duration::from_micros(micros))
}

const fn noun(calls: u64) -> &'static str {
    if calls == 1 { "call" } else { "calls" }
}

//! One text in parts, which some join and others don't.
//!
//! Whoever joins two parts without a sign between reads a value that neither holds; whoever shows
//! them apart reads one that the joined text hides (`id X` and `4111…` are a card only apart). So
//! such a text is looked at both ways, and what either way takes out is taken out: no byte of a
//! value is left on either side of a seam. Counted is what the way that found more has found.

use std::collections::VecDeque;

use guardrails::{Counts, Flow, Session, Step};

/// A text that has at least one seam.
#[derive(Debug)]
pub(super) struct Seamed {
    joined: Look,
    apart: Look,
    /// What of the counts the session has.
    counted: Counts,
}

/// One of the two ways to look at it.
#[derive(Debug, Default)]
struct Look {
    flow: Flow,
    /// What is decided and the other way has not decided yet.
    steps: VecDeque<Step>,
    counts: Counts,
}

impl Look {
    fn look(&mut self, session: &mut Session, work: impl FnOnce(&mut Flow, &mut Session, &mut Vec<Step>)) {
        let mut steps = Vec::new();
        let Self { flow, counts, .. } = self;
        session.counting(counts, |session| work(flow, session, &mut steps));
        self.steps.extend(steps);
    }
}

impl Seamed {
    /// A text at its first seam: what came before it went through `flow`.
    pub(super) fn new(flow: Flow, session: &mut Session) -> Self {
        let look = |flow| Look { flow, ..Look::default() };
        let mut seamed = Self { joined: look(flow.clone()), apart: look(flow), counted: Counts::new() };
        seamed.seam(session);
        seamed
    }

    /// The next part begins.
    pub(super) fn seam(&mut self, session: &mut Session) {
        self.apart.look(session, |flow, session, steps| flow.finish(session, steps));
    }

    /// Takes a fragment and returns what is decided now.
    pub(super) fn push(&mut self, session: &mut Session, fragment: &str) -> Vec<Step> {
        self.each(session, |flow, session, steps| flow.push(session, fragment, steps))
    }

    /// Takes the end of the text and decides what was left.
    pub(super) fn finish(&mut self, session: &mut Session) -> Vec<Step> {
        self.each(session, |flow, session, steps| flow.finish(session, steps))
    }

    fn each(
        &mut self,
        session: &mut Session,
        work: impl Fn(&mut Flow, &mut Session, &mut Vec<Step>),
    ) -> Vec<Step> {
        self.joined.look(session, &work);
        self.apart.look(session, &work);
        for what in self.joined.counts.keys().chain(self.apart.counts.keys()) {
            let of = |counts: &Counts| counts.get(what).copied().unwrap_or_default();
            let seen = of(&self.joined.counts).max(of(&self.apart.counts));
            session.count(what, seen.saturating_sub(of(&self.counted)));
            self.counted.insert(what.clone(), seen);
        }
        merge(&mut self.joined.steps, &mut self.apart.steps)
    }
}

/// What both ways have decided: a byte is kept where both keep it. Where two swaps meet, what the
/// first one to begin writes stands for both.
fn merge(one: &mut VecDeque<Step>, other: &mut VecDeque<Step>) -> Vec<Step> {
    let mut steps = Vec::new();
    while let (Some(a), Some(b)) = (one.front(), other.front()) {
        let length = length_of(a).min(length_of(b));
        let goes_on = |step: &Step| matches!(step, Step::Swap { with, .. } if with.is_empty());
        let with = match (a, b) {
            (Step::Keep(_), Step::Keep(_)) => None,
            _ if goes_on(a) || goes_on(b) => Some(String::new()),
            (Step::Swap { with, .. }, Step::Keep(_)) | (Step::Keep(_), Step::Swap { with, .. }) => {
                Some(with.clone())
            }
            (Step::Swap { length: a, with: long }, Step::Swap { length: b, with }) => {
                Some(if a >= b { long.clone() } else { with.clone() })
            }
        };
        steps.push(with.map_or(Step::Keep(length), |with| Step::Swap { length, with }));
        behind(one, length);
        behind(other, length);
    }
    steps
}

const fn length_of(step: &Step) -> usize {
    match step {
        Step::Keep(length) | Step::Swap { length, .. } => *length,
    }
}

/// Takes so many bytes off the first step. What is left of a swap writes nothing more.
fn behind(steps: &mut VecDeque<Step>, taken: usize) {
    let left = match steps.pop_front() {
        Some(Step::Keep(length)) => Step::Keep(length - taken),
        Some(Step::Swap { length, .. }) => Step::Swap { length: length - taken, with: String::new() },
        None => return,
    };
    if length_of(&left) > 0 {
        steps.push_front(left);
    }
}

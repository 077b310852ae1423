//! The books: balances, reservations, settlements.

use std::collections::HashMap;

use super::{Account, AtLimit, RunKey, Runs};
use crate::holder::Holder;
use crate::ids::InferenceId;
use crate::money::{NanoUsd, Overflow, PerMillion, Tokens};
use crate::refusal::Refusal;
use crate::time::{Timestamp, Window};

/// One budget that a call must fit into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is counted against.
    pub account: Account,
    /// The limit. `None` counts without limiting.
    pub limit: Option<NanoUsd>,
    /// Percentages at which people are told.
    pub warn_at: Vec<u8>,
    /// What happens when it is spent.
    pub at_limit: AtLimit,
}

/// What a call may cost.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Which inference asks.
    pub id: InferenceId,
    /// Cost of the input, by an estimate that is not too low.
    pub input: NanoUsd,
    /// Price of output tokens.
    pub output_price: PerMillion,
    /// Output tokens the call may produce, all choices together.
    pub output: Tokens,
    /// The fewest output tokens that are still of use; equal to `output` if it must not shrink.
    pub floor: Tokens,
    /// Set where the call has no limit of its own. It takes one part in [`SHARE`] of what is left at
    /// the most, but this many output tokens at the least: so one call does not hold all that is left.
    pub slice: Option<Tokens>,
}

/// A call without a limit of its own takes no more than one part in so many of what is left.
const SHARE: i64 = 20;
/// How long after the end of a window a call that began in it may still ask: an hour.
const LATE_MS: i64 = 3_600_000;
/// More than any call can cost: what is beyond is a wrong price or a wrong limit, and holding it would
/// overflow sums. A million dollars.
const MOST: NanoUsd = NanoUsd::from_nano(1_000_000_000_000_000);

impl Ask {
    fn cost(&self, output: Tokens) -> Result<NanoUsd, Overflow> {
        self.input.checked_add(self.output_price.cost(output)?)
    }

    /// What the call may take of what is left.
    fn may_take(&self, left: NanoUsd) -> NanoUsd {
        let Some(slice) = self.slice else { return left };
        let share = NanoUsd::from_nano(left.nano() / SHARE);
        let least = self.cost(slice.min(self.output)).unwrap_or(NanoUsd::MAX);
        share.max(least).min(left)
    }
}

/// Money held for one call. Consumed by settling or releasing it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reservation that is dropped holds its money for ever"]
pub struct Reservation {
    id: InferenceId,
    amount: NanoUsd,
    output: Tokens,
    shrunk: bool,
    holds: Vec<(Line, Timestamp)>,
}

impl Reservation {
    /// The inference it is for.
    #[must_use]
    pub const fn id(&self) -> InferenceId {
        self.id
    }
    /// How much is held.
    #[must_use]
    pub const fn amount(&self) -> NanoUsd {
        self.amount
    }
    /// What it is counted against.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.holds.iter().map(|(line, _)| line)
    }
    /// Whether its run is one of the accounts.
    #[must_use]
    pub fn counts_in_run(&self) -> bool {
        self.lines().any(|line| matches!(line.account, Account::Run(..)))
    }
    /// Output tokens it pays for.
    #[must_use]
    pub const fn output(&self) -> Tokens {
        self.output
    }
    /// Whether that is fewer than were asked for.
    #[must_use]
    pub const fn is_shrunk(&self) -> bool {
        self.shrunk
    }
}

/// A budget that has just passed one of its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which.
    pub account: Account,
    /// The highest mark it passed, in percent.
    pub mark: u8,
    /// Charged so far.
    pub settled: NanoUsd,
    /// The limit.
    pub limit: NanoUsd,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Charged in the current window.
    pub settled: NanoUsd,
    /// Held by calls under way.
    pub reserved: NanoUsd,
}

#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    settled: NanoUsd,
    reserved: NanoUsd,
}

/// All balances. Belongs behind one lock; every call on it is short.
#[derive(Debug, Default)]
pub struct Books {
    balances: HashMap<(Holder, Window, Timestamp), Balance>,
    /// Tallies of runs.
    pub runs: Runs,
}

impl Books {
    /// Takes over what was charged before this process began, as the ledger has it. What is known
    /// here already is never lowered: the ledger may be a moment behind.
    pub fn restore(&mut self, holder: Holder, window: Window, start: Timestamp, settled: NanoUsd) {
        let balance = self.balances.entry((holder, window, start)).or_default();
        balance.settled = balance.settled.max(settled);
    }

    /// What is charged in the windows that contain `now`, in the form in which it is restored.
    #[must_use]
    pub fn charged(&self, now: Timestamp) -> Vec<(Holder, Window, Timestamp, NanoUsd)> {
        let current = self.balances.iter().filter(|((_, window, start), _)| *start == window.start(now));
        let mut charged: Vec<_> = current
            .map(|((holder, window, start), balance)| (holder.clone(), *window, *start, balance.settled))
            .collect();
        charged.sort();
        charged
    }

    /// Holds the most that the call may cost in every account, or in none.
    ///
    /// # Errors
    /// [`Refusal::BudgetSpent`], naming the account with the least left.
    pub fn reserve(&mut self, lines: &[Line], ask: Ask, now: Timestamp) -> Result<Reservation, Refusal> {
        let needs = ask.cost(ask.output).unwrap_or(NanoUsd::MAX).min(MOST);
        let tightest = lines
            .iter()
            .filter_map(|line| line.limit.map(|limit| (line, limit, self.standing(&line.account, now))))
            .min_by_key(|(_, limit, standing)| left(*limit, *standing))
            .map(|(line, limit, standing)| (line, limit, standing, ask.may_take(left(limit, standing))));
        let (amount, output) = match tightest {
            Some((line, limit, standing, may)) if needs > may => {
                let spent = || Refusal::BudgetSpent {
                    account: line.account.clone(),
                    limit,
                    settled: standing.settled,
                    held: standing.reserved,
                    needs: ask.cost(ask.floor.min(ask.output)).unwrap_or(NanoUsd::MAX),
                };
                shrink(&ask, may).ok_or_else(spent)?
            }
            _ => (needs, ask.output),
        };
        let holds: Vec<_> = lines.iter().map(|line| (line.clone(), start(&line.account, now))).collect();
        for (line, start) in &holds {
            let reserved = self.reserved(&line.account, *start);
            *reserved += amount;
        }
        Ok(Reservation { id: ask.id, amount, output, shrunk: output < ask.output, holds })
    }

    /// Replaces what a call holds, in the same accounts and windows, by what it may cost now that it
    /// goes elsewhere. Where that does not fit, the call keeps what it holds.
    ///
    /// # Errors
    /// [`Refusal::BudgetSpent`], naming the account with the least left.
    pub fn exchange(&mut self, held: &mut Reservation, ask: Ask, now: Timestamp) -> Result<(), Refusal> {
        let lines: Vec<Line> = held.holds.iter().map(|(line, _)| line.clone()).collect();
        self.change(held, |reserved, amount| reserved.saturating_less(amount));
        match self.reserve(&lines, ask, now) {
            Ok(next) => *held = next,
            Err(refusal) => {
                self.change(held, |reserved, amount| reserved + amount);
                return Err(refusal);
            }
        }
        Ok(())
    }

    fn change(&mut self, held: &Reservation, change: impl Fn(NanoUsd, NanoUsd) -> NanoUsd) {
        for (line, start) in &held.holds {
            let reserved = self.reserved(&line.account, *start);
            *reserved = change(*reserved, held.amount);
        }
    }

    /// Charges what the call really cost, in the windows in which it was reserved, and reports
    /// the marks that this passed.
    pub fn settle(&mut self, reservation: Reservation, actual: NanoUsd) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (line, start) in reservation.holds {
            let reserved = self.reserved(&line.account, start);
            *reserved = reserved.saturating_less(reservation.amount);
            let settled = self.settled(&line.account, start);
            let before = *settled;
            *settled += actual;
            let after = *settled;
            warnings.extend(line.limit.and_then(|limit| passed(&line, limit, before, after)));
        }
        warnings
    }

    /// Gives everything back: nothing was sent, or the provider charges nothing for it.
    pub fn release(&mut self, reservation: Reservation) {
        let _no_mark_is_passed_by_nothing = self.settle(reservation, NanoUsd::ZERO);
    }

    /// How an account stands in the window that contains `now`.
    #[must_use]
    pub fn standing(&self, account: &Account, now: Timestamp) -> Standing {
        match account {
            Account::Held(holder, window) => {
                let key = (holder.clone(), *window, window.start(now));
                self.balances
                    .get(&key)
                    .map_or(Standing::default(), |b| Standing { settled: b.settled, reserved: b.reserved })
            }
            Account::Run(workflow, run) => {
                let tally = self.runs.peek(&(workflow.clone(), run.clone())).unwrap_or_default();
                Standing { settled: tally.settled, reserved: tally.reserved }
            }
        }
    }

    /// Counts one more inference of a run.
    ///
    /// # Errors
    /// [`Refusal::IterationCap`] where the run has had as many as it may.
    pub fn iterate(&mut self, run: &RunKey, cap: u64) -> Result<u64, Refusal> {
        let tally = self.runs.tally(run);
        if tally.iterations >= cap {
            return Err(Refusal::IterationCap { workflow: run.0.clone(), limit: cap });
        }
        tally.iterations += 1;
        Ok(tally.iterations)
    }

    /// Takes back an iteration whose call was refused by a later control.
    pub fn undo_iteration(&mut self, run: &RunKey) {
        let tally = self.runs.tally(run);
        tally.iterations = tally.iterations.saturating_sub(1);
    }

    /// Forgets windows that ended a while ago and hold nothing. A call counts in the window in which
    /// it began, and may take its time until it asks for money.
    pub fn prune(&mut self, now: Timestamp) {
        let lately = now.plus_ms(-LATE_MS);
        self.balances
            .retain(|(_, window, start), b| *start >= window.start(lately) || b.reserved > NanoUsd::ZERO);
    }

    fn reserved(&mut self, account: &Account, start: Timestamp) -> &mut NanoUsd {
        match account {
            Account::Held(holder, window) => {
                &mut self.balances.entry((holder.clone(), *window, start)).or_default().reserved
            }
            Account::Run(workflow, run) => &mut self.runs.tally(&(workflow.clone(), run.clone())).reserved,
        }
    }

    fn settled(&mut self, account: &Account, start: Timestamp) -> &mut NanoUsd {
        match account {
            Account::Held(holder, window) => {
                &mut self.balances.entry((holder.clone(), *window, start)).or_default().settled
            }
            Account::Run(workflow, run) => &mut self.runs.tally(&(workflow.clone(), run.clone())).settled,
        }
    }
}

fn start(account: &Account, now: Timestamp) -> Timestamp {
    match account {
        Account::Held(_, window) => window.start(now),
        Account::Run(..) => Timestamp::default(),
    }
}

fn left(limit: NanoUsd, standing: Standing) -> NanoUsd {
    limit.saturating_less(standing.settled + standing.reserved)
}

/// The longest answer that so much pays for, if it is long enough to be of use.
fn shrink(ask: &Ask, left: NanoUsd) -> Option<(NanoUsd, Tokens)> {
    if ask.input > left {
        return None;
    }
    let output = ask.output_price.affordable(left - ask.input)?.min(ask.output);
    let amount = ask.cost(output).ok().filter(|amount| *amount <= left)?;
    (output >= ask.floor && output > 0).then_some((amount, output))
}

fn passed(line: &Line, limit: NanoUsd, before: NanoUsd, after: NanoUsd) -> Option<Warning> {
    let reached = |amount: NanoUsd, mark: u8| {
        i128::from(amount.nano()) * 100 >= i128::from(limit.nano()) * i128::from(mark)
    };
    let mark =
        line.warn_at.iter().copied().filter(|mark| reached(after, *mark) && !reached(before, *mark)).max()?;
    Some(Warning { account: line.account.clone(), mark, settled: after, limit })
}

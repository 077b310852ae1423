//! Drilling a switch: off for real, by the path of a real turn; measured; back on; on record.
//!
//! The scope is off only until a new call is refused and the running ones have ended, a second at
//! most. It must never undo a person's turn: the one-at-a-time lock is free while the drill waits,
//! and `domain::switch::drill` turns back only what still stands as the drill left it. If the
//! server dies in between, the scope stays off, as everything that is off does; its reason says
//! that it was a drill, and the next start says it too.

use std::time::Duration;

use config::{OnSwitch, Workspace};
use domain::Timestamp;
use domain::audit::{Action, Entry};
use domain::people::Principal;
use domain::switch::drill::{self, Before, Drilled, ENDED_WITHIN, Order, Running};
use domain::switch::{Scope, Switch};
use store::AuditFilter;
use tokio::time::{Instant, sleep, timeout};

use super::check;
use super::turn::{PATIENCE, Record};
use crate::views::{DrillSwitch, DrillView};
use crate::{Control, Error, Event, Fault, names};

/// How often what a drill waits for is looked at: the finest step of the runtime's timer.
const STEP: Duration = Duration::from_millis(1);

/// How many of the newest drills are looked through for the newest of each scope.
const NEWEST: u32 = 200;

impl Control {
    /// Turns a switch off, measures how soon this server refuses new calls and ends running ones,
    /// turns it back, and leaves the figures in the audit log. To be run to its end: dropped
    /// half-way, it leaves the scope off.
    ///
    /// # Errors
    /// A refusal where there is no such scope, or it can't be drilled as things stand; a fault
    /// where a turn can be kept neither in the database nor in the mirror file.
    pub async fn drill(&self, who: &Principal, wish: &DrillSwitch) -> Result<DrillView, Error> {
        let begun = Instant::now();
        let scope = check::scope(&wish.scope)?;
        let permit = self.permit_turn(who, &scope)?;
        self.with_workspace(|workspace| check::known(workspace, &self.board(), &scope))?;
        let before = if self.inner.plane.refuses(&scope) { Before::Refused } else { Before::Served };
        let order = Order { scope: &scope, by: permit.who().name() };
        let rule = |current: Option<&Switch>, at| drill::begin(current, order, before, at);
        let thrown = self.throw(&scope, &rule).await?;
        let (off, live, fault) = (thrown.turned.next.clone(), thrown.live, thrown.fault.is_some());
        let measuring = self.measure(&scope, thrown.ended, Clock { begun, give_up: live + ENDED_WITHIN });
        // A copy that could not be written is told by the turn back, which writes it again.
        let ((refused_after, running), _) = tokio::join!(measuring, self.settle(thrown));
        if fault {
            // The turn waits for the database; one that is back must have it before the next.
            timeout(PATIENCE, self.flush()).await.ok();
        }
        let (off_for, kept) = self.turn_back(&off, live).await?;
        let drilled = Drilled { refused_after, running, off_for };
        let entry = self.entry(order.by, Action::SwitchDrilled, &scope.to_string(), drilled.to_string());
        self.note(entry.clone()).await;
        self.announce(Event::Switches);
        kept?;
        Ok(self.with_workspace(|workspace| view(workspace, &entry, &drilled, self.now())))
    }

    /// Waits until a new call is refused and until no call under the scope runs.
    async fn measure(&self, scope: &Scope, calls: u64, clock: Clock) -> (Option<Duration>, Running) {
        let plane = &self.inner.plane;
        let refused_after = clock.until(|| plane.refuses(scope)).await;
        let running = match self.with_workspace(|workspace| workspace.gateway.on_switch) {
            OnSwitch::Finish => match plane.running(scope) {
                0 => Running::None,
                calls => Running::MayFinish { calls },
            },
            OnSwitch::Cut => match (clock.until(|| plane.running(scope) == 0).await, calls) {
                (Some(_), 0) => Running::None,
                (Some(after), calls) => Running::Ended { calls, after },
                (None, calls) => {
                    let left = plane.running(scope);
                    Running::Left { calls: calls.max(left), left }
                }
            },
        };
        (refused_after, running)
    }

    /// Turns back what still is as the drill left it. How long it was off, `None` where somebody
    /// turned it meanwhile; and whether the turn could be kept.
    async fn turn_back(
        &self,
        off: &Switch,
        live: Instant,
    ) -> Result<(Option<Duration>, Result<(), Fault>), Error> {
        let rule = |current: Option<&Switch>, at| drill::end(current, off, at);
        match self.throw(&off.scope, &rule).await {
            Ok(thrown) => {
                let off_for = thrown.live.duration_since(live);
                let kept = match self.settle(thrown).await.1 {
                    Record::Kept | Record::Copied => Ok(()),
                    Record::Nowhere(fault) => Err(fault),
                };
                Ok((Some(off_for), kept))
            }
            Err(Error::Refused(_)) => Ok((None, Ok(()))),
            Err(fault) => Err(fault),
        }
    }

    /// The newest drill of this very scope; `None` where it was never drilled.
    pub(crate) async fn last_drill(&self, scope: &Scope) -> Result<Option<DrillView>, Fault> {
        Ok(self.drills_of(Some(scope.to_string()), 1).await?.pop())
    }

    /// The newest drill of each scope, newest first.
    pub(crate) async fn last_drills(&self) -> Result<Vec<DrillView>, Fault> {
        let mut newest: Vec<DrillView> = Vec::new();
        for drill in self.drills_of(None, NEWEST).await? {
            if newest.iter().all(|known| known.scope != drill.scope) {
                newest.push(drill);
            }
        }
        Ok(newest)
    }

    async fn drills_of(&self, subject: Option<String>, limit: u32) -> Result<Vec<DrillView>, Fault> {
        let filter = AuditFilter { who: None, action: Some(Action::SwitchDrilled), subject };
        let entries = self.store().audit(&filter, None, limit).await?;
        let read = |entry: &Entry| {
            let drilled =
                entry.detail.parse().map_err(|problem: String| Fault::new("read a drill", problem))?;
            Ok(self.with_workspace(|workspace| view(workspace, entry, &drilled, self.now())))
        };
        entries.iter().map(read).collect()
    }
}

/// When a drill began, and when it waits no longer.
#[derive(Clone, Copy)]
struct Clock {
    begun: Instant,
    give_up: Instant,
}

impl Clock {
    /// Time from the beginning until something holds; `None` where it did not in time.
    async fn until(self, mut holds: impl FnMut() -> bool) -> Option<Duration> {
        loop {
            if holds() {
                return Some(self.begun.elapsed());
            }
            if Instant::now() >= self.give_up {
                return None;
            }
            sleep(STEP).await;
        }
    }
}

fn view(workspace: &Workspace, entry: &Entry, drilled: &Drilled, now: Timestamp) -> DrillView {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let (calls_ended, ended) = match drilled.running {
        Running::None | Running::MayFinish { .. } => (0, None),
        Running::Ended { calls, after } => (calls, Some(micros(after))),
        Running::Left { calls, left } => (calls.saturating_sub(left), None),
    };
    DrillView {
        scope: entry.subject.clone(),
        by: names::person(workspace, &entry.who, now),
        at: entry.at.into(),
        outcome: drilled.outcome().as_str().to_owned(),
        refused_micros: drilled.refused_after.map(micros),
        calls_ended,
        ended_micros: ended,
        off_micros: drilled.off_for.map(micros),
        words: drilled.to_string(),
    }
}

//! Turning a switch.

use std::sync::Arc;
use std::time::Duration;

use domain::audit::{Action, Entry};
use domain::keys::Key;
use domain::people::{Permit, Principal, acts};
use domain::switch::{self, Board, Command, Scope, State, Switch, Turned};
use domain::{Refusal, Timestamp};
use store::{Part, Revisions};
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, timeout};

use super::check;
use crate::charges::gains_a_budget;
use crate::deferred::Deferred;
use crate::mirror::{self, Switches};
use crate::state::turn_of;
use crate::views::{SwitchTurned, TurnSwitch};
use crate::words::plural;
use crate::{Control, Error, Event, Fault, files};

/// How long the database may take before the turn goes on without it.
pub(crate) const PATIENCE: Duration = Duration::from_millis(400);

/// A turn that was decided, and how it was kept.
struct Kept {
    turned: Turned,
    /// The board that follows.
    board: Board,
    /// The fault of a database that did not take it.
    fault: Option<Fault>,
}

/// Decides a turn from the switch as it stands and the time.
pub(super) type Rule<'a> = &'a (dyn Fn(Option<&Switch>, Timestamp) -> Result<Turned, Refusal> + Send + Sync);

/// A turn that is live here. Holds the next turn back until it is settled.
pub(super) struct Thrown<'a> {
    pub(super) turned: Turned,
    /// Running calls that it ends.
    pub(super) ended: u64,
    /// When new calls met it.
    pub(super) live: Instant,
    /// The fault of a database that did not take it.
    pub(super) fault: Option<Fault>,
    _one_at_a_time: SemaphorePermit<'a>,
}

/// Where a turn, or the end of a key, that is in force here is kept.
pub(crate) enum Record {
    /// In the database.
    Kept,
    /// In the mirror file: it survives this server, and the database takes it later.
    Copied,
    /// Nowhere but in this process, which goes on trying the database.
    Nowhere(Fault),
}

impl Record {
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Copied => "copied",
            Self::Nowhere(_) => "nowhere",
        }
    }

    /// How the words on a turn end.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::Kept => "",
            Self::Copied => "; the database is away, its record follows",
            Self::Nowhere(_) => {
                "; in force on this server, not yet on record: neither the database nor the data folder takes it, and a restart before they do would forget it"
            }
        }
    }
}

impl Control {
    /// Turns a switch, and returns once new calls meet it.
    ///
    /// # Errors
    /// A refusal for who may not, without a reason, for an unknown scope or state, or where nothing
    /// would change; a fault where another turn is not done in time. A turn that can be kept neither
    /// in the database nor in the mirror file holds all the same, and the view says so.
    pub async fn turn(&self, who: &Principal, wish: &TurnSwitch) -> Result<SwitchTurned, Error> {
        let begun = Instant::now();
        let (scope, state) = (check::scope(&wish.scope)?, check::state(&wish.state)?);
        let permit = self.permit_turn(who, &scope)?;
        self.with_workspace(|workspace| check::known(workspace, &self.board(), &scope))?;
        let by = permit.who().name().to_owned();
        let command = Command { scope, state, reason: wish.reason.clone(), by };
        let rule = |current: Option<&Switch>, at| switch::decide(current, command.clone(), at);
        let thrown = self.throw(&command.scope, &rule).await?;
        let (ended, took) = (thrown.ended, thrown.live.duration_since(begun));
        let (turned, record) = self.settle(thrown).await;
        Ok(view(&turned, &record, (ended, took)))
    }

    /// Asks for permission to turn a scope: by role, or because it is one's own.
    pub(super) fn permit_turn(
        &self,
        who: &Principal,
        scope: &Scope,
    ) -> Result<Permit<acts::Switch>, Refusal> {
        self.with_workspace(|workspace| who.permit_turn(workspace.keepers(scope)))
    }

    /// Decides a turn, stores it and publishes it: when this returns, new calls meet it.
    pub(super) async fn throw(&self, scope: &Scope, rule: Rule<'_>) -> Result<Thrown<'_>, Error> {
        let one_at_a_time = turn_of(&self.inner.turning).await?;
        let Kept { turned, board, fault } = self.keep(scope, rule).await?;
        let board = Arc::new(board);
        self.inner.board.store(Arc::clone(&board));
        let ended = self.inner.plane.publish_switches(board).ended;
        Ok(Thrown { turned, ended, live: Instant::now(), fault, _one_at_a_time: one_at_a_time })
    }

    /// Copies a turn to the mirror file and tells live pages. Where the turn is kept then.
    pub(super) async fn settle(&self, thrown: Thrown<'_>) -> (Turned, Record) {
        let mirrored = self.mirror_switches().await;
        self.announce(Event::Switches);
        let record = match (&thrown.fault, mirrored) {
            (None, _) => Record::Kept,
            (Some(_), Ok(())) => Record::Copied,
            (Some(_), Err(fault)) => Record::Nowhere(fault),
        };
        (thrown.turned, record)
    }

    /// Decides and stores; without the database decides by what is live here.
    async fn keep(&self, scope: &Scope, rule: Rule<'_>) -> Result<Kept, Error> {
        let id_and_time = self.entry("", Action::SwitchTurned, "", String::new());
        let stored = timeout(PATIENCE, self.store_turn(scope, rule, &id_and_time)).await;
        let fault = match stored {
            Ok(Ok((turned, number))) => {
                let board = self.next_board(number, &turned.next);
                return Ok(Kept { turned, board, fault: None });
            }
            Ok(Err(Error::Fault(fault))) => fault,
            Ok(Err(refused)) => return Err(refused),
            Err(late) => Fault::new("turn a switch", late),
        };
        tracing::error!(error = fault.chain(), %scope, "a switch is turned without the database");
        let live = self.board();
        let current = live.get(scope);
        let turned = rule(current, after(current, id_and_time.at))?;
        let entry = entry_of(&turned, &id_and_time);
        self.inner.queue.push(Deferred::Turn { switch: turned.next.clone(), entry });
        let board = self.next_board(live.number() + 1, &turned.next);
        Ok(Kept { turned, board, fault: Some(fault) })
    }

    async fn store_turn(
        &self,
        scope: &Scope,
        rule: Rule<'_>,
        id_and_time: &Entry,
    ) -> Result<(Turned, u64), Error> {
        let mut tx = self.store().begin("turn a switch").await?;
        let number = tx.bump(Part::Switches).await?;
        let (stored, live) = (tx.switch(scope).await?, self.board());
        let current = newest(stored.as_ref(), live.get(scope));
        let turned = rule(current, after(current, id_and_time.at))?;
        tx.set_switch(&turned.next).await?;
        tx.append(&entry_of(&turned, id_and_time)).await?;
        tx.commit().await?;
        Ok((turned, number))
    }

    /// The live board with one switch replaced. Its number grows, whatever the database says.
    fn next_board(&self, number: u64, turned: &Switch) -> Board {
        let live = self.board();
        let others = live.iter().filter(|switch| switch.scope != turned.scope).cloned();
        Board::new(number.max(live.number() + 1), others.chain([turned.clone()]))
    }

    pub(crate) async fn mirror_switches(&self) -> Result<(), Fault> {
        let mirror = Switches::of(&self.board(), self.inner.queue.stops());
        let written = files::write_json(&mirror::switches_file(&self.inner.parts.data), &mirror).await;
        if let Err(fault) = &written {
            tracing::error!(error = fault.chain(), "the copy of the switches can't be written");
        }
        written
    }

    /// Writes what waited for the database, and takes over what other servers changed there.
    pub(crate) async fn catch_up(&self) {
        let waiting = self.inner.queue.len();
        if waiting > 0 {
            self.flush().await;
            if self.inner.queue.len() < waiting {
                self.mirror_switches().await.ok();
                // The database was away. It may have come back without its last commits, and the
                // numbers that were just given out again would hide that.
                *self.seen() = None;
            }
        }
        let known = *self.seen();
        if (known.is_none() || self.store().is_shared())
            && let Err(fault) = self.take_over(known).await
            && !fault.passing
        {
            tracing::error!(error = fault.chain(), "changes of other servers can't be read");
        }
    }

    async fn take_over(&self, known: Option<Revisions>) -> Result<(), Fault> {
        let revisions = self.store().revisions().await?;
        if known == Some(revisions) {
            return Ok(());
        }
        let (board, own) = (self.board(), self.all_keys());
        let (keys, switches, number) = mirror::from_store(self.store()).await?;
        let switched = self.take_switches(&board, switches, number).await?;
        let keyed = self.take_keys(&own, keys).await?;
        if switched && keyed {
            *self.seen() = Some(revisions);
        }
        Ok(())
    }

    /// Makes the database's switches live; false where one was turned here since they were read.
    async fn take_switches(
        &self,
        read_beside: &Arc<Board>,
        switches: Vec<Switch>,
        number: u64,
    ) -> Result<bool, Fault> {
        let _one_at_a_time = turn_of(&self.inner.turning).await?;
        let live = self.board();
        if !Arc::ptr_eq(&live, read_beside) {
            return Ok(false);
        }
        let held: Vec<Switch> = live.iter().cloned().collect();
        let switches = mirror::with_turns(switches, &self.inner.queue.stops());
        let (switches, lost) = mirror::with_held(switches, &held);
        for switch in lost {
            let entry = self.entry("system", Action::SwitchTurned, "", String::new());
            self.inner.queue.push(mirror::lost_switch(switch, entry));
        }
        let board = Board::new(number.max(live.number() + 1), switches);
        if !board.iter().eq(live.iter()) {
            let board = Arc::new(board);
            self.inner.board.store(Arc::clone(&board));
            self.inner.plane.publish_switches(board);
            self.mirror_switches().await.ok();
            self.announce(Event::Switches);
        }
        Ok(true)
    }

    /// Makes the database's keys live; false where one was changed here since they were read.
    async fn take_keys(&self, read_beside: &Arc<Vec<Key>>, keys: Vec<Key>) -> Result<bool, Fault> {
        let _one_at_a_time = turn_of(&self.inner.keying).await?;
        let live = self.all_keys();
        if !Arc::ptr_eq(&live, read_beside) {
            return Ok(false);
        }
        let keys = mirror::with_ends(keys, &self.inner.queue.stops());
        let (keys, lost) = mirror::with_held_keys(keys, &live);
        for key in lost {
            self.inner
                .queue
                .push(mirror::lost_key(key, self.entry("system", Action::KeyCreated, "", String::new())));
        }
        if *live != keys {
            if gains_a_budget(&live, &keys) {
                self.recount().await;
            }
            self.publish_keys(keys).await.ok();
        }
        Ok(true)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Option<Revisions>> {
        self.inner.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The entry of a turn, from one that has its id and time.
fn entry_of(turned: &Turned, id_and_time: &Entry) -> Entry {
    let next = &turned.next;
    Entry {
        who: next.by.clone(),
        subject: next.scope.to_string(),
        detail: format!("{} → {}: {}", turned.before, next.state, next.reason),
        ..id_and_time.clone()
    }
}

/// How a switch stands: the database may have lost this server's last turn in a crash of its own,
/// and what holds here is then what people see.
fn newest<'a>(stored: Option<&'a Switch>, live: Option<&'a Switch>) -> Option<&'a Switch> {
    [stored, live].into_iter().flatten().max_by_key(|switch| switch.since)
}

/// Now, but after the switch was last turned: the newest turn must win although a clock was set
/// back, or another server's is ahead.
fn after(current: Option<&Switch>, now: Timestamp) -> Timestamp {
    current.map_or(now, |switch| now.max(switch.since.plus_ms(1)))
}

fn view(turned: &Turned, record: &Record, (ended, took): (u64, Duration)) -> SwitchTurned {
    let next = &turned.next;
    let took_micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let calls = match (next.state, ended) {
        (State::On, _) => String::new(),
        (_, 0) => "; no running call had to be ended".to_owned(),
        (_, some) => format!("; {} ended", are(some)),
    };
    let ms = format!("{}.{} ms", took_micros / 1_000, took_micros % 1_000 / 100);
    SwitchTurned {
        scope: next.scope.to_string(),
        before: turned.before.to_string(),
        state: next.state.to_string(),
        reason: next.reason.clone(),
        by: next.by.clone(),
        at: next.since.into(),
        took_micros,
        calls_ended: ended,
        record: record.as_str().to_owned(),
        words: format!("{} is {} after {ms}{calls}{}", subject(&next.scope), next.state, record.words()),
    }
}

fn are(count: u64) -> String {
    format!("{} {}", plural(count, "running call"), if count == 1 { "was" } else { "were" })
}

fn subject(scope: &Scope) -> String {
    match scope {
        Scope::All => "everything".to_owned(),
        Scope::Workflow(id) => id.to_string(),
        other => other.to_string(),
    }
}

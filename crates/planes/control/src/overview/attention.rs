//! What needs a person now. Each item says what to do about it.

use config::Workspace;
use domain::Timestamp;
use domain::routing::{Class, LaneState, Position};
use domain::switch::State;
use ledger::Health;

use crate::configuration::Configured;
use crate::views::{Attention, BudgetLine, KeyRow, LedgerView, Subject, SubjectKind, Tone, WorkflowRow};
use crate::words::plural;
use crate::{Control, budgets, keys, names};

impl Control {
    /// What is wrong with the server as a whole, and what makes calls be refused. Costs no query.
    pub(crate) fn alerts(&self) -> Vec<Attention> {
        let mut items = self.of_server();
        items.extend(self.refusing());
        worst_first(&mut items);
        items
    }

    /// What is wrong with the server as a whole: configuration, ledger, switches, providers.
    pub(super) fn of_server(&self) -> Vec<Attention> {
        let live = self.configured();
        let health = self.ledger().health();
        let mut items: Vec<Attention> = refused(&live).into_iter().collect();
        items.extend(waiting(&live));
        items.extend(ledger_items(&health));
        items.extend(self.switched(&live.snapshot.workspace));
        let waiting = u64::try_from(self.inner.queue.len()).unwrap_or(u64::MAX);
        items.extend(store_away(waiting));
        items.extend(self.inner.plane.lanes().iter().filter_map(open_lane));
        items
    }

    fn switched(&self, workspace: &Workspace) -> Vec<Attention> {
        let now = self.now();
        let board = self.board();
        let item = |switch: &domain::switch::Switch| {
            let scope = switch.scope.to_string();
            let by = names::person(workspace, &switch.by, now);
            let owner = workspace.keepers(&switch.scope).owner;
            Attention {
                tone: if switch.state == State::Fallback { Tone::Warn } else { Tone::Bad },
                text: format!("{scope} is {}: {}", switch.state, switch.reason),
                action: format!("turn it on when the reason is gone; {} turned it", by.name),
                since: Some(switch.since.into()),
                about: Some(Subject { kind: SubjectKind::Scope, id: scope }),
                owner: owner.map(|id| names::person(workspace, id.as_str(), now)),
            }
        };
        board.iter().map(item).collect()
    }
}

/// Worst first; of the same tone the one that was first.
pub(crate) fn worst_first(items: &mut [Attention]) {
    items.sort_by_key(|item| std::cmp::Reverse(item.tone));
}

/// Workflows that are not well for another reason than a switch, which is an item of its own.
pub(super) fn workflows(rows: &[WorkflowRow]) -> Vec<Attention> {
    let troubled = rows.iter().filter(|row| row.tone >= Tone::Warn && row.switch.is_none());
    troubled
        .map(|row| {
            let no_owner = !row.owner.here;
            Attention {
                tone: row.tone,
                text: format!("{}: {}", row.id, row.concern),
                action: if no_owner {
                    format!("name another owner in workflows/{}.toml", row.id)
                } else {
                    "look at its newest runs and its budget".to_owned()
                },
                since: None,
                about: Some(Subject { kind: SubjectKind::Workflow, id: row.id.clone() }),
                owner: Some(row.owner.clone()),
            }
        })
        .collect()
}

/// Budgets of the organisation and of pods that near their end; those of workflows are said there.
pub(super) fn wide_budgets(lines: &[BudgetLine]) -> Vec<Attention> {
    let wide = lines.iter().filter(|line| !line.holder.starts_with("workflow/"));
    wide.filter_map(|line| {
        let concern = budgets::concern(line)?;
        Some(Attention {
            tone: line.tone,
            text: format!("{}: {concern}", line.account),
            action: "see where the money goes, or raise the budget in countersign.toml".to_owned(),
            since: None,
            about: Some(Subject { kind: SubjectKind::Spend, id: String::new() }),
            owner: None,
        })
    })
    .collect()
}

/// Keys that end soon.
pub(super) fn ending(rows: &[KeyRow], now: Timestamp) -> Vec<Attention> {
    let soon = rows.iter().filter(|row| keys::ends_soon(row, now));
    soon.map(|row| Attention {
        tone: Tone::Info,
        text: format!("the key {:?} ends soon", row.label),
        action: "create another and hand it over before it does".to_owned(),
        since: row.expires,
        about: Some(Subject { kind: SubjectKind::Key, id: row.id.clone() }),
        owner: None,
    })
    .collect()
}

fn refused(live: &Configured) -> Option<Attention> {
    let refused = live.refused.as_ref()?;
    let which =
        if live.from_copy { "the server runs on its own copy" } else { "the last good configuration stays" };
    Some(Attention {
        tone: Tone::Bad,
        text: format!("the workspace's files are refused ({}); {which}", refused.summary()),
        action: "correct the files; they are read again by themselves".to_owned(),
        since: Some(refused.at.into()),
        about: Some(Subject { kind: SubjectKind::Configuration, id: String::new() }),
        owner: None,
    })
}

/// Settings that wait for a restart.
fn waiting(live: &Configured) -> Option<Attention> {
    let keys: Vec<_> = live.waiting().into_iter().map(|(key, _)| key).collect();
    (!keys.is_empty()).then(|| Attention {
        tone: Tone::Warn,
        text: format!("not in force until a restart: {} in countersign.toml", keys.join(", ")),
        action: "restart the server: these are read at start only".to_owned(),
        since: Some(live.snapshot.loaded.into()),
        about: Some(Subject { kind: SubjectKind::Configuration, id: String::new() }),
        owner: None,
    })
}

fn store_away(waiting: u64) -> Option<Attention> {
    (waiting > 0).then(|| Attention {
        tone: Tone::Warn,
        text: format!("{} for the database", entries_wait(waiting)),
        action: "bring the database back; they are written by themselves".to_owned(),
        since: None,
        about: Some(Subject { kind: SubjectKind::Ledger, id: String::new() }),
        owner: None,
    })
}

/// A lane whose breaker opened and that no call has closed again: that the next call may try it does
/// not mean that it answers. A credential needs someone; the rest may pass by itself.
fn open_lane(state: &LaneState) -> Option<Attention> {
    let (since, cause) = match &state.position {
        Position::Closed => return None,
        Position::Open { since, cause, .. } | Position::Probing { since, cause, .. } => (since, cause),
    };
    let credential = cause.class == Class::Credential;
    let text = match state.resting {
        Some(_) => format!("the breaker of {} is open: {}", state.lane, cause.what),
        None => format!("{} failed last, and a call may try it again: {}", state.lane, cause.what),
    };
    Some(Attention {
        tone: if credential { Tone::Bad } else { Tone::Warn },
        text,
        action: if credential {
            "put a good key where this one is read from".to_owned()
        } else {
            "calls go to the route's other targets, where it has any; see how the provider is doing"
                .to_owned()
        },
        since: Some((*since).into()),
        about: Some(Subject { kind: SubjectKind::Provider, id: state.lane.provider.to_string() }),
        owner: None,
    })
}

fn entries_wait(count: u64) -> String {
    let verb = if count == 1 { "waits" } else { "wait" };
    let noun = if count == 1 { "change" } else { "changes" };
    format!("{count} {noun} {verb}")
}

fn ledger_items(health: &Health) -> Vec<Attention> {
    let view = ledger_view(health);
    let about = Some(Subject { kind: SubjectKind::Ledger, id: String::new() });
    let item = |tone, text: String, action: &str| Attention {
        tone,
        text,
        action: action.to_owned(),
        since: health.oldest.map(Into::into),
        about: about.clone(),
        owner: None,
    };
    let mut items = Vec::new();
    if view.tone >= Tone::Warn {
        items.push(item(view.tone, view.detail, "look at the server's log, its disk and its database"));
    }
    items.extend(set_aside(health).map(|text| item(Tone::Bad, text, "look into the folder `journal`")));
    items
}

/// What is said of records that the database did not take: their calls are in no figure.
pub(crate) fn set_aside(health: &Health) -> Option<String> {
    let set_aside = health.corrupt_records.saturating_add(health.rejected_records);
    let text = || {
        format!("{} could not be taken in since the start and were set aside", plural(set_aside, "record"))
    };
    (set_aside > 0).then(text)
}

/// The ledger's health as pages show it.
pub(crate) fn ledger_view(health: &Health) -> LedgerView {
    let kib = health.spooled_bytes.div_ceil(1_024);
    let (tone, detail) = match (health.accepting, &health.journal_error, &health.database_error) {
        (false, Some(_), _) => {
            (Tone::Bad, "records can't be written to the journal; calls are refused".to_owned())
        }
        (false, None, _) => {
            (Tone::Bad, format!("the journal is full ({kib} KiB wait for the database); calls are refused"))
        }
        (true, _, Some(_)) => (
            Tone::Warn,
            format!(
                "the database is away; {} ({kib} KiB) wait on disk",
                plural(health.spooled_records, "record")
            ),
        ),
        (true, _, None) => (Tone::Good, "records are durable and can be read".to_owned()),
    };
    LedgerView { tone, detail, spooled_bytes: health.spooled_bytes, dropped_bodies: health.dropped_bodies }
}

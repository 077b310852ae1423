//! Keeping the configuration current: on a signal, and by looking at the folder.

use std::sync::Arc;
use std::time::Duration;

use config::{Files, Problem, Snapshot};
use domain::audit::Action;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::load::{keep_copy, problem_words, read};
use super::{Configured, Fingerprint, Refused, brief};
use crate::deferred::Deferred;
use crate::state::turn_of;
use crate::views::ConfigBrief;
use crate::{Control, Error, Event};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How many looks apart charges of calls are counted that began before the newest budgets.
const RECOUNT: u64 = 4;
/// How many looks apart other work of the background is.
const HOURLY: u64 = 3_600 * 2;

impl Control {
    /// Reads the files again, whether or not they look changed, and the providers' credentials.
    /// Files that are wrong change nothing but the report.
    ///
    /// # Errors
    /// A fault where reading itself broke; wrong files are in the view.
    pub async fn reload(&self) -> Result<ConfigBrief, Error> {
        let read = read(&self.inner.parts.workspace, self.now()).await?;
        let _one_at_a_time = turn_of(&self.inner.loading).await?;
        let before = self.configured();
        match read.outcome {
            Ok((snapshot, files)) => self.accept(snapshot, files, read.fingerprint).await,
            Err(problems) => self.refuse(problems, read.fingerprint).await,
        }
        let live = self.configured();
        if live.hash() == before.hash() {
            self.inner.plane.reread_credentials();
        }
        Ok(brief(&live, &self.inner.parts.workspace))
    }

    /// Does what has to be done now and then, until told to stop: looks at the folder, writes what
    /// waited for the database, takes over what other servers changed, applies retention, tells
    /// live pages of new records.
    pub async fn watch(&self, stop: CancellationToken) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut facts = self.ledger().subscribe();
        let (mut seen, mut count) = (None, 0_u64);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                changed = facts.changed() => match changed {
                    Ok(()) => self.announce(Event::Facts),
                    Err(_) => return,
                },
                _ = ticks.tick() => {
                    seen = self.look(seen).await;
                    self.catch_up().await;
                    if count.is_multiple_of(RECOUNT) {
                        self.recount_stragglers().await;
                    }
                    if count.is_multiple_of(HOURLY) {
                        self.apply_retention().await;
                    }
                    count += 1;
                }
            }
        }
    }

    /// Reloads if the folder has changed and stands still since the last look, so that half of a
    /// checkout is not taken for a configuration.
    async fn look(&self, before: Option<Fingerprint>) -> Option<Fingerprint> {
        let folder = self.inner.parts.workspace.clone();
        let now = tokio::task::spawn_blocking(move || super::folder::fingerprint(&folder)).await.ok()?;
        let settled = before.as_ref() == Some(&now);
        let changed = self.inner.configured.load().fingerprint != now;
        if changed
            && settled
            && let Err(error) = self.reload().await
        {
            tracing::error!(%error, "the workspace can't be read");
        }
        Some(now)
    }

    async fn accept(&self, snapshot: Snapshot, files: Files, fingerprint: Fingerprint) {
        let before = self.configured();
        let same = before.hash() == snapshot.workspace.hash;
        if same && before.refused.is_none() {
            self.inner.configured.store(Arc::new(Configured { fingerprint, ..(*before).clone() }));
            return;
        }
        keep_copy(&self.inner.parts.data, &snapshot.workspace.hash, &files).await;
        let snapshot = if same { Arc::clone(&before.snapshot) } else { Arc::new(snapshot) };
        let hash = snapshot.workspace.hash.clone();
        let next = Configured {
            snapshot,
            files: Arc::new(files.clone()),
            fingerprint,
            from_copy: false,
            refused: None,
            at_start: before.at_start,
        };
        warn_of_restart(&before, &next);
        self.go_live(next).await;
        let detail = changes(&before.files, &files).join(", ");
        tracing::info!(config = hash, changes = detail, "a configuration is live");
        let detail = if detail.is_empty() { "the files are as they were".to_owned() } else { detail };
        let entry = self.entry("system", Action::ConfigLoaded, &format!("configuration/{hash}"), detail);
        self.inner.queue.push(Deferred::Config { hash, files, entry });
        self.flush().await;
        self.announce(Event::Configuration);
    }

    /// Makes it live; where it is another than before, with what was charged before its budgets.
    async fn go_live(&self, next: Configured) {
        if self.configured().hash() == next.hash() {
            self.inner.configured.store(Arc::new(next));
            return;
        }
        let snapshot = Arc::clone(&next.snapshot);
        self.recount().await;
        self.inner.configured.store(Arc::new(next));
        self.inner.plane.publish_snapshot(snapshot);
        self.recount_later();
    }

    async fn refuse(&self, problems: Vec<Problem>, fingerprint: Fingerprint) {
        let before = self.configured();
        let known = before.refused.as_ref().is_some_and(|refused| refused.problems == problems);
        let summary = problem_words(&problems);
        let refused = Some(Refused { at: self.now(), problems });
        self.inner.configured.store(Arc::new(Configured { fingerprint, refused, ..(*before).clone() }));
        if known {
            return;
        }
        tracing::error!(
            problems = summary,
            "the workspace's files are refused; the last good configuration stays"
        );
        self.announce(Event::Configuration);
        self.note(self.entry("system", Action::ConfigRefused, "configuration", summary)).await;
    }
}

/// Logs which keys wait for a restart that did not wait before, or waited with another value.
fn warn_of_restart(before: &Configured, next: &Configured) {
    for (key, _) in next.waiting().into_iter().filter(|one| !before.waiting().contains(one)) {
        tracing::warn!(key, "the live files say something else than the server started with: restart it");
    }
}

/// What differs between two sets of files: `changed workflows/a.toml`.
pub(super) fn changes(before: &Files, after: &Files) -> Vec<String> {
    let written = after.iter().filter_map(|(path, text)| match before.get(path) {
        None => Some(format!("added {path}")),
        Some(known) if known != text => Some(format!("changed {path}")),
        Some(_) => None,
    });
    let gone = before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("removed {path}"));
    written.chain(gone).collect()
}

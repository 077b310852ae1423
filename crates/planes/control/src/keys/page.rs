//! Keys as pages show them.

use std::collections::HashMap;

use domain::Timestamp;
use domain::holder::Holder;
use domain::ids::WorkflowId;
use domain::keys::Key;
use domain::people::{Permit, acts};

use crate::audit::{self, as_usize};
use crate::error::bad;
use crate::figures::{self, By};
use crate::period::Period;
use crate::say::Say;
use crate::switches::works;
use crate::views::{Figures, KeyRow, KeyState, KeysPage, KeysQuery, Sentence, Tone};
use crate::words::plural;
use crate::{Control, Error, budgets, names};
use domain::time::DAY_MS;

/// A key that ends within this time is worth a word.
const SOON_MS: i64 = 7 * DAY_MS;

impl Control {
    /// All keys, without secrets.
    ///
    /// # Errors
    /// A fault where their figures can't be read.
    pub async fn keys(&self, _permit: &Permit<acts::Look>) -> Result<KeysPage, Error> {
        self.fresh().await;
        let now = self.now();
        let mut rows: Vec<KeyRow> = self.all_keys().iter().map(|key| self.key_row(key)).collect();
        self.use_of(&mut rows, None).await?;
        rows.sort_by_key(|row| row.state);
        let snapshot = self.snapshot();
        Ok(KeysPage {
            sentence: sentence(&rows, now),
            rows,
            choices: names::choices(&snapshot.workspace, now),
            next: None,
        })
    }

    /// Fills in what was used with keys over the last 30 days, perhaps by one workflow only.
    pub(crate) async fn use_of(
        &self,
        rows: &mut [KeyRow],
        workflow: Option<&WorkflowId>,
    ) -> Result<(), Error> {
        let used = self.spend_by(By::Key, &Period::last_days(self.now(), 30), workflow).await?;
        let used: HashMap<&str, Figures> =
            used.iter().map(|row| (row.key.as_str(), figures::of(row))).collect();
        for row in rows {
            row.figures = used.get(row.id.as_str()).cloned().unwrap_or_default();
        }
        Ok(())
    }

    /// A page of the keys, newest first, without secrets. The order is one that no change of a key
    /// changes, so that whoever turns the pages sees each.
    ///
    /// # Errors
    /// As [`Control::keys`]; a refusal where the cursor names no key.
    pub async fn keys_page(&self, permit: &Permit<acts::Look>, query: &KeysQuery) -> Result<KeysPage, Error> {
        let mut page = self.keys(permit).await?;
        page.rows.sort_by(|one, other| other.id.cmp(&one.id));
        if let Some(cursor) = query.cursor.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let before = page.rows.iter().position(|row| row.id == cursor);
            let before = before.ok_or_else(|| bad("cursor", "not one that a list gave out"))?;
            page.rows.drain(..=before);
        }
        let most = as_usize(audit::limit(query.limit));
        if page.rows.len() > most {
            page.rows.truncate(most);
            page.next = page.rows.last().map(|row| row.id.clone());
        }
        Ok(page)
    }

    /// A key as a row, without what was used with it.
    pub(crate) fn key_row(&self, key: &Key) -> KeyRow {
        let now = self.now();
        let serves = |id: &WorkflowId| self.with_workspace(|workspace| workspace.workflows.contains_key(id));
        let state = match key {
            Key { revoked: Some(_), .. } => KeyState::Revoked,
            key if !works(key, now) => KeyState::Expired,
            key if !key.workflows.iter().any(serves) => KeyState::Idle,
            _ => KeyState::Active,
        };
        let holder = Holder::Key(key.id);
        KeyRow {
            id: key.id.to_string(),
            label: key.label.clone(),
            state,
            workflows: key.workflows.iter().map(ToString::to_string).collect(),
            agent: key.agent.as_ref().map(ToString::to_string),
            created_by: key.created_by.clone(),
            created: key.created.into(),
            expires: key.expires.map(Into::into),
            revoked: key.revoked.map(Into::into),
            limits: budgets::limits(&holder, &key.limits),
            budgets: self.standing(&budgets::lines(&holder, &key.budget)),
            figures: Figures::default(),
        }
    }
}

/// Whether a key that works ends soon.
pub(crate) fn ends_soon(row: &KeyRow, now: Timestamp) -> bool {
    row.state == KeyState::Active && row.expires.is_some_and(|at| at.timestamp().since(now) <= SOON_MS)
}

fn sentence(rows: &[KeyRow], now: Timestamp) -> Sentence {
    let count = |holds: &dyn Fn(&KeyRow) -> bool| {
        u64::try_from(rows.iter().filter(|row| holds(row)).count()).unwrap_or(u64::MAX)
    };
    let active = count(&|row| row.state == KeyState::Active);
    let say = Say::new().text(&match active {
        0 => "No key works".to_owned(),
        1 => "1 key works".to_owned(),
        many => format!("{many} keys work"),
    });
    let soon = count(&|row| ends_soon(row, now));
    let say = match soon {
        0 => say,
        some => say.text(", ").toned(Tone::Warn, &format!("{some} of them for less than 7 days more")),
    };
    match count(&|row| row.state == KeyState::Idle) {
        0 => say.text(".").end(),
        some => {
            say.text("; ").toned(Tone::Info, &format!("{} no workflow any more", serve(some))).text(".").end()
        }
    }
}

fn serve(count: u64) -> String {
    format!("{} {}", plural(count, "key"), if count == 1 { "serves" } else { "serve" })
}

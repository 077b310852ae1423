//! What budget holders were charged.

use db::{Db, Fault, Sql, args, row, sql};
use domain::holder::Holder;
use domain::ids::{PodId, WorkflowId};
use domain::money::NanoUsd;
use domain::time::{Timestamp, Window};

const SETTLED: Sql = sql!("read/settled");
const SETTLED_ALL: Sql = sql!("read/settled_all");

/// What a holder was charged in the window that began at the given time.
pub type Charged = (Holder, Window, Timestamp, NanoUsd);

row! {
    struct Settled {
        settled: NanoUsd,
    }
}
row! {
    struct Account {
        holder: String,
        name: String,
        settled: NanoUsd,
    }
}

/// A holder as two columns.
pub(crate) fn holder_columns(holder: &Holder) -> (&'static str, String) {
    match holder {
        Holder::Organisation => ("organisation", String::new()),
        Holder::Pod(pod) => ("pod", pod.to_string()),
        Holder::Workflow(workflow) => ("workflow", workflow.to_string()),
        Holder::Key(key) => ("key", key.to_string()),
    }
}

fn holder(account: &Account) -> Option<Holder> {
    let name = account.name.as_str();
    match account.holder.as_str() {
        "organisation" => Some(Holder::Organisation),
        "pod" => PodId::new(name).ok().map(Holder::Pod),
        "workflow" => WorkflowId::new(name).ok().map(Holder::Workflow),
        "key" => name.parse().ok().map(Holder::Key),
        _ => None,
    }
}

pub(crate) async fn settled(
    db: &Db,
    holder: &Holder,
    window: Window,
    start: Timestamp,
) -> Result<NanoUsd, Fault> {
    let (kind, name) = holder_columns(holder);
    let row: Option<Settled> = db.optional(SETTLED, args![window.as_str(), start, kind, name]).await?;
    Ok(row.map_or(NanoUsd::ZERO, |row| row.settled))
}

/// Everyone's charges in the day and the month that contain `now`.
pub(crate) async fn settled_all(db: &Db, now: Timestamp) -> Result<Vec<Charged>, Fault> {
    let mut all = Vec::new();
    for window in [Window::Day, Window::Month] {
        let start = window.start(now);
        let rows: Vec<Account> = db.all(SETTLED_ALL, args![window.as_str(), start]).await?;
        for row in rows {
            let holder =
                holder(&row).ok_or_else(|| Fault::new("read accounts", "an account has no known holder"))?;
            all.push((holder, window, start, row.settled));
        }
    }
    Ok(all)
}

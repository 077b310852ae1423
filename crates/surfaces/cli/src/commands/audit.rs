//! `audit list`: who did what, newest first.

use control::views::{AuditPage, AuditRow};

use super::{view, words};
use crate::args::{Audit, AuditList};
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// The most the server gives at once.
const PAGE: u32 = 200;

/// Runs the verb.
pub(super) async fn run(verb: Audit, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    match verb {
        Audit::List(args) => list(args, client, output).await,
    }
}

async fn list(args: AuditList, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let mut left = args.limit;
    let mut cursor: Option<String> = None;
    let mut rows = Vec::new();
    while left > 0 {
        let mut query = vec![("limit", left.min(PAGE).to_string())];
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let answer = client.get(&["audit"], &query).await?;
        let page: AuditPage = view(answer)?;
        left = left.saturating_sub(u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
        rows.extend(page.rows);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    print(&rows, output)?;
    Ok(Exit::Done)
}

fn print(rows: &[AuditRow], output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        for row in rows {
            output.object(row)?;
        }
        return Ok(());
    }
    let mut table = Table::new([
        ("at", Align::Left),
        ("who", Align::Left),
        ("what", Align::Left),
        ("to", Align::Left),
        ("detail", Align::Left),
    ]);
    for row in rows {
        table.row([
            words::moment(row.at),
            row.who_name.clone(),
            row.words.clone(),
            row.subject.clone(),
            row.detail.clone(),
        ]);
    }
    output.table(&table)?;
    Ok(())
}

//! `key create`, `key list`, `key revoke`.
//!
//! The secret of a new key is the only thing printed to standard output, so that
//! `KEY=$(countersign key create …)` works; what a person should know goes beside it.

use control::views::{KeyCreated, KeyRevoked, KeyRow, KeyState, KeysPage, NewKey};
use serde_json::json;

use super::{view, words};
use crate::args::{Key, KeyCreate, KeyRevoke};
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Runs the verb.
pub(super) async fn run(verb: Key, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    match verb {
        Key::Create(args) => create(*args, client, output).await,
        Key::List => list(client, output).await,
        Key::Revoke(args) => revoke(args, client, output).await,
    }
}

/// How many keys are asked for at once.
const PAGE: u32 = 200;

async fn create(args: KeyCreate, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let body = serde_json::to_value(wanted(args))?;
    let created: KeyCreated = view(client.post(&["keys"], &body).await?)?;
    if output.is_json() {
        output.object(&json!({ "id": created.id, "key": created.key }))?;
    } else {
        let serves = created.row.workflows.join(", ");
        let ends = created
            .row
            .expires
            .map_or_else(|| "until it is revoked".into(), |at| format!("until {}", words::moment(at)));
        output.remark(format!("{} serves {serves} {ends}. Its secret is shown this once:", created.id))?;
        output.line(&created.key)?;
    }
    Ok(Exit::Done)
}

fn wanted(args: KeyCreate) -> NewKey {
    let dollars = |amount: Option<domain::NanoUsd>| amount.map(domain::NanoUsd::to_decimal);
    NewKey {
        workflows: args.workflows.iter().map(ToString::to_string).collect(),
        agent: args.agent.map(|agent| agent.to_string()),
        label: args.label,
        expires: args.expires,
        requests_per_minute: args.requests_per_minute,
        tokens_per_minute: args.tokens_per_minute,
        concurrent: args.concurrent,
        iterations_per_run: args.iterations_per_run,
        budget_day: dollars(args.budget_day),
        budget_month: dollars(args.budget_month),
        budget_run: dollars(args.budget_run),
    }
}

async fn list(client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    let sentence = loop {
        let mut query = vec![("limit", PAGE.to_string())];
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let page: KeysPage = view(client.get(&["keys"], &query).await?)?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break page.sentence,
        }
    };
    if output.is_json() {
        rows.iter().try_for_each(|row| output.object(row))?;
        return Ok(Exit::Done);
    }
    output.line(&sentence)?;
    if !rows.is_empty() {
        output.line("")?;
        output.table(&table(&rows))?;
    }
    Ok(Exit::Done)
}

fn table(rows: &[KeyRow]) -> Table {
    let mut table = Table::new([
        ("id", Align::Left),
        ("label", Align::Left),
        ("state", Align::Left),
        ("workflows", Align::Left),
        ("agent", Align::Left),
        ("expires", Align::Left),
        ("calls 30 d", Align::Right),
        ("cost 30 d", Align::Right),
    ]);
    for row in rows {
        table.row([
            row.id.clone(),
            row.label.clone(),
            state(row),
            row.workflows.join(", "),
            words::or_dash(row.agent.as_deref()),
            row.expires.map_or_else(|| "–".into(), words::moment),
            row.figures.calls.to_string(),
            words::money_with_mark(&row.figures.cost, &row.figures.estimated_cost),
        ]);
    }
    table
}

fn state(row: &KeyRow) -> String {
    match row.state {
        KeyState::Active => "active".into(),
        KeyState::Idle => "idle".into(),
        KeyState::Expired => "expired".into(),
        KeyState::Revoked => {
            row.revoked.map_or_else(|| "revoked".into(), |at| format!("revoked {}", words::moment(at)))
        }
    }
}

async fn revoke(args: KeyRevoke, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = client.delete(&["keys", &args.id]).await?;
    if output.is_json() {
        output.object(&answer)?;
    } else {
        let revoked: KeyRevoked = view(answer)?;
        output.line(&revoked.words)?;
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Command};

    fn create_args(line: &str) -> KeyCreate {
        let cli = Cli::try_parse_from(format!("countersign key create {line}").split_whitespace());
        match cli.unwrap().command {
            Command::Key(Key::Create(args)) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_become_a_key_as_the_server_reads_it() {
        let args = create_args(
            "--workflow a --workflow b --agent bot --expires 90d --concurrent 3 --budget-month 25",
        );
        let expected = NewKey {
            workflows: vec!["a".into(), "b".into()],
            agent: Some("bot".into()),
            expires: Some("90d".into()),
            concurrent: Some(3),
            budget_month: Some("25.00".into()),
            ..NewKey::default()
        };
        assert_eq!(wanted(args), expected);
    }
}

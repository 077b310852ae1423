//! `switch`: turns a switch and says how long it took; `switch drill`: proves that one works.

use std::time::Duration;

use anyhow::bail;
use control::views::{DrillSwitch, DrillView, SwitchTurned, TurnSwitch};
use domain::switch::drill::{ENDED_WITHIN, Outcome, REFUSED_WITHIN};

use super::view;
use crate::args::{Drill, Switch, Turn, Verb};
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Does the one or the other.
pub(super) async fn run(args: Switch, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    match (args.verb, args.turn) {
        (Some(Verb::Drill(args)), _) => drill(&args, client, output).await,
        (None, Some(args)) => turn(args, client, output).await,
        (None, None) => bail!("name a scope and a state, or the verb drill"),
    }
}

/// Turns it. The server answers once new calls are refused.
async fn turn(args: Turn, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let turn =
        TurnSwitch { scope: args.scope.to_string(), state: args.state.to_string(), reason: args.reason };
    let answer = client.put(&["switches"], &serde_json::to_value(turn)?).await?;
    if output.is_json() {
        output.object(&answer)?;
    } else {
        let turned: SwitchTurned = view(answer)?;
        output.line(turned.words)?;
    }
    Ok(Exit::Done)
}

/// Drills it. The server answers once it is turned back.
async fn drill(args: &Drill, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let wish = DrillSwitch { scope: args.scope.to_string() };
    let answer = client.post(&["switches", "drill"], &serde_json::to_value(wish)?).await?;
    let drilled: DrillView = view(answer.clone())?;
    if output.is_json() {
        output.object(&answer)?;
    } else {
        output.line(format!("{} {}", drilled.scope, drilled.words))?;
        output.table(&figures(&drilled))?;
    }
    Ok(if drilled.outcome == Outcome::Passed.as_str() { Exit::Done } else { Exit::No })
}

fn figures(drilled: &DrillView) -> Table {
    let mut table = Table::new([("measured", Align::Left), ("ms", Align::Right), ("at most", Align::Right)]);
    let ms = |micros: Option<u64>| {
        micros.map_or_else(|| "–".to_owned(), |micros| format!("{}.{:03}", micros / 1_000, micros % 1_000))
    };
    let most = |target: Duration| target.as_millis().to_string();
    table.row(["new calls refused".to_owned(), ms(drilled.refused_micros), most(REFUSED_WITHIN)]);
    table.row([
        format!("running calls ended: {}", drilled.calls_ended),
        ms(drilled.ended_micros),
        most(ENDED_WITHIN),
    ]);
    table.row(["off".to_owned(), ms(drilled.off_micros), String::new()]);
    table
}

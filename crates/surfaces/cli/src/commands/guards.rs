//! `guards`: what redaction found and which tools were kept away, as a table or as JSON.

use control::views::{GuardLine, GuardsPage};

use super::{view, words};
use crate::args::Window;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Asks and prints.
pub(super) async fn run(args: Window, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = client.get(&["guards"], &args.query()).await?;
    if output.is_json() {
        output.object(&answer)?;
        return Ok(Exit::Done);
    }
    let page: GuardsPage = view(answer)?;
    output.line(&page.sentence)?;
    for (what, lines) in [("kind", &page.redactions), ("tool", &page.tools)] {
        if !lines.is_empty() {
            output.line("")?;
            output.table(&table(what, lines))?;
        }
    }
    Ok(Exit::Done)
}

fn table(what: &'static str, lines: &[GuardLine]) -> Table {
    let mut table = Table::new([
        (what, Align::Left),
        ("workflow", Align::Left),
        ("owner", Align::Left),
        ("found in", Align::Left),
        ("done", Align::Left),
        ("times", Align::Right),
        ("calls", Align::Right),
        ("latest run", Align::Left),
    ]);
    for one in lines {
        table.row([
            one.what.clone(),
            one.workflow.clone(),
            one.owner.as_ref().map(words::person).unwrap_or_default(),
            one.direction.clone(),
            one.words.clone(),
            one.hits.to_string(),
            one.calls.to_string(),
            words::or_dash(one.last_run.as_deref()),
        ]);
    }
    table
}

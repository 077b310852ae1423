//! `telemetry`: what clients report about themselves, as a table or as JSON.

use control::views::{TelemetryAgreement, TelemetryPage, TelemetrySource, TelemetrySums};

use super::{view, words};
use crate::args::Window;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Asks and prints.
pub(super) async fn run(args: Window, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = client.get(&["telemetry"], &args.query()).await?;
    if output.is_json() {
        output.object(&answer)?;
        return Ok(Exit::Done);
    }
    let page: TelemetryPage = view(answer)?;
    output.line(&page.sentence)?;
    if !page.sources.is_empty() {
        output.line("")?;
        output.table(&table(&page))?;
    }
    Ok(Exit::Done)
}

fn table(page: &TelemetryPage) -> Table {
    let mut table = Table::new([
        ("client", Align::Left),
        ("version", Align::Left),
        ("workflow", Align::Left),
        ("owner", Align::Left),
        ("person", Align::Left),
        ("last seen", Align::Left),
        ("reports", Align::Right),
        ("refused", Align::Right),
        ("beside the gateway", Align::Right),
        ("through it", Align::Right),
        ("tokens more than it has", Align::Right),
    ]);
    for one in &page.sources {
        table.row([
            client(one).to_owned(),
            words::or_dash(Some(&one.version)),
            one.workflow.clone(),
            one.owner.as_ref().map(words::person).unwrap_or_default(),
            words::or_dash(Some(&one.person)),
            words::moment(one.last_seen),
            one.records.to_string(),
            one.refused.to_string(),
            sums(&one.direct),
            sums(&one.gateway),
            difference(one),
        ]);
    }
    table
}

fn client(one: &TelemetrySource) -> &str {
    if one.client == "other" && !one.service.is_empty() { &one.service } else { &one.title }
}

fn sums(sums: &TelemetrySums) -> String {
    match sums.input_tokens.saturating_add(sums.output_tokens) {
        0 if sums.claimed.nano == 0 => "–".to_owned(),
        tokens => format!("{} ({tokens} tokens)", words::money(&sums.cost)),
    }
}

fn difference(one: &TelemetrySource) -> String {
    match one.agreement {
        TelemetryAgreement::Nothing => "–".to_owned(),
        TelemetryAgreement::Same | TelemetryAgreement::Differs => {
            format!("{:+}", one.difference.input_tokens.saturating_add(one.difference.output_tokens))
        }
    }
}

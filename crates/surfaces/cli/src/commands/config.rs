//! `config show`, `config reload`: what the server runs on, and whether it took newer files.

use control::views::{ConfigBrief, ConfigurationPage, ProblemView};

use super::{view, words};
use crate::args::Config;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Runs the verb.
pub(super) async fn run(verb: Config, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    match verb {
        Config::Show => show(client, output).await,
        Config::Reload => reload(client, output).await,
    }
}

async fn show(client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = client.get(&["configuration"], &[]).await?;
    if output.is_json() {
        output.object(&answer)?;
        return Ok(Exit::Done);
    }
    let page: ConfigurationPage = view(answer)?;
    output.line(words::toned(output.style(), page.sentence.tone, &page.sentence.to_string()))?;
    output.line("")?;
    output.line(live(&page.brief))?;
    output.line(format!("Folder {}", page.brief.folder))?;
    let refused = page.brief.error.iter().flat_map(|error| &error.problems);
    problems(refused.chain(&page.warnings), output)?;
    let mut table = Table::new([("file", Align::Left), ("bytes", Align::Right), ("sha-256", Align::Left)]);
    for file in &page.files {
        table.row([file.path.clone(), file.bytes.to_string(), file.hash.chars().take(16).collect()]);
    }
    output.line("")?;
    output.table(&table)?;
    Ok(Exit::Done)
}

/// Files that the server refuses make the answer a no.
async fn reload(client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = client.post(&["configuration", "reload"], &serde_json::json!({})).await?;
    if output.is_json() {
        output.object(&answer)?;
    }
    let brief: ConfigBrief = view(answer)?;
    if !output.is_json() {
        output.line(live(&brief))?;
        if brief.warnings > 0 {
            output.line(format!("Warnings: {}; `countersign config show` prints them", brief.warnings))?;
        }
        if let Some(error) = &brief.error {
            problems(&error.problems, output)?;
            output.line(format!("\nThe files were refused: {}", error.summary))?;
        }
    }
    Ok(if brief.error.is_some() { Exit::No } else { Exit::Done })
}

fn live(brief: &ConfigBrief) -> String {
    let copy = if brief.from_copy { ", from the copy in the data folder" } else { "" };
    format!("Live   {} since {}{copy}", brief.short, words::moment(brief.loaded))
}

fn problems<'a>(
    problems: impl IntoIterator<Item = &'a ProblemView>,
    output: &mut Output,
) -> anyhow::Result<()> {
    for problem in problems {
        let text = words::toned(output.style(), problem.tone, &problem.rendered);
        output.line(format!("\n{text}"))?;
    }
    Ok(())
}

//! `explain`: why a run or an inference went as it did.

use control::views::{ContentState, InferenceView, RunPage, UsageView};

use super::{view, words};
use crate::args::Explain;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table, visible};

/// What stands left of everything about one inference.
const INDENT: &str = "   ";

/// Asks and prints.
pub(super) async fn run(args: Explain, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let workflow = args.workflow.map(|workflow| ("workflow", workflow.to_string()));
    let answer = client.get(&["explain", &args.id], workflow.as_slice()).await?;
    if output.is_json() {
        output.object(&answer)?;
    } else {
        print(&view(answer)?, output)?;
    }
    Ok(Exit::Done)
}

fn print(run: &RunPage, output: &mut Output) -> anyhow::Result<()> {
    output.line(words::toned(output.style(), run.sentence.tone, &run.sentence.to_string()))?;
    output.line("")?;
    let title = run.workflow_title.as_deref().map_or_else(String::new, |title| format!(" ({title})"));
    let mark = if run.simulated { ", simulated" } else { "" };
    let lines = [
        ("Run", run.run.clone()),
        ("Workflow", format!("{}{title}", run.workflow)),
        ("Owner", format!("{} ({})", words::person(&run.owner), run.owner.id)),
        ("Pod", run.pod.clone()),
        ("Agents", words::or_dash(Some(&run.agents.join(", ")))),
        ("Unit", words::or_dash(run.unit.as_deref())),
        ("When", format!("{}, for {}", words::moment(run.started), words::span(run.duration_ms))),
        ("Status", run.status.clone()),
        ("Usage", usage(&run.usage)),
        ("Cost", format!("{}{mark}", words::money_with_mark(&run.cost, &run.estimated_cost))),
    ];
    fields(&lines, "", output)?;
    for sentence in &run.why {
        output.line(format!("- {}", visible(sentence)))?;
    }
    for other in &run.others {
        output.line(format!("For the run of this id in {other}: explain it with --workflow {other}"))?;
    }
    let shown = run.inferences.iter().filter(|one| run.selected.as_ref().is_none_or(|id| *id == one.id));
    for inference in shown {
        one(inference, output)?;
    }
    for (id, place) in [(&run.earlier, "earlier"), (&run.later, "later")] {
        let Some(id) = id else { continue };
        let left = format!("{} inferences of the run are left out here", run.left_out);
        output.line(format!("\n{left}; for {place} ones: countersign explain {id} --json"))?;
    }
    let off: Vec<&str> = run.off.iter().map(|scope| scope.id.as_str()).collect();
    if !off.is_empty() {
        output.line(format!(
            "\nTo turn it off: countersign switch SCOPE off --reason …, with {}",
            off.join(" or ")
        ))?;
    }
    Ok(())
}

fn one(call: &InferenceView, output: &mut Output) -> anyhow::Result<()> {
    let style = output.style();
    let head = format!("{}. {}", call.number, call.id);
    output.line(format!("\n{}", style.head(&head)))?;
    let target = call.target.as_ref().map_or_else(
        || "nowhere".into(),
        |target| {
            let route =
                target.route.as_deref().map_or_else(String::new, |route| format!(" by route {route}"));
            format!("{}/{}{route}", target.provider, target.model)
        },
    );
    let code = call.code.as_deref().map_or_else(String::new, |code| format!(", {code}"));
    let answered =
        format!("{} (HTTP {}{code}) after {}", call.status, call.http_status, words::span(call.duration_ms));
    let mut lines = vec![
        ("Asked", format!("{} for {}", call.path, call.asked)),
        ("Went to", target),
        ("Ended", answered),
        (
            "Key",
            call.key_label
                .as_ref()
                .map_or_else(|| call.key.clone(), |label| format!("{} ({label})", call.key)),
        ),
        (
            "Variant",
            format!("{} under configuration {}", call.variant, call.config.get(..16).unwrap_or(&call.config)),
        ),
        ("Prompt", prompt(call)),
        ("Cache", cache(call)),
        ("Usage", usage(&call.usage)),
        ("Cost", cost(call)),
    ];
    lines.extend(call.error.iter().map(|error| ("Error", error.clone())));
    lines.extend(call.code.as_deref().and_then(|code| ui::codes::find(code).ok()).map(|page| {
        (
            "Code",
            format!(
                "{}: {}; see countersign errors {0}, or {} on the server",
                page.code,
                page.title(),
                page.path()
            ),
        )
    }));
    lines.extend(call.changes.iter().map(|change| ("Changed", change.clone())));
    if call.content.state != ContentState::Shown {
        lines.push(("Content", call.content.note.clone()));
    }
    fields(&lines, INDENT, output)?;
    controls(call, output)?;
    bill(call, output)?;
    abandoned(call, output)
}

fn prompt(call: &InferenceView) -> String {
    let Some(prompt) = &call.prompt else { return words::or_dash(None) };
    let label = prompt.label.as_ref().map_or_else(String::new, |label| format!(" ({label})"));
    format!("{}@{}{label}", prompt.name, prompt.version)
}

fn cost(call: &InferenceView) -> String {
    let is_estimate = call.price_estimated || call.usage.source != "reported";
    let mark = if is_estimate { "≈ " } else { "" };
    format!("{mark}{}, reserved {}", words::money(&call.cost), words::money(&call.reserved))
}

fn cache(call: &InferenceView) -> String {
    let Some(cache) = &call.cache else { return "not asked".to_owned() };
    let from = cache.from.as_ref().map_or_else(String::new, |from| format!(": the answer to {from}"));
    let age = cache.age_ms.map_or_else(String::new, |age| format!(", {} old", words::span(age)));
    let saved =
        cache.saved.as_ref().map_or_else(String::new, |saved| format!(", saved {}", words::money(saved)));
    format!("{}{from}{age}{saved}", cache.result)
}

fn controls(call: &InferenceView, output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([("control", Align::Left), ("did", Align::Left), ("why", Align::Left)]);
    for control in &call.controls {
        table.row([control.name.clone(), control.verdict.clone(), control.why.clone()]);
    }
    indented(&table, output)
}

fn bill(call: &InferenceView, output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("price", Align::Left),
        ("tokens", Align::Right),
        ("a million", Align::Right),
        ("cost", Align::Right),
        ("row", Align::Left),
    ]);
    for row in &call.price {
        table.row(words::price_row(row));
    }
    indented(&table, output)
}

/// Attempts that were given up, with what their providers may bill for them.
fn abandoned(call: &InferenceView, output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([("given up", Align::Left), ("why", Align::Left), ("may cost", Align::Right)]);
    for attempt in &call.abandoned {
        let target = format!("{}/{}", attempt.target.provider, attempt.target.model);
        table.row([target, attempt.why.clone(), format!("≈ {}", words::money(&attempt.cost))]);
    }
    indented(&table, output)
}

/// A table below the fields of an inference.
fn indented(table: &Table, output: &mut Output) -> anyhow::Result<()> {
    if !table.is_empty() {
        let text = table.render(output.style());
        output.line(text.lines().map(|line| format!("\n{INDENT}{line}")).collect::<String>())?;
    }
    Ok(())
}

fn usage(usage: &UsageView) -> String {
    let cached = if usage.cache_read == 0 { String::new() } else { format!(", {} cached", usage.cache_read) };
    let written = if usage.cache_write == 0 {
        String::new()
    } else {
        format!(", {} written to cache", usage.cache_write)
    };
    format!("{} in{cached}{written}, {} out ({})", usage.input, usage.output, usage.source)
}

/// Names and values in two columns. A value keeps to its line: control characters are shown.
fn fields(lines: &[(&str, String)], indent: &str, output: &mut Output) -> anyhow::Result<()> {
    for (name, value) in lines {
        output.line(format!("{indent}{name:<8}  {}", visible(value)))?;
    }
    Ok(())
}

//! `status`: how things stand, for the installation or for one workflow.

use control::views::{BudgetLine, DrillView, StatusView, SwitchView, WorkflowBrief, WorkflowPage};

use super::{view, words};
use crate::args::Status;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Asks and prints.
pub(super) async fn run(args: Status, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = match &args.workflow {
        None => client.get(&["status"], &[]).await?,
        Some(workflow) => client.get(&["workflows", workflow.as_str()], &[]).await?,
    };
    if output.is_json() {
        output.object(&answer)?;
    } else if args.workflow.is_some() {
        workflow(&view(answer)?, output)?;
    } else {
        installation(&view(answer)?, output)?;
    }
    Ok(Exit::Done)
}

fn installation(status: &StatusView, output: &mut Output) -> anyhow::Result<()> {
    let style = output.style();
    output.line(words::toned(style, status.sentence.tone, &status.sentence.to_string()))?;
    output.line("")?;
    let ready = if status.ready.ready { "ready" } else { "not ready" };
    output.line(format!(
        "Server         {}, version {}, since {}: {ready}",
        status.organisation,
        status.version,
        words::moment(status.started)
    ))?;
    for check in &status.ready.checks {
        let line = format!("{:<13}  {}", capitalised(&check.name), check.detail);
        output.line(words::toned(style, check.tone, &line))?;
    }
    if let Some(error) = &status.config.error {
        for problem in &error.problems {
            output.line(style.bad(&problem.rendered))?;
        }
    }
    let running = status.gateway.running;
    match &status.gateway.today {
        Some(today) => output.line(format!(
            "Today          {} calls, {} errors, {} refused, {}; {running} running now",
            today.calls,
            today.errors.count,
            today.refused.count,
            words::money_with_mark(&today.cost, &today.estimated_cost),
        ))?,
        None => output.line(format!("Today          not known; {running} running now"))?,
    }
    section(output, "", &workflows(&status.workflows))?;
    section(output, "Not on", &switches(&status.switches))
}

fn workflow(page: &WorkflowPage, output: &mut Output) -> anyhow::Result<()> {
    let (style, row) = (output.style(), &page.row);
    output.line(words::toned(style, page.sentence.tone, &page.sentence.to_string()))?;
    output.line("")?;
    let figures = &row.figures;
    let lines = [
        ("Title", row.title.clone()),
        ("Owner", format!("{} ({})", words::person(&row.owner), row.owner.id)),
        ("Pod", row.pod.clone()),
        ("Good", page.good.clone()),
        ("Variant", row.variant.clone()),
        ("Switch", row.state.clone()),
        ("Drilled", drilled(page.last_drill.as_ref())),
        ("Route", page.default_route.clone()),
        (
            "Calls",
            format!(
                "{} {}, {} errors, {} refused; {} running now",
                figures.calls, page.period.words, figures.errors.count, figures.refused.count, row.running
            ),
        ),
        ("Cost", words::money_with_mark(&figures.cost, &figures.estimated_cost)),
        ("Cache", cache(page)),
    ];
    for (name, value) in lines {
        output.line(format!("{name:<8}  {value}"))?;
    }
    section(output, "Budgets", &budgets(&page.budgets))?;
    let switch = row.switch.iter().cloned().collect::<Vec<_>>();
    section(output, "Not on", &switches(&switch))?;
    for weakness in row.weaknesses.iter().chain(&page.switch_weakness) {
        output.line(words::toned(style, weakness.tone, &format!("{}: {}", weakness.text, weakness.help)))?;
    }
    Ok(())
}

/// `for 1 h, 16 MB at most; 3 of 12 answered from memory, saved $0.02`.
fn cache(page: &WorkflowPage) -> String {
    let figures = &page.row.figures;
    let set = page.cache.as_deref().unwrap_or("none");
    match figures.cache.n {
        0 => set.to_owned(),
        n => format!(
            "{set}; {} of {n} answered from memory, saved {}",
            figures.cache.count,
            words::money(&figures.saved)
        ),
    }
}

fn drilled(last: Option<&DrillView>) -> String {
    let said = |drill: &DrillView| format!("{}, {}", words::moment(drill.at), drill.words);
    last.map_or_else(|| "never".to_owned(), said)
}

fn section(output: &mut Output, title: &str, table: &Table) -> anyhow::Result<()> {
    if table.is_empty() {
        return Ok(());
    }
    output.line("")?;
    if !title.is_empty() {
        output.line(title)?;
    }
    output.table(table)?;
    Ok(())
}

fn workflows(rows: &[WorkflowBrief]) -> Table {
    let mut table = Table::new([
        ("workflow", Align::Left),
        ("owner", Align::Left),
        ("switch", Align::Left),
        ("variant", Align::Left),
        ("calls today", Align::Right),
        ("errors", Align::Right),
        ("cost", Align::Right),
        ("budget", Align::Right),
        ("concern", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.id.clone(),
            words::person(&row.owner),
            row.state.clone(),
            row.variant.clone(),
            words::or_dash(row.calls.map(|calls| calls.to_string()).as_deref()),
            words::or_dash(row.errors.as_ref().map(words::rate).as_deref()),
            words::or_dash(row.cost.as_ref().map(words::money).as_deref()),
            words::percent(row.budget_percent),
            words::or_dash(Some(&row.concern)),
        ]);
    }
    table
}

fn switches(rows: &[SwitchView]) -> Table {
    let mut table = Table::new([
        ("scope", Align::Left),
        ("state", Align::Left),
        ("since", Align::Left),
        ("by", Align::Left),
        ("reason", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.scope.clone(),
            row.state.clone(),
            words::moment(row.since),
            words::person(&row.by),
            row.reason.clone(),
        ]);
    }
    table
}

fn budgets(rows: &[BudgetLine]) -> Table {
    let mut table = Table::new([
        ("budget of", Align::Left),
        ("limit", Align::Right),
        ("charged", Align::Right),
        ("held", Align::Right),
        ("left", Align::Right),
        ("used", Align::Right),
        ("at limit", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.account.clone(),
            words::money(&row.limit),
            words::money(&row.settled),
            words::money(&row.reserved),
            words::money(&row.left),
            words::percent(Some(row.percent)),
            row.at_limit.clone(),
        ]);
    }
    table
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

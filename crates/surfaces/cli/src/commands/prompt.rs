//! `prompt list` and `prompt show`: what may be named in `prompt_ref`, and what it was used for.

use control::views::{PromptPage, PromptVersion, PromptsPage};

use super::{view, words};
use crate::args::Prompt;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Asks and prints.
pub(super) async fn run(verb: Prompt, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let (path, period) = match &verb {
        Prompt::List(args) => (vec!["prompts"], args.period),
        Prompt::Show(args) => (vec!["prompts", args.name.as_str()], args.period),
    };
    let answer = client.get(&path, &[("period", period.as_str().to_owned())]).await?;
    if output.is_json() {
        output.object(&answer)?;
        return Ok(Exit::Done);
    }
    match verb {
        Prompt::List(_) => list(&view(answer)?, output)?,
        Prompt::Show(_) => show(&view(answer)?, output)?,
    }
    Ok(Exit::Done)
}

fn list(page: &PromptsPage, output: &mut Output) -> anyhow::Result<()> {
    let style = output.style();
    output.line(words::toned(style, page.sentence.tone, &page.sentence.to_string()))?;
    if page.rows.is_empty() {
        output.line("A prompt is a file prompts/NAME.prompty in the workspace.")?;
        return Ok(());
    }
    let mut table = Table::new([
        ("prompt", Align::Left),
        ("title", Align::Left),
        ("version", Align::Left),
        ("label", Align::Left),
        ("workflows", Align::Left),
        ("switch", Align::Left),
        ("calls", Align::Right),
        ("cost", Align::Right),
    ]);
    for row in &page.rows {
        table.row([
            row.name.clone(),
            if row.title == row.name { String::new() } else { row.title.clone() },
            row.version.clone(),
            words::or_dash(row.label.as_deref()),
            served(&row.workflows),
            row.state.clone(),
            row.figures.calls.to_string(),
            words::money_with_mark(&row.figures.cost, &row.figures.estimated_cost),
        ]);
    }
    output.line("")?;
    output.line(table.render(style))?;
    Ok(())
}

fn show(page: &PromptPage, output: &mut Output) -> anyhow::Result<()> {
    let (style, row) = (output.style(), &page.row);
    output.line(words::toned(style, page.sentence.tone, &page.sentence.to_string()))?;
    output.line("")?;
    let settings: Vec<String> =
        page.settings.iter().map(|setting| format!("{} {}", setting.name, setting.value)).collect();
    let lines = [
        ("Title", row.title.clone()),
        ("About", words::or_dash(Some(&row.description))),
        ("Version", format!("{}{}", row.version, label(row.label.as_deref()))),
        ("For", served(&row.workflows)),
        ("Switch", row.state.clone()),
        ("Settings", words::or_dash(Some(&settings.join(", ")))),
        ("File", row.file.clone()),
    ];
    for (name, value) in lines {
        output.line(format!("{name:<8}  {value}"))?;
    }
    if !page.variables.is_empty() {
        output.line(format!("\n{}", variables(page).render(style)))?;
    }
    output.line(format!("\n{}", versions(&page.versions).render(style)))?;
    output.line(format!("\n{}", page.source.trim_end()))?;
    Ok(())
}

fn served(workflows: &[String]) -> String {
    if workflows.is_empty() { "every workflow".to_owned() } else { workflows.join(", ") }
}

fn label(label: Option<&str>) -> String {
    label.map_or_else(String::new, |label| format!(" ({label})"))
}

fn variables(page: &PromptPage) -> Table {
    let mut table = Table::new([
        ("variable", Align::Left),
        ("kind", Align::Left),
        ("default", Align::Left),
        ("what", Align::Left),
    ]);
    for variable in &page.variables {
        let default = match (&variable.default, variable.required) {
            (Some(default), _) => default.clone(),
            (None, true) => "required".to_owned(),
            (None, false) => "optional".to_owned(),
        };
        table.row([variable.name.clone(), variable.kind.clone(), default, variable.description.clone()]);
    }
    table
}

fn versions(versions: &[PromptVersion]) -> Table {
    let mut table = Table::new([
        ("version", Align::Left),
        ("label", Align::Left),
        ("", Align::Left),
        ("last used", Align::Left),
        ("calls", Align::Right),
        ("errors", Align::Right),
        ("cost", Align::Right),
    ]);
    for version in versions {
        table.row([
            version.version.clone(),
            words::or_dash(version.label.as_deref()),
            if version.live { "live".to_owned() } else { String::new() },
            version.last.map_or_else(|| "–".to_owned(), |last| last.timestamp().date().to_string()),
            version.figures.calls.to_string(),
            version.figures.errors.count.to_string(),
            words::money_with_mark(&version.figures.cost, &version.figures.estimated_cost),
        ]);
    }
    table
}

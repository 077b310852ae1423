//! Prompts: every one with its live version, and one of them with its template and versions.

use axum::extract::{Path, State};
use control::views::{PromptPage, PromptRow, PromptVersion, PromptsPage};
use maud::{Markup, html};

use super::{Shown, framed, switch, workflows};
use crate::app::App;
use crate::format;
use crate::forms::{Asked, Fields};
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// `GET /prompts`.
pub(crate) async fn list(State(app): State<App>, signed: Signed, Asked(fields): Asked) -> Shown {
    let view = app.control.prompts(&signed.look()?, &workflows::period(&fields)).await?;
    framed(&app, &signed, &render_list(&view, &fields))
}

/// `GET /prompts/{name}`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(name): Path<String>,
    Asked(fields): Asked,
) -> Shown {
    let view = app.control.prompt(&signed.look()?, &name, &workflows::period(&fields)).await?;
    framed(&app, &signed, &render(&signed, &view, &fields))
}

/// The list.
pub(crate) fn render_list(view: &PromptsPage, fields: &Fields) -> Page {
    let body = html! {
        h1.sr { "Prompts" }
        (parts::sentence(&view.sentence))
        (parts::section("list", "All prompts", &workflows::periods("/prompts", fields, &view.period.words), &rows(&view.rows)))
    };
    Page::new("Prompts", Place::Prompts, body)
}

fn rows(rows: &[PromptRow]) -> Markup {
    const COLUMNS: [Col; 7] = [
        Col::text("Prompt"),
        Col::text("Live version"),
        Col::text("For"),
        Col::text("State"),
        Col::num("Calls"),
        Col::num("Errors").hint("Failed calls among those that were not refused"),
        Col::num("Cost"),
    ];
    if rows.is_empty() {
        return parts::empty(
            "Each prompt of the workspace will be here, with its live version and what it costs.",
            &html! {
                "Add a file such as " code { "prompts/support-reply.prompty" } " to the workspace, and call it with "
                code { "prompt_ref" } " in place of messages."
            },
        );
    }
    let body = html! { @for row in rows { (line(row)) } };
    parts::table("prompt-rows", "Prompts, by name", &COLUMNS, &body)
}

fn line(row: &PromptRow) -> Markup {
    let figures = &row.figures;
    html! {
        tr {
            th scope="row" {
                a href=(links::prompt(&row.name)) { (row.title) }
                span.under.mono { (row.name) }
            }
            td { code { (row.version) } @if let Some(label) = &row.label { span.under { (label) } } }
            td { (served(&row.workflows)) }
            td { (parts::state(&row.state)) }
            td.num { (format::count(figures.calls)) }
            td.num { (parts::rate(&figures.errors)) }
            td.num { (parts::cost(&figures.cost, &figures.estimated_cost, &figures.simulated_cost)) }
        }
    }
}

fn served(workflows: &[String]) -> Markup {
    html! {
        @if workflows.is_empty() { span.muted { "every workflow" } }
        @for (index, id) in workflows.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(links::workflow(id)) { (id) }
        }
    }
}

/// One prompt.
pub(crate) fn render(signed: &Signed, view: &PromptPage, fields: &Fields) -> Page {
    let row = &view.row;
    let here = links::prompt(&row.name);
    let body = html! {
        header.head #head data-live {
            h1 { (row.title) " " (parts::state(&row.state)) }
            p.meta {
                span.mono { (row.name) }
                span { "Version " code { (row.version) } @if let Some(label) = &row.label { " (" (label) ")" } }
                span { "For " (served(&row.workflows)) }
            }
        }
        (parts::sentence(&view.sentence))
        @if !row.description.is_empty() { p.good-words { (row.description) } }
        div.columns {
            div {
                (parts::section("versions", "Versions", &workflows::periods(&here, fields, &view.period.words), &versions(&view.versions)))
                (parts::section("variables", "Variables", &html! {}, &variables(view)))
                (parts::section("settings", "Settings", &html! { span.muted { "where the caller sets nothing" } }, &settings(view)))
            }
            div {
                (parts::section("switch", "Switch", &parts::state(&row.state), &html! {
                    (switch::panel(signed, &view.switch, &format!("{} is answering.", row.title)))
                }))
            }
        }
        (parts::section("template", "Template", &html! { span.mono.muted { (row.file) } }, &parts::code_block(&row.file, &view.source)))
    };
    Page::new(row.title.clone(), Place::Prompts, body)
}

fn versions(versions: &[PromptVersion]) -> Markup {
    const COLUMNS: [Col; 6] = [
        Col::text("Version"),
        Col::text("Used"),
        Col::num("Calls"),
        Col::num("Errors"),
        Col::num("Tokens").hint("Input → output"),
        Col::num("Cost"),
    ];
    let body = html! {
        @for one in versions {
            tr {
                th scope="row" {
                    code { (one.version) }
                    @if one.live { " " (parts::badge(control::views::Tone::Good, "live")) }
                    @if let Some(label) = &one.label { span.under { (label) } }
                }
                td { (used(one)) }
                td.num { (format::count(one.figures.calls)) }
                td.num { (parts::rate(&one.figures.errors)) }
                td.num { (parts::tokens(one.figures.input_tokens, one.figures.output_tokens)) }
                td.num { (parts::cost(&one.figures.cost, &one.figures.estimated_cost, &one.figures.simulated_cost)) }
            }
        }
    };
    parts::table("prompt-versions", "Versions, the last used first", &COLUMNS, &body)
}

/// The days between which a version was used.
fn used(one: &PromptVersion) -> Markup {
    html! {
        @match (one.first, one.last) {
            (Some(first), Some(last)) if first == last => (format::day(last.timestamp())),
            (Some(first), Some(last)) => { (format::day(first.timestamp())) " to " (format::day(last.timestamp())) }
            _ => span.muted { "not yet" }
        }
    }
}

fn variables(view: &PromptPage) -> Markup {
    const COLUMNS: [Col; 4] =
        [Col::text("Name"), Col::text("Kind"), Col::text("Without it"), Col::text("What it is")];
    if view.variables.is_empty() {
        return html! { p.muted { "The template names none." } };
    }
    let body = html! {
        @for one in &view.variables {
            tr {
                th scope="row" { code { (one.name) } }
                td { (one.kind) }
                td {
                    @match (&one.default, one.required) {
                        (Some(default), _) => code { (default) },
                        (None, true) => "the call is refused",
                        (None, false) => span.muted { "nothing" },
                    }
                }
                td { (one.description) }
            }
        }
    };
    parts::table("prompt-variables", "Variables", &COLUMNS, &body)
}

fn settings(view: &PromptPage) -> Markup {
    if view.settings.is_empty() {
        return html! { p.muted { "None: the provider's defaults hold." } };
    }
    let pairs: Vec<(&str, Markup)> =
        view.settings.iter().map(|one| (one.name.as_str(), html! { code { (one.value) } })).collect();
    parts::definitions(&pairs)
}

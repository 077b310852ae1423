//! Configuration: what is live, what is wrong with the files on disk, and what was live before.

use axum::extract::State;
use control::views::{ConfigError, ConfigVersion, ConfigurationPage, FileView, ProviderView, RouteView};
use maud::{Markup, html};

use super::{Shown, framed};
use crate::app::App;
use crate::format;
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// `GET /configuration`.
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Shown {
    let view = app.control.configuration(&signed.look()?).await?;
    framed(&app, &signed, &render(&signed, &view))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &ConfigurationPage) -> Page {
    let refused = view.brief.error.as_ref().map_or(&[][..], |error| &error.problems[..]);
    // What the files on disk have too stands above, once.
    let warnings: Vec<_> = view.warnings.iter().filter(|one| !refused.contains(one)).collect();
    let count = u64::try_from(warnings.len()).unwrap_or(u64::MAX);
    let body = html! {
        h1.sr { "Configuration" }
        (parts::sentence(&view.sentence))
        div #problems data-live { @if let Some(error) = &view.brief.error { (self::refused(signed, error)) } }
        div.columns.even {
            (parts::section("live", "Live", &html! {}, &live(signed, view)))
            @let badge = parts::badge(signed.frame.ledger.tone, ledger_word(signed));
            (parts::section("ledger", "Ledger", &badge, &ledger(signed)))
        }
        @if !warnings.is_empty() {
            (parts::section("warnings", "Warnings", &html! { span.muted { (format::plural(count, "warning", "warnings")) } },
                &html! { @for one in &warnings { (parts::problem(one)) } }))
        }
        div.columns.even {
            (parts::section("providers", "Providers", &html! {}, &providers(&view.providers)))
            (parts::section("routes", "Routes", &html! {}, &routes("route-rows", &view.routes)))
        }
        (parts::section("files", "Files", &html! { span.muted { "as they are live" } }, &html! {
            @for (index, one) in view.files.iter().enumerate() { (file(index, one)) }
        }))
        (parts::section("history", "What was live", &html! {}, &history(signed, &view.history)))
    };
    Page::new("Configuration", Place::Configuration, body)
}

/// The files on disk are wrong: every problem at its place, first those for which they are refused.
fn refused(signed: &Signed, error: &ConfigError) -> Markup {
    let (errors, others): (Vec<_>, Vec<_>) =
        error.problems.iter().partition(|one| one.tone == control::views::Tone::Bad);
    html! {
        section.part.refused aria-labelledby="refused-title" {
            header.part-head {
                h2 #refused-title { "The files on disk are refused" }
                div.aside { span.muted { "read " (format::time(signed.now, error.at.timestamp())) } }
            }
            p {
                (error.summary)
                ". The last good configuration stays live; correct the files and they are read again by themselves."
            }
            @for one in errors.iter().chain(&others) { (parts::problem(one)) }
        }
    }
}

fn live(signed: &Signed, view: &ConfigurationPage) -> Markup {
    let brief = &view.brief;
    parts::definitions(&[
        (
            "Hash",
            html! {
                code #config-hash { (brief.hash) } " "
                button.linklike type="button" data-copy="config-hash" hidden { "Copy" }
            },
        ),
        ("Live since", format::time(signed.now, brief.loaded.timestamp())),
        ("Folder", html! { code { (brief.folder) } }),
        (
            "On disk",
            html! {
                @if brief.current { "the same" } @else { "different, and refused" }
                @if brief.from_copy { "; started from the server's own copy of the last good configuration" }
            },
        ),
    ])
}

fn ledger_word(signed: &Signed) -> &'static str {
    match signed.frame.ledger.tone {
        control::views::Tone::Bad => "not recording",
        control::views::Tone::Warn => "spooling",
        _ => "recording",
    }
}

fn ledger(signed: &Signed) -> Markup {
    let ledger = &signed.frame.ledger;
    parts::definitions(&[
        ("State", html! { (crate::errors::sentence_case(&ledger.detail)) }),
        ("On disk", html! { (format::bytes(ledger.spooled_bytes)) " wait for the database" }),
        (
            "Dropped",
            html! {
                (format::plural(ledger.dropped_bodies, "body", "bodies"))
                " since the start; accounting is never dropped"
            },
        ),
    ])
}

fn providers(list: &[ProviderView]) -> Markup {
    const COLUMNS: [Col; 4] =
        [Col::text("Provider"), Col::text("Where"), Col::text("Credential"), Col::text("Prices")];
    let rows = html! {
        @for one in list {
            tr {
                th scope="row" {
                    (one.id) " " @if one.state != "on" { (parts::state(&one.state)) }
                    span.under {
                        @let href = links::switch(&format!("provider/{}", one.id), None);
                        a href=(href) aria-label={ "Switch of " (one.id) } { "Switch" }
                    }
                }
                td {
                    @if one.base_url.is_empty() { span.muted { "built in" } } @else {
                        span.mono.wrap { (one.base_url) }
                    }
                    span.under { (dialect(&one.api, &one.speaks)) }
                }
                td { @match &one.credential { Some(place) => code { (place) }, None => span.muted { "none" } } }
                td { (one.prices) }
            }
        }
    };
    parts::table("provider-rows", "Providers", &COLUMNS, &rows)
}

/// The dialect of a provider, with its wires where it has any to tell apart.
pub(crate) fn dialect(api: &str, speaks: &[String]) -> String {
    if speaks.is_empty() { api.to_owned() } else { format!("{api} ({})", speaks.join(", ")) }
}

/// The routes; `id` because two tables of routes may stand on different pages.
pub(crate) fn routes(id: &str, list: &[RouteView]) -> Markup {
    const COLUMNS: [Col; 3] = [Col::text("Route"), Col::text("Targets, in order"), Col::text("Then")];
    let rows = html! {
        @for one in list {
            tr {
                th scope="row" { (one.id) }
                td { @for target in &one.targets { div.mono { (target) } } }
                td { @if one.fallback.is_empty() { span.muted { "nothing" } } @else { (one.fallback.join(", ")) } }
            }
        }
    };
    parts::table(id, "Routes", &COLUMNS, &rows)
}

fn file(index: usize, file: &FileView) -> Markup {
    html! {
        details.file id={ "file-" (index) } {
            summary {
                span.mono { (file.path) }
                span.muted {
                    " " (format::bytes(file.bytes)) " · " code { (file.hash.get(..12).unwrap_or(&file.hash)) }
                }
            }
            (parts::code_block(&file.path, &file.text))
        }
    }
}

fn history(signed: &Signed, list: &[ConfigVersion]) -> Markup {
    const COLUMNS: [Col; 4] =
        [Col::text("Configuration"), Col::text("Live from"), Col::num("Files"), Col::text("Changes")];
    let rows = html! {
        @for one in list {
            tr {
                th scope="row" {
                    code { (one.hash.get(..16).unwrap_or(&one.hash)) }
                    @if one.live { " " (parts::badge(control::views::Tone::Good, "live")) }
                }
                td {
                    (format::time(signed.now, one.first.timestamp()))
                    @if one.last != one.first {
                        span.under { "again " (format::time(signed.now, one.last.timestamp())) }
                    }
                }
                td.num { (format::count(one.files)) }
                td {
                    @for change in &one.changes { div { (change) } }
                    @if one.changes.is_empty() { span.muted { "the first" } }
                }
            }
        }
    };
    parts::table("version-rows", "Configurations that were live, newest first", &COLUMNS, &rows)
}

//! Audit: who did what to which thing, when, and why. A list; entries are only ever added.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{AuditPage, AuditQuery, AuditRow};
use maud::{Markup, html};

use super::{framed, refused, unread};
use crate::app::App;
use crate::errors::Failure;
use crate::format;
use crate::forms::{Asked, Fields, Wrong};
use crate::frame::{Page, Place};
use crate::parts::{Blank, Col, Filter, Kind, Trail};
use crate::session::Signed;
use crate::{links, parts};

/// The fields of the filter.
const FIELDS: [&str; 3] = ["action", "who", "subject"];

/// `GET /audit`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let (look, query) = (signed.look()?, query(&fields));
    match app.control.audit(&look, &query).await {
        Ok(view) => {
            let page = render(&signed, &view, fields.text("trail").as_deref());
            Ok(framed(&app, &signed, &page)?.into_response())
        }
        Err(error) => {
            let wrong = Wrong::of_filter(error)?;
            let newest = AuditQuery { limit: Some(1), ..AuditQuery::default() };
            let view = app.control.audit(&look, &newest).await?;
            unread(&app, &signed, &render_wrong(&AuditPage { filter: query, ..view }, &wrong))
        }
    }
}

fn query(fields: &Fields) -> AuditQuery {
    AuditQuery {
        who: fields.text("who"),
        action: fields.text("action"),
        subject: fields.text("subject"),
        cursor: fields.text("cursor"),
        limit: None,
    }
}

/// The filter as it was typed, with what is wrong with it, and no entries.
pub(crate) fn render_wrong(view: &AuditPage, wrong: &Wrong) -> Page {
    let asked = Filter::new(&FIELDS, Some(wrong));
    refused("Audit", Place::Audit, asked, &filter(view, asked))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &AuditPage, before: Option<&str>) -> Page {
    let filter = &view.filter;
    let at = |cursor: Option<&str>, trail: Option<&str>| {
        links::with_query(
            "/audit",
            &[
                ("who", filter.who.as_deref()),
                ("action", filter.action.as_deref()),
                ("subject", filter.subject.as_deref()),
                ("cursor", cursor),
                ("trail", trail),
            ],
        )
    };
    let trail = Trail { cursor: filter.cursor.as_deref(), before, next: view.next.as_deref() };
    let body = html! {
        h1.sr { "Audit" }
        (parts::sentence(&view.sentence))
        (self::filter(view, Filter::new(&FIELDS, None)))
        div #entries data-live { (table(signed, &view.rows)) }
        (parts::more(&trail, "entries", &at))
    };
    Page::new("Audit", Place::Audit, body)
}

fn filter(view: &AuditPage, filter: Filter<'_>) -> Markup {
    let (asked, plain) = (&view.filter, Blank::default());
    let actions: Vec<_> = view.actions.iter().map(|action| (action.clone(), action.clone())).collect();
    html! {
        form.sentence-form method="get" action="/audit" role="search" {
            (filter.choose(&Blank {
                name: "action", label: "Entries about", any: "anything", value: asked.action.as_deref(), ..plain
            }, &actions))
            (filter.fill(&Blank {
                name: "who", label: "done by", any: "anyone", value: asked.who.as_deref(), size: 12, ..plain
            }))
            (filter.fill(&Blank {
                name: "subject", label: "to", any: "anything", value: asked.subject.as_deref(), size: 24,
                kind: Kind::Sought,
            }))
            span.actions { button type="submit" { "Filter" } a.button.quiet href="/audit" { "Clear" } }
        }
    }
}

/// The table.
pub(crate) fn table(signed: &Signed, rows: &[AuditRow]) -> Markup {
    const COLUMNS: [Col; 5] =
        [Col::text("When"), Col::text("Who"), Col::text("What"), Col::text("To"), Col::text("Why")];
    if rows.is_empty() {
        return parts::empty(
            "Every sign-in, key, switch and change of configuration will be listed here.",
            &html! { "Nothing matches yet." },
        );
    }
    let body = html! {
        @for row in rows {
            tr {
                th scope="row" { (format::time(signed.now, row.at.timestamp())) }
                td { (row.who_name) }
                td title=(row.action) { (row.words) }
                td.mono { (row.subject) }
                td { (row.detail) }
            }
        }
    };
    parts::table("audit-rows", "Audit entries, newest first", &COLUMNS, &body)
}

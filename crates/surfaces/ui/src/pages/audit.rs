//! Audit: who did what to which thing, when, and why. A list; entries are only ever added.

use axum::extract::State;
use control::views::{AuditPage, AuditQuery, AuditRow};
use maud::{Markup, html};

use super::{Shown, framed};
use crate::app::App;
use crate::format;
use crate::forms::{Asked, Fields};
use crate::frame::{Page, Place};
use crate::parts::{Col, Trail};
use crate::session::Signed;
use crate::{links, parts};

/// `GET /audit`.
pub(crate) async fn show(State(app): State<App>, signed: Signed, Asked(fields): Asked) -> Shown {
    let view = app.control.audit(&signed.look()?, &query(&fields)).await?;
    framed(&app, &signed, &render(&signed, &view, fields.text("trail").as_deref()))
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
    let actions: Vec<_> = view.actions.iter().map(|action| (action.clone(), action.clone())).collect();
    let body = html! {
        h1.sr { "Audit" }
        (parts::sentence(&view.sentence))
        form.sentence-form method="get" action="/audit" role="search" {
            (parts::choose("action", "Entries about", "anything", filter.action.as_deref(), &actions))
            span.choose {
                label for="f-who" { "done by" }
                input #f-who name="who" value=[filter.who.as_deref()] placeholder="anyone" size="12" autocomplete="off";
            }
            span.choose {
                label for="f-subject" { "to" }
                input #f-subject name="subject" value=[filter.subject.as_deref()] placeholder="anything" size="24" autocomplete="off" data-filter;
            }
            button type="submit" { "Filter" }
            a.button.quiet href="/audit" { "Clear" }
        }
        div #entries data-live { (table(signed, &view.rows)) }
        (parts::more(&trail, "entries", &at))
    };
    Page::new("Audit", Place::Audit, body)
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

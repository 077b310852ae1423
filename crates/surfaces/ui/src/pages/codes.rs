//! What each error code means: one page for each, and the list of all.
//!
//! Open to everyone, because whoever meets a code may have no way to sign in. Someone who is
//! signed in sees the page in the frame.

use axum::extract::{Path, State};
use axum::response::Html;
use maud::{Markup, html};

use super::Shown;
use crate::app::App;
use crate::codes::{self, CodePage};
use crate::frame::{self, Page, Place};
use crate::markdown;
use crate::session::Visitor;

/// `GET /errors`.
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Html<String> {
    placed(&app, &visitor, &render_all())
}

/// `GET /errors/{code}`.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Shown {
    Ok(placed(&app, &visitor, &render(codes::find(&code)?)))
}

fn placed(app: &App, visitor: &Visitor, page: &Page) -> Html<String> {
    match &visitor.0 {
        Some(signed) => frame::page(&app.settings, signed, page),
        None => frame::open(page),
    }
}

/// The list.
pub(crate) fn render_all() -> Page {
    Page::new("Errors", Place::None, article(codes::INDEX))
}

/// One page.
pub(crate) fn render(page: CodePage) -> Page {
    Page::new(format!("{}: {}", page.code, page.title()), Place::None, article(page.text))
        .below("Errors", "/errors")
}

fn article(text: &str) -> Markup {
    html! { article.document { (markdown::render(text)) } }
}

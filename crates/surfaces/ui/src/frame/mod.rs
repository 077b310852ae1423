//! The frame around every page: skip link, top bar, status line, rail, dialogs.
//!
//! Its order in the document is its order on the keyboard. What changes while a page is open is
//! marked `data-live` and has an id: the script asks for the page again and swaps those pieces.

mod dialogs;
mod icons;
mod nav;
mod status;

pub(crate) use icons::{Icon, icon};
pub(crate) use nav::{APART, MAIN, Place};

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use crate::app::Settings;
use crate::assets;
use crate::parts;
use crate::session::Signed;

/// What a page puts into the frame.
pub(crate) struct Page {
    /// Title of the document.
    pub(crate) title: String,
    /// Where in the rail it belongs.
    pub(crate) place: Place,
    /// Names and addresses of the pages above, below the second level only.
    pub(crate) crumbs: Vec<(String, String)>,
    /// The content.
    pub(crate) body: Markup,
}

impl Page {
    /// A page of the first level.
    pub(crate) fn new(title: impl Into<String>, place: Place, body: Markup) -> Self {
        Self { title: title.into(), place, crumbs: Vec::new(), body }
    }

    /// The same page with a way back up.
    pub(crate) fn below(mut self, name: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((name.into(), href.into()));
        self
    }
}

/// A whole page for someone who is signed in.
pub(crate) fn page(settings: &Settings, signed: &Signed, page: &Page) -> Html<String> {
    let frame = &signed.frame;
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{} · {}", page.title, frame.organisation)))
            body data-app {
                (icons::symbols())
                a.skip href="#main" { "Skip to content" }
                header.top {
                    a.brand href="/" { (icon(Icon::Mark)) span { (frame.organisation) } }
                    @if let Some(environment) = &settings.environment { span.environment { (environment) } }
                    @if frame.simulated {
                        a.environment.sim href="/configuration" title="A provider of this workspace is the built-in simulation" {
                            "simulated"
                        }
                    }
                    span.grow {}
                    a.find href="/find" data-palette { (icon(Icon::Find)) span { "Find" } kbd { "Ctrl K" } }
                    (person(signed))
                }
                (status::line(signed))
                (nav::rail(page.place))
                main #main tabindex="-1" {
                    (crumbs(&page.crumbs, &page.title))
                    (parts::flash(signed.flash.as_ref()))
                    (page.body)
                    footer.foot {
                        span { "Countersign " (frame.version) }
                        span { "Configuration " a.mono href="/configuration" { (frame.config.short) } }
                        a href="/errors" { "Error codes" }
                        span { "Page as of " (crate::format::exact(signed.now)) }
                        button.linklike type="button" data-help hidden { "Keys " kbd { "?" } }
                    }
                }
                p #say .sr role="status" aria-live="polite" {}
                (dialogs::help())
                (dialogs::palette())
            }
        }
    };
    Html(markup.into_string())
}

/// A short form or notice for someone who is not signed in.
pub(crate) fn bare(title: &str, body: &Markup) -> Html<String> {
    let main = html! {
        p.brand { (icon(Icon::Mark)) span { "Countersign" } }
        (body)
    };
    stranger(title, "bare", &main)
}

/// A page to read for someone who is not signed in.
pub(crate) fn open(page: &Page) -> Html<String> {
    let main = html! {
        p { a.brand href="/" { (icon(Icon::Mark)) span { "Countersign" } } }
        (crumbs(&page.crumbs, &page.title))
        (page.body)
    };
    stranger(&page.title, "open", &main)
}

fn stranger(title: &str, class: &str, main: &Markup) -> Html<String> {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(title))
            body.(class) {
                (icons::symbols())
                main #main tabindex="-1" { (main) }
            }
        }
    };
    Html(markup.into_string())
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Countersign" }
            link rel="icon" type="image/svg+xml" href=(assets::url("icon.svg"));
            link rel="stylesheet" href=(assets::url("app.css"));
            script type="module" src=(assets::url("app.js")) {}
        }
    }
}

fn person(signed: &Signed) -> Markup {
    let view = &signed.session.view;
    html! {
        details.who name="top" {
            summary { (icon(Icon::Person)) span { (view.name) } }
            div.menu {
                p { b { (view.name) } br; span.muted { (view.roles.join(" · ")) } }
                p { a href="/account" { "Change password" } }
                form method="post" action="/sign-out" {
                    (parts::token(&signed.session))
                    button type="submit" { "Sign out" }
                }
            }
        }
    }
}

fn crumbs(crumbs: &[(String, String)], title: &str) -> Markup {
    html! {
        @if !crumbs.is_empty() {
            nav.crumbs aria-label="Breadcrumb" {
                ol {
                    @for (name, href) in crumbs { li { a href=(href) { (name) } } }
                    li { span aria-current="page" { (title) } }
                }
            }
        }
    }
}

//! Words: the sentence a page opens with, lists of facts, empty states, messages, problems, code.

use control::views::{ProblemView, Sentence, Weakness};
use maud::{Markup, html};

use super::{marked, tone, tone_icon};
use crate::forms::Flash;
use crate::frame::{Icon, icon};
use crate::links;

/// The answer a page opens with, with links to what it is about.
pub(crate) fn sentence(sentence: &Sentence) -> Markup {
    html! {
        p.sentence.(tone(sentence.tone)) #sentence data-live {
            @for part in &sentence.parts {
                @let href = part.about.as_ref().and_then(links::subject);
                @let class = part.tone.map(tone);
                @let text = part.text.replace(" ¢", "\u{a0}¢").replace(" %", "\u{a0}%").replace("≈ ", "≈\u{a0}");
                @match href {
                    Some(href) => a href=(href) class=[class] { (text) },
                    None => @match class {
                        Some(class) => strong class=(class) { (text) },
                        None => (text),
                    },
                }
            }
        }
    }
}

/// Names and facts.
pub(crate) fn definitions(pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, fact) in pairs { div { dt { (name) } dd { (fact) } } } }
    }
}

/// What will be here, and what fills it.
pub(crate) fn empty(what: &str, how: &Markup) -> Markup {
    html! { div.empty { p { (what) } p.muted { (how) } } }
}

/// What the form before this page did.
pub(crate) fn flash(flash: Option<&Flash>) -> Markup {
    html! { @if let Some(Flash(text)) = flash { p.flash.good role="status" { (icon(Icon::Good)) span { (text) } } } }
}

/// Where one is in a list whose pages are found by cursors, newest first. A cursor leads one way only,
/// so the address also holds the cursors of the pages one came through.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trail<'a> {
    /// Of this page; `None` on the first.
    pub(crate) cursor: Option<&'a str>,
    /// Of the pages before this one, without the first, the nearest last, parted by `~`.
    pub(crate) before: Option<&'a str>,
    /// Of the next page.
    pub(crate) next: Option<&'a str>,
}

impl Trail<'_> {
    /// Pages that are remembered; before the farthest of them lies the first.
    const MOST: usize = 40;

    fn known(&self) -> Vec<&str> {
        self.before.unwrap_or_default().split('~').filter(|cursor| !cursor.is_empty()).collect()
    }

    /// Cursor and trail of the page before this one.
    fn newer(&self) -> (Option<String>, Option<String>) {
        let mut known = self.known();
        let cursor = known.pop().map(str::to_owned);
        (cursor, Some(known.join("~")))
    }

    /// Cursor and trail of the next page, where there is one.
    fn older(&self) -> Option<(Option<String>, Option<String>)> {
        let next = self.next?.to_owned();
        let mut known = self.known();
        known.extend(self.cursor);
        let from = known.len().saturating_sub(Self::MOST);
        Some((Some(next), known.get(from..).map(|known| known.join("~"))))
    }
}

/// The ways through the pages of a list: to its beginning, one page newer, one page older. `at` writes
/// the address of a cursor and a trail.
pub(crate) fn more(
    trail: &Trail<'_>,
    noun: &str,
    at: &dyn Fn(Option<&str>, Option<&str>) -> String,
) -> Markup {
    let place = |(cursor, before): (Option<String>, Option<String>)| at(cursor.as_deref(), before.as_deref());
    let older = trail.older();
    html! {
        @if trail.cursor.is_some() || older.is_some() {
            nav.pages aria-label="Pages" {
                @if trail.cursor.is_some() {
                    a.button href=(at(None, None)) { "Newest " (noun) }
                    a.button href=(place(trail.newer())) rel="prev" { "Newer " (noun) }
                }
                @if let Some(older) = older { a.button href=(place(older)) rel="next" { "Older " (noun) } }
            }
        }
    }
}

/// A problem at its place in a file, with the line and a caret under the column.
pub(crate) fn problem(problem: &ProblemView) -> Markup {
    let column = usize::try_from(problem.column.saturating_sub(1)).unwrap_or(0);
    let before: String =
        problem.source_line.chars().take(column.min(400)).map(|c| if c == '\t' { c } else { ' ' }).collect();
    let place = if problem.line == 0 {
        problem.file.clone()
    } else {
        format!("{}:{}:{}", problem.file, problem.line, problem.column)
    };
    html! {
        div.problem.(tone(problem.tone)) {
            p { (tone_icon(problem.tone)) b { (marked(&problem.message)) } }
            p.mono.muted { (place) }
            @if problem.line > 0 {
                pre tabindex="0" aria-label={ "Line " (problem.line) } {
                    span.gutter { (problem.line) } " " code { (problem.source_line) } "\n"
                    span.gutter { (" ".repeat(problem.line.to_string().len())) } " " span.caret aria-hidden="true" {
                        (before) "^"
                    }
                }
            }
            @if let Some(help) = &problem.help { p.help { b { "Help: " } (marked(help)) } }
        }
    }
}

/// What a workflow lacks, and what to write.
pub(crate) fn weaknesses(list: &[Weakness]) -> Markup {
    html! {
        ul.weaknesses {
            @for one in list {
                li class=(tone(one.tone)) { (tone_icon(one.tone)) span { (one.text) " " span.muted { (one.help) } } }
            }
        }
    }
}

/// Text as it stands in a file.
pub(crate) fn code_block(label: &str, text: &str) -> Markup {
    html! { pre.code tabindex="0" aria-label=(label) { code { (text) } } }
}

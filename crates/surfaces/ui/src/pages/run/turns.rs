//! What was asked and answered, turn by turn, or why it is not here.

use control::views::{Content, ContentPart, ContentState, Tone, Turn};
use maud::{Markup, html};

use crate::parts;

/// Longest text shown unfolded, in characters.
const OPEN: usize = 600;

/// Request and answer.
pub(super) fn content(content: &Content) -> Markup {
    if content.state != ContentState::Shown {
        let tone = if content.state == ContentState::Dropped { Tone::Warn } else { Tone::Info };
        return html! { p.gap.(parts::tone(tone)) { (parts::tone_icon(tone)) span { (content.note) } } };
    }
    html! {
        h3 { "Request" }
        (turns("request", &content.request))
        h3 { "Answer" }
        (turns("answer", &content.response))
    }
}

fn turns(id: &str, list: &[Turn]) -> Markup {
    html! {
        ol.turns {
            @for (index, turn) in list.iter().enumerate() {
                li.turn data-role=(turn.role) {
                    p.role { (turn.role) }
                    @let plain = if turn.role == "error" { "other" } else { "text" };
                    @for (position, part) in turn.parts.iter().enumerate() {
                        (self::part(&format!("{id}-{index}-{position}"), part, plain))
                    }
                }
            }
            @if list.is_empty() { li.muted { "Nothing was kept." } }
        }
    }
}

/// A part, with its kind where it is not the `plain` one of its turn.
fn part(id: &str, part: &ContentPart, plain: &str) -> Markup {
    let long = part.text.chars().nth(OPEN).is_some();
    html! {
        div.turn-part id=(id) {
            @if part.kind != plain { (parts::chip(&part.kind.replace('-', " "))) }
            @if long {
                details { summary { (part.text.chars().take(120).collect::<String>()) "…" } pre { (part.text) } }
            } @else if !part.text.is_empty() { pre { (part.text) } }
        }
    }
}

//! The status line: absent when all is well, else the worst thing first and the rest one click away.

use control::views::{Attention, Tone};
use maud::{Markup, html};

use crate::errors::capital;
use crate::format;
use crate::links;
use crate::parts;
use crate::session::Signed;

/// The line, or nothing. The element stays, so that a page that is open can be told.
pub(super) fn line(signed: &Signed) -> Markup {
    let alerts = &signed.frame.alerts;
    html! {
        div.status id="status" data-live role="region" aria-label="Status" {
            @if let Some((worst, others)) = alerts.split_first() {
                @if others.is_empty() {
                    p.status-line.(parts::tone(worst.tone)) { (alert(signed, worst)) }
                } @else {
                    details.status-line.(parts::tone(worst.tone)) id="status-more" {
                        summary {
                            (parts::tone_icon(worst.tone)) span { (capital(&worst.text)) }
                            span.more { "and " (format::plural(count(others), "more", "more")) }
                        }
                        ul { @for one in alerts { li { (alert(signed, one)) } } }
                    }
                }
            }
        }
    }
}

fn count(alerts: &[Attention]) -> u64 {
    u64::try_from(alerts.len()).unwrap_or(u64::MAX)
}

fn alert(signed: &Signed, alert: &Attention) -> Markup {
    let href = alert.about.as_ref().and_then(links::subject);
    html! {
        (parts::tone_icon(alert.tone))
        span.sr { (tone_word(alert.tone)) ": " }
        @match href { Some(href) => a href=(href) { (capital(&alert.text)) }, None => span { (capital(&alert.text)) } }
        span.muted {
            @if let Some(since) = alert.since { " · " (format::time(signed.now, since.timestamp())) }
            " · " (alert.action)
        }
    }
}

fn tone_word(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "All is well",
        Tone::Info => "Note",
        Tone::Warn => "Warning",
        Tone::Bad => "Problem",
    }
}

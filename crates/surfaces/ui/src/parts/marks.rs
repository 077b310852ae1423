//! Small marks beside text: tones, states, owners, "simulated". Each has words and an icon, never
//! colour alone (WCAG 2.2, 1.4.1).

use control::views::{PersonRef, Tone};
use maud::{Markup, html};

use crate::frame::{Icon, icon};
use crate::links;

/// The class of a tone.
pub(crate) const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Info => "info",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

/// The icon of a tone.
pub(crate) fn tone_icon(tone: Tone) -> Markup {
    icon(match tone {
        Tone::Good => Icon::Good,
        Tone::Info => Icon::Info,
        Tone::Warn => Icon::Warn,
        Tone::Bad => Icon::Bad,
    })
}

/// A word with a meaning.
pub(crate) fn badge(tone: Tone, words: &str) -> Markup {
    html! { span.badge.(self::tone(tone)) { (tone_icon(tone)) (words) } }
}

/// A word without one.
pub(crate) fn chip(words: &str) -> Markup {
    html! { span.chip { (words) } }
}

/// How a call or a run ended.
pub(crate) fn status(status: &str, tone: Tone) -> Markup {
    badge(tone, &status.replace('_', " "))
}

/// Where a switch stands. Off has its own icon: it is meant, not broken.
pub(crate) fn state(state: &str) -> Markup {
    let (class, shown) = match state {
        "on" => ("good", Icon::Good),
        "fallback" => ("warn", Icon::Warn),
        "human-only" => ("warn", Icon::Person),
        _ => ("bad", Icon::Off),
    };
    html! { span.badge.(class) { (icon(shown)) (state) } }
}

/// A person, with a mark if they are no longer here.
pub(crate) fn owner(person: &PersonRef) -> Markup {
    html! {
        a.owner href=(links::with_query("/runs", &[("owner", Some(&person.id))])) title={ "Runs owned by " (person.name) } {
            (person.name)
        }
        @if !person.here { " " (badge(Tone::Bad, "has left")) }
    }
}

/// Marks figures that come from the built-in simulation.
pub(crate) fn simulated(is: bool) -> Markup {
    html! { @if is { " " span.sim title="From the built-in simulated provider" { "sim" span.sr { "ulated" } } } }
}

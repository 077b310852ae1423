//! The rail: the pages there are, each with its key. None leads to an empty promise.

use maud::{Markup, html};

use super::{Icon, icon};

/// Where a page belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// `/`.
    Overview,
    /// `/workflows`.
    Workflows,
    /// `/runs`.
    Runs,
    /// `/prompts`.
    Prompts,
    /// `/spend`.
    Spend,
    /// `/providers`.
    Providers,
    /// `/telemetry`.
    Telemetry,
    /// `/guards`.
    Guards,
    /// `/people`.
    People,
    /// `/keys`.
    Keys,
    /// `/audit`.
    Audit,
    /// `/configuration`.
    Configuration,
    /// Nowhere in the rail.
    None,
}

/// One entry of the rail.
pub(crate) struct Entry {
    place: Place,
    icon: Icon,
    /// Where it leads.
    pub(crate) href: &'static str,
    /// What it is called.
    pub(crate) name: &'static str,
    /// The letter after `g`.
    pub(crate) key: &'static str,
}

const fn entry(place: Place, icon: Icon, href: &'static str, name: &'static str, key: &'static str) -> Entry {
    Entry { place, icon, href, name, key }
}

/// What people come for.
pub(crate) const MAIN: [Entry; 5] = [
    entry(Place::Overview, Icon::Overview, "/", "Overview", "o"),
    entry(Place::Workflows, Icon::Workflows, "/workflows", "Workflows", "w"),
    entry(Place::Runs, Icon::Runs, "/runs", "Runs", "r"),
    entry(Place::Prompts, Icon::Prompts, "/prompts", "Prompts", "t"),
    entry(Place::Spend, Icon::Spend, "/spend", "Spend", "s"),
];

/// What it rests on.
pub(crate) const APART: [Entry; 7] = [
    entry(Place::Providers, Icon::Providers, "/providers", "Providers", "v"),
    entry(Place::Telemetry, Icon::Telemetry, "/telemetry", "Telemetry", "m"),
    entry(Place::Guards, Icon::Guards, "/guards", "Guards", "d"),
    entry(Place::People, Icon::People, "/people", "People", "p"),
    entry(Place::Keys, Icon::Keys, "/keys", "Keys", "k"),
    entry(Place::Audit, Icon::Audit, "/audit", "Audit", "a"),
    entry(Place::Configuration, Icon::Configuration, "/configuration", "Configuration", "c"),
];

/// The rail with `place` marked.
pub(super) fn rail(place: Place) -> Markup {
    html! {
        nav.rail aria-label="Main" {
            @for group in [&MAIN[..], &APART[..]] {
                ul {
                    @for entry in group {
                        li {
                            a href=(entry.href) data-go=(entry.key) aria-current=[(entry.place == place).then_some("page")] {
                                (icon(entry.icon)) span { (entry.name) }
                            }
                        }
                    }
                }
            }
        }
    }
}

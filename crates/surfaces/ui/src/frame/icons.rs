//! Icons: 16 px, drawn with lines in the colour of the text beside them, which says the same.

use maud::{Markup, PreEscaped, html};

/// An icon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Icon {
    /// The product.
    Mark,
    /// A grid.
    Overview,
    /// Two boxes, joined.
    Workflows,
    /// A list with a mark.
    Runs,
    /// A speech bubble.
    Prompts,
    /// A coin.
    Spend,
    /// A fork in the way.
    Providers,
    /// A mast that is heard.
    Telemetry,
    /// A shield.
    Guards,
    /// Two people.
    People,
    /// One person.
    Person,
    /// A key.
    Keys,
    /// A sheet.
    Audit,
    /// Sliders.
    Configuration,
    /// A lens.
    Find,
    /// A tick.
    Good,
    /// A letter i.
    Info,
    /// A triangle.
    Warn,
    /// A cross.
    Bad,
    /// A bar across a circle.
    Off,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Mark => "M2.5 3.5h11v9h-11zM5 8l2 2 4-4",
            Self::Overview => {
                "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5h-4.5z"
            }
            Self::Workflows => "M2 3h5v4h-5zM9 9h5v4h-5zM4.5 7v4h4.5",
            Self::Runs => "M2 4h2M2 8h2M2 12h2M6.5 4h7.5M8 8h6M8 12h4",
            Self::Prompts => "M2.5 3h11v8h-6l-3 2.8v-2.8h-2zM5.2 6h5.6M5.2 8.2h3.6",
            Self::Spend => {
                "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M10 5.7C9.5 5 8.8 4.8 8 4.8c-1.2 0-2 .6-2 1.5 0 2.3 4.2 1 4.2 3.3 0 .9-.9 1.6-2.2 1.6-.9 0-1.7-.3-2.2-1M8 3.6v8.8"
            }
            Self::Providers => {
                "M1.5 8h4.5M6 8c3 0 2.5-4.5 5.5-4.5h3M6 8c3 0 2.5 4.5 5.5 4.5h3M12.5 1.5l2 2-2 2M12.5 10.5l2 2-2 2"
            }
            Self::Telemetry => {
                "M8 7.5v6.5M8 5.5a1 1 0 1 0 0 2a1 1 0 1 0 0-2M5.2 9.3a4 4 0 0 1 0-5.6M10.8 3.7a4 4 0 0 1 0 5.6M3 11.5a7 7 0 0 1 0-10M13 1.5a7 7 0 0 1 0 10"
            }
            Self::Guards => "M8 1.8l5 2v4c0 3-2 5.2-5 6.4c-3-1.2-5-3.4-5-6.4v-4zM5.8 8l1.7 1.7L10.4 6.5",
            Self::People => {
                "M6 3a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6M1.5 13c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3.3a2.2 2.2 0 0 1 0 4M12 9.4c1.6.6 2.5 1.8 2.5 3.6"
            }
            Self::Person => {
                "M8 2.5a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 1 0 0-5.2M3 13.5c0-2.6 2.2-4.3 5-4.3s5 1.7 5 4.3"
            }
            Self::Keys => "M5 5.5a2.8 2.8 0 1 0 .01 0M7.3 7L13.5 3M11 4.6l1.4 2.2",
            Self::Audit => "M3.5 1.8h6.5l2.5 2.5v9.9h-9zM5.8 7h4.5M5.8 9.5h4.5M5.8 12h2.5",
            Self::Configuration => "M2 4.5h6.5M11.5 4.5h2.5M2 11.5h2.5M7.5 11.5h6.5M10 3v3M6 10v3",
            Self::Find => "M7 2.5a4.5 4.5 0 1 0 .01 0M10.3 10.3L14 14",
            Self::Good => "M3 8.5l3.2 3.2L13 4.8",
            Self::Info => "M8 7.2v4.6M8 4.2v.6",
            Self::Warn => "M8 2.2L14.5 13.5h-13zM8 6.5v3.3M8 11.5v.4",
            Self::Bad => "M4 4l8 8M12 4l-8 8",
            Self::Off => "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M3.8 12.2l8.4-8.4",
        }
    }
}

impl Icon {
    /// The icons that stand for tones and states, many times on a page: drawn once, then used.
    const SHARED: [(Self, &'static str); 5] = [
        (Self::Good, "i-good"),
        (Self::Info, "i-info"),
        (Self::Warn, "i-warn"),
        (Self::Bad, "i-bad"),
        (Self::Off, "i-off"),
    ];
}

/// Draws an icon. Screen readers skip it.
pub(crate) fn icon(icon: Icon) -> Markup {
    let shared = Icon::SHARED.iter().find(|(one, _)| *one == icon);
    html! {
        @match shared {
            Some((_, name)) => svg.icon aria-hidden="true" { use href={ "#" (name) } {} },
            None => svg.icon viewBox="0 0 16 16" aria-hidden="true" { path d=(PreEscaped(icon.path())) {} },
        }
    }
}

/// What [`icon`] refers to.
pub(super) fn symbols() -> Markup {
    html! {
        svg.symbols width="0" height="0" aria-hidden="true" {
            @for (icon, name) in Icon::SHARED {
                symbol id=(name) viewBox="0 0 16 16" { path d=(PreEscaped(icon.path())) {} }
            }
        }
    }
}

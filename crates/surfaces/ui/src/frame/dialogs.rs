//! The help for the keyboard and the palette. Both are closed until a script opens them; without
//! one, the page `/find` does what the palette does.

use maud::{Markup, html};

use super::nav::{APART, MAIN};

/// What the keys do. Single letters can be switched off (WCAG 2.2, 2.1.4).
pub(super) fn help() -> Markup {
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            dl.keys {
                div { dt { kbd { "?" } } dd { "this help" } }
                div { dt { kbd { "Ctrl" } " " kbd { "K" } } dd { "find a workflow, run, person or command" } }
                div { dt { kbd { "/" } } dd { "filter, or find" } }
                @for entry in MAIN.iter().chain(&APART) {
                    div { dt { kbd { "g" } " " kbd { (entry.key) } } dd { "go to " (entry.name) } }
                }
                div {
                    dt { kbd { "j" } " " kbd { "k" } }
                    dd { "on a run: next and previous call; in a table: next and previous row" }
                }
                div { dt { kbd { "x" } } dd { "on a workflow: go to its switch" } }
                div { dt { kbd { "Esc" } } dd { "close" } }
            }
            p { label.check { input type="checkbox" id="keys-on" checked; " Single-letter keys are on" } }
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}

/// The palette.
pub(super) fn palette() -> Markup {
    html! {
        dialog #palette aria-label="Find" {
            input #palette-input type="text" role="combobox" aria-expanded="false" aria-controls="palette-list"
                aria-autocomplete="list" aria-label="Find a workflow, run, person or command"
                placeholder="Find a workflow, run, person or command" autocomplete="off" spellcheck="false";
            ul #palette-list role="listbox" aria-label="Results" {}
            p.muted #palette-hint {
                kbd { "↑" } " " kbd { "↓" } " to choose, " kbd { "Enter" } " to go, " kbd { "Esc" } " to close"
            }
        }
    }
}

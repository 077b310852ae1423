//! Form fields: every one with a label, its hint tied to it, its name and its value.

use control::Session;
use control::views::Tone;
use maud::{Markup, html};

/// A line of text to fill in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Input<'a> {
    /// Name in the form, and id on the page.
    pub(crate) name: &'a str,
    /// What it is.
    pub(crate) label: &'a str,
    /// `text` if empty.
    pub(crate) kind: &'a str,
    /// What stands in it.
    pub(crate) value: &'a str,
    /// An example.
    pub(crate) placeholder: &'a str,
    /// What one should know, below.
    pub(crate) hint: &'a str,
    /// Token of the HTML standard for filling in: `current-password`.
    pub(crate) autocomplete: &'a str,
    /// Whether the form needs it.
    pub(crate) required: bool,
    /// The fewest characters.
    pub(crate) least: usize,
    /// What is wrong with what stands in it.
    pub(crate) wrong: &'a str,
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// An input with its label above and its hint below.
pub(crate) fn input(field: &Input<'_>) -> Markup {
    let hint = some(field.hint).map(|_| format!("{}-hint", field.name));
    let wrong = some(field.wrong).map(|_| format!("{}-wrong", field.name));
    let about = [wrong.as_deref(), hint.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let kind = some(field.kind).unwrap_or("text");
    html! {
        div.field {
            label for=(field.name) { (field.label) @if !field.required { span.muted { " (optional)" } } }
            input id=(field.name) name=(field.name) type=(kind) value=[some(field.value)] placeholder=[some(
                field.placeholder,
            )]
                autocomplete=[some(field.autocomplete)] minlength=[(field.least > 0).then_some(field.least)]
                aria-describedby=[some(&about)] aria-invalid=[wrong.as_ref().map(|_| "true")] required[field.required];
            @if let Some(id) = &wrong { p.wrong id=(id) { (field.wrong) } }
            @if let Some(id) = &hint { p.hint id=(id) { (field.hint) } }
        }
    }
}

/// A select with its label above.
pub(crate) fn pick(name: &str, label: &str, options: &[String], chosen: Option<&str>) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) span.muted { " (optional)" } }
            select id=(name) name=(name) {
                option value="" { "none" }
                @for option in options { option value=(option) selected[chosen == Some(option.as_str())] { (option) } }
            }
        }
    }
}

/// What is wrong with a form as a whole.
pub(crate) fn trouble(text: &str) -> Markup {
    html! {
        @if !text.is_empty() {
            p.flash.bad role="alert" { (super::tone_icon(Tone::Bad)) span { (text) } }
        }
    }
}

/// A field that is not shown.
pub(crate) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The token that proves that a form was made by this site for this session.
pub(crate) fn token(session: &Session) -> Markup {
    hidden("token", &session.csrf)
}

/// The button that sends the form.
pub(crate) fn submit(class: &str, words: &str) -> Markup {
    html! { button.primary.(class) type="submit" { (words) } }
}

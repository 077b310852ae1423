//! The form of a new key, empty or as it was sent and refused: what was typed stays, and each error is
//! at its field. It holds no secret.

use control::views::KeysPage;
use maud::{Markup, html};

use crate::forms::{Fields, Wrong};
use crate::parts::{self, Input};
use crate::session::Signed;

/// The form of a new key: what was typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Draft {
    fields: Fields,
    wrong: Option<Wrong>,
    /// Whether it is to be seen at once.
    open: bool,
}

impl Draft {
    /// As an address asks for it: with a workflow chosen, or only open.
    pub(crate) fn asked(fields: &Fields) -> Self {
        let workflow = fields.text("workflow");
        let open = workflow.is_some() || fields.text("new").is_some();
        let fields = workflow.into_iter().map(|id| ("workflows".to_owned(), id)).collect();
        Self { fields, wrong: None, open }
    }

    /// As it was sent and refused.
    pub(crate) fn refused(fields: Fields, wrong: Wrong) -> Self {
        Self { fields, wrong: Some(wrong), open: true }
    }

    fn wrong(&self, field: &str) -> &str {
        Wrong::at(self.wrong.as_ref(), field)
    }

    /// What is wrong with no field of the form.
    fn elsewhere(&self) -> &str {
        const FIELDS: [&str; 10] = [
            "workflows",
            "label",
            "expires",
            "requests_per_minute",
            "tokens_per_minute",
            "concurrent",
            "iterations_per_run",
            "budget_day",
            "budget_month",
            "budget_run",
        ];
        let wrong = self.wrong.as_ref().filter(|wrong| !FIELDS.contains(&wrong.field.as_str()));
        wrong.map_or("", |wrong| wrong.text.as_str())
    }

    /// Whether a limit or budget was typed or is wrong.
    fn limited(&self) -> bool {
        LIMITS.iter().any(|(name, _)| self.fields.text(name).is_some() || !self.wrong(name).is_empty())
    }
}

/// Limits and budget of a key's own: the name in the form, and the words.
const LIMITS: [(&str, &str); 7] = [
    ("requests_per_minute", "Requests a minute"),
    ("tokens_per_minute", "Tokens a minute"),
    ("concurrent", "Calls at once"),
    ("iterations_per_run", "Inferences per run"),
    ("budget_day", "Dollars a day"),
    ("budget_month", "Dollars a month"),
    ("budget_run", "Dollars a run"),
];

/// The form, for these workflows.
pub(super) fn form(signed: &Signed, view: &KeysPage, draft: &Draft, offered: &[&String]) -> Markup {
    let typed = |name: &str| draft.fields.text(name).unwrap_or_default();
    let chosen = draft.fields.all("workflows");
    html! {
        details.part.new-key #new open[draft.open || view.rows.is_empty()] {
            summary { "New key" }
            (parts::trouble(draft.elsewhere()))
            form.stack method="post" action="/keys" {
                (parts::token(&signed.session))
                fieldset.checks aria-describedby=[(!draft.wrong("workflows").is_empty()).then_some("workflows-wrong")] {
                    legend { "Workflows it serves" }
                    @for id in offered {
                        label.check {
                            input type="checkbox" name="workflows" value=(id) checked[
                                chosen.contains(*id) || offered.len() == 1
                            ];
                            " " (id)
                        }
                    }
                    @if !draft.wrong("workflows").is_empty() { p.wrong #workflows-wrong { (draft.wrong("workflows")) } }
                }
                div.grid {
                    (parts::input(&Input {
                        name: "label", label: "Label", placeholder: "support desk", autocomplete: "off",
                        value: &typed("label"), wrong: draft.wrong("label"), ..Input::default()
                    }))
                    (parts::pick("agent", "Agent", &view.choices.agents, draft.fields.text("agent").as_deref()))
                    (parts::input(&Input {
                        name: "expires", label: "Expires", placeholder: "90d",
                        hint: "90d, 12h, or a date. Empty: until revoked.", autocomplete: "off",
                        value: &typed("expires"), wrong: draft.wrong("expires"), ..Input::default()
                    }))
                }
                details open[draft.limited()] {
                    summary { "Limits and budget of its own" }
                    div.grid { @for (name, label) in LIMITS { (limit(draft, name, label)) } }
                }
                p.actions { (parts::submit("", "Create key")) }
            }
        }
    }
}

fn limit(draft: &Draft, name: &'static str, label: &'static str) -> Markup {
    let (kind, placeholder) = if name.starts_with("budget") { ("", "40") } else { ("number", "") };
    let value = draft.fields.text(name).unwrap_or_default();
    parts::input(&Input {
        name,
        label,
        kind,
        placeholder,
        value: &value,
        wrong: draft.wrong(name),
        autocomplete: "off",
        ..Input::default()
    })
}

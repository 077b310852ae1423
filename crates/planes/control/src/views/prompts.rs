//! Prompts: the table, and one of them in full.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Figures, Moment, Period, Sentence, SwitchPanel, SwitchView};

/// All prompts of the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptsPage {
    /// The answer.
    pub sentence: Sentence,
    /// The time the figures cover.
    pub period: Period,
    /// Prompts, by name.
    pub rows: Vec<PromptRow>,
}

/// One prompt in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptRow {
    /// Its name: what callers write into `prompt_ref`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The live version: twelve hexadecimal digits of a hash over the file.
    pub version: String,
    /// The label that its author gave the live version.
    pub label: Option<String>,
    /// The workflows that may use it; every one where this is empty.
    pub workflows: Vec<String>,
    /// `on`, `fallback`, `human-only` or `off`.
    pub state: String,
    /// Its switch, where it is not on.
    pub switch: Option<SwitchView>,
    /// What was used over the period, all versions together.
    pub figures: Figures,
    /// Its file.
    pub file: String,
}

/// One prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptPage {
    /// The answer.
    pub sentence: Sentence,
    /// The time the figures cover.
    pub period: Period,
    /// The row of the table.
    pub row: PromptRow,
    /// Its variables: those that are declared, then those that only the template names.
    pub variables: Vec<VariableView>,
    /// How a model is to answer, where the caller does not say.
    pub settings: Vec<SettingView>,
    /// The versions that were used over the period, the live one too if it was not; the last used
    /// first.
    pub versions: Vec<PromptVersion>,
    /// Its switch, and what turning it would do.
    pub switch: SwitchPanel,
    /// The file's text as it is live.
    pub source: String,
    /// Hash of the live configuration.
    pub config: String,
}

/// A variable of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VariableView {
    /// Its name.
    pub name: String,
    /// `any`, `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub kind: String,
    /// Whether the caller must give it.
    pub required: bool,
    /// Its value where the caller gives none, as JSON.
    pub default: Option<String>,
    /// What it is; may be empty.
    pub description: String,
}

/// A setting of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettingView {
    /// Its name.
    pub name: String,
    /// Its value, as JSON.
    pub value: String,
}

/// A version of a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptVersion {
    /// The version.
    pub version: String,
    /// The label that its author gave it.
    pub label: Option<String>,
    /// Whether it is live.
    pub live: bool,
    /// The first day of the period on which it was used; absent where it was not.
    pub first: Option<Moment>,
    /// The last day of the period on which it was used.
    pub last: Option<Moment>,
    /// What was used.
    pub figures: Figures,
}

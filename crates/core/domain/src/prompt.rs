//! Which prompt a call was rendered from, and which version of it a run keeps.
//!
//! A version is named by its content: twelve hexadecimal digits of a hash over the prompt's file.
//! It may carry a label that its author chose. Which version is live is the business of whoever
//! publishes the files; here is the rule of [`choose`]: what a call gets that asks for a version, or
//! whose run began with one.

use serde::{Deserialize, Serialize};

use crate::ids::PromptId;

/// Digits of a version.
pub const VERSION_DIGITS: usize = 12;

/// A version of a prompt, as records name it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct PromptUse {
    /// The prompt.
    pub name: PromptId,
    /// Its version.
    pub version: String,
    /// The label that its author gave the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl PromptUse {
    /// Whether `asked` names this version: by its digits or by its label.
    #[must_use]
    pub fn is(&self, asked: &str) -> bool {
        self.version == asked || self.label.as_deref() == Some(asked)
    }
}

impl std::fmt::Display for PromptUse {
    /// `support-reply@3f2a9c0b17de`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// Who says a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Whoever made the application.
    System,
    /// The same, in the word of OpenAI's newer models.
    Developer,
    /// Whoever uses it.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::System, Self::Developer, Self::User, Self::Assistant];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a rendered prompt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// How a model is to answer, as a prompt sets it. What a caller sets himself counts before it.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct ModelSettings {
    /// A route, or `provider/model`.
    pub model: Option<String>,
    /// From 0 on.
    pub temperature: Option<f64>,
    /// From 0 to 1.
    pub top_p: Option<f64>,
    /// The most output tokens.
    pub max_tokens: Option<u64>,
    /// For answers that can be had again, where the provider offers that.
    pub seed: Option<u64>,
    /// Texts before which the answer ends.
    pub stop: Vec<String>,
    /// The form of the answer: JSON, as chat's `response_format` takes it.
    pub response_format: Option<String>,
}

/// Which version a call gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// The live one.
    Live,
    /// The one that its run began with.
    OfRun,
}

/// Chooses between the live version and the one a run began with: what a call asks for counts
/// first, then its run. `None` where it asks for one that is neither.
#[must_use]
pub fn choose(asked: Option<&str>, live: &PromptUse, of_run: Option<&PromptUse>) -> Option<Choice> {
    match (asked, of_run) {
        (None, None) => Some(Choice::Live),
        (None, Some(_)) => Some(Choice::OfRun),
        (Some(asked), Some(of_run)) if of_run.is(asked) => Some(Choice::OfRun),
        (Some(asked), _) => live.is(asked).then_some(Choice::Live),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: &str, label: Option<&str>) -> PromptUse {
        let name = PromptId::new("reply").expect("a name");
        PromptUse { name, version: version.to_owned(), label: label.map(ToOwned::to_owned) }
    }

    #[test]
    fn what_a_call_asks_for_counts_before_its_run_and_its_run_before_what_is_live() {
        let (old, new) = (version("aaaaaaaaaaaa", Some("1")), version("bbbbbbbbbbbb", Some("2")));
        for (asked, of_run, expected) in [
            (None, None, Some(Choice::Live)),
            (None, Some(&old), Some(Choice::OfRun)),
            (Some("bbbbbbbbbbbb"), Some(&old), Some(Choice::Live)),
            (Some("2"), None, Some(Choice::Live)),
            (Some("1"), Some(&old), Some(Choice::OfRun)),
            (Some("aaaaaaaaaaaa"), Some(&old), Some(Choice::OfRun)),
            (Some("1"), None, None),
            (Some("3"), Some(&old), None),
            (Some("bbbb"), None, None),
            (Some(""), None, None),
        ] {
            assert_eq!(choose(asked, &new, of_run), expected, "{asked:?} {of_run:?}");
        }
        assert_eq!(old.to_string(), "reply@aaaaaaaaaaaa");
    }
}

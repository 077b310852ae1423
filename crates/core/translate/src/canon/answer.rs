//! An answer.

use domain::Usage;

use super::part::Part;

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The provider's id of it.
    pub id: Option<String>,
    /// The model that answered, as the provider names it.
    pub model: Option<String>,
    /// What it says.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub stop: Stop,
    /// What was used; counters are disjoint.
    pub usage: Option<Usage>,
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Stop {
    /// It was finished.
    #[default]
    End,
    /// It reached the limit of output tokens.
    Length,
    /// It came to a text that ends it.
    Sequence(Option<String>),
    /// It calls tools.
    Calls,
    /// The provider, or the model, refused.
    Filtered,
    /// The provider paused a long turn.
    Pause,
    /// The context window was full.
    ContextFull,
    /// A reason that this crate does not know.
    Other,
}

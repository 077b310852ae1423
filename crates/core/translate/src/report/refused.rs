//! Why a translation is refused.

/// An expected "no". Its text is for the caller; it names fields and never holds values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The body is not JSON.
    #[error("the body is not valid JSON: {0}")]
    NotJson(String),
    /// A field is missing or has another type or value than it must have.
    #[error("{path}: {problem}")]
    Field {
        /// The field.
        path: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A feature that the target can't offer and whose absence would change the meaning.
    #[error("{path}: {problem}; ask for a target that speaks this endpoint's own dialect")]
    Unsupported {
        /// The field.
        path: String,
        /// What can't be had.
        problem: &'static str,
    },
}

impl Refused {
    /// A body that holds more values than are read: [`MOST_VALUES`](crate::json::MOST_VALUES).
    /// A target of the caller's own dialect takes it, because nothing is translated there.
    #[must_use]
    pub fn too_many_values() -> Self {
        let problem = "more than 500,000 JSON values can't be translated";
        Self::Unsupported { path: "body".to_owned(), problem }
    }
}

//! What is wrong with a template, and where.

use std::ops::Range;

/// A problem of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is, in bytes of the file's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: String,
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub const fn new(span: Range<usize>, message: String, help: String) -> Self {
        Self { span, message, help }
    }
}

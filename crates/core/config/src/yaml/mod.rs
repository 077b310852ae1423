//! The front matter of a prompt: the part of YAML that front matters use, as a table with places.
//!
//! Read are block mappings and lists, flow lists and mappings on one line, plain and quoted
//! scalars, literal (`|`) and folded (`>`) text, and comments (YAML 1.2.2, chapters 6 to 8). What
//! else the language has (anchors, tags, several documents, scalars over several lines) is refused
//! by name and never guessed at: a key that two readers understand differently is a way round a
//! control. The result is the same kind of table that the TOML files are read from, so that one
//! reader checks keys and points at places in both.

mod block;
mod flow;
#[cfg(test)]
mod tests;

use std::ops::Range;

use toml::de::DeTable;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 32;

/// What is wrong with a front matter, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Wrong {
    fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into() }
    }
}

/// Reads the lines of `text` within `span` as one mapping. Places are offsets into `text`.
pub(crate) fn read(text: &str, span: Range<usize>) -> Result<DeTable<'_>, Wrong> {
    block::Block::new(text, span)?.document()
}

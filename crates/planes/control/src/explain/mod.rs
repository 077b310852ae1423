//! Explaining a run: the tree from the request to the outcome, and why it went as it did, in words.
//!
//! Everything is read from the records as they were made; names are today's. Words say only what
//! a record says. Content is shown to those who may read it, if the workflow keeps it.

mod content;
mod inference;
mod tree;
mod why;

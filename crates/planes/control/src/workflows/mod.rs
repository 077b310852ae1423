//! Workflows: the table, and one of them in full.
//!
//! A workflow is judged here, for pages: is it answered for, is it on, does it fail, is there
//! money left. The judgement changes nothing; controls act by themselves.

mod judge;
mod page;
mod rows;
mod weaknesses;

//! Prompts: templates of messages, told apart, compiled, and rendered within bounds.
//!
//! A template is a file with lines that say who speaks; between them stands Jinja. The messages
//! are told apart before anything is rendered and each is rendered by itself, so that a value can
//! only ever become text inside one message. Undefined variables are errors; there is no way to
//! files, to other templates or to the clock; and every rendering has a budget of work that bounds
//! its time and its memory.
//!
//! This crate never reads a file, and no error of it repeats the value of a variable. The form of
//! the files is that of Prompty (<https://prompty.ai>), the templates' language Jinja's.

mod inputs;
mod parts;
mod problem;
mod prompt;
mod template;
#[cfg(test)]
mod template_tests;

pub use inputs::{Input, Kind, Need};
pub use problem::Problem;
pub use prompt::{Prompt, Unrendered};
pub use template::Template;

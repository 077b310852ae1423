//! Prompts by reference: what a body says in `prompt_ref`, and the body it stands for.
//!
//! [`asked`] reads the reference; [`place`] puts rendered messages into its place, in the words of
//! the endpoint, with the prompt's settings where the caller set nothing. Every other member stays
//! as the caller sent it, byte for byte. What a rendered text says is always inside one JSON
//! string of one message, so no value of a variable can become a message of its own.

mod ask;
mod place;
mod settings;
#[cfg(test)]
mod tests;

pub use ask::{Asked, asked};
pub use place::{Placed, Rendered, place};

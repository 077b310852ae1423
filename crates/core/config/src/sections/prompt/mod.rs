//! `prompts/NAME.prompty`: a prompt, its front matter and its template; its name is the file's.
//!
//! The front matter is that of the Prompty format, in both of its generations: what it says of
//! connections and keys is not used, because routes and providers decide that here. The template
//! is told apart into messages and compiled by the crate `prompts`.

mod draft;
mod front;
mod keys;

pub(crate) use draft::{name, read, stem};
pub(crate) use front::halves;
pub(crate) use keys::{INPUT, MODEL, PROMPT, SETTINGS};

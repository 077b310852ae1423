//! The wire formats of the providers, read and edited in place.
//!
//! The gateway passes bodies through byte for byte; what it must know of them it reads here, in
//! one pass over the bytes, without building a tree: the governed view of a request
//! ([`request`]), the events of a stream ([`sse`]), what was used ([`answer`]). The few things
//! it says itself are written here too ([`error`]). Pages that show a stored call take it apart
//! by role with [`transcript`], and telemetry that clients send is read with [`otlp`], both off the
//! path of any call.
//!
//! This crate never does I/O, never translates between dialects, and never puts text of a caller
//! or a model into an error.

pub mod answer;
pub mod cache;
pub mod error;
mod gemini;
pub mod guard;
pub mod json;
pub mod list;
pub mod otlp;
pub mod prompt;
pub mod request;
pub mod sse;
pub mod transcript;

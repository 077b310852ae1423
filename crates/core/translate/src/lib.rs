//! Translation between the dialects of model providers: requests, answers, streams, errors.
//!
//! Everything goes through one canonical form ([`canon`]): a dialect is read into it and written
//! out of it, so five dialects need five adapters and not twenty. The form keeps the order of
//! parts, the text of tool arguments, and proofs of reasoning bit for bit. Whatever can't be
//! carried is in the report of losses ([`report`]), and what can't be left out without changing
//! what was asked is refused. [`Pair`] is the front door.
//!
//! This crate never does I/O, never reads a clock, and never panics on any input. It is not used
//! where caller and provider speak the same dialect: those bytes pass through as they are.

pub mod bedrock;
pub mod canon;
pub mod chat;
pub mod failure;
pub mod gemini;
pub mod json;
pub mod messages;
mod pair;
pub mod report;
pub mod responses;
pub mod stream;
mod wire;

pub use pair::{
    Asked, Caller, ChatLimit, Exchange, Framing, Outgoing, Pair, Settings, Translated, read_answer,
    read_request, write_answer, write_request,
};
pub use report::{Kind, Loss, LossReport, Refused, Why};
pub use stream::{Outcome, StreamTranslator};
pub use wire::{Origin, Wire};

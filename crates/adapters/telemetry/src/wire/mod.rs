//! OTLP requests and answers (opentelemetry-proto 1.10), without a code generator.
//!
//! A request is a tree of numbered and named fields, built once and written in either of two
//! encodings: protobuf by the numbers, JSON by the names. So both say the same. Only the messages
//! that are sent are here.

mod answer;
mod json;
mod metrics;
mod proto;
#[cfg(test)]
mod tests;
mod traces;
mod tree;

pub(crate) use answer::{Rejected, rejected};
pub(crate) use metrics::metrics;
pub(crate) use traces::traces;
pub(crate) use tree::Message;

use crate::settings::Protocol;

/// Writes a request.
pub(crate) fn encode(message: &Message, protocol: Protocol) -> Vec<u8> {
    match protocol {
        Protocol::Protobuf => proto::encode(message),
        Protocol::Json => json::encode(message),
    }
}

/// What a request's `Content-Type` is.
pub(crate) const fn content_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Protobuf => "application/x-protobuf",
        Protocol::Json => "application/json",
    }
}

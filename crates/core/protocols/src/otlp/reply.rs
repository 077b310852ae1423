//! What an OTLP client is answered, in the encoding in which it asked.
//!
//! `Export…ServiceResponse` where the post was taken, with `partial_success` only where something
//! was refused, and `google.rpc.Status` where it was not. Both are a few bytes whatever was sent.
//! Source: OTLP specification, "OTLP/HTTP Response".

use domain::telemetry::Signal;
use serde_json::json;

use super::{Encoding, Tally};

/// The body for a post that was taken, in whole or in part.
#[must_use]
pub fn taken(signal: Signal, encoding: Encoding, tally: &Tally) -> Vec<u8> {
    if tally.refused == 0 {
        return match encoding {
            Encoding::Json => b"{}".to_vec(),
            Encoding::Protobuf => Vec::new(),
        };
    }
    let message = tally.flaw.map_or("some records can't be used", super::Flaw::as_str);
    match encoding {
        Encoding::Json => {
            let refused = tally.refused.to_string();
            json!({"partialSuccess": {rejected(signal): refused, "errorMessage": message}})
                .to_string()
                .into_bytes()
        }
        Encoding::Protobuf => {
            let mut partial = Vec::new();
            put_number(&mut partial, 1, tally.refused);
            put_bytes(&mut partial, 2, message.as_bytes());
            let mut body = Vec::new();
            put_bytes(&mut body, 1, &partial);
            body
        }
    }
}

/// The body for a post that was not taken: `google.rpc.Status` with one of its codes.
#[must_use]
pub fn status(encoding: Encoding, code: u8, message: &str) -> Vec<u8> {
    match encoding {
        Encoding::Json => json!({"code": code, "message": message}).to_string().into_bytes(),
        Encoding::Protobuf => {
            let mut body = Vec::new();
            put_number(&mut body, 1, u64::from(code));
            put_bytes(&mut body, 2, message.as_bytes());
            body
        }
    }
}

/// The code of `google.rpc.Status` for an HTTP status.
#[must_use]
pub const fn code_of(http_status: u16) -> u8 {
    match http_status {
        401 => 16,
        403 => 7,
        404 => 5,
        405 => 12,
        413 | 429 => 8,
        503 => 14,
        400..=499 => 3,
        _ => 13,
    }
}

const fn rejected(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "rejectedSpans",
        Signal::Metrics => "rejectedDataPoints",
        Signal::Logs => "rejectedLogRecords",
    }
}

fn put_number(out: &mut Vec<u8>, field: u8, number: u64) {
    out.push(field << 3);
    put_varint(out, number);
}

fn put_bytes(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    put_varint(out, u64::try_from(bytes.len()).unwrap_or(0));
    out.extend_from_slice(bytes);
}

fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

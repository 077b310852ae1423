//! Which strings of a JSON value are texts.
//!
//! Fails closed: whatever is not known to be something else is a text. Inside what a model or a
//! caller fills freely (the input of a tool, variables, metadata) every string is one, whatever it
//! is called, and a long number may be one too.

use std::ops::Range;

use crate::json::{Cursor, JsonError, Kind};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Text,
    /// JSON inside a string.
    Json,
    /// A number, which becomes a string where it changes.
    Number,
}

/// Who fills a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// The dialect says what stands where.
    Protocol,
    /// Anything may stand anywhere.
    Free,
}

/// Shortest number that is looked at.
const LONG_NUMBER: usize = 8;

/// Called for each text: its kind, where it stands, and what it says.
pub(super) type OnText<'f> = dyn FnMut(Leaf, Range<usize>, &str) + 'f;

/// Reads the value at the cursor, which stands under `key`, and hands out its texts.
pub(super) fn value(
    cursor: &mut Cursor<'_>,
    key: &[u8],
    zone: Zone,
    each: &mut OnText<'_>,
) -> Result<(), JsonError> {
    let kind = cursor.kind()?;
    let zone = if kind != Kind::String && is_free(key) { Zone::Free } else { zone };
    match kind {
        Kind::Object if key == b"source" && zone == Zone::Protocol => source(cursor, each),
        Kind::Object => cursor.object(|cursor, key| value(cursor, &key.bytes(), zone, each)),
        Kind::Array => cursor.array(|cursor| value(cursor, key, zone, each)),
        Kind::String => {
            let start = cursor.at();
            let text = cursor.string()?;
            if zone == Zone::Free || !is_data(key) {
                let leaf = if key == b"arguments" { Leaf::Json } else { Leaf::Text };
                each(leaf, start..cursor.at(), &text.to_text());
            }
            Ok(())
        }
        Kind::Number => {
            let start = cursor.at();
            let number = cursor.number()?;
            if zone == Zone::Free && number.len() >= LONG_NUMBER {
                each(Leaf::Number, start..cursor.at(), &String::from_utf8_lossy(number));
            }
            Ok(())
        }
        Kind::Bool | Kind::Null => cursor.skip(),
    }
}

/// A document: its data is text where its type says so, which may stand behind it.
fn source(cursor: &mut Cursor<'_>, each: &mut OnText<'_>) -> Result<(), JsonError> {
    let (mut data, mut is_text) = (None, false);
    cursor.object(|cursor, key| {
        let name = key.bytes();
        if cursor.kind()? != Kind::String {
            return value(cursor, &name, Zone::Protocol, each);
        }
        let start = cursor.at();
        let text = cursor.string()?;
        match &*name {
            b"type" => is_text = *text.bytes() == *b"text",
            b"data" => data = Some((start..cursor.at(), text)),
            _ if !is_data(&name) => each(Leaf::Text, start..cursor.at(), &text.to_text()),
            _ => {}
        }
        Ok(())
    })?;
    if let Some((span, text)) = data.filter(|_| is_text) {
        each(Leaf::Text, span, &text.to_text());
    }
    Ok(())
}

/// Whether a value under this key is filled freely.
fn is_free(key: &[u8]) -> bool {
    matches!(key, b"input" | b"arguments" | b"variables" | b"metadata" | b"args" | b"response")
}

/// Whether a string under this key is no text.
fn is_data(key: &[u8]) -> bool {
    matches!(
        key,
        b"id"
            | b"object"
            | b"type"
            | b"role"
            | b"model"
            | b"name"
            | b"status"
            | b"phase"
            | b"finish_reason"
            | b"native_finish_reason"
            | b"stop_reason"
            | b"stop_sequence"
            | b"service_tier"
            | b"system_fingerprint"
            | b"signature"
            | b"thought_signature"
            | b"encrypted_content"
            | b"encrypted_index"
            | b"data"
            | b"file_data"
            | b"file_id"
            | b"result"
            | b"media_type"
            | b"detail"
            | b"format"
            | b"obfuscation"
            | b"url"
            | b"image_url"
            | b"file_url"
            | b"tool_call_id"
            | b"call_id"
            | b"tool_use_id"
            | b"item_id"
            | b"response_id"
            | b"server_label"
            | b"previous_response_id"
            | b"container_id"
            | b"ttl"
            | b"mimeType"
            | b"mime_type"
            | b"fileUri"
            | b"file_uri"
            | b"uri"
            | b"thoughtSignature"
            | b"finishReason"
            | b"modelVersion"
            | b"responseId"
    )
}

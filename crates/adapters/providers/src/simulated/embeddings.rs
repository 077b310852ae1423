//! Embeddings: vectors that depend on the text and on nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::ask::{Ask, fnv, list};

/// Dimensions, unless the request says otherwise.
const DIMENSIONS: u64 = 256;

/// The whole answer.
pub(super) fn body(ask: &Ask) -> Value {
    let dimensions = ask.body.get("dimensions").and_then(Value::as_u64).unwrap_or(DIMENSIONS).clamp(1, 4_096);
    let packed = ask.body.get("encoding_format").is_some_and(|format| format == "base64");
    let data: Vec<Value> = inputs(ask.body.get("input"))
        .iter()
        .zip(0_u64..)
        .map(|(input, index)| {
            let vector = vector(input, dimensions);
            let embedding = if packed { json!(pack(&vector)) } else { json!(vector) };
            json!({"object": "embedding", "index": index, "embedding": embedding})
        })
        .collect();
    json!({
        "object": "list", "data": data, "model": ask.model,
        "usage": {"prompt_tokens": ask.input_tokens, "total_tokens": ask.input_tokens},
    })
}

/// A text, a list of texts, a list of token ids, or a list of such lists.
fn inputs(input: Option<&Value>) -> Vec<String> {
    match input {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) if !items.first().is_some_and(Value::is_number) => {
            list(input).iter().map(Value::to_string).collect()
        }
        Some(one) => vec![one.to_string()],
    }
}

/// A vector of length one.
fn vector(input: &str, dimensions: u64) -> Vec<f32> {
    let mut state = fnv(input.as_bytes()) | 1;
    let mut parts: Vec<f32> = (0..dimensions)
        .map(|_| {
            // xorshift64 (Marsaglia, "Xorshift RNGs", 2003)
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            f32::from(u8::try_from(state >> 56).unwrap_or(0)) - 127.5
        })
        .collect();
    let length = parts.iter().map(|part| part * part).sum::<f32>().sqrt();
    for part in &mut parts {
        *part /= length;
    }
    parts
}

/// Little-endian floats in base64, which is what the OpenAI SDKs ask for.
fn pack(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|part| part.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

//! An instance of a JSON schema: the plainest one that fits.
//!
//! Covers what the SDKs generate from typed models: objects, arrays, enums, unions, references,
//! the usual formats and bounds. Of what it does not know it makes a text.

use serde_json::{Map, Value, json};

/// Deepest level that is filled in; below it a schema that refers to itself ends.
const DEPTH: u8 = 12;

/// An instance of `schema`.
pub(super) fn instance(schema: &Value) -> Value {
    at(schema, schema, DEPTH)
}

fn at(schema: &Value, root: &Value, depth: u8) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    let depth = depth - 1;
    if let Some(value) = schema.get("const").or_else(|| schema.get("default")) {
        return value.clone();
    }
    if let Some(value) = schema.get("enum").or_else(|| schema.get("examples")).and_then(|all| all.get(0)) {
        return value.clone();
    }
    if let Some(place) = schema.get("$ref").and_then(Value::as_str) {
        let target = place.strip_prefix('#').and_then(|place| root.pointer(place));
        return target.map_or(Value::Null, |target| at(target, root, depth));
    }
    if let Some(first) = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|key| schema.get(key)?.get(0)) {
        return at(first, root, depth);
    }
    match kind(schema) {
        "object" => object(schema, root, depth),
        "array" => array(schema, root, depth),
        "integer" | "number" => bound(schema, "minimum").or(bound(schema, "maximum")).unwrap_or(json!(1)),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => text(schema),
    }
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str).unwrap_or_default(),
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

fn object(schema: &Value, root: &Value, depth: u8) -> Value {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return json!({"simulated": true});
    };
    let filled: Map<String, Value> =
        properties.iter().map(|(name, schema)| (name.clone(), at(schema, root, depth))).collect();
    Value::Object(filled)
}

fn array(schema: &Value, root: &Value, depth: u8) -> Value {
    let count = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, 16);
    match schema.get("items") {
        Some(items) => (0..count).map(|_| at(items, root, depth)).collect(),
        None => json!([]),
    }
}

fn bound(schema: &Value, key: &str) -> Option<Value> {
    schema.get(key).filter(|bound| bound.is_number()).cloned()
}

fn text(schema: &Value) -> Value {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let length = |key: &str| schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let text = match format {
        "date" => "2026-01-01",
        "date-time" => "2026-01-01T00:00:00Z",
        "time" => "00:00:00Z",
        "email" => "someone@example.com",
        "uri" => "https://example.com/",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        _ => "simulated",
    };
    let least = length("minLength").unwrap_or(0).min(10_000);
    let text: String =
        text.chars().chain(std::iter::repeat_n('.', least.saturating_sub(text.len()))).collect();
    Value::String(text.chars().take(length("maxLength").unwrap_or(usize::MAX)).collect())
}

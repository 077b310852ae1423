//! Holds an answer against its documented schema: as much of JSON Schema as the description uses.
//! Stricter in one way: a field that is not documented is an error.

use serde_json::Value;

/// The schema of a documented success.
#[track_caller]
pub(crate) fn documented(api: &Value, method: &str, path: &str, status: u16) -> Value {
    let operation = &api["paths"][path][method];
    let schema = &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} has no documented answer {status}");
    schema.clone()
}

/// Everything that is wrong with `value`, each with its place.
pub(crate) fn wrong(api: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            api.pointer(reference.trim_start_matches('#')).expect("a reference that leads somewhere");
        return wrong(api, target, value, place);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return wrong(api, &together(api, parts), value, place);
    }
    let any = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    if let Some(choices) = any {
        let fits = choices.iter().any(|choice| wrong(api, choice, value, place).is_empty());
        return if fits { vec![] } else { vec![format!("{place}: {value} is none of {choices:?}")] };
    }
    if let Some(allowed) = schema["enum"].as_array() {
        return if allowed.contains(value) {
            vec![]
        } else {
            vec![format!("{place}: {value} is not in {allowed:?}")]
        };
    }
    if !of_type(&schema["type"], value) {
        return vec![format!("{place}: {value} is not of type {}", schema["type"])];
    }
    match value {
        Value::Object(fields) => object(api, schema, fields, place),
        Value::Array(items) => {
            let each = items.iter().enumerate();
            each.flat_map(|(i, item)| wrong(api, &schema["items"], item, &format!("{place}/{i}"))).collect()
        }
        _ => vec![],
    }
}

/// One object that has the fields of all parts.
fn together(api: &Value, parts: &[Value]) -> Value {
    let mut all = serde_json::json!({ "type": "object", "required": [], "properties": {} });
    for part in parts {
        let target =
            part["$ref"].as_str().and_then(|reference| api.pointer(reference.trim_start_matches('#')));
        let part = target.unwrap_or(part);
        let properties = part["properties"].as_object().expect("parts of an answer are objects");
        all["properties"].as_object_mut().unwrap().extend(properties.clone());
        all["required"]
            .as_array_mut()
            .unwrap()
            .extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    all
}

fn object(api: &Value, schema: &Value, fields: &serde_json::Map<String, Value>, place: &str) -> Vec<String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut problems: Vec<String> = required
        .filter(|name| !fields.contains_key(*name))
        .map(|name| format!("{place}: {name} is missing"))
        .collect();
    for (name, value) in fields {
        let place = format!("{place}/{name}");
        match schema["properties"].get(name) {
            Some(schema) => problems.extend(wrong(api, schema, value, &place)),
            None => problems.push(format!("{place} is not documented")),
        }
    }
    problems
}

fn of_type(allowed: &Value, value: &Value) -> bool {
    let one = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match allowed {
        Value::String(name) => one(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(one),
        _ => true,
    }
}

#[test]
fn the_check_itself_finds_what_is_wrong() {
    let api = serde_json::json!({"x": {"type": "object", "required": ["a"], "properties": {
        "a": {"type": "integer"}, "b": {"type": ["string", "null"]}, "c": {"enum": ["p", "q"]},
    }}});
    let schema = serde_json::json!({"$ref": "#/x"});
    let count = |value: Value| wrong(&api, &schema, &value, "").len();
    assert_eq!(count(serde_json::json!({"a": 1, "b": null, "c": "p"})), 0);
    assert_eq!(count(serde_json::json!({"a": 1.5, "b": 2, "c": "r", "d": 0})), 4);
    assert_eq!(count(serde_json::json!({})), 1);
    assert_eq!(count(serde_json::json!([])), 1);
    let more = serde_json::json!({"allOf": [schema, {"type": "object", "required": ["e"], "properties": {
        "e": {"type": "string"},
    }}]});
    let count = |value: Value| wrong(&api, &more, &value, "").len();
    assert_eq!(count(serde_json::json!({"a": 1, "e": "x"})), 0);
    assert_eq!(count(serde_json::json!({"e": 1, "d": 0})), 3);
}

//! Schemas in the OpenAPI form that Google had before it took JSON Schema: types in capitals.

use crate::json::{Json, Object};

/// The same schema as JSON Schema.
pub(super) fn json_schema(object: Object) -> Object {
    object
        .members()
        .map(|(key, value)| {
            let value = match (&*key, value) {
                ("type", Json::Text(kind)) => Json::Text(kind.to_ascii_lowercase()),
                ("properties" | "$defs", Json::Object(named)) => {
                    Json::Object(named.members().map(|(name, schema)| (name, inner(schema))).collect())
                }
                ("items" | "anyOf" | "prefixItems" | "additionalProperties", value) => inner(value),
                (_, value) => value,
            };
            (key, value)
        })
        .collect()
}

fn inner(json: Json) -> Json {
    match json {
        Json::Object(object) => Json::Object(json_schema(object)),
        Json::List(list) => list.into_iter().map(inner).collect(),
        other => other,
    }
}

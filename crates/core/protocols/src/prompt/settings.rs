//! A prompt's settings in the words of each endpoint.

use domain::inference::Endpoint;
use domain::prompt::ModelSettings;
use serde_json::{Value, json};

/// A member to add unless one of `unless` is there.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) unless: &'static [&'static str],
    pub(super) value: Value,
}

/// The members that a prompt's settings become, and the settings that the endpoint has no word for.
pub(super) fn members(endpoint: Endpoint, settings: &ModelSettings) -> (Vec<Setting>, Vec<&'static str>) {
    if endpoint == Endpoint::Gemini {
        return (google(settings), Vec::new());
    }
    let mut lost = Vec::new();
    let mut members = Vec::new();
    if endpoint == Endpoint::CountTokens {
        return (members, lost); // nothing is written, so there is nothing to set
    }
    let mut add = |name: &'static str, unless: &'static [&'static str], value: Value| {
        members.push(Setting { name, unless, value });
    };
    if let Some(temperature) = settings.temperature {
        add("temperature", &["temperature"], temperature.into());
    }
    if let Some(top_p) = settings.top_p {
        add("top_p", &["top_p"], top_p.into());
    }
    if let Some(tokens) = settings.max_tokens {
        match endpoint {
            Endpoint::Responses => add("max_output_tokens", &["max_output_tokens"], tokens.into()),
            Endpoint::Messages => add("max_tokens", &["max_tokens"], tokens.into()),
            _ => add("max_completion_tokens", &["max_completion_tokens", "max_tokens"], tokens.into()),
        }
    }
    if !settings.stop.is_empty() {
        match endpoint {
            Endpoint::Chat => add("stop", &["stop"], settings.stop.clone().into()),
            Endpoint::Messages => add("stop_sequences", &["stop_sequences"], settings.stop.clone().into()),
            _ => lost.push("stop"),
        }
    }
    if let Some(seed) = settings.seed {
        match endpoint {
            Endpoint::Chat => add("seed", &["seed"], seed.into()),
            _ => lost.push("seed"),
        }
    }
    if let Some(format) = settings.response_format.as_deref() {
        match format_for(endpoint, serde_json::from_str(format).unwrap_or_default()) {
            Some(setting) => members.push(setting),
            None => lost.push("response_format"),
        }
    }
    (members, lost)
}

/// The form of an answer: chat's own, the flat one of responses, and the schema that messages takes.
fn format_for(endpoint: Endpoint, format: Value) -> Option<Setting> {
    let schema = format.get("json_schema").cloned();
    match (endpoint, schema) {
        (Endpoint::Chat, _) => {
            Some(Setting { name: "response_format", unless: &["response_format"], value: format })
        }
        (Endpoint::Responses, Some(Value::Object(mut schema))) => {
            schema.insert("type".to_owned(), "json_schema".into());
            Some(Setting { name: "text", unless: &["text"], value: json!({"format": schema}) })
        }
        (Endpoint::Responses, _) => {
            Some(Setting { name: "text", unless: &["text"], value: json!({"format": format}) })
        }
        (Endpoint::Messages, Some(schema)) => {
            let format = json!({"type": "json_schema", "schema": schema.get("schema")?});
            let unless = &["output_config", "output_format"];
            Some(Setting { name: "output_config", unless, value: json!({"format": format}) })
        }
        _ => None,
    }
}

/// Google has one object for all of them, which stands where the caller sends none.
fn google(settings: &ModelSettings) -> Vec<Setting> {
    let format =
        settings.response_format.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let format = format.filter(|format| format.get("type").is_some_and(|kind| kind != "text"));
    let schema = format.as_ref().and_then(|format| format.pointer("/json_schema/schema")).cloned();
    let stop = (!settings.stop.is_empty()).then(|| settings.stop.clone().into());
    let config: serde_json::Map<String, Value> = [
        ("temperature", settings.temperature.map(Value::from)),
        ("topP", settings.top_p.map(Value::from)),
        ("maxOutputTokens", settings.max_tokens.map(Value::from)),
        ("stopSequences", stop),
        ("seed", settings.seed.map(Value::from)),
        ("responseMimeType", format.map(|_| "application/json".into())),
        ("responseJsonSchema", schema),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect();
    let unless = &["generationConfig", "generation_config"];
    let setting = || Setting { name: "generationConfig", unless, value: config.clone().into() };
    (!config.is_empty()).then(setting).into_iter().collect()
}

//! References and what they stand for.

use domain::inference::Endpoint;
use domain::prompt::{Message, ModelSettings, Role};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn message(role: Role, text: &str) -> Message {
    Message { role, text: text.to_owned() }
}

fn placed(endpoint: Endpoint, body: &str, messages: &[Message], settings: &ModelSettings) -> String {
    match place(endpoint, body.as_bytes(), &Rendered { messages, settings, model: "standard" }) {
        Ok(placed) => String::from_utf8(placed.body.to_vec()).unwrap(),
        Err(refusal) => format!("{} {refusal}", refusal.code()),
    }
}

#[test]
fn a_reference_is_read_or_refused_by_member_without_its_values() {
    let read = asked(br#"{"name":"reply","variables":{"a":1},"version":"2"}"#).unwrap();
    assert_eq!((read.name.as_str(), read.version.as_deref(), read.variables.len()), ("reply", Some("2"), 1));
    assert_eq!(asked(br#"{"name":"reply","variables":null,"version":null}"#).unwrap().version, None);
    for (value, expected) in [
        ("1", "prompt_ref: expected an object: {name, variables, version?}"),
        ("{}", "prompt_ref.name: is missing; name a prompt of the workspace"),
        (r#"{"name":7}"#, "prompt_ref.name: expected the name of a prompt"),
        (r#"{"name":""}"#, "prompt_ref.name: expected the name of a prompt"),
        (
            r#"{"name":"x","variables":["secret"]}"#,
            "prompt_ref.variables: expected an object: a value for each variable",
        ),
        (r#"{"name":"x","version":2}"#, "prompt_ref.version: expected a string"),
        (
            r#"{"name":"x","vars":{"k":"secret"}}"#,
            "prompt_ref: has a member that is none of name, variables, version",
        ),
    ] {
        assert_eq!(asked(value.as_bytes()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn messages_stand_where_each_endpoint_wants_them() {
    let messages = [message(Role::System, "Be \"kind\"."), message(Role::User, "Hi\n")];
    let none = ModelSettings::default();
    let body = r#"{"prompt_ref":{"name":"x"},"model":"m", "top":[1, 2]}"#;
    for (endpoint, expected) in [
        (
            Endpoint::Chat,
            r#"{"model":"m","top":[1, 2],"messages":[{"content":"Be \"kind\".","role":"system"},{"content":"Hi\n","role":"user"}]}"#,
        ),
        (
            Endpoint::Responses,
            r#"{"model":"m","top":[1, 2],"input":[{"content":"Be \"kind\".","role":"system"},{"content":"Hi\n","role":"user"}]}"#,
        ),
        (
            Endpoint::Messages,
            r#"{"model":"m","top":[1, 2],"system":"Be \"kind\".","messages":[{"content":"Hi\n","role":"user"}]}"#,
        ),
        (
            Endpoint::Gemini,
            r#"{"model":"m","top":[1, 2],"systemInstruction":{"parts":[{"text":"Be \"kind\"."}]},"contents":[{"parts":[{"text":"Hi\n"}],"role":"user"}]}"#,
        ),
        (Endpoint::Embeddings, "CS-0202 prompt_ref: embeddings take no prompt; send `input`"),
    ] {
        assert_eq!(placed(endpoint, body, &messages, &none), expected);
    }
    let both = r#"{"messages":[{}],"prompt_ref":{"name":"x"}}"#;
    assert_eq!(
        placed(Endpoint::Chat, both, &messages, &none),
        "CS-0202 prompt_ref: stands in place of `messages`; send one of the two"
    );
    let empty = r#"{"model":"m","messages":[ ],"prompt_ref":{"name":"x"}}"#;
    assert_eq!(placed(Endpoint::Chat, empty, &[], &none), r#"{"model":"m","messages":[]}"#);
    let without = placed(Endpoint::Chat, r#"{"prompt_ref":{}}"#, &[], &none);
    assert_eq!(without, r#"{"model":"standard","messages":[]}"#);
}

#[test]
fn settings_count_where_the_caller_says_nothing() {
    let settings = ModelSettings {
        model: Some("economy".to_owned()),
        temperature: Some(0.2),
        top_p: Some(0.9),
        max_tokens: Some(300),
        seed: Some(7),
        stop: vec!["END".to_owned()],
        response_format: Some(
            r#"{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}"#.to_owned(),
        ),
    };
    let value = |endpoint, body: &str| -> Value {
        let mut value: Value = serde_json::from_str(&placed(endpoint, body, &[], &settings)).unwrap();
        for own in ["messages", "input"] {
            value.as_object_mut().unwrap().remove(own);
        }
        value
    };
    let schema = json!({"type": "object"});
    assert_eq!(
        value(Endpoint::Chat, r#"{"prompt_ref":{}}"#),
        json!({"model": "economy", "temperature": 0.2, "top_p": 0.9, "max_completion_tokens": 300, "seed": 7,
            "stop": ["END"], "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}})
    );
    assert_eq!(
        value(Endpoint::Responses, r#"{"prompt_ref":{}}"#),
        json!({"model": "economy", "temperature": 0.2, "top_p": 0.9, "max_output_tokens": 300,
            "text": {"format": {"type": "json_schema", "name": "n", "schema": schema}}})
    );
    assert_eq!(
        value(Endpoint::Messages, r#"{"prompt_ref":{}}"#),
        json!({"model": "economy", "temperature": 0.2, "top_p": 0.9, "max_tokens": 300, "stop_sequences": ["END"],
            "output_config": {"format": {"type": "json_schema", "schema": schema}}})
    );
    assert_eq!(
        placed(Endpoint::Gemini, r#"{"prompt_ref":{}}"#, &[], &settings),
        r#"{"contents":[],"generationConfig":{"maxOutputTokens":300,"responseJsonSchema":{"type":"object"},"responseMimeType":"application/json","seed":7,"stopSequences":["END"],"temperature":0.2,"topP":0.9}}"#
    );
    assert_eq!(value(Endpoint::CountTokens, r#"{"prompt_ref":{}}"#), json!({"model": "economy"}));
    let said = r#"{"prompt_ref":{},"model":"m","temperature":1,"max_tokens":5,"top_p":1,"seed":1,"stop":"x","response_format":{"type":"text"}}"#;
    assert_eq!(
        value(Endpoint::Chat, said),
        json!({"model": "m", "temperature": 1, "max_tokens": 5, "top_p": 1, "seed": 1, "stop": "x", "response_format": {"type": "text"}})
    );
    let rendered = Rendered { messages: &[], settings: &settings, model: "standard" };
    let placed = place(Endpoint::Responses, br#"{"prompt_ref":{},"temperature":1}"#, &rendered).unwrap();
    assert_eq!(placed.set, ["top_p", "max_output_tokens", "text"]);
    assert_eq!(placed.lost, ["stop", "seed"]);
}

proptest! {
    #[test]
    fn a_text_is_always_inside_one_message(texts in proptest::collection::vec("\\PC{0,40}", 1..5)) {
        let messages: Vec<_> = texts.iter().map(|text| message(Role::User, text)).collect();
        let settings = ModelSettings::default();
        let rendered = Rendered { messages: &messages, settings: &settings, model: "m" };
        for endpoint in [Endpoint::Chat, Endpoint::Responses, Endpoint::Messages] {
            let body = place(endpoint, br#"{"prompt_ref":{}}"#, &rendered).unwrap().body;
            let value: Value = serde_json::from_slice(&body).unwrap();
            let turns = value.get("messages").or_else(|| value.get("input")).unwrap().as_array().unwrap();
            let found: Vec<_> = turns.iter().map(|turn| turn["content"].as_str().unwrap()).collect();
            prop_assert_eq!(&found, &texts);
            prop_assert!(turns.iter().all(|turn| turn["role"] == "user"));
        }
    }
}

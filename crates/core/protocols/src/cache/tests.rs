//! What counts of a request, and which answers are whole.

use domain::cache::Finish;
use domain::inference::Endpoint;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

fn names(endpoint: Endpoint, body: &str) -> String {
    let members = members(endpoint, body.as_bytes()).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    members
        .iter()
        .map(|(name, value)| format!("{}={}", text(name), text(value)))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn what_decides_the_answer_is_taken_in_any_order() {
    use Endpoint::{Chat, Embeddings, Messages, Responses};
    for (endpoint, body, expected) in [
        (
            Chat,
            r#"{"model":"m","stream":true,"temperature":0,"messages":[1, 2]}"#,
            "messages=[1, 2] temperature=0",
        ),
        (Chat, r#"{"messages":[1, 2],"temperature":0,"model":"n"}"#, "messages=[1, 2] temperature=0"),
        (Chat, r#"{"user":"u","safety_identifier":"s","n":1}"#, r#"n=1 user="u""#),
        (Chat, r#"{"metadata":{"a":1},"store":true}"#, r#"metadata={"a":1} store=true"#),
        (Responses, r#"{"user":"u","metadata":{},"input":"x"}"#, r#"input="x" metadata={} user="u""#),
        (
            Messages,
            r#"{"metadata":{"user_id":"u"},"max_tokens":5}"#,
            r#"max_tokens=5 metadata={"user_id":"u"}"#,
        ),
        (Embeddings, r#"{"user":"u","input":["a"]}"#, r#"input=["a"] user="u""#),
        (Chat, r#"{"\u0073tream":true,"a":1,"a":2}"#, "a=1 a=2"),
    ] {
        assert_eq!(names(endpoint, body), expected);
    }
    for broken in ["", "[]", "{\"a\":}", "{} x"] {
        assert!(members(Chat, broken.as_bytes()).is_none(), "{broken:?}");
    }
}

#[test]
fn an_answer_is_whole_where_the_model_ended_it_itself() {
    use Endpoint::{Chat, CountTokens, Embeddings, Gemini, GeminiCount, Messages, Responses};
    for (endpoint, body, expected) in [
        (
            Chat,
            r#"{"choices":[{"index":0,"finish_reason":"stop","message":{"refusal":null}}]}"#,
            Finish::Whole,
        ),
        (Chat, r#"{"choices":[{"finish_reason":"tool_calls"}]}"#, Finish::Whole),
        (Chat, r#"{"choices":[{"finish_reason":"length"}]}"#, Finish::Other),
        (Chat, r#"{"choices":[{"finish_reason":"content_filter"}]}"#, Finish::Other),
        (Chat, r#"{"choices":[{"finish_reason":"stop","message":{"refusal":"no"}}]}"#, Finish::Other),
        (
            Chat,
            r#"{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":"length"}]}"#,
            Finish::Other,
        ),
        (
            Chat,
            r#"{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":null}]}"#,
            Finish::Other,
        ),
        (Chat, r#"{"choices":[]}"#, Finish::Other),
        (Chat, r#"{"choices":[{"finish_reason":"stop"}],"error":{"message":"x"}}"#, Finish::Other),
        (Responses, r#"{"status":"completed","error":null,"output":[]}"#, Finish::Whole),
        (Responses, r#"{"status":"incomplete"}"#, Finish::Other),
        (Responses, r#"{"status":"queued"}"#, Finish::Other),
        (Responses, r#"{"status":"completed","output":[{"content":[{"type":"refusal"}]}]}"#, Finish::Other),
        (Messages, r#"{"stop_reason":"end_turn"}"#, Finish::Whole),
        (Messages, r#"{"stop_reason":"tool_use"}"#, Finish::Whole),
        (Messages, r#"{"stop_reason":"max_tokens"}"#, Finish::Other),
        (Messages, r#"{"stop_reason":"pause_turn"}"#, Finish::Other),
        (Messages, r#"{"stop_reason":"refusal"}"#, Finish::Other),
        (Embeddings, r#"{"data":[]}"#, Finish::Whole),
        (Embeddings, r#"{"x":1}"#, Finish::Other),
        (CountTokens, r#"{"input_tokens":1}"#, Finish::Other),
        (Gemini, r#"{"candidates":[{"finishReason":"STOP"}]}"#, Finish::Whole),
        (Gemini, r#"{"candidates":[{"finishReason":"STOP"},{"index":1}]}"#, Finish::Other),
        (Gemini, r#"{"candidates":[{"finishReason":"SAFETY"}]}"#, Finish::Other),
        (Gemini, r#"{"promptFeedback":{"blockReason":"OTHER"}}"#, Finish::Other),
        (GeminiCount, r#"{"totalTokens":1}"#, Finish::Other),
        (Chat, "half {", Finish::Other),
    ] {
        assert_eq!(finish(endpoint, body.as_bytes(), false), expected, "{body}");
    }
}

#[test]
fn a_stream_is_whole_by_the_same_words() {
    let chat = |reason: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"a\"}},\"finish_reason\":null}}]}}\n\n\
             data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{reason}\"}}]}}\n\ndata: [DONE]\n\n"
        )
    };
    let messages = |reason: &str| {
        format!(
            "event: message_start\ndata: {{\"type\":\"message_start\",\"message\":{{\"stop_reason\":null}}}}\n\n\
             event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"{reason}\"}}}}\n\n\
             event: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n"
        )
    };
    let responses = |kind: &str| {
        format!("event: x\ndata: {{\"type\":\"response.{kind}\",\"response\":{{\"status\":\"{kind}\"}}}}\n\n")
    };
    for (endpoint, body, expected) in [
        (Endpoint::Chat, chat("stop"), Finish::Whole),
        (Endpoint::Chat, chat("length"), Finish::Other),
        (Endpoint::Chat, "data: [DONE]\n\n".to_owned(), Finish::Other),
        (Endpoint::Messages, messages("end_turn"), Finish::Whole),
        (Endpoint::Messages, messages("max_tokens"), Finish::Other),
        (Endpoint::Responses, responses("completed"), Finish::Whole),
        (Endpoint::Responses, responses("incomplete"), Finish::Other),
        (Endpoint::Responses, String::new(), Finish::Other),
    ] {
        assert_eq!(finish(endpoint, body.as_bytes(), true), expected, "{body}");
    }
}

proptest! {
    #[test]
    fn two_bodies_with_the_same_members_have_the_same_members_in_any_order(
        mut pairs in proptest::collection::btree_map("[a-z]{1,6}", -9..9_i64, 0..8),
        seed in any::<u64>(),
    ) {
        pairs.remove("model");
        let one: Map<String, Value> = pairs.iter().map(|(key, value)| (key.clone(), (*value).into())).collect();
        let mut keys: Vec<_> = pairs.keys().collect();
        let turn = usize::try_from(seed % 8).unwrap_or(0).min(keys.len());
        keys.rotate_left(turn);
        let other: Vec<String> = keys.iter().map(|key| format!("{key:?}:{}", pairs[*key])).collect();
        let (one, other) = (Value::Object(one).to_string(), format!("{{{}}}", other.join(",")));
        prop_assert_eq!(members(Endpoint::Chat, one.as_bytes()), members(Endpoint::Chat, other.as_bytes()));
    }
}

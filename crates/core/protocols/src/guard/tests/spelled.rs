//! Probabilities of tokens in guarded streams.

use domain::inference::Endpoint;
use guardrails::{Action, Session};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{cut, session, texts};
use crate::guard::StreamGuard;

/// A token a letter, none of which is anything by itself.
fn tokens(text: &str) -> Value {
    let bytes = |letter: char| letter.to_string().into_bytes();
    let token =
        |letter: char| json!({"token": letter, "logprob": -0.5, "bytes": bytes(letter), "top_logprobs": []});
    text.chars().map(token).collect()
}

fn chat(text: &str, logprobs: &Value) -> Value {
    json!({"choices": [{"index": 0, "logprobs": logprobs, "delta": {"content": text}, "finish_reason": null}]})
}

fn spelled(text: &str) -> Value {
    chat(text, &json!({"content": tokens(text), "refusal": null}))
}

fn written(events: &[Value]) -> String {
    let line = |event: &Value| {
        let name = event["type"].as_str().map(|name| format!("event: {name}\n")).unwrap_or_default();
        format!("{name}data: {event}\n\n")
    };
    events.iter().map(line).collect()
}

fn passed(endpoint: Endpoint, session: Session, stream: &str) -> Vec<Value> {
    let mut guard = StreamGuard::new(endpoint, Some(session), None);
    let mut out = guard.push(stream.as_bytes()).unwrap().to_vec();
    out.extend_from_slice(&guard.finish().unwrap());
    let out = String::from_utf8(out).unwrap();
    let data = out.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// All that the tokens of an event spell, one list after the other.
fn read(value: &Value, into: &mut Vec<String>) {
    let token = |token: &Value| token["token"].as_str().unwrap_or_default().to_owned();
    for (key, inner) in value.as_object().into_iter().flatten() {
        match (key.as_str(), inner) {
            ("logprobs", Value::Array(list)) => into.push(list.iter().map(token).collect()),
            _ => read(inner, into),
        }
    }
    value.as_array().into_iter().flatten().for_each(|inner| read(inner, into));
}

/// A stream of the responses endpoint that has probabilities wherever there may be some.
fn responses(fragments: &[String]) -> Vec<Value> {
    let all = fragments.concat();
    let place = |kind: &str| json!({"type": kind, "output_index": 0, "content_index": 0, "item_id": "m"});
    let with = |kind: &str, members: Value| {
        let mut event = place(kind);
        event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        event
    };
    let part = json!({"type": "output_text", "text": all, "logprobs": tokens(&all), "annotations": []});
    let item = json!({"type": "message", "id": "m", "role": "assistant", "content": [part]});
    let delta =
        |text: &String| with("response.output_text.delta", json!({"delta": text, "logprobs": tokens(text)}));
    let mut events: Vec<Value> = fragments.iter().map(delta).collect();
    events.push(with("response.output_text.done", json!({"text": all, "logprobs": tokens(&all)})));
    events.push(with("response.content_part.done", json!({"part": part})));
    events.push(with("response.output_item.done", json!({"item": item})));
    events.push(with("response.completed", json!({"response": {"id": "r", "output": [item]}})));
    events
}

#[test]
fn probabilities_stay_where_they_spell_what_passes_and_no_more() {
    let fine = || json!({"content": tokens("fine"), "refusal": null});
    let beside = |more: Value| {
        let mut logprobs = fine();
        logprobs.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        logprobs
    };
    let instead = |other: &str| {
        let mut logprobs = fine();
        logprobs["content"][0]["top_logprobs"] = json!([{"token": other, "logprob": -9.5, "bytes": null}]);
        logprobs
    };
    let table = [
        ("fine", fine(), true),
        ("", json!({"content": [], "refusal": null}), true),
        ("", json!({"content": null}), true),
        ("fine", instead("good"), true),
        ("fine", instead("a@b.io"), false),
        ("", fine(), false),
        ("fin", fine(), false),
        ("fine", json!({"content": []}), true),
        ("fine", beside(json!({"tokens": ["a@", "b.io"]})), false),
        ("fine", beside(json!({"note": "a@b.io"})), false),
        ("fine", beside(json!({"count": 2})), true),
        ("fine", json!({"refusal": tokens("fine")}), true),
    ];
    for (text, logprobs, stays) in table {
        let event = chat(text, &logprobs);
        let out = passed(Endpoint::Chat, session(Action::Mask), &written(std::slice::from_ref(&event)));
        let expected = if stays { event } else { chat(text, &Value::Null) };
        assert_eq!(out, [expected]);
    }
}

#[test]
fn what_changes_in_one_event_leaves_the_others_alone() {
    let events = ["Mail ", "john@", "example.com", " now"].map(spelled);
    let out = passed(Endpoint::Chat, session(Action::Mask), &written(&events));
    let expected = [spelled("Mail "), chat("[EMAIL]", &Value::Null), chat("", &Value::Null), spelled(" now")];
    assert_eq!(out, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_token_spells_what_is_masked(text in texts(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9)) {
        let fragments = cut(&text, &cuts);
        let masked = guardrails::redact_text(&mut session(Action::Mask), &text).unwrap_or_else(|| text.clone());
        let chat: Vec<Value> = fragments.iter().map(|text| spelled(text)).collect();
        let out = passed(Endpoint::Chat, session(Action::Mask), &written(&chat));
        for (before, after) in chat.iter().zip(&out) {
            let (before, after) = (&before["choices"][0], &after["choices"][0]);
            let same = before["delta"] == after["delta"];
            prop_assert_eq!(&after["logprobs"], if same { &before["logprobs"] } else { &Value::Null });
        }
        let events = responses(&fragments);
        let out = passed(Endpoint::Responses, session(Action::Mask), &written(&events));
        for (before, after) in events.iter().zip(&out) {
            let (mut came, mut stays) = (Vec::new(), Vec::new());
            read(before, &mut came);
            read(after, &mut stays);
            let same = match before["delta"].is_string() {
                true => before["delta"] == after["delta"],
                false => masked == text,
            };
            prop_assert_eq!(stays, if same { came } else { Vec::new() }, "{} {}", before, after);
        }
    }

    #[test]
    fn looking_changes_no_byte(words in prop::collection::vec("[a-z ,.é]{0,9}", 0..9), text in texts(), chunk in 1_usize..300) {
        let chat: Vec<Value> = words.iter().map(|text| spelled(text)).collect();
        let looked = [Action::Mask, Action::Detect].map(|action| (action, if action == Action::Mask { words.clone() } else { vec![text.clone()] }));
        for (action, fragments) in looked {
            for (endpoint, events) in [(Endpoint::Chat, &chat), (Endpoint::Responses, &responses(&fragments))] {
                let stream = written(events);
                let mut guard = StreamGuard::new(endpoint, Some(session(action)), None);
                let mut out = Vec::new();
                for piece in stream.as_bytes().chunks(chunk) {
                    out.extend_from_slice(&guard.push(piece).unwrap());
                }
                out.extend_from_slice(&guard.finish().unwrap());
                prop_assert_eq!(String::from_utf8(out).unwrap(), stream);
            }
        }
    }
}

#[test]
fn where_nothing_is_spelled_nothing_is_taken_out() {
    let place = |kind: &str, members: &Value| {
        let mut event = json!({"type": kind, "output_index": 0, "content_index": 0, "item_id": "m"});
        event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        event
    };
    let said = "one two";
    let answered = [
        place("response.output_text.delta", &json!({"delta": said, "logprobs": []})),
        place("response.output_text.done", &json!({"text": said, "logprobs": []})),
    ];
    let chats = [Value::Null, json!({"content": null, "refusal": null}), json!({"content": []})];
    let chats: Vec<Value> = chats.iter().map(|logprobs| chat(said, logprobs)).collect();
    for (endpoint, events) in [(Endpoint::Responses, answered.to_vec()), (Endpoint::Chat, chats)] {
        for action in [Action::Detect, Action::Mask] {
            assert_eq!(passed(endpoint, session(action), &written(&events)), events, "{endpoint:?}");
        }
    }
}

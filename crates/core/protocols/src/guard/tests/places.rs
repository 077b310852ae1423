//! Where texts stand: nested in streams, in keys, in schemas, and over several parts.

use bytes::Bytes;
use domain::inference::Endpoint;
use guardrails::{Action, Policy, Session};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{cut, masked, session, texts};
use crate::guard::{StreamGuard, answer, request};

/// Makes events that bring a text in fragments at one place.
type Place = Box<dyn Fn(&[String]) -> Vec<Value>>;

fn each(event: impl Fn(&String) -> Value + 'static) -> Place {
    Box::new(move |fragments| fragments.iter().map(&event).collect())
}

fn delta(delta: &Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn block(delta: &Value) -> Value {
    json!({"type": "content_block_delta", "index": 0, "delta": delta})
}

fn part(part: &Value) -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0}]})
}

fn places() -> Vec<(&'static str, Endpoint, Place)> {
    vec![
        (
            "reasoning beside its details",
            Endpoint::Chat,
            each(|text| {
                delta(&json!({"content": "", "reasoning": text, "reasoning_details": [
                {"type": "reasoning.text", "text": text, "index": 0, "format": "x", "signature": "s"},
                {"type": "reasoning.summary", "summary": text, "index": 1}]}))
            }),
        ),
        (
            "details whose place in the list changes",
            Endpoint::Chat,
            each(|text| {
                let other = json!({"type": "reasoning.encrypted", "data": "x"});
                let own = json!({"type": "reasoning.summary", "summary": text});
                let list = if text.len() % 2 == 0 { json!([other, own]) } else { json!([own]) };
                delta(&json!({"reasoning_details": list}))
            }),
        ),
        (
            "transcript",
            Endpoint::Chat,
            each(|text| delta(&json!({"audio": {"id": "a", "transcript": text, "data": "aGk="}}))),
        ),
        (
            "list of parts",
            Endpoint::Chat,
            each(|text| {
                delta(
                    &json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]}),
                )
            }),
        ),
        (
            "text parts",
            Endpoint::Chat,
            each(|text| delta(&json!({"content": [{"type": "text", "text": text}]}))),
        ),
        ("unknown member", Endpoint::Chat, each(|text| delta(&json!({"newfangled": {"body": [text]}})))),
        (
            "unknown delta of a block",
            Endpoint::Messages,
            each(|text| block(&json!({"type": "compaction_delta", "content": text}))),
        ),
        (
            "unknown delta",
            Endpoint::Responses,
            each(
                |text| json!({"type": "response.shell_call_command.delta", "output_index": 0, "command_index": 1, "delta": text}),
            ),
        ),
        (
            "delta that is an object",
            Endpoint::Responses,
            each(
                |text| json!({"type": "response.reasoning_summary.delta", "output_index": 0, "delta": {"text": text}}),
            ),
        ),
        (
            "code",
            Endpoint::Gemini,
            each(|text| part(&json!({"executableCode": {"language": "PYTHON", "code": text}}))),
        ),
        (
            "output of code",
            Endpoint::Gemini,
            each(|text| part(&json!({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": text}}))),
        ),
        (
            "arguments in pieces",
            Endpoint::Gemini,
            each(|text| {
                part(&json!({"functionCall": {"willContinue": true, "partialArgs": [
                {"stringValue": text, "jsonPath": "$.to"}, {"jsonPath": "$.n", "numberValue": 4}]}}))
            }),
        ),
    ]
}

fn events(events: &[Value]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

/// Every string of the events at a place, put together place by place.
fn joined(stream: &str) -> Vec<String> {
    fn collect(value: &Value, key: &str, all: &mut std::collections::BTreeMap<String, String>) {
        match value {
            Value::String(text)
                if [
                    "text",
                    "summary",
                    "reasoning",
                    "transcript",
                    "thinking",
                    "body",
                    "content",
                    "delta",
                    "code",
                    "output",
                    "stringValue",
                ]
                .contains(&key) =>
            {
                all.entry(key.to_owned()).or_default().push_str(text);
            }
            Value::Object(members) => members.iter().for_each(|(key, value)| collect(value, key, all)),
            Value::Array(list) => list.iter().for_each(|value| collect(value, key, all)),
            _ => {}
        }
    }
    let mut all = std::collections::BTreeMap::new();
    for line in stream.lines().filter_map(|line| line.strip_prefix("data: ")) {
        collect(&serde_json::from_str(line).unwrap(), "", &mut all);
    }
    all.into_values().filter(|text| !text.is_empty()).collect()
}

fn open(endpoint: Endpoint, session: Session, stream: &str, chunk: usize) -> Result<String, super::Blocked> {
    let mut guard = StreamGuard::new(endpoint, Some(session), None);
    let mut out = Vec::new();
    for piece in stream.as_bytes().chunks(chunk) {
        out.extend_from_slice(&guard.push(piece)?);
    }
    out.extend_from_slice(&guard.finish()?);
    Ok(String::from_utf8(out).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_text_in_fragments_is_one_text_wherever_it_stands(
        text in texts(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6), chunk in 1_usize..200,
    ) {
        let expected = guardrails::redact_text(&mut session(Action::Mask), &text).unwrap_or_else(|| text.clone());
        for (name, endpoint, place) in places() {
            let stream = events(&place(&cut(&text, &cuts)));
            let passed = open(endpoint, session(Action::Mask), &stream, chunk).unwrap();
            prop_assert!(joined(&passed).iter().all(|text| *text == expected), "{}: {}", name, passed);
            prop_assert_eq!(open(endpoint, session(Action::Mask), &stream, stream.len()).unwrap(), passed);
        }
    }

    #[test]
    fn pseudonyms_come_back_wherever_they_stand(text in texts(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        for (name, endpoint, place) in places() {
            let mut out = session(Action::Pseudonym);
            let hidden = guardrails::redact_text(&mut out, &text).unwrap_or_else(|| text.clone());
            let back = Session::restoring(Policy { scanner: None, action: Action::Detect }, out.into_vault());
            let restored = open(endpoint, back, &events(&place(&cut(&hidden, &cuts))), 50).unwrap();
            prop_assert!(joined(&restored).iter().all(|restored| *restored == text), "{}: {}", name, restored);
        }
    }

    #[test]
    fn nothing_of_a_value_is_left_on_either_side_of_a_seam(
        before in "[a-z ]{0,9}", after in "( [a-z ]{0,9})?", at in 1_usize..16, more in 1_usize..16, chunk in 1_usize..300,
    ) {
        let value = "john@example.com";
        let (first, rest) = value.split_at(at.min(more));
        let (middle, last) = rest.split_at(at.max(more) - at.min(more));
        let parts = [format!("{before} {first}"), middle.to_owned(), format!("{last}{after}")];
        let expected = format!("{before} [EMAIL]{after}");
        for (endpoint, body) in in_parts(&parts) {
            let passed = answer(endpoint, &Bytes::from(body.to_string()), &mut session(Action::Mask)).unwrap();
            let body: Value = serde_json::from_slice(&passed).unwrap();
            prop_assert_eq!(joined(&format!("data: {body}")).concat(), expected.clone(), "{:?}", endpoint);
        }
        let stream = events(&blocks(&parts));
        let passed = open(Endpoint::Messages, session(Action::Mask), &stream, chunk).unwrap();
        prop_assert_eq!(&joined(&passed).concat(), &expected, "{}", passed);
        let stream = events(&message(&parts));
        let passed = open(Endpoint::Responses, session(Action::Mask), &stream, chunk).unwrap();
        prop_assert_eq!(&said(&passed, "/delta"), &expected, "{}", passed);
        prop_assert_eq!(&said(&passed, "/text"), &expected, "{}", passed);
        prop_assert_eq!(&said(&passed, "/part/text"), &expected, "{}", passed);
        prop_assert!(!passed.contains("john") && !passed.contains(".com"), "{}", passed);
    }

    #[test]
    fn parts_of_a_message_are_repeated_as_they_passed(parts in prop::collection::vec(texts(), 1..4), chunk in 1_usize..300) {
        let passed = open(Endpoint::Responses, session(Action::Mask), &events(&message(&parts)), chunk).unwrap();
        prop_assert_eq!(said(&passed, "/text"), said(&passed, "/delta"));
        prop_assert_eq!(said(&passed, "/part/text"), said(&passed, "/delta"));
        let item = passed.lines().find(|line| line.contains("output_item.done")).unwrap();
        let item: Value = serde_json::from_str(&item["data: ".len()..]).unwrap();
        let item: String = item["item"]["content"].as_array().unwrap().iter().map(|part| part["text"].as_str().unwrap()).collect();
        prop_assert_eq!(item, said(&passed, "/delta"));
    }

    #[test]
    fn blocks_say_the_same_in_a_stream_and_whole(parts in prop::collection::vec(texts(), 1..4), chunk in 1_usize..300) {
        let (_, body) = in_parts(&parts).swap_remove(0);
        let mut whole = session(Action::Mask);
        let passed = answer(Endpoint::Messages, &Bytes::from(body.to_string()), &mut whole).unwrap();
        let body: Value = serde_json::from_slice(&passed).unwrap();
        let mut guard = StreamGuard::new(Endpoint::Messages, Some(session(Action::Mask)), None);
        let stream = events(&blocks(&parts));
        let mut passed = Vec::new();
        for piece in stream.as_bytes().chunks(chunk) {
            passed.extend_from_slice(&guard.push(piece).unwrap());
        }
        passed.extend_from_slice(&guard.finish().unwrap());
        let passed = String::from_utf8(passed).unwrap();
        prop_assert_eq!(joined(&passed).concat(), joined(&format!("data: {body}")).concat());
        prop_assert_eq!(guard.session().unwrap().found(), whole.found());
        let alone: Vec<String> = parts.iter().map(|part| guardrails::redact_text(&mut session(Action::Mask), part).unwrap_or_else(|| part.clone())).collect();
        if parts.iter().zip(&alone).any(|(part, alone)| part != alone) {
            prop_assert!(!whole.found().is_empty(), "what a part alone holds is found: {:?}", parts);
        }
    }
}

/// Answers in which a text comes in parts.
fn in_parts(parts: &[String]) -> Vec<(Endpoint, Value)> {
    let list = |kind: &str| -> Value {
        parts.iter().map(|text| json!({"type": kind, "text": text})).collect::<Vec<_>>().into()
    };
    let plain: Value = parts.iter().map(|text| json!({"text": text})).collect::<Vec<_>>().into();
    vec![
        (Endpoint::Messages, json!({"content": list("text")})),
        (Endpoint::Chat, json!({"choices": [{"message": {"content": list("text")}}]})),
        (Endpoint::Responses, json!({"output": [{"type": "message", "content": list("output_text")}]})),
        (Endpoint::Gemini, json!({"candidates": [{"content": {"parts": plain}}]})),
    ]
}

fn blocks(parts: &[String]) -> Vec<Value> {
    let mut all = Vec::new();
    for (index, text) in parts.iter().enumerate() {
        all.push(json!({"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": ""}}));
        all.push(json!({"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}));
        all.push(json!({"type": "content_block_stop", "index": index}));
    }
    all.push(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}));
    all
}

/// The events of a message with these parts, each of them in two fragments.
fn message(parts: &[String]) -> Vec<Value> {
    let event = |kind: &str, part: usize, more: (&str, Value)| json!({"type": kind, "output_index": 0, "content_index": part, more.0: more.1});
    let whole = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
    let mut all = vec![
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "content": []}}),
    ];
    for (index, text) in parts.iter().enumerate() {
        all.push(event("response.content_part.added", index, ("part", whole(""))));
        let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        for fragment in [&text[..middle], &text[middle..]] {
            all.push(event("response.output_text.delta", index, ("delta", fragment.into())));
        }
        all.push(event("response.output_text.done", index, ("text", text.as_str().into())));
        all.push(event("response.content_part.done", index, ("part", whole(text))));
    }
    let content: Vec<Value> = parts.iter().map(|text| whole(text)).collect();
    all.push(json!({"type": "response.output_item.done", "output_index": 0, "item": {"type": "message", "content": content}}));
    all
}

/// What the events say at a place, one after the other.
fn said(stream: &str, place: &str) -> String {
    let events = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    let events = events.map(|data| serde_json::from_str::<Value>(data).unwrap());
    events.filter_map(|event| event.pointer(place).and_then(Value::as_str).map(str::to_owned)).collect()
}

#[test]
fn a_value_that_only_a_part_alone_holds_is_taken_out_too() {
    let body = json!({"content": [{"type": "text", "text": "id X"}, {"type": "text", "text": "4111 1111 1111 1111"}]});
    let passed =
        answer(Endpoint::Messages, &Bytes::from(body.to_string()), &mut session(Action::Mask)).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&passed).unwrap(),
        json!({"content": [{"type": "text", "text": "id X"}, {"type": "text", "text": "[CARD]"}]})
    );
    let apart = json!({"content": [{"type": "text", "text": "jane@"}, {"type": "image", "source": {"type": "url", "url": "u"}}, {"type": "text", "text": "b.io"}]});
    let passed =
        answer(Endpoint::Messages, &Bytes::from(apart.to_string()), &mut session(Action::Mask)).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&passed).unwrap(), apart);
}

#[test]
fn a_seam_holds_nothing_back_once_the_next_block_is_of_another_kind() {
    let mut guard = StreamGuard::new(Endpoint::Messages, Some(session(Action::Mask)), None);
    let text = events(&blocks(&["see so".into()])[..3]);
    let passed = guard.push(text.as_bytes()).unwrap();
    assert!(passed.len() < text.len(), "the end of a block may go on in the next");
    let tool = json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "name": "f", "input": {}}});
    let rest = guard.push(events(&[tool]).as_bytes()).unwrap();
    assert!(
        String::from_utf8_lossy(&rest).ends_with("}\n\n")
            && String::from_utf8_lossy(&rest).contains("tool_use")
    );
}

#[test]
fn keys_are_texts_where_anybody_fills_an_object() {
    let table = [
        (
            json!({"messages": [{"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input":
                {"a@b.io": 1, "c@d.io": {"e@f.io": [{"g@h.io": null}]}, "[EMAIL] 2": 0, "n": 4}}]}]}),
            json!({"messages": [{"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input":
                {"[EMAIL]": 1, "[EMAIL] 3": {"[EMAIL]": [{"[EMAIL]": null}]}, "[EMAIL] 2": 0, "n": 4}}]}]}),
        ),
        (
            json!({"contents": [{"parts": [{"functionCall": {"name": "f", "args": {"a@b.io": 1}}},
                {"functionResponse": {"name": "f", "response": {"a@b.io": {"order": 4}}}}]}], "labels": {"a@b.io": "x"}}),
            json!({"contents": [{"parts": [{"functionCall": {"name": "f", "args": {"[EMAIL]": 1}}},
                {"functionResponse": {"name": "f", "response": {"[EMAIL]": {"order": 4}}}}]}], "labels": {"[EMAIL]": "x"}}),
        ),
        (
            json!({"messages": [{"a@b.io": "fine"}, {"name": "a@b.io", "role": "user"}, {"role": "tool", "name": "a@b.io"}], "a@b.io": 1}),
            json!({"messages": [{"a@b.io": "fine"}, {"name": "[EMAIL]", "role": "user"}, {"role": "tool", "name": "a@b.io"}], "a@b.io": 1}),
        ),
    ];
    for (before, after) in table {
        assert_eq!(masked(&before), after);
    }
    let spaced = Bytes::from_static(b"{\"metadata\" : { \"a\\u0040b.io\"\t : \"x\" , \"k\":1 }}");
    assert_eq!(
        request(&spaced, &mut session(Action::Mask)).unwrap(),
        "{\"metadata\" : { \"[EMAIL]\"\t : \"x\" , \"k\":1 }}"
    );
}

#[test]
fn keys_in_arguments_that_become_equal_are_numbered() {
    let table = [
        (
            r#"{"a@b.io":{"c@d.io":1,"e@f.io":2},"g@h.io":[{"i@j.io":1}],"n":"k@l.io"}"#,
            r#"{"[EMAIL]":{"[EMAIL]":1,"[EMAIL] 2":2},"[EMAIL] 2":[{"[EMAIL]":1}],"n":"[EMAIL]"}"#,
        ),
        (
            r#"{"[EMAIL]":1,"[EMAIL] 2":2,"a\u0040b.io":3,"c@d.io" : 4}"#,
            r#"{"[EMAIL]":1,"[EMAIL] 2":2,"[EMAIL] 3":3,"[EMAIL] 4" : 4}"#,
        ),
        (r#"{"a@b.io":1,"[EMAIL]":2}"#, r#"{"[EMAIL]":1,"[EMAIL] 2":2}"#),
        (r#"{"to a@b.io":1,"to c@d.io":2,"a":1,"a":2}"#, r#"{"to [EMAIL]":1,"to [EMAIL] 2":2,"a":1,"a":2}"#),
        (
            r#"{"n":4111111111111111,"l":["a@b.io","a@b.io",{}]}"#,
            r#"{"n":"[CARD]","l":["[EMAIL]","[EMAIL]",{}]}"#,
        ),
    ];
    for (before, after) in table {
        let event = |fragment: &str| {
            delta(&json!({"tool_calls": [{"index": 0, "function": {"arguments": fragment}}]}))
        };
        for size in [1, 3, 1_000] {
            let letters: Vec<char> = before.chars().collect();
            let stream: Vec<Value> =
                letters.chunks(size).map(|letters| event(&letters.iter().collect::<String>())).collect();
            let passed = open(Endpoint::Chat, session(Action::Mask), &events(&stream), 50).unwrap();
            let said: String = passed
                .lines()
                .filter_map(|line| line.strip_prefix("data: "))
                .map(|data| {
                    let event: Value = serde_json::from_str(data).unwrap();
                    event["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"]
                        .as_str()
                        .unwrap()
                        .to_owned()
                })
                .collect();
            assert_eq!(said, after, "{size}");
        }
    }
}

#[test]
fn many_keys_that_become_equal_stay_as_many() {
    let members_of = |many: u32| -> serde_json::Map<String, Value> {
        (0..many).map(|number| (format!("u{number}@b.io"), Value::Null)).collect()
    };
    let passed = masked(&json!({"metadata": members_of(5_000)}));
    assert_eq!(passed["metadata"].as_object().unwrap().len(), 5_000);
    assert!(!passed.to_string().contains('@'));
    let arguments = serde_json::to_string(&members_of(5_000)).unwrap();
    let passed = masked(&json!({"input": [{"type": "function_call", "arguments": arguments}]}));
    let arguments: Value = serde_json::from_str(passed["input"][0]["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments.as_object().unwrap().len(), 5_000);
}

#[test]
fn what_a_caller_says_beside_its_messages_is_looked_at() {
    let schema = |mail: &str| {
        json!({"type": "object", "description": mail, "required": [mail], "$ref": "a@b.io", "additionalProperties": false,
        "properties": {mail: {"type": "string", "description": mail, "enum": [mail, "x"], "examples": [{"type": mail}], "default": mail},
            "format": {"type": "string", "format": "email"}}})
    };
    let tools = |mail: &str| {
        json!([
            {"type": "function", "function": {"name": "a@b.io", "description": mail, "parameters": schema(mail)}},
            {"name": "n", "description": mail, "input_schema": schema(mail), "input_examples": [{mail: mail}]},
            {"type": "custom", "name": "n", "format": {"type": "grammar", "definition": mail}},
            {"functionDeclarations": [{"name": "n", "description": mail, "parameters": schema(mail), "responseJsonSchema": schema(mail)}]},
            {"type": "mcp", "server_label": "a@b.io", "server_url": "https://a@b.io", "headers": {"x": "a@b.io"}, "authorization": "a@b.io"}])
    };
    let body = |mail: &str| {
        json!({"model": "a@b.io", "tools": tools(mail), "functions": [{"name": "f", "description": mail}],
            "prediction": {"type": "content", "content": [{"type": "text", "text": mail}]},
            "stop": [mail], "stop_sequences": [mail], "prompt_cache_key": mail, "safety_identifier": mail,
            "response_format": {"type": "json_schema", "json_schema": {"name": "n", "description": mail, "schema": schema(mail)}},
            "text": {"format": {"type": "json_schema", "name": "n", "schema": schema(mail)}},
            "generationConfig": {"stopSequences": [mail], "responseSchema": schema(mail), "response_json_schema": schema(mail)},
            "output_config": {"format": {"type": "json_schema", "schema": schema(mail)}},
            "prompt": {"id": "p", "variables": {"who": mail}}, "metadata": {"user_id": mail},
            "mcp_servers": [{"url": "u", "authorization_token": "a@b.io"}], "previous_response_id": "a@b.io",
            "cachedContent": "a@b.io", "newfangled": {"body": mail}, "logit_bias": {"50256": -100}})
    };
    assert_eq!(masked(&body("a@b.io")), body("[EMAIL]"));
}

#[test]
fn a_piece_of_a_text_that_an_event_begins_with_is_not_cut_off_by_what_follows_in_it() {
    let chunks = [
        json!({"candidates": [{"content": {"parts": [{"text": "to jane@"}]}}]}),
        json!({"candidates": [{"content": {"parts": [{"text": "b.io"}, {"text": "hm", "thought": true}]}}]}),
    ];
    let passed = open(Endpoint::Gemini, session(Action::Mask), &events(&chunks), 9).unwrap();
    assert!(!passed.contains("jane") && !passed.contains("b.io"), "{passed}");
}

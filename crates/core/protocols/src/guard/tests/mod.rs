//! Bodies and streams: what changes, what stays, and that chunks and fragments never matter.

use std::sync::Arc;

use bytes::Bytes;
use domain::inference::Endpoint;
use guardrails::{Action, Kinds, Policy, Scanner, Session, ToolPolicy, Vault, What};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::transcript;

mod names;
mod places;
mod spelled;
mod turned;

const ENDPOINTS: [Endpoint; 4] = [Endpoint::Chat, Endpoint::Responses, Endpoint::Messages, Endpoint::Gemini];

fn session(action: Action) -> Session {
    static ALL: std::sync::LazyLock<Arc<Scanner>> =
        std::sync::LazyLock::new(|| Arc::new(Scanner::new(Kinds::all(), Vec::new())));
    Session::new(Policy { scanner: Some(Arc::clone(&ALL)), action }, Vault::new(b"key", "run"))
}

fn masked(body: &Value) -> Value {
    let body = Bytes::from(body.to_string());
    serde_json::from_slice(&request(&body, &mut session(Action::Mask)).unwrap()).unwrap()
}

#[test]
fn every_text_of_a_request_is_edited_and_nothing_else() {
    let table = [
        (
            json!({"model": "a@b.io", "messages": [{"role": "user", "content": "a@b.io", "name": "x"}], "user": "a@b.io"}),
            json!({"model": "a@b.io", "messages": [{"role": "user", "content": "[EMAIL]", "name": "x"}], "user": "[EMAIL]"}),
        ),
        (
            json!({"system": [{"type": "text", "text": "a@b.io"}], "messages": [{"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "a@b.io", "content": "from a@b.io"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "am9obi5kb2VAZXhhbXBsZS5jb20="}},
                {"type": "document", "source": {"data": "a@b.io", "type": "text", "media_type": "text/plain"}},
                {"type": "thinking", "thinking": "a@b.io", "signature": "a@b.io"},
                {"type": "tool_use", "name": "n", "id": "i", "input": {"id": "a@b.io", "card": 4_111_111_111_111_111_u64, "n": 4}}]}]}),
            json!({"system": [{"type": "text", "text": "[EMAIL]"}], "messages": [{"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "a@b.io", "content": "from [EMAIL]"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "am9obi5kb2VAZXhhbXBsZS5jb20="}},
                {"type": "document", "source": {"data": "[EMAIL]", "type": "text", "media_type": "text/plain"}},
                {"type": "thinking", "thinking": "[EMAIL]", "signature": "a@b.io"},
                {"type": "tool_use", "name": "n", "id": "i", "input": {"id": "[EMAIL]", "card": "[CARD]", "n": 4}}]}]}),
        ),
        (
            json!({"instructions": "a@b.io", "input": [
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{\"to\":\"a\\u0040b.io\",\"x\":\"line\\na@b.io\",\"n\":4111111111111111}"},
                {"type": "function_call_output", "call_id": "c", "output": "a@b.io"},
                {"type": "reasoning", "encrypted_content": "a@b.io", "summary": [{"type": "summary_text", "text": "a@b.io"}]}]}),
            json!({"instructions": "[EMAIL]", "input": [
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{\"to\":\"[EMAIL]\",\"x\":\"line\\n[EMAIL]\",\"n\":\"[CARD]\"}"},
                {"type": "function_call_output", "call_id": "c", "output": "[EMAIL]"},
                {"type": "reasoning", "encrypted_content": "a@b.io", "summary": [{"type": "summary_text", "text": "[EMAIL]"}]}]}),
        ),
        (
            json!({"systemInstruction": {"parts": [{"text": "a@b.io"}]}, "contents": [
                {"role": "user", "parts": [{"text": "a@b.io"}, {"inlineData": {"mimeType": "a@b.io", "data": "a@b.io"}}]},
                {"role": "model", "parts": [{"text": "a@b.io", "thought": true, "thoughtSignature": "a@b.io"},
                    {"functionCall": {"id": "a@b.io", "name": "f", "args": {"id": "a@b.io", "card": 4_111_111_111_111_111_u64}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"status": "a@b.io"}}}]}],
                "generationConfig": {"stopSequences": ["a@b.io"]}}),
            json!({"systemInstruction": {"parts": [{"text": "[EMAIL]"}]}, "contents": [
                {"role": "user", "parts": [{"text": "[EMAIL]"}, {"inlineData": {"mimeType": "a@b.io", "data": "a@b.io"}}]},
                {"role": "model", "parts": [{"text": "[EMAIL]", "thought": true, "thoughtSignature": "a@b.io"},
                    {"functionCall": {"id": "a@b.io", "name": "f", "args": {"id": "[EMAIL]", "card": "[CARD]"}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"status": "[EMAIL]"}}}]}],
                "generationConfig": {"stopSequences": ["[EMAIL]"]}}),
        ),
        (
            json!({"system_instruction": "a@b.io", "generateContentRequest": {"contents": [{"parts": [{"text": "a@b.io"}]}]}}),
            json!({"system_instruction": "[EMAIL]", "generateContentRequest": {"contents": [{"parts": [{"text": "[EMAIL]"}]}]}}),
        ),
    ];
    for (before, after) in table {
        assert_eq!(masked(&before), after);
    }
}

#[test]
fn a_body_that_needs_no_change_is_the_same_bytes() {
    let body = Bytes::from_static(b" { \"messages\" : [ {\"content\": \"fine \\u00e9\"} ], \"x\":1e3 }");
    let passed = request(&body, &mut session(Action::Mask)).unwrap();
    assert_eq!(passed.as_ptr(), body.as_ptr());
    let edited = request(
        &Bytes::from_static(b"{ \"x\" : 1e3, \"messages\":[ \"a@b.io\" , \"\\u00e9\"] }"),
        &mut session(Action::Mask),
    );
    assert_eq!(edited.unwrap(), "{ \"x\" : 1e3, \"messages\":[ \"[EMAIL]\" , \"\\u00e9\"] }");
}

#[test]
fn blocked_content_names_its_kind_and_an_unreadable_body_does_not_pass() {
    let body = Bytes::from_static(b"{\"messages\":[\"a@b.io\"]}");
    let blocked = request(&body, &mut session(Action::Block)).unwrap_err();
    assert_eq!(blocked, Blocked::Content(What::Kind(guardrails::Kind::Email)));
    let broken = Bytes::from_static(b"{\"choices\":[");
    assert!(matches!(
        answer(Endpoint::Chat, &broken, &mut session(Action::Mask)),
        Err(Blocked::Unreadable(_))
    ));
}

#[test]
fn probabilities_are_taken_out_of_an_answer_that_changes_only() {
    let body = |text: &str| json!({"choices": [{"message": {"content": text}, "logprobs": {"content": [{"token": text}]}}]});
    let of = |text: &str| -> Value {
        let body = Bytes::from(body(text).to_string());
        serde_json::from_slice(&answer(Endpoint::Chat, &body, &mut session(Action::Mask)).unwrap()).unwrap()
    };
    assert_eq!(of("fine"), body("fine"));
    assert_eq!(of("a@b.io")["choices"][0]["logprobs"], Value::Null);
    assert_eq!(of("a@b.io")["choices"][0]["message"]["content"], "[EMAIL]");
}

fn policy() -> ToolPolicy {
    ToolPolicy::new(vec!["crm.*".into(), "search".into()])
}

#[test]
fn tools_that_are_not_allowed_are_not_offered() {
    let table = [
        (
            r#"{"model":"m","tools":[{"type":"function","function":{"name":"crm.read"}}, {"type":"function","function":{"name":"rm"}}],"n":1}"#,
            r#"{"model":"m","tools":[{"type":"function","function":{"name":"crm.read"}}],"n":1}"#,
            &["rm"][..],
        ),
        (
            r#"{"tools":[{"name":"rm"}], "tool_choice":"auto","model":"m","parallel_tool_calls":true}"#,
            r#"{"model":"m"}"#,
            &["rm"],
        ),
        (
            r#"{"model" : "m" , "tools":[{"type":"web_search_20250305","name":"web_search"},{"name":"search","input_schema":{}}]}"#,
            r#"{"model" : "m" , "tools":[{"name":"search","input_schema":{}}]}"#,
            &["web_search"],
        ),
        (
            r#"{"model":"m", "tools":[{"type":"code_interpreter"}] }"#,
            r#"{"model":"m" }"#,
            &["code_interpreter"],
        ),
        (r#"{"tools":[{"type":"mcp"}]}"#, "{}", &["mcp"]),
        (
            r#"{"model":"m","tools":[{"name":"search"}],"tool_choice":{"type":"tool","name":"search"}}"#,
            r#"{"model":"m","tools":[{"name":"search"}],"tool_choice":{"type":"tool","name":"search"}}"#,
            &[],
        ),
    ];
    for (before, after, removed) in table {
        let offered = offered(Endpoint::Chat, &Bytes::from_static(before.as_bytes()), &policy()).unwrap();
        assert_eq!(offered.body, after);
        assert_eq!(offered.removed, removed);
    }
    for insists in [
        r#"{"tools":[{"name":"rm"}],"tool_choice":{"type":"tool","name":"rm"}}"#,
        r#"{"tool_choice":{"type":"function","function":{"name":"rm"}}}"#,
        r#"{"tool_choice":{"type":"allowed_tools","tools":[{"type":"function","name":"search"},{"type":"function","name":"rm"}]}}"#,
        r#"{"function_call":{"name":"rm"}}"#,
        r#"{"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"search"}},{"type":"function","function":{"name":"rm"}}]}}}"#,
    ] {
        assert_eq!(
            offered(Endpoint::Chat, &Bytes::from_static(insists.as_bytes()), &policy()),
            Err(Blocked::Tool("rm".into())),
            "{insists}"
        );
    }
}

#[test]
fn a_call_that_is_not_allowed_is_found_in_any_dialect() {
    let table = [
        (
            Endpoint::Chat,
            json!({"choices": [{"message": {"tool_calls": [{"function": {"name": "NAME", "arguments": "{}"}}]}}]}),
        ),
        (Endpoint::Chat, json!({"choices": [{"message": {"function_call": {"name": "NAME"}}}]})),
        (
            Endpoint::Responses,
            json!({"output": [{"type": "message"}, {"name": "NAME", "type": "function_call"}]}),
        ),
        (
            Endpoint::Responses,
            json!({"output": [{"name": "rm", "namespace": "NAME", "type": "function_call", "arguments": "{}"}]}),
        ),
        (
            Endpoint::Messages,
            json!({"content": [{"type": "text", "text": "x"}, {"type": "tool_use", "name": "NAME", "input": {"name": "rm"}}]}),
        ),
        (
            Endpoint::Gemini,
            json!({"candidates": [{"content": {"parts": [{"text": "x"}, {"functionCall": {"args": {"name": "rm"}, "name": "NAME"}}]}}]}),
        ),
    ];
    for (endpoint, body) in table {
        let of = |name: &str| called(endpoint, body.to_string().replace("NAME", name).as_bytes(), &policy());
        assert_eq!(of("crm.read"), Ok(()));
        assert_eq!(of("rm"), Err(Blocked::Tool("rm".into())));
    }
}

#[test]
fn a_tool_that_google_runs_is_off_in_either_spelling() {
    let body =
        Bytes::from_static(br#"{"tools":[{"googleSearch":{}},{"google_search":{}},{"urlContext":{}}]}"#);
    for off in ["google_search", "googleSearch"] {
        let policy = ToolPolicy::everything().without(vec![off.to_owned()]);
        let offered = offered(Endpoint::Gemini, &body, &policy).unwrap();
        assert_eq!(offered.body, r#"{"tools":[{"urlContext":{}}]}"#, "{off}");
        assert_eq!(offered.removed, ["googleSearch", "googleSearch"], "{off}");
    }
}

#[test]
fn googles_tools_are_taken_out_of_their_groups() {
    let policy = ToolPolicy::new(vec!["crm.*".into(), "google_search".into()]);
    let table = [
        (
            r#"{"tools":[{"functionDeclarations":[{"name":"crm.read"},{"name":"rm"}]},{"googleSearch":{}},{"codeExecution":{}}],"toolConfig":{}}"#,
            r#"{"tools":[{"functionDeclarations":[{"name":"crm.read"}]},{"googleSearch":{}}],"toolConfig":{}}"#,
            &["rm", "codeExecution"][..],
        ),
        (
            r#"{"a":1,"tools":{"function_declarations":[{"name":"rm"}],"url_context":{}},"tool_config":{},"b":2}"#,
            r#"{"a":1,"b":2}"#,
            &["rm", "urlContext"],
        ),
        (r#"{"tools":[{"google_search":{}}]}"#, r#"{"tools":[{"google_search":{}}]}"#, &[]),
    ];
    for (before, after, removed) in table {
        let offered = offered(Endpoint::Gemini, &Bytes::from_static(before.as_bytes()), &policy).unwrap();
        assert_eq!(
            (&offered.body[..], offered.removed),
            (after.as_bytes(), removed.iter().map(|name| (*name).to_owned()).collect())
        );
    }
    let insists =
        br#"{"tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["rm"]}}}"#;
    let refused = offered(Endpoint::Gemini, &Bytes::from_static(insists), &policy).unwrap_err();
    assert_eq!(refused, Blocked::Tool("rm".into()));
    let ran = br#"{"candidates":[{"content":{"parts":[{"executableCode":{"code":"1"}}]}}]}"#;
    assert_eq!(called(Endpoint::Gemini, ran, &policy), Err(Blocked::Tool("codeExecution".into())));
    let own = ToolPolicy::new(vec!["code_execution".into()]);
    assert_eq!(called(Endpoint::Gemini, ran, &own), Ok(()));
}

#[test]
fn an_answer_that_is_no_object_does_not_pass() {
    let list = Bytes::from_static(b"[{\"candidates\":[]}]");
    for endpoint in ENDPOINTS {
        assert!(matches!(answer(endpoint, &list, &mut session(Action::Mask)), Err(Blocked::Unreadable(_))));
        assert!(matches!(called(endpoint, &list, &policy()), Err(Blocked::Unreadable(_))));
    }
}

/// A stream in which the text comes in these fragments.
fn stream(endpoint: Endpoint, text: &[String], arguments: &[String]) -> String {
    let events = match endpoint {
        Endpoint::Responses => responses(text, arguments),
        Endpoint::Messages => messages(text, arguments),
        Endpoint::Gemini => gemini(text, arguments),
        _ => chat(text, arguments),
    };
    let mut out = String::new();
    for data in &events {
        let name = data["type"].as_str().map(|name| format!("event: {name}\n")).unwrap_or_default();
        out.push_str(&format!("{name}data: {data}\n\n"));
    }
    if endpoint == Endpoint::Chat {
        out.push_str("data: [DONE]\n\n");
    }
    out
}

fn responses(text: &[String], arguments: &[String]) -> Vec<Value> {
    let (all, all_arguments) = (text.concat(), arguments.concat());
    let delta = |text: &String| json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": text});
    let mut events: Vec<Value> = text.iter().map(delta).collect();
    events.push(
        json!({"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": all}),
    );
    let call = json!({"type": "function_call", "name": "search", "arguments": ""});
    events.push(json!({"type": "response.output_item.added", "output_index": 1, "item": call}));
    let delta = |text: &String| json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": text});
    events.extend(arguments.iter().map(delta));
    events.push(json!({"type": "response.function_call_arguments.done", "output_index": 1, "arguments": all_arguments}));
    let output = json!([{"type": "message", "content": [{"type": "output_text", "text": all}]},
        {"type": "function_call", "name": "search", "arguments": all_arguments}]);
    events.push(
        json!({"type": "response.completed", "response": {"output": output, "usage": {"input_tokens": 1}}}),
    );
    events
}

fn messages(text: &[String], arguments: &[String]) -> Vec<Value> {
    let start = |index: u8, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let delta =
        |index: u8, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let stop = |index: u8| json!({"type": "content_block_stop", "index": index});
    let mut events = vec![start(0, json!({"type": "text", "text": ""}))];
    events.extend(text.iter().map(|text| delta(0, json!({"type": "text_delta", "text": text}))));
    events.extend([stop(0), start(1, json!({"type": "tool_use", "name": "search", "input": {}}))]);
    events.extend(
        arguments.iter().map(|text| delta(1, json!({"type": "input_json_delta", "partial_json": text}))),
    );
    events.extend([stop(1), json!({"type": "message_stop"})]);
    events
}

fn gemini(text: &[String], arguments: &[String]) -> Vec<Value> {
    let chunk =
        |part: Value| json!({"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0}]});
    let mut chunks: Vec<Value> = text.iter().map(|text| chunk(json!({"text": text}))).collect();
    let args = serde_json::from_str(&arguments.concat()).unwrap_or_else(|_| json!({}));
    chunks.push(chunk(json!({"functionCall": {"name": "search", "args": args}})));
    chunks[text.len()]["candidates"][0]["finishReason"] = "STOP".into();
    chunks
}

fn chat(text: &[String], arguments: &[String]) -> Vec<Value> {
    let chunk = |delta: Value, reason: Value| json!({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
    let mut events: Vec<Value> =
        text.iter().map(|text| chunk(json!({"content": text}), Value::Null)).collect();
    let call =
        |function: Value| chunk(json!({"tool_calls": [{"index": 0, "function": function}]}), Value::Null);
    events.push(call(json!({"name": "search", "arguments": ""})));
    events.extend(arguments.iter().map(|text| call(json!({"arguments": text}))));
    events.push(chunk(json!({}), "tool_calls".into()));
    events
}

fn guarded(endpoint: Endpoint, session: Session, stream: &str, chunk: usize) -> String {
    let mut guard = StreamGuard::new(endpoint, Some(session), Some(policy()));
    let mut out = Vec::new();
    for piece in stream.as_bytes().chunks(chunk) {
        out.extend_from_slice(&guard.push(piece).unwrap());
    }
    out.extend_from_slice(&guard.finish().unwrap());
    String::from_utf8(out).unwrap()
}

fn shown(endpoint: Endpoint, stream: &str) -> Vec<String> {
    let turns = transcript::response(endpoint, stream.as_bytes(), true);
    turns.into_iter().flat_map(|turn| turn.parts).map(|part| part.text).collect()
}

fn cut(text: &str, cuts: &[prop::sample::Index]) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(letters.len() + 1)).collect();
    places.extend([0, letters.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| letters[pair[0]..pair[1]].iter().collect()).collect()
}

fn texts() -> impl Strategy<Value = String> {
    let pieces = [
        "john@example.com",
        "4111 1111 1111 1111",
        "Maria Lopez",
        " and ",
        ", ",
        "\n",
        "\"",
        "\\",
        "é",
        "word",
        "203.0.113.7",
        " ",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_guarded_stream_says_what_a_guarded_answer_says(
        text in texts(), argument in texts(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
        more in prop::collection::vec(any::<prop::sample::Index>(), 0..9), chunk in 1_usize..200,
    ) {
        let arguments = json!({"q": argument, "n": 1}).to_string();
        for endpoint in ENDPOINTS {
            let whole = stream(endpoint, std::slice::from_ref(&text), std::slice::from_ref(&arguments));
            let split = stream(endpoint, &cut(&text, &cuts), &cut(&arguments, &more));
            let (whole, parts) = (guarded(endpoint, session(Action::Mask), &whole, whole.len()), guarded(endpoint, session(Action::Mask), &split, chunk));
            prop_assert_eq!(shown(endpoint, &parts), shown(endpoint, &whole), "{:?}", split);
            let expected = guardrails::redact_text(&mut session(Action::Mask), &text).unwrap_or_else(|| text.clone());
            if !text.is_empty() {
                prop_assert_eq!(&shown(endpoint, &parts)[0], &expected);
            }
            prop_assert_eq!(guarded(endpoint, session(Action::Mask), &split, split.len()), parts);
        }
    }

    #[test]
    fn a_stream_that_needs_no_change_is_the_same_bytes(words in prop::collection::vec("[a-z ,.é]{0,9}", 0..12), chunk in 1_usize..100) {
        for endpoint in ENDPOINTS {
            let stream = format!(": hello\n\n{}", stream(endpoint, &words, &words));
            prop_assert_eq!(guarded(endpoint, session(Action::Mask), &stream, chunk), stream);
        }
    }

    #[test]
    fn pseudonyms_come_back_as_the_values(text in texts(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9)) {
        for endpoint in ENDPOINTS {
            let mut out = session(Action::Pseudonym);
            let hidden = guardrails::redact_text(&mut out, &text).unwrap_or_else(|| text.clone());
            let back = Session::restoring(Policy { scanner: None, action: Action::Detect }, out.into_vault());
            let stream = stream(endpoint, &cut(&hidden, &cuts), &["{}".to_owned()]);
            let restored = guarded(endpoint, back, &stream, 50);
            if !text.is_empty() {
                prop_assert_eq!(&shown(endpoint, &restored)[0], &text);
            }
        }
    }

    #[test]
    fn nothing_panics_whatever_comes(bytes in prop::collection::vec(any::<u8>(), 0..300), body in "[{}\\[\\]\":,a-z0-9\\\\]{0,80}") {
        for endpoint in ENDPOINTS {
            for input in [&bytes[..], format!("data: {body}\n\n").as_bytes(), body.as_bytes()] {
                let mut guard = StreamGuard::new(endpoint, Some(session(Action::Mask)), Some(policy()));
                let _ = guard.push(input).and_then(|_| guard.finish());
                let _ = answer(endpoint, &Bytes::copy_from_slice(input), &mut session(Action::Mask));
                let _ = offered(endpoint, &Bytes::copy_from_slice(input), &policy());
                let _ = called(endpoint, input, &policy());
            }
        }
    }
}

#[test]
fn a_call_is_blocked_before_its_arguments_pass() {
    for endpoint in ENDPOINTS {
        let stream = stream(endpoint, &["Let me see.".into()], &["{\"path\":\"/\"}".into()])
            .replace("\"search\"", "\"rm\"");
        for chunk in [1, 7, stream.len()] {
            let mut guard = StreamGuard::new(endpoint, None, Some(policy()));
            let mut passed = Vec::new();
            let verdict = stream.as_bytes().chunks(chunk).try_for_each(|piece| {
                passed.extend_from_slice(&guard.push(piece)?);
                Ok::<(), Blocked>(())
            });
            assert_eq!(verdict, Err(Blocked::Tool("rm".into())), "{endpoint:?}");
            let passed = String::from_utf8(passed).unwrap();
            assert!(!passed.contains("path") && !passed.contains("\"rm\""), "{passed}");
        }
    }
}

#[test]
fn what_is_repeated_is_counted_once() {
    for endpoint in ENDPOINTS {
        let stream =
            stream(endpoint, &["to a@".into(), "b.io".into()], &["{\"to\":\"c@".into(), "d.io\"}".into()]);
        let mut guard = StreamGuard::new(endpoint, Some(session(Action::Mask)), None);
        guard.push(stream.as_bytes()).unwrap();
        guard.finish().unwrap();
        let found: Vec<u64> = guard.session().unwrap().found().values().copied().collect();
        assert_eq!(found, [2], "{endpoint:?}");
    }
}

#[test]
fn an_event_waits_for_one_more_at_most_where_nothing_matches() {
    let mut guard = StreamGuard::new(Endpoint::Chat, Some(session(Action::Mask)), None);
    let mut behind = 0;
    for word in ["The", " weather", " is", " fine", " today", ",", " he", " said", " so"] {
        let event = format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": word}}]}));
        behind += 1;
        behind -= guard.push(event.as_bytes()).unwrap().windows(2).filter(|pair| pair == b"\n\n").count();
        assert!(behind <= 1, "{behind} events wait behind {word:?}");
    }
}

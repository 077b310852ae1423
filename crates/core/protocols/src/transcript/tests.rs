//! What pages show of stored calls.

use domain::inference::Endpoint;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn check(turns: &[Turn], expected: &Expect) {
    let lines: Vec<String> = turns
        .iter()
        .flat_map(|turn| {
            turn.parts.iter().map(|part| format!("{}: {:?} {}", turn.role, part.kind, part.text))
        })
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_chat_request_is_told_by_role() {
    let body = br#"{"messages":[{"role":"system","content":"Be brief."},
        {"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAABBBB"}},{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"look","arguments":"{\"at\":1}"}}]},
        {"role":"tool","tool_call_id":"c","content":"a cat"}]}"#;
    check(
        &request(Endpoint::Chat, body),
        &expect![[r#"
            system: Text Be brief.
            user: Text What is this?
            user: Image image/png, 6 bytes
            user: Image https://a.example/b.png
            assistant: ToolCall look({"at":1})
            tool: ToolResult a cat"#]],
    );
}

#[test]
fn a_responses_request_is_told_by_role() {
    let body = br#"{"instructions":"Be brief.","input":[{"role":"user","content":"Hi"},{"type":"reasoning","summary":[{"type":"summary_text","text":"thinks"}],"encrypted_content":"xxx"},
        {"type":"function_call","name":"look","arguments":"{}","call_id":"c"},{"type":"function_call_output","call_id":"c","output":"a cat"},{"type":"item_reference","id":"i"}]}"#;
    check(
        &request(Endpoint::Responses, body),
        &expect![[r#"
            system: Text Be brief.
            user: Text Hi
            assistant: Reasoning thinks
            assistant: ToolCall look({})
            tool: ToolResult a cat
            assistant: Other item_reference: {"id":"i","type":"item_reference"}"#]],
    );
    check(&request(Endpoint::Responses, br#"{"input":"Hi"}"#), &expect!["user: Text Hi"]);
}

#[test]
fn a_messages_request_is_told_by_role() {
    let body = br#"{"system":[{"type":"text","text":"Be brief."}],"messages":[{"role":"user","content":"Hi"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"x"},{"type":"tool_use","id":"t","name":"look","input":{"at":1}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"a cat"}]},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAABBBB"}},{"type":"document","source":{"type":"base64","data":"AAAA"}}]}]}"#;
    check(
        &request(Endpoint::Messages, body),
        &expect![[r#"
            system: Text Be brief.
            user: Text Hi
            assistant: Reasoning hm
            assistant: ToolCall look({"at":1})
            user: ToolResult a cat
            user: Image image/png, 6 bytes
            user: Other document: {"source":{"data":"(4 bytes)","type":"base64"},"type":"document"}"#]],
    );
    check(
        &request(Endpoint::Embeddings, br#"{"input":["a",[1,2,3]]}"#),
        &expect![[r#"
        user: Text a
        user: Other 3 token ids"#]],
    );
}

#[test]
fn a_gemini_request_is_told_by_role() {
    let body = br#"{"system_instruction":{"parts":[{"text":"Be brief."}]},"contents":[{"parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"AAAABBBB"}},{"fileData":{"fileUri":"https://a.example/b.pdf"}}]},
        {"role":"model","parts":[{"text":"hm","thought":true},{"function_call":{"name":"look","args":{"at":1}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"look","response":{"output":"a cat"}}}]}]}"#;
    check(
        &request(Endpoint::Gemini, body),
        &expect![[r#"
            system: Text Be brief.
            user: Text Hi
            user: Image image/png, 6 bytes
            user: Other file https://a.example/b.pdf
            assistant: Reasoning hm
            assistant: ToolCall look({"at":1})
            user: ToolResult a cat"#]],
    );
}

#[test]
fn a_streamed_gemini_answer_reads_as_the_whole_one() {
    let whole = br#"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hello there"},{"functionCall":{"name":"look","args":{"at":1}}}]}}]}"#;
    let chunk = |part: &str| format!(r#"{{"candidates":[{{"content":{{"parts":[{part}]}}}}]}}"#);
    let chunks = [
        r#"{"text":"hm","thought":true}"#,
        r#"{"text":"Hello"}"#,
        r#"{"text":" there"}"#,
        r#"{"functionCall":{"name":"look","args":{"at":1}}}"#,
    ]
    .map(chunk);
    let stream = sse(&chunks.each_ref().map(String::as_str));
    let expected = response(Endpoint::Gemini, whole, false);
    assert_eq!(response(Endpoint::Gemini, &stream, true), expected);
    check(
        &expected,
        &expect![[r#"
            assistant: Reasoning hm
            assistant: Text Hello there
            assistant: ToolCall look({"at":1})"#]],
    );
    let mut broken = sse(&[&chunks[1]]);
    broken.extend_from_slice(br#"{"error":{"code":503,"message":"overloaded"}}"#);
    check(
        &response(Endpoint::Gemini, &broken, true),
        &expect![[r"
            assistant: Text Hello
            error: Other overloaded"]],
    );
}

fn sse(events: &[&str]) -> Vec<u8> {
    events.iter().flat_map(|event| format!("data: {event}\n\n").into_bytes()).collect()
}

#[test]
fn a_streamed_chat_answer_reads_as_the_whole_one() {
    let whole = br#"{"choices":[{"message":{"role":"assistant","content":"Hello there","reasoning":"hm","tool_calls":[{"function":{"name":"look","arguments":"{\"at\":1}"}}]}}]}"#;
    let stream = sse(&[
        r#"{"choices":[{"index":0,"delta":{"role":"assistant","reasoning":"hm"}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"Hello"}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":" there","tool_calls":[{"index":0,"function":{"name":"look","arguments":"{\"at\""}}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}"#,
        r#"{"choices":[],"usage":{}}"#,
        "[DONE]",
    ]);
    let expected = response(Endpoint::Chat, whole, false);
    assert_eq!(response(Endpoint::Chat, &stream, true), expected);
    check(
        &expected,
        &expect![[r#"
            assistant: Reasoning hm
            assistant: Text Hello there
            assistant: ToolCall look({"at":1})"#]],
    );
}

#[test]
fn a_streamed_messages_answer_reads_as_the_whole_one() {
    let stream = sse(&[
        r#"{"type":"message_start","message":{"content":[]}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":"look","input":{}}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"at\""}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
    ]);
    check(
        &response(Endpoint::Messages, &stream, true),
        &expect![[r#"
            assistant: Text Hello
            assistant: ToolCall look({"at":1})
            error: Other Overloaded"#]],
    );
}

#[test]
fn a_streamed_responses_answer_reads_as_the_whole_one_even_when_cut() {
    let item =
        r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello there"}]}"#;
    let events = [
        r#"{"type":"response.created","response":{"output":[]}}"#.to_owned(),
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","role":"assistant","content":[]}}"#.to_owned(),
        r#"{"type":"response.output_text.delta","output_index":0,"delta":"Hello"}"#.to_owned(),
        format!(r#"{{"type":"response.output_item.done","output_index":0,"item":{item}}}"#),
        format!(r#"{{"type":"response.completed","response":{{"output":[{item}]}}}}"#),
    ];
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    check(&response(Endpoint::Responses, &sse(&events), true), &expect!["assistant: Text Hello there"]);
    check(&response(Endpoint::Responses, &sse(&events[..4]), true), &expect!["assistant: Text Hello there"]);
    check(&response(Endpoint::Responses, &sse(&events[..3]), true), &expect!["assistant: Text Hello"]);
}

#[test]
fn what_is_of_no_known_shape_is_shown_all_the_same() {
    check(&request(Endpoint::Chat, b"not json"), &expect!["unreadable: Other not json"]);
    check(&response(Endpoint::Chat, b"", true), &expect![""]);
    check(
        &response(Endpoint::Chat, br#"{"error":{"message":"no such model"}}"#, false),
        &expect!["error: Other no such model"],
    );
    check(
        &response(Endpoint::Embeddings, br#"{"message":"no such model"}"#, false),
        &expect!["error: Other no such model"],
    );
    check(
        &response(Endpoint::CountTokens, br#"{"input_tokens":14}"#, false),
        &expect!["assistant: Other 14 input tokens"],
    );
    check(
        &response(Endpoint::GeminiCount, br#"{"totalTokens":14}"#, false),
        &expect!["assistant: Other 14 input tokens"],
    );
    check(
        &response(Endpoint::Embeddings, br#"{"data":[{},{}]}"#, false),
        &expect!["assistant: Other 2 vectors"],
    );
}

#[test]
fn spans_are_the_messages() {
    let body = br#"{"model":"m","system":"Be brief.","messages":[ {"role":"user"}, {"role":"assistant"}],"tools":[1]}"#;
    let texts: Vec<&str> = message_spans(Endpoint::Messages, body)
        .into_iter()
        .map(|span| std::str::from_utf8(&body[span]).unwrap())
        .collect();
    assert_eq!(texts, [r#""Be brief.""#, r#"{"role":"user"}"#, r#"{"role":"assistant"}"#, "[1]"]);
    assert_eq!(message_spans(Endpoint::Embeddings, br#"{"input":[1,2,3]}"#).first(), Some(&(9..16)));
    assert!(message_spans(Endpoint::Chat, b"{\"messages\":[1").is_empty());
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), value in "[{}\\[\\]\":,a-z0-9]{0,60}", stream in any::<bool>()) {
        for endpoint in Endpoint::ALL {
            for body in [bytes.as_slice(), value.as_bytes(), format!("data: {value}\n\n").as_bytes()] {
                let _ = request(endpoint, body);
                let _ = response(endpoint, body, stream);
                let spans = message_spans(endpoint, body);
                prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }
    }
}

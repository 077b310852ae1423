//! A provider's error, in the caller's shape and with its status.

use expect_test::{Expect, expect};
use translate::{Caller, Outcome, Wire};

use crate::support::{exchange, streamed};

fn check(caller: Caller, wire: Wire, status: u16, body: &str, expected: &Expect) {
    let answer = exchange(caller, wire).answer(status, body.as_bytes());
    assert!(answer.failure.is_some());
    expected.assert_eq(&format!("{} {}", answer.status, String::from_utf8(answer.body).unwrap()));
}

const OPENAI: &str =
    r#"{"error":{"message":"too many","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#;
const ANTHROPIC: &str =
    r#"{"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"r"}"#;
const GOOGLE: &str = r#"[{"error":{"code":404,"message":"no such model","status":"NOT_FOUND"}}]"#;
const AWS: &str = r#"{"message":"bad field"}"#;

#[test]
fn an_error_has_the_callers_shape() {
    check(
        Caller::Messages,
        Wire::Chat,
        429,
        OPENAI,
        &expect![[r#"429 {"type":"error","error":{"type":"rate_limit_error","message":"too many"}}"#]],
    );
    check(
        Caller::Gemini,
        Wire::Responses,
        429,
        OPENAI,
        &expect![[r#"429 {"error":{"code":429,"message":"too many","status":"RESOURCE_EXHAUSTED"}}"#]],
    );
    check(
        Caller::Chat,
        Wire::Messages,
        529,
        ANTHROPIC,
        &expect![[
            r#"503 {"error":{"message":"busy","type":"server_error","param":null,"code":"overloaded_error"}}"#
        ]],
    );
    check(
        Caller::Messages,
        Wire::Gemini,
        404,
        GOOGLE,
        &expect![[r#"404 {"type":"error","error":{"type":"not_found_error","message":"no such model"}}"#]],
    );
    check(
        Caller::Responses,
        Wire::Bedrock,
        400,
        AWS,
        &expect![[
            r#"400 {"error":{"message":"bad field","type":"invalid_request_error","param":null,"code":null}}"#
        ]],
    );
    check(
        Caller::Chat,
        Wire::Messages,
        502,
        "<html>",
        &expect![[
            r#"502 {"error":{"message":"the provider answered 502","type":"server_error","param":null,"code":null}}"#
        ]],
    );
}

#[test]
fn an_error_inside_a_success_is_an_error() {
    check(
        Caller::Messages,
        Wire::Chat,
        200,
        OPENAI,
        &expect![[r#"500 {"type":"error","error":{"type":"api_error","message":"too many"}}"#]],
    );
    check(
        Caller::Chat,
        Wire::Responses,
        200,
        r#"{"object":"response","status":"failed","error":{"code":"server_error","message":"oops"},"output":[]}"#,
        &expect![[
            r#"500 {"error":{"message":"oops","type":"server_error","param":null,"code":"server_error"}}"#
        ]],
    );
    check(
        Caller::Chat,
        Wire::Messages,
        200,
        "[]",
        &expect![[
            r#"502 {"error":{"message":"the provider's answer is not an object","type":"server_error","param":null,"code":"CS-0403"}}"#
        ]],
    );
}

#[test]
fn an_error_in_a_stream_is_the_last_thing_said() {
    let begun = r#"data: {"type":"message_start","message":{"id":"m1","model":"c","usage":{"input_tokens":3}}}

data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"He"}}

data: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"llo"}}

"#;
    let last = |caller| {
        let (text, translator) = streamed(caller, Wire::Messages, begun.as_bytes(), &[11]);
        assert_eq!(translator.outcome(), Outcome::Failed);
        assert_eq!(translator.usage().unwrap().input, 3);
        assert!(!text.contains("[DONE]") && !text.contains("llo"), "nothing follows an error");
        text.trim_end().rsplit("\n\n").next().unwrap().to_owned()
    };
    expect![[
        r#"data: {"error":{"message":"busy","type":"server_error","param":null,"code":"overloaded_error"}}"#
    ]]
    .assert_eq(&last(Caller::Chat));
    expect![[r#"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#]]
        .assert_eq(&last(Caller::Gemini));
    let responses = last(Caller::Responses);
    assert!(responses.starts_with("event: response.failed\n"), "{responses}");
    assert!(responses.contains(r#""error":{"code":"server_error","message":"busy"}"#), "{responses}");
}

#[test]
fn the_gateways_own_error_ends_a_stream_once() {
    let mut stream = exchange(Caller::Messages, Wire::Chat).stream();
    let begun = stream.push(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
    assert!(String::from_utf8(begun).unwrap().contains("text_delta"));
    let failure = translate::failure::Failure { status: 503, code: None, message: "switched off".into() };
    let said = String::from_utf8(stream.fail(failure.clone())).unwrap();
    assert_eq!(
        said,
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"switched off\"}}\n\n"
    );
    assert!(stream.fail(failure).is_empty());
    assert!(stream.push(b"data: [DONE]\n\n").is_empty() && stream.finish().is_empty());
}

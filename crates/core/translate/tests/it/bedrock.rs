//! AWS: signatures against the published examples, binary streams, Converse.

use domain::time::Timestamp;
use expect_test::expect;
use serde_json::json;
use translate::bedrock::eventstream::{Broken, Decoder, Frame};
use translate::bedrock::sigv4::{Call, Credentials, Scope, sign};
use translate::{Caller, Outcome, Wire};

use crate::support::{exchange, sent, streamed};

const KEYS: Credentials<'static> = Credentials {
    access_key_id: "AKIDEXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    session_token: None,
};

fn signature(call: &Call<'_>, service: &str, credentials: &Credentials<'_>) -> String {
    let now = Timestamp::parse("2015-08-30T12:36:00Z").unwrap();
    let headers = sign(call, &Scope { region: "us-east-1", service, now }, credentials);
    assert_eq!(headers[0], ("x-amz-date", "20150830T123600Z".to_owned()));
    headers.into_iter().find(|(name, _)| *name == "authorization").unwrap().1
}

const CALL: Call<'static> =
    Call { method: "GET", host: "example.amazonaws.com", path: "/", query: "", headers: &[], body: b"" };

#[test]
fn signatures_are_those_of_the_published_examples() {
    let end = |authorization: String| authorization.rsplit('=').next().unwrap().to_owned();
    assert_eq!(
        end(signature(&CALL, "service", &KEYS)),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    );
    assert_eq!(
        end(signature(&Call { method: "POST", ..CALL }, "service", &KEYS)),
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    );
    let content = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let users = Call {
        host: "iam.amazonaws.com",
        query: "Action=ListUsers&Version=2010-05-08",
        headers: &content,
        ..CALL
    };
    expect!["AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"]
        .assert_eq(&signature(&users, "iam", &KEYS));
}

#[test]
fn a_token_is_signed_and_sent() {
    let keys = Credentials { session_token: Some("token"), ..KEYS };
    let now = Timestamp::parse("2015-08-30T12:36:00Z").unwrap();
    let headers = sign(&CALL, &Scope { region: "us-east-1", service: "bedrock", now }, &keys);
    assert_eq!(headers[1], ("x-amz-security-token", "token".to_owned()));
    assert!(headers[2].1.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,"));
    assert!(!format!("{keys:?}").contains("wJalr"), "a secret is never shown");
}

#[test]
fn the_path_names_the_model_and_the_delivery() {
    let (_, exchange) =
        crate::support::ask(Caller::Gemini, Wire::Bedrock, crate::support::hello(Caller::Gemini)).unwrap();
    assert!(exchange.streams());
    assert_eq!(translate::bedrock::path("us.claude-v1:0", true), "/model/us.claude-v1%3A0/converse-stream");
    assert_eq!(translate::bedrock::path("arn:aws/x", false), "/model/arn%3Aaws%2Fx/converse");
}

/// A frame as AWS sends it.
fn frame(kind: &str, message_type: &str, payload: &str) -> Vec<u8> {
    let mut headers = Vec::new();
    let type_header = if message_type == "event" { ":event-type" } else { ":exception-type" };
    for (name, value) in
        [(type_header, kind), (":content-type", "application/json"), (":message-type", message_type)]
    {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend(name.as_bytes());
        headers.push(7);
        headers.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend(value.as_bytes());
    }
    let length = u32::try_from(16 + headers.len() + payload.len()).unwrap();
    let mut frame = Vec::new();
    frame.extend(length.to_be_bytes());
    frame.extend(u32::try_from(headers.len()).unwrap().to_be_bytes());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend(headers);
    frame.extend(payload.as_bytes());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}

fn stream() -> Vec<u8> {
    [
        frame("messageStart", "event", r#"{"role":"assistant","p":"abc"}"#),
        frame(
            "contentBlockDelta",
            "event",
            r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}"#,
        ),
        frame(
            "contentBlockDelta",
            "event",
            r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}}"#,
        ),
        frame("contentBlockStop", "event", r#"{"contentBlockIndex":0}"#),
        frame(
            "contentBlockStart",
            "event",
            r#"{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}}"#,
        ),
        frame(
            "contentBlockDelta",
            "event",
            r#"{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"a\":"}}}"#,
        ),
        frame("contentBlockDelta", "event", r#"{"contentBlockIndex":1,"delta":{"toolUse":{"input":"1}"}}}"#),
        frame("contentBlockStop", "event", r#"{"contentBlockIndex":1}"#),
        frame("messageStop", "event", r#"{"stopReason":"tool_use"}"#),
        frame(
            "metadata",
            "event",
            r#"{"usage":{"inputTokens":5,"outputTokens":7,"cacheReadInputTokens":3,"totalTokens":15}}"#,
        ),
    ]
    .concat()
}

const WHOLE: &str = r#"{"output":{"message":{"role":"assistant","content":[
    {"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},
    {"toolUse":{"toolUseId":"t1","name":"f","input":{"a":1}}}]}},"stopReason":"tool_use",
    "usage":{"inputTokens":5,"outputTokens":7,"cacheReadInputTokens":3,"totalTokens":15}}"#;

#[test]
fn a_binary_stream_folds_to_the_whole_answer_for_every_caller() {
    for caller in Caller::ALL {
        for cut in [1, 5, 1_000] {
            let (text, translator) = streamed(caller, Wire::Bedrock, &stream(), &[cut]);
            assert_eq!(translator.outcome(), Outcome::Complete, "{caller:?}");
            assert!(translator.loss().is_empty(), "{:?}", translator.loss());
            let whole = exchange(caller, Wire::Bedrock).answer(200, WHOLE.as_bytes());
            assert_eq!(
                crate::clients::fold(caller, &text),
                crate::clients::whole(caller, &whole.body),
                "{caller:?}"
            );
        }
    }
}

#[test]
fn an_exception_in_a_stream_is_an_error() {
    let bytes = [
        frame("messageStart", "event", "{}"),
        frame("throttlingException", "exception", r#"{"message":"slow down"}"#),
    ];
    let (text, translator) = streamed(Caller::Messages, Wire::Bedrock, &bytes.concat(), &[]);
    assert_eq!(translator.outcome(), Outcome::Failed);
    assert_eq!(
        crate::support::events(&text).last().unwrap()["error"],
        json!({"type": "rate_limit_error", "message": "slow down"})
    );
}

#[test]
fn a_frame_whose_checksum_is_wrong_ends_the_stream() {
    for at in [5, 9, 20, 60] {
        let mut bytes = frame("messageStart", "event", r#"{"role":"assistant"}"#);
        bytes[at] ^= 1;
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(&bytes, |_| panic!("no frame")), Err(Broken::Checksum), "{at}");
        assert_eq!(decoder.push(&stream(), |_| panic!("no frame")), Ok(()));
        let (_, translator) = streamed(Caller::Chat, Wire::Bedrock, &bytes, &[3]);
        assert_eq!(translator.outcome(), Outcome::Failed);
    }
}

#[test]
fn lengths_that_no_frame_has_are_refused() {
    for (length, headers) in [(15_u32, 0_u32), (16, 1), (25 << 20, 0), (u32::MAX, u32::MAX)] {
        let mut prelude = [length.to_be_bytes(), headers.to_be_bytes()].concat();
        prelude.extend(crc32fast::hash(&prelude).to_be_bytes());
        assert_eq!(Decoder::default().push(&prelude, |_| {}), Err(Broken::Length), "{length} {headers}");
    }
}

#[test]
fn a_frame_is_read_with_headers_of_every_type() {
    let mut headers = Vec::new();
    for (kind, length) in [(0_u8, 0_usize), (1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (8, 8), (9, 16)] {
        headers.extend([1, b'h', kind]);
        headers.extend(std::iter::repeat_n(0, length));
    }
    headers.extend([1, b'h', 6, 0, 2, 9, 9]);
    let mut bytes = u32::try_from(16 + headers.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(u32::try_from(headers.len()).unwrap().to_be_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    let mut frames = Vec::new();
    Decoder::default().push(&bytes, |frame| frames.push(frame)).unwrap();
    assert_eq!(frames, [Frame::default()]);
}

#[test]
fn a_request_is_written_for_converse() {
    let (body, loss) = sent(
        Caller::Chat,
        Wire::Bedrock,
        r#"{"model":"m","messages":[{"role":"system","content":"be brief"},
        {"role":"user","content":[{"type":"text","text":"what"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"42"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"required",
        "max_tokens":7,"temperature":0.5,"stop":"X"}"#,
    );
    assert!(loss.is_empty(), "{loss:?}");
    assert_eq!(
        body,
        json!({
            "system": [{"text": "be brief"}],
            "messages": [
                {"role": "user", "content": [{"text": "what"}, {"image": {"format": "png", "source": {"bytes": "AA=="}}}]},
                {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "f", "input": {"a": 1}}}]},
                {"role": "user", "content": [{"toolResult": {"toolUseId": "c1", "content": [{"text": "42"}]}}]}
            ],
            "inferenceConfig": {"maxTokens": 7, "temperature": 0.5, "stopSequences": ["X"]},
            "toolConfig": {
                "tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}],
                "toolChoice": {"any": {}}
            }
        })
    );
}

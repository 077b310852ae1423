//! Both encodings of one tree, byte by byte where they differ from what one would guess.

use domain::Timestamp;
use genai::{Attribute, Kind, Origin, Outcome, Span, SpanId, TraceId, Value};

use super::tree::Node;
use super::*;

fn span() -> Span {
    let attribute = |key, value| Attribute { key, value };
    Span {
        trace: TraceId([0xab; 16]),
        id: SpanId([1; 8]),
        parent: Some(SpanId([2; 8])),
        origin: Origin::Elsewhere,
        flags: 1,
        state: Some("a=1".into()),
        name: "chat m".into(),
        kind: Kind::Client,
        start: Timestamp::from_ms(1_700_000_000_000),
        end: Timestamp::from_ms(1_700_000_000_250),
        attributes: vec![
            attribute("text", "é".into()),
            attribute("int", Value::Int(-1)),
            attribute("time", Value::Ms(250)),
            attribute("flag", Value::Flag(true)),
            attribute("words", Value::Words(vec!["stop", "length"])),
        ],
        outcome: Outcome::Error("it broke".into()),
    }
}

fn message() -> Message {
    traces(&[("service.name".to_owned(), "x".to_owned())], &[span()])
}

#[test]
fn json_has_ids_in_hexadecimal_long_numbers_as_texts_and_enums_as_numbers() {
    let json: serde_json::Value = serde_json::from_slice(&encode(&message(), Protocol::Json)).unwrap();
    let all = &json["resourceSpans"][0];
    assert_eq!(all["resource"]["attributes"][0]["value"]["stringValue"], "x");
    let span = &all["scopeSpans"][0]["spans"][0];
    assert_eq!(span["traceId"], "ab".repeat(16));
    assert_eq!(span["parentSpanId"], "02".repeat(8));
    assert_eq!(span["startTimeUnixNano"], "1700000000000000000");
    assert_eq!((&span["kind"], &span["status"]["code"]), (&3.into(), &2.into()));
    assert_eq!(span["flags"], 0x301);
    let values: Vec<_> =
        span["attributes"].as_array().unwrap().iter().map(|pair| pair["value"].to_string()).collect();
    assert_eq!(
        values,
        [
            r#"{"stringValue":"é"}"#,
            r#"{"intValue":"-1"}"#,
            r#"{"doubleValue":0.25}"#,
            r#"{"boolValue":true}"#,
            r#"{"arrayValue":{"values":[{"stringValue":"stop"},{"stringValue":"length"}]}}"#,
        ]
    );
}

#[test]
fn protobuf_is_by_number_and_wire_type() {
    let small = |node| proto_of(&Message::default().with(1, "", node));
    for (node, expected) in [
        (Node::Enum(3), "0803"),
        (Node::Flag(true), "0801"),
        (Node::Int(300), "08ac02"),
        (Node::Int(-1), "08ffffffffffffffffff01"),
        (Node::Fixed64(1), "090100000000000000"),
        (Node::Signed64(-1), "09ffffffffffffffff"),
        (Node::Double(0.25), "09000000000000d03f"),
        (Node::Fixed32(0x301), "0d01030000"),
        (Node::Text("é".into()), "0a02c3a9"),
        (Node::Id(vec![1, 2]), "0a020102"),
        (Node::Fixed64s(vec![1, 2]), "0a1001000000000000000200000000000000"),
        (Node::Messages(vec![Message::default(), Message::default()]), "0a000a00"),
    ] {
        let shown = format!("{node:?}");
        assert_eq!(small(node), expected, "{shown}");
    }
    assert_eq!(proto_of(&Message::default().with(16, "", Node::Flag(false))), "800100");
}

fn proto_of(message: &Message) -> String {
    encode(message, Protocol::Protobuf).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_was_rejected_is_read_from_either_encoding() {
    let proto = [0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, b'n', b'o'];
    let expected = Some(Rejected { count: 3, why: "no".into() });
    assert_eq!(rejected(&proto, Protocol::Protobuf), expected);
    for body in [
        r#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}"#,
        r#"{"partialSuccess":{"rejectedDataPoints":3,"errorMessage":"no"}}"#,
    ] {
        assert_eq!(rejected(body.as_bytes(), Protocol::Json), expected, "{body}");
    }
    let warning = Some(Rejected { count: 0, why: "slow down".into() });
    let body = br#"{"partialSuccess":{"errorMessage":"slow\ndown"}}"#;
    assert_eq!(rejected(body, Protocol::Json), warning);
    for nothing in [
        &b""[..],
        b"{}",
        b"<html>",
        b"\x0a\x00",
        b"\x0a\xff",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        assert_eq!(rejected(nothing, Protocol::Json), None, "{nothing:?}");
        assert_eq!(rejected(nothing, Protocol::Protobuf), None, "{nothing:?}");
    }
}

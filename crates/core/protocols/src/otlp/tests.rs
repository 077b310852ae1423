//! Both encodings say the same; bodies that are wrong are refused, and none of them panics.

use domain::telemetry::record::Record;
use domain::telemetry::{Attributes, Growth, Number, Signal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Encoding, Flaw, Malformed, Tally, read, reply};

const TRACE: [u8; 16] = [0xab; 16];
const SPAN: [u8; 8] = [0xcd; 8];

/// A field that holds bytes.
fn bytes(number: u8, value: &[u8]) -> Vec<u8> {
    let mut field = vec![(number << 3) | 2];
    varint(&mut field, u64::try_from(value.len()).unwrap());
    field.extend_from_slice(value);
    field
}

/// A field that holds a number.
fn number(field: u8, value: u64) -> Vec<u8> {
    let mut bytes = vec![field << 3];
    varint(&mut bytes, value);
    bytes
}

/// A field of eight bytes.
fn fixed(field: u8, value: u64) -> Vec<u8> {
    [vec![(field << 3) | 1], value.to_le_bytes().to_vec()].concat()
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

fn attribute(field: u8, key: &str, value: &[u8]) -> Vec<u8> {
    bytes(field, &[bytes(1, key.as_bytes()), bytes(2, value)].concat())
}

/// A whole request: one resource, one scope, these items.
fn request(items: &[Vec<u8>]) -> Vec<u8> {
    let resource = attribute(1, "service.name", &bytes(1, b"claude-code"));
    let scope: Vec<u8> = std::iter::once(bytes(1, &bytes(1, b"meter")))
        .chain(items.iter().map(|item| bytes(2, item)))
        .flatten()
        .collect();
    // The resource last: nothing says that it stands first.
    bytes(1, &[bytes(2, &scope), bytes(1, &resource)].concat())
}

fn proto_span() -> Vec<u8> {
    [
        bytes(1, &TRACE),
        bytes(2, &SPAN),
        bytes(5, b"chat"),
        number(6, 3),
        fixed(7, 1_780_000_000_000_000_000),
        fixed(8, 1_780_000_001_500_000_000),
        attribute(9, "gen_ai.usage.input_tokens", &number(3, 12)),
        attribute(9, "ratio", &fixed(4, 0.5_f64.to_bits())),
        attribute(9, "flag", &number(2, 1)),
        attribute(9, "list", &bytes(5, &bytes(1, &bytes(1, b"nested")))),
        attribute(9, "text", &bytes(1, b"value")),
    ]
    .concat()
}

fn json_span() -> Value {
    json!({
        "traceId": "AB".repeat(16), "spanId": "cd".repeat(8), "name": "chat", "kind": 3, "unknown": [{}],
        "startTimeUnixNano": "1780000000000000000", "endTimeUnixNano": 1_780_000_001_500_000_000_u64,
        "attributes": [
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
            {"key": "ratio", "value": {"doubleValue": 0.5}},
            {"key": "flag", "value": {"boolValue": true}},
            {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "nested"}]}}},
            {"key": "text", "value": {"stringValue": "value"}},
        ],
    })
}

fn json_request(list: &str, scopes: &str, items: &str, all: &[Value]) -> Vec<u8> {
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "claude-code"}}]});
    json!({list: [{scopes: [{"scope": {"name": "meter"}, items: all}], "resource": resource}]})
        .to_string()
        .into_bytes()
}

fn shown(resource: &Attributes<'_>, record: &Result<Record<'_>, Flaw>) -> String {
    format!("{:?} {record:?}", resource.text("service.name"))
}

fn all(signal: Signal, encoding: Encoding, body: &[u8]) -> Result<(Tally, Vec<String>), Malformed> {
    let mut records = Vec::new();
    let tally = read((signal, encoding), "w", body, &mut |resource, record| {
        records.push(shown(resource, record));
    })?;
    Ok((tally, records))
}

#[test]
fn a_span_says_the_same_in_both_encodings() {
    let proto = all(Signal::Traces, Encoding::Protobuf, &request(&[proto_span()])).unwrap();
    let body = json_request("resourceSpans", "scopeSpans", "spans", &[json_span()]);
    let json = all(Signal::Traces, Encoding::Json, &body).unwrap();
    assert_eq!(proto, json);
    assert_eq!(proto.0, Tally { records: 1, refused: 0, flaw: None });
    assert!(proto.1[0].contains("claude-code") && proto.1[0].contains("Whole(12)"), "{}", proto.1[0]);
}

#[test]
fn an_event_says_the_same_in_both_encodings_wherever_its_name_stands() {
    let time = 1_780_000_000_000_000_000;
    let both = [
        bytes(12, b"event src/events.rs:737"),
        attribute(6, "event.name", &bytes(1, b"claude_code.api_request")),
    ];
    let names: [(Vec<u8>, Value); 4] = [
        (
            both.concat(),
            json!({"eventName": "event src/events.rs:737", "attributes":
                [{"key": "event.name", "value": {"stringValue": "claude_code.api_request"}}]}),
        ),
        (bytes(12, b"claude_code.api_request"), json!({"eventName": "claude_code.api_request"})),
        (
            attribute(6, "event.name", &bytes(1, b"claude_code.api_request")),
            json!({"attributes": [{"key": "event.name", "value": {"stringValue": "claude_code.api_request"}}]}),
        ),
        (
            bytes(5, &bytes(1, b"claude_code.api_request")),
            json!({"body": {"stringValue": "claude_code.api_request"}, "attributes": null}),
        ),
    ];
    for (named, mut json) in names {
        let item = [fixed(11, time), named].concat();
        let proto = all(Signal::Logs, Encoding::Protobuf, &request(&[item])).unwrap();
        json["observedTimeUnixNano"] = json!(time.to_string());
        let body = json_request("resourceLogs", "scopeLogs", "logRecords", &[json]);
        assert_eq!(all(Signal::Logs, Encoding::Json, &body).unwrap(), proto);
        assert!(proto.1[0].contains(r#"name: "claude_code.api_request""#), "{}", proto.1[0]);
        assert!(proto.1[0].contains("1780000000000"), "{}", proto.1[0]);
    }
}

fn proto_metric(kind: u8, temporality: u64, monotonic: u64, point: &[u8]) -> Vec<u8> {
    let data = [bytes(1, point), number(2, temporality), number(3, monotonic)].concat();
    [bytes(1, b"m"), bytes(kind, &data)].concat()
}

fn json_metric(kind: &str, temporality: u64, monotonic: bool, point: &Value) -> Value {
    json!({"name": "m", kind: {"dataPoints": [point], "aggregationTemporality": temporality, "isMonotonic": monotonic}})
}

#[test]
fn points_say_the_same_in_both_encodings_and_only_rising_sums_are_counted() {
    let sum_point = [fixed(2, 5), fixed(3, 9_000_000), fixed(6, 7)].concat();
    let sum_json = json!({"startTimeUnixNano": "5", "timeUnixNano": "9000000", "asInt": "7"});
    let real_point = [fixed(3, 9_000_000), fixed(4, 1.5_f64.to_bits())].concat();
    let real_json = json!({"timeUnixNano": 9_000_000, "asDouble": 1.5});
    let spread = [fixed(3, 9_000_000), fixed(4, 2), fixed(5, 8.0_f64.to_bits())].concat();
    let spread_json = json!({"timeUnixNano": "9000000", "count": "2", "sum": 8});
    let table = [
        (
            proto_metric(7, 1, 1, &sum_point),
            json_metric("sum", 1, true, &sum_json),
            "growth: Once, value: Whole(7)",
        ),
        (
            proto_metric(7, 2, 1, &real_point),
            json_metric("sum", 2, true, &real_json),
            "growth: Total, value: Real(1.5)",
        ),
        (proto_metric(7, 2, 0, &real_point), json_metric("sum", 2, false, &real_json), "Ok(Uncounted)"),
        (proto_metric(7, 0, 1, &sum_point), json_metric("sum", 0, true, &sum_json), "Err(Temporality)"),
        (
            proto_metric(9, 1, 0, &spread),
            json_metric("histogram", 1, false, &spread_json),
            "growth: Once, value: Real(8.0)",
        ),
        (proto_metric(5, 0, 0, &sum_point), json_metric("gauge", 0, false, &sum_json), "Ok(Uncounted)"),
    ];
    for (proto, json, is) in table {
        let proto = all(Signal::Metrics, Encoding::Protobuf, &request(&[proto])).unwrap();
        let body = json_request("resourceMetrics", "scopeMetrics", "metrics", &[json]);
        assert_eq!(all(Signal::Metrics, Encoding::Json, &body).unwrap(), proto);
        assert!(proto.1[0].contains(is), "{} is not {is}", proto.1[0]);
    }
}

fn ids(signal: Signal, workflow: &str, body: &[u8]) -> Vec<domain::telemetry::Identity> {
    let mut ids = Vec::new();
    read((signal, Encoding::Protobuf), workflow, body, &mut |_, record| {
        ids.push(match record.as_ref().unwrap() {
            Record::Span(span) => span.id,
            Record::Event(event) => event.id,
            Record::Point(point) => point.id,
            Record::Uncounted => return,
        });
    })
    .unwrap();
    ids
}

#[test]
fn an_identity_follows_from_the_report_and_its_workflow() {
    let one = ids(Signal::Traces, "w", &request(&[proto_span(), proto_span()]));
    assert_eq!(one[0], one[1]);
    assert_ne!(ids(Signal::Traces, "v", &request(&[proto_span()]))[0], one[0]);
    let event = |second: u64, text: &[u8]| [fixed(1, second), attribute(6, "a", &bytes(1, text))].concat();
    let events =
        ids(Signal::Logs, "w", &request(&[event(1, b"x"), event(1, b"x"), event(2, b"x"), event(1, b"y")]));
    assert_eq!(events[0], events[1]);
    assert!(events[0] != events[2] && events[0] != events[3] && events[2] != events[3]);
    let point = |start, end, value| [fixed(2, start), fixed(3, end), fixed(6, value)].concat();
    let of = |temporality, start, end, value| {
        ids(Signal::Metrics, "w", &request(&[proto_metric(7, temporality, 1, &point(start, end, value))]))[0]
    };
    assert_eq!(of(2, 1, 5, 10), of(2, 1, 6, 11), "a running total is one series");
    assert_ne!(of(2, 1, 5, 10), of(2, 2, 5, 10), "and begins anew with its start");
    assert_eq!(of(1, 1, 5, 10), of(1, 1, 5, 10));
    assert_ne!(of(1, 1, 5, 10), of(1, 5, 9, 10), "deltas are told apart by their time");
}

#[test]
fn a_report_that_cannot_be_used_is_refused_alone() {
    let short = bytes(1, &TRACE[..15]);
    let zero = [bytes(1, &TRACE), bytes(2, &[0; 8])].concat();
    let (tally, records) =
        all(Signal::Traces, Encoding::Protobuf, &request(&[short, proto_span(), zero])).unwrap();
    assert_eq!(tally, Tally { records: 3, refused: 2, flaw: Some(Flaw::TraceId) });
    assert!(records[2].contains("Err(SpanId)"), "{}", records[2]);
    let said = reply::taken(Signal::Traces, Encoding::Json, &tally);
    let said: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(said["partialSuccess"]["rejectedSpans"], "2");
    let said = reply::taken(Signal::Traces, Encoding::Protobuf, &tally);
    let partial = [number(1, 2), bytes(2, Flaw::TraceId.as_str().as_bytes())].concat();
    assert_eq!(said, bytes(1, &partial));
}

#[test]
fn an_empty_request_is_a_success_with_nothing_to_say() {
    for (encoding, body) in [
        (Encoding::Json, "{}"),
        (Encoding::Json, r#"{"resourceSpans":[]}"#),
        (Encoding::Json, r#"{"resourceSpans":null}"#),
        (Encoding::Json, r#"{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}"#),
        (Encoding::Protobuf, ""),
    ] {
        let (tally, _) = all(Signal::Traces, encoding, body.as_bytes()).unwrap();
        assert_eq!(tally, Tally::default(), "{body}");
    }
    assert_eq!(reply::taken(Signal::Logs, Encoding::Json, &Tally::default()), b"{}");
    assert_eq!(reply::taken(Signal::Logs, Encoding::Protobuf, &Tally::default()), b"");
}

#[test]
fn a_body_that_cannot_be_decoded_is_refused_whole_and_nothing_of_it_is_repeated() {
    let secret = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":{"secret":1}}]}]}]}"#;
    for (encoding, body) in [
        (Encoding::Json, ""),
        (Encoding::Json, "[]"),
        (Encoding::Json, "{\"resourceSpans\":[{]}"),
        (Encoding::Json, r#"{"resourceSpans":{"a":"secret"}}"#),
        (Encoding::Json, secret),
        (Encoding::Json, "{\"resourceSpans\":[\"secret\"]}"),
        (Encoding::Protobuf, "secret"),
        (Encoding::Protobuf, "\n\u{7f}secret"),
    ] {
        let problem = all(Signal::Traces, encoding, body.as_bytes()).unwrap_err().to_string();
        assert!(!problem.contains("secret"), "{problem}");
    }
    let malformed = |body: &[u8]| all(Signal::Traces, Encoding::Protobuf, body).unwrap_err();
    assert_eq!(malformed(&[0x0b]), Malformed::WireType(3));
    assert_eq!(malformed(&[0xff; 11]), Malformed::Varint);
    assert_eq!(malformed(&bytes(1, &[0x12, 5, 1])), Malformed::Truncated(4));
    assert_eq!(malformed(&number(1, 1)), Malformed::FieldType(1));
    assert_eq!(malformed(&request(&[bytes(5, b"\xff")])), Malformed::Text);
}

#[test]
fn content_types_and_statuses_are_those_of_the_specification() {
    for (said, is) in [
        ("application/json", Some(Encoding::Json)),
        ("Application/JSON; charset=utf-8", Some(Encoding::Json)),
        ("application/x-protobuf", Some(Encoding::Protobuf)),
        ("application/grpc", None),
        ("text/plain", None),
        ("", None),
    ] {
        assert_eq!(Encoding::of(said), is, "{said}");
    }
    let status: Value = serde_json::from_slice(&reply::status(Encoding::Json, 3, "m")).unwrap();
    assert_eq!(status, json!({"code": 3, "message": "m"}));
    assert_eq!(reply::status(Encoding::Protobuf, 14, "m"), [8, 14, 18, 1, b'm']);
    let codes = [400, 401, 403, 405, 413, 415, 429, 503].map(reply::code_of);
    assert_eq!(codes, [3, 16, 7, 12, 8, 3, 8, 14]);
}

#[test]
fn deep_nesting_and_many_attributes_are_stepped_over() {
    let deep = format!(r#"{{"resourceSpans":[],"x":{}1{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert!(all(Signal::Traces, Encoding::Json, deep.as_bytes()).is_ok());
    let many: Vec<u8> = (0..1_000).flat_map(|_| attribute(9, "k", &[])).collect();
    let span = [proto_span(), many].concat();
    let mut kept = 0;
    read((Signal::Traces, Encoding::Protobuf), "w", &request(&[span]), &mut |_, record| {
        kept = record.as_ref().unwrap().attributes().map_or(0, |all| all.0.len());
    })
    .unwrap();
    assert_eq!(kept, super::MOST_ATTRIBUTES);
}

#[test]
fn numbers_are_read_in_every_form_in_which_json_has_them() {
    let value = |number: &str| {
        let body = format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"m","sum":{{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{{{number}}}]}}}}]}}]}}]}}"#
        );
        let mut seen = None;
        read((Signal::Metrics, Encoding::Json), "w", body.as_bytes(), &mut |_, record| {
            if let Ok(Record::Point(point)) = record {
                assert_eq!(point.growth, Growth::Total);
                seen = Some(point.value);
            }
        })
        .map(|_| seen)
    };
    assert_eq!(value(r#""asInt":"-3""#), Ok(Some(Number::Whole(-3))));
    assert_eq!(value(r#""asInt":3"#), Ok(Some(Number::Whole(3))));
    assert_eq!(value(r#""asDouble":3"#), Ok(Some(Number::Real(3.0))));
    assert_eq!(value(r#""asDouble":"Infinity""#), Ok(Some(Number::Real(f64::INFINITY))));
    assert_eq!(value(r#""timeUnixNano":1.7e18,"asInt":1"#), Ok(Some(Number::Whole(1))));
    assert_eq!(value(r#""exemplars":[]"#), Ok(None), "a point without a value counts nothing");
    assert_eq!(value(r#""asInt":"three""#), Err(Malformed::Shape));
    assert_eq!(value(r#""timeUnixNano":-1,"asInt":1"#), Err(Malformed::Shape));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for signal in Signal::ALL {
            for encoding in [Encoding::Json, Encoding::Protobuf] {
                let _ = all(*signal, encoding, &body);
            }
        }
    }

    #[test]
    fn a_body_that_is_cut_or_changed_is_read_without_panic(cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for (signal, body) in [
            (Signal::Traces, request(&[proto_span()])),
            (Signal::Metrics, request(&[proto_metric(7, 1, 1, &fixed(6, 7))])),
            (Signal::Logs, request(&[attribute(6, "a", &bytes(1, b"x"))])),
        ] {
            let mut changed = body.clone();
            let place = at.index(changed.len());
            changed[place] = byte;
            let _ = all(signal, Encoding::Protobuf, &changed);
            let cut = cut.index(body.len());
            let _ = all(signal, Encoding::Protobuf, &body[..cut]);
        }
    }
}

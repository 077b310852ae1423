//! Measures how long a post of spans takes to read and weigh: one turn of a coding agent, 543 spans
//! in about 1.2 MB of JSON. `cargo run --release -p protocols --example otlp`.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::hint::black_box;
use std::time::Instant;

use domain::telemetry::meter::{Context, worth};
use domain::telemetry::{Client, Signal};
use protocols::otlp::{Encoding, read};

/// Spans of one turn.
const SPANS: u32 = 543;
/// How often they are read.
const ROUNDS: u32 = 50;

fn main() {
    let body = body();
    let (mut fastest, mut calls) = (u128::MAX, 0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        calls = 0;
        let tally = read((Signal::Traces, Encoding::Json), "w", body.as_bytes(), &mut |resource, record| {
            let Ok(record) = record else { return };
            let context = Context { client: Client::Other, service: "", resource };
            calls += u32::from(black_box(worth(context, record)).is_some());
        });
        black_box(tally).ok();
        fastest = fastest.min(begun.elapsed().as_micros());
    }
    println!("{} bytes of JSON, {SPANS} spans, {calls} of them calls: {fastest} µs", body.len());
}

fn body() -> String {
    let spans: Vec<String> = (1..=SPANS).map(span).collect();
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#, spans.join(","))
}

fn span(number: u32) -> String {
    let text = |key: &str, value: &str| format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#);
    let whole = |key: &str, value: u32| format!(r#"{{"key":"{key}","value":{{"intValue":"{value}"}}}}"#);
    let mut attributes: Vec<String> =
        (0..14).map(|index| text(&format!("code.attribute.{index}"), &"x".repeat(90))).collect();
    if number.is_multiple_of(20) {
        attributes.push(text("gen_ai.operation.name", "chat"));
        attributes.push(whole("gen_ai.usage.input_tokens", 1_000 + number));
    }
    format!(
        r#"{{"traceId":"{number:032x}","spanId":"{number:016x}","name":"turn","startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000001","attributes":[{}]}}"#,
        attributes.join(",")
    )
}

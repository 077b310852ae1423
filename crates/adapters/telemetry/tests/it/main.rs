//! The exporter against a collector that is well, slow, choosy, busy, or not there.
//!
//! Every test waits for what it waits for and nothing else; pauses are a few milliseconds.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail their test")]

use std::io::Read as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Timestamp;
use domain::ids::InferenceId;
use domain::inference::Fact;
use genai::{Ended, Observer as _, Sampler, Seen, Trace};
use serde_json::Value;
use telemetry::{Exporter, Myself, Parts, Running, Settings};
use testkit::collector::{Collector, Reply};
use testkit::prelude::*;

mod make;

const SOON: Duration = Duration::from_secs(5);

/// Settings for a collector, as its environment would give them.
fn settings(collector: &Collector, more: &[(&str, &str)]) -> Settings {
    let url = collector.url();
    let usual = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ("OTEL_BSP_SCHEDULE_DELAY", "5"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
    ];
    let look = |name: &str| {
        let found = more.iter().chain(&usual).find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let reading = telemetry::read(look, Myself { version: "0", instance: "life" });
    assert_eq!(reading.problems, []);
    reading.settings.unwrap()
}

fn start(settings: &Settings) -> (Exporter, Running) {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let clock = ManualClock::at("2026-03-02T09:00:00Z").shared();
    let parts = Parts { first_pause: Duration::from_millis(4), ..Parts::new(clock, CountingSeeds::shared()) };
    telemetry::start(settings, &parts).unwrap()
}

/// Only spans.
const TRACES: (&str, &str) = ("OTEL_METRICS_EXPORTER", "none");
/// Only numbers.
const METRICS: (&str, &str) = ("OTEL_TRACES_EXPORTER", "none");

fn tell(exporter: &Exporter, number: u8) {
    let id = InferenceId::new(Timestamp::from_ms(1_772_442_000_000), [number; 10]);
    let fact: Fact = make::fact(id);
    let trace = Trace::begin(id, None, None, Sampler::default());
    exporter.ended(&Ended { fact: &fact, trace: &trace, seen: &Seen::default() });
}

fn spans(request: &testkit::upstream::Recorded) -> Vec<Value> {
    request.json()["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn spans_gather_and_go_out_with_the_headers_that_were_asked_for() {
    let collector = Collector::start([]);
    let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20x");
    let (exporter, running) = start(&settings(&collector, &[TRACES, headers]));
    (0..3).for_each(|number| tell(&exporter, number));
    running.shut_down(SOON).await;
    let requests = collector.requests();
    assert_eq!(requests.iter().map(|request| spans(request).len()).sum::<usize>(), 3);
    let first = &requests[0];
    assert_eq!((first.method.as_str(), first.path.as_str()), ("POST", "/v1/traces"));
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("authorization"), Some("Bearer x"));
    let service = &first.json()["resourceSpans"][0]["resource"]["attributes"][0];
    assert_eq!(service["value"]["stringValue"], "countersign");
}

#[tokio::test]
async fn a_request_can_be_protobuf_and_compressed() {
    let collector = Collector::start([]);
    let (exporter, running) = start(&settings(
        &collector,
        &[
            TRACES,
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ],
    ));
    tell(&exporter, 1);
    running.shut_down(SOON).await;
    let requests = collector.requests();
    let [request] = &requests[..] else { panic!("one request: {requests:?}") };
    assert_eq!(request.header("content-type"), Some("application/x-protobuf"));
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&request.body[..]).read_to_end(&mut plain).unwrap();
    assert_eq!(plain[0], 0x0a, "field 1, a message");
    let name = b"gen_ai.operation.name";
    assert!(plain.windows(name.len()).any(|window| window == name));
}

#[tokio::test]
async fn a_batch_is_no_larger_than_it_may_be() {
    let collector = Collector::start([]);
    let (exporter, running) =
        start(&settings(&collector, &[TRACES, ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2")]));
    (0..5).for_each(|number| tell(&exporter, number));
    running.shut_down(SOON).await;
    let sizes: Vec<_> = collector.requests().iter().map(|request| spans(request).len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_collector_gets_the_same_request_again() {
    for busy in
        [Reply::status(429), Reply::RetryAfter(503, 0), Reply::status(502), Reply::status(504), Reply::Close]
    {
        let collector = Collector::start([busy.clone(), busy.clone()]);
        let (exporter, running) = start(&settings(&collector, &[TRACES]));
        tell(&exporter, 1);
        let requests = collector.wait_for(3);
        assert_eq!(spans(&requests[0]), spans(&requests[2]), "{busy:?}");
        running.shut_down(SOON).await;
        assert_eq!(collector.requests().len(), 3, "{busy:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_collector_refuses_is_not_sent_again() {
    for reply in [
        Reply::status(400),
        Reply::status(401),
        Reply::status(413),
        Reply::status(500),
        Reply::Answer(200, br#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}"#.to_vec()),
    ] {
        let collector = Collector::start([reply.clone()]);
        let (exporter, running) = start(&settings(&collector, &[TRACES]));
        tell(&exporter, 1);
        let first = spans(&collector.wait_for(1)[0]);
        tell(&exporter, 2);
        let second = spans(&collector.wait_for(2)[1]);
        running.shut_down(SOON).await;
        assert_ne!(first, second, "{reply:?}");
        assert_eq!(collector.requests().len(), 2, "{reply:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_costs_calls_nothing_and_memory_little() {
    let collector = Collector::start(std::iter::repeat_n(Reply::Hang, 100));
    let (exporter, running) = start(&settings(&collector, &[TRACES, ("OTEL_BSP_MAX_QUEUE_SIZE", "8")]));
    tell(&exporter, 0);
    let _hanging = collector.wait_for(1);
    let begun = Instant::now();
    for number in 0..=255 {
        tell(&exporter, number);
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "telling never waits: {:?}", begun.elapsed());
    let begun = Instant::now();
    running.shut_down(Duration::from_millis(50)).await;
    assert!(begun.elapsed() < SOON, "and neither does the end of the server");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_comes_back_gets_what_is_told_from_then_on() {
    let free = Collector::start([]).address();
    let there = Collector::start_on(free, []).unwrap();
    let settings = settings(&there, &[TRACES]);
    drop(there);
    let (exporter, running) = start(&settings);
    tell(&exporter, 1);
    let back = Collector::start_on(free, []).unwrap();
    tell(&exporter, 2);
    let _one_at_least = back.wait_for(1);
    running.shut_down(SOON).await;
    let told: Vec<_> = back.requests().iter().flat_map(spans).collect();
    assert!(told.iter().any(|span| span["spanId"] == "8202020202020202"), "{told:?}");
}

#[tokio::test]
async fn numbers_add_up_and_the_last_of_them_go_out_at_the_end() {
    let collector = Collector::start([]);
    let (exporter, running) = start(&settings(&collector, &[METRICS]));
    (0..3).for_each(|number| tell(&exporter, number));
    running.shut_down(SOON).await;
    let requests = collector.requests();
    let [request] = &requests[..] else { panic!("one request: {requests:?}") };
    assert_eq!(request.path, "/v1/metrics");
    let json = request.json();
    let metrics = json["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap();
    let of = |name: &str| metrics.iter().find(|metric| metric["name"] == name).unwrap();
    let duration = of("gen_ai.client.inference.duration");
    let point = &duration["histogram"]["dataPoints"][0];
    assert_eq!((&point["count"], &point["sum"]), (&"3".into(), &0.75.into()));
    assert_eq!(
        point["explicitBounds"].as_array().unwrap().len() + 1,
        point["bucketCounts"].as_array().unwrap().len()
    );
    assert_eq!(duration["histogram"]["aggregationTemporality"], 2);
    let input = of("gen_ai.client.inference.usage.input_tokens");
    assert_eq!(
        (&input["sum"]["dataPoints"][0]["asInt"], &input["sum"]["isMonotonic"]),
        (&"30".into(), &true.into())
    );
    assert_eq!(input["unit"], "{token}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_told_again_and_again_as_sums_or_as_deltas() {
    for (preference, grows) in [("cumulative", true), ("delta", false)] {
        let collector = Collector::start([]);
        let (exporter, running) = start(&settings(
            &collector,
            &[
                METRICS,
                ("OTEL_METRIC_EXPORT_INTERVAL", "5"),
                ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", preference),
            ],
        ));
        let count = |request: &testkit::upstream::Recorded| {
            let json = request.json();
            let metrics =
                json["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().cloned().unwrap();
            let metric = metrics.iter().find(|metric| metric["name"] == "gen_ai.client.inference.duration");
            metric.unwrap()["histogram"]["dataPoints"][0]["count"].as_str().unwrap().to_owned()
        };
        tell(&exporter, 1);
        let first = count(&collector.wait_for(1)[0]);
        tell(&exporter, 2);
        let expected = if grows { "2" } else { "1" };
        wait_until("the second call's number", || {
            let requests = collector.requests();
            let later = requests.iter().skip(1).map(&count).next_back();
            (later.as_deref() == Some(expected)).then_some(())
        });
        running.shut_down(SOON).await;
        assert_eq!(first, "1");
    }
}

#[test]
fn an_exporter_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Arc<Exporter>>();
}

//! The real server tells a real collector of its calls.

use e2e::{CHAT, Server, Upstream, Workspace, ask};
use serde_json::Value;
use testkit::collector::{Collector, Reply};

fn requests(collector: &Collector, path: &str) -> Vec<Value> {
    let requests = collector.requests();
    requests.iter().filter(|request| request.path == path).map(testkit::upstream::Recorded::json).collect()
}

fn start(collector: &Collector, protocol: &str) -> (Server, Upstream) {
    let upstream = Upstream::start();
    let server = Server::start_in(
        Workspace::new(&upstream),
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url().as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
        ],
    );
    (server, upstream)
}

#[test]
fn what_a_call_did_is_with_the_collector_when_the_server_has_stopped() {
    let collector = Collector::start([]);
    let (mut server, _upstream) = start(&collector, "http/json");
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    server.stop();
    let traces = requests(&collector, "/v1/traces");
    let span = &traces[0]["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(format!("inf_{}", span["traceId"].as_str().unwrap()), reply.inference());
    let told = format!("{traces:?}{:?}", requests(&collector, "/v1/metrics"));
    for name in
        ["gen_ai.usage.input_tokens", "countersign.owner.id", "gen_ai.client.token.usage", "countersign.cost"]
    {
        assert!(told.contains(name), "{name} in {told}");
    }
    for content in [e2e::PROMPT, e2e::ANSWER, key.as_str()] {
        assert!(!told.contains(content), "{content} in {told}");
    }
}

#[test]
fn a_collector_that_never_answers_keeps_no_call_and_no_end_waiting() {
    let collector = Collector::start(std::iter::repeat_n(Reply::Hang, 100));
    let (mut server, _upstream) = start(&collector, "grpc and more");
    let key = server.key("support");
    for _ in 0..5 {
        drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    }
    let begun = std::time::Instant::now();
    server.stop();
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    let log = server.log();
    assert!(log.contains("OTEL_EXPORTER_OTLP_PROTOCOL is neither"), "{log}");
}

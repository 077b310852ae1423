//! The variables, as a table.

use std::collections::BTreeMap;

use genai::{Heed, Root};

use super::*;

fn reading(variables: &[(&str, &str)]) -> Reading {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    let look = |name: &str| variables.get(name).map(|text| (*text).to_owned());
    read(look, Myself { version: "1.2.3", instance: "life" })
}

fn settings(variables: &[(&str, &str)]) -> Settings {
    let Reading { settings, problems } = reading(variables);
    assert_eq!(problems, [], "{variables:?}");
    settings.unwrap()
}

const BASE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");

#[test]
fn nothing_is_told_where_no_one_asked() {
    for variables in [
        &[][..],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")],
        &[("OTEL_SERVICE_NAME", "gateway")],
        &[BASE, ("OTEL_SDK_DISABLED", "TRUE")],
        &[BASE, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")],
    ] {
        assert_eq!(reading(variables), Reading { settings: None, problems: vec![] }, "{variables:?}");
    }
}

#[test]
fn a_common_endpoint_is_a_base_and_one_of_a_kind_is_taken_as_it_stands() {
    let urls = |variables: &[(&str, &str)]| {
        let settings = settings(variables);
        [settings.traces, settings.metrics].map(|to| to.map(|to| to.url).unwrap_or_default())
    };
    assert_eq!(urls(&[BASE]), ["http://collector:4318/v1/traces", "http://collector:4318/v1/metrics"]);
    let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://t.example/in/");
    assert_eq!(urls(&[BASE, own]), ["https://t.example/in/", "http://collector:4318/v1/metrics"]);
    assert_eq!(urls(&[own]), ["https://t.example/in/", ""]);
    assert_eq!(urls(&[("OTEL_METRICS_EXPORTER", "otlp")]), ["", "http://localhost:4318/v1/metrics"]);
    assert_eq!(urls(&[BASE, ("OTEL_TRACES_EXPORTER", "none")]), ["", "http://collector:4318/v1/metrics"]);
}

#[test]
fn what_is_of_a_kind_wins_over_what_is_common() {
    let settings = settings(&[
        BASE,
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20a, x-team = blue"),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "authorization=Bearer%20b"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "2000"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
    ]);
    let (traces, metrics) = (settings.traces.unwrap(), settings.metrics.unwrap());
    assert_eq!(traces.headers["authorization"], "Bearer a");
    assert_eq!(traces.headers["x-team"], "blue");
    assert_eq!(metrics.headers["authorization"], "Bearer b");
    assert_eq!(metrics.headers["x-team"], "blue");
    assert!(!format!("{traces:?}").contains("Bearer"), "a header may hold a credential");
    assert_eq!((traces.timeout.as_millis(), metrics.timeout.as_millis()), (500, 2000));
    assert_eq!((traces.compression, metrics.compression), (Compression::Gzip, Compression::None));
    assert_eq!((traces.protocol, metrics.protocol), (Protocol::Protobuf, Protocol::Json));
}

#[test]
fn what_is_not_said_is_as_the_specification_has_it() {
    let settings = settings(&[BASE]);
    let traces = settings.traces.unwrap();
    assert_eq!((traces.protocol, traces.compression), (Protocol::Protobuf, Compression::None));
    assert_eq!(traces.timeout, Duration::from_secs(10));
    assert_eq!((settings.interval, settings.delay), (Duration::from_secs(60), Duration::from_secs(5)));
    assert_eq!((settings.queue, settings.batch), (2048, 512));
    assert_eq!((settings.sampler.heed, settings.sampler.root), (Heed::Parent, Root::Always));
    assert_eq!((settings.names, settings.temporality), (Names::CurrentAndOlder, Temporality::Cumulative));
}

#[test]
fn the_resource_names_the_service_and_the_variables_win() {
    let resource = |variables: &[(&str, &str)], key: &str| {
        let found = settings(variables).resource.into_iter().filter(|(name, _)| name == key);
        found.map(|(_, value)| value).collect::<Vec<_>>()
    };
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=a,deployment.environment.name=pr%C3%B6d,");
    assert_eq!(resource(&[BASE], "service.name"), ["countersign"]);
    assert_eq!(resource(&[BASE], "service.instance.id"), ["life"]);
    assert_eq!(resource(&[BASE, attributes], "service.name"), ["a"]);
    assert_eq!(resource(&[BASE, attributes], "deployment.environment.name"), ["pröd"]);
    assert_eq!(resource(&[BASE, attributes, ("OTEL_SERVICE_NAME", "b")], "service.name"), ["b"]);
}

#[test]
fn what_can_t_be_used_is_named_without_its_value_and_the_rest_runs() {
    for (name, value, runs) in [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4317", "metrics"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "nothing"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc", "metrics"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "odd", "both"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "token-without-name", "both"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a b=token", "both"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=token%zz", "both"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=token%0A", "both"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "ten", "both"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "zstd", "both"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote", "both"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "both"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "-1", "both"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "both", "both"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "both"),
    ] {
        let Reading { settings, problems } = reading(&[BASE, (name, value)]);
        let running = match settings {
            None => "nothing",
            Some(Settings { traces: None, .. }) => "metrics",
            Some(Settings { metrics: None, .. }) => "traces",
            Some(_) => "both",
        };
        assert_eq!(running, runs, "{name}={value}");
        assert!(
            !problems.is_empty() && problems.iter().all(|problem| problem.variable == name),
            "{problems:?}"
        );
        let said = problems[0].to_string();
        assert!(!said.contains("token"), "{said}");
    }
}

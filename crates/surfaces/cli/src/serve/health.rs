//! `/healthz`, `/readyz` and `/metrics`: for machines that watch machines.

use std::collections::BTreeMap;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use control::Control;
use control::views::Tone;
use domain::switch::Scope;
use gateway::Gateway;
use ledger::Ledger;
use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::json;

/// Upper bounds of latency buckets, in seconds: from a cached answer to a long reasoning run.
const BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// What the three pages look at.
#[derive(Clone)]
pub(crate) struct Health {
    pub(crate) control: Control,
    pub(crate) gateway: Gateway,
    pub(crate) ledger: Ledger,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) instance: String,
}

/// Installs the recorder of metrics for this process.
pub(crate) fn recorder() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS)?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| anyhow::anyhow!("metrics: {error}"))?;
    gateway::metrics::describe();
    Ok(handle)
}

/// The three routes.
pub(crate) fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { (StatusCode::OK, "ok\n") }))
        .route("/readyz", get(ready))
        .route("/metrics", get(scrape))
        .with_state(health)
}

/// Ready while calls can be served and recorded. Spooling to disk and running on the last good
/// configuration are ready states, and are named.
async fn ready(State(health): State<Health>) -> Response {
    let readiness = health.control.readiness();
    let closing = health.gateway.is_closing();
    let ready = readiness.ready && !closing;
    let body = json!({"ready": ready, "shutting_down": closing, "checks": readiness.checks});
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

async fn scrape(State(health): State<Health>) -> Response {
    health.set_gauges();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], health.metrics.render()).into_response()
}

impl Health {
    #[expect(clippy::cast_precision_loss, reason = "gauges are floats; these counts are far below 2^52")]
    fn set_gauges(&self) {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let ledger = self.ledger.health();
        let loaded = self.gateway.configuration_loaded();
        let broken =
            self.control.readiness().checks.iter().any(|c| c.name == "configuration" && c.tone != Tone::Good);
        for ((provider, state), count) in lanes(&self.gateway) {
            gauge!("countersign_lanes", "provider" => provider, "state" => state).set(count as f64);
        }
        for cache in self.gateway.caches() {
            let workflow = cache.workflow.to_string();
            gauge!("countersign_cache_bytes", "workflow" => workflow.clone()).set(cache.bytes as f64);
            gauge!("countersign_cache_answers", "workflow" => workflow).set(cache.answers as f64);
        }
        gauge!("countersign_running_calls").set(self.gateway.running_under(&Scope::All) as f64);
        gauge!("countersign_ledger_spool_records").set(ledger.spooled_records as f64);
        gauge!("countersign_ledger_spool_bytes").set(ledger.spooled_bytes as f64);
        gauge!("countersign_ledger_database_up").set(flag(ledger.database_error.is_none()));
        gauge!("countersign_content_dropped").set(ledger.dropped_bodies as f64);
        gauge!("countersign_config_loaded_timestamp_seconds").set((loaded.ms() / 1_000) as f64);
        gauge!("countersign_config_broken").set(flag(broken));
        gauge!("countersign_switches_thrown").set(self.gateway.switches_thrown() as f64);
        gauge!("countersign_info", "version" => env!("CARGO_PKG_VERSION"), "instance" => self.instance.clone())
            .set(1.0);
    }
}

/// How many lanes of each provider stand how; what stands nowhere is there with 0.
fn lanes(gateway: &Gateway) -> BTreeMap<(String, &'static str), u64> {
    let mut counts = BTreeMap::new();
    for lane in gateway.lanes() {
        let provider = lane.lane.provider.to_string();
        for state in ["closed", "open", "half-open"] {
            let count = counts.entry((provider.clone(), state)).or_insert(0);
            *count += u64::from(lane.position.as_str() == state);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_says_what_it_means() {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            gateway::metrics::describe();
            for metric in gateway::metrics::METRICS {
                match metric.kind {
                    "counter" => metrics::counter!(metric.name).increment(1),
                    "histogram" => metrics::histogram!(metric.name).record(1.0),
                    _ => gauge!(metric.name).set(1.0),
                }
            }
        });
        let page = recorder.handle().render();
        for metric in gateway::metrics::METRICS {
            let line = format!("# HELP {} {}\n", metric.name, metric.meaning);
            assert!(page.contains(&line), "{line}{page}");
        }
    }
}

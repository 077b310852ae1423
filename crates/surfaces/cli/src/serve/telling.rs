//! Whom this server tells of its calls: an OpenTelemetry collector, where the environment names one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use domain::ids::Seeds;
use domain::time::SharedClock;
use gateway::Telemetry;
use telemetry::{Destination, Myself, Parts, Reading, Running};

use crate::environment;

/// How long the collector has at the end to take what has gathered.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The exporter of a server; empty where nobody is told.
#[derive(Clone, Default)]
pub(crate) struct Telling {
    gateway: Option<Telemetry>,
    running: Arc<Mutex<Option<Running>>>,
}

impl Telling {
    /// Starts what the environment asks for. A variable that can't be used is named in the log.
    pub(crate) fn start(clock: &SharedClock, seeds: &Arc<dyn Seeds>, instance: &str) -> anyhow::Result<Self> {
        let myself = Myself { version: env!("CARGO_PKG_VERSION"), instance };
        let Reading { settings, problems } = telemetry::read(environment::telemetry, myself);
        for problem in problems {
            tracing::warn!(%problem, "a variable about telemetry can't be used");
        }
        let Some(settings) = settings else { return Ok(Self::default()) };
        let parts = Parts::new(Arc::clone(clock), Arc::clone(seeds));
        let (exporter, running) = telemetry::start(&settings, &parts).context("starting telemetry")?;
        let place =
            |to: &Option<Destination>| to.as_ref().map_or_else(|| "nowhere".to_owned(), |to| shown(&to.url));
        let (traces, metrics) = (place(&settings.traces), place(&settings.metrics));
        tracing::info!(traces, metrics, "calls are told to a telemetry collector");
        let gateway = Some(Telemetry { sampler: settings.sampler, observer: Arc::new(exporter) });
        Ok(Self { gateway, running: Arc::new(Mutex::new(Some(running))) })
    }

    /// Whom a gateway tells.
    pub(crate) fn gateway(&self) -> Option<Telemetry> {
        self.gateway.clone()
    }

    /// Tells the rest, and ends.
    pub(crate) async fn end(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            running.shut_down(LAST_WORDS).await;
        }
    }
}

/// A URL without what may be a credential in it: before an `@`, or in a query.
fn shown(url: &str) -> String {
    let without_query = url.split(['?', '#']).next().unwrap_or_default();
    match without_query.split_once("://").map(|(scheme, rest)| (scheme, rest.rsplit_once('@'))) {
        Some((scheme, Some((_, rest)))) => format!("{scheme}://{rest}"),
        _ => without_query.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_url_is_shown_without_credentials() {
        for (url, expected) in [
            ("http://collector:4318/v1/traces", "http://collector:4318/v1/traces"),
            ("https://user:pass@host/v1/traces?token=x", "https://host/v1/traces"),
            ("https://host/in#x", "https://host/in"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}

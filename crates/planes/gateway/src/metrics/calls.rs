//! The metrics of calls that have ended.
//!
//! To find a metric by its labels costs more than to count, so those of a workflow at a target are
//! found once and kept. There are as many as the workspace has had names for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use config::Snapshot;
use domain::NanoUsd;
use domain::abandoned::Abandoned;
use domain::ids::{ProviderId, WorkflowId};
use domain::inference::{Fact, Status, Target};
use metrics::{Counter, Histogram, counter, histogram};

use super::label::label;
use super::{CALLS, COST, DURATION, FIRST_BYTE, TOKENS, seconds};

/// What stands for a model that only its caller named.
const OTHER: &str = "other";

type ByModel = HashMap<String, Arc<Series>>;

/// Counts calls.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<HashMap<WorkflowId, HashMap<ProviderId, ByModel>>>);

/// The metrics of one workflow at one target.
#[derive(Debug)]
struct Series {
    names: [(&'static str, String); 3],
    calls: [OnceLock<Counter>; Status::ALL.len()],
    tokens: [OnceLock<Counter>; 4],
    cost: OnceLock<Counter>,
    duration: Histogram,
    first_byte: Histogram,
}

impl Calls {
    /// Counts a call that has ended, which ran under this configuration.
    pub(crate) fn ended(&self, snapshot: &Snapshot, fact: &Fact) {
        let workflow = &fact.attribution.workflow;
        let Some(target) = &fact.target else {
            counter!(CALLS, "workflow" => workflow.to_string(), "provider" => "none", "model" => "none",
                "status" => fact.status.as_str())
            .increment(1);
            return;
        };
        let series = self.at(snapshot, workflow, target);
        series.call(fact.status).increment(1);
        let usage = &fact.usage;
        let kinds = [
            ("input", usage.input),
            ("cache_read", usage.cache_read),
            ("cache_write", usage.cache_write_5m.saturating_add(usage.cache_write_1h)),
            ("output", usage.output),
        ];
        for ((kind, tokens), counter) in kinds.into_iter().zip(&series.tokens) {
            if tokens > 0 {
                counter.get_or_init(|| series.counter(TOKENS, "kind", kind)).increment(tokens);
            }
        }
        series.costs(fact.answered_cost());
        for Abandoned { target, cost, .. } in &fact.abandoned {
            self.at(snapshot, workflow, target).costs(*cost);
        }
        series.duration.record(seconds(fact.duration_ms));
        if let Some(first_byte_ms) = fact.first_byte_ms {
            series.first_byte.record(seconds(first_byte_ms));
        }
    }

    fn at(&self, snapshot: &Snapshot, workflow: &WorkflowId, target: &Target) -> Arc<Series> {
        let model = label(snapshot, workflow, target).unwrap_or(OTHER);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(workflow).and_then(|known| known.get(&target.provider)?.get(model));
        if let Some(series) = found {
            return Arc::clone(series);
        }
        let series = Arc::new(Series::new(workflow, &target.provider, model));
        let models = known.entry(workflow.clone()).or_default().entry(target.provider.clone()).or_default();
        models.insert(model.to_owned(), Arc::clone(&series));
        series
    }
}

impl Series {
    fn new(workflow: &WorkflowId, provider: &ProviderId, model: &str) -> Self {
        let (workflow, provider) = (workflow.to_string(), provider.to_string());
        Self {
            calls: Default::default(),
            tokens: Default::default(),
            cost: OnceLock::new(),
            duration: histogram!(DURATION, "workflow" => workflow.clone(), "provider" => provider.clone()),
            first_byte: histogram!(FIRST_BYTE, "workflow" => workflow.clone(), "provider" => provider.clone()),
            names: [("workflow", workflow), ("provider", provider), ("model", model.to_owned())],
        }
    }

    fn call(&self, status: Status) -> &Counter {
        let [first, ..] = &self.calls;
        let at = Status::ALL.iter().position(|known| *known == status);
        let counter = at.and_then(|at| self.calls.get(at)).unwrap_or(first);
        counter.get_or_init(|| self.counter(CALLS, "status", status.as_str()))
    }

    fn costs(&self, cost: NanoUsd) {
        let nano = u64::try_from(cost.nano()).unwrap_or(0);
        if nano > 0 {
            self.cost.get_or_init(|| counter!(COST, self.names.as_slice())).increment(nano);
        }
    }

    fn counter(&self, name: &'static str, label: &'static str, value: &'static str) -> Counter {
        let mut labels = self.names.to_vec();
        labels.push((label, value.to_owned()));
        counter!(name, labels.as_slice())
    }
}

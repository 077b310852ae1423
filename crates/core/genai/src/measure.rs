//! From the record of a call to the numbers it adds to metrics.
//!
//! Labels are names of the workspace and stable words. The name of a model that a caller could make
//! up is told as `other`, so that callers can't grow the number of series; whoever adds the numbers
//! up sets a limit of his own all the same.

use std::sync::Arc;

use domain::NanoUsd;
use domain::abandoned::Abandoned;
use domain::cache::CacheUse;
use domain::inference::{Endpoint, Fact};

use crate::attribute::{Attribute, List, Value};
use crate::names::{
    ADDRESS, ERROR, Names, OPERATION, PORT, PROVIDER, REQUEST_MODEL, RESPONSE_MODEL, WORKFLOW,
};
use crate::provider::NOWHERE;
use crate::span::{error, operation};
use crate::{Ended, Seen};

/// The attributes that name a series.
pub type Labels = Arc<[Attribute]>;

/// How the numbers of a metric add up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Instrument {
    /// To a sum that only grows.
    Counter,
    /// To buckets with these upper bounds, in thousandths of the unit.
    Histogram(&'static [i64]),
}

/// A metric.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its unit, as UCUM writes it.
    pub unit: &'static str,
    /// What it counts.
    pub about: &'static str,
    /// How its numbers add up.
    pub instrument: Instrument,
}

/// A number that a call adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measured {
    /// So many milliseconds.
    Ms(i64),
    /// So many.
    Count(u64),
}

/// A number, and where it is added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measurement {
    /// The metric.
    pub metric: &'static Metric,
    /// The series.
    pub labels: Labels,
    /// The number.
    pub measured: Measured,
}

/// The conventions' buckets for times, in milliseconds.
const TIMES: &[i64] = &[10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_240, 20_480, 40_960, 81_920];
/// The conventions' buckets for tokens, in thousandths of a token.
const TOKENS: &[i64] = &[
    1_000,
    4_000,
    16_000,
    64_000,
    256_000,
    1_024_000,
    4_096_000,
    16_384_000,
    65_536_000,
    262_144_000,
    1_048_576_000,
    4_194_304_000,
    16_777_216_000,
    67_108_864_000,
];

const fn time(name: &'static str, about: &'static str) -> Metric {
    Metric { name, unit: "s", about, instrument: Instrument::Histogram(TIMES) }
}

const fn spread(name: &'static str, about: &'static str) -> Metric {
    Metric { name, unit: "{token}", about, instrument: Instrument::Histogram(TOKENS) }
}

const fn tokens(name: &'static str, about: &'static str) -> Metric {
    Metric { name, unit: "{token}", about, instrument: Instrument::Counter }
}

static DURATION: Metric = time("gen_ai.client.inference.duration", "How long an inference took.");
static FIRST_CHUNK: Metric =
    time("gen_ai.client.inference.time_to_first_chunk", "How long a stream took to its first chunk.");
static INPUT: Metric =
    tokens("gen_ai.client.inference.usage.input_tokens", "Input tokens used, cached ones included.");
static OUTPUT: Metric =
    tokens("gen_ai.client.inference.usage.output_tokens", "Output tokens used, reasoning included.");
static CACHE_READ: Metric =
    tokens("gen_ai.client.inference.usage.cache_read.input_tokens", "Input tokens read from a cache.");
static CACHE_WRITE: Metric =
    tokens("gen_ai.client.inference.usage.cache_write.input_tokens", "Input tokens written to a cache.");
static REASONING: Metric =
    tokens("gen_ai.client.inference.usage.reasoning.output_tokens", "Output tokens of reasoning.");
static INPUT_SPREAD: Metric =
    spread("gen_ai.client.inference.operation.input_tokens", "Input tokens of an inference.");
static OUTPUT_SPREAD: Metric =
    spread("gen_ai.client.inference.operation.output_tokens", "Output tokens of an inference.");
static EMBEDDINGS: Metric = time("gen_ai.client.embeddings.duration", "How long a call for embeddings took.");
static EMBEDDINGS_INPUT: Metric =
    spread("gen_ai.client.embeddings.operation.input_tokens", "Input tokens of a call for embeddings.");
static OPERATION_DURATION: Metric = time("gen_ai.client.operation.duration", "How long an operation took.");
static OPERATION_FIRST_CHUNK: Metric =
    time("gen_ai.client.operation.time_to_first_chunk", "How long a stream took to its first chunk.");
static TOKEN_USAGE: Metric = spread("gen_ai.client.token.usage", "Tokens used, by type.");
static COST: Metric = Metric {
    name: "countersign.cost",
    unit: "{nano_usd}",
    about: "What calls cost, in nano-dollars (10⁻⁹ USD).",
    instrument: Instrument::Counter,
};

static SAVED: Metric = Metric {
    name: "countersign.cache.saved",
    unit: "{nano_usd}",
    about: "What answers out of the cache cost when they were first given, in nano-dollars.",
    instrument: Instrument::Counter,
};

/// The numbers that a call adds. An answer out of the cache is no inference: it adds what it saved,
/// and no time and no tokens of a provider that was not asked.
#[must_use]
pub fn measure(ended: &Ended<'_>, names: Names) -> Vec<Measurement> {
    let mut sheet = Sheet { list: Vec::with_capacity(14), labels: common(ended), names };
    if let Some(CacheUse::Hit(hit)) = &ended.fact.cache {
        let labels = Arc::clone(&sheet.labels);
        sheet.add(&SAVED, &labels, Measured::Count(u64::try_from(hit.saved.nano()).unwrap_or(0)));
        return sheet.list;
    }
    times(&mut sheet, ended.fact);
    if ended.fact.target.is_some() && !counts(ended.fact) {
        used(&mut sheet, ended.fact);
        costs(&mut sheet, ended);
    }
    sheet.list
}

/// The numbers of one call while they are collected.
struct Sheet {
    list: Vec<Measurement>,
    labels: Labels,
    names: Names,
}

impl Sheet {
    fn add(&mut self, metric: &'static Metric, labels: &Labels, measured: Measured) {
        self.list.push(Measurement { metric, labels: Arc::clone(labels), measured });
    }

    /// The common labels and one more.
    fn with(&self, key: &'static str, value: impl Into<Value>) -> Labels {
        let more = Attribute { key, value: value.into() };
        self.labels.iter().cloned().chain([more]).collect()
    }
}

fn common(ended: &Ended<'_>) -> Labels {
    let Ended { fact, seen, .. } = *ended;
    let Seen { provider, server, model, label, .. } = seen;
    let mut list = List::default();
    list.add(OPERATION, operation(fact.endpoint));
    list.add(PROVIDER, provider.unwrap_or(NOWHERE));
    if fact.target.is_some() {
        list.add(REQUEST_MODEL, label.as_deref().unwrap_or("other").to_owned());
        list.maybe(RESPONSE_MODEL, model.clone().filter(|_| label.is_some()));
    }
    if let Some(server) = server {
        list.add(ADDRESS, server.host.clone());
        list.add(PORT, server.port);
    }
    list.add(WORKFLOW, fact.attribution.workflow.to_string());
    list.0.into()
}

/// What the call cost, under each target that may bill a part of it.
fn costs(sheet: &mut Sheet, ended: &Ended<'_>) {
    let Ended { fact, seen, .. } = *ended;
    let labels = Arc::clone(&sheet.labels);
    sheet.add(&COST, &labels, count(fact.answered_cost()));
    for Abandoned { target, cost, .. } in &fact.abandoned {
        let provider = seen.attempts.iter().find(|attempt| attempt.target == *target);
        let mut list = List::default();
        list.add(OPERATION, operation(fact.endpoint));
        list.add(PROVIDER, provider.and_then(|attempt| attempt.provider).unwrap_or(NOWHERE));
        // A call without a route has one target only.
        let label = target.route.as_ref().map(|_| &target.model).or(seen.label.as_ref());
        list.add(REQUEST_MODEL, label.map_or("other", String::as_str).to_owned());
        list.add(WORKFLOW, fact.attribution.workflow.to_string());
        sheet.add(&COST, &list.0.into(), count(*cost));
    }
}

fn count(cost: NanoUsd) -> Measured {
    Measured::Count(u64::try_from(cost.nano()).unwrap_or(0))
}

/// Whether only tokens were counted, and nothing was generated.
const fn counts(fact: &Fact) -> bool {
    matches!(fact.endpoint, Endpoint::CountTokens | Endpoint::GeminiCount)
}

fn times(sheet: &mut Sheet, fact: &Fact) {
    let labels = error(fact).map_or_else(|| Arc::clone(&sheet.labels), |class| sheet.with(ERROR, class));
    let took = Measured::Ms(fact.duration_ms.max(0));
    let metric = match fact.endpoint {
        Endpoint::Chat | Endpoint::Responses | Endpoint::Messages | Endpoint::Gemini => &DURATION,
        Endpoint::Embeddings => &EMBEDDINGS,
        Endpoint::CountTokens | Endpoint::GeminiCount => &OPERATION_DURATION,
    };
    sheet.add(metric, &labels, took);
    if sheet.names.older() && !counts(fact) {
        sheet.add(&OPERATION_DURATION, &labels, took);
    }
    if let Some(ms) = fact.first_byte_ms.filter(|_| fact.stream) {
        let (labels, first) = (Arc::clone(&sheet.labels), Measured::Ms(ms));
        sheet.add(&FIRST_CHUNK, &labels, first);
        if sheet.names.older() {
            sheet.add(&OPERATION_FIRST_CHUNK, &labels, first);
        }
    }
}

fn used(sheet: &mut Sheet, fact: &Fact) {
    let usage = &fact.usage;
    let plain = Arc::clone(&sheet.labels);
    let (input, output) = (usage.input_total(), usage.output);
    if fact.endpoint == Endpoint::Embeddings {
        sheet.add(&EMBEDDINGS_INPUT, &plain, Measured::Count(input));
    } else {
        // Providers do not say which tokens were text.
        let unknown = sheet.with("gen_ai.token.modality", "unknown");
        let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
        for (metric, count) in [
            (&INPUT, input),
            (&OUTPUT, output),
            (&CACHE_READ, usage.cache_read),
            (&CACHE_WRITE, written),
            (&REASONING, usage.reasoning),
        ] {
            sheet.add(metric, &unknown, Measured::Count(count));
        }
        sheet.add(&INPUT_SPREAD, &plain, Measured::Count(input));
        sheet.add(&OUTPUT_SPREAD, &plain, Measured::Count(output));
    }
    if sheet.names.older() && usage.total() > 0 {
        let labels = sheet.with("gen_ai.token.type", "input");
        sheet.add(&TOKEN_USAGE, &labels, Measured::Count(input));
        if fact.endpoint != Endpoint::Embeddings {
            let labels = sheet.with("gen_ai.token.type", "output");
            sheet.add(&TOKEN_USAGE, &labels, Measured::Count(output));
        }
    }
}

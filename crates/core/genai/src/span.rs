//! From the record of a call to its span.
//!
//! One span of kind client for the call, as the conventions' `gen_ai.client.inference` has it, and
//! below it one for each attempt that failed before. What is ours is under `countersign.`. Names of
//! the workspace, stable words, numbers, names of models: never a text from a body, and never the
//! caller's name for an end user.

use domain::Timestamp;
use domain::cache::CacheUse;
use domain::finish::Finish;
use domain::inference::{Endpoint, Fact, Status, Target};

use crate::attribute::{Attribute, List, Value, cut};
use crate::context::{Sampled, SpanId, TraceId};
use crate::names::{
    ADDRESS, ERROR, Names, OPERATION, PORT, PROVIDER, REQUEST_MODEL, RESPONSE_MODEL, WORKFLOW,
};
use crate::provider::{NOWHERE, older};
use crate::{Attempt, Ended, Seen};

/// Which side of a call a span is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The side that calls.
    Client,
}

/// Where the span's parent, or the whole trace, comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// From another system.
    Elsewhere,
    /// From this one.
    Here,
}

/// How what a span is about ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Without an error.
    Unset,
    /// With one, in one line without content.
    Error(String),
}

/// One span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// Its trace.
    pub trace: TraceId,
    /// Its id.
    pub id: SpanId,
    /// The span it is part of.
    pub parent: Option<SpanId>,
    /// Where its context comes from.
    pub origin: Origin,
    /// The trace's flags.
    pub flags: u8,
    /// What other systems keep in `tracestate`.
    pub state: Option<String>,
    /// Its name.
    pub name: String,
    /// Its side.
    pub kind: Kind,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// What is said of it.
    pub attributes: Vec<Attribute>,
    /// How it ended.
    pub outcome: Outcome,
}

/// The spans of a call; none where its trace is not told of.
#[must_use]
pub fn spans(ended: &Ended<'_>, names: Names) -> Vec<Span> {
    if ended.trace.sampled == Sampled::No {
        return Vec::new();
    }
    let mut spans = vec![whole(ended, names)];
    let attempts = ended.seen.attempts.iter().enumerate();
    spans.extend(attempts.map(|(number, failed)| attempt(ended, number + 1, failed)));
    spans
}

fn whole(ended: &Ended<'_>, names: Names) -> Span {
    let Ended { fact, trace, seen } = *ended;
    let mut list = List::default();
    request(&mut list, ended, names);
    answer(&mut list, fact, seen);
    usage(&mut list, fact, names);
    ours(&mut list, fact);
    let line = || cut(fact.error.as_deref().unwrap_or_default()).to_owned();
    let outcome = error(fact).map(|_| Outcome::Error(line()));
    Span {
        trace: trace.id,
        id: trace.span,
        parent: trace.parent,
        origin: if trace.parent.is_some() { Origin::Elsewhere } else { Origin::Here },
        flags: trace.flags(),
        state: trace.state.clone(),
        name: format!("{} {}", operation(fact.endpoint), model(fact)),
        kind: Kind::Client,
        start: fact.started,
        end: fact.started.plus_ms(fact.duration_ms.max(0)),
        attributes: list.0,
        outcome: outcome.unwrap_or(Outcome::Unset),
    }
}

fn request(list: &mut List, ended: &Ended<'_>, names: Names) {
    let Ended { fact, seen, .. } = *ended;
    let provider = seen.provider.unwrap_or(NOWHERE);
    list.add(OPERATION, operation(fact.endpoint));
    list.add(PROVIDER, provider);
    if names.older() {
        list.add("gen_ai.system", older(provider));
    }
    list.add(REQUEST_MODEL, model(fact).to_owned());
    if fact.stream {
        list.add("gen_ai.request.stream", true);
    }
    list.maybe("gen_ai.agent.name", fact.attribution.agent.as_ref().map(ToString::to_string));
    if let Some(prompt) = &fact.prompt {
        list.add("gen_ai.prompt.name", prompt.name.to_string());
        list.add("gen_ai.prompt.version", prompt.version.clone());
    }
    list.maybe("gen_ai.conversation.id", fact.attribution.session.clone());
    if let Some(server) = &seen.server {
        list.add(ADDRESS, server.host.clone());
        list.add(PORT, server.port);
    }
}

fn answer(list: &mut List, fact: &Fact, seen: &Seen) {
    list.maybe(RESPONSE_MODEL, seen.model.clone());
    list.maybe("gen_ai.response.id", seen.response.clone());
    if !seen.finishes.is_empty() {
        let words = seen.finishes.iter().map(Finish::as_str).collect();
        list.add("gen_ai.response.finish_reasons", Value::Words(words));
    }
    if fact.stream {
        list.maybe("gen_ai.response.time_to_first_chunk", fact.first_byte_ms.map(Value::Ms));
    }
    list.maybe(ERROR, error(fact));
    list.maybe("http.response.status_code", (fact.http_status > 0).then_some(fact.http_status));
}

fn usage(list: &mut List, fact: &Fact, names: Names) {
    let usage = &fact.usage;
    if usage.total() == 0 {
        return;
    }
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    list.add("gen_ai.usage.input_tokens", usage.input_total());
    if fact.endpoint != Endpoint::Embeddings {
        list.add("gen_ai.usage.output_tokens", usage.output);
    }
    list.some("gen_ai.usage.cache_read.input_tokens", usage.cache_read);
    list.some("gen_ai.usage.cache_write.input_tokens", written);
    if names.older() {
        list.some("gen_ai.usage.cache_creation.input_tokens", written);
    }
    list.some("gen_ai.usage.reasoning.output_tokens", usage.reasoning);
    list.add("countersign.usage.source", fact.usage_source.as_str());
}

fn ours(list: &mut List, fact: &Fact) {
    let of = &fact.attribution;
    list.add("countersign.inference.id", fact.id.to_string());
    list.add("countersign.run.id", of.run.to_string());
    list.add(WORKFLOW, of.workflow.to_string());
    list.add("countersign.owner.id", of.owner.to_string());
    list.add("countersign.pod.id", of.pod.to_string());
    list.add("countersign.key.id", of.key.to_string());
    list.maybe("countersign.step", of.step.clone());
    list.add("countersign.variant", fact.variant.clone());
    list.add("countersign.config", fact.config.clone());
    list.add("countersign.status", fact.status.as_str());
    list.maybe("countersign.code", fact.code.clone());
    list.maybe("countersign.target", fact.target.as_ref().map(place));
    let route = fact.target.as_ref().and_then(|target| target.route.as_ref());
    list.maybe("countersign.route", route.map(ToString::to_string));
    cache(list, fact);
    list.add("countersign.cost.nano_usd", fact.cost.nano());
    list.add("countersign.cost.usd", fact.cost.to_decimal());
    if fact.has_estimated_price() {
        list.add("countersign.cost.estimated", true);
    }
    if fact.simulated {
        list.add("countersign.simulated", true);
    }
}

/// What the cache did.
fn cache(list: &mut List, fact: &Fact) {
    match &fact.cache {
        Some(CacheUse::Hit(hit)) => {
            list.add("countersign.cache", "hit");
            list.add("countersign.cache.from", hit.from.to_string());
            list.add("countersign.cache.saved_nano_usd", hit.saved.nano());
        }
        Some(CacheUse::Miss) => list.add("countersign.cache", "miss"),
        None => {}
    }
}

fn attempt(ended: &Ended<'_>, number: usize, failed: &Attempt) -> Span {
    let Ended { fact, trace, .. } = *ended;
    let mut list = List::default();
    list.add(OPERATION, operation(fact.endpoint));
    list.maybe(PROVIDER, failed.provider);
    list.add(REQUEST_MODEL, failed.target.model.clone());
    list.add("countersign.target", place(&failed.target));
    list.add("countersign.attempt", u64::try_from(number).unwrap_or(u64::MAX));
    list.add(ERROR, failed.class.as_str());
    Span {
        trace: trace.id,
        id: trace.attempt(number),
        parent: Some(trace.span),
        origin: Origin::Here,
        flags: trace.flags(),
        state: trace.state.clone(),
        name: format!("attempt {}", place(&failed.target)),
        kind: Kind::Client,
        start: failed.began,
        end: failed.ended.max(failed.began),
        attributes: list.0,
        outcome: Outcome::Error(failed.class.as_str().to_owned()),
    }
}

fn place(target: &Target) -> String {
    format!("{}/{}", target.provider, cut(&target.model))
}

/// The model that the provider was asked for; what the caller asked for, where none was.
fn model(fact: &Fact) -> &str {
    cut(fact.target.as_ref().map_or(fact.asked.as_str(), |target| target.model.as_str()))
}

/// The convention's word for what was asked.
pub(crate) const fn operation(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Chat | Endpoint::Responses | Endpoint::Messages => "chat",
        Endpoint::Embeddings => "embeddings",
        Endpoint::Gemini => "generate_content",
        Endpoint::CountTokens | Endpoint::GeminiCount => "count_tokens",
    }
}

/// The class of the error a call ended with: our code, the provider's status, or how it ended. A
/// caller who goes away has made no error.
pub(crate) fn error(fact: &Fact) -> Option<Value> {
    match fact.status {
        Status::Ok | Status::Cancelled => None,
        Status::UpstreamError if fact.http_status >= 400 => Some(fact.http_status.to_string().into()),
        Status::UpstreamError | Status::Refused | Status::Failed | Status::Cut | Status::Lost => {
            Some(fact.code.clone().map_or_else(|| fact.status.as_str().into(), Value::from))
        }
    }
}

//! Cache: gives an answer again where exactly the same was asked before. Fails open: what can't be
//! decided is asked of the provider.
//!
//! It stands behind admission and the guards and before the first attempt, so a hit has an owner,
//! a switch that is on, a place within its limits and a record like any other call; only it costs
//! nothing. The key is a hash over everything that decides the answer: the seed of the workflow's
//! configuration, the number of the switch board (a turned switch forgets all), the target, the
//! request as the guards let it pass, and the headers that providers read. A workflow without a
//! cache passes here without a copy. See `docs/adr/0010-prompts-and-cache.md`.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts as Head;
use axum::http::{Response, StatusCode};
use bytes::{Bytes, BytesMut};
use config::CachePlan;
use domain::NanoUsd;
use domain::cache::{Answered, CacheUse, Finish, Found, Hands, Hit, Keep, Key, Unkept, Wish, unkept};
use domain::ids::InferenceId;
use domain::inference::{Endpoint, Status, Target, Verdict};
use protocols::request::View;
use sha2::{Digest, Sha256};

use super::admit::Admitted;
use super::cut::Cutter;
use super::guard;
use super::open::{Call, End};
use super::relay;
use crate::headers;
use crate::metrics::{self, Looked};

/// Headers that reach the provider, and on which no answer depends: of the client's program and of the
/// trace. What is not known to be one of these decides, because providers read what they like.
const IDLE: [&str; 11] = [
    "accept",
    "accept-charset",
    "accept-language",
    "cache-control",
    "content-type",
    "idempotency-key",
    "pragma",
    "traceparent",
    "tracestate",
    "user-agent",
    "x-request-id",
];
/// How names of such headers begin.
const IDLE_GROUPS: [&str; 3] = ["sec-", "x-goog-api-client", "x-stainless-"];

/// An answer as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    body: Bytes,
    content_type: Option<HeaderValue>,
    loss: Option<HeaderValue>,
    /// The provider's id of the answer: the caller reads it again.
    response_id: Option<String>,
    from: InferenceId,
    cost: NanoUsd,
}

/// What the cache does with one call.
#[derive(Debug)]
pub(super) enum Asked {
    /// It answers it.
    Hit(Hit),
    /// It had nothing, and may keep the answer.
    Miss(Box<Ticket>),
    /// It had nothing, and the caller does not want the answer kept.
    Passing,
}

/// A place for an answer that is still to come.
#[derive(Debug)]
pub(super) struct Ticket {
    key: Key,
    /// The target that the key names.
    target: Target,
    ttl: Duration,
    size: u64,
    max_answer: u64,
    /// Bytes that went to the caller so far.
    bytes: u64,
    pieces: Vec<Bytes>,
    content_type: Option<HeaderValue>,
    loss: Option<HeaderValue>,
    /// What makes the answer this call's alone, as far as it is known.
    hands: Hands,
    /// Whether all of it came: the provider ended it, and nothing broke off.
    came: bool,
}

impl Ticket {
    /// Takes note of a piece of the answer on its way to the caller.
    pub(super) fn saw(&mut self, piece: &Bytes) {
        self.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if self.bytes <= self.max_answer {
            self.pieces.push(piece.clone());
        } else {
            self.pieces = Vec::new();
        }
    }

    fn body(&self) -> Bytes {
        let mut body = BytesMut::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
        self.pieces.iter().for_each(|piece| body.extend_from_slice(piece));
        body.freeze()
    }
}

/// Looks for an answer. `None` where the call goes on to its provider.
pub(super) fn find(admitted: &mut Admitted, head: &Head) -> Option<Found<Kept>> {
    let Admitted { open, view, body, .. } = admitted;
    let call = open.call()?;
    let snapshot = std::sync::Arc::clone(&call.draft.caller.snapshot);
    let workflow = call.draft.caller.attribution.workflow.clone();
    let plan = snapshot.cache_of(&workflow)?;
    let wish = wish(&head.headers);
    if let Some(why) = bars(call, view) {
        call.draft.note("cache", Verdict::Pass, format!("not asked: {why}"));
        metrics::looked(&workflow, Looked::Passed);
        return None;
    }
    let key = key(call, plan, head, (view, body))?;
    let now = call.draft.gateway.now();
    let found = call
        .draft
        .gateway
        .shelves
        .with(&workflow, plan.settings.size, |shelf| shelf.find(&key, wish.find, now));
    let Some(found) = found else {
        call.cache = Some(Box::new(match wish.keep {
            Keep::Allowed => Asked::Miss(Box::new(Ticket::new(key, call.target.clone(), plan))),
            Keep::Forbidden => Asked::Passing,
        }));
        metrics::looked(&workflow, Looked::Miss);
        return None;
    };
    let hit = Hit { from: found.value.from, age_ms: found.age_ms, saved: found.value.cost };
    call.draft.note("cache", Verdict::Pass, words(&hit));
    call.cache = Some(Box::new(Asked::Hit(hit)));
    Some(found)
}

impl Ticket {
    fn new(key: Key, target: Target, plan: &CachePlan) -> Self {
        Self {
            key,
            target,
            ttl: plan.settings.ttl,
            size: plan.settings.size,
            max_answer: plan.settings.max_answer,
            bytes: 0,
            pieces: Vec::new(),
            content_type: None,
            loss: None,
            hands: Hands::None,
            came: false,
        }
    }
}

fn wish(headers: &HeaderMap) -> Wish {
    Wish::read(headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok()))
}

fn words(hit: &Hit) -> String {
    let Hit { from, age_ms, saved } = hit;
    format!("answered from memory: the answer to {from}, {} s old, which cost {saved}", age_ms / 1_000)
}

/// Why a call has no business with a cache.
fn bars(call: &Call, view: &View) -> Option<&'static str> {
    match () {
        () if matches!(call.draft.endpoint, Endpoint::CountTokens | Endpoint::GeminiCount) => {
            Some("counting tokens is free")
        }
        () if view.leaves_traces => Some("the call may leave something behind"),
        () if view.hidden_input => Some("it refers to what the provider keeps"),
        () if guard::has_pseudonyms(call) => Some("it holds pseudonyms of its run"),
        () => None,
    }
}

/// The key of a call; `None` where its body can't be read.
fn key(call: &Call, plan: &CachePlan, head: &Head, (view, body): (&View, &Bytes)) -> Option<Key> {
    let endpoint = call.draft.endpoint;
    let mut hash = Framed(Sha256::new());
    hash.part(&plan.seed);
    hash.part(&call.draft.gateway.parts.live.board().number().to_be_bytes());
    hash.part(endpoint.as_str().as_bytes());
    hash.part(call.target.provider.as_str().as_bytes());
    hash.part(call.target.model.as_bytes());
    hash.part(if view.stream { b"stream" } else { b"whole" });
    hash.part(head.uri.query().unwrap_or_default().as_bytes());
    for (name, value) in deciding(&head.headers, &plan.settings.vary) {
        hash.part(name.as_bytes());
        hash.part(value.as_bytes());
    }
    hash.part(b""); // no header has an empty name: here the body begins
    guard::aside(body.len(), || {
        for (name, value) in protocols::cache::members(endpoint, body)? {
            hash.part(&name);
            hash.part(value);
        }
        Some(Key(hash.0.finalize().into()))
    })
}

/// The headers that decide an answer, in the order of their names.
fn deciding<'h>(all: &'h HeaderMap, vary: &[String]) -> Vec<(&'h str, &'h HeaderValue)> {
    let is_idle = |name: &HeaderName| {
        let name = name.as_str();
        IDLE.contains(&name) || IDLE_GROUPS.iter().any(|group| name.starts_with(group))
    };
    let varies = |name: &HeaderName| vary.iter().any(|vary| vary == name.as_str());
    let counts = |name: &HeaderName| varies(name) || !(headers::stays_here(name) || is_idle(name));
    let named = all.iter().filter(|(name, _)| counts(name));
    let mut deciding: Vec<_> = named.map(|(name, value)| (name.as_str(), value)).collect();
    deciding.sort_by_key(|(name, _)| *name);
    deciding
}

/// A hash over parts, each framed by its length.
struct Framed(Sha256);

impl Framed {
    fn part(&mut self, part: &[u8]) {
        self.0.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(part);
    }
}

/// Answers from memory, settles and records.
pub(super) async fn answer(mut admitted: Admitted, found: Found<Kept>) -> Response<Body> {
    drop(std::mem::take(&mut admitted.body));
    let mut open = admitted.open;
    let Some(call) = open.call() else { return Response::new(Body::empty()) };
    if let Some(refusal) = Cutter::new(call).bars() {
        return relay::fail(open, End::Refused(refusal)).await;
    }
    let Found { value: Kept { body, content_type, loss, response_id, cost: saved, .. }, age_ms } = found;
    call.progress.http_status = StatusCode::OK.as_u16();
    call.progress.complete = true;
    call.progress.response_id = response_id;
    call.saw(&body);
    let mut kept = HeaderMap::with_capacity(12);
    kept.extend(content_type.map(|value| (CONTENT_TYPE, value)));
    let mut response = relay::response(call, StatusCode::OK, &kept, Body::from(body));
    let headers = response.headers_mut();
    headers.insert(AGE, HeaderValue::from(age_ms / 1_000));
    if let Some(loss) = loss {
        headers.insert("x-countersign-loss", loss);
    }
    headers::set(headers, "x-countersign-saved-usd", &saved.to_decimal());
    let cost = open.close(End::Answered).await;
    relay::set_cost(response.headers_mut(), cost);
    response
}

/// Says what the cache did.
pub(super) fn mark(call: &Call, headers: &mut HeaderMap) {
    let word = match call.cache.as_deref() {
        Some(Asked::Hit(_)) => "hit",
        Some(Asked::Miss(_) | Asked::Passing) => "miss",
        None => return,
    };
    headers::set(headers, "x-countersign-cache", word);
}

/// Takes note of what an answer is given again with: its type, and what translation lost.
pub(super) fn described(call: &mut Call, headers: &HeaderMap) {
    if let Some(Asked::Miss(ticket)) = call.cache.as_deref_mut() {
        ticket.content_type = headers.get(CONTENT_TYPE).and_then(copied);
        ticket.loss = headers.get("x-countersign-loss").and_then(copied);
    }
}

/// A value of its own: one that was read from a connection holds on to all that was read with it.
fn copied(value: &HeaderValue) -> Option<HeaderValue> {
    HeaderValue::from_bytes(value.as_bytes()).ok()
}

/// The provider has ended its answer, and all of it came.
pub(super) fn came(call: &mut Call) {
    if let Some(Asked::Miss(ticket)) = call.cache.as_deref_mut() {
        ticket.came = true;
    }
}

/// The answer that comes now is limited to what a budget pays for.
pub(super) fn shortened(call: &mut Call) {
    if let Some(Asked::Miss(ticket)) = call.cache.as_deref_mut() {
        ticket.hands = Hands::Shortened;
    }
}

/// Keeps an answer that may be given again, and says what the cache did. `cost` is what the
/// attempt that answered cost.
pub(super) fn settle(call: &mut Call, status: Status, cost: NanoUsd) -> Option<CacheUse> {
    let ticket = match *call.cache.take()? {
        Asked::Hit(_) if status != Status::Ok => return None,
        Asked::Hit(hit) => {
            metrics::hit(&call.draft.caller.attribution.workflow, hit.saved);
            return Some(CacheUse::Hit(hit));
        }
        Asked::Passing => return Some(CacheUse::Miss),
        Asked::Miss(ticket) => *ticket,
    };
    let why = match reason(call, &ticket, status) {
        Some(why) => format!("miss; not kept: {}", why.words()),
        None => {
            let why = format!("miss; kept for {} s", ticket.ttl.as_secs());
            keep(call, ticket, cost);
            why
        }
    };
    call.draft.note("cache", Verdict::Pass, why);
    Some(CacheUse::Miss)
}

/// Why an answer must not be kept. How it ended is read only where nothing else speaks against it.
fn reason(call: &Call, ticket: &Ticket, status: Status) -> Option<Unkept> {
    let target = &ticket.target;
    let hands = match ticket.hands {
        Hands::None if (&target.provider, &target.model) != (&call.target.provider, &call.target.model) => {
            Hands::OtherTarget
        }
        Hands::None if guard::has_pseudonyms(call) => Hands::Pseudonyms,
        other => other,
    };
    let answered = Answered {
        status,
        http_status: call.progress.http_status,
        finish: if ticket.came { Finish::Whole } else { Finish::Other },
        hands,
        bytes: ticket.bytes,
        most_bytes: ticket.max_answer,
    };
    unkept(&answered).or_else(|| {
        let kind = ticket.content_type.as_ref().and_then(|value| value.to_str().ok());
        let streamed = kind.is_some_and(relay::is_event_stream);
        let body = ticket.body();
        let read = || protocols::cache::finish(call.draft.endpoint, &body, streamed);
        unkept(&Answered { finish: guard::aside(body.len(), read), ..answered })
    })
}

fn keep(call: &Call, ticket: Ticket, cost: NanoUsd) {
    let body = ticket.body();
    let now = call.draft.gateway.now();
    let until = now.plus_ms(i64::try_from(ticket.ttl.as_millis()).unwrap_or(i64::MAX));
    let kept = Kept {
        body,
        content_type: ticket.content_type,
        loss: ticket.loss,
        response_id: call.progress.response_id.clone(),
        from: call.draft.id,
        cost,
    };
    let workflow = &call.draft.caller.attribution.workflow;
    call.draft.gateway.shelves.with(workflow, ticket.size, |shelf| {
        shelf.keep(ticket.key, (kept, ticket.bytes), (now, until));
    });
}

//! Tell: a call's place in its trace, and what those who observe calls are told at its end.
//!
//! Where nobody observes, a call has none of this and nothing is spent. Never content: who answered
//! and why it stopped, which attempts failed, and the record that the ledger gets.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use config::{Api, Provider, Snapshot};
use domain::ids::InferenceId;
use domain::inference::Fact;
use domain::routing::Class;
use genai::{Attempt, Ended, Flavour, Parent, Seen, Server, Trace};
use protocols::answer::Identity;

use super::admit::Admitted;
use super::open::Draft;
use crate::metrics::label;
use crate::parts::Gateway;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// What is gathered of a call.
#[derive(Debug)]
pub(super) struct Told {
    trace: Trace,
    identity: Identity,
    attempts: Vec<Attempt>,
}

impl Told {
    /// Makes the call's own span the parent of what its provider does. The state that other
    /// systems keep goes along with their trace, and ends with it.
    pub(super) fn lead_on(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.trace.traceparent()) {
            headers.insert(TRACEPARENT, value);
        }
        if self.trace.parent.is_none() {
            headers.remove(TRACESTATE);
        }
    }

    /// Takes note of who answers.
    pub(super) fn identify(&mut self, identity: &Identity) {
        if self.identity != *identity {
            self.identity.clone_from(identity);
        }
    }
}

/// Begins to gather, where someone observes.
pub(super) fn begin(gateway: &Gateway, id: InferenceId, headers: &HeaderMap) -> Option<Box<Told>> {
    let telemetry = gateway.parts.telemetry.as_ref()?;
    let trace = Trace::begin(id, parent(headers), state(headers), telemetry.sampler);
    Some(Box::new(Told { trace, identity: Identity::default(), attempts: Vec::new() }))
}

/// The caller's span. Where it names two, it names none (W3C Trace Context §3.2).
fn parent(headers: &HeaderMap) -> Option<Parent> {
    let mut named = headers.get_all(TRACEPARENT).iter();
    let (first, more) = (named.next()?, named.next());
    if more.is_some() {
        return None;
    }
    Parent::parse(first.to_str().ok()?)
}

fn state(headers: &HeaderMap) -> Option<String> {
    let members = headers.get_all(TRACESTATE).iter().map(HeaderValue::to_str);
    let members: Vec<_> = members.collect::<Result<_, _>>().ok()?;
    (!members.is_empty()).then(|| members.join(","))
}

/// The attempt that has just failed, where someone observes.
pub(super) fn attempt(admitted: &mut Admitted, class: Class) -> Option<Attempt> {
    let call = admitted.open.call().filter(|call| call.draft.told.is_some())?;
    let (began, ended) = (call.journey.began, call.draft.gateway.now());
    let provider = call.draft.caller.snapshot.workspace.providers.get(&call.target.provider);
    let provider = provider.map(|provider| name(provider, server(provider).as_ref()));
    Some(Attempt { target: call.target.clone(), provider, began, ended, class })
}

/// Takes note of an attempt that another one follows.
pub(super) fn tried(admitted: &mut Admitted, failed: Option<Attempt>) {
    let told = admitted.open.call().and_then(|call| call.draft.told.as_mut());
    if let (Some(told), Some(failed)) = (told, failed) {
        told.attempts.push(failed);
    }
}

/// What was gathered, and the configuration that knows the provider.
pub(super) struct Taken {
    told: Box<Told>,
    snapshot: Arc<Snapshot>,
}

/// Takes what was gathered out of a call that is about to become a record.
pub(super) fn take(draft: &mut Draft) -> Option<Taken> {
    let told = draft.told.take()?;
    Some(Taken { told, snapshot: Arc::clone(&draft.caller.snapshot) })
}

/// Tells of a call that has ended.
pub(super) fn ended(gateway: &Gateway, taken: Option<Taken>, fact: &Fact) {
    let (Some(Taken { told, snapshot }), Some(telemetry)) = (taken, &gateway.parts.telemetry) else { return };
    let Told { trace, identity, attempts } = *told;
    let provider = fact.target.as_ref().and_then(|target| snapshot.workspace.providers.get(&target.provider));
    let server = provider.and_then(server);
    let named = |target| label(&snapshot, &fact.attribution.workflow, target);
    let seen = Seen {
        label: fact.target.as_ref().and_then(named).map(str::to_owned),
        provider: provider.map(|provider| name(provider, server.as_ref())),
        server,
        model: identity.model,
        response: identity.response,
        finishes: identity.finishes,
        attempts,
    };
    telemetry.observer.ended(&Ended { fact, trace: &trace, seen: &seen });
}

/// The convention's word for a provider.
fn name(provider: &Provider, server: Option<&Server>) -> &'static str {
    let host = server.map(|server| server.host.as_str());
    genai::provider_name(provider.id.as_str(), host, flavour(provider.api))
}

fn server(provider: &Provider) -> Option<Server> {
    let uri: Uri = provider.base_url.parse().ok()?;
    let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    Some(Server { host: uri.host()?.to_owned(), port: uri.port_u16().unwrap_or(usual) })
}

const fn flavour(api: Api) -> Flavour {
    match api {
        Api::Openai => Flavour::Openai,
        Api::Anthropic => Flavour::Anthropic,
        Api::Gemini => Flavour::Gemini,
        Api::Bedrock => Flavour::Bedrock,
        Api::Simulated => Flavour::Simulated,
    }
}

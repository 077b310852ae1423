//! Send: builds the provider's request from the caller's, with as few edits as the controls ask for.

use axum::http::HeaderMap;
use axum::http::request::Parts as Head;
use bytes::Bytes;
use config::{Api, LimitField, Provider, Workspace};
use domain::Refusal;
use domain::inference::{Dialect, Endpoint, Target};
use domain::routing::{Class, Effect};
use protocols::request::Edits;
use providers::simulated::{self, Simulated};
use providers::{Answer, Client, Failure, Request};
use translate::gemini::{self, Method};

use super::admit::Admitted;
use super::authorise::{Signed, authorise};
use super::open::Call;
use super::translation::{self, Translation};
use crate::headers;
use crate::parts::SimulatedPace;

/// A request as it will go out.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) body: Bytes,
    /// Whether the provider was asked for a usage event that the caller did not ask for.
    pub(super) usage_injected: bool,
    /// How it is translated, where the target speaks another dialect. Boxed, because most calls
    /// are not.
    pub(super) translation: Option<Box<Translation>>,
}

impl Outgoing {
    /// The endpoint in whose words the provider answers a call to `endpoint`; `None` where the
    /// gateway can't read them itself.
    pub(super) fn answered_at(&self, endpoint: Endpoint) -> Option<Endpoint> {
        self.translation.as_ref().map_or(Some(endpoint), |translation| translation.answered_at())
    }
}

/// Edits the body: the target's model name, the usage event, a shortened answer; then puts it into
/// the target's dialect, if that is another one.
pub(super) fn edit(admitted: &mut Admitted) -> Result<Outgoing, Refusal> {
    let Admitted { open, view, max_output, body, .. } = admitted;
    let Some(call) = open.call() else {
        return Ok(Outgoing { body: body.clone(), usage_injected: false, translation: None });
    };
    let mut edits = Edits::new(view).model(&call.target.model);
    if view.model != call.target.model {
        call.draft.changes.push(format!("model: {} → {}", view.model, call.target.model));
    }
    let translates = translation::is_needed(call);
    let usage_injected =
        call.draft.endpoint == Endpoint::Chat && view.stream && !view.wants_usage_event && !translates;
    if usage_injected {
        edits = edits.include_usage();
        call.draft.changes.push("stream_options.include_usage: true, the extra event withheld".into());
    }
    if let Some(tokens) = *max_output {
        edits = edits.max_output(tokens);
        if limit_field(call) == Some(LimitField::MaxTokens) {
            edits = edits.old_max_tokens();
        }
        let before = view.max_output.map_or_else(|| "none".to_owned(), |tokens| tokens.to_string());
        call.draft.changes.push(format!("output limit: {before} → {tokens}, what the budget still pays for"));
    }
    let (body, translation) = translation::request(call, edits.apply(body))?;
    Ok(Outgoing { body, usage_injected, translation })
}

/// How the target's chat is told the output limit.
fn limit_field(call: &Call) -> Option<LimitField> {
    let providers = &call.draft.caller.snapshot.workspace.providers;
    providers.get(&call.target.provider).map(|provider| provider.limit_field)
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Unanswered {
    pub(super) class: Class,
    pub(super) effect: Effect,
    pub(super) refusal: Refusal,
    /// In a few words, for the record.
    pub(super) what: String,
}

impl Unanswered {
    /// Nothing was sent.
    fn unsent(class: Class, refusal: Refusal) -> Self {
        let what = refusal.to_string();
        Self { class, effect: Effect::None, refusal, what }
    }

    /// Sorts a failure on the way.
    pub(super) fn of(failure: Failure, provider: &domain::ids::ProviderId) -> Self {
        let (class, effect) = match &failure {
            Failure::Unreachable(_) | Failure::Unsendable(_) | Failure::Timeout { phase: "connect", .. } => {
                (Class::Unsent, Effect::None)
            }
            Failure::Timeout { .. } => (Class::Timeout, Effect::Possible),
            Failure::Broken(_) => (Class::Broken, Effect::Possible),
        };
        let what = failure.to_string();
        Self { class, effect, refusal: refusal_of(failure, provider), what }
    }
}

/// A request that only has to be sent.
#[derive(Debug)]
pub(super) enum Ready {
    /// Over the network.
    Network(Box<(Client, Request)>),
    /// To the simulation, which has its answer already.
    Simulated(Simulated),
}

/// Makes everything ready for the target, its credential included. Nothing leaves yet.
pub(super) fn prepare(call: &Call, head: &Head, outgoing: &Outgoing) -> Result<Ready, Box<Unanswered>> {
    let workspace = &call.draft.caller.snapshot.workspace;
    let name = &call.target.provider;
    let Some(provider) = workspace.providers.get(name) else {
        let provider = name.clone();
        let refusal = Refusal::UpstreamUnreachable { provider, problem: "it is not configured".into() };
        return Err(Box::new(Unanswered::unsent(Class::Missing, refusal)));
    };
    if provider.api == Api::Simulated {
        return Ok(Ready::Simulated(simulate(call, outgoing)));
    }
    let url = url(provider, call, head.uri.query(), outgoing);
    let headers = headers_for(provider, call, head, (&url, outgoing))?;
    let gateway = &workspace.gateway;
    let request = Request {
        method: axum::http::Method::POST,
        url,
        headers,
        body: outgoing.body.clone(),
        first_byte_timeout: first_byte_timeout(workspace, &call.target),
        idle_timeout: gateway.idle_timeout,
    };
    Ok(Ready::Network(Box::new((call.draft.gateway.client(gateway.connect_timeout), request))))
}

fn simulate(call: &Call, outgoing: &Outgoing) -> Simulated {
    let endpoint = outgoing.answered_at(call.draft.endpoint).unwrap_or(call.draft.endpoint);
    let mut simulated = simulated::answer(endpoint, &outgoing.body, call.draft.started);
    if call.draft.gateway.parts.simulated_pace == SimulatedPace::Instant {
        simulated.chunks.iter_mut().for_each(|(delay, _)| *delay = std::time::Duration::ZERO);
    }
    simulated
}

/// The caller's headers that go on, the provider's own, and its credential.
fn headers_for(
    provider: &Provider,
    call: &Call,
    head: &Head,
    (url, outgoing): (&str, &Outgoing),
) -> Result<HeaderMap, Box<Unanswered>> {
    let mut sent = headers::for_upstream(&head.headers);
    if outgoing.translation.is_some() {
        translation::headers_for(provider.api, call.draft.endpoint, &mut sent);
    }
    if let Some(told) = &call.draft.told {
        told.lead_on(&mut sent);
    }
    for (name, value) in &provider.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<axum::http::HeaderName>(), value.parse()) {
            sent.insert(name, value);
        }
    }
    let Some(reference) = &call.journey.key else { return Ok(sent) };
    let unreadable = |problem| {
        let refusal = Refusal::CredentialMissing { provider: call.target.provider.clone(), problem };
        Box::new(Unanswered::unsent(Class::Credential, refusal))
    };
    let secret = call.draft.gateway.parts.credentials.read(reference).map_err(unreadable)?;
    let signed = Signed { url, body: &outgoing.body, now: call.draft.gateway.now() };
    authorise(provider.api, &mut sent, secret.expose(), &signed).map_err(unreadable)?;
    Ok(sent)
}

/// Sends it.
pub(super) async fn send(call: &mut Call, ready: Ready) -> Result<Answer, Unanswered> {
    (call.progress.sent, call.progress.sent_at) = (true, call.draft.gateway.now());
    match ready {
        Ready::Simulated(simulated) => Ok(Answer::simulated(simulated)),
        Ready::Network(ready) => {
            let (client, request) = *ready;
            client.send(request, &mut call.progress.reached).await.map_err(|failure| {
                let unanswered = Unanswered::of(failure, &call.target.provider);
                call.progress.sent = unanswered.effect == Effect::Possible;
                unanswered
            })
        }
    }
}

/// How long the target may take to its first byte: as its route says, or the gateway.
fn first_byte_timeout(workspace: &Workspace, target: &Target) -> std::time::Duration {
    let route = target.route.as_ref().and_then(|route| workspace.routes.get(route));
    route.and_then(|route| route.first_byte_timeout).unwrap_or(workspace.gateway.first_byte_timeout)
}

/// What a failure says to the caller.
pub(super) fn refusal_of(failure: Failure, provider: &domain::ids::ProviderId) -> Refusal {
    let provider = provider.clone();
    match failure {
        Failure::Unreachable(problem) | Failure::Unsendable(problem) => {
            Refusal::UpstreamUnreachable { provider, problem }
        }
        Failure::Timeout { phase, seconds } => Refusal::UpstreamTimeout { provider, phase, seconds },
        Failure::Broken(problem) => Refusal::UpstreamBroken { provider, problem },
    }
}

/// The provider's URL. OpenAI's base URLs end with the version, Anthropic's do not; either is
/// taken either way. A translated call has a path of its own, and no query of its caller's where it
/// leaves their dialect; nor has one to Google, whose queries may carry credentials, and leave out
/// what was used.
fn url(provider: &Provider, call: &Call, query: Option<&str>, outgoing: &Outgoing) -> String {
    let endpoint = call.draft.endpoint;
    let base = provider.base_url.trim_end_matches('/');
    if let Some(Translation { path, .. }) = outgoing.translation.as_deref() {
        let versioned =
            path.strip_prefix("/v1").filter(|rest| rest.starts_with('/') && base.ends_with("/v1"));
        let path = versioned.unwrap_or(path);
        return match query.filter(|_| translation::stays_within(endpoint, provider.api)) {
            Some(query) => format!("{base}{path}?{query}"),
            None => format!("{base}{path}"),
        };
    }
    let path = match endpoint.dialect() {
        Dialect::Openai => endpoint.path().trim_start_matches("/v1"),
        Dialect::Anthropic if base.ends_with("/v1") => endpoint.path().trim_start_matches("/v1"),
        Dialect::Anthropic => endpoint.path(),
        Dialect::Gemini => {
            let method = match (endpoint, call.draft.stream) {
                (Endpoint::GeminiCount, _) => Method::Count,
                (_, true) => Method::Stream,
                (_, false) => Method::Generate,
            };
            return format!("{base}{}", gemini::path(&call.target.model, method));
        }
    };
    match query {
        Some(query) => format!("{base}{path}?{query}"),
        None => format!("{base}{path}"),
    }
}

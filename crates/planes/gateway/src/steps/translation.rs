//! Translate: the call in its target's dialect, and the answer back in the caller's.
//!
//! Only where the two differ; else the bytes pass as they are. What is lost on the way is in the
//! record, as a control named `translate`, and in the header `x-countersign-loss`; in a stream the
//! header names what the request lost, because the answer is still to come. A workflow that wants
//! no loss refuses before anything leaves. Usage is taken from the provider's own words, because
//! the caller's dialect may have none for it.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use config::{Api, LimitField, Lossy, OpenaiWire, Provider, Speaks};
use domain::Refusal;
use domain::inference::{Dialect, Endpoint, Target, Verdict};
use domain::usage::{Mode, Usage};
use protocols::answer::StreamReader;
use providers::Answer;
use translate::{
    Asked, Caller, ChatLimit, Exchange, LossReport, Outcome, Pair, Refused, Settings, StreamTranslator, Wire,
};

use super::guard::aside;
use super::open::Call;
use super::route::Rated;
use crate::headers;

/// The version of its API that Anthropic wants named.
const ANTHROPIC_VERSION: &str = "2023-06-01";
/// The limit of output tokens where a provider wants one, neither caller nor budget gave one, and
/// the price book does not know the model's own: every model takes it.
const DEFAULT_MAX_OUTPUT: u64 = 4_096;
/// The most of a model's own limit that is asked for: what is reserved for such a call.
const MOST_OUTPUT: u64 = 32_768;

/// How calls to `endpoint` reach a provider: `None` where they pass untouched, or where there is
/// no way.
pub(super) fn pair(endpoint: Endpoint, provider: &Provider) -> Option<Pair> {
    if provider.takes(endpoint) {
        return None;
    }
    let caller = Caller::of(Wire::of(endpoint)?)?;
    let upstream = match provider.api {
        Api::Openai => match provider.speaks.map_or(OpenaiWire::Chat, Speaks::first) {
            OpenaiWire::Chat => Wire::Chat,
            OpenaiWire::Responses => Wire::Responses,
        },
        Api::Anthropic => Wire::Messages,
        Api::Gemini => Wire::Gemini,
        Api::Bedrock => Wire::Bedrock,
        // The simulation has no words of Google's.
        Api::Simulated => Wire::Chat,
    };
    Some(Pair::new(caller, upstream))
}

/// Whether calls to `endpoint` can go to a provider, translated or not.
pub(super) fn reaches(endpoint: Endpoint, provider: &Provider) -> bool {
    provider.takes(endpoint) || pair(endpoint, provider).is_some()
}

/// A call that is translated.
#[derive(Debug)]
pub(super) struct Translation {
    exchange: Exchange,
    /// Where it goes, below the provider's base URL.
    pub(super) path: String,
    /// The endpoint whose answers the provider gives, where the gateway can read them itself.
    own: Option<Endpoint>,
    loss: LossReport,
}

/// What the provider said of its answer, in its own words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reported {
    pub(super) usage: Option<Usage>,
    pub(super) tier: Option<Mode>,
}

/// A stream that is translated, and read as it came as well: the tier it is billed by may have no
/// place in the caller's dialect.
#[derive(Debug)]
pub(super) struct Translator {
    stream: StreamTranslator,
    own: Option<StreamReader>,
}

/// Whether the call's target speaks another dialect than its caller.
pub(super) fn is_needed(call: &Call) -> bool {
    let provider = call.draft.caller.snapshot.workspace.providers.get(&call.target.provider);
    provider.is_some_and(|provider| pair(call.draft.endpoint, provider).is_some())
}

/// Translates a request, if its target needs that.
pub(super) fn request(call: &mut Call, body: Bytes) -> Result<(Bytes, Option<Box<Translation>>), Refusal> {
    let target = call.target.clone();
    let Some(pair) = pair_for(call, &target) else { return Ok((body, None)) };
    let (outgoing, exchange) = translated(call, pair, &target, &body)?;
    let way = format!("{} → {}", call.draft.endpoint.as_str(), pair.upstream().as_str());
    let lost = outgoing.loss.header().map_or_else(String::new, |lost| format!("; lost: {lost}"));
    call.draft.note("translate", Verdict::Change, format!("{way}{lost}"));
    call.draft.changes.push(format!("translated: {way}"));
    let own = match pair.upstream() {
        Wire::Chat => Some(Endpoint::Chat),
        Wire::Responses => Some(Endpoint::Responses),
        Wire::Messages => Some(Endpoint::Messages),
        Wire::Gemini => Some(Endpoint::Gemini),
        Wire::Bedrock => None,
    };
    let translation = Translation { exchange, path: outgoing.path, own, loss: outgoing.loss };
    Ok((outgoing.body.into(), Some(Box::new(translation))))
}

/// Why the call can't be put into a target's dialect, if it can't. Done in full and thrown away:
/// it is asked only where another attempt has failed.
pub(super) fn bars(call: &Call, target: &Target, body: &Bytes) -> Option<Refusal> {
    translated(call, pair_for(call, target)?, target, body).err()
}

fn pair_for(call: &Call, target: &Target) -> Option<Pair> {
    let provider = call.draft.caller.snapshot.workspace.providers.get(&target.provider)?;
    pair(call.draft.endpoint, provider)
}

fn translated(
    call: &Call,
    pair: Pair,
    target: &Target,
    body: &Bytes,
) -> Result<(translate::Outgoing, Exchange), Refusal> {
    let asked = Asked { body, model: &target.model, stream_path: call.draft.stream };
    let name = || format!("{}/{}", target.provider, target.model);
    let done = aside(body.len(), || pair.request(asked, settings(call, target)));
    let (outgoing, exchange) = done.map_err(|refused| match refused {
        Refused::NotJson(problem) => Refusal::BodyNotJson(problem),
        Refused::Field { path, problem } => Refusal::BadField { field: path, problem: problem.to_owned() },
        refused @ Refused::Unsupported { .. } => {
            Refusal::Untranslatable { target: name(), problem: refused.to_string() }
        }
    })?;
    if let (Some(lost), Lossy::Refuse) = (outgoing.loss.header(), call.draft.workflow()?.lossy) {
        return Err(Refusal::LossRefused { target: name(), lost });
    }
    Ok((outgoing, exchange))
}

fn settings(call: &Call, target: &Target) -> Settings {
    let provider = call.draft.caller.snapshot.workspace.providers.get(&target.provider);
    let chat_limit = match provider.map(|provider| provider.limit_field) {
        Some(LimitField::MaxTokens) => ChatLimit::MaxTokens,
        Some(LimitField::MaxCompletionTokens) | None => ChatLimit::MaxCompletionTokens,
    };
    let known = match &call.rated {
        Rated::Known(rate) => rate.max_output_tokens,
        Rated::Free | Rated::Dearest(_) => None,
    };
    Settings {
        id: call.draft.id.to_string(),
        now: u64::try_from(call.draft.started.ms() / 1_000).unwrap_or(0),
        model: target.model.clone(),
        default_max_output: known.map_or(DEFAULT_MAX_OUTPUT, |known| known.min(MOST_OUTPUT)),
        input_estimate: call.input_estimate,
        chat_limit,
        ..Settings::default()
    }
}

/// How the names of headers begin that belong to one dialect.
const OWN_HEADERS: [(&str, Dialect); 3] =
    [("anthropic-", Dialect::Anthropic), ("openai-", Dialect::Openai), ("x-goog-", Dialect::Gemini)];

/// Whether a translated call stays within OpenAI's dialect, so that what stands beside its body
/// means the same to its provider.
pub(super) fn stays_within(endpoint: Endpoint, api: Api) -> bool {
    api == Api::Openai && endpoint.dialect() == Dialect::Openai
}

/// Headers of the caller's dialect go, unless it is the provider's as well; those of the provider's
/// come.
pub(super) fn headers_for(api: Api, endpoint: Endpoint, sent: &mut HeaderMap) {
    let is_foreign = |name: &str| {
        OWN_HEADERS.iter().any(|(begin, dialect)| {
            name.starts_with(begin) && !(*dialect == Dialect::Openai && stays_within(endpoint, api))
        })
    };
    let foreign: Vec<HeaderName> = sent.keys().filter(|name| is_foreign(name.as_str())).cloned().collect();
    for name in foreign {
        sent.remove(name);
    }
    sent.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if api == Api::Anthropic {
        let version = HeaderName::from_static("anthropic-version");
        sent.insert(version, HeaderValue::from_static(ANTHROPIC_VERSION));
    }
}

impl Translation {
    /// Whether the caller, and so the provider, was asked for a stream.
    pub(super) const fn streams(&self) -> bool {
        self.exchange.streams()
    }

    /// The endpoint whose answers the provider gives, where the gateway can read them itself.
    pub(super) const fn answered_at(&self) -> Option<Endpoint> {
        self.own
    }

    /// A translator for the answer's stream.
    pub(super) fn stream(&self) -> Translator {
        Translator { stream: self.exchange.stream(), own: self.own.map(StreamReader::new) }
    }

    /// Translates a whole answer, in status, type and body. `said` is the tier that the
    /// provider named.
    pub(super) fn answer(
        &mut self,
        call: &mut Call,
        answer: &mut Answer,
        (body, said): (&Bytes, Option<Mode>),
    ) -> (Bytes, Reported) {
        let translated = self.exchange.answer(answer.status.as_u16(), body);
        answer.status = StatusCode::from_u16(translated.status).unwrap_or(StatusCode::BAD_GATEWAY);
        call.progress.http_status = translated.status;
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        note_answer(call, &translated.loss);
        self.loss.join(&translated.loss);
        (translated.body.into(), Reported { usage: translated.usage, tier: Some(tier(said)) })
    }

    /// Says what was lost, as far as it is known, and nothing any more of the bytes that were translated.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        providers::forget_body(headers);
        if let Some(lost) = self.loss.header() {
            headers::set(headers, "x-countersign-loss", &lost);
        }
    }
}

impl Translator {
    /// Takes the next piece; gives whole events for the caller, or nothing yet.
    pub(super) fn push(&mut self, piece: &Bytes) -> Bytes {
        if let Some(own) = &mut self.own {
            own.push(piece);
        }
        self.stream.push(piece).into()
    }

    /// The provider has closed the stream: what is left to say. Nothing, where the answer broke
    /// off: the gateway has words of its own for that.
    pub(super) fn finish(&mut self) -> Bytes {
        let was = self.stream.outcome();
        let rest = self.stream.finish();
        if was == Outcome::Running && self.stream.broke_off() { Bytes::new() } else { rest.into() }
    }

    /// Whether the provider has said why it stopped, so that nothing of the answer is missing.
    pub(super) fn is_over(&self) -> bool {
        self.stream.is_over()
    }

    /// What the provider has reported so far, and whether it is its last word.
    pub(super) fn reported(&self) -> (Reported, bool) {
        let said = self.own.as_ref().and_then(|own| own.summary().tier);
        let reported = Reported { usage: self.stream.usage(), tier: Some(tier(said)) };
        (reported, self.stream.outcome() == Outcome::Complete && reported.usage.is_some())
    }

    /// What the answer lost so far.
    pub(super) const fn loss(&self) -> &LossReport {
        self.stream.loss()
    }
}

/// The tier that answered. What the caller asked of one is not translated, so the usual one did
/// where the provider names none.
fn tier(said: Option<Mode>) -> Mode {
    said.unwrap_or(Mode::Standard)
}

/// Records what an answer lost.
pub(super) fn note_answer(call: &mut Call, loss: &LossReport) {
    if let Some(lost) = loss.header() {
        call.draft.note("translate", Verdict::Change, format!("answer; lost: {lost}"));
    }
}

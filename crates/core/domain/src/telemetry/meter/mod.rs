//! What a report is worth: one file for each client, and one for those that follow a convention.
//!
//! A rule reads names and numbers, never content. A report that no rule knows is worth nothing and
//! is only counted as received. Sources: the clients' own pages on telemetry and what they were
//! seen to send; OpenTelemetry's GenAI conventions from 1.36 to 0.1.0 of their own repository;
//! OpenInference.

mod claude_code;
mod codex_cli;
mod copilot;
mod gemini_cli;
mod genai;

use super::record::{Point, Record};
use super::{
    Attributes, Call, Client, Family, Identity, Measure, Observation, Pricing, Reading, label, likeness,
};
use crate::money::{NanoUsd, Tokens};
use crate::time::Timestamp;
use crate::usage::Usage;

/// Attributes that name a session, the client's own words first.
const SESSIONS: [&str; 5] =
    ["session.id", "conversation.id", "gen_ai.conversation.id", "thread.id", "session_id"];
/// Attributes under which the gateway may know a call: its own ids, then those of the provider.
const MARKS: [&str; 8] = [
    "countersign.inference.id",
    "x-countersign-inference",
    "countersign.run.id",
    "x-countersign-run",
    "request_id",
    "gen_ai.response.id",
    "response_id",
    "client_request_id",
];
/// Attributes by which the clients that are known say whose machine it is.
const PEOPLE: [&str; 5] = ["user.email", "enduser.id", "user.id", "user.account_uuid", "user.account_id"];
/// The attribute of a resource by which any program may say whose machine it runs on.
const OWNER: &str = "user.email";

/// Where a report stands: which client sent it, and what it says about itself as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The client.
    pub client: Client,
    /// What the client calls itself.
    pub service: &'a str,
    /// The attributes of its resource.
    pub resource: &'a Attributes<'a>,
}

/// Decides what a report is worth; `None`: nothing that is counted.
#[must_use]
pub fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    match context.client {
        Client::ClaudeCode => claude_code::worth(context, record),
        Client::CodexCli => codex_cli::worth(context, record),
        Client::GeminiCli => gemini_cli::worth(context, record),
        Client::Copilot => copilot::worth(context, record),
        Client::Other => genai::worth(context, record),
    }
}

/// Who the report says sits at the machine: an address or an id, not to be stored as it is. Whom a
/// program that is not known names in a report is its own user, one of any number, and no source.
#[must_use]
pub fn person<'a>(context: Context<'a>, record: &'a Record<'_>) -> Option<&'a str> {
    if context.client == Client::Other {
        return context.resource.text(OWNER);
    }
    let own = record.attributes().and_then(|attributes| attributes.first_text(&PEOPLE));
    own.or_else(|| context.resource.first_text(&PEOPLE))
}

/// The version of the client that sent the report.
#[must_use]
pub fn version<'a>(context: Context<'a>, record: &'a Record<'_>) -> Option<&'a str> {
    if context.client == Client::GeminiCli {
        return gemini_cli::version(context.resource);
    }
    let own = record.attributes().and_then(|attributes| attributes.text("app.version"));
    own.or_else(|| context.resource.first_text(&["service.version", "app.version"]))
}

/// What is common to all observations.
struct Base<'a> {
    id: Identity,
    at: Timestamp,
    family: Family,
    trace: Option<[u8; 16]>,
    attributes: &'a Attributes<'a>,
    context: Context<'a>,
}

impl<'a> Base<'a> {
    /// Of a report; `None` of one that can't be counted.
    fn of(context: Context<'a>, record: &'a Record<'a>) -> Option<Self> {
        let (id, at, family, trace, attributes) = match record {
            Record::Span(span) => (span.id, span.end, Family::Spans, Some(span.trace), &span.attributes),
            Record::Event(event) => (event.id, event.at, Family::Events, event.trace, &event.attributes),
            Record::Point(point) => (point.id, point.at, Family::Metrics, None, &point.attributes),
            Record::Uncounted => return None,
        };
        Some(Self { id, at, family, trace, attributes, context })
    }

    /// The session: as the resource has it, which is the same for all that a client sends, else as
    /// the report does.
    fn session(&self) -> String {
        let whole = self.context.resource.first_text(&SESSIONS);
        whole.or_else(|| self.attributes.first_text(&SESSIONS)).map(label).unwrap_or_default()
    }

    /// Who serves the model: what the report says, or whom the client always uses.
    fn seller(&self) -> String {
        const SELLERS: [&str; 4] = ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"];
        let said = self.attributes.first_text(&SELLERS).map(seller);
        said.unwrap_or_else(|| self.context.client.seller().to_owned())
    }

    fn model(&self) -> String {
        const MODELS: [&str; 6] = [
            "gen_ai.response.model",
            "gen_ai.request.model",
            "model",
            "slug",
            "llm.model_name",
            "llm.request.model_name",
        ];
        self.attributes.first_text(&MODELS).map(label).unwrap_or_default()
    }

    /// A call with this usage; `None` where nothing was used.
    fn call(&self, usage: Usage, claimed: Option<NanoUsd>) -> Option<Observation> {
        let usage = Usage { reasoning: usage.reasoning.min(usage.output), ..usage };
        if usage.total() == 0 && claimed.is_none_or(|claimed| claimed == NanoUsd::ZERO) {
            return None;
        }
        let session = self.session();
        let named = MARKS.iter().filter_map(|name| self.attributes.text(name)).map(label);
        let mut marks: Vec<String> = named.chain(self.trace.map(hex)).collect();
        marks.extend((!session.is_empty()).then(|| session.clone()));
        marks.extend(likeness(self.at, &usage));
        marks.sort_unstable();
        marks.dedup();
        Some(Observation::Call(Call {
            id: self.id,
            at: self.at,
            session,
            family: self.family,
            seller: self.seller(),
            model: self.model(),
            usage,
            claimed,
            marks,
            price: NanoUsd::ZERO,
            pricing: Pricing::Unknown,
        }))
    }

    /// One of something; an event or a span is always new.
    fn one(&self, measure: Measure) -> Option<Observation> {
        self.reading(measure, 1, super::Growth::Once)
    }

    fn reading(&self, measure: Measure, amount: u64, growth: super::Growth) -> Option<Observation> {
        let tokens = measure.is_usage() && measure != Measure::Claimed;
        (amount > 0).then(|| {
            Observation::Reading(Reading {
                id: self.id,
                at: self.at,
                session: self.session(),
                family: self.family,
                measure,
                amount,
                growth,
                seller: if tokens { self.seller() } else { String::new() },
                model: if measure.is_usage() { self.model() } else { String::new() },
                per_million: None,
                pricing: Pricing::Unknown,
            })
        })
    }

    /// What a data point counts, in the unit of the measure.
    fn point(&self, point: &Point<'_>, measure: Measure) -> Option<Observation> {
        let amount = match measure {
            Measure::Claimed => u64::try_from(point.value.dollars()?.nano()).ok()?,
            Measure::ActiveMs | Measure::WorkingMs | Measure::WaitingMs => point.value.thousandths()?,
            _ => point.value.count()?,
        };
        self.reading(measure, amount, point.growth)
    }
}

/// A seller as the price book calls it: OpenTelemetry writes `gcp.gemini`, `aws.bedrock`, `x_ai`.
fn seller(said: &str) -> String {
    const KNOWN: [(&str, &str); 14] = [
        ("aws.bedrock", "amazon"),
        ("az.ai.inference", "azure"),
        ("az.ai.openai", "azure"),
        ("azure.ai.inference", "azure"),
        ("azure.ai.openai", "azure"),
        ("gcp.gemini", "google"),
        ("gcp.gen_ai", "google"),
        ("gcp.vertex_ai", "google"),
        ("gemini", "google"),
        ("vertex_ai", "google"),
        ("mistral_ai", "mistral"),
        ("moonshot_ai", "moonshot"),
        ("x_ai", "xai"),
        ("github", ""),
    ];
    let known = KNOWN.iter().find(|(name, _)| said.eq_ignore_ascii_case(name));
    known.map_or_else(|| label(&said.to_ascii_lowercase()), |(_, list)| (*list).to_owned())
}

fn hex(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Usage where the input includes what was read from and written to caches, as OpenAI, Google and
/// OpenTelemetry count.
fn inclusive(input: Tokens, cache_read: Tokens, cache_write: Tokens, output: Tokens) -> Usage {
    let fresh = input.saturating_sub(cache_read).saturating_sub(cache_write);
    Usage { input: fresh, cache_read, cache_write_5m: cache_write, output, ..Usage::default() }
}

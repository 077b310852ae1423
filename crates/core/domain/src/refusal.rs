//! Every expected "no", with its stable code.
//!
//! A refusal is public: its text says what is wrong, where, and what to do next, and its code has
//! a page in `docs/errors/`. What breaks outside us is not a refusal but a fault; faults live in
//! the adapters and are never shown in full.
//!
//! HTTP statuses of the gateway follow what coding agents make of them: a 403 reads as a sign-in
//! failure there, so what the *content* of a request did wrong is a 400.

use std::fmt;

use crate::budget::Account;
use crate::ids::{ParseIdError, ProviderId, WorkflowId};
use crate::money::NanoUsd;
use crate::people::Act;
use crate::switch::{Scope, State};
use crate::time::Timestamp;

/// A stable code, printed as `CS-0107`. Its page is `docs/errors/CS-0107.md`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

impl Code {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CS-{:04}", self.0)
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// When trying again can help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retry {
    /// Not before something changes: `x-should-retry: false`.
    Never,
    /// After this many seconds: `Retry-After`.
    After(u64),
    /// Whenever the client likes.
    Free,
}

/// An expected "no".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are named in each message")]
pub enum Refusal {
    // 01xx: who is calling
    /// No key in any of the three headers.
    #[error(
        "no key: send a Countersign key as `Authorization: Bearer cs_…`, `x-api-key` or `x-goog-api-key`"
    )]
    NoKey,
    /// Not a key of this installation.
    #[error("unknown key: it was never issued here, or was mistyped; ask the workflow's owner for a new one")]
    UnknownKey,
    /// The key's time is over.
    #[error("the key {key} expired on {at}; ask the workflow's owner for a new one")]
    KeyExpired { key: String, at: Timestamp },
    /// Someone revoked the key.
    #[error("the key {key} was revoked on {at}; ask the workflow's owner for a new one")]
    KeyRevoked { key: String, at: Timestamp },
    /// The key serves several workflows and the call names none.
    #[error("this key serves several workflows ({0}); name one in the header x-countersign-workflow")]
    WorkflowNotNamed(String),
    /// The key does not serve the named workflow.
    #[error("this key does not serve the workflow {0:?}; it serves {1}")]
    WorkflowNotServed(String, String),
    /// The workflow is no longer in the workspace.
    #[error("the workflow {0} is not in the workspace any more; its keys answer nothing")]
    WorkflowGone(WorkflowId),
    /// The owner is missing or has left.
    #[error(
        "the workflow {workflow} has no owner: {owner} is not among the people of the workspace; name a person as owner in workflows/{workflow}.toml"
    )]
    NoOwner { workflow: WorkflowId, owner: String },

    // 02xx: what the call asks for
    /// The body is not JSON.
    #[error("the body is not valid JSON: {0}")]
    BodyNotJson(String),
    /// A field has the wrong type or value.
    #[error("{field}: {problem}")]
    BadField { field: String, problem: String },
    /// The body is too large.
    #[error("the body is larger than the limit of {limit_bytes} bytes ([gateway] max_body)")]
    BodyTooLarge { limit_bytes: u64 },
    /// A header can't be used.
    #[error("the header {header} {problem}")]
    BadHeader { header: &'static str, problem: String },
    /// The model is neither a route nor an allowed target.
    #[error("the model {asked:?} is not available to the workflow {workflow}; it may use {allowed}")]
    ModelNotAllowed { asked: String, workflow: WorkflowId, allowed: String },
    /// The target speaks another dialect than the caller.
    #[error(
        "{target} speaks the {speaks} dialect, and this endpoint needs {needs}; ask for a target of that dialect"
    )]
    DialectMismatch { target: String, speaks: &'static str, needs: &'static str },
    /// The call asks for what the target's dialect can't offer.
    #[error("{target} speaks another dialect: {problem}")]
    Untranslatable { target: String, problem: String },
    /// Translation would lose something, and the workflow refuses that.
    #[error(
        "{target} speaks another dialect, and translation would lose {lost}; the workflow refuses that ([routes] lossy = \"refuse\")"
    )]
    LossRefused { target: String, lost: String },
    /// No such path.
    #[error(
        "there is nothing at {0}; the gateway serves /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/models, /v1/messages, /v1/messages/count_tokens and /v1beta/models/{{model}}:generateContent, :streamGenerateContent and :countTokens"
    )]
    NoSuchPath(String),
    /// The path exists, for other methods.
    #[error("{path} answers {allowed} only")]
    MethodNotAllowed { path: String, allowed: &'static str },
    /// A websocket upgrade on an endpoint that has none.
    #[error("websockets are not offered here; use POST with \"stream\": true")]
    NoWebsocket,
    /// The model has no price and the policy refuses such calls.
    #[error(
        "{target} has no price in the price book or the workspace, and [pricing] unknown_model is \"refuse\"; add a price to prices.toml"
    )]
    UnknownPrice { target: String },

    /// The body stopped arriving.
    #[error("the body did not arrive whole: {0}")]
    BodyIncomplete(String),
    /// The body is compressed.
    #[error("bodies with content-encoding {0:?} are not read here; send it uncompressed")]
    BodyEncoded(String),

    /// The key stands in the address, where proxies and logs keep it.
    #[error(
        "a key in the address (?key=…) is not accepted, because addresses end up in logs; send it as x-goog-api-key or `Authorization: Bearer cs_…`, and have this one replaced"
    )]
    KeyInAddress,
    /// The workflow has no prompt of that name.
    #[error("there is no prompt {name:?} for the workflow {workflow}{hint}")]
    NoSuchPrompt { name: String, workflow: WorkflowId, hint: String },
    /// The version that was asked for is neither live nor the run's.
    #[error(
        "the prompt {prompt} has no version {asked:?} that could answer; live is {live}; leave out `version`, or ask for that one"
    )]
    PromptVersionNotLive { prompt: String, asked: String, live: String },
    /// A variable is missing, or is of the wrong type.
    #[error("the prompt {prompt} can't be rendered: {problem}")]
    PromptVariable { prompt: String, problem: String },
    /// Rendering did not come to an end within its bounds.
    #[error("the prompt {prompt} was not rendered: {problem}")]
    PromptNotRendered { prompt: String, problem: String },

    // 03xx: controls
    /// A switch is off.
    #[error("{scope} is switched off by {by} since {since}: {reason}")]
    SwitchedOff { scope: Scope, by: String, since: Timestamp, reason: String },
    /// A switch sends the work to people.
    #[error(
        "{scope} is handled by people for now (switched by {by} since {since}: {reason}); contact {owner}, who owns it"
    )]
    HumanOnly { scope: Scope, by: String, since: Timestamp, reason: String, owner: String },
    /// Requests per minute.
    #[error("{scope} is limited to {limit} requests a minute; try again in {retry_s} s")]
    RequestRate { scope: String, limit: u64, retry_s: u64 },
    /// Tokens per minute.
    #[error("{scope} is limited to {limit} tokens a minute; try again in {retry_s} s")]
    TokenRate { scope: String, limit: u64, retry_s: u64 },
    /// Calls at once.
    #[error("{scope} is limited to {limit} calls at once; try again when one has ended")]
    Concurrency { scope: String, limit: u64 },
    /// Inferences per run.
    #[error(
        "the run has made {limit} inferences, the most that {workflow} allows (limits.iterations_per_run); start a new run"
    )]
    IterationCap { workflow: WorkflowId, limit: u64 },
    /// The budget is spent, or what is left is held by calls under way.
    #[error(
        "the budget of {limit} for {account} is {}: {settled} charged, {held} held by calls under way, this call may cost {needs}",
        if only_held(*limit, *settled, *needs) { "held" } else { "spent" }
    )]
    BudgetSpent { account: Account, limit: NanoUsd, settled: NanoUsd, held: NanoUsd, needs: NanoUsd },
    /// Records can't be kept, and a call without a record is not made.
    #[error("the ledger can't take records right now ({0}); no call is made without one")]
    LedgerUnavailable(String),
    /// The server is going down.
    #[error("the server is shutting down; try again in a few seconds")]
    ShuttingDown,

    /// The request insists on a tool that the workflow may not use.
    #[error("the tool {tool:?} is not allowed to the workflow {workflow}; it may use {allowed}")]
    ToolNotAllowed { tool: String, workflow: WorkflowId, allowed: String },
    /// The model called a tool that the workflow may not use.
    #[error(
        "the model called the tool {tool:?}, which the workflow {workflow} may not use; the answer was stopped before the call's arguments"
    )]
    ToolCallBlocked { tool: String, workflow: WorkflowId },
    /// A text holds what must not pass.
    #[error(
        "the {direction} holds something of the kind {kind}, which [redaction] of the workflow {workflow} does not let pass; take it out and try again"
    )]
    ContentBlocked { direction: &'static str, kind: String, workflow: WorkflowId },

    // 04xx: the provider
    /// Could not connect.
    #[error("could not connect to the provider {provider}: {problem}")]
    UpstreamUnreachable { provider: ProviderId, problem: String },
    /// A time-out.
    #[error("the provider {provider} sent nothing for {seconds} s ({phase} timeout)")]
    UpstreamTimeout { provider: ProviderId, phase: &'static str, seconds: u64 },
    /// The connection broke.
    #[error("the connection to the provider {provider} broke before the answer was complete: {problem}")]
    UpstreamBroken { provider: ProviderId, problem: String },
    /// The stream ended early.
    #[error("the provider {provider} ended the stream before its last event")]
    UpstreamTruncated { provider: ProviderId },
    /// The provider's credential can't be read.
    #[error("the credential of the provider {provider} can't be read: {problem}")]
    CredentialMissing { provider: ProviderId, problem: String },

    // 06xx: telemetry that is sent in
    /// A body that is no OTLP.
    #[error("the body can't be decoded as OTLP {signal} in {encoding}: {problem}")]
    TelemetryUndecodable { signal: &'static str, encoding: &'static str, problem: String },
    /// A content type other than the two of OTLP/HTTP.
    #[error("the content-type {0:?} is not read here; send application/x-protobuf or application/json")]
    TelemetryType(String),
    /// Too many posts at once.
    #[error("too much telemetry is being taken in; send it again in {retry_s} s")]
    TelemetryBusy { retry_s: u64 },
    /// Too large, perhaps only once it is decompressed.
    #[error("the body is larger than {limit_bytes} bytes when decompressed; send smaller batches")]
    TelemetryTooLarge { limit_bytes: u64 },
    /// A compression that is not read, or a body that is not of it.
    #[error("the content-encoding {0}; send it as gzip or uncompressed")]
    TelemetryEncoding(String),

    // 05xx: the control plane
    /// The permission table says no.
    #[error("{who} may not {}", act.describe())]
    NotPermitted { who: String, act: Act },
    /// Not signed in.
    #[error("sign in first, or send a token as `Authorization: Bearer …`")]
    NotSignedIn,
    /// The address and password, or the link, do not match.
    #[error("{0}")]
    SignInFailed(String),
    /// Nothing of that name.
    #[error("there is no {noun} {name:?}{hint}")]
    NotFound { noun: &'static str, name: String, hint: String },
    /// An argument is wrong.
    #[error("{what}: {problem}")]
    BadArgument { what: String, problem: String },
    /// A switch needs a reason.
    #[error("a switch needs a reason; say why, so that whoever finds {0} this way knows")]
    ReasonMissing(Scope),
    /// The switch already stands there.
    #[error("{scope} already is {state}")]
    SwitchUnchanged { scope: Scope, state: State },
    /// A form without its token.
    #[error("the form has expired or was sent from another site; load the page again")]
    ForgedForm,
    /// Too many attempts.
    #[error("too many attempts; try again in {retry_s} s")]
    TooManyAttempts { retry_s: u64 },
    /// The switch can't be drilled as things stand.
    #[error("{scope} can't be drilled: {why}")]
    NoDrill { scope: Scope, why: String },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code(match self {
            Self::NoKey => 101,
            Self::UnknownKey => 102,
            Self::KeyExpired { .. } => 103,
            Self::KeyRevoked { .. } => 104,
            Self::WorkflowNotNamed(_) => 105,
            Self::WorkflowNotServed(..) => 106,
            Self::WorkflowGone(_) => 107,
            Self::NoOwner { .. } => 108,
            Self::BodyNotJson(_) => 201,
            Self::BadField { .. } => 202,
            Self::BodyTooLarge { .. } => 203,
            Self::BadHeader { .. } => 204,
            Self::ModelNotAllowed { .. } => 205,
            Self::DialectMismatch { .. } => 206,
            Self::NoSuchPath(_) => 207,
            Self::MethodNotAllowed { .. } => 208,
            Self::NoWebsocket => 209,
            Self::UnknownPrice { .. } => 210,
            Self::BodyIncomplete(_) => 211,
            Self::BodyEncoded(_) => 212,
            Self::Untranslatable { .. } => 220,
            Self::LossRefused { .. } => 221,
            Self::KeyInAddress => 240,
            Self::NoSuchPrompt { .. } => 230,
            Self::PromptVersionNotLive { .. } => 231,
            Self::PromptVariable { .. } => 232,
            Self::PromptNotRendered { .. } => 233,
            Self::SwitchedOff { .. } => 301,
            Self::HumanOnly { .. } => 302,
            Self::RequestRate { .. } => 303,
            Self::TokenRate { .. } => 304,
            Self::Concurrency { .. } => 305,
            Self::IterationCap { .. } => 306,
            Self::BudgetSpent { .. } => 307,
            Self::LedgerUnavailable(_) => 308,
            Self::ShuttingDown => 309,
            Self::ToolNotAllowed { .. } => 320,
            Self::ToolCallBlocked { .. } => 321,
            Self::ContentBlocked { .. } => 322,
            Self::UpstreamUnreachable { .. } => 401,
            Self::UpstreamTimeout { .. } => 402,
            Self::UpstreamBroken { .. } => 403,
            Self::UpstreamTruncated { .. } => 404,
            Self::CredentialMissing { .. } => 405,
            Self::TelemetryUndecodable { .. } => 601,
            Self::TelemetryType(_) => 602,
            Self::TelemetryBusy { .. } => 603,
            Self::TelemetryTooLarge { .. } => 604,
            Self::TelemetryEncoding(_) => 605,
            Self::NotPermitted { .. } => 501,
            Self::NotSignedIn => 502,
            Self::SignInFailed(_) => 503,
            Self::NotFound { .. } => 504,
            Self::BadArgument { .. } => 505,
            Self::ReasonMissing(_) => 506,
            Self::SwitchUnchanged { .. } => 507,
            Self::ForgedForm => 508,
            Self::TooManyAttempts { .. } => 509,
            Self::NoDrill { .. } => 510,
        })
    }

    /// Every code there is, for the check that each has a page.
    #[must_use]
    pub fn all_codes() -> Vec<Code> {
        [
            101..=108,
            201..=212,
            220..=221,
            230..=233,
            240..=240,
            301..=309,
            320..=322,
            401..=405,
            501..=510,
            601..=605,
        ]
        .into_iter()
        .flatten()
        .map(Code)
        .collect()
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NoKey | Self::UnknownKey | Self::KeyExpired { .. } | Self::KeyRevoked { .. } => 401,
            Self::KeyInAddress | Self::NotSignedIn | Self::SignInFailed(_) => 401,
            Self::BudgetSpent { .. } => 402,
            Self::NoOwner { .. } | Self::WorkflowNotServed(..) | Self::WorkflowGone(_) => 403,
            Self::NotPermitted { .. } | Self::ForgedForm => 403,
            Self::NoSuchPath(_) | Self::NotFound { .. } => 404,
            Self::MethodNotAllowed { .. } => 405,
            Self::BodyIncomplete(_) => 408,
            Self::HumanOnly { .. } | Self::SwitchUnchanged { .. } | Self::NoDrill { .. } => 409,
            Self::BodyTooLarge { .. } | Self::TelemetryTooLarge { .. } => 413,
            Self::BodyEncoded(_) | Self::TelemetryType(_) => 415,
            Self::NoWebsocket => 426,
            Self::RequestRate { .. }
            | Self::TokenRate { .. }
            | Self::Concurrency { .. }
            | Self::IterationCap { .. }
            | Self::TooManyAttempts { .. }
            | Self::TelemetryBusy { .. } => 429,
            Self::UpstreamUnreachable { .. }
            | Self::UpstreamBroken { .. }
            | Self::UpstreamTruncated { .. } => 502,
            Self::SwitchedOff { .. }
            | Self::LedgerUnavailable(_)
            | Self::ShuttingDown
            | Self::CredentialMissing { .. } => 503,
            Self::UpstreamTimeout { .. } => 504,
            Self::WorkflowNotNamed(_)
            | Self::BodyNotJson(_)
            | Self::BadField { .. }
            | Self::BadHeader { .. }
            | Self::ModelNotAllowed { .. }
            | Self::DialectMismatch { .. }
            | Self::Untranslatable { .. }
            | Self::LossRefused { .. }
            | Self::UnknownPrice { .. }
            | Self::NoSuchPrompt { .. }
            | Self::PromptVersionNotLive { .. }
            | Self::PromptVariable { .. }
            | Self::PromptNotRendered { .. }
            | Self::ToolNotAllowed { .. }
            | Self::ToolCallBlocked { .. }
            | Self::ContentBlocked { .. }
            | Self::BadArgument { .. }
            | Self::TelemetryUndecodable { .. }
            | Self::TelemetryEncoding(_)
            | Self::ReasonMissing(_) => 400,
        }
    }

    /// Whether trying again can help.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        match self {
            Self::RequestRate { retry_s, .. }
            | Self::TokenRate { retry_s, .. }
            | Self::TooManyAttempts { retry_s }
            | Self::TelemetryBusy { retry_s } => Retry::After(*retry_s),
            Self::Concurrency { .. } => Retry::After(1),
            Self::BudgetSpent { limit, settled, needs, .. } if only_held(*limit, *settled, *needs) => {
                Retry::After(2)
            }
            Self::LedgerUnavailable(_) | Self::ShuttingDown => Retry::After(5),
            Self::UpstreamUnreachable { .. }
            | Self::UpstreamTimeout { .. }
            | Self::UpstreamBroken { .. }
            | Self::UpstreamTruncated { .. } => Retry::Free,
            _ => Retry::Never,
        }
    }
}

/// Whether a budget would pay for the call if no other call held any of it: then waiting helps.
const fn only_held(limit: NanoUsd, settled: NanoUsd, needs: NanoUsd) -> bool {
    needs.nano() <= limit.nano().saturating_sub(settled.nano())
}

impl From<ParseIdError> for Refusal {
    fn from(error: ParseIdError) -> Self {
        Self::BadArgument { what: "id".into(), problem: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_and_print_with_four_digits() {
        let codes = Refusal::all_codes();
        for refusal in [
            Refusal::NoKey,
            Refusal::NoWebsocket,
            Refusal::UnknownPrice { target: "a/b".into() },
            Refusal::ShuttingDown,
            Refusal::TooManyAttempts { retry_s: 1 },
            Refusal::NoDrill { scope: Scope::All, why: "it is off".into() },
        ] {
            assert!(codes.contains(&refusal.code()), "{refusal}");
        }
        assert_eq!(Refusal::NoKey.code().to_string(), "CS-0101");
    }

    #[test]
    fn a_spent_budget_is_not_retried() {
        assert_eq!(Refusal::UnknownKey.retry(), Retry::Never);
        for (settled, retry, word) in [(0, Retry::After(2), "is held:"), (8, Retry::Never, "is spent:")] {
            let (limit, needs) = (NanoUsd::from_nano(10), NanoUsd::from_nano(3));
            let (settled, held) = (NanoUsd::from_nano(settled), NanoUsd::from_nano(10 - settled));
            let account = Account::Held(crate::holder::Holder::Organisation, crate::time::Window::Day);
            let refusal = Refusal::BudgetSpent { account, limit, settled, held, needs };
            assert_eq!(refusal.retry(), retry);
            assert!(refusal.to_string().contains(word), "{refusal}");
        }
        assert_eq!(Refusal::RequestRate { scope: "x".into(), limit: 1, retry_s: 7 }.retry(), Retry::After(7));
    }
}

//! Every expected "no", with its stable code.
//!
//! A refusal is public: its text says what is wrong, where, and what to do next, and its code has
//! a page in `docs/errors/`. What breaks outside us is not a refusal but a fault; faults live in
//! the adapters and are never shown in full.

mod answer;
mod code;

pub use answer::Retry;
pub use code::Code;

use crate::budget::Account;
use crate::ids::{ParseIdError, ProviderId, WorkflowId};
use crate::money::NanoUsd;
use crate::people::Act;
use crate::switch::{Scope, State};
use crate::time::Timestamp;

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
        "the workflow {workflow} has no owner: {owner} is not among the people of the workspace, or has left; name a person as owner in workflows/{workflow}.toml"
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
        "there is nothing at {0}; {hint}the gateway serves /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/models, /v1/messages, /v1/messages/count_tokens and /v1beta/models/{{model}}:generateContent, :streamGenerateContent and :countTokens",
        hint = base_url_hint(.0)
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
    /// A switch keeps the call from being answered: it is off, or in a state that comes to that.
    #[error("{scope} is switched {} by {by} since {since}: {reason}", turned(*state))]
    SwitchedOff { scope: Scope, state: State, by: String, since: Timestamp, reason: String },
    /// A switch sends the work to people.
    #[error(
        "{scope} is handled by people for now (switched by {by} since {since}: {reason}); contact {owner}, who owns the workflow"
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
        if answer::only_held(*limit, *settled, *needs) { "held" } else { "spent" }
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
        "the {direction} holds something of the kind {kind}, which [redaction] of the workflow {workflow} does not let pass; {advice}",
        advice = blocked_advice(direction)
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
    /// A key serves workflows that are not this person's.
    #[error(
        "{who} may not manage keys of {workflows}: that is for the workflow's owner, its deputy and admins"
    )]
    NotKeeper { who: String, workflows: String },
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
    /// What is asked for is in a database that can't be reached now.
    #[error(
        "the database is away, and this can't be answered without it; the server's log says why under the reference {reference}"
    )]
    DatabaseAway { reference: String },
    /// Something broke in the server.
    #[error("the server could not do this; its log says why under the reference {reference}")]
    Broken { reference: String },
}

impl From<ParseIdError> for Refusal {
    fn from(error: ParseIdError) -> Self {
        Self::BadArgument { what: "id".into(), problem: error.to_string() }
    }
}

/// Where a switch stands, after "switched".
const fn turned(state: State) -> &'static str {
    match state {
        State::On => "on",
        State::Fallback => "to fallback",
        State::HumanOnly => "to human-only",
        State::Off => "off",
    }
}

/// What a path without a version comes from: `POST /chat/completions`.
fn base_url_hint(path: &str) -> &'static str {
    if path.starts_with("/v1") { "" } else { "the base URL of an OpenAI client ends in /v1; " }
}

/// What can be done about a text that was blocked. An answer is not the caller's to change.
fn blocked_advice(direction: &str) -> &'static str {
    if direction == "request" {
        "take it out and try again"
    } else {
        "it was made and is paid for, and the same question may be blocked again"
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, WorkflowId};

    #[test]
    fn a_path_without_a_version_is_told_how_the_base_url_ends() {
        for (path, hinted) in
            [("/chat/completions", true), ("/models", true), ("/v1/files", false), ("/v1beta/files", false)]
        {
            let text = Refusal::NoSuchPath(path.into()).to_string();
            assert!(text.starts_with(&format!("there is nothing at {path}; ")), "{text}");
            assert_eq!(text.contains("ends in /v1"), hinted, "{text}");
        }
    }

    #[test]
    fn only_what_the_caller_wrote_is_the_callers_to_take_out() {
        for (direction, advised) in [("request", true), ("answer", false)] {
            let workflow = WorkflowId::new("support").unwrap();
            let text = Refusal::ContentBlocked { direction, kind: "card".into(), workflow }.to_string();
            assert_eq!(text.contains("take it out"), advised, "{text}");
        }
    }
}

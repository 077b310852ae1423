//! What a call holds while it runs, and how it gives it back.
//!
//! A [`Draft`] is a call that has an owner but nothing else yet; refusing it records the refusal.
//! An [`Open`] is an admitted call. It is closed exactly once: by [`Open::close`], or, where its
//! caller went away and the future was dropped, by its `Drop`, which finishes the same work on the
//! gateway's task tracker. Nothing that was accepted is lost either way.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use config::{ContentMode, Snapshot, Workflow};
use domain::budget::{Reservation, RunKey};
use domain::guarded::Guarded;
use domain::ids::InferenceId;
use domain::inference::{Attribution, Control, Endpoint, Fact, Opened, Status, Target, Verdict};
use domain::limits::{Headroom, Slot};
use domain::prompt::PromptUse;
use domain::usage::{Mode, Usage, UsageSource};
use domain::{NanoUsd, Refusal, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use protocols::request::InPath;
use providers::Reached;
use sha2::Sha256;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::Asked;
use super::cache;
use super::guard::Guard;
use super::identify::Caller;
use super::journey::Journey;
use super::route::Rated;
use super::tell::{self, Told};
use super::{record, settle};
use crate::estimate::Weight;
use crate::parts::Gateway;
use crate::running::Passport;
use crate::{headers, reply};

/// Bytes of an answer that are kept at most.
const MAX_KEPT: u64 = 64 << 20;

/// A call that is attributed, and not yet admitted.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) gateway: Gateway,
    pub(super) id: InferenceId,
    pub(super) started: Timestamp,
    pub(super) endpoint: Endpoint,
    /// Model and delivery, where the dialect says them in the path. Taken by the view.
    pub(super) in_path: Option<InPath>,
    pub(super) caller: Caller,
    pub(super) asked: String,
    /// The prompt it names, where it names one.
    pub(super) prompt: Option<Box<PromptUse>>,
    pub(super) stream: bool,
    pub(super) controls: Vec<Control>,
    pub(super) changes: Vec<String>,
    /// What the guards found and stopped.
    pub(super) guarded: Vec<Guarded>,
    pub(super) request_bytes: u64,
    pub(super) request_hash: Option<String>,
    /// What the rate limits leave, for the answer's headers.
    pub(super) headroom: Headroom,
    /// What is gathered for those who observe calls, where someone does.
    pub(super) told: Option<Box<Told>>,
}

impl Draft {
    pub(super) fn new(gateway: &Gateway, asked: Asked, caller: Caller, now: Timestamp) -> Self {
        Self {
            id: gateway.new_id(now),
            gateway: gateway.clone(),
            started: now,
            endpoint: asked.endpoint,
            in_path: asked.in_path,
            caller,
            asked: String::new(),
            prompt: None,
            stream: false,
            controls: Vec::new(),
            changes: Vec::new(),
            guarded: Vec::new(),
            request_bytes: 0,
            request_hash: None,
            headroom: Headroom::default(),
            told: None,
        }
    }

    /// The workflow as configured. It was there when the caller was identified, and the snapshot
    /// that it was found in is kept.
    pub(super) fn workflow(&self) -> Result<&Workflow, Refusal> {
        workflow_of(&self.caller.snapshot, &self.caller.attribution)
    }

    /// What answers: the workflow's variant, and the prompt where the call names one.
    pub(super) fn variant(&self) -> Cow<'_, str> {
        let workflow = self.workflow().map(|workflow| workflow.variant.as_str()).unwrap_or_default();
        match &self.prompt {
            None => Cow::Borrowed(workflow),
            Some(prompt) => Cow::Owned(format!("{workflow}+{prompt}")),
        }
    }

    pub(super) fn note(&mut self, name: &str, verdict: Verdict, why: impl Into<String>) {
        self.controls.push(Control { name: name.to_owned(), verdict, why: why.into() });
    }

    /// Takes in what was asked, as a keyed hash.
    pub(super) fn hash_request(&mut self, body: &[u8]) {
        self.request_bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
        self.request_hash = keyed(&self.gateway).map(|mut mac| {
            mac.update(body);
            hex::encode(mac.finalize().into_bytes())
        });
    }

    /// Records the refusal, and answers with it.
    pub(super) async fn refuse(mut self, refusal: Refusal) -> Response<Body> {
        self.note(control_of(&refusal), Verdict::Stop, refusal.to_string());
        let response = self.answer(&refusal);
        let gateway = self.gateway.clone();
        let _until_recorded = gateway.tasks.token();
        let told = tell::take(&mut self);
        let snapshot = Arc::clone(&self.caller.snapshot);
        let fact = self.into_fact(Status::Refused, refusal.status(), Some(&refusal));
        tell::ended(&gateway, told, &fact);
        record::fact(&gateway, &snapshot, fact).await;
        response
    }

    /// The refusal as an answer to this call.
    pub(super) fn answer(&self, refusal: &Refusal) -> Response<Body> {
        let mut response = reply::refusal(self.endpoint.dialect(), refusal, Some(&self.id.to_string()));
        self.mark(response.headers_mut());
        response
    }

    /// Says which call an answer belongs to, under what it ran, and what its limits leave.
    pub(super) fn mark(&self, answer: &mut HeaderMap) {
        let attribution = &self.caller.attribution;
        headers::set(answer, "x-countersign-inference", &self.id.to_string());
        headers::set(answer, "x-countersign-run", attribution.run.as_str());
        headers::set(answer, "x-countersign-config", self.caller.snapshot.workspace.short_hash());
        headers::set(answer, "x-countersign-variant", &self.variant());
        headers::set_headroom(answer, self.endpoint.dialect(), &self.headroom, self.gateway.now());
    }

    /// The fact about this call with nothing used and nowhere gone.
    pub(super) fn into_fact(self, status: Status, http_status: u16, refusal: Option<&Refusal>) -> Fact {
        Fact {
            id: self.id,
            started: self.started,
            endpoint: self.endpoint,
            variant: self.variant().into_owned(),
            prompt: self.prompt,
            cache: None,
            config: self.caller.snapshot.workspace.short_hash().to_owned(),
            attribution: self.caller.attribution,
            asked: self.asked,
            target: None,
            stream: self.stream,
            status,
            http_status,
            code: refusal.map(|refusal| refusal.code().to_string()),
            error: refusal.map(ToString::to_string),
            first_byte_ms: None,
            duration_ms: self.gateway.now().since(self.started).max(0),
            usage: Usage::default(),
            usage_source: UsageSource::Reported,
            cost: NanoUsd::ZERO,
            price: Vec::new(),
            abandoned: Vec::new(),
            price_estimated: false,
            reserved: NanoUsd::ZERO,
            controls: self.controls,
            changes: self.changes,
            guarded: self.guarded,
            request_bytes: self.request_bytes,
            response_bytes: 0,
            request_hash: self.request_hash,
            response_hash: None,
            upstream_id: None,
            response_id: None,
            simulated: false,
        }
    }
}

/// The workflow a call is attributed to, in the configuration it runs under.
pub(super) fn workflow_of<'a>(snapshot: &'a Snapshot, of: &Attribution) -> Result<&'a Workflow, Refusal> {
    snapshot.workspace.workflows.get(&of.workflow).ok_or_else(|| Refusal::WorkflowGone(of.workflow.clone()))
}

/// Which control a refusal speaks for.
pub(super) const fn control_of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoOwner { .. } => "owner",
        Refusal::SwitchedOff { .. } | Refusal::HumanOnly { .. } => "switch",
        Refusal::RequestRate { .. } | Refusal::TokenRate { .. } | Refusal::Concurrency { .. } => "rate-limit",
        Refusal::IterationCap { .. } => "iteration-cap",
        Refusal::BudgetSpent { .. } => "budget",
        Refusal::ModelNotAllowed { .. } | Refusal::DialectMismatch { .. } => "route",
        Refusal::UnknownPrice { .. } => "price",
        Refusal::LedgerUnavailable(_) => "ledger",
        Refusal::UnknownKey | Refusal::KeyRevoked { .. } => "key",
        Refusal::ShuttingDown => "shutdown",
        Refusal::UpstreamTimeout { .. } => "timeout",
        Refusal::ToolNotAllowed { .. } => "tools",
        Refusal::ToolCallBlocked { .. } => "blocked_tool_call",
        Refusal::ContentBlocked { .. } => "redaction",
        Refusal::NoSuchPrompt { .. }
        | Refusal::PromptVersionNotLive { .. }
        | Refusal::PromptVariable { .. }
        | Refusal::PromptNotRendered { .. } => "prompt",
        _ => "request",
    }
}

/// How a call ended.
#[derive(Debug)]
pub(super) enum End {
    /// It was refused after all, before anything was sent.
    Refused(Refusal),
    /// The provider's answer, whatever its status, was delivered.
    Answered,
    /// It could not be made or broke off.
    Failed(Refusal),
    /// A control ended it while it ran.
    Cut(Refusal),
    /// The caller went away.
    Gone,
}

/// What has been seen of the answer so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Whether it was given to the network for the provider …
    pub(super) sent: bool,
    /// … and whether there was a connection that it can have gone out on.
    pub(super) reached: Reached,
    /// When it was given to the network.
    pub(super) sent_at: Timestamp,
    /// Whether the provider's status said that it did not do the work.
    pub(super) declined: bool,
    pub(super) first_byte: Option<Timestamp>,
    pub(super) http_status: u16,
    pub(super) usage: Option<Usage>,
    /// How the provider says it processed the call.
    pub(super) tier: Option<Mode>,
    /// Whether `usage` is the provider's final word.
    pub(super) usage_final: bool,
    /// Whether the answer came to its proper end.
    pub(super) complete: bool,
    /// Bytes of text the model wrote.
    pub(super) output_bytes: u64,
    pub(super) response_bytes: u64,
    /// An error the provider reported inside its answer.
    pub(super) upstream_error: Option<String>,
    pub(super) upstream_id: Option<String>,
    /// The provider's id of the answer, from its body.
    pub(super) response_id: Option<String>,
    /// Boxed: two states of the hash are large, and a call is moved often.
    pub(super) mac: Option<Box<Hmac<Sha256>>>,
    /// The answer, where its content is kept.
    pub(super) pieces: Option<Vec<Bytes>>,
}

/// An admitted call and everything it holds.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) draft: Draft,
    pub(super) target: Target,
    pub(super) simulated: bool,
    pub(super) rated: Rated,
    pub(super) weight: Weight,
    pub(super) input_estimate: u64,
    /// The dearest way to process the call that was asked for.
    pub(super) tier: Mode,
    /// Output tokens that the model may write without anyone here seeing them.
    pub(super) unseen_output: u64,
    pub(super) slot: Option<Slot>,
    pub(super) reservation: Option<Reservation>,
    pub(super) run: Option<RunKey>,
    pub(super) passport: Arc<Passport>,
    pub(super) journey: Journey,
    pub(super) request: Option<Bytes>,
    /// What guards it, where its workflow has guards.
    pub(super) guard: Option<Box<Guard>>,
    /// What the cache does with it, where its workflow has one.
    pub(super) cache: Option<Box<cache::Asked>>,
    pub(super) progress: Progress,
    /// Lets a shutdown wait until the call is recorded.
    pub(super) token: TaskTrackerToken,
}

impl Call {
    /// What is written before the call leaves.
    pub(super) fn opened(&self) -> Opened {
        let draft = &self.draft;
        Opened {
            id: draft.id,
            instance: draft.gateway.parts.instance.clone(),
            started: draft.started,
            endpoint: draft.endpoint,
            attribution: draft.caller.attribution.clone(),
            asked: draft.asked.clone(),
            target: self.target.clone(),
            variant: draft.variant().into_owned(),
            prompt: draft.prompt.clone(),
            config: draft.caller.snapshot.workspace.short_hash().to_owned(),
            reserved: self.reservation.as_ref().map_or(NanoUsd::ZERO, Reservation::amount),
            abandoned: self.journey.abandoned(),
            input_estimate: self.input_estimate,
            simulated: self.simulated,
        }
    }

    /// Takes note of a piece of the answer on its way to the caller.
    pub(super) fn saw(&mut self, piece: &Bytes) {
        let progress = &mut self.progress;
        progress.response_bytes += u64::try_from(piece.len()).unwrap_or(0);
        if let Some(mac) = &mut progress.mac {
            mac.update(piece);
        }
        if let Some(cache::Asked::Miss(ticket)) = self.cache.as_deref_mut() {
            ticket.saw(piece);
        }
        if let Some(pieces) = progress.pieces.as_mut().filter(|_| progress.response_bytes <= MAX_KEPT) {
            pieces.push(piece.clone());
        }
    }
}

/// An admitted call that will be closed, one way or the other.
#[derive(Debug)]
pub(super) struct Open(Option<Box<Call>>);

impl Open {
    /// Enters the register of calls under way.
    pub(super) fn new(mut call: Call) -> Self {
        call.progress.mac = keyed(&call.draft.gateway).map(Box::new);
        let keeps = call.draft.workflow().is_ok_and(|workflow| workflow.content.mode != ContentMode::Hash);
        if keeps {
            call.progress.pieces = Some(Vec::new());
        } else {
            call.request = None;
        }
        call.draft.gateway.running.enter(call.draft.id, Arc::clone(&call.passport));
        Self(Some(Box::new(call)))
    }

    /// The call. `None` only after it was closed.
    pub(super) fn call(&mut self) -> Option<&mut Call> {
        self.0.as_deref_mut()
    }

    /// Closes the call: settles, gives back, records durably. Returns what it cost.
    pub(super) async fn close(mut self, end: End) -> NanoUsd {
        match self.0.take() {
            Some(call) => settle::close(*call, end).await,
            None => NanoUsd::ZERO,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(call) = self.0.take() else { return };
        let tasks = call.draft.gateway.tasks.clone();
        tasks.spawn(async move {
            // A caller that hangs up after the last event has had its answer.
            let end = if call.progress.complete { End::Answered } else { End::Gone };
            settle::close(*call, end).await;
        });
    }
}

/// HMAC-SHA-256 with the instance's key: equal content can be recognised, and not guessed.
fn keyed(gateway: &Gateway) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(gateway.parts.hash_key.expose()).ok()
}

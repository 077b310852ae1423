//! Guard: what may leave, and what may come back. Fails closed.
//!
//! Between admission and sending, tools that the workflow may not use, or that are switched off,
//! are taken out of the request and its texts are redacted; the answer goes through the same hands on its way back,
//! whole or event by event. A tool that is switched off meanwhile is none that a running answer
//! may still call. A workflow without guards passes here without a copy. What is found
//! is counted by kind and never named; pseudonyms live in the call's own vault and nowhere else.

use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use config::{Guards, Kept, OnSwitch};
use domain::Refusal;
use domain::guarded::{Deed, Direction, Guarded};
use domain::inference::{Endpoint, Verdict};
use domain::switch::{Scope, Switch};
use guardrails::{Action, Policy, Session, ToolPolicy, Vault};
use protocols::guard::{Blocked, StreamGuard, called, offered};

use super::admit::Admitted;
use super::found::Found;
use super::open::{Call, workflow_of};
use crate::metrics;

/// Bodies above this size are looked at where the runtime's other work does not wait for them: at
/// a hundred megabytes a second this is ten milliseconds.
const LARGE: usize = 1 << 20;
/// Longest name of a tool that a message repeats.
const LONGEST_NAME: usize = 64;

/// What guards one call.
#[derive(Debug)]
pub(super) struct Guard {
    tools: Option<ToolPolicy>,
    request: Found,
    answer: Answer,
}

/// How the answer is guarded.
#[derive(Debug)]
enum Answer {
    /// It has not come yet.
    Awaited(Option<Box<(Policy, Vault)>>),
    /// It comes event by event.
    Stream(Box<StreamGuard>),
    /// It came.
    Came(Found),
}

/// Guards a request: the same bytes, uncopied, where nothing changes.
pub(super) fn request(admitted: &mut Admitted) -> Result<(), Refusal> {
    let Admitted { open, view, body, .. } = admitted;
    let Some(call) = open.call() else { return Ok(()) };
    let snapshot = Arc::clone(&call.draft.caller.snapshot);
    let workflow = workflow_of(&snapshot, &call.draft.caller.attribution)?;
    let guards = snapshot.guards_of(workflow);
    let tools = tools(call, guards);
    if guards.is_none() && tools.is_none() {
        return Ok(());
    }
    let passed = aside(body.len(), || {
        let offered = offer(call, tools.as_ref(), body)?;
        redact(call, guards, tools, &offered)
    })?;
    if passed != *body {
        *view = view.again(&passed)?;
        *body = passed;
    }
    Ok(())
}

/// Does work on so many bytes without making other calls wait for it.
pub(super) fn aside<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let several = tokio::runtime::Handle::try_current()
        .is_ok_and(|handle| handle.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread);
    if bytes > LARGE && several { tokio::task::block_in_place(work) } else { work() }
}

/// What the workflow allows, without what is switched off; `None` where every tool may be used.
fn tools(call: &Call, guards: Option<&Guards>) -> Option<ToolPolicy> {
    let allowed = guards.and_then(|guards| guards.tools.clone());
    let board = call.draft.gateway.parts.live.board();
    match board.tools_off() {
        off if off.is_empty() => allowed,
        off => Some(allowed.unwrap_or_else(ToolPolicy::everything).without(off)),
    }
}

/// The switch that keeps a tool from being used.
fn switched_off(call: &Call, tool: &str) -> Option<Refusal> {
    let board = call.draft.gateway.parts.live.board();
    let Switch { scope, state, reason, by, since } = board.get(&Scope::Tool(tool.to_owned()))?.clone();
    Some(Refusal::SwitchedOff { scope, state, by, since, reason })
}

/// Takes out the tools that may not be used.
fn offer(call: &mut Call, tools: Option<&ToolPolicy>, body: &Bytes) -> Result<Bytes, Refusal> {
    let Some(tools) = tools else { return Ok(body.clone()) };
    let offered = offered(call.draft.endpoint, body, tools).map_err(|blocked| match blocked {
        Blocked::Tool(tool) => not_allowed(call, tools, &tool),
        other => refusal(call, "request", other),
    })?;
    if !offered.removed.is_empty() {
        let mut words = Vec::with_capacity(offered.removed.len());
        for name in &offered.removed {
            let off = if switched_off(call, name).is_some() { " (switched off)" } else { "" };
            words.push(format!("{}{off}", shown(name)));
            saw_tool(call, shown(name), Direction::Request, Deed::NotOffered);
        }
        let why = format!("not offered to the model: {}", words.join(", "));
        call.draft.changes.push(format!("tools: {why}"));
        call.draft.note("tools", Verdict::Change, why);
    }
    Ok(offered.body)
}

fn redact(
    call: &mut Call,
    guards: Option<&Guards>,
    tools: Option<ToolPolicy>,
    body: &Bytes,
) -> Result<Bytes, Refusal> {
    let Some(guards) = guards else {
        let (request, answer) = (Found::default(), Answer::Awaited(None));
        call.guard = Some(Box::new(Guard { tools, request, answer }));
        return Ok(body.clone());
    };
    let parts = &call.draft.gateway.parts;
    let run = format!("{}/{}", call.draft.caller.attribution.workflow, call.draft.caller.attribution.run);
    let mut vault = Vault::new(parts.hash_key.expose(), &run);
    let (mut found, mut passed) = (Found::default(), Ok(body.clone()));
    if let Some(action) = guards.request {
        let policy = Policy { scanner: Some(Arc::clone(&guards.scanner)), action };
        let mut session = Session::new(policy, vault);
        passed = protocols::guard::request(body, &mut session);
        found = Found { counts: session.found().clone(), pseudonyms: false };
        vault = session.into_vault();
    }
    let scanner = guards.response.map(|_| Arc::clone(&guards.scanner));
    let needed = scanner.is_some() || !vault.is_empty();
    let policy = Policy { scanner, action: guards.response.unwrap_or(Action::Detect) };
    let answer = Answer::Awaited(needed.then(|| Box::new((policy, vault))));
    call.guard = Some(Box::new(Guard { tools, request: found, answer }));
    passed.map_err(|blocked| refusal(call, "request", blocked))
}

/// Whether the call holds pseudonyms of its run, in what was asked or what was answered.
pub(super) fn has_pseudonyms(call: &Call) -> bool {
    let Some(guard) = call.guard.as_deref() else { return false };
    match &guard.answer {
        Answer::Awaited(awaited) => awaited.as_ref().is_some_and(|awaited| !awaited.1.is_empty()),
        Answer::Stream(stream) => stream.session().is_some_and(Session::has_pseudonyms),
        Answer::Came(found) => found.pseudonyms,
    }
}

/// Guards an answer that came in one piece. Errors of the provider pass as they are: nothing in
/// them is an answer.
pub(super) fn answer(call: &mut Call, status: StatusCode, body: Bytes) -> Result<Bytes, Refusal> {
    let endpoint = call.draft.endpoint;
    if !status.is_success() || endpoint == Endpoint::Embeddings || endpoint.counts() {
        return Ok(body);
    }
    take_over(call);
    if call.guard.is_none() {
        return Ok(body);
    }
    aside(body.len(), || judge(call, &body))
}

fn judge(call: &mut Call, body: &Bytes) -> Result<Bytes, Refusal> {
    let endpoint = call.draft.endpoint;
    let Some(guard) = call.guard.as_mut() else { return Ok(body.clone()) };
    let judged = guard.tools.as_ref().map_or(Ok(()), |tools| called(endpoint, body, tools));
    let passed = judged.and_then(|()| {
        let Answer::Awaited(Some(awaited)) = std::mem::replace(&mut guard.answer, Answer::Awaited(None))
        else {
            return Ok(body.clone());
        };
        let (policy, vault) = *awaited;
        let mut session = Session::restoring(policy, vault);
        let passed = protocols::guard::answer(endpoint, body, &mut session);
        let pseudonyms = session.has_pseudonyms();
        guard.answer = Answer::Came(Found { counts: session.found().clone(), pseudonyms });
        passed
    });
    passed.map_err(|blocked| refusal(call, "answer", blocked))
}

/// Begins to guard an answer that comes event by event.
pub(super) fn begin_stream(call: &mut Call) {
    let endpoint = call.draft.endpoint;
    let Some(guard) = call.guard.as_mut() else { return };
    let Answer::Awaited(awaited) = &mut guard.answer else { return };
    let awaited = awaited.take();
    if awaited.is_none() && guard.tools.is_none() {
        return;
    }
    let session = awaited.map(|awaited| Session::restoring(awaited.0, awaited.1));
    let stream = StreamGuard::new(endpoint, session, guard.tools.clone());
    guard.answer = Answer::Stream(Box::new(stream));
}

/// Switches were turned: calls of tools in a stream are judged by how they stand now. Returns
/// whether a guard begins here, in mid-stream, because a tool was turned off and there was none.
pub(super) fn turned(call: &mut Call) -> bool {
    let (endpoint, Some(tools)) = (call.draft.endpoint, take_over(call)) else { return false };
    match call.guard.as_mut().map(|guard| &mut guard.answer) {
        Some(Answer::Stream(stream)) => {
            stream.judge_by(tools);
            false
        }
        Some(answer) => {
            *answer = Answer::Stream(Box::new(StreamGuard::new(endpoint, None, Some(tools))));
            true
        }
        None => false,
    }
}

/// Takes over which tools are off now; `None` where that is no news to the call. Where running calls
/// may finish, they keep the tools that they began with.
fn take_over(call: &mut Call) -> Option<ToolPolicy> {
    if call.draft.caller.snapshot.workspace.gateway.on_switch == OnSwitch::Finish {
        return None;
    }
    let off = call.draft.gateway.parts.live.board().tools_off();
    let tools = call.guard.as_ref().and_then(|guard| guard.tools.as_ref());
    if tools.map_or(&[][..], ToolPolicy::off) == off {
        return None;
    }
    let unguarded = || Guard { tools: None, request: Found::default(), answer: Answer::Awaited(None) };
    let guard = call.guard.get_or_insert_with(|| Box::new(unguarded()));
    let tools = guard.tools.take().unwrap_or_else(ToolPolicy::everything).without(off);
    guard.tools = Some(tools.clone());
    Some(tools)
}

/// Guards the next piece of a stream: what may pass of it now.
pub(super) fn piece(call: &mut Call, piece: Bytes) -> Result<Bytes, Refusal> {
    match call.guard.as_mut().map(|guard| &mut guard.answer) {
        Some(Answer::Stream(stream)) => {
            stream.push(&piece).map_err(|blocked| refusal(call, "answer", blocked))
        }
        Some(Answer::Awaited(_) | Answer::Came(_)) | None => Ok(piece),
    }
}

/// What was held back at the end of a stream.
pub(super) fn end(call: &mut Call) -> Result<Bytes, Refusal> {
    match call.guard.as_mut().map(|guard| &mut guard.answer) {
        Some(Answer::Stream(stream)) => stream.finish().map_err(|blocked| refusal(call, "answer", blocked)),
        Some(Answer::Awaited(_) | Answer::Came(_)) | None => Ok(Bytes::new()),
    }
}

/// What was held back of whole events when a stream breaks off.
pub(super) fn broken_off(call: &mut Call) -> Bytes {
    match call.guard.as_mut().map(|guard| &mut guard.answer) {
        Some(Answer::Stream(stream)) => stream.flush().unwrap_or_default(),
        Some(Answer::Awaited(_) | Answer::Came(_)) | None => Bytes::new(),
    }
}

/// Counts what was found, and says so in the record: kinds and numbers, never a value.
pub(super) fn settle(call: &mut Call) {
    let Some(guard) = call.guard.take() else { return };
    let answer = match guard.answer {
        Answer::Awaited(_) => Found::default(),
        Answer::Came(found) => found,
        Answer::Stream(stream) => Found {
            counts: stream.session().map(|session| session.found().clone()).unwrap_or_default(),
            pseudonyms: false,
        },
    };
    for (direction, found) in [(Direction::Request, guard.request), (Direction::Response, answer)] {
        for ((what, _), hits) in &found.counts {
            let workflow = &call.draft.caller.attribution.workflow;
            metrics::redacted(workflow, what.as_str(), direction.as_str(), *hits);
        }
        call.draft.controls.extend(found.control(direction));
        call.draft.guarded.extend(found.guarded(direction));
    }
}

/// Takes note of a tool that may not be used.
fn saw_tool(call: &mut Call, what: String, direction: Direction, deed: Deed) {
    let guard = domain::guarded::Guard::Tools;
    call.draft.guarded.push(Guarded { guard, what, direction, deed, hits: 1 });
}

/// What is kept of a call, where its workflow keeps redacted content: a copy in which everything
/// that is found is masked, whatever was done with it on its way. `None` where that can't be made.
pub(super) fn kept(call: &Call, request: Bytes, answer: Bytes) -> Option<(Bytes, Bytes)> {
    let snapshot = &call.draft.caller.snapshot;
    let workflow = workflow_of(snapshot, &call.draft.caller.attribution).ok()?;
    let Some(guards) = snapshot.guards_of(workflow).filter(|guards| guards.keeps == Kept::Masked) else {
        return Some((request, answer));
    };
    aside(request.len() + answer.len(), || masked(call, guards, &request, &answer))
}

fn masked(call: &Call, guards: &Guards, request: &Bytes, answer: &Bytes) -> Option<(Bytes, Bytes)> {
    let endpoint = call.draft.endpoint;
    let session = || Session::masking(Arc::clone(&guards.scanner));
    let request = protocols::guard::request(request, &mut session()).ok()?;
    let streamed = call.draft.stream && !answer.trim_ascii_start().starts_with(b"{");
    let answer = if streamed {
        let mut guard = StreamGuard::new(endpoint, Some(session()), None);
        let mut masked = guard.push(answer).ok()?.to_vec();
        masked.extend_from_slice(&guard.finish().ok()?);
        masked.into()
    } else {
        protocols::guard::answer(endpoint, answer, &mut session()).ok()?
    };
    Some((request, answer))
}

/// What the caller is told of something that must not pass.
fn refusal(call: &mut Call, direction: &'static str, blocked: Blocked) -> Refusal {
    let workflow = call.draft.caller.attribution.workflow.clone();
    match blocked {
        Blocked::Content(what) => Refusal::ContentBlocked { direction, kind: what.to_string(), workflow },
        Blocked::Tool(tool) => {
            metrics::tool_call_blocked(&workflow);
            saw_tool(call, shown(&tool), Direction::Response, Deed::Blocked);
            let blocked = Refusal::ToolCallBlocked { tool: shown(&tool), workflow };
            switched_off(call, &tool).unwrap_or(blocked)
        }
        Blocked::Unreadable(problem) => {
            Refusal::UpstreamBroken { provider: call.target.provider.clone(), problem: problem.to_owned() }
        }
    }
}

fn not_allowed(call: &mut Call, tools: &ToolPolicy, tool: &str) -> Refusal {
    saw_tool(call, shown(tool), Direction::Request, Deed::Blocked);
    if let Some(refusal) = switched_off(call, tool) {
        return refusal;
    }
    let workflow = call.draft.caller.attribution.workflow.clone();
    let allowed = match tools.patterns() {
        [] => "none".to_owned(),
        patterns => patterns.join(", "),
    };
    Refusal::ToolNotAllowed { tool: shown(tool), workflow, allowed }
}

/// The name of a tool as a message repeats it: a caller or a model chose it.
fn shown(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_-.:/".contains(c) { c } else { '?' };
    name.chars().take(LONGEST_NAME).map(plain).collect()
}

//! What follows a failed attempt: the same lane again, another credential, another target, or the
//! answer as it is.
//!
//! The rule is `domain::routing::react`'s; here it is carried out. Fails closed: a call that can't
//! be paid for or recorded at the next target does not go there.

use std::sync::Arc;
use std::time::Duration;

use config::{Api, Workspace};
use domain::inference::{Target, Verdict};
use domain::routing::{self, AfterTimeout, Lane, Reaction, Repeat, Situation, Spare, Trouble, Turn};
use domain::switch::State;
use domain::{NanoUsd, Refusal};

use super::super::admit::{self, Admitted};
use super::super::journey::{Journey, Stage};
use super::super::open::{Call, End, Progress, workflow_of};
use super::super::route::{self, Among, Choice, Rated, Way};
use super::super::{settle, translation};
use super::Setback;
use crate::metrics;
use crate::running::Passport;

/// What to do after a failed attempt.
pub(super) enum Onward {
    /// Another attempt.
    Again,
    /// The caller gets what there is.
    PassOn,
    /// The call is over.
    Ended(End),
}

/// Where a call goes next, apart from the choice that found it.
struct Stop {
    target: Target,
    lane: Lane,
    key: Option<config::SecretRef>,
    rated: Rated,
    simulated: bool,
}

/// Whether the call could turn elsewhere if its attempt failed.
pub(super) fn has_elsewhere(admitted: &mut Admitted) -> bool {
    let Some(call) = admitted.open.call() else { return false };
    let providers = &call.draft.caller.snapshot.workspace.providers;
    let keys = providers.get(&call.target.provider).map_or(0, |provider| provider.api_keys.len());
    left(call) > 0 || keys > 1
}

/// Begins the attempt: where another call's attempt is the lane's probe, this one
/// turns to another target, or where there is none, goes all the same.
pub(super) async fn take_turn(admitted: &mut Admitted) -> Result<(), End> {
    while let Some(call) = admitted.open.call() {
        let (gateway, now) = (call.draft.gateway.clone(), call.draft.gateway.now());
        if call.journey.is_at_start() {
            gateway.health().called(&call.target.provider, now);
        }
        if gateway.lane_begins(&call.journey.lane, call.journey.turn, now) {
            // From here on the lane hears how the attempt ends, whatever happens to the call.
            call.journey.begin(now);
            break;
        }
        let line = format!("{}: another call probes it; next target", call.journey.lane);
        let moved = advance(admitted, Among::Targets).await?;
        let Some(call) = admitted.open.call() else { break };
        match moved {
            Moved::Yes => call.draft.note("attempt", Verdict::Change, line),
            Moved::No => call.journey.turn = Turn::LeastBad,
        }
    }
    Ok(())
}

/// Tells the lane, and carries out the right reaction.
pub(super) async fn after(admitted: &mut Admitted, setback: &mut Setback) -> Onward {
    let trouble = &setback.trouble;
    let Some(call) = admitted.open.call() else { return Onward::PassOn };
    let gateway = call.draft.gateway.clone();
    if let Stage::Trying(began) = std::mem::replace(&mut call.journey.stage, Stage::Idle) {
        gateway.lane_failed(&call.journey.lane, (trouble, began), &setback.reading);
    }
    call.journey.trouble.clone_from(&trouble.what);
    let mut reaction = routing::react(&situation(admitted, trouble));
    let Some(call) = admitted.open.call() else { return Onward::PassOn };
    if matches!(reaction, Reaction::RetryHere | Reaction::NextCredential) && left_to_fallbacks(call) {
        reaction = Reaction::NextTarget;
    }
    if reaction != Reaction::PassOn && !gateway.health().grants_retry(&call.target.provider, gateway.now()) {
        metrics::retry_denied(&call.journey.lane);
        note(call, trouble, "no retry: a fifth of the calls are retries already");
        reaction = Reaction::PassOn;
    }
    metrics::set_back(&call.journey.lane, trouble.class, reaction);
    let moved = match reaction {
        Reaction::PassOn => Ok(Moved::No),
        Reaction::RetryHere => return again_here(admitted, setback).await,
        Reaction::NextCredential => go_on(admitted, trouble, Among::Credentials).await,
        Reaction::NextTarget => go_on(admitted, trouble, Among::Targets).await,
    };
    match moved {
        Ok(Moved::Yes) => Onward::Again,
        Ok(Moved::No) => {
            let several = admitted
                .open
                .call()
                .filter(|call| call.journey.retries > 0 || !call.journey.tried.is_empty());
            if let Some(call) = several {
                note(call, &setback.trouble, "passed on");
            }
            Onward::PassOn
        }
        Err(end) => Onward::Ended(end),
    }
}

/// The call can't be put into its target's dialect: turns to a target that can take it.
pub(super) async fn unfit(admitted: &mut Admitted, refusal: Refusal) -> Result<(), End> {
    let Some(call) = admitted.open.call() else { return Err(End::Gone) };
    let (first, line) = (call.journey.is_first(), format!("{}: {refusal}; next target", call.journey.lane));
    if let Stage::Trying(began) = std::mem::replace(&mut call.journey.stage, Stage::Idle) {
        call.draft.gateway.lane_left(&call.journey.lane, began);
    }
    let moved = advance(admitted, Among::Targets).await?;
    match (moved, admitted.open.call()) {
        (Moved::Yes, Some(call)) => call.draft.note("attempt", Verdict::Change, line),
        (Moved::Yes, None) => {}
        (Moved::No, _) if first => return Err(End::Refused(refusal)),
        (Moved::No, _) => return Err(End::Failed(refusal)),
    }
    Ok(())
}

/// Whether a switch that was turned meanwhile leaves the call to fallbacks, which its present
/// target is none of.
fn left_to_fallbacks(call: &Call) -> bool {
    let board = call.draft.gateway.parts.live.board();
    let target = board.over_target(&call.target.provider, &call.target.model);
    (stands_on_fallback(call) && !call.journey.fallback_only)
        || target.is_some_and(|switch| switch.state != State::On)
}

fn stands_on_fallback(call: &Call) -> bool {
    let (board, passport) = (call.draft.gateway.parts.live.board(), &call.passport);
    let caller = board.over_caller(&passport.workflow, passport.agent.as_ref());
    let prompt = board.over_prompt(passport.prompt.as_ref());
    [caller, prompt].into_iter().flatten().any(|switch| switch.state == State::Fallback)
}

/// Whether the call has another lane now.
enum Moved {
    Yes,
    No,
}

async fn go_on(admitted: &mut Admitted, trouble: &Trouble, among: Among) -> Result<Moved, End> {
    let words = match among {
        Among::Credentials => "next credential",
        Among::Targets => "next target",
    };
    let Some(call) = admitted.open.call() else { return Ok(Moved::No) };
    let line = line(call, trouble, words);
    let moved = advance(admitted, among).await?;
    if let (Moved::Yes, Some(call)) = (&moved, admitted.open.call()) {
        call.draft.note("attempt", Verdict::Change, line);
        if among == Among::Targets {
            call.journey.retries += 1;
        }
    }
    Ok(moved)
}

/// The same lane once more, after a wait that a control can end.
async fn again_here(admitted: &mut Admitted, setback: &mut Setback) -> Onward {
    let Some(call) = admitted.open.call() else { return Onward::PassOn };
    let (gateway, target, rated) = (call.draft.gateway.clone(), call.target.clone(), call.rated.clone());
    let wait = routing::wait_ms(call.journey.tried_here, asked_wait(call, &setback.trouble), seed(call));
    let line = line(call, &setback.trouble, &format!("again after {wait} ms"));
    let Ok(lost) = hold(admitted, (&target, &rated), When::SomethingIsLost) else { return Onward::PassOn };
    let Some(call) = admitted.open.call() else { return Onward::PassOn };
    call.draft.note("attempt", Verdict::Change, line);
    call.journey.retries += 1;
    call.journey.turn = Turn::LeastBad; // the lane may rest, and was chosen all the same
    if lost == Lost::Something
        && let Err(fault) = gateway.parts.ledger.reopened(call.opened()).await
    {
        return Onward::Ended(unrecorded(&fault));
    }
    tokio::select! {
        biased;
        refusal = setback.cutter.cut() => return Onward::Ended(End::Cut(refusal)),
        () = tokio::time::sleep(Duration::from_millis(wait)) => {}
    }
    if admitted.open.call().is_some_and(|call| left_to_fallbacks(call)) {
        return match advance(admitted, Among::Targets).await {
            Ok(Moved::Yes) => Onward::Again,
            Ok(Moved::No) => Onward::PassOn,
            Err(end) => Onward::Ended(end),
        };
    }
    Onward::Again
}

fn situation(admitted: &mut Admitted, trouble: &Trouble) -> Situation {
    let spare = |admitted: &mut Admitted, among| match find(admitted, among) {
        Some(_) => Spare::Ready,
        None => Spare::Nothing,
    };
    let (credential, target) = (spare(admitted, Among::Credentials), spare(admitted, Among::Targets));
    let leaves_traces = admitted.view.leaves_traces;
    let call = admitted.open.call();
    Situation {
        class: trouble.class,
        effect: trouble.effect,
        repeat: if leaves_traces { Repeat::Never } else { Repeat::Harmless },
        after_timeout: call.as_deref().map_or(AfterTimeout::Fail, after_timeout),
        tried_here: call.as_deref().map_or(0, |call| call.journey.tried_here),
        left: call.as_deref().map_or(0, left),
        credential,
        target,
        asked_wait_ms: call.map_or(0, |call| asked_wait(call, trouble)),
    }
}

fn asked_wait(call: &Call, trouble: &Trouble) -> u64 {
    let now = call.draft.gateway.now();
    trouble.retry_at.map_or(0, |at| u64::try_from(at.since(now)).unwrap_or(0))
}

/// The route that the call came by; `None` where it named its target itself. Such a call gets one
/// attempt for each credential: its caller wants that one, and his SDK retries by itself.
fn route_of<'a>(workspace: &'a Workspace, journey: &Journey) -> Option<&'a config::Route> {
    match &journey.way {
        Way::Route(id) => workspace.routes.get(id),
        Way::Direct => None,
    }
}

fn left(call: &Call) -> u32 {
    let route = route_of(&call.draft.caller.snapshot.workspace, &call.journey);
    route.map_or(0, |route| route.retries.saturating_sub(call.journey.retries))
}

fn after_timeout(call: &Call) -> AfterTimeout {
    let route = route_of(&call.draft.caller.snapshot.workspace, &call.journey);
    match route.map(|route| route.after_timeout) {
        Some(config::AfterTimeout::Next) => AfterTimeout::Next,
        Some(config::AfterTimeout::Fail) | None => AfterTimeout::Fail,
    }
}

/// Turns to the next lane that is ready, can be paid for, and is on record.
async fn advance(admitted: &mut Admitted, among: Among) -> Result<Moved, End> {
    if let Some(call) = admitted.open.call() {
        let lane = call.journey.lane.clone();
        call.journey.tried.push(lane);
    }
    while let Some(stop) = find(admitted, among) {
        let held = hold(admitted, (&stop.target, &stop.rated), When::Always);
        let Some(call) = admitted.open.call() else { return Ok(Moved::No) };
        if let Err(refusal) = held {
            call.draft.note("attempt", Verdict::Change, format!("{} is passed over: {refusal}", stop.lane));
            call.journey.tried.push(stop.lane);
            continue;
        }
        settle_in(call, stop);
        let (ledger, opened) = (call.draft.gateway.parts.ledger.clone(), call.opened());
        ledger.reopened(opened).await.map_err(|fault| unrecorded(&fault))?;
        return Ok(Moved::Yes);
    }
    Ok(Moved::No)
}

/// Finds the next lane that is ready and has a price.
fn find(admitted: &mut Admitted, among: Among) -> Option<Stop> {
    let Admitted { open, view, body, .. } = admitted;
    let call = open.call()?;
    let draft = &call.draft;
    let snapshot = Arc::clone(&draft.caller.snapshot);
    let attribution = &draft.caller.attribution;
    let board = draft.gateway.parts.live.board();
    let readiness = admit::readiness(&draft.gateway, view, draft.gateway.now());
    let choice = Choice {
        workspace: &snapshot.workspace,
        workflow: workflow_of(&snapshot, attribution).ok()?,
        board: &board,
        endpoint: draft.endpoint,
        run: &attribution.run,
        step: attribution.step.as_deref(),
        fallback_only: call.journey.fallback_only || stands_on_fallback(call),
        pin: admit::pin(view),
        readiness: &readiness,
    };
    let mut tried = call.journey.tried.clone();
    tried.push(call.journey.lane.clone());
    loop {
        let chosen = route::next(&choice, (&call.journey.way, &call.target), &tried, among)?;
        let rated = admit::rate(draft, &chosen);
        // Another credential of the same target takes what that target took.
        let bars = || translation::bars(call, &chosen.target, body);
        let barred = among == Among::Targets && rated.is_ok() && bars().is_some();
        let (Ok(rated), false) = (rated, barred) else {
            tried.push(chosen.lane);
            continue;
        };
        let simulated = chosen.provider.api == Api::Simulated;
        return Some(Stop { target: chosen.target, lane: chosen.lane, key: chosen.key, rated, simulated });
    }
}

/// A call whose next attempt can't be put on record ends.
fn unrecorded(fault: &ledger::Fault) -> End {
    tracing::error!(error = %fault, "a call was ended because its next attempt could not be recorded");
    End::Failed(Refusal::LedgerUnavailable(fault.to_string()))
}

/// When what a call holds is replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// It goes to another target.
    Always,
    /// It goes to the same one, and holds enough unless the failed attempt cost something.
    SomethingIsLost,
}

/// Whether a failed attempt may cost something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    Something,
    Nothing,
}

/// Gives the failed attempt up: what it may cost is charged at the end, and what the next may cost
/// is held. Where that does not fit, nothing changes.
fn hold(admitted: &mut Admitted, next: (&Target, &Rated), when: When) -> Result<Lost, Refusal> {
    let Some(call) = admitted.open.call() else { return Ok(Lost::Nothing) };
    let waste = settle::wasted(call);
    let lost = if waste.is_none() { Lost::Nothing } else { Lost::Something };
    if when == When::Always || lost == Lost::Something {
        let this = waste.as_ref().map_or(NanoUsd::ZERO, |waste| waste.attempt.cost);
        let cost = call.journey.wasted() + this;
        admit::hold_again(admitted, next, cost)?;
    }
    let Some(call) = admitted.open.call() else { return Ok(lost) };
    call.journey.wasted.extend(waste);
    let Progress { mac, pieces, .. } = std::mem::take(&mut call.progress);
    call.progress = Progress { mac, pieces, ..Progress::default() };
    Ok(lost)
}

/// Makes the new lane the call's own.
fn settle_in(call: &mut Call, stop: Stop) {
    let Stop { target, lane, key, rated, simulated } = stop;
    if target != call.target {
        let (provider, model) = (target.provider.clone(), target.model.clone());
        call.passport = Arc::new(Passport { provider, model, ..(*call.passport).clone() });
        call.draft.gateway.running.enter(call.draft.id, Arc::clone(&call.passport));
    }
    (call.target, call.rated, call.simulated) = (target, rated, simulated);
    (call.journey.lane, call.journey.key, call.journey.turn) = (lane, key, Turn::Ready);
    call.journey.tried_here = 0;
}

fn note(call: &mut Call, trouble: &Trouble, then: &str) {
    let line = line(call, trouble, then);
    call.draft.note("attempt", Verdict::Change, line);
}

/// `up/m: 529 overloaded_error after 12 ms; next target`.
fn line(call: &Call, trouble: &Trouble, then: &str) -> String {
    let now = call.draft.gateway.now();
    let ms = now.since(call.journey.began).max(0);
    format!("{}: {} after {ms} ms; {then}", call.journey.lane, trouble.what)
}

/// A number for the jitter of a wait.
fn seed(call: &Call) -> u64 {
    call.draft.gateway.parts.seeds.seed().into_iter().fold(0, |seed, byte| (seed << 8) | u64::from(byte))
}

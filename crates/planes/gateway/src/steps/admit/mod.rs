//! Admit: owner → switch → route → price → rate limit → iteration cap → budget → ledger entry.
//! All of it fails closed, and a refusal by a later control gives back what earlier ones took.

mod holders;
mod money;

pub(super) use money::hold_again;

use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use config::{Api, Workflow, Workspace};
use domain::budget::{Reservation, RunKey};
use domain::inference::{Target, Verdict};
use domain::limits::Slot;
use domain::routing::{Lane, Readiness, Turn};
use domain::switch::{Board, State, Switch};
use domain::usage::Mode;
use domain::{Refusal, Timestamp};
use ledger::{Fault, Recording};
use protocols::request::View;

use super::journey::Journey;
use super::open::{Call, Draft, End, Open, Progress, workflow_of};
use super::prompt;
use super::relay;
use super::route::{self, Choice, Chosen, Pin, Rated};
use crate::estimate::Weight;
use crate::parts::Gateway;
use crate::running::Passport;

/// An admitted call with what is needed to send it.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) open: Open,
    pub(super) view: View,
    /// Output limit to write into the request, where a budget pays for less than was asked.
    pub(super) max_output: Option<u64>,
    /// Whether it may write to a prompt cache, which costs up to twice the input price.
    pub(super) cached_writes: bool,
    /// What was asked, as the guards let it pass.
    pub(super) body: Bytes,
    /// The call's record, until it is known to be durable.
    recording: Option<Recording>,
}

impl Admitted {
    /// Waits until the call is on record: only then may it be made.
    pub(super) async fn on_record(&mut self) -> Result<(), End> {
        let Some(recording) = self.recording.take() else { return Ok(()) };
        recording.durable().await.map_err(|fault| End::Refused(unrecorded(&fault)))
    }

    /// Takes over what the reservation pays for.
    fn fit(&mut self) {
        let Some(call) = self.open.call() else { return };
        self.max_output = max_output(call.reservation.as_ref(), &self.view);
    }
}

/// The output limit of a reservation that pays for less than was asked.
fn max_output(held: Option<&Reservation>, view: &View) -> Option<u64> {
    let shrunk = held.filter(|held| held.is_shrunk())?;
    Some(shrunk.output() / view.choices.max(1))
}

/// Admits a call, or answers with the refusal, recorded.
pub(super) async fn admit(mut draft: Draft, body: &Bytes) -> Result<Admitted, Response<Body>> {
    let (view, body, held) = match decide(&mut draft, body).await {
        Ok(decided) => decided,
        Err(refusal) => return Err(draft.refuse(refusal).await),
    };
    let max_output = max_output(held.reservation.as_ref(), &view);
    let cached_writes = money::writes_cache(draft.endpoint, &body);
    let call = held.into_call(draft, &body);
    let (ledger, opened) = (call.draft.gateway.parts.ledger.clone(), call.opened());
    let open = Open::new(call);
    match ledger.opening(opened).await {
        Ok(recording) => {
            Ok(Admitted { open, view, max_output, cached_writes, body, recording: Some(recording) })
        }
        Err(fault) => Err(relay::fail(open, End::Refused(unrecorded(&fault))).await),
    }
}

fn unrecorded(fault: &Fault) -> Refusal {
    tracing::error!(error = %fault, "a call was refused because its record could not be begun");
    Refusal::LedgerUnavailable(fault.to_string())
}

/// Everything a call was granted, before it is put together.
#[derive(Debug)]
struct Held {
    target: Target,
    simulated: bool,
    rated: Rated,
    weight: Weight,
    input_estimate: u64,
    tier: Mode,
    unseen_output: u64,
    slot: Option<Slot>,
    reservation: Option<Reservation>,
    run: Option<RunKey>,
    journey: Journey,
}

impl Held {
    fn into_call(self, draft: Draft, body: &Bytes) -> Call {
        let passport = Passport {
            key: draft.caller.key.hash,
            workflow: draft.caller.attribution.workflow.clone(),
            agent: draft.caller.attribution.agent.clone(),
            prompt: draft.prompt.as_ref().map(|prompt| prompt.name.clone()),
            provider: self.target.provider.clone(),
            model: self.target.model.clone(),
        };
        Call {
            token: draft.gateway.tasks.token(),
            draft,
            target: self.target,
            simulated: self.simulated,
            rated: self.rated,
            weight: self.weight,
            input_estimate: self.input_estimate,
            tier: self.tier,
            unseen_output: self.unseen_output,
            slot: self.slot,
            reservation: self.reservation,
            run: self.run,
            passport: Arc::new(passport),
            journey: self.journey,
            request: Some(body.clone()),
            guard: None,
            cache: None,
            progress: Progress::default(),
        }
    }
}

async fn decide(draft: &mut Draft, body: &Bytes) -> Result<(View, Bytes, Held), Refusal> {
    draft.hash_request(body);
    let mut body = body.clone();
    let mut view = protocols::request::read_at(draft.endpoint, draft.in_path.as_ref(), &body)?;
    draft.asked.clone_from(&view.model);
    draft.stream = view.stream;
    check_owner(draft)?;
    let named = prompt::find(draft, &view, &body)?;
    holders::restore_run(draft).await;
    let board = draft.gateway.parts.live.board();
    let fallback_only = check_switches(draft, &board)?;
    if let Some(named) = named {
        (view, body) = prompt::render(draft, named, &body)?;
        draft.asked.clone_from(&view.model);
    }
    let held = grant(draft, (&view, &body), (&board, fallback_only))?;
    Ok((view, body, held))
}

/// Whether only fallbacks may answer, by the switches over the caller and the prompt.
fn check_switches(draft: &mut Draft, board: &Board) -> Result<bool, Refusal> {
    let attribution = &draft.caller.attribution;
    let caller = board.over_caller(&attribution.workflow, attribution.agent.as_ref());
    let prompt = board.over_prompt(draft.prompt.as_ref().map(|prompt| &prompt.name));
    let by_caller = check_caller_switch(draft, caller)?;
    let by_prompt = check_caller_switch(draft, prompt)?;
    Ok(by_caller || by_prompt)
}

/// Takes the call through routes, prices, limits and budgets.
fn grant(
    draft: &mut Draft,
    (view, body): (&View, &Bytes),
    (board, fallback_only): (&Board, bool),
) -> Result<Held, Refusal> {
    let snapshot = Arc::clone(&draft.caller.snapshot);
    let (run, step) = (draft.caller.attribution.run.clone(), draft.caller.attribution.step.clone());
    let readiness = readiness(&draft.gateway, view, draft.started);
    let choice = Choice {
        workspace: &snapshot.workspace,
        workflow: workflow_of(&snapshot, &draft.caller.attribution)?,
        board,
        endpoint: draft.endpoint,
        run: &run,
        step: step.as_deref(),
        fallback_only,
        pin: pin(view),
        readiness: &readiness,
    };
    let chosen = route::choose(&choice, &view.model)?;
    let rated = rate(draft, &chosen)?;
    let weight = Weight {
        text_bytes: view.text_bytes,
        attachments: u64::from(view.attachments),
        hidden_input: view.hidden_input,
    };
    let mut granted = holders::admit(draft, &chosen.target, weight, view)?;
    let cached_writes = money::writes_cache(draft.endpoint, body);
    let asked = money::Asked { view, weight, cached_writes };
    match money::reserve(draft, &choice, chosen, rated, &asked) {
        Ok(funded) => {
            note_route(draft, &funded.chosen);
            let Chosen { way, lane, key, turn, .. } = funded.chosen;
            let held = Held {
                journey: Journey { fallback_only, ..Journey::new(way, (lane, key), turn) },
                simulated: funded.chosen.provider.api == Api::Simulated,
                target: funded.chosen.target,
                rated: funded.rated,
                weight,
                input_estimate: funded.input_tokens,
                tier: view.tier,
                unseen_output: money::unseen_output(view, &funded.reservation),
                slot: granted.slot.take(),
                reservation: Some(funded.reservation),
                run: granted.run.take(),
            };
            Ok(held)
        }
        Err(refusal) => {
            granted.undo(draft);
            Err(refusal)
        }
    }
}

/// Whether a lane is worth an attempt with this call. A token has some four bytes; what is asked
/// here is only whether the call can't fit.
pub(super) fn readiness(
    gateway: &Gateway,
    view: &View,
    now: Timestamp,
) -> impl Fn(&Lane) -> Readiness + use<> {
    let (gateway, least) = (gateway.clone(), view.text_bytes / 8);
    move |lane| gateway.health().readiness(lane, least, now)
}

/// What refers to something that the provider keeps can't go anywhere else.
pub(super) const fn pin(view: &View) -> Pin {
    if view.hidden_input { Pin::Provider } else { Pin::Free }
}

fn check_owner(draft: &mut Draft) -> Result<(), Refusal> {
    let workflow = draft.workflow()?;
    let owner = draft.caller.snapshot.workspace.owner_of(workflow, draft.started);
    match owner {
        Some(_) => Ok(()),
        None => Err(Refusal::NoOwner { workflow: workflow.id.clone(), owner: workflow.owner.to_string() }),
    }
}

/// What a switch over the caller does to a call of the workflow: `fallback` needs one to go to.
pub(super) fn meaning(switch: &Switch, workflow: &Workflow, workspace: &Workspace) -> State {
    match switch.state {
        State::Fallback => workspace.on_fallback(workflow),
        other => other,
    }
}

/// Whether only fallbacks may answer; refuses where nothing may.
fn check_caller_switch(draft: &mut Draft, switch: Option<&Switch>) -> Result<bool, Refusal> {
    let Some(switch) = switch else { return Ok(false) };
    let Switch { scope, state, reason, by, since } = switch.clone();
    match meaning(switch, draft.workflow()?, &draft.caller.snapshot.workspace) {
        State::On => Ok(false),
        State::Fallback => {
            draft.note("switch", Verdict::Change, format!("{scope} stands on fallback: {reason}"));
            Ok(true)
        }
        State::HumanOnly => {
            let owner = draft.caller.attribution.owner.to_string();
            Err(Refusal::HumanOnly { scope, by, since, reason, owner })
        }
        State::Off => Err(Refusal::SwitchedOff { scope, state, by, since, reason }),
    }
}

pub(super) fn rate(draft: &Draft, chosen: &Chosen<'_>) -> Result<Rated, Refusal> {
    if draft.endpoint.counts() {
        return Ok(Rated::Free);
    }
    let snapshot = &draft.caller.snapshot;
    route::price(&snapshot.workspace, &snapshot.book, chosen, draft.started)
}

fn note_route(draft: &mut Draft, chosen: &Chosen<'_>) {
    let Target { route, provider, model } = &chosen.target;
    let via =
        route.as_ref().map_or_else(|| "asked for directly".to_owned(), |route| format!("by route {route}"));
    let mut why = format!("{provider}/{model}, {via}");
    for passed in &chosen.passed_over {
        why.push_str("; passed over ");
        why.push_str(passed);
    }
    if chosen.turn == Turn::LeastBad {
        why.push_str("; none is ready, and this one will be soonest");
    }
    let verdict = if chosen.passed_over.is_empty() { Verdict::Pass } else { Verdict::Change };
    draft.note("route", verdict, why);
}

//! Who holds limits and budgets over a call, and the limits themselves.

use std::time::Duration;

use domain::Refusal;
use domain::budget::{Budget, RunKey};
use domain::holder::Holder;
use domain::inference::{Target, Verdict};
use domain::limits::{Headroom, Limits, Slot};
use protocols::request::View;

use super::super::open::Draft;
use crate::estimate::Weight;

/// Output tokens assumed for the rate of tokens where the caller set no limit.
const USUAL_OUTPUT: u64 = 512;

/// How long after a reload the last calls of a run may not be in its tally yet: longer than calls take.
const FRESH_MS: i64 = 600_000;
/// How long the ledger may take to bring the tally of a run up to date.
const LEDGER_PATIENCE: Duration = Duration::from_millis(500);

/// What the limits granted.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) slot: Option<Slot>,
    pub(super) run: Option<RunKey>,
}

impl Granted {
    /// Gives it back: a later control refused the call.
    pub(super) fn undo(self, draft: &Draft) {
        if let Some(slot) = self.slot {
            draft.gateway.limiter().undo(slot, draft.started);
        }
        if let Some(run) = self.run {
            draft.gateway.books().undo_iteration(&run);
        }
    }
}

/// The four holders of a call with what they allow: organisation, pod, workflow, key.
pub(super) fn of(draft: &Draft) -> [(Holder, Limits, Option<&Budget>); 4] {
    let workspace = &draft.caller.snapshot.workspace;
    let attribution = &draft.caller.attribution;
    let pod = workspace.pods.get(&attribution.pod);
    let workflow = workspace.workflows.get(&attribution.workflow);
    let key = &draft.caller.key;
    [
        (Holder::Organisation, workspace.organisation.limits, Some(&workspace.organisation.budget)),
        (
            Holder::Pod(attribution.pod.clone()),
            pod.map_or_else(Limits::default, |pod| pod.limits),
            pod.map(|pod| &pod.budget),
        ),
        (
            Holder::Workflow(attribution.workflow.clone()),
            workflow.map_or_else(Limits::default, |workflow| workflow.limits),
            workflow.map(|workflow| &workflow.budget),
        ),
        (Holder::Key(key.id), key.limits, Some(&key.budget)),
    ]
}

/// Passes the call through every limit, or none.
pub(super) fn admit(
    draft: &mut Draft,
    target: &Target,
    weight: Weight,
    view: &View,
) -> Result<Granted, Refusal> {
    let holders = of(draft);
    let cap = holders.iter().filter_map(|(_, limits, _)| limits.iterations_per_run).min();
    let lines: Vec<(Holder, Limits)> = holders
        .into_iter()
        .filter(|(_, limits, _)| !limits.is_open())
        .map(|(holder, limits, _)| (holder, limits))
        .collect();
    let mut granted = Granted { slot: None, run: None };
    if !lines.is_empty() {
        let input = draft.gateway.estimator.likely(&target.provider, &target.model, weight);
        let tokens = input + view.max_output.unwrap_or(USUAL_OUTPUT).min(USUAL_OUTPUT * 8);
        granted.slot = Some(take(draft, &lines, tokens)?);
    }
    let Some(cap) = cap else { return Ok(granted) };
    let run = (draft.caller.attribution.workflow.clone(), draft.caller.attribution.run.clone());
    let iteration = draft.gateway.books().iterate(&run, cap);
    match iteration {
        Ok(number) => {
            granted.run = Some(run);
            draft.note(
                "iteration-cap",
                Verdict::Pass,
                format!("inference {number} of at most {cap} in this run"),
            );
            Ok(granted)
        }
        Err(refusal) => {
            granted.undo(draft);
            Err(refusal)
        }
    }
}

fn take(draft: &mut Draft, lines: &[(Holder, Limits)], tokens: u64) -> Result<Slot, Refusal> {
    let mut limiter = draft.gateway.limiter();
    let admitted = limiter.admit(lines, tokens, draft.started);
    let left = match &admitted {
        Ok((_, headroom)) => *headroom,
        Err(_) => limiter.headroom(lines, draft.started),
    };
    drop(limiter);
    draft.headroom = left;
    let (slot, headroom) = admitted?;
    draft.note("rate-limit", Verdict::Pass, describe(&headroom));
    Ok(slot)
}

/// Brings back what a run used before this process knew it. Only a run that the caller named can
/// be older than that, and only a capped one needs it. If the ledger can't be read, the cap starts
/// from what is known: refusing every run would be worse than a cap that is met late.
pub(super) async fn restore_run(draft: &Draft) {
    if !draft.caller.run_is_named {
        return;
    }
    let capped = of(draft).iter().any(|(_, limits, budget)| {
        limits.iterations_per_run.is_some() || budget.is_some_and(|b| b.run.is_some())
    });
    let run = (draft.caller.attribution.workflow.clone(), draft.caller.attribution.run.clone());
    if !capped || draft.gateway.books().runs.knows(&run) {
        return;
    }
    let parts = &draft.gateway.parts;
    if parts.live.is_reloaded() && draft.started.since(draft.caller.snapshot.loaded) < FRESH_MS {
        // The limit may be new, and the run may have had calls a moment ago that were not counted.
        parts.ledger.caught_up(LEDGER_PATIENCE).await;
    }
    match parts.ledger.run_tally(&run.0, &run.1).await {
        Ok(Some((iterations, settled))) => draft.gateway.books().runs.restore(run, iterations, settled),
        Ok(None) => {}
        Err(fault) => tracing::warn!(error = %fault, "a run's tally could not be read; its cap starts anew"),
    }
}

fn describe(headroom: &Headroom) -> String {
    let part = |what: &str, figures: Option<(u64, u64, u64)>| {
        figures.map(|(limit, left, _)| format!("{left} of {limit} {what} left this minute"))
    };
    let parts: Vec<String> = [part("requests", headroom.requests), part("tokens", headroom.tokens)]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() { "within the limit of calls at once".into() } else { parts.join(", ") }
}

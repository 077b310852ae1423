//! Providers as pages show them: configuration, health as the data plane has it, today's figures.

use std::collections::BTreeMap;

use config::{Provider, Speaks, Workspace};
use domain::people::{Permit, acts};
use domain::routing::{Allowance, LaneState, Position, Transition};
use domain::switch::Scope;
use ledger::SpendRow;

use crate::configuration::route;
use crate::figures::By;
use crate::period::Period;
use crate::say::Say;
use crate::views::{
    LaneMove, LaneView, ProviderHealth, ProvidersPage, QuotaView, Sentence, SubjectKind, TargetToday, Tone,
};
use crate::words::{plural, rate};
use crate::{Control, Error};

impl Control {
    /// Every provider: how it is doing, and what it answered today.
    ///
    /// # Errors
    /// A fault where the figures can't be read.
    pub async fn providers(&self, _permit: &Permit<acts::Look>) -> Result<ProvidersPage, Error> {
        self.fresh().await;
        let today = Period::today(self.now());
        let spent = self.spend_by(By::Model, &today, None).await?;
        let (live, board) = (self.configured(), self.board());
        let workspace = &live.snapshot.workspace;
        let mut by_provider: BTreeMap<String, ProviderHealth> = workspace
            .providers
            .values()
            .map(|one| {
                let switch = board.get(&Scope::Provider(one.id.clone()));
                (one.id.to_string(), configured(one, switch.map_or("on", |switch| switch.state.as_str())))
            })
            .collect();
        for state in &self.inner.plane.lanes() {
            entry(&mut by_provider, state.lane.provider.as_str()).lanes.push(lane(state));
        }
        for row in spent.iter().filter(|row| row.key != "/") {
            let Some((provider, model)) = row.key.split_once('/') else { continue };
            entry(&mut by_provider, provider).today.push(target(model, row));
        }
        let providers: Vec<_> = by_provider.into_values().map(judged).collect();
        Ok(ProvidersPage {
            sentence: sentence(workspace, &providers),
            providers,
            routes: workspace.routes.values().map(route).collect(),
            moves: self.inner.plane.transitions().iter().map(moved).collect(),
        })
    }
}

fn configured(provider: &Provider, state: &str) -> ProviderHealth {
    ProviderHealth {
        id: provider.id.to_string(),
        api: provider.api.as_str().to_owned(),
        speaks: wires(provider),
        base_url: provider.base_url.clone(),
        state: state.to_owned(),
        ..ProviderHealth::default()
    }
}

/// The words of its wires, where it has any to tell apart.
pub(crate) fn wires(provider: &Provider) -> Vec<String> {
    provider.speaks.into_iter().flat_map(Speaks::iter).map(|wire| wire.to_string()).collect()
}

/// The provider of this name; one that is not in the workspace any more is there under its name alone.
fn entry<'a>(all: &'a mut BTreeMap<String, ProviderHealth>, id: &str) -> &'a mut ProviderHealth {
    all.entry(id.to_owned()).or_insert_with(|| ProviderHealth {
        id: id.to_owned(),
        state: "on".to_owned(),
        ..ProviderHealth::default()
    })
}

fn lane(state: &LaneState) -> LaneView {
    let (since, cause) = match &state.position {
        Position::Closed => (None, None),
        Position::Open { since, cause, .. } | Position::Probing { since, cause, .. } => {
            (Some((*since).into()), Some(format!("{}: {}", cause.class.as_str(), cause.what)))
        }
    };
    let resting = state.resting.as_ref();
    LaneView {
        model: state.lane.model.clone(),
        credential: state.lane.credential.clone(),
        breaker: state.position.as_str().to_owned(),
        tone: match (&state.position, resting) {
            (Position::Open { .. }, Some(_)) => Tone::Bad,
            (Position::Closed, None) => Tone::Good,
            (Position::Open { .. }, None) | (Position::Closed | Position::Probing { .. }, _) => Tone::Warn,
        },
        cause: cause.or_else(|| resting.map(|(_, why)| why.clone())),
        since,
        until: resting.map(|(until, _)| (*until).into()),
        well: state.well,
        failed: state.failed,
        quota: Allowance::ALL.into_iter().filter_map(|of| quota(state, of)).collect(),
        used: state.used.into(),
    }
}

fn quota(state: &LaneState, of: Allowance) -> Option<QuotaView> {
    let left = state.quota.left(of);
    Some(QuotaView {
        of: of.as_str().to_owned(),
        limit: left.limit,
        remaining: left.remaining?,
        resets: left.resets.map(Into::into),
    })
}

fn target(model: &str, row: &SpendRow) -> TargetToday {
    TargetToday {
        model: model.to_owned(),
        calls: row.calls,
        errors: rate(row.errors, row.calls.saturating_sub(row.refused)),
        cost: row.cost.into(),
        estimated_cost: row.estimated_cost.into(),
        simulated_cost: row.simulated_cost.into(),
    }
}

fn moved(transition: &Transition) -> LaneMove {
    LaneMove {
        at: transition.at.into(),
        lane: transition.lane.to_string(),
        from: transition.from.to_owned(),
        to: transition.to.to_owned(),
        why: transition.why.clone(),
        tone: match transition.to {
            "closed" => Tone::Good,
            "open" => Tone::Bad,
            _ => Tone::Info,
        },
    }
}

/// The provider with its judgement.
fn judged(provider: ProviderHealth) -> ProviderHealth {
    let count = |of: fn(&LaneView) -> bool| provider.lanes.iter().filter(|lane| of(lane)).count();
    let (all, ready) = (provider.lanes.len(), count(|lane| lane.tone == Tone::Good));
    let (tone, words) = match (all, ready) {
        (0, _) => (Tone::Info, "not used of late".to_owned()),
        (all, ready) if all == ready => (Tone::Good, "every lane is ready".to_owned()),
        (_, 0) => (Tone::Bad, "no lane is ready".to_owned()),
        (all, ready) => (Tone::Warn, format!("{ready} of {all} lanes are ready")),
    };
    ProviderHealth { tone, words, ..provider }
}

fn sentence(workspace: &Workspace, providers: &[ProviderHealth]) -> Sentence {
    let count = u64::try_from(workspace.providers.len()).unwrap_or(u64::MAX);
    let ill: Vec<_> = providers.iter().filter(|one| one.tone >= Tone::Warn).collect();
    let say = Say::new().text(&plural(count, "provider"));
    if ill.is_empty() {
        return say.text("; ").toned(Tone::Good, "every lane that was used of late is ready").text(".").end();
    }
    let say = ill.iter().enumerate().fold(say.text("; "), |say, (index, one)| {
        let say = if index > 0 { say.text(", ") } else { say };
        say.both(one.tone, SubjectKind::Provider, &one.id, &one.id).text(&format!(": {}", one.words))
    });
    say.text(".").end()
}

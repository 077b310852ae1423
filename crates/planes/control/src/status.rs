//! The state of the server: for the command line, for every page's frame, for load balancers.

use config::Api;
use domain::people::{Permit, acts};
use domain::switch::Scope;
use domain::time::{HOUR_MS, MINUTE_MS, Timestamp};
use ledger::Step;

use crate::figures::{self, By};
use crate::overview::{ledger_view, set_aside};
use crate::period::Period;
use crate::say::Say;
use crate::views::{
    Attention, Check, Frame, GatewayFigures, Readiness, Sentence, StatusView, Tone, WorkflowBrief,
    WorkflowRow,
};
use crate::words::{plural, rate};
use crate::{Control, Error, configuration};

impl Control {
    /// The state of the server.
    ///
    /// # Errors
    /// A fault where the ledger can't be read.
    pub async fn status(&self, _permit: &Permit<acts::Look>) -> Result<StatusView, Error> {
        self.fresh().await;
        let rows = self.workflow_rows(&Period::today(self.now())).await?;
        let live = self.configured();
        let gateway = self.gateway_figures().await?;
        Ok(StatusView {
            sentence: sentence(&self.alerts(), &rows),
            organisation: live.snapshot.workspace.organisation.name.clone(),
            version: self.inner.parts.version.clone(),
            instance: self.inner.parts.instance.clone(),
            started: self.inner.started.into(),
            ready: self.readiness(),
            config: configuration::brief(&live, &self.inner.parts.workspace),
            ledger: ledger_view(&self.ledger().health()),
            gateway,
            switches: self.thrown(),
            drills: self.last_drills().await.unwrap_or_default(),
            workflows: rows.into_iter().map(brief).collect(),
        })
    }

    /// What every page shows around its content. Costs no query.
    ///
    /// # Errors
    /// None so far.
    pub fn frame(&self, _permit: &Permit<acts::Look>) -> Result<Frame, Error> {
        let live = self.configured();
        Ok(Frame {
            organisation: live.snapshot.workspace.organisation.name.clone(),
            version: self.inner.parts.version.clone(),
            alerts: self.alerts(),
            switches: self.thrown(),
            config: configuration::live_brief(&live, &self.inner.parts.workspace),
            ledger: ledger_view(&self.ledger().health()),
            simulated: self.is_simulated(),
        })
    }

    /// Whether calls can be served and recorded. Asks for no permission, and so says little: of files
    /// that are refused the first error, with its place, which is what whoever watches a roll-out needs.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let live = self.configured();
        let health = self.ledger().health();
        let ledger = match (ledger_view(&health), set_aside(&health)) {
            (view, Some(set_aside)) if view.tone < Tone::Warn => (Tone::Warn, set_aside),
            (view, _) => (view.tone, view.detail),
        };
        let configuration = match &live.refused {
            None => (Tone::Good, "the files on disk are live".to_owned()),
            Some(refused) => (Tone::Warn, last_good(&refused.with_first_error(), live.from_copy)),
        };
        let database = match self.inner.queue.len() {
            0 => (Tone::Good, "every change is written".to_owned()),
            some => {
                let some = u64::try_from(some).unwrap_or(u64::MAX);
                (Tone::Warn, format!("{} for the database to come back", changes_wait(some)))
            }
        };
        let check = |name: &str, tone, detail: &str| Check { name: name.into(), tone, detail: detail.into() };
        let checks = vec![
            check("configuration", configuration.0, &configuration.1),
            check("ledger", ledger.0, &ledger.1),
            check("database", database.0, &database.1),
        ];
        Readiness { ready: checks.iter().all(|check| check.tone < Tone::Bad), checks }
    }

    /// Whether any provider is the built-in simulation.
    pub(crate) fn is_simulated(&self) -> bool {
        self.with_workspace(|workspace| {
            workspace.providers.values().any(|provider| provider.api == Api::Simulated)
        })
    }

    async fn gateway_figures(&self) -> Result<GatewayFigures, Error> {
        let now = self.now();
        let end = Timestamp::from_ms(now.ms().div_euclid(MINUTE_MS) * MINUTE_MS + MINUTE_MS);
        let minutes = self.calls_over((end.plus_ms(-HOUR_MS), end), Step::Minute, None).await?;
        let sum = |of: fn(&ledger::SeriesPoint) -> u64| minutes.iter().map(of).fold(0, u64::saturating_add);
        let (calls, errors, refused) = (sum(|p| p.calls), sum(|p| p.errors), sum(|p| p.refused));
        let today = figures::total(&self.spend_by(By::Day, &Period::today(now), None).await?);
        Ok(GatewayFigures {
            running: self.inner.plane.running(&Scope::All),
            calls_last_hour: calls,
            errors_last_hour: rate(errors, calls.saturating_sub(refused)),
            today: figures::of(&today),
        })
    }
}

fn last_good(refused: &str, from_copy: bool) -> String {
    let live =
        if from_copy { "the copy of the last good configuration" } else { "the last good configuration" };
    format!("the files on disk are refused, {live} is live: {refused}")
}

fn changes_wait(count: u64) -> String {
    if count == 1 { "1 change waits".to_owned() } else { format!("{count} changes wait") }
}

fn brief(row: WorkflowRow) -> WorkflowBrief {
    WorkflowBrief {
        id: row.id,
        title: row.title,
        owner: row.owner,
        variant: row.variant,
        state: row.state,
        tone: row.tone,
        concern: row.concern,
        calls: row.figures.calls,
        errors: row.figures.errors,
        cost: row.figures.cost,
        budget_percent: row.burn.map(|line| line.percent),
    }
}

fn sentence(alerts: &[Attention], rows: &[WorkflowRow]) -> Sentence {
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let say = Say::new().text(&format!("Serving {}", plural(count, "workflow")));
    match alerts {
        [] => say.text("; all is well.").end(),
        [worst] => say.text("; ").toned(worst.tone, &worst.text).text(".").end(),
        [worst, rest @ ..] => {
            let more = plural(u64::try_from(rest.len()).unwrap_or(u64::MAX), "other thing");
            say.text("; ").toned(worst.tone, &worst.text).text(&format!("; {more} besides.")).end()
        }
    }
}

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
    Attention, Check, Frame, GatewayFigures, Readiness, Sentence, StatusView, SubjectKind, Tone,
    WorkflowBrief, WorkflowRow,
};
use crate::words::{plural, rate};
use crate::{Control, Error, configuration};

impl Control {
    /// The state of the server. While the database is away, without the figures that are kept there:
    /// what is wrong must be told just then.
    ///
    /// # Errors
    /// A fault where the ledger can't be read for a reason that won't pass.
    pub async fn status(&self, _permit: &Permit<acts::Look>) -> Result<StatusView, Error> {
        self.fresh().await;
        let (missing, gateway, workflows) = match self.figured().await {
            Ok((gateway, rows)) => (None, gateway, rows.into_iter().map(brief).collect::<Vec<_>>()),
            Err(Error::Fault(fault)) if fault.passing => {
                tracing::warn!(error = fault.chain(), "the status is told without figures");
                let running = self.inner.plane.running(&Scope::All);
                let rows = self.bare_workflow_rows().into_iter().map(brief_without_figures).collect();
                (Some(self.missing()), GatewayFigures { running, ..GatewayFigures::default() }, rows)
            }
            Err(other) => return Err(other),
        };
        let live = self.configured();
        let mut alerts = self.alerts();
        if missing.is_some() {
            // That the database is away, and what waits for it, is said already.
            let of_database =
                |one: &Attention| one.about.as_ref().is_some_and(|about| about.kind == SubjectKind::Ledger);
            alerts.retain(|one| one.tone > Tone::Warn || !of_database(one));
        }
        let drills = match missing {
            None => self.last_drills().await.unwrap_or_default(),
            Some(_) => Vec::new(),
        };
        Ok(StatusView {
            sentence: sentence(&alerts, workflows.len(), missing.as_deref()),
            organisation: live.snapshot.workspace.organisation.name.clone(),
            version: self.inner.parts.version.clone(),
            instance: self.inner.parts.instance.clone(),
            started: self.inner.started.into(),
            ready: self.readiness(),
            config: configuration::brief(&live, &self.inner.parts.workspace),
            ledger: ledger_view(&self.ledger().health()),
            missing,
            gateway,
            switches: self.thrown(),
            drills,
            workflows,
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

    /// What is read from the database.
    async fn figured(&self) -> Result<(GatewayFigures, Vec<WorkflowRow>), Error> {
        let rows = self.workflow_rows(&Period::today(self.now())).await?;
        Ok((self.gateway_figures().await?, rows))
    }

    /// Why figures are missing, and what waits until they are there.
    fn missing(&self) -> String {
        let records = self.ledger().health().spooled_records;
        let changes = u64::try_from(self.inner.queue.len()).unwrap_or(u64::MAX);
        format!(
            "the database is away, so figures of calls and cost are missing; {} and {} wait for it",
            plural(records, "record"),
            plural(changes, "change")
        )
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
            calls_last_hour: Some(calls),
            errors_last_hour: Some(rate(errors, calls.saturating_sub(refused))),
            today: Some(figures::of(&today)),
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
        calls: Some(row.figures.calls),
        errors: Some(row.figures.errors),
        cost: Some(row.figures.cost),
        budget_percent: row.burn.map(|line| line.percent),
    }
}

fn brief_without_figures(row: WorkflowRow) -> WorkflowBrief {
    WorkflowBrief { calls: None, errors: None, cost: None, ..brief(row) }
}

fn sentence(alerts: &[Attention], workflows: usize, missing: Option<&str>) -> Sentence {
    let count = u64::try_from(workflows).unwrap_or(u64::MAX);
    let say = Say::new().text(&format!("Serving {}", plural(count, "workflow")));
    let say = match missing {
        None => say,
        Some(missing) => say.text("; ").toned(Tone::Warn, missing),
    };
    match alerts {
        [] if missing.is_some() => say.text(".").end(),
        [] => say.text("; all is well.").end(),
        [worst] => say.text("; ").toned(worst.tone, &worst.text).text(".").end(),
        [worst, rest @ ..] => {
            let more = plural(u64::try_from(rest.len()).unwrap_or(u64::MAX), "other thing");
            say.text("; ").toned(worst.tone, &worst.text).text(&format!("; {more} besides.")).end()
        }
    }
}

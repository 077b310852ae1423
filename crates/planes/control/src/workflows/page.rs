//! One workflow in full.

use config::{Snapshot, Workflow};
use domain::audit::{Action, Entry};
use domain::keys::Key;
use domain::people::{Permit, acts};
use domain::switch::Scope;
use ledger::RunFilter;

use super::weaknesses;
use crate::figures::By;
use crate::period::Period;
use crate::random::fingerprint;
use crate::say::Say;
use crate::views::{AuditRow, KeyRow, PeriodQuery, Sentence, SubjectKind, Tone, WorkflowPage, WorkflowRow};
use crate::words::{duration, plural, share, short};
use crate::{Control, Error, audit, budgets, configuration, names, runs, spend};

/// How many of the newest runs and entries are on the page.
const NEWEST: u32 = 10;
const HISTORY: u32 = 50;

impl Control {
    /// One workflow.
    ///
    /// # Errors
    /// A refusal where there is none of that name, a fault where the ledger can't be read.
    pub async fn workflow(
        &self,
        permit: &Permit<acts::Look>,
        id: &str,
        query: &PeriodQuery,
    ) -> Result<WorkflowPage, Error> {
        let snapshot = self.snapshot();
        let workflow = names::workflow(&snapshot.workspace, id)?;
        let period = self.period_of(query)?;
        self.fresh().await;
        let row = self.full_row(&snapshot, workflow, &period).await?;
        let scope = Scope::Workflow(workflow.id.clone());
        let history = self.store().audit_of(&scope.to_string(), HISTORY).await;
        // While the database is away nobody knows, and nothing is said.
        let last_drill = self.last_drill(&scope).await;
        let filter = RunFilter { workflow: Some(workflow.id.clone()), ..RunFilter::default() };
        let runs = self.ledger().runs(&filter, None, NEWEST).await?;
        let models = self.spend_by(By::Model, &period, Some(&workflow.id)).await?;
        let series = self.series(&period, Some(&workflow.id)).await?;
        let keys = self.keys_of(workflow).await?;
        let workspace = &snapshot.workspace;
        let (now, history) = (self.now(), history.unwrap_or_default());
        let person = |id: &domain::ids::PersonId| names::person(workspace, id.as_str(), now);
        let entries = |turned: bool| self.entries(&snapshot, &history, turned);
        Ok(WorkflowPage {
            sentence: sentence(&row, &period),
            period: period.view(),
            good: workflow.good.clone(),
            unit_of_work: workflow.unit_of_work.clone(),
            escalation: workflow.escalation.iter().map(person).collect(),
            limits: budgets::limits_over(workspace, workflow),
            budgets: self.standing(&budgets::over(workspace, workflow)),
            run_budget: workflow.budget.run.map(Into::into),
            series,
            by_model: spend::rows(&models, None).into_iter().filter(|row| row.key != "/").collect(),
            recent_runs: runs.items.iter().map(|run| runs::row(workspace, run, now)).collect(),
            keys,
            switch: self.panel(workspace, permit.who(), &scope),
            switch_weakness: matches!(last_drill, Ok(None)).then(|| weaknesses::never_drilled(workflow)),
            last_drill: last_drill.ok().flatten(),
            switch_history: entries(true),
            history: entries(false),
            default_route: workflow.default_route.to_string(),
            allow: workflow.allow.iter().map(ToString::to_string).collect(),
            routes: workspace
                .routes
                .values()
                .filter(|route| workspace.may_use(workflow, &route.id))
                .map(configuration::route)
                .collect(),
            prompts: prompts(&snapshot, workflow),
            cache: workflow.cache.as_ref().map(cache),
            content_mode: workflow.content.mode.as_str().to_owned(),
            retention_days: workflow.content.retention_days,
            file: workflow.file.clone(),
            source: workflow.source.clone(),
            source_hash: fingerprint(&workflow.source),
            config: workspace.hash.clone(),
            row,
        })
    }

    async fn full_row(
        &self,
        snapshot: &Snapshot,
        workflow: &Workflow,
        period: &Period,
    ) -> Result<WorkflowRow, Error> {
        let spend = self.spend_by(By::Workflow, period, Some(&workflow.id)).await?;
        let row = self.workflow_row(snapshot, workflow, spend.first());
        self.timed(row, period, &workflow.id).await
    }

    /// Keys that serve the workflow, those that work first, with what it used them for.
    async fn keys_of(&self, workflow: &Workflow) -> Result<Vec<KeyRow>, Error> {
        let keys = self.all_keys();
        let serving = keys.iter().filter(|key: &&Key| key.workflows.contains(&workflow.id));
        let mut rows: Vec<KeyRow> = serving.map(|key| self.key_row(key)).collect();
        rows.sort_by_key(|row| row.state);
        self.use_of(&mut rows, Some(&workflow.id)).await?;
        Ok(rows)
    }

    fn entries(&self, snapshot: &Snapshot, history: &[Entry], turned: bool) -> Vec<AuditRow> {
        let of_switch = |entry: &Entry| matches!(entry.action, Action::SwitchTurned | Action::SwitchDrilled);
        let wanted = history.iter().filter(|entry| of_switch(entry) == turned);
        wanted.map(|entry| audit::row(&snapshot.workspace, entry, self.now())).collect()
    }
}

fn prompts(snapshot: &Snapshot, workflow: &Workflow) -> Vec<String> {
    let prompts = snapshot.workspace.prompts.values();
    let mine = prompts.filter(|prompt| prompt.serves(&workflow.id));
    mine.map(|prompt| prompt.of.name.to_string()).collect()
}

/// "for 1 h, 16 MB at most".
fn cache(cache: &config::Cache) -> String {
    let seconds = cache.ttl.as_secs();
    let ttl = match (seconds % 3_600, seconds % 60) {
        (0, _) if seconds > 0 => format!("{} h", seconds / 3_600),
        (_, 0) if seconds > 0 => format!("{} min", seconds / 60),
        _ => duration(i64::try_from(cache.ttl.as_millis()).unwrap_or(i64::MAX)),
    };
    format!("for {ttl}, {} MB at most", cache.size.div_ceil(1_000_000))
}

/// "`support-replies` is on, variant v-1a2b3c4d, owned by Maya Chen; 240 calls today, 0.4 % …".
fn sentence(row: &WorkflowRow, period: &Period) -> Sentence {
    let say = Say::new().about(SubjectKind::Workflow, &row.id, &row.id).text(" is ");
    let say = match &row.switch {
        None => say.text("on"),
        Some(switch) => say.toned(Tone::Bad, &format!("{}: {}", row.state, switch.reason)),
    };
    let say = say.text(&format!(", variant {}, owned by ", row.variant));
    let owner_tone = if row.owner.here { None } else { Some(Tone::Bad) };
    let say = match owner_tone {
        None => say.about(SubjectKind::Person, &row.owner.id, &row.owner.name),
        Some(tone) => say.toned(tone, &format!("{}, who has left", row.owner.name)),
    };
    let figures = &row.figures;
    let mark = if figures.estimated_cost.nano > 0 { "≈ " } else { "" };
    let say = say.text(&format!(
        "; {} {}, {mark}{}",
        plural(figures.calls, "call"),
        period.words,
        figures.cost.amount()
    ));
    let say = match figures.errors.count {
        0 => say,
        _ => say.text(&format!(", {} failed", share(figures.errors))),
    };
    match &row.burn {
        None => say.text("; no budget of its own.").end(),
        Some(line) => {
            let text = format!("{} % of its {} budget", short(line.percent), line.window);
            say.text("; ").both(line.tone, SubjectKind::Spend, "", &text).text(" is used.").end()
        }
    }
}

//! The table of workflows, worst first.

use std::cmp::Reverse;
use std::collections::HashMap;

use config::{Snapshot, Workflow};
use domain::ids::WorkflowId;
use domain::people::{Permit, acts};
use domain::switch::{Scope, State};
use ledger::SpendRow;

use super::{judge, weaknesses};
use crate::figures::{self, By};
use crate::period::Period;
use crate::say::Say;
use crate::views::{PeriodQuery, Sentence, SubjectKind, Tone, WorkflowRow, WorkflowsPage};
use crate::words::plural;
use crate::{Control, Error, budgets, names};

impl Control {
    /// All workflows, worst first.
    ///
    /// # Errors
    /// A refusal where the period can't be read, a fault where the ledger can't.
    pub async fn workflows(
        &self,
        _permit: &Permit<acts::Look>,
        query: &PeriodQuery,
    ) -> Result<WorkflowsPage, Error> {
        let period = self.period_of(query)?;
        self.fresh().await;
        let rows = self.workflow_rows(&period).await?;
        Ok(WorkflowsPage { sentence: sentence(&rows), period: period.view(), rows })
    }

    pub(crate) fn period_of(&self, query: &PeriodQuery) -> Result<Period, Error> {
        let (from, to, word) = (query.from.as_deref(), query.to.as_deref(), query.period.as_deref());
        Ok(Period::read(from, to, word, self.now())?.unwrap_or_else(|| Period::today(self.now())))
    }

    /// The rows of the table.
    pub(crate) async fn workflow_rows(&self, period: &Period) -> Result<Vec<WorkflowRow>, Error> {
        let spend = self.spend_by(By::Workflow, period, None).await?;
        let spend: HashMap<&str, &SpendRow> = spend.iter().map(|row| (row.key.as_str(), row)).collect();
        let snapshot = self.snapshot();
        let mut rows = Vec::new();
        for workflow in snapshot.workspace.workflows.values() {
            let row = self.workflow_row(&snapshot, workflow, spend.get(workflow.id.as_str()).copied());
            rows.push(self.timed(row, period, &workflow.id).await?);
        }
        rows.sort_by_cached_key(|row| (Reverse(row.tone), Reverse(row.figures.cost.nano), row.id.clone()));
        Ok(rows)
    }

    /// The rows without what the database knows: figures and durations. Worst first.
    pub(crate) fn bare_workflow_rows(&self) -> Vec<WorkflowRow> {
        let snapshot = self.snapshot();
        let workflows = snapshot.workspace.workflows.values();
        let mut rows: Vec<_> = workflows.map(|one| self.workflow_row(&snapshot, one, None)).collect();
        rows.sort_by_key(|row| Reverse(row.tone));
        rows
    }

    /// The row with the durations of the period.
    pub(super) async fn timed(
        &self,
        row: WorkflowRow,
        period: &Period,
        workflow: &WorkflowId,
    ) -> Result<WorkflowRow, Error> {
        let took = self.ledger().durations((period.from, period.to), Some(workflow)).await?;
        Ok(WorkflowRow { timed_calls: took.calls, p50_ms: took.p50_ms, p95_ms: took.p95_ms, ..row })
    }

    /// One row, without durations.
    pub(super) fn workflow_row(
        &self,
        snapshot: &Snapshot,
        workflow: &Workflow,
        spend: Option<&SpendRow>,
    ) -> WorkflowRow {
        let (now, board, workspace) = (self.now(), self.board(), &snapshot.workspace);
        let switch = board.over_caller(&workflow.id, None);
        let weaknesses = weaknesses::of(snapshot, workflow, now);
        let burn = budgets::nearest(&self.standing(&budgets::own(workflow))).cloned();
        let figures = spend.map(figures::of).unwrap_or_default();
        let (tone, concern) = judge::judge(&weaknesses, switch, burn.as_ref(), &figures);
        WorkflowRow {
            id: workflow.id.to_string(),
            title: workflow.title.clone(),
            owner: names::person(workspace, workflow.owner.as_str(), now),
            deputy: workflow.deputy.as_ref().map(|id| names::person(workspace, id.as_str(), now)),
            pod: workflow.pod.to_string(),
            operating_model: workflow.operating_model.as_str().to_owned(),
            variant: workflow.variant.clone(),
            state: switch.map_or(State::On, |switch| switch.state).to_string(),
            switch: switch.map(|switch| names::switch(workspace, switch, now)),
            tone,
            concern,
            figures,
            timed_calls: 0,
            p50_ms: None,
            p95_ms: None,
            running: self.inner.plane.running(&Scope::Workflow(workflow.id.clone())),
            burn,
            weaknesses,
        }
    }
}

fn sentence(rows: &[WorkflowRow]) -> Sentence {
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let worrying: Vec<&WorkflowRow> = rows.iter().filter(|row| row.tone >= Tone::Warn).collect();
    let say = Say::new().text(&plural(count, "workflow"));
    match worrying.as_slice() {
        [] if rows.is_empty() => say.text(" yet."),
        [] => say.text(", each with an owner; none needs anyone now."),
        [only] => {
            let say = say.text("; ").both(only.tone, SubjectKind::Workflow, &only.id, &only.id);
            say.text(&format!(" needs {}: {}.", only.owner.name, only.concern))
        }
        many => {
            let tone = many.iter().map(|row| row.tone).max().unwrap_or_default();
            say.text("; ").toned(tone, &format!("{} need someone", many.len())).text(".")
        }
    }
    .end()
}

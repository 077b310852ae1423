//! Runs, newest first.

use config::Workspace;
use domain::Timestamp;
use domain::ids::{PersonId, WorkflowId};
use domain::inference::Status;
use domain::money::NanoUsd;
use domain::people::{Permit, acts};
use ledger::{Cursor, Ended, RunFilter};

use crate::error::{bad, not_found};
use crate::say::Say;
use crate::views::{RunRow, RunsPage, RunsQuery, Sentence, Tone};
use crate::{Control, Error, audit, names, period};

impl Control {
    /// A page of runs.
    ///
    /// # Errors
    /// A refusal that names the field that can't be read, or where there is no such workflow and no
    /// run of it; a fault where the ledger can't.
    pub async fn runs(&self, _permit: &Permit<acts::Look>, query: &RunsQuery) -> Result<RunsPage, Error> {
        let filter = filter(query)?;
        let cursor = match given(query.cursor.as_deref()) {
            None => None,
            Some(text) => Some(text.parse::<Cursor>()?),
        };
        self.fresh().await;
        let page = self.ledger().runs(&filter, cursor, audit::limit(query.limit)).await?;
        let (snapshot, now) = (self.snapshot(), self.now());
        if let Some(id) = filter.workflow.as_ref().filter(|_| page.items.is_empty() && page.next.is_none()) {
            // Runs of a workflow that has left the workspace are still there to be read.
            names::workflow(&snapshot.workspace, id.as_str())?;
        }
        let rows: Vec<RunRow> = page.items.iter().map(|run| row(&snapshot.workspace, run, now)).collect();
        let first = cursor.is_none();
        Ok(RunsPage {
            sentence: sentence(&rows, filter != RunFilter::default(), first, page.next.is_some()),
            filter: query.clone(),
            next: page.next.map(|cursor| cursor.to_string()),
            rows,
            choices: names::choices(&snapshot.workspace, now),
        })
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn filter(query: &RunsQuery) -> Result<RunFilter, Error> {
    let workflow = given(query.workflow.as_deref())
        .map(|text| WorkflowId::new(text).map_err(|_| not_found("workflow", text, [])));
    let owner = given(query.owner.as_deref()).map(PersonId::new).transpose();
    let ended = given(query.status.as_deref()).map(|word| {
        Ended::parse(word)
            .ok_or_else(|| bad("status", format!("{word:?} is not a status: use {}", statuses())))
    });
    let min_cost = given(query.min_cost.as_deref()).map(|text| {
        let text = text.trim_start_matches('$');
        NanoUsd::parse_decimal(text).map_err(|_| bad("min_cost", "expected dollars such as 0.50"))
    });
    let from = given(query.from.as_deref()).map(|text| period::instant("from", text));
    let to = given(query.to.as_deref()).map(period::exact_end);
    Ok(RunFilter {
        workflow: workflow.transpose()?,
        owner: owner.map_err(|error| bad("owner", error.to_string()))?,
        model: given(query.model.as_deref()).map(str::to_owned),
        ended: ended.transpose()?,
        min_cost: min_cost.transpose()?,
        from: from.transpose()?,
        to: to.transpose()?,
        text: given(query.text.as_deref()).map(str::to_owned),
    })
}

fn statuses() -> String {
    Ended::all().map(Ended::as_str).collect::<Vec<_>>().join(", ")
}

/// One run as a row.
pub(crate) fn row(workspace: &Workspace, run: &ledger::RunRow, now: Timestamp) -> RunRow {
    RunRow {
        run: run.run.to_string(),
        workflow: run.workflow.to_string(),
        owner: names::person(workspace, run.owner.as_str(), now),
        started: run.began.into(),
        ended: run.ended.into(),
        duration_ms: run.ended.since(run.began).max(0),
        calls: run.calls,
        errors: run.errors,
        refused: run.refused,
        status: run.status.as_str().to_owned(),
        tone: tone(run.status),
        model: Some(run.model.clone()).filter(|model| !model.is_empty()),
        cost: run.cost.into(),
        estimated: run.estimated_cost > NanoUsd::ZERO,
        simulated: run.simulated > 0,
    }
}

/// How an end is.
pub(crate) const fn tone(status: Status) -> Tone {
    match status {
        Status::Ok => Tone::Good,
        Status::Cancelled => Tone::Info,
        Status::Refused | Status::Cut => Tone::Warn,
        Status::UpstreamError | Status::Failed | Status::Lost => Tone::Bad,
    }
}

fn sentence(rows: &[RunRow], filtered: bool, first: bool, more: bool) -> Sentence {
    let say = Say::new();
    let Some(newest) = rows.first() else {
        let text = match (filtered, more) {
            (true, true) => "No run that fits was found yet; there is more to look through.",
            (true, false) => "No run fits.",
            (false, _) => "No run was recorded yet.",
        };
        return say.text(text).end();
    };
    let bad = rows.iter().filter(|row| row.errors > 0).count();
    let which = if first { "newest" } else { "next" };
    let fit = if filtered { " that fit" } else { "" };
    let say = match rows.len() {
        1 if !more => say.text(&format!("1 run{fit}, of {}", newest.started)),
        many => say.text(&format!("The {which} {many} runs{fit}")),
    };
    match bad {
        0 => say.text("; no call failed.").end(),
        some => say.text("; ").toned(Tone::Bad, &format!("{some} with a failed call")).text(".").end(),
    }
}

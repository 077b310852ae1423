//! What guards found and stopped, over a period.

use std::collections::BTreeMap;

use config::Workspace;
use domain::Timestamp;
use domain::guarded::{Deed, Guard};
use domain::ids::WorkflowId;
use domain::people::{Permit, acts};
use domain::time::DAY_MS;
use ledger::GuardRow;

use crate::period::Period;
use crate::say::Say;
use crate::views::{GuardDay, GuardLine, GuardsPage, GuardsQuery, Sentence, Tone};
use crate::words::plural;
use crate::{Control, Error, names};

impl Control {
    /// What guards did: redaction by kind, tools by name.
    ///
    /// # Errors
    /// A refusal that names the field that can't be read, a fault where the ledger can't.
    pub async fn guards(
        &self,
        _permit: &Permit<acts::Look>,
        query: &GuardsQuery,
    ) -> Result<GuardsPage, Error> {
        let (snapshot, now) = (self.snapshot(), self.now());
        let workspace = &snapshot.workspace;
        let workflow = match query.workflow.as_deref().filter(|id| !id.is_empty()) {
            None => None,
            Some(id) => Some(names::workflow(workspace, id)?.id.clone()),
        };
        let (from, to, word) = (query.from.as_deref(), query.to.as_deref(), query.period.as_deref());
        let period = Period::read(from, to, word, now)?.unwrap_or_else(|| Period::last_days(now, 30));
        self.fresh().await;
        let asked = ledger::GuardQuery { from: period.from, to: period.to, workflow };
        let (rows, days) = (self.ledger().guards(&asked).await?, self.ledger().guard_days(&asked).await?);
        let of = |guard| {
            let rows = rows.iter().filter(move |row| row.guard == guard);
            rows.map(|row| line(workspace, row, now)).collect::<Vec<_>>()
        };
        let (redactions, tools) = (of(Guard::Redaction), of(Guard::Tools));
        Ok(GuardsPage {
            sentence: sentence(&redactions, &tools, &period),
            query: query.clone(),
            period: period.view(),
            redactions,
            tools,
            days: by_day(&period, &days),
            workflows: workspace.workflows.keys().map(WorkflowId::to_string).collect(),
        })
    }
}

fn line(workspace: &Workspace, row: &GuardRow, now: Timestamp) -> GuardLine {
    let known = names::workflow(workspace, &row.workflow).ok();
    GuardLine {
        workflow: row.workflow.clone(),
        title: known.map_or_else(|| row.workflow.clone(), |one| one.title.clone()),
        owner: known.map(|one| names::person(workspace, one.owner.as_str(), now)),
        what: row.what.clone(),
        direction: row.direction.as_str().to_owned(),
        deed: row.deed.as_str().to_owned(),
        words: row.deed.words().to_owned(),
        tone: tone(row.deed),
        calls: row.calls,
        hits: row.hits,
        last: row.last_at.into(),
        last_run: row.last_run.as_ref().map(ToString::to_string),
    }
}

const fn tone(deed: Deed) -> Tone {
    match deed {
        Deed::LetPass => Tone::Warn,
        Deed::Masked | Deed::Replaced => Tone::Good,
        Deed::NotOffered => Tone::Info,
        Deed::Blocked => Tone::Bad,
    }
}

/// Every day of the period, quiet ones too.
fn by_day(period: &Period, found: &[ledger::GuardDay]) -> Vec<GuardDay> {
    let mut days: BTreeMap<i64, GuardDay> = (0..period.days())
        .map(|number| period.from.plus_ms(number * DAY_MS))
        .map(|at| (at.day(), GuardDay { day: at.into(), ..GuardDay::default() }))
        .collect();
    for one in found {
        let Some(day) = days.get_mut(&one.day.day()) else { continue };
        match one.guard {
            Guard::Redaction => day.redactions += one.hits,
            Guard::Tools => day.tools += one.hits,
        }
    }
    days.into_values().collect()
}

fn sentence(redactions: &[GuardLine], tools: &[GuardLine], period: &Period) -> Sentence {
    let hits = |lines: &[GuardLine], deed: Deed| {
        let of = lines.iter().filter(|line| line.deed == deed.as_str());
        of.map(|line| line.hits).sum::<u64>()
    };
    let over = over(period);
    if redactions.is_empty() && tools.is_empty() {
        return Say::new().text(&format!("No guard found anything {over}.")).end();
    }
    let found: u64 = redactions.iter().map(|line| line.hits).sum();
    let most = most_frequent(redactions).map(|kind| format!(", {kind} most often")).unwrap_or_default();
    let say = Say::new().text(&format!("Redaction found {} {over}{most}", plural(found, "value")));
    let say = match hits(redactions, Deed::LetPass) {
        0 => say,
        passed => say.text("; ").toned(Tone::Warn, &format!("{passed} of them passed all the same")),
    };
    let say = say.text("; ");
    let say = match hits(tools, Deed::Blocked) {
        0 => say.text("no tool call was blocked"),
        1 => say.toned(Tone::Warn, "1 tool call was blocked"),
        several => say.toned(Tone::Warn, &format!("{several} tool calls were blocked")),
    };
    say.text(".").end()
}

/// The kind that was found most often, where there are several.
fn most_frequent(redactions: &[GuardLine]) -> Option<&str> {
    let mut hits: BTreeMap<&str, u64> = BTreeMap::new();
    for line in redactions {
        *hits.entry(&line.what).or_default() += line.hits;
    }
    let several = hits.len() > 1;
    hits.into_iter().max_by_key(|(_, hits)| *hits).map(|(kind, _)| kind).filter(|_| several)
}

fn over(period: &Period) -> String {
    match period.words.as_str() {
        words @ ("today" | "this month") => words.to_owned(),
        words if words.starts_with("the last") => format!("in {words}"),
        words => format!("from {words}"),
    }
}

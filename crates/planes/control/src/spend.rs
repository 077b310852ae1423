//! Spend, by what and against the period before.

use std::collections::{BTreeMap, HashMap};

use config::Workspace;
use domain::ids::WorkflowId;
use domain::money::NanoUsd;
use domain::people::{Permit, acts};
use domain::time::DAY_MS;
use ledger::SpendRow as Row;

use crate::audit::as_usize;
use crate::error::bad;
use crate::figures::{self, By};
use crate::period::Period;
use crate::say::Say;
use crate::views::{
    Money, Sentence, SpendDay, SpendPage, SpendPart, SpendQuery, SpendRow, SubjectKind, Tone,
};
use crate::words::{percent, plural, short};
use crate::{Control, Error, budgets, names};

/// Rows that have a colour of their own in the chart.
const NAMED: usize = 6;
/// Days that are split like the rows; more would be too thin to tell apart.
const SPLIT_DAYS: i64 = 62;
/// Rows beyond which days are not split: each day would be read with all of them.
const SPLIT_ROWS: usize = 300;

impl Control {
    /// Spend over a period.
    ///
    /// # Errors
    /// A refusal that names the field that can't be read, a fault where the ledger can't.
    pub async fn spend(&self, _permit: &Permit<acts::Look>, query: &SpendQuery) -> Result<SpendPage, Error> {
        let by = by(query)?;
        let snapshot = self.snapshot();
        let workspace = &snapshot.workspace;
        let workflow = match query.workflow.as_deref().filter(|id| !id.is_empty()) {
            None => None,
            Some(id) => Some(names::workflow(workspace, id)?.id.clone()),
        };
        let period = self.spend_period(query)?;
        self.fresh().await;
        let (found, sum) = self.shared_out(by, &period, workflow.as_ref()).await?;
        let (before, sum_before) = self.shared_out(by, &period.before(), workflow.as_ref()).await?;
        let mut rows = rows(&found, (by != By::Day).then_some(before.as_slice()));
        self.name(workspace, by, &mut rows);
        let days = self.days(by, &period, workflow.as_ref(), &rows).await?;
        let total = total(&sum, &sum_before);
        let lines = match &workflow {
            None => budgets::all(workspace),
            Some(id) => {
                workspace.workflows.get(id).map(|one| budgets::over(workspace, one)).unwrap_or_default()
            }
        };
        Ok(SpendPage {
            sentence: sentence(&total, &rows, by, &period),
            query: query.clone(),
            by: by.as_str().to_owned(),
            period: period.view(),
            before: period.before().view(),
            rows,
            total,
            days,
            beside: self.beside(&period, workflow.clone()).await?.into(),
            budgets: self.standing(&lines),
        })
    }

    /// What a period is made of, and all of it. The days know the sum where the rows do not hold all
    /// calls: those of units leave out calls that name none, which are then one more row, and of more
    /// rows than are read the cheapest are missing.
    async fn shared_out(
        &self,
        by: By,
        period: &Period,
        workflow: Option<&WorkflowId>,
    ) -> Result<(Vec<Row>, Row), Error> {
        let mut rows = self.spend_by(by, period, workflow).await?;
        let whole = rows.len() < as_usize(ledger::MOST_ROWS);
        if by != By::Unit && whole {
            let sum = figures::total(&rows);
            return Ok((rows, sum));
        }
        let sum = figures::total(&self.spend_by(By::Day, period, workflow).await?);
        if whole {
            add_unnamed(&mut rows, &sum);
        }
        Ok((rows, sum))
    }

    fn spend_period(&self, query: &SpendQuery) -> Result<Period, Error> {
        let (from, to, word) = (query.from.as_deref(), query.to.as_deref(), query.period.as_deref());
        match Period::read(from, to, word, self.now())? {
            Some(period) => Ok(period),
            None => Ok(Period::read(None, None, Some("month"), self.now())?
                .unwrap_or_else(|| Period::last_days(self.now(), 30))),
        }
    }

    /// Gives rows a name for people.
    fn name(&self, workspace: &Workspace, by: By, rows: &mut [SpendRow]) {
        let now = self.now();
        let keys = self.all_keys();
        for row in rows {
            row.name = match by {
                By::Workflow => {
                    let known = names::workflow(workspace, &row.key).ok();
                    row.owner = known.map(|one| names::person(workspace, one.owner.as_str(), now));
                    known.map_or_else(|| row.key.clone(), |one| one.title.clone())
                }
                By::Owner => names::person(workspace, &row.key, now).name,
                By::Key => {
                    let known = keys.iter().find(|key| key.id.to_string() == row.key);
                    known.map_or_else(|| row.key.clone(), |key| key.label.clone())
                }
                By::Model if row.key == "/" => "refused before a model was chosen".to_owned(),
                By::Unit if unnamed(by, row) => "no unit named".to_owned(),
                By::Provider if row.key.is_empty() => "refused before a provider was chosen".to_owned(),
                By::Model | By::Provider | By::Pod | By::Day | By::Unit => row.key.clone(),
            };
        }
    }

    /// Cost by day, split like the rows where that can be read.
    async fn days(
        &self,
        by: By,
        period: &Period,
        workflow: Option<&WorkflowId>,
        rows: &[SpendRow],
    ) -> Result<Vec<SpendDay>, Error> {
        let whole = self.spend_by(By::Day, period, workflow).await?;
        let mut wholes: BTreeMap<String, Row> = whole.into_iter().map(|row| (row.key.clone(), row)).collect();
        let named: Vec<&str> = rows.iter().take(NAMED).map(|row| row.key.as_str()).collect();
        let split = by != By::Day && period.days() <= SPLIT_DAYS && rows.len() <= SPLIT_ROWS;
        let mut days = Vec::new();
        for number in 0..period.days() {
            let at = period.from.plus_ms(number * DAY_MS);
            let whole = wholes.remove(&at.date().to_string()).unwrap_or_else(|| figures::total(&[]));
            let total = whole.cost;
            let parts = if split && total > NanoUsd::ZERO {
                let day = Period { from: at, to: at.plus_ms(DAY_MS), words: String::new() };
                let mut found = self.spend_by(by, &day, workflow).await?;
                if by == By::Unit {
                    add_unnamed(&mut found, &whole);
                }
                parts(&named, &found, total)
            } else {
                Vec::new()
            };
            days.push(SpendDay { day: at.into(), total: total.into(), parts });
        }
        Ok(days)
    }
}

fn by(query: &SpendQuery) -> Result<By, Error> {
    let word = query.by.as_deref().filter(|word| !word.is_empty()).unwrap_or("workflow");
    let all = || By::ALL.map(By::as_str).join(", ");
    By::parse(word).ok_or_else(|| bad("by", format!("{word:?} is not something to add up by: use {}", all())))
}

/// Rows with their share, and their change against rows of the period before, where there is one.
pub(crate) fn rows(found: &[Row], before: Option<&[Row]>) -> Vec<SpendRow> {
    let all: NanoUsd = found.iter().map(|row| row.cost).sum();
    let costs = |rows: &[Row]| rows.iter().map(|row| (row.key.clone(), row.cost)).collect::<HashMap<_, _>>();
    let known = before.map(costs);
    let then = |row: &Row| known.as_ref().map(|known| known.get(&row.key).copied().unwrap_or_default());
    found.iter().map(|row| view(row, all, then(row))).collect()
}

fn view(row: &Row, all: NanoUsd, before: Option<NanoUsd>) -> SpendRow {
    let answered = row.calls.saturating_sub(row.refused);
    let each = i64::try_from(answered).ok().filter(|calls| *calls > 0).map(|calls| row.cost.nano() / calls);
    SpendRow {
        key: row.key.clone(),
        name: row.key.clone(),
        owner: None,
        figures: figures::of(row),
        share: percent(row.cost.nano(), all.nano()),
        before: before.map(Into::into),
        change: before.and_then(|then| percent(row.cost.nano().saturating_sub(then.nano()), then.nano())),
        per_call: each.map(|nano| NanoUsd::from_nano(nano).into()),
    }
}

/// Adds what calls that name no unit come to, where there are any, at its place by cost.
fn add_unnamed(rows: &mut Vec<Row>, sum: &Row) {
    let unnamed = figures::rest(sum, &figures::total(rows));
    if unnamed.calls > 0 {
        let at = rows.partition_point(|row| row.cost >= unnamed.cost);
        rows.insert(at, unnamed);
    }
}

fn total(sum: &Row, before: &Row) -> SpendRow {
    SpendRow { name: "total".to_owned(), ..view(sum, sum.cost, Some(before.cost)) }
}

fn parts(named: &[&str], found: &[Row], total: NanoUsd) -> Vec<SpendPart> {
    let cost = |key: &str| found.iter().find(|row| row.key == key).map_or(NanoUsd::ZERO, |row| row.cost);
    let mut parts: Vec<SpendPart> =
        named.iter().map(|key| SpendPart { key: (*key).to_owned(), cost: cost(key).into() }).collect();
    let shown: NanoUsd = named.iter().map(|key| cost(key)).sum();
    let rest = total.saturating_less(shown);
    if rest > NanoUsd::ZERO {
        parts.push(SpendPart { key: "others".to_owned(), cost: rest.into() });
    }
    parts
}

fn sentence(total: &SpendRow, rows: &[SpendRow], by: By, period: &Period) -> Sentence {
    let figures = &total.figures;
    if figures.calls == 0 {
        return Say::new().text(&format!("Nothing was spent {}: there was no call.", on(period))).end();
    }
    let mark = if figures.estimated_cost.nano > 0 { "≈ " } else { "" };
    let spent = format!("{mark}{}", figures.cost.amount());
    let say = Say::new().about(SubjectKind::Spend, "", &spent);
    let say = say.text(&format!(" was spent {} on {}", on(period), plural(figures.calls, "call")));
    let say = match total.change {
        Some(change) if change >= 0.5 => {
            say.text(&format!(", {} % more than in the period before", short(change)))
        }
        Some(change) if change <= -0.5 => {
            say.text(&format!(", {} % less than in the period before", short(-change)))
        }
        Some(_) => say.text(", as much as in the period before"),
        None => say,
    };
    let say = match rows.first().filter(|first| by != By::Day && rows.len() > 1 && !unnamed(by, first)) {
        Some(first) => {
            say.text(&format!("; {} took {} % of it", first.name, short(first.share.unwrap_or_default())))
        }
        None => say,
    };
    match simulated(&figures.simulated_cost, &figures.cost) {
        None => say.text(".").end(),
        Some(words) => say.text("; ").toned(Tone::Info, words).text(".").end(),
    }
}

/// Whether this is the row of calls that name no unit.
fn unnamed(by: By, row: &SpendRow) -> bool {
    by == By::Unit && row.key.is_empty()
}

fn simulated(simulated: &Money, all: &Money) -> Option<&'static str> {
    match simulated.nano {
        0 => None,
        some if some == all.nano => Some("all of it is simulated"),
        _ => Some("part of it is simulated"),
    }
}

/// "today", "in the last 7 days", "from 1 Nov to 3 Nov".
pub(crate) fn on(period: &Period) -> String {
    match period.words.as_str() {
        "today" | "this month" => period.words.clone(),
        words if words.starts_with("the last") => format!("in {words}"),
        words => format!("from {words}"),
    }
}

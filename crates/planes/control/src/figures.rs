//! Figures from the ledger's roll-ups, in the form of views.

use std::time::Duration;

use domain::Timestamp;
use domain::ids::WorkflowId;
use domain::money::NanoUsd;
use ledger::{SeriesQuery, SpendQuery, SpendRow, Step};

pub(crate) use ledger::SpendBy as By;

use crate::period::Period;
use crate::views::{Figures, Series, SeriesPoint};
use crate::words::rate;
use crate::{Control, Error};

/// How long a page waits for records that were just made to become readable.
const PATIENCE: Duration = Duration::from_millis(250);

impl Control {
    /// Waits, shortly, until what was just recorded can be read. A page that can't wait longer
    /// shows what is there.
    pub(crate) async fn fresh(&self) {
        if !self.ledger().caught_up(PATIENCE).await {
            tracing::debug!("a page is shown before the newest records can be read");
        }
    }

    /// Money over a period, added up.
    pub(crate) async fn spend_by(
        &self,
        by: By,
        period: &Period,
        workflow: Option<&WorkflowId>,
    ) -> Result<Vec<SpendRow>, Error> {
        let query = SpendQuery { by, from: period.from, to: period.to, workflow: workflow.cloned() };
        Ok(self.ledger().spend(&query).await?)
    }

    /// Calls over time.
    pub(crate) async fn calls_over(
        &self,
        (from, to): (Timestamp, Timestamp),
        step: Step,
        workflow: Option<&WorkflowId>,
    ) -> Result<Vec<ledger::SeriesPoint>, Error> {
        let query = SeriesQuery { from, to, step, workflow: workflow.cloned() };
        Ok(self.ledger().series(&query).await?)
    }

    /// Calls over a period, in steps that suit its length.
    pub(crate) async fn series(
        &self,
        period: &Period,
        workflow: Option<&WorkflowId>,
    ) -> Result<Series, Error> {
        let step = if period.days() <= 4 { Step::Hour } else { Step::Day };
        let points = self.calls_over((period.from, period.to), step, workflow).await?;
        Ok(series(step, &points))
    }
}

/// A row's figures.
pub(crate) fn of(row: &SpendRow) -> Figures {
    Figures {
        calls: row.calls,
        errors: rate(row.errors, row.calls.saturating_sub(row.refused)),
        refused: rate(row.refused, row.calls),
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
        cost: row.cost.into(),
        estimated_cost: row.estimated_cost.into(),
        simulated_cost: row.simulated_cost.into(),
        cache: rate(row.cache_hits, row.cache_lookups),
        saved: row.saved_cost.into(),
    }
}

/// All rows together.
pub(crate) fn total(rows: &[SpendRow]) -> SpendRow {
    let count = |of: fn(&SpendRow) -> u64| rows.iter().map(of).fold(0, u64::saturating_add);
    let money = |of: fn(&SpendRow) -> NanoUsd| rows.iter().map(of).sum();
    SpendRow {
        key: "total".to_owned(),
        calls: count(|row| row.calls),
        errors: count(|row| row.errors),
        refused: count(|row| row.refused),
        input_tokens: count(|row| row.input_tokens),
        output_tokens: count(|row| row.output_tokens),
        cost: money(|row| row.cost),
        estimated_cost: money(|row| row.estimated_cost),
        simulated_cost: money(|row| row.simulated_cost),
        cache_lookups: count(|row| row.cache_lookups),
        cache_hits: count(|row| row.cache_hits),
        saved_cost: money(|row| row.saved_cost),
    }
}

/// What is left of a sum without a part of it. Its key is empty.
pub(crate) fn rest(sum: &SpendRow, part: &SpendRow) -> SpendRow {
    SpendRow {
        key: String::new(),
        calls: sum.calls.saturating_sub(part.calls),
        errors: sum.errors.saturating_sub(part.errors),
        refused: sum.refused.saturating_sub(part.refused),
        input_tokens: sum.input_tokens.saturating_sub(part.input_tokens),
        output_tokens: sum.output_tokens.saturating_sub(part.output_tokens),
        cost: sum.cost.saturating_less(part.cost),
        estimated_cost: sum.estimated_cost.saturating_less(part.estimated_cost),
        simulated_cost: sum.simulated_cost.saturating_less(part.simulated_cost),
        cache_lookups: sum.cache_lookups.saturating_sub(part.cache_lookups),
        cache_hits: sum.cache_hits.saturating_sub(part.cache_hits),
        saved_cost: sum.saved_cost.saturating_less(part.saved_cost),
    }
}

/// A series as pages show it.
pub(crate) fn series(step: Step, points: &[ledger::SeriesPoint]) -> Series {
    let word = match step {
        Step::Minute => "minute",
        Step::Hour => "hour",
        Step::Day => "day",
    };
    Series { step: word.to_owned(), points: points.iter().map(point).collect() }
}

fn point(point: &ledger::SeriesPoint) -> SeriesPoint {
    SeriesPoint {
        at: point.at.into(),
        calls: point.calls,
        ok: point.calls.saturating_sub(point.errors).saturating_sub(point.refused),
        errors: point.errors,
        refused: point.refused,
        cost: point.cost.into(),
        p50_ms: point.p50_ms,
        p95_ms: point.p95_ms,
    }
}

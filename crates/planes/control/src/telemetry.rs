//! Telemetry as pages show it: sources, what they used, what the gateway has of it.

use domain::people::{Permit, acts};
use domain::telemetry::Measure;
use domain::telemetry::settle::Sums;
use ledger::TelemetryRow;

use crate::period::Period;
use crate::say::Say;
use crate::views::{
    Sentence, SubjectKind, TelemetryAgreement, TelemetryDifference, TelemetryPage, TelemetryQuery,
    TelemetrySource, TelemetrySums, TelemetryWork, Tone,
};
use crate::words::{plural, rate};
use crate::{Control, Error, names};

/// Days that are shown if nothing is said.
const DAYS: i64 = 30;
/// Most sources that are listed, the latest first. All of them are in the sums.
const MOST: usize = 1_000;

impl Control {
    /// What clients report about themselves over a period.
    ///
    /// # Errors
    /// A refusal that names the field that can't be read, a fault where the ledger can't.
    pub async fn telemetry(
        &self,
        _permit: &Permit<acts::Look>,
        query: &TelemetryQuery,
    ) -> Result<TelemetryPage, Error> {
        let snapshot = self.snapshot();
        let workspace = &snapshot.workspace;
        let workflow = match query.workflow.as_deref().filter(|id| !id.is_empty()) {
            None => None,
            Some(id) => Some(names::workflow(workspace, id)?.id.clone()),
        };
        let (from, to, word) = (query.from.as_deref(), query.to.as_deref(), query.period.as_deref());
        let now = self.now();
        let period = Period::read(from, to, word, now)?.unwrap_or_else(|| Period::last_days(now, DAYS));
        self.fresh().await;
        let asked = ledger::TelemetryQuery { from: period.from, to: period.to, workflow };
        let rows = self.ledger().telemetry_sources(&asked).await?;
        let owner = |row: &TelemetryRow| Some(names::person(workspace, &row.owner, now));
        let person = |row: &TelemetryRow| names::person(workspace, &row.person, now).name;
        let mut sources: Vec<_> = rows
            .iter()
            .map(|row| TelemetrySource { owner: owner(row), person_name: person(row), ..source(row) })
            .collect();
        let direct = rows.iter().map(|row| row.direct).fold(Sums::default(), Sums::plus);
        let sentence = sentence(&sources, &direct, &period);
        sources.truncate(MOST);
        Ok(TelemetryPage {
            sentence,
            query: query.clone(),
            period: period.view(),
            sources,
            direct: sums(&direct),
        })
    }
}

impl Control {
    /// What clients report that did not pass the gateway.
    pub(crate) async fn beside(
        &self,
        period: &Period,
        workflow: Option<domain::ids::WorkflowId>,
    ) -> Result<domain::NanoUsd, Error> {
        let asked = ledger::TelemetryQuery { from: period.from, to: period.to, workflow };
        let rows = self.ledger().telemetry_sources(&asked).await?;
        Ok(rows.iter().map(|row| row.direct.price).sum())
    }
}

fn source(row: &TelemetryRow) -> TelemetrySource {
    TelemetrySource {
        client: row.client.as_str().to_owned(),
        title: row.client.title().to_owned(),
        service: row.service.clone(),
        version: row.version.clone(),
        workflow: row.workflow.clone(),
        owner: None,
        person: row.person.clone(),
        person_name: String::new(),
        first_seen: row.first_seen.into(),
        last_seen: row.last_seen.into(),
        records: row.records,
        refused: row.refused,
        sessions: row.sessions,
        direct: sums(&row.direct),
        passed: sums(&row.passed),
        gateway: sums(&row.gateway),
        agreement: agreement(&row.passed, &row.gateway),
        difference: difference(&row.passed, &row.gateway),
        work: work(row),
    }
}

fn sums(sums: &Sums) -> TelemetrySums {
    TelemetrySums {
        calls: sums.calls,
        input_tokens: sums.input,
        output_tokens: sums.output,
        cost: sums.price.into(),
        claimed: sums.claimed.into(),
        unpriced: sums.unpriced,
    }
}

/// Tokens decide: counters do not say how many calls there were, and prices may be a contract's.
fn agreement(said: &Sums, had: &Sums) -> TelemetryAgreement {
    match (had.is_empty(), (said.input, said.output) == (had.input, had.output)) {
        (true, _) => TelemetryAgreement::Nothing,
        (false, true) => TelemetryAgreement::Same,
        (false, false) => TelemetryAgreement::Differs,
    }
}

/// What a client says more than the gateway has; nothing where there is no call that both know.
fn difference(said: &Sums, had: &Sums) -> TelemetryDifference {
    if had.is_empty() {
        return TelemetryDifference::default();
    }
    let more = |said: u64, had: u64| {
        let (said, had) = (i64::try_from(said).unwrap_or(i64::MAX), i64::try_from(had).unwrap_or(i64::MAX));
        said.saturating_sub(had)
    };
    TelemetryDifference {
        calls: more(said.calls, had.calls),
        input_tokens: more(said.input, had.input),
        output_tokens: more(said.output, had.output),
        cost: (said.price - had.price).into(),
    }
}

fn work(row: &TelemetryRow) -> TelemetryWork {
    let of = |measure: Measure| row.work.get(&measure).copied().unwrap_or(0);
    let (accepted, edited) = (of(Measure::Accepted), of(Measure::Edited));
    let (rejected, aborted) = (of(Measure::Rejected), of(Measure::Aborted));
    let decided = [accepted, edited, rejected, aborted].into_iter().fold(0, u64::saturating_add);
    TelemetryWork {
        lines_added: of(Measure::LinesAdded),
        lines_removed: of(Measure::LinesRemoved),
        commits: of(Measure::Commits),
        pull_requests: of(Measure::PullRequests),
        accepted: rate(accepted, decided),
        edited,
        rejected,
        aborted,
        automatic: of(Measure::Automatic),
        active_ms: of(Measure::ActiveMs),
        working_ms: of(Measure::WorkingMs),
        waiting_ms: of(Measure::WaitingMs),
    }
}

fn sentence(sources: &[TelemetrySource], direct: &Sums, period: &Period) -> Sentence {
    let when = match period.words.as_str() {
        "today" | "this month" => period.words.clone(),
        words if words.starts_with("the last") => format!("in {words}"),
        words => format!("from {words}"),
    };
    let count = u64::try_from(sources.len()).unwrap_or(u64::MAX);
    if count == 0 {
        return Say::new().text(&format!("Nothing has sent telemetry {when}.")).end();
    }
    let say = Say::new().text(&format!("{} sent telemetry {when}; ", plural(count, "source")));
    let said = |one: &TelemetrySource| one.passed != TelemetrySums::default();
    let passed = sources.iter().any(|one| said(one) || one.agreement != TelemetryAgreement::Nothing);
    let say = if direct.is_empty() && !passed {
        say.text("no usage of a model is in it")
    } else if direct.is_empty() {
        say.toned(Tone::Good, "all that they used passed the gateway")
    } else {
        let missing = if direct.unpriced > 0 { " and more without a price" } else { "" };
        say.toned(Tone::Info, &format!("{}{missing} of what they used", direct.price))
            .text(" did not pass the gateway, and is not in the ")
            .about(SubjectKind::Spend, "", "spend")
    };
    let differing = sources.iter().filter(|one| one.agreement == TelemetryAgreement::Differs);
    match u64::try_from(differing.count()).unwrap_or(u64::MAX) {
        0 => say.text(".").end(),
        some => {
            let words = format!("what {} differs from the gateway's record", says(some));
            say.text("; ").toned(Tone::Info, &words).text(".").end()
        }
    }
}

fn says(clients: u64) -> String {
    if clients == 1 { "1 of them says".to_owned() } else { format!("{clients} of them say") }
}

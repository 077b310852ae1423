//! `doctor`: holds what a server has stored against the rules that must always hold.
//!
//! It reads what anyone may read — the state, the budgets, the newest runs with their bills — and
//! changes nothing. The rules are applied to what the server says of itself, so that a wrong view is
//! found as well as a wrong record. A budget past its limit breaks no rule: `at_limit = "economy"`
//! goes on, a provider may bill more than it was allowed, a limit may be lowered. It is noted.

use control::views::{BudgetLine, InferenceView, RunPage, RunsPage, SpendPage, StatusView, Tone};
use domain::NanoUsd;
use serde::Serialize;

use super::view;
use crate::client::{Client, Failure};
use crate::exit::Exit;
use crate::output::Output;

/// How many of the newest runs are read.
const RUNS: usize = 1_000;

/// Something that should not be.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Problem {
    /// What it is about.
    about: String,
    /// What is wrong.
    problem: String,
}

/// What was read and found.
#[derive(Debug, Default, Serialize)]
struct Findings {
    healthy: bool,
    runs: usize,
    inferences: usize,
    budgets: usize,
    problems: Vec<Problem>,
    /// What is worth knowing and no problem.
    notes: Vec<Problem>,
}

impl Findings {
    fn add(&mut self, about: &str, problem: impl Into<String>) {
        self.problems.push(Problem { about: about.to_owned(), problem: problem.into() });
    }

    fn note(&mut self, about: &str, note: impl Into<String>) {
        self.notes.push(Problem { about: about.to_owned(), problem: note.into() });
    }
}

/// Looks, and prints what is wrong.
pub(super) async fn run(client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let mut findings = Findings::default();
    state(&view(client.get(&["status"], &[]).await?)?, &mut findings);
    let page: SpendPage = view(client.get(&["spend"], &[]).await?)?;
    page.budgets.iter().for_each(|line| budget(line, &mut findings));
    runs(client, &mut findings).await?;
    findings.healthy = findings.problems.is_empty();
    print(&findings, output)?;
    Ok(if findings.healthy { Exit::Done } else { Exit::No })
}

fn state(status: &StatusView, findings: &mut Findings) {
    for check in status.ready.checks.iter().filter(|check| check.tone >= Tone::Warn) {
        findings.add(&check.name, &check.detail);
    }
    if let Some(error) = &status.config.error {
        findings.add("configuration", &error.summary);
    }
}

fn budget(line: &BudgetLine, findings: &mut Findings) {
    findings.budgets += 1;
    let (settled, reserved) = (line.settled.amount(), line.reserved.amount());
    let (limit, left, used) = (line.limit.amount(), line.left.amount(), settled + reserved);
    if settled.min(reserved) < NanoUsd::ZERO || left != limit.saturating_less(used) {
        let problem = format!("{left} left of {limit} do not go with {settled} charged and {reserved} held");
        findings.add(&line.account, problem);
    } else if used > limit {
        let why = match line.at_limit.as_str() {
            "economy" => "it goes on, on the route economy",
            _ => "a provider billed more than was held, or the limit was lowered",
        };
        let note = format!("{settled} charged and {reserved} held are past the limit of {limit}: {why}");
        findings.note(&line.account, note);
    }
}

async fn runs(client: &Client, findings: &mut Findings) -> anyhow::Result<()> {
    let mut cursor: Option<String> = None;
    while findings.runs < RUNS {
        let mut query = vec![("limit", "200".to_owned())];
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let page: RunsPage = view(client.get(&["runs"], &query).await?)?;
        for row in page.rows.iter().take(RUNS - findings.runs) {
            findings.runs += 1;
            match client.get(&["runs", &row.run], &[]).await {
                Ok(answer) => bills(view(answer)?, client, findings).await?,
                Err(Failure::Refused(refused)) => findings.add(&row.run, refused.message),
                Err(failure) => return Err(failure.into()),
            }
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(())
}

/// Adds up a run, page by page. One that went on between two pages is not held against its sum.
async fn bills(run: RunPage, client: &Client, findings: &mut Findings) -> anyhow::Result<()> {
    let (mut page, mut sum, mut stood_still) = (run, 0, true);
    loop {
        for call in &page.inferences {
            findings.inferences += 1;
            sum += call.cost.nano;
            for problem in wrong(call) {
                findings.add(&call.id, problem);
            }
        }
        let Some(later) = page.later.take() else { break };
        let next: RunPage = view(client.get(&["explain", &later], &[]).await?)?;
        stood_still &= (next.cost.nano, whole(&next)) == (page.cost.nano, whole(&page));
        page = next;
    }
    if stood_still && sum != page.cost.nano {
        let problem = format!("its inferences cost {sum} nano-dollars, the run {}", page.cost.nano);
        findings.add(&page.run, problem);
    }
    Ok(())
}

/// How many inferences a run has.
fn whole(page: &RunPage) -> u64 {
    u64::try_from(page.inferences.len()).unwrap_or(u64::MAX).saturating_add(page.left_out)
}

fn wrong(call: &InferenceView) -> Vec<&'static str> {
    let lines: i64 = call.price.iter().map(|line| line.cost.nano).sum();
    let billed = match call.status.as_str() {
        "lost" => call.price.is_empty() && call.cost == call.reserved,
        _ => lines == call.cost.nano,
    };
    let given_up: i64 = call.abandoned.iter().map(|attempt| attempt.cost.nano).sum();
    let free = call.status != "refused" || (call.cost.nano == 0 && call.usage.total == 0);
    [
        (billed, "the lines of the bill do not add up to the charge"),
        (given_up <= call.cost.nano, "what abandoned attempts may cost is more than the charge"),
        (free, "a refused call was charged"),
        (call.status != "lost" || call.usage.source == "estimated", "a lost call claims reported usage"),
    ]
    .into_iter()
    .filter_map(|(holds, problem)| (!holds).then_some(problem))
    .collect()
}

fn print(findings: &Findings, output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        output.object(findings)?;
        return Ok(());
    }
    for problem in &findings.problems {
        let bad = output.style().bad("problem:");
        output.line(format!("{bad} {}: {}", problem.about, problem.problem))?;
    }
    for note in &findings.notes {
        output.line(format!("note: {}: {}", note.about, note.problem))?;
    }
    output.line(format!(
        "{}: read {} budgets and the newest {} runs with {} inferences",
        if findings.healthy { "All rules hold" } else { "Not all is well" },
        findings.budgets,
        findings.runs,
        findings.inferences
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at_limit: &str, settled: i64, reserved: i64, left: i64) -> BudgetLine {
        let usd = |nano| NanoUsd::from_nano(nano).into();
        BudgetLine {
            account: "the organisation today".into(),
            holder: "organisation".into(),
            window: "day".into(),
            limit: usd(10),
            settled: usd(settled),
            reserved: usd(reserved),
            left: usd(left),
            percent: 0.0,
            warn_at: Vec::new(),
            at_limit: at_limit.into(),
            starts: None,
            resets: None,
            forecast: None,
            forecast_percent: None,
            tone: Tone::Good,
        }
    }

    #[test]
    fn a_budget_past_its_limit_is_noted_and_breaks_no_rule() {
        for (line, problems, note) in [
            (line("stop", 4, 2, 4), 0, None),
            (line("economy", 12, 2, 0), 0, Some("it goes on, on the route economy")),
            (line("economy", 9, 2, 0), 0, Some("it goes on, on the route economy")),
            (
                line("stop", 12, 0, 0),
                0,
                Some("a provider billed more than was held, or the limit was lowered"),
            ),
            (line("stop", 4, 2, 9), 1, None),
            (line("economy", -4, 2, 10), 1, None),
        ] {
            let mut findings = Findings::default();
            budget(&line, &mut findings);
            assert_eq!(findings.problems.len(), problems, "{line:?}");
            let noted = findings.notes.first().and_then(|one| one.problem.split_once(": "));
            assert_eq!(noted.map(|(_, why)| why), note, "{line:?}");
        }
    }
}

//! `doctor`: holds what a server has stored against the rules that must always hold.
//!
//! It reads what anyone may read — the state, the budgets, the newest runs with their bills — and
//! changes nothing. The rules are those of `domain::invariants`, applied to what the server says
//! of itself, so that a wrong view is found as well as a wrong record.

use control::views::{InferenceView, RunPage, RunsPage, SpendPage, StatusView, Tone};
use domain::budget::Standing;
use domain::invariants;
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
}

impl Findings {
    fn add(&mut self, about: &str, problem: impl Into<String>) {
        self.problems.push(Problem { about: about.to_owned(), problem: problem.into() });
    }
}

/// Looks, and prints what is wrong.
pub(super) async fn run(client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let mut findings = Findings::default();
    state(&view(client.get(&["status"], &[]).await?)?, &mut findings);
    budgets(&view(client.get(&["spend"], &[]).await?)?, &mut findings);
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

fn budgets(page: &SpendPage, findings: &mut Findings) {
    for budget in &page.budgets {
        findings.budgets += 1;
        let standing = Standing { settled: budget.settled.amount(), reserved: budget.reserved.amount() };
        if !invariants::within_budget(standing, budget.limit.amount()) {
            let problem = format!(
                "{} charged and {} held exceed the limit of {}",
                standing.settled,
                standing.reserved,
                budget.limit.amount()
            );
            findings.add(&budget.account, problem);
        }
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
                Ok(answer) => bills(&view(answer)?, findings),
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

fn bills(run: &RunPage, findings: &mut Findings) {
    for call in &run.inferences {
        findings.inferences += 1;
        for problem in wrong(call) {
            findings.add(&call.id, problem);
        }
    }
    let sum: i64 = run.inferences.iter().map(|call| call.cost.nano).sum();
    if !run.truncated && sum != run.cost.nano {
        findings.add(&run.run, format!("its inferences cost {sum} nano-dollars, the run {}", run.cost.nano));
    }
}

fn wrong(call: &InferenceView) -> Vec<&'static str> {
    let lines: i64 = call.price.iter().map(|line| line.cost.nano).sum();
    let billed = match call.status.as_str() {
        "lost" => call.price.is_empty() && call.cost == call.reserved,
        _ => lines == call.cost.nano,
    };
    let free = call.status != "refused" || (call.cost.nano == 0 && call.usage.total == 0);
    [
        (billed, "the lines of the bill do not add up to the charge"),
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
    output.line(format!(
        "{}: read {} budgets and the newest {} runs with {} inferences",
        if findings.healthy { "All rules hold" } else { "Not all is well" },
        findings.budgets,
        findings.runs,
        findings.inferences
    ))?;
    Ok(())
}

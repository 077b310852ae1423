//! Budgets as they stand: who holds which, what is left, what the end of the window will bring.

use config::{Workflow, Workspace};
use domain::budget::{Account, AtLimit, Budget, Standing};
use domain::holder::Holder;
use domain::ids::RunId;
use domain::limits::Limits;
use domain::money::NanoUsd;
use domain::time::{Timestamp, Window};

use crate::views::{BudgetLine, LimitLine, Tone};
use crate::words::percent;
use crate::{Control, views};

/// A limit on money, and what it is counted against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    account: Account,
    limit: NanoUsd,
    warn_at: Vec<u8>,
    at_limit: AtLimit,
}

/// Budgets of one holder over calendar windows.
pub(crate) fn lines(holder: &Holder, budget: &Budget) -> Vec<Line> {
    [(Window::Day, budget.day), (Window::Month, budget.month)]
        .into_iter()
        .filter_map(|(window, limit)| Some((window, limit?)))
        .map(|(window, limit)| line(Account::Held(holder.clone(), window), limit, budget))
        .collect()
}

/// The budget of one run.
pub(crate) fn run_line(workflow: &Workflow, run: &RunId) -> Option<Line> {
    let limit = workflow.budget.run?;
    Some(line(Account::Run(workflow.id.clone(), run.clone()), limit, &workflow.budget))
}

fn line(account: Account, limit: NanoUsd, budget: &Budget) -> Line {
    Line { account, limit, warn_at: budget.warn_at.clone(), at_limit: budget.at_limit }
}

/// Budgets that a workflow has for itself.
pub(crate) fn own(workflow: &Workflow) -> Vec<Line> {
    lines(&Holder::Workflow(workflow.id.clone()), &workflow.budget)
}

/// Budgets of the organisation.
pub(crate) fn of_organisation(workspace: &Workspace) -> Vec<Line> {
    lines(&Holder::Organisation, &workspace.organisation.budget)
}

/// Budgets of the organisation, the pods and the workflows, widest first.
pub(crate) fn all(workspace: &Workspace) -> Vec<Line> {
    let pods = workspace.pods.values().flat_map(|pod| lines(&Holder::Pod(pod.id.clone()), &pod.budget));
    let workflows = workspace.workflows.values().flat_map(own);
    of_organisation(workspace).into_iter().chain(pods).chain(workflows).collect()
}

/// Budgets that a call of the workflow must fit into: its own, its pod's, the organisation's.
pub(crate) fn over(workspace: &Workspace, workflow: &Workflow) -> Vec<Line> {
    let pod = workspace.pods.get(&workflow.pod);
    let pods = pod.map(|pod| lines(&Holder::Pod(pod.id.clone()), &pod.budget)).unwrap_or_default();
    own(workflow).into_iter().chain(pods).chain(of_organisation(workspace)).collect()
}

/// Limits that a call of the workflow must pass, in the same order.
pub(crate) fn limits_over(workspace: &Workspace, workflow: &Workflow) -> Vec<LimitLine> {
    let pod = workspace.pods.get(&workflow.pod);
    let pods = pod.map(|pod| limits(&Holder::Pod(pod.id.clone()), &pod.limits)).unwrap_or_default();
    let own = limits(&Holder::Workflow(workflow.id.clone()), &workflow.limits);
    let organisation = limits(&Holder::Organisation, &workspace.organisation.limits);
    own.into_iter().chain(pods).chain(organisation).collect()
}

/// Limits of one holder.
pub(crate) fn limits(holder: &Holder, limits: &Limits) -> Vec<LimitLine> {
    [
        ("requests_per_minute", "requests a minute", limits.requests_per_minute),
        ("tokens_per_minute", "tokens a minute", limits.tokens_per_minute),
        ("concurrent", "calls at once", limits.concurrent),
        ("iterations_per_run", "inferences a run", limits.iterations_per_run),
    ]
    .into_iter()
    .filter_map(|(name, words, limit)| {
        Some(LimitLine { holder: key(holder), name: name.into(), words: words.into(), limit: limit? })
    })
    .collect()
}

impl Control {
    /// How these budgets stand.
    pub(crate) fn standing(&self, lines: &[Line]) -> Vec<BudgetLine> {
        let accounts: Vec<Account> = lines.iter().map(|line| line.account.clone()).collect();
        let standing = self.inner.plane.standing(&accounts);
        let now = self.now();
        lines.iter().zip(standing).map(|(line, standing)| view(line, standing, now)).collect()
    }
}

/// The budget nearest its end.
pub(crate) fn nearest(lines: &[BudgetLine]) -> Option<&BudgetLine> {
    lines.iter().max_by(|a, b| {
        (a.tone, a.percent).partial_cmp(&(b.tone, b.percent)).unwrap_or(std::cmp::Ordering::Equal)
    })
}

/// A budget as it stands.
pub(crate) fn view(line: &Line, standing: Standing, now: Timestamp) -> BudgetLine {
    let (holder, window) = match &line.account {
        Account::Held(holder, window) => (key(holder), *window),
        Account::Run(workflow, _) => (format!("workflow/{workflow}"), Window::Run),
    };
    let used = standing.settled + standing.reserved;
    let share = percent(used.nano(), line.limit.nano()).unwrap_or(100.0);
    let ends = window.end(now);
    let forecast = ends.and_then(|end| forecast(standing.settled, window.start(now), now, end));
    let forecast_percent = forecast.and_then(|amount| percent(amount.nano(), line.limit.nano()));
    BudgetLine {
        account: line.account.to_string(),
        holder,
        window: window.as_str().to_owned(),
        limit: line.limit.into(),
        settled: standing.settled.into(),
        reserved: standing.reserved.into(),
        left: line.limit.saturating_less(used).into(),
        percent: share,
        warn_at: line.warn_at.clone(),
        at_limit: line.at_limit.as_str().to_owned(),
        starts: ends.map(|_| window.start(now).into()),
        resets: ends.map(Into::into),
        forecast: forecast.map(Into::into),
        forecast_percent,
        tone: tone(share, forecast_percent, &line.warn_at),
    }
}

/// What will have been charged at the end if spending goes on at its average so far. Nothing is
/// said in the first twentieth of a window.
fn forecast(settled: NanoUsd, start: Timestamp, now: Timestamp, end: Timestamp) -> Option<NanoUsd> {
    let (past, whole) = (i128::from(now.since(start)), i128::from(end.since(start)));
    if past * 20 < whole || past <= 0 {
        return None;
    }
    i64::try_from(i128::from(settled.nano()) * whole / past).ok().map(NanoUsd::from_nano)
}

fn tone(percent: f64, forecast: Option<f64>, warn_at: &[u8]) -> Tone {
    let passed = warn_at.iter().filter(|mark| percent >= f64::from(**mark)).max();
    match passed {
        _ if percent >= 100.0 => Tone::Bad,
        Some(mark) if *mark >= 75 => Tone::Warn,
        _ if forecast.is_some_and(|share| share > 100.0) => Tone::Warn,
        Some(_) => Tone::Info,
        None => Tone::Good,
    }
}

/// A holder as views name it.
pub(crate) fn key(holder: &Holder) -> String {
    match holder {
        Holder::Organisation => "organisation".to_owned(),
        Holder::Pod(pod) => format!("pod/{pod}"),
        Holder::Workflow(workflow) => format!("workflow/{workflow}"),
        Holder::Key(key) => format!("key/{key}"),
    }
}

/// What is the matter with a budget, in a few words; `None` where it is well.
pub(crate) fn concern(line: &views::BudgetLine) -> Option<String> {
    let share = crate::words::short(line.percent);
    match line.tone {
        Tone::Bad => Some(format!("the {} budget is spent ({share} %)", line.window)),
        Tone::Warn
            if line.forecast_percent.is_some_and(|forecast| forecast > 100.0) && line.percent < 75.0 =>
        {
            let forecast = crate::words::short(line.forecast_percent.unwrap_or_default());
            Some(format!(
                "the {} budget will be exceeded at this rate ({forecast} % by its end)",
                line.window
            ))
        }
        Tone::Warn => Some(format!("{share} % of the {} budget is used", line.window)),
        Tone::Good | Tone::Info => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(now: &str, settled: i64, reserved: i64) -> BudgetLine {
        let line = Line {
            account: Account::Held(Holder::Organisation, Window::Day),
            limit: NanoUsd::from_nano(1_000),
            warn_at: vec![50, 80],
            at_limit: AtLimit::Stop,
        };
        let standing =
            Standing { settled: NanoUsd::from_nano(settled), reserved: NanoUsd::from_nano(reserved) };
        view(&line, standing, Timestamp::parse(now).unwrap())
    }

    #[test]
    fn a_budget_is_judged_by_what_is_used_and_by_where_it_leads() {
        let judged = |now, settled, reserved| {
            let line = at(now, settled, reserved);
            (
                line.percent,
                line.left.nano,
                line.forecast.clone().map(|money| money.nano),
                line.tone,
                concern(&line).is_some(),
            )
        };
        assert_eq!(judged("2026-11-23T12:00:00Z", 100, 0), (10.0, 900, Some(200), Tone::Good, false));
        assert_eq!(judged("2026-11-23T12:00:00Z", 400, 100), (50.0, 500, Some(800), Tone::Info, false));
        assert_eq!(judged("2026-11-23T12:00:00Z", 600, 0), (60.0, 400, Some(1_200), Tone::Warn, true));
        assert_eq!(judged("2026-11-23T18:00:00Z", 700, 200), (90.0, 100, Some(933), Tone::Warn, true));
        assert_eq!(judged("2026-11-23T23:00:00Z", 900, 100), (100.0, 0, Some(939), Tone::Bad, true));
        assert_eq!(judged("2026-11-23T23:00:00Z", 1_500, 0).1, 0);
        assert_eq!(at("2026-11-23T01:00:00Z", 100, 0).forecast, None, "too early to tell");
    }
}

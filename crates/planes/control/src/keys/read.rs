//! Reading what a new key should be like, field by field.

use config::Workspace;
use domain::Timestamp;
use domain::budget::Budget;
use domain::ids::{AgentId, WorkflowId};
use domain::limits::Limits;
use domain::money::NanoUsd;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};

use crate::error::{Error, bad};
use crate::views::NewKey;
use crate::{names, switches};

/// Longest label.
const MAX_LABEL: usize = 120;
/// Milliseconds of a second.
const SECOND_MS: i64 = 1_000;
/// Budgets warn at these percentages.
const WARN_AT: [u8; 3] = [50, 80, 95];

/// The workflows a key should serve, each once.
pub(super) fn workflows(workspace: &Workspace, new: &NewKey) -> Result<Vec<WorkflowId>, Error> {
    let mut found = Vec::new();
    for name in &new.workflows {
        let id = names::workflow(workspace, name)?.id.clone();
        if !found.contains(&id) {
            found.push(id);
        }
    }
    if found.is_empty() {
        return Err(bad("workflows", "name at least one workflow that the key is for"));
    }
    Ok(found)
}

/// The agent that should hold it.
pub(super) fn agent(workspace: &Workspace, new: &NewKey) -> Result<Option<AgentId>, Error> {
    let Some(name) = new.agent.as_deref().filter(|name| !name.is_empty()) else { return Ok(None) };
    let id = AgentId::new(name).map_err(|error| bad("agent", error.to_string()))?;
    switches::known_agent(workspace, &id)?;
    Ok(Some(id))
}

/// What people should call it.
pub(super) fn label(
    new: &NewKey,
    workflows: &[WorkflowId],
    agent: Option<&AgentId>,
) -> Result<String, Error> {
    let given = new.label.as_deref().map(str::trim).filter(|label| !label.is_empty());
    if let Some(label) = given {
        if label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
            return Err(bad("label", format!("use at most {MAX_LABEL} printable characters")));
        }
        return Ok(label.to_owned());
    }
    let first = workflows.first().map_or_else(String::new, ToString::to_string);
    Ok(agent.map_or(first.clone(), |agent| format!("{agent} for {first}")))
}

/// When it should end.
pub(super) fn expires(new: &NewKey, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let Some(text) = new.expires.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let at = lifetime(text).map(|ms| now.plus_ms(ms)).or_else(|| Timestamp::parse(text));
    match at {
        Some(at) if at > now => Ok(Some(at)),
        Some(_) => Err(bad("expires", "that is in the past")),
        None => Err(bad(
            "expires",
            "expected a time from now such as 90d, 12h, 30m or 45s, a date, or an RFC 3339 time",
        )),
    }
}

/// `90d`, `12h`, `30m`, `45s`, `2w` in milliseconds.
fn lifetime(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => SECOND_MS,
        "m" => MINUTE_MS,
        "h" => HOUR_MS,
        "d" => DAY_MS,
        "w" => 7 * DAY_MS,
        _ => return None,
    };
    let count: i64 = digits.parse().ok().filter(|count| (1..=100_000).contains(count))?;
    count.checked_mul(unit)
}

/// The limits it should have.
pub(super) fn limits(new: &NewKey) -> Result<Limits, Error> {
    let named = [
        ("requests_per_minute", new.requests_per_minute),
        ("tokens_per_minute", new.tokens_per_minute),
        ("concurrent", new.concurrent),
        ("iterations_per_run", new.iterations_per_run),
    ];
    if let Some((name, _)) = named.iter().find(|(_, limit)| *limit == Some(0)) {
        return Err(bad(name, "a limit of 0 would refuse every call; leave it out for none"));
    }
    Ok(Limits {
        requests_per_minute: new.requests_per_minute,
        tokens_per_minute: new.tokens_per_minute,
        concurrent: new.concurrent,
        iterations_per_run: new.iterations_per_run,
    })
}

/// The budget it should have.
pub(super) fn budget(new: &NewKey) -> Result<Budget, Error> {
    let budget = Budget {
        day: money("budget_day", new.budget_day.as_deref())?,
        month: money("budget_month", new.budget_month.as_deref())?,
        run: money("budget_run", new.budget_run.as_deref())?,
        ..Budget::default()
    };
    let warn_at = if budget.is_open() { Vec::new() } else { WARN_AT.to_vec() };
    Ok(Budget { warn_at, ..budget })
}

/// `40` or `40 USD`; more than nothing.
pub(crate) fn money(what: &str, text: Option<&str>) -> Result<Option<NanoUsd>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let amount = if text.contains(' ') { NanoUsd::parse_usd(text) } else { NanoUsd::parse_decimal(text) };
    match amount {
        Ok(amount) if amount > NanoUsd::ZERO => Ok(Some(amount)),
        Ok(_) => Err(bad(what, "expected more than zero dollars")),
        Err(error) => Err(bad(what, error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_a_count_and_a_unit_or_a_date() {
        let now = Timestamp::parse("2026-11-23").unwrap();
        let end = |text: &str| {
            let new = NewKey { expires: Some(text.into()), ..NewKey::default() };
            expires(&new, now).map(|at| at.map(|at| at.to_string())).ok()
        };
        assert_eq!(end("90d"), Some(Some("2027-02-21T00:00:00.000Z".into())));
        assert_eq!(end("12h"), Some(Some("2026-11-23T12:00:00.000Z".into())));
        assert_eq!(end("1s"), Some(Some("2026-11-23T00:00:01.000Z".into())));
        assert_eq!(end("2026-12-24"), Some(Some("2026-12-24T00:00:00.000Z".into())));
        assert_eq!(end(" "), Some(None));
        for wrong in ["d", "0d", "-3d", "90", "é", "2026-11-22", "1000000d"] {
            assert_eq!(end(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn money_may_name_its_currency() {
        let nano = |text| money("budget_day", Some(text)).ok().flatten().map(NanoUsd::nano);
        assert_eq!(
            (nano("40"), nano("40 USD"), nano("0.5")),
            (Some(40_000_000_000), Some(40_000_000_000), Some(500_000_000))
        );
        assert_eq!((nano("0"), nano("-1"), nano("40 EUR"), nano("x")), (None, None, None, None));
    }
}

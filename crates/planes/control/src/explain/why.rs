//! Why it went as it did, in words. Each sentence rests on what the record says.

use std::collections::BTreeSet;

use config::Workflow;
use domain::abandoned::{self, Abandoned};
use domain::cache::CacheUse;
use domain::inference::{Attribution, Fact, Status, Verdict};
use domain::money::NanoUsd;
use domain::usage::UsageSource;

use super::tree::{Totals, is_estimate};
use crate::runs;
use crate::say::Say;
use crate::views::{PersonRef, Sentence, SubjectKind};
use crate::words::{duration, grouped, list, plural};

/// "The run ticket-4711 of support-replies, owned by Maya Chen, made 3 inferences in 2.1 s for 0.31 ¢."
pub(super) fn sentence(
    at: &Attribution,
    workflow: Option<&Workflow>,
    owner: &PersonRef,
    facts: &[Fact],
    totals: &Totals,
) -> Sentence {
    let count = u64::try_from(facts.len()).unwrap_or(u64::MAX);
    let mark = if totals.estimated > NanoUsd::ZERO { "≈ " } else { "" };
    let say = Say::new().text(&format!("The run {} of ", at.run));
    let say = match workflow {
        Some(_) => say.about(SubjectKind::Workflow, at.workflow.as_str(), at.workflow.as_str()),
        None => say.text(at.workflow.as_str()),
    };
    let say = say.text(", owned by ").about(SubjectKind::Person, &owner.id, &owner.name);
    let say = say.text(&format!(
        ", made {} in {} for {mark}{}",
        plural(count, "inference"),
        duration(totals.duration_ms),
        totals.cost
    ));
    let Some(last) = facts.last().filter(|last| last.status != Status::Ok) else {
        return say.text(".").end();
    };
    say.text("; the last one ").toned(runs::tone(last.status), ending(last.status)).text(".").end()
}

/// The run as a whole.
pub(super) fn of_run(facts: &[Fact], owner: &PersonRef, totals: &Totals) -> Vec<String> {
    let Some(last) = facts.last() else { return Vec::new() };
    let workflow = &last.attribution.workflow;
    let keys: BTreeSet<String> = facts.iter().map(|fact| fact.attribution.key.to_string()).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let noun = if keys.len() == 1 { "the key" } else { "the keys" };
    let mut why = vec![format!(
        "Its calls came with {noun} {}, so they belong to {workflow}, which {} answers for.",
        list(&keys),
        owner.name
    )];
    why.extend(endings(facts));
    why.extend(changed(facts, |fact| fact.config.chars().take(16).collect(), "configuration"));
    why.extend(changed(facts, |fact| fact.variant.clone(), "variant"));
    why.push(cost(totals));
    why
}

/// One inference.
pub(super) fn of_inference(fact: &Fact, key_label: Option<&str>) -> Vec<String> {
    let key = key_label.map_or_else(|| fact.attribution.key.to_string(), |label| format!("{label:?}"));
    let by = match &fact.attribution.agent {
        None => format!("The key {key}"),
        Some(agent) => format!("The agent {agent}, with the key {key},"),
    };
    let mut why = vec![format!("{by} asked for {:?} at {}.", fact.asked, fact.endpoint.path())];
    why.extend(
        fact.prompt.as_ref().map(|prompt| format!("Its messages were rendered from the prompt {prompt}.")),
    );
    why.extend(went(fact));
    let acted = fact.controls.iter().filter(|control| control.verdict != Verdict::Pass);
    why.extend(acted.map(|control| {
        if control.name == "attempt" {
            return format!("An attempt failed: {}.", control.why.trim_end_matches('.'));
        }
        let did = match control.verdict {
            Verdict::Stop => "stopped it",
            Verdict::Change => "changed it",
            Verdict::Warn => "warned",
            Verdict::Pass => "let it pass",
        };
        format!("The control {} {did}: {}.", control.name, control.why.trim_end_matches('.'))
    }));
    if !fact.changes.is_empty() {
        why.push(format!("What was changed on the way: {}.", list(&fact.changes)));
    }
    why.push(ended(fact));
    why.push(bill(fact));
    why.extend(fact.abandoned.iter().map(given_up));
    if fact.simulated {
        why.push("The answer is simulated.".to_owned());
    }
    why
}

fn went(fact: &Fact) -> Option<String> {
    let target = fact.target.as_ref()?;
    let to = format!("{}/{}", target.provider, target.model);
    Some(match &target.route {
        Some(route) => format!("The route {route} led to {to}."),
        None => format!("It named {to} directly, which the workflow allows."),
    })
}

fn ended(fact: &Fact) -> String {
    let took = duration(fact.duration_ms);
    let first =
        fact.first_byte_ms.map_or_else(String::new, |ms| format!(", the first byte after {}", duration(ms)));
    let code = fact.code.as_ref().map_or_else(String::new, |code| format!(" ({code})"));
    let said =
        fact.error.as_ref().map_or_else(String::new, |text| format!(": {}", text.trim_end_matches('.')));
    match fact.status {
        Status::Ok => format!("It was answered in {took}{first}."),
        status => format!("It {} after {took}{first}{code}{said}.", ending(status)),
    }
}

/// The predicate of an end.
const fn ending(status: Status) -> &'static str {
    match status {
        Status::Ok => "was answered",
        Status::Refused => "was refused",
        Status::UpstreamError => "was answered by the provider with an error",
        Status::Failed => "failed at the provider",
        Status::Cancelled => "was given up by its caller",
        Status::Cut => "was cut off",
        Status::Lost => "was lost when the server stopped",
    }
}

fn bill(fact: &Fact) -> String {
    if fact.status == Status::Refused {
        return "Nothing was sent, so it cost nothing.".to_owned();
    }
    if fact.status == Status::Lost {
        return format!("What had been reserved for it is charged: {}.", fact.cost);
    }
    if let Some(CacheUse::Hit(hit)) = fact.cache {
        let age = duration(hit.age_ms);
        return format!(
            "It was answered from memory with the answer to {}, {age} old, so nothing was sent and it cost nothing; that saved {}.",
            hit.from, hit.saved
        );
    }
    let usage = match fact.usage_source {
        UsageSource::Reported => "as the provider reported",
        UsageSource::Partial => "as far as the provider reported, completed by an estimate",
        UsageSource::Estimated => "by an estimate, because the provider reported none",
    };
    let answered = || fact.price.iter().filter(|line| fact.abandoned.is_empty() || !line.is_abandoned());
    let lines: Vec<String> = answered()
        .map(|line| {
            format!(
                "{} {} tokens at ${} a million",
                grouped(line.tokens),
                line.unit,
                line.per_million.to_decimal()
            )
        })
        .collect();
    let rows: BTreeSet<&str> = answered().map(|line| line.row.as_str()).collect();
    let rows: Vec<String> = rows.into_iter().map(str::to_owned).collect();
    let mark = if is_estimate(fact) { "≈ " } else { "" };
    let rest = match abandoned::total(&fact.abandoned) {
        NanoUsd::ZERO => String::new(),
        lost => format!(", ≈ {lost} of it for what was given up before"),
    };
    if lines.is_empty() {
        return format!("It cost {mark}{}{rest}: no token that has a price was used.", fact.cost);
    }
    let guess = if fact.price_estimated { ", at a price that is an estimate" } else { "" };
    format!("It cost {mark}{}{rest}: {}, {usage}, by {}{guess}.", fact.cost, list(&lines), list(&rows))
}

/// An attempt that its provider may bill.
fn given_up(attempt: &Abandoned) -> String {
    let Abandoned { target, why, cost, .. } = attempt;
    let (provider, model) = (&target.provider, &target.model);
    format!(
        "The attempt at {provider}/{model} was given up: {why}; it may be billed ≈ {cost}, which is counted there."
    )
}

fn endings(facts: &[Fact]) -> Option<String> {
    let counts: Vec<String> = Status::ALL
        .into_iter()
        .filter_map(|status| {
            let count = facts.iter().filter(|fact| fact.status == status).count();
            (count > 0).then(|| {
                format!(
                    "{count} {}",
                    ending(status).replacen("was", if count == 1 { "was" } else { "were" }, 1)
                )
            })
        })
        .collect();
    (facts.len() > 1).then(|| format!("Of {} inferences {}.", facts.len(), list(&counts)))
}

fn changed(facts: &[Fact], of: impl Fn(&Fact) -> String, noun: &str) -> Option<String> {
    let mut values: Vec<String> = facts.iter().map(of).collect();
    values.dedup();
    match values.as_slice() {
        [] => None,
        [only] => Some(format!("It ran under the {noun} {only}.")),
        many => Some(format!("The {noun} changed while it ran: {}.", many.join(", then "))),
    }
}

fn cost(totals: &Totals) -> String {
    match totals.estimated {
        NanoUsd::ZERO => format!("It cost {} for {}.", totals.cost, plural(totals.usage.total(), "token")),
        estimated => format!(
            "It cost ≈ {} for {}; {estimated} of that is an estimate.",
            totals.cost,
            plural(totals.usage.total(), "token")
        ),
    }
}

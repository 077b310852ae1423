//! `[budget]`: how much money may be spent, and what happens at the limit.

use domain::budget::{AtLimit, Budget};
use domain::ids::RouteId;
use domain::money::NanoUsd;

use crate::read::{Entry, Section, Spec, optional};

pub(crate) static BUDGET: Spec = Spec {
    title: "[budget]",
    place: "in [budget]",
    doc: "How much money may be spent. The same keys stand under a workflow's `[budget]`, `[organisation.budget]` and \
          `[pods.budget]`; a call must fit into all of them. Days and months are those of UTC. \
          Each is more than 0: what is to be off is switched off (`countersign switch`), which says why.",
    keys: &[
        optional("day", "\"40 USD\"", "unlimited", "Per day."),
        optional("month", "\"400 USD\"", "unlimited", "Per calendar month."),
        optional("run", "\"0.50 USD\"", "unlimited", "Per run."),
        optional(
            "warn_at",
            "[50, 80, 95]",
            "nobody is told",
            "Percentages of a budget at which people are told.",
        ),
        optional(
            "at_limit",
            "\"stop\"",
            "`\"stop\"`",
            "What happens when it is spent: `stop` refuses calls, `economy` sends them to the route `economy`, `ask` \
             refuses them until someone approves more.",
        ),
    ],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Budget {
    let Some(section) = section else { return Budget::default() };
    let money = |name| section.get(name).as_ref().and_then(more_than_none);
    let budget = Budget {
        day: money("day"),
        month: money("month"),
        run: money("run"),
        warn_at: section.get("warn_at").map(|entry| marks(&entry)).unwrap_or_default(),
        at_limit: section.get("at_limit").map(|entry| at_limit(&entry)).unwrap_or_default(),
    };
    let amounts = ["day", "month", "run"].iter().any(|name| section.get(name).is_some());
    if let Some(entry) = section.get("warn_at").filter(|_| !amounts) {
        let help = "add `month`, `day` or `run`".to_owned();
        entry.notes.warn(entry.key_place, "`warn_at` has no budget to warn about", help);
    }
    budget
}

/// A budget of 0 would refuse every call that has a price, with words about money that was never spent.
fn more_than_none(entry: &Entry<'_>) -> Option<NanoUsd> {
    let amount = entry.money()?;
    if amount == NanoUsd::ZERO {
        let help = "to turn it off, use `countersign switch workflow/NAME off --reason TEXT`; to lift the limit, take \
                    the line out";
        entry
            .wrong(format!("`{}` of 0 would refuse every call that has a price", entry.key), help.to_owned());
        return None;
    }
    Some(amount)
}

/// Percentages in ascending order, each once.
fn marks(entry: &Entry<'_>) -> Vec<u8> {
    let mut marks: Vec<u8> = entry.items().iter().filter_map(mark).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

fn mark(item: &Entry<'_>) -> Option<u8> {
    let mark = item.count(1)?;
    let percent = u8::try_from(mark).ok().filter(|percent| *percent <= 100);
    if percent.is_none() {
        item.wrong(format!("{mark} is not a percentage of a budget"), "use 1 to 100".to_owned());
    }
    percent
}

fn at_limit(entry: &Entry<'_>) -> AtLimit {
    let choice = entry.word::<AtLimit>().unwrap_or_default();
    match choice {
        AtLimit::Stop => {}
        AtLimit::Economy => {
            if let Ok(economy) = RouteId::new("economy") {
                entry.notes.refer(&economy, entry.place);
            }
        }
        AtLimit::Ask => {
            let help = "until approvals are served, \"ask\" refuses calls as \"stop\" does".to_owned();
            entry.notes.warn(entry.place, "nobody can be asked yet", help);
        }
    }
    choice
}

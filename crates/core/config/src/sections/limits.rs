//! `[limits]`: how much may happen per minute, at once and in one run.

use domain::limits::Limits;

use crate::read::{Entry, Section, Spec, optional};

pub(crate) static LIMITS: Spec = Spec {
    title: "[limits]",
    place: "in [limits]",
    doc: "How much may happen. The same keys stand under a workflow's `[limits]`, `[organisation.limits]` and \
          `[pods.limits]`; a call must fit into all of them, and the narrowest refusal wins. Each is at least 1: what \
          is to be off is switched off (`countersign switch`), which says why.",
    keys: &[
        optional("requests_per_minute", "600", "unlimited", "Requests a minute."),
        optional("tokens_per_minute", "200000", "unlimited", "Tokens a minute, input and output together."),
        optional("concurrent", "50", "unlimited", "Calls at once."),
        optional(
            "iterations_per_run",
            "12",
            "unlimited",
            "Model calls in one run: what stops an agent that loops.",
        ),
    ],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Limits {
    let Some(section) = section else { return Limits::default() };
    let count = |name| section.get(name).as_ref().and_then(at_least_one);
    Limits {
        requests_per_minute: count("requests_per_minute"),
        tokens_per_minute: count("tokens_per_minute"),
        concurrent: count("concurrent"),
        iterations_per_run: count("iterations_per_run"),
    }
}

/// A limit of 0 would refuse every call with a 429 that waiting does not end.
fn at_least_one(entry: &Entry<'_>) -> Option<u64> {
    let count = entry.count(0)?;
    if count == 0 {
        let help = "to turn it off, use `countersign switch workflow/NAME off --reason TEXT`; to lift the limit, take \
                    the line out";
        entry.wrong(format!("`{}` of 0 would refuse every call", entry.key), Some(help.to_owned()));
        return None;
    }
    Some(count)
}

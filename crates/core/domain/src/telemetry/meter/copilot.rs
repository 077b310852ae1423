//! GitHub Copilot: GenAI spans and metrics, and counters of edits.
//!
//! The editor sends each of its own counters twice, as `copilot_chat.*` and as `github.copilot.*`,
//! and says that it always will; only the first are read of it. Others of the family send the
//! second alone, and the command line (seen of 1.0.102) counts its lines in one counter each and
//! tells of no decisions.

use super::{Base, Context, genai};
use crate::telemetry::record::{Point, Record};
use crate::telemetry::{Measure, Observation};

/// What the editor calls itself.
const EDITOR: &str = "copilot-chat";

pub(super) fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    let Record::Point(point) = record else { return genai::worth(context, record) };
    let prefix = if context.service == EDITOR { "copilot_chat." } else { "github.copilot." };
    let own = |other: &str| point.metric.starts_with(other);
    match point.metric.strip_prefix(prefix) {
        Some(name) => Base::of(context, record)?.point(point, measure(name, point)?),
        None if own("copilot_chat.") || own("github.copilot.") => None,
        None => genai::worth(context, record),
    }
}

fn measure(name: &str, point: &Point<'_>) -> Option<Measure> {
    let said = &point.attributes;
    let outcomes = ["edit.outcome", "copilot_chat.edit.outcome", "github.copilot.edit.outcome", "outcome"];
    let kinds = ["type", "copilot_chat.type", "github.copilot.type"];
    let word = match name {
        "edit.acceptance.count" => said.first_text(&outcomes)?,
        _ => said.first_text(&kinds).unwrap_or_default(),
    };
    Some(match (name, word) {
        ("edit.acceptance.count", "accepted") => Measure::Accepted,
        ("edit.acceptance.count", "rejected") => Measure::Rejected,
        ("lines_of_code.count", "added") | ("code.lines_added", _) => Measure::LinesAdded,
        ("lines_of_code.count", "removed") | ("code.lines_removed", _) => Measure::LinesRemoved,
        ("pull_request.count", _) => Measure::PullRequests,
        ("session.count", _) => Measure::Sessions,
        _ => return None,
    })
}

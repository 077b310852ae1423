//! Gemini CLI: `gemini_cli.*` events and counters, and GenAI spans.
//!
//! Input includes cached tokens; thoughts come beside the output and are charged as output; what
//! tools put into the prompt comes beside the input. It sends GenAI metrics and GenAI events as
//! copies of its own, which are left out. Where a call went (`server.address`) is not believed: the
//! client names Google's host whatever host it spoke to. Nor is who decided: of a tool that its rules
//! let pass it says the same as of one that a person let pass once. Seen of 0.61.0.

use super::{Base, Context, genai, inclusive};
use crate::telemetry::record::{Point, Record};
use crate::telemetry::{Attributes, Measure, Observation};
use crate::usage::Usage;

const PREFIX: &str = "gemini_cli.";

pub(super) fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    let base = Base::of(context, record)?;
    let name = record.name().strip_prefix(PREFIX);
    match record {
        Record::Event(event) => match name? {
            "api_response" => answered(&base, &event.attributes),
            "tool_call" => base.one(decision(&event.attributes)?),
            _ => None,
        },
        Record::Point(point) => base.point(point, measure(name?, point)?),
        Record::Span(_) => genai::worth(context, record),
        Record::Uncounted => None,
    }
}

fn answered(base: &Base<'_>, said: &Attributes<'_>) -> Option<Observation> {
    let count = |name| said.count(name).unwrap_or(0);
    let thoughts = count("thoughts_token_count");
    let input = count("input_token_count").saturating_add(count("tool_token_count"));
    let output = count("output_token_count").saturating_add(thoughts);
    let usage = inclusive(input, count("cached_content_token_count"), 0, output);
    base.call(Usage { reasoning: thoughts, ..usage }, None)
}

/// Tools that it asks about before they run, unless its mode or a rule says otherwise; and so are those
/// of MCP servers. All others run unasked.
const ASKED: [&str; 5] = ["replace", "write_file", "run_shell_command", "web_fetch", "activate_skill"];

/// Who decided: without a terminal nobody is asked, and about most tools never. `auto_accept` is the
/// answer "always", which a person gives. "Always, and remember it" is sent as `reject`, so what was
/// rejected and ran all the same was accepted.
fn decision(said: &Attributes<'_>) -> Option<Measure> {
    let decision = said.text("decision")?;
    if said.flag("interactive") == Some(false) {
        return Some(Measure::Automatic);
    }
    let asked = said.text("function_name").is_none_or(|name| ASKED.contains(&name));
    let asked = asked || said.text("tool_type") == Some("mcp");
    Some(match decision {
        "accept" if !asked => Measure::Automatic,
        "accept" | "auto_accept" => Measure::Accepted,
        "modify" => Measure::Edited,
        "reject" if said.flag("success") == Some(true) => Measure::Accepted,
        "reject" => Measure::Rejected,
        _ => return None,
    })
}

/// Its version, which it does not say: what stands there is that of the program that runs it.
pub(super) fn version<'a>(resource: &'a Attributes<'_>) -> Option<&'a str> {
    let said = resource.text("service.version")?;
    let runs_it = resource.text("process.runtime.version");
    (runs_it != Some(said.strip_prefix('v').unwrap_or(said))).then_some(said)
}

/// The cached tokens are part of the input, and left there: see Codex.
fn measure(name: &str, point: &Point<'_>) -> Option<Measure> {
    let kind = point.attributes.text("type").unwrap_or_default();
    Some(match (name, kind) {
        ("token.usage", "input" | "tool") => Measure::Input,
        ("token.usage", "output" | "thought") => Measure::Output,
        ("lines.changed", "added") => Measure::LinesAdded,
        ("lines.changed", "removed") => Measure::LinesRemoved,
        ("session.count", _) => Measure::Sessions,
        _ => return None,
    })
}

//! A responses request, read.

use super::tools;
use crate::canon::{Delivery, Format, Part, Request, Role, Sampling, Thinking, Turn};
use crate::chat::request::{effort, schema_format, shared};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::responses::item;

const KEPT: &str = "what is kept at one provider can't be continued at another";

/// Reads a request.
pub fn read(body: Object, notes: &mut Notes) -> Request {
    let mut fields = Fields::new(body, At::ROOT);
    refuse(&mut fields, notes);
    let (format, verbosity) = text(&mut fields, notes);
    let stream = fields.flag("stream", notes).unwrap_or(false);
    let mut request = Request {
        model: fields.text("model", notes).unwrap_or_default(),
        turns: turns(&mut fields, notes),
        tools: tools::read(&mut fields, notes),
        choice: tools::choice(&mut fields, notes),
        parallel: fields.flag("parallel_tool_calls", notes),
        format,
        sampling: Sampling {
            temperature: fields.number("temperature", notes),
            top_p: fields.number("top_p", notes),
            ..Sampling::default()
        },
        max_output: fields.whole("max_output_tokens", notes),
        stop: Vec::new(),
        thinking: thinking(&mut fields, notes),
        user: fields.text("user", notes),
        openai: shared(&mut fields),
        delivery: if stream { Delivery::StreamWithUsage } else { Delivery::Whole },
    };
    if let Some(verbosity) = verbosity {
        request.openai.put("verbosity", verbosity);
    }
    include(&mut fields, notes);
    fields.skip(&["stream_options"]);
    if fields.peek("truncation") == Some("disabled") {
        fields.skip(&["truncation"]);
    }
    fields.lose(
        &["truncation", "max_tool_calls", "top_logprobs", "context_management", "client_metadata"],
        Why::NotInTarget,
        notes,
    );
    fields.done(notes);
    request
}

fn refuse(fields: &mut Fields<'_>, notes: &mut Notes) {
    fields.refuse(
        &[
            ("previous_response_id", KEPT),
            ("conversation", KEPT),
            ("prompt", "a prompt that is stored at one provider can't be read by another"),
        ],
        notes,
    );
    if fields.flag("background", notes) == Some(true) {
        notes.unsupported(At::ROOT.at("background"), "answers in the background can't be had there");
    }
}

fn turns(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let instructions = fields.text("instructions", notes).filter(|text| !text.is_empty());
    turns.extend(instructions.map(|text| Turn { role: Role::System, parts: vec![Part::text(text)] }));
    let items = match fields.take("input") {
        Some(Json::Text(text)) => {
            turns.push(Turn { role: Role::User, parts: vec![Part::text(text)] });
            return turns;
        }
        Some(Json::List(items)) => items,
        _ => {
            notes.wrong(At::ROOT.at("input"), "expected a string or a list of items");
            return turns;
        }
    };
    let mut before = Holds::Other;
    for json in items {
        let Some(fields) = Fields::of(json, At::ROOT.at("input[]"), notes) else { continue };
        let Some((role, parts)) = item::read(fields, notes) else { continue };
        let holds = Holds::of(&parts);
        match turns.last_mut() {
            Some(turn) if turn.role == role && before.joins(holds) => {
                turn.parts.extend(parts);
                before = before.joined(holds);
            }
            _ => {
                turns.push(Turn { role, parts });
                before = holds;
            }
        }
    }
    turns
}

/// What a turn holds. It is kept for the turn under way, so that no item reads all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Calls or reasoning, and what the model said beside them.
    Models,
    /// Nothing but results of tools.
    Results,
    /// Anything else.
    Other,
}

impl Holds {
    fn of(parts: &[Part]) -> Self {
        if parts.iter().any(|part| matches!(part, Part::Call(_) | Part::Reasoning(_))) {
            return Self::Models;
        }
        let results = parts.iter().all(|part| matches!(part, Part::Result(_)));
        if results { Self::Results } else { Self::Other }
    }

    /// Whether items of one role are one turn: the model's always, the user's where both are
    /// results.
    fn joins(self, next: Self) -> bool {
        match (self, next) {
            (Self::Models, _) | (_, Self::Models) | (Self::Results, Self::Results) => true,
            (Self::Results | Self::Other, Self::Results | Self::Other) => false,
        }
    }

    /// What the turn holds after it took `next` in.
    fn joined(self, next: Self) -> Self {
        if self == Self::Models { self } else { next }
    }
}

fn text(fields: &mut Fields<'_>, notes: &mut Notes) -> (Option<Format>, Option<String>) {
    let Some(object) = fields.object("text", notes) else { return (None, None) };
    let mut text = Fields::new(object, At::ROOT.at("text"));
    let verbosity = text.text("verbosity", notes);
    let format = text.object("format", notes).and_then(|format| read_format(format, notes));
    text.done(notes);
    (format, verbosity)
}

fn read_format(object: Object, notes: &mut Notes) -> Option<Format> {
    let mut format = Fields::new(object, At::ROOT.at("text.format"));
    let at = format.at;
    match format.text("type", notes).unwrap_or_default().as_str() {
        "text" => Some(Format::Text),
        "json_object" => Some(Format::AnyJson),
        "json_schema" => schema_format(format, notes),
        _ => {
            notes.wrong(at.at("type"), "expected text, json_object or json_schema");
            None
        }
    }
}

fn thinking(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Thinking> {
    let mut reasoning = Fields::new(fields.object("reasoning", notes)?, At::ROOT.at("reasoning"));
    let word = reasoning.text("effort", notes);
    let old = reasoning.text("generate_summary", notes);
    let show = reasoning.text("summary", notes).or(old);
    reasoning.done(notes);
    let amount = word.and_then(|word| effort(&word, "reasoning.effort", notes));
    (amount.is_some() || show.is_some()).then_some(Thinking { amount, show })
}

/// Sealed reasoning is always kept; other things that a caller may want to see are lost.
fn include(fields: &mut Fields<'_>, notes: &mut Notes) {
    let wanted = fields.list("include", notes);
    if wanted.iter().any(|name| name.as_text() != Some("reasoning.encrypted_content")) {
        notes.dropped(At::ROOT.at("include"), Why::NotInTarget);
    }
}

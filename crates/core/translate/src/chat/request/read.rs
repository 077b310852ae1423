//! A chat request, read.

use super::{options, tools};
use crate::canon::{Delivery, Part, Request, Role, Sampling, ToolResult, Turn};
use crate::chat::message;
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// Reads a request.
pub fn read(body: Object, notes: &mut Notes) -> Request {
    let mut fields = Fields::new(body, At::ROOT);
    options::refuse(&mut fields, notes);
    let mut request = Request {
        model: fields.text("model", notes).unwrap_or_default(),
        turns: turns(&mut fields, notes),
        tools: tools::read(&mut fields, notes),
        choice: tools::choice(&mut fields, notes),
        parallel: fields.flag("parallel_tool_calls", notes),
        format: options::format(&mut fields, notes),
        sampling: sampling(&mut fields, notes),
        max_output: max_output(&mut fields, notes),
        stop: stop(&mut fields, notes),
        thinking: options::thinking(&mut fields, notes),
        user: fields.text("user", notes),
        openai: options::shared(&mut fields),
        delivery: delivery(&mut fields, notes),
    };
    if let Some(Json::Bool(false)) = request.openai.get("store") {
        request.openai.take("store"); // what is usual here
    }
    fields.lose(&["logprobs", "top_logprobs", "logit_bias", "prediction"], Why::NotInTarget, notes);
    fields.done(notes);
    request
}

/// Takes the sampling parameters, which everyone but Google and AWS spells alike.
pub(crate) fn sampling(fields: &mut Fields<'_>, notes: &mut Notes) -> Sampling {
    Sampling {
        temperature: fields.number("temperature", notes),
        top_p: fields.number("top_p", notes),
        top_k: fields.number("top_k", notes),
        frequency_penalty: fields.number("frequency_penalty", notes),
        presence_penalty: fields.number("presence_penalty", notes),
        seed: fields.number("seed", notes),
    }
}

fn max_output(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<u64> {
    let old = fields.whole("max_tokens", notes);
    fields.whole("max_completion_tokens", notes).or(old)
}

fn stop(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<String> {
    let list = match fields.take("stop") {
        None => return Vec::new(),
        Some(Json::Text(text)) => return vec![text],
        Some(Json::List(list)) => list,
        Some(_) => {
            notes.wrong(fields.at.at("stop"), "expected a string or a list of strings");
            return Vec::new();
        }
    };
    texts(list, fields.at.at("stop[]"), notes)
}

/// A list of strings.
pub(crate) fn texts(list: Vec<Json>, at: At<'_>, notes: &mut Notes) -> Vec<String> {
    let mut texts = Vec::with_capacity(list.len());
    for item in list {
        match item {
            Json::Text(text) => texts.push(text),
            _ => notes.wrong(at, "expected a string"),
        }
    }
    texts
}

fn delivery(fields: &mut Fields<'_>, notes: &mut Notes) -> Delivery {
    let streams = fields.flag("stream", notes).unwrap_or(false);
    let options = fields.object("stream_options", notes).unwrap_or_default();
    let at = fields.at;
    let mut options = Fields::new(options, at.at("stream_options"));
    let usage = options.flag("include_usage", notes).unwrap_or(false);
    options.skip(&["include_obfuscation"]);
    options.done(notes);
    match (streams, usage) {
        (false, _) => Delivery::Whole,
        (true, false) => Delivery::Stream,
        (true, true) => Delivery::StreamWithUsage,
    }
}

fn turns(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Turn> {
    if !fields.has("messages") {
        notes.wrong(At::ROOT.at("messages"), "expected a list of messages");
    }
    let mut turns: Vec<Turn> = Vec::new();
    let mut before = Holds::Other;
    for message in fields.list("messages", notes) {
        let Some(message) = Fields::of(message, At::ROOT.at("messages[]"), notes) else { continue };
        let Some(turn) = turn(message, notes) else { continue };
        let holds = Holds::of(&turn);
        match turns.last_mut() {
            Some(last) if before == Holds::Results && holds == before => last.parts.extend(turn.parts),
            _ => turns.push(turn),
        }
        before = holds;
    }
    turns
}

/// What a turn holds. It is kept for the turn under way, so that no message reads all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Nothing but results of tools: those of one turn's calls are messages of their own here.
    Results,
    /// Anything else.
    Other,
}

impl Holds {
    fn of(turn: &Turn) -> Self {
        let results = turn.parts.iter().all(|part| matches!(part, Part::Result(_)));
        if turn.role == Role::User && results { Self::Results } else { Self::Other }
    }
}

fn turn(mut fields: Fields<'_>, notes: &mut Notes) -> Option<Turn> {
    let role = fields.text("role", notes).unwrap_or_default();
    let at = fields.at;
    let role = match role.as_str() {
        "system" => Role::System,
        "developer" => Role::Developer,
        "user" | "tool" => Role::User,
        "assistant" => Role::Assistant,
        _ => {
            notes.wrong(at.at("role"), "expected system, developer, user, assistant or tool");
            return None;
        }
    };
    let parts = if fields.has("tool_call_id") {
        vec![tool_result(&mut fields, notes)]
    } else if role == Role::Assistant {
        message::assistant(&mut fields, notes)
    } else {
        message::content(&mut fields, notes)
    };
    fields.lose(&["name"], Why::NotInTarget, notes);
    fields.done(notes);
    Some(Turn { role, parts })
}

fn tool_result(fields: &mut Fields<'_>, notes: &mut Notes) -> Part {
    Part::Result(ToolResult {
        id: fields.text("tool_call_id", notes).unwrap_or_default(),
        name: fields.text("name", notes),
        content: message::content(fields, notes),
        failed: false,
    })
}

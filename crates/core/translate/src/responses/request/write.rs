//! A responses request, written.

use super::tools;
use crate::canon::{Format, Part, Request, Role, Thinking, ToolResult, Toward, Turn};
use crate::chat::request::{effort_word, put_shared, written_schema};
use crate::json::{Json, Object};
use crate::report::{At, Notes, Why};
use crate::responses::{content, item};

/// The least limit that is taken.
const LEAST_OUTPUT: u64 = 16;

/// Writes a request.
pub fn write(request: &Request, notes: &mut Notes) -> Object {
    let mut input = Vec::with_capacity(request.turns.len());
    for turn in &request.turns {
        turn_into(turn, &mut input, notes);
    }
    lose(request, notes);
    let seals = request.thinking.is_some() || input.iter().any(is_reasoning);
    let include = seals.then(|| vec![Json::from("reasoning.encrypted_content")]);
    let mut body = Object::new()
        .with("model", request.model.as_str())
        .with("input", input)
        .maybe("tools", tools::write(&request.tools, notes))
        .maybe("tool_choice", request.choice_of_tools().map(tools::written_choice))
        .maybe("parallel_tool_calls", request.parallel.filter(|_| !request.tools.is_empty()))
        .maybe("text", text(request))
        .maybe("max_output_tokens", max_output(request, notes))
        .maybe("temperature", request.sampling.temperature.clone())
        .maybe("top_p", request.sampling.top_p.clone())
        .maybe("reasoning", request.thinking.as_ref().and_then(|thinking| reasoning(thinking, notes)))
        .maybe("include", include)
        .maybe("user", request.user.as_deref());
    if request.openai.get("store").is_none() {
        body.put("store", false); // what is usual everywhere else
    }
    put_shared(&request.openai, &["verbosity"], &mut body);
    body.maybe("stream", request.delivery.streams().then_some(true))
}

fn is_reasoning(item: &Json) -> bool {
    let kind = item.as_object().and_then(|item| item.get("type")).and_then(Json::as_text);
    kind == Some("reasoning")
}

fn lose(request: &Request, notes: &mut Notes) {
    crate::messages::request::lose_penalties(request, notes);
    let at = At::ROOT;
    if request.sampling.top_k.is_some() {
        notes.dropped(at.at("top_k"), Why::NotInTarget);
    }
    if request.sampling.seed.is_some() {
        notes.dropped(at.at("seed"), Why::NotInTarget);
    }
    if !request.stop.is_empty() {
        notes.dropped(at.at("stop"), Why::NotInTarget);
    }
}

fn max_output(request: &Request, notes: &mut Notes) -> Option<u64> {
    let wanted = request.max_output?;
    if wanted < LEAST_OUTPUT {
        notes.approximated(At::ROOT.at("max_tokens"), Why::Nearest);
    }
    Some(wanted.max(LEAST_OUTPUT))
}

fn text(request: &Request) -> Option<Object> {
    let verbosity = request.openai.get("verbosity").cloned();
    let format = request.format.as_ref().map(|format| match format {
        Format::Text => Object::new().with("type", "text"),
        Format::AnyJson => Object::new().with("type", "json_object"),
        Format::Schema { .. } => {
            let mut object = Object::new().with("type", "json_schema");
            let schema = written_schema(format).unwrap_or_default();
            schema.members().for_each(|(key, value)| object.put(key, value));
            object
        }
    });
    let text = Object::new().maybe("format", format).maybe("verbosity", verbosity);
    (!text.is_empty()).then_some(text)
}

fn reasoning(thinking: &Thinking, notes: &mut Notes) -> Option<Object> {
    let effort = thinking.amount.and_then(|amount| effort_word(amount, "reasoning_effort", notes));
    let object = Object::new().maybe("effort", effort).maybe("summary", thinking.show.as_deref());
    (!object.is_empty()).then_some(object)
}

fn turn_into(turn: &Turn, input: &mut Vec<Json>, notes: &mut Notes) {
    match turn.role {
        Role::System => message_into("system", &turn.parts, input, notes),
        Role::Developer => message_into("developer", &turn.parts, input, notes),
        Role::User => user_into(&turn.parts, input, notes),
        Role::Assistant => assistant_into(&turn.parts, input, notes),
    }
}

fn message_into<'p>(
    role: &'static str,
    parts: impl IntoIterator<Item = &'p Part>,
    input: &mut Vec<Json>,
    notes: &mut Notes,
) {
    let parts: Vec<Json> =
        parts.into_iter().filter_map(|part| Some(content::written_input(part, notes)?.into())).collect();
    if !parts.is_empty() {
        input.push(Object::new().with("type", "message").with("role", role).with("content", parts).into());
    }
}

fn user_into(parts: &[Part], input: &mut Vec<Json>, notes: &mut Notes) {
    let mut said: Vec<&Part> = Vec::new();
    for part in parts {
        if let Part::Result(result) = part {
            message_into("user", said.drain(..), input, notes);
            input.push(written_result(result, notes).into());
        } else {
            said.push(part);
        }
    }
    message_into("user", said, input, notes);
}

fn written_result(result: &ToolResult, notes: &mut Notes) -> Object {
    if result.failed {
        notes.dropped(At::ROOT.at("tool_result.is_error"), Why::NotInTarget);
    }
    let only_text = result.content.iter().all(|part| matches!(part, Part::Text(_)));
    let output: Json = if only_text {
        let texts = result.content.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.text.as_str()),
            _ => None,
        });
        Json::Text(texts.collect())
    } else {
        let written = |part: &Part| Some(Json::from(content::written_input(part, notes)?));
        result.content.iter().filter_map(written).collect()
    };
    Object::new()
        .with("type", "function_call_output")
        .with("call_id", result.id.as_str())
        .with("output", output)
}

fn assistant_into(parts: &[Part], input: &mut Vec<Json>, notes: &mut Notes) {
    let mut said: Vec<Json> = Vec::new();
    for part in parts {
        let item = match part {
            Part::Text(text) => {
                said.push(content::output_text(text, notes).into());
                continue;
            }
            Part::Refusal(text) => {
                said.push(content::refusal(text).into());
                continue;
            }
            Part::Call(call) => Some(
                Object::new()
                    .with("type", "function_call")
                    .with("call_id", call.id.as_str())
                    .with("name", call.name.as_str())
                    .with("arguments", call.arguments.as_str()),
            ),
            Part::Reasoning(reasoning) => {
                if reasoning.proof.is_none() {
                    notes.dropped(At::ROOT.at("reasoning"), Why::NotInTarget);
                }
                item::written_reasoning("", reasoning, Toward::Upstream, notes)
            }
            Part::Media(_) | Part::Result(_) | Part::Cache(_) => {
                content::written_input(part, notes).and(None)
            }
        };
        let Some(item) = item else { continue };
        flush(&mut said, input);
        input.push(item.into());
    }
    flush(&mut said, input);
}

fn flush(said: &mut Vec<Json>, input: &mut Vec<Json>) {
    if !said.is_empty() {
        let message = Object::new().with("type", "message").with("role", "assistant");
        input.push(message.with("content", std::mem::take(said)).into());
    }
}

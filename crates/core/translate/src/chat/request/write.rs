//! A chat request, written.
//!
//! Usage is always asked for, because a call that is not metered is not governed. Texts that
//! stand side by side become one, without a separator.

use super::{options, tools};
use crate::canon::{Delivery, Format, Part, Request, Role, Sampling, ToolResult, Toward, Turn};
use crate::chat::message::{Spoken, media};
use crate::json::{Json, Object};
use crate::pair::ChatLimit;
use crate::report::{At, Notes, Why};

/// Writes a request.
pub fn write(request: &Request, limit: ChatLimit, notes: &mut Notes) -> Object {
    let mut messages = Vec::with_capacity(request.turns.len());
    for turn in &request.turns {
        turn_into(turn, &mut messages, notes);
    }
    let mut body = Object::new()
        .with("model", request.model.as_str())
        .with("messages", messages)
        .maybe("tools", tools::write(&request.tools, notes))
        .maybe("tool_choice", request.choice_of_tools().map(tools::written_choice))
        .maybe("parallel_tool_calls", request.parallel.filter(|_| !request.tools.is_empty()))
        .maybe("response_format", request.format.as_ref().map(format))
        .maybe(limit.as_str(), request.max_output);
    put_sampling(&request.sampling, &mut body, notes);
    if !request.stop.is_empty() {
        body.put("stop", request.stop.iter().map(|text| Json::from(text.as_str())).collect::<Json>());
    }
    if let Some(thinking) = &request.thinking {
        let amount =
            thinking.amount.and_then(|amount| options::effort_word(amount, "reasoning_effort", notes));
        body = body.maybe("reasoning_effort", amount);
        if thinking.show.is_some() {
            notes.dropped(At::ROOT.at("reasoning.summary"), Why::NotInTarget);
        }
    }
    let mut body = body.maybe("user", request.user.as_deref());
    // What is usual here is left unsaid: few servers but OpenAI's know the field.
    let unstored = request.openai.get("store") == Some(&Json::Bool(false));
    options::put_shared(&request.openai, if unstored { &["store"] } else { &[] }, &mut body);
    match request.delivery {
        Delivery::Whole => body,
        Delivery::Stream | Delivery::StreamWithUsage => {
            body.with("stream", true).with("stream_options", Object::new().with("include_usage", true))
        }
    }
}

fn put_sampling(sampling: &Sampling, body: &mut Object, notes: &mut Notes) {
    let pairs = [
        ("temperature", &sampling.temperature),
        ("top_p", &sampling.top_p),
        ("frequency_penalty", &sampling.frequency_penalty),
        ("presence_penalty", &sampling.presence_penalty),
        ("seed", &sampling.seed),
    ];
    for (key, value) in pairs {
        if let Some(value) = value {
            body.put(key, value.clone());
        }
    }
    if sampling.top_k.is_some() {
        notes.dropped(At::ROOT.at("top_k"), Why::NotInTarget);
    }
}

fn format(format: &Format) -> Object {
    match format {
        Format::Text => Object::new().with("type", "text"),
        Format::AnyJson => Object::new().with("type", "json_object"),
        Format::Schema { .. } => {
            Object::new().with("type", "json_schema").maybe("json_schema", options::written_schema(format))
        }
    }
}

fn turn_into(turn: &Turn, messages: &mut Vec<Json>, notes: &mut Notes) {
    let parts: Vec<&Part> = turn.parts.iter().collect();
    match turn.role {
        Role::System => messages.extend(said("system", &parts, notes).map(Json::from)),
        Role::Developer => {
            notes.approximated(At::ROOT.at("messages[].role"), Why::Nearest);
            messages.extend(said("system", &parts, notes).map(Json::from));
        }
        Role::User => user_into(&parts, messages, notes),
        Role::Assistant => {
            let spoken = Spoken::of(&parts, Toward::Upstream, notes);
            if !spoken.is_empty() {
                messages.push(spoken.message().into());
            }
        }
    }
}

/// Results go first, each a message of its own; what they show in pictures follows as the user's.
fn user_into(parts: &[&Part], messages: &mut Vec<Json>, notes: &mut Notes) {
    let mut rest: Vec<&Part> = Vec::new();
    let mut texts = 0_usize;
    for part in parts {
        let Part::Result(result) = part else {
            texts += usize::from(matches!(part, Part::Text(_)));
            rest.push(part);
            continue;
        };
        if texts > 0 {
            notes.approximated(At::ROOT.at("messages[].content[].tool_result"), Why::Order);
        }
        messages.push(tool_message(result, &mut rest, notes).into());
    }
    messages.extend(said("user", &rest, notes).map(Json::from));
}

fn tool_message<'p>(result: &'p ToolResult, rest: &mut Vec<&'p Part>, notes: &mut Notes) -> Object {
    let at = At::ROOT.at("tool_result");
    if result.failed {
        notes.dropped(at.at("is_error"), Why::NotInTarget);
    }
    let mut content = String::new();
    for part in &result.content {
        match part {
            Part::Text(text) => content.push_str(&text.text),
            Part::Cache(_) => notes.dropped(at.at("cache_control"), Why::NotInTarget),
            other => {
                notes.approximated(at.at("content"), Why::Order);
                rest.push(other);
            }
        }
    }
    Object::new().with("role", "tool").with("tool_call_id", result.id.as_str()).with("content", content)
}

/// A message of texts and media; nothing where there is nothing.
fn said(role: &'static str, parts: &[&Part], notes: &mut Notes) -> Option<Object> {
    let mut list: Vec<Json> = Vec::new();
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(more) => text.push_str(&more.text),
            Part::Refusal(more) => text.push_str(more),
            Part::Media(picture) => {
                flush(&mut text, &mut list);
                list.push(media(picture).into());
            }
            Part::Cache(_) => notes.dropped(At::ROOT.at("cache_control"), Why::NotInTarget),
            Part::Call(_) | Part::Result(_) | Part::Reasoning(_) => {
                notes.dropped(At::ROOT.at("messages[].content[]"), Why::NotInTarget);
            }
        }
    }
    let message = Object::new().with("role", role);
    if list.is_empty() {
        return (!text.is_empty()).then(|| message.with("content", text));
    }
    flush(&mut text, &mut list);
    Some(message.with("content", list))
}

fn flush(text: &mut String, list: &mut Vec<Json>) {
    if !text.is_empty() {
        list.push(Object::new().with("type", "text").with("text", std::mem::take(text)).into());
    }
}

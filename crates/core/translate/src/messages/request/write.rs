//! A messages request, written.
//!
//! Instructions from anywhere go to the top; turns of one role become one; results of tools come
//! first in theirs, as the dialect wants it.

use super::think::Plan;
use crate::canon::{Choice, Format, Part, Request, Tool, Toward, Turn, merged};
use crate::json::{Json, Object};
use crate::messages::{blocks, written_cache};
use crate::pair::Settings;
use crate::report::{At, Notes, Why};
use crate::wire::Origin;

/// Writes a request.
pub fn write(request: &Request, settings: &Settings, notes: &mut Notes) -> Object {
    let max_output = request.max_output.unwrap_or_else(|| {
        notes.approximated(At::ROOT.at("max_tokens"), Why::Required);
        settings.default_max_output
    });
    let plan = Plan::of(request, max_output, Origin::Anthropic, notes);
    let system = system(&request.turns, notes);
    let mut body = Object::new()
        .with("model", request.model.as_str())
        .with("max_tokens", max_output)
        .maybe("system", (!system.is_empty()).then_some(system))
        .with("messages", messages(&request.turns, notes));
    if !request.tools.is_empty() {
        body.put("tools", request.tools.iter().map(|tool| Json::from(written_tool(tool))).collect::<Json>());
        body = body.maybe("tool_choice", choice(request, notes));
    }
    put_sampling(request, plan, &mut body, notes);
    if !request.stop.is_empty() {
        let stop: Json = request.stop.iter().map(|text| Json::from(text.as_str())).collect();
        body.put("stop_sequences", stop);
    }
    crate::chat::request::lose_shared(&request.openai, notes);
    let user = request.user.as_deref().map(|user| Object::new().with("user_id", user));
    body.maybe("thinking", plan.field())
        .maybe("output_config", output_config(request.format.as_ref(), notes))
        .maybe("metadata", user)
        .maybe("stream", request.delivery.streams().then_some(true))
}

fn system(turns: &[Turn], notes: &mut Notes) -> Vec<Json> {
    let instructs = |turn: &&Turn| turn.role.instructs();
    let leading = turns.iter().take_while(instructs).count();
    if turns.iter().filter(instructs).count() > leading {
        notes.approximated(At::ROOT.at("messages[].role"), Why::Order);
    }
    let parts: Vec<&Part> = turns.iter().filter(instructs).flat_map(|turn| &turn.parts).collect();
    blocks::write(&parts, Toward::Upstream, notes)
}

fn messages(turns: &[Turn], notes: &mut Notes) -> Vec<Json> {
    let mut messages = Vec::with_capacity(turns.len());
    for (role, parts) in merged(turns) {
        let parts = results_first(parts, notes);
        let content = blocks::write(&parts, Toward::Upstream, notes);
        if !content.is_empty() {
            let role = if role == crate::canon::Role::Assistant { "assistant" } else { "user" };
            messages.push(Object::new().with("role", role).with("content", content).into());
        }
    }
    messages
}

/// Puts results before everything else of their turn.
pub(crate) fn results_first<'p>(mut parts: Vec<&'p Part>, notes: &mut Notes) -> Vec<&'p Part> {
    let is_other = |part: &&Part| !matches!(part, Part::Result(_) | Part::Cache(_));
    let first_other = parts.iter().position(&is_other).unwrap_or(parts.len());
    if parts.iter().skip(first_other).any(|part| matches!(part, Part::Result(_))) {
        notes.approximated(At::ROOT.at("messages[].content[].tool_result"), Why::Order);
        parts.sort_by_key(is_other);
    }
    parts
}

fn written_tool(tool: &Tool) -> Object {
    let schema = tool.schema.clone().unwrap_or_else(no_arguments);
    Object::new()
        .with("name", tool.name.as_str())
        .maybe("description", tool.description.as_deref())
        .with("input_schema", schema)
        .maybe("strict", tool.strict.filter(|strict| *strict))
        .maybe("cache_control", tool.cache.map(written_cache))
}

/// The schema of a tool that takes nothing.
pub(crate) fn no_arguments() -> Object {
    Object::new().with("type", "object").with("properties", Object::new())
}

fn choice(request: &Request, notes: &mut Notes) -> Option<Object> {
    let of = |kind: &str| Object::new().with("type", kind);
    let serial = request.parallel == Some(false);
    let object = match &request.choice {
        None if serial => of("auto"),
        None => return None,
        Some(Choice::Auto) => of("auto"),
        Some(Choice::None) => return Some(of("none")),
        Some(Choice::Required) => of("any"),
        Some(Choice::Tool(name)) => of("tool").with("name", name.as_str()),
        Some(Choice::OneOf(names)) => match names.as_slice() {
            [name] => of("tool").with("name", name.as_str()),
            _ => {
                notes.approximated(At::ROOT.at("tool_choice"), Why::Nearest);
                of("any")
            }
        },
    };
    Some(object.maybe("disable_parallel_tool_use", serial.then_some(true)))
}

fn put_sampling(request: &Request, plan: Plan, body: &mut Object, notes: &mut Notes) {
    let sampling = &request.sampling;
    for (key, value) in [("temperature", &sampling.temperature), ("top_k", &sampling.top_k)] {
        match value {
            Some(_) if plan.thinks() => notes.dropped(At::ROOT.at(key), Why::Conflict),
            Some(value) => body.put(key, at_most_one(key, value, notes)),
            None => {}
        }
    }
    if let Some(top_p) = &sampling.top_p {
        body.put("top_p", top_p.clone());
    }
    lose_penalties(request, notes);
    if sampling.seed.is_some() {
        notes.dropped(At::ROOT.at("seed"), Why::NotInTarget);
    }
}

/// Penalties that only OpenAI and Google have; zero is what is usual.
pub(crate) fn lose_penalties(request: &Request, notes: &mut Notes) {
    let sampling = &request.sampling;
    for (key, value) in
        [("frequency_penalty", &sampling.frequency_penalty), ("presence_penalty", &sampling.presence_penalty)]
    {
        if value.as_ref().is_some_and(|value| number(value) != Some(0.0)) {
            notes.dropped(At::ROOT.at(key), Why::NotInTarget);
        }
    }
}

/// A temperature goes to 2 with OpenAI and Google, and to 1 here.
fn at_most_one(key: &str, value: &Json, notes: &mut Notes) -> Json {
    if key == "temperature" && number(value).is_some_and(|temperature| temperature > 1.0) {
        notes.approximated(At::ROOT.at(key), Why::Nearest);
        return Json::from(1_u64);
    }
    value.clone()
}

fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

fn output_config(format: Option<&Format>, notes: &mut Notes) -> Option<Object> {
    match format? {
        Format::Text => None,
        Format::AnyJson => {
            notes.dropped(At::ROOT.at("response_format"), Why::NotInTarget);
            None
        }
        Format::Schema { description, schema, .. } => {
            if description.is_some() {
                notes.dropped(At::ROOT.at("response_format.json_schema.description"), Why::NotInTarget);
            }
            let format = Object::new().with("type", "json_schema").with("schema", schema.clone());
            Some(Object::new().with("format", format))
        }
    }
}

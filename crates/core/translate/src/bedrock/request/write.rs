//! A Converse request, written.

use crate::bedrock::blocks;
use crate::canon::{Choice, Format, Part, Request, Role, Tool, Turn, merged};
use crate::json::{Json, Object};
use crate::messages::request::{Plan, lose_penalties, no_arguments, results_first};
use crate::pair::Settings;
use crate::report::{At, Notes, Why};
use crate::wire::Origin;

/// Writes a request.
pub fn write(request: &Request, settings: &Settings, notes: &mut Notes) -> Object {
    let mut messages = Vec::with_capacity(request.turns.len());
    for (role, parts) in merged(&request.turns) {
        let parts = results_first(parts, notes);
        let content = blocks::write(&parts, notes);
        if !content.is_empty() {
            let role = if role == Role::Assistant { "assistant" } else { "user" };
            messages.push(Object::new().with("role", role).with("content", content).into());
        }
    }
    let system = system(&request.turns, notes);
    lose(request, notes);
    let extra = additional(request, settings, notes);
    let config = inference(request, notes);
    Object::new()
        .with("messages", messages)
        .maybe("system", (!system.is_empty()).then_some(system))
        .maybe("inferenceConfig", (!config.is_empty()).then_some(config))
        .maybe("toolConfig", tool_config(request, notes))
        .maybe("outputConfig", output_config(request.format.as_ref(), notes))
        .maybe("additionalModelRequestFields", (!extra.is_empty()).then_some(extra))
}

fn system(turns: &[Turn], notes: &mut Notes) -> Vec<Json> {
    let instructs = |turn: &&Turn| turn.role.instructs();
    let leading = turns.iter().take_while(instructs).count();
    if turns.iter().filter(instructs).count() > leading {
        notes.approximated(At::ROOT.at("messages[].role"), Why::Order);
    }
    let parts: Vec<&Part> = turns.iter().filter(instructs).flat_map(|turn| &turn.parts).collect();
    blocks::write(&parts, notes)
}

fn lose(request: &Request, notes: &mut Notes) {
    let at = At::ROOT;
    crate::chat::request::lose_shared(&request.openai, notes);
    lose_penalties(request, notes);
    if request.sampling.seed.is_some() {
        notes.dropped(at.at("seed"), Why::NotInTarget);
    }
    if request.user.is_some() {
        notes.dropped(at.at("user"), Why::NotInTarget);
    }
    if request.parallel == Some(false) && !request.tools.is_empty() {
        notes.dropped(at.at("parallel_tool_calls"), Why::NotInTarget);
    }
    if request.tools.iter().any(|tool| tool.strict == Some(true)) {
        notes.dropped(at.at("tools[].function.strict"), Why::NotInTarget);
    }
}

fn inference(request: &Request, notes: &mut Notes) -> Object {
    let thinks =
        request.thinking.as_ref().is_some_and(|thinking| thinking.amount.is_some()) && is_claude(request);
    let temperature = request.sampling.temperature.clone();
    if thinks && temperature.is_some() {
        notes.dropped(At::ROOT.at("temperature"), Why::Conflict);
    }
    let stop = (!request.stop.is_empty())
        .then(|| request.stop.iter().map(|text| Json::from(text.as_str())).collect::<Json>());
    Object::new()
        .maybe("maxTokens", request.max_output)
        .maybe("temperature", temperature.filter(|_| !thinks))
        .maybe("topP", request.sampling.top_p.clone())
        .maybe("stopSequences", stop)
}

/// Whether the model takes Anthropic's fields.
fn is_claude(request: &Request) -> bool {
    request.model.contains("claude")
}

/// What only some models have goes beside the common fields.
fn additional(request: &Request, settings: &Settings, notes: &mut Notes) -> Object {
    let mut extra = Object::new();
    if !is_claude(request) {
        if request.sampling.top_k.is_some() {
            notes.dropped(At::ROOT.at("top_k"), Why::NotInTarget);
        }
        if request.thinking.as_ref().is_some_and(|thinking| thinking.amount.is_some()) {
            notes.dropped(At::ROOT.at("reasoning_effort"), Why::NotInTarget);
        }
        return extra;
    }
    let max_output = request.max_output.unwrap_or(settings.default_max_output);
    let plan = Plan::of(request, max_output, Origin::Bedrock, notes);
    if let Some(thinking) = plan.field() {
        extra.put("thinking", thinking);
    }
    match &request.sampling.top_k {
        Some(_) if plan.thinks() => notes.dropped(At::ROOT.at("top_k"), Why::Conflict),
        Some(top_k) => extra.put("top_k", top_k.clone()),
        None => {}
    }
    extra
}

fn tool_config(request: &Request, notes: &mut Notes) -> Option<Object> {
    if request.tools.is_empty() {
        return None;
    }
    let mut tools: Vec<Json> = Vec::with_capacity(request.tools.len());
    for tool in &request.tools {
        tools.push(written_tool(tool).into());
        if tool.cache.is_some() {
            let point = Object::new().with("cachePoint", Object::new().with("type", "default"));
            tools.push(point.into());
        }
    }
    let choice = request.choice.as_ref().and_then(|choice| tool_choice(choice, notes));
    Some(Object::new().with("tools", tools).maybe("toolChoice", choice))
}

fn written_tool(tool: &Tool) -> Object {
    let schema = tool.schema.clone().unwrap_or_else(no_arguments);
    let spec = Object::new()
        .with("name", tool.name.as_str())
        .maybe("description", tool.description.as_deref())
        .with("inputSchema", Object::new().with("json", schema));
    Object::new().with("toolSpec", spec)
}

fn tool_choice(choice: &Choice, notes: &mut Notes) -> Option<Object> {
    let at = At::ROOT.at("tool_choice");
    match choice {
        Choice::Auto => Some(Object::new().with("auto", Object::new())),
        Choice::Required => Some(Object::new().with("any", Object::new())),
        Choice::Tool(name) => Some(Object::new().with("tool", Object::new().with("name", name.as_str()))),
        Choice::OneOf(_) => {
            notes.approximated(at, Why::Nearest);
            Some(Object::new().with("any", Object::new()))
        }
        Choice::None => {
            notes.unsupported(at, "Bedrock can't be told not to call a tool; leave the tools out");
            None
        }
    }
}

fn output_config(format: Option<&Format>, notes: &mut Notes) -> Option<Object> {
    match format? {
        Format::Text => None,
        Format::AnyJson => {
            notes.dropped(At::ROOT.at("response_format"), Why::NotInTarget);
            None
        }
        Format::Schema { name, description, schema, .. } => {
            let text = crate::json::text(&Json::Object(schema.clone()));
            let schema = Object::new()
                .maybe("name", name.as_deref())
                .maybe("description", description.as_deref())
                .with("schema", text);
            let structure = Object::new().with("jsonSchema", schema);
            let format = Object::new().with("type", "json_schema").with("structure", structure);
            Some(Object::new().with("textFormat", format))
        }
    }
}

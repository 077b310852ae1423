//! A messages request, read.

use crate::canon::{Amount, Choice, Delivery, Effort, Format, Request, Role, Thinking, Tool, Turn};
use crate::chat::request::{HOSTED, leave_out};
use crate::json::{Fields, Json, Object};
use crate::messages::{blocks, cache_control};
use crate::report::{At, Notes, Why};

/// Reads a request.
pub fn read(body: Object, notes: &mut Notes) -> Request {
    let mut fields = Fields::new(body, At::ROOT);
    fields.refuse(&[("container", HOSTED), ("mcp_servers", HOSTED)], notes);
    let (choice, parallel) = choice(&mut fields, notes);
    let (effort, format) = output_config(&mut fields, notes);
    let stream = fields.flag("stream", notes).unwrap_or(false);
    let request = Request {
        model: fields.text("model", notes).unwrap_or_default(),
        turns: turns(&mut fields, notes),
        tools: tools(&mut fields, notes),
        choice,
        parallel,
        format,
        sampling: crate::chat::request::sampling(&mut fields, notes),
        max_output: fields.whole("max_tokens", notes),
        stop: {
            let list = fields.list("stop_sequences", notes);
            crate::chat::request::texts(list, At::ROOT.at("stop_sequences[]"), notes)
        },
        thinking: thinking(&mut fields, effort, notes),
        user: user(&mut fields, notes),
        openai: Object::new(),
        delivery: if stream { Delivery::StreamWithUsage } else { Delivery::Whole },
    };
    fields.lose(
        &["cache_control", "context_management", "service_tier", "inference_geo"],
        Why::NotInTarget,
        notes,
    );
    fields.done(notes);
    request
}

fn turns(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Turn> {
    let mut turns = Vec::new();
    if let Some(system) = fields.take("system") {
        let mut holder = Fields::new(Object::new().with("content", system), At::ROOT.at("system"));
        let parts = blocks::read(&mut holder, notes);
        turns.push(Turn { role: Role::System, parts });
    }
    if !fields.has("messages") {
        notes.wrong(At::ROOT.at("messages"), "expected a list of messages");
    }
    for message in fields.list("messages", notes) {
        let Some(mut message) = Fields::of(message, At::ROOT.at("messages[]"), notes) else { continue };
        let at = message.at;
        let role = match message.text("role", notes).unwrap_or_default().as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            "system" => Role::System,
            _ => {
                notes.wrong(at.at("role"), "expected user, assistant or system");
                continue;
            }
        };
        let parts = blocks::read(&mut message, notes);
        message.done(notes);
        turns.push(Turn { role, parts });
    }
    turns
}

fn tools(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Tool> {
    let (mut tools, mut hosted) = (Vec::new(), Vec::new());
    for tool in fields.list("tools", notes) {
        let Some(mut tool) = Fields::of(tool, At::ROOT.at("tools[]"), notes) else { continue };
        let at = tool.at;
        if tool.text("type", notes).is_some_and(|kind| kind != "custom") {
            hosted.push("type");
            continue;
        }
        let name = tool.text("name", notes).unwrap_or_default();
        if name.is_empty() {
            notes.wrong(at.at("name"), "a tool needs a name");
        }
        tools.push(Tool {
            name,
            description: tool.text("description", notes),
            schema: tool.object("input_schema", notes),
            strict: tool.flag("strict", notes),
            cache: cache_control(&mut tool, notes),
        });
        tool.done(notes);
    }
    leave_out(&hosted, &tools, notes);
    tools
}

fn choice(fields: &mut Fields<'_>, notes: &mut Notes) -> (Option<Choice>, Option<bool>) {
    let Some(object) = fields.object("tool_choice", notes) else { return (None, None) };
    let mut choice = Fields::new(object, At::ROOT.at("tool_choice"));
    let at = choice.at;
    let parallel = choice.flag("disable_parallel_tool_use", notes).map(|disabled| !disabled);
    let name = choice.text("name", notes);
    let read = match choice.text("type", notes).unwrap_or_default().as_str() {
        "auto" => Some(Choice::Auto),
        "any" => Some(Choice::Required),
        "none" => Some(Choice::None),
        "tool" => name.map(Choice::Tool),
        _ => None,
    };
    if read.is_none() {
        notes.wrong(at, "expected auto, any, none or a tool by name");
    }
    choice.done(notes);
    (read, parallel)
}

/// `output_config`, and the field that the format stood in before.
fn output_config(fields: &mut Fields<'_>, notes: &mut Notes) -> (Option<Effort>, Option<Format>) {
    let at = At::ROOT.at("output_config");
    let old = fields.take("output_format");
    let mut config = Fields::new(fields.object("output_config", notes).unwrap_or_default(), at);
    let word = config.text("effort", notes);
    let effort = word.as_deref().and_then(Effort::parse);
    if word.is_some() && effort.is_none() {
        notes.dropped(at.at("effort"), Why::UnknownField);
    }
    let format = config.take("format").or(old).and_then(|json| format(json, at.at("format"), notes));
    config.lose(&["task_budget"], Why::NotInTarget, notes);
    config.done(notes);
    (effort, format)
}

fn format(json: Json, at: At<'_>, notes: &mut Notes) -> Option<Format> {
    let mut fields = Fields::of(json, at, notes)?;
    let kind = fields.text("type", notes);
    if kind.as_deref() != Some("json_schema") {
        notes.wrong(at.at("type"), "expected json_schema");
        return None;
    }
    let schema = fields.object("schema", notes).unwrap_or_default();
    fields.done(notes);
    Some(Format::Schema { name: None, description: None, schema, strict: Some(true) })
}

fn thinking(fields: &mut Fields<'_>, effort: Option<Effort>, notes: &mut Notes) -> Option<Thinking> {
    let effort = effort.map(Amount::Effort);
    let Some(object) = fields.object("thinking", notes) else {
        return effort.map(|amount| Thinking { amount: Some(amount), show: None });
    };
    let mut thinking = Fields::new(object, At::ROOT.at("thinking"));
    let at = thinking.at;
    let budget = thinking.whole("budget_tokens", notes);
    let amount = match thinking.text("type", notes).unwrap_or_default().as_str() {
        "disabled" => Some(Amount::Off),
        "enabled" => effort.or(budget.map(Amount::Budget)),
        "adaptive" => effort.or(Some(Amount::Auto)),
        _ => {
            notes.wrong(at.at("type"), "expected enabled, adaptive or disabled");
            None
        }
    };
    let shown = thinking.text("display", notes).as_deref() != Some("omitted") && amount != Some(Amount::Off);
    thinking.done(notes);
    Some(Thinking { amount, show: shown.then(|| "auto".to_owned()) })
}

fn user(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<String> {
    let mut metadata = Fields::new(fields.object("metadata", notes)?, At::ROOT.at("metadata"));
    let user = metadata.text("user_id", notes);
    metadata.done(notes);
    user
}

//! Tools of a chat request, both ways.

use crate::canon::{Choice, Tool};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// Why a tool of a provider is refused.
pub(crate) const HOSTED: &str = "a tool that the provider runs can't be had elsewhere";

/// Takes `tools`.
pub(super) fn read(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Tool> {
    let (mut tools, mut hosted) = (Vec::new(), Vec::new());
    for tool in fields.list("tools", notes) {
        let Some(mut tool) = Fields::of(tool, At::ROOT.at("tools[]"), notes) else { continue };
        let at = tool.at;
        if !is_function(&mut tool, notes) {
            hosted.push("type");
            continue;
        }
        let cache = crate::messages::cache_control(&mut tool, notes);
        let function = tool.object("function", notes).unwrap_or_default();
        let mut read = function_tool(Fields::new(function, at.at("function")), notes);
        read.cache = cache;
        tool.done(notes);
        tools.push(read);
    }
    leave_out(&hosted, &tools, notes);
    tools
}

/// Whether a tool is a function of the caller's, and none that the provider would run.
pub(crate) fn is_function(tool: &mut Fields<'_>, notes: &mut Notes) -> bool {
    tool.text("type", notes).is_none_or(|kind| kind == "function")
}

/// Leaves out the tools that only the provider can run, named by the member that says so. Beside tools
/// of the caller's own they are an offer that the model may do without, as coding agents make it in
/// every request, and a loss. Where they are all that is offered, the answer would be another one.
pub(crate) fn leave_out(hosted: &[&str], tools: &[Tool], notes: &mut Notes) {
    for member in hosted {
        let at = At::ROOT.at("tools[]");
        if tools.is_empty() {
            notes.unsupported(at.at(member), HOSTED);
        } else {
            notes.dropped(at.at(member), Why::NotInTarget);
        }
    }
}

/// A function: `name`, `description`, `parameters`, `strict`.
pub(crate) fn function_tool(mut fields: Fields<'_>, notes: &mut Notes) -> Tool {
    let at = fields.at;
    let name = fields.text("name", notes).unwrap_or_default();
    if name.is_empty() {
        notes.wrong(at.at("name"), "a tool needs a name");
    }
    let tool = Tool {
        name,
        description: fields.text("description", notes),
        schema: fields.object("parameters", notes),
        strict: fields.flag("strict", notes),
        cache: None,
    };
    fields.done(notes);
    tool
}

/// Takes `tool_choice`.
pub(super) fn choice(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Choice> {
    let at = fields.at;
    let at = at.at("tool_choice");
    let mut choice = match fields.take("tool_choice")? {
        Json::Text(word) => return word_choice(&word, at, notes),
        other => Fields::of(other, at, notes)?,
    };
    let kind = choice.text("type", notes).unwrap_or_default();
    let read = match kind.as_str() {
        "function" => {
            let mut function = Fields::new(choice.object("function", notes).unwrap_or_default(), at);
            function.text("name", notes).map(Choice::Tool)
        }
        "allowed_tools" => {
            let allowed = choice.object("allowed_tools", notes).unwrap_or_default();
            Some(allowed_tools(Fields::new(allowed, at), notes))
        }
        _ => None,
    };
    if read.is_none() {
        notes.unsupported(at, HOSTED);
    }
    choice.done(notes);
    read
}

/// `auto`, `none`, `required`.
pub(crate) fn word_choice(word: &str, at: At<'_>, notes: &mut Notes) -> Option<Choice> {
    match word {
        "auto" => Some(Choice::Auto),
        "none" => Some(Choice::None),
        "required" | "any" => Some(Choice::Required),
        _ => {
            notes.wrong(at, "expected auto, none, required or a function");
            None
        }
    }
}

/// `mode` and the names of `tools`.
pub(crate) fn allowed_tools(mut fields: Fields<'_>, notes: &mut Notes) -> Choice {
    let at = fields.at;
    let required = fields.text("mode", notes).as_deref() == Some("required");
    let name = |tool: &Json| {
        let tool = tool.as_object()?;
        let named = tool.get("function").and_then(Json::as_object).unwrap_or(tool);
        named.get("name").and_then(Json::as_text).map(str::to_owned)
    };
    let names = fields.list("tools", notes).iter().filter_map(name).collect();
    fields.done(notes);
    if required {
        return Choice::OneOf(names);
    }
    notes.dropped(at.at("tools"), Why::NotInTarget); // some tools, as it likes: nobody else has it
    Choice::Auto
}

/// The tools of a request.
pub(super) fn write(tools: &[Tool], notes: &mut Notes) -> Option<Json> {
    if tools.is_empty() {
        return None;
    }
    if tools.iter().any(|tool| tool.cache.is_some()) {
        notes.dropped(At::ROOT.at("tools[].cache_control"), Why::NotInTarget);
    }
    let write = |tool: &Tool| {
        Json::from(Object::new().with("type", "function").with("function", written_function(tool)))
    };
    Some(tools.iter().map(write).collect())
}

/// The members of a function.
pub(crate) fn written_function(tool: &Tool) -> Object {
    Object::new()
        .with("name", tool.name.as_str())
        .maybe("description", tool.description.as_deref())
        .maybe("parameters", tool.schema.clone())
        .maybe("strict", tool.strict)
}

/// The choice of a request.
pub(super) fn written_choice(choice: &Choice) -> Json {
    let named = |name: &str| {
        Object::new().with("type", "function").with("function", Object::new().with("name", name))
    };
    match choice {
        Choice::Auto => "auto".into(),
        Choice::None => "none".into(),
        Choice::Required => "required".into(),
        Choice::Tool(name) => named(name).into(),
        Choice::OneOf(names) => {
            let tools: Json = names.iter().map(|name| Json::from(named(name))).collect();
            let allowed = Object::new().with("mode", "required").with("tools", tools);
            Object::new().with("type", "allowed_tools").with("allowed_tools", allowed).into()
        }
    }
}

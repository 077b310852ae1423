//! Tools of a responses request, both ways.

use crate::canon::{Choice, Tool};
use crate::chat::request::{
    HOSTED, allowed_tools, function_tool, is_function, leave_out, word_choice, written_function,
};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// Takes `tools`.
pub(super) fn read(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Tool> {
    let (mut tools, mut hosted) = (Vec::new(), Vec::new());
    for tool in fields.list("tools", notes) {
        let Some(mut tool) = Fields::of(tool, At::ROOT.at("tools[]"), notes) else { continue };
        if is_function(&mut tool, notes) {
            tools.push(function_tool(tool, notes));
        } else {
            hosted.push("type");
        }
    }
    leave_out(&hosted, &tools, notes);
    tools
}

/// Takes `tool_choice`.
pub(super) fn choice(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Choice> {
    let at = At::ROOT.at("tool_choice");
    let mut choice = match fields.take("tool_choice")? {
        Json::Text(word) => return word_choice(&word, at, notes),
        other => Fields::of(other, at, notes)?,
    };
    match choice.text("type", notes).unwrap_or_default().as_str() {
        "function" => choice.text("name", notes).map(Choice::Tool),
        "allowed_tools" => Some(allowed_tools(choice, notes)),
        _ => {
            notes.unsupported(at, HOSTED);
            None
        }
    }
}

/// The tools of a request. Who says nothing of strictness wants none; here silence would mean it.
pub(super) fn write(tools: &[Tool], notes: &mut Notes) -> Option<Json> {
    if tools.is_empty() {
        return None;
    }
    if tools.iter().any(|tool| tool.cache.is_some()) {
        notes.dropped(At::ROOT.at("tools[].cache_control"), Why::NotInTarget);
    }
    let write = |tool: &Tool| {
        let strict = Some(tool.strict.unwrap_or(false));
        let mut object = Object::new().with("type", "function");
        let function = written_function(&Tool { strict, ..tool.clone() });
        function.members().for_each(|(key, value)| object.put(key, value));
        Json::from(object)
    };
    Some(tools.iter().map(write).collect())
}

/// The choice of a request.
pub(super) fn written_choice(choice: &Choice) -> Json {
    let named = |name: &str| Object::new().with("type", "function").with("name", name);
    match choice {
        Choice::Auto => "auto".into(),
        Choice::None => "none".into(),
        Choice::Required => "required".into(),
        Choice::Tool(name) => named(name).into(),
        Choice::OneOf(names) => {
            let tools: Json = names.iter().map(|name| Json::from(named(name))).collect();
            Object::new().with("type", "allowed_tools").with("mode", "required").with("tools", tools).into()
        }
    }
}

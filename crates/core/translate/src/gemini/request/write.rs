//! A request, written.

use super::config;
use crate::canon::{Choice, Names, Part, Request, Role, Tool, Toward, Turn, merged};
use crate::gemini::parts;
use crate::json::{Json, Object};
use crate::messages::request::results_first;
use crate::report::{At, Notes, Why};

/// Writes a request.
pub fn write(request: &Request, notes: &mut Notes) -> Object {
    let names = Names::of(&request.turns);
    let system = system(&request.turns, &names, notes);
    let mut contents = Vec::with_capacity(request.turns.len());
    for (role, parts) in merged(&request.turns) {
        let parts = results_first(parts, notes);
        let parts = parts::write(&parts, &names, Toward::Upstream, notes);
        if !parts.is_empty() {
            let role = if role == Role::Assistant { "model" } else { "user" };
            contents.push(Object::new().with("role", role).with("parts", parts).into());
        }
    }
    lose(request, notes);
    let config = config::write(request, notes);
    let mut body = Object::new()
        .maybe("systemInstruction", system)
        .with("contents", contents)
        .maybe("generationConfig", (!config.is_empty()).then_some(config));
    if !request.tools.is_empty() {
        let declarations: Json = request.tools.iter().map(|tool| Json::from(declaration(tool))).collect();
        let group = Object::new().with("functionDeclarations", declarations);
        body.put("tools", vec![group.into()]);
        body = body.maybe("toolConfig", request.choice.as_ref().map(tool_config));
    }
    body
}

fn system(turns: &[Turn], names: &Names<'_>, notes: &mut Notes) -> Option<Object> {
    let instructs = |turn: &&Turn| turn.role.instructs();
    let leading = turns.iter().take_while(instructs).count();
    if turns.iter().filter(instructs).count() > leading {
        notes.approximated(At::ROOT.at("messages[].role"), Why::Order);
    }
    let parts: Vec<&Part> = turns.iter().filter(instructs).flat_map(|turn| &turn.parts).collect();
    let parts = parts::write(&parts, names, Toward::Upstream, notes);
    (!parts.is_empty()).then(|| Object::new().with("parts", parts))
}

fn lose(request: &Request, notes: &mut Notes) {
    let at = At::ROOT;
    crate::chat::request::lose_shared(&request.openai, notes);
    if request.user.is_some() {
        notes.dropped(at.at("user"), Why::NotInTarget);
    }
    if request.parallel == Some(false) && !request.tools.is_empty() {
        notes.dropped(at.at("parallel_tool_calls"), Why::NotInTarget);
    }
    if request.tools.iter().any(|tool| tool.strict == Some(true)) {
        notes.dropped(at.at("tools[].function.strict"), Why::NotInTarget);
    }
    if request.tools.iter().any(|tool| tool.cache.is_some()) {
        notes.dropped(at.at("tools[].cache_control"), Why::NotInTarget);
    }
}

fn declaration(tool: &Tool) -> Object {
    Object::new()
        .with("name", tool.name.as_str())
        .maybe("description", tool.description.as_deref())
        .maybe("parametersJsonSchema", tool.schema.clone())
}

fn tool_config(choice: &Choice) -> Object {
    let of = |mode: &str| Object::new().with("mode", mode);
    let named = |names: &[String]| {
        let names: Json = names.iter().map(|name| Json::from(name.as_str())).collect();
        of("ANY").with("allowedFunctionNames", names)
    };
    let calling = match choice {
        Choice::Auto => of("AUTO"),
        Choice::None => of("NONE"),
        Choice::Required => of("ANY"),
        Choice::Tool(name) => named(std::slice::from_ref(name)),
        Choice::OneOf(names) => named(names),
    };
    Object::new().with("functionCallingConfig", calling)
}

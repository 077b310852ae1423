//! A request, read. The path says which model and whether it streams; the body does not.

use super::config;
use crate::canon::{Choice, Request, Role, Tool, Turn};
use crate::chat::request::leave_out;
use crate::gemini::case::{camel, camel_value};
use crate::gemini::parts::{self, Ids};
use crate::gemini::schema::json_schema;
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// Reads a request.
pub fn read(body: Object, notes: &mut Notes) -> Request {
    let mut fields = Fields::new(camel(body), At::ROOT);
    fields.refuse(&[("cachedContent", "what is cached at one provider can't be read by another")], notes);
    let mut request = Request { turns: turns(&mut fields, notes), ..Request::default() };
    request.tools = tools(&mut fields, notes);
    request.choice = choice(&mut fields, notes);
    if let Some(object) = fields.object("generationConfig", notes) {
        config::read(object, &mut request, notes);
    }
    fields.skip(&["model"]);
    fields.lose(&["safetySettings", "labels", "serviceTier"], Why::NotInTarget, notes);
    fields.done(notes);
    request
}

fn turns(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Turn> {
    let (mut turns, mut ids) = (Vec::new(), Ids::default());
    match fields.take("systemInstruction") {
        None => {}
        Some(Json::Text(text)) => {
            turns.push(Turn { role: Role::System, parts: vec![crate::canon::Part::text(text)] });
        }
        Some(json) => turns.extend(content(json, Some(Role::System), &mut ids, notes)),
    }
    if !fields.has("contents") {
        notes.wrong(At::ROOT.at("contents"), "expected a list of contents");
    }
    for json in fields.list("contents", notes) {
        turns.extend(content(json, None, &mut ids, notes));
    }
    turns
}

fn content(json: Json, role: Option<Role>, ids: &mut Ids, notes: &mut Notes) -> Option<Turn> {
    let mut fields = Fields::of(camel_value(json), At::ROOT.at("contents[]"), notes)?;
    let said = fields.text("role", notes);
    let role = role.or(match said.as_deref() {
        None | Some("user" | "function") => Some(Role::User),
        Some("model") => Some(Role::Assistant),
        Some(_) => None,
    });
    let Some(role) = role else {
        notes.wrong(fields.at.at("role"), "expected user or model");
        return None;
    };
    let parts = parts::read(&mut fields, Some(ids), notes);
    fields.done(notes);
    Some(Turn { role, parts })
}

fn tools(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Tool> {
    let list = match fields.take("tools") {
        Some(Json::List(list)) => list,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let (mut tools, mut hosted) = (Vec::new(), Vec::new());
    for json in list {
        let Some(mut group) = Fields::of(camel_value(json), At::ROOT.at("tools[]"), notes) else { continue };
        for declaration in group.list("functionDeclarations", notes) {
            tools.extend(tool(declaration, notes));
        }
        for tool in [
            "googleSearch",
            "googleSearchRetrieval",
            "codeExecution",
            "urlContext",
            "fileSearch",
            "computerUse",
            "googleMaps",
            "enterpriseWebSearch",
            "retrieval",
            "mcpServers",
        ] {
            hosted.extend(group.take(tool).map(|_| tool));
        }
        group.done(notes);
    }
    leave_out(&hosted, &tools, notes);
    tools
}

fn tool(json: Json, notes: &mut Notes) -> Option<Tool> {
    let mut fields = Fields::of(camel_value(json), At::ROOT.at("tools[].functionDeclarations[]"), notes)?;
    let old = fields.object("parameters", notes).map(json_schema);
    let tool = Tool {
        name: fields.text("name", notes).unwrap_or_default(),
        description: fields.text("description", notes),
        schema: fields.object("parametersJsonSchema", notes).or(old),
        strict: None,
        cache: None,
    };
    if tool.name.is_empty() {
        notes.wrong(fields.at.at("name"), "a tool needs a name");
    }
    fields.lose(&["response", "responseJsonSchema", "behavior"], Why::NotInTarget, notes);
    fields.done(notes);
    Some(tool)
}

fn choice(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Choice> {
    let mut config = Fields::new(camel(fields.object("toolConfig", notes)?), At::ROOT.at("toolConfig"));
    let calling = config.object("functionCallingConfig", notes);
    config.done(notes);
    let mut calling = Fields::new(camel(calling?), At::ROOT.at("toolConfig.functionCallingConfig"));
    let at = calling.at;
    let list = calling.list("allowedFunctionNames", notes);
    let names = crate::chat::request::texts(list, at.at("allowedFunctionNames[]"), notes);
    let mode = calling.text("mode", notes).unwrap_or_default();
    calling.done(notes);
    match (mode.as_str(), names.as_slice()) {
        ("NONE", _) => Some(Choice::None),
        ("ANY", []) => Some(Choice::Required),
        ("ANY", [name]) => Some(Choice::Tool(name.clone())),
        ("ANY", _) => Some(Choice::OneOf(names)),
        ("AUTO" | "MODE_UNSPECIFIED" | "", _) => Some(Choice::Auto),
        _ => {
            notes.approximated(at.at("mode"), Why::Nearest);
            Some(Choice::Auto)
        }
    }
}

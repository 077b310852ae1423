//! Rendered messages in the place of a reference.

use bytes::Bytes;
use domain::Refusal;
use domain::inference::Endpoint;
use domain::prompt::{Message, ModelSettings, Role};
use serde_json::{Value, json};

use super::ask::bad;
use super::settings;
use crate::cache::Member;
use crate::json::{Cursor, JsonError};

/// A rendered prompt.
#[derive(Debug, Clone, Copy)]
pub struct Rendered<'a> {
    /// What is said, in order.
    pub messages: &'a [Message],
    /// How the model is to answer, where the caller does not say.
    pub settings: &'a ModelSettings,
    /// The model, where neither the caller nor the prompt names one.
    pub model: &'a str,
}

/// The body that a reference stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The body.
    pub body: Bytes,
    /// Settings of the prompt that are in it.
    pub set: Vec<&'static str>,
    /// Settings of the prompt that the endpoint has no word for.
    pub lost: Vec<&'static str>,
}

/// Puts a rendered prompt into the place of the body's `prompt_ref`.
///
/// # Errors
/// [`Refusal::BadField`] where the body has messages of its own (an empty list is none), or the endpoint takes no prompt.
pub fn place(endpoint: Endpoint, body: &[u8], rendered: &Rendered<'_>) -> Result<Placed, Refusal> {
    let own = conversation(endpoint)?;
    let mut members = members(body).map_err(|error| Refusal::BodyNotJson(error.describe(body)))?;
    let is_own = |name: &[u8]| own.iter().any(|own| own.as_bytes() == name);
    let is_reference =
        |name: &[u8]| name == b"prompt_ref" || (endpoint == Endpoint::Gemini && name == b"promptRef");
    members.retain(|(name, value)| !(is_reference(name) || is_own(name) && says_nothing(value)));
    let has = |name: &str| members.iter().any(|(known, _)| known.as_slice() == name.as_bytes());
    if let Some(name) = own.iter().find(|name| has(name)) {
        let problem = format!("stands in place of `{name}`; send one of the two");
        return Err(bad("prompt_ref", &problem));
    }
    let mut out = Vec::with_capacity(body.len() + 512);
    let mut write = |name: &[u8], value: &[u8]| {
        out.extend_from_slice(if out.is_empty() { b"{" } else { b"," });
        out.extend_from_slice(&serde_json::to_vec(&String::from_utf8_lossy(name)).unwrap_or_default());
        out.push(b':');
        out.extend_from_slice(value);
    };
    // Google's callers name the model in the path.
    if !has("model") && endpoint != Endpoint::Gemini {
        let model = rendered.settings.model.as_deref().unwrap_or(rendered.model);
        write(b"model", text(&model.into()).as_bytes());
    }
    for (name, value) in &members {
        write(name, value);
    }
    for (name, value) in said(endpoint, rendered.messages) {
        write(name.as_bytes(), text(&value).as_bytes());
    }
    let (settings, lost) = settings::members(endpoint, rendered.settings);
    let free = settings.into_iter().filter(|setting| !setting.unless.iter().any(|name| has(name)));
    let mut set = Vec::new();
    for setting in free {
        write(setting.name.as_bytes(), text(&setting.value).as_bytes());
        set.push(setting.name);
    }
    out.push(b'}');
    Ok(Placed { body: out.into(), set, lost })
}

/// The members that a prompt stands in place of.
fn conversation(endpoint: Endpoint) -> Result<&'static [&'static str], Refusal> {
    match endpoint {
        Endpoint::Chat => Ok(&["messages"]),
        Endpoint::Responses => Ok(&["input", "instructions", "prompt"]),
        Endpoint::Messages | Endpoint::CountTokens => Ok(&["messages", "system"]),
        Endpoint::Gemini => Ok(&["contents", "systemInstruction", "system_instruction"]),
        Endpoint::GeminiCount => Err(bad("prompt_ref", "a count takes no prompt; send `contents`")),
        Endpoint::Embeddings => Err(bad("prompt_ref", "embeddings take no prompt; send `input`")),
    }
}

/// Whether a conversation is empty: SDKs that insist on messages send an empty list.
fn says_nothing(value: &[u8]) -> bool {
    let rest: Vec<u8> = value.iter().take(16).copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    matches!(rest.as_slice(), b"[]" | b"\"\"" | b"null")
}

fn members(body: &[u8]) -> Result<Vec<Member<'_>>, JsonError> {
    let mut members = Vec::with_capacity(8);
    Cursor::new(body).object(|cursor, key| {
        let span = cursor.span()?;
        members.push((key.bytes().into_owned(), body.get(span).unwrap_or_default()));
        Ok::<(), JsonError>(())
    })?;
    Ok(members)
}

/// The messages in the endpoint's words. Where the system has a place of its own, all it says goes
/// there, in order.
fn said(endpoint: Endpoint, messages: &[Message]) -> Vec<(&'static str, Value)> {
    let turn = |message: &Message| json!({"role": message.role.as_str(), "content": message.text});
    match endpoint {
        Endpoint::Responses => vec![("input", messages.iter().map(turn).collect())],
        Endpoint::Messages | Endpoint::CountTokens => {
            let (system, turns) = apart(messages);
            let system = system.map(|text| ("system", text.into()));
            system.into_iter().chain([("messages", turns.into_iter().map(turn).collect())]).collect()
        }
        Endpoint::Gemini | Endpoint::GeminiCount => {
            let parts = |text: &str| json!([{"text": text}]);
            let turn = |message: &Message| {
                let role = if message.role == Role::Assistant { "model" } else { "user" };
                json!({"role": role, "parts": parts(&message.text)})
            };
            let (system, turns) = apart(messages);
            let system = system.map(|text| ("systemInstruction", json!({"parts": parts(&text)})));
            system.into_iter().chain([("contents", turns.into_iter().map(turn).collect())]).collect()
        }
        Endpoint::Chat | Endpoint::Embeddings => vec![("messages", messages.iter().map(turn).collect())],
    }
}

/// What the system says, joined, and everything else.
fn apart(messages: &[Message]) -> (Option<String>, Vec<&Message>) {
    let is_system = |message: &&Message| matches!(message.role, Role::System | Role::Developer);
    let (system, turns): (Vec<_>, Vec<_>) = messages.iter().partition(is_system);
    let texts: Vec<&str> = system.iter().map(|message| message.text.as_str()).collect();
    ((!texts.is_empty()).then(|| texts.join("\n\n")), turns)
}

fn text(value: &Value) -> String {
    value.to_string()
}

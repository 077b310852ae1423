//! Items: messages, calls, results of calls, reasoning.

use super::content;
use crate::canon::{Call, Form, Part, Proof, Reasoning, Role, ToolResult, Toward};
use crate::chat::or_empty;
use crate::json::{Fields, Json, Object};
use crate::report::{Notes, Why};
use crate::wire::Wire;

/// Reads an item of an input or of an output: whose it is, and its parts.
pub(super) fn read(mut fields: Fields<'_>, notes: &mut Notes) -> Option<(Role, Vec<Part>)> {
    let at = fields.at;
    let kind = fields.text("type", notes);
    fields.skip(&["status", "phase"]);
    let read = match kind.as_deref() {
        None | Some("message") => {
            fields.skip(&["id"]);
            let role = role(&mut fields, notes)?;
            (role, content::read(&mut fields, "content", notes))
        }
        Some("function_call") => {
            fields.skip(&["id"]);
            (Role::Assistant, vec![Part::Call(call(&mut fields, notes))])
        }
        Some("function_call_output") => {
            fields.skip(&["id"]);
            (Role::User, vec![result(&mut fields, notes)])
        }
        Some("reasoning") => (Role::Assistant, vec![Part::Reasoning(reasoning(&mut fields, notes))]),
        Some(_) => {
            notes.unsupported(
                at.at("type"),
                "this kind of item belongs to its provider and can't be translated",
            );
            return None;
        }
    };
    fields.done(notes);
    Some(read)
}

fn role(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Role> {
    let at = fields.at;
    match fields.text("role", notes).unwrap_or_default().as_str() {
        "user" => Some(Role::User),
        "assistant" => Some(Role::Assistant),
        "system" => Some(Role::System),
        "developer" => Some(Role::Developer),
        _ => {
            notes.wrong(at.at("role"), "expected user, assistant, system or developer");
            None
        }
    }
}

/// Takes a call.
pub(super) fn call(fields: &mut Fields<'_>, notes: &mut Notes) -> Call {
    fields.lose(&["namespace"], Why::NotInTarget, notes);
    Call {
        id: fields.text("call_id", notes).unwrap_or_default(),
        name: fields.text("name", notes).unwrap_or_default(),
        arguments: or_empty(fields.text("arguments", notes).unwrap_or_default()),
    }
}

fn result(fields: &mut Fields<'_>, notes: &mut Notes) -> Part {
    Part::Result(ToolResult {
        id: fields.text("call_id", notes).unwrap_or_default(),
        name: None,
        content: content::read(fields, "output", notes),
        failed: false,
    })
}

/// Takes reasoning. What it says in words is the summary, else the content.
pub(super) fn reasoning(fields: &mut Fields<'_>, notes: &mut Notes) -> Reasoning {
    let id = fields.text("id", notes);
    let summary = words(content::read(fields, "summary", notes));
    let content = words(content::read(fields, "content", notes));
    let sealed = fields.text("encrypted_content", notes).filter(|data| !data.is_empty());
    Reasoning {
        text: if summary.is_empty() { content } else { summary },
        proof: sealed.map(|data| Proof::read(data, Wire::Responses, Form::Sealed).named(id)),
    }
}

fn words(parts: Vec<Part>) -> String {
    let texts = parts.into_iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.text),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The state of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// More comes.
    Running,
    /// It is whole.
    Done,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Running => "in_progress",
            Self::Done => "completed",
        }
    }
}

/// A message item of an answer.
pub(super) fn written_message(id: &str, state: State, content: Vec<Json>) -> Object {
    Object::new()
        .with("id", id)
        .with("type", "message")
        .with("status", state.word())
        .with("role", "assistant")
        .with("content", content)
}

/// A call item of an answer.
pub(super) fn written_call(id: &str, state: State, call: &Call) -> Object {
    Object::new()
        .with("id", id)
        .with("type", "function_call")
        .with("status", state.word())
        .with("call_id", call.id.as_str())
        .with("name", call.name.as_str())
        .with("arguments", call.arguments.as_str())
}

/// A reasoning item of an answer, or of a request to who sealed it. `None` for a provider who
/// could not read it.
pub(super) fn written_reasoning(
    id: &str,
    reasoning: &Reasoning,
    toward: Toward,
    notes: &mut Notes,
) -> Option<Object> {
    let proof = reasoning.proof.as_ref();
    let sealed = proof.and_then(|proof| proof.write(Wire::Responses, toward, notes));
    if toward == Toward::Upstream && sealed.is_none() {
        return None;
    }
    let own = match toward {
        Toward::Caller => id,
        Toward::Upstream => proof.and_then(|proof| proof.id.as_deref()).unwrap_or(id),
    };
    let summary = summary_part(&reasoning.text);
    let summary: Vec<Json> = if reasoning.text.is_empty() { Vec::new() } else { vec![summary.into()] };
    let item = Object::new().with("id", own).with("type", "reasoning").with("summary", summary);
    Some(item.maybe("encrypted_content", sealed))
}

/// A part of a summary.
pub(super) fn summary_part(text: &str) -> Object {
    Object::new().with("type", "summary_text").with("text", text)
}

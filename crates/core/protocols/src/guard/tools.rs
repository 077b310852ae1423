//! Tools: which are offered to a model, which it may be told to use, and which it calls.

use std::ops::Range;

use bytes::Bytes;
use domain::inference::{Dialect, Endpoint};
use guardrails::ToolPolicy;

use super::apply::write;
use super::{Blocked, gemini};
use crate::json::{Cursor, JsonError, Kind, Text};

/// A request after tools that may not be used were taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The same bytes, uncopied, where nothing was.
    pub body: Bytes,
    /// The names of those that were.
    pub removed: Vec<String>,
}

/// A member of the body.
struct Member {
    name: Vec<u8>,
    /// From the quote of its key to the end of its value.
    span: Range<usize>,
    value: Range<usize>,
}

/// Takes the tools out of a request that `policy` does not allow.
///
/// # Errors
/// [`Blocked::Tool`] where the request insists on one of them, and [`Blocked::Unreadable`].
pub fn offered(endpoint: Endpoint, body: &Bytes, policy: &ToolPolicy) -> Result<Offered, Blocked> {
    let google = endpoint.dialect() == Dialect::Gemini;
    let unreadable = |_| Blocked::Unreadable("it is not JSON");
    let members = members(body).map_err(unreadable)?;
    let mut offered = Offered { body: body.clone(), removed: Vec::new() };
    let (mut changes, mut gone) = (Vec::new(), Vec::new());
    for (index, member) in members.iter().enumerate() {
        let value = &body[member.value.clone()];
        if matches!(&*member.name, b"tools" | b"functions") {
            let split = if google { gemini::split } else { split };
            let (kept, removed) = split(value, policy).map_err(unreadable)?;
            if !removed.is_empty() {
                gone.extend(kept.is_empty().then_some(index));
                changes.push((member.value.clone(), format!("[{}]", kept.join(","))));
                offered.removed.extend(removed);
            }
        }
        if matches!(&*member.name, b"tool_choice" | b"function_call")
            && let Some(tool) = chosen(value, policy).map_err(unreadable)?
        {
            return Err(Blocked::Tool(tool));
        }
        if google
            && matches!(&*member.name, b"toolConfig" | b"tool_config")
            && let Some(tool) = gemini::chosen(value, policy).map_err(unreadable)?
        {
            return Err(Blocked::Tool(tool));
        }
    }
    if offered.removed.is_empty() {
        return Ok(offered);
    }
    if !gone.is_empty() {
        changes.clear();
        // Without tools, providers refuse what says how to use them.
        let about: [&[u8]; 7] = [
            b"tools",
            b"functions",
            b"tool_choice",
            b"function_call",
            b"parallel_tool_calls",
            b"toolConfig",
            b"tool_config",
        ];
        gone = (0..members.len()).filter(|index| about.contains(&&*members[*index].name)).collect();
        changes.extend(cuts(&members, &gone).into_iter().map(|span| (span, String::new())));
    }
    offered.body = write(body, changes).into();
    Ok(offered)
}

/// The tools of a list as they are written, and the names of those that are not allowed.
pub(super) fn split(list: &[u8], policy: &ToolPolicy) -> Result<(Vec<String>, Vec<String>), JsonError> {
    let (mut kept, mut removed) = (Vec::new(), Vec::new());
    for (name, span) in elements(list)? {
        if policy.allows(&name) {
            kept.push(String::from_utf8_lossy(&list[span]).into_owned());
        } else {
            removed.push(name);
        }
    }
    Ok((kept, removed))
}

/// What to cut, so that these members and their commas are gone.
fn cuts(members: &[Member], gone: &[usize]) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut last_kept: Option<usize> = None;
    let first_kept = (0..members.len()).find(|index| !gone.contains(index));
    if let (Some(kept), Some(first)) = (first_kept, members.first())
        && kept > 0
    {
        cuts.push(first.span.start..members[kept].span.start);
    }
    for (index, member) in members.iter().enumerate() {
        if !gone.contains(&index) {
            last_kept = Some(index);
        } else if let Some(kept) = last_kept {
            let start = members[index - 1].span.end.max(members[kept].span.end);
            cuts.push(start..member.span.end);
        }
    }
    if let (None, Some(first), Some(last)) = (first_kept, members.first(), members.last()) {
        cuts.push(first.span.start..last.span.end);
    }
    cuts
}

fn members(body: &[u8]) -> Result<Vec<Member>, JsonError> {
    let mut members = Vec::new();
    Cursor::new(body).object(|cursor, key| {
        let start = cursor.key_span(key).start;
        let value = cursor.span()?;
        let span = start..value.end;
        members.push(Member { name: key.bytes().into_owned(), span, value });
        Ok::<(), JsonError>(())
    })?;
    Ok(members)
}

/// The elements of a list of tools: their names, and where they stand. One that stands alone is a list
/// of one, as some providers read it.
fn elements(list: &[u8]) -> Result<Vec<(String, Range<usize>)>, JsonError> {
    let mut tools = Vec::new();
    let mut cursor = Cursor::new(list);
    let mut tool = |cursor: &mut Cursor<'_>| {
        cursor.kind()?;
        let start = cursor.at();
        let name = name_of(cursor)?;
        tools.push((name.unwrap_or_default(), start..cursor.at()));
        Ok::<(), JsonError>(())
    };
    match cursor.kind()? {
        Kind::Array => cursor.array(tool)?,
        Kind::Object => tool(&mut cursor)?,
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => cursor.skip()?,
    }
    Ok(tools)
}

/// The name of a tool or of a call: its `name`, that of its `function` or `custom`, or, of a tool
/// that the provider has built in, its `type`.
fn name_of(cursor: &mut Cursor<'_>) -> Result<Option<String>, JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip().map(|()| None);
    }
    let (mut name, mut kind) = (None, None);
    cursor.object(|cursor, key: Text<'_>| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"name", Kind::String) => name = Some(cursor.string()?.to_text().into_owned()),
            (b"function" | b"custom", Kind::Object) => name = name_of(cursor)?.or(name.take()),
            (b"type", Kind::String) => kind = Some(cursor.string()?.to_text().into_owned()),
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })?;
    Ok(name.or(kind))
}

/// The tool that the caller insists on, where it is not allowed.
fn chosen(value: &[u8], policy: &ToolPolicy) -> Result<Option<String>, JsonError> {
    let mut cursor = Cursor::new(value);
    if cursor.kind()? != Kind::Object {
        return Ok(None); // `auto`, `required`
    }
    let (mut names, mut kind) = (Vec::new(), Vec::new());
    insisted(&mut cursor, &mut names, &mut kind)?;
    let general: [&[u8]; 8] =
        [b"auto", b"any", b"none", b"required", b"tool", b"function", b"custom", b"allowed_tools"];
    if names.is_empty() && !kind.is_empty() && !general.contains(&&*kind) {
        names.push(String::from_utf8_lossy(&kind).into_owned());
    }
    Ok(names.into_iter().find(|name| !policy.allows(name)))
}

/// Collects what a choice of tools names, and the type of the choice. A choice among several has them
/// in a list, of its own or in a member that is called as its type.
fn insisted(cursor: &mut Cursor<'_>, names: &mut Vec<String>, of: &mut Vec<u8>) -> Result<(), JsonError> {
    cursor.object(|cursor, key| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"name", Kind::String) => names.push(cursor.string()?.to_text().into_owned()),
            (b"function" | b"custom", Kind::Object) => names.extend(name_of(cursor)?),
            (b"tools" | b"allowed_tools", Kind::Array) => cursor.array(|cursor| {
                names.extend(name_of(cursor)?);
                Ok::<(), JsonError>(())
            })?,
            (b"allowed_tools", Kind::Object) => insisted(cursor, names, &mut Vec::new())?,
            (b"type", Kind::String) => *of = cursor.string()?.bytes().into_owned(),
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })
}

/// Checks the calls in an answer that came in one piece.
///
/// # Errors
/// [`Blocked::Tool`] with the first that is not allowed.
pub fn called(endpoint: Endpoint, body: &[u8], policy: &ToolPolicy) -> Result<(), Blocked> {
    let mut refused = None;
    let field: &[u8] = match endpoint {
        Endpoint::Chat | Endpoint::Embeddings => b"choices",
        Endpoint::Responses => b"output",
        Endpoint::Messages | Endpoint::CountTokens => b"content",
        Endpoint::Gemini | Endpoint::GeminiCount => b"candidates",
    };
    let mut cursor = Cursor::new(body);
    if cursor.kind() != Ok(Kind::Object) {
        return Err(Blocked::Unreadable("it is not an object"));
    }
    let calls = if endpoint.dialect() == Dialect::Gemini { gemini::calls } else { calls };
    let read = cursor.object(|cursor, key| {
        if *key.bytes() == *field && cursor.kind()? == Kind::Array {
            return cursor.array(|cursor| {
                calls(cursor, &mut |name| {
                    if refused.is_none() && !may_call(endpoint, policy, name) {
                        refused = Some(name.to_owned());
                    }
                })
            });
        }
        cursor.skip()
    });
    match (refused, read) {
        (Some(tool), _) => Err(Blocked::Tool(tool)),
        (None, Err(_)) => Err(Blocked::Unreadable("it is not JSON")),
        (None, Ok(())) => Ok(()),
    }
}

/// Whether a call in an answer is allowed.
pub(super) fn may_call(endpoint: Endpoint, policy: &ToolPolicy, name: &str) -> bool {
    match endpoint.dialect() {
        Dialect::Gemini => gemini::may_call(policy, name),
        Dialect::Openai | Dialect::Anthropic => policy.allows(name),
    }
}

/// Hands out the names of the calls in a choice, a message, an item or a block. A call into a
/// namespace (of the responses endpoint) goes by the namespace's name, as its tools are offered.
pub(super) fn calls(cursor: &mut Cursor<'_>, each: &mut dyn FnMut(&str)) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    let (mut name, mut namespace, mut is_call) = (None, None, false);
    cursor.object(|cursor, key| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"namespace", Kind::String) => namespace = Some(cursor.string()?.to_text().into_owned()),
            (b"message" | b"delta", Kind::Object) => calls(cursor, each)?,
            (b"tool_calls", Kind::Array) => cursor.array(|cursor| {
                if let Some(name) = name_of_call(cursor)? {
                    each(&name);
                }
                Ok::<(), JsonError>(())
            })?,
            (b"function_call", Kind::Object) => {
                if let Some(name) = name_of_call(cursor)? {
                    each(&name);
                }
            }
            (b"name", Kind::String) => name = Some(cursor.string()?.to_text().into_owned()),
            (b"type", Kind::String) => is_call = is_call_type(&cursor.string()?.bytes()),
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })?;
    let named = namespace.filter(|name| !name.is_empty()).or(name);
    if let Some(name) = named.filter(|name| is_call && !name.is_empty()) {
        each(&name);
    }
    Ok(())
}

/// Whether an item or a block of this type is the call of a tool.
fn is_call_type(kind: &[u8]) -> bool {
    kind.ends_with(b"_call") || matches!(kind, b"tool_use" | b"server_tool_use" | b"mcp_tool_use")
}

/// The name in a call of the chat dialect; the later pieces of a call have none.
fn name_of_call(cursor: &mut Cursor<'_>) -> Result<Option<String>, JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip().map(|()| None);
    }
    let mut name = None;
    cursor.object(|cursor, key| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"name", Kind::String) => name = Some(cursor.string()?.to_text().into_owned()),
            (b"function" | b"custom", Kind::Object) => name = name_of_call(cursor)?.or(name.take()),
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })?;
    Ok(name.filter(|name| !name.is_empty()))
}

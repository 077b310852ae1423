//! Tools in Google's dialect: declared in groups, those that Google runs itself by a name of their
//! own, and called in the parts of a content.

use guardrails::ToolPolicy;

use crate::gemini::{camel, snake};
use crate::json::{Cursor, JsonError, Kind};

/// Whether a tool that Google runs itself is allowed, in either spelling of its name.
fn allows_own(policy: &ToolPolicy, name: &str) -> bool {
    let (camel, snake) = (String::from_utf8_lossy(&camel(name.as_bytes())).into_owned(), snake(name));
    let names = [name, camel.as_str(), snake.as_str()];
    names.iter().any(|name| policy.allows(name)) && !names.iter().any(|name| policy.is_off(name))
}

/// The groups of a list of tools as they may be offered, and the names of the tools taken out of
/// them. A group that has nothing left is left out; one that keeps everything is as it was.
pub(super) fn split(list: &[u8], policy: &ToolPolicy) -> Result<(Vec<String>, Vec<String>), JsonError> {
    let (mut kept, mut removed) = (Vec::new(), Vec::new());
    let mut cursor = Cursor::new(list);
    let mut each = |cursor: &mut Cursor<'_>| {
        let span = cursor.span()?;
        kept.extend(group(&list[span], policy, &mut removed)?);
        Ok::<(), JsonError>(())
    };
    match cursor.kind()? {
        Kind::Array => cursor.array(&mut each)?,
        Kind::Object => each(&mut cursor)?,
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => cursor.skip()?,
    }
    Ok((kept, removed))
}

/// One group without what is not allowed; `None` where nothing is left.
fn group(text: &[u8], policy: &ToolPolicy, removed: &mut Vec<String>) -> Result<Option<String>, JsonError> {
    let mut members = Vec::new();
    Cursor::new(text).object(|cursor, key| {
        let span = cursor.span()?;
        let name = String::from_utf8_lossy(&camel(&key.bytes())).into_owned();
        let value = &text[span];
        let value = if name == "functionDeclarations" {
            declarations(value, policy, removed)?
        } else if allows_own(policy, &name) {
            Some(String::from_utf8_lossy(value).into_owned())
        } else {
            removed.push(name);
            None
        };
        let key = String::from_utf8_lossy(key.raw()).into_owned();
        members.extend(value.map(|value| format!("\"{key}\":{value}")));
        Ok::<(), JsonError>(())
    })?;
    Ok((!members.is_empty()).then(|| format!("{{{}}}", members.join(","))))
}

fn declarations(
    list: &[u8],
    policy: &ToolPolicy,
    removed: &mut Vec<String>,
) -> Result<Option<String>, JsonError> {
    let (kept, gone) = super::tools::split(list, policy)?;
    removed.extend(gone);
    Ok((!kept.is_empty()).then(|| format!("[{}]", kept.join(","))))
}

/// The function that a `toolConfig` insists on, where it is not allowed.
pub(super) fn chosen(value: &[u8], policy: &ToolPolicy) -> Result<Option<String>, JsonError> {
    let mut names = Vec::new();
    let mut cursor = Cursor::new(value);
    if cursor.kind()? != Kind::Object {
        return Ok(None);
    }
    cursor.object(|cursor, key| match (&*camel(&key.bytes()), cursor.kind()?) {
        (b"functionCallingConfig", Kind::Object) => cursor.object(|cursor, key| {
            let mut name = |cursor: &mut Cursor<'_>| match cursor.kind()? {
                Kind::String => {
                    names.push(cursor.string()?.to_text().into_owned());
                    Ok(())
                }
                _ => cursor.skip(),
            };
            match (&*camel(&key.bytes()), cursor.kind()?) {
                (b"allowedFunctionNames", Kind::Array) => cursor.array(name),
                (b"allowedFunctionNames", _) => name(cursor), // one alone is a list of one
                _ => cursor.skip(),
            }
        }),
        _ => cursor.skip(),
    })?;
    Ok(names.into_iter().find(|name| !policy.allows(name)))
}

/// Whether a call in an answer is allowed: of a function, or of a tool that Google runs itself.
pub(super) fn may_call(policy: &ToolPolicy, name: &str) -> bool {
    if name == CODE { allows_own(policy, name) } else { policy.allows(name) }
}

/// The tool behind code that Google has run.
const CODE: &str = "codeExecution";

/// Hands out the names of the calls in a candidate.
pub(super) fn calls(cursor: &mut Cursor<'_>, each: &mut dyn FnMut(&str)) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"content", Kind::Object) => cursor.object(|cursor, key| {
            if *key.bytes() == *b"parts" && cursor.kind()? == Kind::Array {
                return cursor.array(|cursor| part(cursor, each));
            }
            cursor.skip()
        }),
        _ => cursor.skip(),
    })
}

/// Hands out the name of the call in a part, where it is one.
pub(super) fn part(cursor: &mut Cursor<'_>, each: &mut dyn FnMut(&str)) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"functionCall", Kind::Object) => cursor.object(|cursor, key| {
            if *key.bytes() == *b"name" && cursor.kind()? == Kind::String {
                each(&cursor.string()?.to_text());
                return Ok(());
            }
            cursor.skip()
        }),
        (b"executableCode", Kind::Object) => {
            each(CODE);
            cursor.skip()
        }
        _ => cursor.skip(),
    })
}

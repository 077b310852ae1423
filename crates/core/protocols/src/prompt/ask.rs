//! The reference itself: `{name, variables, version?}`.

use domain::Refusal;
use serde_json::{Map, Value};

/// What a caller asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The prompt.
    pub name: String,
    /// Values for its variables.
    pub variables: Map<String, Value>,
    /// One version exactly: its digits or its label.
    pub version: Option<String>,
}

/// Reads the value of `prompt_ref`. Messages name members and never repeat a value.
///
/// # Errors
/// [`Refusal::BadField`] where it is not of this form.
pub fn asked(value: &[u8]) -> Result<Asked, Refusal> {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(value) else {
        return Err(bad("prompt_ref", "expected an object: {name, variables, version?}"));
    };
    let name = match members.remove("name") {
        Some(Value::String(name)) if !name.is_empty() => name,
        Some(_) => return Err(bad("prompt_ref.name", "expected the name of a prompt")),
        None => return Err(bad("prompt_ref.name", "is missing; name a prompt of the workspace")),
    };
    let variables = match members.remove("variables") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(variables)) => variables,
        Some(_) => return Err(bad("prompt_ref.variables", "expected an object: a value for each variable")),
    };
    let version = match members.remove("version") {
        None | Some(Value::Null) => None,
        Some(Value::String(version)) => Some(version),
        Some(_) => return Err(bad("prompt_ref.version", "expected a string")),
    };
    if members.is_empty() {
        return Ok(Asked { name, variables, version });
    }
    Err(bad("prompt_ref", "has a member that is none of name, variables, version"))
}

pub(super) fn bad(field: &str, problem: &str) -> Refusal {
    Refusal::BadField { field: field.to_owned(), problem: problem.to_owned() }
}

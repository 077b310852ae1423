//! The variables of a prompt, as its file declares them.

use std::collections::BTreeSet;

use domain::meant::nearest;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::prompt::Unrendered;

/// A variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// What its value must be.
    pub kind: Kind,
    /// Its value where the caller gives none.
    pub default: Option<Value>,
    /// Whether the caller must give it.
    pub need: Need,
    /// What it is; may be empty.
    pub description: String,
}

impl Input {
    /// A variable of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: Kind::Any,
            default: None,
            need: Need::Required,
            description: String::new(),
        }
    }
}

impl Input {
    /// Whether the caller must give it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.need == Need::Required
    }
}

/// Whether a caller must give a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// It must.
    Required,
    /// It need not.
    Optional,
}

/// What a variable's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Anything.
    Any,
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The words that files use.
    pub const WORDS: [&'static str; 7] = ["any", "string", "integer", "number", "boolean", "array", "object"];

    /// Reads a word of a file.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "any" => Self::Any,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" | "float" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

/// Fills in defaults, and refuses what is missing or of the wrong kind. `used` are the variables
/// that the template names.
pub(crate) fn fill(
    inputs: &[Input],
    used: &BTreeSet<String>,
    variables: &mut Map<String, Value>,
) -> Result<(), Unrendered> {
    for input in inputs {
        match (variables.get(&input.name), &input.default, input.need) {
            (Some(value), ..) if !input.kind.fits(value) => {
                let problem =
                    format!("the variable `{}` must be of the kind {}", input.name, input.kind.as_str());
                return Err(Unrendered::Variable(problem));
            }
            (None, Some(default), _) => {
                variables.insert(input.name.clone(), default.clone());
            }
            (None, None, Need::Required) => {
                return Err(Unrendered::Variable(missing(&input.name, used, variables)));
            }
            (Some(_), ..) | (None, None, Need::Optional) => {}
        }
    }
    Ok(())
}

/// How many of the names that a caller sent are compared with the one that is missing.
const MOST_COMPARED: usize = 100;

/// Names a variable that is missing, and the one that was probably meant to be it.
pub(crate) fn missing(name: &str, used: &BTreeSet<String>, given: &Map<String, Value>) -> String {
    let plain = |name: &&str| {
        name.len() <= 64
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !used.contains(*name)
    };
    match nearest(name, given.keys().take(MOST_COMPARED).map(String::as_str).filter(plain)) {
        Some(meant) => format!("the variable `{name}` is missing; did you mean it by `{meant}`?"),
        None => format!("the variable `{name}` is missing"),
    }
}

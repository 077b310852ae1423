//! What a request asks of the answer: its shape, how hard to think, and what can't be had.

use crate::canon::{Amount, Effort, Format, Thinking};
use crate::json::{Fields, Json, Object};
use crate::report::{Notes, Why};

/// The fields that chat and responses share word for word.
const SHARED: [&str; 8] = [
    "metadata",
    "store",
    "service_tier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "verbosity",
    "moderation",
];

/// Takes the fields that chat and responses share.
pub(crate) fn shared(fields: &mut Fields<'_>) -> Object {
    SHARED.iter().filter_map(|key| fields.take(key).map(|value| ((*key).into(), value))).collect()
}

/// Refuses what no other dialect has and what can't be left out.
pub(super) fn refuse(fields: &mut Fields<'_>, notes: &mut Notes) {
    let at = fields.at;
    fields.refuse(
        &[
            ("audio", "spoken answers can't be translated"),
            ("functions", "calls without ids can't be translated; use tools"),
            ("function_call", "calls without ids can't be translated; use tool_choice"),
            ("web_search_options", "the provider's own search can't be had elsewhere"),
        ],
        notes,
    );
    if fields.whole("n", notes).is_some_and(|n| n != 1) {
        notes.unsupported(at.at("n"), "several answers at once can't be had there");
    }
    let modalities = fields.list("modalities", notes);
    if modalities.iter().any(|modality| modality.as_text() != Some("text")) {
        notes.unsupported(at.at("modalities"), "answers other than text can't be translated");
    }
}

/// Takes `response_format`.
pub(super) fn format(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Format> {
    let at = fields.at;
    let at = at.at("response_format");
    let mut format = Fields::new(fields.object("response_format", notes)?, at);
    let kind = format.text("type", notes).unwrap_or_default();
    let read = match kind.as_str() {
        "text" => Some(Format::Text),
        "json_object" => Some(Format::AnyJson),
        "json_schema" => {
            let schema = format.object("json_schema", notes).unwrap_or_default();
            schema_format(Fields::new(schema, at.at("json_schema")), notes)
        }
        _ => {
            notes.wrong(at.at("type"), "expected text, json_object or json_schema");
            None
        }
    };
    format.done(notes);
    read
}

/// A named schema.
pub(crate) fn schema_format(mut fields: Fields<'_>, notes: &mut Notes) -> Option<Format> {
    let at = fields.at;
    let format = Format::Schema {
        name: fields.text("name", notes),
        description: fields.text("description", notes),
        strict: fields.flag("strict", notes),
        schema: fields.object("schema", notes).unwrap_or_else(|| {
            notes.wrong(at.at("schema"), "expected a JSON schema");
            Object::new()
        }),
    };
    fields.done(notes);
    Some(format)
}

/// Takes `reasoning_effort`, or the object that OpenRouter has in its place.
pub(super) fn thinking(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Thinking> {
    let at = fields.at;
    let word = fields.text("reasoning_effort", notes);
    if let Some(mut object) =
        fields.object("reasoning", notes).map(|object| Fields::new(object, at.at("reasoning")))
    {
        let word = word.or(object.text("effort", notes));
        let budget = object.whole("max_tokens", notes).map(Amount::Budget);
        object.done(notes);
        let amount = word.and_then(|word| effort(&word, "reasoning_effort", notes)).or(budget);
        return Some(Thinking { amount, show: None });
    }
    word.map(|word| Thinking { amount: effort(&word, "reasoning_effort", notes), show: None })
}

/// Reads the word for an effort.
pub(crate) fn effort(word: &str, path: &str, notes: &mut Notes) -> Option<Amount> {
    let amount = match word {
        "none" => Some(Amount::Off),
        _ => Effort::parse(word).map(Amount::Effort),
    };
    if amount.is_none() {
        notes.dropped(crate::report::At::ROOT.at(path), Why::UnknownField);
    }
    amount
}

/// The word for an amount, in OpenAI's dialects; `None`: nothing is said.
pub(crate) fn effort_word(amount: Amount, path: &str, notes: &mut Notes) -> Option<&'static str> {
    let at = crate::report::At::ROOT;
    let effort = match amount {
        Amount::Off => return Some("none"),
        Amount::Auto => return None,
        Amount::Effort(effort) => effort,
        Amount::Budget(tokens) => {
            notes.approximated(at.at(path), Why::Nearest);
            Effort::of_tokens(tokens)
        }
    };
    if effort == Effort::Max {
        notes.approximated(at.at(path), Why::Nearest);
        return Some(Effort::Xhigh.as_str());
    }
    Some(effort.as_str())
}

/// The members of a named schema.
pub(crate) fn written_schema(format: &Format) -> Option<Object> {
    let Format::Schema { name, description, schema, strict } = format else { return None };
    let object = Object::new().with("name", name.as_deref().unwrap_or("answer"));
    let object = object.maybe("description", description.as_deref());
    Some(object.with("schema", schema.clone()).maybe("strict", *strict))
}

/// Appends the fields that chat and responses share.
pub(crate) fn put_shared(shared: &Object, except: &[&str], out: &mut Object) {
    for (key, value) in shared.iter().filter(|(key, _)| !except.contains(key)) {
        out.put(key.to_owned(), value.clone());
    }
}

/// Reports the fields that only OpenAI's dialects have. What asks for the usual is no loss.
pub(crate) fn lose_shared(shared: &Object, notes: &mut Notes) {
    for (key, value) in shared.iter() {
        let usual = match key {
            "store" => *value == Json::Bool(false),
            "service_tier" => matches!(value.as_text(), Some("auto" | "default")),
            "metadata" => value.as_object().is_some_and(Object::is_empty),
            _ => false,
        };
        if !usual {
            notes.dropped(crate::report::At::ROOT.at(key), Why::NotInTarget);
        }
    }
}

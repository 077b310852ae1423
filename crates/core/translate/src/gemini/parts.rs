//! Parts of contents, both ways.

use std::collections::{HashMap, VecDeque};

use super::case::{camel, camel_value};
use crate::canon::media::type_of_name;
use crate::canon::{Call, Form, Media, MediaKind, Names, Part, Proof, Reasoning, Source, ToolResult, Toward};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::wire::{Origin, Wire};

/// Ids for calls that have none, in a conversation.
#[derive(Debug, Default)]
pub(super) struct Ids {
    made: u64,
    /// Ids of calls by their number; `None` once a result has come.
    open: Vec<Option<String>>,
    /// Numbers of calls, oldest first. Some may have their result.
    of_id: HashMap<String, VecDeque<usize>>,
    of_name: HashMap<String, VecDeque<usize>>,
}

impl Ids {
    fn call(&mut self, id: Option<String>, name: &str) -> String {
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| {
            self.made += 1;
            format!("call_{}", self.made)
        });
        let number = self.open.len();
        self.of_id.entry(id.clone()).or_default().push_back(number);
        self.of_name.entry(name.to_owned()).or_default().push_back(number);
        self.open.push(Some(id.clone()));
        id
    }

    /// The id of a result: its own, or that of the oldest call of its tool without a result.
    fn result(&mut self, id: Option<String>, name: &str) -> String {
        let queue = match &id {
            Some(id) => self.of_id.get_mut(id),
            None => self.of_name.get_mut(name),
        };
        let open = &mut self.open;
        let mut numbers = queue.into_iter().flat_map(|queue| std::iter::from_fn(|| queue.pop_front()));
        let known = numbers.find_map(|number| open.get_mut(number)?.take());
        id.or(known).unwrap_or_else(|| format!("call_{name}"))
    }
}

/// Takes `parts`. Without `ids` (in an answer) a missing id stays empty.
pub(super) fn read(fields: &mut Fields<'_>, mut ids: Option<&mut Ids>, notes: &mut Notes) -> Vec<Part> {
    let here = fields.at;
    let mut parts = Vec::new();
    let list = match fields.take("parts") {
        Some(Json::List(list)) => list,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for json in list {
        let Some(part) = Fields::of(camel_value(json), here.at("parts[]"), notes) else { continue };
        one(part, ids.as_deref_mut(), &mut parts, notes);
    }
    parts
}

fn one(mut fields: Fields<'_>, ids: Option<&mut Ids>, parts: &mut Vec<Part>, notes: &mut Notes) {
    let signature = fields.text("thoughtSignature", notes).filter(|data| !data.is_empty());
    let proof = signature.map(|data| Proof::read(data, Wire::Gemini, Form::Signature));
    let thought = fields.flag("thought", notes).unwrap_or(false);
    let text = fields.text("text", notes);
    fields.lose(&["videoMetadata", "mediaResolution", "partMetadata"], Why::NotInTarget, notes);
    if thought {
        parts.push(Part::Reasoning(Reasoning { text: text.unwrap_or_default(), proof }));
        return fields.done(notes);
    }
    if proof.is_some() {
        parts.push(Part::Reasoning(Reasoning { text: String::new(), proof }));
    }
    if let Some(text) = text {
        parts.extend(Some(text).filter(|text| !text.is_empty()).map(Part::text));
    } else {
        parts.extend(other(&mut fields, ids, notes));
    }
    fields.done(notes);
}

fn other(fields: &mut Fields<'_>, ids: Option<&mut Ids>, notes: &mut Notes) -> Option<Part> {
    let here = fields.at;
    if let Some(call) = fields.object("functionCall", notes) {
        return Some(Part::Call(read_call(Fields::new(camel(call), here.at("functionCall")), ids, notes)));
    }
    if let Some(result) = fields.object("functionResponse", notes) {
        let result = Fields::new(camel(result), here.at("functionResponse"));
        return Some(Part::Result(read_result(result, ids, notes)));
    }
    if let Some(data) = fields.object("inlineData", notes) {
        let mut data = Fields::new(camel(data), here.at("inlineData"));
        let media_type = data.text("mimeType", notes)?;
        let name = data.text("displayName", notes);
        let kind = Media::kind_of(&media_type);
        refuse_sound(&media_type, here, notes);
        let base64 = data.text("data", notes).unwrap_or_default();
        return Some(Media { kind, source: Source::Data { media_type, base64 }, name, detail: None }.part());
    }
    if let Some(file) = fields.object("fileData", notes) {
        return read_file(Fields::new(camel(file), here.at("fileData")), notes);
    }
    fields.refuse(
        &[
            ("executableCode", "code that the provider runs can't be translated"),
            ("codeExecutionResult", "code that the provider runs can't be translated"),
            ("toolCall", "a tool that the provider runs can't be translated"),
            ("toolResponse", "a tool that the provider runs can't be translated"),
        ],
        notes,
    );
    None
}

fn refuse_sound(media_type: &str, at: At<'_>, notes: &mut Notes) {
    if media_type.starts_with("audio/") || media_type.starts_with("video/") {
        notes.unsupported(at.at("inlineData"), "sound and moving pictures can't be translated");
    }
}

fn read_file(mut file: Fields<'_>, notes: &mut Notes) -> Option<Part> {
    let media_type = file.text("mimeType", notes);
    let name = file.text("displayName", notes);
    let url = file.text("fileUri", notes)?;
    let stored = url.starts_with("gs://") || url.contains("generativelanguage.googleapis.com");
    if stored {
        notes.unsupported(file.at, "a file that is stored at one provider can't be read by another");
    }
    refuse_sound(media_type.as_deref().unwrap_or_default(), file.at, notes);
    let kind = Media::kind_of(media_type.as_deref().or(type_of_name(&url)).unwrap_or_default());
    Some(Media { kind, source: Source::Url { url, media_type }, name, detail: None }.part())
}

fn read_call(mut fields: Fields<'_>, ids: Option<&mut Ids>, notes: &mut Notes) -> Call {
    let name = fields.text("name", notes).unwrap_or_default();
    let id = fields.text("id", notes);
    let id = match ids {
        Some(ids) => ids.call(id, &name),
        None => id.unwrap_or_default(),
    };
    let arguments = fields.take("args").map_or_else(|| "{}".to_owned(), |args| crate::json::text(&args));
    fields.done(notes);
    Call { id, name, arguments }
}

fn read_result(mut fields: Fields<'_>, ids: Option<&mut Ids>, notes: &mut Notes) -> ToolResult {
    let name = fields.text("name", notes).unwrap_or_default();
    let id = fields.text("id", notes);
    let id = match ids {
        Some(ids) => ids.result(id, &name),
        None => id.unwrap_or_default(),
    };
    let (text, failed) = result_text(fields.object("response", notes).unwrap_or_default());
    let mut content = Vec::new();
    content.extend(Some(text).filter(|text| !text.is_empty()).map(Part::text));
    content.extend(read(&mut fields, None, notes));
    fields.lose(&["willContinue", "scheduling"], Why::NotInTarget, notes);
    fields.done(notes);
    ToolResult { id, name: Some(name).filter(|name| !name.is_empty()), content, failed }
}

/// What a tool gave back: the text of `output` or `error` where there is nothing else, else JSON.
fn result_text(mut response: Object) -> (String, bool) {
    let only = response.iter().count() == 1;
    for (key, failed) in [("output", false), ("error", true)] {
        if only && response.get(key).is_some_and(|value| value.as_text().is_some()) {
            let Some(Json::Text(text)) = response.take(key) else { break };
            return (text, failed);
        }
    }
    if response.is_empty() {
        return (String::new(), false);
    }
    let failed = only && response.get("error").is_some();
    (crate::json::text(&Json::Object(response)), failed)
}

/// Parts for parts. `names` are the tools that calls named.
pub(super) fn write(parts: &[&Part], names: &Names<'_>, toward: Toward, notes: &mut Notes) -> Vec<Json> {
    let mut written = Vec::with_capacity(parts.len());
    let mut signature: Option<String> = None;
    for part in parts {
        if let Part::Reasoning(reasoning) = part {
            match thought(reasoning, toward, notes) {
                Thought::Part(object) => written.push(object.into()),
                Thought::Signature(data) => signature = Some(data),
                Thought::Nothing => {}
            }
            continue;
        }
        let Some(object) = plain(part, names, notes) else { continue };
        written.push(object.maybe("thoughtSignature", signature.take()).into());
    }
    let last = signature.map(|data| Object::new().with("text", "").with("thoughtSignature", data));
    written.extend(last.map(Json::from));
    written
}

/// What reasoning becomes.
pub(super) enum Thought {
    /// A part of its own.
    Part(Object),
    /// The signature of the part that comes next.
    Signature(String),
    /// Nothing: the provider could not read it.
    Nothing,
}

/// What reasoning becomes here.
pub(super) fn thought(reasoning: &Reasoning, toward: Toward, notes: &mut Notes) -> Thought {
    let proof = reasoning.proof.as_ref();
    let own = proof.is_some_and(|proof| proof.origin == Origin::Gemini);
    let data = proof.and_then(|proof| proof.write(Wire::Gemini, toward, notes));
    match data {
        Some(data) if own && reasoning.text.is_empty() => Thought::Signature(data),
        None if toward == Toward::Upstream => {
            if proof.is_none() {
                notes.dropped(At::ROOT.at("reasoning"), Why::NotInTarget);
            }
            Thought::Nothing
        }
        data => {
            let object = Object::new().with("text", reasoning.text.as_str()).with("thought", true);
            Thought::Part(object.maybe("thoughtSignature", data))
        }
    }
}

fn plain(part: &Part, names: &Names<'_>, notes: &mut Notes) -> Option<Object> {
    let object = Object::new();
    match part {
        Part::Text(text) => {
            if !text.citations.is_empty() {
                notes.dropped(At::ROOT.at("citations"), Why::NotInTarget);
            }
            Some(object.with("text", text.text.as_str()))
        }
        Part::Refusal(text) => {
            notes.approximated(At::ROOT.at("refusal"), Why::Nearest);
            Some(object.with("text", text.as_str()))
        }
        Part::Media(media) => Some(written_media(media, notes)),
        Part::Call(call) => Some(object.with("functionCall", written_call(call, notes))),
        Part::Result(result) => Some(object.with("functionResponse", written_result(result, names, notes))),
        Part::Cache(_) => {
            notes.dropped(At::ROOT.at("cache_control"), Why::NotInTarget);
            None
        }
        Part::Reasoning(_) => None,
    }
}

/// A `functionCall`.
pub(super) fn written_call(call: &Call, notes: &mut Notes) -> Object {
    let args = crate::messages::input(&call.arguments, notes);
    Object::new().with("id", call.id.as_str()).with("name", call.name.as_str()).with("args", args)
}

fn written_result(result: &ToolResult, names: &Names<'_>, notes: &mut Notes) -> Object {
    let name = result.name.as_deref().or(names.name(&result.id)).unwrap_or_else(|| {
        notes.approximated(At::ROOT.at("tool_result.name"), Why::Made);
        "tool"
    });
    let mut text = String::new();
    let mut media: Vec<Json> = Vec::new();
    for part in &result.content {
        match part {
            Part::Text(more) => text.push_str(&more.text),
            Part::Media(picture) => media.push(written_media(picture, notes).into()),
            _ => notes.dropped(At::ROOT.at("tool_result.content[]"), Why::NotInTarget),
        }
    }
    let response = match (result.failed, notes.object_of(&text)) {
        (true, _) => Object::new().with("error", text),
        (false, Some(object)) if speaks_for_itself(&object) => object,
        (false, _) => Object::new().with("output", text),
    };
    Object::new()
        .with("id", result.id.as_str())
        .with("name", name)
        .with("response", response)
        .maybe("parts", (!media.is_empty()).then_some(media))
}

/// Whether a result that is an object can't be taken for one that only wraps a text.
fn speaks_for_itself(object: &Object) -> bool {
    let wraps =
        object.iter().count() == 1 && (object.get("output").is_some() || object.get("error").is_some());
    !object.is_empty() && !wraps
}

fn written_media(media: &Media, notes: &mut Notes) -> Object {
    if media.detail.as_deref().is_some_and(|detail| detail != "auto") {
        notes.dropped(At::ROOT.at("image_url.detail"), Why::NotInTarget);
    }
    match &media.source {
        Source::Plain(text) => Object::new().with("text", text.as_str()),
        Source::Data { media_type, base64 } => {
            let data = Object::new().with("mimeType", media_type.as_str()).with("data", base64.as_str());
            Object::new().with("inlineData", data)
        }
        Source::Url { url, media_type } => {
            let guessed = media_type.as_deref().or(type_of_name(url)).unwrap_or_else(|| {
                notes.approximated(At::ROOT.at("image_url.url"), Why::Made);
                if media.kind == MediaKind::Image { "image/png" } else { "application/pdf" }
            });
            let file = Object::new().with("mimeType", guessed).with("fileUri", url.as_str());
            Object::new().with("fileData", file)
        }
    }
}

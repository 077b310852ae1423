//! Parts of messages, as requests and answers have them in common.

use super::reasoning;
use crate::canon::media::{data_url, of_url};
use crate::canon::{Call, Citation, Media, MediaKind, Part, Reasoning, Source, Text, Toward};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// Takes what an assistant says out of a message.
pub(crate) fn assistant(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Part> {
    let mut parts: Vec<Part> = reasoning::take(fields, notes).into_iter().map(Part::Reasoning).collect();
    parts.extend(content(fields, notes));
    let citations = annotations(fields, notes);
    if let Some(Part::Text(text)) = parts.iter_mut().rev().find(|part| matches!(part, Part::Text(_))) {
        text.citations.extend(citations);
    }
    let refusal = fields.text("refusal", notes).filter(|refusal| !refusal.is_empty());
    parts.extend(refusal.map(Part::Refusal));
    fields.refuse(&[("function_call", "calls without ids can't be translated; use tool_calls")], notes);
    fields.refuse(&[("audio", "spoken answers can't be translated")], notes);
    let at = fields.at;
    for call in fields.list("tool_calls", notes) {
        let Some(fields) = Fields::of(call, at.at("tool_calls[]"), notes) else { continue };
        tool_call(fields, &mut parts, notes);
    }
    parts
}

/// Takes the content of any message.
pub(crate) fn content(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Part> {
    let here = fields.at;
    let at = here.at("content");
    let mut parts = Vec::new();
    match fields.take("content") {
        None => {}
        Some(Json::Text(text)) if text.is_empty() => {}
        Some(Json::Text(text)) => parts.push(Part::text(text)),
        Some(Json::List(list)) => {
            for part in list {
                let Some(fields) = Fields::of(part, here.at("content[]"), notes) else { continue };
                content_part(fields, &mut parts, notes);
            }
        }
        Some(_) => notes.wrong(at, "expected a string or a list of parts"),
    }
    parts
}

fn content_part(mut fields: Fields<'_>, parts: &mut Vec<Part>, notes: &mut Notes) {
    let cache = crate::messages::cache_control(&mut fields, notes);
    let kind = fields.text("type", notes).unwrap_or_default();
    match kind.as_str() {
        "text" => {
            let text = fields.text("text", notes).unwrap_or_default();
            if !text.is_empty() {
                parts.push(Part::text(text));
            }
        }
        "refusal" => parts.extend(fields.text("refusal", notes).map(Part::Refusal)),
        "image_url" => parts.extend(image(&mut fields, notes)),
        "file" => parts.extend(file(&mut fields, notes)),
        "thinking" => parts.extend(mistral_thinking(&mut fields, notes)),
        _ => {
            let at = fields.at;
            return notes.unsupported(at.at("type"), "this kind of content can't be translated");
        }
    }
    fields.done(notes);
    parts.extend(cache.map(Part::Cache));
}

fn image(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    let at = fields.at;
    let mut image = match fields.take("image_url")? {
        Json::Text(url) => Fields::new(Object::new().with("url", url), at),
        other => Fields::of(other, at.at("image_url"), notes)?,
    };
    let url = image.text("url", notes);
    let detail = image.text("detail", notes);
    if url.is_none() {
        notes.wrong(at.at("image_url.url"), "an image needs a url");
    }
    image.done(notes);
    Some(Media { kind: MediaKind::Image, source: of_url(url?), name: None, detail }.part())
}

fn file(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    let at = fields.at;
    let mut file = Fields::of(fields.take("file")?, at.at("file"), notes)?;
    let name = file.text("filename", notes);
    let data = file.text("file_data", notes);
    file.refuse(&[("file_id", "a file that is stored at one provider can't be read by another")], notes);
    file.done(notes);
    let source = match of_url(data?) {
        // OpenAI also takes base64 without the URL around it; it is a PDF then.
        Source::Url { url, .. } if !url.contains("://") => {
            Source::Data { media_type: "application/pdf".into(), base64: url }
        }
        source => source,
    };
    Some(Media { kind: MediaKind::Document, source, name, detail: None }.part())
}

/// Mistral puts thoughts into the content.
fn mistral_thinking(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    fields.skip(&["closed"]);
    let texts = fields.list("thinking", notes);
    let text: String = texts.iter().filter_map(|part| part.as_object()?.get("text")?.as_text()).collect();
    Some(Part::Reasoning(Reasoning { text, proof: None })).filter(|_| !texts.is_empty())
}

fn tool_call(mut fields: Fields<'_>, parts: &mut Vec<Part>, notes: &mut Notes) {
    let at = fields.at;
    parts.extend(reasoning::take_extra(&mut fields, notes).map(Part::Reasoning));
    fields.skip(&["index"]);
    let id = fields.text("id", notes).unwrap_or_default();
    let kind = fields.text("type", notes);
    if kind.is_some_and(|kind| kind != "function") {
        notes.unsupported(at.at("type"), "only calls of functions can be translated");
    }
    let Some(mut function) =
        fields.take("function").and_then(|json| Fields::of(json, at.at("function"), notes))
    else {
        return notes.wrong(at.at("function"), "a call needs a function");
    };
    let name = function.text("name", notes).unwrap_or_default();
    let arguments = match function.take("arguments") {
        None => String::new(),
        Some(Json::Text(text)) => text,
        Some(other) => crate::json::text(&other), // some servers send the object itself
    };
    function.done(notes);
    fields.done(notes);
    parts.push(Part::Call(Call { id, name, arguments: or_empty(arguments) }));
}

/// Arguments that are never nothing.
pub(crate) fn or_empty(arguments: String) -> String {
    if arguments.trim().is_empty() { "{}".to_owned() } else { arguments }
}

/// Takes the sources of a message.
pub(crate) fn annotations(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Citation> {
    let at = fields.at;
    let mut citations = Vec::new();
    for annotation in fields.list("annotations", notes) {
        let Some(mut outer) = Fields::of(annotation, at.at("annotations[]"), notes) else { continue };
        outer.skip(&["type"]);
        let Some(inner) = outer.object("url_citation", notes) else {
            notes.dropped(at.at("annotations[]"), Why::UnknownPart);
            continue;
        };
        citations.push(url_citation(Fields::new(inner, at.at("annotations[]")), notes));
    }
    citations
}

/// A citation of OpenAI: `url`, `title`, and the characters it is for.
pub(crate) fn url_citation(mut fields: Fields<'_>, notes: &mut Notes) -> Citation {
    let span = fields.whole("start_index", notes).zip(fields.whole("end_index", notes));
    let citation = Citation {
        url: fields.text("url", notes),
        title: fields.text("title", notes),
        quote: fields.text("content", notes),
        span,
    };
    fields.done(notes);
    citation
}

/// The annotation for a citation of a text that begins `offset` characters into the message and
/// is `len` long; `None`, and a loss, where it has no address.
pub(crate) fn annotation(citation: &Citation, offset: u64, len: u64, notes: &mut Notes) -> Option<Object> {
    let Some(url) = &citation.url else {
        notes.dropped(At::ROOT.at("citations"), Why::NotInTarget);
        return None;
    };
    let (start, end) = citation.span.unwrap_or((0, len));
    let inner = Object::new()
        .with("start_index", offset.saturating_add(start))
        .with("end_index", offset.saturating_add(end))
        .with("url", url.as_str())
        .with("title", citation.title.as_deref().unwrap_or(url))
        .maybe("content", citation.quote.as_deref());
    Some(inner)
}

/// An assistant's message under writing.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    content: Option<String>,
    /// Characters of the content.
    len: u64,
    refusal: Option<String>,
    thoughts: String,
    details: Vec<Json>,
    annotations: Vec<Json>,
    calls: Vec<Json>,
    /// How many parts of reasoning there were.
    reasonings: u64,
}

impl Spoken {
    /// Sorts parts into the fields of a message.
    pub(crate) fn of(parts: &[&Part], toward: Toward, notes: &mut Notes) -> Self {
        let mut spoken = Self::default();
        let mut signature = None;
        for (at, part) in parts.iter().enumerate() {
            if let Some(proof) = reasoning::of_call(part, parts.get(at + 1)) {
                signature = reasoning::extra_content(proof, toward, notes);
                continue;
            }
            spoken.add(part, signature.take(), toward, notes);
        }
        spoken
    }

    fn add(&mut self, part: &Part, signature: Option<Object>, toward: Toward, notes: &mut Notes) {
        if !self.calls.is_empty() && !matches!(part, Part::Call(_) | Part::Cache(_)) {
            notes.approximated(At::ROOT.at("content"), Why::Order);
        }
        match part {
            Part::Text(text) => self.text(text, notes),
            Part::Refusal(text) => self.refusal.get_or_insert_default().push_str(text),
            Part::Reasoning(reasoning) => {
                self.details.extend(reasoning::details(reasoning, self.reasonings, toward, notes));
                self.reasonings += 1;
                if toward == Toward::Caller {
                    self.thoughts.push_str(&reasoning.text);
                }
            }
            Part::Call(call) => self.calls.push(written_call(call, signature).into()),
            Part::Cache(_) => notes.dropped(At::ROOT.at("cache_control"), Why::NotInTarget),
            Part::Media(_) => notes.dropped(At::ROOT.at("content[].image"), Why::NotInTarget),
            Part::Result(_) => notes.dropped(At::ROOT.at("content[].tool_result"), Why::NotInTarget),
        }
    }

    fn text(&mut self, text: &Text, notes: &mut Notes) {
        let content = self.content.get_or_insert_default();
        let (offset, len) = (self.len, chars(&text.text));
        content.push_str(&text.text);
        self.len += len;
        for citation in &text.citations {
            let inner = annotation(citation, offset, len, notes);
            self.annotations.extend(inner.map(|inner| {
                Json::from(Object::new().with("type", "url_citation").with("url_citation", inner))
            }));
        }
    }

    /// Whether there is nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.content.is_none() && self.refusal.is_none() && self.details.is_empty() && self.calls.is_empty()
    }

    /// The message.
    pub(crate) fn message(self) -> Object {
        let some = |list: Vec<Json>| (!list.is_empty()).then_some(list);
        Object::new()
            .with("role", "assistant")
            .with("content", self.content.map_or(Json::Null, Json::Text))
            .maybe("refusal", self.refusal)
            .maybe("reasoning_content", (!self.thoughts.is_empty()).then_some(self.thoughts))
            .maybe("reasoning_details", some(self.details))
            .maybe("annotations", some(self.annotations))
            .maybe("tool_calls", some(self.calls))
    }
}

/// How many characters a text has, as clients count them.
pub(crate) fn chars(text: &str) -> u64 {
    text.chars().count() as u64
}

fn written_call(call: &Call, signature: Option<Object>) -> Object {
    let function = Object::new().with("name", call.name.as_str()).with("arguments", call.arguments.as_str());
    Object::new()
        .with("id", call.id.as_str())
        .with("type", "function")
        .with("function", function)
        .maybe("extra_content", signature)
}

/// Media as a part of a user's message.
pub(crate) fn media(media: &Media) -> Object {
    match media.kind {
        MediaKind::Image => {
            let url = match &media.source {
                Source::Url { url, .. } => url.clone(),
                Source::Data { media_type, base64 } => data_url(media_type, base64),
                Source::Plain(text) => return Object::new().with("type", "text").with("text", text.as_str()),
            };
            let image = Object::new().with("url", url).maybe("detail", media.detail.as_deref());
            Object::new().with("type", "image_url").with("image_url", image)
        }
        MediaKind::Document => {
            let data = match &media.source {
                Source::Url { url, .. } => url.clone(),
                Source::Data { media_type, base64 } => data_url(media_type, base64),
                Source::Plain(text) => return Object::new().with("type", "text").with("text", text.as_str()),
            };
            let name = media.name.as_deref().unwrap_or("document");
            let file = Object::new().with("filename", name).with("file_data", data);
            Object::new().with("type", "file").with("file", file)
        }
    }
}

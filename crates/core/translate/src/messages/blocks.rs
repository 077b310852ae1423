//! Content blocks, both ways.

use super::{cache_control, cited, written_cache};
use crate::canon::{Call, Form, Media, MediaKind, Part, Proof, Reasoning, Source, Text, ToolResult, Toward};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::wire::Wire;

/// Takes the content of a message or of a tool result: a text, or blocks.
pub(super) fn read(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Part> {
    let here = fields.at;
    let mut parts = Vec::new();
    match fields.take("content") {
        None => {}
        Some(Json::Text(text)) if text.is_empty() => {}
        Some(Json::Text(text)) => parts.push(Part::text(text)),
        Some(Json::List(list)) => {
            for block in list {
                if let Some(block) = Fields::of(block, here.at("content[]"), notes) {
                    one(block, &mut parts, notes);
                }
            }
        }
        Some(_) => notes.wrong(here.at("content"), "expected a string or a list of blocks"),
    }
    parts
}

/// Reads a block, and the mark for caching behind it.
pub(super) fn one(mut fields: Fields<'_>, parts: &mut Vec<Part>, notes: &mut Notes) {
    let cache = cache_control(&mut fields, notes);
    let kind = fields.text("type", notes).unwrap_or_default();
    match kind.as_str() {
        "text" => parts.extend(text(&mut fields, notes)),
        "image" => parts.extend(media(&mut fields, MediaKind::Image, notes)),
        "document" => parts.extend(media(&mut fields, MediaKind::Document, notes)),
        "search_result" => parts.extend(search_result(&mut fields, notes)),
        "tool_use" => parts.push(tool_use(&mut fields, notes)),
        "tool_result" => parts.push(tool_result(&mut fields, notes)),
        "thinking" => parts.push(thinking(&mut fields, notes)),
        "redacted_thinking" => {
            let data = fields.text("data", notes).unwrap_or_default();
            let proof = Some(Proof::read(data, Wire::Messages, Form::Sealed));
            parts.push(Part::Reasoning(Reasoning { text: String::new(), proof }));
        }
        _ => {
            let at = fields.at;
            return notes.unsupported(at.at("type"), "this kind of block can't be translated");
        }
    }
    fields.done(notes);
    parts.extend(cache.map(Part::Cache));
}

fn text(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    let here = fields.at;
    let citations = cited::read(fields.list("citations", notes), here.at("citations[]"), notes);
    let text = fields.text("text", notes).filter(|text| !text.is_empty())?;
    Some(Part::Text(Text { text, citations }))
}

fn thinking(fields: &mut Fields<'_>, notes: &mut Notes) -> Part {
    let signature = fields.text("signature", notes).filter(|signature| !signature.is_empty());
    Part::Reasoning(Reasoning {
        text: fields.text("thinking", notes).unwrap_or_default(),
        proof: signature.map(|data| Proof::read(data, Wire::Messages, Form::Signature)),
    })
}

fn tool_use(fields: &mut Fields<'_>, notes: &mut Notes) -> Part {
    fields.skip(&["caller"]);
    Part::Call(Call {
        id: fields.text("id", notes).unwrap_or_default(),
        name: fields.text("name", notes).unwrap_or_default(),
        arguments: fields.take("input").map_or_else(|| "{}".to_owned(), |input| crate::json::text(&input)),
    })
}

fn tool_result(fields: &mut Fields<'_>, notes: &mut Notes) -> Part {
    Part::Result(ToolResult {
        id: fields.text("tool_use_id", notes).unwrap_or_default(),
        name: None,
        failed: fields.flag("is_error", notes).unwrap_or(false),
        content: read(fields, notes),
    })
}

fn media(fields: &mut Fields<'_>, kind: MediaKind, notes: &mut Notes) -> Option<Part> {
    let here = fields.at;
    let name = fields.text("title", notes);
    fields.lose(&["context", "citations"], Why::NotInTarget, notes);
    let mut source = Fields::of(fields.take("source")?, here.at("source"), notes)?;
    let media_type = source.text("media_type", notes);
    let data = source.text("data", notes);
    let url = source.text("url", notes);
    let read = match source.text("type", notes).unwrap_or_default().as_str() {
        "base64" => data.zip(media_type).map(|(base64, media_type)| Source::Data { media_type, base64 }),
        "text" => data.map(Source::Plain),
        "url" => url.map(|url| Source::Url { url, media_type }),
        _ => None,
    };
    if read.is_none() {
        notes
            .unsupported(here.at("source"), "a file that is stored at one provider can't be read by another");
        return None;
    }
    source.done(notes);
    Some(Media { kind, source: read?, name, detail: None }.part())
}

/// A search result that the caller gives; elsewhere it is text.
fn search_result(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Part> {
    let here = fields.at;
    notes.approximated(here.at("type"), Why::Nearest);
    fields.lose(&["citations"], Why::NotInTarget, notes);
    let mut parts: Vec<Part> = [fields.text("title", notes), fields.text("source", notes)]
        .into_iter()
        .flatten()
        .map(Part::text)
        .collect();
    parts.extend(read(fields, notes));
    parts
}

/// Blocks for parts.
pub(super) fn write(parts: &[&Part], toward: Toward, notes: &mut Notes) -> Vec<Json> {
    let mut blocks: Vec<Object> = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Part::Cache(lifetime) => match blocks.last_mut() {
                Some(block) => block.put("cache_control", written_cache(*lifetime)),
                None => notes.dropped(At::ROOT.at("cache_control"), Why::Conflict),
            },
            other => blocks.extend(block(other, toward, notes)),
        }
    }
    blocks.into_iter().map(Json::from).collect()
}

fn block(part: &Part, toward: Toward, notes: &mut Notes) -> Option<Object> {
    let object = Object::new();
    match part {
        Part::Text(text) if text.text.is_empty() => None,
        Part::Text(text) => {
            let citations: Vec<Json> = match toward {
                Toward::Caller => {
                    text.citations.iter().map(|citation| cited::write(citation).into()).collect()
                }
                Toward::Upstream => Vec::new(),
            };
            if toward == Toward::Upstream && !text.citations.is_empty() {
                notes.dropped(At::ROOT.at("citations"), Why::OtherProvider);
            }
            let object = object.with("type", "text").with("text", text.text.as_str());
            Some(object.maybe("citations", (!citations.is_empty()).then_some(citations)))
        }
        Part::Refusal(text) => {
            notes.approximated(At::ROOT.at("refusal"), Why::Nearest);
            Some(object.with("type", "text").with("text", text.as_str()))
        }
        Part::Media(media) => Some(written_media(media, notes)),
        Part::Call(call) => {
            let input = input(&call.arguments, notes);
            let object = object.with("type", "tool_use").with("id", call.id.as_str());
            Some(object.with("name", call.name.as_str()).with("input", input))
        }
        Part::Result(result) => {
            let content: Vec<&Part> = result.content.iter().collect();
            let content = write(&content, toward, notes);
            let object = object.with("type", "tool_result").with("tool_use_id", result.id.as_str());
            let object = object.maybe("content", (!content.is_empty()).then_some(content));
            Some(object.maybe("is_error", result.failed.then_some(true)))
        }
        Part::Reasoning(reasoning) => written_reasoning(reasoning, toward, notes),
        Part::Cache(_) => None,
    }
}

/// Arguments as the object that these dialects want. What is none is kept as a text inside one.
pub(crate) fn input(arguments: &str, notes: &mut Notes) -> Object {
    notes.object_of(arguments).unwrap_or_else(|| {
        notes.approximated(At::ROOT.at("tool_calls[].function.arguments"), Why::NotJson);
        Object::new().with("arguments", arguments)
    })
}

fn written_reasoning(reasoning: &Reasoning, toward: Toward, notes: &mut Notes) -> Option<Object> {
    let written = reasoning
        .proof
        .as_ref()
        .and_then(|proof| Some((proof.form, proof.write(Wire::Messages, toward, notes)?)));
    let object = Object::new();
    match (written, toward) {
        (Some((Form::Sealed, data)), _) if reasoning.text.is_empty() => {
            Some(object.with("type", "redacted_thinking").with("data", data))
        }
        (Some((_, signature)), _) => Some(thinking_block(&reasoning.text, &signature)),
        (None, Toward::Caller) => Some(thinking_block(&reasoning.text, "")),
        (None, Toward::Upstream) => {
            notes.dropped(At::ROOT.at("reasoning"), Why::OtherProvider); // unsigned: it would be rejected
            None
        }
    }
}

fn thinking_block(text: &str, signature: &str) -> Object {
    Object::new().with("type", "thinking").with("thinking", text).with("signature", signature)
}

fn written_media(media: &Media, notes: &mut Notes) -> Object {
    let source = match &media.source {
        Source::Url { url, .. } => Object::new().with("type", "url").with("url", url.as_str()),
        Source::Data { media_type, base64 } => Object::new()
            .with("type", "base64")
            .with("media_type", media_type.as_str())
            .with("data", base64.as_str()),
        Source::Plain(text) => {
            Object::new().with("type", "text").with("media_type", "text/plain").with("data", text.as_str())
        }
    };
    if media.detail.as_deref().is_some_and(|detail| detail != "auto") {
        notes.dropped(At::ROOT.at("image_url.detail"), Why::NotInTarget);
    }
    match media.kind {
        MediaKind::Image => Object::new().with("type", "image").with("source", source),
        MediaKind::Document => Object::new()
            .with("type", "document")
            .with("source", source)
            .maybe("title", media.name.as_deref()),
    }
}

//! Content parts: `input_text`, `input_image`, `input_file`, `output_text`, `refusal`.

use crate::canon::media::{data_url, of_url};
use crate::canon::{Media, MediaKind, Part, Source, Text};
use crate::chat::{annotation, chars, url_citation};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// Takes the field `key`: a text, or parts.
pub(super) fn read(fields: &mut Fields<'_>, key: &str, notes: &mut Notes) -> Vec<Part> {
    let here = fields.at;
    let mut parts = Vec::new();
    match fields.take(key) {
        None => {}
        Some(Json::Text(text)) if text.is_empty() => {}
        Some(Json::Text(text)) => parts.push(Part::text(text)),
        Some(Json::List(list)) => {
            for part in list {
                let Some(part) = Fields::of(part, here.at("content[]"), notes) else { continue };
                parts.extend(one(part, notes));
            }
        }
        Some(_) => notes.wrong(here.at(key), "expected a string or a list of parts"),
    }
    parts
}

/// Reads a part; `None` where it is empty or can't be carried.
pub(super) fn one(mut fields: Fields<'_>, notes: &mut Notes) -> Option<Part> {
    let at = fields.at;
    let part = match fields.text("type", notes).unwrap_or_default().as_str() {
        "input_text" | "output_text" | "text" | "summary_text" | "reasoning_text" => text(&mut fields, notes),
        "refusal" => fields.text("refusal", notes).filter(|text| !text.is_empty()).map(Part::Refusal),
        "input_image" => image(&mut fields, notes),
        "input_file" => file(&mut fields, notes),
        _ => {
            notes.unsupported(at.at("type"), "this kind of content can't be translated");
            return None;
        }
    };
    fields.done(notes);
    part
}

fn text(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    fields.skip(&["logprobs", "prompt_cache_breakpoint"]);
    let here = fields.at;
    let mut citations = Vec::new();
    for annotation in fields.list("annotations", notes) {
        let Some(mut annotation) = Fields::of(annotation, here.at("annotations[]"), notes) else { continue };
        if annotation.text("type", notes).as_deref() == Some("url_citation") {
            citations.push(url_citation(annotation, notes));
        } else {
            notes.dropped(here.at("annotations[]"), Why::UnknownPart);
        }
    }
    let text = fields.text("text", notes).filter(|text| !text.is_empty())?;
    Some(Part::Text(Text { text, citations }))
}

const STORED: &str = "a file that is stored at one provider can't be read by another";

fn image(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    fields.refuse(&[("file_id", STORED)], notes);
    let detail = fields.text("detail", notes);
    let url = fields.text("image_url", notes)?;
    Some(Media { kind: MediaKind::Image, source: of_url(url), name: None, detail }.part())
}

fn file(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Part> {
    fields.refuse(&[("file_id", STORED)], notes);
    fields.lose(&["detail"], Why::NotInTarget, notes);
    let name = fields.text("filename", notes);
    let url = fields.text("file_url", notes).map(|url| Source::Url { url, media_type: None });
    let data = fields.text("file_data", notes).map(of_url);
    Some(Media { kind: MediaKind::Document, source: data.or(url)?, name, detail: None }.part())
}

/// A part of a user's, the system's or a tool's; `None`, and a loss, where there is none for it.
pub(super) fn written_input(part: &Part, notes: &mut Notes) -> Option<Object> {
    let object = Object::new();
    match part {
        Part::Text(text) => Some(object.with("type", "input_text").with("text", text.text.as_str())),
        Part::Refusal(text) => Some(object.with("type", "input_text").with("text", text.as_str())),
        Part::Media(media) => Some(written_media(media)),
        Part::Cache(_) => {
            notes.dropped(At::ROOT.at("cache_control"), Why::NotInTarget);
            None
        }
        Part::Call(_) | Part::Result(_) | Part::Reasoning(_) => {
            notes.dropped(At::ROOT.at("messages[].content[]"), Why::NotInTarget);
            None
        }
    }
}

fn written_media(media: &Media) -> Object {
    let object = Object::new();
    match (&media.kind, &media.source) {
        (_, Source::Plain(text)) => object.with("type", "input_text").with("text", text.as_str()),
        (MediaKind::Image, source) => {
            let url = match source {
                Source::Data { media_type, base64 } => data_url(media_type, base64),
                Source::Url { url, .. } | Source::Plain(url) => url.clone(),
            };
            let detail = media.detail.as_deref().unwrap_or("auto");
            object.with("type", "input_image").with("image_url", url).with("detail", detail)
        }
        (MediaKind::Document, Source::Url { url, .. }) => {
            object.with("type", "input_file").with("file_url", url.as_str())
        }
        (MediaKind::Document, Source::Data { media_type, base64 }) => object
            .with("type", "input_file")
            .with("filename", media.name.as_deref().unwrap_or("document"))
            .with("file_data", data_url(media_type, base64)),
    }
}

/// An `output_text`.
pub(super) fn output_text(text: &Text, notes: &mut Notes) -> Object {
    let len = chars(&text.text);
    let citations: Vec<Json> = text
        .citations
        .iter()
        .filter_map(|citation| Some(written_annotation(annotation(citation, 0, len, notes)?).into()))
        .collect();
    Object::new()
        .with("type", "output_text")
        .with("text", text.text.as_str())
        .with("annotations", citations)
        .with("logprobs", Vec::new())
}

/// An annotation with its type.
pub(super) fn written_annotation(inner: Object) -> Object {
    let mut annotation = Object::new().with("type", "url_citation");
    inner.members().for_each(|(key, value)| annotation.put(key, value));
    annotation
}

/// A `refusal`.
pub(super) fn refusal(text: &str) -> Object {
    Object::new().with("type", "refusal").with("refusal", text)
}

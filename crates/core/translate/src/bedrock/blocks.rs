//! Content blocks.

use crate::canon::{
    Call, Citation, Form, Media, MediaKind, Part, Proof, Reasoning, Source, Text, ToolResult, Toward,
};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::wire::{Origin, Wire};

/// Reads a block of an answer.
pub(super) fn read(mut fields: Fields<'_>, notes: &mut Notes) -> Option<Part> {
    let at = fields.at;
    let part = if let Some(text) = fields.text("text", notes) {
        Some(text).filter(|text| !text.is_empty()).map(Part::text)
    } else if let Some(call) = fields.object("toolUse", notes) {
        let mut call = Fields::new(call, at.at("toolUse"));
        if call.text("type", notes).is_some_and(|kind| kind != "tool_use") {
            notes.dropped(at.at("toolUse"), Why::UnknownPart); // the provider's own
            return None;
        }
        Some(Part::Call(Call {
            id: call.text("toolUseId", notes).unwrap_or_default(),
            name: call.text("name", notes).unwrap_or_default(),
            arguments: call.take("input").map_or_else(|| "{}".to_owned(), |input| crate::json::text(&input)),
        }))
    } else if let Some(reasoning) = fields.object("reasoningContent", notes) {
        Some(Part::Reasoning(read_reasoning(Fields::new(reasoning, at.at("reasoningContent")), notes)))
    } else {
        fields.object("citationsContent", notes).map(|cited| cited_text(Fields::new(cited, at), notes))
    };
    fields.done(notes);
    part
}

fn read_reasoning(mut fields: Fields<'_>, notes: &mut Notes) -> Reasoning {
    let at = fields.at;
    let proof = |data: Option<String>, form| {
        data.filter(|data| !data.is_empty()).map(|data| Proof::read(data, Wire::Bedrock, form))
    };
    let sealed = proof(fields.text("redactedContent", notes), Form::Sealed);
    let mut words = Fields::new(fields.object("reasoningText", notes).unwrap_or_default(), at);
    let signed = proof(words.text("signature", notes), Form::Signature);
    Reasoning { text: words.text("text", notes).unwrap_or_default(), proof: signed.or(sealed) }
}

fn cited_text(mut fields: Fields<'_>, notes: &mut Notes) -> Part {
    let texts = fields.list("content", notes);
    let text = texts.iter().filter_map(|part| part.as_object()?.get("text")?.as_text()).collect();
    let citation = |json: Json| {
        let Json::Object(mut citation) = json else { return None };
        let title = citation.take("title").and_then(|title| title.as_text().map(str::to_owned));
        let Some(Json::Object(mut place)) = citation.take("location") else {
            return Some(Citation { title, ..Citation::default() });
        };
        let web = place.take("web").and_then(|web| web.as_object().cloned());
        let url = web.and_then(|web| web.get("url").and_then(Json::as_text).map(str::to_owned));
        Some(Citation { url, title, ..Citation::default() })
    };
    let citations = fields.list("citations", notes).into_iter().filter_map(citation).collect();
    Part::Text(Text { text, citations })
}

/// Blocks for parts.
pub(super) fn write(parts: &[&Part], notes: &mut Notes) -> Vec<Json> {
    parts.iter().filter_map(|part| Some(block(part, notes)?.into())).collect()
}

fn block(part: &Part, notes: &mut Notes) -> Option<Object> {
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
        Part::Media(media) => written_media(media, notes),
        Part::Call(call) => {
            let input = crate::messages::input(&call.arguments, notes);
            let call = Object::new().with("toolUseId", call.id.as_str()).with("name", call.name.as_str());
            Some(object.with("toolUse", call.with("input", input)))
        }
        Part::Result(result) => Some(object.with("toolResult", written_result(result, notes))),
        Part::Reasoning(reasoning) => written_reasoning(reasoning, notes),
        Part::Cache(_) => Some(object.with("cachePoint", Object::new().with("type", "default"))),
    }
}

fn written_result(result: &ToolResult, notes: &mut Notes) -> Object {
    let content: Vec<&Part> = result.content.iter().filter(|part| !matches!(part, Part::Cache(_))).collect();
    let mut content = write(&content, notes);
    if content.is_empty() {
        content.push(Object::new().with("text", "").into()); // the API wants one
    }
    Object::new()
        .with("toolUseId", result.id.as_str())
        .with("content", content)
        .maybe("status", result.failed.then_some("error"))
}

fn written_reasoning(reasoning: &Reasoning, notes: &mut Notes) -> Option<Object> {
    let proof = reasoning.proof.as_ref();
    if proof.is_none() {
        notes.dropped(At::ROOT.at("reasoning"), Why::OtherProvider); // unsigned: it would be rejected
    }
    let proof = proof?;
    let data = proof.write(Wire::Bedrock, Toward::Upstream, notes)?;
    debug_assert!(proof.origin == Origin::Bedrock, "others are not written upstream");
    let inner = match proof.form {
        Form::Sealed => Object::new().with("redactedContent", data),
        Form::Signature => {
            let words = Object::new().with("text", reasoning.text.as_str()).with("signature", data);
            Object::new().with("reasoningText", words)
        }
    };
    Some(Object::new().with("reasoningContent", inner))
}

fn written_media(media: &Media, notes: &mut Notes) -> Option<Object> {
    let source = match &media.source {
        Source::Data { base64, .. } => Object::new().with("bytes", base64.as_str()),
        Source::Plain(text) => Object::new().with("text", text.as_str()),
        Source::Url { .. } => {
            notes.unsupported(
                At::ROOT.at("image_url.url"),
                "Bedrock takes media in the request only, not by address",
            );
            return None;
        }
    };
    let media_type = match &media.source {
        Source::Data { media_type, .. } => media_type.as_str(),
        Source::Plain(_) | Source::Url { .. } => "text/plain",
    };
    let format = format(media_type);
    let object = Object::new().with("format", format);
    Some(match media.kind {
        MediaKind::Image => Object::new().with("image", object.with("source", source)),
        MediaKind::Document => {
            let name = document_name(media.name.as_deref().unwrap_or("document"));
            Object::new().with("document", object.with("name", name).with("source", source))
        }
    })
}

/// The API's word for a media type.
fn format(media_type: &str) -> &str {
    match media_type {
        "image/jpeg" | "image/jpg" => "jpeg",
        "text/plain" => "txt",
        "text/markdown" => "md",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        other => other.rsplit('/').next().unwrap_or(other),
    }
}

/// Names may hold letters, digits, single spaces, hyphens and brackets only.
fn document_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || "-()[]".contains(letter) { letter } else { '-' }
    };
    stem.chars().map(plain).take(200).collect()
}

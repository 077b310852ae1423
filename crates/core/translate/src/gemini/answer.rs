//! Whole answers.

use super::case::{camel, camel_value};
use super::{parts, read_stop, usage, write_stop};
use crate::canon::{Answer, Citation, Names, Part, Stop, Toward};
use crate::json::{Fields, Json, Object};
use crate::pair::Settings;
use crate::report::{At, Notes, Why};

/// What one body, or one chunk of a stream, says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) parts: Vec<Part>,
    pub(super) citations: Vec<Citation>,
    pub(super) stop: Option<Stop>,
    pub(super) usage: Option<domain::Usage>,
}

/// Reads an answer.
pub fn read(body: Object, notes: &mut Notes) -> Answer {
    let mut said = read_said(body, notes);
    if let Some(Part::Text(text)) = said.parts.iter_mut().rev().find(|part| matches!(part, Part::Text(_))) {
        text.citations.append(&mut said.citations);
    }
    Answer {
        id: said.id,
        model: said.model,
        parts: said.parts,
        stop: said.stop.unwrap_or(Stop::Other),
        usage: said.usage,
    }
}

/// Reads a body or a chunk.
pub(super) fn read_said(body: Object, notes: &mut Notes) -> Said {
    let mut fields = Fields::new(camel(body), At::ROOT);
    let mut said = Said {
        id: fields.text("responseId", notes).filter(|id| !id.is_empty()),
        model: fields.text("modelVersion", notes),
        usage: fields
            .object("usageMetadata", notes)
            .map(|object| usage::read(object, At::ROOT.at("usageMetadata"), notes)),
        ..Said::default()
    };
    fields.skip(&["createTime", "modelStatus"]);
    if let Some(mut feedback) =
        fields.object("promptFeedback", notes).map(|object| Fields::new(camel(object), At::ROOT))
    {
        said.stop = feedback.text("blockReason", notes).map(|_| Stop::Filtered);
    }
    for (json, at) in fields.list("candidates", notes).into_iter().zip(0_u64..) {
        let Some(candidate) = Fields::of(camel_value(json), At::ROOT.at("candidates[]"), notes) else {
            continue;
        };
        if at > 0 {
            notes.dropped(At::ROOT.at("candidates[]"), Why::NotInTarget);
        } else {
            read_candidate(candidate, &mut said, notes);
        }
    }
    fields.done(notes);
    said
}

fn read_candidate(mut candidate: Fields<'_>, said: &mut Said, notes: &mut Notes) {
    let at = candidate.at;
    candidate.skip(&["index", "avgLogprobs", "tokenCount", "safetyRatings", "finishMessage"]);
    if let Some(content) = candidate.object("content", notes) {
        let mut content = Fields::new(camel(content), at.at("content"));
        content.skip(&["role"]);
        said.parts = parts::read(&mut content, None, notes);
        content.done(notes);
    }
    said.stop = match candidate.take("finishReason") {
        Some(Json::Text(word)) if !word.is_empty() => Some(read_stop(&word)),
        Some(number @ Json::Number(_)) => Some(numbered_stop(number.as_whole())),
        _ => said.stop.take(),
    };
    if let Some(grounding) = candidate.object("groundingMetadata", notes) {
        said.citations = grounded(Fields::new(camel(grounding), at.at("groundingMetadata")), notes);
    }
    candidate.lose(&["citationMetadata", "urlContextMetadata", "logprobsResult"], Why::NotInTarget, notes);
    candidate.done(notes);
}

/// Some clients' servers write the enumeration by number.
const fn numbered_stop(number: Option<u64>) -> Stop {
    match number {
        Some(1) => Stop::End,
        Some(2) => Stop::Length,
        Some(3 | 4 | 6..=9 | 11) => Stop::Filtered,
        _ => Stop::Other,
    }
}

/// Sources in the web. They are for spans that are counted in bytes of an answer that may still be
/// under way; here they are for the text they stand with.
fn grounded(mut fields: Fields<'_>, notes: &mut Notes) -> Vec<Citation> {
    let at = fields.at;
    let supports = fields.list("groundingSupports", notes);
    if !supports.is_empty() {
        notes.approximated(at.at("groundingSupports"), Why::Nearest);
    }
    let mut citations = Vec::new();
    for json in fields.list("groundingChunks", notes) {
        let Some(mut chunk) = Fields::of(camel_value(json), at.at("groundingChunks[]"), notes) else {
            continue;
        };
        let Some(web) = chunk.object("web", notes) else {
            notes.dropped(at.at("groundingChunks[]"), Why::UnknownPart);
            continue;
        };
        let mut web = Fields::new(camel(web), at.at("groundingChunks[].web"));
        citations.push(Citation {
            url: web.text("uri", notes),
            title: web.text("title", notes),
            quote: None,
            span: None,
        });
    }
    fields.lose(&["searchEntryPoint", "webSearchQueries", "retrievalMetadata"], Why::NotInTarget, notes);
    fields.done(notes);
    citations
}

/// Writes an answer.
pub fn write(answer: &Answer, settings: &Settings, notes: &mut Notes) -> Object {
    let parts: Vec<&Part> = answer.parts.iter().collect();
    let parts = parts::write(&parts, &Names::default(), Toward::Caller, notes);
    let id = answer.id.as_deref().unwrap_or(&settings.id);
    let model = answer.model.as_deref().unwrap_or(&settings.model);
    let stop = write_stop(&answer.stop, notes);
    chunk(parts, Some(stop), answer.usage.as_ref(), (id, model))
}

/// A body, or a chunk of a stream; `name` is its id and its model.
pub(super) fn chunk(
    parts: Vec<Json>,
    stop: Option<&str>,
    usage: Option<&domain::Usage>,
    name: (&str, &str),
) -> Object {
    let content = Object::new().with("role", "model").with("parts", parts);
    let candidate = Object::new().with("content", content).maybe("finishReason", stop).with("index", 0_u64);
    Object::new()
        .with("candidates", vec![candidate.into()])
        .maybe("usageMetadata", usage.map(usage::write))
        .with("modelVersion", name.1)
        .with("responseId", name.0)
}

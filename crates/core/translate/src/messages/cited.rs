//! Citations of messages. They are for a whole text; OpenAI's are for a span of it.

use crate::canon::Citation;
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes};

/// Reads a list of citations.
pub(super) fn read(list: Vec<Json>, at: At<'_>, notes: &mut Notes) -> Vec<Citation> {
    list.into_iter().filter_map(|json| Some(one(Fields::of(json, at, notes)?, notes))).collect()
}

/// Reads a citation.
pub(super) fn one(mut fields: Fields<'_>, notes: &mut Notes) -> Citation {
    let document = fields.text("document_title", notes);
    let source = fields.text("source", notes);
    Citation {
        url: fields.text("url", notes).or(source),
        title: fields.text("title", notes).or(document),
        quote: fields.text("cited_text", notes),
        span: None,
    }
}

/// Writes a citation: of the web where it has an address, else of a document.
pub(super) fn write(citation: &Citation) -> Object {
    let object = Object::new();
    let quote = citation.quote.as_deref().unwrap_or_default();
    let title = citation.title.as_deref().map_or(Json::Null, Json::from);
    match &citation.url {
        Some(url) => object
            .with("type", "web_search_result_location")
            .with("cited_text", quote)
            .with("url", url.as_str())
            .with("title", title)
            .with("encrypted_index", ""),
        None => object
            .with("type", "char_location")
            .with("cited_text", quote)
            .with("document_index", 0_u64)
            .with("document_title", title)
            .with("start_char_index", 0_u64)
            .with("end_char_index", crate::chat::chars(quote)),
    }
}

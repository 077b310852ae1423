//! Events of the responses endpoint: deltas, and then everything once more.
//!
//! A `.done` event and the final `response` repeat whole what came as deltas. The redactor gives
//! the same for a text as for its fragments, so the repetition comes out alike; it is not counted
//! again.

use super::super::leaves::Leaf;
use super::super::tools::calls;
use super::nested::{Nested, Way};
use super::{Ends, Key, Part, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Reads the data of one event called `name`.
pub(super) fn read(name: Option<&str>, data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    let (mut place, mut kind) = (Place::default(), name.unwrap_or_default().as_bytes().to_vec());
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"type", Kind::String) => {
            kind = cursor.string()?.bytes().into_owned();
            Ok(())
        }
        (key, _) => place.member(key, cursor),
    })?;
    let stem = kind.strip_suffix(b".delta").or_else(|| kind.strip_suffix(b".done"));
    let text = stem.and_then(|stem| text_of(stem, place));
    ends(&kind, text.map(|(key, _)| key), place, reading);
    let is_delta = kind.ends_with(b".delta");
    reading.repeats = !is_delta;
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"delta", Kind::String) if is_delta => {
            let start = cursor.at();
            let fragment = cursor.string()?.to_text();
            if let Some((key, leaf)) = text {
                reading.fragment(key, leaf, start..cursor.at(), &fragment, 0);
            }
            Ok(())
        }
        (b"delta", _) if is_delta => {
            let way = Way::new(&kind).under(&place.content.to_be_bytes());
            Nested { outer: place.output, offset: 0, reading }.value(cursor, b"delta", way)
        }
        (b"logprobs", Kind::Array) => {
            let start = cursor.at();
            let span = cursor.span()?;
            if span.len() > 2 {
                reading.nulls.push(start..span.end);
            }
            Ok(())
        }
        (b"item", Kind::Object) => {
            cursor.ahead(|cursor| calls(cursor, &mut |name| reading.calls.push(name.to_owned())))?;
            reading.whole(cursor, b"item", 0)
        }
        (b"response", Kind::Object) => response(cursor, reading),
        (b"type" | b"item_id" | b"sequence_number", _) => cursor.skip(),
        // The input of a custom tool, whole, is a text as its deltas are.
        (key, _) => reading.whole(cursor, key, 0),
    })
}

/// Which text a delta of this kind belongs to, and what it is. One of a kind that is not known is a
/// text of its own; sound is none.
fn text_of(stem: &[u8], place: Place) -> Option<(Key, Leaf)> {
    let (part, inner, leaf) = match stem.strip_prefix(b"response.").unwrap_or(stem) {
        b"output_text" => (Part::Content, place.content, Leaf::Text),
        b"refusal" => (Part::Refusal, place.content, Leaf::Text),
        b"reasoning_text" => (Part::Reasoning, place.content, Leaf::Text),
        b"reasoning_summary_text" => (Part::Summary, place.summary, Leaf::Text),
        b"function_call_arguments" | b"mcp_call_arguments" => (Part::Arguments, 0, Leaf::Json),
        b"custom_tool_call_input" => (Part::Input, 0, Leaf::Text),
        b"code_interpreter_call_code" => (Part::Code, 0, Leaf::Text),
        b"audio.transcript" => (Part::Transcript, place.content, Leaf::Text),
        b"audio" | b"output_audio" => return None,
        other => {
            let inner = [place.content, place.summary, place.others].map(u64::to_be_bytes).concat();
            (Part::Nested(Way::new(other).under(&inner)), 0, Leaf::Text)
        }
    };
    Some((Key { outer: place.output, part, inner }, leaf))
}

fn ends(kind: &[u8], key: Option<Key>, place: Place, reading: &mut Reading) {
    match kind {
        b"response.output_item.done" => reading.ends.push(Ends::Outer(place.output)),
        b"response.completed"
        | b"response.incomplete"
        | b"response.failed"
        | b"response.cancelled"
        | b"error" => {
            reading.ends.push(Ends::All);
        }
        kind if kind.ends_with(b".done") => reading.ends.extend(key.map(Ends::One)),
        _ => {}
    }
}

/// The response so far, or whole.
fn response(cursor: &mut Cursor<'_>, reading: &mut Reading) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"output", Kind::Array) => {
            cursor.ahead(|cursor| {
                cursor.array(|cursor| calls(cursor, &mut |name| reading.calls.push(name.to_owned())))
            })?;
            reading.whole(cursor, b"output", 0)
        }
        (key, _) => reading.member(cursor, key),
    })
}

//! Events of the responses endpoint: deltas, and then everything once more.
//!
//! A `.done` event and the final `response` repeat whole what came as deltas, and are not counted
//! again. The text of a part is repeated as its deltas have passed; for the rest, the redactor gives
//! the same for a text as for its fragments. Parts of one message are one text for whoever joins
//! them, so where a part ends and the next begins is a seam, as between Anthropic's blocks.

use super::super::leaves::{Leaf, Piece};
use super::super::tools::calls;
use super::head::Head;
use super::nested::{Nested, Way};
use super::probabilities::Spelled;
use super::{Ends, Key, Part, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Parts of a message that follow each other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    last: Option<Text>,
}

#[derive(Debug, Clone, Copy)]
struct Text {
    item: u64,
    /// The number of the last part.
    part: u64,
    /// The number of the first, by which the text goes.
    first: u64,
    /// Whether the last part is over.
    over: bool,
}

impl Text {
    const fn key(self) -> Key {
        Key { outer: self.item, part: Part::Content, inner: self.first }
    }
}

/// Reads the data of one event called `name`.
pub(super) fn read(
    name: Option<&str>,
    data: &[u8],
    texts: &mut Texts,
    reading: &mut Reading,
) -> Result<(), JsonError> {
    let head = Head::of(name, data, b"part")?;
    let Head { kind, place, .. } = &head;
    let stem = kind.strip_suffix(b".delta").or_else(|| kind.strip_suffix(b".done"));
    let text = stem.and_then(|stem| text_of(stem, *place));
    ends(kind, text.map(|(key, _)| key), *place, reading);
    let text = texts.go_on(&head, text, reading);
    let is_delta = kind.ends_with(b".delta");
    reading.repeats = !is_delta;
    let mut spelled = Vec::new();
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"delta", Kind::String) if is_delta => {
            let piece = Piece::read(cursor)?;
            if let Some((key, leaf)) = text {
                reading.fragment(key, leaf, piece, 0);
            }
            Ok(())
        }
        (b"delta", _) if is_delta => {
            let way = Way::new(kind).under(&place.content.to_be_bytes());
            Nested { outer: place.output, offset: 0, reading }.value(cursor, b"delta", way)
        }
        (b"logprobs", Kind::Array) => {
            spelled.push(Spelled::read(cursor, 0)?);
            Ok(())
        }
        (b"text", Kind::String) if reading.part.is_some() => repetition(cursor, reading),
        (b"part", Kind::Object) if reading.part.is_some() => {
            within(cursor, data, reading)?;
            cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
                (b"text", Kind::String) => repetition(cursor, reading),
                (key, _) => reading.whole(cursor, key, 0),
            })
        }
        (b"item", Kind::Object) => {
            cursor.ahead(|cursor| calls(cursor, &mut |name| reading.calls.push(name.to_owned())))?;
            within(cursor, data, reading)?;
            reading.whole(cursor, b"item", 0)
        }
        (b"response", Kind::Object) => {
            within(cursor, data, reading)?;
            response(cursor, reading)
        }
        (b"type" | b"item_id" | b"sequence_number", _) => cursor.skip(),
        (key, _) => reading.whole(cursor, key, 0),
    })?;
    if !spelled.is_empty() {
        let said: String = match is_delta {
            true => reading.fragments.iter().map(|fragment| fragment.3.as_str()).collect(),
            false => reading.repetitions.iter().map(|repetition| repetition.1.as_str()).collect(),
        };
        spelled.into_iter().for_each(|spelled| reading.spelled(spelled, &said));
    }
    Ok(())
}

/// Takes the probabilities in the value at the cursor.
fn within(cursor: &mut Cursor<'_>, data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    let span = cursor.ahead(Cursor::span)?;
    reading.spelled_within(&data[span.clone()], span.start);
    Ok(())
}

/// The text of a part once more.
fn repetition(cursor: &mut Cursor<'_>, reading: &mut Reading) -> Result<(), JsonError> {
    let piece = Piece::read(cursor)?;
    reading.repetitions.push((piece.span, piece.text.into_owned()));
    Ok(())
}

impl Texts {
    /// Follows the parts of a message; returns the text that an event goes on with.
    fn go_on(
        &mut self,
        head: &Head,
        text: Option<(Key, Leaf)>,
        reading: &mut Reading,
    ) -> Option<(Key, Leaf)> {
        let (item, part) = (head.place.output, head.place.content);
        let same = |text: &Text| text.item == item && text.part == part;
        match &*head.kind {
            b"response.output_text.delta" => {
                reading.part = Some((item, part));
                return Some((self.delta(item, part, reading), Leaf::Text));
            }
            b"response.output_text.done" => {
                reading.part = Some((item, part));
                if let Some(text) = self.last.as_mut().filter(|text| same(text)) {
                    text.over = true;
                }
            }
            b"response.content_part.done" => reading.part = Some((item, part)),
            b"response.content_part.added" if head.part == b"output_text" => {}
            b"response.content_part.added" | b"response.output_item.added" => {
                reading.ends.extend(self.last.take().map(|text| Ends::One(text.key())));
            }
            _ => {}
        }
        text
    }

    /// The text of a part: it goes on where the part before it is over.
    fn delta(&mut self, item: u64, part: u64, reading: &mut Reading) -> Key {
        let before = self.last.filter(|text| text.item == item);
        let first = match before {
            Some(text) if text.part == part => text.first,
            Some(text) if text.over => {
                reading.seams.push(text.key());
                text.first
            }
            Some(_) | None => part,
        };
        let text = Text { item, part, first, over: false };
        self.last = Some(text);
        text.key()
    }
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
        // The next part may go on with it.
        b"response.output_text.done" => {}
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

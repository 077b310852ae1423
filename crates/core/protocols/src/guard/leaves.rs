//! Which strings of a JSON value are texts.
//!
//! Fails closed: whatever is not known to be something else is a text. Inside what a model or a
//! caller fills freely (the input of a tool, variables, metadata) every string is one, whatever it
//! is called, a long number may be one too, and so are the keys. Texts of parts that stand side by
//! side are handed out together: whoever reads them joins them without a sign between.

use std::borrow::Cow;
use std::ops::Range;

use super::keys::Zone;
use crate::json::{Cursor, JsonError, Kind};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Text,
    /// JSON inside a string.
    Json,
    /// A number, which becomes a string where it changes.
    Number,
}

/// A text, and where it stands, with its quotes.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) span: Range<usize>,
    pub(super) text: Cow<'a, str>,
}

impl<'a> Piece<'a> {
    /// Reads a string.
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Result<Self, JsonError> {
        cursor.kind()?;
        let start = cursor.at();
        let text = cursor.string()?.to_text();
        Ok(Self { span: start..cursor.at(), text })
    }
}

/// Texts that were found.
#[derive(Debug, Clone)]
pub(super) enum Found<'a> {
    One(Leaf, Piece<'a>),
    /// The texts of parts that stand side by side: one text for whoever joins them.
    Run(Vec<Piece<'a>>),
    /// All keys of an object whose keys are texts.
    Keys(Vec<Piece<'a>>),
}

impl Found<'_> {
    /// The same, so much further on and on its own.
    pub(super) fn moved(self, offset: usize) -> Found<'static> {
        let piece = |piece: Piece<'_>| Piece {
            span: offset + piece.span.start..offset + piece.span.end,
            text: Cow::Owned(piece.text.into_owned()),
        };
        match self {
            Self::One(leaf, one) => Found::One(leaf, piece(one)),
            Self::Run(pieces) => Found::Run(pieces.into_iter().map(piece).collect()),
            Self::Keys(pieces) => Found::Keys(pieces.into_iter().map(piece).collect()),
        }
    }
}

/// Shortest number that is looked at.
const LONG_NUMBER: usize = 8;

/// Called for what is found.
pub(super) type Each<'f, 'a> = dyn FnMut(Found<'a>) + 'f;

/// Reads the value at the cursor, which stands under `key`, and hands out its texts.
pub(super) fn value<'a>(
    cursor: &mut Cursor<'a>,
    key: &[u8],
    zone: Zone,
    each: &mut Each<'_, 'a>,
) -> Result<(), JsonError> {
    let kind = cursor.kind()?;
    if zone.is_closed(key) {
        return cursor.skip();
    }
    let zone = if kind == Kind::String { zone } else { zone.under(key) };
    match kind {
        Kind::Object if key == b"source" && zone == Zone::Protocol => source(cursor, each),
        Kind::Object => object(cursor, zone, each),
        Kind::Array if zone == Zone::Protocol => parts(cursor, key, each),
        Kind::Array => cursor.array(|cursor| value(cursor, key, zone, each)),
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => {
            if let Some((leaf, piece)) = leaf(cursor, key, zone)? {
                each(Found::One(leaf, piece));
            }
            Ok(())
        }
    }
}

/// Reads what is no list and no object: its text, where it is one.
pub(super) fn leaf<'a>(
    cursor: &mut Cursor<'a>,
    key: &[u8],
    zone: Zone,
) -> Result<Option<(Leaf, Piece<'a>)>, JsonError> {
    let kind = cursor.kind()?;
    let start = cursor.at();
    match kind {
        Kind::String => {
            let text = cursor.string()?;
            let leaf = if key == b"arguments" { Leaf::Json } else { Leaf::Text };
            let piece = || (leaf, Piece { span: start..cursor.at(), text: text.to_text() });
            Ok((!zone.is_data(key)).then(piece))
        }
        Kind::Number => {
            let number = cursor.number()?;
            let piece =
                || (Leaf::Number, Piece { span: start..cursor.at(), text: String::from_utf8_lossy(number) });
            Ok((zone == Zone::Free && number.len() >= LONG_NUMBER).then(piece))
        }
        Kind::Object | Kind::Array | Kind::Bool | Kind::Null => cursor.skip().map(|()| None),
    }
}

fn object<'a>(cursor: &mut Cursor<'a>, zone: Zone, each: &mut Each<'_, 'a>) -> Result<(), JsonError> {
    let (mut keys, inner) = (Vec::new(), zone.of_members());
    cursor.object(|cursor, key| {
        if zone.has_texts_for_keys() {
            keys.push(Piece { span: cursor.key_span(key), text: key.to_text() });
        }
        // A name that the caller chose says nothing of what it names.
        let name = if zone == Zone::Names { Cow::Borrowed(&b""[..]) } else { key.bytes() };
        value(cursor, &name, inner, each)
    })?;
    if !keys.is_empty() {
        each(Found::Keys(keys));
    }
    Ok(())
}

/// A list of the dialect. Texts of parts that follow each other are one run, thoughts and words
/// apart.
fn parts<'a>(cursor: &mut Cursor<'a>, key: &[u8], each: &mut Each<'_, 'a>) -> Result<(), JsonError> {
    let (mut run, mut thinks) = (Vec::new(), false);
    cursor.array(|cursor| {
        let part = if cursor.kind()? == Kind::Object {
            part(cursor, each)?
        } else {
            value(cursor, key, Zone::Protocol, each)?;
            None
        };
        if !run.is_empty() && part.as_ref().is_none_or(|part| part.1 != thinks) {
            each(Found::Run(std::mem::take(&mut run)));
        }
        if let Some((text, thought)) = part {
            run.push(text);
            thinks = thought;
        }
        Ok::<(), JsonError>(())
    })?;
    if !run.is_empty() {
        each(Found::Run(run));
    }
    Ok(())
}

/// One part, or one message: its text is returned, and whether it is a thought; whatever else is text
/// in it is handed out. Who speaks has a name that is a text; a tool's name is none.
fn part<'a>(
    cursor: &mut Cursor<'a>,
    each: &mut Each<'_, 'a>,
) -> Result<Option<(Piece<'a>, bool)>, JsonError> {
    let (mut own, mut thought) = (None, false);
    let (mut speaker, mut speaks) = (None, false);
    cursor.object(|cursor, key| {
        let name = key.bytes();
        match (&*name, cursor.kind()?) {
            (b"role", Kind::String) => {
                speaks = !matches!(&*cursor.string()?.bytes(), b"tool" | b"function");
            }
            (b"name", Kind::String) => speaker = leaf(cursor, b"", Zone::Protocol)?,
            (b"thought", Kind::Bool) => thought = cursor.boolean()?,
            (b"text", Kind::String) => {
                if let Some((leaf, piece)) = leaf(cursor, &name, Zone::Protocol)?
                    && let Some(earlier) = own.replace(piece)
                {
                    each(Found::One(leaf, earlier));
                }
            }
            _ => value(cursor, &name, Zone::Protocol, each)?,
        }
        Ok::<(), JsonError>(())
    })?;
    if let Some((leaf, name)) = speaker.filter(|_| speaks) {
        each(Found::One(leaf, name));
    }
    Ok(own.map(|text| (text, thought)))
}

/// A document: its data is text where its type says so, which may stand behind it.
fn source<'a>(cursor: &mut Cursor<'a>, each: &mut Each<'_, 'a>) -> Result<(), JsonError> {
    let (mut data, mut is_text) = (None, false);
    cursor.object(|cursor, key| {
        let name = key.bytes();
        if cursor.kind()? != Kind::String {
            return value(cursor, &name, Zone::Protocol, each);
        }
        let start = cursor.at();
        let text = cursor.string()?;
        match &*name {
            b"type" => is_text = *text.bytes() == *b"text",
            b"data" => data = Some((start..cursor.at(), text)),
            _ if !Zone::Protocol.is_data(&name) => {
                each(Found::One(Leaf::Text, Piece { span: start..cursor.at(), text: text.to_text() }));
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Some((span, text)) = data.filter(|_| is_text) {
        each(Found::One(Leaf::Text, Piece { span, text: text.to_text() }));
    }
    Ok(())
}

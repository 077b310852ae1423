//! JSON inside a string, in fragments: the arguments of a tool as a model writes them.
//!
//! The redactor is shown the text with its escapes resolved, so that `a\u0040b.io` is an address
//! and the `n` of `\n` is no letter. What passes is passed as it was written, escapes and all; what
//! is replaced is escaped, and quoted where it stood outside a string, so that JSON stays JSON.
//! Text that is no JSON passes through the same way. Keys are texts like others; two that become
//! equal are numbered.

use std::collections::VecDeque;

use guardrails::{Flow, Session, Step};

use super::members::{Members, Outline, Sign};

/// The signs that mean something inside strings, and outside of them.
const STRING: &[char] = &['"', '\\'];
const SIGNS: &[char] = &['"', '{', '}', '[', ']', ','];

/// A stretch of text: how long it is as it is shown, and as it is written.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    shown: usize,
    written: usize,
    place: Place,
}

/// Where a stretch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Inside,
    /// Inside, and one escape that is not to be taken apart.
    Escape,
    /// A bracket of an object, or the quote behind a key.
    Sign(Sign),
}

/// A JSON text that comes in fragments.
#[derive(Debug, Default)]
pub(super) struct JsonText {
    flow: Flow,
    stretches: VecDeque<Stretch>,
    /// The beginning of an escape.
    partial: String,
    in_string: bool,
    /// Where the text that was shown stands.
    outline: Outline,
    /// The names of the members that were decided on.
    members: Members,
}

impl JsonText {
    /// Takes a fragment and returns what is decided now, in bytes as they were written.
    pub(super) fn push(&mut self, session: &mut Session, fragment: &str) -> Vec<Step> {
        let text = std::mem::take(&mut self.partial) + fragment;
        let (shown, rest) = self.show(&text);
        self.partial = text[rest..].to_owned();
        let mut steps = Vec::new();
        self.flow.push(session, &shown, &mut steps);
        self.apply(&steps)
    }

    /// Takes the end of the text and decides what was left.
    pub(super) fn finish(&mut self, session: &mut Session) -> Vec<Step> {
        let partial = std::mem::take(&mut self.partial);
        let mut shown = String::new();
        self.take(&partial, partial.len(), self.place(), &mut shown);
        let mut steps = Vec::new();
        self.flow.push(session, &shown, &mut steps);
        self.flow.finish(session, &mut steps);
        let passed = self.apply(&steps);
        *self = Self::default();
        passed
    }

    const fn place(&self) -> Place {
        if self.in_string { Place::Inside } else { Place::Outside }
    }

    /// Resolves escapes. Returns what is shown and how much of `text` that was.
    fn show(&mut self, text: &str) -> (String, usize) {
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let plain = rest.find(if self.in_string { STRING } else { SIGNS }).unwrap_or(rest.len());
            let inside = self.place();
            let (text, length, place) = if plain > 0 {
                (&rest[..plain], plain, inside)
            } else if rest.starts_with('\\') {
                match escape(rest) {
                    Escape::Unfinished => return (shown, at),
                    Escape::None => ("\\", 1, inside),
                    Escape::Is(letter, length) => {
                        self.take(letter.encode_utf8(&mut [0; 4]), length, Place::Escape, &mut shown);
                        at += length;
                        continue;
                    }
                }
            } else {
                self.in_string ^= rest.starts_with('"');
                let sign = rest.bytes().next().and_then(|sign| self.outline.sign(sign));
                (&rest[..1], 1, sign.map_or(Place::Outside, Place::Sign))
            };
            self.take(text, length, place, &mut shown);
            at += length;
        }
        (shown, at)
    }

    /// Shows a text that is written in so many bytes.
    fn take(&mut self, text: &str, written: usize, place: Place, shown: &mut String) {
        shown.push_str(text);
        if matches!(place, Place::Inside | Place::Escape) && self.outline.is_in_key() {
            self.members.show(text);
        }
        self.note(text.len(), written, place);
    }

    fn note(&mut self, shown: usize, written: usize, place: Place) {
        if shown > 0 {
            self.stretches.push_back(Stretch { shown, written, place });
        }
    }

    /// The steps for what is written, from those for what is shown.
    fn apply(&mut self, steps: &[Step]) -> Vec<Step> {
        let mut written = Vec::with_capacity(steps.len());
        for step in steps {
            match step {
                Step::Keep(length) => self.keep(*length, &mut written),
                Step::Swap { length, with } => written.push(self.swap(*length, with)),
            }
        }
        written
    }

    fn keep(&mut self, mut shown: usize, steps: &mut Vec<Step>) {
        let mut length = 0;
        while let Some(part) = self.next(shown) {
            shown -= part.shown;
            let number = match part.place {
                Place::Sign(sign) => self.members.sign(sign),
                Place::Inside | Place::Escape => {
                    self.members.keep(part.shown);
                    None
                }
                Place::Outside => None,
            };
            let Some(number) = number else {
                length += part.written;
                continue;
            };
            steps.push(Step::Keep(length));
            steps.push(Step::Swap { length: part.written, with: number + "\"" });
            length = 0;
        }
        steps.push(Step::Keep(length));
    }

    /// A value is replaced where it began.
    fn swap(&mut self, mut shown: usize, with: &str) -> Step {
        let (mut length, mut place) = (0, None);
        while let Some(part) = self.next(shown) {
            shown -= part.shown;
            length += part.written;
            match part.place {
                Place::Sign(sign) => drop(self.members.sign(sign)),
                Place::Inside | Place::Escape => {
                    if place.is_none() {
                        self.members.write(with);
                    }
                    self.members.leave_out(part.shown);
                }
                Place::Outside => {}
            }
            place = place.or(Some(part.place));
        }
        let quoted = serde_json::Value::from(with).to_string();
        let outside = matches!(place, Some(Place::Outside | Place::Sign(_))) && !with.is_empty();
        let with = if outside { quoted } else { quoted[1..quoted.len() - 1].to_owned() };
        Step::Swap { length, with }
    }

    /// Takes the next stretch of what was shown, or the beginning of it: at most so much. An escape
    /// is written with its end.
    fn next(&mut self, most: usize) -> Option<Stretch> {
        let first = self.stretches.front_mut().filter(|_| most > 0)?;
        if first.shown <= most {
            return self.stretches.pop_front();
        }
        first.shown -= most;
        let written = if first.place == Place::Escape { 0 } else { most };
        first.written -= written;
        Some(Stretch { shown: most, written, place: first.place })
    }
}

/// What a backslash begins.
enum Escape {
    /// A letter, written with so many bytes.
    Is(char, usize),
    /// Something whose end has not come.
    Unfinished,
    /// Nothing.
    None,
}

fn escape(text: &str) -> Escape {
    let letter = match text.as_bytes().get(1) {
        None => return Escape::Unfinished,
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text),
        Some(_) => return Escape::None,
    };
    Escape::Is(letter, 2)
}

/// `\u0040`, or a surrogate pair. Half a pair shows as U+FFFD.
fn unicode(text: &str) -> Escape {
    let unit = |from: usize| text.get(from..from + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    if text.len() < 6 {
        let so_far = text.as_bytes()[2..].iter().all(u8::is_ascii_hexdigit);
        return if so_far { Escape::Unfinished } else { Escape::None };
    }
    let Some(first) = unit(2) else { return Escape::None };
    if !(0xd800..0xdc00).contains(&first) {
        return Escape::Is(char::from_u32(first.into()).unwrap_or('\u{fffd}'), 6);
    }
    let rest = &text.as_bytes()[6..];
    if rest.len() < 6 && b"\\u".starts_with(&rest[..rest.len().min(2)]) {
        return Escape::Unfinished;
    }
    let second = if rest.starts_with(b"\\u") { unit(8) } else { None };
    match second.and_then(|second| char::decode_utf16([first, second]).next()?.ok()) {
        Some(letter) => Escape::Is(letter, 12),
        None => Escape::Is('\u{fffd}', 6),
    }
}

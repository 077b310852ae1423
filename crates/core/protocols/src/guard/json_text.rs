//! JSON inside a string, in fragments: the arguments of a tool as a model writes them.
//!
//! The redactor is shown the text with its escapes resolved, so that `a\u0040b.io` is an address
//! and the `n` of `\n` is no letter. What passes is passed as it was written, escapes and all; what
//! is replaced is escaped, and quoted where it stood outside a string, so that JSON stays JSON.
//! Text that is no JSON passes through the same way.

use std::collections::VecDeque;

use guardrails::{Flow, Session, Step};

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
}

/// A JSON text that comes in fragments.
#[derive(Debug, Default)]
pub(super) struct JsonText {
    flow: Flow,
    stretches: VecDeque<Stretch>,
    /// The beginning of an escape.
    partial: String,
    in_string: bool,
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
        self.note(partial.len(), partial.len(), self.place());
        let mut steps = Vec::new();
        self.flow.push(session, &partial, &mut steps);
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
            let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
            if plain > 0 {
                self.take(&rest[..plain], &rest[..plain], self.place(), &mut shown);
                at += plain;
            } else if rest.starts_with('"') {
                self.take("\"", "\"", Place::Outside, &mut shown);
                self.in_string = !self.in_string;
                at += 1;
            } else if self.in_string {
                match escape(rest) {
                    Escape::Is(letter, length) => {
                        self.take(
                            letter.encode_utf8(&mut [0; 4]),
                            &rest[..length],
                            Place::Escape,
                            &mut shown,
                        );
                        at += length;
                    }
                    Escape::Unfinished => return (shown, at),
                    Escape::None => {
                        self.take("\\", "\\", Place::Inside, &mut shown);
                        at += 1;
                    }
                }
            } else {
                self.take("\\", "\\", Place::Outside, &mut shown);
                at += 1;
            }
        }
        (shown, at)
    }

    fn take(&mut self, text: &str, written: &str, place: Place, shown: &mut String) {
        shown.push_str(text);
        self.note(text.len(), written.len(), place);
    }

    fn note(&mut self, shown: usize, written: usize, place: Place) {
        if shown > 0 {
            self.stretches.push_back(Stretch { shown, written, place });
        }
    }

    /// The steps for what is written, from those for what is shown.
    fn apply(&mut self, steps: &[Step]) -> Vec<Step> {
        let written = |step: &Step| match step {
            Step::Keep(length) => Step::Keep(self.consume(*length).1),
            Step::Swap { length, with } => {
                let (place, length) = self.consume(*length);
                let quoted = serde_json::Value::from(with.as_str()).to_string();
                let outside = place == Some(Place::Outside) && !with.is_empty();
                let with = if outside { quoted } else { quoted[1..quoted.len() - 1].to_owned() };
                Step::Swap { length, with }
            }
        };
        steps.iter().map(written).collect()
    }

    /// Takes so much of what was shown: where it began, and how long it is as written.
    fn consume(&mut self, shown: usize) -> (Option<Place>, usize) {
        let (mut left, mut written, mut place) = (shown, 0, None);
        while left > 0 {
            let Some(first) = self.stretches.front_mut() else { break };
            place = place.or(Some(first.place));
            if first.shown <= left {
                left -= first.shown;
                written += first.written;
                self.stretches.pop_front();
                continue;
            }
            first.shown -= left;
            if first.place != Place::Escape {
                first.written -= left;
                written += left;
            }
            left = 0;
        }
        (place, written)
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

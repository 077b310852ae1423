//! What stands on one line: keys, scalars, flow lists and flow mappings.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::{MAX_DEPTH, Wrong};

type Value<'a> = Spanned<DeValue<'a>>;
/// A key, and where what follows its colon begins.
type Key<'a> = (Spanned<Cow<'a, str>>, usize);

/// A value, or the word for none.
#[derive(Debug)]
pub(super) enum Scalar<'a> {
    /// `null`, `~` or nothing at all.
    Nothing,
    Value(Value<'a>),
}

/// The span without the space and the comment at its end, and without the space before it.
pub(super) fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let line = text.get(span.clone()).unwrap_or_default();
    let content = line.trim_start();
    let start = span.end - content.len();
    let content = match content.starts_with('#') {
        true => "",
        false => content.get(..comment(content)).unwrap_or(content),
    };
    start..start + content.trim_end().len()
}

/// Where the comment of a line begins: at a `#` behind a space, outside quotes.
fn comment(line: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (None, '#') if before == ' ' => return at,
            (None, '"' | '\'') if " [{,:".contains(before) => quote = Some(c),
            (Some('"'), '\\') => drop(chars.next()),
            (Some('\''), '\'') if chars.next_if(|(_, next)| *next == '\'').is_some() => {}
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    line.len()
}

/// The key of a line and where what follows its colon begins; `None` where there is no key.
pub(super) fn key(text: &str, line: Range<usize>) -> Result<Option<Key<'_>>, Wrong> {
    let content = text.get(line.clone()).unwrap_or_default();
    if content.starts_with(['"', '\'']) {
        let (name, end) = quoted(text, line.clone())?;
        let rest = text.get(end..line.end).unwrap_or_default();
        let colon = rest.len() - rest.trim_start().len();
        let is_key = rest.trim_start().starts_with(':');
        return Ok(is_key.then(|| (Spanned::new(line.start..end, name), end + colon + 1)));
    }
    if content.starts_with(['[', '{']) {
        return Ok(None);
    }
    let colon = content.find(": ").or_else(|| content.ends_with(':').then(|| content.len() - 1));
    // Only what stands before the colon is looked at: a line may be as long as a file.
    let is_key = |colon: &usize| content.get(..*colon).is_some_and(|before| comment(before) == *colon);
    let Some(colon) = colon.filter(is_key) else { return Ok(None) };
    let name = content.get(..colon).unwrap_or_default().trim_end();
    let span = line.start..line.start + name.len();
    refuse_marks(name, span.clone())?;
    Ok((!name.is_empty()).then(|| (Spanned::new(span, Cow::Borrowed(name)), line.start + colon + 1)))
}

/// A scalar, or a list or mapping in brackets.
pub(super) fn scalar_or_flow(text: &str, span: Range<usize>) -> Result<Scalar<'_>, Wrong> {
    let mut flow = Flow { text, at: span.start, end: span.end, depth: 0 };
    let value = match flow.peek() {
        Some('[' | '{' | '"' | '\'') => flow.value()?,
        _ => return plain(text, span),
    };
    flow.space();
    if flow.at < flow.end {
        let rest = flow.at..flow.end;
        return Err(Wrong::new(rest, "something stands behind the value", "a value ends with its line"));
    }
    Ok(value)
}

/// The rest of a line while values in brackets are read.
struct Flow<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    depth: usize,
}

impl<'a> Flow<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn takes(&mut self, c: char) -> bool {
        self.space();
        let there = self.peek() == Some(c);
        self.at += if there { c.len_utf8() } else { 0 };
        there
    }

    fn value(&mut self) -> Result<Scalar<'a>, Wrong> {
        self.space();
        let start = self.at;
        match self.peek() {
            Some('[') => Ok(Scalar::Value(self.list(start)?)),
            Some('{') => Ok(Scalar::Value(self.mapping(start)?)),
            Some('"' | '\'') => {
                let (string, end) = quoted(self.text, start..self.end)?;
                self.at = end;
                Ok(Scalar::Value(Spanned::new(start..end, DeValue::String(string))))
            }
            _ => {
                let stop = self.rest().find([',', ']', '}']).unwrap_or(self.rest().len());
                let length = self.rest().get(..stop).unwrap_or_default().trim_end().len();
                self.at += length;
                plain(self.text, start..start + length)
            }
        }
    }

    fn deeper(&mut self) -> Result<(), Wrong> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Wrong::new(self.at - 1..self.at, "this is nested too deeply", "32 levels are read"));
        }
        Ok(())
    }

    fn unclosed(&self, start: usize, with: char) -> Wrong {
        let help = format!("end it with `{with}` on the same line");
        Wrong::new(start..self.end, "this is not closed on its line", help)
    }

    fn list(&mut self, start: usize) -> Result<Value<'a>, Wrong> {
        self.deeper()?;
        let mut list = DeArray::new();
        while !self.takes(']') {
            match self.value()? {
                Scalar::Value(value) => list.push(value),
                Scalar::Nothing => {}
            }
            if !self.takes(',') && self.peek() != Some(']') {
                return Err(self.unclosed(start, ']'));
            }
        }
        self.depth -= 1;
        Ok(Spanned::new(start..self.at, DeValue::Array(list)))
    }

    fn mapping(&mut self, start: usize) -> Result<Value<'a>, Wrong> {
        self.deeper()?;
        let mut table = DeTable::new();
        while !self.takes('}') {
            self.space();
            let Some((name, after)) = key(self.text, self.at..self.end)? else {
                return Err(self.unclosed(start, '}'));
            };
            self.at = after;
            if table.contains_key(&**name.get_ref()) {
                let message = format!("`{}` stands twice", name.get_ref());
                return Err(Wrong::new(name.span(), message, "leave one of them out"));
            }
            if let Scalar::Value(value) = self.value()? {
                table.insert(name, value);
            }
            if !self.takes(',') && self.peek() != Some('}') {
                return Err(self.unclosed(start, '}'));
            }
        }
        self.depth -= 1;
        Ok(Spanned::new(start..self.at, DeValue::Table(table)))
    }
}

/// A text in quotes, and where it ends.
fn quoted(text: &str, span: Range<usize>) -> Result<(Cow<'_, str>, usize), Wrong> {
    let content = text.get(span.clone()).unwrap_or_default();
    let open = content.chars().next().unwrap_or('"');
    let mut out = String::new();
    let mut chars = content.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if open == '\'' && chars.next_if(|(_, next)| *next == '\'').is_some() => out.push('\''),
            c if c == open => return Ok((Cow::Owned(out), span.start + at + 1)),
            '\\' if open == '"' => {
                let escaped = match chars.next().map(|(_, next)| next) {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some(same @ ('"' | '\\' | '/')) => same,
                    _ => {
                        let place = span.start + at..span.start + at + 1;
                        let help = "`\\n`, `\\t`, `\\0`, `\\\"` and `\\\\` are read";
                        return Err(Wrong::new(place, "this escape is not read here", help));
                    }
                };
                out.push(escaped);
            }
            other => out.push(other),
        }
    }
    Err(Wrong::new(span, "this text is not closed on its line", format!("end it with `{open}`")))
}

/// A value without quotes: a word of YAML's core schema, or text.
fn plain(text: &str, span: Range<usize>) -> Result<Scalar<'_>, Wrong> {
    let word = text.get(span.clone()).unwrap_or_default();
    refuse_marks(word, span.clone())?;
    let value = match word {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Scalar::Nothing),
        "true" | "True" | "TRUE" => DeValue::Boolean(true),
        "false" | "False" | "FALSE" => DeValue::Boolean(false),
        _ => number(word).unwrap_or(DeValue::String(Cow::Borrowed(word))),
    };
    Ok(Scalar::Value(Spanned::new(span, value)))
}

/// A number in decimal digits, as JSON writes it.
fn number(word: &str) -> Option<DeValue<'_>> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c));
    let value = plain.then(|| DeValue::parse(word).ok())??.into_inner();
    matches!(value, DeValue::Integer(_) | DeValue::Float(_)).then_some(value)
}

/// Refuses what other readers take for more than text.
fn refuse_marks(word: &str, span: Range<usize>) -> Result<(), Wrong> {
    let what = match word.chars().next() {
        Some('&') => "an anchor",
        Some('*') => "an alias",
        Some('!') => "a tag",
        Some('@' | '`' | '%') => "a reserved mark",
        Some('?') if word == "?" || word.starts_with("? ") => "a complex key",
        _ => return Ok(()),
    };
    Err(Wrong::new(span, format!("{what} is not read here"), "put the text into quotes"))
}

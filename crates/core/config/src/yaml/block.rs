//! What is told apart by lines and their indentation.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::flow::{self, Scalar};
use super::{MAX_DEPTH, Wrong};

/// A line that says something: its indentation, and where its content stands.
#[derive(Debug, Clone)]
struct Line {
    indent: usize,
    start: usize,
    end: usize,
}

/// The lines of a front matter, and how far they are read.
pub(super) struct Block<'a> {
    text: &'a str,
    lines: Vec<Line>,
    at: usize,
    depth: usize,
    /// Where the front matter ends.
    end: usize,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl<'a> Block<'a> {
    pub(super) fn new(text: &'a str, span: Range<usize>) -> Result<Self, Wrong> {
        let mut lines = Vec::new();
        let mut start = span.start;
        for whole in text.get(span.clone()).unwrap_or_default().split_inclusive('\n') {
            let line = whole.trim_end();
            let content = line.trim_start_matches(' ');
            let indent = line.len() - content.len();
            if content.starts_with('\t') {
                let help = "indent with spaces";
                return Err(Wrong::new(
                    start + indent..start + indent + 1,
                    "a tab can't indent a line here",
                    help,
                ));
            }
            if !content.is_empty() && !content.starts_with('#') {
                lines.push(Line { indent, start: start + indent, end: start + line.len() });
            }
            start += whole.len();
        }
        Ok(Self { text, lines, at: 0, depth: 0, end: span.end })
    }

    /// All lines as one mapping.
    pub(super) fn document(mut self) -> Result<DeTable<'a>, Wrong> {
        let Some(first) = self.lines.first().cloned() else { return Ok(DeTable::new()) };
        if first.indent > 0 {
            return Err(self.wrong(&first, "the first key is indented", "begin it in the first column"));
        }
        let table = self.mapping(0)?;
        match self.lines.get(self.at).cloned() {
            None => Ok(table),
            Some(line) => Err(self.wrong(&line, "this is no key", "write `key: value`, a key on each line")),
        }
    }

    fn wrong(&self, line: &Line, message: &str, help: &str) -> Wrong {
        Wrong::new(line.start..line.end, message, help)
    }

    fn content(&self, line: &Line) -> &'a str {
        self.text.get(line.start..line.end).unwrap_or_default()
    }

    /// The line that is read next, if it is indented like this.
    fn next(&self, indent: usize) -> Option<Line> {
        self.lines.get(self.at).filter(|line| line.indent == indent).cloned()
    }

    fn mapping(&mut self, indent: usize) -> Result<DeTable<'a>, Wrong> {
        let mut table = DeTable::new();
        while let Some(line) = self.next(indent) {
            if is_item(self.content(&line)) {
                return Err(self.wrong(&line, "a list item stands among keys", "indent it below its key"));
            }
            let Some((key, after)) = flow::key(self.text, line.start..line.end)? else {
                return Err(self.wrong(&line, "this is no key", "write `key: value`, a key on each line"));
            };
            self.at += 1;
            let value = self.value(after..line.end, indent, Lists::AtKey)?;
            let (span, name) = (key.span(), key.get_ref().clone());
            if table.contains_key(&*name) {
                return Err(Wrong::new(span, format!("`{name}` stands twice"), "leave one of them out"));
            }
            if let Some(value) = value {
                table.insert(key, value);
            }
            self.no_deeper(indent)?;
        }
        Ok(table)
    }

    /// A line that is indented more than its neighbours and belongs to nothing.
    fn no_deeper(&self, indent: usize) -> Result<(), Wrong> {
        match self.lines.get(self.at) {
            Some(line) if line.indent > indent => {
                let help = "a value of several lines begins with `|` behind its key";
                Err(self.wrong(line, "this line is indented, and belongs to no key", help))
            }
            _ => Ok(()),
        }
    }

    fn list(&mut self, indent: usize) -> Result<DeArray<'a>, Wrong> {
        let mut list = DeArray::new();
        while let Some(line) = self.next(indent).filter(|line| is_item(self.content(line))) {
            let rest = self.content(&line)[1..].trim_start();
            let start = line.end - rest.len();
            let value = if !rest.is_empty() && flow::key(self.text, start..line.end)?.is_some() {
                // The keys of an item stand where its first key stands.
                let inner = indent + (start - line.start);
                if let Some(slot) = self.lines.get_mut(self.at) {
                    *slot = Line { indent: inner, start, end: line.end };
                }
                let table = self.deeper(|block| block.mapping(inner))?;
                Some(Spanned::new(start..line.end, DeValue::Table(table)))
            } else {
                self.at += 1;
                self.value(start..line.end, indent, Lists::Deeper)?
            };
            if let Some(value) = value {
                list.push(value);
            }
            self.no_deeper(indent)?;
        }
        Ok(list)
    }

    /// What stands behind a key or a dash: on its line, or on the lines below.
    fn value(&mut self, span: Range<usize>, indent: usize, lists: Lists) -> Result<Option<Value<'a>>, Wrong> {
        let span = flow::trimmed(self.text, span);
        match self.text.get(span.clone()).unwrap_or_default() {
            "" => self.below(span.start, indent, lists),
            head if head.starts_with(['|', '>']) => self.text_block(span, indent).map(Some),
            _ => match flow::scalar_or_flow(self.text, span)? {
                Scalar::Nothing => Ok(None),
                Scalar::Value(value) => Ok(Some(value)),
            },
        }
    }

    fn below(&mut self, start: usize, indent: usize, lists: Lists) -> Result<Option<Value<'a>>, Wrong> {
        let Some(line) = self.lines.get(self.at).cloned() else { return Ok(None) };
        let item = is_item(self.content(&line));
        let ours = line.indent > indent || (line.indent == indent && item && lists == Lists::AtKey);
        if !ours {
            return Ok(None);
        }
        let value = if item {
            DeValue::Array(self.deeper(|block| block.list(line.indent))?)
        } else {
            DeValue::Table(self.deeper(|block| block.mapping(line.indent))?)
        };
        Ok(Some(Spanned::new(start.min(line.start)..line.end, value)))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        if self.depth == MAX_DEPTH {
            let span = self.lines.get(self.at).map_or(0..0, |line| line.start..line.end);
            return Err(Wrong::new(span, "this is nested too deeply", "32 levels are read"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// `|` keeps line ends, `>` folds them into spaces; `-` behind it drops the last line end.
    fn text_block(&mut self, head: Range<usize>, indent: usize) -> Result<Value<'a>, Wrong> {
        let word = self.text.get(head.clone()).unwrap_or_default();
        let (folds, keeps_end) = match word {
            "|" => (false, true),
            "|-" => (false, false),
            ">" => (true, true),
            ">-" => (true, false),
            _ => {
                let help = "`|` and `>` are read, each with or without `-`";
                return Err(Wrong::new(head, format!("`{word}` is not read here"), help));
            }
        };
        let raw = self.raw_below(head.end, indent);
        let own =
            raw.iter().filter(|line| !line.trim().is_empty()).map(|line| width(line)).min().unwrap_or(0);
        let lines: Vec<&str> = raw.iter().map(|line| line.get(own..).unwrap_or("").trim_end()).collect();
        let text = if folds { fold(&lines) } else { lines.join("\n") };
        let text = text.trim_end_matches('\n');
        let end = if keeps_end && !text.is_empty() { "\n" } else { "" };
        Ok(Spanned::new(head, DeValue::String(Cow::Owned(format!("{text}{end}")))))
    }

    /// The lines below, blank ones included, that are indented more than `indent`. Reads past them.
    fn raw_below(&mut self, from: usize, indent: usize) -> Vec<&'a str> {
        let rest = self.text.get(from..self.end).unwrap_or_default();
        let lines = rest.split('\n').skip(1);
        let raw: Vec<&str> =
            lines.take_while(|line| line.trim().is_empty() || width(line) > indent).collect();
        let read: usize = raw.iter().map(|line| line.len() + 1).sum();
        let end = from + rest.find('\n').unwrap_or(rest.len()) + 1 + read;
        while self.lines.get(self.at).is_some_and(|line| line.start < end) {
            self.at += 1;
        }
        raw
    }
}

/// Where the list of a key may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// As far in as the key itself.
    AtKey,
    /// Further in only.
    Deeper,
}

fn is_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

fn width(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Line ends become spaces, blank lines become line ends.
fn fold(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        match line {
            &"" => text.push('\n'),
            line => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push(' ');
                }
                text.push_str(line);
            }
        }
    }
    text
}

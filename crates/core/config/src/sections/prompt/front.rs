//! Where the front matter of a prompt stands in its file.
//!
//! Blank lines and comments may stand above it. Front matter that stands further down is refused and
//! never read as text: what restricts a prompt must not end up as words to a model. The marks are
//! those of the Prompty format.

use std::ops::Range;

use super::PROMPT;
use crate::yaml::Wrong;

/// The line that begins a front matter, and the one that ends it.
const MARK: &str = "---";

/// Where the parts of a file stand: its front matter, and where its template begins. `Err` where a
/// front matter begins and does not end, or stands below other text.
pub(crate) fn halves(text: &str) -> Result<(Range<usize>, usize), Wrong> {
    let mut lines = lines(text).skip_while(|(_, line)| says_nothing(line));
    let Some((at, first)) = lines.next().filter(|(_, line)| line.trim() == MARK) else {
        return displaced(text).map_or(Ok((0..0, 0)), Err);
    };
    match lines.find(|(_, line)| line.trim_end() == MARK) {
        Some((end, line)) => Ok((at + first.len()..end, end + line.len())),
        None => Err(wrong(mark(at, first), "the front matter does not end", "end it with a line `---`")),
    }
}

/// Front matter below other text. Between two rules of a text stands something else.
fn displaced(text: &str) -> Option<Wrong> {
    let marks: Vec<_> = lines(text).filter(|(_, line)| line.trim() == MARK).collect();
    let found = marks.windows(2).find_map(|pair| {
        let [(at, first), (end, _)] = pair else { return None };
        text.get(at + first.len()..*end).is_some_and(is_front).then(|| mark(*at, first))
    })?;
    let help = "put it at the top of the file, where only blank lines and `#` comments may stand above it; if it is \
                text for the model, begin the file with two lines `---`";
    Some(wrong(found, "this looks like front matter, but text stands above it", help))
}

/// Whether every line that begins in the first column is a key, one of them known.
fn is_front(between: &str) -> bool {
    let outer = lines(between).map(|(_, line)| line).filter(|line| !says_nothing(line));
    let outer = outer.filter(|line| !line.starts_with([' ', '\t', '-']));
    let keys: Option<Vec<&str>> = outer.map(|line| Some(line.split_once(':')?.0)).collect();
    keys.is_some_and(|keys| keys.iter().any(|key| PROMPT.key(key.trim_end()).is_some()))
}

fn says_nothing(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The lines of a text with their offsets.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let at = *next;
        *next += line.len();
        Some((at, line))
    })
}

/// Where the mark stands in its line.
fn mark(at: usize, line: &str) -> Range<usize> {
    let start = at + line.len() - line.trim_start().len();
    start..start + MARK.len()
}

fn wrong(span: Range<usize>, message: &str, help: &str) -> Wrong {
    Wrong { span, message: message.to_owned(), help: help.to_owned() }
}

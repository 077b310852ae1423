//! One file's text, with the means to turn a byte offset into line, column and a line to show.

use std::ops::Range;

use crate::secrets;

/// Longest line worth showing, in characters.
const LONGEST_LINE: usize = 200;

/// A file that is read.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path in the workspace.
    pub(crate) file: String,
    /// Its text, without a byte order mark.
    pub(crate) text: String,
    starts: Vec<usize>,
}

/// A place as people count.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) width: u32,
    pub(crate) source_line: String,
}

impl Source {
    pub(crate) fn new(file: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file: file.to_owned(), text, starts }
    }

    /// Number of the line that holds the byte at `offset`, from 0.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// First byte of a line.
    pub(crate) fn start_of(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(0)
    }

    /// Where `span` begins, with the line to show. Values at `secret` are masked.
    pub(crate) fn spot(&self, span: Range<usize>, secret: &[Range<usize>]) -> Spot {
        let index = self.line_of(span.start.min(self.text.len()));
        let start = self.starts.get(index).copied().unwrap_or(0);
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let end = start + line.len();
        let before = self.count(start, span.start.min(end));
        let width = self.count(span.start.min(end), span.end.min(end)).max(1);
        let inside: Vec<_> = secret
            .iter()
            .filter(|range| range.start < end && range.end > start)
            .map(|range| range.start.max(start) - start..range.end.min(end) - start)
            .collect();
        Spot {
            line: number(index).saturating_add(1),
            column: number(before).saturating_add(1),
            width: number(width),
            source_line: show(line, &inside, before),
        }
    }

    fn count(&self, start: usize, end: usize) -> usize {
        self.text.get(start..end).map_or(0, |part| part.chars().count())
    }
}

fn show(line: &str, secret: &[Range<usize>], column: usize) -> String {
    let masked = secrets::mask_line(line, secret);
    if column > LONGEST_LINE - 20 {
        return String::new();
    }
    let plain = |c: char| if c.is_control() && c != '\t' { '\u{fffd}' } else { c };
    let mut shown: String = masked.chars().take(LONGEST_LINE).map(plain).collect();
    if masked.chars().nth(LONGEST_LINE).is_some() {
        shown.push('…');
    }
    shown
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

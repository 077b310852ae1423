//! The journal: the files that records are safe in before anyone is told that they are.
//!
//! Segments `0000000001.log`, `0000000002.log` … hold one record a line: a checksum, the kind and
//! id, the JSON. JSON escapes line breaks, so a reader finds the next record after a damaged one.
//! A process writes only to segments that it made itself; what a crash left half-written is cut
//! when the next one opens. Like a database's write-ahead log, but readable with `less`.

mod folder;
mod frame;
mod tail;
mod writer;

pub(crate) use folder::{Age, Folder};
pub(crate) use frame::{Kind, Line, encode, lines};
pub(crate) use tail::{Chunk, Tail};
pub(crate) use writer::{Entry, Writer, WriterSettings};

/// A place in the journal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Position {
    /// Number of the segment.
    pub(crate) segment: u64,
    /// Bytes from its start.
    pub(crate) offset: u64,
}

/// How far the journal has been written, and how much that is since the process began, what was
/// found at the start included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Mark {
    pub(crate) end: Position,
    pub(crate) bytes: u64,
    pub(crate) records: u64,
}

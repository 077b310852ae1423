//! Reads the journal from a position on, as far as it has been written.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use super::folder::{segment_path, segments};
use super::{Mark, Position};

/// The journal's reading end.
#[derive(Debug)]
pub(crate) struct Tail {
    folder: PathBuf,
    at: Position,
    /// The segment at which finished ones were last deleted.
    tidied: u64,
    file: Option<(u64, File)>,
}

/// A stretch of journal: whole lines, and where the next stretch begins.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) next: Position,
}

impl Tail {
    pub(crate) const fn new(folder: PathBuf, at: Position) -> Self {
        Self { folder, at, tidied: 0, file: None }
    }

    /// Where the next read begins.
    pub(crate) const fn at(&self) -> Position {
        self.at
    }

    /// Goes to where the database says it is.
    pub(crate) fn seek(&mut self, at: Position) {
        self.at = at;
    }

    /// Reads up to about `most` bytes of whole lines, or just one line; `None` at the end.
    /// The tail moves only with [`Tail::seek`], so that a stretch which could not be stored is read again.
    pub(crate) fn read(&mut self, mark: Mark, most: u64, one_line: bool) -> io::Result<Option<Chunk>> {
        self.tidy()?;
        let mut at = self.at;
        loop {
            if at >= mark.end {
                return Ok(None);
            }
            if let Some(length) = self.length(at.segment, mark)?
                && let Some(chunk) = self.stretch(at, length, most, one_line)?
            {
                return Ok(Some(chunk));
            }
            match segments(&self.folder)?.into_iter().find(|segment| *segment > at.segment) {
                Some(segment) => at = Position { segment, offset: 0 },
                None => return Ok(None),
            }
        }
    }

    /// How much of a segment may be read: all of it, or as far as it has been acknowledged.
    fn length(&mut self, segment: u64, mark: Mark) -> io::Result<Option<u64>> {
        if segment == mark.end.segment {
            return self.open(segment).map(|file| file.map(|_| mark.end.offset));
        }
        self.open(segment)?.map(|file| file.metadata().map(|metadata| metadata.len())).transpose()
    }

    fn open(&mut self, segment: u64) -> io::Result<Option<&mut File>> {
        if self.file.as_ref().is_none_or(|(open, _)| *open != segment) {
            self.file = match File::open(segment_path(&self.folder, segment)) {
                Ok(file) => Some((segment, file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
        }
        Ok(self.file.as_mut().map(|(_, file)| file))
    }

    /// Whole lines from `at`; `None` where no whole line is left in the segment.
    fn stretch(&mut self, at: Position, length: u64, most: u64, one_line: bool) -> io::Result<Option<Chunk>> {
        let mut most = most.max(1);
        let left = length.saturating_sub(at.offset);
        loop {
            let bytes = self.bytes(at, left.min(most))?;
            let end = if one_line {
                bytes.iter().position(|byte| *byte == b'\n')
            } else {
                bytes.iter().rposition(|byte| *byte == b'\n')
            };
            match end {
                Some(end) => {
                    let mut bytes = bytes;
                    bytes.truncate(end + 1);
                    let offset = at.offset + u64::try_from(bytes.len()).unwrap_or(0);
                    return Ok(Some(Chunk { bytes, next: Position { segment: at.segment, offset } }));
                }
                None if most >= left => return Ok(None),
                None => most = most.saturating_mul(2),
            }
        }
    }

    fn bytes(&mut self, at: Position, count: u64) -> io::Result<Vec<u8>> {
        let Some(file) = self.open(at.segment)? else { return Ok(Vec::new()) };
        file.seek(SeekFrom::Start(at.offset))?;
        let mut bytes = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
        file.take(count).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Deletes segments that the database has taken in. The newest of them stays: a database that
    /// loses its last moments in a crash of its own reads them again.
    fn tidy(&mut self) -> io::Result<()> {
        if self.tidied == self.at.segment {
            return Ok(());
        }
        let done = segments(&self.folder)?.into_iter().filter(|segment| *segment < self.at.segment);
        for segment in done.rev().skip(1) {
            fs::remove_file(segment_path(&self.folder, segment))?;
        }
        self.tidied = self.at.segment;
        Ok(())
    }
}

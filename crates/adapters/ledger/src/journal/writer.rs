//! The thread that writes the journal.
//!
//! Callers hand over finished lines and wait; the thread takes all that have gathered, writes them
//! with one call, and tells each caller. The busier it is, the more one write carries (group
//! commit, as databases do it). It blocks on the disk so that no async thread has to.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot, watch};

use super::folder::{private, segment_path};
use super::{Mark, Position};
use crate::health::Counters;
use crate::settings::Durability;

/// How many callers may wait before further ones wait for a place to wait.
const QUEUE: usize = 4096;
/// How many lines one write carries at most.
const GROUP: usize = 1024;

/// A line to write, and whom to tell.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A record.
    Line(Vec<u8>, oneshot::Sender<Result<(), Arc<str>>>),
    /// Finish what is waiting, then end.
    Stop,
}

/// What the thread needs.
#[derive(Debug)]
pub(crate) struct WriterSettings {
    pub(crate) folder: PathBuf,
    pub(crate) durability: Durability,
    pub(crate) segment_bytes: u64,
    pub(crate) counters: Arc<Counters>,
}

/// The journal's writing end.
#[derive(Debug)]
pub(crate) struct Writer {
    settings: WriterSettings,
    mark: watch::Sender<Mark>,
    /// The segment being written; `None` until the first record, and after a failure that left
    /// it in doubt.
    file: Option<File>,
    segment: u64,
    /// Number for the segment after it.
    next: u64,
    length: u64,
    group: Vec<u8>,
}

impl Writer {
    /// Starts the thread. `mark` holds what is there already; its `end` is where to begin.
    pub(crate) fn start(
        settings: WriterSettings,
        mark: watch::Sender<Mark>,
    ) -> io::Result<(mpsc::Sender<Entry>, JoinHandle<()>)> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let segment = mark.borrow().end.segment;
        let mut writer =
            Self { settings, mark, file: None, segment, next: segment, length: 0, group: Vec::new() };
        let thread =
            std::thread::Builder::new().name("journal".into()).spawn(move || writer.run(receiver))?;
        Ok((sender, thread))
    }

    fn run(&mut self, mut receiver: mpsc::Receiver<Entry>) {
        let mut entries = Vec::with_capacity(GROUP);
        let mut callers = Vec::with_capacity(GROUP);
        while receiver.blocking_recv_many(&mut entries, GROUP) > 0 {
            let mut stop = false;
            self.group.clear();
            for entry in entries.drain(..) {
                match entry {
                    Entry::Line(line, caller) => {
                        self.group.extend_from_slice(&line);
                        callers.push(caller);
                    }
                    Entry::Stop => stop = true,
                }
            }
            self.write_group(&mut callers);
            if stop {
                // What was sent after Stop is still in the queue: it is written, then the loop ends.
                receiver.close();
            }
        }
    }

    fn write_group(&mut self, callers: &mut Vec<oneshot::Sender<Result<(), Arc<str>>>>) {
        if callers.is_empty() {
            return;
        }
        let result = self.append().map_err(|error| self.doubt(&error));
        if result.is_ok() {
            self.publish(callers.len());
        }
        for caller in callers.drain(..) {
            // A caller that no longer waits is told nothing; its record is written all the same.
            let _gone = caller.send(result.clone());
        }
    }

    fn append(&mut self) -> io::Result<()> {
        let power = self.settings.durability == Durability::Power;
        if self.length > 0 && self.length + bytes(&self.group) > self.settings.segment_bytes {
            self.file = None;
        }
        if self.file.is_none() {
            self.begin_segment(power)?;
        }
        let Some(file) = self.file.as_mut() else { return Err(io::Error::other("no segment is open")) };
        file.write_all(&self.group)?;
        if power {
            file.sync_data()?;
        }
        Ok(())
    }

    fn begin_segment(&mut self, power: bool) -> io::Result<()> {
        let (file, segment) = create(&self.settings.folder, self.next)?;
        if power {
            File::open(&self.settings.folder)?.sync_all()?;
        }
        (self.file, self.segment, self.next, self.length) = (Some(file), segment, segment + 1, 0);
        Ok(())
    }

    fn publish(&mut self, records: usize) {
        let added = bytes(&self.group);
        self.length += added;
        let end = Position { segment: self.segment, offset: self.length };
        self.mark.send_modify(|mark| {
            mark.end = end;
            mark.bytes += added;
            mark.records += u64::try_from(records).unwrap_or(0);
        });
        if self.settings.counters.journal_broken.load(std::sync::atomic::Ordering::Relaxed) {
            self.settings.counters.set_journal_error(None);
        }
    }

    /// After a failed write: takes back what of the group reached the file, so that nobody finds a
    /// record there whose caller was told that it failed. Where that fails too, the segment is left.
    fn doubt(&mut self, error: &io::Error) -> Arc<str> {
        let text = error.to_string();
        tracing::error!(error = %text, "the journal can't be written; no call is opened until it can");
        let mended = self.file.as_ref().is_some_and(|file| file.set_len(self.length).is_ok());
        let synced = self.settings.durability == Durability::Process;
        if !(mended && synced) {
            self.file = None;
        }
        self.settings.counters.set_journal_error(Some(text.clone()));
        text.into()
    }
}

fn create(folder: &Path, first: u64) -> io::Result<(File, u64)> {
    let mut segment = first;
    loop {
        match private().append(true).create_new(true).open(segment_path(folder, segment)) {
            Ok(file) => return Ok((file, segment)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => segment += 1,
            Err(error) => return Err(error),
        }
    }
}

fn bytes(group: &[u8]) -> u64 {
    u64::try_from(group.len()).unwrap_or(u64::MAX)
}

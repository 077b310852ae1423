//! The journal's folder: its lock, its name, its segments.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::Position;

/// The folder, locked for this process for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    name: String,
    _lock: File,
}

impl Folder {
    /// Opens or makes the folder. `name` is what a new one is called in the database.
    pub(crate) fn open(data: &Path, name: &str) -> io::Result<Self> {
        let path = data.join("journal");
        fs::create_dir_all(&path)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let problem = format!("{} is in use by another process", path.display());
                return Err(io::Error::new(io::ErrorKind::WouldBlock, problem));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let name = named(&path.join("name"), name)?;
        Ok(Self { path, name, _lock: lock })
    }

    /// What the journal is called in the database: the same for the folder's whole life.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Cuts the half-written record that a crash may have left at the end of the newest segment;
    /// returns how many bytes that were.
    pub(crate) fn mend(&self) -> io::Result<u64> {
        let Some(newest) = segments(&self.path)?.pop() else { return Ok(0) };
        let mut file = OpenOptions::new().read(true).write(true).open(segment_path(&self.path, newest))?;
        let length = file.metadata()?.len();
        let whole = end_of_last_line(&mut file, length)?;
        if whole < length {
            file.set_len(whole)?;
            file.sync_all()?;
        }
        Ok(length - whole)
    }

    /// Bytes and records after `position`.
    pub(crate) fn waiting(&self, position: Position) -> io::Result<(u64, u64)> {
        let (mut bytes, mut records) = (0, 0);
        for segment in segments(&self.path)?.into_iter().filter(|segment| *segment >= position.segment) {
            let mut file = File::open(segment_path(&self.path, segment))?;
            if segment == position.segment {
                file.seek(SeekFrom::Start(position.offset))?;
            }
            let mut buffer = vec![0; 256 * 1024];
            loop {
                let read = file.read(&mut buffer)?;
                if read == 0 {
                    break;
                }
                bytes += u64::try_from(read).unwrap_or(0);
                records += buffer[..read].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            }
        }
        Ok((bytes, records))
    }

    /// The number for the next segment: above all that exist and above where the database is.
    pub(crate) fn next_segment(&self, position: Position) -> io::Result<u64> {
        let newest = segments(&self.path)?.pop().unwrap_or(0);
        Ok(newest.max(position.segment) + 1)
    }
}

fn named(path: &Path, name: &str) -> io::Result<String> {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Ok(_) => write_name(path, name),
        Err(error) if error.kind() == io::ErrorKind::NotFound => write_name(path, name),
        Err(error) => Err(error),
    }
}

fn write_name(path: &Path, name: &str) -> io::Result<String> {
    let draft = path.with_extension("new");
    fs::write(&draft, name)?;
    fs::rename(&draft, path)?;
    Ok(name.to_owned())
}

fn end_of_last_line(file: &mut File, length: u64) -> io::Result<u64> {
    let mut end = length;
    while end > 0 {
        let start = end.saturating_sub(64 * 1024);
        let mut buffer = vec![0; usize::try_from(end - start).unwrap_or(0)];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut buffer)?;
        if let Some(at) = buffer.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + u64::try_from(at).unwrap_or(0) + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The numbers of the segments that exist, ascending.
pub(super) fn segments(folder: &Path) -> io::Result<Vec<u64>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_suffix(".log"))
            .and_then(|stem| stem.parse::<u64>().ok());
        found.extend(number);
    }
    found.sort_unstable();
    Ok(found)
}

pub(super) fn segment_path(folder: &Path, segment: u64) -> PathBuf {
    folder.join(format!("{segment:010}.log"))
}

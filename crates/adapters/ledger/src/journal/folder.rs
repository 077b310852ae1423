//! The journal's folder: its lock, its name, its segments.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::Position;

/// The folder, locked for this process for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    name: String,
    age: Age,
    _lock: File,
}

/// Whether the database has ever heard of a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Age {
    /// Not yet.
    New,
    /// An earlier process has told it.
    Known,
}

/// The file that holds a folder's name.
const NAME: &str = "name";

/// How files are made that only this user may read.
pub(super) fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has a mode to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

impl Folder {
    /// Opens or makes the folder. `name` is what a new one is called in the database.
    pub(crate) fn open(data: &Path, name: &str) -> io::Result<Self> {
        let path = data.join("journal");
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        let lock = private().create(true).truncate(false).write(true).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let problem = format!("{} is in use by another process", path.display());
                return Err(io::Error::new(io::ErrorKind::WouldBlock, problem));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let (name, age) = named(&path.join(NAME), name)?;
        Ok(Self { path, name, age, _lock: lock })
    }

    /// Whether the database has ever heard of it.
    pub(crate) const fn age(&self) -> Age {
        self.age
    }

    /// What the journal is called in the database: the same for the folder's whole life.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Writes the name down, once the database knows it.
    pub(crate) fn keep_name(&self) -> io::Result<()> {
        if self.age == Age::Known {
            return Ok(());
        }
        let draft = self.path.join("name.new");
        private().create(true).truncate(true).write(true).open(&draft)?.write_all(self.name.as_bytes())?;
        fs::rename(&draft, self.path.join(NAME))
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

    /// Bytes and records from `position` to where segment `end` begins.
    pub(crate) fn between(&self, position: Position, end: u64) -> io::Result<(u64, u64)> {
        let (mut bytes, mut records) = (0, 0);
        let wanted = |segment: &u64| (position.segment..end).contains(segment);
        for segment in segments(&self.path)?.into_iter().filter(wanted) {
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
    /// Where that is not known, far above, in case the folder is an older copy of itself: a
    /// segment below the database's position would never be read.
    pub(crate) fn next_segment(&self, position: Option<Position>) -> io::Result<u64> {
        let newest = segments(&self.path)?.pop().unwrap_or(0);
        Ok(match position {
            Some(position) => newest.max(position.segment) + 1,
            None => newest + LEAP,
        })
    }
}

/// Segments that an older copy of a folder can be behind by: some terabytes of journal.
const LEAP: u64 = 100_000;

fn named(path: &Path, name: &str) -> io::Result<(String, Age)> {
    let new = || Ok((name.to_owned(), Age::New));
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => Ok((text.trim().to_owned(), Age::Known)),
        Ok(_) => new(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => new(),
        Err(error) => Err(error),
    }
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

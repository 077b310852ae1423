//! The data folder: for this server's own user alone.
//!
//! Prompts and answers lie in it in the clear, so no other user of the machine may look into it,
//! whatever the umask. A folder that an earlier version, or a person, left open is closed at the
//! start, and the log says so. It must never change a folder or a file that belongs to somebody else.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::Context as _;

/// Makes the folder, or closes one that is there.
///
/// # Errors
/// Where it can't be made or is no folder that this server can use.
pub(super) fn open(data: &Path) -> anyhow::Result<()> {
    make(data).with_context(|| format!("making {}", data.display()))?;
    close(data).with_context(|| format!("closing {} to other users", data.display()))
}

/// Makes the folder for this user alone, where there is none.
pub(super) fn make(data: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data)
}

#[cfg(not(unix))]
fn close(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn close(data: &Path) -> std::io::Result<()> {
    let (folder, me) = (std::fs::metadata(data)?, own_user(data)?);
    if folder.uid() != me {
        if is_open(&folder) {
            log(data, "the data folder belongs to another user and is open to others");
        }
        return Ok(());
    }
    let closed = close_holdings(data, me)?;
    // Last: who starts again after a failure above finds the same to do.
    if is_open(&folder) {
        set_mode(data, folder.mode())?;
    }
    if is_open(&folder) || closed > 0 {
        log(data, "other users could read the data folder; only this one can now");
    }
    Ok(())
}

#[cfg(unix)]
fn log(data: &Path, what: &str) {
    tracing::warn!(data = %data.display(), "{what}");
}

/// Closes what is this user's own; returns how many files and folders that were.
#[cfg(unix)]
fn close_holdings(data: &Path, me: u32) -> std::io::Result<u64> {
    let mut closed = 0;
    for path in holdings(data)? {
        let found = std::fs::symlink_metadata(&path)?;
        if !found.is_symlink() && found.uid() == me && is_open(&found) {
            set_mode(&path, found.mode())?;
            closed += 1;
        }
    }
    Ok(closed)
}

#[cfg(unix)]
fn is_open(found: &std::fs::Metadata) -> bool {
    found.mode() & 0o077 != 0
}

/// What the server keeps in its data folder: databases with the files beside them, and the journal.
/// The other files were never open. What else lies there is none of its business.
#[cfg(unix)]
fn holdings(data: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    const DATABASES: [&str; 3] = ["control.db", "ledger.db", "ledger-content.db"];
    let journal = data.join("journal");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        if DATABASES.iter().any(|name| entry.file_name().to_string_lossy().starts_with(name)) {
            found.push(entry.path());
        }
    }
    if journal.is_dir() {
        for entry in std::fs::read_dir(&journal)? {
            found.push(entry?.path());
        }
        found.push(journal);
    }
    Ok(found)
}

/// The user that new files of this process belong to: the one of a file that was just made.
#[cfg(unix)]
fn own_user(data: &Path) -> std::io::Result<u32> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let probe = data.join(format!("probe-{}", std::process::id()));
    let file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&probe)?;
    std::fs::remove_file(&probe)?;
    Ok(file.metadata()?.uid())
}

/// Leaves of a mode what the file's own user may do.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode & 0o700))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn opened(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_new_data_folder_is_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        open(&data).unwrap();
        open(&data).unwrap();
        assert_eq!(mode(&data), 0o700);
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "nothing is left in it");
    }

    #[test]
    fn an_open_data_folder_is_closed_with_what_the_server_keeps_there() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir_all(data.join("journal")).unwrap();
        let files = [
            ("control.db", 0o644, 0o600),
            ("ledger.db-wal", 0o664, 0o600),
            ("ledger-content.db", 0o640, 0o600),
            ("journal/00000001.log", 0o644, 0o600),
            ("notes.txt", 0o644, 0o644),
        ];
        for (name, before, _) in files {
            std::fs::write(data.join(name), "").unwrap();
            opened(&data.join(name), before);
        }
        opened(&data.join("journal"), 0o755);
        opened(&data, 0o755);
        open(&data).unwrap();
        assert_eq!((mode(&data), mode(&data.join("journal"))), (0o700, 0o700));
        for (name, _, after) in files {
            assert_eq!(mode(&data.join(name)), after, "{name}");
        }
    }
}

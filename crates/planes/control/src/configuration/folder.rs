//! Reading a workspace's folder, within bounds.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use config::{Files, Problem, Severity};

/// Largest file that is read.
const MAX_FILE: u64 = 1 << 20;
/// Most bytes of all files together.
const MAX_ALL: u64 = 32 << 20;
/// Most files.
const MAX_FILES: usize = 5_000;
/// Deepest folder below the workspace.
const MAX_DEPTH: usize = 6;

/// What a folder looks like from outside: enough to tell that something in it has changed.
pub(crate) type Fingerprint = Vec<(String, Option<SystemTime>, u64)>;

/// Reads the files of a workspace.
///
/// # Errors
/// A problem for each file that can't be read, is too large or is not UTF-8.
pub fn read_folder(folder: &Path) -> Result<Files, Vec<Problem>> {
    let found = walk(folder)?;
    let (mut files, mut problems, mut all) = (Files::new(), Vec::new(), 0);
    for (path, _, size) in found {
        all += size;
        match read(&folder.join(&path), size, all) {
            Ok(text) => drop(files.insert(path, text)),
            Err(problem) => problems.push(of_file(&path, &problem)),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// Looks at the folder without reading its files. A folder that can't be looked at looks empty.
pub(crate) fn fingerprint(folder: &Path) -> Fingerprint {
    walk(folder).unwrap_or_default()
}

fn read(path: &Path, size: u64, all: u64) -> Result<String, String> {
    if size > MAX_FILE {
        return Err(format!("the file has {size} bytes; the most that is read is {MAX_FILE}"));
    }
    if all > MAX_ALL {
        return Err(format!("the files have more than {MAX_ALL} bytes together, the most that is read"));
    }
    let bytes = fs::read(path).map_err(|error| format!("the file can't be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        format!("the file is not UTF-8 text (byte {})", error.utf8_error().valid_up_to() + 1)
    })
}

fn walk(folder: &Path) -> Result<Fingerprint, Vec<Problem>> {
    let mut found = Fingerprint::new();
    let mut open = vec![(PathBuf::new(), 0)];
    while let Some((inner, depth)) = open.pop() {
        let entries =
            fs::read_dir(folder.join(&inner)).map_err(|error| vec![no_folder(folder, &inner, &error)])?;
        for entry in entries.flatten() {
            let path = inner.join(entry.file_name());
            // Follows links: mounted configuration is often a folder of links.
            let Ok(meta) = fs::metadata(folder.join(&path)) else { continue };
            let Some(name) = slashed(&path) else { continue };
            if meta.is_dir() && depth < MAX_DEPTH && !hidden(&path) {
                open.push((path, depth + 1));
            } else if meta.is_file() && config::concerns(&name) {
                found.push((name, meta.modified().ok(), meta.len()));
            }
            if found.len() > MAX_FILES {
                return Err(vec![of_file(
                    "countersign.toml",
                    &format!("there are more than {MAX_FILES} files here"),
                )]);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

fn no_folder(folder: &Path, inner: &Path, error: &io::Error) -> Problem {
    let place = folder.join(inner);
    let name = slashed(inner).filter(|name| !name.is_empty()).unwrap_or_else(|| "countersign.toml".into());
    of_file(&name, &format!("the folder {} can't be read: {error}", place.display()))
}

fn of_file(file: &str, message: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 0,
        column: 0,
        width: 1,
        message: message.to_owned(),
        help: None,
        source_line: String::new(),
        severity: Severity::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_workspace_is_read_and_the_rest_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &[u8]| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("countersign.toml", b"a");
        write("workflows/x.toml", b"b");
        write(".git/config.toml", b"c");
        write("README.md", b"\xff");
        let names: Vec<_> = read_folder(folder.path()).unwrap().into_keys().collect();
        assert_eq!(names, ["countersign.toml", "workflows/x.toml"]);

        let before = fingerprint(folder.path());
        write("workflows/y.toml", b"\xff");
        assert_ne!(fingerprint(folder.path()), before);
        write("workflows/z.toml", &vec![b'#'; usize::try_from(MAX_FILE).unwrap() + 1]);
        let problems = read_folder(folder.path()).unwrap_err();
        let said: Vec<_> =
            problems.iter().map(|problem| (problem.file.as_str(), &problem.message[..20])).collect();
        assert_eq!(
            said,
            [("workflows/y.toml", "the file is not UTF-"), ("workflows/z.toml", "the file has 1048577")]
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_problem_with_its_path() {
        let problems = read_folder(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(problems[0].message.contains("/nowhere/at/all"), "{}", problems[0]);
    }
}

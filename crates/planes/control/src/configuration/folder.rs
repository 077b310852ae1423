//! Reading a workspace's folder, within bounds.
//!
//! What is parsed must be a readable file of UTF-8 text: a name that is there and can't be read is a
//! problem, never passed over, because a workflow that vanishes is refused to all its callers. What is
//! not parsed is never opened. A pipe is never opened either: reading one could wait for ever.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use config::{Files, Interest, Problem, Severity};

/// Largest file that is read.
const MAX_FILE: u64 = 1 << 20;
/// Most bytes of all files together.
const MAX_ALL: u64 = 32 << 20;
/// Most files.
const MAX_FILES: usize = 5_000;
/// Deepest folder below the workspace.
const MAX_DEPTH: usize = 6;

/// What a folder looks like from outside: enough to tell that something in it has changed.
pub(crate) type Fingerprint = Vec<(String, Option<Look>)>;

/// What a file looks like from outside. One that can't be looked at has none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Look {
    /// Its length in bytes.
    size: u64,
    /// When its content changed, in seconds and nanoseconds.
    modified: (i64, i64),
    /// When anything about it changed, who may read it included.
    changed: (i64, i64),
}

impl Look {
    fn at(meta: &Metadata) -> Self {
        Self {
            size: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }
}

/// Reads the files of a workspace.
///
/// # Errors
/// A problem for each file that is parsed and can't be read, is too large or is not UTF-8.
pub fn read_folder(folder: &Path) -> Result<Files, Vec<Problem>> {
    let Found { seen, mut problems } = walk(folder);
    let (mut files, mut all) = (Files::new(), 0);
    for (path, look) in seen {
        let Some(look) = look else { continue };
        let text = match config::interest(&path) {
            Interest::Text => {
                all += look.size;
                read(&folder.join(&path), all)
            }
            Interest::Folder | Interest::Name | Interest::None => Ok(String::new()),
        };
        match text {
            Ok(text) => drop(files.insert(path, text)),
            Err(problem) => problems.push(of_file(&path, &problem)),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// Looks at the folder without reading its files. A folder that can't be looked at looks empty.
pub(crate) fn fingerprint(folder: &Path) -> Fingerprint {
    walk(folder).seen
}

/// Reads one file; `all` is the size of those so far and of this one.
fn read(path: &Path, all: u64) -> Result<String, String> {
    if all > MAX_ALL {
        return Err(format!("the files have more than {MAX_ALL} bytes together, the most that is read"));
    }
    let cant = |error: io::Error| format!("the file can't be read: {error}");
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cant)?;
    let size = file.metadata().map_err(cant)?.len();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(cant)?;
    let longest = usize::try_from(MAX_FILE).unwrap_or(usize::MAX);
    if bytes.len() > longest {
        return Err(format!("the file has {size} bytes; the most that is read is {MAX_FILE}"));
    }
    String::from_utf8(bytes).map_err(|error| {
        format!("the file is not UTF-8 text (byte {})", error.utf8_error().valid_up_to() + 1)
    })
}

/// What stands in a workspace's folder.
#[derive(Default)]
struct Found {
    /// What is of interest, in the order of the names. What can't be looked at is there too.
    seen: Fingerprint,
    /// Why some of it can't be read.
    problems: Vec<Problem>,
}

fn walk(folder: &Path) -> Found {
    let mut found = Found::default();
    let mut open = vec![(PathBuf::new(), 0)];
    while let Some((inner, depth)) = open.pop() {
        match names(&folder.join(&inner)) {
            Err(error) => found.closed(folder, &inner, &error),
            Ok(names) => {
                let inside = names.into_iter().map(|name| inner.join(name));
                let deeper = inside.filter(|path| found.look(folder, path) == Next::Enter);
                open.extend(deeper.filter(|_| depth < MAX_DEPTH).map(|path| (path, depth + 1)));
            }
        }
        if found.seen.len() > MAX_FILES {
            let many = format!("there are more than {MAX_FILES} files here");
            found.problems = vec![of_file("countersign.toml", &many)];
            break;
        }
    }
    found.seen.sort();
    found
}

fn names(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

/// What to do after a look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Enter,
    Pass,
}

impl Found {
    /// Looks at one path, and notes what is of interest. Follows links: mounted configuration is
    /// often a folder of links.
    fn look(&mut self, folder: &Path, path: &Path) -> Next {
        let (name, full) = (slashed(path), folder.join(path));
        let interest = config::interest(&name);
        let meta = fs::metadata(&full);
        if let Ok(meta) = &meta
            && meta.is_dir()
            && interest != Interest::Text
        {
            return if config::enters(&name) { Next::Enter } else { Next::Pass };
        }
        let wanted = match interest {
            Interest::Text => "a file",
            Interest::Folder => "a folder",
            Interest::Name | Interest::None => {
                if let Ok(meta) = meta
                    && interest == Interest::Name
                {
                    self.seen.push((name, Some(Look::at(&meta))));
                }
                return Next::Pass;
            }
        };
        match meta {
            _ if path.to_str().is_none() => self.unreadable(name, "its name is not UTF-8"),
            Ok(meta) if meta.is_file() && interest == Interest::Text => {
                self.seen.push((name, Some(Look::at(&meta))));
            }
            Ok(meta) => self.unreadable(name, &format!("this is {}; expected {wanted}", kind(&meta))),
            // Taken away since the folder was read: not there, and so no problem.
            Err(_) if is_gone(&full) => {}
            Err(error) => self.unreadable(name, &why(&full, &error)),
        }
        Next::Pass
    }

    fn unreadable(&mut self, name: String, why: &str) {
        self.problems.push(of_file(&name, why));
        self.seen.push((name, None));
    }

    /// A folder whose names can't be read. One that nothing would be parsed from is left alone.
    fn closed(&mut self, folder: &Path, inner: &Path, error: &io::Error) {
        let name = slashed(inner);
        let file = if name.is_empty() { "countersign.toml".to_owned() } else { name };
        if matches!(config::interest(&file), Interest::Text | Interest::Folder) {
            let place = folder.join(inner);
            self.unreadable(file, &format!("the folder {} can't be read: {error}", place.display()));
        }
    }
}

fn is_gone(full: &Path) -> bool {
    fs::symlink_metadata(full).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Why something can't be looked at.
fn why(full: &Path, error: &io::Error) -> String {
    match fs::read_link(full) {
        Ok(target) => format!("this is a link to {}, which can't be read: {error}", target.display()),
        Err(_) => format!("this can't be read: {error}"),
    }
}

fn kind(meta: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = meta.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file"
    } else if kind.is_fifo() {
        "a pipe"
    } else {
        "a socket or a device"
    }
}

/// The path with `/` between folders. What is not UTF-8 in it is replaced.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
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

    fn writer(folder: &Path) -> impl Fn(&str, &[u8]) + '_ {
        |path, text| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn what_belongs_to_a_workspace_is_read_and_the_rest_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = writer(folder.path());
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
    fn what_is_not_parsed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let write = writer(folder.path());
        write("countersign.toml", b"a");
        write("suites/cases.jsonl", &vec![0xe9; 3 << 20]);
        write("prompts/diagram.png", b"\x89PNG\xff");
        write("workflows/diagram.png", b"\x89PNG\xff");
        write("suites/deep/x.toml", b"\xff");
        std::os::unix::fs::symlink("nowhere", folder.path().join("prompts/logo.png")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("workflows/.#x.toml")).unwrap();
        let files = read_folder(folder.path()).unwrap();
        let read: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(read, [("countersign.toml", "a"), ("workflows/diagram.png", "")]);
        let before = fingerprint(folder.path());
        write("suites/cases.jsonl", b"changed");
        assert_eq!(fingerprint(folder.path()), before);
    }

    #[test]
    fn a_name_that_is_parsed_and_cant_be_read_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let write = writer(folder.path());
        write("countersign.toml", b"a");
        write("workflows/good.toml", b"b");
        fs::create_dir(at("workflows/folder.toml")).unwrap();
        std::os::unix::fs::symlink("../gone.toml", at("workflows/link.toml")).unwrap();
        std::os::unix::fs::symlink("loop.toml", at("workflows/loop.toml")).unwrap();
        std::os::unix::fs::symlink("/nowhere", at("policies")).unwrap();
        write("prompts", b"a file");
        let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"latin-\xe9.toml");
        fs::write(at("workflows").join(name), "").unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(at("workflows/pipe.toml")).status();
        assert!(pipe.unwrap().success());
        let broken = fingerprint(folder.path());
        let problems = read_folder(folder.path()).unwrap_err();
        let said: Vec<_> = problems.iter().map(|one| format!("{}: {}\n", one.file, one.message)).collect();
        let mut said = said;
        said.sort();
        expect_test::expect![[r#"
            policies: this is a link to /nowhere, which can't be read: No such file or directory (os error 2)
            prompts: this is a file; expected a folder
            workflows/folder.toml: this is a folder; expected a file
            workflows/latin-�.toml: its name is not UTF-8
            workflows/link.toml: this is a link to ../gone.toml, which can't be read: No such file or directory (os error 2)
            workflows/loop.toml: this is a link to loop.toml, which can't be read: Too many levels of symbolic links (os error 40)
            workflows/pipe.toml: this is a pipe; expected a file
        "#]].assert_eq(&said.concat());

        fs::remove_file(at("workflows/link.toml")).unwrap();
        write("workflows/link.toml", b"");
        assert_ne!(fingerprint(folder.path()), broken, "what is mended is seen");
    }

    #[test]
    fn who_may_read_a_file_is_part_of_how_it_looks() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        writer(folder.path())("countersign.toml", b"a");
        let before = fingerprint(folder.path());
        let closed = fs::Permissions::from_mode(0o000);
        fs::set_permissions(folder.path().join("countersign.toml"), closed).unwrap();
        assert_ne!(fingerprint(folder.path()), before);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_problem_with_its_path() {
        let problems = read_folder(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(problems[0].message.contains("/nowhere/at/all"), "{}", problems[0]);
    }
}

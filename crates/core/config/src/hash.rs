//! Names for exactly what ran: one hash over all files, and one per workflow.
//!
//! Every part is framed by its length, so that no two different lists of parts hash alike. Line
//! ends are `\n` whatever a checkout made of them, so that all machines agree.

use sha2::{Digest, Sha256};

use crate::Files;
use crate::check::files::is_parsed;

#[derive(Default)]
struct Framed(Sha256);

impl Framed {
    fn part(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n");
        self.0.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn hash(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    fn hex(self) -> String {
        use std::fmt::Write as _;
        self.hash().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string can't fail.
            let _infallible = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// SHA-256 over paths and texts of the files that are parsed, in the order of the paths. What nothing
/// is read from changes nothing that runs, and so not the hash either.
pub(crate) fn files(files: &Files) -> String {
    let mut framed = Framed::default();
    for (path, text) in files.iter().filter(|(path, _)| is_parsed(path)) {
        framed.part(path);
        framed.part(text);
    }
    framed.hex()
}

/// The version of a prompt: digits of a hash over its file.
pub(crate) fn prompt(text: &str) -> String {
    let mut framed = Framed::default();
    framed.part(text);
    framed.hex().chars().take(domain::prompt::VERSION_DIGITS).collect()
}

/// The hash of a list of parts.
pub(crate) fn seed<'a>(parts: impl IntoIterator<Item = &'a str>) -> [u8; 32] {
    let mut framed = Framed::default();
    for part in parts {
        framed.part(part);
    }
    framed.hash()
}

/// The variant that a list of parts makes: `v-` and eight hexadecimal digits.
pub(crate) fn variant<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut framed = Framed::default();
    for part in parts {
        framed.part(part);
    }
    format!("v-{}", framed.hex().get(..8).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> String {
        files(&pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn the_hash_is_the_same_everywhere_and_for_ever() {
        assert_eq!(of(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let (root, prices) = ("countersign.toml", "prices.toml");
        assert_eq!(of(&[(root, "x\r\ny")]), of(&[(root, "x\ny")]));
        assert_ne!(of(&[("prices.toml", "bc")]), of(&[("countersign.toml", "bc")]));
        assert_ne!(of(&[(root, "b"), (prices, "")]), of(&[(root, ""), (prices, "b")]));
        assert_eq!(of(&[(root, "b"), ("README.md", "x"), ("workflow/a.toml", "y")]), of(&[(root, "b")]));
        for left_alone in
            ["suites/cases.jsonl", "suites/a.toml", "prompts/b.png", "policies/b.md", "workflows/.x.toml"]
        {
            assert_eq!(of(&[(root, "b"), (left_alone, "x")]), of(&[(root, "b")]), "{left_alone}");
        }
        for parsed in ["workflows/a.toml", "prompts/b.prompty", "policies/c.toml"] {
            assert_ne!(of(&[(root, "b"), (parsed, "x")]), of(&[(root, "b")]), "{parsed}");
        }
    }
}

//! The pages about error codes, compiled in: what `docs/errors` says, wherever the binary runs.
//!
//! The table is made from the folder by `build.rs`, so it can't be another than the folder. The
//! texts hold nothing private and are shown to anyone who asks.

use domain::Refusal;

/// The pages by code, in order.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/codes.rs"));

/// The page over all codes, as Markdown.
pub(crate) const INDEX: &str = include_str!("../../../../docs/errors/README.md");

/// The page about one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodePage {
    /// The code: `CS-0205`.
    pub code: &'static str,
    /// The whole page, as Markdown. Its first line is `# CS-0205: Model not allowed`.
    pub text: &'static str,
}

impl CodePage {
    /// What the code means, in a few words: `Model not allowed`.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let head = self.text.lines().next().unwrap_or_default();
        head.split_once(": ").map_or(self.code, |(_, title)| title)
    }

    /// Where a running server shows the page: `/errors/CS-0205`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/errors/{}", self.code)
    }
}

/// Every page, by code.
pub fn all() -> impl Iterator<Item = CodePage> {
    PAGES.iter().map(|&(code, text)| CodePage { code, text })
}

/// The page about a code as a person may write it: `CS-0205`, `cs-0205`, `0205` or `205`.
///
/// # Errors
/// A refusal where there is no such code.
pub fn find(asked: &str) -> Result<CodePage, Refusal> {
    let upper = asked.trim().to_ascii_uppercase();
    let digits = upper.strip_prefix("CS-").unwrap_or(&upper);
    let code = format!("CS-{digits:0>4}");
    all().find(|page| page.code == code).ok_or_else(|| Refusal::NotFound {
        noun: "error code",
        name: asked.to_owned(),
        hint: "; codes look like CS-0205".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let codes: Vec<String> = Refusal::all_codes().iter().map(ToString::to_string).collect();
        let pages: Vec<&str> = all().map(|page| page.code).collect();
        assert_eq!(pages, codes);
    }

    #[test]
    fn every_page_opens_with_its_code_and_title_and_is_in_the_index() {
        for page in all() {
            assert!(page.text.starts_with(&format!("# {}: {}\n", page.code, page.title())), "{}", page.code);
            let line = format!("| [{0}]({0}.md) |", page.code);
            let listed = INDEX.lines().find(|known| known.starts_with(&line));
            let ending = format!(" | {} |", page.title());
            assert!(listed.is_some_and(|known| known.ends_with(&ending)), "{}", page.code);
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for asked in ["CS-0205", "cs-0205", "0205", "205", " CS-205 "] {
            assert_eq!(find(asked).map(|page| page.code), Ok("CS-0205"), "{asked}");
        }
        for asked in ["", "CS-", "CS-9999", "CS-../x", "model"] {
            assert!(find(asked).is_err(), "{asked}");
        }
    }
}

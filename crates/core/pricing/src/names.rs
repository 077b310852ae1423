//! Other ways to write a model's name.
//!
//! Providers accept, and clients send, more spellings than a list can hold: a dated snapshot
//! (`gpt-4o-2024-08-06`), the same date without dashes, a resource path (`models/gemini-2.5-pro`),
//! capitals. These are tried in turn after the name itself, the closest first; a name the list
//! states is never bypassed.

/// Longest name that is looked up. A longer one is no model's name.
const LONGEST: usize = 512;

/// The spellings under which to look for `asked` in a list with these names of its own, without
/// `asked` itself.
pub(crate) fn spellings(asked: &str, list_names: &[&str]) -> Vec<String> {
    if asked.len() > LONGEST {
        return Vec::new();
    }
    let lower = asked.to_lowercase();
    let mut found = Vec::new();
    let bare = without_path(&lower, list_names);
    for name in [Some(lower.as_str()), bare].into_iter().flatten() {
        found.push(name.to_owned());
        let (stem, suffix) = split_version(name);
        if let Some(dashed) = suffix.and_then(dashed) {
            found.push(format!("{stem}-{dashed}"));
        }
        if suffix.is_some() {
            found.push(stem.to_owned());
        }
    }
    found.retain(|name| name != asked);
    found
}

/// The name after a resource path or the list's own name.
fn without_path<'a>(name: &'a str, list_names: &[&str]) -> Option<&'a str> {
    let (path, rest) = name.rsplit_once('/')?;
    let resource = path == "models" || path.ends_with("/models");
    (resource || list_names.contains(&path)).then_some(rest)
}

/// Splits a snapshot's date or number off: `-2024-08-06`, `-20250929`, `@20250929`, `-001`.
fn split_version(name: &str) -> (&str, Option<&str>) {
    for length in [10, 8, 3] {
        let Some(at) = name.len().checked_sub(length) else { continue };
        let (Some(head), Some(version)) = (name.get(..at), name.get(at..)) else { continue };
        let stem = head.strip_suffix('-').or_else(|| head.strip_suffix('@').filter(|_| length == 8));
        match stem {
            Some(stem) if !stem.is_empty() && is_version(version) => return (stem, Some(version)),
            _ => {}
        }
    }
    (name, None)
}

/// A date of this millennium with dashes or without, or three digits.
fn is_version(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| text.as_bytes()[range].iter().all(u8::is_ascii_digit);
    match text.len() {
        10 => text.starts_with("20") && digits(0..4) && digits(5..7) && digits(8..10) && dashes(text),
        8 => text.starts_with("20") && digits(0..8),
        _ => digits(0..text.len()),
    }
}

fn dashes(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes[4] == b'-' && bytes[7] == b'-'
}

/// `20250929` as `2025-09-29`.
fn dashed(version: &str) -> Option<String> {
    (version.len() == 8).then(|| format!("{}-{}-{}", &version[..4], &version[4..6], &version[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_go_from_close_to_far() {
        let all = |name: &str| spellings(name, &["google", "gemini"]).join(" | ");
        assert_eq!(all("gpt-4o"), "");
        assert_eq!(all("GPT-4o"), "gpt-4o");
        assert_eq!(all("gpt-6-sol-20261001"), "gpt-6-sol-2026-10-01 | gpt-6-sol");
        assert_eq!(all("claude-opus-5@20260601"), "claude-opus-5-2026-06-01 | claude-opus-5");
        assert_eq!(all("models/gemini-2.5-pro"), "gemini-2.5-pro");
        assert_eq!(
            all("publishers/google/models/gemini-2.0-flash-001"),
            "publishers/google/models/gemini-2.0-flash | gemini-2.0-flash-001 | gemini-2.0-flash"
        );
        assert_eq!(all("google/gemini-2.5-pro"), "gemini-2.5-pro");
        assert_eq!(all("acme/gemini-2.5-pro"), "");
    }

    #[test]
    fn odd_names_are_just_names() {
        for name in [
            "",
            "#",
            "gpt-4o#2",
            "-001",
            "@20250929",
            "é-20-00-0",
            "日本語日本-日-本",
            "a/",
            "/",
            "-2024-08-06",
        ] {
            assert_eq!(spellings(name, &[]), Vec::<String>::new(), "{name}");
        }
        assert_eq!(spellings(&"x".repeat(10_000), &[]), Vec::<String>::new());
    }
}

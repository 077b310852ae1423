//! Recognises secrets that do not belong in a file, and hides them in what is shown.
//!
//! A workspace lives in a Git repository, so a literal key in it is already leaked. Whatever finds
//! one says so without repeating it: nothing in this module returns the text of a secret. The
//! prefixes are those that providers document for their keys; the rest goes by shape.

use std::ops::Range;

const PREFIXES: [&str; 31] = [
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "AIza",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "gsk_",
    "xai-",
    "hf_",
    "nvapi-",
    "r8_",
    "pplx-",
    "fw_",
    "tgp_v1_",
    "dop_v1_",
    "cs_",
    "eyJhbGciOi",
];

/// Ids that look random and are no secret: organisations and projects of OpenAI.
const PUBLIC: [&str; 2] = ["org-", "proj_"];

const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// Where in `text` something stands that looks like a provider's key or a private key.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let tokens = tokens(text).filter(|range| text.get(range.clone()).is_some_and(is_known));
    let blocks = text
        .match_indices("-----BEGIN ")
        .filter(|(at, _)| {
            let line = text.get(*at..).and_then(|rest| rest.lines().next()).unwrap_or("");
            line.contains(PRIVATE_KEY)
        })
        .map(|(at, found)| at..at + found.len() + PRIVATE_KEY.len());
    let mut all: Vec<_> = tokens.chain(blocks).collect();
    all.sort_by_key(|range| range.start);
    all
}

/// Whether a value is long and random enough to be a secret, whatever its prefix.
pub(crate) fn is_random(value: &str) -> bool {
    let body = value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic ")).unwrap_or(value);
    if is_known(body) {
        return true;
    }
    if PUBLIC.iter().any(|prefix| body.starts_with(prefix)) {
        return false;
    }
    let plain = body
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-' | b'.'));
    let has = |class: fn(&u8) -> bool| body.as_bytes().iter().any(class);
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let hex = body.len() >= 32 && body.bytes().all(|b| b.is_ascii_hexdigit()) && has(u8::is_ascii_digit);
    plain && ((body.len() >= 20 && mixed && longest_run(body) >= 12) || hex)
}

/// Whether a key or header of this name holds a credential.
pub(crate) fn is_sensitive_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let parts = ["api_key", "apikey", "secret", "password", "authorization", "cookie", "credential"];
    parts.iter().any(|part| name.contains(part)) || name.ends_with("token") || name.ends_with("key")
}

/// The line with every secret in it as stars: those at `ranges`, those that look like one, and
/// literal values of keys whose name says that they hold one. Each star stands for a character, so
/// that a caret below still points at the right place.
pub(crate) fn mask_line(line: &str, ranges: &[Range<usize>]) -> String {
    let mut hidden = ranges.to_vec();
    hidden.extend(find(line));
    hidden.extend(sensitive_values(line));
    let star = |at: usize, c: char| {
        let inside = hidden.iter().any(|range| range.contains(&at));
        if inside && !matches!(c, '"' | '\'') { '*' } else { c }
    };
    line.char_indices().map(|(at, c)| star(at, c)).collect()
}

/// The text with everything that looks like a secret as `***`.
pub(crate) fn mask_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for range in find(text) {
        if range.start >= from {
            masked.push_str(text.get(from..range.start).unwrap_or(""));
            masked.push_str("***");
            from = range.end;
        }
    }
    masked.push_str(text.get(from..).unwrap_or(""));
    masked
}

fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.split(move |c| !is_part(c)).filter(|token| token.len() >= 16).map(move |token| {
        let start = token.as_ptr() as usize - text.as_ptr() as usize;
        start..start + token.len()
    })
}

fn is_known(token: &str) -> bool {
    PREFIXES
        .iter()
        .filter_map(|prefix| token.strip_prefix(prefix))
        .any(|rest| rest.len() >= 16 && longest_run(rest) >= 12)
}

/// Length of the longest stretch of letters and digits that has both.
fn longest_run(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|run| run.bytes().any(|b| b.is_ascii_digit()) && run.bytes().any(|b| b.is_ascii_alphabetic()))
        .map(str::len)
        .max()
        .unwrap_or(0)
}

/// Literal values after `name =` where the name is sensitive. Lexical on purpose: it also works
/// on lines that are not TOML.
fn sensitive_values(line: &str) -> Vec<Range<usize>> {
    let named = |at: usize| {
        let before = line.get(..at).unwrap_or("").trim_end().trim_end_matches(['"', '\'']);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let name = before.rsplit(|c| !is_part(c)).next().unwrap_or("");
        is_sensitive_name(name)
    };
    line.match_indices(['=', ':'])
        .filter(|(at, _)| named(*at))
        .filter_map(|(at, _)| value_at(line, at + 1))
        .collect()
}

fn value_at(line: &str, from: usize) -> Option<Range<usize>> {
    let rest = line.get(from..)?;
    let start = from + (rest.len() - rest.trim_start().len());
    let value = line.get(start..)?;
    let (open, body) = match value.chars().next()? {
        quote @ ('"' | '\'') => (Some(quote), value.trim_start_matches(quote)),
        _ => (None, value),
    };
    if ["env:", "file:"].iter().any(|scheme| body.starts_with(scheme)) {
        return None;
    }
    let start = start + (value.len() - body.len());
    let length = open.and_then(|quote| body.find(quote)).unwrap_or(body.len());
    Some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_keys_are_recognised() {
        for secret in [
            "sk-proj-9fK2mQ7xT4vB8nL1pR6sW3yZ",
            "sk-ant-api03-9fK2mQ7xT4vB8nL1pR6sW3yZ",
            "sk-0123456789abcdef0123456789abcdef",
            "AIzaSyA9fK2mQ7xT4vB8nL1pR6sW3yZ012345",
            "AKIA2E0A8F3B244C9986",
            "ghp_9fK2mQ7xT4vB8nL1pR6sW3yZ0123456789ab",
            "xoxb-123456789012-9fK2mQ7xT4vB8nL1pR6s",
            "cs_9fK2mQ7xT4vB8nL1pR6sW3yZ01234567",
        ] {
            assert_eq!(find(&format!("x = \"{secret}\"")).len(), 1, "{secret}");
            assert_eq!(mask_text(&format!("a {secret} b")), "a *** b");
        }
        assert_eq!(find("-----BEGIN RSA PRIVATE KEY-----").len(), 1);
    }

    #[test]
    fn ordinary_words_are_not() {
        for plain in [
            "sk-...",
            "sk-your-key-goes-here-please",
            "task-force-2026-onboarding-of-people",
            "sk-migrations-2026-quarterly-review",
            "hf_models",
            "claude-opus-4-20250514",
            "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        ] {
            assert!(find(plain).is_empty(), "{plain}");
        }
        for plain in
            ["2023-06-01", "text/event-stream", "Countersign-Gateway/1.0", "prompt-caching-2024-07-31"]
        {
            assert!(!is_random(plain), "{plain}");
        }
        assert!(
            !is_random("org-9fK2mQ7xT4vB8nL1pR6sW3yZ") && !is_random("550e8400-e29b-41d4-a716-446655440000")
        );
        assert!(is_random("Bearer aB3dE6gH9jK2mN5pQ8sT"));
    }

    #[test]
    fn lines_show_no_literal_credential() {
        let shown = |line| mask_line(line, &[]);
        assert_eq!(shown(r#"api_key = "hunter2""#), r#"api_key = "*******""#);
        assert_eq!(shown(r#"api_key = "env:LOCAL_API_KEY""#), r#"api_key = "env:LOCAL_API_KEY""#);
        assert_eq!(shown("api_key = hunter2"), "api_key = *******");
        assert_eq!(shown(r#"a = { "x-api-key" = "abc", b = 1 }"#), r#"a = { "x-api-key" = "***", b = 1 }"#);
        assert_eq!(shown("tokens_per_minute = 200000"), "tokens_per_minute = 200000");
        assert_eq!(shown(r#"kinds = ["email", "secret"]"#), r#"kinds = ["email", "secret"]"#);
    }
}

//! Addresses of pages, written in one place and escaped in one place.
//!
//! A run's id is the caller's own text, so every segment and every value is percent-encoded
//! (RFC 3986, section 2.3: only unreserved characters stay). Never put a secret into an address.

use control::views::{Period, Subject, SubjectKind};

use crate::codes;

/// Percent-encodes one segment of a path or one value of a query.
pub(crate) fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0')));
            }
        }
    }
    out
}

/// A path with a query made of the pairs that have a value.
pub(crate) fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut out = path.to_owned();
    let mut glue = '?';
    for (name, value) in pairs {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            out.push(glue);
            out.push_str(name);
            out.push('=');
            out.push_str(&encode(value));
            glue = '&';
        }
    }
    out
}

/// One workflow.
pub(crate) fn workflow(id: &str) -> String {
    format!("/workflows/{}", encode(id))
}

/// The page on which a switch is turned.
pub(crate) fn switch(scope: &str, state: Option<&str>) -> String {
    with_query("/switch", &[("scope", Some(scope)), ("state", state)])
}

/// One prompt.
pub(crate) fn prompt(name: &str) -> String {
    format!("/prompts/{}", encode(name))
}

/// One run.
pub(crate) fn run(id: &str) -> String {
    format!("/runs/{}", encode(id))
}

/// One run of one workflow: others may have used its id.
pub(crate) fn run_of(workflow: &str, id: &str) -> String {
    with_query(&run(id), &[("workflow", Some(workflow))])
}

/// One node of a run.
pub(crate) fn node(run_id: &str, inference: &str) -> String {
    with_query(&run(run_id), &[("node", Some(inference))])
}

/// Runs of one workflow.
pub(crate) fn runs_of(workflow: &str) -> String {
    with_query("/runs", &[("workflow", Some(workflow))])
}

/// A page over the days of a period, last day included, with more to ask for: the rows behind a
/// figure of that period.
pub(crate) fn over(path: &str, period: &Period, pairs: &[(&str, Option<&str>)]) -> String {
    let (first, last) = (period.from.timestamp(), period.to.timestamp().plus_ms(-1));
    let (first, last) = (first.date().to_string(), last.date().to_string());
    let days = [("from", Some(first.as_str())), ("to", Some(last.as_str()))];
    with_query(path, &[pairs, &days[..]].concat())
}

/// The page about an error code, where there is one.
pub(crate) fn code(code: &str) -> Option<String> {
    codes::all().find(|page| page.code == code).map(|page| page.path())
}

/// Where a subject is shown, if it has a page.
pub(crate) fn subject(about: &Subject) -> Option<String> {
    let id = about.id.as_str();
    Some(match about.kind {
        SubjectKind::Workflow => workflow(id),
        SubjectKind::Run => run(id),
        SubjectKind::Inference => format!("/inferences/{}", encode(id)),
        SubjectKind::Key => format!("/keys#{}", encode(id)),
        SubjectKind::Person => with_query("/runs", &[("owner", Some(id))]),
        SubjectKind::Prompt => prompt(id),
        SubjectKind::Scope => switch(id, None),
        SubjectKind::Provider => format!("/providers#provider-{}", encode(id)),
        SubjectKind::Configuration => "/configuration".to_owned(),
        SubjectKind::Spend => "/spend".to_owned(),
        SubjectKind::Ledger => "/configuration#ledger".to_owned(),
    })
}

/// A place inside this server, or the first page: an address someone else put into `next` must
/// not lead a person who signs in to another site.
pub(crate) fn inside(next: Option<&str>) -> &str {
    let safe = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.chars().any(|character| character == '\\' || character.is_control())
    };
    next.filter(safe).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_any_text() {
        assert_eq!(run("ticket 4711/é?"), "/runs/ticket%204711%2F%C3%A9%3F");
        assert_eq!(run_of("sql", "a b"), "/runs/a%20b?workflow=sql");
        assert_eq!(
            with_query("/runs", &[("a", Some("1&2")), ("b", None), ("c", Some("")), ("d", Some("x"))]),
            "/runs?a=1%262&d=x"
        );
        assert_eq!(switch("model/p/m", Some("off")), "/switch?scope=model%2Fp%2Fm&state=off");
    }

    #[test]
    fn next_never_leaves_the_server() {
        for (next, place) in [
            (Some("/runs?x=1"), "/runs?x=1"),
            (Some("//evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/a\nb"), "/"),
            (None, "/"),
        ] {
            assert_eq!(inside(next), place, "{next:?}");
        }
    }

    #[test]
    fn only_codes_have_a_page() {
        assert_eq!(code("CS-0301").as_deref(), Some("/errors/CS-0301"));
        for text in ["CS-../x", "0301", "CS-9999", "rate_limit_exceeded", ""] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}

//! The messages of a template: told apart by lines that say who speaks, before anything is rendered.
//!
//! A message begins behind a line that is nothing but `system:`, `developer:`, `user:` or
//! `assistant:`. Because the lines are looked for in the file and never in what is rendered, no
//! value can begin a message.

use std::ops::Range;

use domain::prompt::Role;

use crate::problem::Problem;

/// One message: who says it, and where its text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) role: Role,
    /// Without blank lines before and behind.
    pub(crate) span: Range<usize>,
}

/// Tells the messages of `text` from `start` on apart. What stands before the first role is the
/// system's; where there is no role at all, everything is one message of the user.
pub(crate) fn split(text: &str, start: usize) -> (Vec<Part>, Vec<Problem>) {
    let (mut parts, mut problems) = (Vec::new(), Vec::new());
    let mut open: Option<(Role, Range<usize>)> = None;
    let mut from = start;
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let span = at..at + line.trim_end().len();
        at += line.len();
        match speaker(line) {
            Speaker::Known(role) => {
                close(
                    text,
                    open.replace((role, span.clone())),
                    from..span.start,
                    (&mut parts, &mut problems),
                );
                from = at;
            }
            Speaker::Wrong(message, help) => problems.push(Problem::new(span, message, help)),
            Speaker::None => {}
        }
    }
    let only = open.is_none();
    close(text, open, from..text.len(), (&mut parts, &mut problems));
    if only {
        parts.iter_mut().for_each(|part: &mut Part| part.role = Role::User);
    }
    if parts.is_empty() && problems.is_empty() {
        let help = "write a line `user:`, and below it what is said";
        problems.push(Problem::new(start..start, "the prompt says nothing".to_owned(), help.to_owned()));
    }
    (parts, problems)
}

fn close(
    text: &str,
    open: Option<(Role, Range<usize>)>,
    span: Range<usize>,
    (parts, problems): (&mut Vec<Part>, &mut Vec<Problem>),
) {
    let span = trimmed(text, span);
    match open {
        None if span.is_empty() => {}
        None => parts.push(Part { role: Role::System, span }),
        Some((role, line)) if span.is_empty() => {
            let message = format!("the message of `{}` is empty", role.as_str());
            problems.push(Problem::new(
                line,
                message,
                "write its text below, or take the line out".to_owned(),
            ));
        }
        Some((role, _)) => parts.push(Part { role, span }),
    }
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let whole = text.get(span.clone()).unwrap_or_default();
    let first =
        whole.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum::<usize>();
    let start = span.start + first;
    let end = span.start + whole.trim_end().len();
    start..end.max(start)
}

enum Speaker {
    Known(Role),
    /// A line that was probably meant to begin a message: what is wrong, and what would be right.
    Wrong(String, String),
    None,
}

fn speaker(line: &str) -> Speaker {
    let Some(word) = line.trim().strip_suffix(':').map(str::trim_end) else { return Speaker::None };
    if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphabetic()) || line.starts_with([' ', '\t']) {
        return Speaker::None;
    }
    let lower = word.to_ascii_lowercase();
    if let Some(role) = Role::ALL.into_iter().find(|role| role.as_str() == lower) {
        return Speaker::Known(role);
    }
    if matches!(lower.as_str(), "tool" | "function") {
        let help = "results of tools come from callers; write `user:` or `assistant:`";
        return Speaker::Wrong(format!("a prompt can't speak for `{word}`"), help.to_owned());
    }
    let near = Role::ALL.into_iter().find(|role| strsim::damerau_levenshtein(role.as_str(), &lower) == 1);
    match near {
        Some(role) => {
            let help = format!("did you mean `{}:`?", role.as_str());
            Speaker::Wrong(format!("`{word}:` is no role"), help)
        }
        None => Speaker::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> String {
        let (parts, problems) = split(text, 0);
        let parts = parts.iter().map(|part| format!("{}={:?}", part.role.as_str(), &text[part.span.clone()]));
        let problems = problems.iter().map(|problem| format!("{}: {}", problem.span.start, problem.message));
        parts.chain(problems).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn messages_are_told_apart_by_lines() {
        for (text, expected) in [
            ("system:\nBe kind.\n\nuser:\nHi {{ name }}\n", r#"system="Be kind." user="Hi {{ name }}""#),
            ("Be kind.\nuser:\nHi", r#"system="Be kind." user="Hi""#),
            ("Just text\n", r#"user="Just text""#),
            ("User:\n  a\n\n  b\nASSISTANT :\nc", r#"user="  a\n\n  b" assistant="c""#),
            ("user:\nNote:\nuser: not a role\n  user:\nx", r#"user="Note:\nuser: not a role\n  user:\nx""#),
            ("developer:\r\na\r\nuser:\r\nb\r\n", r#"developer="a" user="b""#),
            ("user:\n\nassistant:\nx", r#"assistant="x" 0: the message of `user` is empty"#),
            ("sytem:\nx\nuser:\ny", r#"system="sytem:\nx" user="y" 0: `sytem:` is no role"#),
            ("user:\nx\ntool:\ny", r#"user="x\ntool:\ny" 8: a prompt can't speak for `tool`"#),
            ("", "0: the prompt says nothing"),
            ("\n \n", "0: the prompt says nothing"),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_within_the_text(text in "(user:|system:|[a-z :\n]|é){0,30}") {
            let mut end = 0;
            for part in split(&text, 0).0 {
                prop_assert!(part.span.start >= end && part.span.end <= text.len());
                prop_assert!(text.get(part.span.clone()).is_some());
                end = part.span.end;
            }
        }
    }
}

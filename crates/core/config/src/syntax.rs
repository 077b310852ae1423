//! What the TOML parser says, in words that say what would be right.

/// Errors by a part of the parser's message.
const KNOWN: [(&str, &str, &str); 7] = [
    ("must be quoted", "text must stand in quotes", "write it as `key = \"text\"`"),
    ("duplicate key", "this name stands here twice", "keep one; each element of a list has [[two brackets]]"),
    ("unclosed array table", "this heading is not closed", "end it with `]]`"),
    ("unclosed table", "this heading is not closed", "end it with `]`"),
    ("unclosed array", "this list is not closed", "end it with `]`"),
    ("unclosed inline table", "this table is not closed", "end it with `}`"),
    ("invalid basic string, expected `\"`", "this text is not closed", "end it with `\"` on the same line"),
];

/// The message for a syntax error, and its help.
pub(crate) fn explain(message: &str) -> (String, &'static str) {
    match KNOWN.iter().find(|(part, ..)| message.contains(part)) {
        Some((_, said, help)) => (format!("this is not TOML: {said}"), help),
        None => (format!("this is not TOML: {message}"), "TOML in short: https://toml.io/en/v1.0.0"),
    }
}

//! Names in Google's dialect, which come in two spellings.
//!
//! Google's API reads `maxOutputTokens` and `max_output_tokens` alike (the JSON mapping of protocol
//! buffers, version 3), so whoever looks for one of them must find both: else the other is a way
//! round every rule. Answers come in camel case.

use std::borrow::Cow;

/// A key in camel case; copied only where it is not.
pub(crate) fn camel(key: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'_', key).is_none() {
        return Cow::Borrowed(key);
    }
    let mut camel = Vec::with_capacity(key.len());
    let mut raise = false;
    for byte in key {
        match byte {
            b'_' => raise = true,
            byte => {
                camel.push(if raise { byte.to_ascii_uppercase() } else { *byte });
                raise = false;
            }
        }
    }
    Cow::Owned(camel)
}

/// A key in snake case.
pub(crate) fn snake(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_name_are_one() {
        for (one, other) in [
            ("maxOutputTokens", "max_output_tokens"),
            ("contents", "contents"),
            ("cachedContent", "cached_content"),
            ("topP", "top_p"),
        ] {
            assert_eq!(*camel(other.as_bytes()), *one.as_bytes());
            assert_eq!(*camel(one.as_bytes()), *one.as_bytes());
            assert_eq!((snake(one).as_str(), snake(other).as_str()), (other, other));
        }
    }
}

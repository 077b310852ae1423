//! What a workflow may ask for: names of routes, and patterns over `provider/model`.

use std::fmt;

use domain::ids::{ProviderId, RouteId};
use serde::{Serialize, Serializer};

/// An element of a workflow's `allow`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pattern {
    /// A route by its name.
    Route(RouteId),
    /// Models of providers. Both halves may hold `*`, which matches anything, `/` too.
    Model {
        /// Pattern of the provider's name: what comes before the first `/`.
        provider: String,
        /// Pattern of the model's name: the rest.
        model: String,
    },
}

impl Pattern {
    /// Whether it allows this model of this provider.
    #[must_use]
    pub fn allows_model(&self, provider: &ProviderId, model: &str) -> bool {
        match self {
            Self::Route(_) => false,
            Self::Model { provider: names, model: models } => {
                matches(names, provider.as_str()) && matches(models, model)
            }
        }
    }

    /// Whether it allows this route.
    #[must_use]
    pub fn allows_route(&self, route: &str) -> bool {
        matches!(self, Self::Route(name) if name.as_str() == route)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(name) => name.fmt(f),
            Self::Model { provider, model } => write!(f, "{provider}/{model}"),
        }
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any text, also none. Takes time in
/// proportion to the product of both lengths at worst, whatever the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        // The earliest place leaves the most text for the parts that follow.
        let Some((_, after)) = text.split_once(part) else { return false };
        text = after;
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_matches_anything() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "a/b"),
            ("gpt-*", "gpt-4o"),
            ("*-mini", "gpt-4o-mini"),
            ("a*b*c", "a1b2c"),
            ("a*b*c", "abbbc"),
            ("meta/*", "meta/llama/8b"),
            ("a**b", "ab"),
            ("*a*", "banana"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("gpt-*", "gpt"), ("a*a", "a"), ("a*b*c", "acb"), ("*x*", "banana")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    /// The definition, slow and plain.
    fn by_definition(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| by_definition(rest, &text[skip..])),
            Some((first, rest)) => text.first() == Some(first) && by_definition(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn matching_follows_its_definition(pattern in "[ab*]{0,7}", text in "[ab]{0,9}") {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(matches(&pattern, &text), by_definition(&chars(&pattern), &chars(&text)));
        }
    }
}

//! Names with `*` in them, for models and hosts.

/// A pattern in which `*` matches anything, nothing included. Every other character is itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pattern {
    pieces: Vec<Box<str>>,
}

impl Pattern {
    /// Reads a pattern; `None` where there is no `*` in it, so that it is a plain name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.contains('*').then(|| Self { pieces: text.split('*').map(Box::from).collect() })
    }

    /// Whether the pattern covers `name`.
    pub(crate) fn covers(&self, name: &str) -> bool {
        let [first, middle @ .., last] = self.pieces.as_slice() else { return false };
        let Some(mut rest) = name.strip_prefix(&**first) else { return false };
        for piece in middle {
            let Some(at) = rest.find(&**piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(&**last)
    }

    /// How much of a name it pins down, in bytes: of two patterns, the one that says more wins.
    pub(crate) fn weight(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_anything() {
        let covers = |pattern: &str, name: &str| Pattern::parse(pattern).is_some_and(|p| p.covers(name));
        for (pattern, name, expected) in [
            ("gpt-4o*", "gpt-4o", true),
            ("gpt-4o*", "gpt-4", false),
            ("*.claude-3", "us.claude-3", true),
            ("*.claude-3", "us.claude-3-5", false),
            ("*nova*", "amazon.nova-lite-v1:0", true),
            ("a*b*a", "aba", true),
            ("a*b*a", "ab", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("**", "x", true),
            ("é*", "é#", true),
            ("gpt-4o", "gpt-4o", false),
        ] {
            assert_eq!(covers(pattern, name), expected, "{pattern} {name}");
        }
    }
}

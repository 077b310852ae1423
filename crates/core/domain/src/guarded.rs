//! What the guards of a call found and stopped, in numbers.
//!
//! Part of a call's record, so that pages can say what is found where. Kinds of values, names of
//! rules and of tools, and how often: never a value, and never the text around one.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the stable word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// Which guard.
    Guard {
        /// The one that looks for values.
        Redaction = "redaction",
        /// The one that knows which tools may be used.
        Tools = "tools",
    }
}

words! {
    /// Which way what was guarded went.
    Direction {
        /// To the provider.
        Request = "request",
        /// To the caller.
        Response = "response",
    }
}

words! {
    /// What a guard did.
    Deed {
        /// It counted, and let pass.
        LetPass = "let_pass",
        /// It masked the value.
        Masked = "masked",
        /// It put a pseudonym in the value's place.
        Replaced = "replaced",
        /// It took the tool out of what the model is offered.
        NotOffered = "not_offered",
        /// It did not let the request or the answer pass.
        Blocked = "blocked",
    }
}

impl Deed {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::LetPass => "let pass",
            Self::Masked => "masked",
            Self::Replaced => "replaced by pseudonyms",
            Self::NotOffered => "not offered",
            Self::Blocked => "blocked",
        }
    }
}

/// What one guard did with one kind of thing in one direction of one call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Guarded {
    /// The guard.
    pub guard: Guard,
    /// The kind of value, the name of the workspace's rule, or the name of the tool.
    pub what: String,
    /// Which way it went.
    pub direction: Direction,
    /// What was done.
    pub deed: Deed,
    /// How often.
    pub hits: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        assert!(Guard::ALL.into_iter().all(|one| Guard::parse(one.as_str()) == Some(one)));
        assert!(Direction::ALL.into_iter().all(|one| Direction::parse(one.as_str()) == Some(one)));
        assert!(Deed::ALL.into_iter().all(|one| Deed::parse(one.as_str()) == Some(one)));
        assert_eq!(Deed::parse("read aloud"), None);
    }
}

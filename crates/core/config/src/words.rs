//! Settings that are one word out of a few.

use domain::budget::AtLimit;
use domain::people::Role;

/// A closed set of words, as files write them.
pub(crate) trait Word: Copy + 'static {
    /// What an error message calls it, with its article.
    const NOUN: &'static str;
    /// Every value.
    const ALL: &'static [Self];
    /// The word in files.
    fn word(self) -> &'static str;
}

/// All words of a set, for messages and the reference.
pub(crate) fn list<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|value| value.word()).collect()
}

impl Word for Role {
    const NOUN: &'static str = "a role";
    const ALL: &'static [Self] = &Self::ALL;
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for AtLimit {
    const NOUN: &'static str = "an action at the limit";
    const ALL: &'static [Self] = &[Self::Stop, Self::Economy, Self::Ask];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $noun:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }
        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl $crate::words::Word for $name {
            const NOUN: &'static str = $noun;
            const ALL: &'static [Self] = $name::ALL;
            fn word(self) -> &'static str { self.as_str() }
        }
    };
}
pub(crate) use words;

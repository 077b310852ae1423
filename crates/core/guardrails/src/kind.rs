//! What is looked for, and what is done with it.
//!
//! Never holds a value that was found: a label names a kind or a rule of the workspace, so it may
//! stand in a metric, a record or an error.

use std::fmt;
use std::sync::Arc;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal $label:literal;)*) => {
        /// A kind of personal data or secret.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The word for it in a workspace file and in a metric.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $word),* }
            }

            /// What stands in its place: in brackets as a mask, in front of a pseudonym.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$kind => $label),* }
            }

            const fn bit(self) -> u16 { 1 << self as u16 }
        }
    };
}

kinds! {
    /// Mail address.
    Email "email" "EMAIL";
    /// Telephone number.
    Phone "phone" "PHONE";
    /// Payment card number.
    Card "card" "CARD";
    /// International bank account number.
    Iban "iban" "IBAN";
    /// US social security number.
    Ssn "ssn" "SSN";
    /// National identity number of another country.
    NationalId "national-id" "NATIONAL_ID";
    /// Network address, version 4 or 6.
    Ip "ip" "IP";
    /// Hardware address.
    Mac "mac" "MAC";
    /// Passport number.
    Passport "passport" "PASSPORT";
    /// Date of birth.
    BirthDate "birth-date" "BIRTH_DATE";
    /// Postal address.
    Address "address" "ADDRESS";
    /// Name of a person.
    Person "person" "PERSON";
    /// Key, token or password.
    Secret "secret" "SECRET";
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Kinds(u16);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);

    /// Every kind.
    #[must_use]
    pub fn all() -> Self {
        Kind::ALL.iter().copied().collect()
    }

    /// Whether `kind` is among them.
    #[must_use]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | kind.bit()))
    }
}

/// What was found: one of the kinds, or what a rule of the workspace looks for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// A built-in kind.
    Kind(Kind),
    /// A rule of the workspace, by name.
    Rule(Arc<str>),
}

impl What {
    /// Its name in a metric, a record or an error.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Kind(kind) => kind.as_str(),
            Self::Rule(name) => name,
        }
    }

    /// What stands in its place, without brackets.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Kind(kind) => kind.label().to_owned(),
            Self::Rule(name) => name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
                .collect(),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is done with a hit; the later, the more of it is kept back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    /// It is counted and passes.
    Detect,
    /// Its kind stands in its place.
    Mask,
    /// A pseudonym stands in its place, the same one for the same value in the same run.
    Pseudonym,
    /// The call is refused.
    Block,
}

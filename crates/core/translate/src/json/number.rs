//! A number as it is written. Most are short, so they lie in the tree itself and cost no memory
//! beside it.

/// The longest number that lies in the tree.
const SHORT: usize = 22;

/// A number of JSON, as it is written: never rounded, never spelled otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(Written);

#[derive(Clone, PartialEq, Eq)]
enum Written {
    Short { len: u8, bytes: [u8; SHORT] },
    Long(Box<str>),
}

impl Number {
    /// A number that is written so. Whether it is one is the parser's business.
    #[must_use]
    pub fn of(written: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..written.len()), u8::try_from(written.len())) {
            (Some(place), Ok(len)) => {
                place.copy_from_slice(written.as_bytes());
                Self(Written::Short { len, bytes })
            }
            _ => Self(Written::Long(written.into())),
        }
    }

    /// How it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Written::Short { len, bytes } => {
                let written = bytes.get(..usize::from(*len)).unwrap_or_default();
                std::str::from_utf8(written).unwrap_or_default() // it was a text: it can't fail
            }
            Written::Long(written) => written,
        }
    }
}

impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

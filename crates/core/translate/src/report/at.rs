//! Where in a body a reader or a writer is: a list on the stack, made a text only when needed.

use std::fmt;

/// The longest name of an unknown field that is repeated.
const LONGEST: usize = 48;

/// A place in a body. Elements of lists are `[]`: one entry stands for all of them.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    up: Option<&'a At<'a>>,
    name: &'a str,
}

impl<'a> At<'a> {
    /// The body itself.
    pub const ROOT: At<'static> = At { up: None, name: "" };

    /// A member of this place.
    #[must_use]
    pub const fn at<'b>(&'b self, name: &'b str) -> At<'b>
    where
        'a: 'b,
    {
        At { up: Some(self), name }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(up) = self.up else { return f.write_str(self.name) };
        if !up.name.is_empty() {
            write!(f, "{up}.")?;
        }
        f.write_str(tame(self.name))
    }
}

/// The name of a field, unless it may be something else than a name.
pub(crate) fn tame(name: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-$[].:@/".contains(&byte);
    if name.len() <= LONGEST && !name.is_empty() && name.bytes().all(plain) { name } else { "?" }
}

//! Emphasis in a terminal. Meaning never hangs on colour alone: every emphasised text says the
//! same without it.

/// Whether and how to emphasise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Style {
    colours: bool,
}

impl Style {
    /// Emphasises only where colours are wanted.
    pub(crate) const fn new(colours: bool) -> Self {
        Self { colours }
    }

    /// Heads of tables and sections.
    pub(crate) fn head(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What is wrong.
    pub(crate) fn bad(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// What deserves a look.
    pub(crate) fn warn(self, text: &str) -> String {
        self.wrap("33", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

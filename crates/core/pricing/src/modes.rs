//! The ways in which a provider processes a call, where the way changes the price.

/// How a call is processed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Mode {
    /// At once, at the listed price.
    Standard,
    /// In a batch, answered within a day.
    Batch,
    /// Slower, when there is room.
    Flex,
    /// Ahead of others.
    Priority,
    /// With faster output.
    Fast,
}

impl Mode {
    /// The word used in the price book and in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Fast => "fast",
        }
    }
}

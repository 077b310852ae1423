//! The stable code of each refusal: what logs, pages and callers know it by. A number is never
//! given to another refusal.

use std::fmt;

use super::Refusal;

/// A stable code, printed as `CS-0107`. Its page is `docs/errors/CS-0107.md`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

impl Code {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CS-{:04}", self.0)
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        Code(match self {
            Self::NoKey => 101,
            Self::UnknownKey => 102,
            Self::KeyExpired { .. } => 103,
            Self::KeyRevoked { .. } => 104,
            Self::WorkflowNotNamed(_) => 105,
            Self::WorkflowNotServed(..) => 106,
            Self::WorkflowGone(_) => 107,
            Self::NoOwner { .. } => 108,
            Self::BodyNotJson(_) => 201,
            Self::BadField { .. } => 202,
            Self::BodyTooLarge { .. } => 203,
            Self::BadHeader { .. } => 204,
            Self::ModelNotAllowed { .. } => 205,
            Self::DialectMismatch { .. } => 206,
            Self::NoSuchPath(_) => 207,
            Self::MethodNotAllowed { .. } => 208,
            Self::NoWebsocket => 209,
            Self::UnknownPrice { .. } => 210,
            Self::BodyIncomplete(_) => 211,
            Self::BodyEncoded(_) => 212,
            Self::Untranslatable { .. } => 220,
            Self::LossRefused { .. } => 221,
            Self::KeyInAddress => 240,
            Self::NoSuchPrompt { .. } => 230,
            Self::PromptVersionNotLive { .. } => 231,
            Self::PromptVariable { .. } => 232,
            Self::PromptNotRendered { .. } => 233,
            Self::SwitchedOff { .. } => 301,
            Self::HumanOnly { .. } => 302,
            Self::RequestRate { .. } => 303,
            Self::TokenRate { .. } => 304,
            Self::Concurrency { .. } => 305,
            Self::IterationCap { .. } => 306,
            Self::BudgetSpent { .. } => 307,
            Self::LedgerUnavailable(_) => 308,
            Self::ShuttingDown => 309,
            Self::ToolNotAllowed { .. } => 320,
            Self::ToolCallBlocked { .. } => 321,
            Self::ContentBlocked { .. } => 322,
            Self::UpstreamUnreachable { .. } => 401,
            Self::UpstreamTimeout { .. } => 402,
            Self::UpstreamBroken { .. } => 403,
            Self::UpstreamTruncated { .. } => 404,
            Self::CredentialMissing { .. } => 405,
            Self::TelemetryUndecodable { .. } => 601,
            Self::TelemetryType(_) => 602,
            Self::TelemetryBusy { .. } => 603,
            Self::TelemetryTooLarge { .. } => 604,
            Self::TelemetryEncoding(_) => 605,
            Self::NotPermitted { .. } | Self::NotKeeper { .. } => 501,
            Self::NotSignedIn => 502,
            Self::SignInFailed(_) => 503,
            Self::NotFound { .. } => 504,
            Self::BadArgument { .. } => 505,
            Self::ReasonMissing(_) => 506,
            Self::SwitchUnchanged { .. } => 507,
            Self::ForgedForm => 508,
            Self::TooManyAttempts { .. } => 509,
            Self::NoDrill { .. } => 510,
            Self::DatabaseAway { .. } => 511,
            Self::Broken { .. } => 512,
        })
    }

    /// Every code there is, for the check that each has a page.
    #[must_use]
    pub fn all_codes() -> Vec<Code> {
        [
            101..=108,
            201..=212,
            220..=221,
            230..=233,
            240..=240,
            301..=309,
            320..=322,
            401..=405,
            501..=512,
            601..=605,
        ]
        .into_iter()
        .flatten()
        .map(Code)
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::Scope;

    #[test]
    fn codes_are_listed_and_print_with_four_digits() {
        let codes = Refusal::all_codes();
        for refusal in [
            Refusal::NoKey,
            Refusal::NoWebsocket,
            Refusal::UnknownPrice { target: "a/b".into() },
            Refusal::ShuttingDown,
            Refusal::TooManyAttempts { retry_s: 1 },
            Refusal::NoDrill { scope: Scope::All, why: "it is off".into() },
            Refusal::DatabaseAway { reference: "api-1".into() },
            Refusal::Broken { reference: "api-1".into() },
        ] {
            assert!(codes.contains(&refusal.code()), "{refusal}");
        }
        assert_eq!(Refusal::NoKey.code().to_string(), "CS-0101");
    }
}

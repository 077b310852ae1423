//! How a refusal is answered over HTTP: its status, and whether trying again can help.
//!
//! HTTP statuses of the gateway follow what coding agents make of them: a 403 reads as a sign-in
//! failure there, so what the *content* of a request did wrong is a 400.

use super::Refusal;
use crate::money::NanoUsd;

/// When trying again can help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retry {
    /// Not before something changes: `x-should-retry: false`.
    Never,
    /// After this many seconds: `Retry-After`.
    After(u64),
    /// Whenever the client likes.
    Free,
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NoKey | Self::UnknownKey | Self::KeyExpired { .. } | Self::KeyRevoked { .. } => 401,
            Self::KeyInAddress | Self::NotSignedIn | Self::SignInFailed(_) => 401,
            Self::BudgetSpent { .. } => 402,
            Self::NoOwner { .. } | Self::WorkflowNotServed(..) | Self::WorkflowGone(_) => 403,
            Self::NotPermitted { .. } | Self::NotKeeper { .. } | Self::ForgedForm => 403,
            Self::NoSuchPath(_) | Self::NotFound { .. } => 404,
            Self::MethodNotAllowed { .. } => 405,
            Self::BodyIncomplete(_) => 408,
            Self::HumanOnly { .. } | Self::SwitchUnchanged { .. } | Self::NoDrill { .. } => 409,
            Self::BodyTooLarge { .. } | Self::TelemetryTooLarge { .. } => 413,
            Self::BodyEncoded(_) | Self::TelemetryType(_) => 415,
            Self::NoWebsocket => 426,
            Self::RequestRate { .. }
            | Self::TokenRate { .. }
            | Self::Concurrency { .. }
            | Self::IterationCap { .. }
            | Self::TooManyAttempts { .. }
            | Self::TelemetryBusy { .. } => 429,
            Self::UpstreamUnreachable { .. }
            | Self::UpstreamBroken { .. }
            | Self::UpstreamTruncated { .. } => 502,
            Self::Broken { .. } => 500,
            Self::SwitchedOff { .. }
            | Self::DatabaseAway { .. }
            | Self::LedgerUnavailable(_)
            | Self::ShuttingDown
            | Self::CredentialMissing { .. } => 503,
            Self::UpstreamTimeout { .. } => 504,
            Self::WorkflowNotNamed(_)
            | Self::BodyNotJson(_)
            | Self::BadField { .. }
            | Self::BadHeader { .. }
            | Self::ModelNotAllowed { .. }
            | Self::DialectMismatch { .. }
            | Self::Untranslatable { .. }
            | Self::LossRefused { .. }
            | Self::UnknownPrice { .. }
            | Self::NoSuchPrompt { .. }
            | Self::PromptVersionNotLive { .. }
            | Self::PromptVariable { .. }
            | Self::PromptNotRendered { .. }
            | Self::ToolNotAllowed { .. }
            | Self::ToolCallBlocked { .. }
            | Self::ContentBlocked { .. }
            | Self::BadArgument { .. }
            | Self::TelemetryUndecodable { .. }
            | Self::TelemetryEncoding(_)
            | Self::ReasonMissing(_) => 400,
        }
    }

    /// Whether trying again can help.
    #[must_use]
    pub const fn retry(&self) -> Retry {
        match self {
            Self::RequestRate { retry_s, .. }
            | Self::TokenRate { retry_s, .. }
            | Self::TooManyAttempts { retry_s }
            | Self::TelemetryBusy { retry_s } => Retry::After(*retry_s),
            Self::Concurrency { .. } => Retry::After(1),
            Self::BudgetSpent { limit, settled, needs, .. } if only_held(*limit, *settled, *needs) => {
                Retry::After(2)
            }
            Self::LedgerUnavailable(_) | Self::ShuttingDown | Self::DatabaseAway { .. } => Retry::After(5),
            Self::UpstreamUnreachable { .. }
            | Self::UpstreamTimeout { .. }
            | Self::UpstreamBroken { .. }
            | Self::UpstreamTruncated { .. } => Retry::Free,
            _ => Retry::Never,
        }
    }
}

/// Whether a budget would pay for the call if no other call held any of it: then waiting helps.
pub(super) const fn only_held(limit: NanoUsd, settled: NanoUsd, needs: NanoUsd) -> bool {
    needs.nano() <= limit.nano().saturating_sub(settled.nano())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Account;

    #[test]
    fn only_what_passes_by_itself_is_tried_again() {
        assert_eq!(Refusal::UnknownKey.retry(), Retry::Never);
        for (settled, retry, word) in [(0, Retry::After(2), "is held:"), (8, Retry::Never, "is spent:")] {
            let (limit, needs) = (NanoUsd::from_nano(10), NanoUsd::from_nano(3));
            let (settled, held) = (NanoUsd::from_nano(settled), NanoUsd::from_nano(10 - settled));
            let account = Account::Held(crate::holder::Holder::Organisation, crate::time::Window::Day);
            let refusal = Refusal::BudgetSpent { account, limit, settled, held, needs };
            assert_eq!(refusal.retry(), retry);
            assert!(refusal.to_string().contains(word), "{refusal}");
        }
        assert_eq!(Refusal::RequestRate { scope: "x".into(), limit: 1, retry_s: 7 }.retry(), Retry::After(7));
    }
}

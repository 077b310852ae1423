//! "Something changed": what live pages listen to. Carries no figures, only what to ask again.

use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::Control;

/// Something that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// New records are readable.
    Facts,
    /// A switch was turned.
    Switches,
    /// A key was created or revoked.
    Keys,
    /// A configuration went live, or was refused.
    Configuration,
    /// A breaker moved.
    Providers,
    /// Someone has to look at something: a budget passed a mark.
    Attention,
}

impl Event {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Switches => "switches",
            Self::Keys => "keys",
            Self::Configuration => "configuration",
            Self::Providers => "providers",
            Self::Attention => "attention",
        }
    }
}

impl Control {
    /// Subscribes to changes. A listener that falls behind is told that it did, and asks again. What
    /// it gets ends at once where [`Self::end_events`] was said.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        let events = self.inner.events.read().unwrap_or_else(PoisonError::into_inner);
        events.as_ref().map_or_else(|| broadcast::channel(1).1, broadcast::Sender::subscribe)
    }

    /// Ends what every listener gets: a page that stays open must not keep the server from ending.
    pub fn end_events(&self) {
        *self.inner.events.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

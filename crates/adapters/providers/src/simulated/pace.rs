//! When the pieces of an answer leave, and what the name of the model asks for.

use std::time::Duration;

use bytes::Bytes;

use super::Simulated;

/// What the name of the model chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Small,
    Large,
    Slow,
    Error(u16),
    StreamError,
    Cut,
}

impl Manner {
    /// Reads the name of a model.
    pub(super) fn of(model: &str) -> Self {
        let status = model.strip_prefix("sim-error-").and_then(|status| status.parse().ok());
        match (model, status) {
            (_, Some(status @ 400..=599)) => Self::Error(status),
            ("sim-large", _) => Self::Large,
            ("sim-slow", _) => Self::Slow,
            ("sim-stream-error", _) => Self::StreamError,
            ("sim-cut", _) => Self::Cut,
            _ => Self::Small,
        }
    }

    /// Time to the first byte, and between two pieces.
    const fn delays(self) -> (Duration, Duration) {
        match self {
            Self::Large => (Duration::from_millis(150), Duration::from_millis(12)),
            Self::Slow => (Duration::from_secs(2), Duration::from_millis(250)),
            Self::Small | Self::Error(_) | Self::StreamError | Self::Cut => (Duration::ZERO, Duration::ZERO),
        }
    }

    /// An answer in one piece.
    pub(super) fn whole(self, status: u16, body: Vec<u8>) -> Simulated {
        let kept = if self == Self::Cut { body.len() / 2 } else { body.len() };
        let body = Bytes::from(body).slice(..kept);
        Simulated { status, content_type: "application/json", chunks: vec![(self.delays().0, body)] }
    }

    /// An answer event by event. `error` is what takes the place of the second half where the
    /// model's name asks for it.
    pub(super) fn stream(self, mut events: Vec<Vec<u8>>, error: Vec<u8>) -> Simulated {
        if matches!(self, Self::Cut | Self::StreamError) {
            events.truncate(events.len() / 2);
        }
        if self == Self::StreamError {
            events.push(error);
        }
        let (first, between) = self.delays();
        let delays = std::iter::once(first).chain(std::iter::repeat(between));
        let chunks = delays.zip(events.into_iter().map(Bytes::from)).collect();
        Simulated { status: 200, content_type: "text/event-stream", chunks }
    }
}

/// One server-sent event.
pub(super) fn event(name: Option<&str>, data: &serde_json::Value) -> Vec<u8> {
    match name {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
    .into_bytes()
}

/// A text in pieces that a stream sends: each a word with the space before it.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(' ') {
        if at > start {
            pieces.push(&text[start..at]);
            start = at;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

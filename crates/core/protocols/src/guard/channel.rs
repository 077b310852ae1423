//! One text of a stream.

use guardrails::{Flow, Session, Step};

use super::json_text::JsonText;
use super::leaves::Leaf;

/// A text that comes in fragments, as what it is.
#[derive(Debug)]
pub(super) enum Channel {
    Plain(Flow),
    Json(JsonText),
}

impl Channel {
    pub(super) fn new(leaf: Leaf) -> Self {
        match leaf {
            Leaf::Json => Self::Json(JsonText::default()),
            Leaf::Text | Leaf::Number => Self::Plain(Flow::new()),
        }
    }

    /// Takes a fragment and returns what is decided now, in bytes of the text as it came.
    pub(super) fn push(&mut self, session: &mut Session, fragment: &str) -> Vec<Step> {
        match self {
            Self::Json(text) => text.push(session, fragment),
            Self::Plain(flow) => {
                let mut steps = Vec::new();
                flow.push(session, fragment, &mut steps);
                steps
            }
        }
    }

    /// Takes the end of the text and decides what was left.
    pub(super) fn finish(&mut self, session: &mut Session) -> Vec<Step> {
        match self {
            Self::Json(text) => text.finish(session),
            Self::Plain(flow) => {
                let mut steps = Vec::new();
                flow.finish(session, &mut steps);
                steps
            }
        }
    }
}

/// A whole text of this kind, where it changes.
pub(super) fn whole(session: &mut Session, leaf: Leaf, text: &str) -> Option<String> {
    match leaf {
        Leaf::Text | Leaf::Number => guardrails::redact_text(session, text),
        Leaf::Json => {
            let mut channel = JsonText::default();
            let mut steps = channel.push(session, text);
            steps.extend(channel.finish(session));
            guardrails::apply(text, &steps)
        }
    }
}

//! What was asked and answered, for those who may read it.

use config::ContentMode;
use domain::inference::Fact;
use ledger::{ContentState as Stored, StoredContent};
use protocols::transcript;

use crate::Control;
use crate::views::{Content, ContentPart, ContentState, Turn};

/// Longest text that is shown of one part, in characters.
const MAX_TEXT: usize = 200_000;

/// Content that the reader may not see.
pub(super) fn not_permitted() -> Content {
    empty(ContentState::NotPermitted, "Your roles do not allow reading requests and answers.")
}

/// Content beyond what is shown at once.
pub(super) fn not_loaded() -> Content {
    empty(ContentState::NotLoaded, "It is too much to show at once; open this inference by itself.")
}

impl Control {
    /// The content of an inference.
    pub(super) async fn content_of(&self, fact: &Fact) -> Content {
        match self.ledger().content(fact.id).await {
            Ok(stored) => self.shown(fact, &stored),
            Err(fault) => {
                tracing::error!(error = fault.chain(), "content can't be read");
                empty(ContentState::NotKept, "What was kept can't be read right now.")
            }
        }
    }

    fn shown(&self, fact: &Fact, stored: &StoredContent) -> Content {
        match stored.state {
            Stored::Kept => {
                let (request, response) = (stored.request.concat(), stored.response.concat());
                Content {
                    state: ContentState::Shown,
                    note: String::new(),
                    request: turns(transcript::request(fact.endpoint, &request)),
                    response: turns(transcript::response(fact.endpoint, &response, fact.stream)),
                }
            }
            Stored::Dropped => empty(
                ContentState::Dropped,
                "It was to be kept, but was dropped because too much was waiting to be written.",
            ),
            Stored::Absent => self.absent(fact),
        }
    }

    fn absent(&self, fact: &Fact) -> Content {
        let mode = self.with_workspace(|workspace| {
            workspace.workflows.get(&fact.attribution.workflow).map(|workflow| workflow.content.mode)
        });
        match mode {
            Some(ContentMode::Full | ContentMode::Redacted) => {
                empty(ContentState::NotKept, "Nothing was kept of this call, or its time is over.")
            }
            Some(ContentMode::Hash) | None => {
                empty(ContentState::HashOnly, "The workflow keeps a keyed hash of requests and answers only.")
            }
        }
    }
}

fn empty(state: ContentState, note: &str) -> Content {
    Content { state, note: note.to_owned(), request: Vec::new(), response: Vec::new() }
}

fn turns(turns: Vec<transcript::Turn>) -> Vec<Turn> {
    turns
        .into_iter()
        .map(|turn| Turn { role: turn.role, parts: turn.parts.into_iter().map(part).collect() })
        .collect()
}

fn part(part: transcript::Part) -> ContentPart {
    let kind = match part.kind {
        transcript::PartKind::Text => "text",
        transcript::PartKind::Image => "image",
        transcript::PartKind::ToolCall => "tool-call",
        transcript::PartKind::ToolResult => "tool-result",
        transcript::PartKind::Reasoning => "reasoning",
        transcript::PartKind::Other => "other",
    };
    let cut = part.text.char_indices().nth(MAX_TEXT).map(|(at, _)| at);
    let text = match cut {
        None => part.text,
        Some(at) => format!("{}… ({} bytes more)", &part.text[..at], part.text.len() - at),
    };
    ContentPart { kind: kind.to_owned(), text }
}

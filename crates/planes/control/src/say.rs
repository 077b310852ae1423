//! Sentences, put together piece by piece.

use crate::views::{Part, Sentence, Subject, SubjectKind, Tone};

/// A sentence under way.
#[derive(Debug, Default)]
pub(crate) struct Say(Vec<Part>);

impl Say {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Plain words.
    pub(crate) fn text(self, text: &str) -> Self {
        self.part(text, None, None)
    }

    /// Words that lead to a page.
    pub(crate) fn about(self, kind: SubjectKind, id: &str, text: &str) -> Self {
        self.part(text, Some(Subject { kind, id: id.to_owned() }), None)
    }

    /// Words that carry a meaning.
    pub(crate) fn toned(self, tone: Tone, text: &str) -> Self {
        self.part(text, None, Some(tone))
    }

    /// Words that carry a meaning and lead to a page.
    pub(crate) fn both(self, tone: Tone, kind: SubjectKind, id: &str, text: &str) -> Self {
        self.part(text, Some(Subject { kind, id: id.to_owned() }), Some(tone))
    }

    /// The sentence; its tone is the worst of its parts.
    pub(crate) fn end(self) -> Sentence {
        let tone = self.0.iter().filter_map(|part| part.tone).max().unwrap_or_default();
        Sentence { tone, parts: self.0 }
    }

    fn part(mut self, text: &str, about: Option<Subject>, tone: Option<Tone>) -> Self {
        self.0.push(Part { text: text.to_owned(), about, tone });
        self
    }
}

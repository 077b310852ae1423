//! Who answered and why it stopped, for those who observe calls.
//!
//! Read apart from usage and only where someone observes: the model by its own name, the provider's
//! id of the answer, and the reasons for which the model stopped. What can't be read is left out.
//! Texts are kept where they look like names, and shortened; nothing else of an answer is kept.

use domain::finish::{Finish, Finishes};
use domain::inference::Endpoint;
use memchr::memmem;

use crate::json::{Cursor, JsonError, Kind};

/// Longest name that is kept, in bytes.
const LONGEST: usize = 128;

/// Who answered, and why it stopped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The model, by its own name.
    pub model: Option<String>,
    /// The provider's id of the answer.
    pub response: Option<String>,
    /// Why the model stopped.
    pub finishes: Finishes,
}

impl Identity {
    /// Reads a body that came in one piece.
    #[must_use]
    pub fn of_body(endpoint: Endpoint, body: &[u8]) -> Self {
        let mut identity = Self::default();
        identity.read(endpoint, body);
        identity
    }

    /// Reads the data of one event. One that can say nothing new is passed over.
    pub(super) fn event(&mut self, endpoint: Endpoint, data: &[u8]) {
        let says_more = || {
            memmem::find(data, b"_reason\"").is_some()
                || (endpoint == Endpoint::Gemini && memmem::find(data, b"\"finishReason\"").is_some())
                || (endpoint == Endpoint::Responses && memmem::find(data, b"\"response\"").is_some())
        };
        if self.model.is_none() || says_more() {
            self.read(endpoint, data);
        }
    }

    fn read(&mut self, endpoint: Endpoint, data: &[u8]) {
        let mut cursor = Cursor::new(data);
        if cursor.kind() == Ok(Kind::Object) {
            // Of an object that breaks off, what came before the break counts.
            let _broken = self.object(endpoint, &mut cursor);
        }
    }

    fn object(&mut self, endpoint: Endpoint, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"model" | b"modelVersion", Kind::String) => {
                    keep(&mut self.model, &cursor.string()?.bytes());
                }
                (b"id" | b"responseId", Kind::String) => keep(&mut self.response, &cursor.string()?.bytes()),
                (b"finish_reason" | b"stop_reason", Kind::String) => {
                    self.finishes.add(Finish::of_answer(&cursor.string()?.bytes()));
                }
                (b"status", Kind::String) if endpoint == Endpoint::Responses => {
                    self.status(&cursor.string()?.bytes());
                }
                (b"choices" | b"candidates", Kind::Array) => {
                    cursor.array(|cursor| match cursor.kind()? {
                        Kind::Object => self.choice(cursor),
                        _ => cursor.skip(),
                    })?;
                }
                (b"message" | b"response" | b"delta", Kind::Object) => self.object(endpoint, cursor)?,
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }

    fn choice(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"finish_reason" | b"finishReason", Kind::String) => {
                    self.finishes.add(Finish::of_answer(&cursor.string()?.bytes()));
                }
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }

    /// The status of a response counts once it is the last.
    fn status(&mut self, word: &[u8]) {
        let finish = Finish::of_answer(word);
        if matches!(finish, Finish::Completed | Finish::Incomplete | Finish::Failed | Finish::Cancelled) {
            self.finishes.add(finish);
        }
    }
}

/// The provider's id of an answer, which its client sees too: what the two sides' records of one call
/// share. Read beside usage, of every answer; only the first that comes counts.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswerId(Option<String>);

impl AnswerId {
    /// Takes the value at the cursor, if it can be an id and none was there before.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if self.0.is_some() || cursor.kind()? != Kind::String {
            return cursor.skip();
        }
        keep(&mut self.0, &cursor.string()?.bytes());
        Ok(())
    }

    pub(super) fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(super) fn take(self) -> Option<String> {
        self.0
    }
}

/// Keeps the first name that comes.
fn keep(place: &mut Option<String>, name: &[u8]) {
    let plain = |byte: &u8| byte.is_ascii_graphic();
    if place.is_none() && !name.is_empty() && name.len() <= LONGEST && name.iter().all(plain) {
        *place = std::str::from_utf8(name).ok().map(ToOwned::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::StreamReader;

    fn shown(identity: &Identity) -> String {
        let finishes: Vec<_> = identity.finishes.iter().map(Finish::as_str).collect();
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        format!("{} {} {}", or_none(&identity.model), or_none(&identity.response), finishes.join(","))
    }

    #[test]
    fn a_body_tells_who_answered_in_every_dialect() {
        for (endpoint, body, expected) in [
            (
                Endpoint::Chat,
                r#"{"id":"c1","model":"gpt-4o-2024","choices":[{"message":{"content":"x"},"finish_reason":"stop"},{"finish_reason":"length"}]}"#,
                "gpt-4o-2024 c1 stop,length",
            ),
            (
                Endpoint::Responses,
                r#"{"id":"r1","status":"completed","model":"o3","output":[{"id":"i","status":"failed"}]}"#,
                "o3 r1 completed",
            ),
            (Endpoint::Responses, r#"{"id":"r1","status":"in_progress","model":"o3"}"#, "o3 r1 "),
            (
                Endpoint::Messages,
                r#"{"id":"m1","model":"claude","content":[{"id":"tool"}],"stop_reason":"tool_use"}"#,
                "claude m1 tool_use",
            ),
            (
                Endpoint::Gemini,
                r#"{"responseId":"g1","modelVersion":"gemini-2.5-flash","candidates":[{"content":{"parts":[{"id":"p"}]},"finishReason":"MAX_TOKENS"},{"finishReason":"SAFETY"}]}"#,
                "gemini-2.5-flash g1 content_filter,max_tokens",
            ),
            (Endpoint::Embeddings, r#"{"model":"e","data":[]}"#, "e - "),
            (
                Endpoint::Chat,
                r#"{"model":"my prompt","id":7,"choices":[{"finish_reason":"said Maya"}]}"#,
                "- - other",
            ),
            (Endpoint::Chat, r#"{"model":"m","choices":[{"finish_reas"#, "m - "),
            (Endpoint::Chat, "no json", "- - "),
        ] {
            assert_eq!(shown(&Identity::of_body(endpoint, body.as_bytes())), expected, "{body}");
        }
    }

    #[test]
    fn a_stream_tells_it_in_any_chunks() {
        let chat = "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\ndata: {\"id\":\"c2\",\"choices\":[{\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
        let messages = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"model\":\"claude\",\"stop_reason\":null}}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n";
        let responses = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\",\"model\":\"o3\",\"status\":\"in_progress\"}}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\",\"status\":\"completed\"}}\n\n";
        let gemini = "data: {\"responseId\":\"g1\",\"modelVersion\":\"g\",\"candidates\":[{\"content\":{}}]}\n\ndata: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n";
        for (endpoint, stream, expected) in [
            (Endpoint::Gemini, gemini, "g g1 stop"),
            (Endpoint::Chat, chat, "m c1 tool_calls"),
            (Endpoint::Messages, messages, "claude m1 end_turn"),
            (Endpoint::Responses, responses, "o3 r1 completed"),
        ] {
            for size in [1, 7, stream.len()] {
                let mut reader = StreamReader::new(endpoint).identifying();
                stream.as_bytes().chunks(size).for_each(|chunk| reader.push(chunk));
                assert_eq!(reader.identity().map(shown).as_deref(), Some(expected), "{size} bytes at once");
            }
        }
    }

    #[test]
    fn every_answer_tells_its_id_and_keeps_the_first() {
        let chat = "data: {\"id\":\"\",\"choices\":[]}\n\ndata: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"t\"}]}}]}\n\ndata: {\"id\":\"c2\",\"choices\":[]}\n\n";
        let messages = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"content\":[]}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\"}}\n\n";
        let responses = "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"item\":{\"id\":\"i\"}}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\"}}\n\n";
        let gemini = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"id\":\"f\"}}]}}],\"responseId\":\"g1\"}\n\n";
        for (endpoint, stream, expected) in [
            (Endpoint::Chat, chat, "c1"),
            (Endpoint::Messages, messages, "m1"),
            (Endpoint::Responses, responses, "r1"),
            (Endpoint::Gemini, gemini, "g1"),
        ] {
            for size in [1, 9, stream.len()] {
                let mut reader = StreamReader::new(endpoint);
                stream.as_bytes().chunks(size).for_each(|chunk| reader.push(chunk));
                assert_eq!(reader.response_id(), Some(expected), "{size} bytes at once");
            }
        }
        for (endpoint, body, expected) in [
            (
                Endpoint::Chat,
                r#"{"id":"c1","choices":[{"message":{"tool_calls":[{"id":"t"}]}}]}"#,
                Some("c1"),
            ),
            (Endpoint::Responses, r#"{"output":[{"id":"i"}],"id":"r1"}"#, Some("r1")),
            (Endpoint::Messages, r#"{"content":[{"id":"t"}],"id":"m1"}"#, Some("m1")),
            (Endpoint::Gemini, r#"[{"responseId":"g1"},{"responseId":"g2"}]"#, Some("g1")),
            (Endpoint::Embeddings, r#"{"data":[{"id":"d"}]}"#, None),
            (Endpoint::Chat, r#"{"id":7}"#, None),
            (Endpoint::Chat, r#"{"id":"what Maya said"}"#, None),
        ] {
            let read = crate::answer::read(endpoint, body.as_bytes());
            assert_eq!(read.response_id.as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn a_stream_that_no_one_observes_is_not_read_for_it() {
        let mut reader = StreamReader::new(Endpoint::Chat);
        reader.push(b"data: {\"model\":\"m\"}\n\n");
        assert_eq!(reader.identity(), None);
    }
}

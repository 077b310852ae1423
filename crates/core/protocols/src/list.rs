//! A stream of events as one JSON list: how Google's dialect streams where no events are asked for.
//!
//! What the events say is passed on as it is; their frames become commas. An event that is no whole JSON
//! value, because its stream broke off within it, is left out, so that the list stays one.

use bytes::Bytes;

use crate::json::Cursor;
use crate::sse::{Event, Splitter};

/// Turns events into elements.
#[derive(Debug, Default)]
pub struct List {
    splitter: Splitter,
    begun: bool,
}

impl List {
    /// Takes the next chunk; gives the elements that it completes, or nothing yet.
    pub fn push(&mut self, chunk: &[u8]) -> Bytes {
        let mut out = Vec::with_capacity(chunk.len());
        let Self { splitter, begun } = self;
        splitter.push(chunk, |event| element(&event, begun, &mut out));
        out.into()
    }

    /// Takes the end of the stream; gives the end of the list.
    pub fn finish(&mut self) -> Bytes {
        let mut out = Vec::new();
        let Self { splitter, begun } = self;
        splitter.finish(|event| element(&event, begun, &mut out));
        out.extend_from_slice(if *begun { b"]" } else { b"[]" });
        out.into()
    }
}

fn element(event: &Event<'_>, begun: &mut bool, out: &mut Vec<u8>) {
    let mut cursor = Cursor::new(&event.data);
    if cursor.skip().and_then(|()| cursor.end()).is_err() {
        return;
    }
    out.extend_from_slice(if *begun { b"\n,\n" } else { b"[" });
    out.extend_from_slice(&event.data);
    *begun = true;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listed(stream: &str, chunk: usize) -> String {
        let mut list = List::default();
        let mut out = Vec::new();
        for piece in stream.as_bytes().chunks(chunk.max(1)) {
            out.extend_from_slice(&list.push(piece));
        }
        out.extend_from_slice(&list.finish());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn events_become_the_elements_of_a_list() {
        assert_eq!(listed("", 1), "[]");
        assert_eq!(
            listed("data: {\"a\":1}\n\n: ping\n\ndata: {\"a\":2}\n\n{\"error\":{}}", 100),
            "[{\"a\":1}\n,\n{\"a\":2}\n,\n{\"error\":{}}]"
        );
        assert_eq!(
            listed("data: {\"a\":1}\n\ndata: {\"b\":[1,\n\ndata: {\"error\":{}}\n\ndata: [DONE]\n\n", 7),
            "[{\"a\":1}\n,\n{\"error\":{}}]"
        );
    }

    proptest! {
        #[test]
        fn chunks_never_matter_and_the_list_is_json(texts in prop::collection::vec("[a-z\"\\\\é]{0,8}", 0..6), chunk in 1..9_usize) {
            let values: Vec<_> = texts.iter().map(|text| serde_json::json!({"text": text})).collect();
            let stream: String = values.iter().map(|value| format!("data: {value}\r\n\r\n")).collect();
            let list = listed(&stream, chunk);
            prop_assert_eq!(&list, &listed(&stream, usize::MAX));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&list).unwrap(), serde_json::Value::from(values));
        }
    }
}

//! The splitter and the filter, by table and for any chunks.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;

type Seen = (Option<String>, String);

fn seen(event: &Event<'_>) -> Seen {
    (event.name.map(str::to_owned), String::from_utf8_lossy(&event.data).into_owned())
}

fn split<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Seen> {
    let (mut splitter, mut events) = (Splitter::new(), Vec::new());
    for chunk in chunks {
        splitter.push(chunk, |event| events.push(seen(&event)));
    }
    splitter.finish(|event| events.push(seen(&event)));
    events
}

fn whole(text: &str) -> Vec<Seen> {
    split([text.as_bytes()])
}

fn data(text: &str) -> Seen {
    (None, text.to_owned())
}

#[test]
fn events_are_split_as_the_standard_says() {
    assert_eq!(whole("data: a\n\ndata: b\n\n"), [data("a"), data("b")]);
    assert_eq!(whole("event: x\ndata: a\n\n"), [(Some("x".into()), "a".into())]);
    assert_eq!(whole("data: a\ndata:b\ndata\n\n"), [data("a\nb\n")]);
    assert_eq!(whole(": comment\n\ndata:  two spaces\nid: 7\nretry: 1\nother: x\n\n"), [data(" two spaces")]);
    assert_eq!(whole("event: lonely\n\ndata: a\n\n"), [data("a")]);
    assert_eq!(whole("data:\n\ndata: \n\n"), []);
    assert_eq!(whole("\u{feff}data: a\n\n"), [data("a")]);
    assert_eq!(whole("data: \u{feff}a\n\n"), [data("\u{feff}a")]);
}

#[test]
fn every_line_end_is_one() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "event: x|data: a|data: b||data: c||".replace('|', end);
        let expected = [(Some("x".into()), "a\nb".into()), data("c")];
        assert_eq!(whole(&text), expected, "{end:?}");
        assert_eq!(split(text.as_bytes().chunks(1)), expected, "{end:?}");
    }
    assert_eq!(whole("data: a\r\n\ndata: b\n\r\ndata: c\r\r"), [data("a"), data("b"), data("c")]);
}

#[test]
fn an_end_without_its_blank_line_still_counts() {
    assert_eq!(whole("data: a\n\ndata: [DONE]"), [data("a"), data("[DONE]")]);
    assert_eq!(whole("data: a\n\ndata: b\n"), [data("a"), data("b")]);
    assert_eq!(whole("data: a\n\n: bye"), [data("a")]);
}

#[test]
fn the_splitter_knows_where_whole_events_end() {
    let mut splitter = Splitter::new();
    let mut at = |chunk: &str| {
        splitter.push(chunk.as_bytes(), |_| {});
        (splitter.boundary(), splitter.seen(), splitter.is_at_event_end())
    };
    assert_eq!(at(""), (0, 0, true));
    assert_eq!(at("data: a\n"), (0, 8, false));
    assert_eq!(at("\n"), (9, 9, true));
    assert_eq!(at("data: b\r\n\r"), (19, 19, true));
    assert_eq!(at("\n"), (20, 20, true));
    assert_eq!(at("d"), (20, 21, false));
}

#[test]
fn an_event_above_the_cap_is_dropped_and_the_next_one_is_not() {
    let (mut splitter, mut events) = (Splitter::with_cap(20), Vec::new());
    for chunk in ["data: a\n\ndata: bbbbbbb", "bbbbbbbbbbbbbb", "bbbbb\n", "\nda", "ta: c\n\n"] {
        splitter.push(chunk.as_bytes(), |event| events.push(seen(&event)));
    }
    assert_eq!(events, [data("a"), data("c")]);
    assert_eq!((splitter.dropped(), splitter.is_at_event_end()), (1, true));
}

#[test]
fn an_event_that_is_not_split_is_not_copied() {
    let chunk = b"data: a\n\n";
    Splitter::new().push(chunk, |event| {
        assert_eq!(event.raw.as_ptr(), chunk.as_ptr());
        assert_eq!(event.data.as_ptr(), chunk[6..].as_ptr());
    });
}

const USAGE: &str = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n";

fn filtered(mut filter: UsageFilter, text: &str, chunk: usize) -> String {
    let mut out = Vec::new();
    for piece in text.as_bytes().chunks(chunk) {
        out.extend_from_slice(&filter.push(Bytes::copy_from_slice(piece)));
    }
    out.extend_from_slice(&filter.finish());
    String::from_utf8(out).unwrap()
}

#[test]
fn the_usage_event_is_left_out_and_all_else_stays() {
    let long = format!("data: {}\n\n", "x".repeat(3 * UsageFilter::CAP));
    let (before, after) = (format!(": hi\r\n\r\ndata: {{\"choices\":[1]}}\n\n{long}"), "data: [DONE]\n\n");
    let text = format!("{before}{USAGE}{after}");
    for chunk in [1, 7, 64, 1_000, 100_000, text.len()] {
        assert_eq!(filtered(UsageFilter::default(), &text, chunk), format!("{before}{after}"), "{chunk}");
        assert_eq!(filtered(UsageFilter::whole_events(), &text, chunk), text, "{chunk}");
    }
    assert_eq!(filtered(UsageFilter::default(), USAGE.trim_end(), 10), "");
}

#[test]
fn a_chunk_from_which_nothing_is_taken_is_not_copied() {
    let chunk = Bytes::from_static(b"data: a\n\ndata: b\n\n");
    assert_eq!(UsageFilter::default().push(chunk.clone()).as_ptr(), chunk.as_ptr());
}

#[test]
fn pieces_end_where_events_do() {
    let mut filter = UsageFilter::whole_events();
    assert_eq!(filter.push(Bytes::from_static(b"data: a\n\nda")), "data: a\n\n");
    assert_eq!(filter.push(Bytes::from_static(b"ta: b\n")), "");
    assert!(filter.is_at_event_end());
    assert_eq!(filter.push(Bytes::from_static(b"\ndata: c\n\nd")), "data: b\n\ndata: c\n\n");
    assert_eq!(filter.push(Bytes::from(vec![b'x'; UsageFilter::CAP])).len(), UsageFilter::CAP + 1);
    assert!(!filter.is_at_event_end());
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0_usize..12, 1..40)
}

/// Text cut into chunks of the given lengths, over and over.
fn chunks<'a>(text: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let (mut rest, mut chunks) = (text, Vec::new());
    for length in lengths.iter().chain(std::iter::once(&1)).cycle() {
        if rest.is_empty() {
            return chunks;
        }
        let (chunk, tail) = rest.split_at((*length).min(rest.len()));
        chunks.push(chunk);
        rest = tail;
    }
    chunks
}

proptest! {
    #[test]
    fn any_chunks_give_the_same_events(
        lines in proptest::collection::vec(prop_oneof![
            Just(String::new()), Just("data".into()), "data: ?[a-zé{}]{0,9}", "event: ?[a-z]{0,4}", ":[ a-z]{0,4}", "[a-z]{0,3}",
        ], 0..30),
        ends in proptest::collection::vec(prop_oneof![Just("\n"), Just("\r\n"), Just("\r")], 30),
        cuts in cuts(),
    ) {
        let text: String = lines.iter().zip(ends).map(|(line, end)| format!("{line}{end}")).collect();
        let expected = whole(&text);
        prop_assert_eq!(split(chunks(text.as_bytes(), &cuts)), expected);
        let mut filter = UsageFilter::default();
        let mut passed: Vec<u8> = Vec::new();
        for chunk in chunks(text.as_bytes(), &cuts) {
            passed.extend_from_slice(&filter.push(Bytes::copy_from_slice(chunk)));
        }
        passed.extend_from_slice(&filter.finish());
        prop_assert_eq!(passed, text.as_bytes());
    }

    #[test]
    fn nothing_panics_and_every_byte_is_counted(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r'), Just(b':')], 0..300), cuts in cuts()) {
        let mut splitter = Splitter::with_cap(64);
        for chunk in chunks(&bytes, &cuts) {
            splitter.push(chunk, |_| {});
            prop_assert!(splitter.boundary() <= splitter.seen());
        }
        prop_assert_eq!(splitter.seen(), bytes.len() as u64);
    }
}

//! Streams: chunks never matter.

#![no_main]

use bytes::Bytes;
use domain::inference::Endpoint;
use libfuzzer_sys::fuzz_target;
use protocols::answer::{StreamReader, is_usage_only_event};
use protocols::sse::{Splitter, UsageFilter};

type Seen = (Option<String>, Vec<u8>);

fn events<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Vec<Seen> {
    let (mut splitter, mut events) = (Splitter::new(), Vec::new());
    for chunk in chunks {
        splitter.push(chunk, |event| events.push((event.name.map(str::to_owned), event.data.to_vec())));
    }
    splitter.finish(|event| events.push((event.name.map(str::to_owned), event.data.to_vec())));
    events
}

fuzz_target!(|input: (u8, &[u8])| {
    let (length, text) = input;
    let length = usize::from(length).max(1);
    let whole = events(std::iter::once(text));
    assert_eq!(events(text.chunks(length)), whole);

    for endpoint in [Endpoint::Chat, Endpoint::Responses, Endpoint::Messages, Endpoint::Gemini] {
        let (mut once, mut pieces) = (StreamReader::new(endpoint), StreamReader::new(endpoint));
        once.push(text);
        once.finish();
        text.chunks(length).for_each(|chunk| pieces.push(chunk));
        pieces.finish();
        assert_eq!(once.summary(), pieces.summary());
    }

    let mut filter = UsageFilter::default();
    let mut passed = Vec::new();
    for chunk in text.chunks(length) {
        passed.extend_from_slice(&filter.push(Bytes::copy_from_slice(chunk)));
    }
    passed.extend_from_slice(&filter.finish());
    if !whole.iter().any(|(_, data)| is_usage_only_event(data)) {
        assert_eq!(passed, text);
    }
});

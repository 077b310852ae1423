//! Translation: no bytes panic, chunks never matter, and a stream always ends.

#![no_main]

use libfuzzer_sys::fuzz_target;
use translate::{Asked, Caller, Exchange, Outcome, Pair, Settings, Wire};

const HELLO: [&str; 4] = [
    r#"{"messages":[{"role":"user","content":"x"}],"stream":true}"#,
    r#"{"input":"x","stream":true}"#,
    r#"{"max_tokens":1,"messages":[{"role":"user","content":"x"}],"stream":true}"#,
    r#"{"contents":[{"parts":[{"text":"x"}]}]}"#,
];

fn streamed(exchange: &Exchange, bytes: &[u8], length: usize) -> Vec<u8> {
    let (mut stream, mut said) = (exchange.stream(), Vec::new());
    bytes.chunks(length).for_each(|chunk| said.extend(stream.push(chunk)));
    said.extend(stream.finish());
    assert_ne!(stream.outcome(), Outcome::Running);
    said
}

fuzz_target!(|input: (u8, u8, u8, &[u8])| {
    let (from, to, length, bytes) = input;
    let wire = Wire::ALL[usize::from(from) % Wire::ALL.len()];
    let at = usize::from(to) % Caller::ALL.len();
    let pair = Pair::new(Caller::ALL[at], wire);
    let ask = |body| pair.request(Asked { body, model: "m", stream_path: true }, Settings::default());
    if let Ok((outgoing, _)) = ask(bytes) {
        assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&outgoing.body).is_ok());
    }
    let Ok((_, exchange)) = ask(HELLO[at].as_bytes()) else { return };
    let answer = exchange.answer(200, bytes);
    assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok());
    assert_eq!(streamed(&exchange, bytes, usize::from(length).max(1)), streamed(&exchange, bytes, usize::MAX));
});

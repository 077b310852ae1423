//! Streams pass as they come, many at a time.

use std::time::{Duration, Instant};

use e2e::{CHAT, ask_stream};

use crate::start;

#[test]
fn an_event_reaches_the_caller_before_the_next_one_is_sent() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/hang-after-2")).open();
    let began = Instant::now();
    assert!(open.event().is_some_and(|event| event.contains("assistant")));
    assert!(open.event().is_some_and(|event| event.contains("piece 1")));
    assert!(began.elapsed() < Duration::from_secs(1), "nothing is held back until the end");
}

#[test]
fn a_hundred_streams_at_once_are_all_whole_and_all_recorded() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let call = server.post(CHAT, &key, &ask_stream("scripted/stream-20"));
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let call = call.clone();
            std::thread::spawn(move || call.send())
        })
        .collect();
    for caller in callers {
        let reply = caller.join().unwrap().expect(200);
        assert!(reply.complete && reply.text().contains("piece 20 ") && reply.text().contains("[DONE]"));
    }
    let row = server.spend("support", 100);
    assert_eq!(row["figures"]["calls"], 100);
    assert_eq!(row["figures"]["cost"]["nano"], 100 * (11_000 + 20 * 2_000));
}

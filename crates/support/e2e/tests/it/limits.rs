//! Rate limits, concurrency, iterations.

use e2e::{CHAT, MESSAGES, ask};

use crate::start_with;

#[test]
fn requests_a_minute() {
    let (server, upstream) = start_with("[limits]\nrequests_per_minute = 3\n");
    let key = server.key("support");
    for left in ["2", "1", "0"] {
        let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
        assert_eq!(reply.header("x-ratelimit-limit-requests"), Some("3"));
        assert_eq!(reply.header("x-ratelimit-remaining-requests"), Some(left));
    }
    let reply = server.post(CHAT, &key, &ask("standard")).send();
    assert_eq!((reply.status, reply.code().as_str()), (429, "CS-0303"), "{}", reply.text());
    let wait: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let reply = server.post(MESSAGES, &key, &ask("claude")).send();
    assert_eq!((reply.status, reply.json()["error"]["type"].as_str()), (429, Some("rate_limit_error")));
    assert_eq!(upstream.count(), 3);
}

#[test]
fn tokens_a_minute() {
    let (server, _upstream) = start_with("[limits]\ntokens_per_minute = 200\n");
    let key = server.key("support");
    let mut refused = None;
    for _ in 0..20 {
        let reply = server.post(CHAT, &key, &ask("standard")).send();
        if reply.status != 200 {
            refused = Some(reply);
            break;
        }
    }
    let reply = refused.expect("two hundred tokens are soon used up");
    assert_eq!((reply.status, reply.code().as_str()), (429, "CS-0304"), "{}", reply.text());
    assert!(reply.header("retry-after").is_some());
}

#[test]
fn calls_at_once() {
    let (server, upstream) = start_with("[limits]\nconcurrent = 2\n");
    let key = server.key("support");
    let slow = server.post(CHAT, &key, &ask("scripted/slow-first-byte-1500"));
    let callers: Vec<_> = (0..2)
        .map(|_| {
            let slow = slow.clone();
            std::thread::spawn(move || slow.send())
        })
        .collect();
    upstream.wait_for(2);
    let reply = server.post(CHAT, &key, &ask("standard")).send();
    assert_eq!((reply.status, reply.code().as_str()), (429, "CS-0305"), "{}", reply.text());
    for caller in callers {
        drop(caller.join().unwrap().expect(200));
    }
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
}

#[test]
fn iterations_of_a_run() {
    let (server, _upstream) = start_with("[limits]\niterations_per_run = 2\n");
    let key = server.key("support");
    let call = |run: &str| server.post(CHAT, &key, &ask("standard")).header("x-countersign-run", run).send();
    assert_eq!((call("a").status, call("a").status), (200, 200));
    let third = call("a");
    assert_eq!((third.status, third.code().as_str()), (429, "CS-0306"), "{}", third.text());
    assert_eq!(third.header("x-should-retry"), Some("false"));
    assert_eq!(call("b").status, 200, "another run has its own count");
}

#[test]
fn limits_of_a_key_hold_for_it_alone() {
    let (server, _upstream) = start_with("");
    let narrow = server.key_with("support", &["--requests-per-minute", "1"]).1;
    let wide = server.key("support");
    assert_eq!(server.post(CHAT, &narrow, &ask("standard")).send().status, 200);
    assert_eq!(server.post(CHAT, &narrow, &ask("standard")).send().code(), "CS-0303");
    assert_eq!(server.post(CHAT, &wide, &ask("standard")).send().status, 200);
}

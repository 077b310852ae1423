//! `kill -9` in the middle of work: no answered call is missing, and what was under way is charged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use e2e::{CHAT, ask, ask_stream, wait_until};

use crate::start;

#[test]
fn every_answered_call_is_in_the_ledger_after_kill_9() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    let mut answered = Vec::new();
    for round in 0..3 {
        let stop = Arc::new(AtomicBool::new(false));
        let callers: Vec<_> = (0..8)
            .map(|number| {
                let body = if number % 2 == 0 { ask("standard") } else { ask_stream("standard") };
                let (call, stop) = (server.post(CHAT, &key, &body), Arc::clone(&stop));
                std::thread::spawn(move || {
                    let mut ids = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        match call.try_send() {
                            Ok(reply) if reply.status == 200 && reply.complete => ids.push(reply.inference()),
                            _ => break,
                        }
                    }
                    ids
                })
            })
            .collect();
        let wanted = (round + 1) * 40;
        let probe = server.call("GET", "/healthz");
        wait_until("some calls", || {
            let _alive = probe.try_send();
            (server.get("/api/v1/spend?by=workflow").json()["total"]["figures"]["calls"].as_u64()? >= wanted)
                .then_some(())
        });
        server.kill();
        stop.store(true, Ordering::Relaxed);
        for caller in callers {
            answered.extend(caller.join().unwrap());
        }
        server.restart();
    }
    assert!(answered.len() > 60, "{} calls", answered.len());
    for id in &answered {
        assert_eq!(server.inference(id)["status"], "ok");
    }
    let doctor = server.cli(&["doctor"]);
    assert_eq!(doctor.code, 0, "{}{}", doctor.out, doctor.err);
}

#[test]
fn a_call_that_died_with_the_server_is_charged_its_reservation() {
    let (mut server, upstream) = start();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/hang-after-2")).open();
    assert!(open.event().is_some());
    let id = open.header("x-countersign-inference").unwrap().to_owned();
    upstream.wait_for(1);
    server.kill();
    server.restart();
    let record = wait_until("the sweep", || {
        let record = server.inference(&id);
        (record["status"] == "lost").then_some(record)
    });
    assert_eq!(record["cost"], record["reserved"], "{record}");
    assert!(record["cost"]["nano"].as_i64().unwrap() > 0);
    assert_eq!(record["usage"]["source"], "estimated");
}

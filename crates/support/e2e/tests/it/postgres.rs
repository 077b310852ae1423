//! PostgreSQL as the ledger, and what happens while it is away.

use e2e::{CHAT, Server, Upstream, Workspace, ask, wait_until};

/// The server comes last, so that it ends first.
fn start() -> (testkit::Postgres, Upstream, Server) {
    let mut database = testkit::postgres();
    let upstream = Upstream::start();
    let url = database.fresh();
    let server = Server::start_with(Workspace::new(&upstream), &["--database", &url]);
    (database, upstream, server)
}

#[test]
fn it_serves_and_remembers_over_restarts() {
    let (_database, _upstream, mut server) = start();
    let key = server.key("support");
    let reply =
        server.post(CHAT, &key, &ask("standard")).header("x-countersign-run", "kept").send().expect(200);
    assert_eq!(server.inference(&reply.inference())["cost"]["nano"], 25_000);
    server.kill();
    server.restart();
    assert_eq!(server.run("kept", 1)["cost"]["nano"], 25_000);
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().status, 200);
    assert_eq!(server.spend("support", 2)["figures"]["cost"]["nano"], 50_000);
}

#[test]
fn calls_go_on_while_the_database_is_away_and_are_all_there_when_it_is_back() {
    let (mut database, _upstream, server) = start();
    let key = server.key("support");
    let before = server.post(CHAT, &key, &ask("standard")).send().expect(200).inference();
    assert_eq!(server.inference(&before)["status"], "ok");
    database.stop();
    let spooled: Vec<_> =
        (0..20).map(|_| server.post(CHAT, &key, &ask("standard")).send().expect(200).inference()).collect();
    let ready = wait_until("the spool in /readyz", || {
        let reply = server.call("GET", "/readyz").send();
        let body = reply.json();
        (reply.status == 200 && body["checks"].to_string().contains("warn")).then_some(body)
    });
    assert_eq!(ready["ready"], true);
    database.start();
    for id in &spooled {
        assert_eq!(server.inference(id)["status"], "ok");
    }
    assert_eq!(server.spend("support", 21)["figures"]["calls"], 21);
}

#[test]
fn what_was_spooled_survives_a_kill_while_the_database_is_away() {
    let (mut database, _upstream, mut server) = start();
    let key = server.key("support");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    database.stop();
    let id = server.post(CHAT, &key, &ask("standard")).send().expect(200).inference();
    server.kill();
    database.start();
    server.restart();
    assert_eq!(server.inference(&id)["status"], "ok");
}

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

#[test]
fn a_restart_without_the_database_forgets_no_switch_and_no_spent_budget() {
    let mut database = testkit::postgres();
    let upstream = Upstream::start();
    let url = database.fresh();
    let workspace = Workspace::new(&upstream).with_workflow("capped", "[budget]\nday = \"0.03 USD\"\n");
    let mut server = Server::start_with(workspace, &["--database", &url]);
    let (support, capped) = (server.key("support"), server.key("capped"));
    while server.post(CHAT, &capped, &ask("scripted/dear")).send().status == 200 {}
    drop(server.post(CHAT, &support, &ask("standard")).send().expect(200));
    drop(server.cli(&["switch", "model/scripted/ok-2", "off", "--reason", "it is wrong"]).expect(0));
    database.stop();
    server.stop();
    server.restart();

    let off = server.post(CHAT, &support, &ask("scripted/ok-2")).send();
    assert_eq!((off.status, off.code().as_str()), (503, "CS-0301"), "{}", off.text());
    let spent = server.post(CHAT, &capped, &ask("scripted/dear")).send();
    assert_eq!((spent.status, spent.code().as_str()), (402, "CS-0307"), "{}", spent.text());
    let served = server.post(CHAT, &support, &ask("standard")).send().expect(200);
    let ready = server.call("GET", "/readyz").send().expect(200).json();
    assert!(ready["checks"].to_string().contains("warn"), "{ready}");

    database.start();
    assert_eq!(server.inference(&served.inference())["status"], "ok");
    assert_eq!(server.inference(&spent.inference())["status"], "refused");
    assert_eq!(server.spend("support", 3)["figures"]["calls"], 3);
    drop(server.cli(&["switch", "model/scripted/ok-2", "on", "--reason", "mended"]).expect(0));
}

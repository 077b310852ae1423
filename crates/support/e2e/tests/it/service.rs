//! Starting, being ready, stopping.

use std::os::unix::fs::PermissionsExt as _;

use e2e::{CHAT, Call, Server, Upstream, Workspace, ask, wait_until};

use crate::start;

#[test]
fn it_says_where_it_is_and_leaves_a_private_file_while_it_runs() {
    let (mut server, _upstream) = start();
    let address = server.url();
    wait_until("a ready line that names the address", || server.log().contains(&address).then_some(()));
    wait_until("the one-time link of the first start", || {
        server.log().contains(&format!("{address}/sign-in/link/")).then_some(())
    });
    let mode = std::fs::metadata(server.admin_path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.stop();
    assert!(!server.admin_path().exists());
}

#[test]
fn machines_can_ask_how_it_is() {
    let (server, _upstream) = start();
    assert_eq!(server.call("GET", "/healthz").send().status, 200);
    let ready = server.call("GET", "/readyz").send().expect(200).json();
    assert_eq!(ready["ready"], true, "{ready}");
    assert_eq!(server.call("HEAD", "/").send().status, 200);
    let key = server.key("support");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    let metrics = server.call("GET", "/metrics").send().expect(200).text();
    assert!(metrics.contains("# TYPE") && metrics.contains("countersign_"), "{metrics}");
    assert!(!metrics.contains(&key) && !metrics.contains(e2e::PROMPT));
}

#[test]
fn a_public_address_is_refused_without_a_word_for_it() {
    let upstream = Upstream::start();
    let workspace = Workspace::new(&upstream);
    let folder = tempfile::tempdir().unwrap();
    let serve = ["serve", "--listen", "0.0.0.0:0", "--data", "data", "--workspace"];
    let mut args = serve.to_vec();
    args.push(workspace.path().to_str().unwrap());
    let ran = e2e::alone(&args, folder.path());
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("--insecure-public"), "{}", ran.err);
}

#[test]
fn a_call_under_way_may_finish_when_the_server_is_told_to_stop() {
    let (mut server, upstream) = start();
    let key = server.key("support");
    let slow = server.post(CHAT, &key, &ask("scripted/slow-first-byte-700"));
    let running = std::thread::spawn(move || slow.send());
    upstream.wait_for(1);
    let address = server.address;
    let stopping = std::thread::spawn(move || {
        server.stop();
        server
    });
    let reply = running.join().unwrap().expect(200);
    assert!(reply.complete);
    let mut server = stopping.join().unwrap();
    assert!(Call::new(address, "GET", "/healthz").try_send().is_err());
    server.restart();
    assert_eq!(server.inference(&reply.inference())["status"], "ok");
}

#[test]
fn who_comes_while_calls_finish_is_told_that_the_server_is_going() {
    let (mut server, upstream) = start();
    let key = server.key("support");
    let slow = server.post(CHAT, &key, &ask("scripted/slow-first-byte-1500"));
    let running = std::thread::spawn(move || slow.send());
    upstream.wait_for(1);
    server.signal("TERM");
    let ready = wait_until("a server that says it is going", || {
        // Who has connected and said nothing yet when the signal comes is hung up on, and comes back.
        let ready = server.call("GET", "/readyz").try_send().ok()?;
        (ready.status == 503).then(|| ready.json())
    });
    assert_eq!((&ready["ready"], &ready["shutting_down"]), (&false.into(), &true.into()));
    let refused = server.post(CHAT, &key, &ask("standard")).send().expect(503);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("CS-0309", Some("5")));
    assert!(running.join().unwrap().expect(200).complete);
    server.stop();
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_broken_workspace_does_not_start_and_says_why() {
    let upstream = Upstream::start();
    let workspace = Workspace::new(&upstream);
    workspace.edit("workflows/support.toml", "owner = \"maya\"", "owner = \"mya\"");
    let folder = tempfile::tempdir().unwrap();
    let ran = e2e::alone(
        &["serve", "--listen", "127.0.0.1:0", "--workspace", workspace.path().to_str().unwrap()],
        folder.path(),
    );
    assert_ne!(ran.code, 0);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains("workflows/support.toml:2") && said.contains("maya"), "{said}");
}

#[test]
fn two_servers_never_share_a_data_folder() {
    let (server, _upstream) = start();
    let args = ["serve", "--listen", "127.0.0.1:0", "--data", server.data().to_str().unwrap(), "--workspace"];
    let mut args = args.to_vec();
    args.push(server.workspace.path().to_str().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let ran = e2e::alone(&args, folder.path());
    assert_ne!(ran.code, 0, "{}{}", ran.out, ran.err);
    wait_until("the first to be there still", || {
        (server.call("GET", "/readyz").send().status == 200).then_some(())
    });
}

#[test]
fn many_starts_and_stops_leave_nothing_broken() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    for _ in 0..3 {
        drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
        server.stop();
        server.restart();
    }
    assert_eq!(server.spend("support", 3)["figures"]["calls"], 3);
    let doctor = server.cli(&["doctor"]);
    assert_eq!(doctor.code, 0, "{}{}", doctor.out, doctor.err);
}

#[test]
fn the_sample_workspace_serves() {
    let folder = tempfile::tempdir().unwrap();
    let _made = e2e::alone(&["init", "acme"], folder.path()).expect(0);
    let _checked = e2e::alone(&["check", "acme"], folder.path()).expect(0);
    let server = Server::start(Workspace::copy_of(&folder.path().join("acme")));
    let status = server.cli(&["status", "--json"]).expect(0).json();
    assert_eq!(status["ready"]["ready"], true);
}

#[test]
fn an_address_is_written_as_people_write_it() {
    let folder = tempfile::tempdir().unwrap();
    let listen = |address: &str| e2e::alone(&["serve", "--listen", address, "--data", "data"], folder.path());
    for right in [":0", "localhost:0", "127.0.0.1:0", "[::1]:0"] {
        let ran = listen(right);
        assert_eq!(ran.code, 1, "only the workspace is missing: {right}: {}", ran.err);
        assert!(ran.err.contains("there is no countersign.toml"), "{}", ran.err);
    }
    for wrong in ["4411", "http://127.0.0.1:80", "::1:80"] {
        let ran = listen(wrong);
        assert_eq!(ran.code, 2, "{wrong}: {}", ran.err);
        assert!(ran.err.contains("HOST:PORT or :PORT"), "{}", ran.err);
    }
}

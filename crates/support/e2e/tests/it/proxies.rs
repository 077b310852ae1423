//! Behind a proxy: whose word is taken for where a request comes from.

use e2e::{Call, Reply, Server, Upstream, Workspace};

const PASSWORD: &str = "correct horse battery staple";

fn start(extra: &[&str]) -> (Server, Upstream) {
    let upstream = Upstream::start();
    let server = Server::start_with(Workspace::new(&upstream), extra);
    server.keep_secret(PASSWORD);
    (server, upstream)
}

fn form(server: &Server, path: &str, client: &str, fields: &str) -> Reply {
    let call = Call::new(server.address, "POST", path).header("x-forwarded-for", client);
    let call = call.header("x-forwarded-proto", "https");
    call.header("content-type", "application/x-www-form-urlencoded").bytes(fields).send()
}

fn guess(server: &Server, client: &str) -> Reply {
    form(server, "/sign-in", client, "name=maya&password=wrong-wrong-wrong")
}

/// Sets the password of a person through a one-time link.
fn welcome(server: &Server, person: &str) -> Reply {
    let made = server.cli(&["link", "create", person, "--json"]).expect(0).json();
    let token = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    server.keep_secret(&token);
    let fields = format!("password={}", PASSWORD.replace(' ', "+"));
    form(server, &format!("/sign-in/link/{token}"), "192.0.2.7", &fields).expect(303)
}

#[test]
fn a_stranger_behind_the_same_proxy_locks_nobody_out() {
    let (server, _upstream) = start(&["--trusted-proxy", "10.9.0.0/16,127.0.0.1"]);
    let cookie = welcome(&server, "maya").header("set-cookie").unwrap().to_owned();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    // What a caller invents stands to the left, and makes no new caller of it.
    let refused = (0..60).map(|n| guess(&server, &format!("198.51.100.{n}, 203.0.113.9"))).last().unwrap();
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    let fields = format!("name=maya&password={}", PASSWORD.replace(' ', "+"));
    let here = form(&server, "/sign-in", "192.0.2.7", &fields).expect(303);
    assert!(here.header("set-cookie").unwrap().ends_with("; Secure"));
}

#[test]
fn a_proxy_that_is_not_trusted_is_not_believed() {
    let (server, _upstream) = start(&[]);
    let cookie = welcome(&server, "maya").header("set-cookie").unwrap().to_owned();
    assert!(!cookie.contains("Secure"), "{cookie}");
    let last = (0..11).map(|n| guess(&server, &format!("198.51.100.{n}"))).last().unwrap();
    assert_eq!(last.status, 429);
    assert!(server.log().contains("--trusted-proxy"), "{}", server.log());
}

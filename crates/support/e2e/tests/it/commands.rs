//! The command line as people and programs use it.

use e2e::{CHAT, MESSAGES, Server, alone, ask, wait_until};
use serde_json::{Value, json};

use crate::start;

#[test]
fn what_needs_no_server_works_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let made = alone(&["init", "acme"], folder.path()).expect(0);
    assert!(folder.path().join("acme/countersign.toml").exists(), "{}", made.out);
    let _good = alone(&["check", "acme"], folder.path()).expect(0);
    std::fs::write(folder.path().join("acme/countersign.toml"), "[organisaton]\nname = 7\n").unwrap();
    let bad = alone(&["check", "acme"], folder.path()).expect(1);
    let said = format!("{}{}", bad.out, bad.err);
    assert!(said.contains("countersign.toml:1:") && said.contains("organisation"), "{said}");

    let price =
        alone(&["price", "openai/gpt-4o", "--input", "1000000", "--output", "0", "--json"], folder.path());
    let price = price.expect(0).json();
    assert!(
        price["cost_nano_usd"].as_i64().unwrap() > 0
            && price["rows"][0]["row"].as_str().unwrap().contains("openai/gpt-4o")
    );
    assert_eq!(
        alone(&["price", "openai/never-made", "--input", "1", "--output", "1"], folder.path()).code,
        1
    );
    assert_eq!(alone(&["price"], folder.path()).code, 2);
    assert_eq!(alone(&["status"], folder.path()).code, 3, "no server is known here");
}

#[test]
fn money_is_added_up_by_whatever_is_asked() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (path, model, unit) in
        [(CHAT, "standard", "T-1"), (MESSAGES, "claude", "T-1"), (CHAT, "scripted/error-500", "T-2")]
    {
        drop(server.post(path, &key, &ask(model)).header("x-countersign-unit", unit).send());
    }
    let row = server.spend("support", 3);
    assert_eq!(
        (&row["figures"]["cost"]["usd"], &row["figures"]["errors"]["count"]),
        (&json!("0.00005"), &json!(1))
    );
    for (by, keys) in [
        ("model", vec!["claude/ok", "scripted/error-500", "scripted/ok"]),
        ("provider", vec!["claude", "scripted"]),
        ("pod", vec!["support"]),
        ("unit", vec!["T-1", "T-2"]),
        ("owner", vec!["maya"]),
    ] {
        let page = server.cli(&["spend", "--by", by, "--json"]).expect(0).json();
        let mut found: Vec<_> =
            page["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, keys, "by {by}: {page}");
        assert_eq!(page["total"]["figures"]["cost"]["nano"], 50_000, "by {by}");
    }
    let csv = server.cli(&["spend", "--format", "csv"]).expect(0).out;
    assert!(csv.lines().any(|line| line.starts_with("support,")), "{csv}");
    assert_eq!(server.cli(&["spend", "--by", "colour"]).code, 2);
}

#[test]
fn status_and_explain_read_well_and_as_json() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let reply =
        server.post(CHAT, &key, &ask("standard")).header("x-countersign-run", "r1").send().expect(200);
    let _there = server.run("r1", 1);
    let text = server.cli(&["status"]).expect(0).out;
    assert!(text.contains("Acme") && text.contains("support"), "{text}");
    let one = server.cli(&["status", "support", "--json"]).expect(0).json();
    assert_eq!(one["row"]["owner"]["id"], "maya");
    let missing = server.cli(&["status", "nobody"]);
    assert_eq!(missing.code, 1, "{}", missing.err);
    for id in ["r1", &reply.inference()] {
        let explained = server.cli(&["explain", id, "--json"]).expect(0).json();
        assert_eq!((&explained["workflow"], &explained["owner"]["id"]), (&json!("support"), &json!("maya")));
    }
    assert_eq!(server.cli(&["explain", "never-was"]).code, 1);
}

#[test]
fn a_client_elsewhere_uses_an_address_and_a_token() {
    let (server, _upstream) = start();
    let folder = tempfile::tempdir().unwrap();
    let (url, token) = (server.url(), server.token.clone());
    let there =
        alone(&["status", "--json", "--url", &url, "--token", &token], folder.path()).expect(0).json();
    assert_eq!(there["organisation"], "Acme");
    let wrong = alone(&["status", "--url", &url, "--token", "nonsense"], folder.path());
    assert_ne!(wrong.code, 0);
    assert!(!wrong.err.contains("nonsense"));
}

#[test]
fn the_api_is_closed_to_strangers_and_described() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for path in ["/api/v1/status", "/api/v1/runs", "/api/v1/keys", "/api/v1/spend"] {
        assert_eq!(server.call("GET", path).send().status, 401, "{path}");
        assert_eq!(server.call("GET", path).bearer(&key).send().status, 401, "{path} with a gateway key");
    }
    let api = server.call("GET", "/api/v1/openapi.json").send().expect(200).json();
    let paths = api["paths"].as_object().unwrap();
    assert!(paths.contains_key("/api/v1/spend") && api["openapi"].as_str().unwrap().starts_with("3."));
    // Everything that can be read without an argument answers.
    for (path, item) in paths.iter().filter(|(path, _)| !path.contains('{') && !path.ends_with("/events")) {
        let required = item["get"]["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["required"] == json!(true)));
        if item["get"].is_object() && !required {
            let reply = server.get(path);
            assert!(matches!(reply.status, 200 | 400), "{path}: {} {}", reply.status, reply.text());
        }
    }
}

#[test]
fn a_write_sent_twice_is_done_once() {
    let (server, _upstream) = start();
    let call = server
        .call("POST", "/api/v1/keys")
        .bearer(&server.token)
        .header("idempotency-key", "same")
        .json(&json!({"workflows": ["support"]}));
    let (one, other) = (call.send().json(), call.send().json());
    assert_eq!(one["id"], other["id"], "{one}");
    server.keep_secret(one["key"].as_str().unwrap());
    let keys: Value = server.get("/api/v1/keys").json();
    assert_eq!(keys["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn the_demo_prints_a_line_that_works_and_has_a_history() {
    let server = Server::demo();
    let line = wait_until("the demo's greeting", || server.log().contains("curl ").then(|| server.log()));
    let key = line.split_whitespace().find_map(|word| word.strip_prefix("cs_")).expect("a key is printed");
    let key = format!("cs_{}", key.trim_matches(|c: char| !c.is_ascii_hexdigit()));
    let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    assert!(reply.text().contains("simulated"), "{}", reply.text());
    let page = server.get("/api/v1/spend?by=workflow&period=30d").json();
    let total = &page["total"]["figures"];
    assert!(total["calls"].as_u64().unwrap() > 1_000, "{total}");
    assert_eq!(total["cost"]["nano"], total["simulated_cost"]["nano"], "all of it is marked as simulated");
}

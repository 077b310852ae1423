//! Providers that hang, break, lie or talk nonsense: the caller gets a clear error, the ledger says
//! what happened, and nobody is charged for nothing.

use e2e::{CHAT, Call, MESSAGES, RESPONSES, ask, ask_stream};
use serde_json::json;

use crate::{start, start_with};

#[test]
fn plain_calls_that_break() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (model, status, code, ended) in [
        ("hang", 504, "CS-0402", "failed"),
        ("slow-first-byte-4000", 504, "CS-0402", "failed"),
        ("close-at-once", 502, "CS-0403", "failed"),
        ("garbage", 502, "CS-0403", "failed"),
        ("error-401", 401, "scripted_401", "upstream_error"),
        ("error-429", 429, "scripted_429", "upstream_error"),
        ("error-500", 500, "scripted_500", "upstream_error"),
        ("error-503", 503, "scripted_503", "upstream_error"),
    ] {
        let reply = server.post(CHAT, &key, &ask(&format!("scripted/{model}"))).send();
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{model}: {}", reply.text());
        let record = server.inference(&reply.inference());
        assert_eq!(record["status"], ended, "{model}: {record}");
        assert_eq!(record["http_status"], status, "{model}");
        assert!(!record.to_string().contains("kestrel"), "no content in the record of {model}");
    }
}

#[test]
fn an_error_of_the_provider_passes_untouched() {
    let (server, upstream) = start();
    let key = server.key("support");
    for (path, model) in [(CHAT, "error-429"), (MESSAGES, "error-529"), (CHAT, "html-502")] {
        let provider = if path == MESSAGES { "claude" } else { "scripted" };
        let direct = Call::new(upstream.address(), "POST", path).json(&ask(model)).send();
        let through = server.post(path, &key, &ask(&format!("{provider}/{model}"))).send();
        assert_eq!(through.status, direct.status);
        assert_eq!(through.text(), direct.text());
        assert_eq!(through.header("retry-after"), direct.header("retry-after"));
        assert_eq!(through.header("content-type"), direct.header("content-type"));
    }
}

#[test]
fn a_provider_that_is_not_there_is_said_to_be_so() {
    let upstream = e2e::Upstream::start();
    let workspace = e2e::Workspace::new(&upstream);
    let address = upstream.address();
    drop(upstream);
    let server = e2e::Server::start(workspace);
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("standard")).send();
    assert_eq!((reply.status, reply.code().as_str()), (502, "CS-0401"), "{}", reply.text());
    assert!(!reply.text().contains(&address.port().to_string()), "the caller need not know where it is");
    let record = server.inference(&reply.inference());
    assert_eq!((&record["status"], &record["cost"]["nano"]), (&json!("failed"), &json!(0)));
}

#[test]
fn streams_that_break_end_with_an_error_event() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (path, model, code) in [
        (CHAT, "scripted/reset-after-3", "CS-0403"),
        (CHAT, "scripted/hang-after-3", "CS-0402"),
        (CHAT, "scripted/no-terminal-event", "CS-0404"),
        (MESSAGES, "claude/reset-after-4", "CS-0403"),
        (MESSAGES, "claude/no-terminal-event", "CS-0404"),
        (RESPONSES, "scripted/reset-after-4", "CS-0403"),
    ] {
        let reply = server.post(path, &key, &ask_stream(model)).send();
        assert_eq!(reply.status, 200, "{model}");
        let text = reply.text();
        assert!(text.contains(code), "{model} at {path}: {text}");
        assert!(
            !text.contains("[DONE]") && !text.contains("message_stop"),
            "{model}: no good end is made up"
        );
        let record = server.inference(&reply.inference());
        assert_eq!(record["status"], "failed", "{model}: {record}");
        let source = record["usage"]["source"].as_str().unwrap();
        assert!(matches!(source, "partial" | "estimated"), "{model}: {source}");
        assert!(record["cost"]["nano"].as_i64().unwrap() > 0, "what was used is charged: {record}");
    }
}

#[test]
fn an_error_inside_a_stream_passes_and_is_recorded() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (path, model) in [
        (CHAT, "scripted/error-in-200-stream"),
        (MESSAGES, "claude/error-in-200-stream"),
        (RESPONSES, "scripted/error-in-200-stream"),
    ] {
        let reply = server.post(path, &key, &ask_stream(model)).send().expect(200);
        assert!(reply.text().contains("scripted: "), "{}", reply.text());
        let record = server.inference(&reply.inference());
        assert_eq!(record["status"], "upstream_error", "{path}: {record}");
    }
}

#[test]
fn nonsense_with_status_200_is_passed_and_marked_as_an_estimate() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for model in ["garbage-json", "no-usage", "wrong-content-type"] {
        let reply = server.post(CHAT, &key, &ask(&format!("scripted/{model}"))).send();
        let record = server.inference(&reply.inference());
        let source = if model == "wrong-content-type" { "reported" } else { "estimated" };
        assert_eq!(record["usage"]["source"], source, "{model}: {record}");
    }
    let reply = server.post(CHAT, &key, &ask_stream("scripted/no-usage")).send().expect(200);
    assert_eq!(server.inference(&reply.inference())["usage"]["source"], "estimated");
    let reply = server.post(CHAT, &key, &ask_stream("scripted/garbage-stream")).send();
    assert!(reply.status == 200 || reply.status == 502, "{}", reply.text());
}

#[test]
fn a_body_that_is_cut_short_is_not_passed_off_as_whole() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("scripted/short-body")).send();
    assert!(!reply.complete || reply.status == 502, "status {} and whole", reply.status);
    assert_eq!(server.inference(&reply.inference())["status"], "failed");
}

#[test]
fn a_redirect_is_never_followed() {
    let (server, upstream) = start();
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("scripted/redirect")).send();
    assert!(matches!(reply.status, 302 | 502), "{}", reply.status);
    assert_eq!(upstream.count(), 1);
}

#[test]
fn a_provider_that_ignores_the_limit_is_charged_in_full() {
    let (server, _upstream) = start_with("[budget]\nday = \"1 USD\"\n");
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("scripted/ignores-max-tokens")).send().expect(200);
    let record = server.inference(&reply.inference());
    assert_eq!(record["usage"]["output"], 5000);
    assert_eq!(record["cost"]["nano"], 11_000 + 5000 * 2_000);
}

#[test]
fn a_caller_who_goes_away_ends_the_call_at_the_provider() {
    let (server, upstream) = start();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-500")).open();
    let id = open.header("x-countersign-inference").unwrap().to_owned();
    for _ in 0..4 {
        assert!(open.event().is_some());
    }
    drop(open);
    upstream.wait_for_callers_gone(1);
    let record = server.inference(&id);
    assert_eq!(record["status"], "cancelled", "{record}");
    assert_ne!(record["usage"]["source"], "reported");
    // Before the first byte too.
    let waiting = server.post(CHAT, &key, &ask("scripted/hang")).sent();
    upstream.wait_for(2);
    drop(waiting);
    upstream.wait_for_callers_gone(2);
}

#[test]
fn cached_input_is_charged_at_its_own_price() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (path, model) in
        [(CHAT, "scripted/cached"), (MESSAGES, "claude/cached"), (RESPONSES, "scripted/cached")]
    {
        let reply = server.post(path, &key, &ask(model)).send().expect(200);
        let record = server.inference(&reply.inference());
        assert_eq!(
            (&record["usage"]["input"], &record["usage"]["cache_read"]),
            (&json!(200), &json!(800)),
            "{path}"
        );
        assert_eq!(record["cost"]["nano"], 200 * 1000 + 800 * 100 + 7 * 2000, "{path}: {record}");
    }
}

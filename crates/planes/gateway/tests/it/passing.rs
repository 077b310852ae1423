//! What passes untouched, and the few edits.

use domain::inference::Verdict;
use serde_json::json;

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, chat, line, request};
use crate::world::{KEY, world};

#[tokio::test(flavor = "multi_thread")]
async fn bodies_pass_byte_for_byte_but_for_the_models_name() {
    let world = world().await;
    let odd = "{ \"x_new\" : 1.50,\"messages\":[{\"role\":\"user\",\"content\":\"Grüße — 你好 \\u00e9 🦀\"}],\n\t\"model\":\"up/ok\",\"n\":null , \"tail\":[1,2.0,{}]}";
    let reply = Reply::of(world.raw(&format!("{CHAT}?api-version=1&x=%20"), KEY, odd)).await;
    let sent = world.upstream.last();
    assert_eq!(String::from_utf8(sent.body.clone()).unwrap(), odd.replace("up/ok", "ok"));
    assert_eq!(sent.path, "/v1/chat/completions?api-version=1&x=%20");
    assert!(reply.text().contains("\"x_unknown_to_all\":{\"kept\":[1,2.5,\"three\"]}"), "{}", reply.text());
    let fact = world.fact(reply.id()).await;
    assert_eq!(line(&fact), "ok 200 - reported 11+7 25000");
    assert_eq!(fact.changes, ["model: up/ok → ok"]);
    assert_eq!((fact.asked.as_str(), fact.stream), ("up/ok", false));
    assert_eq!(fact.upstream_id.as_deref(), Some("req_scripted"));
    assert_eq!(fact.request_bytes, odd.len() as u64);
    assert_eq!(fact.response_bytes, reply.body.len() as u64);
    assert!(fact.request_hash.is_some() && fact.response_hash.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_pass_both_ways_except_those_of_one_side() {
    let world = world().await;
    let asked = world
        .post(CHAT, &chat("odd-headers", false))
        .header("x-never-heard-of", "kept")
        .header("openai-organization", "org")
        .header("x-api-key", "other")
        .header("cookie", "a=b")
        .header("x-countersign-unit", "ticket 7");
    let reply = Reply::of(asked).await;
    let sent = world.upstream.last();
    for (name, value) in [
        ("x-never-heard-of", Some("kept")),
        ("openai-organization", Some("org")),
        ("authorization", Some("Bearer sk-upstream")),
        ("accept-encoding", Some("identity")),
        ("x-api-key", None),
        ("cookie", None),
        ("x-countersign-unit", None),
    ] {
        assert_eq!(sent.header(name), value, "{name} upstream");
    }
    for (name, value) in [
        ("x-never-heard-of", "kept"),
        ("openai-processing-ms", "7"),
        ("x-ratelimit-remaining-requests", "41"),
        ("x-request-id", "req_scripted"),
        ("set-cookie", ""),
        ("keep-alive", ""),
        ("x-countersign-cost-usd", "0.000025"),
        ("x-countersign-target", "up/odd-headers"),
    ] {
        assert_eq!(reply.header(name), value, "{name} to the caller");
    }
    assert!(
        !reply.header("x-countersign-variant").is_empty() && !reply.header("x-countersign-config").is_empty()
    );
    assert_eq!(world.fact(reply.id()).await.attribution.unit.as_deref(), Some("ticket 7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_provider_pass_with_status_body_and_headers() {
    let world = world().await;
    for (path, model, status, retry_after, said, error) in [
        (CHAT, "error-400", 400, "", "\"scripted_400\"", "invalid_request_error/scripted_400"),
        (CHAT, "error-429", 429, "2", "\"scripted_429\"", "rate_limit_error/scripted_429"),
        (RESPONSES, "error-500", 500, "", "\"scripted_500\"", "api_error/scripted_500"),
        (MESSAGES, "error-529", 529, "", "\"type\":\"error\"", "api_error"),
        (CHAT, "html-502", 502, "", "<h1>502 Bad Gateway</h1>", "HTTP 502"),
    ] {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &request(path, model, stream))).await;
            assert_eq!((reply.status, reply.header("retry-after")), (status, retry_after), "{model}");
            assert!(reply.text().contains(said), "{model}: {}", reply.text());
            let fact = world.fact(reply.id()).await;
            assert_eq!(line(&fact), format!("upstream_error {status} - reported 0+0 0"), "{model}");
            assert_eq!(fact.error.as_deref(), Some(error), "{model}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_pass_byte_for_byte_in_every_dialect() {
    let world = world().await;
    for path in [CHAT, RESPONSES, MESSAGES] {
        for model in ["ok", "byte-by-byte", "tool", "stream-50"] {
            let mut body = request(path, model, true);
            if path == CHAT {
                body["stream_options"] = json!({"include_usage": true});
            }
            let base = if path == MESSAGES {
                world.upstream.anthropic_url() + "/v1"
            } else {
                world.upstream.openai_url()
            };
            let mut direct = body.clone();
            direct["model"] = model.into();
            let url = base + path.trim_start_matches("/v1");
            let straight = Reply::of(world.http.post(url).body(direct.to_string())).await;
            let through = Reply::of(world.post(path, &body)).await;
            assert_eq!(through.text(), straight.text(), "{model} at {path}");
            let fact = world.fact(through.id()).await;
            assert_eq!(
                (fact.status.as_str(), fact.usage_source.as_str()),
                ("ok", "reported"),
                "{model} at {path}"
            );
            assert!(fact.stream && fact.usage.output > 0, "{model} at {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_usage_event_is_asked_for_and_withheld_from_who_did_not_ask() {
    let world = world().await;
    for (options, injected) in [
        (json!(null), true),
        (json!({"include_usage": false}), true),
        (json!({"include_usage": true}), false),
    ] {
        let mut body = chat("ok", true);
        if !options.is_null() {
            body["stream_options"] = options.clone();
        }
        let reply = Reply::of(world.post(CHAT, &body)).await;
        assert_eq!(world.upstream.last().json()["stream_options"]["include_usage"], true, "{options}");
        assert_eq!(!reply.text().contains("\"total_tokens\""), injected, "{options}: {}", reply.text());
        assert!(reply.text().ends_with("data: [DONE]\n\n"), "{options}");
        let fact = world.fact(reply.id()).await;
        assert_eq!(line(&fact), "ok 200 - reported 11+7 25000", "{options}");
        assert_eq!(fact.changes.iter().any(|change| change.contains("include_usage")), injected, "{options}");
        assert_eq!(fact.response_bytes, reply.body.len() as u64, "{options}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_belongs_to_a_run() {
    let world = world().await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (header, value, run) in [
        ("x-countersign-run", "ticket 42 / Zürich ✓", Some("ticket 42 / Zürich ✓")),
        ("traceparent", trace, Some("0af7651916cd43dd8448eb211c80319c")),
        ("traceparent", "nonsense", None),
    ] {
        let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
        let reply = Reply::of(world.post(CHAT, &chat("ok", false)).header(header, value)).await;
        let echoed = String::from_utf8(reply.headers["x-countersign-run"].as_bytes().to_vec()).unwrap();
        let fact = world.fact(reply.id()).await;
        assert_eq!(fact.attribution.run.as_str(), echoed);
        match run {
            Some(run) => assert_eq!(echoed, run),
            None => assert!(echoed.starts_with("run_"), "a new run: {echoed}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_attributed_to_people_and_programs() {
    let world = world().await;
    let asked = world
        .raw(CHAT, "cs_two", chat("ok", false).to_string())
        .header("x-countersign-workflow", "v")
        .header("x-countersign-step", "draft")
        .header("x-countersign-user", "u-1")
        .header("x-countersign-context", "doc 1, doc 2");
    let told = world.fact(Reply::of(asked).await.id()).await.attribution;
    assert_eq!((told.workflow.as_str(), told.owner.as_str(), told.pod.as_str()), ("v", "maya", "pod"));
    assert_eq!((told.step.as_deref(), told.user.as_deref()), (Some("draft"), Some("u-1")));
    assert_eq!((told.context, told.agent), (vec!["doc 1".to_owned(), "doc 2".to_owned()], None));
    let told = world.fact(world.chat("ok", false).await.id()).await;
    assert_eq!(told.attribution.agent.as_ref().map(domain::ids::AgentId::as_str), Some("drafter"));
    let route = told.controls.iter().find(|control| control.name == "route").unwrap();
    assert_eq!((route.verdict, route.why.as_str()), (Verdict::Pass, "up/ok, asked for directly"));
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_never_left_out() {
    let world = world().await;
    for (model, expected, estimated) in [
        ("up/cached", "ok 200 - reported 1000+7 294000", false),
        ("sparse/listed", "ok 200 - reported 11+7 250000", false),
        ("sparse/unlisted", "ok 200 - reported 11+7 250000", true),
    ] {
        let mut body = chat("ok", false);
        body["model"] = model.into();
        let fact = world.fact(Reply::of(world.post(CHAT, &body)).await.id()).await;
        assert_eq!((line(&fact).as_str(), fact.price_estimated), (expected, estimated), "{model}");
        assert_eq!(fact.controls.iter().any(|c| c.name == "price"), estimated, "{model}");
    }
    let body = json!({"model": "up/ok", "input": ["a", "b"]});
    let fact = world.fact(Reply::of(world.post("/v1/embeddings", &body)).await.id()).await;
    assert_eq!(line(&fact), "ok 200 - reported 11+0 11000");
    let body = json!({"model": "upa/ok", "messages": []});
    let fact = world.fact(Reply::of(world.post("/v1/messages/count_tokens", &body)).await.id()).await;
    assert_eq!(line(&fact), "ok 200 - reported 0+0 0");
    let body = json!({"model": "sim/sim-small", "messages": [{"role": "user", "content": "hello"}]});
    let fact = world.fact(Reply::of(world.post(CHAT, &body)).await.id()).await;
    assert!(fact.simulated && fact.cost.nano() == 0 && fact.usage.output > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tier_that_answered_is_the_tier_that_is_charged() {
    let world = world().await;
    let mut reserved = std::collections::BTreeMap::new();
    for (tier, cost, row, estimated) in [
        (None, 78_000, "", false),
        (Some("default"), 78_000, "", false),
        (Some("auto"), 78_000, "", false),
        (Some("priority"), 136_500, ";priority", false),
        (Some("flex"), 78_000, "", true),
        (Some("scale"), 78_000, "", true),
    ] {
        let mut body = chat("ok", false);
        body["model"] = "listed/gpt-4.1".into();
        body["max_tokens"] = 50.into();
        if let Some(tier) = tier {
            body["service_tier"] = tier.into();
        }
        let fact = world.fact(Reply::of(world.post(CHAT, &body)).await.id()).await;
        assert_eq!((fact.cost.nano(), fact.price_estimated), (cost, estimated), "{tier:?}");
        assert!(
            fact.price
                .iter()
                .all(|line| line.row.split_once(';').map_or("", |(_, mode)| mode)
                    == row.trim_start_matches(';')),
            "{tier:?}: {:?}",
            fact.price
        );
        assert_eq!(
            fact.controls.iter().any(|c| c.name == "price" && c.why.contains("service tier")),
            estimated,
            "{tier:?}"
        );
        reserved.insert(tier.unwrap_or("none"), fact.reserved);
    }
    assert_eq!((reserved["auto"], reserved["none"]), (reserved["priority"], reserved["flex"]));
    assert!(reserved["priority"] > reserved["none"], "{reserved:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_in_the_background_is_charged_at_once() {
    let world = world().await;
    let body =
        json!({"model": "up/no-usage", "input": "hello", "background": true, "max_output_tokens": 300});
    let fact = world.fact(Reply::of(world.post(RESPONSES, &body)).await.id()).await;
    assert_eq!((fact.usage_source.as_str(), fact.usage.output), ("estimated", 300));
}

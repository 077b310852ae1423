//! Callers of one dialect, providers of another.

use axum::http::{HeaderMap, Uri};
use domain::inference::Verdict;
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, line};
use crate::world::{Wanted, World, world};

/// A request of `path`'s dialect for a target of the other.
fn request(path: &str, model: &str, stream: bool) -> Value {
    match path {
        MESSAGES => json!({"model": format!("up/{model}"), "stream": stream, "max_tokens": 100,
            "messages": [{"role": "user", "content": "hello"}]}),
        RESPONSES => {
            json!({"model": format!("upa/{model}"), "stream": stream, "input": "hello", "max_output_tokens": 100})
        }
        _ => json!({"model": format!("upa/{model}"), "stream": stream, "max_tokens": 100,
            "messages": [{"role": "user", "content": "hello"}]}),
    }
}

fn events(text: &str) -> Vec<Value> {
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_reaches_a_provider_of_another_dialect_and_comes_back() {
    let world = world().await;
    for (path, sent_to) in
        [(CHAT, "/v1/messages"), (RESPONSES, "/v1/messages"), (MESSAGES, "/v1/chat/completions")]
    {
        let asked = world.post(&format!("{path}?beta=true"), &request(path, "ok", false));
        let reply = Reply::of(asked.header("anthropic-beta", "x").header("openai-organization", "x")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let sent = world.upstream.last();
        assert_eq!((sent.path.as_str(), sent.model.as_str()), (sent_to, "ok"));
        let to_anthropic = sent_to == "/v1/messages";
        assert_eq!(sent.header("x-api-key"), to_anthropic.then_some("sk-upstream"));
        assert_eq!(sent.header("authorization"), (!to_anthropic).then_some("Bearer sk-upstream"));
        assert_eq!(sent.header("anthropic-version"), to_anthropic.then_some("2023-06-01"));
        assert_eq!((sent.header("anthropic-beta"), sent.header("openai-organization")), (None, None));
        let fact = world.fact(reply.id()).await;
        assert_eq!(line(&fact), "ok 200 - reported 11+7 25000", "{path}");
        let control = fact.controls.iter().find(|control| control.name == "translate").unwrap();
        assert_eq!(control.verdict, Verdict::Change);
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("x-countersign-cost-usd"), "0.000025");
        let answer = reply.json();
        let text = match path {
            MESSAGES => &answer["content"][0]["text"],
            RESPONSES => &answer["output"][0]["content"][0]["text"],
            _ => &answer["choices"][0]["message"]["content"],
        };
        assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_say_what_was_used_is_estimated_and_paid_for() {
    let world = world().await;
    for (path, stream) in [(MESSAGES, false), (MESSAGES, true), (CHAT, false), (RESPONSES, true)] {
        let reply = Reply::of(world.post(path, &request(path, "no-usage", stream))).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let fact = world.fact(reply.id()).await;
        assert_eq!(fact.usage_source.as_str(), "estimated", "{path} {stream}");
        assert!(fact.usage.input > 0 && fact.usage.output > 0 && fact.cost.nano() > 0, "{path} {fact:?}");
        if path == MESSAGES {
            let said = format!("\"input_tokens\":{}", fact.usage.input);
            assert!(reply.text().matches(&said).count() >= 1 && !reply.text().contains("\"input_tokens\":0"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_answer_is_unpacked_before_it_is_translated() {
    let world = world().await;
    for (path, stream) in [(MESSAGES, false), (MESSAGES, true), (CHAT, true), (RESPONSES, false)] {
        let reply = Reply::of(world.post(path, &request(path, "gzip", stream))).await;
        assert_eq!((reply.status, reply.header("content-encoding")), (200, ""), "{}", reply.text());
        assert_eq!(line(&world.fact(reply.id()).await), "ok 200 - reported 11+7 25000", "{path} {stream}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_a_provider_wants_is_the_models_own() {
    let world = world().await;
    // The price list `contract` knows it, `none` does not.
    let root = "[providers.bare]\napi = \"anthropic\"\nbase_url = \"ANTHROPIC_URL\"\nprices = \"none\"\n";
    let bare = World::with(Wanted { root, allow: &["bare/*"], ..Wanted::default() }).await;
    for (world, model, most) in [(&world, "upa/ok", 1_000), (&bare, "bare/ok", 4_096)] {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "hello"}]});
        let reply = Reply::of(world.post(CHAT, &body)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(world.upstream.last().json()["max_tokens"], most, "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_comes_back_in_the_callers_dialect() {
    let world = world().await;
    for script in ["stream-20", "byte-by-byte"] {
        for path in [CHAT, RESPONSES, MESSAGES] {
            let reply = Reply::of(world.post(path, &request(path, script, true))).await;
            assert_eq!(reply.header("content-type"), "text/event-stream");
            let text = reply.text();
            let last = events(&text).pop().unwrap();
            match path {
                CHAT => assert!(
                    text.ends_with("data: [DONE]\n\n") && last["choices"][0]["finish_reason"] == "stop",
                    "{text}"
                ),
                RESPONSES => assert_eq!(last["type"], "response.completed", "{text}"),
                _ => assert_eq!(last["type"], "message_stop", "{text}"),
            }
            let fact = world.fact(reply.id()).await;
            assert_eq!(
                line(&fact).split(' ').take(4).collect::<Vec<_>>(),
                ["ok", "200", "-", "reported"],
                "{path} {script}"
            );
            assert!(fact.usage.output > 0 && fact.stream);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_error_has_the_callers_shape_and_its_status() {
    let world = world().await;
    for stream in [false, true] {
        let reply = Reply::of(world.post(CHAT, &request(CHAT, "error-429", stream))).await;
        assert_eq!(
            (reply.status, reply.json()["error"]["type"].as_str()),
            (429, Some("rate_limit_exceeded"))
        );
        assert_eq!(world.fact(reply.id()).await.status.as_str(), "upstream_error");
        let reply = Reply::of(world.post(MESSAGES, &request(MESSAGES, "error-429", stream))).await;
        assert_eq!((reply.status, reply.json()["error"]["type"].as_str()), (429, Some("rate_limit_error")));
        assert_eq!(reply.json()["type"], "error");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_off_or_fails_ends_with_an_error_of_the_callers_dialect() {
    let world = world().await;
    for script in ["reset-after-3", "no-terminal-event", "error-in-200-stream"] {
        for path in [CHAT, RESPONSES, MESSAGES] {
            let reply = Reply::of(world.post(path, &request(path, script, true))).await;
            let text = reply.text();
            let last = events(&text).pop().unwrap();
            match path {
                RESPONSES => assert_eq!(last["type"], "response.failed", "{script}: {text}"),
                _ => assert!(last["error"]["message"].is_string(), "{script}: {text}"),
            }
            assert!(!text.contains("[DONE]") && !text.contains("message_stop"), "{script}: {text}");
            let errors = events(&text).iter().filter(|event| event["error"].is_object()).count();
            assert_eq!(errors, 1, "{script}: {text}");
            assert!(world.fact(reply.id()).await.status.is_error(), "{script} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_is_named_and_may_be_refused() {
    let lossy = json!({"model": "upa/ok", "seed": 7, "messages": [{"role": "user", "content": "hello"}]});
    let world = world().await;
    let reply = Reply::of(world.post(CHAT, &lossy)).await;
    assert_eq!(
        reply.header("x-countersign-loss"),
        "max_tokens=approximated:required, seed=dropped:not-in-target"
    );
    let fact = world.fact(reply.id()).await;
    let control = fact.controls.iter().find(|control| control.name == "translate").unwrap();
    assert_eq!(
        control.why,
        "chat → messages; lost: max_tokens=approximated:required, seed=dropped:not-in-target"
    );
    let world = World::with(Wanted { workflow: "lossy = \"refuse\"\n", ..Wanted::default() }).await;
    let reply = Reply::of(world.post(CHAT, &lossy)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0221"));
    let fact = world.fact(reply.id()).await;
    assert_eq!((fact.status.as_str(), fact.cost.nano()), ("refused", 0));
    assert_eq!(
        Reply::of(world.post(CHAT, &request(CHAT, "ok", false))).await.status,
        200,
        "without loss it goes"
    );
    assert!(world.upstream.requests().len() == 1, "what is refused is not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_the_meaning_is_refused_before_it_leaves() {
    let world = world().await;
    let asked = json!({"model": "upa/ok", "input": "hello", "previous_response_id": "r"});
    let reply = Reply::of(world.post(RESPONSES, &asked)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0220"));
    assert_eq!(reply.header("x-should-retry"), "false");
    assert!(world.upstream.requests().is_empty());
    let embeddings = json!({"model": "upa/ok", "input": "hello"});
    let reply = Reply::of(world.post("/v1/embeddings", &embeddings)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0206"));
}

/// A provider that answers by path, and keeps what it was sent: path, headers, body.
async fn elsewhere() -> (String, tokio::sync::mpsc::UnboundedReceiver<(String, HeaderMap, Value)>) {
    let (kept, seen) = tokio::sync::mpsc::unbounded_channel();
    let answer = move |uri: Uri, headers: HeaderMap, body: String| async move {
        kept.send((uri.to_string(), headers, serde_json::from_str(&body).unwrap())).unwrap();
        let (kind, body) = match uri.path() {
            path if path.ends_with(":streamGenerateContent") => ("text/event-stream", GEMINI_STREAM.into()),
            path if path.ends_with(":generateContent") => ("application/json", GEMINI.as_bytes().to_vec()),
            path if path.ends_with("/converse-stream") => {
                ("application/vnd.amazon.eventstream", converse_stream())
            }
            _ => ("application/json", CONVERSE.as_bytes().to_vec()),
        };
        ([("content-type", kind)], body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(answer);
    TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), seen)
}

const GEMINI: &str = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"hi"}]},"finishReason":"STOP"}],
    "usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":5,"thoughtsTokenCount":2,"totalTokenCount":18}}"#;
const GEMINI_STREAM: &str = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"h\"}]}}]}\r\n\r\ndata: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"i\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":11,\"candidatesTokenCount\":5,\"thoughtsTokenCount\":2}}\r\n\r\n";
const CONVERSE: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"hi"}]}},"stopReason":"end_turn",
    "usage":{"inputTokens":11,"outputTokens":7,"totalTokens":18}}"#;

fn converse_stream() -> Vec<u8> {
    let frame = |kind: &str, payload: &str| {
        let mut headers = vec![11];
        headers.extend(b":event-type\x07\x00");
        headers.push(u8::try_from(kind.len()).unwrap());
        headers.extend(kind.as_bytes());
        let mut frame = u32::try_from(16 + headers.len() + payload.len()).unwrap().to_be_bytes().to_vec();
        frame.extend(u32::try_from(headers.len()).unwrap().to_be_bytes());
        frame.extend(crc32fast::hash(&frame).to_be_bytes());
        frame.extend(headers);
        frame.extend(payload.as_bytes());
        frame.extend(crc32fast::hash(&frame).to_be_bytes());
        frame
    };
    [
        frame("messageStart", r#"{"role":"assistant"}"#),
        frame("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"hi"}}"#),
        frame("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        frame("messageStop", r#"{"stopReason":"end_turn"}"#),
        frame("metadata", r#"{"usage":{"inputTokens":11,"outputTokens":7,"totalTokens":18}}"#),
    ]
    .concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn gemini_and_bedrock_answer_every_caller() {
    let (url, mut seen) = elsewhere().await;
    let root = format!(
        "[providers.goo]\napi = \"gemini\"\nbase_url = \"{url}/v1beta\"\napi_key = \"env:UP_KEY\"\nprices = \"contract\"\n\
         [providers.aws]\napi = \"bedrock\"\nbase_url = \"{url}\"\napi_key = \"env:UP_KEY\"\nprices = \"contract\"\n"
    );
    let routes = "[routes.goo]\ntargets = [{ provider = \"goo\", model = \"m:1\" }]\n[routes.aws]\ntargets = [{ provider = \"aws\", model = \"m:1\" }]\n";
    let root: &'static str = Box::leak((root + routes).into_boxed_str());
    let world = World::with(Wanted { root, allow: &["goo", "aws"], ..Wanted::default() }).await;
    for (route, plain, streamed) in [
        ("goo", "/v1beta/models/m%3A1:generateContent", "/v1beta/models/m%3A1:streamGenerateContent?alt=sse"),
        ("aws", "/model/m%3A1/converse", "/model/m%3A1/converse-stream"),
    ] {
        for path in [CHAT, RESPONSES, MESSAGES] {
            for stream in [false, true] {
                let mut body = request(path, "ok", stream);
                body["model"] = route.into();
                let reply = Reply::of(world.post(path, &body)).await;
                assert_eq!(reply.status, 200, "{}", reply.text());
                assert_eq!(
                    line(&world.fact(reply.id()).await),
                    "ok 200 - reported 11+7 25000",
                    "{route} {path} {stream}"
                );
                let (sent_to, headers, _) = seen.recv().await.unwrap();
                assert_eq!(sent_to, if stream { streamed } else { plain });
                let key = if route == "goo" { "x-goog-api-key" } else { "authorization" };
                assert!(headers[key].to_str().unwrap().ends_with("sk-upstream"));
                assert!(reply.text().contains("hi") || reply.text().contains("\"i\""), "{}", reply.text());
            }
        }
    }
}

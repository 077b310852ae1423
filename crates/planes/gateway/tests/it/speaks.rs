//! Providers of OpenAI's dialect that have one of its wires alone, and callers of every other.

use axum::body::{Body, Bytes};
use axum::http::Uri;
use domain::inference::Fact;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::task::TaskTracker;

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, line};
use crate::world::{Wanted, World};

const ROOT: &str = r#"
[providers.chatty]
api = "openai"
base_url = "OPENAI_URL"
api_key = "env:UP_KEY"
speaks = ["chat"]
prices = "contract"

[providers.answers]
api = "openai"
base_url = "OPENAI_URL"
api_key = "env:UP_KEY"
speaks = ["responses"]
prices = "contract"

[providers.turned]
api = "openai"
base_url = "OPENAI_URL"
api_key = "env:UP_KEY"
speaks = ["responses", "chat"]
prices = "contract"

[routes.wires]
targets = [{ provider = "chatty", model = "ok" }, { provider = "answers", model = "ok" }]

[routes.kept]
targets = [{ provider = "chatty", model = "ok" }]
fallback = ["keeper"]

[routes.keeper]
targets = [{ provider = "answers", model = "ok" }]

[routes.ill]
targets = [{ provider = "answers", model = "error-503" }, { provider = "chatty", model = "ok" }]
"#;

const ALLOW: &[&str] = &["wires", "kept", "ill", "chatty/*", "answers/*", "turned/*", "own/*"];
const GEMINI: &str = "/v1beta/models/";
const CHAT_WIRE: &str = "/v1/chat/completions";
const ANSWERED: &str = "ok 200 - reported 11+7 25000";

async fn world() -> World {
    World::with(Wanted { root: ROOT, allow: ALLOW, ..Wanted::default() }).await
}

/// A call of `path`'s dialect; a tool is on offer where the script calls one.
async fn ask(world: &World, path: &str, model: &str, stream: bool) -> Reply {
    let schema = json!({"type": "object"});
    let (at, mut body) = match path {
        CHAT => (
            path.to_owned(),
            json!({"messages": [{"role": "user", "content": "hello"}], "max_tokens": 100,
                "tools": [{"type": "function", "function": {"name": "search", "parameters": schema}}]}),
        ),
        RESPONSES => (
            path.to_owned(),
            json!({"input": "hello", "max_output_tokens": 100,
                "tools": [{"type": "function", "name": "search", "parameters": schema}]}),
        ),
        MESSAGES => (
            path.to_owned(),
            json!({"messages": [{"role": "user", "content": "hello"}], "max_tokens": 100,
                "tools": [{"name": "search", "input_schema": schema}]}),
        ),
        _ => {
            let method = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
            let tools = json!([{"functionDeclarations": [{"name": "search"}]}]);
            let body = json!({"contents": [{"role": "user", "parts": [{"text": "hello"}]}], "tools": tools});
            (format!("{GEMINI}{model}:{method}"), body)
        }
    };
    if path != GEMINI {
        body["model"] = model.into();
        body["stream"] = stream.into();
    }
    Reply::of(world.post(&at, &body)).await
}

fn translated(fact: &Fact) -> Option<&str> {
    fact.controls.iter().find(|control| control.name == "translate").map(|control| control.why.as_str())
}

fn events(text: &str) -> Vec<Value> {
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// Who calls, whom, the path that the provider sees, and what the record says of it.
const WAYS: [(&str, &str, &str, Option<&str>); 10] = [
    (CHAT, "chatty", CHAT_WIRE, None),
    (RESPONSES, "answers", RESPONSES, None),
    (CHAT, "turned", CHAT_WIRE, None),
    (RESPONSES, "chatty", CHAT_WIRE, Some("responses → chat")),
    (CHAT, "answers", RESPONSES, Some("chat → responses")),
    (MESSAGES, "chatty", CHAT_WIRE, Some("messages → chat")),
    (MESSAGES, "answers", RESPONSES, Some("messages → responses")),
    (MESSAGES, "turned", RESPONSES, Some("messages → responses")),
    (GEMINI, "answers", RESPONSES, Some("gemini → responses")),
    (GEMINI, "turned", RESPONSES, Some("gemini → responses")),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_wire_that_a_provider_has_passes_and_every_other_is_translated_to_its_first() {
    let world = world().await;
    for (path, provider, sent_to, way) in WAYS {
        for stream in [false, true] {
            let reply = ask(&world, path, &format!("{provider}/ok"), stream).await;
            assert_eq!(reply.status, 200, "{path} {provider}: {}", reply.text());
            let sent = world.upstream.last();
            assert_eq!((sent.path.as_str(), sent.model.as_str()), (sent_to, "ok"), "{path} {provider}");
            let fact = world.fact(reply.id()).await;
            assert_eq!((line(&fact).as_str(), translated(&fact)), (ANSWERED, way), "{path} {provider}");
            assert!(!stream || reply.header("x-countersign-loss").is_empty(), "{path} {provider}");
            let stores = (sent_to == RESPONSES && way.is_some()).then_some(json!(false));
            assert_eq!(
                sent.json().get("store"),
                stores.as_ref(),
                "{path} {provider}: asked for or not at all"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_the_body_stays_within_its_dialect() {
    let world = world().await;
    for (path, model, kept) in
        [(CHAT, "answers/ok", true), (RESPONSES, "chatty/ok", true), (MESSAGES, "answers/ok", false)]
    {
        let hello = json!([{"role": "user", "content": "hello"}]);
        let body = json!({"model": model, "max_tokens": 50, "messages": hello});
        let body = if path == RESPONSES { json!({"model": model, "input": hello}) } else { body };
        let asked = world.post(&format!("{path}?api-version=1"), &body);
        let reply = Reply::of(asked.header("openai-organization", "x").header("anthropic-beta", "x")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let sent = world.upstream.last();
        assert_eq!(sent.path.ends_with("?api-version=1"), kept, "{path}: {}", sent.path);
        assert_eq!(sent.header("openai-organization"), kept.then_some("x"), "{path}");
        assert_eq!(sent.header("anthropic-beta"), None, "{path}");
        assert_eq!(sent.header("authorization"), Some("Bearer sk-upstream"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_output_limit_has_the_name_that_the_provider_knows() {
    let world = world().await;
    for (model, name) in
        [("chatty/ok", "max_tokens"), ("up/ok", "max_completion_tokens"), ("answers/ok", "max_output_tokens")]
    {
        assert_eq!(ask(&world, MESSAGES, model, false).await.status, 200);
        assert_eq!(world.upstream.last().json()[name], 100, "{model}");
    }
    // Room for some tokens of the thousand: the gateway bounds what its caller did not.
    let workflow = "[budget]\nday = \"0.0002 USD\"\n";
    for (model, name) in [("chatty/ok", "max_tokens"), ("up/ok", "max_completion_tokens")] {
        let poor = World::with(Wanted { root: ROOT, allow: ALLOW, workflow, ..Wanted::default() }).await;
        let hello = json!({"model": model, "messages": [{"role": "user", "content": "hello"}]});
        let reply = Reply::of(poor.post(CHAT, &hello)).await;
        assert_eq!(reply.status, 200, "{model}: {}", reply.text());
        let sent = poor.upstream.last().json();
        assert!(sent[name].as_u64().is_some_and(|most| most < 1_000), "{model}: {sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn embeddings_pass_whatever_the_wires() {
    let world = world().await;
    for provider in ["chatty", "answers"] {
        let body = json!({"model": format!("{provider}/ok"), "input": "hello"});
        assert_eq!(Reply::of(world.post("/v1/embeddings", &body)).await.status, 200);
        assert_eq!(world.upstream.last().path, "/v1/embeddings");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_tool_comes_back_in_the_callers_words() {
    let world = world().await;
    for (path, provider) in
        [(RESPONSES, "chatty"), (CHAT, "answers"), (MESSAGES, "answers"), (GEMINI, "answers")]
    {
        let plain = ask(&world, path, &format!("{provider}/tool"), false).await;
        let answer = plain.json();
        let (name, arguments) = match path {
            RESPONSES => (&answer["output"][0]["name"], &answer["output"][0]["arguments"]),
            CHAT => {
                let call = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
                (&call["name"], &call["arguments"])
            }
            MESSAGES => (&answer["content"][0]["name"], &answer["content"][0]["input"]),
            _ => {
                let call = &answer["candidates"][0]["content"]["parts"][0]["functionCall"];
                (&call["name"], &call["args"])
            }
        };
        let whole =
            arguments.as_str().map_or_else(|| arguments.clone(), |text| serde_json::from_str(text).unwrap());
        assert_eq!((name, whole), (&json!("search"), json!({"query": "open tickets"})), "{path}: {answer}");
        let streamed = ask(&world, path, &format!("{provider}/tool"), true).await;
        assert!(
            streamed.text().contains("search") && streamed.text().contains("query"),
            "{}",
            streamed.text()
        );
        let facts = (world.fact(plain.id()).await, world.fact(streamed.id()).await);
        assert_eq!((line(&facts.0), line(&facts.1)), (line(&facts.1), line(&facts.0)), "{path}");
        assert_eq!(line(&facts.0), "ok 200 - reported 11+1 13000", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cached_costs_what_the_provider_says() {
    let world = world().await;
    for (path, provider) in
        [(RESPONSES, "chatty"), (CHAT, "answers"), (MESSAGES, "answers"), (GEMINI, "answers")]
    {
        for stream in [false, true] {
            let reply = ask(&world, path, &format!("{provider}/cached"), stream).await;
            let fact = world.fact(reply.id()).await;
            assert_eq!(line(&fact), "ok 200 - reported 1000+7 294000", "{path} {stream}");
            assert_eq!(fact.usage.cache_read, 800, "{path} {stream}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_off_or_fails_ends_with_an_error_and_never_as_if_it_were_whole() {
    let world = world().await;
    for script in ["reset-after-3", "no-terminal-event", "error-in-200-stream"] {
        for (path, provider) in [(RESPONSES, "chatty"), (CHAT, "answers"), (MESSAGES, "answers")] {
            let reply = ask(&world, path, &format!("{provider}/{script}"), true).await;
            let (text, last) = (reply.text(), events(&reply.text()).pop().unwrap());
            match path {
                RESPONSES => assert_eq!(last["type"], "response.failed", "{script}: {text}"),
                _ => assert!(last["error"]["message"].is_string(), "{script}: {text}"),
            }
            for end in ["[DONE]", "message_stop", "response.completed"] {
                assert!(!text.contains(end), "{script}: {text}");
            }
            assert!(world.fact(reply.id()).await.status.is_error(), "{script} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_keeps_its_status_and_takes_the_callers_shape() {
    let world = world().await;
    for stream in [false, true] {
        for (path, model, kind) in [
            (RESPONSES, "chatty/error-429", "rate_limit_exceeded"),
            (CHAT, "answers/error-429", "rate_limit_exceeded"),
            (MESSAGES, "answers/error-429", "rate_limit_error"),
            (MESSAGES, "answers/error-400", "invalid_request_error"),
        ] {
            let reply = ask(&world, path, model, stream).await;
            let status: u16 = model.rsplit('-').next().unwrap().parse().unwrap();
            assert_eq!(
                (reply.status, &reply.json()["error"]["type"]),
                (status, &json!(kind)),
                "{path} {model}"
            );
            assert!(reply.text().contains("scripted: "), "{}", reply.text());
            let fact = world.fact(reply.id()).await;
            assert_eq!((fact.status.as_str(), fact.cost.nano()), ("upstream_error", 0), "{path} {model}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_wire_alone_can_do_is_refused_at_the_other_and_never_left_out() {
    let world = world().await;
    for (key, value) in [
        ("previous_response_id", json!("resp_1")),
        ("conversation", json!("conv_1")),
        ("prompt", json!({"id": "pmpt_1"})),
        ("background", json!(true)),
        ("tools", json!([{"type": "web_search"}])),
    ] {
        let body = |model: &str| {
            let mut body = json!({"model": model, "input": "hello"});
            body[key] = value.clone();
            body
        };
        let reply = Reply::of(world.post(RESPONSES, &body("chatty/ok"))).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0220"), "{key}: {}", reply.text());
        assert!(reply.text().contains(key), "{}", reply.text());
        assert!(world.upstream.requests().is_empty(), "{key}");
        let native = World::with(Wanted { root: ROOT, allow: ALLOW, ..Wanted::default() }).await;
        for route in ["wires", "kept"] {
            let reply = Reply::of(native.post(RESPONSES, &body(route))).await;
            assert_eq!(reply.status, 200, "{key} {route}: {}", reply.text());
            let sent = native.upstream.last();
            assert_eq!((sent.path.as_str(), &sent.json()[key]), (RESPONSES, &value), "{route}");
        }
    }
    let several = json!({"model": "answers/ok", "n": 2, "messages": [{"role": "user", "content": "hello"}]});
    let reply = Reply::of(world.post(CHAT, &several)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0220"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn losses_are_named_and_may_be_refused() {
    let body =
        json!({"model": "answers/ok", "stop": ["x"], "messages": [{"role": "user", "content": "hello"}]});
    let reply = Reply::of(world().await.post(CHAT, &body)).await;
    assert_eq!(reply.header("x-countersign-loss"), "stop=dropped:not-in-target");
    let workflow = "lossy = \"refuse\"\n";
    let strict = World::with(Wanted { root: ROOT, allow: ALLOW, workflow, ..Wanted::default() }).await;
    let reply = Reply::of(strict.post(CHAT, &body)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0221"));
    assert_eq!(ask(&strict, CHAT, "answers/ok", true).await.status, 200, "without loss it goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failure_the_next_target_gets_the_call_in_its_own_wire() {
    let world = world().await;
    for (path, expected) in [(RESPONSES, Some("responses → chat")), (CHAT, None)] {
        let reply = ask(&world, path, "ill", false).await;
        assert_eq!(
            (reply.status, reply.header("x-countersign-target")),
            (200, "chatty/ok"),
            "{}",
            reply.text()
        );
        assert_eq!(world.upstream.last().path, CHAT_WIRE);
        assert_eq!(translated(&world.fact(reply.id()).await), expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_kept_is_not_given_again_when_the_provider_speaks_otherwise() {
    let wanted = |root| Wanted { root, allow: ALLOW, workflow: "[cache]\n", ..Wanted::default() };
    let world = World::with(wanted(ROOT)).await;
    assert_eq!(ask(&world, RESPONSES, "chatty/ok", false).await.header("x-countersign-cache"), "miss");
    assert_eq!(ask(&world, RESPONSES, "chatty/ok", false).await.header("x-countersign-cache"), "hit");
    let other: &'static str =
        Box::leak(ROOT.replacen("[\"chat\"]", "[\"chat\", \"responses\"]", 1).into_boxed_str());
    world.reload(&wanted(other));
    assert_eq!(ask(&world, RESPONSES, "chatty/ok", false).await.header("x-countersign-cache"), "miss");
    assert_eq!(world.upstream.last().path, RESPONSES);
}

/// A provider of one answer, given in pieces of `piece` bytes; keeps what it was sent: path and body.
async fn provider(
    kind: &'static str,
    answer: String,
    piece: usize,
) -> (String, UnboundedReceiver<(String, Value)>) {
    let (kept, seen) = unbounded_channel();
    let answer = move |uri: Uri, body: String| async move {
        kept.send((uri.to_string(), serde_json::from_str(&body).unwrap())).unwrap();
        let pieces: Vec<_> = answer
            .as_bytes()
            .chunks(piece)
            .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
            .collect();
        ([("content-type", kind)], Body::from_stream(futures_util::stream::iter(pieces)))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(answer);
    TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/v1"), seen)
}

async fn at(url: &str, wire: &str) -> World {
    let root = format!(
        "[providers.own]\napi = \"openai\"\nbase_url = \"{url}\"\nspeaks = [\"{wire}\"]\nprices = \"contract\"\n{ROOT}"
    );
    World::with(Wanted { root: Box::leak(root.into_boxed_str()), allow: ALLOW, ..Wanted::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_side_by_side_in_a_chat_stream_become_items_one_after_the_other() {
    let call = |index: u8, id: &str, name: &str, arguments: &str| {
        let id = if id.is_empty() { json!({}) } else { json!({"id": id, "type": "function"}) };
        let mut call = json!({"index": index, "function": {"arguments": arguments}});
        if !name.is_empty() {
            call["function"]["name"] = name.into();
        }
        id.as_object().unwrap().iter().for_each(|(key, value)| call[key] = value.clone());
        json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": null}]})
    };
    let chunks = [
        call(0, "call_a", "read", ""),
        call(1, "call_b", "list", ""),
        call(0, "", "", "{\"path\":"),
        call(1, "", "", "{\"at\":"),
        call(0, "", "", "\"é\"}"),
        call(1, "", "", "\"/\"}"),
        json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}),
        json!({"id": "c", "model": "m", "choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}}),
    ];
    let stream: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
    let stream = format!("{stream}data: [DONE]\n\n");
    for piece in [1, 7, usize::MAX] {
        let (url, mut seen) = provider("text/event-stream", stream.clone(), piece.min(stream.len())).await;
        let world = at(&url, "chat").await;
        let reply = ask(&world, RESPONSES, "own/m", true).await;
        let last = events(&reply.text()).pop().unwrap();
        assert_eq!(last["type"], "response.completed", "{}", reply.text());
        let calls: Vec<_> = last["response"]["output"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["call_id"].clone(), item["name"].clone(), item["arguments"].clone()))
            .collect();
        let expected = [("call_a", "read", "{\"path\":\"é\"}"), ("call_b", "list", "{\"at\":\"/\"}")];
        let expected: Vec<_> =
            expected.map(|(id, name, arguments)| (json!(id), json!(name), json!(arguments))).into();
        assert_eq!(calls, expected, "{piece}");
        assert_eq!(last["response"]["usage"]["total_tokens"], 18);
        assert_eq!(line(&world.fact(reply.id()).await), ANSWERED, "{piece}");
        let (sent_to, body) = seen.recv().await.unwrap();
        assert_eq!((sent_to.as_str(), &body["stream_options"]), (CHAT_WIRE, &json!({"include_usage": true})));
    }
}

const REASONED: &str = r#"{"id":"resp_1","object":"response","status":"completed","model":"m","output":[
    {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Look first."}],"encrypted_content":"gAAAA=="},
    {"type":"function_call","id":"fc_1","call_id":"call_1","name":"search","arguments":"{\"q\":1}","status":"completed"}],
    "usage":{"input_tokens":11,"output_tokens":7,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":18}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_responses_provider_seals_comes_back_to_it_with_the_next_turn() {
    let (url, mut seen) = provider("application/json", REASONED.to_owned(), 64).await;
    let world = at(&url, "responses").await;
    let asked = json!({"role": "user", "content": "hello"});
    let mut body = json!({"model": "own/m", "max_tokens": 2_000, "thinking": {"type": "enabled", "budget_tokens": 1_024},
        "messages": [asked], "tools": [{"name": "search", "input_schema": {"type": "object"}}]});
    let reply = Reply::of(world.post(MESSAGES, &body)).await;
    let answer = reply.json();
    assert_eq!(answer["content"][0]["thinking"], "Look first.", "{answer}");
    assert_eq!(answer["stop_reason"], "tool_use");
    let fact = world.fact(reply.id()).await;
    assert_eq!((line(&fact).as_str(), fact.usage.reasoning), (ANSWERED, 5));
    let (_, first) = seen.recv().await.unwrap();
    assert_eq!(
        (&first["store"], &first["include"]),
        (&json!(false), &json!(["reasoning.encrypted_content"]))
    );
    assert_eq!(first["reasoning"], json!({"effort": "minimal", "summary": "auto"}));
    let result = json!({"type": "tool_result", "tool_use_id": "call_1", "content": "found"});
    body["messages"] = json!([asked, {"role": "assistant", "content": answer["content"]}, {"role": "user", "content": [result]}]);
    let reply = Reply::of(world.post(MESSAGES, &body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let (sent_to, second) = seen.recv().await.unwrap();
    assert_eq!(sent_to, RESPONSES);
    let summary = json!([{"type": "summary_text", "text": "Look first."}]);
    assert_eq!(
        second["input"].as_array().unwrap()[1..],
        [
            json!({"id": "rs_1", "type": "reasoning", "summary": summary, "encrypted_content": "gAAAA=="}),
            json!({"type": "function_call", "call_id": "call_1", "name": "search", "arguments": "{\"q\":1}"}),
            json!({"type": "function_call_output", "call_id": "call_1", "output": "found"}),
        ]
    );
    assert_eq!(first["input"][0], second["input"][0]);
}

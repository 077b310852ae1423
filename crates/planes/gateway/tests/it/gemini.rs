//! Callers of Google's dialect: what passes, what is translated, what is guarded, and how a no reads.

use domain::inference::{Endpoint, Verdict};
use domain::switch::State;
use protocols::transcript;
use serde_json::{Value, json};

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, line};
use crate::world::{KEY, Wanted, World, world};

const PLAIN: &str = "generateContent";
const STREAM: &str = "streamGenerateContent?alt=sse";
const LIST: &str = "streamGenerateContent";

fn path(model: &str, method: &str) -> String {
    format!("/v1beta/models/{model}:{method}")
}

fn asking(text: &str) -> Value {
    json!({"contents": [{"role": "user", "parts": [{"text": text}]}]})
}

async fn ask(world: &World, model: &str, method: &str) -> Reply {
    Reply::of(world.post(&path(model, method), &asking("hello"))).await
}

/// What an answer says; a list says what its events would.
fn said(reply: &Reply, stream: bool) -> String {
    let turns = transcript::response(Endpoint::Gemini, &reply.body, stream);
    turns.into_iter().flat_map(|turn| turn.parts).map(|part| part.text).collect()
}

fn chunks(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_pass_byte_for_byte_and_the_model_stands_in_the_path() {
    let world = world().await;
    let odd =
        "{ \"x_new\" : 1.50,\"contents\":[{\"parts\":[{\"text\":\"Grüße \\u00e9 🦀\"}]}] , \"labels\":{}}";
    for path in [
        "/v1beta/models/upg/ok:generateContent",
        "/v1beta/models/upg%2Fok:generateContent",
        "/v1/models/upg/ok:generateContent",
        "/v1beta/upg/ok:generateContent",
    ] {
        let reply = Reply::of(world.raw(path, KEY, odd).header("x-goog-api-client", "x")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let sent = world.upstream.last();
        assert_eq!(String::from_utf8(sent.body.clone()).unwrap(), odd);
        assert_eq!(sent.path, "/v1beta/models/ok:generateContent");
        assert_eq!(sent.header("x-goog-api-key"), Some("sk-upstream"));
        assert_eq!((sent.header("authorization"), sent.header("x-goog-api-client")), (None, Some("x")));
        assert!(
            reply.text().contains("\"x_unknown_to_all\":{\"kept\":[1,2.5,\"three\"]}"),
            "{}",
            reply.text()
        );
        let fact = world.fact(reply.id()).await;
        assert_eq!(line(&fact), "ok 200 - reported 11+7 25000");
        assert_eq!(
            (fact.asked.as_str(), fact.changes.as_slice()),
            ("upg/ok", &["model: upg/ok → ok".to_owned()][..])
        );
        assert_eq!(reply.header("x-countersign-cost-usd"), "0.000025");
    }
    let named = json!({"model": "models/dear", "contents": []});
    Reply::of(world.post(&path("upg/ok", PLAIN), &named)).await;
    assert_eq!(
        world.upstream.last().json()["model"],
        "models/ok",
        "a model in the body can't go round the path"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_comes_in_a_header_and_never_in_the_address() {
    let world = world().await;
    let url = |query: &str| format!("{}{}?{query}", world.url, path("upg/ok", PLAIN));
    for name in ["x-goog-api-key", "x-api-key"] {
        let asked = world.http.post(url("key=AIza&fields=candidates&alt=json")).header(name, KEY);
        assert_eq!(Reply::of(asked.body(asking("x").to_string())).await.status, 200, "{name}");
        assert_eq!(world.upstream.last().path, "/v1beta/models/ok:generateContent", "no query goes on");
    }
    let reply = Reply::of(world.http.post(url(&format!("key={KEY}"))).body("{}")).await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "CS-0240"));
    assert!(!reply.text().contains(KEY));
    let listed = Reply::of(world.http.get(format!("{}/v1beta/models?key={KEY}", world.url))).await;
    assert_eq!((listed.status, listed.code().as_str()), (401, "CS-0240"));
    let reply = Reply::of(world.http.post(url("")).body("{}")).await;
    assert_eq!((reply.status, reply.json()["error"]["status"].as_str()), (401, Some("UNAUTHENTICATED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_pass_byte_for_byte_as_events_or_as_one_list() {
    let world = world().await;
    for model in ["ok", "byte-by-byte", "tool", "stream-50"] {
        let url = world.upstream.gemini_url() + &path(model, STREAM);
        let straight = Reply::of(world.http.post(url).body(asking("hello").to_string())).await;
        let through = ask(&world, &format!("upg/{model}"), STREAM).await;
        assert_eq!((through.text(), through.header("content-type")), (straight.text(), "text/event-stream"));
        let fact = world.fact(through.id()).await;
        assert_eq!(
            (fact.status.as_str(), fact.usage_source.as_str(), fact.stream),
            ("ok", "reported", true),
            "{model}"
        );
        let listed = ask(&world, &format!("upg/{model}"), LIST).await;
        assert_eq!(listed.header("content-type"), "application/json");
        assert_eq!(listed.json(), Value::from(chunks(&straight.text())), "{model}");
        assert_eq!(world.upstream.last().path, path(model, STREAM));
        assert_eq!(line(&world.fact(listed.id()).await), line(&fact), "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_reaches_providers_of_every_other_dialect() {
    let world = world().await;
    for (model, sent_to) in [("up/ok", "/v1/chat/completions"), ("upa/ok", "/v1/messages")] {
        for method in [PLAIN, STREAM, LIST] {
            let reply = ask(&world, model, method).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            assert_eq!(
                (world.upstream.last().path.as_str(), world.upstream.last().model.as_str()),
                (sent_to, "ok")
            );
            let last = match method {
                PLAIN => reply.json(),
                LIST => reply.json().as_array().unwrap().last().unwrap().clone(),
                _ => chunks(&reply.text()).pop().unwrap(),
            };
            assert_eq!(last["candidates"][0]["finishReason"], "STOP", "{model} {method}: {last}");
            assert_eq!(last["usageMetadata"]["promptTokenCount"], 11, "{model} {method}: {last}");
            let fact = world.fact(reply.id()).await;
            assert_eq!(line(&fact), "ok 200 - reported 11+7 25000", "{model} {method}");
            assert!(fact.controls.iter().any(|control| control.name == "translate"), "{model}");
        }
    }
    assert_eq!(ask(&world, "standard", PLAIN).await.status, 200);
    let simulated = ask(&world, "sim/sim-small", STREAM).await;
    assert!(said(&simulated, true).contains("simulated"), "{}", simulated.text());
    assert!(world.fact(simulated.id()).await.simulated);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_every_other_dialect_reach_google() {
    let world = world().await;
    for (path, body) in [
        (CHAT, json!({"model": "upg/ok", "messages": [{"role": "user", "content": "hello"}]})),
        (RESPONSES, json!({"model": "upg/ok", "input": "hello"})),
        (
            MESSAGES,
            json!({"model": "upg/ok", "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}]}),
        ),
    ] {
        for stream in [false, true] {
            let mut body = body.clone();
            body["stream"] = stream.into();
            let reply = Reply::of(world.post(path, &body)).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            assert!(world.upstream.last().path.starts_with("/v1beta/models/ok:"));
            assert_eq!(
                line(&world.fact(reply.id()).await),
                "ok 200 - reported 11+7 25000",
                "{path} {stream}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_provider_pass_and_refusals_have_googles_shape() {
    let world = world().await;
    for (model, status, error) in [
        ("upg/error-400", 400, "INVALID_ARGUMENT/400"),
        ("upg/error-429", 429, "RESOURCE_EXHAUSTED/429"),
        ("upg/error-500", 500, "INTERNAL/500"),
    ] {
        for method in [PLAIN, STREAM, LIST] {
            let reply = ask(&world, model, method).await;
            assert_eq!((reply.status, &reply.json()["error"]["code"]), (status, &json!(status)), "{model}");
            let fact = world.fact(reply.id()).await;
            assert_eq!(fact.error.as_deref(), Some(error), "{model} {method}");
        }
    }
    let reply = ask(&world, "nobody/knows", PLAIN).await;
    let error = &reply.json()["error"];
    assert_eq!(
        (reply.status, reply.code().as_str(), &error["status"]),
        (400, "CS-0205", &json!("INVALID_ARGUMENT"))
    );
    assert_eq!(error["details"][1]["requestId"], reply.header("x-countersign-inference"));
    let reply = Reply::of(world.raw(&path("upg/ok", PLAIN), KEY, "not json")).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0201"));
    let reply = ask(&world, "", PLAIN).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0202"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_ends_with_an_error_that_is_no_event() {
    let world = world().await;
    for (model, code, fact_says) in [
        ("upg/error-in-200-stream", "", "upstream_error"),
        ("upg/no-terminal-event", "CS-0404", "failed"),
        ("upg/reset-after-3", "CS-0403", "failed"),
        ("up/reset-after-3", "CS-0403", "failed"),
    ] {
        let reply = ask(&world, model, STREAM).await;
        let text = reply.text();
        let last = text.rsplit("\n\n").next().unwrap();
        let error: Value = serde_json::from_str(last).unwrap_or_default();
        assert!(error["error"]["message"].is_string(), "{model}: {text}");
        assert_eq!(error["error"]["details"][0]["reason"].as_str().unwrap_or_default(), code, "{model}");
        assert_eq!(world.fact(reply.id()).await.status.as_str(), fact_says, "{model}");
        let listed = ask(&world, model, LIST).await.json();
        assert!(listed.as_array().unwrap().last().unwrap()["error"].is_object(), "{model}: {listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_ends_a_running_stream() {
    let world = world().await;
    let asked = world.post(&path("upg/slow-stream-200", STREAM), &asking("hello"));
    let mut response = asked.send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    world.throw("provider/upg", State::Off);
    let reply = Reply::rest_of(response).await;
    assert!(reply.text().ends_with('}') && reply.text().contains("CS-0301"), "{}", reply.text());
    assert_eq!(world.fact(reply.id()).await.status.as_str(), "cut");
    assert_eq!(ask(&world, "upg/ok", PLAIN).await.status, 503);
}

const TEXT: &str = "Mail john.doe@example.com, card 4111 1111 1111 1111.";
const MASKED: &str = "Mail [EMAIL], card [CARD].";

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_redacted_both_ways() {
    let guards = "[redaction]\nrequest = \"pseudonym\"\nresponse = \"mask\"\n";
    let restoring = World::with(Wanted { workflow: guards, ..Wanted::default() }).await;
    let guards = "[redaction]\nresponse = \"mask\"\n";
    let masking = World::with(Wanted { workflow: guards, ..Wanted::default() }).await;
    for model in ["upg/echo", "up/echo"] {
        for method in [PLAIN, STREAM, LIST] {
            let reply = Reply::of(restoring.post(&path(model, method), &asking(TEXT))).await;
            let sent = String::from_utf8(restoring.upstream.last().body).unwrap();
            assert!(sent.contains("EMAIL_") && !sent.contains("john") && !sent.contains("4111"), "{sent}");
            let reply = match method {
                LIST => Reply {
                    body: reply
                        .json()
                        .as_array()
                        .unwrap()
                        .iter()
                        .flat_map(|c| format!("data: {c}\n\n").into_bytes())
                        .collect(),
                    ..reply
                },
                _ => reply,
            };
            assert_eq!(said(&reply, method != PLAIN), TEXT, "{model} {method}");
        }
        for method in [PLAIN, STREAM] {
            let reply = Reply::of(masking.post(&path(model, method), &asking(TEXT))).await;
            assert_eq!(said(&reply, method != PLAIN), MASKED, "{model} {method}");
            assert!(!reply.text().contains("john") && !reply.text().contains("4111"), "{}", reply.text());
            let fact = masking.fact(reply.id()).await;
            let found = fact.controls.iter().find(|control| control.name == "redaction").unwrap();
            assert_eq!(found.why, "response: email 1, card 1 (masked)");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_that_are_not_allowed_are_neither_offered_nor_called() {
    let tools = "[tools]\nallow = [\"crm.*\"]\n";
    let world = World::with(Wanted { workflow: tools, ..Wanted::default() }).await;
    let mut body = asking("hello");
    body["tools"] =
        json!([{"functionDeclarations": [{"name": "crm.read"}, {"name": "rm"}]}, {"googleSearch": {}}]);
    let reply = Reply::of(world.post(&path("upg/tool", PLAIN), &body)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let sent = world.upstream.last().json();
    assert_eq!(sent["tools"], json!([{"functionDeclarations": [{"name": "crm.read"}]}]));
    let fact = world.fact(reply.id()).await;
    let noted = fact.controls.iter().find(|control| control.name == "tools").unwrap();
    assert_eq!(
        (noted.verdict, noted.why.as_str()),
        (Verdict::Change, "not offered to the model: rm, googleSearch")
    );
    // The scripted model calls a tool of its own where none is offered.
    for method in [PLAIN, STREAM] {
        let reply = ask(&world, "upg/tool", method).await;
        assert!(
            reply.text().contains("CS-0321") && !reply.text().contains("open tickets"),
            "{}",
            reply.text()
        );
        assert_eq!(world.fact(reply.id()).await.code.as_deref(), Some("CS-0321"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_paid_for_is_shortened() {
    // Twelve thousand nano-dollars: room for the input and for some tokens of the thousand.
    let budget = "[budget]\nday = \"0.0002 USD\"\n";
    let world = World::with(Wanted { workflow: budget, ..Wanted::default() }).await;
    let reply = ask(&world, "upg/ignores-max-tokens", PLAIN).await;
    let most = world.upstream.last().json()["generationConfig"]["maxOutputTokens"].as_u64().unwrap();
    assert!((16..1_000).contains(&most), "{most}");
    assert_eq!(world.fact(reply.id()).await.usage.output, 5_000, "what is billed is charged in full");
    assert_eq!(ask(&world, "upg/ok", PLAIN).await.status, 402);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_counted_free_of_charge_where_google_counts_them() {
    let world = world().await;
    let reply = ask(&world, "upg/ok", "countTokens").await;
    assert_eq!((reply.status, &reply.json()["totalTokens"]), (200, &json!(11)));
    assert_eq!(world.upstream.last().path, "/v1beta/models/ok:countTokens");
    assert_eq!(line(&world.fact(reply.id()).await), "ok 200 - reported 0+0 0");
    let reply = ask(&world, "up/ok", "countTokens").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0206"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_tokens_have_their_own_price() {
    let world = world().await;
    let reply = ask(&world, "upg/cached", STREAM).await;
    assert_eq!(line(&world.fact(reply.id()).await), "ok 200 - reported 1000+7 294000");
}

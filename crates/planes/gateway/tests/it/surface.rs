//! Everything that is not an inference: lists, wrong paths, wrong methods.

use reqwest::Method;

use crate::reply::{CHAT, MESSAGES, Reply, chat};
use crate::world::{KEY, Wanted, World, world};

fn bare(world: &World, method: Method, path: &str) -> reqwest::RequestBuilder {
    world.http.request(method, format!("{}{path}", world.url))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_described_if_a_call_for_it_would_be_let_through() {
    let refuse = Wanted { root: "[pricing]\nunknown_model = \"refuse\"\n", ..Wanted::default() };
    // name, status where unknown prices are guessed, and where they are refused
    let table = [
        ("standard", 200, 200),
        ("up/cheap", 200, 200),
        ("up/not-in-any-route", 200, 200),
        ("sparse/unlisted", 200, 400),
        ("nobody/m", 400, 400),
        ("up/", 400, 400),
    ];
    for (world, refuses) in [(world().await, false), (World::with(refuse).await, true)] {
        for (name, guessed, refused) in table {
            let expected = if refuses { refused } else { guessed };
            let mut body = chat("ok", false);
            body["model"] = name.into();
            let called = Reply::of(world.post(CHAT, &body)).await;
            assert_eq!(called.status == 400, expected == 400, "{name}: {}", called.text());
            let path = format!("/v1/models/{name}");
            let shown = Reply::of(bare(&world, Method::GET, &path).header("x-api-key", KEY)).await;
            assert_eq!(shown.status, if expected == 200 { 200 } else { 404 }, "{name}: {}", shown.text());
            if expected == 200 {
                assert_eq!(shown.json()["id"], name);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_sees_what_its_workflow_may_ask_for() {
    let world = world().await;
    let ask = |path: &str| bare(&world, Method::GET, path).header("x-api-key", KEY);
    let list = Reply::of(ask("/v1/models")).await.json();
    assert_eq!((list["object"].as_str(), list["data"][0]["id"].as_str()), (Some("list"), Some("standard")));
    assert!(list["data"].as_array().unwrap().iter().any(|model| model["id"] == "up/cheap"));
    let list = Reply::of(ask("/v1/models").header("anthropic-version", "2023-06-01")).await.json();
    assert_eq!((list["has_more"].as_bool(), list["data"][0]["type"].as_str()), (Some(false), Some("model")));
    let one = Reply::of(ask("/v1/models/up/cheap")).await;
    assert_eq!((one.status, one.json()["id"].as_str()), (200, Some("up/cheap")));
    assert_eq!(
        (Reply::of(ask("/v1/models/none")).await.status, Reply::of(ask("/v1/models/%ff")).await.status),
        (404, 404)
    );
    let list = Reply::of(ask("/v1/models").header("x-goog-api-client", "google-genai-sdk/3")).await.json();
    assert_eq!(list["models"][0]["name"], "models/standard");
    let list = Reply::of(ask("/v1beta/models?pageSize=50")).await.json();
    assert_eq!(list["models"][0]["name"], "models/standard");
    let one = Reply::of(ask("/v1beta/models/up%2Fcheap")).await;
    assert_eq!((one.status, one.json()["name"].as_str()), (200, Some("models/up/cheap")));
    assert_eq!(Reply::of(ask("/v1beta/models/none")).await.json()["error"]["status"], "NOT_FOUND");
    let head = bare(&world, Method::HEAD, "/v1/models").bearer_auth(KEY);
    assert_eq!(Reply::of(head).await.status, 200);
    assert_eq!(Reply::of(bare(&world, Method::GET, "/v1/models")).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_paths_and_methods_are_told_in_the_callers_dialect() {
    let world = world().await;
    let table = [
        (Method::GET, CHAT, 405, "CS-0208", "POST"),
        (Method::DELETE, MESSAGES, 405, "CS-0208", "POST"),
        (Method::POST, "/v1/models", 405, "CS-0208", "GET, HEAD"),
        (Method::POST, "/v1/models/x", 405, "CS-0208", "GET, HEAD"),
        (Method::POST, "/v1/audio/speech", 404, "CS-0207", ""),
        (Method::GET, "/v1", 404, "CS-0207", ""),
        (Method::POST, "/v1/%ff", 404, "CS-0207", ""),
        (Method::POST, "/v1/messages/batches", 404, "CS-0207", ""),
        (Method::POST, "/v1beta/models", 405, "CS-0208", "GET, HEAD"),
        (Method::GET, "/v1beta/models/up/ok:generateContent", 405, "CS-0208", "POST"),
        (Method::POST, "/v1beta/models/up/ok:embedContent", 404, "CS-0207", ""),
        (Method::POST, "/v1beta/models/up/ok", 404, "CS-0207", ""),
        (Method::POST, "/v1beta/files", 404, "CS-0207", ""),
        (Method::GET, "/v1beta", 404, "CS-0207", ""),
        (Method::POST, "/v1beta/models/%ff", 404, "CS-0207", ""),
    ];
    for (method, path, status, code, allow) in table {
        let reply = Reply::of(bare(&world, method.clone(), path)).await;
        assert_eq!(
            (reply.status, reply.code().as_str(), reply.header("allow")),
            (status, code, allow),
            "{method} {path}"
        );
        assert_eq!(reply.json()["type"] == "error", path.starts_with("/v1/messages"), "{method} {path}");
        let reply = Reply::of(bare(&world, method, path).header("anthropic-version", "2023-06-01")).await;
        assert_eq!(reply.status, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_is_declined_cleanly() {
    let world = world().await;
    let asked = bare(&world, Method::GET, "/v1/responses")
        .header("connection", "upgrade")
        .header("upgrade", "WebSocket");
    let reply = Reply::of(asked).await;
    assert_eq!((reply.status, reply.code().as_str(), reply.header("upgrade")), (426, "CS-0209", "HTTP/1.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_spoken_too() {
    let world = world().await;
    let http = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    for stream in [false, true] {
        let asked =
            http.post(format!("{}{CHAT}", world.url)).bearer_auth(KEY).body(chat("ok", stream).to_string());
        let response = asked.send().await.unwrap();
        assert_eq!(response.version(), reqwest::Version::HTTP_2);
        let reply = Reply::rest_of(response).await;
        assert_eq!(reply.status, 200);
        assert!(!reply.header("x-countersign-run").is_empty());
        world.fact(reply.id()).await;
    }
}

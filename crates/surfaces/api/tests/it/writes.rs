//! What is changed, once, however often it is sent.

use axum::http::Request;
use axum::http::request::Builder;
use serde_json::{Value, json};

use crate::schema;
use crate::server::{Answer, Server, start};

const NEW_KEY: &str = r#"{"workflows": ["first-answers"]}"#;

fn post(path: &str, key: Option<&str>) -> Builder {
    let request = Request::post(path);
    key.into_iter().fold(request, |request, key| request.header("idempotency-key", key))
}

async fn keys(server: &Server) -> Vec<Value> {
    server.get("/api/v1/keys").await.body["rows"].as_array().unwrap().clone()
}

#[track_caller]
fn as_documented(answer: &Answer, method: &str, path: &str) {
    let api: Value = serde_json::from_str(&api::openapi()).unwrap();
    let documented = schema::documented(&api, method, path, answer.status);
    assert_eq!(schema::wrong(&api, &documented, &answer.body, ""), Vec::<String>::new());
}

#[tokio::test]
async fn a_key_is_created_once_shown_once_and_ended() {
    let server = start().await;
    let first = server.ask(post("/api/v1/keys", Some("a")), NEW_KEY).await;
    assert_eq!(first.status, 201, "{}", first.body);
    as_documented(&first, "post", "/api/v1/keys");
    let again = server.ask(post("/api/v1/keys", Some("a")), NEW_KEY).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    let other = server.ask(post("/api/v1/keys", Some("a")), r#"{"workflows": []}"#).await;
    assert_eq!(other.code(), (400, "CS-0505"));
    assert_eq!(keys(&server).await.len(), 1);

    let secret = first.body["key"].as_str().unwrap();
    assert!(secret.starts_with("cs_"));
    assert!(!server.get("/api/v1/keys").await.body.to_string().contains(secret));

    let path = format!("/api/v1/keys/{}", first.body["id"].as_str().unwrap());
    let ended = server.ask(Request::delete(&path), "").await;
    assert_eq!((ended.status, &ended.body["state"]), (200, &json!("revoked")));
    as_documented(&ended, "delete", "/api/v1/keys/{id}");
    let unknown = server.ask(Request::delete("/api/v1/keys/key_00000000000000000000000000000000"), "").await;
    assert_eq!(unknown.code(), (404, "CS-0504"));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_as_that() {
    let server = start().await;
    let long = format!(r#"{{"workflows": ["first-answers"], "label": "{}"}}"#, "a".repeat(65 * 1_024));
    let answer = server.ask(post("/api/v1/keys", None), long).await;
    assert_eq!(answer.code(), (413, "CS-0505"));
}

#[tokio::test]
async fn keys_come_in_pages() {
    let server = start().await;
    for name in ["a", "b", "c"] {
        assert_eq!(server.ask(post("/api/v1/keys", Some(name)), NEW_KEY).await.status, 201);
    }
    let first = server.get("/api/v1/keys?limit=2").await.body;
    assert_eq!(first["rows"].as_array().unwrap().len(), 2);
    let rest =
        server.get(&format!("/api/v1/keys?limit=2&cursor={}", first["next"].as_str().unwrap())).await.body;
    assert_eq!((rest["rows"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    assert_eq!(server.get("/api/v1/keys?cursor=nonsense").await.code(), (400, "CS-0505"));
}

#[tokio::test]
async fn the_same_write_sent_at_the_same_time_is_done_once() {
    let server = start().await;
    let send = || server.ask(post("/api/v1/keys", Some("a")), NEW_KEY);
    let (a, b, c) = tokio::join!(send(), send(), send());
    assert_eq!((&a.body, &b.body), (&b.body, &c.body));
    assert_eq!(keys(&server).await.len(), 1);
}

#[tokio::test]
async fn without_a_name_a_write_is_a_new_one() {
    let server = start().await;
    let (a, b) = (
        server.ask(post("/api/v1/keys", None), NEW_KEY).await,
        server.ask(post("/api/v1/keys", None), NEW_KEY).await,
    );
    assert_ne!(a.body["id"], b.body["id"]);
}

#[tokio::test]
async fn a_switch_is_turned_with_a_reason() {
    let server = start().await;
    let turn = |state: &str, reason: &str| {
        let body = json!({"scope": "workflow/first-answers", "state": state, "reason": reason}).to_string();
        server.ask(Request::put("/api/v1/switches"), body)
    };
    assert_eq!(turn("off", " ").await.code(), (400, "CS-0506"));
    let off = turn("off", "bad answers").await;
    assert_eq!((off.status, &off.body["state"], &off.body["before"]), (200, &json!("off"), &json!("on")));
    as_documented(&off, "put", "/api/v1/switches");
    assert_eq!(turn("off", "bad answers").await.code(), (409, "CS-0507"));
    let rows = server.get("/api/v1/switches").await.body;
    assert_eq!(rows["rows"][0]["reason"], "bad answers");
    assert_eq!(turn("sideways", "why not").await.code(), (400, "CS-0505"));
}

#[tokio::test]
async fn a_configuration_that_is_wrong_is_refused_and_said() {
    let server = start().await;
    let good = server.ask(Request::post("/api/v1/configuration/reload"), "").await;
    assert_eq!((good.status, &good.body["error"]), (200, &Value::Null), "{}", good.body);
    as_documented(&good, "post", "/api/v1/configuration/reload");
    std::fs::write(server.house.folders.path().join("workspace/countersign.toml"), "[organisation").unwrap();
    let bad = server.ask(Request::post("/api/v1/configuration/reload"), "{}").await;
    assert_eq!((bad.status, &bad.body["hash"]), (200, &good.body["hash"]));
    assert_eq!(bad.body["error"]["problems"][0]["file"], "countersign.toml");
    as_documented(&bad, "post", "/api/v1/configuration/reload");
}

#[tokio::test]
async fn a_link_is_made_for_someone_who_is_there() {
    let server = start().await;
    let made = server.ask(Request::post("/api/v1/people/links"), r#"{"person": "maya"}"#).await;
    assert_eq!(made.status, 201, "{}", made.body);
    as_documented(&made, "post", "/api/v1/people/links");
    let nobody = server.ask(Request::post("/api/v1/people/links"), r#"{"person": "eve"}"#).await;
    assert_eq!(nobody.code(), (404, "CS-0504"));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let server = start().await;
    let table = ["{", "[]", r#"{"workflow": "typo"}"#, r#"{"workflows": "not-a-list"}"#, "\u{0}"];
    for body in table {
        let answer = server.ask(Request::post("/api/v1/keys"), body.to_owned()).await;
        assert_eq!(answer.code(), (400, "CS-0505"), "{:.40}: {}", body, answer.body);
    }
    let unnamed = server.ask(post("/api/v1/keys", Some("")), NEW_KEY).await;
    assert_eq!(unnamed.code(), (400, "CS-0505"));
}

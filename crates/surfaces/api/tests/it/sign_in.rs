//! Who may ask, and how they prove it.

use axum::body::Body;
use axum::http::Request;
use domain::people::Principal;
use domain::secret::Secret;
use serde_json::Value;

use crate::server::{Server, start};

#[tokio::test]
async fn every_endpoint_but_the_description_asks_who_is_there() {
    let server = start().await;
    let api: Value = serde_json::from_str(&api::openapi()).unwrap();
    for (path, item) in api["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            for header in ["", "Bearer wrong", "Basic b3BlcmF0b3I6", "operator-token"] {
                let address = path.replace("{id}", "x");
                let request = Request::builder().method(method.to_uppercase().as_str()).uri(&address);
                let request =
                    if header.is_empty() { request } else { request.header("authorization", header) };
                let answer = server.send(request.body(Body::empty()).unwrap()).await;
                let expected = if path.ends_with("openapi.json") { (200, "") } else { (401, "CS-0502") };
                assert_eq!(answer.code(), expected, "{method} {path} with {header:?}");
            }
        }
    }
}

/// Signs a person in by a one-time link. Gives the cookie and the token for forms.
async fn sign_in(server: &Server, person: &str) -> (String, String) {
    let link = server.control.invite(&Principal::Operator.permit().unwrap(), person).await.unwrap();
    let token = link.path.rsplit('/').next().unwrap();
    let password = Secret::new("four unrelated words here".to_owned());
    let signed = server.control.use_link(token, password).await.unwrap();
    (format!("cs_session={}", signed.cookie.expose()), signed.session.csrf)
}

#[tokio::test]
async fn a_session_reads_freely_and_writes_with_its_form_token() {
    let server = start().await;
    let (cookie, form) = sign_in(&server, "maya").await;
    let asked = Request::get("/api/v1/session").header("cookie", &cookie).body(Body::empty()).unwrap();
    let session = server.send(asked).await;
    assert_eq!((session.status, &session.body["id"]), (200, &Value::from("maya")));
    assert!(session.body["expires"].is_string(), "a session ends: {}", session.body);

    let turn = |form: Option<&str>| {
        let request = Request::put("/api/v1/switches").header("cookie", &cookie);
        let request =
            form.into_iter().fold(request, |request, form| request.header("x-countersign-form", form));
        request.body(Body::from(r#"{"scope": "all", "state": "off", "reason": "drill"}"#)).unwrap()
    };
    assert_eq!(server.send(turn(None)).await.code(), (403, "CS-0508"));
    assert_eq!(server.send(turn(Some("guessed"))).await.code(), (403, "CS-0508"));
    let turned = server.send(turn(Some(&form))).await;
    assert_eq!((turned.status, &turned.body["by"]), (200, &Value::from("maya")), "{}", turned.body);
    // A wrong token is not forgiven because a session stands beside it.
    let both = Request::get("/api/v1/status").header("cookie", &cookie).header("authorization", "Bearer x");
    assert_eq!(server.send(both.body(Body::empty()).unwrap()).await.code(), (401, "CS-0502"));
}

#[tokio::test]
async fn a_person_may_do_what_their_roles_say_and_no_more() {
    let server = start().await;
    let (cookie, form) = sign_in(&server, "vera").await;
    let reads = [("GET", "/api/v1/status", "", 200), ("GET", "/api/v1/people", "", 200)];
    let writes = [
        ("POST", "/api/v1/keys", r#"{"workflows": ["first-answers"]}"#, 403),
        ("DELETE", "/api/v1/keys/x", "", 403),
        ("PUT", "/api/v1/switches", r#"{"scope": "all", "state": "off", "reason": "x"}"#, 403),
        ("POST", "/api/v1/people/links", r#"{"person": "vera"}"#, 403),
        ("POST", "/api/v1/configuration/reload", "", 403),
    ];
    for (method, path, body, status) in reads.into_iter().chain(writes) {
        let request = Request::builder().method(method).uri(path).header("cookie", &cookie);
        let request = request.header("x-countersign-form", &form).body(Body::from(body)).unwrap();
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert!(status == 200 || answer.code() == (403, "CS-0501"), "{}", answer.body);
        assert!(
            !path.ends_with("reload") || answer.body.to_string().contains("may not reload"),
            "{}",
            answer.body
        );
    }
}

//! What must not happen.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::server::{Answer as _, start};

#[tokio::test]
async fn nothing_is_shown_or_done_without_a_session() {
    let server = start().await;
    for path in ["/", "/runs", "/runs/x", "/keys", "/configuration", "/spend.csv", "/workflows/first-answers"]
    {
        let answer = server.get(path, "cs_session=guess").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/sign-in"), "{path}");
        assert!(answer.body.is_empty(), "{path}");
    }
    for path in ["/find.json?q=a", "/events"] {
        assert_eq!(server.get(path, "").await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in ["/switch", "/keys", "/keys/x/revoke", "/people/x/invite", "/sign-out", "/account"] {
        let answer = server.post(path, "", "scope=all&state=off&reason=x").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.body.contains("Nothing was changed"), "{path}: {}", answer.body);
    }
    assert!(server.plane.switches().is_empty());
}

#[tokio::test]
async fn a_form_after_the_session_leads_back_to_where_it_was() {
    let server = start().await;
    for (from, way) in [
        ("http://here/switch?scope=all", "/sign-in?next=%2Fswitch%3Fscope%3Dall"),
        ("http://here/", "/sign-in"),
        ("http://elsewhere//evil.example/x", "/sign-in"),
        ("nonsense", "/sign-in"),
    ] {
        let request = Request::post("/switch")
            .header("host", "here")
            .header("origin", "http://here")
            .header("referer", from)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("scope=all"));
        let answer = server.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{from}");
        assert!(answer.body.contains(&format!("href=\"{way}\"")), "{from}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_form_needs_its_token_and_this_site() {
    let server = start().await;
    let cookie = server.sign_in().await;
    let forms = [
        "/switch",
        "/keys",
        "/keys/x/revoke",
        "/people/x/invite",
        "/people/x/sign-out",
        "/sign-out",
        "/account",
    ];
    for path in forms {
        let answer = server.post(path, &cookie, "token=guess&scope=all&state=off&reason=x").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.body.contains("CS-0508"), "{path}: {}", answer.body);
    }
    let token = server.token(&cookie).await;
    let body = format!("token={token}&scope=all&state=off&reason=x");
    let foreign = Request::post("/switch")
        .header("cookie", &cookie)
        .header("host", "here")
        .header("origin", "http://elsewhere")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body));
    assert_eq!(server.send(foreign.unwrap()).await.status, StatusCode::FORBIDDEN);
    assert!(server.plane.switches().is_empty());
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let server = start().await;
    let cookie = server.sign_in().await;
    for path in ["/", "/runs", "/workflows/nobody", "/find.json", "/sign-in", "/sign-in/link/none"] {
        let answer = server.get(path, &cookie).await;
        let policy =
            answer.headers.get("content-security-policy").map(|value| value.to_str().unwrap().to_owned());
        let policy = policy.unwrap_or_else(|| panic!("{path} has no policy"));
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["cache-control"], "private, no-store", "{path}");
    }
}

#[tokio::test]
async fn a_code_is_explained_to_anyone_and_in_the_frame_to_whoever_is_signed_in() {
    let server = start().await;
    let cookie = server.sign_in().await;
    for (cookie, framed) in [("", false), ("cs_session=guess", false), (cookie.as_str(), true)] {
        for path in ["/errors", "/errors/CS-0205", "/errors/cs-0205"] {
            let answer = server.get(path, cookie).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            assert!(answer.body.contains("CS-0205") && answer.body.contains("Model not allowed"), "{path}");
            assert_eq!(answer.body.contains("class=\"rail\""), framed, "{path}");
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("default-src 'none'"), "{path}");
        }
    }
    let none = server.get("/errors/CS-9999", "").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert!(none.body.contains("href=\"/errors/CS-0504\""), "{}", none.body);
}

#[tokio::test]
async fn what_is_not_there_is_said_inside_the_frame() {
    let server = start().await;
    let cookie = server.sign_in().await;
    for (path, noun) in
        [("/workflows/nobody", "workflow"), ("/runs/nothing", "run"), ("/keys/key_1/revoke", "key")]
    {
        let answer = server.get(path, &cookie).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("CS-0504") && answer.body.contains(noun), "{path}: {}", answer.body);
        assert!(answer.body.contains("class=\"rail\""), "{path}");
    }
}

/// Address, the fields at fault, and what must stand in the page: all that was typed.
const UNREAD: [(&str, &[&str], &[&str]); 13] = [
    ("/runs?min_cost=lots&text=run_1", &["min_cost"], &["value=\"lots\"", "value=\"run_1\""]),
    (
        "/runs?from=soon&status=sad",
        &["from", "status"],
        &["value=\"soon\"", "<option value=\"sad\" selected"],
    ),
    ("/runs?cursor=x&text=run_1", &[], &["value=\"run_1\"", "first page"]),
    (
        "/spend?from=soon&by=model&to=later",
        &["from", "to"],
        &["value=\"soon\"", "value=\"later\"", "<option value=\"model\" selected"],
    ),
    ("/spend?from=2026-11-23&to=2026-11-01", &["from"], &["value=\"2026-11-23\"", "value=\"2026-11-01\""]),
    (
        "/spend?by=mood&period=7d",
        &["by"],
        &["<option value=\"mood\" selected", "<option value=\"7d\" selected"],
    ),
    (
        "/spend?workflow=first-answer&by=key",
        &["workflow"],
        &["value=\"first-answer\"", "did you mean", "value=\"key\" selected"],
    ),
    (
        "/guards?period=week&workflow=first-answers",
        &["period"],
        &["value=\"week\" selected", "value=\"first-answers\" selected"],
    ),
    (
        "/guards?workflow=nobody&to=2026-11-23",
        &["workflow"],
        &["value=\"nobody\" selected", "value=\"2026-11-23\""],
    ),
    (
        "/telemetry?to=2026-02-30&workflow=first-answers",
        &["to"],
        &["value=\"2026-02-30\"", "value=\"first-answers\""],
    ),
    (
        "/telemetry?workflow=Not+A+Name&period=7d",
        &["workflow"],
        &["value=\"Not A Name\"", "value=\"7d\" selected"],
    ),
    ("/audit?action=danced&who=admin", &["action"], &["value=\"danced\" selected", "value=\"admin\""]),
    ("/audit?cursor=x&subject=workflow%2Fa", &[], &["value=\"workflow/a\"", "first page"]),
];

#[tokio::test]
async fn a_filter_that_cannot_be_read_keeps_what_was_typed_and_says_what_is_wrong_at_its_field() {
    let server = start().await;
    let cookie = server.sign_in().await;
    for (path, fields, kept) in UNREAD {
        let answer = server.get(path, &cookie).await;
        let body = &answer.body;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {body}");
        assert!(body.contains("role=\"alert\"") && body.contains("class=\"rail\""), "{path}: {body}");
        assert!(kept.iter().all(|text| body.contains(text)), "{path} keeps {kept:?}: {body}");
        assert_eq!(body.matches("class=\"wrong\"").count(), fields.len(), "{path}: {body}");
        for field in fields {
            assert!(body.contains(&format!("id=\"f-{field}-wrong\"")), "{path}: {body}");
        }
        assert!(!body.contains("<table"), "{path}: rows of another question: {body}");
    }
}

#[tokio::test]
async fn assets_may_be_kept_for_ever() {
    let server = start().await;
    let page = server.get("/sign-in", "").await;
    let sheet = page.between("rel=\"stylesheet\" href=\"", "\"");
    let answer = server.get(&sheet, "").await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.headers["content-type"], "text/css; charset=utf-8");
    let old = server.get("/assets/0000000000000000/app.js", "").await;
    assert_eq!((old.status, &old.headers["cache-control"]), (StatusCode::OK, &"no-cache".parse().unwrap()));
    assert_eq!(server.get("/assets/0/../../etc/passwd", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn changes_are_streamed_without_figures() {
    let server = start().await;
    let cookie = server.sign_in().await;
    let request = Request::get("/events").header("cookie", &cookie).body(Body::empty()).unwrap();
    let response = server.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let token = server.token(&cookie).await;
    server.post("/switch", &cookie, &format!("token={token}&scope=all&state=off&reason=drill")).await;
    let mut seen = String::new();
    while !seen.contains("event: change\ndata: switches\n") {
        let frame = body.frame().await.expect("the stream goes on").unwrap();
        seen.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
    }
    assert!(!seen.contains("drill"), "{seen}");
}

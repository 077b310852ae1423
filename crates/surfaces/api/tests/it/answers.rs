//! What is read, and that it is what the description says.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::schema;
use crate::server::{TOKEN, start};

fn description() -> Value {
    serde_json::from_str(&api::openapi()).unwrap()
}

#[tokio::test]
async fn every_answer_is_as_documented() {
    let (server, api) = (start().await, description());
    let inference = server.record(1, "ticket 47/11?é").await;
    let run = "ticket%2047%2F11%3F%C3%A9";
    let created = server
        .ask(Request::post("/api/v1/keys"), r#"{"workflows": ["first-answers"], "budget_month": "25"}"#)
        .await;
    assert_eq!(created.status, 201, "{}", created.body);
    let table = [
        ("/api/v1/overview", "/api/v1/overview".to_owned()),
        ("/api/v1/status", "/api/v1/status".into()),
        ("/api/v1/session", "/api/v1/session".into()),
        ("/api/v1/workflows", "/api/v1/workflows?period=7d".into()),
        ("/api/v1/workflows/{id}", "/api/v1/workflows/first-answers".into()),
        ("/api/v1/runs", "/api/v1/runs?workflow=first-answers&status=ok".into()),
        ("/api/v1/runs/{id}", format!("/api/v1/runs/{run}")),
        ("/api/v1/inferences/{id}", format!("/api/v1/inferences/{inference}")),
        ("/api/v1/explain/{id}", format!("/api/v1/explain/{run}")),
        ("/api/v1/explain/{id}", format!("/api/v1/explain/{inference}")),
        ("/api/v1/spend", "/api/v1/spend?by=model".into()),
        ("/api/v1/keys", "/api/v1/keys".into()),
        ("/api/v1/switches", "/api/v1/switches".into()),
        ("/api/v1/configuration", "/api/v1/configuration".into()),
        ("/api/v1/providers", "/api/v1/providers".into()),
        ("/api/v1/telemetry", "/api/v1/telemetry?period=7d".into()),
        ("/api/v1/guards", "/api/v1/guards?period=7d&workflow=first-answers".into()),
        ("/api/v1/audit", "/api/v1/audit?limit=5".into()),
        ("/api/v1/price", "/api/v1/price?model=openai/gpt-4o&input=1000&output=10".into()),
        ("/api/v1/people", "/api/v1/people".into()),
        ("/api/v1/openapi.json", "/api/v1/openapi.json".into()),
    ];
    for (path, address) in table {
        let answer = server.get(&address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        assert_eq!(answer.headers["cache-control"], "private, no-store", "{address}");
        if path.ends_with(".json") {
            continue;
        }
        let problems = schema::wrong(&api, &schema::documented(&api, "get", path, 200), &answer.body, "");
        assert!(problems.is_empty(), "{address}: {problems:#?}");
    }
    let found = server.get("/api/v1/find?text=first").await;
    let documented = schema::documented(&api, "get", "/api/v1/find", 200);
    assert_eq!(schema::wrong(&api, &documented, &found.body, ""), Vec::<String>::new());
}

#[tokio::test]
async fn an_inference_is_explained_with_its_owner_its_controls_and_its_bill() {
    let server = start().await;
    let id = server.record(1, "r-1").await;
    let explained = server.get(&format!("/api/v1/explain/{id}")).await.body;
    assert_eq!(explained["workflow"], "first-answers");
    assert_eq!(explained["owner"]["id"], "maya");
    assert_eq!(explained["selected"], id.to_string());
    let call = &explained["inferences"][0];
    assert_eq!(call["controls"][0]["name"], "budget");
    assert_eq!(call["price"][0]["row"], "workspace:simulated/sim-small");
    assert_eq!(call["cost"]["nano"], 1_220_000);
    assert_eq!(server.get(&format!("/api/v1/inferences/{id}")).await.body["id"], id.to_string());
    // A run is not an inference, and an inference is not a run.
    assert_eq!(server.get(&format!("/api/v1/runs/{id}")).await.code(), (404, "CS-0504"));
    assert_eq!(server.get("/api/v1/inferences/r-1").await.code(), (400, "CS-0505"));
    for path in ["runs", "explain"] {
        let own = server.get(&format!("/api/v1/{path}/r-1?workflow=first-answers")).await;
        assert_eq!(own.body["workflow"], "first-answers", "{}", own.body);
        let foreign = server.get(&format!("/api/v1/{path}/r-1?workflow=second")).await;
        assert_eq!(foreign.code(), (404, "CS-0504"));
        assert!(foreign.body.to_string().contains("this id is of first-answers"), "{}", foreign.body);
    }
}

#[tokio::test]
async fn runs_come_page_by_page_and_none_twice() {
    let server = start().await;
    for number in 1..=5 {
        server.record(number, &format!("r-{number}")).await;
    }
    let (mut seen, mut address) = (Vec::new(), "/api/v1/runs?limit=2".to_owned());
    loop {
        let page = server.get(&address).await.body;
        let rows = page["rows"].as_array().unwrap();
        assert!(rows.len() <= 2);
        seen.extend(rows.iter().map(|row| row["run"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => address = format!("/api/v1/runs?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["r-5", "r-4", "r-3", "r-2", "r-1"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name() {
    let server = start().await;
    let table = [
        ("/api/v1/runs?limit=many", 400, "CS-0505"),
        ("/api/v1/runs?status=great", 400, "CS-0505"),
        ("/api/v1/runs?cursor=nonsense", 400, "CS-0505"),
        ("/api/v1/spend?by=colour", 400, "CS-0505"),
        ("/api/v1/spend?from=yesterday", 400, "CS-0505"),
        ("/api/v1/workflows/none", 404, "CS-0504"),
        ("/api/v1/workflows/%ff", 400, "CS-0505"),
        ("/api/v1/explain/none", 404, "CS-0504"),
        ("/api/v1/price?model=openai/none", 404, "CS-0504"),
        ("/api/v1/find", 400, "CS-0505"),
        ("/api/v1/price", 400, "CS-0505"),
        ("/api/v1/nothing", 404, "CS-0504"),
        ("/api/v2", 404, "CS-0504"),
        ("/api", 404, "CS-0504"),
    ];
    for (address, status, code) in table {
        let answer = server.get(address).await;
        assert_eq!(answer.code(), (status, code), "{address}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_path_names_the_methods_it_answers() {
    let server = start().await;
    for (path, allowed) in
        [("/api/v1/status", "GET"), ("/api/v1/keys", "GET, POST"), ("/api/v1/keys/x", "DELETE")]
    {
        let answer = server.ask(Request::patch(path), Body::empty()).await;
        assert_eq!(answer.code(), (405, "CS-0208"), "{path}");
        assert_eq!(answer.headers["allow"], allowed);
    }
}

#[tokio::test]
async fn changes_are_streamed() {
    let server = start().await;
    let request = Request::get("/api/v1/events").header("authorization", format!("Bearer {TOKEN}"));
    let response = server.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let turn = r#"{"scope": "all", "state": "off", "reason": "drill"}"#;
    assert_eq!(server.ask(Request::put("/api/v1/switches"), turn).await.status, 200);
    let mut text = String::new();
    while !text.contains("data: switches") {
        let frame = body.frame().await.expect("the stream goes on").unwrap();
        text += std::str::from_utf8(frame.data_ref().unwrap()).unwrap();
    }
    assert!(text.contains("event: change\n"), "{text}");
}

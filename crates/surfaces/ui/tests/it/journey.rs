//! What people do, from the first link to the last sign-out.

use axum::http::StatusCode;

use crate::server::{Answer as _, session_cookie, start};

#[tokio::test]
async fn every_page_answers_on_the_first_day() {
    let server = start().await;
    let cookie = server.sign_in().await;
    for path in [
        "/",
        "/workflows",
        "/workflows/first-answers",
        "/switch",
        "/switch?scope=all&state=off",
        "/runs",
        "/prompts",
        "/prompts/first-answer",
        "/prompts?period=7d",
        "/spend",
        "/spend?by=day&period=7d",
        "/spend.csv",
        "/keys",
        "/people",
        "/configuration",
        "/providers",
        "/guards",
        "/guards?period=7d",
        "/audit",
        "/find?q=a",
        "/find.json?q=",
        "/account",
    ] {
        let answer = server.get(path, &cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert!(answer.body.len() < 60_000, "{path}");
    }
}

#[tokio::test]
async fn a_run_is_listed_explained_and_found_by_any_id() {
    let server = start().await;
    let cookie = server.sign_in().await;
    let run = "ticket 4711/é <b>";
    let first = server.record(1, run).await;
    server.record(2, run).await;
    let list = server.get("/runs", &cookie).await;
    assert!(list.body.contains("/runs/ticket%204711%2F%C3%A9%20%3Cb%3E"), "{}", list.body);
    assert!(list.body.contains("%3Cb%3E?workflow=first-answers"), "{}", list.body);
    assert!(list.body.contains("ticket 4711/é &lt;b&gt;") && !list.body.contains("<b>é"));
    let page = server.get("/runs/ticket%204711%2F%C3%A9%20%3Cb%3E", &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Call 1"), "{}", page.body);
    let named = server.get("/runs/ticket%204711%2F%C3%A9%20%3Cb%3E?workflow=second", &cookie).await;
    assert_eq!(named.status, StatusCode::NOT_FOUND, "{}", named.body);
    let other = server.get(&format!("/inferences/{first}"), &cookie).await;
    assert!(other.location().ends_with(&format!("?node={first}")), "{}", other.location());
    let workflow = server.get("/workflows/first-answers", &cookie).await;
    assert!(workflow.body.contains("sim-small"), "{}", workflow.body);
    let csv = server.get("/spend.csv", &cookie).await;
    assert!(csv.body.starts_with("key,name,owner,") && csv.body.contains("first-answers"), "{}", csv.body);
}

#[tokio::test]
async fn a_switch_is_turned_with_a_reason_and_says_how_long_it_took() {
    let server = start().await;
    let cookie = server.sign_in().await;
    let token = server.token(&cookie).await;
    let look = server.get("/switch?scope=workflow%2Ffirst-answers&state=off&reason=wrong", &cookie).await;
    assert!(look.body.contains("value=\"wrong\"") && look.body.contains("Turn off"), "{}", look.body);
    assert_eq!(server.plane.switches(), Vec::<String>::new());

    let form = format!("token={token}&scope=workflow%2Ffirst-answers&state=off&reason=");
    let refused = server.post("/switch", &cookie, &form).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("CS-0506") && !refused.body.contains("cs_"), "{}", refused.body);

    let turned = server.post("/switch", &cookie, &format!("{form}wrong+refunds")).await;
    assert_eq!((turned.status, turned.location()), (StatusCode::SEE_OTHER, "/workflows/first-answers"));
    assert_eq!(server.plane.switches(), ["workflow/first-answers off"]);
    let flash = turned.headers.get("set-cookie").unwrap().to_str().unwrap();
    let both = format!("{cookie}; {}", flash.split(';').next().unwrap());
    let page = server.get("/workflows/first-answers", &both).await;
    assert!(page.body.contains("class=\"flash good\"") && page.body.contains("ms"), "{}", page.body);
    assert!(page.headers.get("set-cookie").unwrap().to_str().unwrap().contains("Max-Age=0"), "said once");
    assert!(page.body.contains("wrong refunds"));
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked_after_a_last_look() {
    let server = start().await;
    let cookie = server.sign_in().await;
    let token = server.token(&cookie).await;
    let made = server
        .post("/keys", &cookie, &format!("token={token}&workflows=first-answers&label=desk&expires=90d"))
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let place = made.location().to_owned();
    let held = made.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(held.contains("HttpOnly") && held.contains("Max-Age=60"), "{held}");
    let both = format!("{cookie}; {}", held.split(';').next().unwrap());
    let shown = server.get(&place, &both).await;
    let secret = shown.between("<code id=\"secret\">", "<");
    assert!(secret.starts_with("cs_") && !place.contains(&secret), "{secret}");
    let clears = shown.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(clears.starts_with("cs_created=;") && clears.contains("Max-Age=0"), "{clears}");
    let again = server.get(&place, &cookie).await;
    assert!(again.body.contains("was shown once") && !again.body.contains(&secret), "{}", again.body);
    let list = server.get("/keys", &cookie).await;
    assert!(list.body.contains("desk") && !list.body.contains(&secret));
    assert_eq!(list.body.matches("<tr id=\"key_").count(), 1, "loading it again made no second key");
    let id = list.between("<tr id=\"", "\"");
    assert_eq!(server.get(&format!("/keys/{id}/revoke"), &cookie).await.status, StatusCode::OK);
    let revoked = server.post(&format!("/keys/{id}/revoke"), &cookie, &format!("token={token}")).await;
    assert_eq!(revoked.location(), "/keys", "{}", revoked.body);
    assert!(server.get("/keys", &cookie).await.body.contains("revoked"));
}

#[tokio::test]
async fn signing_in_leads_back_and_signing_out_ends_it() {
    let server = start().await;
    let first = server.sign_in().await;
    let away = server.get("/runs?status=failed", "").await;
    assert_eq!(away.location(), "/sign-in?next=%2Fruns%3Fstatus%3Dfailed");
    let wrong = server.post("/sign-in", "", "name=admin&password=nope&next=%2Fruns").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(
        wrong.body.contains("role=\"alert\"") && wrong.body.contains("value=\"/runs\""),
        "{}",
        wrong.body
    );

    let who = server.get("/people", &first).await.between("span class=\"under\">", "<");
    let form = format!("name={who}&password=four+unrelated+words+here&next=%2Fruns");
    let right = server.post("/sign-in", "", &form).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/runs"), "{}", right.body);
    let second = session_cookie(&right);
    let token = server.token(&second).await;
    assert_eq!(server.post("/sign-out", &second, &format!("token={token}")).await.location(), "/sign-in");
    assert_eq!(server.get("/", &second).await.status, StatusCode::SEE_OTHER);
    assert_eq!(server.get("/", &first).await.status, StatusCode::OK, "other sessions stay");
}

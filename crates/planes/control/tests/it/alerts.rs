//! What makes calls be refused is an alert on every page, each cause once.

use std::sync::atomic::Ordering;

use domain::people::acts;

use crate::house::{House, REPLIES, permit};

fn look() -> domain::people::Permit<acts::Look> {
    permit()
}

#[tokio::test]
async fn an_owner_who_left_is_an_alert_because_calls_are_refused() {
    let house = House::open().await;
    let left = "sql: its owner has left, so its calls are refused";
    let said = house.control.status(&look()).await.unwrap().sentence.to_string();
    assert!(said.starts_with(&format!("Serving 2 workflows; {left}")), "{said}");
    let alerts = house.control.frame(&look()).unwrap().alerts;
    assert_eq!(alerts[0].text, left);
    assert_eq!(alerts[0].action, "name another owner in workflows/sql.toml");
    let attention = house.control.overview(&look()).await.unwrap().attention;
    assert_eq!(attention.iter().filter(|item| item.text == left).count(), 1, "said once: {attention:?}");

    house.write("workflows/other.toml", crate::house::SQL);
    house.control.reload().await.unwrap();
    let alerts = house.control.frame(&look()).unwrap().alerts;
    let text = "other and 1 more: their owner has left, so their calls are refused";
    assert_eq!((alerts.len(), alerts[0].text.as_str()), (1, text), "one for each owner");

    for path in ["workflows/sql.toml", "workflows/other.toml"] {
        house.write(path, &crate::house::SQL.replace("zoe", "maya"));
    }
    house.control.reload().await.unwrap();
    let status = house.control.status(&look()).await.unwrap();
    assert_eq!(status.sentence.to_string(), "Serving 3 workflows; all is well.");
}

#[tokio::test]
async fn a_spent_budget_is_an_alert_unless_calls_go_on_elsewhere() {
    let house = House::open().await;
    let spent = |line: &str| format!("{line}: the day budget is spent (100 %), so calls are refused");
    let texts = || {
        let alerts = house.control.frame(&look()).unwrap().alerts;
        alerts.into_iter().map(|alert| alert.text).filter(|text| text.contains("budget")).collect::<Vec<_>>()
    };
    house.plane.settled.store(39_999_999_999, Ordering::SeqCst);
    assert_eq!(texts(), [""; 0], "some is left");
    house.plane.settled.store(40_000_000_000, Ordering::SeqCst);
    assert_eq!(texts(), [spent("workflow/support-replies")]);
    let attention = house.control.overview(&look()).await.unwrap().attention;
    let said = attention.iter().filter(|item| item.text.contains("the day budget is spent")).count();
    assert_eq!(said, 1, "the first page says it in the row: {attention:?}");

    let economy = REPLIES.replace("warn_at", "at_limit = \"economy\"\nwarn_at");
    house.write("workflows/support-replies.toml", &economy);
    let root = crate::house::ROOT.replace(
        "[routes.standard]",
        "[routes.economy]\ntargets = [{ provider = \"sim\", model = \"sim-small\" }]\n\n[routes.standard]",
    );
    house.write("countersign.toml", &root);
    assert!(house.control.reload().await.unwrap().current);
    assert_eq!(texts(), [""; 0], "calls go to the economy route");
}

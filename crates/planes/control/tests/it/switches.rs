//! Switches are turned once, kept, published, and survive a restart.

use std::sync::atomic::Ordering;

use control::Error;
use control::views::{SwitchTurned, TurnSwitch};
use domain::people::{Role, acts};

use crate::house::{House, permit, person};

pub(crate) fn wish(scope: &str, state: &str, reason: &str) -> TurnSwitch {
    TurnSwitch { scope: scope.into(), state: state.into(), reason: reason.into() }
}

pub(crate) async fn turn(
    house: &House,
    scope: &str,
    state: &str,
    reason: &str,
) -> Result<SwitchTurned, Error> {
    house.control.turn(&permit(), &wish(scope, state, reason)).await
}

async fn code(house: &House, scope: &str, state: &str, reason: &str) -> u16 {
    match turn(house, scope, state, reason).await {
        Err(Error::Refused(refusal)) => refusal.code().number(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn a_turn_is_published_recorded_and_measured() {
    let house = House::open().await;
    house.plane.running.store(12, Ordering::SeqCst);
    let turned = turn(&house, "workflow/support-replies", "off", " wrong answers ").await.unwrap();
    assert_eq!((turned.before.as_str(), turned.state.as_str()), ("on", "off"));
    assert_eq!((turned.by.as_str(), turned.reason.as_str()), ("maya", "wrong answers"));
    assert_eq!(turned.calls_ended, 12);
    assert!(turned.took_micros > 0 && turned.took_micros < 1_000_000, "{turned:?}");
    assert!(turned.words.ends_with("12 running calls were ended"), "{}", turned.words);
    assert_eq!(house.plane.thrown(), ["workflow/support-replies=off"]);
    assert_eq!(house.log().await[0], "maya switch.turned workflow/support-replies");

    let page = house.control.switches(&permit()).await.unwrap();
    assert_eq!(page.rows[0].by.name, "Maya Chen");
    assert_eq!(page.history[0].detail, "on → off: wrong answers");
    let before = house.plane.number();
    turn(&house, "workflow/support-replies", "on", "corrected").await.unwrap();
    assert!(house.plane.thrown().is_empty() && house.plane.number() > before);
}

#[tokio::test]
async fn turning_twice_changes_nothing_the_second_time() {
    let house = House::open().await;
    turn(&house, "all", "off", "drill").await.unwrap();
    let (log, number) = (house.log().await.len(), house.plane.number());
    assert_eq!(code(&house, "all", "off", "drill").await, 507);
    assert_eq!((house.log().await.len(), house.plane.number()), (log, number));
    turn(&house, "all", "off", "a better reason").await.unwrap();
    assert_eq!(code(&house, "provider/sim", "on", "why").await, 507);
}

#[tokio::test]
async fn a_switch_without_reason_or_with_an_unknown_name_is_refused() {
    let house = House::open().await;
    assert_eq!(code(&house, "all", "off", "  ").await, 506);
    assert_eq!(code(&house, "everything", "off", "x").await, 505);
    assert_eq!(code(&house, "all", "broken", "x").await, 505);
    for scope in
        ["workflow/suport-replies", "provider/openai", "model/openai/gpt-4o", "agent/nobody", "prompt/p"]
    {
        assert_eq!(code(&house, scope, "off", "x").await, 504, "{scope}");
    }
    let hint = turn(&house, "workflow/suport-replies", "off", "x").await.unwrap_err().to_string();
    assert!(hint.contains("did you mean \"support-replies\""), "{hint}");
    assert!(house.plane.thrown().is_empty());
    for scope in ["model/sim/any-model", "agent/drafter", "tool/t"] {
        turn(&house, scope, "off", "x").await.unwrap();
    }
}

#[tokio::test]
async fn what_is_off_stays_off_after_a_restart() {
    let house = House::open().await;
    turn(&house, "workflow/sql", "human-only", "broken migrations").await.unwrap();
    let number = house.plane.number();
    let house = house.restart().await;
    assert_eq!(house.plane.thrown(), ["workflow/sql=human-only"]);
    assert!(house.plane.number() >= number);
}

#[tokio::test]
async fn a_workflow_that_is_gone_can_still_be_turned_on() {
    let house = House::open().await;
    turn(&house, "workflow/sql", "off", "x").await.unwrap();
    std::fs::remove_file(house.data().join("../workflows/sql.toml")).unwrap();
    assert!(house.control.reload().await.unwrap().current);
    turn(&house, "workflow/sql", "on", "it is gone").await.unwrap();
    assert_eq!(code(&house, "workflow/sql", "off", "x").await, 504);
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_stop_a_turn() {
    let house = House::open().await;
    turn(&house, "all", "off", "x").await.unwrap();
    house.clock.jump_ms(-3_600_000);
    turn(&house, "all", "on", "y").await.unwrap();
    let house = house.restart().await;
    assert!(house.plane.thrown().is_empty(), "the newest turn is the one that is stored");
}

#[tokio::test]
async fn a_panel_says_what_turning_would_do() {
    let house = House::open().await;
    house.plane.running.store(3, Ordering::SeqCst);
    let panel = house.control.switch_panel(&permit(), "workflow/support-replies").unwrap();
    assert_eq!(panel.consequence, "3 running calls end now; from then on no key serves it.");
    turn(&house, "all", "fallback", "drill").await.unwrap();
    let panel = house.control.switch_panel(&permit(), "workflow/support-replies").unwrap();
    assert_eq!((panel.state.as_str(), panel.wider.map(|wider| wider.scope)), ("on", Some("all".into())));
}

#[tokio::test]
async fn who_may_turn_a_switch() {
    let may = |role| person("x", &[role]).permit::<acts::Switch>().is_ok();
    let allowed: Vec<&str> = Role::ALL.into_iter().filter(|role| may(*role)).map(Role::as_str).collect();
    assert_eq!(allowed, ["admin", "owner", "approver"]);
}

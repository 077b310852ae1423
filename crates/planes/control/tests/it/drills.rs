//! A drill proves a switch, costs a moment, goes on record, and never undoes a person's turn.

use std::sync::atomic::Ordering;

use control::Error;
use control::views::{DrillSwitch, DrillView, PeriodQuery};
use domain::switch::drill::REASON;

use crate::house::{House, eventually, permit, person};
use crate::switches::turn;

const SCOPE: &str = "workflow/support-replies";

async fn drill(house: &House, scope: &str) -> Result<DrillView, Error> {
    house
        .control
        .drill(&person("maya", &[domain::people::Role::Admin]), &DrillSwitch { scope: scope.into() })
        .await
}

async fn code(house: &House, scope: &str) -> u16 {
    match drill(house, scope).await {
        Err(Error::Refused(refusal)) => refusal.code().number(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Waits until a drill has turned the switch off.
async fn is_off(house: &House) {
    eventually("the drill to turn it off", async || (!house.plane.thrown().is_empty()).then_some(())).await;
}

#[tokio::test]
async fn a_drill_turns_off_measures_turns_back_and_is_recorded() {
    let house = House::open().await;
    house.plane.running.store(2, Ordering::SeqCst);
    let before = house.plane.number();
    let drilled = drill(&house, SCOPE).await.unwrap();
    assert!(house.plane.thrown().is_empty() && house.plane.number() == before + 2);
    assert_eq!((drilled.scope.as_str(), drilled.by.name.as_str()), (SCOPE, "Maya Chen"));
    let (refused, ended) = (drilled.refused_micros.unwrap(), drilled.ended_micros.unwrap());
    assert!(0 < refused && refused <= ended && ended <= 1_000_000, "{drilled:?}");
    assert!(drilled.calls_ended == 2 && drilled.off_micros.is_some(), "{drilled:?}");

    assert_eq!(
        house.log().await[..3],
        [
            "maya switch.drilled workflow/support-replies",
            "maya switch.turned workflow/support-replies",
            "maya switch.turned workflow/support-replies",
        ]
    );
    let page = house.control.switches(&permit()).await.unwrap();
    assert_eq!((page.history.len(), &page.history[0].detail), (3, &drilled.words));
    assert_eq!(page.history[1].detail, "off → on: the drill is over");
    assert!(page.history[2].detail.starts_with("on → off: drill: "), "{}", page.history[2].detail);
    drill(&house, "all").await.unwrap();
    let newest = drill(&house, SCOPE).await.unwrap();
    let drills = house.control.status(&permit()).await.unwrap().drills;
    let scopes: Vec<_> = drills.iter().map(|drill| drill.scope.as_str()).collect();
    assert_eq!((scopes, &drills[0]), (vec![SCOPE, "all"], &newest));
}

#[tokio::test]
async fn a_workflow_that_was_never_drilled_says_so_and_then_when() {
    let house = House::open().await;
    let page = async || {
        let page =
            house.control.workflow(&permit(), "support-replies", &PeriodQuery::default()).await.unwrap();
        (page.switch_weakness.map(|weakness| weakness.kind), page.last_drill, page.switch_history.len())
    };
    assert_eq!(page().await, (Some("never-drilled".to_owned()), None, 0));
    let drilled = drill(&house, SCOPE).await.unwrap();
    assert_eq!(page().await, (None, Some(drilled), 3));
}

#[tokio::test]
async fn what_can_not_be_drilled_is_left_as_it_is() {
    let house = House::open().await;
    turn(&house, "workflow/sql", "fallback", "x").await.unwrap();
    turn(&house, "agent/drafter", "off", "x").await.unwrap();
    let (log, board) = (house.log().await.len(), house.plane.thrown());
    for scope in ["workflow/sql", "agent/drafter"] {
        assert_eq!(code(&house, scope).await, 510, "{scope}");
    }
    for (scope, expected) in
        [("everything", 505), ("workflow/none", 504), ("prompt/p", 504), ("provider/openai", 504)]
    {
        assert_eq!(code(&house, scope).await, expected, "{scope}");
    }
    assert_eq!((house.log().await.len(), house.plane.thrown()), (log, board));
    turn(&house, "all", "off", "x").await.unwrap();
    assert_eq!(code(&house, SCOPE).await, 510, "a wider switch refuses its calls already");
}

#[tokio::test]
async fn a_drill_fails_where_calls_do_not_end_and_turns_back_all_the_same() {
    let house = House::open().await;
    house.plane.running.store(2, Ordering::SeqCst);
    house.plane.stuck.store(1, Ordering::SeqCst);
    let drilled = drill(&house, SCOPE).await.unwrap();
    assert_eq!((drilled.outcome.as_str(), drilled.ended_micros, drilled.calls_ended), ("failed", None, 1));
    assert!(drilled.words.contains("1 of 2 running calls not ended in time"), "{}", drilled.words);
    assert!(house.plane.thrown().is_empty());
}

#[tokio::test]
async fn a_turn_during_a_drill_is_not_held_up_and_holds() {
    let house = House::open().await;
    house.plane.stuck.store(1, Ordering::SeqCst);
    let meanwhile = async {
        is_off(&house).await;
        turn(&house, SCOPE, "off", "real trouble").await.unwrap()
    };
    let (drilled, turned) = tokio::join!(drill(&house, SCOPE), meanwhile);
    assert!(turned.took_micros < 900_000, "{turned:?}");
    let drilled = drilled.unwrap();
    assert!(drilled.off_micros.is_none() && drilled.words.ends_with("meanwhile"), "{}", drilled.words);
    let rows = house.control.switches(&permit()).await.unwrap().rows;
    assert_eq!((rows.len(), rows[0].reason.as_str()), (1, "real trouble"));
}

#[tokio::test]
async fn a_server_that_dies_in_a_drill_starts_with_the_scope_off_and_says_why() {
    let house = House::open().await;
    house.plane.stuck.store(1, Ordering::SeqCst);
    tokio::select! {
        ended = drill(&house, SCOPE) => panic!("the drill ended: {ended:?}"),
        () = is_off(&house) => {}
    }
    let house = house.restart().await;
    assert_eq!(house.plane.thrown(), ["workflow/support-replies=off"]);
    let frame = house.control.frame(&permit()).unwrap();
    assert_eq!(frame.switches[0].reason, REASON);
    assert!(frame.alerts[0].text.contains("ended during the drill: turn it on"), "{:?}", frame.alerts);
    assert_eq!(code(&house, SCOPE).await, 510);
    turn(&house, SCOPE, "on", "it was a drill").await.unwrap();
    assert_eq!(drill(&house, SCOPE).await.unwrap().outcome, "passed");
}

#[tokio::test]
async fn a_database_that_comes_back_during_a_drill_loses_neither_turn() {
    let house = House::open().await;
    let held = house.store.begin("hold up every other write").await.unwrap();
    let back = async {
        is_off(&house).await;
        drop(held);
    };
    let (drilled, ()) = tokio::join!(drill(&house, SCOPE), back);
    let drilled = drilled.unwrap();
    assert_eq!(drilled.outcome, "failed", "new calls were served until the database was given up");
    assert!(drilled.refused_micros.unwrap() > 50_000 && drilled.off_micros.is_some(), "{drilled:?}");
    let log = house.store.audit_of(SCOPE, 9).await.unwrap();
    assert_eq!((log.len(), &log[0].detail), (3, &drilled.words));
    let house = house.restart().await;
    assert!(house.plane.thrown().is_empty(), "what was turned back stays on");
}

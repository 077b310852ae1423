//! Switches are turned once, kept, published, and survive a restart.

use std::sync::atomic::Ordering;

use control::Error;
use control::views::{SwitchTurned, TurnSwitch};
use domain::people::Role;

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
    house.control.turn(&person("maya", &[Role::Admin]), &wish(scope, state, reason)).await
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
    assert_eq!(panel.consequence, "3 running calls end now. New calls get 503, but no key serves it.");
    turn(&house, "all", "fallback", "drill").await.unwrap();
    let panel = house.control.switch_panel(&permit(), "workflow/support-replies").unwrap();
    assert_eq!((panel.state.as_str(), panel.wider.map(|wider| wider.scope)), ("on", Some("all".into())));
}

/// Rows of the workspace that the next test's words follow from.
const ROUTES: &str = r#"
[providers.other]
api = "simulated"

[routes.safe]
targets = [{ provider = "other", model = "m" }]

[routes.guarded]
targets = [{ provider = "sim", model = "sim-small" }]
fallback = ["safe"]
"#;

#[tokio::test]
async fn the_words_follow_from_scope_state_setting_and_routes() {
    let house = House::open().await;
    let guarded =
        crate::house::SQL.replace("owner = \"zoe\"", "owner = \"tom\"").replace("standard", "guarded");
    house.write("workflows/guarded.toml", &guarded);
    house.write(
        "workflows/sql.toml",
        &format!("{}\n[fallback]\nthen = \"off\"\n", crate::house::SQL.replace("\"zoe\"", "\"tom\"")),
    );
    for (on_switch, ends) in
        [("cut", "2 running calls end now. "), ("finish", "2 running calls may finish. ")]
    {
        let gateway = format!("\n[gateway]\non_switch = \"{on_switch}\"\n");
        house.write("countersign.toml", &format!("{}{ROUTES}{gateway}", crate::house::ROOT));
        let view = house.control.reload().await.unwrap();
        assert!(view.current, "{view:?}");
        house.plane.stuck.store(2, Ordering::SeqCst);
        let finish = "2 running calls may finish. ";
        let people = "people do the work until it is turned on again.";
        let named = "Calls that ask for it by name get 503.";
        let table = [
            ("workflow/guarded", "off", ends, "New calls get 503, but no key serves it.".to_owned()),
            ("workflow/guarded", "fallback", finish, "New calls are answered by the fallbacks of their route.".into()),
            (
                "workflow/support-replies",
                "fallback",
                finish,
                format!("New calls get 409 and the owner's name, because there is no fallback: {people}"),
            ),
            ("workflow/sql", "fallback", finish, "New calls get 503, because there is no fallback.".into()),
            (
                "workflow/sql",
                "human-only",
                ends,
                format!("New calls get 409 and the owner's name, but no key serves it: {people}"),
            ),
            ("workflow/sql", "on", "", "Calls are answered again, but no key serves it.".into()),
            (
                "model/sim/sim-small",
                "off",
                ends,
                format!("New calls go to other targets by the route guarded. New calls by the route standard get 503: there is no other target. {named}"),
            ),
            (
                "provider/other",
                "fallback",
                finish,
                format!("New calls go to other targets by the route guarded. New calls by the route safe get 503: there is no other target. {named}"),
            ),
            (
                "model/sim/sim-small",
                "human-only",
                ends,
                "New calls go to other targets by the route guarded. New calls by the route standard get 409 and the owner's name: there is no other target. Calls that ask for it by name get 409 and the owner's name.".into(),
            ),
            ("provider/sim", "on", "", "New calls may go there again.".into()),
            (
                "tool/refund",
                "off",
                "",
                "Calls that offer the tool go on without it. A call of it in an answer is blocked. Nothing that runs is ended.".into(),
            ),
        ];
        for (scope, state, running, new) in table {
            let panel = house.control.switch_panel(&permit(), scope).unwrap();
            let one = panel.consequences.iter().find(|one| one.state == state).unwrap();
            assert_eq!(one.words, format!("{running}{new}"), "{scope} to {state} with {on_switch}");
        }
    }
}

#[tokio::test]
async fn owner_and_deputy_turn_their_own_whatever_their_role_and_an_owner_nothing_else() {
    let house = House::open().await;
    let table = [
        ("tom", Role::Viewer, "workflow/support-replies", true),
        ("maya", Role::Finance, "workflow/support-replies", true),
        ("tom", Role::Owner, "workflow/sql", false),
        ("tom", Role::Owner, "all", false),
        ("tom", Role::Owner, "provider/sim", false),
        ("vic", Role::Viewer, "workflow/support-replies", false),
        ("vic", Role::Approver, "all", true),
        ("vic", Role::Admin, "workflow/support-replies", true),
    ];
    for (name, role, scope, may) in table {
        let who = person(name, &[role]);
        let look = who.permit().unwrap();
        let panel = house.control.switch_panel(&look, scope).unwrap();
        assert_eq!(panel.may_turn, may, "{name} as {role:?} over {scope}");
        let turned = house.control.turn(&who, &wish(scope, "off", "x")).await;
        assert_eq!(turned.is_ok(), may, "{name} as {role:?} over {scope}");
        if may {
            house.control.turn(&who, &wish(scope, "on", "x")).await.unwrap();
        } else {
            assert!(matches!(turned, Err(Error::Refused(refusal)) if refusal.code().number() == 501));
            let drilled =
                house.control.drill(&who, &control::views::DrillSwitch { scope: scope.into() }).await;
            assert!(drilled.is_err(), "{name} as {role:?} drills {scope}");
        }
    }
    let panel = house.control.switch_panel(&permit(), "workflow/support-replies").unwrap();
    let names: Vec<&str> = panel.turners.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Tom Ode", "Maya Chen"]);
}

#[tokio::test]
async fn the_audit_log_is_searched_by_id_name_or_mail_address() {
    let house = House::open().await;
    turn(&house, "workflow/support-replies", "off", "wrong answers").await.unwrap();
    for who in ["maya", "Maya Chen", "maya chen", "maya@acme.example"] {
        let query = control::views::AuditQuery { who: Some(who.into()), ..Default::default() };
        let page = house.control.audit(&permit(), &query).await.unwrap();
        assert_eq!((page.rows.len(), page.rows[0].who.as_str()), (1, "maya"), "{who}");
    }
    let query = control::views::AuditQuery { who: Some("nobody".into()), ..Default::default() };
    assert!(house.control.audit(&permit(), &query).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_thrown_switch_needs_the_owner_of_what_it_turned() {
    let house = House::open().await;
    turn(&house, "workflow/support-replies", "off", "wrong answers").await.unwrap();
    turn(&house, "provider/sim", "off", "slow").await.unwrap();
    let alerts = house.control.frame(&permit()).unwrap().alerts;
    let owner = |scope: &str| {
        let one = alerts.iter().find(|one| one.text.starts_with(scope)).unwrap();
        assert!(one.action.ends_with("Maya Chen turned it"), "{}", one.action);
        one.owner.as_ref().map(|owner| owner.id.clone())
    };
    assert_eq!(owner("workflow/support-replies"), Some("tom".into()));
    assert_eq!(owner("provider/sim"), None);
}

//! The database goes away: switches can still be turned, and nothing is forgotten.

use std::sync::Arc;

use control::views::TurnSwitch;
use db::Target;
use testkit::{ManualClock, postgres};

use crate::facts::fact;
use crate::house::{House, admin, eventually, permit, person, write};
use crate::keys::new_key;
use crate::switches::turn;

#[tokio::test]
async fn a_switch_is_turned_without_the_database_and_stays_turned() {
    let mut server = postgres();
    let target = Target::Postgres(server.fresh());
    let house = House::open_on(target.clone()).await;
    let made = house.control.create_key(&admin(), &new_key()).await.unwrap();
    turn(&house, "workflow/sql", "off", "before").await.unwrap();
    server.stop();

    let turned = turn(&house, "all", "off", "while it was away").await.unwrap();
    assert!(turned.took_micros < 1_000_000, "{turned:?}");
    assert_eq!(house.plane.thrown(), ["all=off", "workflow/sql=off"]);
    assert!(house.control.readiness().ready && house.control.readiness().checks[2].detail.contains("wait"));

    let (folder, clock) = house.close().await;
    let house = House::start(folder, clock, Some(target)).await.unwrap();
    assert_eq!(house.plane.thrown(), ["all=off", "workflow/sql=off"], "a restart without database stays off");
    assert_eq!(house.plane.keys().iter().next().map(|key| key.id.to_string()), Some(made.id));

    server.start();
    house.watch();
    eventually("the entry to be written", async || {
        let log = house.store.audit_of("all", 9).await.ok()?;
        log.first().map(|entry| entry.detail.clone()).filter(|detail| detail.ends_with("while it was away"))
    })
    .await;
    eventually("the queue to be empty", async || {
        house.control.readiness().checks[2].detail.contains("every change").then_some(())
    })
    .await;
    // The server was killed with its last commits: what it lost is written again.
    eventually("both switches to be stored", async || {
        let stored = house.store.switches().await.ok()?;
        let scopes: Vec<_> = stored.iter().map(|one| one.scope.to_string()).collect();
        (scopes == ["all", "workflow/sql"]).then_some(())
    })
    .await;
    eventually("the key to be stored", async || (house.store.keys().await.ok()?.len() == 1).then_some(()))
        .await;
    assert_eq!(house.plane.thrown(), ["all=off", "workflow/sql=off"]);
    eventually("the copy to hold nothing that waits", async || {
        let mirror = std::fs::read_to_string(house.data().join("switches.json")).ok()?;
        mirror.contains("\"waiting\":[]").then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test]
async fn a_key_is_revoked_without_the_database_and_stays_revoked() {
    let mut server = postgres();
    let target = Target::Postgres(server.fresh());
    let house = House::open_on(target.clone()).await;
    let made = house.control.create_key(&admin(), &new_key()).await.unwrap();
    let ended = |house: &House| house.plane.keys().iter().next().and_then(|key| key.revoked);
    server.stop();

    let revoked = house.control.revoke_key(&admin(), &made.id).await.unwrap();
    assert_eq!(revoked.record, "copied");
    assert!(revoked.words.ends_with("; the database is away, its record follows"), "{}", revoked.words);
    let at = ended(&house);
    assert!(at.is_some(), "it is in force at once");
    let again = house.control.revoke_key(&admin(), &made.id).await.unwrap();
    assert_eq!((again.record.as_str(), again.row.revoked), ("copied", revoked.row.revoked));

    let (folder, clock) = house.close().await;
    let house = House::start(folder, clock, Some(target.clone())).await.unwrap();
    assert_eq!(ended(&house), at, "a restart without database keeps it revoked");

    let (folder, clock) = house.close().await;
    server.start();
    let house = House::start(folder, clock, Some(target)).await.unwrap();
    assert_eq!(ended(&house), at, "and so does one that finds a database which does not know yet");
    house.watch();
    eventually("the end to be stored", async || {
        let stored = house.store.keys().await.ok()?;
        stored.first().filter(|key| key.revoked == at).map(drop)
    })
    .await;
    let log = house.store.audit_of(&made.id, 9).await.unwrap();
    assert!(log.iter().any(|one| (one.who.as_str(), one.action.as_str()) == ("maya", "key.revoked")));
    house.close().await;
}

#[tokio::test]
async fn the_status_is_told_without_the_database_and_says_what_waits() {
    let mut server = postgres();
    let (control, records) = (Target::Postgres(server.fresh()), Target::Postgres(server.fresh()));
    let (folder, clock) = House::open().await.close().await;
    let house = House::start_with(folder, clock, Some(control), records).await.unwrap();
    let now = house.clock.shared().now();
    house.record([fact(1, "r-1", now)]).await;
    let status = house.control.status(&permit()).await.unwrap();
    assert_eq!((status.missing, status.gateway.calls_last_hour), (None, Some(1)));
    server.stop();

    turn(&house, "all", "off", "while it was away").await.unwrap();
    let status = house.control.status(&permit()).await.unwrap();
    let missing = status.missing.unwrap();
    assert!(missing.starts_with("the database is away") && missing.contains("wait for it"), "{missing}");
    assert!(status.sentence.to_string().contains(&missing), "{}", status.sentence);
    assert_eq!((status.gateway.calls_last_hour, status.gateway.today), (None, None));
    let known: Vec<_> = status.workflows.iter().map(|one| (one.id.as_str(), one.calls)).collect();
    assert_eq!(known.len(), 2);
    assert!(known.iter().all(|(_, calls)| calls.is_none()), "{known:?}");
    assert_eq!(status.switches[0].scope, "all", "what is off is told all the same");
    house.close().await;
}

#[tokio::test]
async fn a_turn_that_can_be_kept_nowhere_is_in_force_and_says_so() {
    let house = House::open().await;
    assert_eq!(turn(&house, "workflow/sql", "off", "before").await.unwrap().record, "kept");
    house.store.close().await;
    let copied = turn(&house, "workflow/sql", "on", "without the database").await.unwrap();
    assert_eq!(copied.record, "copied");
    assert!(copied.words.ends_with("; the database is away, its record follows"), "{}", copied.words);

    std::fs::create_dir(house.data().join("switches.json.new")).unwrap();
    let nowhere = turn(&house, "workflow/sql", "off", "and without the disk").await.unwrap();
    assert_eq!((nowhere.record.as_str(), nowhere.state.as_str()), ("nowhere", "off"));
    assert!(nowhere.words.contains("in force on this server, not yet on record"), "{}", nowhere.words);
    assert_eq!(house.plane.thrown(), ["workflow/sql=off"]);
    house.close().await;
}

#[tokio::test]
async fn what_one_server_does_reaches_the_other_on_the_same_database() {
    let mut server = postgres();
    let target = Target::Postgres(server.fresh());
    let (one, other) = (House::open_on(target.clone()).await, House::open_on(target).await);
    other.watch();
    let made = one.control.create_key(&admin(), &new_key()).await.unwrap();
    turn(&one, "workflow/support-replies", "off", "everywhere").await.unwrap();
    eventually("the switch", async || (!other.plane.thrown().is_empty()).then_some(())).await;
    eventually("the key", async || {
        other.plane.keys().iter().find(|key| key.id.to_string() == made.id).cloned()
    })
    .await;
    one.control.revoke_key(&admin(), &made.id).await.unwrap();
    eventually("the revocation", async || {
        other.plane.keys().iter().find(|key| key.revoked.is_some()).cloned()
    })
    .await;
    let on =
        TurnSwitch { scope: "workflow/support-replies".into(), state: "on".into(), reason: "done".into() };
    other.control.turn(&person("maya", &[domain::people::Role::Admin]), &on).await.unwrap();
    one.watch();
    eventually("the switch to be on again", async || one.plane.thrown().is_empty().then_some(())).await;
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_damaged_mirror_is_no_obstacle_while_the_database_answers() {
    let house = House::open().await;
    turn(&house, "all", "off", "x").await.unwrap();
    let (folder, clock) = house.close().await;
    write(folder.path(), "data/switches.json", "{");
    let clock: ManualClock = clock;
    let house = House::start(Arc::clone(&folder), clock, None).await.unwrap();
    assert_eq!(house.plane.thrown(), ["all=off"]);
    house.close().await;
}

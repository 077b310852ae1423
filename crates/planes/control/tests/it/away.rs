//! The database goes away: switches can still be turned, and nothing is forgotten.

use std::sync::Arc;

use control::views::TurnSwitch;
use db::Target;
use testkit::{ManualClock, postgres};

use crate::house::{House, eventually, permit, person, write};
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

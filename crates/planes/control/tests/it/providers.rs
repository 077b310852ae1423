//! How the providers are doing, as a page and as something that needs a person.

use control::views::{SubjectKind, Tone};
use domain::ids::ProviderId;
use domain::people::acts;
use domain::routing::{Class, Effect, Lane, Reading, Trouble};

use crate::facts::fact;
use crate::house::{House, permit};

fn look() -> domain::people::Permit<acts::Look> {
    permit()
}

fn lane(provider: &str, credential: &str) -> Lane {
    Lane {
        provider: ProviderId::new(provider).unwrap(),
        credential: Some(credential.to_owned()),
        model: "sim-small".to_owned(),
    }
}

/// One call today, one lane that is well, one whose credential was refused, one of a provider that
/// is not in the workspace any more.
async fn ill() -> House {
    let house = House::open().await;
    let now = house.clock.shared().now();
    house.record([fact(1, "r-1", now)]).await;
    {
        let mut health = house.plane.health.lock().unwrap();
        let mut reading = Reading::default();
        reading.header("x-ratelimit-remaining-requests", "41", now);
        health.succeeded(&lane("sim", "env:ONE"), now, &reading, now);
        health.succeeded(&lane("gone", "env:OLD"), now, &Reading::default(), now);
        let trouble = Trouble {
            class: Class::Credential,
            what: "401 authentication_error".to_owned(),
            effect: Effect::None,
            retry_at: None,
        };
        health.failed(&lane("sim", "env:TWO"), (&trouble, now), &Reading::default(), now);
    }
    house
}

#[tokio::test]
async fn providers_show_their_lanes_what_they_answered_and_what_moved() {
    let house = ill().await;
    let page = house.control.providers(&look()).await.unwrap();
    assert_eq!(page.sentence.to_string(), "1 provider; sim: 1 of 2 lanes are ready.");
    let names: Vec<_> =
        page.providers.iter().map(|one| (one.id.as_str(), one.api.as_str(), one.tone)).collect();
    assert_eq!(names, [("gone", "", Tone::Good), ("sim", "simulated", Tone::Warn)]);
    let sim = &page.providers[1];
    let lanes: Vec<_> =
        sim.lanes.iter().map(|lane| (lane.credential.as_deref(), lane.breaker.as_str())).collect();
    assert_eq!(lanes, [(Some("env:ONE"), "closed"), (Some("env:TWO"), "open")]);
    assert_eq!((sim.lanes[0].well, sim.lanes[0].quota[0].remaining), (1, 41));
    assert_eq!(sim.lanes[1].cause.as_deref(), Some("credential: 401 authentication_error"));
    assert_eq!((sim.today[0].model.as_str(), sim.today[0].calls), ("sim-small", 1));
    let moved = &page.moves[0];
    assert_eq!((moved.lane.as_str(), moved.to.as_str()), ("sim/sim-small with env:TWO", "open"));
}

#[tokio::test]
async fn a_refused_credential_needs_a_person() {
    let house = ill().await;
    let page = house.control.overview(&look()).await.unwrap();
    let item = page.attention.iter().find(|item| item.text.contains("breaker")).unwrap();
    assert_eq!(item.text, "the breaker of sim/sim-small with env:TWO is open: 401 authentication_error");
    assert_eq!((item.tone, item.action.as_str()), (Tone::Bad, "put a good key where this one is read from"));
    assert_eq!(item.about.as_ref().map(|about| about.kind), Some(SubjectKind::Provider));
}

#[tokio::test]
async fn a_provider_that_is_dead_stays_on_every_page_until_a_call_succeeds() {
    let house = House::open().await;
    let now = house.clock.shared().now();
    let long_ago = now.plus_ms(-20 * 60_000);
    let trouble = Trouble {
        class: Class::Unsent,
        what: "connection refused".to_owned(),
        effect: Effect::None,
        retry_at: None,
    };
    for _ in 0..20 {
        let mut health = house.plane.health.lock().unwrap();
        health.failed(&lane("sim", "env:ONE"), (&trouble, long_ago), &Reading::default(), long_ago);
    }
    let said = async || {
        let page = house.control.overview(&look()).await.unwrap();
        let items = page.attention.into_iter().filter(|item| item.text.contains("sim/sim-small"));
        items.map(|item| item.text).collect::<Vec<_>>()
    };
    let lanes = house.control.providers(&look()).await.unwrap();
    assert_eq!(lanes.providers[0].lanes[0].breaker, "open");
    assert_eq!(
        said().await,
        ["sim/sim-small with env:ONE failed last, and a call may try it again: connection refused"]
    );
    let frame = house.control.frame(&look()).unwrap();
    assert!(
        frame.alerts.iter().any(|alert| alert.text.contains("sim/sim-small")),
        "the status line says it too: {:?}",
        frame.alerts
    );
    {
        let mut health = house.plane.health.lock().unwrap();
        for _ in 0..20 {
            health.succeeded(&lane("sim", "env:ONE"), now, &Reading::default(), now);
        }
    }
    assert!(said().await.is_empty());
}

//! What each context promises, on both engines.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::audit::{Action, Entry};
use domain::budget::Budget;
use domain::ids::{AgentId, AuditId, KeyId, PersonId, SessionId, WorkflowId};
use domain::keys::Key;
use domain::limits::Limits;
use domain::money::NanoUsd;
use domain::switch::{State, Switch};
use store::{AuditFilter, Link, OpenSession, Part, Revisions, Store, StoredSession};

use crate::engines::on_both;

const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);

fn maya() -> PersonId {
    PersonId::new("maya").unwrap()
}

fn key(number: u8) -> Key {
    Key {
        id: KeyId::new(NOW.plus_ms(i64::from(number)), [number; 10]),
        hash: [number; 32],
        label: format!("key {number}"),
        workflows: vec![WorkflowId::new("a").unwrap(), WorkflowId::new("b").unwrap()],
        agent: Some(AgentId::new("drafter").unwrap()),
        created_by: "maya".into(),
        created: NOW,
        expires: Some(NOW.plus_ms(1)),
        revoked: None,
        limits: Limits { concurrent: Some(3), ..Limits::default() },
        budget: Budget { day: Some(NanoUsd::from_nano(7)), warn_at: vec![80], ..Budget::default() },
    }
}

#[tokio::test]
async fn a_key_comes_back_as_it_was_and_is_revoked_once() {
    on_both(async |store: Store| {
        let (first, second) = (key(1), Key { agent: None, expires: None, ..key(2) });
        let mut tx = store.begin("test").await.unwrap();
        tx.add_key(&first).await.unwrap();
        tx.add_key(&second).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.keys().await.unwrap(), [second.clone(), first.clone()]);
        let mut tx = store.begin("test").await.unwrap();
        assert!(tx.revoke_key(first.id, "tom", NOW).await.unwrap());
        assert!(!tx.revoke_key(first.id, "tom", NOW.plus_ms(9)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(store.keys().await.unwrap()[1].revoked, Some(NOW));
        let mut tx = store.begin("test").await.unwrap();
        let third = Key { revoked: Some(NOW), ..key(3) };
        for lost in [&first, &third, &Key { revoked: Some(NOW), ..second.clone() }] {
            tx.restore_key(lost).await.unwrap();
        }
        tx.commit().await.unwrap();
        let revoked: Vec<_> = store.keys().await.unwrap().iter().map(|key| key.revoked.is_some()).collect();
        assert_eq!(revoked, [true, true, true], "a key that was restored without its end keeps it");
        let mut tx = store.begin("test").await.unwrap();
        let conflict = tx.add_key(&Key { id: key(4).id, ..first }).await.unwrap_err();
        assert!(conflict.is_conflict(), "two keys can't have one secret");
    })
    .await;
}

#[tokio::test]
async fn a_late_turn_does_not_undo_a_newer_one() {
    on_both(async |store: Store| {
        let turned = |state, ms| Switch {
            scope: "workflow/a".parse().unwrap(),
            state,
            reason: "why".into(),
            by: "maya".into(),
            since: NOW.plus_ms(ms),
        };
        let mut tx = store.begin("test").await.unwrap();
        assert_eq!(tx.switch(&turned(State::On, 0).scope).await.unwrap(), None);
        for (state, ms) in [(State::Fallback, 1), (State::Off, 5), (State::On, 3)] {
            tx.set_switch(&turned(state, ms)).await.unwrap();
        }
        assert_eq!((tx.bump(Part::Switches).await.unwrap(), tx.bump(Part::Switches).await.unwrap()), (1, 2));
        tx.commit().await.unwrap();
        assert_eq!(store.switches().await.unwrap(), [turned(State::Off, 5)]);
        assert_eq!(store.revisions().await.unwrap(), Revisions { keys: 0, switches: 2 });
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_pages_backwards_and_filters() {
    on_both(async |store: Store| {
        let entry = |number: u8| Entry {
            id: AuditId::new(NOW.plus_ms(i64::from(number)), [number; 10]),
            at: NOW.plus_ms(i64::from(number)),
            who: if number.is_multiple_of(2) { "maya".into() } else { "tom".into() },
            action: if number < 3 { Action::KeyCreated } else { Action::SwitchTurned },
            subject: "workflow/a".into(),
            detail: format!("entry {number}"),
        };
        let mut tx = store.begin("test").await.unwrap();
        for number in 1..=5 {
            tx.append(&entry(number)).await.unwrap();
            tx.append(&entry(number)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let all = AuditFilter::default();
        assert_eq!(store.audit(&all, None, 2).await.unwrap(), [entry(5), entry(4)]);
        assert_eq!(store.audit(&all, Some(entry(4).id), 2).await.unwrap(), [entry(3), entry(2)]);
        let maya = AuditFilter { who: Some("maya".into()), action: Some(Action::SwitchTurned), ..all };
        assert_eq!(store.audit(&maya, None, 9).await.unwrap(), [entry(4)]);
        assert_eq!(store.audit_of("workflow/a", 1).await.unwrap(), [entry(5)]);
        assert_eq!(store.audit_since(Action::KeyCreated, entry(2).at, 9).await.unwrap(), [entry(2)]);
    })
    .await;
}

#[tokio::test]
async fn a_link_works_once_and_the_newest_alone() {
    on_both(async |store: Store| {
        let link = Link { person: maya(), made_by: "system".into(), expires: NOW.plus_ms(100) };
        let mut tx = store.begin("test").await.unwrap();
        tx.add_link(&[1; 32], &link, NOW).await.unwrap();
        tx.add_link(&[2; 32], &link, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.link(&[1; 32], NOW).await.unwrap().is_none(), "a newer link took its place");
        assert!(store.link(&[2; 32], NOW.plus_ms(100)).await.unwrap().is_none(), "it is over");
        assert_eq!(store.link(&[2; 32], NOW).await.unwrap().map(|found| found.person), Some(maya()));
        let mut tx = store.begin("test").await.unwrap();
        assert!(tx.take_link(&[2; 32], NOW).await.unwrap().is_some());
        assert!(tx.take_link(&[2; 32], NOW).await.unwrap().is_none());
        tx.set_password(&maya(), "one", NOW).await.unwrap();
        tx.set_password(&maya(), "two", NOW.plus_ms(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.credential(&maya()).await.unwrap().map(|found| found.hash), Some("two".into()));
        assert_eq!(store.passwords().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_found_touched_counted_and_ended() {
    on_both(async |store: Store| {
        let open = OpenSession { seen_since: NOW.plus_ms(-10), created_since: NOW.plus_ms(-100) };
        let session = |number: u8, ms| StoredSession {
            id: SessionId::new(NOW, [number; 10]),
            person: maya(),
            created: NOW.plus_ms(ms),
            seen: NOW.plus_ms(ms),
        };
        let mut tx = store.begin("test").await.unwrap();
        tx.add_session(&[1; 32], &session(1, -50), open).await.unwrap();
        tx.add_session(&[2; 32], &session(2, 0), open).await.unwrap();
        tx.add_session(&[3; 32], &session(3, 0), open).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.session(&[1; 32]).await.unwrap().is_none(), "an idle one is swept");
        store.touch_session(session(2, 0).id, NOW.plus_ms(7)).await.unwrap();
        let found = store.session(&[2; 32]).await.unwrap().unwrap();
        assert_eq!((found.created, found.seen), (NOW, NOW.plus_ms(7)));
        let counted = store.open_sessions(open).await.unwrap();
        assert_eq!((counted[0].sessions, counted[0].seen), (2, NOW.plus_ms(7)));
        let mut tx = store.begin("test").await.unwrap();
        assert!(tx.end_session(found.id).await.unwrap());
        assert_eq!(tx.end_sessions(&maya()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(store.open_sessions(open).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_configuration_is_found_by_the_beginning_of_its_hash() {
    on_both(async |store: Store| {
        let files = |text: &str| BTreeMap::from([("countersign.toml".to_owned(), text.to_owned())]);
        for (hash, text, ms) in [("aa11", "one", 1), ("aa22", "two", 2), ("aa11", "one", 3)] {
            let mut tx = store.begin("test").await.unwrap();
            tx.add_config(hash, &files(text), NOW.plus_ms(ms)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let newest = store.configs(9).await.unwrap();
        assert_eq!(newest.iter().map(|config| config.hash.as_str()).collect::<Vec<_>>(), ["aa11", "aa22"]);
        assert_eq!((newest[0].first, newest[0].last), (NOW.plus_ms(1), NOW.plus_ms(3)));
        assert_eq!(store.config("aa2").await.unwrap().map(|config| config.files), Some(files("two")));
        for none in ["aa", "bb", "", "%", "a_1"] {
            assert_eq!(store.config(none).await.unwrap(), None, "{none:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_that_is_dropped_never_happened() {
    on_both(async |store: Store| {
        let mut tx = store.begin("test").await.unwrap();
        tx.add_key(&key(1)).await.unwrap();
        drop(tx);
        assert!(store.keys().await.unwrap().is_empty());
    })
    .await;
}

//! The life of a key.

use control::Error;
use control::views::{KeyState, KeysQuery, NewKey, PeriodQuery};
use domain::keys::Key;
use domain::people::Role;
use sha2::{Digest, Sha256};
use testkit::days;

use crate::facts::fact;
use crate::house::{House, admin, permit, person};

pub(crate) fn new_key() -> NewKey {
    NewKey { workflows: vec!["support-replies".into()], ..NewKey::default() }
}

fn published(house: &House, secret: &str) -> Option<Key> {
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    house.plane.keys().find(&hash).map(|key| (**key).clone())
}

#[tokio::test]
async fn a_key_is_shown_once_and_stored_as_a_hash() {
    let house = House::open().await;
    let new = NewKey {
        agent: Some("drafter".into()),
        expires: Some("90d".into()),
        requests_per_minute: Some(10),
        budget_month: Some("5".into()),
        ..new_key()
    };
    let made = house.control.create_key(&admin(), &new).await.unwrap();
    assert!(made.key.starts_with("cs_") && made.key.len() == 51);
    assert!(made.key.bytes().skip(3).all(|byte| byte.is_ascii_hexdigit()));
    assert!(!format!("{made:?}").contains(&made.key));
    let key = published(&house, &made.key).unwrap();
    assert_eq!((key.id.to_string(), key.label.as_str()), (made.id.clone(), "drafter for support-replies"));
    assert_eq!(key.expires, Some(house.clock.shared().now().plus_ms(90 * 86_400_000)));
    assert_eq!(key.budget.month.map(|budget| budget.to_decimal()), Some("5.00".into()));
    assert_eq!(house.log().await[0], format!("maya key.created {}", made.id));
    for file in ["control.db", "control.db-wal", "keys.json"] {
        let bytes = std::fs::read(house.data().join(file)).unwrap_or_default();
        let secret = made.key.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "the secret is in {file}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_published_as_such_and_stays_so() {
    let house = House::open().await;
    let made = house.control.create_key(&admin(), &new_key()).await.unwrap();
    let ended = house.control.revoke_key(&admin(), &made.id).await.unwrap();
    assert_eq!(ended.record, "kept");
    let row = ended.row;
    assert_eq!(row.state, KeyState::Revoked);
    assert!(published(&house, &made.key).unwrap().revoked.is_some());
    let entries = house.log().await.len();
    house.clock.advance(days(1));
    let again = house.control.revoke_key(&admin(), &made.id).await.unwrap();
    assert_eq!((again.row.revoked, house.log().await.len()), (row.revoked, entries));
    let house = house.restart().await;
    assert!(published(&house, &made.key).unwrap().revoked.is_some());
}

#[tokio::test]
async fn keys_that_do_not_work_are_told_from_those_that_do() {
    let house = House::open().await;
    let short = NewKey { expires: Some("1d".into()), label: Some("short".into()), ..new_key() };
    let sql = NewKey { workflows: vec!["sql".into()], label: Some("sql".into()), ..NewKey::default() };
    for new in [&short, &sql, &new_key()] {
        house.control.create_key(&admin(), new).await.unwrap();
    }
    let page = house.control.keys(&permit()).await.unwrap();
    assert_eq!(page.sentence.to_string(), "3 keys work, 1 of them for less than 7 days more.");
    house.clock.advance(days(2));
    std::fs::remove_file(house.data().join("../workflows/sql.toml")).unwrap();
    house.control.reload().await.unwrap();
    let page = house.control.keys(&permit()).await.unwrap();
    let states: Vec<_> = page.rows.iter().map(|row| (row.label.as_str(), row.state)).collect();
    assert_eq!(
        states,
        [("support-replies", KeyState::Active), ("sql", KeyState::Idle), ("short", KeyState::Expired)]
    );
    assert_eq!(page.sentence.to_string(), "1 key works; 1 key serves no workflow any more.");
}

#[tokio::test]
async fn keys_come_in_pages_and_a_key_that_was_never_used_cost_nothing() {
    let house = House::open().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.insert(0, house.control.create_key(&admin(), &new_key()).await.unwrap().id);
    }
    let (mut found, mut sizes, mut cursor) = (Vec::new(), Vec::new(), None);
    loop {
        let query = KeysQuery { cursor, limit: Some(2) };
        let page = house.control.keys_page(&permit(), &query).await.unwrap();
        assert_eq!(
            page.sentence.to_string(),
            house.control.keys(&permit()).await.unwrap().sentence.to_string()
        );
        assert!(page.rows.iter().all(|row| row.figures.cost.usd == "0.00"), "{:?}", page.rows);
        sizes.push(page.rows.len());
        found.extend(page.rows.into_iter().map(|row| row.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((sizes, found), (vec![2, 2, 1], made));
    let wrong = KeysQuery { cursor: Some("nonsense".into()), limit: None };
    assert!(
        matches!(house.control.keys_page(&permit(), &wrong).await, Err(Error::Refused(refusal)) if refusal.code().number() == 505)
    );
}

#[tokio::test]
async fn a_wrong_wish_is_refused_by_its_field() {
    let house = House::open().await;
    let wrong: [(&str, NewKey); 7] = [
        ("workflows: ", NewKey::default()),
        ("there is no workflow", NewKey { workflows: vec!["nope".into()], ..NewKey::default() }),
        ("there is no agent", NewKey { agent: Some("nobody".into()), ..new_key() }),
        ("expires: ", NewKey { expires: Some("2020-01-01".into()), ..new_key() }),
        ("concurrent: ", NewKey { concurrent: Some(0), ..new_key() }),
        ("budget_day: ", NewKey { budget_day: Some("5 EUR".into()), ..new_key() }),
        ("label: ", NewKey { label: Some("a\nb".into()), ..new_key() }),
    ];
    for (said, new) in wrong {
        match house.control.create_key(&admin(), &new).await {
            Err(Error::Refused(refusal)) => assert!(refusal.to_string().starts_with(said), "{refusal}"),
            other => panic!("{said}: {other:?}"),
        }
    }
    assert!(house.control.revoke_key(&admin(), "key_nope").await.is_err());
    assert!(house.store.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_owner_manages_the_keys_of_what_is_theirs_and_no_others() {
    let house = House::open().await;
    let serving = |ids: &[&str]| NewKey {
        workflows: ids.iter().map(|id| (*id).to_owned()).collect(),
        ..NewKey::default()
    };
    // Tom owns support-replies, Maya is its deputy; Zoe owns sql.
    let (tom, zoe) = (person("tom", &[Role::Owner]), person("zoe", &[Role::Viewer]));
    let (deputy, eve) = (person("maya", &[Role::Viewer]), person("eve", &[Role::Owner]));
    let refused = |result: Result<(), Error>| match result {
        Err(Error::Refused(refusal)) => (refusal.status(), refusal.code().number(), refusal.to_string()),
        other => panic!("{other:?}"),
    };
    let own = house.control.create_key(&tom, &new_key()).await.unwrap();
    let theirs = house.control.create_key(&zoe, &serving(&["sql"])).await.unwrap();
    let both = house.control.create_key(&admin(), &serving(&["sql", "support-replies"])).await.unwrap();
    for (who, new, missing) in [
        (&tom, serving(&["sql"]), "keys of sql:"),
        (&tom, serving(&["support-replies", "sql"]), "keys of sql:"),
        (&eve, new_key(), "may not manage keys: "),
    ] {
        let (status, code, text) = refused(house.control.create_key(who, &new).await.map(drop));
        assert_eq!((status, code), (403, 501));
        assert!(text.contains(missing), "{text}");
    }
    for (who, id) in [(&tom, &theirs.id), (&tom, &both.id), (&zoe, &own.id), (&eve, &own.id)] {
        let (status, code, _) = refused(house.control.revoke_key(who, id).await.map(drop));
        assert_eq!((status, code), (403, 501));
        assert!(house.plane.keys().iter().all(|key| key.revoked.is_none()));
    }
    assert_eq!(refused(house.control.revoke_key(&tom, "key_nope").await.map(drop)).0, 404);
    house.control.revoke_key(&deputy, &own.id).await.unwrap();
    house.control.revoke_key(&zoe, &theirs.id).await.unwrap();
    // What serves a workflow that is gone is nobody's, and so an admin's.
    std::fs::remove_file(house.data().join("../workflows/sql.toml")).unwrap();
    house.control.reload().await.unwrap();
    assert_eq!(refused(house.control.revoke_key(&zoe, &both.id).await.map(drop)).0, 403);
    house.control.revoke_key(&admin(), &both.id).await.unwrap();
}

#[tokio::test]
async fn a_workflow_shows_what_its_keys_were_used_for() {
    let house = House::open().await;
    let made = house.control.create_key(&admin(), &new_key()).await.unwrap();
    let mut call = fact(1, "r-1", house.clock.shared().now());
    call.attribution.key = made.id.parse().unwrap();
    house.record([call]).await;
    let page = house.control.workflow(&permit(), "support-replies", &PeriodQuery::default()).await.unwrap();
    assert_eq!((page.keys[0].id.as_str(), page.keys[0].figures.calls), (made.id.as_str(), 1));
    assert!(page.keys[0].figures.cost.nano > 0);
}

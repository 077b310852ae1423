//! Sign-in: links, passwords, sessions, attempts.

use control::{Control, Credentials, Error, SignedIn};
use domain::people::{Role, acts};
use domain::secret::Secret;
use testkit::{days, hours, minutes};

use crate::house::{House, ROOT, permit, person};

const PASSWORD: &str = "correct horse battery";

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn credentials(name: &str, password: &str) -> Credentials {
    Credentials { name: name.into(), password: secret(password), address: "10.0.0.1".into() }
}

fn token(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> u16 {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code().number(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Someone with a password and a session.
async fn signed_in(control: &Control, id: &str) -> SignedIn {
    let link = control.invite(&permit(), id).await.unwrap();
    control.use_link(&token(&link.path), secret(PASSWORD)).await.unwrap()
}

#[tokio::test]
async fn the_first_admin_gets_a_link_until_an_admin_has_a_password() {
    let house = House::open().await;
    let link = house.control.first_link().await.unwrap().unwrap();
    assert_eq!(link.person, "maya", "zoe is an admin too, but has left");
    let again = house.control.first_link().await.unwrap().unwrap();
    assert_eq!(code(house.control.link(&token(&link.path)).await), 503, "the newer link took its place");
    assert_eq!(house.control.link(&token(&again.path)).await.unwrap().name, "Maya Chen");
    house.control.use_link(&token(&again.path), secret(PASSWORD)).await.unwrap();
    assert!(house.control.first_link().await.unwrap().is_none());
    let log = house.log().await;
    assert_eq!(log[..2], ["maya session.started maya", "maya password.set maya"]);
}

#[tokio::test]
async fn a_link_for_someone_who_left_is_refused_and_says_why() {
    let house = House::open().await;
    for (id, said) in [
        ("zoe", "there is no person \"zoe\" any more: they have left the workspace"),
        ("zoo", "there is no person \"zoo\""),
        ("tmo", "there is no person \"tmo\"; did you mean \"tom\"?"),
    ] {
        match house.control.invite(&permit(), id).await {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.to_string(), said),
            other => panic!("{id}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_link_is_used_once_and_within_a_day() {
    let house = House::open().await;
    let link = house.control.invite(&permit(), "tom").await.unwrap();
    assert!(!format!("{link:?}").contains(&token(&link.path)));
    assert_eq!(code(house.control.use_link(&token(&link.path), secret("short")).await), 505);
    house.control.use_link(&token(&link.path), secret(PASSWORD)).await.unwrap();
    assert_eq!(code(house.control.use_link(&token(&link.path), secret(PASSWORD)).await), 503);
    let link = house.control.invite(&permit(), "tom").await.unwrap();
    house.clock.advance(days(1));
    assert_eq!(code(house.control.link(&token(&link.path)).await), 503);
    for nobody in ["eve", "zoe"] {
        assert_eq!(code(house.control.invite(&permit(), nobody).await), 504, "{nobody}");
    }
    assert!(person("tom", &[Role::Owner]).permit::<acts::ManagePeople>().is_err());
}

#[tokio::test]
async fn a_password_signs_in_by_address_or_id_and_nothing_else_does() {
    let house = House::open().await;
    signed_in(&house.control, "tom").await;
    for name in ["tom", " TOM@acme.example "] {
        let signed = house.control.sign_in(credentials(name, PASSWORD)).await.unwrap();
        let session = house.control.session(signed.cookie.expose()).await.unwrap().unwrap();
        assert_eq!(
            (session.view.name.as_str(), session.view.may.contains(&"manage-keys".to_owned())),
            ("Tom Ode", true)
        );
    }
    let said = |outcome: Result<SignedIn, Error>| outcome.unwrap_err().to_string();
    let wrong = said(house.control.sign_in(credentials("tom", "wrong horse battery")).await);
    for name in ["maya", "nobody@acme.example", "zoe"] {
        assert_eq!(said(house.control.sign_in(credentials(name, PASSWORD)).await), wrong, "{name}");
    }
    let log = house.log().await;
    assert!(log.contains(&"system session.refused tom".to_owned()), "{log:?}");
    assert!(log.contains(&"system session.refused an unknown account".to_owned()), "{log:?}");
    assert!(!log.iter().any(|line| line.contains("nobody@")), "what was typed is not kept");
}

#[tokio::test]
async fn attempts_are_counted_and_the_right_password_does_not_help_then() {
    let house = House::open().await;
    signed_in(&house.control, "tom").await;
    for _ in 0..10 {
        assert_eq!(code(house.control.sign_in(credentials("tom", "wrong")).await), 503);
    }
    assert_eq!(code(house.control.sign_in(credentials("tom", PASSWORD)).await), 509);
    let elsewhere = Credentials { address: "10.0.0.2".into(), ..credentials("tom", PASSWORD) };
    house.control.sign_in(elsewhere).await.unwrap();
    house.clock.advance(minutes(15));
    house.control.sign_in(credentials("tom", PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_and_by_signing_out() {
    let house = House::open().await;
    let holds =
        async |signed: &SignedIn| house.control.session(signed.cookie.expose()).await.unwrap().is_some();
    let signed = signed_in(&house.control, "tom").await;
    for _ in 0..3 {
        house.clock.advance(hours(11));
        assert!(holds(&signed).await);
    }
    house.clock.advance(hours(12) + minutes(1));
    assert!(!holds(&signed).await, "idle for too long");

    let signed = house.control.sign_in(credentials("tom", PASSWORD)).await.unwrap();
    for _ in 0..16 {
        house.clock.advance(hours(10));
        assert!(holds(&signed).await);
    }
    house.clock.advance(hours(10));
    assert!(!holds(&signed).await, "older than seven days");

    let signed = house.control.sign_in(credentials("tom", PASSWORD)).await.unwrap();
    house.control.sign_out(signed.cookie.expose()).await.unwrap();
    assert!(!holds(&signed).await);
    house.control.sign_out(signed.cookie.expose()).await.unwrap();
    assert_eq!(house.log().await[0], "tom session.ended tom");
    assert!(house.control.session("no such cookie").await.unwrap().is_none());
}

#[tokio::test]
async fn roles_are_those_of_the_live_configuration() {
    let house = House::open().await;
    let signed = signed_in(&house.control, "tom").await;
    let may = async || {
        let session = house.control.session(signed.cookie.expose()).await.unwrap();
        session.map(|session| session.view.may.len())
    };
    assert_eq!(may().await, Some(3));
    house.write("countersign.toml", &ROOT.replace(r#"roles = ["owner"]"#, r#"roles = ["viewer"]"#));
    house.control.reload().await.unwrap();
    assert_eq!(may().await, Some(2), "the keys of what they own stay theirs to manage");
    let left = ROOT.replace(r#"roles = ["owner"]"#, "roles = [\"owner\"]\nleft = \"2026-11-24\"");
    house.write("countersign.toml", &left);
    house.control.reload().await.unwrap();
    assert_eq!(may().await, Some(3), "tom leaves tomorrow");
    house.clock.advance(hours(12));
    assert_eq!(may().await, None, "whoever has left is out");
    assert_eq!(code(house.control.sign_in(credentials("tom", PASSWORD)).await), 503);
}

#[tokio::test]
async fn a_form_carries_the_token_of_its_session() {
    let house = House::open().await;
    let (one, other) = (signed_in(&house.control, "tom").await, signed_in(&house.control, "maya").await);
    let session = house.control.session(one.cookie.expose()).await.unwrap().unwrap();
    assert_eq!(session.csrf, one.session.csrf);
    house.control.check_form(&session, &session.csrf).unwrap();
    for wrong in [other.session.csrf.as_str(), "", one.cookie.expose()] {
        assert_eq!(code(house.control.check_form(&session, wrong)), 508);
    }
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_old_one() {
    let house = House::open().await;
    let old = signed_in(&house.control, "tom").await;
    let session = house.control.session(old.cookie.expose()).await.unwrap().unwrap();
    let change = async |present: &str, new: &str| {
        house.control.change_password(&session, credentials("maya", present), secret(new)).await
    };
    assert_eq!(code(change("wrong horse battery", "another long one").await), 503);
    assert_eq!(code(change(PASSWORD, "short").await), 505);
    let new = change(PASSWORD, "another long one").await.unwrap();
    assert_eq!(new.session.view.id, "tom", "the password is one's own, whatever the form says");
    assert!(house.control.session(old.cookie.expose()).await.unwrap().is_none());
    assert!(house.control.session(new.cookie.expose()).await.unwrap().is_some());
    assert_eq!(code(house.control.sign_in(credentials("tom", PASSWORD)).await), 503);
    house.control.sign_in(credentials("tom", "another long one")).await.unwrap();
}

#[tokio::test]
async fn an_admin_sees_everyone_and_ends_sessions() {
    let house = House::open().await;
    let signed = signed_in(&house.control, "tom").await;
    let page = house.control.people(&permit()).await.unwrap();
    let tom = page.rows.iter().find(|row| row.id == "tom").unwrap();
    assert_eq!(
        (tom.can_sign_in, tom.sessions, tom.owns.as_slice()),
        (true, 1, ["support-replies".to_owned()].as_slice())
    );
    assert_eq!(
        page.sentence.to_string(),
        "3 people are in the workspace; 2 have no password yet; 1 has left."
    );
    assert_eq!(house.control.end_sessions(&permit(), "tom").await.unwrap(), 1);
    assert!(house.control.session(signed.cookie.expose()).await.unwrap().is_none());
    assert_eq!(code(house.control.end_sessions(&permit(), "tim").await), 504);
}

#[tokio::test]
async fn the_operator_is_whoever_has_the_servers_own_token() {
    let house = House::open().await;
    assert!(house.control.operator("operator-tokem").is_none() && house.control.operator("").is_none());
    let operator = house.control.operator("operator-token").unwrap();
    assert_eq!(house.control.describe(&operator).may.len(), 5);
}

#[tokio::test]
async fn no_secret_is_stored() {
    let house = House::open().await;
    let link = house.control.invite(&permit(), "tom").await.unwrap();
    let link = token(&link.path);
    let signed = house.control.use_link(&link, secret(PASSWORD)).await.unwrap();
    for file in ["control.db", "control.db-wal"] {
        let bytes = std::fs::read(house.data().join(file)).unwrap_or_default();
        for secret in [PASSWORD, &link, signed.cookie.expose()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "in {file}");
        }
    }
}

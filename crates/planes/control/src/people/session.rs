//! Sessions: begun, found by their cookie, ended.

use config::Person;
use domain::Refusal;
use domain::audit::{Action, Entry};
use domain::ids::{PersonId, SessionId};
use domain::people::{Act, Principal};
use domain::secret::Secret;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::{OpenSession, StoredSession, Tx};

use super::{Session, SignedIn};
use crate::views::SessionView;
use crate::{Control, Error, Fault, random};

/// A session that was not used for so long is over.
const IDLE_MS: i64 = 12 * HOUR_MS;
/// A session is over after so long, however much it is used.
const LIFE_MS: i64 = 7 * DAY_MS;
/// How often it is noted that a session is used.
const TOUCH_MS: i64 = MINUTE_MS;

const ACTS: [(Act, &str); 5] = [
    (Act::Look, "look"),
    (Act::ReadContent, "read-content"),
    (Act::Switch, "switch"),
    (Act::ManageKeys, "manage-keys"),
    (Act::ManagePeople, "manage-people"),
];

/// What counts as open now.
pub(super) const fn open(now: Timestamp) -> OpenSession {
    OpenSession { seen_since: now.plus_ms(-IDLE_MS), created_since: now.plus_ms(-LIFE_MS) }
}

impl Control {
    /// The session a cookie stands for, if it holds: not ended, not idle for 12 h, not older than
    /// 7 days, and its person still in the workspace.
    ///
    /// # Errors
    /// A fault where sessions can't be read.
    pub async fn session(&self, cookie: &str) -> Result<Option<Session>, Error> {
        let Some(stored) = self.store().session(&random::hash(cookie)).await? else { return Ok(None) };
        let now = self.now();
        let open = open(now);
        if stored.seen < open.seen_since || stored.created < open.created_since {
            self.end(&stored, "it was idle or open for too long").await?;
            return Ok(None);
        }
        let Some(person) = self.person(&stored.person) else {
            self.end(&stored, "the person is not in the workspace any more").await?;
            return Ok(None);
        };
        if now.since(stored.seen) >= TOUCH_MS {
            self.store().touch_session(stored.id, now).await?;
        }
        Ok(Some(self.session_of(&person, &stored, cookie)?))
    }

    /// Ends the session of a cookie.
    ///
    /// # Errors
    /// A fault where that can't be stored.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), Error> {
        match self.store().session(&random::hash(cookie)).await? {
            Some(stored) => self.end(&stored, "signed out").await,
            None => Ok(()),
        }
    }

    /// Holds a form's token against its session.
    ///
    /// # Errors
    /// [`Refusal::ForgedForm`].
    pub fn check_form(&self, session: &Session, token: &str) -> Result<(), Error> {
        if random::same(&session.csrf, token) { Ok(()) } else { Err(Refusal::ForgedForm.into()) }
    }

    /// The principal whose token this is: whoever can read the server's own data folder.
    #[must_use]
    pub fn operator(&self, token: &str) -> Option<Principal> {
        random::same(self.inner.parts.operator.expose(), token).then_some(Principal::Operator)
    }

    /// A principal as pages show it: what it may do, and for how long.
    #[must_use]
    pub fn describe(&self, who: &Principal) -> SessionView {
        let may = self.acts(who);
        match who {
            Principal::Operator => SessionView {
                id: "operator".into(),
                name: "the operator".into(),
                roles: Vec::new(),
                may,
                expires: None,
            },
            Principal::Person { id, roles } => SessionView {
                id: id.to_string(),
                name: self.person(id).map_or_else(|| id.to_string(), |person| person.name),
                roles: roles.iter().map(|role| role.as_str().to_owned()).collect(),
                may,
                expires: None,
            },
        }
    }

    /// What a principal may do, in words. Keys: where there are any that are theirs to manage.
    fn acts(&self, who: &Principal) -> Vec<String> {
        let may = |act: Act| who.may(act) || (act == Act::ManageKeys && self.may_manage_some_key(who));
        ACTS.iter().filter(|(act, _)| may(*act)).map(|(_, word)| (*word).to_owned()).collect()
    }

    /// The person, if they are in the workspace and have not left.
    pub(super) fn person(&self, id: &PersonId) -> Option<Person> {
        let now = self.now();
        self.with_workspace(|workspace| {
            workspace.people.get(id).filter(|person| person.left.is_none_or(|left| now < left)).cloned()
        })
    }

    /// Begins a session within a transaction that also holds why.
    pub(super) async fn begin_session(&self, tx: &mut Tx, person: &Person) -> Result<SignedIn, Error> {
        let now = self.now();
        let cookie = random::secret::<32>(&*self.inner.parts.secrets, "");
        let id = SessionId::new(now, self.inner.parts.seeds.seed());
        let stored = StoredSession { id, person: person.id.clone(), created: now, seen: now };
        tx.add_session(&random::hash(cookie.expose()), &stored, open(now)).await?;
        let session = self.session_of(person, &stored, cookie.expose())?;
        Ok(SignedIn { expires: now.plus_ms(LIFE_MS).into(), session, cookie })
    }

    async fn end(&self, stored: &StoredSession, why: &str) -> Result<(), Error> {
        let entry = self.signed_out(&stored.person, why);
        let mut tx = self.store().begin("end a session").await?;
        if tx.end_session(stored.id).await? {
            tx.append(&entry).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn session_of(&self, person: &Person, stored: &StoredSession, cookie: &str) -> Result<Session, Error> {
        let who = Principal::Person { id: person.id.clone(), roles: person.roles.clone() };
        let may = self.acts(&who);
        let view = SessionView {
            id: person.id.to_string(),
            name: person.name.clone(),
            roles: person.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            may,
            expires: Some(stored.created.plus_ms(LIFE_MS).into()),
        };
        Ok(Session { who, view, csrf: form_token(&Secret::new(cookie.to_owned()))? })
    }

    pub(super) fn signed_out(&self, person: &PersonId, why: &str) -> Entry {
        self.entry(person.as_str(), Action::SignedOut, person.as_str(), why.to_owned())
    }
}

/// The token of a session's forms. It follows from the cookie, which another site can't read, so
/// that nothing needs to be stored and forms survive a restart.
fn form_token(cookie: &Secret<String>) -> Result<String, Fault> {
    let keyed = Hmac::<Sha256>::new_from_slice(cookie.expose().as_bytes());
    let mut keyed = keyed.map_err(|error| Fault::new("make a form's token", error))?;
    keyed.update(b"countersign form");
    Ok(hex::encode(keyed.finalize().into_bytes()))
}

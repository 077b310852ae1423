//! Sign-in sessions, by the SHA-256 of their cookie.

use db::{Sql, args, sql};
use domain::Timestamp;
use domain::ids::{PersonId, SessionId};

use crate::{Fault, Store, Tx};

const PUT: Sql = sql!("session/put");
const ONE: Sql = sql!("session/one");
const TOUCH: Sql = sql!("session/touch");
const END: Sql = sql!("session/end");
const END_PERSON: Sql = sql!("session/end_person");
const SWEEP: Sql = sql!("session/sweep");
const BY_PERSON: Sql = sql!("session/by_person");

db::row! {
    /// A session as it is stored. Whether it still holds is for the caller to say.
    pub struct StoredSession {
        /// Its id.
        pub id: SessionId,
        /// Whose.
        pub person: PersonId,
        /// When it began.
        pub created: Timestamp,
        /// When it was last used, give or take a minute.
        pub seen: Timestamp,
    }
}

db::row! {
    /// The open sessions of a person.
    pub struct PersonSessions {
        /// Who.
        pub person: PersonId,
        /// How many.
        pub sessions: u64,
        /// When one of them was last used.
        pub seen: Timestamp,
    }
}

/// What counts as open: used since, and begun since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Last used no earlier than this.
    pub seen_since: Timestamp,
    /// Begun no earlier than this.
    pub created_since: Timestamp,
}

impl Store {
    /// The session of a cookie.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn session(&self, secret: &[u8; 32]) -> Result<Option<StoredSession>, Fault> {
        self.db().await?.optional(ONE, args![*secret]).await
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn touch_session(&self, id: SessionId, now: Timestamp) -> Result<(), Fault> {
        self.db().await?.execute(TOUCH, args![id, now]).await.map(drop)
    }

    /// Who has sessions open.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn open_sessions(&self, open: OpenSession) -> Result<Vec<PersonSessions>, Fault> {
        self.db().await?.all(BY_PERSON, args![open.seen_since, open.created_since]).await
    }
}

impl Tx {
    /// Adds a session, and forgets those that are over.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn add_session(
        &mut self,
        secret: &[u8; 32],
        session: &StoredSession,
        open: OpenSession,
    ) -> Result<(), Fault> {
        self.0.execute(SWEEP, args![open.seen_since, open.created_since]).await?;
        let values = args![session.id, *secret, &session.person, session.created];
        self.0.execute(PUT, values).await.map(drop)
    }

    /// Ends a session. False where there was none.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn end_session(&mut self, id: SessionId) -> Result<bool, Fault> {
        Ok(self.0.execute(END, args![id]).await? > 0)
    }

    /// Ends every session of a person; returns how many there were.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn end_sessions(&mut self, person: &PersonId) -> Result<u64, Fault> {
        self.0.execute(END_PERSON, args![person]).await
    }
}

//! People's passwords, as Argon2 hashes.

use db::{Sql, args, sql};
use domain::Timestamp;
use domain::ids::PersonId;

use crate::{Fault, Store, Tx};

const PUT: Sql = sql!("credential/put");
const ONE: Sql = sql!("credential/one");
const ALL: Sql = sql!("credential/all");

db::row! {
    /// A person's password.
    pub struct Credential {
        /// Whose.
        pub person: PersonId,
        /// Its hash, as a PHC string.
        pub hash: String,
        /// When it was set.
        pub changed: Timestamp,
    }
}

db::row! {
    /// That a person has a password.
    pub struct HasPassword {
        /// Who.
        pub person: PersonId,
        /// When it was set.
        pub changed: Timestamp,
    }
}

impl Store {
    /// A person's password, if one was set.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn credential(&self, person: &PersonId) -> Result<Option<Credential>, Fault> {
        self.db().await?.optional(ONE, args![person]).await
    }

    /// Everyone who has a password.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn passwords(&self) -> Result<Vec<HasPassword>, Fault> {
        self.db().await?.all(ALL, args![]).await
    }
}

impl Tx {
    /// Sets a person's password.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn set_password(&mut self, person: &PersonId, hash: &str, now: Timestamp) -> Result<(), Fault> {
        self.0.execute(PUT, args![person, hash, now]).await.map(drop)
    }
}

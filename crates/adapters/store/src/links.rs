//! One-time links, by the SHA-256 of their secret.

use db::{Sql, args, sql};
use domain::Timestamp;
use domain::ids::PersonId;

use crate::{Fault, Store, Tx};

const PUT: Sql = sql!("link/put");
const ONE: Sql = sql!("link/one");
const TAKE: Sql = sql!("link/take");
const CANCEL: Sql = sql!("link/cancel");
const SWEEP: Sql = sql!("link/sweep");

db::row! {
    /// A link that works.
    pub struct Link {
        /// For whom.
        pub person: PersonId,
        /// Who made it.
        pub made_by: String,
        /// When it ends.
        pub expires: Timestamp,
    }
}

impl Store {
    /// The link with this hash, if it was not used and is not over.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn link(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<Link>, Fault> {
        self.db().await?.optional(ONE, args![*hash, now]).await
    }
}

impl Tx {
    /// Adds a link; those its person had before work no more.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn add_link(&mut self, hash: &[u8; 32], link: &Link, now: Timestamp) -> Result<(), Fault> {
        self.0.execute(SWEEP, args![now.plus_ms(-30 * domain::time::DAY_MS)]).await?;
        self.0.execute(CANCEL, args![&link.person, now]).await?;
        let values = args![*hash, &link.person, &link.made_by, now, link.expires];
        self.0.execute(PUT, values).await.map(drop)
    }

    /// Uses a link. Of two who try at the same time one gets `None`.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn take_link(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<Option<Link>, Fault> {
        let link: Option<Link> = self.0.optional(ONE, args![*hash, now]).await?;
        let taken = self.0.execute(TAKE, args![*hash, now]).await?;
        Ok(link.filter(|_| taken == 1))
    }
}

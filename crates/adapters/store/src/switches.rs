//! How switches stand. A switch that was turned back on keeps its row: who, when, why.

use db::{Sql, args, sql};
use domain::Timestamp;
use domain::switch::{Scope, Switch};

use crate::{Fault, Store, Tx};

const PUT: Sql = sql!("switch/put");
const ALL: Sql = sql!("switch/all");
const ONE: Sql = sql!("switch/one");

db::row! {
    struct SwitchRow {
        scope: String,
        state: String,
        reason: String,
        turned_by: String,
        since: Timestamp,
    }
}

impl SwitchRow {
    fn into_switch(self) -> Result<Switch, Fault> {
        let wrong = |problem: String| Fault::new("read a switch", problem);
        Ok(Switch {
            scope: self.scope.parse().map_err(wrong)?,
            state: self.state.parse().map_err(wrong)?,
            reason: self.reason,
            by: self.turned_by,
            since: self.since,
        })
    }
}

impl Store {
    /// Every switch that was ever turned.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn switches(&self) -> Result<Vec<Switch>, Fault> {
        let rows: Vec<SwitchRow> = self.db().await?.all(ALL, args![]).await?;
        rows.into_iter().map(SwitchRow::into_switch).collect()
    }
}

impl Tx {
    /// How one switch stands; `None` where it was never turned.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn switch(&mut self, scope: &Scope) -> Result<Option<Switch>, Fault> {
        let row: Option<SwitchRow> = self.0.optional(ONE, args![scope.to_string()]).await?;
        row.map(SwitchRow::into_switch).transpose()
    }

    /// Sets how a switch stands, unless it was turned later than that.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn set_switch(&mut self, switch: &Switch) -> Result<(), Fault> {
        let values =
            args![switch.scope.to_string(), switch.state.as_str(), &switch.reason, &switch.by, switch.since,];
        self.0.execute(PUT, values).await.map(drop)
    }
}

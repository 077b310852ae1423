//! What pages and commands ask. Every question is answered from an index or a roll-up, on
//! connections apart from the writer's.

mod accounts;
mod facts;
mod guards;
mod runs;
mod series;
mod spend;
mod telemetry;

use std::fmt;
use std::str::FromStr;

use domain::refusal::Refusal;

pub use accounts::Charged;
pub(crate) use accounts::{holder_columns, settled, settled_all};
pub use facts::MOST_OF_A_RUN;
pub(crate) use facts::{inference, open_calls, parse_fact, run, run_tally};
pub use guards::{GuardDay, GuardQuery, GuardRow};
pub(crate) use guards::{guard_days, guards};
pub(crate) use runs::runs;
pub use runs::{Ended, RunFilter, RunRow};
pub use series::{Durations, SeriesPoint, SeriesQuery, Step};
pub(crate) use series::{durations, series};
pub use spend::{MOST_ROWS, PromptRow, SpendBy, SpendQuery, SpendRow};
pub(crate) use spend::{prompts, spend};
pub(crate) use telemetry::telemetry;
pub use telemetry::{TelemetryQuery, TelemetryRow};

/// Where a list goes on. Opaque: it is handed back as it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    began: i64,
    seq: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.began, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || Refusal::BadArgument { what: "cursor".into(), problem: "not one that a list gave out".into() };
        let (began, seq) = text.split_once('.').ok_or_else(wrong)?;
        Ok(Self { began: began.parse().map_err(|_| wrong())?, seq: seq.parse().map_err(|_| wrong())? })
    }
}

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// What is on it. May be fewer than asked for, even none, although there is a next page: a rare
    /// thing is searched for in steps.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went() {
        let cursor = Cursor { began: -5, seq: 7 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for wrong in ["", "1", "a.b", "1.2.3"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}

//! Points in time and calendar windows, as values.
//!
//! Nobody here asks what time it is. Only the binary builds a [`Clock`] that reads the machine's;
//! tests pass one that stands still. All calendar arithmetic is in UTC, so that a budget's day is
//! the same day on every replica and in the provider's invoice.

use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// One day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Timestamp {
    /// Wraps milliseconds since the epoch.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole minutes since the epoch: the key of minute roll-ups.
    #[must_use]
    pub const fn minute(self) -> i64 {
        self.0.div_euclid(MINUTE_MS)
    }

    /// Whole days since the epoch: the key of day roll-ups.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY_MS)
    }

    /// This time, `ms` later (earlier if negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to here; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC calendar date.
    #[must_use]
    pub fn date(self) -> Date {
        TimeZone::UTC.to_datetime(self.instant()).date()
    }

    /// First moment of the UTC day.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self(self.day().saturating_mul(DAY_MS))
    }

    /// First moment of the UTC calendar month.
    #[must_use]
    pub fn start_of_month(self) -> Self {
        let today = self.date();
        Self::of_date(date(today.year(), today.month(), 1))
    }

    /// First moment of the next UTC calendar month.
    #[must_use]
    pub fn start_of_next_month(self) -> Self {
        let today = self.date();
        let (year, month) =
            if today.month() == 12 { (today.year() + 1, 1) } else { (today.year(), today.month() + 1) };
        Self::of_date(date(year, month, 1))
    }

    /// Midnight UTC at the start of `date`.
    #[must_use]
    pub fn of_date(date: Date) -> Self {
        TimeZone::UTC.to_timestamp(date.into()).map_or(Self(0), |instant| Self(instant.as_millisecond()))
    }

    /// Reads an RFC 3339 time, or a bare date, which means its first moment in UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(Self(instant.as_millisecond()));
        }
        text.parse::<Date>().ok().map(Self::of_date)
    }

    fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T09:00:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.instant())
    }
}

/// Something that knows the time. Built from the machine's clock only by the binary.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// A clock to hand around.
pub type SharedClock = Arc<dyn Clock>;

/// A calendar window over which money is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// One run, however long it lasts.
    Run,
    /// The UTC calendar day.
    Day,
    /// The UTC calendar month.
    Month,
}

impl Window {
    /// The word used in files, the API and pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// First moment of the window that contains `now`; the epoch for a run.
    #[must_use]
    pub fn start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Run => Timestamp(0),
            Self::Day => now.start_of_day(),
            Self::Month => now.start_of_month(),
        }
    }

    /// When the window that contains `now` ends; `None` for a run, which has no set end.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Run => None,
            Self::Day => Some(now.start_of_day().plus_ms(DAY_MS)),
            Self::Month => Some(now.start_of_next_month()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn windows_follow_the_calendar() {
        let now = at("2026-12-31T23:59:59.999Z");
        assert_eq!(Window::Day.start(now), at("2026-12-31"));
        assert_eq!(Window::Day.end(now), Some(at("2027-01-01")));
        assert_eq!(Window::Month.start(now), at("2026-12-01"));
        assert_eq!(Window::Month.end(now), Some(at("2027-01-01T00:00:00Z")));
        assert_eq!(Window::Run.end(now), None);
        assert_eq!(Window::Month.end(at("2028-02-29")), Some(at("2028-03-01")));
    }

    #[test]
    fn times_print_as_rfc_3339() {
        assert_eq!(at("2026-11-23T09:00:00.5Z").to_string(), "2026-11-23T09:00:00.500Z");
        assert_eq!(at("2026-11-23").to_string(), "2026-11-23T00:00:00.000Z");
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}

//! The time a page covers: read from a query, put into words.
//!
//! Roll-ups of money are by UTC day, so periods of money are whole days. A bound within a day is
//! refused: answering with the whole day would count calls twice in periods that touch.

use domain::Timestamp;
use domain::time::DAY_MS;

use crate::Error;
use crate::error::bad;
use crate::views;

/// Longest period that is answered.
const MAX_DAYS: i64 = 400;

/// A stretch of whole UTC days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// First moment.
    pub(crate) from: Timestamp,
    /// First moment after it.
    pub(crate) to: Timestamp,
    /// In words.
    pub(crate) words: String,
}

impl Period {
    /// The UTC day of `now`.
    pub(crate) fn today(now: Timestamp) -> Self {
        let from = now.start_of_day();
        Self { from, to: from.plus_ms(DAY_MS), words: "today".into() }
    }

    /// The last so many days, the present one included.
    pub(crate) fn last_days(now: Timestamp, days: i64) -> Self {
        let to = now.start_of_day().plus_ms(DAY_MS);
        Self { from: to.plus_ms(-days * DAY_MS), to, words: format!("the last {days} days") }
    }

    fn month(now: Timestamp) -> Self {
        let to = now.start_of_day().plus_ms(DAY_MS);
        Self { from: now.start_of_month(), to, words: "this month".into() }
    }

    /// Reads what was asked for.
    pub(crate) fn read(
        from: Option<&str>,
        to: Option<&str>,
        word: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let given =
            |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        match (given(from), given(to), given(word)) {
            (None, None, None) => Ok(None),
            (None, None, Some(word)) => Self::named(&word, now).map(Some),
            (from, to, _) => Self::between(from.as_deref(), to.as_deref(), now).map(Some),
        }
    }

    /// The period before it, of the same length.
    pub(crate) fn before(&self) -> Self {
        let length = self.to.since(self.from);
        let from = self.from.plus_ms(-length);
        Self { from, to: self.from, words: span(from, self.from) }
    }

    /// How many days it has.
    pub(crate) const fn days(&self) -> i64 {
        self.to.since(self.from).div_euclid(DAY_MS)
    }

    pub(crate) fn view(&self) -> views::Period {
        views::Period { from: self.from.into(), to: self.to.into(), words: self.words.clone() }
    }

    fn named(word: &str, now: Timestamp) -> Result<Self, Error> {
        match word {
            "today" => Ok(Self::today(now)),
            "7d" => Ok(Self::last_days(now, 7)),
            "30d" => Ok(Self::last_days(now, 30)),
            "90d" => Ok(Self::last_days(now, 90)),
            "month" => Ok(Self::month(now)),
            other => {
                Err(bad("period", format!("{other:?} is not a period: use today, 7d, 30d, 90d or month")))
            }
        }
    }

    fn between(from: Option<&str>, to: Option<&str>, now: Timestamp) -> Result<Self, Error> {
        let from = from.map(|text| instant("from", text)).transpose()?;
        let to = to.map(exact_end).transpose()?;
        whole_days(from, to)?;
        let to = to.unwrap_or_else(|| now.start_of_day().plus_ms(DAY_MS));
        let from = from.unwrap_or_else(|| to.plus_ms(-30 * DAY_MS));
        if from >= to {
            return Err(bad("from", "the period ends before it begins"));
        }
        if to.since(from) > MAX_DAYS * DAY_MS {
            return Err(bad("from", format!("a period has at most {MAX_DAYS} days")));
        }
        Ok(Self { from, to, words: span(from, to) })
    }
}

/// Reads the beginning of something.
pub(crate) fn instant(field: &str, text: &str) -> Result<Timestamp, Error> {
    Timestamp::parse(text)
        .ok_or_else(|| bad(field, format!("{text:?} is neither a date nor an RFC 3339 time")))
}

/// Refuses bounds within a day, with the bounds of the whole days that they touch.
fn whole_days(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<(), Error> {
    let within = |at: &Timestamp| *at != at.start_of_day();
    let field = match (from.filter(within), to.filter(within)) {
        (None, None) => return Ok(()),
        (Some(_), _) => "from",
        (None, Some(_)) => "to",
    };
    let up = |at: Timestamp| if within(&at) { at.start_of_day().plus_ms(DAY_MS) } else { at };
    let bound = |name: &str, at: Timestamp| format!("{name}={}T00:00:00Z", at.date());
    let from = from.map(|at| bound("from", at.start_of_day()));
    let to = to.map(|at| bound("to", up(at)));
    let right: Vec<String> = from.into_iter().chain(to).collect();
    Err(bad(field, format!("whole UTC days are read, and this is within one; use {}", right.join("&"))))
}

/// Reads an exclusive end to the millisecond: a bare date means its end.
pub(crate) fn exact_end(text: &str) -> Result<Timestamp, Error> {
    let at = instant("to", text)?;
    Ok(if text.contains(['T', 't', ' ']) { at } else { at.plus_ms(DAY_MS) })
}

/// `3 Nov to 23 Nov 2026`, its last day included.
fn span(from: Timestamp, to: Timestamp) -> String {
    let last = to.plus_ms(-1);
    if from.day() == last.day() {
        return day(from);
    }
    let (first, end) = (from.date(), last.date());
    if first.year() == end.year() {
        return format!("{} {} to {}", first.day(), month(from), day(last));
    }
    format!("{} to {}", day(from), day(last))
}

/// `3 Nov 2026`.
pub(crate) fn day(at: Timestamp) -> String {
    let date = at.date();
    format!("{} {} {}", date.day(), month(at), date.year())
}

fn month(at: Timestamp) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let index = usize::try_from(at.date().month() - 1).unwrap_or(0);
    NAMES.get(index).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_days_and_read_well() {
        let now = Timestamp::parse("2026-11-23T15:30:00Z").unwrap();
        let read = |from: &str, to: &str, word: &str| {
            let period = Period::read(Some(from), Some(to), Some(word), now).ok().flatten()?;
            Some(format!(
                "{} – {} ({}, {} d)",
                period.from.date(),
                period.to.date(),
                period.words,
                period.days()
            ))
        };
        let is = |found: Option<String>, expected: &str| assert_eq!(found.as_deref(), Some(expected));
        is(read("", "", "today"), "2026-11-23 – 2026-11-24 (today, 1 d)");
        is(read("", "", "7d"), "2026-11-17 – 2026-11-24 (the last 7 days, 7 d)");
        is(read("", "", "month"), "2026-11-01 – 2026-11-24 (this month, 23 d)");
        is(read("2026-11-01", "2026-11-02", ""), "2026-11-01 – 2026-11-03 (1 Nov to 2 Nov 2026, 2 d)");
        is(
            read("2025-12-31", "2026-01-02T00:00:00Z", ""),
            "2025-12-31 – 2026-01-02 (31 Dec 2025 to 1 Jan 2026, 2 d)",
        );
        is(read("2026-11-05", "2026-11-05", ""), "2026-11-05 – 2026-11-06 (5 Nov 2026, 1 d)");
        for (from, to, word) in [
            ("x", "", ""),
            ("2026-11-05", "2026-11-04", ""),
            ("", "", "week"),
            ("", "", "24h"),
            ("2020-01-01", "", ""),
            ("2026-11-05T10:00:00Z", "", ""),
            ("", "2026-11-05T10:00:00Z", ""),
            ("2026-11-05T00:00:00+02:00", "2026-11-06", ""),
        ] {
            assert_eq!(read(from, to, word), None, "{from} {to} {word}");
        }
        is(
            read("2026-11-05T00:00:00Z", "2026-11-06T00:00:00Z", ""),
            "2026-11-05 – 2026-11-06 (5 Nov 2026, 1 d)",
        );
        let before = Period::last_days(now, 7).before();
        assert_eq!(
            (before.from.date().to_string(), before.words),
            ("2026-11-10".into(), "10 Nov to 16 Nov 2026".into())
        );
    }

    #[test]
    fn a_bound_within_a_day_is_refused_with_the_bounds_that_would_be_right() {
        let now = Timestamp::parse("2026-11-23T15:30:00Z").unwrap();
        let said = |from: Option<&str>, to: Option<&str>| {
            Period::read(from, to, None, now).map(drop).unwrap_err().to_string()
        };
        let both = "use from=2026-11-05T00:00:00Z&to=2026-11-07T00:00:00Z";
        for (from, to, field, right) in [
            (Some("2026-11-05T10:00:00Z"), Some("2026-11-06T10:00:00Z"), "from: ", both),
            (Some("2026-11-05T10:00:00Z"), Some("2026-11-06"), "from: ", both),
            (Some("2026-11-05"), Some("2026-11-06T00:00:01Z"), "to: ", both),
            (Some("2026-11-05T10:00:00Z"), None, "from: ", "use from=2026-11-05T00:00:00Z"),
            (None, Some("2026-11-06T10:00:00Z"), "to: ", "use to=2026-11-07T00:00:00Z"),
        ] {
            let text = said(from, to);
            assert!(text.starts_with(field) && text.ends_with(right), "{text}");
        }
    }
}

//! Points in time: relative to read, exact to trust.
//!
//! A page shows "5 min ago" inside a `<time>` whose machine-readable form and title are exact.
//! Everything is UTC, like the windows of budgets.

use domain::Timestamp;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use maud::{Markup, html};

use super::GAP;

/// The relative time, with the exact one in `datetime` and on hover.
pub(crate) fn time(now: Timestamp, at: Timestamp) -> Markup {
    html! { time datetime=(iso(at)) title=(exact(at)) { (ago(now, at)) } }
}

/// RFC 3339.
fn iso(at: Timestamp) -> String {
    at.to_string()
}

/// `2026-11-23 14:02:07 UTC`.
pub(crate) fn exact(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(date), Some(time)) => format!("{date} {time}{GAP}UTC"),
        _ => text,
    }
}

/// `14:02`.
pub(crate) fn clock(at: Timestamp) -> String {
    at.to_string().get(11..16).unwrap_or_default().to_owned()
}

/// `14 h`, for the axis of a day.
pub(crate) fn hour(at: Timestamp) -> String {
    format!("{}:00", at.to_string().get(11..13).unwrap_or_default())
}

/// `23 Nov`.
pub(crate) fn day(at: Timestamp) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = at.date();
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"");
    format!("{}{GAP}{month}", date.day())
}

/// `just now`, `5 min ago`, `in 3 h`, `yesterday`, `6 d ago`; the date beyond thirty days.
fn ago(now: Timestamp, at: Timestamp) -> String {
    let past = now.since(at);
    let distance = past.saturating_abs();
    let figure = match distance {
        0..10_000 => return "just now".to_owned(),
        10_000..MINUTE_MS => format!("{}{GAP}s", distance / 1_000),
        MINUTE_MS..HOUR_MS => format!("{}{GAP}min", distance / MINUTE_MS),
        HOUR_MS..DAY_MS => format!("{}{GAP}h", distance / HOUR_MS),
        _ if distance < 30 * DAY_MS => return days(now, at, past),
        _ => return at.date().to_string(),
    };
    if past >= 0 { format!("{figure} ago") } else { format!("in {figure}") }
}

fn days(now: Timestamp, at: Timestamp, past: i64) -> String {
    match now.day() - at.day() {
        1 => "yesterday".to_owned(),
        -1 => "tomorrow".to_owned(),
        days if past >= 0 => format!("{days}{GAP}d ago"),
        days => format!("in {}{GAP}d", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn relative_times_choose_their_unit() {
        let now = at("2026-11-23T14:02:07Z");
        for (then, text) in [
            ("2026-11-23T14:02:00Z", "just now"),
            ("2026-11-23T14:01:47Z", "20 s ago"),
            ("2026-11-23T13:57:00Z", "5 min ago"),
            ("2026-11-23T11:00:00Z", "3 h ago"),
            ("2026-11-22T11:00:00Z", "yesterday"),
            ("2026-11-17T11:00:00Z", "6 d ago"),
            ("2026-09-01", "2026-09-01"),
            ("2026-11-23T14:12:30Z", "in 10 min"),
            ("2026-11-24T23:00:00Z", "tomorrow"),
            ("2026-12-03T14:00:00Z", "in 10 d"),
        ] {
            assert_eq!(ago(now, at(then)).replace(GAP, " "), text, "{then}");
        }
    }

    #[test]
    fn the_exact_time_travels_with_the_relative_one() {
        let markup = time(at("2026-11-23T14:02:07Z"), at("2026-11-23T13:57:00Z")).into_string();
        assert_eq!(
            markup.replace(GAP, " "),
            r#"<time datetime="2026-11-23T13:57:00.000Z" title="2026-11-23 13:57:00 UTC">5 min ago</time>"#
        );
        assert_eq!(clock(at("2026-11-23T13:57:00Z")), "13:57");
        assert_eq!(hour(at("2026-11-23T03:57:00Z")), "03:00");
        assert_eq!(day(at("2026-11-03")).replace(GAP, " "), "3 Nov");
    }
}

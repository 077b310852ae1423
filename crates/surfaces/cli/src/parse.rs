//! Reads the values of flags. A value that is wrong is refused with what would be right.

use domain::Timestamp;
use domain::money::NanoUsd;
use domain::time::DAY_MS;

/// When something ends by itself, as the server reads it: a span or a time.
pub(crate) fn expiry(text: &str) -> Result<String, String> {
    let span = |letter: char| {
        text.strip_suffix(letter).and_then(|count| count.parse::<u32>().ok()).is_some_and(|count| count > 0)
    };
    if Timestamp::parse(text).is_some() || ['d', 'h', 'm', 's'].into_iter().any(span) {
        Ok(text.to_owned())
    } else {
        Err("expected a span such as 90d, 12h, 30m or 45s, or a date such as 2027-01-01".into())
    }
}

/// Reads an amount: `25 USD`, or a plain `25`.
pub(crate) fn money(text: &str) -> Result<NanoUsd, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let amount = if plain { NanoUsd::parse_decimal(text) } else { NanoUsd::parse_usd(text) };
    amount.map_err(|error| error.to_string())
}

/// Reads a time, or a date, which means its first moment.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "expected a date such as 2026-11-23 or a time such as 2026-11-23T09:00:00Z".into())
}

/// Reads the first of some UTC days: a date, or its first moment.
pub(crate) fn first_day(text: &str) -> Result<Timestamp, String> {
    let at = time(text)?;
    let start = at.start_of_day();
    let day = start.date();
    if at == start { Ok(at) } else { Err(format!("whole UTC days are read; use {day} or {day}T00:00:00Z")) }
}

/// Reads the end of some UTC days: the last of them, which is included, or the moment after it.
pub(crate) fn last_day(text: &str) -> Result<Timestamp, String> {
    let at = time(text)?;
    let start = at.start_of_day();
    let (day, end) = (start.date(), start.plus_ms(DAY_MS));
    match text.contains(['T', 't', ' ']) {
        false => Ok(end),
        true if at == start => Ok(at),
        true => {
            Err(format!("whole UTC days are read; use {day}, which is included, or {}T00:00:00Z", end.date()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_span_or_a_time() {
        for right in ["90d", "12h", "30m", "1s", "2027-01-01", "2027-01-01T09:00:00Z"] {
            assert_eq!(expiry(right).as_deref(), Ok(right));
        }
        for wrong in ["", "90", "0d", "-1d", "d", "3w", "1.5d", "99999999999d", "é"] {
            assert!(expiry(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_amount_may_leave_out_the_currency() {
        assert_eq!(money("25 USD"), money("25"));
        assert_eq!(money("0.50"), Ok(NanoUsd::from_nano(500_000_000)));
        for wrong in ["", "25 EUR", "-1", "$5", "1,000"] {
            assert!(money(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_last_day_of_a_span_is_included() {
        assert_eq!(last_day("2026-11-30"), time("2026-12-01"));
        assert_eq!(last_day("2026-11-30T00:00:00Z"), time("2026-11-30"));
        assert_eq!(first_day("2026-11-30T00:00:00Z"), first_day("2026-11-30"));
        assert!(last_day("soon").is_err() && first_day("soon").is_err());
    }

    #[test]
    fn a_bound_within_a_day_is_refused_with_what_would_be_right() {
        let first = first_day("2026-11-30T12:00:00Z").unwrap_err();
        assert!(first.ends_with("use 2026-11-30 or 2026-11-30T00:00:00Z"), "{first}");
        let last = last_day("2026-11-30T12:00:00Z").unwrap_err();
        assert!(last.ends_with("use 2026-11-30, which is included, or 2026-12-01T00:00:00Z"), "{last}");
    }
}

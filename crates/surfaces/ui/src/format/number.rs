//! Counts, money, shares, durations and sizes.
//!
//! Integers in, text out; no floating point, so that what is shown is what is stored, rounded
//! half up at the last digit shown.

use domain::NanoUsd;

use super::{GAP, THIN};

/// `12 345`, with thin spaces.
pub(crate) fn count(number: u64) -> String {
    group(&number.to_string())
}

fn group(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// `1 call`, `3 calls`: the figure with its noun.
pub(crate) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{}{GAP}{}", count(number), if number == 1 { one } else { many })
}

/// `$12.40`, `$1 234.50`; below a cent `0.31 ¢`.
pub(crate) fn money(amount: NanoUsd) -> String {
    let plain = amount.to_string();
    match plain.split_once('$') {
        Some((sign, rest)) => {
            let (whole, cents) = rest.split_once('.').unwrap_or((rest, "00"));
            format!("{}${}.{cents}", minus(sign), group(whole))
        }
        None => plain.replace(' ', "\u{a0}").replace('-', "−"),
    }
}

/// A price, with every digit it has and at least two decimals: `$0.075`, `$1 234.50`.
pub(crate) fn price(amount: NanoUsd) -> String {
    let plain = amount.to_decimal();
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, "00"));
    match whole.strip_prefix('-') {
        Some(whole) => format!("−${}.{decimals}", group(whole)),
        None => format!("${}.{decimals}", group(whole)),
    }
}

fn minus(sign: &str) -> &str {
    if sign == "-" { "−" } else { sign }
}

/// Marks a figure as an estimate: `≈ $3.10`.
pub(crate) fn approximately(estimated: Estimated, text: &str) -> String {
    match estimated {
        Estimated::Yes => format!("≈{GAP}{text}"),
        Estimated::No => text.to_owned(),
    }
}

/// Whether a figure is an estimate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Estimated {
    /// At least a part of it.
    Yes,
    /// Nothing of it.
    No,
}

impl Estimated {
    /// An amount is an estimate where any part of it is.
    pub(crate) fn of(part: NanoUsd) -> Self {
        if part == NanoUsd::ZERO { Self::No } else { Self::Yes }
    }

    /// From a stored mark.
    pub(crate) const fn when(marked: bool) -> Self {
        if marked { Self::Yes } else { Self::No }
    }
}

/// `61 %`; `< 1 %` rather than a zero that hides something, `> 99 %` rather than a false whole.
/// Nothing to divide by: `–`.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let (part, whole) = (i128::from(part.max(0)), i128::from(whole));
    let rounded = (part * 200 + whole) / (whole * 2);
    match rounded {
        0 if part > 0 => format!("<{GAP}1{GAP}%"),
        100 if part < whole => format!(">{GAP}99{GAP}%"),
        _ => format!("{}{GAP}%", group(&rounded.to_string())),
    }
}

/// A share with a decimal below ten percent: `1.4 %`, `0.2 %`, `92 %`.
pub(crate) fn fine_percent(part: i64, whole: i64) -> String {
    let (wide, all) = (i128::from(part.max(0)), i128::from(whole.max(1)));
    let tenths = (wide * 2_000 + all) / (all * 2);
    if whole <= 0 || part <= 0 || tenths == 0 || tenths >= 100 {
        return percent(part, whole);
    }
    format!("{}.{}{GAP}%", tenths / 10, tenths % 10)
}

/// The change from `before` to `now`: `+12 %`, `−4 %`, `±0 %`; `new` where there was nothing.
pub(crate) fn signed_percent(now: i64, before: i64) -> String {
    if before <= 0 {
        return if now > 0 { "new".to_owned() } else { "–".to_owned() };
    }
    let (change, whole) = (i128::from(now) - i128::from(before), i128::from(before));
    let rounded = (change.abs() * 200 + whole) / (whole * 2);
    let sign = match (rounded, change < 0) {
        (0, _) => '±',
        (_, true) => '−',
        (_, false) => '+',
    };
    format!("{sign}{}{GAP}%", group(&rounded.to_string()))
}

/// `412 ms`, `3.2 s`, `2 min 5 s`, `1 h 4 min`, `3 d 4 h`.
pub(crate) fn duration(ms: i64) -> String {
    let ms = ms.max(0);
    let seconds = ms / 1_000;
    match ms {
        0..=999 => format!("{ms}{GAP}ms"),
        1_000..=59_949 => {
            let tenths = (ms + 50) / 100;
            format!("{}.{}{GAP}s", tenths / 10, tenths % 10)
        }
        59_950..=3_599_999 => pair(seconds.max(60), 60, "min", "s"),
        3_600_000..=86_399_999 => pair(seconds / 60, 60, "h", "min"),
        _ => pair(seconds / 3_600, 24, "d", "h"),
    }
}

fn pair(small: i64, per: i64, big_unit: &str, small_unit: &str) -> String {
    let big = group(&(small / per).to_string());
    match small % per {
        0 => format!("{big}{GAP}{big_unit}"),
        rest => format!("{big}{GAP}{big_unit} {rest}{GAP}{small_unit}"),
    }
}

/// `820 B`, `1.4 kB`, `32 MB`: decimal units, one decimal below ten.
pub(crate) fn bytes(size: u64) -> String {
    if size < 1_000 {
        return format!("{size}{GAP}B");
    }
    let (text, unit) = scaled(size, &["kB", "MB", "GB", "TB"]);
    format!("{text}{GAP}{unit}")
}

/// `940`, `1.2 k`, `34 M`: for the axes of charts, where room is short.
pub(crate) fn compact(number: u64) -> String {
    if number < 1_000 {
        return number.to_string();
    }
    let (text, unit) = scaled(number, &["k", "M", "G", "T"]);
    format!("{text}{THIN}{unit}")
}

fn scaled(number: u64, units: &[&'static str]) -> (String, &'static str) {
    let mut base = 1_000_u64;
    let mut index = 0;
    while index + 1 < units.len() && number / base >= 1_000 {
        base *= 1_000;
        index += 1;
    }
    let tenths = u128::from(number) * 10 / u128::from(base);
    let text = if tenths < 100 && tenths % 10 != 0 {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        (tenths / 10).to_string()
    };
    (text, units.get(index).copied().unwrap_or_default())
}

/// Money on the axis of a chart: whole dollars where there are any, cents below.
pub(crate) fn compact_money(nano: i64) -> String {
    let nano = nano.max(0).unsigned_abs();
    match nano {
        0 => "$0".to_owned(),
        1..=9_999_999 => money(NanoUsd::from_nano(i64::try_from(nano).unwrap_or(i64::MAX))),
        _ if nano.is_multiple_of(1_000_000_000) || nano >= 100_000_000_000 => {
            format!("${}", compact(nano / 1_000_000_000))
        }
        _ => money(NanoUsd::from_nano(i64::try_from(nano).unwrap_or(i64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the special spaces as plain ones, so that tables stay readable.
    fn plain(text: &str) -> String {
        text.replace([THIN, GAP], " ")
    }

    #[test]
    fn counts_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1 000"), (1_234_567, "1 234 567")] {
            assert_eq!(plain(&count(number)), text);
        }
        assert_eq!(plain(&plural(1, "call", "calls")), "1 call");
        assert_eq!(plain(&plural(1_200, "call", "calls")), "1 200 calls");
    }

    #[test]
    fn money_reads_as_dollars_and_below_a_cent_as_cents() {
        for (nano, text) in [
            (0, "$0.00"),
            (12_400_000_000, "$12.40"),
            (1_234_500_000_000, "$1 234.50"),
            (3_100_000, "0.31 ¢"),
            (-5_000_000_000, "−$5.00"),
            (-3_100_000, "−0.31 ¢"),
        ] {
            assert_eq!(plain(&money(NanoUsd::from_nano(nano))), text);
        }
        assert_eq!(plain(&approximately(Estimated::Yes, "$1.00")), "≈ $1.00");
        assert_eq!(approximately(Estimated::No, "$1.00"), "$1.00");
        assert_eq!(Estimated::of(NanoUsd::ZERO), Estimated::No);
        assert_eq!(Estimated::of(NanoUsd::from_nano(1)), Estimated::Yes);
    }

    #[test]
    fn shares_never_round_something_away() {
        for (part, whole, text) in [
            (61, 100, "61 %"),
            (0, 10, "0 %"),
            (1, 1_000, "< 1 %"),
            (999, 1_000, "> 99 %"),
            (10, 10, "100 %"),
            (25, 10, "250 %"),
            (1, 0, "–"),
            (i64::MAX, i64::MAX, "100 %"),
        ] {
            assert_eq!(plain(&percent(part, whole)), text, "{part}/{whole}");
        }
        for (part, whole, text) in [
            (74, 5_302, "1.4 %"),
            (1, 5_000, "< 1 %"),
            (9, 10, "90 %"),
            (0, 10, "0 %"),
            (1, 0, "–"),
            (999, 10_000, "10 %"),
        ] {
            assert_eq!(plain(&fine_percent(part, whole)), text, "{part}/{whole}");
        }
    }

    #[test]
    fn changes_carry_their_sign() {
        for (now, before, text) in [
            (112, 100, "+12 %"),
            (96, 100, "−4 %"),
            (1_000, 1_001, "±0 %"),
            (5, 0, "new"),
            (0, 0, "–"),
            (0, 5, "−100 %"),
        ] {
            assert_eq!(plain(&signed_percent(now, before)), text, "{before} → {now}");
        }
    }

    #[test]
    fn durations_use_two_units_at_most() {
        for (ms, text) in [
            (-5, "0 ms"),
            (412, "412 ms"),
            (999, "999 ms"),
            (1_000, "1.0 s"),
            (3_249, "3.2 s"),
            (59_949, "59.9 s"),
            (59_950, "1 min"),
            (125_000, "2 min 5 s"),
            (3_840_000, "1 h 4 min"),
            (273_600_000, "3 d 4 h"),
        ] {
            assert_eq!(plain(&duration(ms)), text);
        }
    }

    #[test]
    fn sizes_and_axes_are_short() {
        for (size, text) in [(820, "820 B"), (1_400, "1.4 kB"), (2_000, "2 kB"), (32_000_000, "32 MB")] {
            assert_eq!(plain(&bytes(size)), text);
        }
        for (number, text) in [(940, "940"), (1_200, "1.2 k"), (34_000_000, "34 M"), (u64::MAX, "18446744 T")]
        {
            assert_eq!(plain(&compact(number)), text);
        }
        for (nano, text) in [
            (0, "$0"),
            (5_000_000_000, "$5"),
            (2_500_000_000, "$2.50"),
            (120_000_000_000, "$120"),
            (3_100_000, "0.31 ¢"),
            (1_500_000_000_000, "$1.5 k"),
        ] {
            assert_eq!(plain(&compact_money(nano)), text);
        }
    }
}

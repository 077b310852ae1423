//! Counts, shares and durations in words.

use crate::views::{Rate, UsageView};
use domain::Usage;

/// `1 call`, `3 calls`, `no calls`.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        many => format!("{} {noun}s", grouped(many)),
    }
}

/// `12 345`, with narrow spaces, as pages write it.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let gap = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits
        .char_indices()
        .flat_map(|(at, digit)| gap(at).then_some('\u{202f}').into_iter().chain([digit]))
        .collect()
}

/// `412 ms`, `3.2 s`, `4 min 10 s`; tenths are rounded half up, as pages round them.
pub(crate) fn duration(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{} ms", ms.max(0)),
        1_000..59_950 => format!("{}.{} s", (ms + 50) / 1_000, (ms + 50) % 1_000 / 100),
        59_950..60_000 => "1 min 0 s".to_owned(),
        60_000.. => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// `12 % (n = 240)`.
pub(crate) fn share(rate: Rate) -> String {
    match rate.percent {
        None => "not enough data".to_owned(),
        Some(percent) => format!("{} % (n = {})", short(percent), rate.n),
    }
}

/// A percentage without needless decimals: `0.4`, `12`.
pub(crate) fn short(percent: f64) -> String {
    if percent.abs() < 9.95 && (percent * 10.0).round() % 10.0 != 0.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A rate of `count` among `n`, with Wilson's 95 % interval.
#[expect(clippy::cast_precision_loss, reason = "a share of more than 2⁵³ calls may be off in its last digit")]
pub(crate) fn rate(count: u64, n: u64) -> Rate {
    if n == 0 {
        return Rate { count, ..Rate::default() };
    }
    let (n_real, z) = (n as f64, 1.959_964_f64);
    let p = (count.min(n) as f64) / n_real;
    let spread = z * z / n_real;
    let middle = (p + spread / 2.0) / (1.0 + spread);
    let half = z / (1.0 + spread) * (p * (1.0 - p) / n_real + spread / (4.0 * n_real)).sqrt();
    let percent = |share: f64| Some((share * 100.0).clamp(0.0, 100.0));
    let low = if count == 0 { 0.0 } else { middle - half };
    let high = if count >= n { 1.0 } else { middle + half };
    Rate { count, n, percent: percent(p), low: percent(low), high: percent(high) }
}

/// `part / whole` in percent; `None` where the whole is zero or less.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share of more than 2⁵³ nano-dollars may be off in its last digit"
)]
pub(crate) fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64 * 100.0)
}

/// Usage as pages show it.
pub(crate) fn usage(usage: &Usage, source: &str) -> UsageView {
    UsageView {
        input: usage.input,
        cache_read: usage.cache_read,
        cache_write: usage.cache_write_5m.saturating_add(usage.cache_write_1h),
        output: usage.output,
        reasoning: usage.reasoning,
        total: usage.total(),
        source: source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(
            [plural(0, "call"), plural(1, "call"), plural(7, "call")],
            ["no calls", "1 call", "7 calls"]
        );
        assert_eq!(plural(1_234_567, "call"), "1\u{202f}234\u{202f}567 calls");
        let times = [412, 999, 2_351, 3_249, 59_949, 59_950, 250_000].map(duration);
        assert_eq!(times, ["412 ms", "999 ms", "2.4 s", "3.2 s", "59.9 s", "1 min 0 s", "4 min 10 s"]);
        assert_eq!([short(0.42), short(5.0), short(61.4)], ["0.4", "5", "61"]);
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(share(rate(1, 0)), "not enough data");
    }

    #[test]
    fn a_rate_has_its_interval() {
        let rate = rate(216, 240);
        let near = |found: Option<f64>, expected: f64| (found.unwrap() - expected).abs() < 0.01;
        assert!(near(rate.percent, 90.0) && near(rate.low, 85.55) && near(rate.high, 93.19), "{rate:?}");
        assert_eq!(super::rate(0, 5).low, Some(0.0));
    }
}

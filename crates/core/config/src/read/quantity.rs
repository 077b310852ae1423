//! Durations and sizes as text: `"30s"`, `"32 MB"`.

use std::time::Duration;

/// A number and its unit: `"5s"` is `(5, "s")`. `None` unless it starts with digits.
fn split(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, unit.trim_start()))
}

/// Reads `"500ms"`, `"5s"`, `"2m"`, `"1h"`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (count, unit) = split(text)?;
    let ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    count.checked_mul(ms).map(Duration::from_millis)
}

/// Reads `"32 MB"`: decimal units as disks have them, or binary ones when they say so.
pub(crate) fn size(text: &str) -> Option<u64> {
    let (count, unit) = split(text)?;
    let bytes = match unit.to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    count.checked_mul(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_carry_their_unit() {
        let ms = |text| duration(text).map(|d| d.as_millis());
        assert_eq!(ms("500ms"), Some(500));
        assert_eq!(ms("5s"), Some(5_000));
        assert_eq!(ms("30 s"), Some(30_000));
        assert_eq!(ms("2m"), Some(120_000));
        assert_eq!(ms("1h"), Some(3_600_000));
        for wrong in
            ["", "5", "s", "-5s", "1.5s", "5 sec", "5S", "99999999999999999999s", "18446744073709551615h"]
        {
            assert_eq!(ms(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn sizes_carry_their_unit() {
        assert_eq!(size("32 MB"), Some(32_000_000));
        assert_eq!(size("32MiB"), Some(33_554_432));
        assert_eq!(size("1 gb"), Some(1_000_000_000));
        for wrong in ["", "32", "MB", "32 TB", "1.5 MB", "32 M"] {
            assert_eq!(size(wrong), None, "{wrong:?}");
        }
    }
}

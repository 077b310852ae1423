//! How random a text looks.

/// Shannon's entropy of the bytes, in hundredths of a bit per byte.
pub(crate) fn centibits(text: &[u8]) -> u32 {
    let mut counts = [0_u16; 256];
    for byte in text {
        let count = &mut counts[usize::from(*byte)];
        *count = count.saturating_add(1);
    }
    let total = text.len().max(1);
    let weighted: u32 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| u32::from(*count) * log2_hundredths(u32::from(*count)))
        .sum();
    let total_log = log2_hundredths(u32::try_from(total).unwrap_or(u32::MAX));
    total_log.saturating_sub(weighted / u32::try_from(total).unwrap_or(u32::MAX))
}

/// The logarithm to base two, in hundredths, by linear interpolation between powers of two.
fn log2_hundredths(value: u32) -> u32 {
    let whole = value.max(1).ilog2();
    let power = 1_u64 << whole;
    let rest = (u64::from(value) - power.min(u64::from(value))) * 100 / power;
    whole * 100 + u32::try_from(rest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::centibits;

    #[test]
    fn what_is_random_scores_higher_than_what_is_not() {
        assert_eq!(centibits(b"aaaaaaaaaaaaaaaa"), 0);
        assert!(centibits(b"xxxxxxxxxxxxxxxxxxxxxxxx") < 100);
        assert!((380..=400).contains(&centibits(b"0123456789abcdef")));
        assert!(centibits(b"q7Zp2LxV9sKd4WmT8cRb") > 400);
    }
}

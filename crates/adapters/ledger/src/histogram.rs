//! Latencies as counts in buckets, which can be added up: percentiles of parts can't.
//!
//! Eight buckets to each doubling, so a figure read back is off by at most one sixteenth, and adding
//! up histograms loses nothing: the sum over days is the histogram of all their calls. The promise of
//! a relative error that survives merging is that of DDSketch (Masson, Rim and Lee, "DDSketch: a fast
//! and fully-mergeable quantile sketch with relative-error guarantees", PVLDB 12(12), 2019); buckets
//! that need no logarithm are HdrHistogram's (<https://hdrhistogram.github.io/HdrHistogram/>).

use std::collections::BTreeMap;

/// Counts by bucket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Histogram(BTreeMap<u8, u64>);

const SUB: u64 = 8;
const SUB_BITS: u32 = 3;

fn bucket(ms: i64) -> u8 {
    let ms = u64::try_from(ms).unwrap_or(0).min(1 << 30);
    if ms < SUB {
        return u8::try_from(ms).unwrap_or(0);
    }
    let octave = ms.ilog2();
    let step = (ms >> (octave - SUB_BITS)) & (SUB - 1);
    u8::try_from(u64::from(octave - SUB_BITS + 1) * SUB + step).unwrap_or(u8::MAX)
}

/// The middle of a bucket, in milliseconds.
fn middle(bucket: u8) -> i64 {
    let (octave, step) = (u32::from(bucket) / 8, i64::from(bucket % 8));
    if octave == 0 {
        return step;
    }
    let width = 1_i64 << (octave - 1);
    (8 + step) * width + (width - 1) / 2
}

impl Histogram {
    pub(crate) fn add(&mut self, ms: i64) {
        *self.0.entry(bucket(ms)).or_default() += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.0 {
            *self.0.entry(*bucket).or_default() += count;
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// The latency that `percent` of a hundred calls stay within; `None` where there were none.
    pub(crate) fn percentile(&self, percent: u64) -> Option<i64> {
        let rank = (self.count() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.0.iter().find_map(|(bucket, count)| {
            seen += count;
            (seen >= rank).then(|| middle(*bucket))
        })
    }

    /// Pairs of bucket and count, the count as a little-endian base-128 number (LEB128).
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        for (bucket, count) in &self.0 {
            bytes.push(*bucket);
            let mut left = *count;
            loop {
                let low = u8::try_from(left & 0x7f).unwrap_or(0);
                left >>= 7;
                bytes.push(if left == 0 { low } else { low | 0x80 });
                if left == 0 {
                    break;
                }
            }
        }
        bytes
    }

    /// Reads what [`Histogram::encode`] wrote; stops where the bytes make no sense.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        let mut counts = BTreeMap::new();
        let mut rest = bytes.iter().copied();
        while let Some(bucket) = rest.next() {
            let (mut count, mut shift) = (0_u64, 0_u32);
            for byte in rest.by_ref() {
                count |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            counts.insert(bucket, count);
        }
        Self(counts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[i64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|ms| histogram.add(*ms));
        histogram
    }

    #[test]
    fn percentiles_of_nothing_are_nothing() {
        assert_eq!(Histogram::default().percentile(50), None);
        assert_eq!(of(&[5]).percentile(95), Some(5));
    }

    proptest! {
        #[test]
        fn a_percentile_is_off_by_a_sixteenth_at_most(mut values in prop::collection::vec(0_i64..5_000_000, 1..200), percent in 1_u64..=100) {
            let found = of(&values).percentile(percent).unwrap();
            values.sort_unstable();
            let rank = usize::try_from((u64::try_from(values.len()).unwrap() * percent).div_ceil(100)).unwrap();
            let exact = values[rank - 1];
            prop_assert!((found - exact).abs() * 16 <= exact.max(16), "{found} for {exact}");
        }

        #[test]
        fn merging_is_adding(left in prop::collection::vec(-5_i64..5_000_000, 0..50), right in prop::collection::vec(0_i64..9_000_000_000, 0..50)) {
            let mut merged = of(&left);
            merged.merge(&of(&right));
            let all: Vec<_> = left.into_iter().chain(right).collect();
            prop_assert_eq!(&merged, &of(&all));
            prop_assert_eq!(Histogram::decode(&merged.encode()), merged);
        }

        #[test]
        fn any_bytes_decode_to_something(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _no_panic = Histogram::decode(&bytes).encode();
        }
    }
}

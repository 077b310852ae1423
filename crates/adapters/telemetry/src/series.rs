//! Numbers, added up by metric and labels.
//!
//! The number of series of a metric is limited; beyond it numbers go to one series of overflow, as
//! the specification's cardinality limit has it, so that nothing is lost from the sums.

use std::collections::HashMap;
use std::sync::Arc;

use genai::{Attribute, Instrument, Labels, Measured, Measurement, Metric, Value};

use crate::settings::Temporality;

/// Series that a metric may have.
const MOST: usize = 1_000;

/// One series at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Point {
    /// What names it.
    pub(crate) labels: Labels,
    /// What has added up.
    pub(crate) sum: Sum,
}

/// What has added up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Sum {
    /// A sum that only grows.
    Total(u64),
    /// How numbers spread over buckets.
    Spread(Spread),
}

/// How numbers spread. Times are in milliseconds; all in thousandths of the metric's unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Spread {
    pub(crate) count: u64,
    pub(crate) sum: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    /// One for each bound, and one for what lies above all of them.
    pub(crate) buckets: Vec<u64>,
}

/// All series.
#[derive(Debug, Default)]
pub(crate) struct Series {
    metrics: Vec<(&'static Metric, HashMap<Labels, Sum>)>,
}

impl Series {
    /// Adds a number.
    pub(crate) fn add(&mut self, measurement: Measurement) {
        let Measurement { metric, labels, measured } = measurement;
        let series = self.of(metric);
        let labels = if series.len() < MOST || series.contains_key(&labels) { labels } else { overflow() };
        let sum = series.entry(labels).or_insert_with(|| Sum::nothing(metric.instrument));
        sum.add(metric.instrument, measured);
    }

    /// What has added up, metric by metric.
    pub(crate) fn collect(&mut self, temporality: Temporality) -> Vec<(&'static Metric, Vec<Point>)> {
        let points = |series: &HashMap<Labels, Sum>| {
            series
                .iter()
                .map(|(labels, sum)| Point { labels: Arc::clone(labels), sum: sum.clone() })
                .collect()
        };
        let collected = self.metrics.iter().map(|(metric, series)| (*metric, points(series))).collect();
        if temporality == Temporality::Delta {
            self.metrics.clear();
        }
        collected
    }

    fn of(&mut self, metric: &'static Metric) -> &mut HashMap<Labels, Sum> {
        let at = self.metrics.iter().position(|(known, _)| known.name == metric.name);
        let at = at.unwrap_or_else(|| {
            self.metrics.push((metric, HashMap::new()));
            self.metrics.len() - 1
        });
        &mut self.metrics[at].1
    }
}

impl Sum {
    fn nothing(instrument: Instrument) -> Self {
        match instrument {
            Instrument::Counter => Self::Total(0),
            Instrument::Histogram(bounds) => Self::Spread(Spread {
                count: 0,
                sum: 0,
                min: i64::MAX,
                max: i64::MIN,
                buckets: vec![0; bounds.len() + 1],
            }),
        }
    }

    fn add(&mut self, instrument: Instrument, measured: Measured) {
        match (self, instrument) {
            (Self::Total(total), _) => {
                let more = match measured {
                    Measured::Count(count) => count,
                    Measured::Ms(ms) => u64::try_from(ms).unwrap_or(0),
                };
                *total = total.saturating_add(more);
            }
            (Self::Spread(spread), Instrument::Histogram(bounds)) => {
                spread.add(bounds, thousandths(measured));
            }
            (Self::Spread(_), Instrument::Counter) => {}
        }
    }
}

impl Spread {
    fn add(&mut self, bounds: &[i64], number: i64) {
        self.count += 1;
        self.sum = self.sum.saturating_add(number);
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        // A bucket holds what is at most its bound.
        let bucket = bounds.partition_point(|bound| *bound < number);
        if let Some(count) = self.buckets.get_mut(bucket) {
            *count += 1;
        }
    }
}

fn thousandths(measured: Measured) -> i64 {
    match measured {
        Measured::Ms(ms) => ms,
        Measured::Count(count) => i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(1_000),
    }
}

fn overflow() -> Labels {
    [Attribute { key: "otel.metric.overflow", value: Value::Flag(true) }].into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static TIME: Metric =
        Metric { name: "time", unit: "s", about: "", instrument: Instrument::Histogram(&[10, 20]) };
    static TOTAL: Metric = Metric { name: "total", unit: "", about: "", instrument: Instrument::Counter };

    fn labels(number: usize) -> Labels {
        [Attribute { key: "n", value: Value::from(number.to_string()) }].into()
    }

    fn add(series: &mut Series, metric: &'static Metric, number: usize, measured: Measured) {
        series.add(Measurement { metric, labels: labels(number), measured });
    }

    fn spread(series: &mut Series) -> Spread {
        match &series.collect(Temporality::Cumulative)[0].1[0].sum {
            Sum::Spread(spread) => spread.clone(),
            Sum::Total(_) => panic!("a histogram spreads"),
        }
    }

    #[test]
    fn a_bucket_holds_what_is_at_most_its_bound() {
        let mut series = Series::default();
        for ms in [0, 10, 11, 20, 21] {
            add(&mut series, &TIME, 1, Measured::Ms(ms));
        }
        let expected = Spread { count: 5, sum: 62, min: 0, max: 21, buckets: vec![2, 2, 1] };
        assert_eq!(spread(&mut series), expected);
    }

    #[test]
    fn what_was_collected_as_a_delta_is_forgotten_and_otherwise_goes_on() {
        for (temporality, expected) in [(Temporality::Delta, 3), (Temporality::Cumulative, 5)] {
            let mut series = Series::default();
            add(&mut series, &TOTAL, 1, Measured::Count(2));
            series.collect(temporality);
            add(&mut series, &TOTAL, 1, Measured::Count(3));
            assert_eq!(series.collect(temporality)[0].1[0].sum, Sum::Total(expected), "{temporality:?}");
        }
    }

    #[test]
    fn beyond_the_limit_numbers_overflow_into_one_series_and_none_is_lost() {
        let mut series = Series::default();
        for number in 0..MOST + 50 {
            add(&mut series, &TOTAL, number, Measured::Count(1));
            add(&mut series, &TOTAL, 0, Measured::Count(1));
        }
        let points = series.collect(Temporality::Cumulative).remove(0).1;
        assert_eq!(points.len(), MOST + 1);
        let total = |point: &Point| match point.sum {
            Sum::Total(total) => total,
            Sum::Spread(_) => 0,
        };
        let over = points.iter().find(|point| point.labels == overflow()).map(total);
        assert_eq!(over, Some(50));
        assert_eq!(points.iter().map(total).sum::<u64>(), 2 * (MOST as u64 + 50));
    }

    proptest! {
        #[test]
        fn buckets_add_up_to_the_count(numbers in prop::collection::vec(-5_i64..50, 1..50)) {
            let mut series = Series::default();
            for ms in &numbers {
                add(&mut series, &TIME, 1, Measured::Ms(*ms));
            }
            let spread = spread(&mut series);
            prop_assert_eq!(spread.buckets.iter().sum::<u64>(), spread.count);
            prop_assert_eq!((spread.sum, Some(&spread.min)), (numbers.iter().sum(), numbers.iter().min()));
        }
    }
}

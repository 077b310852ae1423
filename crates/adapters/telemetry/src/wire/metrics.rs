//! `ExportMetricsServiceRequest`.

use domain::Timestamp;
use genai::{Instrument, Metric, SCHEMA_URL};

use super::tree::{Message, Node, nanos, pairs, resource, scope, text, thousandths};
use crate::series::{Point, Sum};
use crate::settings::Temporality;

/// A request that tells of numbers, metric by metric. Every point has the same times.
pub(crate) fn metrics(
    attributes: &[(String, String)],
    points: &[(&'static Metric, Vec<Point>)],
    (start, now): (Timestamp, Timestamp),
    temporality: Temporality,
) -> Message {
    let times =
        || Message::default().with(2, "startTimeUnixNano", nanos(start)).with(3, "timeUnixNano", nanos(now));
    let metrics = points.iter().map(|(metric, points)| {
        let points = points.iter().map(|point| self::point(times(), metric, point)).collect();
        self::metric(metric, points, temporality)
    });
    let ours = Message::default()
        .with(1, "scope", scope())
        .with(2, "metrics", Node::Messages(metrics.collect()))
        .with(3, "schemaUrl", text(SCHEMA_URL));
    let all = Message::default().with(1, "resource", resource(attributes)).with(
        2,
        "scopeMetrics",
        Node::Messages(vec![ours]),
    );
    Message::default().with(1, "resourceMetrics", Node::Messages(vec![all]))
}

fn metric(metric: &Metric, points: Vec<Message>, temporality: Temporality) -> Message {
    let temporality = match temporality {
        Temporality::Delta => 1,
        Temporality::Cumulative => 2,
    };
    let data = Message::default().with(1, "dataPoints", Node::Messages(points)).with(
        2,
        "aggregationTemporality",
        Node::Enum(temporality),
    );
    let message = Message::default()
        .with(1, "name", text(metric.name))
        .with(2, "description", text(metric.about))
        .with(3, "unit", text(metric.unit));
    match metric.instrument {
        Instrument::Counter => {
            message.with(7, "sum", Node::Message(data.with(3, "isMonotonic", Node::Flag(true))))
        }
        Instrument::Histogram(_) => message.with(9, "histogram", Node::Message(data)),
    }
}

fn point(message: Message, metric: &Metric, point: &Point) -> Message {
    match (&point.sum, metric.instrument) {
        (Sum::Total(total), _) => {
            let total = i64::try_from(*total).unwrap_or(i64::MAX);
            message.with(6, "asInt", Node::Signed64(total)).with(7, "attributes", pairs(&point.labels))
        }
        (Sum::Spread(spread), instrument) => {
            let bounds = match instrument {
                Instrument::Histogram(bounds) => bounds,
                Instrument::Counter => &[],
            };
            message
                .with(4, "count", Node::Fixed64(spread.count))
                .with(5, "sum", Node::Double(thousandths(spread.sum)))
                .with(6, "bucketCounts", Node::Fixed64s(spread.buckets.clone()))
                .with(7, "explicitBounds", Node::Doubles(bounds.iter().copied().map(thousandths).collect()))
                .with(9, "attributes", pairs(&point.labels))
                .with(11, "min", Node::Double(thousandths(spread.min)))
                .with(12, "max", Node::Double(thousandths(spread.max)))
        }
    }
}

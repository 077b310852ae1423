//! From what a body says to a report: the checks and the identity, the same for both encodings.

use std::borrow::Cow;

use domain::Timestamp;
use domain::telemetry::record::{Event, Point, Record, Span};
use domain::telemetry::{Attributes, Growth, Number, Value};

use super::Flaw;
use super::identity::Hasher;

/// OTLP's `AGGREGATION_TEMPORALITY_DELTA`.
const DELTA: u64 = 1;
/// OTLP's `AGGREGATION_TEMPORALITY_CUMULATIVE`.
const CUMULATIVE: u64 = 2;

/// A span as it was sent. Ids are bytes, times are nanoseconds since the epoch.
#[derive(Debug, Default)]
pub(super) struct SpanParts<'a> {
    pub(super) trace: Cow<'a, [u8]>,
    pub(super) span: Cow<'a, [u8]>,
    pub(super) name: Cow<'a, str>,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) attributes: Attributes<'a>,
}

/// A log record as it was sent.
#[derive(Debug, Default)]
pub(super) struct EventParts<'a> {
    pub(super) trace: Cow<'a, [u8]>,
    pub(super) span: Cow<'a, [u8]>,
    pub(super) name: Cow<'a, str>,
    pub(super) body: Option<Cow<'a, str>>,
    pub(super) time: u64,
    pub(super) observed: u64,
    pub(super) attributes: Attributes<'a>,
}

/// A data point as it was sent, with what its metric says.
#[derive(Debug, Default)]
pub(super) struct PointParts<'a> {
    pub(super) start: u64,
    pub(super) time: u64,
    pub(super) value: Option<Number>,
    pub(super) attributes: Attributes<'a>,
}

/// What a metric says of all its points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Series<'a> {
    pub(super) scope: &'a str,
    pub(super) metric: &'a str,
    pub(super) temporality: u64,
    pub(super) kind: Kind,
}

/// What can become of a metric's points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// They are added up.
    Counted,
    /// They are not: a gauge, a summary, a sum that goes up and down.
    Uncounted,
}

pub(super) fn span<'a>(seed: &Hasher, parts: SpanParts<'a>) -> Result<Record<'a>, Flaw> {
    let trace = id(&parts.trace).ok_or(Flaw::TraceId)?;
    let span: [u8; 8] = id(&parts.span).ok_or(Flaw::SpanId)?;
    Ok(Record::Span(Span {
        id: seed.clone().part(b"span").part(&trace).part(&span).finish(),
        trace,
        name: parts.name,
        start: time(parts.start),
        end: time(parts.end),
        attributes: parts.attributes,
    }))
}

/// A log record may lack ids. Ids that are wrong are no reason to refuse what it says. Its name is in
/// the attribute `event.name` first: Codex has a place in its source where the name belongs.
pub(super) fn event<'a>(seed: &Hasher, parts: EventParts<'a>) -> Record<'a> {
    let hasher = seed.clone().part(b"event").part(parts.name.as_bytes()).number(parts.time);
    let hasher = hasher.number(parts.observed).part(&parts.trace).part(&parts.span);
    let body = parts.body.unwrap_or_default();
    let id_of_event = hasher.part(body.as_bytes()).attributes(&parts.attributes).finish();
    let stated = match parts.attributes.get("event.name") {
        Some(Value::Text(text)) => Some(text.clone().into_owned()),
        Some(Value::Number(_) | Value::Flag(_) | Value::Other) | None => None,
    };
    let named = Some(parts.name).filter(|name| !name.is_empty());
    Record::Event(Event {
        id: id_of_event,
        trace: id(&parts.trace),
        name: stated.map(Cow::Owned).or(named).unwrap_or(body),
        at: time(if parts.time == 0 { parts.observed } else { parts.time }),
        attributes: parts.attributes,
    })
}

pub(super) fn point<'a>(
    seed: &Hasher,
    series: Series<'_>,
    parts: PointParts<'a>,
) -> Result<Record<'a>, Flaw> {
    let (Some(value), Kind::Counted) = (parts.value, series.kind) else { return Ok(Record::Uncounted) };
    let hasher = seed.clone().part(b"series").part(series.scope.as_bytes()).part(series.metric.as_bytes());
    let hasher = hasher.attributes(&parts.attributes).number(parts.start);
    let (growth, hasher) = match series.temporality {
        DELTA => (Growth::Once, hasher.number(parts.time)),
        CUMULATIVE => (Growth::Total, hasher),
        _ => return Err(Flaw::Temporality),
    };
    Ok(Record::Point(Point {
        id: hasher.finish(),
        metric: Cow::Owned(series.metric.to_owned()),
        at: time(parts.time),
        growth,
        value,
        attributes: parts.attributes,
    }))
}

/// An id of the right length that is not all zero.
fn id<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let id: [u8; N] = bytes.try_into().ok()?;
    id.iter().any(|byte| *byte != 0).then_some(id)
}

fn time(nanoseconds: u64) -> Timestamp {
    Timestamp::from_ms(i64::try_from(nanoseconds / 1_000_000).unwrap_or(0))
}

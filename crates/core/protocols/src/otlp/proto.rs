//! OTLP bodies in protobuf: which fields are read, and in which messages they stand.
//!
//! Numbers of fields are those of opentelemetry-proto 1.x, which never change. All other fields are
//! stepped over.

use domain::telemetry::{Attributes, Number, Signal, Value};

use super::identity::Hasher;
use super::parts::{self, EventParts, Kind, PointParts, Series, SpanParts};
use super::wire::Fields;
use super::{Counted, MOST_ATTRIBUTES, Malformed};

type Read<T> = Result<T, Malformed>;

/// Reads an `Export…ServiceRequest`: field 1, one message for each resource.
pub(super) fn read(signal: Signal, workflow: &str, body: &[u8], visit: &mut Counted<'_>) -> Read<()> {
    for field in Fields::of(body) {
        if let (1, value) = field? {
            resource(signal, workflow, value.bytes(1)?, visit)?;
        }
    }
    Ok(())
}

/// `ResourceSpans`, `ResourceMetrics`, `ResourceLogs`. The resource is looked for first: nothing
/// says that it stands first.
fn resource(signal: Signal, workflow: &str, message: &[u8], visit: &mut Counted<'_>) -> Read<()> {
    let mut about = Attributes::default();
    for field in Fields::of(message) {
        if let (1, value) = field? {
            about = attributes(value.bytes(1)?, 1)?;
        }
    }
    let seed = Hasher::new(workflow).attributes(&about);
    for field in Fields::of(message) {
        if let (2, value) = field? {
            scope(signal, (&about, &seed), value.bytes(2)?, visit)?;
        }
    }
    Ok(())
}

/// `ScopeSpans`, `ScopeMetrics`, `ScopeLogs`.
fn scope(
    signal: Signal,
    (about, seed): (&Attributes<'_>, &Hasher),
    message: &[u8],
    visit: &mut Counted<'_>,
) -> Read<()> {
    let mut name = None;
    for field in Fields::of(message) {
        if let (1, value) = field? {
            name = text_of(value.bytes(1)?, 1)?;
        }
    }
    for field in Fields::of(message) {
        let (2, value) = field? else { continue };
        let item = value.bytes(2)?;
        match signal {
            Signal::Traces => visit(about, parts::span(seed, span(item)?)),
            Signal::Logs => visit(about, Ok(parts::event(seed, event(item)?))),
            Signal::Metrics => metric((about, seed), name.as_deref().unwrap_or_default(), item, visit)?,
        }
    }
    Ok(())
}

fn span(message: &[u8]) -> Read<SpanParts<'_>> {
    let mut parts = SpanParts::default();
    for field in Fields::of(message) {
        let (number, value) = field?;
        match number {
            1 => parts.trace = value.bytes(1)?.into(),
            2 => parts.span = value.bytes(2)?.into(),
            5 => parts.name = value.text(5)?,
            7 => parts.start = value.fixed64(7)?,
            8 => parts.end = value.fixed64(8)?,
            9 => push(&mut parts.attributes, value.bytes(9)?)?,
            _ => {}
        }
    }
    Ok(parts)
}

fn event(message: &[u8]) -> Read<EventParts<'_>> {
    let mut parts = EventParts::default();
    for field in Fields::of(message) {
        let (number, value) = field?;
        match number {
            1 => parts.time = value.fixed64(1)?,
            5 => {
                if let Value::Text(text) = any(value.bytes(5)?)? {
                    parts.body = Some(text);
                }
            }
            6 => push(&mut parts.attributes, value.bytes(6)?)?,
            9 => parts.trace = value.bytes(9)?.into(),
            10 => parts.span = value.bytes(10)?.into(),
            11 => parts.observed = value.fixed64(11)?,
            12 => parts.name = value.text(12)?,
            _ => {}
        }
    }
    Ok(parts)
}

/// `Metric`: its name, then its data, which is of one of five kinds.
fn metric(
    about: (&Attributes<'_>, &Hasher),
    scope: &str,
    message: &[u8],
    visit: &mut Counted<'_>,
) -> Read<()> {
    let name = text_of(message, 1)?.unwrap_or_default();
    for field in Fields::of(message) {
        let (number, value) = field?;
        let shape = match number {
            5 | 11 => Shape::UNCOUNTED,
            7 => Shape::SUM,
            9 => Shape::HISTOGRAM,
            10 => Shape::EXPONENTIAL,
            _ => continue,
        };
        data(about, (scope, &name), (shape, value.bytes(number)?), visit)?;
    }
    Ok(())
}

/// Where a kind of data has what is read.
#[derive(Clone, Copy)]
struct Shape {
    kind: Kind,
    attributes: u32,
    whole: u32,
    real: u32,
}

impl Shape {
    const SUM: Self = Self { kind: Kind::Counted, attributes: 7, whole: 6, real: 4 };
    const HISTOGRAM: Self = Self { kind: Kind::Counted, attributes: 9, whole: 0, real: 5 };
    const EXPONENTIAL: Self = Self { kind: Kind::Counted, attributes: 1, whole: 0, real: 5 };
    const UNCOUNTED: Self = Self { kind: Kind::Uncounted, attributes: 0, whole: 0, real: 0 };
}

fn data(
    (about, seed): (&Attributes<'_>, &Hasher),
    (scope, metric): (&str, &str),
    (shape, message): (Shape, &[u8]),
    visit: &mut Counted<'_>,
) -> Read<()> {
    let mut series = Series { scope, metric, temporality: 0, kind: shape.kind };
    let mut monotonic = shape.whole == 0;
    for field in Fields::of(message) {
        match field? {
            (2, value) if shape.kind == Kind::Counted => series.temporality = value.varint(2)?,
            (3, value) if shape.whole != 0 => monotonic = value.varint(3)? != 0,
            _ => {}
        }
    }
    if !monotonic {
        series.kind = Kind::Uncounted;
    }
    for field in Fields::of(message) {
        if let (1, value) = field? {
            let parts = point(shape, value.bytes(1)?)?;
            visit(about, parts::point(seed, series, parts));
        }
    }
    Ok(())
}

fn point(shape: Shape, message: &[u8]) -> Read<PointParts<'_>> {
    let mut parts = PointParts::default();
    if shape.kind == Kind::Uncounted {
        return Ok(parts);
    }
    for field in Fields::of(message) {
        let (number, value) = field?;
        match number {
            _ if number == shape.attributes => {
                push(&mut parts.attributes, value.bytes(number)?)?;
            }
            2 => parts.start = value.fixed64(2)?,
            3 => parts.time = value.fixed64(3)?,
            _ if number == shape.real => {
                parts.value = Some(Number::Real(f64::from_bits(value.fixed64(number)?)));
            }
            _ if number == shape.whole => {
                parts.value = Some(Number::Whole(value.fixed64(number)?.cast_signed()));
            }
            _ => {}
        }
    }
    Ok(parts)
}

/// The first text of a message at a field.
fn text_of(message: &[u8], wanted: u32) -> Read<Option<std::borrow::Cow<'_, str>>> {
    for field in Fields::of(message) {
        let (number, value) = field?;
        if number == wanted {
            return value.text(number).map(Some);
        }
    }
    Ok(None)
}

/// The attributes of a message whose field `wanted` holds them.
fn attributes(message: &[u8], wanted: u32) -> Read<Attributes<'_>> {
    let mut all = Attributes::default();
    for field in Fields::of(message) {
        let (number, value) = field?;
        if number == wanted {
            push(&mut all, value.bytes(number)?)?;
        }
    }
    Ok(all)
}

fn push<'a>(attributes: &mut Attributes<'a>, message: &'a [u8]) -> Read<()> {
    if attributes.0.len() < MOST_ATTRIBUTES {
        attributes.0.push(attribute(message)?);
    }
    Ok(())
}

/// `KeyValue`.
fn attribute(message: &[u8]) -> Read<(std::borrow::Cow<'_, str>, Value<'_>)> {
    let (mut key, mut held) = (std::borrow::Cow::Borrowed(""), Value::Other);
    for field in Fields::of(message) {
        match field? {
            (1, value) => key = value.text(1)?,
            (2, value) => held = any(value.bytes(2)?)?,
            _ => {}
        }
    }
    Ok((key, held))
}

/// `AnyValue`. What is nested in it is not looked at.
fn any(message: &[u8]) -> Read<Value<'_>> {
    let mut held = Value::Other;
    for field in Fields::of(message) {
        let (number, value) = field?;
        held = match number {
            1 => Value::Text(value.text(1)?),
            2 => Value::Flag(value.varint(2)? != 0),
            3 => Value::Number(Number::Whole(value.varint(3)?.cast_signed())),
            4 => Value::Number(Number::Real(f64::from_bits(value.fixed64(4)?))),
            _ => Value::Other,
        };
    }
    Ok(held)
}

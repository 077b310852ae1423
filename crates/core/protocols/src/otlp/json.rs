//! OTLP bodies in JSON: protobuf's JSON form with OTLP's exceptions.
//!
//! Names are lowerCamelCase, ids are hexadecimal, enums are integers, 64-bit integers are texts or
//! numbers, unknown fields are stepped over, and `null` is an absent field. Lists are slices of the
//! body until their items are read one by one, so that no body becomes a tree; texts are borrowed
//! unless they hold escapes.

use std::borrow::Cow;

use domain::telemetry::{Attributes, Number, Signal};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::identity::Hasher;
use super::json_values::{Pairs, Real, Text, TextOnly, Whole, each, id, parse};
use super::parts::{self, EventParts, Kind, PointParts, Series, SpanParts};
use super::{Counted, Malformed};

type Read = Result<(), Malformed>;

/// Reads an `Export…ServiceRequest`.
pub(super) fn read(signal: Signal, workflow: &str, body: &[u8], visit: &mut Counted<'_>) -> Read {
    let all: Request<'_> = parse(body)?;
    let resources = match signal {
        Signal::Traces => all.resource_spans,
        Signal::Metrics => all.resource_metrics,
        Signal::Logs => all.resource_logs,
    };
    each(resources, |one: PerResource<'_>| {
        let about = one.resource.and_then(|about| about.attributes).unwrap_or_default().0;
        let seed = Hasher::new(workflow).attributes(&about);
        let scopes = match signal {
            Signal::Traces => one.scope_spans,
            Signal::Metrics => one.scope_metrics,
            Signal::Logs => one.scope_logs,
        };
        each(scopes, |scope| of_scope(signal, (&about, &seed), scope, visit))
    })
}

fn of_scope(
    signal: Signal,
    (about, seed): (&Attributes<'_>, &Hasher),
    one: PerScope<'_>,
    visit: &mut Counted<'_>,
) -> Read {
    match signal {
        Signal::Traces => each(one.spans, |span: SpanJson<'_>| {
            visit(about, parts::span(seed, span.parts()));
            Ok(())
        }),
        Signal::Logs => each(one.log_records, |event: EventJson<'_>| {
            visit(about, Ok(parts::event(seed, event.parts())));
            Ok(())
        }),
        Signal::Metrics => {
            let name = one.scope.and_then(|scope| scope.name).map(|name| name.0).unwrap_or_default();
            each(one.metrics, |metric: MetricJson<'_>| metric.visit((about, seed), &name, visit))
        }
    }
}

macro_rules! messages {
    ($($name:ident { $($field:ident: $type:ty,)+ })+) => {$(
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct $name<'a> {
            $(#[serde(borrow, default)] $field: Option<$type>,)+
        }
    )+};
}

messages! {
    Request { resource_spans: &'a RawValue, resource_metrics: &'a RawValue, resource_logs: &'a RawValue, }
    PerResource {
        resource: About<'a>,
        scope_spans: &'a RawValue,
        scope_metrics: &'a RawValue,
        scope_logs: &'a RawValue,
    }
    PerScope {
        scope: Scope<'a>,
        spans: &'a RawValue,
        metrics: &'a RawValue,
        log_records: &'a RawValue,
    }
    Scope { name: Text<'a>, }
    About { attributes: Pairs<'a>, }
    MetricJson {
        name: Text<'a>,
        gauge: Data<'a>,
        sum: Data<'a>,
        histogram: Data<'a>,
        exponential_histogram: Data<'a>,
        summary: Data<'a>,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpanJson<'a> {
    #[serde(borrow, default)]
    trace_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    span_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(default)]
    start_time_unix_nano: Option<Whole<u64>>,
    #[serde(default)]
    end_time_unix_nano: Option<Whole<u64>>,
    #[serde(borrow, default)]
    attributes: Option<Pairs<'a>>,
}

impl<'a> SpanJson<'a> {
    fn parts(self) -> SpanParts<'a> {
        SpanParts {
            trace: id(self.trace_id.as_ref()).into(),
            span: id(self.span_id.as_ref()).into(),
            name: text(self.name),
            start: whole(self.start_time_unix_nano),
            end: whole(self.end_time_unix_nano),
            attributes: self.attributes.unwrap_or_default().0,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventJson<'a> {
    #[serde(borrow, default)]
    trace_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    span_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_name: Option<Text<'a>>,
    #[serde(borrow, default)]
    body: Option<TextOnly<'a>>,
    #[serde(default)]
    time_unix_nano: Option<Whole<u64>>,
    #[serde(default)]
    observed_time_unix_nano: Option<Whole<u64>>,
    #[serde(borrow, default)]
    attributes: Option<Pairs<'a>>,
}

impl<'a> EventJson<'a> {
    fn parts(self) -> EventParts<'a> {
        EventParts {
            trace: id(self.trace_id.as_ref()).into(),
            span: id(self.span_id.as_ref()).into(),
            name: text(self.event_name),
            body: self.body.and_then(|body| body.string_value).map(|text| text.0),
            time: whole(self.time_unix_nano),
            observed: whole(self.observed_time_unix_nano),
            attributes: self.attributes.unwrap_or_default().0,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow, default)]
    data_points: Option<&'a RawValue>,
    #[serde(default)]
    aggregation_temporality: Option<Whole<u64>>,
    #[serde(default)]
    is_monotonic: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PointJson<'a> {
    #[serde(default)]
    start_time_unix_nano: Option<Whole<u64>>,
    #[serde(default)]
    time_unix_nano: Option<Whole<u64>>,
    #[serde(default)]
    as_int: Option<Whole<i64>>,
    #[serde(default)]
    as_double: Option<Real>,
    #[serde(default)]
    sum: Option<Real>,
    #[serde(borrow, default)]
    attributes: Option<Pairs<'a>>,
}

impl<'a> MetricJson<'a> {
    fn visit(self, about: (&Attributes<'_>, &Hasher), scope: &str, visit: &mut Counted<'_>) -> Read {
        let metric = text(self.name);
        let rising = self.sum.as_ref().is_some_and(|sum| sum.is_monotonic == Some(true));
        let sum_kind = if rising { Kind::Counted } else { Kind::Uncounted };
        let kinds: [(Option<Data<'a>>, Kind); 5] = [
            (self.gauge, Kind::Uncounted),
            (self.sum, sum_kind),
            (self.histogram, Kind::Counted),
            (self.exponential_histogram, Kind::Counted),
            (self.summary, Kind::Uncounted),
        ];
        for (data, kind) in kinds {
            let Some(data) = data else { continue };
            let temporality = whole(data.aggregation_temporality);
            let series = Series { scope, metric: &metric, temporality, kind };
            each(data.data_points, |point: PointJson<'_>| {
                visit(about.0, parts::point(about.1, series, point.parts()));
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl<'a> PointJson<'a> {
    fn parts(self) -> PointParts<'a> {
        let real = || self.as_double.or(self.sum).map(|real| Number::Real(real.0));
        PointParts {
            start: whole(self.start_time_unix_nano),
            time: whole(self.time_unix_nano),
            value: self.as_int.map(|whole| Number::Whole(whole.0)).or_else(real),
            attributes: self.attributes.unwrap_or_default().0,
        }
    }
}

fn text(text: Option<Text<'_>>) -> Cow<'_, str> {
    text.map(|text| text.0).unwrap_or_default()
}

fn whole<T: Default>(number: Option<Whole<T>>) -> T {
    number.map(|number| number.0).unwrap_or_default()
}

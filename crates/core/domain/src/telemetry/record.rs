//! One report in the form in which the rules read it, whichever wire form it came in.
//!
//! Everything is borrowed from the bytes of the post and lives no longer than its reading. Times
//! are the client's.

use std::borrow::Cow;

use super::{Attributes, Growth, Identity, Number};
use crate::time::Timestamp;

/// A span (OTLP `Span`).
#[derive(Clone, PartialEq, Debug)]
pub struct Span<'a> {
    /// Follows from its trace id and its span id.
    pub id: Identity,
    /// The trace.
    pub trace: [u8; 16],
    /// The name.
    pub name: Cow<'a, str>,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The attributes.
    pub attributes: Attributes<'a>,
}

/// An event (OTLP `LogRecord`).
#[derive(Clone, PartialEq, Debug)]
pub struct Event<'a> {
    /// Follows from everything it says.
    pub id: Identity,
    /// The trace, where it belongs to one.
    pub trace: Option<[u8; 16]>,
    /// The name: the attribute `event.name`, or `event_name`, or a body that is a text.
    pub name: Cow<'a, str>,
    /// When it happened.
    pub at: Timestamp,
    /// The attributes.
    pub attributes: Attributes<'a>,
}

/// A data point of a sum or the sum of a histogram (OTLP `NumberDataPoint`, `HistogramDataPoint`).
#[derive(Clone, PartialEq, Debug)]
pub struct Point<'a> {
    /// Of a delta: follows from the series and the time. Of a total: from the series and its start.
    pub id: Identity,
    /// The metric's name.
    pub metric: Cow<'a, str>,
    /// The end of the interval.
    pub at: Timestamp,
    /// Delta or total.
    pub growth: Growth,
    /// The value.
    pub value: Number,
    /// The attributes.
    pub attributes: Attributes<'a>,
}

/// A report.
#[derive(Clone, PartialEq, Debug)]
pub enum Record<'a> {
    /// A span.
    Span(Span<'a>),
    /// An event.
    Event(Event<'a>),
    /// A data point that can be counted.
    Point(Point<'a>),
    /// A data point of a kind that is not counted: a gauge, a summary.
    Uncounted,
}

impl Record<'_> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Span(span) => &span.name,
            Self::Event(event) => &event.name,
            Self::Point(point) => &point.metric,
            Self::Uncounted => "",
        }
    }

    /// Its attributes.
    #[must_use]
    pub const fn attributes(&self) -> Option<&Attributes<'_>> {
        match self {
            Self::Span(span) => Some(&span.attributes),
            Self::Event(event) => Some(&event.attributes),
            Self::Point(point) => Some(&point.attributes),
            Self::Uncounted => None,
        }
    }
}

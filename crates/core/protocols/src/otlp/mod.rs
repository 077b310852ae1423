//! OTLP/HTTP, as it is received: traces, metrics and logs, as protobuf or JSON.
//!
//! A body is read in place. [`read`] walks it once and hands each report to the caller as a
//! [`Record`] that borrows from the body; what no rule looks at is stepped over and never copied,
//! which is also how content stays out of everything (`docs/adr/0009-telemetry-is-a-claim.md`). A
//! body that can't be decoded is refused whole, a report that can't be used is refused alone and
//! counted. Reading takes time and memory in proportion to the body, and no recursion follows what
//! a body nests. Source: opentelemetry-proto 1.x, `docs/specification.md` and the `.proto` files.

mod identity;
mod json;
mod json_values;
mod parts;
mod proto;
pub mod reply;
#[cfg(test)]
mod tests;
mod wire;

use domain::telemetry::record::Record;
use domain::telemetry::{Attributes, Signal};

/// How a body is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Encoding {
    /// `application/json`.
    Json,
    /// `application/x-protobuf`.
    Protobuf,
}

impl Encoding {
    /// The encoding that a `content-type` names; parameters are ignored.
    #[must_use]
    pub fn of(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        if is("application/json") {
            return Some(Self::Json);
        }
        (is("application/x-protobuf") || is("application/protobuf")).then_some(Self::Protobuf)
    }

    /// Its `content-type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf => "application/x-protobuf",
        }
    }
}

/// Why a body can't be decoded. Says where, and nothing of what stands there.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// It ends inside a value.
    #[error("the body ends inside a value, {0} bytes before its end")]
    Truncated(usize),
    /// A number has more than 64 bits.
    #[error("a number has more than 64 bits")]
    Varint,
    /// A field of a kind that protobuf does not have any more, or never had.
    #[error("a field has the wire type {0}")]
    WireType(u8),
    /// A known field has another type.
    #[error("the field {0} has another type")]
    FieldType(u32),
    /// A text is not UTF-8.
    #[error("a text is not valid UTF-8")]
    Text,
    /// JSON of another form.
    #[error("a field is not what OTLP has in its place")]
    Shape,
    /// Not JSON.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// From 1 on.
        line: usize,
        /// From 1 on.
        column: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

/// Why one report can't be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Flaw {
    /// The trace id is not sixteen bytes, or all are zero.
    TraceId,
    /// The span id is not eight bytes, or all are zero.
    SpanId,
    /// A sum or a histogram says neither delta nor cumulative.
    Temporality,
}

impl Flaw {
    /// What is wrong, for whoever sent it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TraceId => "a trace id must be 16 bytes, not all zero",
            Self::SpanId => "a span id must be 8 bytes, not all zero",
            Self::Temporality => "aggregation_temporality must be delta (1) or cumulative (2)",
        }
    }
}

/// Attributes of one report that are looked at; more are stepped over.
const MOST_ATTRIBUTES: usize = 256;

/// What was in a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Reports, those that can't be used included.
    pub records: u64,
    /// Reports that can't be used.
    pub refused: u64,
    /// What is wrong with the first of those.
    pub flaw: Option<Flaw>,
}

/// Who is given the reports: the resource's attributes and the report.
pub type Visit<'v> = dyn FnMut(&Attributes<'_>, &Result<Record<'_>, Flaw>) + 'v;

/// Reads a body. `workflow` tells identities of different workflows apart.
///
/// # Errors
/// [`Malformed`] where the body can't be decoded. What was visited until then must be dropped.
pub fn read(
    (signal, encoding): (Signal, Encoding),
    workflow: &str,
    body: &[u8],
    visit: &mut Visit<'_>,
) -> Result<Tally, Malformed> {
    let mut tally = Tally::default();
    let mut counted = |resource: &Attributes<'_>, record: Result<Record<'_>, Flaw>| {
        tally.records += 1;
        if let Err(flaw) = &record {
            tally.refused += 1;
            tally.flaw.get_or_insert(*flaw);
        }
        visit(resource, &record);
    };
    match encoding {
        Encoding::Protobuf => proto::read(signal, workflow, body, &mut counted)?,
        Encoding::Json => json::read(signal, workflow, body, &mut counted)?,
    }
    Ok(tally)
}

/// The inner form of [`Visit`].
type Counted<'v> = dyn FnMut(&Attributes<'_>, Result<Record<'_>, Flaw>) + 'v;

//! What is told of a call to an OpenTelemetry collector: its span, its metrics, its place in a trace.
//!
//! A [`domain::inference::Fact`] becomes a [`Span`] and a list of [`Measurement`]s by pure
//! functions, in the names of the GenAI conventions (`open-telemetry/semantic-conventions-genai`
//! 0.1.0, and where someone still reads them those of the conventions' version 1.41). Nothing here
//! is content: no prompt, no answer, no end user, no text that a provider chose beyond the names
//! of its models. Nothing here knows how a span travels: `telemetry` does.

mod attribute;
mod context;
mod measure;
mod names;
mod provider;
mod sampler;
mod span;

use std::fmt;

use domain::Timestamp;
use domain::finish::Finishes;
use domain::inference::{Fact, Target};
use domain::routing::Class;

pub use attribute::{Attribute, Value};
pub use context::{Parent, Sampled, SpanId, Trace, TraceId};
pub use measure::{Instrument, Labels, Measured, Measurement, Metric, measure};
pub use names::{Names, SCHEMA_URL};
pub use provider::{Flavour, provider_name};
pub use sampler::{Heed, Root, Sampler, Share};
pub use span::{Kind, Origin, Outcome, Span, spans};

/// Where a provider listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// An attempt that failed before the one that decided the call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Where it went.
    pub target: Target,
    /// The provider, in the convention's word.
    pub provider: Option<&'static str>,
    /// When it began.
    pub began: Timestamp,
    /// When it was given up.
    pub ended: Timestamp,
    /// What went wrong.
    pub class: Class,
}

/// What was seen of a call that its record does not hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// The provider, in the convention's word; `None` where the call went nowhere.
    pub provider: Option<&'static str>,
    /// Where it listens.
    pub server: Option<Server>,
    /// What the target's model goes by in measurements; `None` where the caller could have made it
    /// up, which would let callers grow the number of series without end.
    pub label: Option<String>,
    /// The model that answered, by its own word.
    pub model: Option<String>,
    /// The provider's id of the answer.
    pub response: Option<String>,
    /// Why the model stopped.
    pub finishes: Finishes,
    /// Attempts that failed before.
    pub attempts: Vec<Attempt>,
}

/// A call that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// Its record.
    pub fact: &'a Fact,
    /// Its place in a trace.
    pub trace: &'a Trace,
    /// What else was seen of it.
    pub seen: &'a Seen,
}

/// Someone who is told of calls that have ended.
pub trait Observer: Send + Sync + fmt::Debug + 'static {
    /// Takes a call. Never waits: what can't be taken now is dropped, and counted.
    fn ended(&self, ended: &Ended<'_>);
}

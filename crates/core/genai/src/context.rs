//! The place of a call in a trace: W3C Trace Context, level 1.
//!
//! A call that names no parent begins a trace of its own, whose id is the id of the inference: who
//! has one finds the other. A parent that can't be read is no parent. Nothing here draws a random
//! number: the id of an inference holds 62 random bits.

use std::fmt;

use domain::ids::InferenceId;

use crate::sampler::Sampler;

/// Id of a trace. Never all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub [u8; 16]);

/// Id of a span. Never all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(pub [u8; 8]);

/// Whether a span is told of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sampled {
    /// It is.
    Yes,
    /// Only its numbers are.
    No,
}

/// The span that a caller names as the parent of its call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parent {
    /// Its trace.
    pub trace: TraceId,
    /// The span.
    pub span: SpanId,
    /// Whether it is told of.
    pub sampled: Sampled,
    /// Whether the trace's id is random, as level 2 has it. Passed on.
    random: u8,
}

/// The place of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// The trace.
    pub id: TraceId,
    /// The call's own span.
    pub span: SpanId,
    /// The caller's span.
    pub parent: Option<SpanId>,
    /// What other systems keep in `tracestate`.
    pub state: Option<String>,
    /// Whether the span is told of.
    pub sampled: Sampled,
    random: u8,
}

const SAMPLED: u8 = 1;
const RANDOM: u8 = 2;
/// The longest `tracestate` that is repeated in a span; every system must pass so many bytes on.
const LONGEST_STATE: usize = 512;

impl Parent {
    /// Reads a `traceparent` (W3C Trace Context §3.2). One of a later version is read as far as
    /// version 00 goes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '-');
        let [version] = bytes(parts.next()?)?;
        let trace = TraceId(bytes(parts.next()?)?);
        let span = SpanId(bytes(parts.next()?)?);
        let [flags] = bytes(parts.next()?)?;
        let over = version == 0xff || (version == 0 && parts.next().is_some());
        if over || trace.0 == [0; 16] || span.0 == [0; 8] {
            return None;
        }
        let sampled = if flags & SAMPLED == 0 { Sampled::No } else { Sampled::Yes };
        Some(Self { trace, span, sampled, random: flags & RANDOM })
    }
}

impl Trace {
    /// Begins the span of a call.
    #[must_use]
    pub fn begin(id: InferenceId, parent: Option<Parent>, state: Option<String>, sampler: Sampler) -> Self {
        let own = id.bytes();
        let [.., a, b, c, d, e, f, g, h] = own;
        let trace = parent.map_or(TraceId(own), |parent| parent.trace);
        Self {
            id: trace,
            span: SpanId([a, b, c, d, e, f, g, h]),
            parent: parent.map(|parent| parent.span),
            state: state.filter(|state| parent.is_some() && state.len() <= LONGEST_STATE),
            sampled: sampler.decide(trace, parent.map(|parent| parent.sampled)),
            random: parent.map_or(0, |parent| parent.random),
        }
    }

    /// The `traceparent` with which the call goes on.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{:02x}", self.id, self.span, self.flags())
    }

    /// The trace's flags.
    #[must_use]
    pub const fn flags(&self) -> u8 {
        match self.sampled {
            Sampled::Yes => self.random | SAMPLED,
            Sampled::No => self.random,
        }
    }

    /// The id of the span of the call's attempt number `attempt`, from 1.
    pub(crate) fn attempt(&self, attempt: usize) -> SpanId {
        let [rest @ .., last] = self.span.0;
        let [a, b, c, d, e, f, g] = rest;
        let step = u8::try_from(attempt).unwrap_or(u8::MAX);
        SpanId([a, b, c, d, e, f, g, last.wrapping_add(step)])
    }
}

/// So many bytes in lower-case hexadecimal, and nothing else.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    fn id() -> InferenceId {
        InferenceId::new(domain::Timestamp::from_ms(1_772_442_000_000), [7; 10])
    }

    #[test]
    fn a_parent_is_read_by_the_letter_or_not_at_all() {
        let good = |text: String| {
            let parent = Parent::parse(&text).unwrap();
            assert_eq!((parent.trace.to_string(), parent.span.to_string()), (TRACE.into(), SPAN.into()));
            parent.sampled
        };
        assert_eq!(good(format!("00-{TRACE}-{SPAN}-01")), Sampled::Yes);
        assert_eq!(good(format!("00-{TRACE}-{SPAN}-00")), Sampled::No);
        assert_eq!(good(format!("00-{TRACE}-{SPAN}-03")), Sampled::Yes);
        assert_eq!(good(format!("cc-{TRACE}-{SPAN}-01-what-comes-later")), Sampled::Yes);
        for wrong in [
            String::new(),
            "00".into(),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!(" 00-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}é-{SPAN}-01"),
        ] {
            assert_eq!(Parent::parse(&wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_call_goes_on_with_a_span_of_its_own_in_its_callers_trace() {
        let parent = Parent::parse(&format!("00-{TRACE}-{SPAN}-03"));
        let trace = Trace::begin(id(), parent, Some("a=1".into()), Sampler::default());
        assert_eq!(trace.traceparent(), format!("00-{TRACE}-8707070707070707-03"));
        assert_eq!(trace.parent.map(|span| span.to_string()).as_deref(), Some(SPAN));
        assert_eq!(trace.state.as_deref(), Some("a=1"));
    }

    #[test]
    fn a_call_without_a_parent_begins_a_trace_called_like_the_inference() {
        let trace = Trace::begin(id(), None, Some("a=1".into()), Sampler::default());
        assert_eq!(format!("inf_{}", trace.id), id().to_string());
        assert_eq!((trace.parent, trace.state), (None, None));
    }

    proptest! {
        #[test]
        fn what_a_call_goes_on_with_is_a_parent_again(
            ms in 0_i64..4_000_000_000_000, seed: [u8; 10], trace: [u8; 16], span: [u8; 8], flags: u8
        ) {
            let (trace, span) = (TraceId(trace), SpanId(span));
            let parent = Parent::parse(&format!("00-{trace}-{span}-{flags:02x}"));
            let id = InferenceId::new(domain::Timestamp::from_ms(ms), seed);
            let begun = Trace::begin(id, parent, None, Sampler::default());
            let again = Parent::parse(&begun.traceparent()).unwrap();
            prop_assert_eq!((again.trace, again.span, again.sampled), (begun.id, begun.span, begun.sampled));
            if let Some(parent) = parent {
                prop_assert_eq!((again.trace, again.sampled), (parent.trace, parent.sampled));
            }
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,80}") {
            let _read = Parent::parse(&text);
        }
    }
}

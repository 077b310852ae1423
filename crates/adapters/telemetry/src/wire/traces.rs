//! `ExportTraceServiceRequest`.

use genai::{Kind, Outcome, SCHEMA_URL, Span};

use super::tree::{Message, Node, nanos, pairs, resource, scope, text};

/// The parent's context is known, and came from elsewhere (`SpanFlags` of OTLP).
const FROM_ELSEWHERE: u32 = 0x300;
/// The parent's context is known, and is one of ours.
const FROM_HERE: u32 = 0x100;

/// A request that tells of spans.
pub(crate) fn traces(attributes: &[(String, String)], spans: &[Span]) -> Message {
    let spans = spans.iter().map(span).collect();
    let ours = Message::default().with(1, "scope", scope()).with(2, "spans", Node::Messages(spans)).with(
        3,
        "schemaUrl",
        text(SCHEMA_URL),
    );
    let all = Message::default().with(1, "resource", resource(attributes)).with(
        2,
        "scopeSpans",
        Node::Messages(vec![ours]),
    );
    Message::default().with(1, "resourceSpans", Node::Messages(vec![all]))
}

fn span(span: &Span) -> Message {
    let status = match &span.outcome {
        Outcome::Unset => Message::default(),
        Outcome::Error(why) => {
            Message::default().with(2, "message", text(why.clone())).with(3, "code", Node::Enum(2))
        }
    };
    let Kind::Client = span.kind;
    Message::default()
        .with(1, "traceId", Node::Id(span.trace.0.into()))
        .with(2, "spanId", Node::Id(span.id.0.into()))
        .maybe(3, "traceState", span.state.clone().map(text))
        .maybe(4, "parentSpanId", span.parent.map(|parent| Node::Id(parent.0.into())))
        .with(5, "name", text(span.name.clone()))
        .with(6, "kind", Node::Enum(3))
        .with(7, "startTimeUnixNano", nanos(span.start))
        .with(8, "endTimeUnixNano", nanos(span.end))
        .with(9, "attributes", pairs(&span.attributes))
        .with(15, "status", Node::Message(status))
        .with(16, "flags", Node::Fixed32(flags(span)))
}

fn flags(span: &Span) -> u32 {
    let origin = match span.origin {
        genai::Origin::Elsewhere => FROM_ELSEWHERE,
        genai::Origin::Here => FROM_HERE,
    };
    u32::from(span.flags) | origin
}

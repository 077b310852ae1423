//! A request as a tree: fields with the number that protobuf writes and the name that JSON writes.

use std::borrow::Cow;

use domain::Timestamp;
use genai::{Attribute, Value};

/// A message: its fields, in the order of their numbers or not.
#[derive(Debug, Default)]
pub(crate) struct Message(pub(super) Vec<Field>);

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) node: Node,
}

/// What a field holds, by the kinds that OTLP uses.
#[derive(Debug)]
pub(super) enum Node {
    Text(Cow<'static, str>),
    /// An id of a trace or a span: bytes in protobuf, hexadecimal in JSON.
    Id(Vec<u8>),
    /// `int64`.
    Int(i64),
    /// `fixed64`.
    Fixed64(u64),
    /// `sfixed64`.
    Signed64(i64),
    /// `fixed32`.
    Fixed32(u32),
    /// An enum, by its number.
    Enum(u8),
    Flag(bool),
    Double(f64),
    Message(Message),
    Messages(Vec<Message>),
    /// Packed `fixed64`s.
    Fixed64s(Vec<u64>),
    /// Packed doubles.
    Doubles(Vec<f64>),
}

impl Message {
    /// With one more field.
    pub(super) fn with(mut self, number: u32, name: &'static str, node: Node) -> Self {
        self.0.push(Field { number, name, node });
        self
    }

    /// With one more field, where there is something to put there.
    pub(super) fn maybe(self, number: u32, name: &'static str, node: Option<Node>) -> Self {
        match node {
            Some(node) => self.with(number, name, node),
            None => self,
        }
    }
}

pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Node {
    Node::Text(text.into())
}

/// A point in time, in nanoseconds since 1970.
pub(super) fn nanos(at: Timestamp) -> Node {
    let ms = u64::try_from(at.ms()).unwrap_or(0);
    Node::Fixed64(ms.saturating_mul(1_000_000))
}

/// `opentelemetry.proto.resource.v1.Resource`, and the scope and the schema that go with it.
pub(super) fn resource(attributes: &[(String, String)]) -> Node {
    let pairs = attributes.iter().map(|(key, value)| pair(key.clone(), any(&Value::from(value.clone()))));
    Node::Message(Message::default().with(1, "attributes", Node::Messages(pairs.collect())))
}

/// `opentelemetry.proto.common.v1.InstrumentationScope`.
pub(super) fn scope() -> Node {
    let scope = Message::default().with(1, "name", text("countersign.gateway"));
    Node::Message(scope.with(2, "version", text(env!("CARGO_PKG_VERSION"))))
}

/// Attributes as `KeyValue`s.
pub(super) fn pairs(attributes: &[Attribute]) -> Node {
    Node::Messages(attributes.iter().map(|Attribute { key, value }| pair(*key, any(value))).collect())
}

fn pair(key: impl Into<Cow<'static, str>>, value: Message) -> Message {
    Message::default().with(1, "key", text(key)).with(2, "value", Node::Message(value))
}

/// `AnyValue`.
fn any(value: &Value) -> Message {
    let any = Message::default();
    match value {
        Value::Text(said) => any.with(1, "stringValue", Node::Text(said.clone())),
        Value::Flag(flag) => any.with(2, "boolValue", Node::Flag(*flag)),
        Value::Int(number) => any.with(3, "intValue", Node::Int(*number)),
        Value::Ms(ms) => any.with(4, "doubleValue", Node::Double(thousandths(*ms))),
        Value::Words(words) => {
            let words = words.iter().map(|word| Message::default().with(1, "stringValue", text(*word)));
            let list = Message::default().with(1, "values", Node::Messages(words.collect()));
            any.with(5, "arrayValue", Node::Message(list))
        }
    }
}

/// A number of thousandths as a double.
#[expect(clippy::cast_precision_loss, reason = "what is told here fits the 53 bits of a double")]
pub(super) fn thousandths(number: i64) -> f64 {
    number as f64 / 1_000.0
}

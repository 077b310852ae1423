//! The tree as OTLP's JSON: names in lower camel case, ids in hexadecimal, 64-bit numbers as texts,
//! enums as numbers.

use serde_json::{Map, Value};

use super::tree::{Message, Node};

/// Writes a message.
pub(super) fn encode(message: &Message) -> Vec<u8> {
    object(message).to_string().into_bytes()
}

fn object(message: &Message) -> Value {
    let fields = message.0.iter().map(|field| (field.name.to_owned(), value(&field.node)));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn value(node: &Node) -> Value {
    match node {
        Node::Text(text) => text.as_ref().into(),
        Node::Id(id) => id.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
        Node::Int(number) | Node::Signed64(number) => number.to_string().into(),
        Node::Fixed64(number) => number.to_string().into(),
        Node::Fixed32(number) => (*number).into(),
        Node::Enum(number) => (*number).into(),
        Node::Flag(flag) => (*flag).into(),
        Node::Double(number) => (*number).into(),
        Node::Message(message) => object(message),
        Node::Messages(messages) => messages.iter().map(object).collect(),
        Node::Fixed64s(numbers) => numbers.iter().map(ToString::to_string).collect(),
        Node::Doubles(numbers) => numbers.iter().copied().collect(),
    }
}

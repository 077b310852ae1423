//! The tree as protobuf (<https://protobuf.dev/programming-guides/encoding/>).
//!
//! Zero and empty are written too: fields here either say something or are left out before.

use super::tree::{Field, Message, Node};

const VARINT: u32 = 0;
const I64: u32 = 1;
const LEN: u32 = 2;
const I32: u32 = 5;

/// Writes a message.
pub(super) fn encode(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, message);
    out
}

fn write(out: &mut Vec<u8>, message: &Message) {
    for Field { number, node, .. } in &message.0 {
        field(out, *number, node);
    }
}

fn field(out: &mut Vec<u8>, number: u32, node: &Node) {
    match node {
        Node::Text(text) => bytes(out, number, text.as_bytes()),
        Node::Id(id) => bytes(out, number, id),
        Node::Int(value) => {
            tag(out, number, VARINT);
            varint(out, value.cast_unsigned());
        }
        Node::Enum(value) => {
            tag(out, number, VARINT);
            varint(out, (*value).into());
        }
        Node::Flag(flag) => {
            tag(out, number, VARINT);
            varint(out, (*flag).into());
        }
        Node::Fixed64(value) => eight(out, number, value.to_le_bytes()),
        Node::Signed64(value) => eight(out, number, value.to_le_bytes()),
        Node::Double(value) => eight(out, number, value.to_le_bytes()),
        Node::Fixed32(value) => {
            tag(out, number, I32);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Node::Message(message) => nested(out, number, message),
        Node::Messages(messages) => messages.iter().for_each(|message| nested(out, number, message)),
        Node::Fixed64s(values) => packed(out, number, values.iter().map(|value| value.to_le_bytes())),
        Node::Doubles(values) => packed(out, number, values.iter().map(|value| value.to_le_bytes())),
    }
}

fn nested(out: &mut Vec<u8>, number: u32, message: &Message) {
    let inner = encode(message);
    bytes(out, number, &inner);
}

fn bytes(out: &mut Vec<u8>, number: u32, value: &[u8]) {
    tag(out, number, LEN);
    varint(out, u64::try_from(value.len()).unwrap_or(u64::MAX));
    out.extend_from_slice(value);
}

fn eight(out: &mut Vec<u8>, number: u32, value: [u8; 8]) {
    tag(out, number, I64);
    out.extend_from_slice(&value);
}

fn packed(out: &mut Vec<u8>, number: u32, values: impl Iterator<Item = [u8; 8]>) {
    let value: Vec<u8> = values.flatten().collect();
    bytes(out, number, &value);
}

fn tag(out: &mut Vec<u8>, number: u32, kind: u32) {
    varint(out, u64::from(number << 3 | kind));
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

//! A tree to bytes, without space between.

use super::tree::{Json, Object};

/// Appends a value.
pub fn write(json: &Json, out: &mut Vec<u8>) {
    match json {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(number) => out.extend_from_slice(number.as_str().as_bytes()),
        Json::Text(text) => string(text, out),
        Json::List(list) => {
            out.push(b'[');
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(value, out);
            }
            out.push(b']');
        }
        Json::Object(object) => write_object(object, out),
    }
}

/// A value as text.
#[must_use]
pub fn text(json: &Json) -> String {
    let mut out = Vec::with_capacity(64);
    write(json, &mut out);
    String::from_utf8(out).unwrap_or_default() // strings and ASCII only: it can't fail
}

/// Appends an object.
pub fn write_object(object: &Object, out: &mut Vec<u8>) {
    out.push(b'{');
    for (at, (key, value)) in object.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        string(key, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

fn string(text: &str, out: &mut Vec<u8>) {
    let plain = text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    if plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        let escaped = serde_json::to_vec(text).unwrap_or_else(|_| b"\"\"".to_vec()); // a str: it can't fail
        out.extend_from_slice(&escaped);
    }
}

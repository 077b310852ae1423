//! One server-sent event, written.

use crate::json::{Object, write_object};

/// Appends an event.
pub(crate) fn frame(name: Option<&str>, data: &Object, out: &mut Vec<u8>) {
    if let Some(name) = name {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    write_object(data, out);
    out.extend_from_slice(b"\n\n");
}

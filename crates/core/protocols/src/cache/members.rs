//! The members of a request that decide its answer.

use domain::inference::Endpoint;

use crate::json::{Cursor, JsonError};

/// One member of a body: its name, and its value as it stands.
pub type Member<'a> = (Vec<u8>, &'a [u8]);

/// The members that decide the answer, in the order of their names. `None` where the body is no
/// JSON object.
///
/// Left out are `model` and `stream`, which the gateway resolves and knows by itself, and chat's hints
/// about safety and caching. Who asks counts: a server of one's own may answer each user from his own
/// documents.
#[must_use]
pub fn members(endpoint: Endpoint, body: &[u8]) -> Option<Vec<Member<'_>>> {
    let mut members = Vec::with_capacity(12);
    let mut cursor = Cursor::new(body);
    let read = cursor.object(|cursor, key| {
        let span = cursor.span()?;
        let name = key.bytes();
        if !is_idle(endpoint, &name) {
            members.push((name.into_owned(), body.get(span).unwrap_or_default()));
        }
        Ok::<(), JsonError>(())
    });
    read.and_then(|()| cursor.end()).ok()?;
    members.sort_by(|one, other| one.0.cmp(&other.0));
    Some(members)
}

/// Whether no answer depends on a member or repeats it. Answers of the responses endpoint repeat all of
/// them.
fn is_idle(endpoint: Endpoint, name: &[u8]) -> bool {
    matches!(
        (endpoint, name),
        (_, b"model" | b"stream") | (Endpoint::Chat, b"safety_identifier" | b"prompt_cache_key")
    )
}

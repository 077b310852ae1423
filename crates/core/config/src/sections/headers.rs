//! `headers` of a provider: sent with every call, and never a credential.

use std::collections::BTreeMap;

use crate::read::Entry;
use crate::secrets;

/// Headers the gateway sets itself, or that belong to one connection.
const RESERVED: [&str; 9] = [
    "host",
    "content-length",
    "content-type",
    "connection",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "accept-encoding",
];

/// Reads headers, their names in lower case.
pub(crate) fn read(entry: &Entry<'_>) -> BTreeMap<String, String> {
    let entries = entry.map().unwrap_or_default();
    entries
        .iter()
        .filter_map(|header| Some((header.key.to_ascii_lowercase(), header_value(header)?)))
        .collect()
}

fn header_value(header: &Entry<'_>) -> Option<String> {
    let name = header.key.to_ascii_lowercase();
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(is_token) {
        let help = "use letters, digits and '-'".to_owned();
        header.notes.error(header.key_place, format!("{:?} can't be the name of a header", header.key), help);
        return None;
    }
    if RESERVED.contains(&name.as_str()) || name.starts_with("x-countersign-") {
        let message = format!("the header `{name}` is the gateway's own");
        header.notes.error(header.key_place, message, "leave it out".to_owned());
        return None;
    }
    if secrets::is_sensitive_name(&name) || header.as_text().is_some_and(secrets::is_random) {
        header.notes.hide(header.place);
        let help = "write where the key is: `api_key = \"env:NAME\"`".to_owned();
        header.wrong(format!("the header `{name}` holds a literal secret"), help);
        return None;
    }
    let value = header.text()?;
    if !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        header.wrong(format!("the header `{name}` has characters that HTTP does not allow"), None);
        return None;
    }
    Some(value)
}

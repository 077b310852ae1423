//! Lists of the form `name=value,name=value`, percent-encoded (W3C Baggage §3.3.1).

use http::{HeaderMap, HeaderName, HeaderValue};

/// Reads a list. Empty members are passed over.
///
/// # Errors
/// What is wrong with it, to follow a name; never a part of it.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
    members
        .map(|member| {
            let (key, value) = member.split_once('=').ok_or("has a member without `=`")?;
            let (key, value) = (decode(key.trim())?, decode(value.trim())?);
            if key.is_empty() { Err("has a member without a name") } else { Ok((key, value)) }
        })
        .collect()
}

/// Reads a list of headers, on top of those that are there.
///
/// # Errors
/// As [`read`]; nothing is taken then.
pub(super) fn headers(text: &str, headers: &mut HeaderMap) -> Result<(), &'static str> {
    let mut read_headers = Vec::new();
    for (key, value) in read(text)? {
        let name = HeaderName::try_from(key).map_err(|_| "has a name that no header can have")?;
        let mut value = HeaderValue::try_from(value).map_err(|_| "has a value that no header can carry")?;
        value.set_sensitive(true);
        read_headers.push((name, value));
    }
    for (name, value) in read_headers {
        headers.insert(name, value);
    }
    Ok(())
}

fn decode(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "is not percent-encoded UTF-8";
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).ok_or(WRONG);
        let number = digit(rest.next())? * 16 + digit(rest.next())?;
        bytes.push(u8::try_from(number).map_err(|_| WRONG)?);
    }
    String::from_utf8(bytes).map_err(|_| WRONG)
}

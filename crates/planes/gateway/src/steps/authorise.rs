//! Authorise: the provider's credential, where its API wants it, and nowhere else.
//!
//! AWS takes either a key of Bedrock's own, as a bearer, or a signature: then the credential is
//! `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, with `:SESSION_TOKEN` behind it where it is a temporary one.

use axum::http::header::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use config::Api;
use domain::Timestamp;
use domain::inference::Dialect;
use memchr::memmem;
use translate::bedrock::sigv4::{self, Credentials, Scope, sign};

use super::open::Call;
use crate::headers;

/// Where AWS's hosts name no region.
const DEFAULT_REGION: &str = "us-east-1";

/// What a signature covers, beside the credential.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    /// The whole URL.
    pub(super) url: &'a str,
    /// The body.
    pub(super) body: &'a [u8],
    /// Now.
    pub(super) now: Timestamp,
}

/// Puts the credential into the headers.
///
/// # Errors
/// The credential holds bytes that no header can carry.
pub(super) fn authorise(
    api: Api,
    headers: &mut HeaderMap,
    secret: &str,
    signed: &Signed<'_>,
) -> Result<(), String> {
    match api {
        Api::Openai | Api::Simulated => headers::authorise(headers, Dialect::Openai, secret),
        Api::Anthropic => headers::authorise(headers, Dialect::Anthropic, secret),
        Api::Gemini => headers::authorise(headers, Dialect::Gemini, secret),
        Api::Bedrock => match secret.split_once(':') {
            Some((id, rest)) => aws(headers, (id, rest), signed),
            None => headers::authorise(headers, Dialect::Openai, secret),
        },
    }
}

fn aws(headers: &mut HeaderMap, (id, rest): (&str, &str), signed: &Signed<'_>) -> Result<(), String> {
    let (secret, token) = rest.split_once(':').map_or((rest, None), |(secret, token)| (secret, Some(token)));
    let place = signed.url.split_once("://").map_or(signed.url, |(_, place)| place);
    let (host, path) = place.find('/').map_or((place, "/"), |at| place.split_at(at));
    let call = sigv4::Call { method: "POST", host, path, query: "", headers: &[], body: signed.body };
    let scope = Scope { region: region(host), service: "bedrock", now: signed.now };
    let keys = Credentials { access_key_id: id, secret_access_key: secret, session_token: token };
    for (name, value) in sign(&call, &scope, &keys) {
        put(headers, name, &value)?;
    }
    Ok(())
}

/// The region that a host names: `bedrock-runtime.eu-west-1.amazonaws.com`.
fn region(host: &str) -> &str {
    let named = host.split('.').nth(1).filter(|_| host.contains(".amazonaws."));
    named.unwrap_or(DEFAULT_REGION)
}

fn put(headers: &mut HeaderMap, name: &'static str, text: &str) -> Result<(), String> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| "it holds characters that no HTTP header can carry (a line break?)".to_owned())?;
    value.set_sensitive(name != "x-amz-date");
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

/// The shortest part of a credential that is worth hiding, in bytes.
const SECRET: usize = 8;

/// The body of an error without the credential that was sent: some providers repeat one that they
/// do not know. The same bytes, uncopied, where it is not in there.
pub(super) fn without_secret(call: &Call, body: Bytes) -> Bytes {
    let reference = call.journey.key.as_ref();
    let secret = reference.and_then(|key| call.draft.gateway.parts.credentials.read(key).ok());
    match secret {
        Some(secret) => hide(secret.expose(), body),
        None => body,
    }
}

/// Bedrock's credentials have several parts.
fn hide(secret: &str, body: Bytes) -> Bytes {
    let parts = secret.split(':').chain([secret]).map(str::as_bytes);
    parts.filter(|part| part.len() >= SECRET).fold(body, |body, part| {
        if memmem::find(&body, part).is_none() {
            return body;
        }
        let (mut hidden, mut from) = (Vec::with_capacity(body.len()), 0);
        for at in memmem::find_iter(&body, part) {
            hidden.extend_from_slice(body.get(from..at).unwrap_or_default());
            hidden.extend_from_slice(b"[credential]");
            from = at + part.len();
        }
        hidden.extend_from_slice(body.get(from..).unwrap_or_default());
        hidden.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(api: Api, secret: &str) -> HeaderMap {
        let signed = Signed {
            url: "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse",
            body: b"{}",
            now: Timestamp::from_ms(0),
        };
        let mut headers = HeaderMap::new();
        authorise(api, &mut headers, secret, &signed).unwrap();
        headers
    }

    #[test]
    fn each_api_gets_its_credential_where_it_wants_it() {
        assert_eq!(sent(Api::Openai, "k")["authorization"], "Bearer k");
        assert_eq!(sent(Api::Anthropic, "k")["x-api-key"], "k");
        assert_eq!(sent(Api::Gemini, "k")["x-goog-api-key"], "k");
        assert_eq!(sent(Api::Bedrock, "k")["authorization"], "Bearer k");
    }

    #[test]
    fn a_credential_that_comes_back_is_hidden_in_all_its_parts() {
        let hidden = |secret: &str, body: &'static str| {
            String::from_utf8(hide(secret, Bytes::from_static(body.as_bytes())).to_vec()).unwrap()
        };
        for (secret, body, expected) in [
            (
                "sk-upstream-1",
                r#"{"message":"Incorrect API key: sk-upstream-1. Use sk-upstream-1?"}"#,
                r#"{"message":"Incorrect API key: [credential]. Use [credential]?"}"#,
            ),
            ("AKIDAKID:wJalrXUtnFEMI", "AKIDAKID and wJalrXUtnFEMI", "[credential] and [credential]"),
            ("sk-upstream-1", "Incorrect API key: sk-*****-1", "Incorrect API key: sk-*****-1"),
            ("short", "short", "short"),
        ] {
            assert_eq!(hidden(secret, body), expected);
        }
    }

    #[test]
    fn keys_of_aws_sign_for_the_region_of_the_host() {
        let headers = sent(Api::Bedrock, "AKID:secret:token");
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(
            authorization
                .starts_with("AWS4-HMAC-SHA256 Credential=AKID/19700101/eu-west-1/bedrock/aws4_request,"),
            "{authorization}"
        );
        assert_eq!(headers["x-amz-security-token"], "token");
        assert!(headers["authorization"].is_sensitive() && headers["x-amz-security-token"].is_sensitive());
        assert_eq!((region("localhost:1"), region("a.b.example")), (DEFAULT_REGION, DEFAULT_REGION));
    }
}

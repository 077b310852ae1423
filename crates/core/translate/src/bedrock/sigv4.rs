//! AWS Signature Version 4, as a pure function: time and credentials are arguments.
//!
//! Steps as in the AWS General Reference, "Create a signed AWS API request": canonical request,
//! text to sign, a key derived from date, region and service, signature. The path is encoded a
//! second time, as every service but S3 wants it.

use domain::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Whose signature it is.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The access key's id.
    pub access_key_id: &'a str,
    /// The secret.
    pub secret_access_key: &'a str,
    /// The token of temporary credentials.
    pub session_token: Option<&'a str>,
}

impl std::fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(***)")
    }
}

/// Where and when it is good.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The region: `us-east-1`.
    pub region: &'a str,
    /// The service: `bedrock`.
    pub service: &'a str,
    /// When it is signed; good for five minutes around it.
    pub now: Timestamp,
}

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The host, with its port where it is not the usual one.
    pub host: &'a str,
    /// The path as it is sent.
    pub path: &'a str,
    /// The query as it is sent, sorted and encoded; may be empty.
    pub query: &'a str,
    /// Other headers to sign: names in lower case, values trimmed.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// The headers to add: `x-amz-date`, `x-amz-security-token` where there is a token, and
/// `authorization`. They are secret: never log them.
#[must_use]
pub fn sign(
    call: &Call<'_>,
    scope: &Scope<'_>,
    credentials: &Credentials<'_>,
) -> Vec<(&'static str, String)> {
    let time = stamp(scope.now);
    let date = time.get(..8).unwrap_or_default();
    let mut headers: Vec<(&str, &str)> = call.headers.to_vec();
    headers.push(("host", call.host));
    headers.push(("x-amz-date", &time));
    headers.extend(credentials.session_token.map(|token| ("x-amz-security-token", token)));
    headers.sort_unstable();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let reach = format!("{date}/{}/{}/aws4_request", scope.region, scope.service);
    let canonical = hex_hash(canonical(call, &headers, &names).as_bytes());
    let to_sign = format!("{ALGORITHM}\n{time}\n{reach}\n{canonical}");
    let signature = hex::encode(mac(&key(scope, date, credentials), &to_sign));
    let authorization = format!(
        "{ALGORITHM} Credential={}/{reach}, SignedHeaders={names}, Signature={signature}",
        credentials.access_key_id
    );
    let token = credentials.session_token.map(|token| ("x-amz-security-token", token.to_owned()));
    let mut added = vec![("x-amz-date", time.clone())];
    added.extend(token);
    added.push(("authorization", authorization));
    added
}

/// Encodes everything but unreserved characters (RFC 3986, section 2.3).
#[must_use]
pub fn encode(text: &str) -> String {
    encode_but(text, b"-_.~")
}

fn encode_but(text: &str, plain: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn canonical(call: &Call<'_>, headers: &[(&str, &str)], names: &str) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let path = encode_but(call.path, b"-_.~/");
    let body = hex_hash(call.body);
    format!("{}\n{path}\n{}\n{lines}\n{names}\n{body}", call.method, call.query)
}

fn key(scope: &Scope<'_>, date: &str, credentials: &Credentials<'_>) -> Vec<u8> {
    let secret = format!("AWS4{}", credentials.secret_access_key);
    [scope.region, scope.service, "aws4_request"]
        .iter()
        .fold(mac(secret.as_bytes(), date), |key, text| mac(&key, text))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() }; // any length is a key
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex_hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// `20150830T123600Z`.
fn stamp(now: Timestamp) -> String {
    let date = now.date();
    let seconds = now.since(now.start_of_day()).div_euclid(1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let (year, month, day) = (date.year(), date.month(), date.day());
    format!("{year:04}{month:02}{day:02}T{hours:02}{minutes:02}{seconds:02}Z")
}

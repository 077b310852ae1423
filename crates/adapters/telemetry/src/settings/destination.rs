//! Where one kind of telemetry goes, and how.
//!
//! Each variable of a kind (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) wins over the common one
//! (`OTEL_EXPORTER_OTLP_ENDPOINT`). A common endpoint is a base, to which `v1/traces` is added; one
//! of a kind is taken as it stands.

use std::time::Duration;

use http::{HeaderMap, Uri};

use super::Source;

const PREFIX: &str = "OTEL_EXPORTER_OTLP_";
const DEFAULT: &str = "http://localhost:4318";
const TIMEOUT: Duration = Duration::from_secs(10);

/// How a request is encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

/// How a request is compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compression {
    /// Not at all.
    None,
    /// By gzip.
    Gzip,
}

/// Where one kind of telemetry goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination {
    /// The whole URL.
    pub url: String,
    /// Headers, marked as sensitive.
    pub headers: HeaderMap,
    /// How long a request may take.
    pub timeout: Duration,
    /// How it is encoded.
    pub protocol: Protocol,
    /// How it is compressed.
    pub compression: Compression,
}

/// Where telemetry of this kind (`TRACES`, `METRICS`) goes; `None` where no one asked for it, or
/// where what was asked for can't be done.
pub(super) fn of(source: &mut Source<'_>, kind: &str) -> Option<Destination> {
    let exporter = format!("OTEL_{kind}_EXPORTER");
    let asked = match source.text(&exporter).as_deref().map(str::trim) {
        Some("none") => return None,
        Some("otlp") => true,
        Some(_) => {
            source.wrong(&exporter, "is neither otlp nor none; otlp is all there is here");
            false
        }
        None => false,
    };
    let url = endpoint(source, kind, asked)?;
    let protocol = protocol(source, kind)?;
    let mut headers = HeaderMap::new();
    source.headers(&format!("{PREFIX}HEADERS"), &mut headers);
    source.headers(&format!("{PREFIX}{kind}_HEADERS"), &mut headers);
    let (timeout, _) = first(source, kind, "TIMEOUT");
    let timeout = source.millis(&timeout, TIMEOUT);
    Some(Destination { url, headers, timeout, protocol, compression: compression(source, kind) })
}

/// The variable of the kind where it is set, else the common one; and its value.
fn first(source: &Source<'_>, kind: &str, what: &str) -> (String, Option<String>) {
    let (own, common) = (format!("{PREFIX}{kind}_{what}"), format!("{PREFIX}{what}"));
    match source.text(&own) {
        Some(text) => (own, Some(text.trim().to_owned())),
        None => {
            let text = source.text(&common).map(|text| text.trim().to_owned());
            (common, text)
        }
    }
}

fn endpoint(source: &mut Source<'_>, kind: &str, asked: bool) -> Option<String> {
    let (name, text) = first(source, kind, "ENDPOINT");
    let is_base = name == format!("{PREFIX}ENDPOINT");
    let text = match text {
        Some(text) => text,
        None if asked => DEFAULT.to_owned(),
        None => return None,
    };
    let usable = text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if !usable {
        source.wrong(&name, "is no URL that begins with http:// or https://");
        return None;
    }
    Some(if is_base {
        format!("{}/v1/{}", text.trim_end_matches('/'), kind.to_ascii_lowercase())
    } else {
        text
    })
}

fn protocol(source: &mut Source<'_>, kind: &str) -> Option<Protocol> {
    let (name, text) = first(source, kind, "PROTOCOL");
    match text.as_deref() {
        None | Some("http/protobuf") => Some(Protocol::Protobuf),
        Some("http/json") => Some(Protocol::Json),
        Some("grpc") => {
            source.wrong(
                &name,
                "is grpc, which is not spoken: use http/protobuf and the collector's port 4318",
            );
            None
        }
        Some(_) => {
            source.wrong(&name, "is neither http/protobuf nor http/json");
            Some(Protocol::Protobuf)
        }
    }
}

fn compression(source: &mut Source<'_>, kind: &str) -> Compression {
    let (name, text) = first(source, kind, "COMPRESSION");
    match text.as_deref() {
        None | Some("none") => Compression::None,
        Some("gzip") => Compression::Gzip,
        Some(_) => {
            source.wrong(&name, "is neither gzip nor none");
            Compression::None
        }
    }
}

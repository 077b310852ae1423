//! The door for callers of Google's dialect: model and method stand in the path.
//!
//! `/v1beta/models/MODEL:METHOD`, where MODEL is a route or `provider/model`, its slashes plain or
//! percent-encoded; some SDKs call `/v1/models/…`, and some leave `models` out before a slash. Keys are read from headers alone: an address with a key in it ends up in logs
//! on its way here, so it is refused, and nothing of the query goes on to a provider. Streams are
//! events inside the gateway; who does not ask for events (`alt=sse`) gets them as one JSON list,
//! made at this door. See ADR 12.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use domain::Refusal;
use domain::inference::{Dialect, Endpoint};
use futures_util::{StreamExt, stream};
use protocols::list::List;
use protocols::request::InPath;

use crate::parts::Gateway;
use crate::steps::Asked;
use crate::{models, reply, steps};

/// Serves what stands under `/v1beta/models/`.
pub(crate) async fn serve(
    gateway: State<Gateway>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let refuse = |refusal: &Refusal| reply::refusal(Dialect::Gemini, refusal, None);
    let Ok(Path(rest)) = path else { return refuse(&Refusal::NoSuchPath(crate::path_of(&request))) };
    let query = request.uri().query().unwrap_or_default().to_owned();
    if let Some(refusal) = key_in_address(&query, request.headers()) {
        return refuse(&refusal);
    }
    let method = method(&rest);
    match (request.method(), method) {
        (&Method::POST, Some((endpoint, in_path))) => {
            let listed = in_path.stream && !asks_for_events(&query);
            let asked = Asked { endpoint, in_path: Some(in_path) };
            let response = steps::infer(gateway.0, asked, request).await;
            if listed { as_list(response) } else { response }
        }
        (&Method::GET | &Method::HEAD, None) => models::named(&gateway, &rest, &request),
        (_, None) => refuse(&Refusal::NoSuchPath(crate::path_of(&request))),
        (_, Some(_)) => {
            refuse(&Refusal::MethodNotAllowed { path: crate::path_of(&request), allowed: "POST" })
        }
    }
}

/// Serves what is posted under `/v1/models/`, which is of this dialect where it names a method.
pub(crate) async fn serve_stable(
    gateway: State<Gateway>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    if !names_method(&path) {
        return crate::read_only(request).await;
    }
    Box::pin(serve(gateway, path, request)).await
}

/// Serves what stands elsewhere under `/v1beta/`, where it names a method.
pub(crate) async fn serve_rest(
    gateway: State<Gateway>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    if !names_method(&path) {
        return crate::unknown(request).await;
    }
    Box::pin(serve(gateway, path, request)).await
}

fn names_method(path: &Result<Path<String>, PathRejection>) -> bool {
    path.as_ref().is_ok_and(|Path(rest)| method(rest).is_some())
}

/// Why a key that is only in the address is not taken.
pub(crate) fn key_in_address(query: &str, headers: &HeaderMap) -> Option<Refusal> {
    let elsewhere = ["x-goog-api-key", "x-api-key"].into_iter().any(|name| headers.contains_key(name))
        || headers.contains_key(AUTHORIZATION);
    let here = parameters(query).any(|(name, _)| name == "key");
    (here && !elsewhere).then_some(Refusal::KeyInAddress)
}

fn asks_for_events(query: &str) -> bool {
    parameters(query).any(|(name, value)| matches!(name, "alt" | "$alt" | "%24alt") && value == "sse")
}

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// What `MODEL:METHOD` asks for. The name of a model may have colons of its own.
fn method(rest: &str) -> Option<(Endpoint, InPath)> {
    let (model, method) = rest.rsplit_once(':')?;
    let (endpoint, stream) = match method {
        "generateContent" => (Endpoint::Gemini, false),
        "streamGenerateContent" => (Endpoint::Gemini, true),
        "countTokens" => (Endpoint::GeminiCount, false),
        _ => return None,
    };
    Some((endpoint, InPath { model: model.to_owned(), stream }))
}

/// A stream of events as one list; any other answer as it is.
fn as_list(response: Response) -> Response {
    let is_stream = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        return response;
    }
    let (mut head, body) = response.into_parts();
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let pieces = stream::unfold(Some((List::default(), body.into_data_stream())), |state| async move {
        let (mut list, mut events) = state?;
        Some(match events.next().await {
            Some(Ok(piece)) => (Ok(list.push(&piece)), Some((list, events))),
            Some(Err(error)) => (Err(error), None),
            None => (Ok(list.finish()), None),
        })
    });
    let pieces = pieces.filter(|piece| {
        let says = !matches!(piece, Ok(bytes) if bytes.is_empty());
        async move { says }
    });
    Response::from_parts(head, Body::from_stream(pieces))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn model_and_method_stand_in_the_path() {
        let read = |rest: &str| {
            method(rest).map(|(endpoint, at)| format!("{} {} {}", endpoint.as_str(), at.model, at.stream))
        };
        for (rest, expected) in [
            ("standard:generateContent", Some("gemini standard false")),
            ("up/gemini-2.5-flash:streamGenerateContent", Some("gemini up/gemini-2.5-flash true")),
            ("ollama/gemma:2b:countTokens", Some("gemini_count ollama/gemma:2b false")),
            (":generateContent", Some("gemini  false")),
            ("standard:embedContent", None),
            ("standard", None),
        ] {
            assert_eq!(read(rest).as_deref(), expected, "{rest}");
        }
    }

    #[test]
    fn a_key_in_the_address_counts_only_where_no_header_has_one() {
        let none = HeaderMap::new();
        let some = HeaderMap::from_iter([(
            HeaderName::from_static("x-goog-api-key"),
            HeaderValue::from_static("cs_a"),
        )]);
        assert_eq!(key_in_address("alt=sse&key=cs_a", &none), Some(Refusal::KeyInAddress));
        assert_eq!(key_in_address("key=cs_a", &some), None);
        assert_eq!(key_in_address("alt=sse&monkey=1", &none), None);
    }

    #[test]
    fn events_are_asked_for() {
        for (query, events) in [("alt=sse", true), ("x=1&$alt=sse", true), ("alt=json", false), ("", false)] {
            assert_eq!(asks_for_events(query), events, "{query}");
        }
    }
}

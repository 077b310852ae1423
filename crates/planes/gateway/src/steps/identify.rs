//! Identify: whose call is this? Key → workflow → owner, pod, agent; and which run. Fails closed.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use config::Snapshot;
use domain::ids::RunId;
use domain::inference::Attribution;
use domain::keys::Key;
use domain::{Refusal, Timestamp};
use sha2::{Digest, Sha256};

use crate::parts::Inner;

/// Longest value of the free-text headers, in bytes.
const MAX_LABEL: usize = 256;
/// Most retrieval ids one call may name.
const MAX_CONTEXT: usize = 200;

/// Who is calling.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) key: Arc<Key>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) attribution: Attribution,
    /// Whether the caller named the run, so that it may have begun before this process.
    pub(crate) run_is_named: bool,
    /// The first header that can't be used. The call is refused for it, and on record: it has an
    /// owner by now.
    pub(crate) problem: Option<Refusal>,
}

/// Finds out who is calling.
pub(crate) fn identify(gateway: &Inner, headers: &HeaderMap, now: Timestamp) -> Result<Caller, Refusal> {
    let secret = secret(headers).ok_or(Refusal::NoKey)?;
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let key = Arc::clone(gateway.parts.live.keys().find(&hash).ok_or(Refusal::UnknownKey)?);
    let named = label(headers, "x-countersign-workflow")?;
    let name = key.admit(named.as_deref(), now)?;
    let snapshot = gateway.parts.live.snapshot();
    let workflow =
        snapshot.workspace.workflows.get(name).ok_or_else(|| Refusal::WorkflowGone(name.clone()))?;
    let mut problem = None;
    let trace = trace(headers);
    let named = or_note(run(headers, trace.as_ref()), &mut problem);
    let run_is_named = named.is_some();
    let trace = beside(trace, named.as_ref());
    let attribution = Attribution {
        workflow: name.clone(),
        owner: workflow.owner.clone(),
        pod: workflow.pod.clone(),
        key: key.id,
        agent: key.agent.clone(),
        run: named.unwrap_or_else(|| RunId::new(now, gateway.parts.seeds.seed())),
        trace,
        step: or_note(label(headers, "x-countersign-step"), &mut problem),
        unit: or_note(label(headers, "x-countersign-unit"), &mut problem),
        user: or_note(label(headers, "x-countersign-user"), &mut problem),
        session: session(headers),
        context: or_note(context(headers), &mut problem),
    };
    Ok(Caller { key, snapshot, attribution, run_is_named, problem })
}

/// What was read, or nothing and a note of the first problem.
fn or_note<T: Default>(read: Result<T, Refusal>, problem: &mut Option<Refusal>) -> T {
    read.unwrap_or_else(|refusal| {
        problem.get_or_insert(refusal);
        T::default()
    })
}

/// The key, from whichever of the three headers holds one. An SDK may fill two of them; the one
/// that looks like ours is meant.
fn secret(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let plain = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let candidates = [bearer, plain("x-api-key"), plain("x-goog-api-key")];
    let given = || candidates.into_iter().flatten().filter(|text| !text.is_empty());
    given().find(|text| text.starts_with("cs_")).or_else(|| given().next())
}

/// Whether a key of ours is in one of the three headers, good or not.
pub(crate) fn bears_key(headers: &HeaderMap) -> bool {
    secret(headers).is_some_and(|text| text.starts_with("cs_"))
}

/// The run: as the caller names it, else the W3C trace it is part of.
fn run(headers: &HeaderMap, trace: Option<&RunId>) -> Result<Option<RunId>, Refusal> {
    const NAME: &str = "x-countersign-run";
    if let Some(value) = headers.get(NAME) {
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|_| Refusal::BadHeader { header: NAME, problem: "is not valid UTF-8".into() })?;
        let run = RunId::from_caller(text).map_err(|_| Refusal::BadHeader {
            header: NAME,
            problem: "must be 1 to 128 printable characters".into(),
        })?;
        return Ok(Some(run));
    }
    Ok(trace.cloned())
}

/// The trace, where the run has another name.
fn beside(trace: Option<RunId>, run: Option<&RunId>) -> Option<String> {
    trace.filter(|trace| run != Some(trace)).map(|trace| trace.to_string())
}

/// The trace that the call is part of.
fn trace(headers: &HeaderMap) -> Option<RunId> {
    headers.get("traceparent").and_then(|value| trace_id(value.to_str().ok()?))
}

/// The trace id of a `traceparent` (W3C Trace Context §3.2): version 00, 32 hex digits, not all zero.
fn trace_id(text: &str) -> Option<RunId> {
    let mut parts = text.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let valid = version.len() == 2
        && version != "ff"
        && hex(version)
        && trace.len() == 32
        && hex(trace)
        && trace.bytes().any(|byte| byte != b'0');
    valid.then(|| RunId::from_caller(trace).ok()).flatten()
}

fn label(headers: &HeaderMap, name: &'static str) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let wrong = |problem: &str| Refusal::BadHeader { header: name, problem: problem.into() };
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| wrong("is not valid UTF-8"))?.trim();
    if text.len() > MAX_LABEL {
        return Err(wrong("is longer than 256 bytes"));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong("has characters that can't be printed"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The session, where a coding agent names it. One that can't be a label is no reason to refuse.
fn session(headers: &HeaderMap) -> Option<String> {
    const NAMES: [&str; 2] = ["x-claude-code-session-id", "session-id"];
    let value = NAMES.iter().find_map(|name| headers.get(*name))?.to_str().ok()?;
    (1..=domain::telemetry::LONGEST_LABEL).contains(&value.len()).then(|| value.to_owned())
}

fn context(headers: &HeaderMap) -> Result<Vec<String>, Refusal> {
    const NAME: &str = "x-countersign-context";
    let wrong = |problem: &str| Refusal::BadHeader { header: NAME, problem: problem.into() };
    let Some(value) = headers.get(NAME) else { return Ok(Vec::new()) };
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| wrong("is not valid UTF-8"))?;
    let ids: Vec<String> =
        text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(ToOwned::to_owned).collect();
    if ids.len() > MAX_CONTEXT || ids.iter().any(|id| id.len() > MAX_LABEL) {
        return Err(wrong("names at most 200 ids of at most 256 bytes each, separated by commas"));
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn the_key_is_read_from_three_headers_and_ours_wins() {
        assert_eq!(secret(&map(&[("authorization", "Bearer cs_a")])), Some("cs_a"));
        assert_eq!(secret(&map(&[("authorization", "bearer  cs_a")])), Some("cs_a"));
        assert_eq!(secret(&map(&[("x-api-key", "cs_b")])), Some("cs_b"));
        assert_eq!(secret(&map(&[("x-goog-api-key", "cs_c")])), Some("cs_c"));
        assert_eq!(secret(&map(&[("authorization", "Bearer sk-x"), ("x-api-key", "cs_b")])), Some("cs_b"));
        assert_eq!(secret(&map(&[("authorization", "Bearer sk-x")])), Some("sk-x"));
        assert_eq!(secret(&map(&[("authorization", "Basic abc")])), None);
        assert_eq!(secret(&map(&[("authorization", "Bearer ")])), None);
    }

    #[test]
    fn a_trace_gives_the_run() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let parsed = |text: &str| trace_id(text).map(|run| run.to_string());
        assert_eq!(parsed(&format!("00-{trace}-b7ad6b7169203331-01")), Some(trace.to_owned()));
        for wrong in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-1-01",
            "00-00000000000000000000000000000000-1-01",
            "00-xyz-1-01",
        ] {
            assert_eq!(parsed(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_run_by_name_keeps_the_trace_beside_it() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        for (headers, expected) in [
            (map(&[("traceparent", header), ("x-countersign-run", "ticket-7")]), ("ticket-7", Some(trace))),
            (map(&[("traceparent", header)]), (trace, None)),
            (map(&[("traceparent", header), ("x-countersign-run", trace)]), (trace, None)),
            (map(&[("x-countersign-run", "ticket-7")]), ("ticket-7", None)),
        ] {
            let trace = super::trace(&headers);
            let run = run(&headers, trace.as_ref()).unwrap();
            let beside = beside(trace, run.as_ref());
            assert_eq!((run.unwrap().as_str(), beside.as_deref()), expected);
        }
    }

    #[test]
    fn context_ids_are_split_and_bounded() {
        assert_eq!(context(&map(&[("x-countersign-context", "a, b,,c ")])).unwrap(), ["a", "b", "c"]);
        let many = "x,".repeat(201);
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("x-countersign-context"),
            HeaderValue::from_str(&many).unwrap(),
        )]);
        assert!(context(&headers).is_err());
    }
}

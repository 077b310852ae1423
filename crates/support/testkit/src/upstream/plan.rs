//! Turns a script and a request into the steps of an answer.
//!
//! Pure: no socket, no clock. A step is a write, a pause or an end, so that a script reads as
//! what happens on the wire.

use std::io::Write as _;
use std::time::Duration;

use super::agent;
use super::answers::{self, Call, Kind, Said};
use super::script::Script;
use super::{Recorded, wire};

/// One thing that happens on the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Write(Vec<u8>),
    Wait(Duration),
    /// Nothing more until the caller goes away.
    Hang,
    /// An orderly end of the connection.
    Close,
    /// A reset.
    Reset,
}

const PAUSE: Duration = Duration::from_millis(50);

/// The steps of the answer to this request.
pub(super) fn of(request: &Recorded) -> Vec<Step> {
    let call = Call::read(request);
    let script = script_of(request);
    match call.kind {
        Kind::Unknown => vec![plain(404, "application/json", answers::error(&call, 404).as_bytes())],
        Kind::Models | Kind::CountTokens | Kind::GeminiCount | Kind::Embeddings if !fails(script) => {
            vec![plain(200, "application/json", answers::plain(&call, &Said::text(&[])).as_bytes())]
        }
        _ if script == Script::NeedsGoodKey && has_good_key(request) => play(Script::Ok, &call),
        _ => play(script, &call),
    }
}

/// The script: of a path that begins with `/play/NAME`, that of the name, else that of the model. So
/// a caller can have any script from a model with a name that the world knows.
fn script_of(request: &Recorded) -> Script {
    let named = request.path.strip_prefix("/play/").and_then(|rest| rest.split('/').next());
    Script::of(named.unwrap_or(&request.model))
}

fn has_good_key(request: &Recorded) -> bool {
    let keys =
        ["authorization", "x-api-key", "x-goog-api-key"].into_iter().filter_map(|name| request.header(name));
    keys.into_iter().any(|key| key.ends_with("good"))
}

/// Whether a script is about more than the text of an answer, so that it holds for endpoints
/// that have none.
const fn fails(script: Script) -> bool {
    !matches!(
        script,
        Script::Ok
            | Script::Stream(_)
            | Script::SlowStream(_)
            | Script::Tool
            | Script::SlowTool
            | Script::Agent
            | Script::AgentWrites
            | Script::Echo
    )
}

fn play(script: Script, call: &Call) -> Vec<Step> {
    match script {
        Script::Ok | Script::Stream(_) | Script::SlowStream(_) | Script::Big(_) => told(script, call),
        Script::Tool => good(call, &Said::tool(call), None),
        Script::SlowTool => slow_tool(call),
        Script::Agent => good(call, &agent::turn(call), None),
        Script::AgentWrites => good(call, &agent::writing_turn(call), None),
        Script::Echo => good(call, &echo(call), None),
        Script::NoUsage => good(call, &Said { usage: None, ..said(call) }, None),
        Script::IgnoresMaxTokens => {
            good(call, &Said { usage: Some((answers::INPUT_TOKENS, 0, 5000)), ..everything() }, None)
        }
        Script::Cached => {
            good(call, &Said { usage: Some((1000, 800, answers::OUTPUT_TOKENS)), ..said(call) }, None)
        }
        Script::OddHeaders => odd_headers(call),
        Script::Gzip => packed(call),
        Script::ErrorIn200 => vec![plain(200, "application/json", answers::error(call, 503).as_bytes())],
        Script::WrongContentType => good_as(call, &said(call), None, "text/plain"),
        Script::ByteByByte => byte_by_byte(call),
        Script::SlowFirstByte(time) => {
            let mut steps = vec![Step::Wait(time)];
            steps.extend(good(call, &said(call), None));
            steps
        }
        Script::Error(status) => vec![error(call, status)],
        Script::Html502 => {
            vec![plain(502, "text/html", b"<html><body><h1>502 Bad Gateway</h1></body></html>")]
        }
        Script::Redirect => {
            vec![with_headers(302, "text/plain", b"", &[("location", "http://127.0.0.1:9/elsewhere")])]
        }
        Script::GarbageJson => vec![plain(200, "application/json", b"{\"choices\": [{\"message\": oops")],
        _ => broken(script, call),
    }
}

/// Scripts that break the connection or the stream.
fn broken(script: Script, call: &Call) -> Vec<Step> {
    match script {
        Script::Hang => vec![Step::Hang],
        Script::CloseAtOnce => vec![Step::Close],
        Script::Garbage => vec![Step::Write(b"\x16\x03\x01 this is not HTTP\r\n\r\n".to_vec()), Step::Close],
        Script::ResetAfter(events) => cut(call, events, Step::Reset),
        Script::HangAfter(events) => cut(call, events, Step::Hang),
        Script::ShortBody => vec![
            Step::Write(wire::head(200, &[("content-type", "application/json"), ("content-length", "4000")])),
            Step::Write(answers::plain(call, &said(call)).into_bytes()),
            Step::Close,
        ],
        Script::GarbageStream => streamed(
            &["data: {oops\n\n".to_owned(), "data: still not JSON\n\n".to_owned()],
            None,
            "text/event-stream",
        ),
        Script::ErrorInStream if call.stream => {
            let mut events = answers::events(call, &said(call));
            events.truncate(2);
            events.push(answers::error_event(call));
            streamed(&events, None, "text/event-stream")
        }
        Script::ErrorBeforeContent if call.stream => {
            let mut events = answers::events(call, &said(call));
            events.truncate(1);
            events.push(answers::error_event(call));
            streamed(&events, None, "text/event-stream")
        }
        Script::NeedsGoodKey => vec![error(call, 401)],
        Script::NoTerminalEvent if call.stream => {
            let mut events = answers::events(call, &said(call));
            events.truncate(events.len() - answers::terminal_events(call));
            streamed(&events, None, "text/event-stream")
        }
        _ => vec![error(call, 500)],
    }
}

/// What the last message said, three characters a piece.
fn echo(call: &Call) -> Said {
    let letters: Vec<char> = call.last.chars().collect();
    let pieces: Vec<String> = letters.chunks(3).map(|piece| piece.iter().collect()).collect();
    Said::text(&pieces.iter().map(String::as_str).collect::<Vec<_>>())
}

fn said(call: &Call) -> Said {
    everything().limited(call)
}

fn everything() -> Said {
    Said::text(&["The ", "quick ", "brown ", "fox ", "jumps ", "over ", "it."])
}

/// `ok`, `stream-N`, `slow-stream-N`, `big-N`: answers that differ in their text alone.
fn told(script: Script, call: &Call) -> Vec<Step> {
    match script {
        Script::Stream(count) => good(call, &Said::counted(count).limited(call), None),
        Script::SlowStream(count) => good(call, &Said::counted(count).limited(call), Some(PAUSE)),
        Script::Big(kilobytes) => {
            let piece = "0123456789abcdef".repeat(64);
            good(call, &Said::text(&vec![piece.as_str(); kilobytes]), None)
        }
        _ => good(call, &said(call), None),
    }
}

fn good(call: &Call, said: &Said, pause: Option<Duration>) -> Vec<Step> {
    let kind = if call.stream { "text/event-stream" } else { "application/json" };
    good_as(call, said, pause, kind)
}

fn good_as(call: &Call, said: &Said, pause: Option<Duration>, content_type: &str) -> Vec<Step> {
    if call.stream {
        return streamed(&answers::events(call, said), pause, content_type);
    }
    vec![plain(200, content_type, answers::plain(call, said).as_bytes())]
}

fn streamed(events: &[String], pause: Option<Duration>, content_type: &str) -> Vec<Step> {
    let mut steps = vec![stream_head(content_type)];
    for event in events {
        steps.push(Step::Write(wire::chunk(event.as_bytes())));
        steps.extend(pause.map(Step::Wait));
    }
    steps.push(Step::Write(wire::LAST_CHUNK.to_vec()));
    steps
}

/// A call of a tool, some time behind the beginning of the answer.
fn slow_tool(call: &Call) -> Vec<Step> {
    let mut steps = good(call, &Said::tool(call), None);
    let first_event = if call.stream { 2 } else { 0 };
    steps.insert(first_event, Step::Wait(Duration::from_millis(300)));
    steps
}

/// A good answer as gzip, flushed behind each event.
fn packed(call: &Call) -> Vec<Step> {
    let kind = if call.stream { "text/event-stream" } else { "application/json" };
    let pieces = match call.stream {
        true => answers::events(call, &said(call)),
        false => vec![answers::plain(call, &said(call))],
    };
    let headers = [("content-type", kind), ("content-encoding", "gzip"), ("transfer-encoding", "chunked")];
    let mut steps = vec![Step::Write(wire::head(200, &headers))];
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for piece in pieces {
        // Into memory: it can't fail.
        let _written = encoder.write_all(piece.as_bytes()).and_then(|()| encoder.flush());
        steps.push(Step::Write(wire::chunk(&std::mem::take(encoder.get_mut()))));
    }
    let rest = encoder.finish().unwrap_or_default();
    steps.push(Step::Write(wire::chunk(&rest)));
    steps.push(Step::Write(wire::LAST_CHUNK.to_vec()));
    steps
}

/// The first so many events, then `end`. A plain answer stops in the middle of its body.
fn cut(call: &Call, count: usize, end: Step) -> Vec<Step> {
    let mut steps = vec![stream_head(if call.stream { "text/event-stream" } else { "application/json" })];
    if call.stream {
        let events = answers::events(call, &Said::counted(count.max(8)));
        steps.extend(events.iter().take(count).map(|event| Step::Write(wire::chunk(event.as_bytes()))));
    } else {
        let body = answers::plain(call, &said(call));
        steps.push(Step::Write(wire::chunk(body.as_bytes().get(..40).unwrap_or_default())));
    }
    // Without a pause the last event may be thrown away with the connection.
    steps.push(Step::Wait(Duration::from_millis(30)));
    steps.push(end);
    steps
}

fn byte_by_byte(call: &Call) -> Vec<Step> {
    let (kind, body) = if call.stream {
        ("text/event-stream", answers::events(call, &said(call)).concat())
    } else {
        ("application/json", answers::plain(call, &said(call)))
    };
    let mut steps = vec![stream_head(kind)];
    steps.extend(body.as_bytes().chunks(1).map(|byte| Step::Write(wire::chunk(byte))));
    steps.push(Step::Write(wire::LAST_CHUNK.to_vec()));
    steps
}

fn odd_headers(call: &Call) -> Vec<Step> {
    let body = answers::plain(call, &said(call));
    let extra = [
        ("x-never-heard-of", "kept"),
        ("openai-processing-ms", "7"),
        ("x-ratelimit-remaining-requests", "41"),
        ("set-cookie", "__cf_bm=provider; HttpOnly"),
        ("x-countersign-cost-usd", "forged"),
        ("keep-alive", "timeout=5"),
    ];
    vec![with_headers(200, "application/json", body.as_bytes(), &extra)]
}

fn error(call: &Call, status: u16) -> Step {
    let body = answers::error(call, status);
    let retry: &[(&str, &str)] = if matches!(status, 429 | 503) { &[("retry-after", "2")] } else { &[] };
    with_headers(status, "application/json", body.as_bytes(), retry)
}

fn plain(status: u16, content_type: &str, body: &[u8]) -> Step {
    with_headers(status, content_type, body, &[])
}

fn with_headers(status: u16, content_type: &str, body: &[u8], extra: &[(&str, &str)]) -> Step {
    let length = body.len().to_string();
    let mut headers = vec![
        ("content-type", content_type),
        ("content-length", length.as_str()),
        ("x-request-id", "req_scripted"),
    ];
    headers.extend_from_slice(extra);
    let mut bytes = wire::head(status, &headers);
    bytes.extend_from_slice(body);
    Step::Write(bytes)
}

fn stream_head(content_type: &str) -> Step {
    Step::Write(wire::head(
        200,
        &[("content-type", content_type), ("transfer-encoding", "chunked"), ("x-request-id", "req_scripted")],
    ))
}

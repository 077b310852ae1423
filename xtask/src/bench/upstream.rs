//! A provider that costs next to nothing: fixed answers over plain sockets.
//!
//! Looks at four things in a request: its path, which tells the dialect; its length; whether it asks
//! for a stream; and the header `x-bench: hold`, which opens a stream and leaves it open. Never
//! parses JSON.

use std::io::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Events of a streamed answer that carry text.
pub(super) const CHUNKS: usize = 50;
const PAUSE: Duration = Duration::from_millis(2);

/// Prints its address and serves until standard input ends.
///
/// # Errors
/// No port can be had.
pub(super) fn run() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
        let mut owner = JoinSet::new();
        owner.spawn_blocking(|| std::io::Read::read_to_end(&mut std::io::stdin(), &mut Vec::new()));
        tokio::select! {
            _ = owner.join_next() => Ok(()),
            served = accept(listener) => served,
        }
    })
}

/// Answers everyone who connects.
async fn accept(listener: TcpListener) -> anyhow::Result<()> {
    let answers = Answers::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                connections.spawn(serve(stream, answers.clone()));
            }
        }
    }
}

#[derive(Clone)]
struct Answers {
    plain: Vec<u8>,
    message: Vec<u8>,
    head: Vec<u8>,
    chunk: Vec<u8>,
    tail: Vec<u8>,
}

impl Answers {
    fn new() -> Self {
        let text = "lorem ipsum dolor sit amet ".repeat(34);
        let body = format!(
            "{{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"gpt-4o-mini\",\"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{text}\"}},\"finish_reason\":\"stop\"}}],\"usage\":{{\"prompt_tokens\":250,\"completion_tokens\":200,\"total_tokens\":450}}}}"
        );
        let message = format!(
            "{{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-haiku-4-5\",\"content\":[{{\"type\":\"text\",\"text\":\"{text}\"}}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{{\"input_tokens\":250,\"output_tokens\":200}}}}"
        );
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let event = |choices: &str, usage: &str| {
            chunk(&format!(
                "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"gpt-4o-mini\",\"choices\":[{choices}]{usage}}}\n\n"
            ))
        };
        let mut tail = event("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", "");
        tail.push_str(&event(
            "",
            ",\"usage\":{\"prompt_tokens\":250,\"completion_tokens\":50,\"total_tokens\":300}",
        ));
        tail.push_str(&chunk("data: [DONE]\n\n"));
        tail.push_str("0\r\n\r\n");
        Self {
            plain: whole(&body),
            message: whole(&message),
            head: head.into(),
            chunk: event("{\"index\":0,\"delta\":{\"content\":\"lorem ipsum \"},\"finish_reason\":null}", "")
                .into_bytes(),
            tail: tail.into_bytes(),
        }
    }
}

fn whole(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

async fn serve(mut stream: TcpStream, answers: Answers) {
    let mut buffer = Vec::with_capacity(8192);
    while let Some(request) = next(&mut stream, &mut buffer).await {
        let sent = match request {
            Request::Plain => stream.write_all(&answers.plain).await,
            Request::Message => stream.write_all(&answers.message).await,
            Request::Stream => streamed(&mut stream, &answers).await,
            Request::Hold => hold(&mut stream, &answers).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn streamed(stream: &mut TcpStream, answers: &Answers) -> std::io::Result<()> {
    stream.write_all(&answers.head).await?;
    for _ in 0..CHUNKS {
        stream.write_all(&answers.chunk).await?;
        tokio::time::sleep(PAUSE).await;
    }
    stream.write_all(&answers.tail).await
}

async fn hold(stream: &mut TcpStream, answers: &Answers) -> std::io::Result<()> {
    stream.write_all(&answers.head).await?;
    stream.write_all(&answers.chunk).await?;
    let mut byte = [0];
    // Until the caller goes away; nobody holds a stream for longer than two minutes here.
    drop(tokio::time::timeout(Duration::from_secs(120), stream.read(&mut byte)).await);
    Err(std::io::ErrorKind::ConnectionAborted.into())
}

enum Request {
    Plain,
    /// Anthropic's dialect; never streamed here.
    Message,
    Stream,
    Hold,
}

async fn next(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let head = loop {
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(buffer.get(..head)?).to_ascii_lowercase();
    let length = text.split("content-length: ").nth(1)?.split('\r').next()?.parse::<usize>().ok()?;
    while buffer.len() < head + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = buffer.get(head..head + length)?;
    let request = if text.contains("x-bench: hold") {
        Request::Hold
    } else if find(body, b"\"stream\":true").is_some() {
        Request::Stream
    } else if text.starts_with("post /v1/messages ") {
        Request::Message
    } else {
        Request::Plain
    };
    buffer.drain(..head + length);
    Some(request)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::super::client::Request;
    use super::super::load::{self, Aim};
    use super::*;

    #[test]
    fn load_and_upstream_understand_each_other() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut upstream = JoinSet::new();
            upstream.spawn(accept(listener));
            let aim = |stream| Aim { address, request: Request::chat("cs_key", "m", stream, "") };
            let plain = load::closed(&aim(false), 4, 100).await.unwrap().checked("plain").unwrap();
            assert_eq!((plain.calls, plain.whole.len()), (100, 100));
            let streams = load::closed(&aim(true), 4, 8).await.unwrap().checked("streams").unwrap();
            let (first, whole) =
                (streams.first_byte.iter().max().unwrap(), streams.whole.iter().min().unwrap());
            assert!(first < whole && *whole >= PAUSE * 50, "{first:?} {whole:?}");
            let open = load::open(&aim(false), 500, Duration::from_millis(200))
                .await
                .unwrap()
                .checked("open")
                .unwrap();
            assert!((50..=120).contains(&open.calls), "{}", open.calls);
        });
    }
}

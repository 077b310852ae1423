//! What the provider can be told to do, by the name of the model.

use std::time::Duration;

/// A script. Its name is the name of the model; a number at the end of some names is read.
///
/// Where a caller did not ask for a stream, scripts about streams break the plain answer in the
/// nearest way there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// `ok`, and every name that is no other script: a short answer.
    Ok,
    /// `stream-N`: N pieces of text.
    Stream(usize),
    /// `slow-stream-N`: N pieces of text, 50 ms apart.
    SlowStream(usize),
    /// `slow-first-byte-MS`: nothing for so long (300 ms if not said), then as `ok`.
    SlowFirstByte(Duration),
    /// `hang`: reads the request and never answers.
    Hang,
    /// `hang-after-N`: N events, then nothing more.
    HangAfter(usize),
    /// `reset-after-N`: N events, then the connection breaks.
    ResetAfter(usize),
    /// `close-at-once`: the connection ends before a byte of the answer.
    CloseAtOnce,
    /// `garbage`: bytes that are not HTTP.
    Garbage,
    /// `garbage-json`: status 200 and a body that is not JSON.
    GarbageJson,
    /// `garbage-stream`: an event stream whose data is not JSON.
    GarbageStream,
    /// `html-502`: an error page from a proxy in between.
    Html502,
    /// `error-NNN`: an error of that status, in the dialect; 429 and 503 with `retry-after: 2`.
    Error(u16),
    /// `error-in-200-stream`: two events, then an error event.
    ErrorInStream,
    /// `error-before-content`: an event stream that says it is overloaded before it has content.
    ErrorBeforeContent,
    /// `needs-good-key`: as `ok` where the credential ends with `good`, else 401.
    NeedsGoodKey,
    /// `no-terminal-event`: a stream that ends in good order, without its last event.
    NoTerminalEvent,
    /// `ignores-max-tokens`: bills 5,000 output tokens whatever was asked for.
    IgnoresMaxTokens,
    /// `no-usage`: never says what was used.
    NoUsage,
    /// `cached`: a prompt of 1,000 tokens, 800 of them read from a cache.
    Cached,
    /// `big-N`: N kilobytes of text (1,024 if not said).
    Big(usize),
    /// `byte-by-byte`: as `ok`, one byte a chunk.
    ByteByByte,
    /// `wrong-content-type`: a right answer that claims to be `text/plain`.
    WrongContentType,
    /// `short-body`: a body shorter than its content-length.
    ShortBody,
    /// `redirect`: sends the caller elsewhere.
    Redirect,
    /// `tool`: calls the first tool that was offered.
    Tool,
    /// `slow-tool`: as `tool`, 300 ms behind the first event.
    SlowTool,
    /// `agent`: runs a command with the shell tool that a coding agent offers, or calls the first
    /// tool where there is no shell, and says that it is done when the result comes back; see
    /// [`AGENT_FILE`](super::AGENT_FILE).
    Agent,
    /// `agent-writes`: as `agent`, but with the tool that writes files, where there is one before
    /// the shell; and it claims a prompt of 2,000 tokens.
    AgentWrites,
    /// `echo`: says the last message again, three characters a piece.
    Echo,
    /// `gzip`: as `ok`, packed, though nobody asked for it; one event a piece.
    Gzip,
    /// `error-in-200`: status 200, and a body that is an error.
    ErrorIn200,
    /// `odd-headers`: as `ok`, with headers that no one knows, and some that must not pass.
    OddHeaders,
}

impl Script {
    /// The script of this name.
    #[must_use]
    pub fn of(model: &str) -> Self {
        let (stem, number) = split(model);
        match (stem, number) {
            ("stream", Some(count)) => Self::Stream(count),
            ("slow-stream", Some(count)) => Self::SlowStream(count),
            ("slow-first-byte", ms) => Self::SlowFirstByte(Duration::from_millis(millis(ms.unwrap_or(300)))),
            ("hang-after", Some(count)) => Self::HangAfter(count),
            ("reset-after", Some(count)) => Self::ResetAfter(count),
            ("html", Some(502)) => Self::Html502,
            ("error-in", Some(200)) => Self::ErrorIn200,
            ("error", Some(status)) => Self::Error(u16::try_from(status).unwrap_or(500)),
            ("big", kilobytes) => Self::Big(kilobytes.unwrap_or(1024)),
            _ => Self::without_number(model),
        }
    }

    fn without_number(model: &str) -> Self {
        match model {
            "hang" => Self::Hang,
            "close-at-once" => Self::CloseAtOnce,
            "garbage" => Self::Garbage,
            "garbage-json" => Self::GarbageJson,
            "garbage-stream" => Self::GarbageStream,
            "error-in-200-stream" => Self::ErrorInStream,
            "error-before-content" => Self::ErrorBeforeContent,
            "needs-good-key" => Self::NeedsGoodKey,
            "no-terminal-event" => Self::NoTerminalEvent,
            "ignores-max-tokens" => Self::IgnoresMaxTokens,
            "no-usage" => Self::NoUsage,
            "cached" => Self::Cached,
            "byte-by-byte" => Self::ByteByByte,
            "wrong-content-type" => Self::WrongContentType,
            "short-body" => Self::ShortBody,
            "redirect" => Self::Redirect,
            "tool" => Self::Tool,
            "slow-tool" => Self::SlowTool,
            "agent" => Self::Agent,
            "agent-writes" => Self::AgentWrites,
            "echo" => Self::Echo,
            "gzip" => Self::Gzip,
            "odd-headers" => Self::OddHeaders,
            _ => Self::Ok,
        }
    }
}

/// `reset-after-3` into `reset-after` and 3.
fn split(model: &str) -> (&str, Option<usize>) {
    match model.rsplit_once('-').map(|(stem, digits)| (stem, digits.parse())) {
        Some((stem, Ok(number))) => (stem, Some(number)),
        _ => (model, None),
    }
}

fn millis(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX).min(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_model_is_the_script() {
        for (name, script) in [
            ("ok", Script::Ok),
            ("gpt-4o", Script::Ok),
            ("stream-50", Script::Stream(50)),
            ("slow-first-byte", Script::SlowFirstByte(Duration::from_millis(300))),
            ("slow-first-byte-20", Script::SlowFirstByte(Duration::from_millis(20))),
            ("reset-after-3", Script::ResetAfter(3)),
            ("error-429", Script::Error(429)),
            ("error-in-200-stream", Script::ErrorInStream),
            ("html-502", Script::Html502),
            ("gzip", Script::Gzip),
            ("error-in-200", Script::ErrorIn200),
            ("big", Script::Big(1024)),
            ("big-64", Script::Big(64)),
        ] {
            assert_eq!(Script::of(name), script, "{name}");
        }
    }
}

//! The front door: one caller's dialect, one provider's, and everything that goes between them.
//!
//! ```
//! use translate::{Asked, Caller, Pair, Settings, Wire};
//!
//! let body = br#"{"model":"smart","messages":[{"role":"user","content":"Hi"}],"max_tokens":9}"#;
//! let pair = Pair::new(Caller::Chat, Wire::Messages);
//! let asked = Asked { body, model: "claude-sonnet-4-5", ..Asked::default() };
//! let (outgoing, exchange) = pair.request(asked, Settings::default()).unwrap();
//! assert_eq!(outgoing.path, "/v1/messages");
//! assert!(outgoing.loss.is_empty() && !exchange.streams());
//! ```

use domain::Usage;

use crate::canon::{Answer, Delivery, Request, settle};
use crate::failure::{self, Failure};
use crate::json::{Json, Object, Unreadable, parse};
use crate::report::{LossReport, Mode, Notes, Refused};
use crate::stream::StreamTranslator;
use crate::wire::Wire;
use crate::{bedrock, chat, gemini, messages, responses};

/// A dialect that callers speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the same words as `Wire`")]
pub enum Caller {
    Chat,
    Responses,
    Messages,
    Gemini,
}

impl Caller {
    /// Every caller.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Responses, Self::Messages, Self::Gemini];

    /// Its wire.
    #[must_use]
    pub const fn wire(self) -> Wire {
        match self {
            Self::Chat => Wire::Chat,
            Self::Responses => Wire::Responses,
            Self::Messages => Wire::Messages,
            Self::Gemini => Wire::Gemini,
        }
    }

    /// The caller of a wire; `None` for one that is spoken upstream only.
    #[must_use]
    pub const fn of(wire: Wire) -> Option<Self> {
        match wire {
            Wire::Chat => Some(Self::Chat),
            Wire::Responses => Some(Self::Responses),
            Wire::Messages => Some(Self::Messages),
            Wire::Gemini => Some(Self::Gemini),
            Wire::Bedrock => None,
        }
    }
}

/// How a Gemini caller takes a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// Server-sent events: `alt=sse`. Everyone else takes nothing but this.
    #[default]
    Events,
    /// One JSON list.
    List,
}

/// The field of a chat request that bounds its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChatLimit {
    /// `max_completion_tokens`.
    #[default]
    MaxCompletionTokens,
    /// `max_tokens`, its old name, which is all that many servers know.
    MaxTokens,
}

impl ChatLimit {
    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxCompletionTokens => "max_completion_tokens",
            Self::MaxTokens => "max_tokens",
        }
    }
}

/// What a translation has to be told, because it reads no clock and makes no ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// An id for what the provider leaves without one: the inference's.
    pub id: String,
    /// Now, in seconds since 1970.
    pub now: u64,
    /// The model, where the provider does not say which one answered.
    pub model: String,
    /// The limit of output tokens where the provider wants one and the caller gave none.
    pub default_max_output: u64,
    /// Estimated input tokens, for clients that want a figure before there is one.
    pub input_estimate: u64,
    /// How a provider's chat is told the limit of output tokens.
    pub chat_limit: ChatLimit,
    /// How a Gemini caller takes a stream.
    pub framing: Framing,
    /// Whether a chat caller wants an event that says what was used. The request says it; set by
    /// [`Pair::request`].
    pub usage_event: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            id: "0".to_owned(),
            now: 0,
            model: String::new(),
            default_max_output: 4_096,
            input_estimate: 0,
            chat_limit: ChatLimit::MaxCompletionTokens,
            framing: Framing::Events,
            usage_event: false,
        }
    }
}

/// A caller's request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Its body.
    pub body: &'a [u8],
    /// The model to ask, in the provider's words.
    pub model: &'a str,
    /// Whether the path asks for a stream, which is how a Gemini caller says it. Others say it in
    /// the body.
    pub stream_path: bool,
}

/// A caller's dialect and a provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    caller: Caller,
    upstream: Wire,
}

/// A request as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The body.
    pub body: Vec<u8>,
    /// The path, below the provider's base URL; with its query.
    pub path: String,
    /// What was lost on the way.
    pub loss: LossReport,
}

/// A call under way: how its answer is translated back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pair: Pair,
    settings: Settings,
    delivery: Delivery,
}

/// An answer for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// What was used, where the provider said it.
    pub usage: Option<Usage>,
    /// The error, where the answer is one.
    pub failure: Option<Failure>,
    /// What was lost on the way.
    pub loss: LossReport,
}

impl Pair {
    /// A pair.
    #[must_use]
    pub const fn new(caller: Caller, upstream: Wire) -> Self {
        Self { caller, upstream }
    }

    /// The provider's wire.
    #[must_use]
    pub const fn upstream(self) -> Wire {
        self.upstream
    }

    /// Translates a request.
    ///
    /// # Errors
    /// A body that is not a request of the caller's dialect, or asks for what can't be had.
    pub fn request(self, asked: Asked<'_>, mut settings: Settings) -> Result<(Outgoing, Exchange), Refused> {
        let mut notes = Notes::new(Mode::Strict);
        let body = match parse(asked.body) {
            Ok(Json::Object(body)) => body,
            Ok(_) => return Err(Refused::NotJson("expected an object".to_owned())),
            Err(Unreadable::NotJson(problem)) => return Err(Refused::NotJson(problem)),
            Err(Unreadable::TooMany) => return Err(Refused::too_many_values()),
        };
        let mut request = read_request(self.caller, body, &mut notes);
        asked.model.clone_into(&mut request.model);
        if self.caller == Caller::Gemini {
            request.delivery = if asked.stream_path { Delivery::StreamWithUsage } else { Delivery::Whole };
        }
        let written = write_request(self.upstream, &request, &settings, &mut notes);
        let loss = notes.finish()?;
        settings.usage_event = request.delivery == Delivery::StreamWithUsage;
        if settings.model.is_empty() {
            settings.model.clone_from(&request.model);
        }
        let path = path(self.upstream, &request.model, request.delivery.streams());
        let exchange = Exchange { pair: self, settings, delivery: request.delivery };
        Ok((Outgoing { body: bytes(&written), path, loss }, exchange))
    }
}

impl Exchange {
    /// Whether the caller asked for a stream, and so the provider was.
    #[must_use]
    pub const fn streams(&self) -> bool {
        self.delivery.streams()
    }

    /// Translates a whole answer, or an error.
    #[must_use]
    pub fn answer(&self, status: u16, body: &[u8]) -> Translated {
        if !(200..300).contains(&status) {
            return self.failed(failure::read(status, body));
        }
        let object = match parse(body) {
            Ok(json) => match (failure::of(&json), json) {
                (Some(failure), _) => return self.failed(failure),
                (None, Json::Object(object)) => object,
                (None, _) => return self.failed(Failure::noticed("the provider's answer is not an object")),
            },
            Err(Unreadable::NotJson(_)) => {
                return self.failed(Failure::noticed("the provider's answer is not JSON"));
            }
            Err(Unreadable::TooMany) => {
                return self.failed(Failure::noticed("the provider's answer holds too many values"));
            }
        };
        let mut notes = Notes::new(Mode::Lenient);
        let mut answer = read_answer(self.pair.upstream, object, &mut notes);
        settle(&mut answer, &self.settings.id, &mut notes);
        let written = write_answer(self.pair.caller, &answer, &self.settings, &mut notes);
        let loss = notes.report().clone();
        Translated { status: 200, body: bytes(&written), usage: answer.usage, failure: None, loss }
    }

    /// A translator for the answer's stream.
    #[must_use]
    pub fn stream(&self) -> StreamTranslator {
        StreamTranslator::new(self.pair.upstream, self.pair.caller, self.settings.clone())
    }

    fn failed(&self, failure: Failure) -> Translated {
        let wire = self.pair.caller.wire();
        Translated {
            status: failure::status(wire, &failure),
            body: failure::body(wire, &failure),
            usage: None,
            failure: Some(failure),
            loss: LossReport::default(),
        }
    }
}

/// The path of a call, below the provider's base URL. OpenAI's base URLs end with the version.
fn path(wire: Wire, model: &str, streams: bool) -> String {
    match wire {
        Wire::Chat => "/chat/completions".to_owned(),
        Wire::Responses => "/responses".to_owned(),
        Wire::Messages => "/v1/messages".to_owned(),
        Wire::Gemini => {
            gemini::path(model, if streams { gemini::Method::Stream } else { gemini::Method::Generate })
        }
        Wire::Bedrock => bedrock::path(model, streams),
    }
}

/// Reads a request of a caller.
pub fn read_request(caller: Caller, body: Object, notes: &mut Notes) -> Request {
    match caller {
        Caller::Chat => chat::request::read(body, notes),
        Caller::Responses => responses::request::read(body, notes),
        Caller::Messages => messages::request::read(body, notes),
        Caller::Gemini => gemini::request::read(body, notes),
    }
}

/// Writes a request for a provider.
pub fn write_request(wire: Wire, request: &Request, settings: &Settings, notes: &mut Notes) -> Object {
    match wire {
        Wire::Chat => chat::request::write(request, settings.chat_limit, notes),
        Wire::Responses => responses::request::write(request, notes),
        Wire::Messages => messages::request::write(request, settings, notes),
        Wire::Gemini => gemini::request::write(request, notes),
        Wire::Bedrock => bedrock::request::write(request, settings, notes),
    }
}

/// Reads an answer of a provider.
pub fn read_answer(wire: Wire, body: Object, notes: &mut Notes) -> Answer {
    match wire {
        Wire::Chat => chat::answer::read(body, notes),
        Wire::Responses => responses::answer::read(body, notes),
        Wire::Messages => messages::answer::read(body, notes),
        Wire::Gemini => gemini::answer::read(body, notes),
        Wire::Bedrock => bedrock::answer::read(body, notes),
    }
}

/// Writes an answer for a caller.
pub fn write_answer(caller: Caller, answer: &Answer, settings: &Settings, notes: &mut Notes) -> Object {
    match caller {
        Caller::Chat => chat::answer::write(answer, settings, notes),
        Caller::Responses => responses::answer::write(answer, settings, notes),
        Caller::Messages => messages::answer::write(answer, settings, notes),
        Caller::Gemini => gemini::answer::write(answer, settings, notes),
    }
}

fn bytes(object: &Object) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    crate::json::write_object(object, &mut out);
    out
}

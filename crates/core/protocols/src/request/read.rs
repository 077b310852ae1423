//! The one pass over a request's body.

use bytes::Bytes;
use domain::Refusal;
use domain::inference::Endpoint;
use domain::usage::Mode;

use super::fields::Field;
use super::weigh::Weight;
use super::{Bound, InPath, Spans, View};
use crate::gemini::camel;
use crate::json::{Cursor, JsonError, Kind, Text};

/// Reads what is governed in a request.
///
/// # Errors
/// [`Refusal::BodyNotJson`] where the body is no JSON object in UTF-8, and [`Refusal::BadField`]
/// where a governed field is missing, stands twice or has the wrong type.
pub fn read(endpoint: Endpoint, body: &Bytes) -> Result<View, Refusal> {
    read_at(endpoint, None, body)
}

/// Reads what is governed in a request of which the path says a part. What the path says of the
/// model counts; a model in the body beside it is changed with it.
///
/// # Errors
/// As [`read`].
pub fn read_at(endpoint: Endpoint, in_path: Option<&InPath>, body: &Bytes) -> Result<View, Refusal> {
    if let Err(error) = std::str::from_utf8(body) {
        return Err(Refusal::BodyNotJson(format!("invalid UTF-8 at byte {}", error.valid_up_to())));
    }
    let mut cursor = Cursor::new(body);
    let mut reader = Reader::new(endpoint, in_path);
    let outcome = reader.body(&mut cursor).and_then(|()| Ok(cursor.end()?));
    match outcome {
        Ok(()) => reader.finish(),
        Err(Stop::Json(error)) => Err(Refusal::BodyNotJson(error.describe(body))),
        Err(Stop::Field(refusal)) => Err(refusal),
    }
}

/// Longest name of a model, in bytes. Names are kept, counted and indexed.
const LONGEST_MODEL: usize = 512;

/// Why reading stopped.
enum Stop {
    Json(JsonError),
    Field(Refusal),
}

impl From<JsonError> for Stop {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

fn bad(field: &str, problem: impl Into<String>) -> Stop {
    Stop::Field(Refusal::BadField { field: field.into(), problem: problem.into() })
}

struct Reader {
    view: View,
    weight: Weight,
    has_model: bool,
    seen: Vec<Field>,
}

impl Reader {
    fn new(endpoint: Endpoint, in_path: Option<&InPath>) -> Self {
        let view = View {
            endpoint,
            model: in_path.map(|path| path.model.clone()).unwrap_or_default(),
            in_path: in_path.cloned(),
            model_span: 0..0,
            stream: in_path.is_some_and(|path| path.stream),
            wants_usage_event: false,
            max_output: None,
            least_output: if endpoint == Endpoint::Responses { 16 } else { 1 },
            choices: 1,
            text_bytes: 0,
            attachments: 0,
            attachment_bytes: 0,
            hidden_input: false,
            background: false,
            leaves_traces: false,
            tier: Mode::Standard,
            prompt_ref: None,
            spans: Spans::default(),
        };
        Self { view, weight: Weight::default(), has_model: in_path.is_some(), seen: Vec::with_capacity(12) }
    }

    fn body(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        if cursor.kind()? != Kind::Object {
            return Err(cursor.wrong("expected an object").into());
        }
        self.view.spans.start = cursor.at() + 1;
        cursor.object(|cursor, key| self.member(cursor, key))
    }

    fn member(&mut self, cursor: &mut Cursor<'_>, key: Text<'_>) -> Result<(), Stop> {
        self.view.spans.filled = true;
        let field = Field::of(self.view.endpoint, &key.bytes());
        self.once(field)?;
        match field {
            Field::Model => self.model(cursor)?,
            Field::Stream => self.view.stream = flag(cursor, "stream")?,
            Field::StreamOptions => self.stream_options(cursor)?,
            Field::Bound(name) => self.bound(cursor, name)?,
            Field::Choices(name) => self.choices(cursor, name)?,
            Field::Config => self.config(cursor)?,
            Field::Inner => self.inner(cursor)?,
            Field::Thinking => self.thinking(cursor)?,
            Field::Background => self.view.background = flag(cursor, "background")?,
            Field::Tier(name) => self.tier(cursor, name)?,
            Field::Stored(name) => self.stored(cursor, name)?,
            Field::Content("input") if self.view.endpoint == Endpoint::Embeddings => {
                self.weight.embedding_input(cursor)?;
            }
            Field::Content(_) | Field::Other => self.weight.member(cursor, key)?,
            Field::PromptRef => self.view.prompt_ref = Some(Box::new(cursor.span()?)),
            Field::Metadata => cursor.skip()?,
        }
        Ok(())
    }

    /// Refuses a field that controls rely on where it stands a second time.
    fn once(&mut self, field: Field) -> Result<(), Stop> {
        let Some(name) = field.governed() else { return Ok(()) };
        if self.seen.contains(&field) {
            return Err(bad(name, "stands twice; send it once"));
        }
        self.seen.push(field);
        Ok(())
    }

    fn choices(&mut self, cursor: &mut Cursor<'_>, field: &'static str) -> Result<(), Stop> {
        self.view.choices = whole(cursor, field)?.unwrap_or(1);
        Ok(())
    }

    /// Google's `generationConfig`.
    fn config(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        let kind = cursor.kind()?;
        let start = cursor.at();
        match kind {
            Kind::Null => cursor.null()?,
            Kind::Object => cursor.object(|cursor, key| {
                self.view.spans.config_start = Some(start + 1);
                let field = Field::of_config(&camel(&key.bytes()));
                self.once(field)?;
                match field {
                    Field::Bound(name) => self.bound(cursor, name),
                    Field::Choices(name) => self.choices(cursor, name),
                    _ => Ok(self.weight.member(cursor, key)?),
                }
            })?,
            _ => return Err(bad("generationConfig", "expected an object")),
        }
        self.view.spans.config = Some(start..cursor.at());
        Ok(())
    }

    /// The request whose tokens are to be counted. It names a model of its own.
    fn inner(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        if cursor.kind()? != Kind::Object {
            return Err(bad("generateContentRequest", "expected an object"));
        }
        cursor.object(|cursor, key| {
            if *key.bytes() == *b"model" {
                self.once(Field::Model)?;
                return self.model(cursor);
            }
            Ok(self.weight.member(cursor, key)?)
        })
    }

    fn model(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        if cursor.kind()? != Kind::String {
            return Err(bad("model", "expected a string"));
        }
        let start = cursor.at();
        let model = cursor.string()?.to_text();
        if self.view.in_path.is_none() {
            self.view.model = model.into_owned();
        }
        self.view.model_span = start..cursor.at();
        self.has_model = true;
        Ok(())
    }

    fn stream_options(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        let kind = cursor.kind()?;
        let start = cursor.at();
        match kind {
            Kind::Null => cursor.null()?,
            Kind::Object => cursor.object(|cursor, key| {
                self.view.spans.options_start = Some(start + 1);
                if *key.bytes() != *b"include_usage" {
                    return Ok(cursor.skip()?);
                }
                if self.view.spans.include_usage.is_some() {
                    return Err(bad("stream_options.include_usage", "stands twice; send it once"));
                }
                cursor.kind()?;
                let start = cursor.at();
                self.view.wants_usage_event = flag(cursor, "stream_options.include_usage")?;
                self.view.spans.include_usage = Some(start..cursor.at());
                Ok(())
            })?,
            _ => return Err(bad("stream_options", "expected an object")),
        }
        self.view.spans.stream_options = Some(start..cursor.at());
        Ok(())
    }

    fn bound(&mut self, cursor: &mut Cursor<'_>, field: &'static str) -> Result<(), Stop> {
        cursor.kind()?;
        let start = cursor.at();
        let tokens = whole(cursor, field)?;
        self.view.max_output = self.view.max_output.max(tokens);
        self.view.spans.bounds.push(Bound { field, span: start..cursor.at(), tokens });
        Ok(())
    }

    /// Anthropic refuses a `max_tokens` that does not exceed the budget for thinking. The field
    /// is theirs to judge, so any other shape of it passes.
    fn thinking(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        if cursor.kind()? != Kind::Object {
            return Ok(cursor.skip()?);
        }
        cursor.object(|cursor, key| {
            if *key.bytes() == *b"budget_tokens" && cursor.kind()? == Kind::Number {
                let budget = whole_number(cursor.number()?).unwrap_or(0);
                self.view.least_output = budget.saturating_add(1);
                return Ok(());
            }
            Ok(cursor.skip()?)
        })
    }

    /// A tier that is asked for. The words are the provider's to judge: those that are not known
    /// to cost more pass as standard.
    fn tier(&mut self, cursor: &mut Cursor<'_>, field: &'static str) -> Result<(), Stop> {
        let tier = match cursor.kind()? {
            Kind::Null => return Ok(cursor.null()?),
            Kind::String => match (field, &*cursor.string()?.bytes()) {
                ("service_tier", b"priority" | b"auto") => Mode::Priority,
                ("speed", b"fast") => Mode::Fast,
                ("serviceTier", word) if word.to_ascii_lowercase().ends_with(b"priority") => Mode::Priority,
                _ => Mode::Standard,
            },
            _ => return Err(bad(field, "expected a string")),
        };
        self.view.tier = self.view.tier.max(tier);
        Ok(())
    }

    fn stored(&mut self, cursor: &mut Cursor<'_>, field: &'static str) -> Result<(), Stop> {
        if cursor.kind()? != Kind::Null {
            self.view.hidden_input = true;
            self.view.leaves_traces |= field == "conversation";
        }
        Ok(self.weight.value(cursor)?)
    }

    fn finish(self) -> Result<View, Refusal> {
        let missing = |problem: &str| Refusal::BadField { field: "model".into(), problem: problem.into() };
        if !self.has_model && self.view.prompt_ref.is_none() {
            return Err(missing("is missing; name a route of the workflow, or provider/model"));
        }
        if self.has_model && self.view.model.is_empty() {
            return Err(missing("is empty; name a route of the workflow, or provider/model"));
        }
        if self.view.model.len() > LONGEST_MODEL {
            return Err(missing("is longer than any model's name (512 bytes)"));
        }
        let hidden_input = self.view.hidden_input || self.weight.by_id;
        Ok(View {
            text_bytes: self.weight.text,
            attachments: self.weight.attachments,
            attachment_bytes: self.weight.attachment_bytes,
            hidden_input,
            leaves_traces: self.view.leaves_traces || self.view.background || self.weight.acts,
            ..self.view
        })
    }
}

fn flag(cursor: &mut Cursor<'_>, field: &str) -> Result<bool, Stop> {
    match cursor.kind()? {
        Kind::Bool => Ok(cursor.boolean()?),
        Kind::Null => Ok(cursor.null().map(|()| false)?),
        _ => Err(bad(field, "expected true or false")),
    }
}

fn whole(cursor: &mut Cursor<'_>, field: &str) -> Result<Option<u64>, Stop> {
    match cursor.kind()? {
        Kind::Null => Ok(cursor.null().map(|()| None)?),
        Kind::Number => match whole_number(cursor.number()?) {
            Some(number) => Ok(Some(number)),
            None => Err(bad(field, "expected a whole number, not negative")),
        },
        _ => Err(bad(field, "expected a whole number")),
    }
}

fn whole_number(written: &[u8]) -> Option<u64> {
    std::str::from_utf8(written).ok()?.parse().ok()
}

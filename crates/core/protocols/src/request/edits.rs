//! Changes to a request that touch nothing but what they name.

use std::ops::Range;

use bytes::Bytes;
use domain::inference::{Dialect, Endpoint};

use super::View;

/// The name that a chat request's bound had first.
const OLD_BOUND: &str = "max_tokens";

/// Changes to one request, collected and then applied at once.
///
/// Where a chat request has no bound on its output and [`Edits::max_output`] must add one, the
/// field is `max_completion_tokens`: OpenAI's current models refuse `max_tokens` outright, while
/// a server that knows only the old name ignores the new one, which costs precision and not the
/// call. Where the provider is known to want the old name, say so with
/// [`Edits::old_max_tokens`].
#[derive(Debug, Clone)]
#[must_use = "edits do nothing until they are applied"]
pub struct Edits<'a> {
    view: &'a View,
    model: Option<String>,
    include_usage: bool,
    max_output: Option<u64>,
    added_bound: &'static str,
}

impl<'a> Edits<'a> {
    /// No changes yet.
    pub const fn new(view: &'a View) -> Self {
        let added_bound = match view.endpoint {
            Endpoint::Responses => "max_output_tokens",
            Endpoint::Messages => "max_tokens",
            Endpoint::Gemini => "maxOutputTokens",
            Endpoint::Chat | Endpoint::Embeddings | Endpoint::CountTokens | Endpoint::GeminiCount => {
                "max_completion_tokens"
            }
        };
        Self { view, model: None, include_usage: false, max_output: None, added_bound }
    }

    /// Names the model of the target. A body of Google's dialect need not name one; where it does,
    /// it names the target's, whatever it said.
    pub fn model(mut self, model: &str) -> Self {
        let view = self.view;
        self.model = if view.endpoint.dialect() == Dialect::Gemini {
            (!view.model_span.is_empty()).then(|| format!("models/{model}"))
        } else {
            (model != view.model).then(|| model.to_owned())
        };
        self
    }

    /// Asks for the usage event of a chat stream. Without effect elsewhere, and where the caller
    /// asked for it himself.
    pub fn include_usage(mut self) -> Self {
        let view = self.view;
        self.include_usage = view.endpoint == Endpoint::Chat && view.stream && !view.wants_usage_event;
        self
    }

    /// Bounds the output by `tokens` per choice. Never raises a bound that the caller set.
    pub fn max_output(mut self, tokens: u64) -> Self {
        self.max_output = self.view.endpoint.writes().then_some(tokens);
        self
    }

    /// Adds a bound to a chat request under its old name, `max_tokens`.
    pub fn old_max_tokens(mut self) -> Self {
        if self.view.endpoint == Endpoint::Chat {
            self.added_bound = OLD_BOUND;
        }
        self
    }

    /// Whether applying would change anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes().is_empty()
    }

    /// Each change in one line, for whoever asks what the gateway did to the request.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        self.changes().into_iter().map(|change| change.what).collect()
    }

    /// The body with the changes made; the same bytes, uncopied, where there are none.
    #[must_use]
    pub fn apply(&self, body: &Bytes) -> Bytes {
        let mut changes = self.changes();
        if changes.is_empty() {
            return body.clone();
        }
        changes.sort_by_key(|change| change.span.start);
        let added: usize = changes.iter().map(|change| change.text.len()).sum();
        let mut edited = Vec::with_capacity(body.len() + added);
        let mut at = 0;
        for change in &changes {
            edited.extend_from_slice(body.get(at..change.span.start).unwrap_or_default());
            edited.extend_from_slice(change.text.as_bytes());
            at = change.span.end;
        }
        edited.extend_from_slice(body.get(at..).unwrap_or_default());
        edited.into()
    }

    fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::with_capacity(4);
        if let Some(model) = &self.model {
            let text = serde_json::Value::from(model.as_str()).to_string();
            let (start, named) = (self.view.spans.start, self.view.model_span.clone());
            // A call by prompt need not name one.
            let (span, text) =
                if named.is_empty() { (start..start, format!("\"model\":{text},")) } else { (named, text) };
            let what = format!("model: {:?} became {model:?}", self.view.model);
            changes.push(Change { span, text, what });
        }
        if self.include_usage {
            changes.push(self.usage_change());
        }
        if let Some(tokens) = self.max_output {
            self.bound_changes(tokens, &mut changes);
        }
        changes
    }

    fn usage_change(&self) -> Change {
        let spans = &self.view.spans;
        let (span, text) = match (&spans.include_usage, spans.options_start, &spans.stream_options) {
            (Some(value), _, _) => (value.clone(), "true"),
            (None, Some(start), _) => (start..start, "\"include_usage\":true,"),
            (None, None, Some(options)) => (options.clone(), "{\"include_usage\":true}"),
            (None, None, None) => (spans.start..spans.start, "\"stream_options\":{\"include_usage\":true},"),
        };
        Change { span, text: text.to_owned(), what: "stream_options.include_usage: set to true".to_owned() }
    }

    /// A bound where there was none. Google's stands in an object of its own.
    fn new_bound(&self, tokens: u64) -> Change {
        let (spans, field) = (&self.view.spans, self.added_bound);
        let what = format!("{field}: set to {tokens}");
        let member = format!("\"{field}\":{tokens}");
        let comma = if spans.filled { "," } else { "" };
        let (span, text) = match (self.view.endpoint, spans.config_start, &spans.config) {
            (Endpoint::Gemini, Some(start), _) => (start..start, member + ","),
            (Endpoint::Gemini, None, Some(config)) => (config.clone(), format!("{{{member}}}")),
            (Endpoint::Gemini, None, None) => {
                (spans.start..spans.start, format!("\"generationConfig\":{{{member}}}{comma}"))
            }
            _ => (spans.start..spans.start, member + comma),
        };
        Change { span, text, what }
    }

    fn bound_changes(&self, tokens: u64, changes: &mut Vec<Change>) {
        let bounds = &self.view.spans.bounds;
        if bounds.iter().all(|bound| bound.tokens.is_none()) {
            if let Some(bound) = bounds.first() {
                let what = format!("{}: set to {tokens}", bound.field);
                changes.push(Change { span: bound.span.clone(), text: tokens.to_string(), what });
                return;
            }
            changes.push(self.new_bound(tokens));
            return;
        }
        let mut lowered = false;
        for bound in bounds {
            if let Some(old) = bound.tokens.filter(|old| *old > tokens) {
                let what = format!("{}: {old} became {tokens}", bound.field);
                changes.push(Change { span: bound.span.clone(), text: tokens.to_string(), what });
                lowered = true;
            }
        }
        // Who knows only the old name would pass over a bound by the new one.
        let by_old = || bounds.iter().any(|bound| bound.field == OLD_BOUND);
        if lowered && self.added_bound == OLD_BOUND && !by_old() {
            changes.push(self.new_bound(tokens));
        }
    }
}

/// One replaced span; empty where something is added.
#[derive(Debug)]
struct Change {
    span: Range<usize>,
    text: String,
    what: String,
}

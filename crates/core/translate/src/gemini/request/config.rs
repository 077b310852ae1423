//! `generationConfig`, both ways.

use crate::canon::{Amount, Effort, Format, Request, Thinking};
use crate::gemini::case::camel;
use crate::gemini::schema::json_schema;
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};

/// The most that every thinking model takes.
const MOST_THOUGHT: u64 = 24_576;

/// Takes the configuration into a request.
pub(super) fn read(object: Object, request: &mut Request, notes: &mut Notes) {
    let mut fields = Fields::new(camel(object), At::ROOT.at("generationConfig"));
    let at = fields.at;
    if fields.whole("candidateCount", notes).is_some_and(|count| count != 1) {
        notes.unsupported(at.at("candidateCount"), "several answers at once can't be had there");
    }
    let modalities = fields.list("responseModalities", notes);
    let text = |modality: &Json| modality.as_text().is_some_and(|word| word.eq_ignore_ascii_case("text"));
    if !modalities.iter().all(text) {
        notes.unsupported(at.at("responseModalities"), "answers other than text can't be translated");
    }
    request.sampling.temperature = fields.number("temperature", notes);
    request.sampling.top_p = fields.number("topP", notes);
    request.sampling.top_k = fields.number("topK", notes);
    request.sampling.seed = fields.number("seed", notes);
    request.sampling.frequency_penalty = fields.number("frequencyPenalty", notes);
    request.sampling.presence_penalty = fields.number("presencePenalty", notes);
    request.max_output = fields.whole("maxOutputTokens", notes);
    request.stop = {
        let list = fields.list("stopSequences", notes);
        crate::chat::request::texts(list, at.at("stopSequences[]"), notes)
    };
    request.format = format(&mut fields, notes);
    let thinking = fields.object("thinkingConfig", notes);
    request.thinking = thinking.and_then(|object| read_thinking(object, notes));
    fields.lose(
        &["responseLogprobs", "logprobs", "mediaResolution", "speechConfig", "enableEnhancedCivicAnswers"],
        Why::NotInTarget,
        notes,
    );
    fields.done(notes);
}

fn format(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Format> {
    let kind = fields.text("responseMimeType", notes);
    let old = fields.object("responseSchema", notes).map(json_schema);
    let schema = fields.object("responseJsonSchema", notes).or(old);
    match (kind.as_deref(), schema) {
        (_, Some(schema)) => Some(Format::Schema { name: None, description: None, schema, strict: None }),
        (Some("application/json"), None) => Some(Format::AnyJson),
        (Some("text/plain"), None) => Some(Format::Text),
        (Some(_), None) => {
            notes.dropped(fields.at.at("responseMimeType"), Why::NotInTarget);
            None
        }
        (None, None) => None,
    }
}

fn read_thinking(object: Object, notes: &mut Notes) -> Option<Thinking> {
    let mut fields = Fields::new(camel(object), At::ROOT.at("generationConfig.thinkingConfig"));
    let level = fields.text("thinkingLevel", notes).map(|level| level.to_ascii_lowercase());
    let budget = fields.take("thinkingBudget");
    let budget = budget.map(|json| match json.as_whole() {
        Some(0) => Amount::Off,
        Some(tokens) => Amount::Budget(tokens),
        None => Amount::Auto, // -1
    });
    let show = fields.flag("includeThoughts", notes).unwrap_or(false).then(|| "auto".to_owned());
    fields.done(notes);
    let amount = level.and_then(|level| Effort::parse(&level)).map(Amount::Effort).or(budget);
    (amount.is_some() || show.is_some()).then_some(Thinking { amount, show })
}

/// The configuration of a request.
pub(super) fn write(request: &Request, notes: &mut Notes) -> Object {
    let sampling = &request.sampling;
    let stop = (!request.stop.is_empty())
        .then(|| request.stop.iter().map(|text| Json::from(text.as_str())).collect::<Json>());
    let config = Object::new()
        .maybe("temperature", sampling.temperature.clone())
        .maybe("topP", sampling.top_p.clone())
        .maybe("topK", sampling.top_k.clone())
        .maybe("seed", sampling.seed.clone())
        .maybe("frequencyPenalty", sampling.frequency_penalty.clone())
        .maybe("presencePenalty", sampling.presence_penalty.clone())
        .maybe("maxOutputTokens", request.max_output)
        .maybe("stopSequences", stop)
        .maybe("thinkingConfig", request.thinking.as_ref().and_then(|thinking| written(thinking, notes)));
    match &request.format {
        None | Some(Format::Text) => config,
        Some(Format::AnyJson) => config.with("responseMimeType", "application/json"),
        Some(Format::Schema { schema, .. }) => {
            config.with("responseMimeType", "application/json").with("responseJsonSchema", schema.clone())
        }
    }
}

fn written(thinking: &Thinking, notes: &mut Notes) -> Option<Object> {
    let near = |tokens: u64, notes: &mut Notes| {
        notes.approximated(At::ROOT.at("reasoning_effort"), Why::Nearest);
        Json::from(tokens.min(MOST_THOUGHT))
    };
    let budget = thinking.amount.map(|amount| match amount {
        Amount::Off => Json::from(0_u64),
        Amount::Auto => Json::from(-1_i64),
        Amount::Effort(effort) => near(effort.tokens(), notes),
        Amount::Budget(tokens) if tokens > MOST_THOUGHT => near(tokens, notes),
        Amount::Budget(tokens) => Json::from(tokens),
    });
    let show = thinking.show.as_ref().map(|_| true);
    let object = Object::new().maybe("thinkingBudget", budget).maybe("includeThoughts", show);
    (!object.is_empty()).then_some(object)
}

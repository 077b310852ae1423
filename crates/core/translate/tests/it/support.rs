//! Short ways to translate.

use serde_json::Value;
use translate::canon::{Answer, Block, Delta, Part};
use translate::report::{Mode, Notes};
use translate::stream::Writer;
use translate::{
    Asked, Caller, Exchange, LossReport, Outgoing, Pair, Refused, Settings, StreamTranslator, Wire,
};

pub(crate) fn settings() -> Settings {
    Settings { id: "inf_1".into(), now: 1_700_000_000, model: "asked".into(), ..Settings::default() }
}

/// A request that every caller can make.
pub(crate) fn hello(caller: Caller) -> &'static str {
    match caller {
        Caller::Chat => {
            r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true}}"#
        }
        Caller::Responses => r#"{"model":"m","input":"hi","stream":true}"#,
        Caller::Messages => {
            r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"stream":true}"#
        }
        Caller::Gemini => r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#,
    }
}

pub(crate) fn ask(caller: Caller, wire: Wire, body: &str) -> Result<(Outgoing, Exchange), Refused> {
    let asked = Asked { body: body.as_bytes(), model: "target", stream_path: true };
    Pair::new(caller, wire).request(asked, settings())
}

/// The body that goes out, and the losses.
pub(crate) fn sent(caller: Caller, wire: Wire, body: &str) -> (Value, LossReport) {
    let (outgoing, _) =
        ask(caller, wire, body).unwrap_or_else(|refused| panic!("{caller:?} → {wire:?}: {refused}"));
    (serde_json::from_slice(&outgoing.body).unwrap(), outgoing.loss)
}

pub(crate) fn exchange(caller: Caller, wire: Wire) -> Exchange {
    ask(caller, wire, hello(caller)).unwrap().1
}

/// A stream, translated in chunks of the given lengths, over and over.
pub(crate) fn streamed(
    caller: Caller,
    wire: Wire,
    bytes: &[u8],
    cuts: &[usize],
) -> (String, StreamTranslator) {
    let mut translator = exchange(caller, wire).stream();
    let (mut out, mut rest) = (Vec::new(), bytes);
    let mut lengths = cuts.iter().copied().chain([usize::MAX]).cycle();
    while !rest.is_empty() {
        let length = lengths.next().unwrap().clamp(1, rest.len());
        out.extend(translator.push(&rest[..length]));
        rest = &rest[length..];
    }
    out.extend(translator.finish());
    (String::from_utf8(out).unwrap(), translator)
}

/// An answer as the body that a provider of `caller`'s wire would send.
pub(crate) fn whole(caller: Caller, answer: &Answer) -> Vec<u8> {
    let mut notes = Notes::new(Mode::Lenient);
    let object = translate::write_answer(caller, answer, &settings(), &mut notes);
    let mut out = Vec::new();
    translate::json::write_object(&object, &mut out);
    out
}

/// An answer as the stream that a provider of `caller`'s wire would send, its texts in pieces of
/// `piece` characters.
pub(crate) fn as_stream(caller: Caller, answer: &Answer, piece: usize) -> Vec<u8> {
    let mut writer = Writer::new(caller, Settings { usage_event: true, ..settings() });
    let (mut notes, mut out) = (Notes::new(Mode::Lenient), Vec::new());
    for delta in deltas(answer, piece) {
        writer.delta(delta, &mut notes, &mut out);
    }
    out
}

fn deltas(answer: &Answer, piece: usize) -> Vec<Delta> {
    let mut deltas =
        vec![Delta::Start { id: answer.id.clone(), model: answer.model.clone(), usage: answer.usage }];
    for part in &answer.parts {
        let (block, text, proof, citations) = match part {
            Part::Text(text) => (Block::Text, &text.text, None, text.citations.clone()),
            Part::Refusal(text) => (Block::Refusal, text, None, Vec::new()),
            Part::Reasoning(reasoning) => {
                (Block::Reasoning, &reasoning.text, reasoning.proof.clone(), Vec::new())
            }
            Part::Call(call) => {
                let block = Block::Call { id: call.id.clone(), name: call.name.clone() };
                (block, &call.arguments, None, Vec::new())
            }
            other => panic!("not a part of an answer: {other:?}"),
        };
        deltas.push(Delta::Open(block));
        let letters: Vec<char> = text.chars().collect();
        deltas.extend(letters.chunks(piece).map(|letters| Delta::Text(letters.iter().collect())));
        deltas.extend(citations.into_iter().map(Delta::Cite));
        deltas.extend(proof.map(Delta::Proof));
        deltas.push(Delta::Close);
    }
    deltas.push(Delta::Finish { stop: answer.stop.clone(), usage: answer.usage });
    deltas
}

/// The data of each event of a stream of events.
pub(crate) fn events(stream: &str) -> Vec<Value> {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// The entries of a report as words.
pub(crate) fn words(loss: &LossReport) -> Vec<String> {
    loss.entries().iter().map(ToString::to_string).collect()
}

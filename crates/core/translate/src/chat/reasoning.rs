//! Reasoning in a chat message.

use crate::canon::{Form, Part, Proof, Reasoning, Toward};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::wire::Wire;

/// Takes the reasoning out of a message. What stands in `reasoning_details` is the whole of it;
/// the plain fields repeat it.
pub(crate) fn take(fields: &mut Fields<'_>, notes: &mut Notes) -> Vec<Reasoning> {
    let at = fields.at;
    let details = fields.list("reasoning_details", notes);
    let plain = fields.text("reasoning_content", notes);
    let plain = match fields.take("reasoning") {
        Some(Json::Text(text)) => plain.or(Some(text)),
        _ => plain,
    };
    if details.is_empty() {
        return plain.filter(|text| !text.is_empty()).map(of_text).into_iter().collect();
    }
    let mut read: Vec<(Option<u64>, Reasoning)> = Vec::new();
    for detail in details {
        let Some(fields) = Fields::of(detail, at.at("reasoning_details[]"), notes) else { continue };
        entry(fields, &mut read, notes);
    }
    read.into_iter().map(|(_, reasoning)| reasoning).collect()
}

fn of_text(text: String) -> Reasoning {
    Reasoning { text, proof: None }
}

/// One entry; what is sealed belongs to the text of the same index before it.
fn entry(mut fields: Fields<'_>, read: &mut Vec<(Option<u64>, Reasoning)>, notes: &mut Notes) {
    let index = fields.whole("index", notes);
    let id = fields.text("id", notes);
    fields.skip(&["type", "format"]);
    let text = fields.text("text", notes).or(fields.text("summary", notes)).unwrap_or_default();
    let signature =
        fields.text("signature", notes).map(|data| Proof::read(data, Wire::Chat, Form::Signature));
    let sealed = fields.text("data", notes).map(|data| Proof::read(data, Wire::Chat, Form::Sealed));
    fields.done(notes);
    let proof = signature.or(sealed).map(|proof| proof.named(id));
    match read.last_mut() {
        Some((before, last)) if *before == index && index.is_some() && last.proof.is_none() => {
            last.text.push_str(&text);
            last.proof = proof;
        }
        _ => read.push((index, Reasoning { text, proof })),
    }
}

/// The fields of a message for `reasoning`, the `index`-th of its answer. For a provider only
/// what it made itself is written.
pub(crate) fn details(reasoning: &Reasoning, index: u64, toward: Toward, notes: &mut Notes) -> Vec<Json> {
    let mut entries = Vec::new();
    let id = reasoning.proof.as_ref().and_then(|proof| proof.id.as_deref());
    let entry = |kind: &'static str| Object::new().with("type", kind).with("index", index);
    let proof = reasoning.proof.as_ref();
    let written =
        proof.and_then(|proof| proof.write(Wire::Chat, toward, notes).map(|data| (proof.form, data)));
    let signature = match &written {
        Some((Form::Signature, data)) => Some(data.as_str()),
        _ => None,
    };
    if toward == Toward::Upstream && written.is_none() {
        if !reasoning.text.is_empty() {
            notes.dropped(At::ROOT.at("reasoning"), Why::NotInTarget);
        }
        return entries;
    }
    if !reasoning.text.is_empty() || signature.is_some() {
        let object = entry("reasoning.text").with("text", reasoning.text.as_str());
        let id = id.filter(|_| signature.is_some());
        entries.push(object.maybe("signature", signature).maybe("id", id).into());
    }
    if let Some((Form::Sealed, data)) = &written {
        entries.push(entry("reasoning.encrypted").with("data", data.as_str()).maybe("id", id).into());
    }
    entries
}

/// The signature of the call that comes next, if `part` is nothing else.
pub(crate) fn of_call<'p>(part: &'p Part, next: Option<&&Part>) -> Option<&'p Proof> {
    let (Part::Reasoning(reasoning), Some(Part::Call(_))) = (part, next) else { return None };
    let proof = reasoning.proof.as_ref()?;
    let alone = reasoning.text.is_empty() && proof.id.is_none() && proof.form == Form::Signature;
    alone.then_some(proof)
}

/// The field of a call that carries its signature.
pub(crate) fn extra_content(proof: &Proof, toward: Toward, notes: &mut Notes) -> Option<Object> {
    let signature = proof.write(Wire::Gemini, toward, notes)?;
    Some(Object::new().with("google", Object::new().with("thought_signature", signature)))
}

/// Takes the signature of a call.
pub(crate) fn take_extra(call: &mut Fields<'_>, notes: &mut Notes) -> Option<Reasoning> {
    let mut extra = Fields::new(call.object("extra_content", notes)?, call.at);
    let mut google = Fields::new(extra.object("google", notes)?, call.at);
    let signature = google.text("thought_signature", notes);
    extra.done(notes);
    google.done(notes);
    let proof = Proof::read(signature?, Wire::Gemini, Form::Signature);
    Some(Reasoning { text: String::new(), proof: Some(proof) })
}

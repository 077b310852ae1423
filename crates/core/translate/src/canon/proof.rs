//! Proofs of reasoning: what a provider wants back, bit for bit, with the next turn.
//!
//! Only who made a proof can read it. On the way to a caller of another dialect it is packed: a
//! text that names its origin, in the field that the caller sends back. On the way upstream it is
//! unpacked; for its own origin it is what it was, for another it is a loss.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::report::{At, Notes, Why};
use crate::wire::{Origin, Wire};

const MARK: &str = "cs1";

/// A signature of visible reasoning, or reasoning under seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Who made it.
    pub origin: Origin,
    /// Which.
    pub form: Form,
    /// The provider's id of the reasoning.
    pub id: Option<String>,
    /// The provider's text.
    pub data: String,
}

/// What a proof is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It signs what stands beside it.
    Signature,
    /// It holds the reasoning.
    Sealed,
}

/// Which way something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// To the caller, who sends it back.
    Caller,
    /// To the provider, who reads it.
    Upstream,
}

impl Form {
    const fn letter(self) -> &'static str {
        match self {
            Self::Signature => "s",
            Self::Sealed => "e",
        }
    }
}

impl Proof {
    /// Reads what stands in a field of `wire`, where a proof that is not packed is `form`.
    #[must_use]
    pub fn read(field: String, wire: Wire, form: Form) -> Self {
        let packed = match wire {
            Wire::Gemini => decode(&field).and_then(|text| Self::unpack(&text)),
            Wire::Chat | Wire::Responses | Wire::Messages | Wire::Bedrock => Self::unpack(&field),
        };
        packed.unwrap_or(Self { origin: wire.origin(), form, id: None, data: field })
    }

    /// The same with the provider's id of the reasoning, unless it has one.
    #[must_use]
    pub fn named(mut self, id: Option<String>) -> Self {
        self.id = self.id.or(id);
        self
    }

    /// What to write into a field of `wire`. `None`, and a loss, where the reader is a provider
    /// who did not make it.
    pub fn write(&self, wire: Wire, toward: Toward, notes: &mut Notes) -> Option<String> {
        // An item of an answer has an id of ours, so the provider's travels inside.
        let id_travels = wire == Wire::Responses && toward == Toward::Caller && self.id.is_some();
        if self.origin == wire.origin() && !id_travels {
            return Some(self.data.clone());
        }
        match toward {
            Toward::Caller if wire == Wire::Gemini => Some(STANDARD.encode(self.pack())),
            Toward::Caller => Some(self.pack()),
            Toward::Upstream => {
                notes.dropped(At::ROOT.at("reasoning.signature"), Why::OtherProvider);
                None
            }
        }
    }

    fn pack(&self) -> String {
        let id = self.id.as_deref().filter(|id| !id.contains(':')).unwrap_or_default();
        format!("{MARK}:{}:{}:{id}:{}", self.origin.as_str(), self.form.letter(), self.data)
    }

    fn unpack(text: &str) -> Option<Self> {
        let mut words = text.splitn(5, ':');
        let (mark, origin, letter) = (words.next()?, words.next()?, words.next()?);
        let (id, data) = (words.next()?, words.next()?);
        let origin = Origin::ALL.into_iter().find(|known| known.as_str() == origin)?;
        let form = [Form::Signature, Form::Sealed].into_iter().find(|form| form.letter() == letter)?;
        let id = Some(id.to_owned()).filter(|id| !id.is_empty());
        (mark == MARK).then(|| Self { origin, form, id, data: data.to_owned() })
    }
}

/// Google's field is bytes in base64, and its SDKs write either alphabet.
fn decode(field: &str) -> Option<String> {
    let plain = field.trim_end_matches('=').replace('-', "+").replace('_', "/");
    String::from_utf8(STANDARD_NO_PAD.decode(plain).ok()?).ok()
}

//! Whether an answer may be given again.

use crate::inference::Status;

/// How the model came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Finish {
    /// By itself: it had said everything, or calls tools.
    Whole,
    /// By a limit, a filter or a refusal; or nobody said how.
    Other,
}

/// What is known of an answer when its call ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Answered {
    /// How the call ended.
    pub status: Status,
    /// HTTP status the caller got.
    pub http_status: u16,
    /// How the model came to its end.
    pub finish: Finish,
    /// What the gateway itself had a hand in.
    pub hands: Hands,
    /// Bytes of the answer.
    pub bytes: u64,
    /// The most bytes an answer may have that is kept.
    pub most_bytes: u64,
}

/// What makes an answer one of its own call's alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hands {
    /// Nothing: whoever asks the same gets the same.
    None,
    /// Another target answered than the key names.
    OtherTarget,
    /// The answer was shortened to what the budget paid for.
    Shortened,
    /// It holds pseudonyms of its run.
    Pseudonyms,
}

/// Why an answer is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unkept {
    /// The call did not end well.
    NotAnswered,
    /// The model did not come to its end by itself.
    NotWhole,
    /// It is larger than what is kept of one answer.
    TooLarge,
    /// Another target answered than the one that the call would go to.
    OtherTarget,
    /// It was shortened to what the budget paid for.
    Shortened,
    /// It holds pseudonyms of its run.
    Pseudonyms,
}

impl Unkept {
    /// In words, for the record.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAnswered => "the call did not end well",
            Self::NotWhole => "the model did not come to its end by itself",
            Self::TooLarge => "the answer is larger than max_answer",
            Self::OtherTarget => "another target had to answer",
            Self::Shortened => "the answer was limited to what the budget pays for",
            Self::Pseudonyms => "it holds pseudonyms of its run",
        }
    }
}

/// Why an answer must not be kept; `None` where it may be.
#[must_use]
pub fn unkept(answer: &Answered) -> Option<Unkept> {
    if answer.status != Status::Ok || answer.http_status != 200 {
        return Some(Unkept::NotAnswered);
    }
    match (answer.hands, answer.finish) {
        (Hands::OtherTarget, _) => Some(Unkept::OtherTarget),
        (Hands::Shortened, _) => Some(Unkept::Shortened),
        (Hands::Pseudonyms, _) => Some(Unkept::Pseudonyms),
        (Hands::None, Finish::Other) => Some(Unkept::NotWhole),
        (Hands::None, Finish::Whole) if answer.bytes > answer.most_bytes => Some(Unkept::TooLarge),
        (Hands::None, Finish::Whole) => None,
    }
}

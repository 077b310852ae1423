//! How many tokens a request will be, before anyone has counted them.
//!
//! A tokenizer costs several times the whole proxy step, so the gateway learns instead: for each
//! model it keeps how many tokens a byte of text turned out to be in settled calls, with the
//! spread, and reserves mean plus two deviations. Close to the end of a budget that is not safe
//! enough; there [`Estimator::bound`] takes the highest ratio ever seen plus a fifth, or, for a
//! model with too few settled calls, one token a byte, which no byte-level tokenizer exceeds.
//! (Byte-pair encoding over bytes: Sennrich et al. 2016; GPT-2.)
//!
//! Some providers bill more than the caller sent: a system prompt of their own, say. What a call was
//! billed beyond a token a byte is remembered as well, as the model's overhead, and stands on top.
//! Small requests say little about the ratio, because such things dominate them, but much about
//! the overhead.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::ids::ProviderId;
use domain::money::Tokens;

/// Tokens per byte assumed before anything was settled: on the high side of English and code.
const PRIOR: f64 = 0.35;
/// Settled calls before the highest ratio seen is trusted as a bound.
const ENOUGH: u32 = 20;
/// How much more than what was seen a bound allows for.
const MARGIN: f64 = 1.2;
/// Tokens for one image or file, where nothing better is known: a large image of either provider.
const PER_ATTACHMENT: u64 = 1_700;
/// Tokens for input that only the provider has: a conversation of some length.
const HIDDEN: u64 = 16_000;
/// Tokens a dialect adds around the messages.
const FRAME: u64 = 16;
/// Models remembered; beyond that the prior serves.
const MODELS: usize = 4_096;
/// Requests smaller than this say little about the ratio: their framing dominates.
const TELLING_BYTES: u64 = 200;

/// A quantity as settled calls showed it.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    mean: f64,
    deviation: f64,
    highest: f64,
    settled: u32,
}

impl Seen {
    /// Takes in a value. The first stands for all; later ones count less and less, down to a fiftieth.
    fn take(&mut self, value: f64) {
        if self.settled == 0 {
            (self.mean, self.deviation) = (value, value * 0.1);
        }
        let step = (1.0 / f64::from(self.settled.saturating_add(1))).max(0.02);
        let distance = (value - self.mean).abs();
        self.mean += step * (value - self.mean);
        self.deviation += step * (distance - self.deviation);
        self.highest = self.highest.max(value);
        self.settled = self.settled.saturating_add(1);
    }

    /// What a call will have, on the high side.
    fn likely(&self) -> f64 {
        self.mean + 2.0 * self.deviation
    }
}

/// What is known of a model.
#[derive(Debug, Clone, Copy, Default)]
struct Learned {
    /// Tokens a byte, of requests that are large enough to tell.
    ratio: Seen,
    /// The most tokens beyond one a byte, of all requests: 0 for nearly every model.
    excess: f64,
    /// Tokens beyond the usual ratio, of requests that are too small to tell it.
    overhead: Seen,
}

/// What a request weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    /// Bytes of text that will be tokenised.
    pub(crate) text_bytes: u64,
    /// Images and files.
    pub(crate) attachments: u64,
    /// Whether the provider adds input of its own keeping, such as earlier turns.
    pub(crate) hidden_input: bool,
}

/// Learned tokens per byte, by provider and model.
#[derive(Debug, Default)]
pub(crate) struct Estimator {
    models: Mutex<HashMap<(ProviderId, String), Learned>>,
}

impl Estimator {
    /// A fair estimate of the input tokens, on the high side.
    #[must_use]
    pub(crate) fn likely(&self, provider: &ProviderId, model: &str, weight: Weight) -> Tokens {
        let Learned { ratio, excess, overhead } = self.learned(provider, model);
        let bytes = float(weight.text_bytes);
        let by_ratio = bytes * if ratio.settled > 0 { ratio.likely() } else { PRIOR };
        if weight.is_telling() {
            return weight.with_text(by_ratio.min(bytes + excess));
        }
        weight.with_text(by_ratio.min(bytes) + overhead.likely())
    }

    /// Input tokens that the request will not exceed, as far as anyone can know.
    #[must_use]
    pub(crate) fn bound(&self, provider: &ProviderId, model: &str, weight: Weight) -> Tokens {
        let Learned { ratio, excess, .. } = self.learned(provider, model);
        let bytes = float(weight.text_bytes);
        let by_bytes = bytes + excess * MARGIN;
        let trusted = weight.is_telling() && ratio.settled >= ENOUGH;
        weight.with_text(if trusted { by_bytes.min(bytes * ratio.highest * MARGIN) } else { by_bytes })
    }

    /// Takes in a settled call whose provider reported its input tokens.
    pub(crate) fn learn(&self, provider: &ProviderId, model: &str, weight: Weight, tokens: Tokens) {
        if weight.attachments > 0 || weight.hidden_input || weight.text_bytes == 0 || tokens == 0 {
            return;
        }
        let (tokens, bytes) = (float(tokens), float(weight.text_bytes));
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if models.len() >= MODELS && !models.contains_key(&(provider.clone(), model.to_owned())) {
            return;
        }
        let learned = models.entry((provider.clone(), model.to_owned())).or_default();
        learned.excess = learned.excess.max(tokens - bytes - float(FRAME));
        if weight.is_telling() {
            learned.ratio.take(tokens / bytes);
        } else {
            learned.overhead.take((tokens - bytes * PRIOR - float(FRAME)).max(0.0));
        }
    }

    /// What is known of a model; of one without settled calls nothing.
    fn learned(&self, provider: &ProviderId, model: &str) -> Learned {
        let models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        models.get(&(provider.clone(), model.to_owned())).copied().unwrap_or_default()
    }
}

/// Output tokens in `bytes` of an answer whose provider did not say: four bytes a token.
#[must_use]
pub(crate) const fn output_tokens(bytes: u64) -> Tokens {
    bytes.div_ceil(4)
}

impl Weight {
    /// Whether the request says something about tokens a byte: the framing of a small one dominates it.
    const fn is_telling(&self) -> bool {
        self.text_bytes >= TELLING_BYTES
    }

    /// The request's tokens, if its text has so many.
    fn with_text(&self, tokens: f64) -> Tokens {
        let hidden = if self.hidden_input { HIDDEN } else { 0 };
        rounded(tokens.ceil()) + FRAME + hidden + self.attachments.saturating_mul(PER_ATTACHMENT)
    }
}

#[expect(clippy::cast_precision_loss, reason = "byte counts are far below 2^52")]
const fn float(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates; the value is not negative"
)]
const fn rounded(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model() -> (ProviderId, &'static str) {
        (ProviderId::new("local").unwrap(), "m")
    }

    const KB: Weight = Weight { text_bytes: 1_000, attachments: 0, hidden_input: false };

    #[test]
    fn an_unknown_model_is_bounded_by_a_token_a_byte() {
        let (provider, model) = model();
        let estimator = Estimator::default();
        assert_eq!(estimator.likely(&provider, model, KB), 366);
        assert_eq!(estimator.bound(&provider, model, KB), 1_016);
        assert_eq!(
            estimator.likely(&provider, model, Weight { text_bytes: 0, attachments: 2, hidden_input: false }),
            3_416
        );
    }

    #[test]
    fn settled_calls_narrow_both_figures() {
        let (provider, model) = model();
        let estimator = Estimator::default();
        for _ in 0..50 {
            estimator.learn(&provider, model, KB, 250);
        }
        let (likely, bound) = (estimator.likely(&provider, model, KB), estimator.bound(&provider, model, KB));
        assert!((260..=280).contains(&likely), "{likely}");
        assert_eq!(bound, 316);
    }

    #[test]
    fn illustrated_requests_teach_nothing() {
        let (provider, model) = model();
        let estimator = Estimator::default();
        let illustrated = Weight { attachments: 1, ..KB };
        estimator.learn(&provider, model, illustrated, 5_000);
        assert_eq!(estimator.likely(&provider, model, KB), 366);
    }

    #[test]
    fn what_a_provider_adds_of_its_own_is_learned_from_requests_of_any_size() {
        let (provider, model) = model();
        let of = |text_bytes| Weight { text_bytes, ..KB };
        let estimator = Estimator::default();
        estimator.learn(&provider, model, of(60), 1_500);
        let figures = |bytes| {
            (estimator.likely(&provider, model, of(bytes)), estimator.bound(&provider, model, of(bytes)))
        };
        let (likely, bound) = figures(60);
        assert!((1_500..=1_900).contains(&likely) && (1_500..=1_900).contains(&bound), "{likely} {bound}");
        // A larger request is billed the same on top, and not the same ratio.
        let (_, bound) = figures(10_000);
        assert!((11_500..=12_000).contains(&bound), "{bound}");
        for _ in 0..ENOUGH {
            estimator.learn(&provider, model, of(300), 1_540);
        }
        let (likely, bound) = figures(300);
        assert!((1_540..=1_960).contains(&likely) && (1_540..=1_960).contains(&bound), "{likely} {bound}");
        assert!(figures(10_000).0 < 12_000, "{:?}", figures(10_000));
    }

    #[test]
    fn small_requests_without_overhead_leave_the_figures_as_they_were() {
        let (provider, model) = model();
        let estimator = Estimator::default();
        let small = Weight { text_bytes: 60, ..KB };
        for _ in 0..50 {
            estimator.learn(&provider, model, small, 20);
        }
        assert_eq!(estimator.likely(&provider, model, small), 37);
        assert_eq!(estimator.bound(&provider, model, small), 76);
        assert_eq!(estimator.likely(&provider, model, KB), 366);
        assert_eq!(estimator.bound(&provider, model, KB), 1_016);
    }

    proptest! {
        #[test]
        fn the_bound_covers_whatever_was_seen(seen in proptest::collection::vec((1_u64..3_000, 1_u64..6_000), 1..60)) {
            let (provider, model) = model();
            let estimator = Estimator::default();
            for (text_bytes, tokens) in &seen {
                estimator.learn(&provider, model, Weight { text_bytes: *text_bytes, ..KB }, *tokens);
            }
            for (text_bytes, tokens) in seen {
                let bound = estimator.bound(&provider, model, Weight { text_bytes, ..KB });
                prop_assert!(bound >= tokens, "{bound} for {tokens} tokens in {text_bytes} bytes");
            }
        }
    }
}

//! How many tokens a request will be, before anyone has counted them.
//!
//! A tokenizer costs several times the whole proxy step, so the gateway learns instead: for each
//! model it keeps how many tokens a byte of text turned out to be in settled calls, with the
//! spread, and reserves mean plus two deviations. Close to the end of a budget that is not safe
//! enough; there [`Estimator::bound`] takes the highest ratio ever seen plus a fifth, or, for a
//! model with too few settled calls, one token a byte, which no byte-level tokenizer exceeds.
//! (Byte-pair encoding over bytes: Sennrich et al. 2016; GPT-2.)

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::ids::ProviderId;
use domain::money::Tokens;

/// Tokens per byte assumed before anything was settled: on the high side of English and code.
const PRIOR: f64 = 0.35;
/// Settled calls before the highest ratio seen is trusted as a bound.
const ENOUGH: u32 = 20;
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

#[derive(Debug, Clone, Copy)]
struct Learned {
    mean: f64,
    deviation: f64,
    highest: f64,
    settled: u32,
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
        let ratio =
            self.learned(provider, model).map_or(PRIOR, |learned| learned.mean + 2.0 * learned.deviation);
        scaled(weight, ratio)
    }

    /// Input tokens that the request will not exceed, as far as anyone can know.
    #[must_use]
    pub(crate) fn bound(&self, provider: &ProviderId, model: &str, weight: Weight) -> Tokens {
        let trusted = self.learned(provider, model).filter(|learned| learned.settled >= ENOUGH);
        scaled(weight, trusted.map_or(1.0, |learned| (learned.highest * 1.2).min(1.0)))
    }

    /// Takes in a settled call whose provider reported its input tokens.
    pub(crate) fn learn(&self, provider: &ProviderId, model: &str, weight: Weight, tokens: Tokens) {
        if weight.attachments > 0 || weight.hidden_input || weight.text_bytes < TELLING_BYTES || tokens == 0 {
            return;
        }
        let ratio = float(tokens) / float(weight.text_bytes);
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if models.len() >= MODELS && !models.contains_key(&(provider.clone(), model.to_owned())) {
            return;
        }
        let learned = models.entry((provider.clone(), model.to_owned())).or_insert(Learned {
            mean: ratio,
            deviation: ratio * 0.1,
            highest: ratio,
            settled: 0,
        });
        let step = (1.0 / f64::from(learned.settled + 1)).max(0.02);
        let distance = (ratio - learned.mean).abs();
        learned.mean += step * (ratio - learned.mean);
        learned.deviation += step * (distance - learned.deviation);
        learned.highest = learned.highest.max(ratio);
        learned.settled = learned.settled.saturating_add(1);
    }

    fn learned(&self, provider: &ProviderId, model: &str) -> Option<Learned> {
        let models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        models.get(&(provider.clone(), model.to_owned())).copied()
    }
}

/// Output tokens in `bytes` of an answer whose provider did not say: four bytes a token.
#[must_use]
pub(crate) const fn output_tokens(bytes: u64) -> Tokens {
    bytes.div_ceil(4)
}

fn scaled(weight: Weight, ratio: f64) -> Tokens {
    let text = (float(weight.text_bytes) * ratio).ceil();
    let hidden = if weight.hidden_input { HIDDEN } else { 0 };
    rounded(text) + FRAME + hidden + weight.attachments.saturating_mul(PER_ATTACHMENT)
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
    fn tiny_and_illustrated_requests_teach_nothing() {
        let (provider, model) = model();
        let estimator = Estimator::default();
        estimator.learn(
            &provider,
            model,
            Weight { text_bytes: 10, attachments: 0, hidden_input: false },
            500,
        );
        estimator.learn(
            &provider,
            model,
            Weight { text_bytes: 1_000, attachments: 1, hidden_input: false },
            5_000,
        );
        assert_eq!(estimator.likely(&provider, model, KB), 366);
    }

    proptest! {
        #[test]
        fn after_enough_calls_the_bound_covers_every_ratio_seen(ratios in proptest::collection::vec(0.05_f64..0.83, 20..60)) {
            let (provider, model) = model();
            let estimator = Estimator::default();
            for ratio in &ratios {
                estimator.learn(&provider, model, KB, rounded(1_000.0 * ratio));
            }
            let bound = estimator.bound(&provider, model, KB);
            for ratio in ratios {
                prop_assert!(bound >= rounded(1_000.0 * ratio));
            }
        }
    }
}

//! Which spans are told of: `OTEL_TRACES_SAMPLER` and its argument.
//!
//! Numbers are told of every call; only spans are sampled. A share decides on the last 56 bits of
//! the trace's id (W3C Trace Context level 2 calls them random), so that every system with the same
//! share keeps the same traces. No floating point: a share is in parts of a billion.

use crate::context::{Sampled, TraceId};

const BILLION: u64 = 1_000_000_000;
/// One more than the largest number of 56 bits.
const SPACE: u128 = 1 << 56;

/// A share of all traces, in parts of a billion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share(u64);

impl Share {
    /// Reads a number from 0 to 1, such as `0.25`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number: f64 = text.trim().parse().ok()?;
        if !(0.0..=1.0).contains(&number) {
            return None;
        }
        let digits = format!("{number:.9}").replace('.', "");
        digits.parse().ok().filter(|parts| *parts <= BILLION).map(Self)
    }

    fn takes(self, trace: TraceId) -> Sampled {
        let [.., a, b, c, d, e, f, g] = trace.0;
        let random = u64::from_be_bytes([0, a, b, c, d, e, f, g]);
        let threshold = SPACE * u128::from(self.0) / u128::from(BILLION);
        if u128::from(random) < threshold { Sampled::Yes } else { Sampled::No }
    }
}

/// What decides where no parent does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Root {
    /// Every span.
    Always,
    /// None.
    Never,
    /// A share of them.
    Share(Share),
}

/// Whether a caller's decision counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heed {
    /// Where there is a parent, it decides.
    Parent,
    /// It never does.
    Own,
}

/// Which spans are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sampler {
    /// Whether a caller's decision counts.
    pub heed: Heed,
    /// What decides otherwise.
    pub root: Root,
}

impl Default for Sampler {
    fn default() -> Self {
        Self { heed: Heed::Parent, root: Root::Always }
    }
}

impl Sampler {
    /// The sampler of this name, with its argument (a share of 1 where there is none).
    ///
    /// # Errors
    /// What is wrong with either, to follow the name of the variable.
    pub fn named(name: &str, argument: Option<&str>) -> Result<Self, &'static str> {
        let share = || {
            let read = argument.map_or(Some(Share(BILLION)), Share::parse);
            read.map(Root::Share).ok_or("needs OTEL_TRACES_SAMPLER_ARG to be a number from 0 to 1")
        };
        let (heed, root) = match name {
            "always_on" => (Heed::Own, Root::Always),
            "always_off" => (Heed::Own, Root::Never),
            "traceidratio" => (Heed::Own, share()?),
            "parentbased_always_on" => (Heed::Parent, Root::Always),
            "parentbased_always_off" => (Heed::Parent, Root::Never),
            "parentbased_traceidratio" => (Heed::Parent, share()?),
            _ => {
                return Err(
                    "is none of always_on, always_off, traceidratio, and each of them after parentbased_",
                );
            }
        };
        Ok(Self { heed, root })
    }

    /// Whether a span of this trace is told of.
    #[must_use]
    pub fn decide(self, trace: TraceId, parent: Option<Sampled>) -> Sampled {
        match (self.heed, parent, self.root) {
            (Heed::Parent, Some(parent), _) => parent,
            (_, _, Root::Always) => Sampled::Yes,
            (_, _, Root::Never) => Sampled::No,
            (_, _, Root::Share(share)) => share.takes(trace),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(name: &str, argument: Option<&str>, parent: Option<Sampled>) -> usize {
        let sampler = Sampler::named(name, argument).unwrap();
        let traces = (0_u64..1000).map(|number| {
            let random = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
            let mut id = [1; 16];
            id[8..].copy_from_slice(&random);
            TraceId(id)
        });
        traces.filter(|trace| sampler.decide(*trace, parent) == Sampled::Yes).count()
    }

    #[test]
    fn each_sampler_keeps_what_its_name_says() {
        use Sampled::{No, Yes};
        for (name, argument, parent, expected) in [
            ("always_on", None, None, 1000),
            ("always_on", None, Some(No), 1000),
            ("always_off", None, Some(Yes), 0),
            ("traceidratio", None, None, 1000),
            ("traceidratio", Some("0"), Some(Yes), 0),
            ("parentbased_always_on", None, None, 1000),
            ("parentbased_always_on", None, Some(No), 0),
            ("parentbased_always_off", None, None, 0),
            ("parentbased_always_off", None, Some(Yes), 1000),
            ("parentbased_traceidratio", Some("0"), Some(Yes), 1000),
            ("parentbased_traceidratio", Some("1.0"), None, 1000),
        ] {
            assert_eq!(kept(name, argument, parent), expected, "{name} {argument:?} {parent:?}");
        }
        let quarter = kept("traceidratio", Some("0.25"), None);
        assert!((200..300).contains(&quarter), "{quarter} of 1000");
    }

    #[test]
    fn what_is_no_share_and_no_sampler_is_said() {
        for wrong in ["", "-0.1", "1.1", "NaN", "a", "inf"] {
            assert_eq!(Share::parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(Share::parse("1e-3"), Share::parse("0.001"));
        assert!(Sampler::named("traceidratio", Some("2")).is_err());
        assert!(Sampler::named("jaeger_remote", None).is_err());
    }

    proptest! {
        #[test]
        fn a_larger_share_keeps_what_a_smaller_one_keeps(trace: [u8; 16], a in 0_u64..=BILLION, b in 0_u64..=BILLION) {
            let (small, large) = (Share(a.min(b)), Share(a.max(b)));
            if small.takes(TraceId(trace)) == Sampled::Yes {
                prop_assert_eq!(large.takes(TraceId(trace)), Sampled::Yes);
            }
        }
    }
}

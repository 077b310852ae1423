//! Randomness that repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::ids::Seeds;

/// Yields 1, 2, 3 …: every id is different, and the same in every run of the test.
#[derive(Debug, Default)]
pub struct CountingSeeds(AtomicU64);

impl CountingSeeds {
    /// Starts at 1, ready to hand around.
    #[must_use]
    pub fn shared() -> Arc<dyn Seeds> {
        Arc::new(Self::default())
    }
}

impl Seeds for CountingSeeds {
    fn seed(&self) -> [u8; 10] {
        let mut seed = [0; 10];
        seed[2..].copy_from_slice(&(self.0.fetch_add(1, Ordering::SeqCst) + 1).to_be_bytes());
        seed
    }
}

/// Always yields the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct FixedSeeds(pub [u8; 10]);

impl Seeds for FixedSeeds {
    fn seed(&self) -> [u8; 10] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_count() {
        let seeds = CountingSeeds::default();
        assert_eq!((seeds.seed()[9], seeds.seed()[9], seeds.seed()[9]), (1, 2, 3));
        assert_eq!(FixedSeeds([7; 10]).seed(), [7; 10]);
    }
}

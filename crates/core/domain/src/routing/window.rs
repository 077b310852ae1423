//! Counts over the last minute, in slots of ten seconds.

use crate::time::Timestamp;

const SLOT_MS: i64 = 10_000;
const SLOTS: usize = 6;

/// Two counters over the last minute; what is older is forgotten slot by slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    slots: [Slot; SLOTS],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Slot {
    /// Which slot of time it holds; 0 before it was used.
    number: i64,
    first: u32,
    second: u32,
}

impl Window {
    /// Counts one of the first kind.
    pub fn add_first(&mut self, now: Timestamp) {
        let slot = self.slot(now);
        slot.first = slot.first.saturating_add(1);
    }

    /// Counts one of the second kind.
    pub fn add_second(&mut self, now: Timestamp) {
        let slot = self.slot(now);
        slot.second = slot.second.saturating_add(1);
    }

    /// Both counts over the last minute.
    #[must_use]
    pub fn counts(&self, now: Timestamp) -> (u64, u64) {
        let newest = number(now);
        let oldest = newest.saturating_sub(i64::try_from(SLOTS).unwrap_or(i64::MAX) - 1);
        let live = self.slots.iter().filter(|slot| (oldest..=newest).contains(&slot.number));
        live.fold((0, 0), |(first, second), slot| {
            (first + u64::from(slot.first), second + u64::from(slot.second))
        })
    }

    fn slot(&mut self, now: Timestamp) -> &mut Slot {
        let number = number(now);
        let index = usize::try_from(number.rem_euclid(6)).unwrap_or(0).min(SLOTS - 1);
        let slot = &mut self.slots[index];
        if slot.number != number {
            *slot = Slot { number, ..Slot::default() };
        }
        slot
    }
}

const fn number(now: Timestamp) -> i64 {
    now.ms().div_euclid(SLOT_MS)
}

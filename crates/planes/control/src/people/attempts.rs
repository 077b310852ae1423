//! How often someone may try.
//!
//! Attempts are counted before they are looked at, by account and address together, by account,
//! and by address, so that neither one account nor many can be tried at speed, and a stranger
//! can't lock a person out from where that person is. Memory is bounded; a crowded table forgets
//! the oldest first. An attempt that succeeds gives its own back.

use std::collections::HashMap;

use domain::time::{MINUTE_MS, Timestamp};

/// How long attempts count.
const WINDOW_MS: i64 = 15 * MINUTE_MS;
/// Most counters.
const MOST: usize = 20_000;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Counted {
    Both(String, String),
    Account(String),
    Address(String),
}

impl Counted {
    const fn allowed(&self) -> u32 {
        match self {
            Self::Both(..) => 10,
            Self::Account(_) => 100,
            Self::Address(_) => 50,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    attempts: u32,
    since: Timestamp,
}

/// Counters of attempts.
#[derive(Debug, Default)]
pub(crate) struct Attempts(HashMap<Counted, Counter>);

impl Attempts {
    /// Counts an attempt, or says in how many seconds the next is allowed.
    pub(crate) fn take(&mut self, account: &str, address: &str, now: Timestamp) -> Result<(), u64> {
        self.make_room(now);
        let counted = counted(account, address);
        let wait = counted.iter().filter_map(|one| self.wait(one, now)).max();
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        for one in counted {
            self.0.entry(one).or_insert(Counter { attempts: 0, since: now }).attempts += 1;
        }
        Ok(())
    }

    /// Gives back what an attempt that succeeded took, and forgets those before it from there.
    pub(crate) fn succeeded(&mut self, account: &str, address: &str) {
        let [both, account, address] = counted(account, address);
        self.0.remove(&both);
        for one in [account, address] {
            if let Some(counter) = self.0.get_mut(&one) {
                counter.attempts = counter.attempts.saturating_sub(1);
            }
        }
    }

    fn wait(&mut self, one: &Counted, now: Timestamp) -> Option<u64> {
        let counter = self.0.get(one)?;
        let left = WINDOW_MS - now.since(counter.since);
        if left <= 0 {
            self.0.remove(one);
            return None;
        }
        (counter.attempts >= one.allowed()).then(|| left.unsigned_abs().div_ceil(1_000))
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.0.len() + 3 <= MOST {
            return;
        }
        self.0.retain(|_, counter| now.since(counter.since) < WINDOW_MS);
        if self.0.len() + 3 > MOST {
            let mut ages: Vec<Timestamp> = self.0.values().map(|counter| counter.since).collect();
            ages.sort_unstable();
            let middle = ages.get(ages.len() / 2).copied().unwrap_or_default();
            self.0.retain(|_, counter| counter.since > middle);
        }
    }
}

fn counted(account: &str, address: &str) -> [Counted; 3] {
    let account: String = account.trim().to_lowercase().chars().take(128).collect();
    let address: String = address.chars().take(64).collect();
    [Counted::Both(account.clone(), address.clone()), Counted::Account(account), Counted::Address(address)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_000_000_000);

    fn tries(attempts: &mut Attempts, account: &str, address: &str, count: u32) -> u32 {
        (0..count).map(|_| u32::from(attempts.take(account, address, NOW).is_ok())).sum()
    }

    #[test]
    fn an_account_can_be_tried_ten_times_from_one_place() {
        let mut attempts = Attempts::default();
        assert_eq!(tries(&mut attempts, "maya", "10.0.0.1", 20), 10);
        assert_eq!(attempts.take(" MAYA ", "10.0.0.1", NOW.plus_ms(1)), Err(900), "spelling is no way round");
        assert_eq!(tries(&mut attempts, "maya", "10.0.0.2", 1), 1, "the person elsewhere is not locked out");
        assert!(attempts.take("maya", "10.0.0.1", NOW.plus_ms(WINDOW_MS)).is_ok());
    }

    #[test]
    fn many_accounts_or_many_places_do_not_help() {
        let mut attempts = Attempts::default();
        let spread: u32 = (0..80).map(|n| tries(&mut attempts, &format!("p{n}"), "10.0.0.1", 1)).sum();
        assert_eq!(spread, 50);
        let far: u32 = (0..200).map(|n| tries(&mut attempts, "maya", &format!("10.1.0.{n}"), 1)).sum();
        assert_eq!(far, 100);
    }

    #[test]
    fn success_forgets_and_memory_is_bounded() {
        let mut attempts = Attempts::default();
        assert_eq!(tries(&mut attempts, "maya", "a", 9), 9);
        attempts.succeeded("maya", "a");
        assert_eq!(tries(&mut attempts, "maya", "a", 20), 10);
        for n in 0..30_000 {
            attempts.take(&format!("p{n}"), &format!("x{n}"), NOW.plus_ms(n)).ok();
        }
        assert!(attempts.0.len() <= MOST);
    }
}

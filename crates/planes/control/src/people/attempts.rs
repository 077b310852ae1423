//! How often someone may try.
//!
//! Attempts are counted before they are looked at, by account and address together, by account,
//! and by address, so that neither one account nor many can be tried at speed, and a stranger
//! can't lock a person out from where that person is: where someone has signed in before, the
//! attempts that others make on the account elsewhere do not count. An IPv6 address counts as its /64,
//! which is what one subscriber has (RFC 6177). Memory is bounded; a crowded table forgets the oldest
//! first. An attempt that succeeds gives its own back.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use domain::time::{DAY_MS, MINUTE_MS, Timestamp};

/// How long attempts count.
const WINDOW_MS: i64 = 15 * MINUTE_MS;
/// Most counters.
const MOST: usize = 20_000;
/// How long a place where someone has signed in is known.
const KNOWN_MS: i64 = 30 * DAY_MS;
/// Most such places.
const MOST_KNOWN: usize = 5_000;

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
pub(crate) struct Attempts {
    counters: HashMap<Counted, Counter>,
    /// Account and address together, by when someone signed in there last.
    known: HashMap<Counted, Timestamp>,
}

impl Attempts {
    /// Counts an attempt, or says in how many seconds the next is allowed.
    pub(crate) fn take(&mut self, account: &str, address: &str, now: Timestamp) -> Result<(), u64> {
        self.make_room(now);
        let counted = counted(account, address);
        let at_home = counted.first().is_some_and(|both| self.is_known(both, now));
        let holds = |one: &&Counted| !(at_home && matches!(one, Counted::Account(_)));
        let wait = counted.iter().filter(holds).filter_map(|one| self.wait(one, now)).max();
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        for one in counted {
            self.counters.entry(one).or_insert(Counter { attempts: 0, since: now }).attempts += 1;
        }
        Ok(())
    }

    /// Gives back what an attempt that succeeded took, and forgets those before it from there.
    pub(crate) fn succeeded(&mut self, account: &str, address: &str, now: Timestamp) {
        let [both, account, address] = counted(account, address);
        self.counters.remove(&both);
        for one in [account, address] {
            if let Some(counter) = self.counters.get_mut(&one) {
                counter.attempts = counter.attempts.saturating_sub(1);
            }
        }
        if self.known.len() >= MOST_KNOWN {
            forget_older_half(&mut self.known, |since| *since);
        }
        self.known.insert(both, now);
    }

    fn is_known(&self, both: &Counted, now: Timestamp) -> bool {
        self.known.get(both).is_some_and(|since| now.since(*since) < KNOWN_MS)
    }

    fn wait(&mut self, one: &Counted, now: Timestamp) -> Option<u64> {
        let counter = self.counters.get(one)?;
        let left = WINDOW_MS - now.since(counter.since);
        if left <= 0 {
            self.counters.remove(one);
            return None;
        }
        (counter.attempts >= one.allowed()).then(|| left.unsigned_abs().div_ceil(1_000))
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.counters.len() + 3 <= MOST {
            return;
        }
        self.counters.retain(|_, counter| now.since(counter.since) < WINDOW_MS);
        if self.counters.len() + 3 > MOST {
            forget_older_half(&mut self.counters, |counter| counter.since);
        }
    }
}

fn forget_older_half<T>(table: &mut HashMap<Counted, T>, since: impl Fn(&T) -> Timestamp) {
    let mut ages: Vec<Timestamp> = table.values().map(&since).collect();
    ages.sort_unstable();
    let middle = ages.get(ages.len() / 2).copied().unwrap_or_default();
    table.retain(|_, one| since(one) > middle);
}

fn counted(account: &str, address: &str) -> [Counted; 3] {
    let account: String = account.trim().to_lowercase().chars().take(128).collect();
    let address = match address.parse() {
        Ok(IpAddr::V6(address)) => subnet(address).to_string(),
        Ok(IpAddr::V4(_)) | Err(_) => address.chars().take(64).collect(),
    };
    [Counted::Both(account.clone(), address.clone()), Counted::Account(account), Counted::Address(address)]
}

/// The /64 that an address is in.
fn subnet(address: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)
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
    fn a_guesser_in_many_places_does_not_lock_a_person_out_at_home() {
        let mut attempts = Attempts::default();
        attempts.succeeded("maya", "10.0.0.1", NOW);
        let far: u32 = (0..200).map(|n| tries(&mut attempts, "maya", &format!("10.1.0.{n}"), 1)).sum();
        assert_eq!(far, 100);
        assert_eq!(tries(&mut attempts, "maya", "10.0.0.2", 1), 0, "a place that is new waits");
        assert_eq!(tries(&mut attempts, "maya", "10.0.0.1", 20), 10, "at home it is as ever");
        assert_eq!(tries(&mut attempts, "tom", "10.0.0.1", 1), 1);
        let later = NOW.plus_ms(KNOWN_MS);
        assert!(!attempts.is_known(&counted("maya", "10.0.0.1")[0], later));
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_place() {
        let mut attempts = Attempts::default();
        let near = (0..40).map(|n| tries(&mut attempts, "maya", &format!("2001:db8::{n}"), 1)).sum::<u32>();
        assert_eq!(near, 10);
        assert_eq!(tries(&mut attempts, "maya", "2001:db8:0:1::1", 1), 1);
    }

    #[test]
    fn success_forgets_and_memory_is_bounded() {
        let mut attempts = Attempts::default();
        assert_eq!(tries(&mut attempts, "maya", "a", 9), 9);
        attempts.succeeded("maya", "a", NOW);
        assert_eq!(tries(&mut attempts, "maya", "a", 20), 10);
        for n in 0..30_000 {
            attempts.take(&format!("p{n}"), &format!("x{n}"), NOW.plus_ms(n)).ok();
        }
        assert!(attempts.counters.len() <= MOST);
        for n in 0..10_000 {
            attempts.succeeded(&format!("p{n}"), "a", NOW.plus_ms(n));
        }
        assert!(attempts.known.len() <= MOST_KNOWN);
    }
}

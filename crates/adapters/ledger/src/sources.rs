//! What each client says in each workflow, by source and session, so that it is settled together.
//!
//! Read from the roll-ups in two places: by whoever asks for some days, and by the ingest for
//! sessions that are over. Only the rules of `domain::telemetry` decide what counts.

use std::collections::BTreeMap;

use db::row;
use domain::money::NanoUsd;
use domain::telemetry::Family;
use domain::telemetry::settle::{Said, Session, Sums};
use domain::telemetry::together::{Figures, Member, Who, together};

row! {
    /// Usage of a session on a day.
    pub(crate) struct Usage {
        pub(crate) workflow: String,
        pub(crate) client: String,
        pub(crate) service: String,
        pub(crate) person: String,
        pub(crate) day: i64,
        pub(crate) source: String,
        pub(crate) session: String,
        pub(crate) side: String,
        calls: u64,
        input_tokens: u64,
        output_tokens: u64,
        price: NanoUsd,
        claimed: NanoUsd,
        unpriced: u64,
        passed_calls: u64,
        passed_input_tokens: u64,
        passed_output_tokens: u64,
        passed_price: NanoUsd,
        passed_claimed: NanoUsd,
        passed_unpriced: u64,
    }
}
row! {
    /// Work of a session on a day.
    pub(crate) struct Work {
        pub(crate) workflow: String,
        pub(crate) client: String,
        pub(crate) service: String,
        pub(crate) person: String,
        pub(crate) day: i64,
        pub(crate) source: String,
        pub(crate) session: String,
        pub(crate) family: String,
        pub(crate) measure: String,
        pub(crate) amount: u64,
    }
}

impl Usage {
    fn said(&self) -> Said {
        Said {
            all: Sums {
                calls: self.calls,
                input: self.input_tokens,
                output: self.output_tokens,
                price: self.price,
                claimed: self.claimed,
                unpriced: self.unpriced,
            },
            passed: Sums {
                calls: self.passed_calls,
                input: self.passed_input_tokens,
                output: self.passed_output_tokens,
                price: self.passed_price,
                claimed: self.passed_claimed,
                unpriced: self.passed_unpriced,
            },
        }
    }

    /// What the gateway has on record, where it is the side of the gateway.
    pub(crate) fn gateway(&self) -> Option<Sums> {
        Family::parse(&self.side).is_none().then(|| self.said().all)
    }

    /// Whether it is of counters that name no session.
    pub(crate) fn is_unnamed_counter(&self) -> bool {
        let counts = matches!(Family::parse(&self.side), Some(Family::Metrics | Family::OlderMetrics));
        counts && self.session.is_empty()
    }

    /// Adds what it says to its session.
    pub(crate) fn add_to(&self, session: &mut Session) {
        let said = self.said();
        match Family::parse(&self.side).and_then(|family| session.said.get_mut(family.place())) {
            Some(one) => *one = Said { all: one.all.plus(said.all), passed: one.passed.plus(said.passed) },
            None => session.gateway = session.gateway.plus(said.all),
        }
    }
}

/// A workflow, a client of it and what that calls itself; and of what, where that is told apart.
pub(crate) type Key<K> = (String, String, String, K);

/// What each client says in each workflow, by source. That is what is settled together.
pub(crate) struct Clients<K, F>(BTreeMap<Key<K>, BTreeMap<String, Member<F>>>);

impl<K, F> Default for Clients<K, F> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Copy, F: Figures> Clients<K, F> {
    /// A source of a client.
    pub(crate) fn member(&mut self, client: Key<K>, source: String, person: &str) -> &mut Member<F> {
        let who = if person.is_empty() { Who::Nobody } else { Who::Somebody };
        let new = || Member { who, sessions: BTreeMap::new(), over: std::collections::BTreeSet::new() };
        self.0.entry(client).or_default().entry(source).or_insert_with(new)
    }

    /// What counts, by source.
    pub(crate) fn settled(self) -> impl Iterator<Item = (Key<K>, String, BTreeMap<String, F>)> {
        self.0.into_iter().flat_map(|(client, members)| {
            let (sources, mut members): (Vec<_>, Vec<_>) = members.into_iter().unzip();
            together(&mut members);
            let settled = sources.into_iter().zip(members);
            settled.map(move |(source, member)| (client.clone(), source, member.sessions))
        })
    }
}

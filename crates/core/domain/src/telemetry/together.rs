//! What counts of all that one client says in one workflow, whoever is named in it.
//!
//! A client names its person in some of its reports and not in others: Codex does in events, and
//! neither in spans nor in counters. So a session is settled as a whole, across the sources that
//! tell of it, and a report that names nobody belongs to whoever is named in its session. This only
//! leaves out what would count twice; it never adds anything. `docs/adr/0009-telemetry-is-a-claim.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::Family;
use super::settle::{Said, Session};

/// Figures of one session by family.
pub trait Figures: Default {
    /// The families that say anything.
    fn families(&self) -> BTreeSet<Family>;
    /// Adds what another source says of the same session.
    fn join(&mut self, other: Self);
    /// Leaves out what other families say.
    fn keep(&mut self, families: &BTreeSet<Family>);
}

/// Whether a source names a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// It does.
    Somebody,
    /// It does not.
    Nobody,
}

/// One source among those of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member<F> {
    /// Whether it names a person.
    pub who: Who,
    /// What it says, by session; by an empty name, what it says of none.
    pub sessions: BTreeMap<String, F>,
    /// Families that count in sessions of its that are over and were settled before.
    pub over: BTreeSet<Family>,
}

/// Leaves in each source what counts, so that nothing counts in two of them nor by two families.
///
/// 1. Of a session with a name one family counts, the most exact that anybody says it by. What
///    names nobody goes to the first who is named in the session.
/// 2. What names no session may repeat what does. It counts as far as it is of a family that counts
///    in the sessions of the same source, or, if it has none, in those that name nobody.
/// 3. What names neither counts as far as it is of a family that counts anywhere.
pub fn together<F: Figures>(members: &mut [Member<F>]) {
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, member) in members.iter().enumerate() {
        for name in member.sessions.keys().filter(|name| !name.is_empty()) {
            names.entry(name.clone()).or_default().push(place);
        }
    }
    for (name, places) in names {
        one_session(members, &name, places);
    }
    let named = |members: &[Member<F>], who: Who| -> BTreeSet<Family> {
        members
            .iter()
            .filter(|member| member.who == who)
            .flat_map(|member| counted(member, Part::Named))
            .collect()
    };
    let nobodys = named(members, Who::Nobody);
    for member in members.iter_mut().filter(|member| member.who == Who::Somebody) {
        let own = counted(member, Part::Named);
        unnamed(member, if own.is_empty() { &nobodys } else { &own });
    }
    let somebodys = members.iter().filter(|member| member.who == Who::Somebody);
    let anywhere: BTreeSet<Family> =
        somebodys.flat_map(|one| counted(one, Part::All)).chain(nobodys).collect();
    members
        .iter_mut()
        .filter(|member| member.who == Who::Nobody)
        .for_each(|member| unnamed(member, &anywhere));
}

/// Settles which family counts of a session that these sources tell of, and where it counts.
fn one_session<F: Figures>(members: &mut [Member<F>], name: &str, places: Vec<usize>) {
    let (somebody, nobody): (Vec<_>, Vec<_>) =
        places.into_iter().partition(|place| members[*place].who == Who::Somebody);
    let mut parts: Vec<(usize, F)> = Vec::new();
    for place in somebody.into_iter().chain(nobody) {
        let Some(part) = members[place].sessions.remove(name) else { continue };
        match parts.first_mut() {
            Some((_, first)) if members[place].who == Who::Nobody => first.join(part),
            _ => parts.push((place, part)),
        }
    }
    let best: BTreeSet<Family> =
        parts.iter().filter_map(|(_, part)| part.families().first().copied()).min().into_iter().collect();
    let holds = |(_, part): &(usize, F)| part.families().is_superset(&best);
    let (mut holders, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(holds);
    for (_, other) in others {
        if let Some((_, first)) = holders.first_mut() {
            first.join(other);
        }
    }
    for (place, mut part) in holders {
        part.keep(&best);
        members[place].sessions.insert(name.to_owned(), part);
    }
}

/// A part of what a source says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Named,
    All,
}

/// The families by which a source's sessions count: of each the most exact.
fn counted<F: Figures>(member: &Member<F>, part: Part) -> BTreeSet<Family> {
    let asked = |name: &str| part == Part::All || !name.is_empty();
    let sessions = member.sessions.iter().filter(|(name, _)| asked(name));
    let counted = sessions.filter_map(|(_, session)| session.families().first().copied());
    counted.chain(member.over.iter().copied()).collect()
}

fn unnamed<F: Figures>(member: &mut Member<F>, families: &BTreeSet<Family>) {
    if let Some(session) = member.sessions.get_mut("").filter(|_| !families.is_empty()) {
        session.keep(families);
    }
}

/// Figures of one session day by day: of all of its days together one family counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Days<F>(pub BTreeMap<i64, F>);

impl<F> Default for Days<F> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<F: Figures> Figures for Days<F> {
    fn families(&self) -> BTreeSet<Family> {
        self.0.values().flat_map(Figures::families).collect()
    }

    fn join(&mut self, other: Self) {
        for (day, more) in other.0 {
            self.0.entry(day).or_default().join(more);
        }
    }

    fn keep(&mut self, families: &BTreeSet<Family>) {
        self.0.values_mut().for_each(|day| day.keep(families));
    }
}

impl Figures for Session {
    fn families(&self) -> BTreeSet<Family> {
        let said = Family::ALL.iter().zip(&self.said).filter(|(_, said)| !said.all.is_empty());
        said.map(|(family, _)| *family).collect()
    }

    fn join(&mut self, other: Self) {
        for (said, more) in self.said.iter_mut().zip(other.said) {
            *said = Said { all: said.all.plus(more.all), passed: said.passed.plus(more.passed) };
        }
        self.gateway = self.gateway.plus(other.gateway);
    }

    fn keep(&mut self, families: &BTreeSet<Family>) {
        for (family, said) in Family::ALL.iter().zip(&mut self.said) {
            if !families.contains(family) {
                *said = Said::default();
            }
        }
    }
}

/// How much of one measure each family says, in the order of [`Family::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts(pub [u64; Family::COUNT]);

impl Amounts {
    /// What the most exact family says that says anything.
    #[must_use]
    pub fn best(self) -> u64 {
        self.0.into_iter().find(|amount| *amount > 0).unwrap_or(0)
    }

    /// Adds what one family says.
    pub fn add(&mut self, family: Family, more: u64) {
        if let Some(amount) = self.0.get_mut(family.place()) {
            *amount = amount.saturating_add(more);
        }
    }
}

impl Days<Amounts> {
    /// What the most exact family says, day by day.
    #[must_use]
    pub fn best(&self) -> Vec<(Family, i64, u64)> {
        let Some(family) = self.families().first().copied() else { return Vec::new() };
        let amounts = self.0.iter().map(|(day, amounts)| (family, *day, amounts.0[family.place()]));
        amounts.filter(|(.., amount)| *amount > 0).collect()
    }
}

impl Figures for Amounts {
    fn families(&self) -> BTreeSet<Family> {
        Family::ALL.iter().zip(self.0).filter(|(_, amount)| *amount > 0).map(|(family, _)| *family).collect()
    }

    fn join(&mut self, other: Self) {
        for (amount, more) in self.0.iter_mut().zip(other.0) {
            *amount = amount.saturating_add(more);
        }
    }

    fn keep(&mut self, families: &BTreeSet<Family>) {
        for (family, amount) in Family::ALL.iter().zip(&mut self.0) {
            if !families.contains(family) {
                *amount = 0;
            }
        }
    }
}

//! From a body to what the ledger takes: whose reports they are, what each is worth, what it costs.
//!
//! The rules are `domain::telemetry`'s; this gathers what they say by source, prices it with the
//! configuration of the moment, and cuts it into parts of a size that a journal likes. The address of
//! a person who is not in the workspace is not kept: a keyed hash stands for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use config::{Snapshot, Workspace};
use domain::money::PerMillion;
use domain::secret::Secret;
use domain::telemetry::meter::{self, Context};
use domain::telemetry::record::Record;
use domain::telemetry::{
    Attributes, Call, Client, Identity, Intake, LONGEST_LABEL, Measure, Observation, Pricing, Reading,
    Signal, Source, believable, label,
};
use domain::{NanoUsd, Refusal, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use pricing::Rate;
use protocols::otlp::{self, Encoding, Flaw, Tally};
use sha2::{Digest, Sha256};

use crate::steps::Caller;

/// Observations in one record of the journal.
const PART: usize = 500;
/// Observations in one post. What a client gathers in a few seconds is far below.
const MOST_OBSERVATIONS: usize = 100_000;
/// Sources in one post; reports of more are refused.
const MOST_SOURCES: usize = 1_000;
/// Sellers whose lists are looked in where a client does not say who serves the model.
const LIKELY: [&str; 8] =
    ["anthropic", "openai", "google", "mistral", "deepseek", "xai", "moonshot", "cohere"];

/// A row of the price book, if it knows the model.
type Rated = (Option<Arc<Rate>>, Pricing);

/// A post, its body apart.
pub(super) struct Post {
    pub(super) signal: Signal,
    pub(super) encoding: Encoding,
    pub(super) caller: Caller,
    pub(super) now: Timestamp,
}

/// Reads a body. Blocks for as long as that takes.
pub(super) fn read(
    post: &Post,
    body: &[u8],
    hash_key: &Secret<[u8; 32]>,
) -> Result<(Tally, Vec<Intake>), Refusal> {
    let workflow = post.caller.attribution.workflow.as_str();
    let mut gathered = Gathered::new(post, hash_key);
    let visit = &mut |resource: &Attributes<'_>, record: &Result<Record<'_>, Flaw>| {
        gathered.take(resource, record);
    };
    let mut tally = otlp::read((post.signal, post.encoding), workflow, body, visit).map_err(|problem| {
        let encoding = if post.encoding == Encoding::Json { "JSON" } else { "protobuf" };
        let signal = post.signal.as_str();
        Refusal::TelemetryUndecodable { signal, encoding, problem: problem.to_string() }
    })?;
    tally.refused = tally.refused.saturating_add(gathered.left_out);
    Ok((tally, gathered.intakes(&post_id(post, body))))
}

/// What makes the post itself.
fn post_id(post: &Post, body: &[u8]) -> Sha256 {
    let workflow = post.caller.attribution.workflow.as_str();
    Sha256::new().chain_update(format!("{workflow}\u{1f}{}\u{1f}", post.signal.as_str())).chain_update(body)
}

/// What one source sent so far.
#[derive(Default)]
struct Sheet {
    version: String,
    records: u64,
    refused: u64,
    observations: Vec<Observation>,
}

struct Gathered<'a> {
    post: &'a Post,
    hash_key: &'a Secret<[u8; 32]>,
    sheets: BTreeMap<Source, Sheet>,
    people: HashMap<String, String>,
    prices: HashMap<(String, String), Rated>,
    count: usize,
    left_out: u64,
}

impl<'a> Gathered<'a> {
    fn new(post: &'a Post, hash_key: &'a Secret<[u8; 32]>) -> Self {
        Self {
            post,
            hash_key,
            sheets: BTreeMap::new(),
            people: HashMap::new(),
            prices: HashMap::new(),
            count: 0,
            left_out: 0,
        }
    }

    fn take(&mut self, resource: &Attributes<'_>, record: &Result<Record<'_>, Flaw>) {
        let service = resource.text("service.name").unwrap_or_default();
        let name = record.as_ref().map_or("", Record::name);
        let context = Context { client: Client::of(service, name), service, resource };
        let usable = record.as_ref().ok();
        let person = usable.and_then(|record| meter::person(context, record)).unwrap_or_default();
        let source = Source { client: context.client, service: label(service), person: self.person(person) };
        if self.sheets.len() >= MOST_SOURCES && !self.sheets.contains_key(&source) {
            self.left_out += u64::from(usable.is_some());
            return;
        }
        let worth = usable.and_then(|record| meter::worth(context, record));
        let believed = worth.as_ref().is_none_or(Observation::is_believable);
        let fits = believed && (worth.is_none() || self.count < MOST_OBSERVATIONS);
        let worth = worth.filter(|_| fits).map(|observation| self.priced(observation));
        self.left_out += u64::from(!fits);
        let sheet = self.sheets.entry(source).or_default();
        sheet.records += 1;
        sheet.refused += u64::from(usable.is_none() || !fits);
        if sheet.version.is_empty() {
            let version = usable.and_then(|record| meter::version(context, record));
            sheet.version = version.map(label).unwrap_or_default();
        }
        self.count += usize::from(worth.is_some());
        sheet.observations.extend(worth);
    }

    /// Whom a report is about: whom the post's headers name, else whom the report does. A person of
    /// the workspace has an id; anyone else a pseudonym that is the same for the same person in this
    /// installation and says nothing.
    fn person(&mut self, said: &str) -> String {
        let said = self.post.caller.attribution.user.as_deref().unwrap_or(said);
        if said.is_empty() {
            return String::new();
        }
        if let Some(known) = self.people.get(said) {
            return known.clone();
        }
        let known = person_of(&self.post.caller.snapshot.workspace, said);
        let person = known.unwrap_or_else(|| pseudonym(self.hash_key, said));
        if said.len() <= LONGEST_LABEL {
            self.people.insert(said.to_owned(), person.clone());
        }
        person
    }

    /// The observation with a time that can be and what it costs.
    fn priced(&mut self, mut observation: Observation) -> Observation {
        observation.set_at(believable(observation.at(), self.post.now));
        match &mut observation {
            Observation::Call(call) => self.price_call(call),
            Observation::Reading(reading) if reading.measure.is_usage() => self.price_reading(reading),
            Observation::Reading(_) => {}
        }
        observation
    }

    fn price_call(&mut self, call: &mut Call) {
        let (rate, pricing) = self.rate(&call.seller, &call.model);
        let bill = rate.and_then(|rate| rate.bill(&call.usage).ok());
        (call.price, call.pricing) = match (bill, call.claimed) {
            (Some(bill), _) => (bill.cost, pricing),
            (None, Some(claimed)) => (claimed, Pricing::Claimed),
            (None, None) => (NanoUsd::ZERO, Pricing::Unknown),
        };
    }

    fn price_reading(&mut self, reading: &mut Reading) {
        if reading.measure == Measure::Claimed {
            return;
        }
        let (rate, pricing) = self.rate(&reading.seller, &reading.model);
        reading.per_million = rate.map(|rate| per_million(&rate, reading.measure));
        reading.pricing = pricing;
    }

    /// The row for a model of a seller. Where nobody says who sells it, the lists in which it may be
    /// are looked through. A model that the book does not know has no price here: nothing is charged
    /// for what a client says, so nothing has to be assumed.
    fn rate(&mut self, seller: &str, model: &str) -> Rated {
        let key = (seller.to_owned(), model.to_owned());
        if let Some(known) = self.prices.get(&key) {
            return known.clone();
        }
        let found = rate(&self.post.caller.snapshot, &key, self.post.now);
        if self.prices.len() < MOST_SOURCES {
            self.prices.insert(key, found.clone());
        }
        found
    }

    fn intakes(self, post: &Sha256) -> Vec<Intake> {
        let (of, at) = (&self.post.caller.attribution, self.post.now);
        let mut intakes = Vec::new();
        for (source, sheet) in self.sheets {
            let (mut records, mut refused) = (sheet.records, sheet.refused);
            let mut left = sheet.observations;
            loop {
                let rest = left.split_off(left.len().min(PART));
                intakes.push(Intake {
                    id: part_id(post, intakes.len()),
                    at,
                    workflow: of.workflow.clone(),
                    owner: of.owner.clone(),
                    pod: of.pod.clone(),
                    key: of.key,
                    source: source.clone(),
                    version: sheet.version.clone(),
                    records: std::mem::take(&mut records),
                    refused: std::mem::take(&mut refused),
                    observations: std::mem::replace(&mut left, rest),
                });
                if left.is_empty() {
                    break;
                }
            }
        }
        intakes
    }
}

fn part_id(post: &Sha256, part: usize) -> Identity {
    let digest: [u8; 32] = post.clone().chain_update(part.to_string()).finalize().into();
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    Identity(first)
}

fn person_of(workspace: &Workspace, said: &str) -> Option<String> {
    let is = |person: &&config::Person| person.email.eq_ignore_ascii_case(said) || person.id.as_str() == said;
    workspace.people.values().find(is).map(|person| person.id.to_string())
}

fn pseudonym(hash_key: &Secret<[u8; 32]>, said: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(hash_key.expose()) else { return String::new() };
    mac.update(b"telemetry person\0");
    mac.update(said.to_lowercase().as_bytes());
    format!("someone {}", hex::encode(&mac.finalize().into_bytes()[..4]))
}

fn rate(snapshot: &Snapshot, (seller, model): &(String, String), now: Timestamp) -> Rated {
    let book = &snapshot.book;
    if model.is_empty() {
        return (None, Pricing::Unknown);
    }
    let found = if !seller.is_empty() && book.has_list(seller) {
        book.find(seller, model, now)
    } else {
        LIKELY.iter().find_map(|list| book.find(list, model, now))
    };
    found.map_or((None, Pricing::Unknown), |rate| (Some(rate), Pricing::Listed))
}

fn per_million(rate: &Rate, measure: Measure) -> PerMillion {
    let prices = &rate.standard.base;
    match measure {
        Measure::Output => prices.output,
        Measure::CacheRead => prices.cache_read,
        Measure::CacheWrite => prices.cache_write_5m,
        _ => prices.input,
    }
}

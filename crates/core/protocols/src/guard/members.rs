//! Names of members in a JSON text, before and behind the redactor.
//!
//! Two keys of an object that become equal are numbered, so that no member is lost. That is known
//! where the second one ends, so its number is written there. Names that were equal before stay so.

use std::collections::BTreeMap;

/// The deepest nesting that is followed. No reader of arguments goes deeper.
const DEEPEST: usize = 1_024;

/// What a sign outside strings, or a quote, is to the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    ObjectBegins,
    ObjectEnds,
    KeyBegins,
    KeyEnds,
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Object,
    List,
}

/// Where a text stands that is read sign by sign.
#[derive(Debug, Default)]
pub(super) struct Outline {
    open: Vec<Bracket>,
    next: Next,
    /// It is nested too deeply, and nothing is known any more.
    lost: bool,
}

/// What the next string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Next {
    #[default]
    Value,
    Key,
    /// A key has begun.
    End,
}

impl Outline {
    /// Whether what comes is the text of a key.
    pub(super) fn is_in_key(&self) -> bool {
        self.next == Next::End
    }

    /// Takes a sign that stands outside strings, or the quote at either end of one.
    pub(super) fn sign(&mut self, sign: u8) -> Option<Sign> {
        match (sign, self.next) {
            _ if self.lost => None,
            (b'"', Next::Key) => self.then(Next::End, Some(Sign::KeyBegins)),
            (b'"', Next::End) => self.then(Next::Value, Some(Sign::KeyEnds)),
            (b'{', _) => {
                self.begin(Bracket::Object);
                self.then(Next::Key, Some(Sign::ObjectBegins))
            }
            (b'[', _) => {
                self.begin(Bracket::List);
                self.then(Next::Value, None)
            }
            (b'}' | b']', _) => {
                let ends = self.open.pop() == Some(Bracket::Object);
                self.then(Next::Value, ends.then_some(Sign::ObjectEnds))
            }
            (b',', _) if self.open.last() == Some(&Bracket::Object) => self.then(Next::Key, None),
            _ => None,
        }
    }

    fn then(&mut self, next: Next, sign: Option<Sign>) -> Option<Sign> {
        self.next = next;
        sign
    }

    fn begin(&mut self, bracket: Bracket) {
        self.lost |= self.open.len() >= DEEPEST;
        self.open.push(bracket);
    }
}

/// The members of the objects that are open, as far as is decided.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// The text of keys that was shown and is not decided.
    shown: String,
    /// The key that is under way, as it is written.
    key: Option<Key>,
    open: Vec<BTreeMap<String, Member>>,
}

#[derive(Debug, Default)]
struct Key {
    name: String,
    origin: Origin,
}

/// A name that is taken.
#[derive(Debug)]
struct Member {
    origin: Origin,
    /// The last number that was given to one that became equal to it.
    number: u64,
}

/// Whether a name is as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Origin {
    #[default]
    Came,
    Made,
}

impl Members {
    /// Takes text of a key that is shown to the redactor.
    pub(super) fn show(&mut self, text: &str) {
        self.shown.push_str(text);
    }

    /// So many bytes pass as they are.
    pub(super) fn keep(&mut self, length: usize) {
        if let Some(key) = &mut self.key {
            key.name.extend(self.shown.drain(..length.min(self.shown.len())));
        }
    }

    /// So many bytes are left out.
    pub(super) fn leave_out(&mut self, length: usize) {
        if self.key.is_some() {
            self.shown.drain(..length.min(self.shown.len()));
        }
    }

    /// A text is written in place of some.
    pub(super) fn write(&mut self, with: &str) {
        if let Some(key) = &mut self.key {
            key.name.push_str(with);
            key.origin = Origin::Made;
        }
    }

    /// Takes a sign that passes: what is written before it.
    pub(super) fn sign(&mut self, sign: Sign) -> Option<String> {
        match sign {
            Sign::ObjectBegins => self.open.push(BTreeMap::new()),
            Sign::ObjectEnds => drop(self.open.pop()),
            Sign::KeyBegins => self.key = Some(Key::default()),
            Sign::KeyEnds => return self.number(),
        }
        None
    }

    /// The number of the key that ends, where its name is taken.
    fn number(&mut self) -> Option<String> {
        let key = self.key.take()?;
        let members = self.open.last_mut()?;
        let taken = match members.get(&key.name) {
            None => None,
            Some(member) if key.origin == Origin::Came && member.origin == Origin::Came => return None,
            Some(member) => Some(member.number),
        };
        let Some(mut number) = taken else {
            members.insert(key.name, Member { origin: key.origin, number: 1 });
            return None;
        };
        let name = loop {
            number += 1;
            let name = format!("{} {number}", key.name);
            if !members.contains_key(&name) {
                break name;
            }
        };
        members.insert(name, Member { origin: Origin::Made, number: 1 });
        if let Some(member) = members.get_mut(&key.name) {
            member.number = number;
        }
        Some(format!(" {number}"))
    }
}

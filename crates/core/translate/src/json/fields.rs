//! An object that is read by taking its members out: what is left at the end was not understood.

use super::tree::{Json, Object};
use crate::report::{At, Notes, Why};

/// An object under reading. End with [`Fields::done`], or what is left goes unreported.
#[derive(Debug)]
#[must_use]
pub struct Fields<'a> {
    object: Object,
    /// Where the object stands.
    pub at: At<'a>,
}

impl<'a> Fields<'a> {
    /// Begins to read an object.
    pub const fn new(object: Object, at: At<'a>) -> Self {
        Self { object, at }
    }

    /// Begins to read a value that must be an object.
    pub fn of(json: Json, at: At<'a>, notes: &mut Notes) -> Option<Self> {
        match json {
            Json::Object(object) => Some(Self { object, at }),
            _ => {
                notes.wrong(at, "expected an object");
                None
            }
        }
    }

    /// Takes a member, whatever it is; `null` is as good as none.
    pub fn take(&mut self, key: &str) -> Option<Json> {
        self.object.take(key).filter(|value| !value.is_null())
    }

    /// A text member, left in place.
    #[must_use]
    pub fn peek(&self, key: &str) -> Option<&str> {
        self.object.get(key).and_then(Json::as_text)
    }

    /// Whether a member is there and not `null`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.object.get(key).is_some_and(|value| !value.is_null())
    }

    /// Takes a text.
    pub fn text(&mut self, key: &str, notes: &mut Notes) -> Option<String> {
        match self.take(key)? {
            Json::Text(text) => Some(text),
            _ => self.wrong(key, "expected a string", notes),
        }
    }

    /// Takes a number, as it is written.
    pub fn number(&mut self, key: &str, notes: &mut Notes) -> Option<Json> {
        match self.take(key)? {
            number @ Json::Number(_) => Some(number),
            _ => self.wrong(key, "expected a number", notes),
        }
    }

    /// Takes a whole number that is not negative.
    pub fn whole(&mut self, key: &str, notes: &mut Notes) -> Option<u64> {
        let value = self.take(key)?;
        value.as_whole().or_else(|| self.wrong(key, "expected a whole number", notes))
    }

    /// Takes `true` or `false`.
    pub fn flag(&mut self, key: &str, notes: &mut Notes) -> Option<bool> {
        match self.take(key)? {
            Json::Bool(value) => Some(value),
            _ => self.wrong(key, "expected true or false", notes),
        }
    }

    /// Takes a list; none is an empty one.
    pub fn list(&mut self, key: &str, notes: &mut Notes) -> Vec<Json> {
        match self.take(key) {
            None => Vec::new(),
            Some(Json::List(list)) => list,
            Some(_) => self.wrong(key, "expected a list", notes).unwrap_or_default(),
        }
    }

    /// Takes an object.
    pub fn object(&mut self, key: &str, notes: &mut Notes) -> Option<Object> {
        match self.take(key)? {
            Json::Object(object) => Some(object),
            _ => self.wrong(key, "expected an object", notes),
        }
    }

    /// Passes over members that are known and say nothing that has to be carried.
    pub fn skip(&mut self, keys: &[&str]) {
        for key in keys {
            self.object.take(key);
        }
    }

    /// Takes members that can't be carried: each is a loss.
    pub fn lose(&mut self, keys: &[&str], why: Why, notes: &mut Notes) {
        for key in keys {
            if self.take(key).is_some() {
                notes.dropped(self.at.at(key), why);
            }
        }
    }

    /// Takes members whose absence would change the meaning: each is a refusal.
    pub fn refuse(&mut self, keys: &[(&str, &'static str)], notes: &mut Notes) {
        for (key, problem) in keys {
            if self.take(key).is_some() {
                notes.unsupported(self.at.at(key), problem);
            }
        }
    }

    /// Ends: whatever is left was not understood, and is reported.
    pub fn done(self, notes: &mut Notes) {
        for (key, value) in self.object.iter() {
            if !value.is_null() {
                notes.dropped(self.at.at(key), Why::UnknownField);
            }
        }
    }

    fn wrong<T>(&self, key: &str, expected: &'static str, notes: &mut Notes) -> Option<T> {
        notes.wrong(self.at.at(key), expected);
        None
    }
}

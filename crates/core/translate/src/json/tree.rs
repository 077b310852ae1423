//! The tree.

use std::borrow::Cow;

use super::number::Number;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(Number),
    /// A string, unescaped.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Object),
}

/// The members of an object, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object(Vec<(Cow<'static, str>, Json)>);

impl Json {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The whole number, if it is one and fits; a fraction is cut off.
    #[must_use]
    pub fn as_whole(&self) -> Option<u64> {
        let Self::Number(number) = self else { return None };
        let written = number.as_str();
        let digits = written.split('.').next().unwrap_or_default();
        if written.contains(['e', 'E']) { None } else { digits.parse().ok() }
    }

    /// Whether it is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Object {
    /// An object without members.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Json>) -> Self {
        self.put(key, value);
        self
    }

    /// Adds a member where there is a value.
    #[must_use]
    pub fn maybe<V: Into<Json>>(mut self, key: &'static str, value: Option<V>) -> Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    /// Adds a member.
    pub fn put(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Json>) {
        self.0.push((key.into(), value.into()));
    }

    /// The first member of that name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Takes the first member of that name out.
    pub fn take(&mut self, key: &str) -> Option<Json> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// The members.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// The members, taken apart.
    pub fn members(self) -> impl Iterator<Item = (Cow<'static, str>, Json)> {
        self.0.into_iter()
    }

    /// Gives back the room that was kept for more members.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Cow<'static, str>, Json)> for Object {
    fn from_iter<I: IntoIterator<Item = (Cow<'static, str>, Json)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(Number::of(&number.to_string()))
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(Number::of(&number.to_string()))
    }
}

impl From<Vec<Json>> for Json {
    fn from(list: Vec<Json>) -> Self {
        Self::List(list)
    }
}

impl FromIterator<Json> for Json {
    fn from_iter<I: IntoIterator<Item = Json>>(list: I) -> Self {
        Self::List(list.into_iter().collect())
    }
}

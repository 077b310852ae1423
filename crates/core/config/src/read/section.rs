//! A table held against its spec.

use domain::ids::{Kind, Name};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entry::Entry;
use super::notes::{Notes, Place};
use super::spec::{Need, Spec};
use crate::suggest;

/// A table of a file. Opening it reports unknown and missing keys.
#[derive(Clone, Copy)]
pub(crate) struct Section<'a> {
    pub(crate) spec: &'static Spec,
    pub(crate) notes: &'a Notes,
    /// Where it begins: its heading, or the first line of the file.
    pub(crate) place: Place,
    /// The key it stands under; empty for a whole file.
    name: &'a str,
    table: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    /// Opens a whole file.
    pub(crate) fn root(spec: &'static Spec, notes: &'a Notes, file: usize, table: &'a DeTable<'a>) -> Self {
        let place = Place { file, start: 0, end: 0 };
        let section = Self { spec, notes, place, name: "", table };
        section.report(spec);
        section
    }

    /// Opens a table within a file; `outer` is where it stands, to tell keys that are one level
    /// too deep.
    pub(crate) fn open(
        spec: &'static Spec,
        outer: &'static Spec,
        entry: &Entry<'a>,
        table: &'a DeTable<'a>,
    ) -> Self {
        let section = Self { spec, notes: entry.notes, place: entry.place, name: entry.key, table };
        section.report(outer);
        section
    }

    /// A key of the spec, if it is there.
    pub(crate) fn get(&self, name: &'static str) -> Option<Entry<'a>> {
        debug_assert!(self.spec.key(name).is_some(), "{name} is not in the spec of {}", self.spec.title);
        let (key, value) = self.table.get_key_value(name)?;
        Some(Entry::new(self, key, value))
    }

    /// A table inside, if it is there.
    pub(crate) fn inner(&self, name: &'static str) -> Option<Section<'a>> {
        self.get(name)?.section(self.spec.key(name)?.inside?, self.spec)
    }

    /// Opens a table as an anonymous map: every key is a name that the file chose.
    pub(crate) fn named<K: Kind>(&self, name: &'static str) -> Vec<(Name<K>, Entry<'a>)> {
        let Some(entries) = self.get(name).and_then(|entry| entry.map()) else { return Vec::new() };
        let named = |entry: Entry<'a>| entry.key_name::<K>().map(|name| (name, entry));
        entries.into_iter().filter_map(named).collect()
    }

    /// How a message names where this is.
    fn location(&self) -> String {
        self.spec.place.replace("NAME", self.name).replace("SIGNAL", self.name)
    }

    fn report(&self, outer: &'static Spec) {
        let unknown = self.table.iter().filter(|(key, _)| self.spec.key(key.get_ref()).is_none());
        let mut misspelt = Vec::new();
        for (key, value) in unknown {
            misspelt.extend(suggest::nearest(key.get_ref(), self.spec.names()));
            let help = self.help_with(key.get_ref(), value.get_ref(), outer);
            let place = Place::new(self.place.file, &key.span());
            let what = unknown_thing(key.get_ref(), value.get_ref());
            self.notes.error(place, format!("unknown {what} {}", self.location()), help);
        }
        let required = self.spec.keys.iter().filter(|key| key.need == Need::Required);
        // A key that is there under a wrong name is not missing as well.
        for key in required.filter(|key| !self.table.contains_key(key.name) && !misspelt.contains(&key.name))
        {
            let message = format!("`{}` is missing {}", key.name, self.location());
            let help = if key.inside.is_some() {
                format!("add a section {}: {}", key.shape, key.doc)
            } else {
                format!("add `{} = {}`: {}", key.name, key.shape, key.doc)
            };
            self.notes.missing(self.place, &message, &help);
        }
    }

    fn help_with(&self, name: &str, value: &DeValue<'a>, outer: &'static Spec) -> String {
        let meant = suggest::nearest(name, self.spec.names());
        let inside = |spec: &'static Spec| {
            spec.keys.iter().filter_map(|key| key.inside).find(|inside| inside.key(name).is_some())
        };
        if let (true, Some((list, _))) = (value.is_table(), self.spec.title.split_once(".NAME")) {
            return format!("a name with a dot in it stands in quotes: {list}.\"{}.{name}\"]", self.name);
        }
        match inside(self.spec).or_else(|| inside(outer)) {
            Some(inside) if meant.is_none() => format!("`{name}` belongs under {}", inside.title),
            _ if outer.key(name).is_some() => {
                format!("`{name}` belongs {}, above the first [section]", outer.place)
            }
            _ => suggest::help(name, self.spec.names(), "the keys here are"),
        }
    }
}

fn unknown_thing(name: &str, value: &DeValue<'_>) -> String {
    let first = value.as_array().and_then(|array| array.first());
    match (value, first.map(Spanned::get_ref)) {
        (DeValue::Table(_), _) => format!("section [{name}]"),
        (_, Some(DeValue::Table(_))) => format!("section [[{name}]]"),
        _ => format!("key `{name}`"),
    }
}

/// What a message calls a value's type.
pub(crate) const fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

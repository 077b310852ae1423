//! The values of an entry that hold others: lists, tables whose keys are known, and tables whose keys the
//! file chose.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;

use super::entry::Entry;
use super::notes::Place;
use super::section::{Section, type_name};
use super::spec::Spec;
use crate::words::Word;

impl<'a> Entry<'a> {
    /// The elements of a list.
    pub(crate) fn items(&self) -> Vec<Entry<'a>> {
        let Some(array) = self.value.as_array() else {
            let example = self.value.as_str().map_or("[…]".to_owned(), |text| format!("[{text:?}]"));
            self.wrong_type("a list", &example);
            return Vec::new();
        };
        let item = |value: &'a Spanned<DeValue<'a>>| Entry {
            place: Place::new(self.place.file, &value.span()),
            value: value.get_ref(),
            ..*self
        };
        array.iter().map(item).collect()
    }

    /// Whether the value is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// Whether the value is a list without elements.
    pub(crate) fn is_empty_list(&self) -> bool {
        self.value.as_array().is_some_and(|array| array.is_empty())
    }

    /// A list of texts, none empty.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.items().iter().filter_map(Entry::text).collect()
    }

    /// A list of words.
    pub(crate) fn words<W: Word + PartialEq>(&self) -> Vec<W> {
        let mut found = Vec::new();
        for value in self.items().iter().filter_map(Entry::word::<W>) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    }

    /// The value as a section with known keys.
    pub(crate) fn section(&self, spec: &'static Spec, outer: &'static Spec) -> Option<Section<'a>> {
        let Some(table) = self.value.as_table() else {
            self.wrong(
                format!("`{}` must be a table, not {}", self.key, type_name(self.value)),
                format!("write it as a section {} with its keys below", spec.title),
            );
            return None;
        };
        Some(Section::open(spec, outer, self, table))
    }

    /// The value as a list of sections: `[[people]]`.
    pub(crate) fn sections(&self, spec: &'static Spec, outer: &'static Spec) -> Vec<Section<'a>> {
        if self.value.is_table() {
            let help = format!("write each as [[{0}]], with two brackets, instead of [{0}]", self.key);
            self.wrong(format!("`{}` is a list of tables", self.key), help);
            return Vec::new();
        }
        self.items().iter().filter_map(|item| item.section(spec, outer)).collect()
    }

    /// The entries of a table whose keys the file chose.
    pub(crate) fn map(&self) -> Option<Vec<Entry<'a>>> {
        let Some(table) = self.value.as_table() else {
            self.wrong(
                format!("`{}` must be a table, not {}", self.key, type_name(self.value)),
                format!("write it as a section [{}] with one entry per line", self.key),
            );
            return None;
        };
        let file = self.place.file;
        let entry = |(key, value): (&'a Spanned<Cow<'a, str>>, &'a Spanned<DeValue<'a>>)| Entry {
            notes: self.notes,
            key: key.get_ref(),
            key_place: Place::new(file, &key.span()),
            place: Place::new(file, &value.span()),
            value: value.get_ref(),
        };
        Some(table.iter().map(entry).collect())
    }
}

//! What reading the files brought to light: problems, names, and who refers to whom.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use domain::ids::{Kind, Name};

use super::source::{Source, Spot};
use crate::problem::{Problem, Severity};
use crate::secrets;

/// A stretch of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which file, by its number.
    pub(crate) file: usize,
    /// First byte.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
}

impl Place {
    pub(crate) const fn new(file: usize, span: &Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }
}

/// A name that must be declared somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// What it must be the name of: `person`, `route`.
    pub(crate) noun: &'static str,
    /// The name.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) place: Place,
}

/// Collects while files are read. Reading never stops at a problem.
#[derive(Debug)]
pub(crate) struct Notes {
    sources: Vec<Source>,
    /// Byte of each file from which on its reading can't be trusted: its first syntax error.
    broken: RefCell<Vec<Option<usize>>>,
    problems: RefCell<Vec<Problem>>,
    secret: RefCell<Vec<Place>>,
    names: RefCell<BTreeMap<&'static str, BTreeMap<String, Place>>>,
    references: RefCell<Vec<Reference>>,
}

impl Notes {
    pub(crate) fn new(sources: Vec<Source>) -> Self {
        let broken = RefCell::new(vec![None; sources.len()]);
        Self {
            sources,
            broken,
            problems: RefCell::default(),
            secret: RefCell::default(),
            names: RefCell::default(),
            references: RefCell::default(),
        }
    }

    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The path of a file.
    pub(crate) fn file(&self, file: usize) -> &str {
        self.sources.get(file).map_or("", |source| &source.file)
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: usize) -> &str {
        self.sources.get(file).map_or("", |source| &source.text)
    }

    /// From here on, problems of this file that begin at or after `offset` are not reported: they
    /// would only be echoes of a syntax error.
    pub(crate) fn break_at(&self, file: usize, offset: usize) {
        if let Some(broken) = self.broken.borrow_mut().get_mut(file) {
            *broken = Some(broken.map_or(offset, |before| before.min(offset)));
        }
    }

    /// Whether a file has a syntax error.
    pub(crate) fn is_broken(&self, file: usize) -> bool {
        self.broken_from(file).is_some()
    }

    pub(crate) fn error(&self, place: Place, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.note(Severity::Error, place, &message.into(), help.into().as_deref());
    }

    pub(crate) fn warn(&self, place: Place, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.note(Severity::Warning, place, &message.into(), help.into().as_deref());
    }

    /// Something that is not there. Not reported where a syntax error may have swallowed it.
    pub(crate) fn missing(&self, place: Place, message: &str, help: &str) {
        if !self.is_broken(place.file) {
            self.note(Severity::Error, place, message, Some(help));
        }
    }

    fn note(&self, severity: Severity, place: Place, message: &str, help: Option<&str>) {
        let broken = self.broken_from(place.file);
        // What a syntax error left half read has no place of its own.
        if broken.is_none_or(|offset| place.start < offset && place.end > 0) {
            self.push(severity, place, message, help);
        }
    }

    fn broken_from(&self, file: usize) -> Option<usize> {
        self.broken.borrow().get(file).copied().flatten()
    }

    /// Reports a problem wherever it is, also in the part of a file that is not trusted.
    pub(crate) fn push(&self, severity: Severity, place: Place, message: &str, help: Option<&str>) {
        let Some(source) = self.sources.get(place.file) else { return };
        let secret: Vec<_> = self
            .secret
            .borrow()
            .iter()
            .filter(|secret| secret.file == place.file)
            .map(|secret| secret.start..secret.end)
            .collect();
        let Spot { line, column, width, source_line } = source.spot(place.start..place.end, &secret);
        self.problems.borrow_mut().push(Problem {
            file: source.file.clone(),
            line,
            column,
            width,
            message: secrets::mask_text(message),
            help: help.map(secrets::mask_text),
            source_line,
            severity,
        });
    }

    /// Reports a problem of a file as a whole, read or not.
    pub(crate) fn of_file(&self, severity: Severity, file: &str, message: &str, help: Option<String>) {
        self.problems.borrow_mut().push(Problem::of_file(severity, file, message.to_owned(), help));
    }

    /// Marks a stretch that must never be shown.
    pub(crate) fn hide(&self, place: Place) {
        self.secret.borrow_mut().push(place);
    }

    /// Whether a stretch is marked as one that must never be shown.
    pub(crate) fn is_hidden(&self, place: Place) -> bool {
        let covers = |s: &Place| s.file == place.file && s.start <= place.start && place.end <= s.end;
        self.secret.borrow().iter().any(covers)
    }

    /// Declares a name, unless it is taken already.
    pub(crate) fn declare(&self, noun: &'static str, name: &str, place: Place) {
        let before = self.names.borrow().get(noun).and_then(|names| names.get(name)).copied();
        match before {
            None => {
                self.names.borrow_mut().entry(noun).or_default().insert(name.to_owned(), place);
            }
            Some(before) => {
                let file = self.file(before.file);
                let line = self.sources.get(before.file).map_or(0, |s| s.line_of(before.start) + 1);
                let help = format!("the first is in {file}, line {line}; give each {noun} an id of its own");
                self.error(place, format!("the {noun} `{name}` is declared twice"), help);
            }
        }
    }

    /// Notes that `name` must be declared somewhere.
    pub(crate) fn refer<K: Kind>(&self, name: &Name<K>, place: Place) {
        let name = name.as_str().to_owned();
        self.references.borrow_mut().push(Reference { noun: K::NOUN, name, place });
    }

    /// Every declared name of a kind.
    pub(crate) fn names(&self, noun: &str) -> Vec<String> {
        self.names.borrow().get(noun).map(|names| names.keys().cloned().collect()).unwrap_or_default()
    }

    /// Whether a name is declared.
    pub(crate) fn is_declared(&self, noun: &str, name: &str) -> bool {
        self.names.borrow().get(noun).is_some_and(|names| names.contains_key(name))
    }

    pub(crate) fn references(&self) -> Vec<Reference> {
        self.references.borrow().clone()
    }

    /// The problems, in the order of files and lines, each once.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        let key = |p: &Problem| (p.file.clone(), p.line, p.column, p.severity);
        problems.sort_by_cached_key(key);
        problems.dedup();
        problems
    }
}

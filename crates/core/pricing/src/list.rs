//! One list of the book: models by name and by pattern.

use std::collections::HashMap;
use std::sync::Arc;

use domain::money::PerMillion;
use domain::time::Timestamp;

use crate::parse::{self, Model};
use crate::pattern::Pattern;
use crate::rate::Rate;

/// The rows of one model, oldest first.
type Rows = Vec<Arc<Rate>>;

/// A list, ready for look-ups.
#[derive(Debug, Default)]
pub(crate) struct List {
    names: Vec<String>,
    rows: Vec<Rows>,
    exact: HashMap<String, usize>,
    patterns: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    except: Vec<Pattern>,
    model: usize,
}

impl List {
    /// Reads a file of the book.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::of(parse::read(text)?.1))
    }

    /// Indexes models. Where two give the same name, the first has it; of two patterns that cover
    /// a name, the one that says more has it.
    pub(crate) fn of(models: Vec<Model>) -> Self {
        let mut list = Self::default();
        for (index, model) in models.iter().enumerate() {
            list.exact.entry(model.name.clone()).or_insert(index);
        }
        for (index, model) in models.into_iter().enumerate() {
            let except: Vec<Pattern> = model.except.iter().filter_map(|text| Pattern::parse(text)).collect();
            for name in model.also.into_iter().chain([model.name.clone()]) {
                match Pattern::parse(&name) {
                    Some(pattern) => {
                        list.patterns.push(Rule { pattern, except: except.clone(), model: index });
                    }
                    None => {
                        list.exact.entry(name).or_insert(index);
                    }
                }
            }
            list.names.push(model.name);
            list.rows.push(model.rows.into_iter().map(Arc::new).collect());
        }
        list.patterns.sort_by_key(|rule| std::cmp::Reverse(rule.pattern.weight()));
        list
    }

    /// The names of its models.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The row in force for exactly this spelling of a name, if a model has it and a row of it
    /// holds at that time.
    pub(crate) fn find(&self, name: &str, at: Timestamp) -> Option<&Arc<Rate>> {
        let covered = || self.patterns.iter().filter(|rule| rule.covers(name)).map(|rule| rule.model);
        let exact = self.exact.get(name).copied();
        exact
            .into_iter()
            .chain(covered())
            .find_map(|model| self.rows.get(model).and_then(|rows| holding(rows, at)))
    }

    /// The name by which a model stands in the list: its own where the list states it, else that of
    /// the model whose pattern covers it.
    pub(crate) fn listed(&self, name: &str) -> Option<&str> {
        let stated = || self.exact.get_key_value(name).map(|(stated, _)| stated.as_str());
        let covered = || {
            let rule = self.patterns.iter().find(|rule| rule.covers(name))?;
            self.names.get(rule.model).map(String::as_str)
        };
        stated().or_else(covered)
    }

    /// As [`List::find`], but a model whose first row begins later has that one: a price that
    /// is known is better than none.
    pub(crate) fn find_any(&self, name: &str, at: Timestamp) -> Option<&Arc<Rate>> {
        in_force(self.rows.get(self.model(name)?)?, at)
    }

    /// Which model has a name, whenever its rows begin: its own name, or the pattern that says the
    /// most of it.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.names.get(self.model(name)?).map(String::as_str)
    }

    fn model(&self, name: &str) -> Option<usize> {
        let covered = || self.patterns.iter().find(|rule| rule.covers(name)).map(|rule| rule.model);
        self.exact.get(name).copied().or_else(covered)
    }

    /// The dearest row in force.
    pub(crate) fn dearest(&self, at: Timestamp) -> Option<&Arc<Rate>> {
        self.rows.iter().filter_map(|rows| in_force(rows, at)).max_by_key(|rate| dearness(rate))
    }
}

impl Rule {
    fn covers(&self, name: &str) -> bool {
        self.pattern.covers(name) && !self.except.iter().any(|except| except.covers(name))
    }
}

/// The last row that holds: later rows replace earlier ones.
fn holding(rows: &[Arc<Rate>], at: Timestamp) -> Option<&Arc<Rate>> {
    rows.iter().rev().find(|rate| rate.holds(at))
}

fn in_force(rows: &[Arc<Rate>], at: Timestamp) -> Option<&Arc<Rate>> {
    holding(rows, at).or_else(|| rows.first())
}

/// Orders rows by price: output first, whose price is the higher one, then input; both at the
/// size that most calls have.
pub(crate) fn dearness(rate: &Rate) -> (PerMillion, PerMillion) {
    let prices = &rate.standard.base;
    (prices.dearest_output(), prices.dearest_input())
}

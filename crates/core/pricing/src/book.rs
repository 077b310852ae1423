//! The price book: the built-in lists, each read when it is first asked for, and what a workspace
//! puts on top.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use domain::time::Timestamp;

use crate::builtin::{self, Builtin};
use crate::list::{List, dearness};
use crate::names::spellings;
use crate::overrides::Override;
use crate::parse::Model;
use crate::pattern::Pattern;
use crate::rate::Rate;

/// Prices of models, by list. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PriceBook {
    shelves: Arc<BTreeMap<String, Shelf>>,
}

/// One list with the workspace's prices on top.
#[derive(Clone, Debug)]
struct Shelf {
    builtin: Option<&'static Builtin>,
    read: Arc<OnceLock<List>>,
    workspace: Arc<List>,
}

impl Shelf {
    fn of(builtin: Option<&'static Builtin>) -> Self {
        Self { builtin, read: Arc::default(), workspace: Arc::default() }
    }

    /// The built-in list, read now if nobody asked before. A file of the book that can't be read
    /// is a mistake of ours that a test finds; here its models are unknown, and so never free.
    fn list(&self) -> &List {
        let text = self.builtin.map(|builtin| builtin.text);
        self.read.get_or_init(|| {
            let read = text.map(List::parse);
            debug_assert!(!matches!(read, Some(Err(_))), "{read:?}");
            read.and_then(Result::ok).unwrap_or_default()
        })
    }

    fn find(&self, name: &str, at: Timestamp) -> Option<&Arc<Rate>> {
        self.workspace.find(name, at).or_else(|| self.list().find_any(name, at))
    }

    fn listed(&self, name: &str) -> Option<&str> {
        self.workspace.listed(name).or_else(|| self.list().listed(name))
    }

    fn listed_spelled(&self, model: &str) -> Option<&str> {
        self.listed(model).or_else(|| self.spellings(model).iter().find_map(|name| self.listed(name)))
    }

    fn spellings(&self, model: &str) -> Vec<String> {
        let mut names: Vec<&str> = self.builtin.map(|list| list.aliases.to_vec()).unwrap_or_default();
        names.extend(self.builtin.map(|list| list.name));
        spellings(model, &names)
    }

    fn find_spelled(&self, model: &str, at: Timestamp) -> Option<&Arc<Rate>> {
        self.find(model, at).or_else(|| self.spellings(model).iter().find_map(|name| self.find(name, at)))
    }
}

impl PriceBook {
    /// The book that ships with the product.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        static BOOK: LazyLock<Arc<PriceBook>> = LazyLock::new(|| {
            let shelf = |list: &'static Builtin| (list.name.to_owned(), Shelf::of(Some(list)));
            let shelves = builtin::LISTS.iter().map(shelf).collect();
            Arc::new(PriceBook { shelves: Arc::new(shelves) })
        });
        Arc::clone(&BOOK)
    }

    /// This book with the prices of a workspace on top. They come first wherever they hold, in
    /// place of those of an earlier call of this.
    ///
    /// # Errors
    /// A text that names the price that can't be used: no list, model, input or output, or a
    /// second price for the same model from the same day.
    pub fn with(&self, overrides: &[Override]) -> Result<Self, String> {
        let mut shelves: BTreeMap<String, Shelf> = self.shelves.as_ref().clone();
        for shelf in shelves.values_mut() {
            shelf.workspace = Arc::default();
        }
        shelves.retain(|_, shelf| shelf.builtin.is_some());
        for (list, models) in by_model(overrides)? {
            let shelf = shelves.entry(list).or_insert_with(|| Shelf::of(None));
            shelf.workspace = Arc::new(List::of(models));
        }
        Ok(Self { shelves: Arc::new(shelves) })
    }

    /// The names of the lists.
    #[must_use]
    pub fn lists(&self) -> Vec<&str> {
        self.shelves.keys().map(String::as_str).collect()
    }

    /// Whether there is a list of this name. `aws` and `bedrock` are names of `amazon`, and so on.
    #[must_use]
    pub fn has_list(&self, list: &str) -> bool {
        self.shelf(list).is_some()
    }

    /// The list of prices of whoever serves at this host (`api.openai.com`).
    #[must_use]
    pub fn list_for_host(&self, host: &str) -> Option<&str> {
        builtin::by_host(host).map(|list| list.name)
    }

    /// The names of the models of a list, those of the workspace first; patterns as written.
    #[must_use]
    pub fn models(&self, list: &str) -> Vec<&str> {
        let Some(shelf) = self.shelf(list) else { return Vec::new() };
        shelf.workspace.names().chain(shelf.list().names()).collect()
    }

    /// The built-in models of a list that have one price here and several in the built-in book, because
    /// a pattern of the workspace comes before their names; the cheapest of them first. Empty for a
    /// pattern over models of the same standard price, and for a plain name.
    #[must_use]
    pub fn levelled(&self, list: &str, pattern: &str, at: Timestamp) -> Vec<&str> {
        let Some(shelf) = self.shelf(list).filter(|_| Pattern::parse(pattern).is_some()) else {
            return Vec::new();
        };
        let lists: Vec<&List> = std::iter::once(shelf).chain(self.resold(shelf)).map(Shelf::list).collect();
        let taken = |name: &&str| shelf.workspace.named(name) == Some(pattern);
        let rate = |name: &str| lists.iter().find_map(|list| list.find_any(name, at));
        let names: BTreeSet<&str> = lists.iter().flat_map(|list| list.names()).filter(taken).collect();
        let mut priced: Vec<_> = names.into_iter().filter_map(|name| Some((name, rate(name)?))).collect();
        priced.sort_by_key(|(_, rate)| dearness(rate));
        let alike =
            |pair: &[(&str, &Arc<Rate>)]| matches!(pair, [(_, a), (_, b)] if a.standard == b.standard);
        if priced.windows(2).all(alike) {
            Vec::new()
        } else {
            priced.into_iter().map(|(name, _)| name).collect()
        }
    }

    /// The row in force for a model at a moment. `None`: the book does not know the model, which
    /// does not make it free.
    #[must_use]
    pub fn find(&self, list: &str, model: &str, at: Timestamp) -> Option<Arc<Rate>> {
        let shelf = self.shelf(list)?;
        let resold = || self.resold(shelf).find_map(|other| other.find_spelled(model, at));
        shelf.find_spelled(model, at).or_else(resold).cloned()
    }

    /// The name by which a list has a model, whenever its prices hold: what is asked for by a
    /// dated or another spelling goes by the name in the list. There are only as many such names as
    /// the book has, whatever callers make up.
    #[must_use]
    pub fn listed(&self, list: &str, model: &str) -> Option<&str> {
        let shelf = self.shelf(list)?;
        let resold = || self.resold(shelf).find_map(|other| other.listed_spelled(model));
        shelf.listed_spelled(model).or_else(resold)
    }

    /// The dearest row of a list in force at a moment; `None` only for a list that does not exist.
    #[must_use]
    pub fn dearest(&self, list: &str, at: Timestamp) -> Option<Arc<Rate>> {
        let shelf = self.shelf(list)?;
        let shelves = std::iter::once(shelf).chain(self.resold(shelf));
        let rows = shelves.flat_map(|shelf| [shelf.list().dearest(at), shelf.workspace.dearest(at)]);
        rows.flatten().max_by_key(|rate| dearness(rate)).cloned()
    }

    fn shelf(&self, list: &str) -> Option<&Shelf> {
        self.shelves.get(list).or_else(|| self.shelves.get(builtin::by_name(list)?.name))
    }

    fn resold<'a>(&'a self, shelf: &'a Shelf) -> impl Iterator<Item = &'a Shelf> {
        let lists = shelf.builtin.map(|list| list.resells).unwrap_or_default();
        lists.iter().filter_map(|list| self.shelves.get(*list))
    }
}

/// Groups overrides by list and model, each model's rows oldest first.
fn by_model(overrides: &[Override]) -> Result<BTreeMap<String, Vec<Model>>, String> {
    let mut lists: BTreeMap<String, Vec<Model>> = BTreeMap::new();
    for entry in overrides {
        if entry.list.is_empty() || entry.model.is_empty() {
            return Err("a price needs a list and a model".into());
        }
        let list = builtin::by_name(&entry.list).map_or(entry.list.as_str(), |list| list.name);
        let rate = entry.rate(list)?;
        let models = lists.entry(list.to_owned()).or_default();
        match models.iter_mut().find(|model| model.name == entry.model) {
            Some(model) if model.rows.iter().any(|row| row.from == rate.from) => {
                return Err(format!("{}/{} has two prices from the same day", entry.list, entry.model));
            }
            Some(model) => {
                model.rows.push(rate);
                model.rows.sort_by_key(|row| row.from);
            }
            None => {
                let also = Vec::new();
                models.push(Model { name: entry.model.clone(), also, except: Vec::new(), rows: vec![rate] });
            }
        }
    }
    Ok(lists)
}

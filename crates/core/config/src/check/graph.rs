//! Fallbacks between routes must lead somewhere else.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::RouteId;

use crate::read::Notes;
use crate::sections::routes::Draft;

/// Reports every circle of fallbacks once, at the entry that closes it.
pub(crate) fn fallbacks(notes: &Notes, routes: &BTreeMap<RouteId, Draft>) {
    let mut walk = Walk { notes, routes, path: Vec::new(), done: BTreeSet::new() };
    for id in routes.keys() {
        walk.visit(id);
    }
}

struct Walk<'a> {
    notes: &'a Notes,
    routes: &'a BTreeMap<RouteId, Draft>,
    /// The routes from the start of this walk to here, with the fallback taken next.
    path: Vec<(&'a RouteId, usize)>,
    done: BTreeSet<&'a RouteId>,
}

impl<'a> Walk<'a> {
    /// Depth first, on a stack of its own: a chain may be as long as a file.
    fn visit(&mut self, start: &'a RouteId) {
        self.enter(start);
        while let Some((route, next)) = self.path.last_mut() {
            let route = *route;
            let index = *next;
            *next += 1;
            let draft = self.routes.get(route);
            match draft.and_then(|draft| draft.fallback.get(index)) {
                Some(fallback) if self.path.iter().any(|(on, _)| **on == fallback.value) => {
                    self.report(&fallback.value, fallback.place);
                }
                Some(fallback) => self.enter(&fallback.value),
                None => {
                    self.done.insert(route);
                    self.path.pop();
                }
            }
        }
    }

    fn enter(&mut self, route: &'a RouteId) {
        if !self.done.contains(route) && self.routes.contains_key(route) {
            self.path.push((route, 0));
        }
    }

    fn report(&self, back_to: &RouteId, place: crate::read::Place) {
        let circle: Vec<_> = self
            .path
            .iter()
            .map(|(route, _)| route.as_str())
            .skip_while(|route| *route != back_to.as_str())
            .chain([back_to.as_str()])
            .collect();
        let message = format!("the fallbacks go in a circle: {}", circle.join(" → "));
        self.notes.error(place, message, format!("take `{back_to}` out of this list"));
    }
}

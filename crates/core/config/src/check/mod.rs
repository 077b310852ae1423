//! What only shows when all files are seen together.

pub(crate) mod files;
mod graph;
mod prices;
mod references;

pub(crate) use graph::fallbacks;
pub(crate) use prices::{SOME_DAY, targets};
pub(crate) use references::{dangling, patterns, people};

use crate::problem::Severity;
use crate::read::{At, Notes, Place};
use crate::secrets;

/// Says of each kind of section that nothing acts on yet where it stands first, and how often.
pub(crate) fn idle_sections(notes: &Notes, idle: &[At<&'static str>]) {
    let mut names: Vec<_> = idle.iter().map(|section| section.value).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let places: Vec<_> = idle.iter().filter(|section| section.value == name).map(|s| s.place).collect();
        let Some(first) = places.first() else { continue };
        let others = match places.len() {
            1 => String::new(),
            2 => "; it stands in one more workflow".to_owned(),
            count => format!("; it stands in {} more workflows", count - 1),
        };
        let message = format!("[{name}] is read and checked, but nothing acts on it yet{others}");
        notes.warn(*first, message, "don't rely on it as a control".to_owned());
    }
}

/// Refuses what looks like a secret anywhere in a file, comments included: the file is in Git.
pub(crate) fn literal_secrets(notes: &Notes) {
    for (file, source) in notes.sources().iter().enumerate() {
        for span in secrets::find(&source.text) {
            let place = Place::new(file, &span);
            if !notes.is_hidden(place) {
                let help = "take it out, revoke it, and write where the new one is: `api_key = \"env:NAME\"`";
                notes.push(Severity::Error, place, "this looks like a literal secret", Some(help));
            }
        }
    }
}

//! Settings that the server takes when it starts: what it took, and which of the live files say
//! something else by now. Such a change waits for a restart, and that has to be said.

use config::{Durability, Gateway, Problem, Severity};

/// Settings of `[gateway]` that are taken at the start only, as the server took them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AtStart {
    /// What a record survives; `None` where the command line decides, whatever the files say.
    pub durability: Option<Durability>,
    /// Bytes of content that may wait to be stored.
    pub content_queue: u64,
    /// Bytes of records that may wait on disk while the database is away.
    pub max_spool: u64,
}

impl AtStart {
    /// What the files said when the server started.
    #[must_use]
    pub const fn of(files: &Gateway) -> Self {
        Self {
            durability: Some(files.durability),
            content_queue: files.content_queue,
            max_spool: files.max_spool,
        }
    }

    /// The keys whose live value is another, each with a warning.
    pub(crate) fn waiting(&self, live: &Gateway) -> Vec<(&'static str, Problem)> {
        let bytes = |count: u64| format!("{count} bytes");
        let durability = self.durability.unwrap_or(live.durability);
        let keys = [
            ("durability", durability.as_str().to_owned(), live.durability.as_str().to_owned()),
            ("content_queue", bytes(self.content_queue), bytes(live.content_queue)),
            ("max_spool", bytes(self.max_spool), bytes(live.max_spool)),
        ];
        let others = keys.into_iter().filter(|(_, was, is)| was != is);
        others.map(|(key, was, is)| (key, warning(key, &was, &is))).collect()
    }
}

fn warning(key: &str, was: &str, is: &str) -> Problem {
    Problem {
        file: "countersign.toml".to_owned(),
        line: 0,
        column: 0,
        width: 1,
        message: format!("`{key}` under [gateway] says {is}, and the server runs with {was}"),
        help: Some("restart the server: it is read at start only".to_owned()),
        source_line: String::new(),
        severity: Severity::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_the_start_waits_for_the_next() {
        let files = Gateway::default();
        let power = Gateway { durability: Durability::Power, ..files };
        let sizes = Gateway { content_queue: 1, max_spool: 2, ..files };
        let patient = Gateway { connect_timeout: files.connect_timeout * 2, max_body: 1, ..files };
        let by_flag = AtStart { durability: None, ..AtStart::of(&files) };
        for (taken, live, expected) in [
            (AtStart::of(&files), files, &[][..]),
            (AtStart::of(&files), power, &["durability"]),
            (AtStart::of(&power), files, &["durability"]),
            (by_flag, power, &[]),
            (AtStart::of(&files), sizes, &["content_queue", "max_spool"]),
            (AtStart::of(&files), patient, &[]),
        ] {
            let keys: Vec<_> = taken.waiting(&live).into_iter().map(|(key, _)| key).collect();
            assert_eq!(keys, expected);
        }
    }
}

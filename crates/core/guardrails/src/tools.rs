//! Which tools a workflow may use.
//!
//! Fails closed: a tool that no pattern names may not be called, and a workflow that allows none
//! has none. `*` matches anything; names are compared as they are written. A tool that is switched
//! off is none that a pattern could allow.

/// The tools a workflow may use, by pattern, and those that nobody may use now, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolPolicy {
    patterns: Vec<String>,
    off: Vec<String>,
}

impl ToolPolicy {
    /// A policy that allows what one of `patterns` matches.
    #[must_use]
    pub const fn new(patterns: Vec<String>) -> Self {
        Self { patterns, off: Vec::new() }
    }

    /// A policy that allows every tool.
    #[must_use]
    pub fn everything() -> Self {
        Self::new(vec!["*".to_owned()])
    }

    /// This policy without the tools of these names.
    #[must_use]
    pub fn without(self, off: Vec<String>) -> Self {
        Self { off, ..self }
    }

    /// The names of the tools that are switched off.
    #[must_use]
    pub fn off(&self) -> &[String] {
        &self.off
    }

    /// Whether the tool called `name` may be used.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        self.patterns.iter().any(|pattern| matches(pattern.as_bytes(), name.as_bytes())) && !self.is_off(name)
    }

    /// Whether the tool of this name is switched off.
    #[must_use]
    pub fn is_off(&self, name: &str) -> bool {
        self.off.iter().any(|off| off == name)
    }

    /// Whether a name that begins with `start` may still be one that may be used.
    #[must_use]
    pub fn may_allow(&self, start: &str) -> bool {
        self.patterns.iter().any(|pattern| match pattern.split_once('*') {
            Some((before, _)) => start.starts_with(before) || before.starts_with(start),
            None => pattern.starts_with(start),
        })
    }

    /// The patterns, for whoever asks what is allowed.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

/// Whether `pattern`, in which `*` stands for anything, matches all of `name`.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == name[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((position, taken)) => {
                    star = Some((position, taken + 1));
                    (at, from) = (position + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::ToolPolicy;

    #[test]
    fn a_tool_is_allowed_only_where_a_pattern_names_it() {
        let policy = ToolPolicy::new(["crm.search", "files.*", "*_read", "a*b*c"].map(String::from).to_vec());
        for allowed in ["crm.search", "files.", "files.read", "db_read", "abc", "a-b--c", "abcbc"] {
            assert!(policy.allows(allowed), "{allowed}");
        }
        for refused in ["", "crm", "crm.search2", "xcrm.search", "CRM.search", "files", "read", "ab", "abcd"]
        {
            assert!(!policy.allows(refused), "{refused}");
        }
        for start in ["", "crm", "crm.search", "files", "files.x", "anything"] {
            assert!(policy.may_allow(start), "{start}");
        }
        let narrow = ToolPolicy::new(["crm.search", "files.*"].map(String::from).to_vec());
        for start in ["crm.x", "crm.search2", "file.", "rm", "CRM"] {
            assert!(!narrow.may_allow(start), "{start}");
        }
        assert!(!ToolPolicy::new(Vec::new()).allows("anything"));
        assert!(ToolPolicy::everything().allows(""));
        let off = ToolPolicy::everything().without(vec!["files.read".into(), "*".into()]);
        for (name, allowed) in [("files.read", false), ("files.write", true), ("files", true), ("*", false)] {
            assert_eq!(off.allows(name), allowed, "{name}");
        }
    }
}

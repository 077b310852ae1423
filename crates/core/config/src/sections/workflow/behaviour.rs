//! `[redaction]`, `[tools]` and `[fallback]`: what a workflow may let through, do, and fall back to.

use std::collections::BTreeMap;

use guardrails::{Kind, Rule};
use serde::Serialize;

use super::ContentMode;
use crate::pattern;
use crate::read::{Entry, Section, Spec, optional, required};
use crate::suggest;
use crate::words::words;

words! {
    /// What is done with a hit.
    RedactionMode: "a redaction" {
        /// Nothing is looked for.
        Off = "off",
        /// Hits are counted.
        Detect = "detect",
        /// Hits are replaced by their kind.
        Mask = "mask",
        /// Hits are replaced by pseudonyms, which are restored for the caller.
        Pseudonym = "pseudonym",
        /// The call is refused.
        Block = "block",
    }
}

words! {
    /// A kind of personal data or secret.
    RedactionKind: "a kind of personal data" {
        /// Mail address.
        Email = "email",
        /// Telephone number.
        Phone = "phone",
        /// Payment card number.
        Card = "card",
        /// International bank account number.
        Iban = "iban",
        /// US social security number.
        Ssn = "ssn",
        /// National identity number.
        NationalId = "national-id",
        /// Network address.
        Ip = "ip",
        /// Hardware address.
        Mac = "mac",
        /// Passport number.
        Passport = "passport",
        /// Date of birth.
        BirthDate = "birth-date",
        /// Postal address.
        Address = "address",
        /// Name of a person.
        Person = "person",
        /// Key, token or password.
        Secret = "secret",
    }
}

words! {
    /// Who must agree before a tool is called.
    ApprovalRule: "an approval rule" {
        /// Nobody.
        None = "none",
        /// One person.
        One = "one",
        /// Two different people.
        Two = "two",
        /// The tool is for people only.
        HumanOnly = "human-only",
    }
}

words! {
    /// Whether a translation between dialects may lose something of a request.
    Lossy: "an answer to losses" {
        /// It may; what is lost is named.
        Allow = "allow",
        /// It may not: such a call is refused.
        Refuse = "refuse",
    }
}

words! {
    /// What happens when no variant is known to be good.
    Then: "a fallback" {
        /// People do the work.
        HumanOnly = "human-only",
        /// Nothing answers.
        Off = "off",
    }
}

/// What is done with personal data and secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Redaction {
    /// On the way in.
    pub request: RedactionMode,
    /// On the way out.
    pub response: RedactionMode,
    /// What is looked for.
    pub kinds: Vec<RedactionKind>,
    /// What else is looked for, by patterns of the workspace.
    pub rules: Vec<RedactionRule>,
}

/// A pattern that a workspace looks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RedactionRule {
    /// Its name: in records, metrics and masks.
    pub name: String,
    /// A regular expression. It was compiled once when the file was read, so it compiles.
    pub pattern: String,
    /// What is done with a match; `None` does what the direction says.
    pub action: Option<RedactionMode>,
}

impl Default for Redaction {
    fn default() -> Self {
        Self {
            request: RedactionMode::Off,
            response: RedactionMode::Off,
            kinds: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// The tools a workflow may use.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Tools {
    /// Their names, `*` for anything; `None` allows every tool.
    pub allow: Option<Vec<String>>,
    /// Who must agree, by tool; a tool that is not named needs nobody.
    pub approval: BTreeMap<String, ApprovalRule>,
}

/// What happens when no variant is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Fallback {
    /// After the last variant known to be good.
    pub then: Then,
}

impl Default for Fallback {
    fn default() -> Self {
        Self { then: Then::HumanOnly }
    }
}

pub(crate) static REDACTION: Spec = Spec {
    title: "[redaction]",
    place: "in [redaction]",
    doc: "What is done with personal data and secrets on their way through.",
    keys: &[
        optional(
            "request",
            "\"mask\"",
            "`\"off\"`",
            "On the way in: `off`, `detect`, `mask`, `pseudonym` or `block`.",
        ),
        optional("response", "\"mask\"", "`\"off\"`", "On the way out, in what the model wrote."),
        optional(
            "kinds",
            "[\"email\", \"card\"]",
            "all of them",
            "What is looked for: `email`, `phone`, `card`, `iban`, `ssn`, `national-id`, `ip`, `mac`, `passport`, \
             `birth-date`, `address`, `person`, `secret`. At least one.",
        ),
        optional("rules", "[[redaction.rules]]", "none", "What else is looked for, by patterns of your own."),
    ],
};

pub(crate) static RULE: Spec = Spec {
    title: "[[redaction.rules]]",
    place: "in [[redaction.rules]]",
    doc: "A pattern of your own. Letters, digits and word borders (`\\b`) are those of ASCII, and a match is at most 1,100 \
          bytes long. What is encoded in base64 or for a URL is searched for the built-in kinds only.",
    keys: &[
        required(
            "name",
            "\"project-code\"",
            "What it is called in records and metrics, and as a mask: `[PROJECT_CODE]`.",
        ),
        required(
            "pattern",
            "'\\bPX-[0-9]{4,8}\\b'",
            "A regular expression; in single quotes, where a backslash is one.",
        ),
        optional(
            "action",
            "\"block\"",
            "what the direction says",
            "What is done with a match: `detect`, `mask`, `pseudonym` or `block`, in either direction that is not `off`.",
        ),
    ],
};

pub(crate) static TOOLS: Spec = Spec {
    title: "[tools]",
    place: "in [tools]",
    doc: "The tools a workflow may use, and who must agree first.",
    keys: &[
        optional(
            "allow",
            "[\"crm.search\", \"crm.reply\"]",
            "every tool",
            "Names of tools; `*` matches anything.",
        ),
        optional(
            "approval",
            "[tools.approval]",
            "nobody is asked",
            "Who must agree before a tool is called.",
        ),
    ],
};

pub(crate) static APPROVAL: Spec = Spec {
    title: "[tools.approval]",
    place: "in [tools.approval]",
    doc: "One entry per tool: `\"crm.reply\" = \"one\"`. `none`: nobody is asked; `one` person or `two` different ones; \
          `human-only`: the tool is not for models.",
    keys: &[],
};

pub(crate) static FALLBACK: Spec = Spec {
    title: "[fallback]",
    place: "in [fallback]",
    doc: "What happens when a switch stands on `fallback` and no variant is known to be good.",
    keys: &[optional(
        "then",
        "\"off\"",
        "`\"human-only\"`",
        "`human-only`: people do the work; `off`: nothing answers.",
    )],
};

/// Reads the section. `keeps` is how the workflow keeps content: a masked copy of it is made with the
/// same kinds and rules.
pub(crate) fn redaction(section: Option<Section<'_>>, keeps: ContentMode) -> Redaction {
    let Some(section) = section else { return Redaction::default() };
    let mode = |name| section.get(name).and_then(|entry: Entry<'_>| entry.word());
    let every = || RedactionKind::ALL.to_vec();
    if keeps != ContentMode::Redacted {
        warn_of_no_direction(&section);
    }
    Redaction {
        request: mode("request").unwrap_or(RedactionMode::Off),
        response: mode("response").unwrap_or(RedactionMode::Off),
        kinds: section.get("kinds").map_or_else(every, |entry| kinds(&entry)),
        rules: section.get("rules").map(|entry| rules(&entry)).unwrap_or_default(),
    }
}

/// Warns of kinds and rules that nothing is searched for. Who writes `off` has said so.
fn warn_of_no_direction(section: &Section<'_>) {
    let get = |name| section.get(name);
    let what = ["kinds", "rules"].into_iter().find_map(get);
    if let Some(entry) = what.filter(|_| ["request", "response"].into_iter().all(|name| get(name).is_none()))
    {
        let help = "add `request = \"mask\"`, `response = \"mask\"` or both: without them both are \"off\"";
        let message = format!(
            "what `{}` names is never looked for: [redaction] says neither `request` nor `response`",
            entry.key
        );
        entry.notes.warn(entry.key_place, message, help.to_owned());
    }
}

/// An empty list would read as nothing here and as everything there.
fn kinds(entry: &Entry<'_>) -> Vec<RedactionKind> {
    if entry.is_empty_list() {
        let help = "name the kinds to look for, or leave the key out: then every kind is looked for";
        entry.wrong("`kinds` names none", help.to_owned());
    }
    entry.words()
}

fn rules(entry: &Entry<'_>) -> Vec<RedactionRule> {
    let mut rules: Vec<RedactionRule> = Vec::new();
    for section in entry.sections(&RULE, &REDACTION) {
        let name = section.get("name").and_then(|entry| rule_name(&entry, &rules));
        let pattern = section.get("pattern").and_then(|entry| pattern_of(&entry));
        let action = section.get("action").and_then(|entry| action_of(&entry));
        if let (Some(name), Some(pattern)) = (name, pattern) {
            rules.push(RedactionRule { name, pattern, action });
        }
    }
    rules
}

fn rule_name(entry: &Entry<'_>, before: &[RedactionRule]) -> Option<String> {
    let name = entry.text()?;
    let fits = name.len() <= 32
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !fits {
        let help = "use 1 to 32 lower-case letters, digits and '-', a letter first".to_owned();
        entry.wrong(format!("{name:?} can't be the name of a rule"), help);
        return None;
    }
    if Kind::ALL.iter().any(|kind| kind.as_str() == name) {
        entry.wrong(format!("`{name}` is a built-in kind"), "name the rule otherwise".to_owned());
        return None;
    }
    if before.iter().any(|rule| rule.name == name) {
        entry.wrong(format!("there are two rules called `{name}`"), "name one of them otherwise".to_owned());
        return None;
    }
    Some(name)
}

/// A pattern that compiles.
fn pattern_of(entry: &Entry<'_>) -> Option<String> {
    let pattern = entry.text()?;
    // A tab or a new line means the same in a pattern; what else a `"` makes of `\b` was not meant.
    if pattern.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        let help = "write the pattern in single quotes, such as '\\bPX-[0-9]{4,8}\\b': in double quotes `\\b` is a backspace";
        entry.wrong("the pattern holds a control character", help.to_owned());
        return None;
    }
    match Rule::new("", &pattern, None) {
        Ok(_) => Some(pattern),
        Err(problem) => {
            let help =
                "write a regular expression in single quotes, such as '\\bPX-[0-9]{4,8}\\b'".to_owned();
            entry.wrong(problem.to_string(), help);
            None
        }
    }
}

fn action_of(entry: &Entry<'_>) -> Option<RedactionMode> {
    let action = entry.word()?;
    if action == RedactionMode::Off {
        entry.wrong("a rule that does nothing is no rule", "leave it out".to_owned());
        return None;
    }
    Some(action)
}

pub(crate) fn tools(section: Option<Section<'_>>) -> Tools {
    let Some(section) = section else { return Tools::default() };
    let allow = section.get("allow").map(|entry| entry.texts());
    let rules = section.get("approval").and_then(|entry| entry.map()).unwrap_or_default();
    let mut approval = BTreeMap::new();
    for rule in rules {
        check_tool(&rule, allow.as_deref());
        if let Some(word) = rule.word() {
            approval.insert(rule.key.to_owned(), word);
        }
    }
    Tools { allow, approval }
}

/// An approval for a tool that is not allowed is probably a slip of the pen.
fn check_tool(rule: &Entry<'_>, allow: Option<&[String]>) {
    let Some(allow) = allow else { return };
    if !allow.iter().any(|tool| pattern::matches(tool, rule.key)) {
        let help = suggest::help(rule.key, allow.iter().map(String::as_str), "the tools allowed are");
        rule.notes.warn(rule.key_place, format!("the tool `{}` is not allowed here", rule.key), help);
    }
}

pub(crate) fn fallback(section: Option<Section<'_>>) -> Fallback {
    let then = section.and_then(|section| section.get("then")).and_then(|entry| entry.word());
    then.map_or_else(Fallback::default, |then| Fallback { then })
}

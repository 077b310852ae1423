//! Templates, compiled and rendered.

use std::collections::BTreeSet;
use std::ops::Range;

use domain::prompt::{Message, Role};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde_json::{Map, Value};

use crate::inputs;
use crate::parts::{Part, split};
use crate::problem::Problem;
use crate::prompt::Unrendered;

/// The work of one message: as many steps, or 64 times as many bytes. Some 30 ms of one core and
/// 32 MB at most.
const FUEL: u64 = 500_000;
/// Deepest recursion of macros.
const RECURSION: usize = 64;
/// The most messages of a prompt: each has its own budget of work.
const MESSAGES: usize = 32;
/// The largest file of a prompt, in bytes.
const LARGEST: usize = 1 << 20;

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    /// One template for each message, by its number.
    jinja: Environment<'static>,
    messages: Vec<Spoken>,
    variables: BTreeSet<String>,
}

/// One message: who says it, and in which line of the file its text begins.
#[derive(Debug)]
struct Spoken {
    role: Role,
    first_line: usize,
}

impl Template {
    /// Compiles the template that stands in `text` from `start` on.
    ///
    /// # Errors
    /// Everything that is wrong with it, with places in `text`.
    pub fn compile(text: &str, start: usize) -> Result<Self, Vec<Problem>> {
        if text.len() > LARGEST {
            let help = "split it, or give what is long in a variable".to_owned();
            return Err(vec![Problem::new(0..0, "the file is larger than 1 MiB".to_owned(), help)]);
        }
        let (parts, mut problems) = split(text, start);
        if let Some(part) = parts.get(MESSAGES) {
            let help = "join what one role says in a row, or send the turns of a conversation yourself";
            let message = format!("a prompt has at most {MESSAGES} messages");
            problems.push(Problem::new(part.span.clone(), message, help.to_owned()));
        }
        let mut jinja = environment();
        for (number, part) in parts.iter().enumerate() {
            let source = text.get(part.span.clone()).unwrap_or_default().to_owned();
            if let Err(error) = jinja.add_template_owned(number.to_string(), source) {
                problems.push(problem(text, part, &error));
            }
        }
        if problems.is_empty() {
            jinja.set_undefined_behavior(UndefinedBehavior::Chainable);
            problems = parts
                .iter()
                .enumerate()
                .filter_map(|(number, part)| trial(text, &jinja, (number, part)))
                .collect();
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        jinja.set_undefined_behavior(UndefinedBehavior::Strict);
        let variables = jinja
            .templates()
            .flat_map(|(_, part)| part.undeclared_variables(false))
            .filter(|name| jinja.globals().all(|(global, _)| global != name))
            .collect();
        let messages = parts
            .iter()
            .map(|part| Spoken { role: part.role, first_line: line_of(text, part.span.start) })
            .collect();
        Ok(Self { jinja, messages, variables })
    }

    /// The variables that it names.
    #[must_use]
    pub const fn variables(&self) -> &BTreeSet<String> {
        &self.variables
    }

    /// Who says its messages, in order.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        self.messages.iter().map(|message| message.role)
    }

    /// Renders every message, to at most so many bytes together.
    ///
    /// # Errors
    /// [`Unrendered`].
    pub fn render(
        &self,
        variables: &Map<String, Value>,
        most_bytes: u64,
    ) -> Result<Vec<Message>, Unrendered> {
        let context = minijinja::Value::from(Serde(variables));
        let mut messages = Vec::with_capacity(self.messages.len());
        let mut bytes = 0_u64;
        for (number, spoken) in self.messages.iter().enumerate() {
            let text = self
                .jinja
                .get_template(&number.to_string())
                .and_then(|template| template.render(context.clone()))
                .map_err(|error| self.failed(&error, spoken, variables))?;
            bytes = bytes.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
            if bytes > most_bytes {
                let problem =
                    format!("it is longer than {most_bytes} bytes, the most that a request may have");
                return Err(Unrendered::Template(problem));
            }
            messages.push(Message { role: spoken.role, text });
        }
        Ok(messages)
    }

    fn failed(&self, error: &Error, spoken: &Spoken, given: &Map<String, Value>) -> Unrendered {
        let line = error.line().map_or(spoken.first_line, |line| spoken.first_line + line - 1);
        match error.kind() {
            ErrorKind::UndefinedError => Unrendered::Variable(self.undefined(error, line, given)),
            ErrorKind::OutOfFuel => Unrendered::Template(format!("{}, at line {line}", endless())),
            kind => Unrendered::Template(format!("{kind} in line {line}")),
        }
    }

    /// Names what is undefined: a variable that is missing as a whole, or the expression that
    /// asked for a part of one. Both are words of the template.
    fn undefined(&self, error: &Error, line: usize, given: &Map<String, Value>) -> String {
        let words = expression(error);
        let root: &str =
            words.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let missing = |name: &&String| !given.contains_key(*name);
        let named = self.variables.get(root).filter(missing);
        let only = || {
            let mut missing = self.variables.iter().filter(missing);
            missing.next().filter(|_| missing.next().is_none())
        };
        match named.or_else(only) {
            Some(name) => format!("{} (line {line})", inputs::missing(name, &self.variables, given)),
            None if words.is_empty() => format!("a variable is undefined in line {line}"),
            None => format!("`{words}` is undefined in line {line}"),
        }
    }
}

fn endless() -> String {
    format!("it did not end within {FUEL} steps")
}

/// The part of the template that an error is about, where it is short enough to name.
fn expression(error: &Error) -> String {
    let words = error.template_source().zip(error.range()).and_then(|(source, range)| source.get(range));
    words.filter(|words| words.len() <= 80 && !words.contains('\n')).unwrap_or_default().trim().to_owned()
}

fn environment() -> Environment<'static> {
    let mut jinja = Environment::new();
    jinja.set_auto_escape_callback(|_| AutoEscape::None);
    jinja.set_fuel(Some(FUEL));
    jinja.set_recursion_limit(RECURSION);
    jinja.set_debug(true);
    jinja
}

/// Renders a message without variables, to find what no variable could mend: filters that do not
/// exist, and loops without an end.
fn trial(text: &str, jinja: &Environment<'_>, (number, part): (usize, &Part)) -> Option<Problem> {
    let error = jinja.get_template(&number.to_string()).and_then(|template| template.render(())).err()?;
    let hopeless = matches!(
        error.kind(),
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::OutOfFuel
    );
    hopeless.then(|| problem(text, part, &error))
}

/// An error of the template's own, with its place in the file.
fn problem(text: &str, part: &Part, error: &Error) -> Problem {
    let (message, help) = match error.kind() {
        ErrorKind::OutOfFuel => (endless(), "bound its loops".to_owned()),
        kind => {
            let detail = error.detail().map_or_else(|| kind.to_string(), ToOwned::to_owned);
            (format!("the template has an error: {detail}"), help(kind))
        }
    };
    Problem::new(place(text, part, error), message, help)
}

fn help(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
            "use one of Jinja's own, or do it where the variable is made"
        }
        _ => "blocks such as `{% if … %} … {% endif %}` open and close within one message; other files can't be included",
    }
    .to_owned()
}

fn place(text: &str, part: &Part, error: &Error) -> Range<usize> {
    let inside = part.span.clone();
    let at = |offset: usize| (inside.start + offset).min(inside.end);
    if let Some(range) = error.range().filter(|range| range.start < range.end) {
        return at(range.start)..at(range.end);
    }
    let source = text.get(inside.clone()).unwrap_or_default();
    let before: usize =
        source.split_inclusive('\n').take(error.line().unwrap_or(1).saturating_sub(1)).map(str::len).sum();
    let line = source.get(before..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    at(before)..at(before + line.len())
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

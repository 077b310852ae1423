//! A small workspace without problems, and ways to spoil it.

use config::{Files, Problem, Workspace};

/// A workspace that loads without a warning.
pub(crate) fn files() -> Files {
    let root = r#"
[organisation]
name = "Acme"

[[people]]
id = "maya"
name = "Maya Chen"
email = "maya@acme.example"
roles = ["admin"]

[[people]]
id = "tom"
name = "Tom Ode"
email = "tom@acme.example"

[[pods]]
id = "support"
people = ["maya", "tom"]
agents = ["drafter"]

[providers.openai]
api = "openai"
api_key = "env:OPENAI_API_KEY"

[providers.local]
api = "openai"
base_url = "http://127.0.0.1:8080/v1"
prices = "none"

[routes.standard]
targets = [{ provider = "openai", model = "gpt-4o" }]
fallback = ["economy"]

[routes.economy]
targets = [{ provider = "local", model = "gemma" }]

[routes.premium]
targets = [{ provider = "openai", model = "o3" }]
"#;
    let workflow = r#"title = "Draft replies"
owner = "maya"
pod = "support"
operating_model = "assisted"
unit_of_work = "reply sent"
good = "Correct and polite."

[routes]
default = "standard"
allow = ["economy", "local/*"]
"#;
    [("countersign.toml", root.trim_start()), ("workflows/replies.toml", workflow)]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}

/// The same with `from` replaced by `to` in one file; `from` must be there.
pub(crate) fn with(path: &str, from: &str, to: &str) -> Files {
    let mut files = files();
    let text = files.get_mut(path).expect("the file is there");
    assert!(text.contains(from), "{from:?} is not in {path}");
    *text = text.replacen(from, to, 1);
    files
}

/// The same with a workflow's `[routes]` and what follows replaced.
pub(crate) fn with_sections(sections: &str) -> Files {
    with("workflows/replies.toml", "[routes]", &format!("{sections}\n[routes]"))
}

/// The same with text after the last line of countersign.toml.
pub(crate) fn with_more(text: &str) -> Files {
    let mut files = files();
    files.get_mut("countersign.toml").expect("the file is there").push_str(text);
    files
}

/// The same with one more file.
pub(crate) fn with_file(path: &str, text: &str) -> Files {
    let mut files = files();
    files.insert(path.to_owned(), text.to_owned());
    files
}

/// Loads what must load.
pub(crate) fn load(files: &Files) -> Workspace {
    config::load(files).unwrap_or_else(|problems| panic!("{}", render(&problems)))
}

/// All problems as a terminal shows them.
pub(crate) fn render(problems: &[Problem]) -> String {
    let all: Vec<_> = problems.iter().map(|problem| format!("{problem}\n")).collect();
    all.join("\n")
}

/// What `check` would say: errors and warnings, or nothing.
pub(crate) fn said(files: &Files) -> String {
    match config::load(files) {
        Ok(workspace) => render(&workspace.warnings),
        Err(problems) => render(&problems),
    }
}

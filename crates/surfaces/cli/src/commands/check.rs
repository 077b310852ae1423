//! `check`: everything that is wrong with a workspace, as a compiler would show it. For people at
//! a keyboard and for CI.

use config::{Problem, Severity, Workspace};
use serde_json::json;

use crate::args::Check;
use crate::exit::Exit;
use crate::output::Output;

/// Checks. Errors make the answer a no; warnings do not.
pub(crate) fn run(args: &Check, output: &mut Output) -> anyhow::Result<Exit> {
    let loaded = control::read_folder(&args.dir).and_then(|files| config::load(&files));
    let (workspace, problems) = match &loaded {
        Ok(workspace) => (Some(workspace), &workspace.warnings),
        Err(problems) => (None, problems),
    };
    if output.is_json() {
        output.object(&json!({
            "ok": workspace.is_some(),
            "errors": counted(problems, Severity::Error),
            "warnings": counted(problems, Severity::Warning),
            "configuration": workspace.map(|workspace| &workspace.hash),
            "problems": problems,
        }))?;
    } else {
        output.problems(problems)?;
        match workspace {
            Some(workspace) => output.line(summary(workspace))?,
            None => output.remark(count(problems))?,
        }
    }
    Ok(if workspace.is_some() { Exit::Done } else { Exit::No })
}

fn summary(workspace: &Workspace) -> String {
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let people = if workspace.people.len() == 1 { "person" } else { "people" };
    let prompts = match workspace.prompts.len() {
        0 => String::new(),
        some => format!(", {}", counted(some, "prompt")),
    };
    format!(
        "{} is fine: {}{prompts}, {} {people}, {}, {}; configuration {}",
        workspace.organisation.name,
        counted(workspace.workflows.len(), "workflow"),
        workspace.people.len(),
        counted(workspace.providers.len(), "provider"),
        counted(workspace.routes.len(), "route"),
        workspace.hash.chars().take(16).collect::<String>(),
    )
}

fn counted(problems: &[Problem], severity: Severity) -> usize {
    problems.iter().filter(|problem| problem.severity == severity).count()
}

fn count(problems: &[Problem]) -> String {
    let errors = counted(problems, Severity::Error);
    let noun = if errors == 1 { "error" } else { "errors" };
    format!("{errors} {noun}; this workspace would be refused")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use expect_test::expect;

    use super::*;
    use crate::output::testing::buffers;

    fn broken() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("countersign.toml"),
            "[organisation]\nname = \"Acme\"\n\n[[people]]\nid = \"maya\"\nnmae = \"Maya\"\nemail = \"maya@acme.example\"\nroles = [\"admin\"]\n",
        )
        .unwrap();
        folder
    }

    fn check(dir: &Path, json: bool) -> (Exit, String, String) {
        let (mut output, out, err) = buffers(json);
        let exit = run(&Check { dir: dir.to_owned() }, &mut output).unwrap();
        (exit, out.text(), err.text())
    }

    #[test]
    fn every_problem_is_shown_where_it_is() {
        let folder = broken();
        let (exit, out, err) = check(folder.path(), false);
        assert_eq!((exit, out.as_str()), (Exit::No, ""));
        expect![[r#"
            error: unknown key `nmae` in [[people]]
             --> countersign.toml:6:1
              |
            6 | nmae = "Maya"
              | ^^^^
              = help: did you mean `name`?

            1 error; this workspace would be refused
        "#]]
        .assert_eq(&err);
    }

    #[test]
    fn programs_get_one_object() {
        let folder = broken();
        let (exit, out, err) = check(folder.path(), true);
        assert_eq!((exit, err.as_str()), (Exit::No, ""));
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (&answer["ok"], &answer["errors"], &answer["warnings"]),
            (&json!(false), &json!(1), &json!(0))
        );
        let first = &answer["problems"][0];
        assert_eq!((&first["file"], &first["line"]), (&json!("countersign.toml"), &json!(6)));

        for (path, text) in config::sample() {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let (exit, out, _) = check(folder.path(), true);
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!((exit, &answer["ok"], &answer["problems"]), (Exit::Done, &json!(true), &json!([])));
        assert_eq!(answer["configuration"].as_str().map(str::len), Some(64));
    }

    #[test]
    fn a_folder_without_a_workspace_is_a_no() {
        let folder = tempfile::tempdir().unwrap();
        for dir in [folder.path().to_owned(), folder.path().join("nowhere")] {
            let (exit, _, err) = check(&dir, false);
            assert!(exit == Exit::No && err.contains("countersign.toml"), "{err}");
        }
    }
}

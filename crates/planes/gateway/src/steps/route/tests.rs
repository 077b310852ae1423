//! Which target answers, as a table.

use std::collections::BTreeMap;

use config::{Files, Workspace};
use domain::ids::WorkflowId;
use domain::switch::Switch;

use super::*;

const ROOT: &str = r#"
[organisation]
name = "Test"

[[people]]
id = "maya"
name = "Maya"
email = "maya@test.example"
roles = ["owner"]

[[pods]]
id = "pod"
people = ["maya"]

[providers.alpha]
api = "openai"
base_url = "http://127.0.0.1:1/v1"
prices = "none"

[providers.beta]
api = "anthropic"
base_url = "http://127.0.0.1:2"
prices = "none"

[providers.sim]
api = "simulated"
prices = "none"

[routes.economy]
targets = [{ provider = "sim", model = "cheap" }]

[routes.standard]
targets = [{ provider = "alpha", model = "m" }, { provider = "beta", model = "n" }]
fallback = ["economy"]

[routes.split]
targets = [{ provider = "sim", model = "a", weight = 9 }, { provider = "sim", model = "b", weight = 1 }]
"#;

const WORKFLOW: &str = r#"
title = "T"
owner = "maya"
pod = "pod"
operating_model = "assisted"
unit_of_work = "u"
good = "g"

[routes]
default = "standard"
allow = ["split", "sim/*"]
"#;

fn workspace() -> Workspace {
    let files: Files = BTreeMap::from([
        ("countersign.toml".to_owned(), ROOT.to_owned()),
        ("workflows/w.toml".to_owned(), WORKFLOW.to_owned()),
    ]);
    config::load(&files).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn off(scope: &str, state: State) -> Switch {
    let since = Timestamp::from_ms(0);
    Switch { scope: scope.parse().unwrap(), state, reason: "r".into(), by: "maya".into(), since }
}

/// What answers `asked`, or the code of the refusal.
fn answer(asked: &str, dialect: Dialect, switches: &[Switch], fallback_only: bool, run: &str) -> String {
    let workspace = workspace();
    let board = Board::new(1, switches.iter().cloned());
    let run = RunId::from_caller(run).unwrap();
    let choice = Choice {
        workflow: &workspace.workflows[&WorkflowId::new("w").unwrap()],
        workspace: &workspace,
        board: &board,
        dialect,
        run: &run,
        fallback_only,
    };
    match choose(&choice, asked) {
        Ok(chosen) => format!("{}/{}", chosen.target.provider, chosen.target.model),
        Err(refusal) => refusal.code().to_string(),
    }
}

#[test]
fn the_first_target_that_is_on_and_speaks_the_dialect_answers() {
    use Dialect::{Anthropic, Openai};
    let alpha_off = [off("provider/alpha", State::Off)];
    let model_off = [off("model/alpha/m", State::HumanOnly)];
    let all_off = [off("provider/alpha", State::Off), off("model/sim/cheap", State::Off)];
    let table: [(&str, Dialect, &[Switch], bool, &str); 11] = [
        ("standard", Openai, &[], false, "alpha/m"),
        ("standard", Anthropic, &[], false, "beta/n"),
        ("standard", Openai, &alpha_off, false, "sim/cheap"),
        ("standard", Openai, &model_off, false, "sim/cheap"),
        ("standard", Openai, &all_off, false, "CS-0301"),
        ("standard", Openai, &[], true, "sim/cheap"),
        ("sim/anything/at-all", Anthropic, &[], false, "sim/anything/at-all"),
        ("sim/x", Openai, &[], true, "CS-0205"),
        ("economy", Openai, &[], false, "CS-0205"),
        ("alpha/m", Openai, &[], false, "CS-0205"),
        ("no such model", Openai, &[], false, "CS-0205"),
    ];
    for (asked, dialect, switches, fallback_only, expected) in table {
        assert_eq!(answer(asked, dialect, switches, fallback_only, "run"), expected, "{asked} {dialect:?}");
    }
}

#[test]
fn a_run_stays_on_its_share_of_the_weights() {
    let answers: Vec<String> =
        (0..400).map(|n| answer("split", Dialect::Openai, &[], false, &format!("run {n}"))).collect();
    let small = answers.iter().filter(|target| *target == "sim/b").count();
    assert!((15..75).contains(&small), "about a tenth, not {small} of 400");
    assert_eq!(answers[7], answer("split", Dialect::Openai, &[], false, "run 7"));
}

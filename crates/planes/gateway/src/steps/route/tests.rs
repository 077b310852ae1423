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

[providers.keys]
api = "openai"
base_url = "http://127.0.0.1:3/v1"
api_keys = ["env:ONE", "env:TWO"]
prices = "none"

[providers.chatty]
api = "openai"
base_url = "http://127.0.0.1:4/v1"
speaks = ["chat"]
prices = "none"

[providers.answers]
api = "openai"
base_url = "http://127.0.0.1:5/v1"
speaks = ["responses"]
prices = "none"

[routes.economy]
targets = [{ provider = "sim", model = "cheap" }]

[routes.wires]
targets = [{ provider = "chatty", model = "c" }, { provider = "answers", model = "r" }]

[routes.chatty]
targets = [{ provider = "beta", model = "n" }, { provider = "chatty", model = "c" }]
fallback = ["kept"]

[routes.kept]
targets = [{ provider = "answers", model = "r" }]

[routes.exact]
targets = [{ provider = "sim", model = "exact" }]

[routes.standard]
targets = [{ provider = "alpha", model = "m" }, { provider = "beta", model = "n" }]
fallback = ["economy"]

[routes.listed]
targets = [{ provider = "sim", model = "a" }, { provider = "sim", model = "b" }]

[routes.across]
targets = [{ provider = "alpha", model = "m" }, { provider = "beta", model = "n", weight = 3 }]

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
allow = ["split", "listed", "across", "wires", "chatty", "sim/*", "keys/*"]

[routes.steps]
"summarise*" = "economy"
summarise = "exact"
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

/// What answers `asked` while all is well, or the code of the refusal.
fn answer(asked: &str, endpoint: Endpoint, switches: &[Switch], fallback_only: bool, run: &str) -> String {
    let asked = Asked { asked, endpoint, switches, fallback_only, run, step: None, pin: Pin::Free };
    asked.answer(&|_| Readiness::Ready)
}

struct Asked<'a> {
    asked: &'a str,
    endpoint: Endpoint,
    switches: &'a [Switch],
    fallback_only: bool,
    run: &'a str,
    step: Option<&'a str>,
    pin: Pin,
}

const STANDARD: Asked<'_> = Asked {
    asked: "standard",
    endpoint: Endpoint::Chat,
    switches: &[],
    fallback_only: false,
    run: "run",
    step: None,
    pin: Pin::Free,
};

impl Asked<'_> {
    fn answer(&self, readiness: &dyn Fn(&Lane) -> Readiness) -> String {
        self.with(readiness, |choice| match choose(choice, self.asked) {
            Ok(chosen) => chosen.lane.to_string(),
            Err(refusal) => refusal.code().to_string(),
        })
    }

    fn with<T>(&self, readiness: &dyn Fn(&Lane) -> Readiness, then: impl FnOnce(&Choice<'_>) -> T) -> T {
        let workspace = workspace();
        let board = Board::new(1, self.switches.iter().cloned());
        let run = RunId::from_caller(self.run).unwrap();
        then(&Choice {
            workflow: &workspace.workflows[&WorkflowId::new("w").unwrap()],
            workspace: &workspace,
            board: &board,
            endpoint: self.endpoint,
            run: &run,
            step: self.step,
            fallback_only: self.fallback_only,
            pin: self.pin,
            readiness,
        })
    }
}

fn rests(until: i64) -> Readiness {
    Readiness::Resting { until: Timestamp::from_ms(until), why: "it rests".into() }
}

#[test]
fn a_lane_that_rests_is_passed_over_and_where_all_do_the_soonest_is_taken() {
    assert_eq!(
        STANDARD.answer(&|lane| if lane.model == "m" { rests(9) } else { Readiness::Ready }),
        "beta/n"
    );
    let all = |lane: &Lane| if lane.model == "m" { rests(5) } else { rests(9) };
    assert_eq!(STANDARD.answer(&all), "alpha/m");
    STANDARD.with(&all, |choice| {
        let chosen = choose(choice, "standard").unwrap();
        assert_eq!(chosen.turn, Turn::LeastBad);
        assert_eq!(chosen.passed_over.len(), 3, "{:?}", chosen.passed_over);
    });
    let pinned = Asked { pin: Pin::Provider, ..STANDARD };
    let alpha_rests = |lane: &Lane| if lane.model == "m" { rests(9) } else { Readiness::Ready };
    assert_eq!(pinned.answer(&alpha_rests), "alpha/m", "what is pinned goes nowhere else");
}

#[test]
fn a_step_with_a_route_of_its_own_goes_there_unless_it_names_its_target() {
    let table = [
        ("standard", Some("summarise the thread"), "sim/cheap"),
        ("standard", Some("summarise"), "sim/exact"),
        ("standard", Some("plan"), "alpha/m"),
        ("standard", None, "alpha/m"),
        ("sim/x", Some("summarise"), "sim/x"),
    ];
    for (asked, step, expected) in table {
        assert_eq!(
            Asked { asked, step, ..STANDARD }.answer(&|_| Readiness::Ready),
            expected,
            "{asked} {step:?}"
        );
    }
}

#[test]
fn after_a_failure_the_next_lane_is_one_that_was_not_tried() {
    let ready = |_: &Lane| Readiness::Ready;
    STANDARD.with(&ready, |choice| {
        let first = choose(choice, "standard").unwrap();
        let tried = [first.lane.clone()];
        let from = (&first.way, &first.target);
        assert!(next(choice, from, &tried, Among::Credentials).is_none());
        let second = next(choice, from, &tried, Among::Targets).unwrap();
        assert_eq!(second.lane.to_string(), "beta/n", "in translation, before the route's fallback");
        let tried = [first.lane.clone(), second.lane];
        let third = next(choice, (&first.way, &second.target), &tried, Among::Targets).unwrap();
        assert_eq!(third.lane.to_string(), "sim/cheap");
        let [one, two] = tried;
        let tried = [one, two, third.lane];
        assert!(next(choice, (&first.way, &third.target), &tried, Among::Targets).is_none());
    });
    Asked { pin: Pin::Provider, ..STANDARD }.with(&ready, |choice| {
        let first = choose(choice, "standard").unwrap();
        let tried = [first.lane.clone()];
        assert!(next(choice, (&first.way, &first.target), &tried, Among::Targets).is_none());
    });
}

#[test]
fn runs_are_spread_over_the_credentials_and_stay_with_theirs() {
    let lanes: std::collections::BTreeSet<String> =
        (0..50).map(|n| answer("keys/m", Endpoint::Chat, &[], false, &format!("run {n}"))).collect();
    assert_eq!(lanes.into_iter().collect::<Vec<_>>(), ["keys/m with env:ONE", "keys/m with env:TWO"]);
    let direct = Asked { asked: "keys/m", ..STANDARD };
    let first = direct.answer(&|_| Readiness::Ready);
    assert_eq!(first, direct.answer(&|_| Readiness::Ready));
    direct.with(&|_| Readiness::Ready, |choice| {
        let chosen = choose(choice, "keys/m").unwrap();
        let tried = [chosen.lane.clone()];
        let other = next(choice, (&chosen.way, &chosen.target), &tried, Among::Credentials).unwrap();
        assert_ne!(other.lane.to_string(), first);
        assert_eq!(other.target, chosen.target);
    });
}

#[test]
fn the_first_target_that_is_on_and_speaks_the_dialect_answers() {
    use Endpoint::{Chat, Embeddings, Messages};
    let alpha_off = [off("provider/alpha", State::Off)];
    let model_off = [off("model/alpha/m", State::HumanOnly)];
    let all_off = [off("provider/alpha", State::Off), off("model/sim/cheap", State::Off)];
    let people = [off("provider/alpha", State::HumanOnly), off("model/sim/cheap", State::Off)];
    let fallback = [off("provider/sim", State::Fallback)];
    let table: [(&str, Endpoint, &[Switch], bool, &str); 17] = [
        ("standard", Chat, &[], false, "alpha/m"),
        ("standard", Messages, &[], false, "beta/n"),
        ("standard", Chat, &alpha_off, false, "beta/n"),
        ("standard", Chat, &model_off, false, "beta/n"),
        ("standard", Chat, &all_off, false, "beta/n"),
        ("standard", Embeddings, &alpha_off, false, "sim/cheap"),
        ("standard", Embeddings, &all_off, false, "CS-0301"),
        ("standard", Embeddings, &people, false, "CS-0302"),
        ("standard", Chat, &people, false, "beta/n"),
        ("sim/x", Chat, &fallback, false, "CS-0301"),
        (
            "standard",
            Messages,
            &[off("provider/beta", State::Off), off("provider/sim", State::Off)],
            false,
            "alpha/m",
        ),
        ("standard", Chat, &[], true, "sim/cheap"),
        ("sim/anything/at-all", Messages, &[], false, "sim/anything/at-all"),
        ("sim/x", Chat, &[], true, "CS-0205"),
        ("economy", Chat, &[], false, "CS-0205"),
        ("alpha/m", Chat, &[], false, "CS-0205"),
        ("no such model", Chat, &[], false, "CS-0205"),
    ];
    for (asked, endpoint, switches, fallback_only, expected) in table {
        assert_eq!(answer(asked, endpoint, switches, fallback_only, "run"), expected, "{asked} {endpoint:?}");
    }
}

#[test]
fn a_target_that_has_the_callers_wire_comes_first() {
    use Endpoint::{Chat, Embeddings, Gemini, Messages, Responses};
    let ready = |_: &Lane| Readiness::Ready;
    for (asked, endpoint, expected, then) in [
        ("wires", Chat, "chatty/c", Some("answers/r")),
        ("wires", Responses, "answers/r", Some("chatty/c")),
        ("wires", Messages, "chatty/c", Some("answers/r")),
        ("wires", Gemini, "chatty/c", Some("answers/r")),
        ("wires", Embeddings, "chatty/c", Some("answers/r")),
        ("chatty", Chat, "chatty/c", Some("beta/n")),
        ("chatty", Responses, "beta/n", Some("chatty/c")),
        ("chatty", Messages, "beta/n", Some("chatty/c")),
    ] {
        let found = Asked { asked, endpoint, ..STANDARD }.with(&ready, |choice| {
            let first = choose(choice, asked).unwrap();
            let tried = [first.lane.clone()];
            let second = next(choice, (&first.way, &first.target), &tried, Among::Targets);
            (first.lane.to_string(), second.map(|chosen| chosen.lane.to_string()))
        });
        assert_eq!(found, (expected.to_owned(), then.map(str::to_owned)), "{asked} {endpoint:?}");
    }
}

#[test]
fn what_a_provider_keeps_is_asked_of_one_that_has_the_wire() {
    let ready = |_: &Lane| Readiness::Ready;
    for (asked, endpoint, expected) in [
        ("wires", Endpoint::Responses, "answers/r"),
        ("chatty", Endpoint::Responses, "answers/r"),
        ("chatty", Endpoint::Messages, "beta/n"),
        ("chatty", Endpoint::Gemini, "beta/n"),
    ] {
        let pinned = Asked { asked, endpoint, pin: Pin::Provider, ..STANDARD };
        assert_eq!(pinned.answer(&ready), expected, "{asked} {endpoint:?}");
    }
}

#[test]
fn a_run_stays_on_its_share_of_the_weights() {
    let answers: Vec<String> =
        (0..400).map(|n| answer("split", Endpoint::Chat, &[], false, &format!("run {n}"))).collect();
    let small = answers.iter().filter(|target| *target == "sim/b").count();
    assert!((15..75).contains(&small), "about a tenth, not {small} of 400");
    assert_eq!(answers[7], answer("split", Endpoint::Chat, &[], false, "run 7"));
}

#[test]
fn weights_hold_across_dialects_and_without_weights_the_first_takes_all() {
    let count = |route: &str, endpoint, target: &str| {
        let answers = (0..400).map(|n| answer(route, endpoint, &[], false, &format!("run {n}")));
        answers.filter(|answer| answer == target).count()
    };
    for endpoint in [Endpoint::Chat, Endpoint::Messages] {
        assert_eq!(count("listed", endpoint, "sim/a"), 400, "{endpoint:?}");
        let translated_or_not = count("across", endpoint, "beta/n");
        assert!((270..330).contains(&translated_or_not), "three of four: {translated_or_not}, {endpoint:?}");
    }
    assert_eq!(count("standard", Endpoint::Chat, "alpha/m"), 400);
    assert_eq!(count("standard", Endpoint::Messages, "beta/n"), 400);
}

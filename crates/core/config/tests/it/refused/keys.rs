//! Keys that are unknown, missing or there twice.

use expect_test::expect;

use super::{WORKFLOW, check};
use crate::support::{with, with_file, with_more, with_sections};

#[test]
fn an_unknown_key_is_refused_with_what_was_meant() {
    check(
        with(WORKFLOW, "owner =", "ownr ="),
        expect![[r#"
            error: unknown key `ownr` in a workflow
             --> workflows/replies.toml:2:1
              |
            2 | ownr = "maya"
              | ^^^^
              = help: did you mean `owner`?
        "#]],
    );
    check(
        with_sections("[limits]\nrequest_per_minute = 5"),
        expect![[r#"
            error: unknown key `request_per_minute` in [limits]
             --> workflows/replies.toml:9:1
              |
            9 | request_per_minute = 5
              | ^^^^^^^^^^^^^^^^^^
              = help: did you mean `requests_per_minute`?
        "#]],
    );
    check(
        with_sections("[limits]\nmonth = 5\ntitle = \"x\"\nzzz = 1"),
        expect![[r#"
            error: unknown key `month` in [limits]
             --> workflows/replies.toml:9:1
              |
            9 | month = 5
              | ^^^^^
              = help: `month` belongs under [budget]

            error: unknown key `title` in [limits]
             --> workflows/replies.toml:10:1
               |
            10 | title = "x"
               | ^^^^^
              = help: `title` belongs in a workflow, above the first [section]

            error: unknown key `zzz` in [limits]
             --> workflows/replies.toml:11:1
               |
            11 | zzz = 1
               | ^^^
              = help: the keys here are requests_per_minute, tokens_per_minute, concurrent, iterations_per_run
        "#]],
    );
    check(
        with(WORKFLOW, "owner =", "month = \"5 USD\"\nowner ="),
        expect![[r#"
            error: unknown key `month` in a workflow
             --> workflows/replies.toml:2:1
              |
            2 | month = "5 USD"
              | ^^^^^
              = help: `month` belongs under [budget]
        "#]],
    );
    check(
        with_more("[limts]\nx = 1"),
        expect![[r#"
            error: unknown section [limts] in countersign.toml
             --> countersign.toml:38:2
               |
            38 | [limts]
               |  ^^^^^
              = help: the keys here are organisation, people, pods, providers, routes, pricing, gateway
        "#]],
    );
    check(
        with_sections("[budgt]\nday = \"1 USD\""),
        expect![[r#"
            error: unknown section [budgt] in a workflow
             --> workflows/replies.toml:8:2
              |
            8 | [budgt]
              |  ^^^^^
              = help: did you mean `budget`?
        "#]],
    );
}

#[test]
fn what_is_required_is_missed() {
    check(
        with_file("workflows/empty.toml", ""),
        expect![[r#"
            error: `title` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add `title = "Draft replies to support tickets"`: What it does, in one line.

            error: `owner` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add `owner = "maya"`: The one person who answers for it. No owner, no traffic.

            error: `pod` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add `pod = "support"`: The pod it belongs to.

            error: `operating_model` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add `operating_model = "assisted"`: Who drives: `copilot` (a human), `assisted` (a human approves), `autonomous` (a bounded domain) or `platform` (a central team).

            error: `unit_of_work` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add `unit_of_work = "reply sent"`: What one outcome is; costs are counted per unit.

            error: `good` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add `good = "Correct, polite, sent unchanged."`: What a good outcome is, in words.

            error: `routes` is missing in a workflow
             --> workflows/empty.toml:1:1
              = help: add a section [routes]: Which models it may use.
        "#]],
    );
    check(
        with_more("[[people]]\nid = \"eve\"\n[[pods]]\nid = \"x\"\npeople = []"),
        expect![[r#"
            error: `name` is missing in [[people]]
             --> countersign.toml:38:1
               |
            38 | [[people]]
               | ^^^^^^^^^^
              = help: add `name = "Maya Chen"`: The name as people read it.

            error: `email` is missing in [[people]]
             --> countersign.toml:38:1
               |
            38 | [[people]]
               | ^^^^^^^^^^
              = help: add `email = "maya@acme.example"`: Mail address; also what one signs in with.

            error: a pod has at least one person
             --> countersign.toml:42:10
               |
            42 | people = []
               |          ^^
              = help: name who answers for its work
        "#]],
    );
    check(
        with_more("[providers.x]\n[routes.x]\n[routes.y]\ntargets = [{ model = \"m\" }]"),
        expect![[r#"
            error: `api` is missing in [providers.x]
             --> countersign.toml:38:1
               |
            38 | [providers.x]
               | ^^^^^^^^^^^^^
              = help: add `api = "openai"`: The wire dialect: `openai` (also vLLM, Ollama, llama.cpp, Azure, Groq, Mistral and many more), `anthropic`, `gemini`, `bedrock`, or `simulated`, which is built in. Calls in another dialect are translated.

            error: `targets` is missing in [routes.x]
             --> countersign.toml:39:1
               |
            39 | [routes.x]
               | ^^^^^^^^^^
              = help: add `targets = [{ provider = "local", model = "gemma-3-270m" }]`: Where it goes: at least one provider and model, with an optional `weight`.

            error: `provider` is missing in a target
             --> countersign.toml:41:12
               |
            41 | targets = [{ model = "m" }]
               |            ^^^^^^^^^^^^^^^
              = help: add `provider = "local"`: A provider's name.
        "#]],
    );
}

#[test]
fn every_id_is_declared_once() {
    check(
        with_more("[[people]]\nid = \"tom\"\nname = \"Tom B\"\nemail = \"MAYA@acme.example\"\n"),
        expect![[r#"
            error: the person `tom` is declared twice
             --> countersign.toml:39:6
               |
            39 | id = "tom"
               |      ^^^^^
              = help: the first is in countersign.toml, line 11; give each person an id of its own

            error: `maya` has this address too
             --> countersign.toml:41:9
               |
            41 | email = "MAYA@acme.example"
               |         ^^^^^^^^^^^^^^^^^^^
              = help: people sign in with it; give each person an address of their own
        "#]],
    );
}

#[test]
fn ids_and_addresses_have_their_shape() {
    check(
        with_more("[[people]]\nid = \"Tom B\"\nname = \" \"\nemail = \"tom at acme\"\n"),
        expect![[r#"
            error: "Tom B" can't be the name of a person
             --> countersign.toml:39:6
               |
            39 | id = "Tom B"
               |      ^^^^^^^
              = help: use 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first

            error: `name` is empty
             --> countersign.toml:40:8
               |
            40 | name = " "
               |        ^^^
              = help: write something, or leave the key out

            error: "tom at acme" is not a mail address
             --> countersign.toml:41:9
               |
            41 | email = "tom at acme"
               |         ^^^^^^^^^^^^^
              = help: write one such as "maya@acme.example"
        "#]],
    );
    check(
        with_file("workflows/Big One.toml", "title = 1"),
        expect![[r#"
            error: "Big One" can't be the name of a workflow
             --> workflows/Big One.toml
              = help: name the file with 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first

            error: `owner` is missing in a workflow
             --> workflows/Big One.toml:1:1
              |
            1 | title = 1
              | ^
              = help: add `owner = "maya"`: The one person who answers for it. No owner, no traffic.

            error: `pod` is missing in a workflow
             --> workflows/Big One.toml:1:1
              |
            1 | title = 1
              | ^
              = help: add `pod = "support"`: The pod it belongs to.

            error: `operating_model` is missing in a workflow
             --> workflows/Big One.toml:1:1
              |
            1 | title = 1
              | ^
              = help: add `operating_model = "assisted"`: Who drives: `copilot` (a human), `assisted` (a human approves), `autonomous` (a bounded domain) or `platform` (a central team).

            error: `unit_of_work` is missing in a workflow
             --> workflows/Big One.toml:1:1
              |
            1 | title = 1
              | ^
              = help: add `unit_of_work = "reply sent"`: What one outcome is; costs are counted per unit.

            error: `good` is missing in a workflow
             --> workflows/Big One.toml:1:1
              |
            1 | title = 1
              | ^
              = help: add `good = "Correct, polite, sent unchanged."`: What a good outcome is, in words.

            error: `routes` is missing in a workflow
             --> workflows/Big One.toml:1:1
              |
            1 | title = 1
              | ^
              = help: add a section [routes]: Which models it may use.
        "#]],
    );
}

#[test]
fn a_missing_key_names_the_section_it_is_missing_in() {
    check(
        with_more("[providers.acme]\nprices = \"none\"\n"),
        expect![[r#"
            error: `api` is missing in [providers.acme]
             --> countersign.toml:38:1
               |
            38 | [providers.acme]
               | ^^^^^^^^^^^^^^^^
              = help: add `api = "openai"`: The wire dialect: `openai` (also vLLM, Ollama, llama.cpp, Azure, Groq, Mistral and many more), `anthropic`, `gemini`, `bedrock`, or `simulated`, which is built in. Calls in another dialect are translated.
        "#]],
    );
    check(
        with_sections("[slo.acceptance]\nwindow_days = 7\n"),
        expect![[r#"
        error: `target` is missing in [slo.acceptance]
         --> workflows/replies.toml:8:1
          |
        8 | [slo.acceptance]
          | ^^^^^^^^^^^^^^^^
          = help: add `target = 0.90`: The share that must be good, from 0 to 1.

        warning: [slo] is read and checked, but nothing acts on it yet
         --> workflows/replies.toml:8:2
          |
        8 | [slo.acceptance]
          |  ^^^
          = help: don't rely on it as a control
    "#]],
    );
    check(
        with_sections("[limits]\nday = \"5 USD\"\n"),
        expect![[r#"
        error: unknown key `day` in [limits]
         --> workflows/replies.toml:9:1
          |
        9 | day = "5 USD"
          | ^^^
          = help: `day` belongs under [budget]
    "#]],
    );
}

#[test]
fn every_problem_of_every_file_is_reported_at_once() {
    let mut files = with_more("[gateway]\nmax_bdy = \"1 MB\"\n");
    files.insert("workflows/a.toml".into(), "title = 1\n".into());
    files.insert("prices.toml".into(), "[[price]\n".into());
    let problems = config::load(&files).unwrap_err();
    let mut seen: Vec<_> = problems.iter().map(|problem| problem.file.as_str()).collect();
    seen.dedup();
    assert_eq!(seen, ["countersign.toml", "prices.toml", "workflows/a.toml"]);
}

#[test]
fn a_section_that_is_unknown_or_misplaced_is_named() {
    check(
        with_more("[limits]\nconcurrent = 5\n[[peeple]]\nid = \"x\"\n"),
        expect![[r#"
        error: unknown section [limits] in countersign.toml
         --> countersign.toml:38:2
           |
        38 | [limits]
           |  ^^^^^^
          = help: `limits` belongs under [organisation]

        error: unknown section [[peeple]] in countersign.toml
         --> countersign.toml:40:3
           |
        40 | [[peeple]]
           |   ^^^^^^
          = help: did you mean `people`?
    "#]],
    );
    check(
        with_more("[routes.gpt-4.1]\ntargets = [{ provider = \"local\", model = \"m\" }]\n"),
        expect![[r#"
            error: `targets` is missing in [routes.gpt-4]
             --> countersign.toml:38:9
               |
            38 | [routes.gpt-4.1]
               |         ^^^^^
              = help: add `targets = [{ provider = "local", model = "gemma-3-270m" }]`: Where it goes: at least one provider and model, with an optional `weight`.

            error: unknown section [1] in [routes.gpt-4]
             --> countersign.toml:38:15
               |
            38 | [routes.gpt-4.1]
               |               ^
              = help: a name with a dot in it stands in quotes: [routes."gpt-4.1"]
        "#]],
    );
}

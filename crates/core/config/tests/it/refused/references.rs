//! Names that must be borne by something.

use expect_test::expect;

use super::{ROOT, WORKFLOW, check};
use crate::support::{with, with_more, with_sections};

#[test]
fn a_name_that_nothing_bears_is_refused() {
    check(
        with(WORKFLOW, "\"maya\"", "\"mya\""),
        expect![[r#"
            error: there is no person `mya`
             --> workflows/replies.toml:2:9
              |
            2 | owner = "mya"
              |         ^^^^^
              = help: did you mean `maya`?
        "#]],
    );
    check(
        with(WORKFLOW, "pod = \"support\"", "pod = \"sales\"\nescalation = [\"tom\", \"zed\"]"),
        expect![[r#"
            error: there is no pod `sales`
             --> workflows/replies.toml:3:7
              |
            3 | pod = "sales"
              |       ^^^^^^^
              = help: use one of support; or add [[pods]] with this id to countersign.toml

            error: there is no person `zed`
             --> workflows/replies.toml:4:22
              |
            4 | escalation = ["tom", "zed"]
              |                      ^^^^^
              = help: use one of maya, tom; or add [[people]] with this id to countersign.toml
        "#]],
    );
    check(
        with(ROOT, "provider = \"openai\"", "provider = \"opnai\""),
        expect![[r#"
            error: there is no provider `opnai`
             --> countersign.toml:30:25
               |
            30 | targets = [{ provider = "opnai", model = "gpt-4o" }]
               |                         ^^^^^^^
              = help: did you mean `openai`?
        "#]],
    );
    check(
        with(ROOT, "fallback = [\"economy\"]", "fallback = [\"cheap\"]"),
        expect![[r#"
            error: there is no route `cheap`
             --> countersign.toml:31:13
               |
            31 | fallback = ["cheap"]
               |             ^^^^^^^
              = help: use one of economy, premium, standard; or add a section [routes.NAME] to countersign.toml
        "#]],
    );
    check(
        with(WORKFLOW, "\"economy\", ", "\"economi\", \"*\", "),
        expect![[r#"
            error: there is no route `economi`
             --> workflows/replies.toml:10:10
               |
            10 | allow = ["economi", "*", "local/*"]
               |          ^^^^^^^^^
              = help: did you mean `economy`?

            error: "*" is neither a route nor a provider/model pattern
             --> workflows/replies.toml:10:21
               |
            10 | allow = ["economi", "*", "local/*"]
               |                     ^^^
              = help: a pattern has a '/': "local/*" allows every model of one provider, "*/*" every model of all
        "#]],
    );
    check(with_sections("[budget]\nday = \"1 USD\"\nat_limit = \"economy\""), expect![""]);
    check(
        with(WORKFLOW, "\"standard\"", "\"openai/gpt-4o\""),
        expect![[r#"
            error: `default` must be a route, not a model of a provider
             --> workflows/replies.toml:9:11
              |
            9 | default = "openai/gpt-4o"
              |           ^^^^^^^^^^^^^^^
              = help: name a route, and give it this target: [routes.NAME] targets = [{ provider = "openai", model = "gpt-4o" }]
        "#]],
    );
}

#[test]
fn a_pattern_that_matches_nothing_is_a_warning() {
    check(
        with(WORKFLOW, "local/*", "locl/*"),
        expect![[r#"
            warning: "locl/*" matches nothing: no such provider
             --> workflows/replies.toml:10:21
               |
            10 | allow = ["economy", "locl/*"]
               |                     ^^^^^^^^
              = help: did you mean `local`?
        "#]],
    );
    check(
        with(WORKFLOW, "local/*", "Local /x"),
        expect![[r#"
            error: "Local /x" is not a provider/model pattern
             --> workflows/replies.toml:10:21
               |
            10 | allow = ["economy", "Local /x"]
               |                     ^^^^^^^^^^
              = help: write a provider and a model, such as "local/*"
        "#]],
    );
}

#[test]
fn fallbacks_lead_somewhere_else() {
    check(
        with_more("[routes.a]\ntargets = [{ provider = \"local\", model = \"m\" }]\nfallback = [\"a\"]"),
        expect![[r#"
            error: the fallbacks go in a circle: a → a
             --> countersign.toml:40:13
               |
            40 | fallback = ["a"]
               |             ^^^
              = help: take `a` out of this list
        "#]],
    );
    check(
        with(ROOT, "model = \"gemma\" }]", "model = \"gemma\" }]\nfallback = [\"premium\", \"standard\"]"),
        expect![[r#"
            error: the fallbacks go in a circle: economy → standard → economy
             --> countersign.toml:31:13
               |
            31 | fallback = ["economy"]
               |             ^^^^^^^^^
              = help: take `economy` out of this list
        "#]],
    );
}

#[test]
fn owners_who_leave_and_deputies_who_own_are_pointed_out() {
    check(
        with(ROOT, "roles = [\"admin\"]", "roles = [\"admin\"]\nleft = 2026-11-01"),
        expect![[r#"
            warning: nobody is an admin
             --> countersign.toml:4:3
              |
            4 | [[people]]
              |   ^^^^^^
              = help: give one person `roles = ["admin"]`

            warning: `maya` leaves on 2026-11-01: calls are refused from then on
             --> workflows/replies.toml:2:9
              |
            2 | owner = "maya"
              |         ^^^^^^
              = help: name another owner before that day
        "#]],
    );
    check(
        with(WORKFLOW, "pod =", "deputy = \"maya\"\npod ="),
        expect![[r#"
            warning: `maya` is owner and deputy at once
             --> workflows/replies.toml:3:10
              |
            3 | deputy = "maya"
              |          ^^^^^^
              = help: name someone else, or leave `deputy` out
        "#]],
    );
    check(
        with_sections("[budget]\nwarn_at = [80]\nat_limit = \"ask\""),
        expect![[r#"
            warning: `warn_at` has no budget to warn about
             --> workflows/replies.toml:9:1
              |
            9 | warn_at = [80]
              | ^^^^^^^
              = help: add `month`, `day` or `run`

            warning: nobody can be asked yet
             --> workflows/replies.toml:10:12
               |
            10 | at_limit = "ask"
               |            ^^^^^
              = help: until approvals are served, "ask" refuses calls as "stop" does
        "#]],
    );
}

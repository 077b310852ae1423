//! Values of the wrong type, unit or shape.

use expect_test::expect;

use super::{ROOT, WORKFLOW, check};
use crate::support::{with, with_more, with_sections};

#[test]
fn wrong_types_and_units_are_refused_with_the_right_ones() {
    check(
        with_sections(
            "[budget]\nmonth = \"400 EUR\"\nday = 40\nrun = \"-1 USD\"\nwarn_at = [50, 120, \"80\"]",
        ),
        expect![[r#"
            error: "400 EUR" is not an amount: the currency "EUR" is not supported; amounts are in USD, such as "12.50 USD"
             --> workflows/replies.toml:9:9
              |
            9 | month = "400 EUR"
              |         ^^^^^^^^^
              = help: write an amount in US dollars, such as `month = "400 USD"`

            error: `day` must be an amount with its currency, not a whole number
             --> workflows/replies.toml:10:7
               |
            10 | day = 40
               |       ^^
              = help: write `day = "40 USD"`

            error: `run` is negative
             --> workflows/replies.toml:11:7
               |
            11 | run = "-1 USD"
               |       ^^^^^^^^

            error: 120 is not a percentage of a budget
             --> workflows/replies.toml:12:16
               |
            12 | warn_at = [50, 120, "80"]
               |                ^^^
              = help: use 1 to 100

            error: `warn_at` must be a whole number, not text
             --> workflows/replies.toml:12:21
               |
            12 | warn_at = [50, 120, "80"]
               |                     ^^^^
              = help: write `warn_at = 80`
        "#]],
    );
}

#[test]
fn numbers_are_whole_and_not_negative() {
    check(
        with_sections("[limits]\nrequests_per_minute = \"600\"\ntokens_per_minute = -1\nconcurrent = 1.5"),
        expect![[r#"
            error: `requests_per_minute` must be a whole number, not text
             --> workflows/replies.toml:9:23
              |
            9 | requests_per_minute = "600"
              |                       ^^^^^
              = help: write `requests_per_minute = 600`

            error: `tokens_per_minute` must be a whole number from 0 on
             --> workflows/replies.toml:10:21
               |
            10 | tokens_per_minute = -1
               |                     ^^

            error: `concurrent` must be a whole number, not a decimal number
             --> workflows/replies.toml:11:14
               |
            11 | concurrent = 1.5
               |              ^^^
              = help: write `concurrent = 10`
        "#]],
    );
}

#[test]
fn durations_and_sizes_carry_their_unit() {
    check(
        with_more(
            "[gateway]\nconnect_timeout = 5\nidle_timeout = \"5 minutes\"\nmax_body = \"32\"\non_switch = \"ct\"\n",
        ),
        expect![[r#"
            error: `connect_timeout` must be a duration with its unit, not a whole number
             --> countersign.toml:39:19
               |
            39 | connect_timeout = 5
               |                   ^
              = help: write `connect_timeout = "5s"`

            error: "5 minutes" is not a duration
             --> countersign.toml:40:16
               |
            40 | idle_timeout = "5 minutes"
               |                ^^^^^^^^^^^
              = help: write a whole number above 0 and a unit: "500ms", "5s", "2m" or "1h"

            error: "32" is not a size
             --> countersign.toml:41:12
               |
            41 | max_body = "32"
               |            ^^^^
              = help: write a whole number above 0 and a unit: "512 KB", "32 MB" or "1 GB" (or KiB, MiB, GiB)

            error: "ct" is not a setting for running streams
             --> countersign.toml:42:13
               |
            42 | on_switch = "ct"
               |             ^^^^
              = help: did you mean `cut`?
        "#]],
    );
}

#[test]
fn a_value_of_another_type_is_refused() {
    check(
        with(WORKFLOW, "title = \"Draft replies\"", "title = [\"x\"]\nescalation = \"tom\""),
        expect![[r#"
            error: `title` must be text, not a list
             --> workflows/replies.toml:1:9
              |
            1 | title = ["x"]
              |         ^^^^^
              = help: write `title = "…"`

            error: `escalation` must be a list, not text
             --> workflows/replies.toml:2:14
              |
            2 | escalation = "tom"
              |              ^^^^^
              = help: write `escalation = ["tom"]`
        "#]],
    );
}

#[test]
fn a_word_is_one_of_a_few() {
    check(
        with(WORKFLOW, "\"assisted\"", "\"autonomus\""),
        expect![[r#"
            error: "autonomus" is not an operating model
             --> workflows/replies.toml:4:19
              |
            4 | operating_model = "autonomus"
              |                   ^^^^^^^^^^^
              = help: did you mean `autonomous`?
        "#]],
    );
    check(
        with_sections("[content]\nmode = \"everything\"\nretention_days = 0"),
        expect![[r#"
            error: "everything" is not a content mode
             --> workflows/replies.toml:9:8
              |
            9 | mode = "everything"
              |        ^^^^^^^^^^^^
              = help: use one of full, redacted, hash

            error: `retention_days` must be a whole number from 1 on
             --> workflows/replies.toml:10:18
               |
            10 | retention_days = 0
               |                  ^
        "#]],
    );
}

#[test]
fn tables_and_lists_stand_where_they_belong() {
    check(
        with_more("[people]\nid = 1"),
        expect![[r#"
            error: this is not TOML: this name stands here twice
             --> countersign.toml:38:2
               |
            38 | [people]
               |  ^^^^^^
              = help: keep one; each element of a list has [[two brackets]]
        "#]],
    );
    check(
        with(ROOT, "roles = [\"admin\"]", "roles = [\"admn\"]\nleft = \"soon\""),
        expect![[r#"
            warning: nobody is an admin
             --> countersign.toml:4:3
              |
            4 | [[people]]
              |   ^^^^^^
              = help: give one person `roles = ["admin"]`

            error: "admn" is not a role
             --> countersign.toml:8:10
              |
            8 | roles = ["admn"]
              |          ^^^^^^
              = help: did you mean `admin`?

            error: "soon" is not a date
             --> countersign.toml:9:8
              |
            9 | left = "soon"
              |        ^^^^^^
              = help: write a date such as "2026-11-01", or a time such as "2026-11-01T09:00:00Z"
        "#]],
    );
    check(
        with(WORKFLOW, "[routes]", "[routes.standard]\n[routes.x]"),
        expect![[r#"
            error: `default` is missing in [routes]
             --> workflows/replies.toml:8:2
              |
            8 | [routes.standard]
              |  ^^^^^^
              = help: add `default = "standard"`: The usual route; always allowed.

            error: unknown section [standard] in [routes]
             --> workflows/replies.toml:8:9
              |
            8 | [routes.standard]
              |         ^^^^^^^^
              = help: the keys here are default, allow, lossy, steps

            error: unknown section [x] in [routes]
             --> workflows/replies.toml:9:9
              |
            9 | [routes.x]
              |         ^
              = help: the keys here are default, allow, lossy, steps
        "#]],
    );
}

#[test]
fn what_nothing_acts_on_yet_is_said() {
    check(
        with_sections(
            "[redaction]\nrequest = \"mask\"\n[tools]\nallow = [\"crm.*\"]\n[tools.approval]\n\"crm.reply\" = \"one\"\n\"sql.run\" = \"twoo\"\n[slo.accept]\ntarget = 90",
        ),
        expect![[r#"
            warning: [tools.approval] is read and checked, but nothing acts on it yet
             --> workflows/replies.toml:12:8
               |
            12 | [tools.approval]
               |        ^^^^^^^^
              = help: don't rely on it as a control

            warning: the tool `sql.run` is not allowed here
             --> workflows/replies.toml:14:1
               |
            14 | "sql.run" = "twoo"
               | ^^^^^^^^^
              = help: the tools allowed are crm.*

            error: "twoo" is not an approval rule
             --> workflows/replies.toml:14:13
               |
            14 | "sql.run" = "twoo"
               |             ^^^^^^
              = help: did you mean `two`?

            warning: [slo] is read and checked, but nothing acts on it yet
             --> workflows/replies.toml:15:2
               |
            15 | [slo.accept]
               |  ^^^
              = help: don't rely on it as a control

            error: `accept` is not a quality signal
             --> workflows/replies.toml:15:6
               |
            15 | [slo.accept]
               |      ^^^^^^
              = help: the signals are acceptance, policy, errors, latency, cost

            error: `target` must be from 0 to 1
             --> workflows/replies.toml:16:10
               |
            16 | target = 90
               |          ^^
              = help: it is a share, not a percentage: write 0.9 for 90 %
        "#]],
    );
}

#[test]
fn carets_stand_under_wide_and_long_lines() {
    let long = "x".repeat(400);
    check(
        with(
            WORKFLOW,
            "title = \"Draft replies\"",
            "title = \"Ä\"\n\ttools = { allow = [\"ä日本\"], alow = 1 } # ←",
        ),
        expect![[r#"
            error: unknown key `alow` in [tools]
             --> workflows/replies.toml:2:29
              |
            2 | 	tools = { allow = ["ä日本"], alow = 1 } # ←
              | 	                           ^^^^
              = help: did you mean `allow`?
        "#]],
    );
    let problems = config::load(&with(WORKFLOW, "pod =", &format!("pod2 = \"{long}\"\npod ="))).unwrap_err();
    assert!(problems.iter().all(|problem| problem.source_line.chars().count() <= 201));
}

#[test]
fn a_rule_that_can_not_work_is_refused_where_it_stands() {
    check(
        with_sections(
            "[redaction]\nrequest = \"mask\"\n[[redaction.rules]]\nname = \"email\"\npattern = 'a('\n[[redaction.rules]]\nname = \"Px\"\npattern = 'a*'\naction = \"off\"\n[[redaction.rules]]\nname = \"code\"\npatern = 'x'",
        ),
        expect![[r#"
            error: `email` is a built-in kind
             --> workflows/replies.toml:11:8
               |
            11 | name = "email"
               |        ^^^^^^^
              = help: name the rule otherwise

            error: not a pattern: unclosed group
             --> workflows/replies.toml:12:11
               |
            12 | pattern = 'a('
               |           ^^^^
              = help: write a regular expression in single quotes, such as '\bPX-[0-9]{4,8}\b'

            error: "Px" can't be the name of a rule
             --> workflows/replies.toml:14:8
               |
            14 | name = "Px"
               |        ^^^^
              = help: use 1 to 32 lower-case letters, digits and '-', a letter first

            error: the pattern matches an empty text, and so everything
             --> workflows/replies.toml:15:11
               |
            15 | pattern = 'a*'
               |           ^^^^
              = help: write a regular expression in single quotes, such as '\bPX-[0-9]{4,8}\b'

            error: a rule that does nothing is no rule
             --> workflows/replies.toml:16:10
               |
            16 | action = "off"
               |          ^^^^^
              = help: leave it out

            error: unknown key `patern` in [[redaction.rules]]
             --> workflows/replies.toml:19:1
               |
            19 | patern = 'x'
               | ^^^^^^
              = help: did you mean `pattern`?
        "#]],
    );
}

#[test]
fn a_limit_of_nothing_is_a_switch_and_not_a_limit() {
    check(
        with_sections("[limits]\nconcurrent = 0\niterations_per_run = 1"),
        expect![[r#"
        error: `concurrent` of 0 would refuse every call
         --> workflows/replies.toml:9:14
          |
        9 | concurrent = 0
          |              ^
          = help: to turn it off, use `countersign switch workflow/NAME off --reason TEXT`; to lift the limit, take the line out
    "#]],
    );
}

#[test]
fn a_budget_of_nothing_is_a_switch_and_not_a_budget() {
    check(
        with_sections("[budget]\nday = \"0 USD\"\nmonth = \"0.000000001 USD\"\nrun = \"0.00 USD\""),
        expect![[r#"
            error: `day` of 0 would refuse every call that has a price
             --> workflows/replies.toml:9:7
              |
            9 | day = "0 USD"
              |       ^^^^^^^
              = help: to turn it off, use `countersign switch workflow/NAME off --reason TEXT`; to lift the limit, take the line out

            error: `run` of 0 would refuse every call that has a price
             --> workflows/replies.toml:11:7
               |
            11 | run = "0.00 USD"
               |       ^^^^^^^^^^
              = help: to turn it off, use `countersign switch workflow/NAME off --reason TEXT`; to lift the limit, take the line out
        "#]],
    );
}

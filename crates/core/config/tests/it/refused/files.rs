//! Files that are not TOML, or not where they should be.

use config::Files;
use expect_test::expect;

use super::{ROOT, WORKFLOW, check};
use crate::support::{said, with, with_file};

#[test]
fn what_is_not_toml_is_pointed_at() {
    check(
        with(WORKFLOW, "\"maya\"", "maya"),
        expect![[r#"
            error: this is not TOML: text must stand in quotes
             --> workflows/replies.toml:2:9
              |
            2 | owner = maya
              |         ^^^^
              = help: write it as `key = "text"`
        "#]],
    );
    check(
        with(WORKFLOW, "\"maya\"", "\"maya"),
        expect![[r#"
            error: this is not TOML: this text is not closed
             --> workflows/replies.toml:2:14
              |
            2 | owner = "maya
              |              ^
              = help: end it with `"` on the same line
        "#]],
    );
    check(
        with(WORKFLOW, "pod =", "owner = \"tom\"\npod ="),
        expect![[r#"
            error: this is not TOML: this name stands here twice
             --> workflows/replies.toml:3:1
              |
            3 | owner = "tom"
              | ^^^^^
              = help: keep one; each element of a list has [[two brackets]]
        "#]],
    );
    check(
        with(WORKFLOW, "allow = [", "allow = "),
        expect![[r#"
            error: this is not TOML: unexpected key or value, expected newline, `#`
             --> workflows/replies.toml:10:18
               |
            10 | allow = "economy", "local/*"]
               |                  ^
              = help: TOML in short: https://toml.io/en/v1.0.0
        "#]],
    );
    check(
        with(WORKFLOW, "\"local/*\"]", "\"local/*\""),
        expect![[r#"
            error: this is not TOML: this list is not closed
             --> workflows/replies.toml:10:30
               |
            10 | allow = ["economy", "local/*"
               |                              ^
              = help: end it with `]`
        "#]],
    );
    check(
        with(ROOT, "[[pods]]", "[[pods]"),
        expect![[r#"
            error: this is not TOML: this heading is not closed
             --> countersign.toml:15:8
               |
            15 | [[pods]
               |        ^
              = help: end it with `]]`
        "#]],
    );
    // What stands before the first syntax error is checked all the same.
    check(
        with(WORKFLOW, "owner = \"maya\"\npod", "ownr = \"maya\"\npod ="),
        expect![[r#"
            error: unknown key `ownr` in a workflow
             --> workflows/replies.toml:2:1
              |
            2 | ownr = "maya"
              | ^^^^
              = help: did you mean `owner`?

            error: this is not TOML: extra `=`, expected nothing
             --> workflows/replies.toml:3:7
              |
            3 | pod = = "support"
              |       ^
              = help: TOML in short: https://toml.io/en/v1.0.0
        "#]],
    );
}

#[test]
fn files_that_are_not_read_are_named() {
    check(
        Files::new(),
        expect![[r#"
            error: there is no countersign.toml
             --> countersign.toml
              = help: `countersign init` writes a commented one
        "#]],
    );
    check(
        with_file("workflows/x.yaml", ""),
        expect![[r#"
            warning: this file is not read
             --> workflows/x.yaml
              = help: a workflow is a file that ends in .toml
        "#]],
    );
    check(
        with_file("workflows/sub/x.toml", ""),
        expect![[r#"
            warning: this file is not read
             --> workflows/sub/x.toml
              = help: workflows stand in workflows/ itself, not in a folder below
        "#]],
    );
    check(
        with_file("price.toml", ""),
        expect![[r#"
            warning: this file is not read
             --> price.toml
              = help: did you mean prices.toml?
        "#]],
    );
    check(
        with_file("workflow/x.toml", ""),
        expect![[r#"
            warning: this file is not read
             --> workflow/x.toml
              = help: did you mean the folder workflows/?
        "#]],
    );
    for fine in [
        "README.md",
        "suites/replies.toml",
        "prompts/README.md",
        "policies/README.md",
        "policies/.x.toml",
        "prompts/diagram.png",
        "suites/cases.jsonl",
        ".github/a.yaml",
        "workflows/README.md",
    ] {
        assert_eq!(said(&with_file(fine, "")), "", "{fine}");
    }
}

#[test]
fn a_broken_countersign_toml_makes_no_workflow_wrong() {
    check(
        with(ROOT, "[[people]]", "[[people]"),
        expect![[r#"
        error: this is not TOML: this heading is not closed
         --> countersign.toml:4:10
          |
        4 | [[people]
          |          ^
          = help: end it with `]]`
    "#]],
    );
}

#[test]
fn rules_are_held_to_be_toml_and_said_not_to_be_enforced() {
    check(
        with_file("policies/refunds.toml", "[[rule]]\nwhen = \"tool.name == 'refund'\"\n"),
        expect![[r#"
            warning: files in policies/ are checked to be TOML, but this version does not enforce them
             --> policies/refunds.toml
              = help: don't rely on it as a control; `[tools]` of a workflow and switches are enforced
        "#]],
    );
    let mut files = with_file("policies/refunds.toml", "[[rule]]\nwhen = \"a\n");
    files.insert("policies/tone.toml".into(), String::new());
    check(
        files,
        expect![[r#"
        warning: files in policies/ are checked to be TOML, but this version does not enforce them; there is one more such file
         --> policies/refunds.toml
          = help: don't rely on it as a control; `[tools]` of a workflow and switches are enforced

        error: this is not TOML: this text is not closed
         --> policies/refunds.toml:2:10
          |
        2 | when = "a
          |          ^
          = help: end it with `"` on the same line
    "#]],
    );
    check(
        with_file("policies/refunds.cel", ""),
        expect![[r#"
        warning: this file is not read
         --> policies/refunds.cel
          = help: rules stand in files that end in .toml
    "#]],
    );
}

#[test]
fn what_is_parsed_is_read_and_the_rest_left_alone() {
    use config::Interest;
    let table = [
        ("countersign.toml", Interest::Text),
        ("prices.toml", Interest::Text),
        ("workflows/x.toml", Interest::Text),
        ("prompts/x.prompty", Interest::Text),
        ("policies/x.toml", Interest::Text),
        ("workflows", Interest::Folder),
        ("prompts", Interest::Folder),
        ("policies", Interest::Folder),
        ("workflows/x.yaml", Interest::Name),
        ("workflows/sub/x.toml", Interest::Name),
        ("workflow/x.toml", Interest::Name),
        ("workflows/.x.toml", Interest::None),
        ("suites", Interest::None),
        ("suites/x.toml", Interest::None),
        ("suites/cases.jsonl", Interest::None),
        ("prompts/diagram.png", Interest::None),
        ("README.md", Interest::None),
        ("node_modules/a/workflows/x.toml", Interest::None),
    ];
    for (path, expected) in table {
        assert_eq!(config::interest(path), expected, "{path}");
    }
    let entered = ["workflows", "prompts", "policies", "workflow", "workflows/sub"];
    let passed = ["suites", "node_modules", "lost+found", ".git", "suites/sub"];
    assert!(entered.iter().all(|path| config::enters(path)));
    assert!(!passed.iter().any(|path| config::enters(path)));
}

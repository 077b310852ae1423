//! Redaction that would do nothing, or something else than it reads.

use expect_test::expect;

use super::check;
use crate::support::{load, said, with_sections};

#[test]
fn what_is_named_and_never_looked_for_is_said() {
    check(
        with_sections("[redaction]\nkinds = [\"card\"]"),
        expect![[r#"
            warning: what `kinds` names is never looked for: [redaction] says neither `request` nor `response`
             --> workflows/replies.toml:9:1
              |
            9 | kinds = ["card"]
              | ^^^^^
              = help: add `request = "mask"`, `response = "mask"` or both: without them both are "off"
        "#]],
    );
    check(
        with_sections("[[redaction.rules]]\nname = \"code\"\npattern = 'PX-[0-9]+'\naction = \"block\""),
        expect![[r#"
            warning: what `rules` names is never looked for: [redaction] says neither `request` nor `response`
             --> workflows/replies.toml:8:13
              |
            8 | [[redaction.rules]]
              |             ^^^^^
              = help: add `request = "mask"`, `response = "mask"` or both: without them both are "off"
        "#]],
    );
}

#[test]
fn a_direction_that_is_named_or_a_masked_copy_is_enough() {
    for enough in
        ["request = \"mask\"", "response = \"detect\"", "request = \"off\"", "[content]\nmode = \"redacted\""]
    {
        let said = said(&with_sections(&format!("[redaction]\nkinds = [\"card\"]\n{enough}")));
        assert_eq!(said, "", "{enough}");
    }
    assert_eq!(said(&with_sections("[redaction]\n")), "", "nothing is named");
}

#[test]
fn an_empty_list_of_kinds_is_refused() {
    check(
        with_sections("[redaction]\nrequest = \"mask\"\nkinds = []"),
        expect![[r#"
        error: `kinds` names none
         --> workflows/replies.toml:10:9
           |
        10 | kinds = []
           |         ^^
          = help: name the kinds to look for, or leave the key out: then every kind is looked for
    "#]],
    );
}

#[test]
fn a_pattern_that_double_quotes_have_changed_is_refused() {
    let ruled = |pattern: &str| {
        let rule = format!("[[redaction.rules]]\nname = \"code\"\npattern = {pattern}");
        with_sections(&format!("[redaction]\nrequest = \"mask\"\n{rule}"))
    };
    check(
        ruled(r#""\bPX""#),
        expect![[r#"
        error: the pattern holds a control character
         --> workflows/replies.toml:12:11
           |
        12 | pattern = "\bPX"
           |           ^^^^^^
          = help: write the pattern in single quotes, such as '\bPX-[0-9]{4,8}\b': in double quotes `\b` is a backspace
    "#]],
    );
    for changed in [r#""PX\f""#, r#""\u0000""#, r#""\u007f""#, "\"\"\"a\\b\"\"\""] {
        assert!(said(&ruled(changed)).contains("control character"), "{changed}");
    }
    for (kept, expected) in [
        (r"'\bPX'", r"\bPX"),
        (r#""\\bPX""#, r"\bPX"),
        (r#""a\tb""#, "a\tb"),
        ("'''(?x)\na\nb'''", "(?x)\na\nb"),
    ] {
        let workspace = load(&ruled(kept));
        let rules = workspace.workflows.values().flat_map(|workflow| &workflow.redaction.rules);
        assert_eq!(rules.map(|rule| rule.pattern.as_str()).collect::<Vec<_>>(), [expected]);
    }
}

//! What is read of YAML, and what is refused.

use std::fmt::Write as _;

use proptest::prelude::*;
use toml::de::DeValue;

use super::*;

fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(list) => {
            let items: Vec<_> = list.iter().map(|item| shown(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => of(table),
    }
}

fn of(table: &DeTable<'_>) -> String {
    let mut text = String::from("{");
    for (key, value) in table {
        write!(text, "{}={};", key.get_ref(), shown(value.get_ref())).unwrap();
    }
    text + "}"
}

fn said(text: &str) -> String {
    match read(text, 0..text.len()) {
        Ok(table) => of(&table),
        Err(Wrong { span, message, .. }) => format!("{}: {message}", span.start),
    }
}

#[test]
fn what_front_matters_use_is_read() {
    for (text, expected) in [
        ("", "{}"),
        ("# only a comment\n\n", "{}"),
        ("name: reply", r#"{name="reply";}"#),
        ("a: 1\nb: -2.5\nc: true\nd: null\ne: ~\nf:\n", "{a=1;b=-2.5;c=true;}"),
        ("a: 1.2.3\nb: 007x\nc: 2026-01-01\n", r#"{a="1.2.3";b="007x";c="2026-01-01";}"#),
        ("a: 'it''s'\nb: \"x\\n\\\"y\\\"\"", r#"{a="it's";b="x\n\"y\"";}"#),
        ("a: http://x/#y # z", r##"{a="http://x/#y";}"##),
        ("a: '# no comment'", r##"{a="# no comment";}"##),
        ("a:\n  b: 1\n  c:\n    d: 2\ne: 3", "{a={b=1;c={d=2;};};e=3;}"),
        ("a:\n- x\n- y\nb: 1", r#"{a=["x", "y"];b=1;}"#),
        ("a:\n  - x: 1\n    y: 2\n  - x: 3", "{a=[{x=1;y=2;}, {x=3;}];}"),
        ("a: [x, 'y, z', 1, [2]]", r#"{a=["x", "y, z", 1, [2]];}"#),
        ("a: {b: 1, \"c\": [x], d: {e: f}}", r#"{a={b=1;c=["x"];d={e="f";};};}"#),
        ("a: []\nb: {}", "{a=[];b={};}"),
        ("a: |\n  one\n    two\n\n  three\nb: 1", "{a=\"one\\n  two\\n\\nthree\\n\";b=1;}"),
        ("a: >-\n  one\n  two\n\n  three\n", "{a=\"one two\\nthree\";}"),
        ("a: |-\n  # kept\n  x", "{a=\"# kept\\nx\";}"),
        ("\"a b\": 1\r\nc: 2\r\n", "{a b=1;c=2;}"),
    ] {
        assert_eq!(said(text), expected, "{text:?}");
    }
}

#[test]
fn what_two_readers_would_read_differently_is_refused_where_it_stands() {
    for (text, expected) in [
        ("a: &x 1", "3: an anchor is not read here"),
        ("a: *x", "3: an alias is not read here"),
        ("a: !!str 1", "3: a tag is not read here"),
        ("a: 1\na: 2", "5: `a` stands twice"),
        ("a: {b: 1, b: 2}", "10: `b` stands twice"),
        ("just text", "0: this is no key"),
        ("a: 1\n  b: 2", "7: this line is indented, and belongs to no key"),
        ("  a: 1", "2: the first key is indented"),
        ("a:\n\tb: 1", "3: a tab can't indent a line here"),
        ("a: [1, 2", "3: this is not closed on its line"),
        ("a: 'x", "3: this text is not closed on its line"),
        ("a: \"\\x41\"", "4: this escape is not read here"),
        ("a: \"x\" y", "7: something stands behind the value"),
        ("a: |2\n  x", "3: `|2` is not read here"),
        ("- a\n- b", "0: a list item stands among keys"),
        ("a: 1\n---\nb: 2", "5: this is no key"),
    ] {
        assert_eq!(said(text), expected, "{text:?}");
    }
    let deep = format!("a: {}1{}", "[".repeat(40), "]".repeat(40));
    assert!(said(&deep).contains("nested too deeply"));
}

#[test]
fn a_line_as_long_as_a_file_is_read_in_time_that_grows_with_its_length() {
    let pairs: Vec<String> = (0..20_000).map(|number| format!("k{number}: 1")).collect();
    let text = format!("a: {{{}}}", pairs.join(", "));
    let table = read(&text, 0..text.len()).expect("it is read");
    assert_eq!(table.get("a").and_then(|a| a.get_ref().as_table()).map(|a| a.len()), Some(20_000));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_itself(text in "[a-c:\\-#'\"\\[\\]{}|>,\n é]{0,60}") {
        if let Err(wrong) = read(&text, 0..text.len()) {
            prop_assert!(wrong.span.start <= wrong.span.end && wrong.span.end <= text.len());
        }
    }

    #[test]
    fn quoted_text_comes_back(value in "[a-zA-Z0-9 #:'\\[\\]{},é-]{0,30}") {
        let text = format!("key: '{}' # end", value.replace('\'', "''"));
        let table = read(&text, 0..text.len()).map_err(|wrong| TestCaseError::fail(wrong.message))?;
        prop_assert_eq!(table.get("key").and_then(|found| found.get_ref().as_str()), Some(value.as_str()));
    }
}

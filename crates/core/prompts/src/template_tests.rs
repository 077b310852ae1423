//! What templates may do, what they may not, and what is said about it.

use domain::prompt::Role;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{Template, Unrendered};

fn compiled(text: &str) -> Template {
    Template::compile(text, 0).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn given(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn rendered(text: &str, variables: Value) -> String {
    match compiled(text).render(&given(variables), 10_000) {
        Ok(messages) => {
            let said = messages.iter().map(|message| format!("{}: {}", message.role.as_str(), message.text));
            said.collect::<Vec<_>>().join(" | ")
        }
        Err(Unrendered::Variable(problem)) => format!("variable: {problem}"),
        Err(Unrendered::Template(problem)) => format!("template: {problem}"),
    }
}

fn refused(text: &str) -> String {
    let Err(problems) = Template::compile(text, 0) else { panic!("{text:?} compiles") };
    problems
        .iter()
        .map(|problem| format!("{}: {}", problem.span.start, problem.message))
        .collect::<Vec<_>>()
        .join(" | ")
}

#[test]
fn values_become_text_where_they_stand() {
    let text = "system:\nYou help {{ name }}.\nuser:\n{% for line in lines %}- {{ line }}\n{% endfor %}{% if more %}more{% endif %}";
    let variables = json!({"name": "<Ann & \"Bo\">", "lines": ["a", "b"], "more": true});
    assert_eq!(rendered(text, variables), "system: You help <Ann & \"Bo\">. | user: - a\n- b\nmore");
    assert_eq!(rendered("{{ a.b[0] }} {{ a|tojson }}", json!({"a": {"b": [1]}})), "user: 1 {\"b\": [1]}");
    assert_eq!(rendered("{{ a|default('x') }}{% if b is defined %}y{% endif %}", json!({})), "user: x");
}

#[test]
fn what_is_undefined_is_named() {
    for (text, variables, expected) in [
        ("Hi {{ name }}", json!({}), "variable: the variable `name` is missing (line 1)"),
        (
            "system:\nx\nuser:\n\na\nb {{ b }}",
            json!({"a": 1}),
            "variable: the variable `b` is missing (line 6)",
        ),
        (
            "{{ ticket }} {{ name }}",
            json!({"tikcet": "secret", "name": 1}),
            "variable: the variable `ticket` is missing; did you mean it by `tikcet`? (line 1)",
        ),
        ("{{ a.b.c }}", json!({"a": {"b": {}}}), "variable: `a.b.c` is undefined in line 1"),
        ("{% if gone %}x{% endif %}", json!({}), "variable: the variable `gone` is missing (line 1)"),
        (
            "{% for x in list %}{{ x.y }}{% endfor %}",
            json!({"list": [{}]}),
            "variable: `x.y` is undefined in line 1",
        ),
    ] {
        assert_eq!(rendered(text, variables), expected, "{text:?}");
    }
}

#[test]
fn nothing_renders_for_ever_or_without_bounds() {
    let nested = "{% for a in range(100000) %}{% for b in range(100000) %}{{ x }}{% endfor %}{% endfor %}";
    assert_eq!(refused(nested), "59: it did not end within 500000 steps");
    let by_value = "{% for a in list %}{% for b in list %}{% for c in list %}{{ c }}{% endfor %}{% endfor %}{% endfor %}";
    let list: Vec<u32> = (0..1_000).collect();
    assert_eq!(
        rendered(by_value, json!({"list": list})),
        "template: it did not end within 500000 steps, at line 1"
    );
    assert_eq!(
        rendered("{{ x }}{{ x }}", json!({"x": "y".repeat(6_000)})),
        "template: it is longer than 10000 bytes, the most that a request may have"
    );
    let bomb = format!("{{% set a = x %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(60));
    assert_eq!(
        rendered(&bomb, json!({"x": "y".repeat(100)})),
        "template: it did not end within 500000 steps, at line 1"
    );
    assert!(
        rendered("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}{{ x }}", json!({"x": 1}))
            .starts_with("template: ")
    );
}

#[test]
fn other_templates_and_what_does_not_exist_are_refused_where_they_stand() {
    for (text, expected) in [
        ("user:\n{% include 'x' %}", "unknown statement include"),
        ("{% extends 'x' %}", "unknown statement extends"),
        ("{% import 'x' as y %}", "unknown statement import"),
        ("{{ name", "unexpected end"),
        ("{% if a %}x", "unexpected end"),
        ("{{ 'x'|shout }}", "shout is unknown"),
        ("{{ now() }}", "now is unknown"),
        ("{{ 1 is odder }}", "odder is unknown"),
        ("system:\n{% for x in y %}\nuser:\n{% endfor %}", "unexpected end"),
    ] {
        let said = refused(text);
        assert!(said.contains(expected), "{text:?}: {said}");
    }
    assert!(refused("user:\nok\n{{ 'x'|shout }}").starts_with("16: "));
}

#[test]
fn a_prompt_has_no_more_messages_than_it_can_pay_for() {
    assert_eq!(compiled(&"user:\nx\n".repeat(32)).roles().count(), 32);
    assert_eq!(refused(&"user:\nx\n".repeat(33)), "262: a prompt has at most 32 messages");
}

#[test]
fn the_variables_of_a_template_are_known() {
    let template = compiled(
        "{% for x in list %}{{ x }} {{ loop.index }}{% endfor %}{{ a.b }}{{ range(3) }}{% set c = 1 %}{{ c }}",
    );
    let names: Vec<_> = template.variables().iter().map(String::as_str).collect();
    assert_eq!(names, ["a", "list"]);
    assert_eq!(compiled("a\nassistant:\nb").roles().collect::<Vec<_>>(), [Role::System, Role::Assistant]);
}

proptest! {
    #[test]
    fn no_value_makes_a_message_or_reaches_an_error(value in "(system:|user:\n|[{}%]|\\{\\{ x \\}\\}|\n|[a-z]|é){0,24}") {
        let template = compiled("system:\nBe kind.\nuser:\n{{ x }}\nassistant:\nYes.");
        let messages = template.render(&given(json!({"x": value})), 10_000).expect("it renders");
        let roles: Vec<_> = messages.iter().map(|message| message.role).collect();
        prop_assert_eq!(roles, [Role::System, Role::User, Role::Assistant]);
        prop_assert_eq!(&messages[1].text, &value);
    }

    #[test]
    fn any_template_compiles_or_is_refused_within_itself(text in "(\\{\\{|\\}\\}|\\{%|%\\}| if | for |x|in|end|\n|user:\n|\"|é){0,24}") {
        if let Err(problems) = Template::compile(&text, 0) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len());
            }
        }
    }
}

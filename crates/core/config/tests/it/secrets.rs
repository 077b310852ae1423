//! A secret in a file is refused, and never repeated: not in a message, not in a source line.

use config::Files;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::support::{said, with, with_more, with_sections};

const ROOT: &str = "countersign.toml";

#[expect(clippy::needless_pass_by_value, reason = "tables read better without borrows")]
fn check(files: Files, expected: Expect) {
    let said = said(&files);
    for secret in ["hunter2", "9fK2mQ7xT4vB8nL1pR6sW3yZ"] {
        assert!(!said.contains(secret), "repeated the secret:\n{said}");
    }
    expected.assert_eq(&said);
}

#[test]
fn a_literal_key_is_refused() {
    let key = |value: &str| with(ROOT, "\"env:OPENAI_API_KEY\"", value);
    check(
        key("\"sk-proj-9fK2mQ7xT4vB8nL1pR6sW3yZ\""),
        expect![[r#"
            error: `api_key` holds a literal secret
             --> countersign.toml:22:11
               |
            22 | api_key = "********************************"
               |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it
        "#]],
    );
    check(
        key("\"hunter2\""),
        expect![[r#"
            error: `api_key` holds a literal secret
             --> countersign.toml:22:11
               |
            22 | api_key = "*******"
               |           ^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it
        "#]],
    );
    check(
        key("\"env:hunter2 \""),
        expect![[r#"
            error: `api_key` does not name an environment variable
             --> countersign.toml:22:11
               |
            22 | api_key = "************"
               |           ^^^^^^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it
        "#]],
    );
    check(
        key("hunter2"),
        expect![[r#"
            error: this is not TOML: text must stand in quotes
             --> countersign.toml:22:11
               |
            22 | api_key = *******
               |           ^^^^^^^
              = help: write it as `key = "text"`
        "#]],
    );
    check(
        key("\"hunter2"),
        expect![[r#"
            error: this is not TOML: this text is not closed
             --> countersign.toml:22:19
               |
            22 | api_key = "*******
               |                   ^
              = help: end it with `"` on the same line
        "#]],
    );
    check(
        key("[\"hunter2\"]"),
        expect![[r#"
            error: `api_key` must be text
             --> countersign.toml:22:11
               |
            22 | api_key = *"*******"*
               |           ^^^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it
        "#]],
    );
    check(
        key("\"env:\""),
        expect![[r#"
            error: `api_key` does not name an environment variable
             --> countersign.toml:22:11
               |
            22 | api_key = "****"
               |           ^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it
        "#]],
    );
}

#[test]
fn a_key_anywhere_else_is_refused_too() {
    check(
        with_more("# the key is sk-ant-api03-9fK2mQ7xT4vB8nL1pR6sW3yZ\n"),
        expect![[r#"
            error: this looks like a literal secret
             --> countersign.toml:38:14
               |
            38 | # the key is *************************************
               |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: take it out, revoke it, and write where the new one is: `api_key = "env:NAME"`
        "#]],
    );
    check(
        with_sections("[limits]\n\"sk-ant-api03-9fK2mQ7xT4vB8nL1pR6sW3yZ\" = 1"),
        expect![[r#"
            error: unknown key `***` in [limits]
             --> workflows/replies.toml:9:1
              |
            9 | "*************************************" = 1
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: the keys here are requests_per_minute, tokens_per_minute, concurrent, iterations_per_run

            error: this looks like a literal secret
             --> workflows/replies.toml:9:2
              |
            9 | "*************************************" = 1
              |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: take it out, revoke it, and write where the new one is: `api_key = "env:NAME"`
        "#]],
    );
    let headers = "[providers.x]\napi = \"openai\"\nbase_url = \"http://127.0.0.1\"\n[providers.x.headers]\n";
    check(
        with_more(&format!(
            "{headers}authorization = \"Bearer hunter2\"\nx-team = \"aB9fK2mQ7xT4vB8nL1pR6sW3yZ\"\n"
        )),
        expect![[r#"
            error: the header `authorization` holds a literal secret
             --> countersign.toml:42:17
               |
            42 | authorization = "**************"
               |                 ^^^^^^^^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"`

            error: the header `x-team` holds a literal secret
             --> countersign.toml:43:10
               |
            43 | x-team = "**************************"
               |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"`
        "#]],
    );
}

#[test]
fn a_second_problem_on_the_line_does_not_show_it() {
    check(
        with_more("[providers]\nx = { api = \"openia\", api_key = \"hunter2\", foo = 1 }\n"),
        expect![[r#"
            error: "openia" is not an api
             --> countersign.toml:39:13
               |
            39 | x = { api = "openia", api_key = "*******", foo = 1 }
               |             ^^^^^^^^
              = help: did you mean `openai`?

            error: `api_key` holds a literal secret
             --> countersign.toml:39:33
               |
            39 | x = { api = "openia", api_key = "*******", foo = 1 }
               |                                 ^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it

            error: unknown key `foo` in [providers.x]
             --> countersign.toml:39:44
               |
            39 | x = { api = "openia", api_key = "*******", foo = 1 }
               |                                            ^^^
              = help: the keys here are api, speaks, limit_field, base_url, api_key, api_keys, headers, prices, allow_insecure
        "#]],
    );
}

proptest! {
    #[test]
    fn no_literal_key_is_ever_repeated(
        secret in "[A-Za-z0-9!#$%&()*+,./:;<=>?@^_~\\[\\]{} -]{10,40}[A-Z]",
        shape in prop::sample::select(vec!["\"KEY\"", "'KEY'", "KEY", "\"KEY", "'KEY", "\"\"\"KEY\"\"\"", "[\"KEY\"]", "\"KEY\" x"]),
        inline in any::<bool>(),
    ) {
        let value = shape.replace("KEY", &secret);
        let files = if inline {
            with_more(&format!("[providers]\nx = {{ api = \"openia\", api_key = {value}, foo = 1 }}\n"))
        } else {
            with(ROOT, "\"env:OPENAI_API_KEY\"", &value)
        };
        let said = said(&files);
        prop_assert!(!said.is_empty());
        prop_assert!(!said.contains(secret.trim()), "{said}");
        // Not in pieces either: what stands between characters that TOML might take as an end.
        for piece in secret.split(['#', ',', '}', ']', ' ', '=']).filter(|piece| piece.len() >= 10) {
            prop_assert!(!said.contains(piece), "{piece} in {said}");
        }
    }
}

//! Providers and prices.

use expect_test::expect;

use super::{ROOT, check};
use crate::support::{with, with_file, with_more};

#[test]
fn providers_are_checked() {
    let provider = |lines: &str| with_more(&format!("[providers.x]\n{lines}\n"));
    check(
        provider("api = \"openia\""),
        expect![[r#"
            error: "openia" is not an api
             --> countersign.toml:39:7
               |
            39 | api = "openia"
               |       ^^^^^^^^
              = help: did you mean `openai`?
        "#]],
    );
    check(
        provider("api = \"bedrock\"\napi_key = \"env:K\""),
        expect![[r#"
            error: `x` needs a `base_url`, which names the region
             --> countersign.toml:38:1
               |
            38 | [providers.x]
               | ^^^^^^^^^^^^^
              = help: add `base_url = "https://bedrock-runtime.REGION.amazonaws.com"`
        "#]],
    );
    check(
        provider("api = \"openai\"\nbase_url = \"https://me:hunter2@api.example/v1\""),
        expect![[r#"
            error: the base URL has credentials in it
             --> countersign.toml:40:12
               |
            40 | base_url = "*********************************"
               |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: write a URL such as "https://api.example.com/v1"; a key belongs in `api_key`
        "#]],
    );
    check(
        provider("api = \"openai\"\nbase_url = \"api.example/v1\"\nprices = \"opnai\""),
        expect![[r#"
            error: the base URL has no scheme
             --> countersign.toml:40:12
               |
            40 | base_url = "api.example/v1"
               |            ^^^^^^^^^^^^^^^^
              = help: write a URL such as "https://api.example.com/v1"; a key belongs in `api_key`

            error: there is no price list "opnai"
             --> countersign.toml:41:10
               |
            41 | prices = "opnai"
               |          ^^^^^^^
              = help: did you mean `openai`?
        "#]],
    );
}

#[test]
fn what_a_provider_speaks_is_checked() {
    let provider = |lines: &str| with_more(&format!("[providers.x]\napi_key = \"env:K\"\n{lines}\n"));
    check(
        provider("api = \"openai\"\nspeaks = [\"chat\", \"response\"]"),
        expect![[r#"
        error: "response" is not a wire of OpenAI's dialect
         --> countersign.toml:41:19
           |
        41 | speaks = ["chat", "response"]
           |                   ^^^^^^^^^^
          = help: did you mean `responses`?
    "#]],
    );
    check(
        provider("api = \"openai\"\nspeaks = [\"messages\"]"),
        expect![[r#"
        error: "messages" is not a wire of OpenAI's dialect
         --> countersign.toml:41:11
           |
        41 | speaks = ["messages"]
           |           ^^^^^^^^^^
          = help: use one of chat, responses
    "#]],
    );
    check(
        provider("api = \"openai\"\nspeaks = []"),
        expect![[r#"
        error: `speaks` is empty
         --> countersign.toml:41:10
           |
        41 | speaks = []
           |          ^^
          = help: name what it speaks: `speaks = ["chat"]`; or leave the key out
    "#]],
    );
    check(
        provider("api = \"openai\"\nspeaks = \"chat\""),
        expect![[r#"
        error: `speaks` must be a list, not text
         --> countersign.toml:41:10
           |
        41 | speaks = "chat"
           |          ^^^^^^
          = help: write `speaks = ["chat"]`
    "#]],
    );
    check(
        provider("api = \"openai\"\nspeaks = [\"chat\", \"responses\", \"chat\"]"),
        expect![[r#"
        error: `chat` is listed twice in `speaks`
         --> countersign.toml:41:32
           |
        41 | speaks = ["chat", "responses", "chat"]
           |                                ^^^^^^
          = help: take one out
    "#]],
    );
    check(
        provider("api = \"anthropic\"\nspeaks = [\"chat\"]"),
        expect![[r#"
            error: `speaks` means nothing for `api = "anthropic"`
             --> countersign.toml:41:1
               |
            41 | speaks = ["chat"]
               | ^^^^^^
              = help: leave it out: it is for `api = "openai"` alone
        "#]],
    );
    check(
        provider("api = \"simulated\"\nspeaks = [\"chat\"]"),
        expect![[r#"
            error: `speaks` means nothing for `api = "simulated"`
             --> countersign.toml:41:1
               |
            41 | speaks = ["chat"]
               | ^^^^^^
              = help: leave it out: it is for `api = "openai"` alone
        "#]],
    );
}

#[test]
fn the_name_of_the_output_limit_is_checked() {
    let provider = |lines: &str| with_more(&format!("[providers.x]\napi_key = \"env:K\"\n{lines}\n"));
    check(
        provider("api = \"openai\"\nlimit_field = \"max_token\""),
        expect![[r#"
        error: "max_token" is not a field for the output limit
         --> countersign.toml:41:15
           |
        41 | limit_field = "max_token"
           |               ^^^^^^^^^^^
          = help: did you mean `max_tokens`?
    "#]],
    );
    check(
        provider("api = \"gemini\"\nlimit_field = \"max_tokens\""),
        expect![[r#"
        error: `limit_field` means nothing for `api = "gemini"`
         --> countersign.toml:41:1
           |
        41 | limit_field = "max_tokens"
           | ^^^^^^^^^^^
          = help: leave it out: it is for `api = "openai"` alone
    "#]],
    );
}

#[test]
fn what_is_probably_not_meant_about_a_provider_is_said() {
    let provider = |lines: &str| with_more(&format!("[providers.x]\n{lines}\n"));
    check(
        provider("api = \"openai\"\nbase_url = \"http://vllm:8000/v1\"\nprices = \"none\""),
        expect![[r#"
            warning: calls to `x` carry no key
             --> countersign.toml:38:1
               |
            38 | [providers.x]
               | ^^^^^^^^^^^^^
              = help: add `api_key = "env:NAME"` if vllm wants one

            warning: prompts travel to vllm in the clear
             --> countersign.toml:40:12
               |
            40 | base_url = "http://vllm:8000/v1"
               |            ^^^^^^^^^^^^^^^^^^^^^
              = help: use https, or add `allow_insecure = true` if the network in between is yours
        "#]],
    );
    check(
        provider("api = \"simulated\"\nbase_url = \"http://127.0.0.1\"\nheaders = { host = \"a\" }"),
        expect![[r#"
            warning: `base_url` means nothing for a simulated provider
             --> countersign.toml:40:1
               |
            40 | base_url = "http://127.0.0.1"
               | ^^^^^^^^
              = help: leave it out: the simulation is built in

            error: the header `host` is the gateway's own
             --> countersign.toml:41:13
               |
            41 | headers = { host = "a" }
               |             ^^^^
              = help: leave it out
        "#]],
    );
}

#[test]
fn a_model_without_a_price_is_never_free() {
    check(
        with(ROOT, "\"gpt-4o\"", "\"gpt-4oo\""),
        expect![[r#"
            warning: `openai/gpt-4oo` has no price in the list `openai`: calls are charged its dearest
             --> countersign.toml:30:12
               |
            30 | targets = [{ provider = "openai", model = "gpt-4oo" }]
               |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: did you mean `gpt-4o`? otherwise add its price to prices.toml, or give the provider `prices = "none"`
        "#]],
    );
    let mut files = with(ROOT, "\"gpt-4o\"", "\"acme-7b\"");
    files.entry(ROOT.into()).and_modify(|text| text.push_str("[pricing]\nunknown_model = \"refuse\"\n"));
    check(
        files,
        expect![[r#"
            error: `openai/acme-7b` has no price in the list `openai`, and calls without one are refused
             --> countersign.toml:30:12
               |
            30 | targets = [{ provider = "openai", model = "acme-7b" }]
               |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              = help: add its price to prices.toml, or give the provider `prices = "none"`
        "#]],
    );
}

#[test]
fn prices_are_checked() {
    check(
        with_file(
            "prices.toml",
            "[[price]]\nlist = \"openai\"\nmodel = \"m\"\ninput = 2\noutput = \"8 EUR\"\n",
        ),
        expect![[r#"
            error: `input` must be an amount as text
             --> prices.toml:4:9
              |
            4 | input = 2
              |         ^
              = help: write US dollars for a million tokens, as text: `input = "2.50"`

            error: "8 EUR" is not a price
             --> prices.toml:5:10
              |
            5 | output = "8 EUR"
              |          ^^^^^^^
              = help: write US dollars for a million tokens, as text: `output = "2.50"`
        "#]],
    );
    let one = "[[price]]\nlist = \"acme\"\nmodel = \"m\"\ninput = \"2\"\noutput = \"8\"\n";
    check(
        with_file("prices.toml", &format!("{one}{one}")),
        expect![[r#"
            error: the price of acme/m is stated twice for the same day
             --> prices.toml:6:1
              |
            6 | [[price]]
              | ^^^^^^^^^
              = help: keep one of them
        "#]],
    );
    check(
        with_file("prices.toml", "[price]\nlist = \"x\""),
        expect![[r#"
            error: `price` is a list of tables
             --> prices.toml:1:1
              |
            1 | [price]
              | ^^^^^^^
              = help: write each as [[price]], with two brackets, instead of [price]
        "#]],
    );
}

#[test]
fn retries_steps_and_keys_are_checked() {
    let route = |lines: &str| {
        with_more(&format!("[routes.x]\ntargets = [{{ provider = \"local\", model = \"m\" }}]\n{lines}\n"))
    };
    check(
        route("retries = 99"),
        expect![[r#"
        error: `retries` must be at most 10
         --> countersign.toml:40:11
           |
        40 | retries = 99
           |           ^^
    "#]],
    );
    check(
        route("after_timeout = \"nxt\""),
        expect![[r#"
        error: "nxt" is not an answer to a time-out
         --> countersign.toml:40:17
           |
        40 | after_timeout = "nxt"
           |                 ^^^^^
          = help: did you mean `next`?
    "#]],
    );
    check(
        route("retrys = 1"),
        expect![[r#"
        error: unknown key `retrys` in [routes.x]
         --> countersign.toml:40:1
           |
        40 | retrys = 1
           | ^^^^^^
          = help: did you mean `retries`?
    "#]],
    );
    check(
        with_more("[providers.x]\napi = \"openai\"\napi_keys = [\"env:A\", \"env:A\", \"sk-live-1\"]\n"),
        expect![[r#"
            warning: `env:A` is listed twice
             --> countersign.toml:40:22
               |
            40 | api_keys = *"*****"**"*****"**"*********"*
               |                      ^^^^^^^
              = help: take one out

            error: `api_keys` holds a literal secret
             --> countersign.toml:40:31
               |
            40 | api_keys = *"*****"**"*****"**"*********"*
               |                               ^^^^^^^^^^^
              = help: write where the key is: `api_key = "env:NAME"` for an environment variable, or "file:PATH"; a key that stood in a file is leaked: revoke it
        "#]],
    );
}

//! The reference page of the workspace files, written from the tables that the parser checks.

use std::fmt::Write as _;

use crate::read::{Key, Need, Spec};
use crate::sections::{
    budget, gateway, limits, organisation, people, pods, prices, pricing, prompt, providers, root, routes,
    workflow,
};

const INTRO: &str = "# Configuration

This page is generated from the tables of keys that the parser checks (`cargo xtask docs-check` holds it against \
them). A commented workspace that works at once comes from `countersign init`; a larger one is in `examples/acme`.

A workspace is a folder of TOML files, meant to live in the company's own Git repository:

```
acme/
├── countersign.toml            organisation, people, pods, providers, routes
├── workflows/NAME.toml         one workflow per file
├── prompts/NAME.prompty        one prompt per file
├── policies/NAME.toml          rules; checked to be TOML, not enforced by this version
└── prices.toml                 contract prices on top of the built-in price book
```

`countersign check DIR` validates one. A workspace that is wrong is refused whole, and every problem of every file \
is reported at once, with file, line, column and what would be right; a running server keeps the last good one. \
Unknown keys are errors. Files are read again when they change.

These files, and only these, are read and make up the configuration's hash. Each must be a readable file of UTF-8 text \
of at most 1 MiB; a link is followed, and one that leads nowhere is an error, as are a folder and a pipe of such a name. \
Other files beside them, such as `suites/` and pictures in `prompts/`, are left alone: they may be of any size and kind, \
and a change of them is no change of the configuration. Names that begin with a dot are left alone too.

Ids are 1 to 64 lower-case letters, digits, `-`, `_` and `.`, a letter or digit first. Money is text with its \
currency (`\"400 USD\"`), a duration text with its unit (`\"500ms\"`, `\"30s\"`, `\"2m\"`, `\"1h\"`), a size too \
(`\"32 MB\"`). Dates are `\"2026-11-01\"`, or a time as in RFC 3339.

**No secret stands in a file.** Keys are named by where they are: `env:NAME` or `file:PATH`. What looks like a \
literal secret is refused, and the message does not repeat it.
";

/// The page: `docs/configuration.md`.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(INTRO);
    let files: [(&Spec, &[&Spec]); 4] = [
        (
            &root::ROOT,
            &[
                &organisation::ORGANISATION,
                &people::PERSON,
                &pods::POD,
                &providers::PROVIDER,
                &routes::ROUTE,
                &routes::TARGET,
                &pricing::PRICING,
                &gateway::GATEWAY,
            ],
        ),
        (
            &workflow::WORKFLOW,
            &[
                &workflow::ROUTES,
                &limits::LIMITS,
                &budget::BUDGET,
                &workflow::CONTENT,
                &workflow::CACHE,
                &workflow::REDACTION,
                &workflow::RULE,
                &workflow::TOOLS,
                &workflow::APPROVAL,
                &workflow::REVIEW,
                &workflow::SLO,
                &workflow::FALLBACK,
            ],
        ),
        (&prompt::PROMPT, &[&prompt::MODEL, &prompt::SETTINGS, &prompt::INPUT]),
        (&prices::PRICES, &[&prices::PRICE]),
    ];
    for (file, sections) in files {
        write(&mut page, "##", file);
        for section in sections {
            write(&mut page, "###", section);
        }
    }
    page
}

fn write(page: &mut String, level: &str, spec: &Spec) {
    // Writing to a string can't fail.
    let _infallible = write!(page, "\n{level} `{}`\n\n{}\n", spec.title, spec.doc);
    if spec.keys.is_empty() {
        return;
    }
    page.push_str("\n| key | example | without it | meaning |\n| --- | --- | --- | --- |\n");
    for key in spec.keys {
        row(page, key);
    }
}

fn row(page: &mut String, key: &Key) {
    let without = match key.need {
        Need::Required => "**required**",
        Need::Default(without) => without,
    };
    let shape = key.shape.replace('|', "\\|");
    let _infallible = writeln!(page, "| `{}` | `{shape}` | {without} | {} |", key.name, key.doc);
}

//! `[cache]`: what is read of it, what is refused, and which edits make another seed.

use std::time::Duration;

use config::{Cache, Files, Snapshot};
use domain::Timestamp;
use domain::ids::WorkflowId;
use expect_test::{Expect, expect};

use crate::support::{load, said, with_sections};

fn cache(sections: &str) -> Option<Cache> {
    let workspace = load(&with_sections(sections));
    workspace.workflows[&WorkflowId::new("replies").expect("a name")].cache.clone()
}

fn seed(files: &Files) -> [u8; 32] {
    let workspace = load(files);
    let book = pricing::PriceBook::builtin().with(&workspace.prices).expect("prices");
    let snapshot = Snapshot::new(workspace, book, Timestamp::from_ms(0));
    snapshot.cache_of(&WorkflowId::new("replies").expect("a name")).expect("a cache").seed
}

fn check(sections: &str, expected: &Expect) {
    expected.assert_eq(&said(&with_sections(sections)));
}

#[test]
fn the_section_alone_turns_it_on_and_off_turns_it_off() {
    assert_eq!(cache(""), None);
    assert_eq!(cache("[cache]\nmode = \"off\"\nttl = \"5m\"\n"), None);
    assert_eq!(cache("[cache]\n"), Some(Cache::default()));
    let text = "[cache]\nmode = \"exact\"\nttl = \"5m\"\nsize = \"1 MB\"\nmax_answer = \"10 KB\"\nvary = [\"X-B\", \"x-a\", \"x-b\"]\n";
    let vary = vec!["x-a".to_owned(), "x-b".to_owned()];
    let expected = Cache { ttl: Duration::from_secs(300), size: 1_000_000, max_answer: 10_000, vary };
    assert_eq!(cache(text), Some(expected));
}

#[test]
fn what_can_not_be_is_refused() {
    check(
        "[cache]\nttl = \"0s\"\nsise = \"1 MB\"\n",
        &expect![[r#"
        error: "0s" is not a duration
         --> workflows/replies.toml:9:7
          |
        9 | ttl = "0s"
          |       ^^^^
          = help: write a whole number above 0 and a unit: "500ms", "5s", "2m" or "1h"

        error: unknown key `sise` in [cache]
         --> workflows/replies.toml:10:1
           |
        10 | sise = "1 MB"
           | ^^^^
          = help: did you mean `size`?
    "#]],
    );
    check(
        "[cache]\nsize = \"1 KB\"\nmax_answer = \"2 KB\"\nvary = [\"x y\"]\n",
        &expect![[r#"
        error: an answer of `max_answer` does not fit into `size`
         --> workflows/replies.toml:10:14
           |
        10 | max_answer = "2 KB"
           |              ^^^^^^
          = help: raise `size`, or lower `max_answer`

        error: "x y" can't be the name of a header
         --> workflows/replies.toml:11:9
           |
        11 | vary = ["x y"]
           |         ^^^^^
          = help: write the name of a header, such as "x-countersign-user"
    "#]],
    );
    check(
        "[cache]\nmode = \"semantic\"\n",
        &expect![[r#"
        error: "semantic" is not a cache mode
         --> workflows/replies.toml:9:8
          |
        9 | mode = "semantic"
          |        ^^^^^^^^^^
          = help: use one of exact, off
    "#]],
    );
    check(
        "[cache]\n[redaction]\nrequest = \"pseudonym\"\n",
        &expect![[r#"
        warning: calls that hold pseudonyms are never answered from a cache
         --> workflows/replies.toml:8:2
          |
        8 | [cache]
          |  ^^^^^
          = help: use `mask`, or expect few hits
    "#]],
    );
}

#[test]
fn whatever_can_change_an_answer_makes_another_seed() {
    let same = with_sections("[cache]\n");
    assert_eq!(seed(&same), seed(&same));
    let edited = |path: &str, from: &str, to: &str| {
        let mut files = with_sections("[cache]\n");
        let text = files.get_mut(path).expect("the file is there");
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        seed(&files)
    };
    for (path, from, to) in [
        ("workflows/replies.toml", "[cache]", "[cache]\nttl = \"5m\""),
        ("workflows/replies.toml", "[cache]", "[tools]\nallow = []\n[cache]"),
        ("countersign.toml", "gpt-4o", "gpt-4.1"),
        ("countersign.toml", "http://127.0.0.1:8080/v1", "http://127.0.0.1:8081/v1"),
        ("countersign.toml", "prices = \"none\"", "prices = \"none\"\nspeaks = [\"chat\"]"),
    ] {
        assert_ne!(edited(path, from, to), seed(&same), "{to}");
    }
    assert_eq!(edited("countersign.toml", "Maya Chen", "Maya C. Chen"), seed(&same), "people answer nothing");
}

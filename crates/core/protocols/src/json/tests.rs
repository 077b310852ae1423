//! The grammar, held against serde_json as an oracle.

use proptest::prelude::*;

use super::*;

fn accepts(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    std::str::from_utf8(text).is_ok() && cursor.skip().is_ok() && cursor.end().is_ok()
}

fn oracle(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok() && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC*".prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn the_grammar_is_that_of_the_rfc() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[",
        "[1,]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-0",
        "0.5E-3",
        "truE",
        "tru",
        "nul",
        "null",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"\u{7f}\"",
        "1 1",
        "[] ",
        "\u{feff}1",
        "\"a",
        "\"\\",
        "\"\\ud800\"",
        "+1",
        "'a'",
        "NaN",
        "{\"a\":1,\"a\":2}",
        "[[],{}]",
        "-1.5e10",
    ] {
        assert_eq!(accepts(text.as_bytes()), oracle(text.as_bytes()), "{text:?}");
    }
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    assert!(accepts(&nested(127)));
    assert!(!accepts(&nested(128)));
    assert!(!accepts(&vec![b'['; 10_000_000]));
    let error = Cursor::new(&nested(200)).skip().unwrap_err();
    assert_eq!(error.describe(&nested(200)), "nested too deeply (127 levels are read) at line 1, column 128");
}

#[test]
fn errors_say_where() {
    let text = b"{\n  \"a\": 1\n  \"b\": 2\n}";
    let error = Cursor::new(text).skip().unwrap_err();
    assert_eq!(error.describe(text), "expected ',' or '}' at line 3, column 3");
}

#[test]
fn half_a_surrogate_pair_is_kept_as_written() {
    let text = Cursor::new(br#""a\ud800b""#).string().unwrap();
    assert_eq!(text.to_text(), "a\\ud800b");
}

proptest! {
    #[test]
    fn every_json_text_is_read_and_no_byte_is_left(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
        let mut cursor = Cursor::new(&text);
        prop_assert_eq!(cursor.span(), Ok(0..text.len()));
        prop_assert_eq!(cursor.end(), Ok(()));
    }

    #[test]
    fn a_damaged_text_is_judged_as_serde_judges_it(value in any_json(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut text = serde_json::to_vec(&value).unwrap();
        let at = at.index(text.len());
        text[at] = byte;
        prop_assert_eq!(accepts(&text), oracle(&text), "{:?}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn strings_know_their_length_and_content(text in any::<String>()) {
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        for json in [serde_json::to_string(&text).unwrap(), format!("\"{escaped}\"")] {
            let read = Cursor::new(json.as_bytes()).string().unwrap();
            prop_assert_eq!(read.len(), text.len() as u64);
            prop_assert_eq!(read.to_text(), text.as_str());
        }
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(accepts(&bytes), oracle(&bytes));
    }
}

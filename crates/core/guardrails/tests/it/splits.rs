//! Fragments never matter.

use std::sync::{Arc, LazyLock};

use guardrails::{Action, Kinds, Policy, Rule, Scanner, Session, redact_text};
use proptest::prelude::*;

use crate::support::{in_fragments, of, session};

const PIECES: [&str; 58] = [
    "john.doe@example.com",
    "+49 30 901820",
    "(415) 555-0132",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "536-90-4399",
    "12345678Z",
    "203.0.113.7",
    "2001:db8::8a2e:370:7334",
    "00:1A:2b:3c:4D:5e",
    "passport X1234567",
    "born on 12 March 1980",
    "221B Baker Street, Springfield, IL 62704",
    "Maria Lopez",
    "Łukasz",
    "Dr. ",
    "Dear ",
    "AKIAIOSFODNN7EXAMPLE",
    "sk-ant-api03-Zk3vQ9xT7bL1mN5pR8sW2yA4cE6gH0jK-d_F",
    "password: ",
    "hunter2x",
    "token=",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "MIIEpAIBAAKCAQEA75",
    "-----END RSA PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.",
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "am9obi5kb2VAZXhhbXBsZS5jb20=",
    "john%40example.com",
    "%2B49%2030%20901820",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "\n",
    "the",
    "order",
    "a",
    "é",
    "日本",
    "“",
    "1",
    "22",
    "-",
    "--",
    "(",
    "+",
    "::",
    "%",
    "@",
    ".",
    "_",
    "X",
    "ACME-12345",
    "ACME-",
    "Hauptstraße 12a, 10115 Berlin",
    "https://user:pa55word@host/",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[A-Za-z0-9+/]{1,1400}",
        1 => "\\PC{0,12}",
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn cut(text: &str, cuts: &[proptest::sample::Index]) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(letters.len() + 1)).collect();
    places.extend([0, letters.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| letters[pair[0]..pair[1]].iter().collect()).collect()
}

static RULES: LazyLock<Arc<Scanner>> = LazyLock::new(|| {
    let rules = [Rule::new("acme", r"\bACME-\d+\b", None), Rule::new("odd", r"(?i)x[a-z .]{2,40}y", None)];
    Arc::new(Scanner::new(Kinds::all(), rules.into_iter().map(Result::unwrap).collect()))
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_split_of_a_text_gives_the_same_as_the_whole(text in texts(), cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12)) {
        for action in [Action::Mask, Action::Pseudonym, Action::Detect] {
            let (mut whole, mut pieces) = (of(action, &RULES), of(action, &RULES));
            let expected = redact_text(&mut whole, &text).unwrap_or_else(|| text.clone());
            let fragments = cut(&text, &cuts);
            let found = in_fragments(&mut pieces, fragments.iter().map(String::as_str));
            prop_assert_eq!(&found, &expected, "{:?}", fragments);
            prop_assert_eq!(pieces.found(), whole.found());
        }
    }

    #[test]
    fn one_letter_at_a_time_gives_the_same_as_the_whole(text in texts()) {
        let expected = redact_text(&mut session(Action::Mask), &text).unwrap_or_else(|| text.clone());
        let letters: Vec<String> = text.chars().map(String::from).collect();
        prop_assert_eq!(in_fragments(&mut session(Action::Mask), letters.iter().map(String::as_str)), expected);
    }

    #[test]
    fn restoring_a_pseudonym_gives_the_value(text in texts(), cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12)) {
        prop_assume!(!text.contains("-----BEGIN") && !text.contains("eyJ") && text.len() < 1_000);
        let mut out = session(Action::Pseudonym);
        let hidden = redact_text(&mut out, &text).unwrap_or_else(|| text.clone());
        let mut back = Session::restoring(Policy { scanner: None, action: Action::Detect }, out.into_vault());
        let fragments = cut(&hidden, &cuts);
        prop_assert_eq!(in_fragments(&mut back, fragments.iter().map(String::as_str)), text);
    }
}

#[test]
fn a_text_without_a_value_is_held_back_by_a_word_at_most() {
    let (mut session, mut flow, mut steps) = (session(Action::Mask), guardrails::Flow::new(), Vec::new());
    for fragment in ["The ", "quick ", "brown ", "fox ", "jumps ", "over ", "a ", "lazy ", "dog ", "again."] {
        flow.push(&mut session, fragment, &mut steps);
        assert!(flow.held() <= fragment.len(), "{fragment:?}: {} bytes are held", flow.held());
    }
}

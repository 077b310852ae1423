//! "Did you mean": the name that a word was probably meant to be.
//!
//! One rule for everything that people and callers spell: keys of files, names of workflows,
//! variables of prompts. A suggestion is never acted on; it is only said.

/// Bytes by which two words may differ in length and still be compared: beyond it none is meant.
const MOST_LONGER: usize = 12;

/// The name that `word` was probably meant to be: one edit for every three letters, at least one
/// and at most three. Upper and lower case, and `-`, `_` and a space, are the same. What shares no
/// letter with the word is never meant.
#[must_use]
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = plain(word);
    let letters = wanted.chars().count();
    let allowed = (letters / 3).clamp(1, 3);
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(word.len()) <= MOST_LONGER)
        .map(|name| (strsim::damerau_levenshtein(&wanted, &plain(name)), name))
        .filter(|(distance, _)| *distance <= allowed && *distance < letters)
        .min()
        .map(|(_, name)| name)
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEYS: [&str; 5] = ["title", "owner", "operating_model", "unit_of_work", "sql"];

    #[test]
    fn near_words_are_meant_and_far_ones_are_not() {
        for (word, meant) in [
            ("ownr", Some("owner")),
            ("Owner", Some("owner")),
            ("woner", Some("owner")),
            ("operating-model", Some("operating_model")),
            ("oprating modl", Some("operating_model")),
            ("sq", Some("sql")),
            ("SQL", Some("sql")),
            ("x", None),
            ("budget", None),
            ("units_of_working", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, KEYS), meant, "{word}");
        }
        assert_eq!(nearest("x", ["y"]), None, "one letter shares nothing with another");
        assert_eq!(nearest("ab", ["ax", "ac"]), Some("ac"), "of equals the first by name");
    }

    proptest! {
        #[test]
        fn a_name_is_meant_by_itself_and_by_itself_with_a_letter_left_out(
            name in "[a-z]{2,20}",
            at in any::<prop::sample::Index>(),
        ) {
            prop_assert_eq!(nearest(&name, [name.as_str()]), Some(name.as_str()));
            let mut short = name.clone();
            short.remove(at.index(name.len()));
            prop_assert_eq!(nearest(&short, [name.as_str()]).is_some(), short.len() > 1);
        }
    }
}

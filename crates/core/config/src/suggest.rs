//! "Did you mean".

/// The candidate that `word` was probably meant to be.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = word.to_lowercase();
    let allowed = (wanted.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Help for a word that is none of the candidates: the one that was probably meant, or the list,
/// introduced by `intro`.
pub(crate) fn help<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
    intro: &str,
) -> String {
    match nearest(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("{intro} {}", list(candidates)),
    }
}

/// A list for a message, with its end cut where it would be long.
pub(crate) fn list<'c>(words: impl IntoIterator<Item = &'c str>) -> String {
    const MOST: usize = 20;
    let words: Vec<_> = words.into_iter().collect();
    let shown = words.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    match words.len().checked_sub(MOST) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

/// Edits between two words; `_`, `-` and a space are one character, and a plural is one edit.
fn distance(wanted: &str, candidate: &str) -> usize {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    // A word so long that it can't be meant is not worth comparing.
    if wanted.len().abs_diff(candidate.len()) > 12 {
        return usize::MAX;
    }
    strsim::damerau_levenshtein(&plain(wanted), &plain(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let keys = ["title", "owner", "operating_model", "unit_of_work"];
        assert_eq!(nearest("ownr", keys), Some("owner"));
        assert_eq!(nearest("Owner", keys), Some("owner"));
        assert_eq!(nearest("operating-model", keys), Some("operating_model"));
        assert_eq!(nearest("x", keys), None);
        assert_eq!(nearest("budget", keys), None);
        assert_eq!(help("zzz", keys, "use"), "use title, owner, operating_model, unit_of_work");
    }
}

//! "Did you mean", in the words of a finding. What was meant is `domain::meant`'s rule.

pub(crate) use domain::meant::nearest;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_the_word_that_was_meant_or_the_list() {
        let keys = ["title", "owner", "operating_model", "unit_of_work"];
        assert_eq!(help("ownr", keys, "use"), "did you mean `owner`?");
        assert_eq!(help("zzz", keys, "use"), "use title, owner, operating_model, unit_of_work");
    }
}

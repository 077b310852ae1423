//! Error codes wherever they stand: each leads to the page that explains it.

use maud::{Markup, html};

use crate::links;

/// A code, linked where it is one of ours: a provider's own code is shown as it is.
pub(crate) fn code(code: &str) -> Markup {
    html! {
        @match links::code(code) {
            Some(href) => a href=(href) { code { (code) } },
            None => code { (code) },
        }
    }
}

/// Words with every code among them linked.
pub(crate) fn coded(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match links::code(piece) { Some(_) => (code(piece)), None => (piece) }
        }
    }
}

/// Words of a message for a terminal, with what stands between backticks as code.
pub(crate) fn marked(text: &str) -> Markup {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return coded(text);
    }
    html! {
        @for (index, piece) in pieces.iter().enumerate() {
            @if index.is_multiple_of(2) { (coded(piece)) } @else { code { (piece) } }
        }
    }
}

/// The text, cut before and after everything that has the form of a code.
fn pieces(text: &str) -> Vec<&str> {
    const LENGTH: usize = "CS-0000".len();
    let mut pieces = Vec::new();
    let mut rest = text;
    for (at, _) in text.match_indices("CS-") {
        let done = text.len() - rest.len();
        let found =
            at.checked_sub(done).and_then(|start| rest.get(start..start + LENGTH).map(|it| (start, it)));
        if let Some((start, form)) = found.filter(|(_, form)| links::code(form).is_some()) {
            pieces.push(&rest[..start]);
            pieces.push(form);
            rest = &rest[start + LENGTH..];
        }
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn codes_among_words_are_linked() {
        let text = "It was refused (CS-0307): see CS-9999, CS-03 and CS-CS-0301é.";
        assert_eq!(
            coded(text).into_string(),
            "It was refused (<a href=\"/errors/CS-0307\"><code>CS-0307</code></a>): see CS-9999, CS-03 and \
             CS-<a href=\"/errors/CS-0301\"><code>CS-0301</code></a>é."
        );
        assert_eq!(coded("<b> & nothing").into_string(), "&lt;b&gt; &amp; nothing");
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in any::<String>(), more in any::<String>()) {
            let whole = format!("{text}CS-0301{more}CS-");
            prop_assert_eq!(pieces(&whole).concat(), whole);
        }
    }
}

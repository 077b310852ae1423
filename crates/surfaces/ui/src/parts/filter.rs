//! The fields of a filter that reads like a sentence. What was typed stays as it was typed, and what
//! is wrong with it stands behind it, tied to it (WCAG 2.2, 3.3.1). A field must never drop a value
//! that it can't hold: what is no day stands in a field for text.

use control::views::PeriodQuery;
use domain::Timestamp;
use maud::{Markup, html};

use super::trouble;
use crate::forms::Wrong;

/// The usual periods, in words.
const PERIODS: [(&str, &str); 4] =
    [("today", "today"), ("7d", "the last 7 days"), ("30d", "the last 30 days"), ("month", "this month")];

/// A filter, as it is offered or as it was sent and refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter<'a> {
    fields: &'static [&'static str],
    wrong: Option<&'a Wrong>,
}

/// A blank in the sentence.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Blank<'a> {
    /// Name in the address.
    pub(crate) name: &'a str,
    /// The words before it.
    pub(crate) label: &'a str,
    /// What stands in it.
    pub(crate) value: Option<&'a str>,
    /// What it means while it is empty: "anyone". A choice without it can't be left empty.
    pub(crate) any: &'a str,
    /// Its width in characters.
    pub(crate) size: u8,
    /// What is filled in.
    pub(crate) kind: Kind,
}

/// What is filled into a blank.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    /// A word.
    #[default]
    Word,
    /// What one looks for: the key for filters goes there.
    Sought,
    /// Dollars.
    Money,
}

impl<'a> Filter<'a> {
    /// A filter with these fields, and what is wrong with what was typed.
    pub(crate) const fn new(fields: &'static [&'static str], wrong: Option<&'a Wrong>) -> Self {
        Self { fields, wrong }
    }

    /// What stands above the form if it was refused: why there is nothing to see.
    pub(crate) fn trouble(self) -> Markup {
        let words = self.wrong.map(|wrong| match wrong.field.as_str() {
            field if self.fields.contains(&field) => {
                "Nothing is shown: the filter can't be read. What is wrong stands at its field.".to_owned()
            }
            "cursor" => {
                "The address names no place in this list. The filter stands as it was; send it again to see its first page."
                    .to_owned()
            }
            field => format!("Nothing is shown: the address can't be read. {field}: {}", wrong.text),
        });
        trouble(&words.unwrap_or_default())
    }

    /// A choice. What was asked for and is not on offer stands among the options.
    pub(crate) fn choose(self, blank: &Blank<'_>, options: &[(String, String)]) -> Markup {
        let known = |chosen: &&str| options.iter().any(|(value, _)| value == chosen);
        self.around(
            blank.name,
            blank.label,
            &html! {
                select id={ "f-" (blank.name) } name=(blank.name) aria-invalid=[self.invalid(blank.name)]
                    aria-describedby=[self.about(blank.name)] {
                    @if !blank.any.is_empty() { option value="" { (blank.any) } }
                    @for (value, words) in options {
                        option value=(value) selected[blank.value == Some(value.as_str())] { (words) }
                    }
                    @if let Some(other) = blank.value.filter(|chosen| !known(chosen)) {
                        option value=(other) selected { (other) }
                    }
                }
            },
        )
    }

    /// A blank to type into.
    pub(crate) fn fill(self, blank: &Blank<'_>) -> Markup {
        let kind = (blank.kind == Kind::Sought).then_some("search");
        let mode = (blank.kind == Kind::Money).then_some("decimal");
        self.around(blank.name, blank.label, &html! {
            input id={ "f-" (blank.name) } name=(blank.name) type=[kind] value=[blank.value] inputmode=[mode]
                placeholder=(blank.any) size=(blank.size) autocomplete="off" aria-invalid=[self.invalid(blank.name)]
                aria-describedby=[self.about(blank.name)] data-filter[blank.kind == Kind::Sought];
        })
    }

    /// A day. A time of day, and what is no day at all, stands there as text. That it is none is said
    /// here, so that it is said of both ends at once.
    pub(crate) fn day(self, name: &str, label: &str, value: Option<&str>) -> Markup {
        let read = value.map(Timestamp::parse);
        let is_day = value.is_none_or(|text| text.len() == "2026-11-23".len()) && read != Some(None);
        let text = format!("{:?} is no date: write it as 2026-11-23.", value.unwrap_or_default());
        let own = (read == Some(None)).then(|| Wrong { field: name.to_owned(), text });
        let filter = Filter { fields: self.fields, wrong: own.as_ref().or(self.wrong) };
        let field = html! {
            input id={ "f-" (name) } name=(name) type=(if is_day { "date" } else { "text" }) value=[value]
                placeholder=[(!is_day).then_some("2026-11-23")] aria-invalid=[filter.invalid(name)]
                aria-describedby=[filter.about(name)];
        };
        filter.around(name, label, &field)
    }

    /// A period by name, or by its days; `usual` is what is shown if nothing is said.
    pub(crate) fn period(self, label: &str, asked: &PeriodQuery, usual: &str) -> Markup {
        let periods = PERIODS.map(|(word, words)| (word.to_owned(), words.to_owned()));
        let dated = asked.from.is_some() || asked.to.is_some();
        let value = asked.period.as_deref().or((!dated).then_some(usual));
        let any = if dated { "the dates given" } else { "" };
        html! {
            (self.choose(&Blank { name: "period", label, value, any, ..Blank::default() }, &periods))
            (self.day("from", "or from", asked.from.as_deref()))
            (self.day("to", "to", asked.to.as_deref()))
        }
    }

    fn around(self, name: &str, label: &str, field: &Markup) -> Markup {
        let wrong = Wrong::at(self.wrong, name);
        html! {
            span.choose {
                label for={ "f-" (name) } { (label) }
                (field)
                @if !wrong.is_empty() { span.wrong id={ "f-" (name) "-wrong" } { (wrong) } }
            }
        }
    }

    fn invalid(self, name: &str) -> Option<&'static str> {
        (!Wrong::at(self.wrong, name).is_empty()).then_some("true")
    }

    fn about(self, name: &str) -> Option<String> {
        self.invalid(name).map(|_| format!("f-{name}-wrong"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(value: &str) -> String {
        Filter::new(&["from"], None).day("from", "from", Some(value)).into_string()
    }

    #[test]
    fn a_day_is_picked_and_anything_else_stands_as_it_was_typed() {
        for (value, kind) in [
            ("2026-11-23", "date"),
            ("2026-11-31", "text"),
            ("2026-11-23T10:00:00Z", "text"),
            ("yesterday", "text"),
            ("23.11.2026", "text"),
        ] {
            let text = day(value);
            assert!(text.contains(&format!("type=\"{kind}\" value=\"{value}\"")), "{value}: {text}");
        }
        let empty = Filter::new(&["from"], None).day("from", "from", None).into_string();
        assert!(empty.contains("type=\"date\"") && !empty.contains("value="), "{empty}");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field_or_above_the_form() {
        let wrong = |field: &str| Wrong { field: field.into(), text: "It is no day.".into() };
        for (field, above, at) in [
            ("from", "at its field", true),
            ("cursor", "first page", false),
            ("limit", "limit: It is", false),
        ] {
            let wrong = wrong(field);
            let filter = Filter::new(&["from"], Some(&wrong));
            let said = filter.trouble().into_string();
            assert!(said.contains(above) && said.contains("role=\"alert\""), "{field}: {said}");
            let text = filter.day("from", "from", Some("2026-11-23")).into_string();
            assert_eq!(text.contains("aria-describedby=\"f-from-wrong\""), at, "{field}: {text}");
            assert_eq!(text.contains("It is no day."), at, "{field}: {text}");
        }
        assert_eq!(Filter::new(&["from"], None).trouble().into_string(), "");
    }

    proptest! {
        #[test]
        fn no_text_is_lost(value in "[a-z0-9:T. -]{1,30}") {
            prop_assert!(day(&value).contains(&format!("value=\"{value}\"")), "{}", day(&value));
        }
    }
}

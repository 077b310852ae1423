//! Tables: a caption for screen readers, scoped heads, figures to the right, room to scroll.

use maud::{Markup, html};

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Col {
    name: &'static str,
    class: Option<&'static str>,
    hint: Option<&'static str>,
}

impl Col {
    /// A column of words.
    pub(crate) const fn text(name: &'static str) -> Self {
        Self { name, class: None, hint: None }
    }

    /// A column of figures.
    pub(crate) const fn num(name: &'static str) -> Self {
        Self { name, class: Some("num"), hint: None }
    }

    /// The same column, explained on hover.
    pub(crate) const fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// A table with `rows` as its body: one `tr` each, the first cell a `th` with scope `row`.
pub(crate) fn table(id: &str, caption: &str, columns: &[Col], rows: &Markup) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-label={ "Table: " (caption) } {
            table id=(id) class=[(columns.len() > 10).then_some("zebra")] {
                caption.sr { (caption) }
                thead { tr {
                    @for column in columns {
                        th scope="col" class=[column.class] title=[column.hint] { (column.name) }
                    }
                } }
                tbody { (rows) }
            }
        }
    }
}

/// A part of a page under its own heading, swapped while the page is open.
pub(crate) fn section(id: &str, title: &str, aside: &Markup, body: &Markup) -> Markup {
    html! {
        section.part id=(id) aria-labelledby={ (id) "-title" } data-live {
            header.part-head { h2 id={ (id) "-title" } { (title) } div.aside { (aside) } }
            (body)
        }
    }
}

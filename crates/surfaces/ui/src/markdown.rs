//! The project's own Markdown as a part of a page: CommonMark with tables, read by pulldown-cmark.
//!
//! What the pages promise holds here too: tables have a caption and scoped heads, nothing leads
//! off this server, and no markup in the text becomes markup on the page.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::links;

/// Writes the text out. A table is named by the heading above it.
pub(crate) fn render(text: &str) -> Markup {
    let mut shaper = Shaper::default();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| shaper.shape(event));
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events);
    PreEscaped(out)
}

/// Where in the text the reader is.
#[derive(Default)]
struct Shaper {
    /// The words of the heading above.
    heading: String,
    place: Place,
    link: Link,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    /// Anywhere else.
    #[default]
    Text,
    Heading,
    /// The heads of a table.
    Heads,
    /// The first cell of a row.
    First,
    /// A later cell of a row.
    Cell,
}

/// Whether the link that is open leads somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Link {
    #[default]
    Kept,
    /// Only its words stay.
    Dropped,
}

impl Shaper {
    fn shape<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.place == Place::Heading => {
                self.heading.push_str(&text);
                Event::Text(text)
            }
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            other => other,
        }
    }

    fn start<'a>(&mut self, tag: Tag<'a>) -> Event<'a> {
        match tag {
            Tag::Heading { .. } => {
                self.heading.clear();
                self.place = Place::Heading;
            }
            Tag::Link { link_type, dest_url, title, id } => {
                return self.link(&dest_url, |dest_url| Tag::Link { link_type, dest_url, title, id });
            }
            Tag::CodeBlock(_) => return Event::Html("<pre class=\"code\"><code>".into()),
            Tag::Table(_) => return self.table(),
            Tag::TableHead => {
                self.place = Place::Heads;
                return Event::Html("<thead><tr>".into());
            }
            Tag::TableRow => {
                self.place = Place::First;
                return Event::Html("<tr>".into());
            }
            Tag::TableCell => return Event::Html(self.cell().into()),
            _ => {}
        }
        Event::Start(tag)
    }

    fn end<'a>(&mut self, tag: TagEnd) -> Event<'a> {
        match tag {
            TagEnd::Heading(_) => self.place = Place::Text,
            TagEnd::Link if self.link == Link::Dropped => return Event::Text("".into()),
            TagEnd::CodeBlock => return Event::Html("</code></pre>".into()),
            TagEnd::TableHead => return Event::Html("</tr></thead><tbody>".into()),
            TagEnd::TableRow => return Event::Html("</tr>".into()),
            TagEnd::TableCell => return Event::Html(self.cell_end().into()),
            TagEnd::Table => {
                self.place = Place::Text;
                return Event::Html("</tbody></table></div>".into());
            }
            _ => {}
        }
        Event::End(tag)
    }

    /// A link to another page of errors leads to where it is served; of any other, the words stay.
    fn link<'a>(&mut self, target: &str, tag: impl FnOnce(CowStr<'a>) -> Tag<'a>) -> Event<'a> {
        let href = match target.strip_suffix(".md") {
            Some("README") => Some("/errors".to_owned()),
            Some(code) => links::code(code),
            None => None,
        };
        self.link = if href.is_some() { Link::Kept } else { Link::Dropped };
        href.map_or(Event::Text("".into()), |href| Event::Start(tag(href.into())))
    }

    fn table<'a>(&self) -> Event<'a> {
        let caption = html! { caption.sr { (self.heading) } }.into_string();
        let label = html! { (self.heading) }.into_string();
        let open = format!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: {label}\"><table>{caption}"
        );
        Event::Html(open.into())
    }

    const fn cell(&self) -> &'static str {
        match self.place {
            Place::Heads => "<th scope=\"col\">",
            Place::First => "<th scope=\"row\">",
            Place::Text | Place::Heading | Place::Cell => "<td>",
        }
    }

    const fn cell_end(&mut self) -> &'static str {
        match self.place {
            Place::Heads => "</th>",
            Place::First => {
                self.place = Place::Cell;
                "</th>"
            }
            Place::Text | Place::Heading | Place::Cell => "</td>",
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn links_stay_on_this_server() {
        let text = "[a](CS-0301.md) [all](README.md) [prices](../how-to/prices.md) [x](https://x.example) [y](CS-9999.md)";
        expect![[r#"
            <p><a href="/errors/CS-0301">a</a> <a href="/errors">all</a> prices x y</p>
        "#]]
        .assert_eq(&render(text).into_string());
    }

    #[test]
    fn tables_are_named_and_their_heads_scoped() {
        let text = "## A \"b\"\n\n| one | two |\n| --- | --- |\n| `1` | 2 |\n| 3 | 4 |\n";
        expect![[r#"
            <h2>A "b"</h2>
            <div class="scroll" role="region" tabindex="0" aria-label="Table: A &quot;b&quot;"><table><caption class="sr">A &quot;b&quot;</caption><thead><tr><th scope="col">one</th><th scope="col">two</th></tr></thead><tbody><tr><th scope="row"><code>1</code></th><td>2</td></tr><tr><th scope="row">3</th><td>4</td></tr></tbody></table></div>"#]]
        .assert_eq(&render(text).into_string());
    }

    #[test]
    fn markup_in_the_text_is_text() {
        let text = "a <b onclick=\"x()\">b</b>\n\n<script>x()</script>\n\n```json\n{\"a\":\"<b>\"}\n```\n";
        let out = render(text).into_string();
        assert!(!out.contains("<b") && !out.contains("<script"), "{out}");
        assert!(out.contains("<pre class=\"code\"><code>{\"a\":\"&lt;b&gt;\"}"), "{out}");
    }
}

//! A strict reader of HTML as these pages write it, and the rules every page keeps.

use std::collections::BTreeSet;

const VOID: [&str; 8] = ["meta", "link", "input", "br", "hr", "img", "col", "source"];

/// A start tag with its attributes, the names of the elements around it, and the text inside it.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) around: Vec<String>,
    pub(super) text: String,
}

impl Element {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a document; panics where tags do not nest.
pub(super) fn read(html: &str) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        for index in &open {
            elements[*index].text.push_str(&rest[..at]);
        }
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let index = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
            assert_eq!(elements[index].name, name, "tags nest");
            continue;
        }
        let (name, attributes) = attributes(tag);
        let around = open.iter().map(|index| elements[*index].name.clone()).collect();
        let is_void = VOID.contains(&name.as_str());
        elements.push(Element { name, attributes, around, text: String::new() });
        if !is_void {
            open.push(elements.len() - 1);
        }
    }
    assert!(open.is_empty(), "every tag is closed");
    elements
}

fn attributes(tag: &str) -> (String, Vec<(String, String)>) {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut list = Vec::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let end = quoted.find('"').expect("a value ends");
                rest = &quoted[end + 1..];
                quoted[..end].to_owned()
            }
            None => String::new(),
        };
        assert!(!list.iter().any(|(known, _)| *known == name), "{name} twice in <{tag}>");
        list.push((name, value));
    }
    (name.to_owned(), list)
}

/// Everything that every page promises. `page` names it in messages.
pub(super) fn check(page: &str, html: &str) {
    let elements = read(html);
    ids(page, &elements);
    labels(page, &elements);
    tables(page, &elements);
    headings(page, &elements);
    policy(page, &elements);
    names(page, &elements);
}

fn ids(page: &str, elements: &[Element]) {
    let mut seen = BTreeSet::new();
    for id in elements.iter().filter_map(|element| element.get("id")) {
        assert!(!id.is_empty() && seen.insert(id), "{page}: the id {id:?} is not unique");
    }
    let lists = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];
    for element in elements {
        for id in lists.iter().filter_map(|name| element.get(name)).flat_map(str::split_whitespace) {
            assert!(seen.contains(id), "{page}: {} refers to {id:?}, which is not there", element.name);
        }
        if let Some(id) = element.get("href").and_then(|href| href.strip_prefix('#')) {
            assert!(seen.contains(id), "{page}: #{id} leads nowhere");
        }
        if element.get("data-live").is_some() {
            assert!(element.get("id").is_some(), "{page}: a live piece needs an id");
        }
    }
}

fn labels(page: &str, elements: &[Element]) {
    let labelled: BTreeSet<&str> =
        elements.iter().filter(|one| one.name == "label").filter_map(|one| one.get("for")).collect();
    for field in elements.iter().filter(|one| matches!(one.name.as_str(), "input" | "select" | "textarea")) {
        let named = field.get("type") == Some("hidden")
            || field.get("aria-label").is_some()
            || field.around.iter().any(|name| name == "label")
            || field.get("id").is_some_and(|id| labelled.contains(id));
        assert!(named, "{page}: a field without a label: {field:?}");
    }
}

fn tables(page: &str, elements: &[Element]) {
    let count = |name: &str| elements.iter().filter(|one| one.name == name).count();
    assert_eq!(count("table"), count("caption"), "{page}: every table has a caption");
    for head in elements.iter().filter(|one| one.name == "th") {
        assert!(matches!(head.get("scope"), Some("col" | "row")), "{page}: a th without a scope");
    }
    for caption in elements.iter().filter(|one| one.name == "caption") {
        assert!(!caption.text.trim().is_empty(), "{page}: an empty caption");
    }
}

fn headings(page: &str, elements: &[Element]) {
    let mut last = 0;
    for heading in elements {
        let level = match heading.name.as_str() {
            "h1" => 1,
            "h2" => 2,
            "h3" => 3,
            _ => continue,
        };
        if heading.around.iter().any(|name| name == "dialog") {
            continue;
        }
        assert!(level <= last + 1, "{page}: {:?} skips a level", heading.text);
        last = level;
    }
    assert_eq!(elements.iter().filter(|one| one.name == "h1").count(), 1, "{page}: one h1");
    assert_eq!(elements.iter().filter(|one| one.name == "main").count(), 1, "{page}: one main");
}

fn policy(page: &str, elements: &[Element]) {
    for element in elements {
        assert!(
            element.name != "style" && element.get("style").is_none(),
            "{page}: inline style: {element:?}"
        );
        assert!(element.name != "script" || element.text.is_empty(), "{page}: inline script");
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on"), "{page}: inline handler {name}");
            let address = matches!(name.as_str(), "href" | "src" | "action");
            assert!(
                !address || value.starts_with(['/', '#']) && !value.starts_with("//"),
                "{page}: leads outside: {value}"
            );
        }
    }
    for form in elements.iter().filter(|one| one.name == "form" && one.get("method") == Some("get")) {
        assert!(!form.text.contains("f00f"), "{page}: the token would be in the address");
    }
}

fn names(page: &str, elements: &[Element]) {
    for one in elements {
        let words = !one.text.trim().is_empty() || one.get("aria-label").is_some();
        let silent = one.get("aria-hidden") == Some("true");
        match one.name.as_str() {
            "a" | "button" | "summary" | "option" => {
                assert!(words, "{page}: {} without words: {one:?}", one.name);
            }
            "nav" | "dialog" => {
                let named = one.get("aria-label").or(one.get("aria-labelledby"));
                assert!(named.is_some(), "{page}: {} without a name", one.name);
            }
            "svg" => {
                let inside = one.around.iter().any(|name| name == "svg");
                let image = one.get("role") == Some("img") && one.get("aria-label").is_some();
                assert!(silent || image || inside, "{page}: an svg that says nothing: {one:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn the_reader_sees_what_is_wrong() {
    let caught = |html: &str| std::panic::catch_unwind(|| check("test", html)).is_err();
    let page = |body: &str| format!("<main><h1>x</h1>{body}</main>");
    assert!(!caught(&page("<p>fine</p>")));
    for wrong in [
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<input type=\"text\">",
        "<table></table>",
        "<h3>deep</h3>",
        "<p style=\"color:red\">x</p>",
        "<a href=\"https://x.example\">x</a>",
        "<a href=\"/x\"></a>",
        "<p><b></p></b>",
        "<label for=\"b\">x</label>",
    ] {
        assert!(caught(&page(wrong)), "{wrong}");
    }
}

//! What changed in a list, model by model.

use std::collections::BTreeMap;

/// The changes between two texts of a list, as lines to show; none where only the day of the
/// check and the versions of the packages differ.
pub(super) fn lines(list: &str, before: &str, after: &str) -> Vec<String> {
    let (old, new) = (models(before), models(after));
    let mut lines = Vec::new();
    for (name, text) in &old {
        if !new.contains_key(name) {
            lines.push(format!("- {list}/{name}"));
            lines.extend(text.iter().map(|line| format!("    - {line}")));
        }
    }
    for (name, text) in &new {
        match old.get(name) {
            Some(same) if same == text => {}
            Some(other) => {
                lines.push(format!("~ {list}/{name}"));
                lines.extend(
                    other.iter().filter(|line| !text.contains(line)).map(|line| format!("    - {line}")),
                );
                lines.extend(
                    text.iter().filter(|line| !other.contains(line)).map(|line| format!("    + {line}")),
                );
            }
            None => {
                lines.push(format!("+ {list}/{name}"));
                lines.extend(text.iter().map(|line| format!("    + {line}")));
            }
        }
    }
    lines
}

/// The lines of each model, by its name; the head of the file stands under an empty name.
fn models(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut models: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let blocks = text.split("\n[[model]]\n");
    for (index, block) in blocks.enumerate() {
        let volatile = |line: &&str| index == 0 && (line.starts_with('#') || line.starts_with("checked"));
        let mut lines = block.lines().filter(|line| !line.is_empty() && !volatile(line));
        let name = if index == 0 { "" } else { lines.next().unwrap_or_default() };
        models.insert(name.trim_start_matches("name = ").trim_matches('"'), lines.collect());
    }
    models
}

#[cfg(test)]
mod tests {
    use super::lines;

    const BEFORE: &str = "# from a 1\nlist = \"x\"\nchecked = \"2026-01-01\"\n\n[[model]]\nname = \"m\"\n\n\
                          [[model.price]]\ninput = \"1\"\n";

    #[test]
    fn a_later_check_alone_is_no_change() {
        let later = BEFORE.replace("a 1", "a 2").replace("2026", "2027");
        assert_eq!(lines("x", BEFORE, &later), Vec::<String>::new());
    }

    #[test]
    fn changes_are_shown_by_model() {
        let dearer = BEFORE.replace("\"1\"", "\"2\"");
        assert_eq!(lines("x", BEFORE, &dearer), ["~ x/m", "    - input = \"1\"", "    + input = \"2\""]);
        let other = BEFORE.replace("\"m\"", "\"n\"");
        assert_eq!(lines("x", BEFORE, &other)[0], "- x/m");
        assert!(lines("x", BEFORE, &other).contains(&"+ x/n".to_owned()));
    }
}

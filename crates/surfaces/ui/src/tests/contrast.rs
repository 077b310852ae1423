//! Contrast of text and ground, for both themes, from the style sheet itself.
//!
//! Formulas: WCAG 2.2, "relative luminance" and "contrast ratio". Text 4.5 : 1 (1.4.3), borders of
//! fields and parts of charts 3 : 1 (1.4.11).

use std::collections::BTreeMap;

use crate::assets::CSS;

const TEXT: [(&str, &str); 30] = [
    ("ink", "page"),
    ("ink", "surface"),
    ("ink", "raised"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "raised"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "raised"),
    ("on-accent", "accent"),
    ("on-danger", "danger"),
    ("page", "ink"),
    ("good", "page"),
    ("good", "surface"),
    ("good", "good-ground"),
    ("warn", "page"),
    ("warn", "surface"),
    ("warn", "warn-ground"),
    ("bad", "page"),
    ("bad", "surface"),
    ("bad", "bad-ground"),
    ("info", "page"),
    ("info", "surface"),
    ("info", "info-ground"),
    ("ink", "warn-ground"),
    ("ink", "bad-ground"),
    ("ink", "info-ground"),
    ("muted", "info-ground"),
    ("accent", "warn-ground"),
    ("accent", "bad-ground"),
];
const SHAPES: [(&str, &str); 12] = [
    ("strong-line", "page"),
    ("strong-line", "surface"),
    ("s1", "page"),
    ("s2", "page"),
    ("s3", "page"),
    ("s4", "page"),
    ("s5", "page"),
    ("s6", "page"),
    ("s-other", "page"),
    ("s1", "surface"),
    ("warn", "page"),
    ("bad", "page"),
];

/// Red, green and blue, in [0, 1].
type Colour = [f64; 3];

fn colours() -> BTreeMap<String, [Colour; 2]> {
    let pairs = CSS.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
        let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
        Some((name.to_owned(), [colour(light), colour(dark)]))
    });
    pairs.collect()
}

fn colour(hex: &str) -> Colour {
    let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
    assert!(hex.len() == 7 && hex.starts_with('#'), "{hex}");
    [channel(1), channel(3), channel(5)]
}

fn luminance(colour: Colour) -> f64 {
    let linear =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
    if a > b { a / b } else { b / a }
}

#[test]
fn the_formula_is_the_standards() {
    assert!((contrast(colour("#000000"), colour("#ffffff")) - 21.0).abs() < 1e-9);
    assert!((contrast(colour("#777777"), colour("#ffffff")) - 4.478).abs() < 1e-3);
}

#[test]
fn text_and_shapes_stand_out_in_both_themes() {
    let colours = colours();
    let mut weak = Vec::new();
    for (pairs, least) in [(&TEXT[..], 4.5), (&SHAPES[..], 3.0)] {
        for (front, ground) in pairs {
            for (theme, name) in ["light", "dark"].iter().enumerate() {
                let ratio = contrast(colours[*front][theme], colours[*ground][theme]);
                if ratio < least {
                    weak.push(format!("{front} on {ground}, {name}: {ratio:.2}"));
                }
            }
        }
    }
    assert!(weak.is_empty(), "{weak:#?}");
}

#[test]
fn every_colour_is_a_property_with_two_themes() {
    let (_, rules) = CSS.split_once("/* Elements").unwrap();
    for line in rules.lines() {
        assert!(!line.contains(": #") && !line.contains(" #fff"), "a colour outside the tokens: {line}");
    }
}

//! Texts with values in them.

use guardrails::Kind;

use super::{Planted, Random, Text, clean, names, secrets};

/// Sentences around a value, by how much they give away.
const PLAIN: [&str; 12] = [
    "The record shows {}.",
    "We received {} yesterday.",
    "{} was on the form.",
    "Please use {} from now on.",
    "I found {} in the attachment",
    "In the second column it says {}, which looks right.",
    "value=\"{}\"",
    "{\"field\": \"{}\", \"ok\": true}",
    "- {}\n- see above",
    "Is {} still correct?",
    "old: {}; new: none",
    "({})",
];

/// A text with one to three values.
pub(super) fn text(random: &mut Random) -> Text {
    let mut text = Text { text: String::new(), planted: Vec::new() };
    for _ in 0..random.between(1, 3) {
        if random.percent(60) {
            text.text.push_str(clean::sentence(random));
            text.text.push(' ');
        }
        let kind = Kind::ALL[random.below(Kind::ALL.len())];
        let (before, value, behind) = value(random, kind);
        let frame = if kind == Kind::Person { person_frame(random) } else { random.one(&PLAIN) };
        let (head, tail) = frame.split_once("{}").unwrap_or((frame, ""));
        text.text.push_str(head);
        text.text.push_str(&before);
        let start = text.text.len();
        text.text.push_str(&value);
        text.planted.push(Planted { kind, start, end: text.text.len() });
        text.text.push_str(&behind);
        text.text.push_str(tail);
        text.text.push(if random.percent(80) { ' ' } else { '\n' });
    }
    text
}

fn person_frame(random: &mut Random) -> &'static str {
    match random.below(10) {
        0..=5 => random.one(&[
            "Yesterday {} asked for a refund.",
            "{} wrote to us again.",
            "We spoke with {} about the lease.",
            "The call was made by {} on Monday.",
            "According to {}, nothing arrived.",
            "{} and the team agreed.",
            "The parcel for {} is late.",
            "Please forward this to {}, who knows more.",
            "It was {} who signed.",
            "{\"customer\": \"{}\"}",
        ]),
        6 | 7 => random.one(&[
            "Dear {},\nthank you for writing.",
            "Kind regards,\n{}",
            "My name is {} and I need help.",
        ]),
        8 => random.one(&["Mr. {} called.", "Dr. {} confirmed it.", "Please ask Ms. {} first."]),
        _ => random.one(&["Assigned to {} for review.", "Passenger: {}", "Account holder: {}"]),
    }
}

/// A value: what announces it where it needs that, itself, what closes it.
fn value(random: &mut Random, kind: Kind) -> (String, String, String) {
    let bare = |value: String| (String::new(), value, String::new());
    let with = |before: &str, value: String| (before.to_owned(), value, String::new());
    match kind {
        Kind::Email => bare(email(random)),
        Kind::Phone => phone(random),
        Kind::Card => bare(card(random)),
        Kind::Iban => bare(iban(random)),
        Kind::Ssn => bare(ssn(random)),
        Kind::NationalId => national(random),
        Kind::Ip => bare(ip(random)),
        Kind::Mac => bare(mac(random)),
        Kind::Passport => {
            let value = format!("{}{}", random.letters("ABCDEFGHKLMNPRSTX", 1), random.digits(8));
            with(random.one(&["passport ", "passport number ", "Passport No: ", "travel document "]), value)
        }
        Kind::BirthDate => {
            with(random.one(&["born ", "born on ", "DOB: ", "date of birth ", "birthday "]), date(random))
        }
        Kind::Address => bare(address(random)),
        Kind::Person => bare(names::whole(random)),
        Kind::Secret => secrets::any(random),
    }
}

fn email(random: &mut Random) -> String {
    let ascii =
        |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    let (given, family) = (ascii(names::given(random)), ascii(names::family(random)));
    let local = match random.below(6) {
        0 => format!("{given}.{family}"),
        1 => format!("{given}{}", random.digits(2)),
        2 => format!("{}{family}", &given[..1]),
        3 => format!("{given}_{family}+list"),
        4 => format!("info-{family}"),
        _ => family,
    };
    let domain = random.one(&[
        "example.com",
        "mail.example.org",
        "acme.co.uk",
        "uni-bonn.example.de",
        "a1b.io",
        "firma.info",
    ]);
    format!("{local}@{domain}")
}

fn phone(random: &mut Random) -> (String, String, String) {
    let d = |random: &mut Random, count: usize| random.digits(count);
    let area = |random: &mut Random| format!("{}{}", random.between(2, 9), random.digits(2));
    let bare = |value: String| (String::new(), value, String::new());
    match random.below(12) {
        0 => bare(format!("+1 {} {} {}", area(random), area(random), d(random, 4))),
        1 => bare(format!("({}) {}-{}", area(random), area(random), d(random, 4))),
        2 => bare(format!("{}-{}-{}", area(random), area(random), d(random, 4))),
        3 => bare(format!("+44 20 {} {}", d(random, 4), d(random, 4))),
        4 => bare(format!("+49{}{}", random.between(151, 179), d(random, 8))),
        5 => bare(format!(
            "+33 {} {} {} {} {}",
            random.between(1, 9),
            d(random, 2),
            d(random, 2),
            d(random, 2),
            d(random, 2)
        )),
        6 => bare(
            format!("0{} {} {}", random.between(1, 9), d(random, 4), d(random, 4)).replacen(' ', "20 ", 1),
        ),
        7 => bare(format!("+91 {}{} {}", random.between(6, 9), d(random, 4), d(random, 5))),
        8 => bare(format!("+81-{}-{}-{}", random.between(3, 9), d(random, 4), d(random, 4))),
        9 => bare(format!(
            "0{} {} {} {} {}",
            random.between(1, 7),
            d(random, 2),
            d(random, 2),
            d(random, 2),
            d(random, 2)
        )),
        10 => {
            let before = random.one(&["phone: ", "tel. ", "call me at ", "mobile ", "WhatsApp "]);
            (before.into(), format!("{}{}", random.between(5, 9), d(random, 9)), String::new())
        }
        _ => bare(format!(
            "0041 {} {} {} {}",
            random.between(21, 79),
            d(random, 3),
            d(random, 2),
            d(random, 2)
        )),
    }
}

fn card(random: &mut Random) -> String {
    let (prefix, length) = [
        ("4", 16),
        ("51", 16),
        ("55", 16),
        ("37", 15),
        ("34", 15),
        ("6011", 16),
        ("2221", 16),
        ("3530", 16),
        ("36", 14),
    ][random.below(9)];
    let mut number = format!("{prefix}{}", random.digits(length - 1 - prefix.len()));
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| match (place % 2, u32::from(byte - b'0')) {
            (0, digit) => digit * 2 / 10 + digit * 2 % 10,
            (_, digit) => digit,
        })
        .sum();
    number.push_str(&((10 - sum % 10) % 10).to_string());
    let between = random.one(&["", "", " ", "-"]);
    let groups: &[usize] = if length == 16 { &[4, 4, 4, 4] } else { &[4, 6, 5] };
    let mut parts = Vec::new();
    let mut rest = number.as_str();
    for group in groups {
        let (part, tail) = rest.split_at((*group).min(rest.len()));
        parts.push(part);
        rest = tail;
    }
    parts.join(between)
}

fn iban(random: &mut Random) -> String {
    let (country, shape) = [
        ("DE", "dddddddddddddddddd"),
        ("GB", "uuuudddddddddddddd"),
        ("FR", "ddddddddddcccccccccccdd"),
        ("NL", "uuuudddddddddd"),
        ("ES", "dddddddddddddddddddd"),
        ("IT", "uddddddddddcccccccccccc"),
        ("CH", "dddddcccccccccccc"),
        ("PL", "dddddddddddddddddddddddd"),
        ("NO", "ddddddddddd"),
        ("SE", "dddddddddddddddddddd"),
        ("AT", "dddddddddddddddd"),
        ("BE", "dddddddddddd"),
    ][random.below(12)];
    let account: String = shape
        .chars()
        .map(|c| match c {
            'd' => random.digits(1),
            'u' => random.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1),
            _ => random.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 1),
        })
        .collect();
    let rest = format!("{account}{country}00").bytes().fold(0_u64, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u64::from(byte - b'0')) % 97,
        _ => (rest * 100 + u64::from(byte - b'A' + 10)) % 97,
    });
    let number = format!("{country}{:02}{account}", 98 - rest);
    if random.percent(50) {
        return number;
    }
    let letters: Vec<char> = number.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn ssn(random: &mut Random) -> String {
    let area = match random.between(1, 899) {
        666 => 667,
        area => area,
    };
    format!("{area:03}-{:02}-{:04}", random.between(1, 99), random.between(1, 9_999))
}

fn national(random: &mut Random) -> (String, String, String) {
    let bare = |value: String| (String::new(), value, String::new());
    match random.below(4) {
        0 => {
            let number = random.between(10_000_000, 99_999_999);
            let letter = char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]);
            bare(format!("{number}{letter}"))
        }
        1 => {
            let (prefix, suffix) = (random.letters("ABCEGHJKLMPRSTWXYZ", 1), random.letters("ABCD", 1));
            bare(format!("{prefix}{}{}{suffix}", random.letters("ACEHJLPRSWXY", 1), random.digits(6)))
        }
        2 => {
            let date = format!(
                "{:02}{:02}{:02}",
                random.between(40, 99),
                random.between(1, 12),
                random.between(1, 28)
            );
            let number = format!("{date}{}", random.digits(4));
            let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
            let sum: u32 =
                number.bytes().zip(weights).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
            ("PESEL ".into(), format!("{number}{}", (10 - sum % 10) % 10), String::new())
        }
        _ => {
            let number = random.digits(9);
            let check = |digits: &str| {
                let count = u32::try_from(digits.len()).unwrap_or(0);
                let sum: u32 = digits
                    .bytes()
                    .zip((2..=count + 1).rev())
                    .map(|(b, weight)| u32::from(b - b'0') * weight)
                    .sum();
                sum * 10 % 11 % 10
            };
            let first = check(&number);
            let second = check(&format!("{number}{first}"));
            bare(format!("{}.{}.{}-{first}{second}", &number[..3], &number[3..6], &number[6..]))
        }
    }
}

fn ip(random: &mut Random) -> String {
    match random.below(4) {
        0 => (0..8).map(|_| format!("{:x}", random.between(0x1, 0xffff))).collect::<Vec<_>>().join(":"),
        1 => format!("2001:db8:{:x}::{:x}", random.between(0x10, 0xffff), random.between(0x10, 0xffff)),
        _ => format!(
            "{}.{}.{}.{}",
            random.between(1, 223),
            random.below(256),
            random.below(256),
            random.between(1, 254)
        ),
    }
}

fn mac(random: &mut Random) -> String {
    let between = random.one(&[":", ":", "-"]);
    let mut pairs: Vec<String> = (0..5).map(|_| format!("{:02x}", random.below(256))).collect();
    pairs.push(format!("{:x}{:x}", random.between(10, 15), random.below(16)));
    pairs.join(between)
}

fn date(random: &mut Random) -> String {
    let (day, month, year) = (random.between(1, 28), random.between(1, 12), random.between(1935, 2010));
    let name = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ][month - 1];
    match random.below(5) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{day:02}/{month:02}/{year}"),
        2 => format!("{day:02}.{month:02}.{year}"),
        3 => format!("{name} {day}, {year}"),
        _ => format!("{day} {name} {year}"),
    }
}

fn address(random: &mut Random) -> String {
    let number = random.between(1, 999);
    match random.below(6) {
        0 | 1 => {
            let street = random.one(&[
                "Maple",
                "Oak Hill",
                "Riverside",
                "King George",
                "Third",
                "North Elm",
                "Church",
            ]);
            format!(
                "{number} {street} {}",
                random.one(&["Street", "Ave", "Road", "Blvd", "Lane", "Drive", "Court"])
            )
        }
        2 => format!("{number} W 45th St, Denver, CO {}", random.between(10_000, 99_999)),
        3 => format!(
            "{} {number}",
            random.one(&["Bahnhofstraße", "Lindenweg", "Goethestr.", "Marktplatz", "Kastanienallee"])
        ),
        4 => format!(
            "{number} rue {}",
            random.one(&["Victor Hugo", "de la République", "Pasteur", "des Lilas"])
        ),
        _ => format!("Calle {} {number}", random.one(&["Alcalá", "Serrano", "Gran Vía", "Velázquez"])),
    }
}

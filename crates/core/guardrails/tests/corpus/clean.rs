//! Texts without a value, and what looks like one.

use super::{Random, Text};

const SENTENCES: [&str; 44] = [
    "The meeting moved to Thursday because the room was taken.",
    "Our New York office closes early on Fridays.",
    "Customers in Germany and France asked for the same feature.",
    "Please attach the log so that we can look into it.",
    "The Machine Learning team published a Technical Report last week.",
    "Prices rose by 12.5% in the third quarter of 2025.",
    "Version 4.2.1 fixes the crash that was seen on Windows Server.",
    "It took about 30 minutes and cost 1,249.00 EUR in total.",
    "Grace Period applies for fourteen days after the Due Date.",
    "The Paris Agreement was signed by nearly all countries.",
    "Visual Studio Code and Google Chrome were both up to date.",
    "Restart the service and check whether the queue drains.",
    "I think that we should wait until the audit is over.",
    "The train leaves at 10:45 from platform 7.",
    "A function should do one thing and do it well.",
    "May I ask why the invoice has not been paid yet?",
    "Will the new policy apply to contractors as well?",
    "Mark the ticket as done when the customer confirms.",
    "The Data Protection Officer approved the Privacy Policy.",
    "Most of the errors come from a single Kubernetes cluster.",
    "He said that the weather was fine, and she agreed.",
    "Supreme Court rulings are published every Monday.",
    "The Great Wall of China is visible in the photo.",
    "We use Apache Kafka and PostgreSQL in production.",
    "Summer Sale: buy two Blue Mountain bags and get one free.",
    "Please find the minutes of the Board Meeting attached.",
    "The function returns None if the key is missing.",
    "Black Friday brought three times the usual traffic.",
    "The Red Cross and the World Health Organization responded.",
    "Half of the tests were flaky on the old runner.",
    "Hope this helps, and have a nice weekend.",
    "Reset your password under Settings, then sign in again.",
    "The token is sent to the client in a cookie.",
    "Keep the secret safe and rotate the key once a year.",
    "North Carolina and South Dakota have different rules.",
    "The contract ends on 31 December 2026 unless renewed.",
    "let total: u64 = items.iter().map(|item| item.price).sum();",
    "SELECT name, total FROM orders WHERE status = 'open' LIMIT 50;",
    "{\"status\": \"ok\", \"items\": [1, 2, 3], \"next\": null}",
    "std::collections::HashMap is in the standard library.",
    "GET /api/v2/items?page=3&sort=desc HTTP/1.1",
    "The Board of Directors met the Finance Committee in Zurich.",
    "Sie können den Vertrag jederzeit zum Monatsende kündigen.",
    "Le rapport sera disponible la semaine prochaine.",
];

/// What most of a prompt is like: letters, words, here and there a number or a capital.
const PROSE: [&str; 14] = [
    "You are an assistant that drafts replies to support tickets, and you answer in the language of the customer.",
    "Thank you for your patience while we looked into this; the delay was on our side and we are sorry about it.",
    "If the parcel has not arrived within 5 working days, please let us know and we will send a replacement.",
    "The contract can be ended at the end of any month, and nothing is charged after that.",
    "We looked at the logs from last week and found that the import had stopped because of a full disk.",
    "Summarise the following conversation in three sentences, and name what the customer wants and by when.",
    "It is important that the answer stays polite, is short, and does not promise what the policy does not allow.",
    "The heating was repaired on Tuesday, but the noise is still there and gets worse in the evening.",
    "A refund was issued to the original method of payment and should show up in about ten days.",
    "As a rule, the first answer should be sent within four hours, and the last one within two days.",
    "Our terms say that opened software can't be returned, but we make an exception where the disc is broken.",
    "please keep the tone friendly, avoid technical terms, and end with a question if anything is unclear",
    "The update brings faster search, fewer errors when files are large, and a better view of what was changed.",
    "When both sides agree, the date can be moved; otherwise the one that was written down first stands.",
];

pub(super) fn prose(random: &mut Random) -> &'static str {
    random.one(&PROSE)
}

pub(super) fn sentence(random: &mut Random) -> &'static str {
    random.one(&SENTENCES)
}

/// A clean text: sentences and lookalikes.
pub(super) fn text(random: &mut Random) -> Text {
    let mut text = String::new();
    for _ in 0..random.between(2, 6) {
        if random.percent(55) {
            text.push_str(sentence(random));
        } else {
            text.push_str(&lookalike(random));
        }
        text.push(if random.percent(85) { ' ' } else { '\n' });
    }
    Text { text, planted: Vec::new() }
}

fn lookalike(random: &mut Random) -> String {
    const HEX: &str = "0123456789abcdef";
    match random.below(20) {
        0 => format!("Order number {} has shipped.", random.digits(10)),
        1 => format!("Invoice {} is due.", random.digits(16)),
        2 => format!(
            "Release v{}.{}.{}.{} is out.",
            random.below(9),
            random.below(20),
            random.below(99),
            random.below(999)
        ),
        3 => format!("commit {} broke it", random.letters(HEX, 40)),
        4 => format!("sha256:{}", random.letters(HEX, 64)),
        5 => format!(
            "request {}-{}-4{}-a{}-{}",
            random.letters(HEX, 8),
            random.letters(HEX, 4),
            random.letters(HEX, 3),
            random.letters(HEX, 3),
            random.letters(HEX, 12)
        ),
        6 => format!(
            "2026-{:02}-{:02}T{:02}:{:02}:00Z started",
            random.between(1, 12),
            random.between(1, 28),
            random.below(24),
            random.below(60)
        ),
        7 => format!(
            "at {}.{}, {}.{}",
            random.below(90),
            random.digits(5),
            random.below(180),
            random.digits(5)
        ),
        8 => format!("total {},{}.{} USD", random.between(1, 999), random.digits(3), random.digits(2)),
        9 => format!("tracking 1Z{}", random.letters("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", 16)),
        10 => format!("row {} of {}", random.digits(5), random.digits(7)),
        11 => format!("timestamp {}", 1_700_000_000_000_u64 + random.next() % 99_999_999_999),
        12 => format!(
            "ISBN 978-{}-{}-{}-{}",
            random.digits(1),
            random.digits(4),
            random.digits(4),
            random.digits(1)
        ),
        13 => format!("due {:02}/{:02}/2027", random.between(1, 12), random.between(1, 28)),
        14 => format!("build {}.{}", random.digits(4), random.digits(3)),
        15 => format!("id={} size={}", random.digits(12), random.digits(6)),
        16 => format!(
            "img src=\"data:image/png;base64,iVBORw0KGgo{}\"",
            random.letters("ABCDEFabcdef0123456789+/", 60)
        ),
        17 => format!("etag \"{}\"", random.letters(HEX, 32)),
        18 => format!("SKU AB-{}-{}", random.digits(4), random.letters("ABCDEFGH", 2)),
        _ => format!("case {}-{}", random.digits(3), random.digits(4)),
    }
}

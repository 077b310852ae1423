//! Routing as tables and properties.

mod breakers;
mod quotas;
mod reactions;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_ms(1_770_000_000_000 + seconds * 1_000)
}

fn lane(model: &str) -> Lane {
    Lane { provider: ProviderId::new("up").unwrap(), credential: Some("env:KEY".into()), model: model.into() }
}

fn trouble(class: Class, retry_at: Option<Timestamp>) -> Trouble {
    Trouble { class, what: class.as_str().into(), effect: Effect::None, retry_at }
}

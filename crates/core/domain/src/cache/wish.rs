//! What a caller wishes of the cache, from the header `cache-control`.

/// Which kept answers a caller takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Find {
    /// None.
    Nothing,
    /// Those that are at most so many milliseconds old.
    AtMost(i64),
    /// Any that has not expired.
    Any,
}

/// Whether a caller's answer may be kept for others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Keep {
    /// It must not.
    Forbidden,
    /// It may.
    Allowed,
}

/// What a caller wishes of the cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wish {
    /// Which kept answers it takes.
    pub find: Find,
    /// Whether its own answer may be kept.
    pub keep: Keep,
}

impl Wish {
    /// A caller who says nothing.
    pub const NONE: Self = Self { find: Find::Any, keep: Keep::Allowed };

    /// Reads the values of `cache-control`, as RFC 9111 §5.2.1 has them: `no-cache` wants a new answer,
    /// `no-store` one that is new and is not kept, `max-age=N` one that is at most N seconds old.
    /// Of several the strictest holds. An age that can't be read counts as 0 (§4.2.1). What else
    /// the header may say is about other caches.
    #[must_use]
    pub fn read<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let directives = values.into_iter().flat_map(|value| value.split(',')).map(str::trim);
        directives.fold(Self::NONE, Self::with)
    }

    fn with(self, directive: &str) -> Self {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let find = |find: Find| Self { find: self.find.min(find), ..self };
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" => find(Find::Nothing),
            "no-store" => Self { find: Find::Nothing, keep: Keep::Forbidden },
            "max-age" => find(Find::AtMost(age_ms(value))),
            _ => self,
        }
    }
}

fn age_ms(seconds: &str) -> i64 {
    let seconds = seconds.trim().trim_matches('"').parse::<u32>();
    seconds.map_or(0, |seconds| i64::from(seconds) * 1_000)
}

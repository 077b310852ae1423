//! Keys in one case. Google's API takes both, and its clients send both.

use std::borrow::Cow;

use crate::json::{Json, Object};

/// The same object with its own keys in camel case; what is inside its values stays.
pub(super) fn camel(object: Object) -> Object {
    object.members().map(|(key, value)| (camel_key(key), value)).collect()
}

/// The same for a value, where it is an object.
pub(super) fn camel_value(json: Json) -> Json {
    match json {
        Json::Object(object) => Json::Object(camel(object)),
        other => other,
    }
}

fn camel_key(key: Cow<'static, str>) -> Cow<'static, str> {
    if !key.contains('_') || key.starts_with('_') {
        return key;
    }
    let mut words = key.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    Cow::Owned(camel)
}

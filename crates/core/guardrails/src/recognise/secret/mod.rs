//! Secrets: what gives access to something.
//!
//! By form: the tokens that providers mark with a prefix, JSON web tokens, private keys, keys of
//! crypto currencies, credentials in a URL. By context: a value of high entropy behind a word such
//! as `password` or `api_key`. A value without either is not reported: hashes and ids look alike.

pub(crate) mod assigned;
pub(crate) mod coin;
pub(crate) mod entropy;
pub(crate) mod jwt;
pub(crate) mod private_key;
pub(crate) mod provider;
pub(crate) mod url;

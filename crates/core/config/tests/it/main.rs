//! The workspace files from outside: what loads, what is refused, and with which words.

#[cfg(test)]
mod accepted;
#[cfg(test)]
mod caches;
#[cfg(test)]
mod prompts;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod support;

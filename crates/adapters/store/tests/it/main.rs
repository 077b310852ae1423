//! The store on both engines: one suite, two databases.

#[cfg(test)]
mod contexts;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod statements;

//! The price book and its arithmetic, from outside.

#[cfg(test)]
mod bills;
#[cfg(test)]
mod book;
#[cfg(test)]
mod support;
#[cfg(test)]
mod workspace;

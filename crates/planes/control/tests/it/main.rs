//! The use cases, against SQLite in a folder of the test's own, with a plane that notes what it is
//! told and a clock that stands still. Two tests use a PostgreSQL, to take it away.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod away;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod drills;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod house;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod people;
#[cfg(test)]
mod prompts;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod switches;
#[cfg(test)]
mod telemetry;

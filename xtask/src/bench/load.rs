//! Load in two shapes: closed (as fast as so many callers can) and open (so many calls a second,
//! whether or not the ones before have been answered).

use std::cell::Cell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::bail;
use tokio::task::{JoinSet, LocalSet};

use super::client::{Answer, Connection, Request};

/// What a load came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) calls: u64,
    pub(super) elapsed: Duration,
    pub(super) first_byte: Vec<Duration>,
    pub(super) whole: Vec<Duration>,
    pub(super) answered: Vec<String>,
    /// Calls that were not answered with status 200, or not at all.
    pub(super) failed: u64,
}

impl Outcome {
    fn add(&mut self, answer: &Answer) {
        self.calls += 1;
        self.first_byte.push(answer.first_byte);
        self.whole.push(answer.whole);
        self.answered.extend(answer.inference.clone());
        self.failed += u64::from(answer.status != 200);
    }

    fn join(&mut self, other: Self) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.first_byte.extend(other.first_byte);
        self.whole.extend(other.whole);
        self.answered.extend(other.answered);
    }

    /// Refuses a result in which calls went wrong: its figures would mean nothing.
    pub(super) fn checked(self, what: &str) -> anyhow::Result<Self> {
        if self.failed > 0 || self.calls == 0 {
            bail!("{what}: {} of {} calls failed", self.failed, self.calls + self.failed);
        }
        Ok(self)
    }
}

/// Where to send what.
#[derive(Clone)]
pub(super) struct Aim {
    pub(super) address: SocketAddr,
    pub(super) request: Request,
}

/// Makes `calls` calls over so many connections, each as soon as the one before is answered.
///
/// # Errors
/// No connection can be made.
pub(super) async fn closed(aim: &Aim, connections: u64, calls: u64) -> anyhow::Result<Outcome> {
    let left = Rc::new(Cell::new(calls));
    run_closed(aim, connections, move || {
        let some = left.get() > 0;
        left.set(left.get().saturating_sub(1));
        some
    })
    .await
}

/// Makes calls over so many connections until `end`, or until the server is gone.
///
/// # Errors
/// No connection can be made.
pub(super) async fn until(aim: &Aim, connections: u64, end: Instant) -> anyhow::Result<Outcome> {
    run_closed(aim, connections, move || Instant::now() < end).await
}

async fn run_closed(
    aim: &Aim,
    connections: u64,
    more: impl Fn() -> bool + 'static,
) -> anyhow::Result<Outcome> {
    let more = Rc::new(more);
    let local = LocalSet::new();
    let mut callers = JoinSet::new();
    for _ in 0..connections {
        let (aim, more) = (aim.clone(), Rc::clone(&more));
        callers.spawn_local_on(async move { caller(&aim, more.as_ref()).await }, &local);
    }
    let began = Instant::now();
    let mut outcome = Outcome::default();
    local
        .run_until(async {
            while let Some(done) = callers.join_next().await {
                outcome.join(done?);
            }
            anyhow::Ok(())
        })
        .await?;
    outcome.elapsed = began.elapsed();
    Ok(outcome)
}

async fn caller(aim: &Aim, more: &impl Fn() -> bool) -> Outcome {
    let mut outcome = Outcome::default();
    let Ok(mut connection) = Connection::open(aim.address).await else {
        outcome.failed += 1;
        return outcome;
    };
    while more() {
        match connection.call(&aim.request).await {
            Ok(answer) => outcome.add(&answer),
            Err(_) => {
                outcome.failed += 1;
                return outcome;
            }
        }
    }
    outcome
}

/// Starts `rate` calls a second for so long, on connections kept for reuse.
///
/// # Errors
/// No connection can be made.
pub(super) async fn open(aim: &Aim, rate: u32, length: Duration) -> anyhow::Result<Outcome> {
    let pool = Rc::new(std::cell::RefCell::new(VecDeque::<Connection>::new()));
    let local = LocalSet::new();
    let mut calls = JoinSet::new();
    let mut outcome = Outcome::default();
    let began = Instant::now();
    local
        .run_until(async {
            let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
            while began.elapsed() < length {
                ticks.tick().await;
                let (aim, pool) = (aim.clone(), Rc::clone(&pool));
                calls.spawn_local(async move {
                    let pooled = pool.borrow_mut().pop_back();
                    let mut connection = match pooled {
                        Some(connection) => connection,
                        None => Connection::open(aim.address).await?,
                    };
                    let answer = connection.call(&aim.request).await?;
                    pool.borrow_mut().push_back(connection);
                    anyhow::Ok(answer)
                });
                while let Some(done) = calls.try_join_next() {
                    count(&mut outcome, done);
                }
            }
            while let Some(done) = calls.join_next().await {
                count(&mut outcome, done);
            }
        })
        .await;
    outcome.elapsed = began.elapsed();
    Ok(outcome)
}

fn count(outcome: &mut Outcome, done: Result<anyhow::Result<Answer>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(answer)) => outcome.add(&answer),
        _ => outcome.failed += 1,
    }
}

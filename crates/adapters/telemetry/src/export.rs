//! The exporter: where calls are told of, and the tasks that pass it on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::ids::Seeds;
use domain::time::SharedClock;
use genai::{Ended, Names, Observer, Span};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::deliver::{Carrier, Cause, Signal, dropped};
use crate::post::Post;
use crate::series::Series;
use crate::settings::{Destination, Settings, Temporality};
use crate::wire;

/// The pause after the first failure, as [`Parts`] usually has it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What an exporter needs from outside.
#[expect(missing_debug_implementations, reason = "clocks and seeds have nothing to show")]
pub struct Parts {
    /// The time.
    pub clock: SharedClock,
    /// Chance, for pauses.
    pub seeds: Arc<dyn Seeds>,
    /// The pause after the first failure; the next are longer.
    pub first_pause: Duration,
}

impl Parts {
    /// With the usual pause.
    #[must_use]
    pub fn new(clock: SharedClock, seeds: Arc<dyn Seeds>) -> Self {
        Self { clock, seeds, first_pause: FIRST_PAUSE }
    }
}

/// Takes what is told of calls. Never waits for a collector.
#[derive(Debug)]
pub struct Exporter {
    names: Names,
    spans: Option<mpsc::Sender<Span>>,
    series: Option<Arc<Mutex<Series>>>,
}

impl Observer for Exporter {
    fn ended(&self, ended: &Ended<'_>) {
        if let Some(series) = &self.series {
            let measured = genai::measure(ended, self.names);
            let mut series = series.lock().unwrap_or_else(PoisonError::into_inner);
            measured.into_iter().for_each(|measurement| series.add(measurement));
        }
        if let Some(queue) = &self.spans {
            for span in genai::spans(ended, self.names) {
                if queue.try_send(span).is_err() {
                    dropped(Signal::Traces, Cause::QueueFull, 1);
                }
            }
        }
    }
}

/// The tasks of an exporter.
#[derive(Debug)]
pub struct Running {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Running {
    /// Sends what has gathered, for at most `grace`; the rest is dropped.
    pub async fn shut_down(self, grace: Duration) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::warn!("the telemetry collector did not take the last of it in time");
        }
    }
}

/// Starts an exporter. To be called on a runtime.
///
/// # Errors
/// The machine's TLS settings can't be used.
pub fn start(settings: &Settings, parts: &Parts) -> Result<(Exporter, Running), reqwest::Error> {
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let carrier = |signal, to: Destination| {
        Ok(Carrier {
            signal,
            post: Post::new(to)?,
            seeds: Arc::clone(&parts.seeds),
            first_pause: parts.first_pause,
            stop: stop.clone(),
            trouble: None,
        })
    };
    let Settings { traces, metrics, resource, names, .. } = settings;
    let resource: Arc<[(String, String)]> = resource.clone().into();
    let mut exporter = Exporter { names: *names, spans: None, series: None };
    if let Some(to) = traces.clone() {
        let (sender, queue) = mpsc::channel(settings.queue);
        exporter.spans = Some(sender);
        let (delay, batch) = (settings.delay, settings.batch);
        let teller = Spans { queue, delay, batch, stop: stop.clone(), resource: Arc::clone(&resource) };
        tasks.spawn(teller.run(carrier(Signal::Traces, to)?));
    }
    if let Some(to) = metrics.clone() {
        let series = Arc::new(Mutex::new(Series::default()));
        exporter.series = Some(Arc::clone(&series));
        let (interval, temporality) = (settings.interval, settings.temporality);
        let clock = Arc::clone(&parts.clock);
        let teller = Numbers { since: clock.now(), series, clock, interval, temporality, resource };
        tasks.spawn(teller.run(carrier(Signal::Metrics, to)?, stop.clone()));
    }
    Ok((exporter, Running { tasks, stop }))
}

/// The task that tells of spans.
struct Spans {
    queue: mpsc::Receiver<Span>,
    delay: Duration,
    batch: usize,
    stop: CancellationToken,
    resource: Arc<[(String, String)]>,
}

impl Spans {
    async fn run(mut self, mut carrier: Carrier) {
        loop {
            let mut batch = Vec::new();
            self.gather(&mut batch).await;
            if batch.is_empty() {
                return;
            }
            let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            let message = wire::traces(&self.resource, &batch);
            drop(batch);
            carrier.deliver(&message, count).await;
        }
    }

    /// Gathers spans until there are enough, or the first has waited long enough. Gathers what is
    /// there where the server goes down; nothing means that there is no more.
    async fn gather(&mut self, batch: &mut Vec<Span>) {
        tokio::select! {
            biased;
            _some = self.queue.recv_many(batch, self.batch) => {}
            () = self.stop.cancelled() => return,
        }
        let due = tokio::time::sleep(self.delay);
        tokio::pin!(due);
        while batch.len() < self.batch {
            let room = self.batch - batch.len();
            tokio::select! {
                biased;
                more = self.queue.recv_many(batch, room) => if more == 0 { return },
                () = &mut due => return,
                () = self.stop.cancelled() => return,
            }
        }
    }
}

/// The task that tells of numbers.
struct Numbers {
    series: Arc<Mutex<Series>>,
    clock: SharedClock,
    interval: Duration,
    temporality: Temporality,
    since: Timestamp,
    resource: Arc<[(String, String)]>,
}

impl Numbers {
    async fn run(mut self, mut carrier: Carrier, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(self.interval)).await.is_some() {
            self.tell(&mut carrier).await;
        }
        self.tell(&mut carrier).await;
    }

    async fn tell(&mut self, carrier: &mut Carrier) {
        let points = self.series.lock().unwrap_or_else(PoisonError::into_inner).collect(self.temporality);
        let count: usize = points.iter().map(|(_, points)| points.len()).sum();
        if count == 0 {
            return;
        }
        let now = self.clock.now();
        let message = wire::metrics(&self.resource, &points, (self.since, now), self.temporality);
        if self.temporality == Temporality::Delta {
            self.since = now;
        }
        carrier.deliver(&message, u64::try_from(count).unwrap_or(u64::MAX)).await;
    }
}

//! `[gateway]`: patience, sizes and durability of the gateway itself.

use std::time::Duration;

use serde::Serialize;

use crate::read::{Entry, Section, Spec, optional};
use crate::words::words;

words! {
    /// What happens to running streams when a switch is turned off.
    OnSwitch: "a setting for running streams" {
        /// They end at their next event.
        Cut = "cut",
        /// They may end by themselves; new calls are refused.
        Finish = "finish",
    }
}

words! {
    /// What a record survives once it is acknowledged.
    Durability: "a durability" {
        /// The death of the process.
        Process = "process",
        /// Loss of power too; every write waits for the disk.
        Power = "power",
    }
}

/// Settings of the gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Gateway {
    /// How long a provider may take to accept a connection.
    pub connect_timeout: Duration,
    /// How long a provider may take to the first byte of its answer.
    pub first_byte_timeout: Duration,
    /// How long a stream may be silent.
    pub idle_timeout: Duration,
    /// Largest request body, in bytes.
    pub max_body: u64,
    /// What happens to running streams when a switch is turned off.
    pub on_switch: OnSwitch,
    /// What a record survives.
    pub durability: Durability,
    /// Bytes of content that may wait to be stored; more is dropped, with a visible gap.
    pub content_queue: u64,
    /// Bytes of records that may wait on disk while the database is away; beyond, calls are refused.
    pub max_spool: u64,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(300),
            max_body: 32_000_000,
            on_switch: OnSwitch::Cut,
            durability: Durability::Process,
            content_queue: 64_000_000,
            max_spool: 4_000_000_000,
        }
    }
}

pub(crate) static GATEWAY: Spec = Spec {
    title: "[gateway]",
    place: "in [gateway]",
    doc: "Patience, sizes and durability of the gateway itself. Durations carry a unit (`ms`, `s`, `m`, `h`), sizes \
          too: decimal ones (`KB`, `MB`, `GB`) or binary ones (`KiB`, `MiB`, `GiB`). What is read at start only waits for a \
          restart when it changes; `countersign status`, the configuration's page and the log say so.",
    keys: &[
        optional(
            "connect_timeout",
            "\"5s\"",
            "`\"10s\"`",
            "How long a provider may take to accept a connection.",
        ),
        optional(
            "first_byte_timeout",
            "\"2m\"",
            "`\"10m\"`",
            "How long a provider may take to the first byte of its answer; models that reason take minutes.",
        ),
        optional(
            "idle_timeout",
            "\"60s\"",
            "`\"5m\"`",
            "How long a stream may be silent before it is ended.",
        ),
        optional(
            "max_body",
            "\"8 MB\"",
            "`\"32 MB\"`",
            "Largest request body; a larger one is answered with 413.",
        ),
        optional(
            "on_switch",
            "\"finish\"",
            "`\"cut\"`",
            "What a switch does to running streams: `cut` ends them at their next event, `finish` lets them end.",
        ),
        optional(
            "durability",
            "\"power\"",
            "`\"process\"`",
            "What a record survives once it is acknowledged: the end of the `process`, or loss of `power` too, which \
             waits for the disk. Read at start only.",
        ),
        optional(
            "content_queue",
            "\"16 MB\"",
            "`\"64 MB\"`",
            "How much content may wait in memory to be stored; what is beyond is left out, and the gap shows. Read at \
             start only.",
        ),
        optional(
            "max_spool",
            "\"1 GB\"",
            "`\"4 GB\"`",
            "How much may wait on disk while the database is away; beyond, calls are refused. Read at start only.",
        ),
    ],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Gateway {
    let without = Gateway::default();
    let Some(section) = section else { return without };
    let wait = |name, default| section.get(name).and_then(|e: Entry<'_>| e.duration()).unwrap_or(default);
    let size = |name, default| section.get(name).and_then(|e: Entry<'_>| e.size()).unwrap_or(default);
    Gateway {
        connect_timeout: wait("connect_timeout", without.connect_timeout),
        first_byte_timeout: wait("first_byte_timeout", without.first_byte_timeout),
        idle_timeout: wait("idle_timeout", without.idle_timeout),
        max_body: size("max_body", without.max_body),
        on_switch: section.get("on_switch").and_then(|e| e.word()).unwrap_or(without.on_switch),
        durability: section.get("durability").and_then(|e| e.word()).unwrap_or(without.durability),
        content_queue: size("content_queue", without.content_queue),
        max_spool: size("max_spool", without.max_spool),
    }
}

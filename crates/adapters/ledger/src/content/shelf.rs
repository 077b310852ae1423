//! Bodies in the database.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use db::{Batch, Db, Fault, Sql, args, row, sql};
use domain::ids::{InferenceId, WorkflowId};
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Content, ContentState, Expired, Gap, Side, StoredContent};

const BODY_PUT: Sql = sql!("content/body_put");
const PART_PUT: Sql = sql!("content/part_put");
const BODY: Sql = sql!("content/body");
const PARTS: Sql = sql!("content/parts");
const BODY_EXPIRE: Sql = sql!("content/body_expire");
const PART_EXPIRE: Sql = sql!("content/part_expire");

const KEPT: &str = "kept";
const DROPPED: &str = "dropped";

type Address = [u8; 32];

row! {
    struct BodyRow {
        state: String,
        request: Vec<u8>,
        response: Vec<u8>,
    }
}
row! {
    struct PartRow {
        address: Address,
        body: Vec<u8>,
    }
}

/// Where bodies are. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    db: Db,
}

/// Contents, with every part's address.
struct Addressed {
    bodies: Batch,
    parts: BTreeMap<Address, (WorkflowId, i64, Bytes)>,
}

impl Shelf {
    pub(crate) const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Writes bodies and marks gaps, in one transaction.
    pub(super) async fn put(&self, contents: Vec<Content>, gaps: &[Gap]) -> Result<(), Fault> {
        let addressed = tokio::task::spawn_blocking(move || address_all(contents));
        let mut addressed = addressed.await.map_err(|error| Fault::new("hash bodies", error))?;
        for gap in gaps {
            let empty: &[u8] = &[];
            addressed.bodies.push(args![gap.inference, &gap.workflow, gap.at, DROPPED, empty, empty]);
        }
        let mut parts = Batch::new(PART_PUT);
        for (address, (workflow, day, body)) in addressed.parts {
            parts.push(args![address, &workflow, day, &body[..]]);
        }
        let mut tx = self.db.begin("keep bodies").await?;
        tx.execute_batch(parts).await?;
        tx.execute_batch(addressed.bodies).await?;
        tx.commit().await
    }

    /// Reads the bodies of an inference.
    pub(crate) async fn get(&self, inference: InferenceId) -> Result<StoredContent, Fault> {
        let mut tx = self.db.snapshot("read bodies").await?;
        let Some(row) = tx.optional::<BodyRow>(BODY, args![inference]).await? else {
            return Ok(StoredContent {
                state: ContentState::Absent,
                request: Vec::new(),
                response: Vec::new(),
            });
        };
        let (request, response) = (addresses(&row.request), addresses(&row.response));
        let mut wanted = Batch::new(PARTS);
        request.iter().chain(&response).for_each(|address| wanted.push(args![*address]));
        let parts: Vec<PartRow> = tx.all_batch(wanted).await?;
        tx.rollback().await?;
        let found: HashMap<Address, Bytes> =
            parts.into_iter().map(|part| (part.address, Bytes::from(part.body))).collect();
        let collect = |wanted: &[Address]| wanted.iter().map(|address| found.get(address).cloned()).collect();
        let sides: (Option<Vec<Bytes>>, Option<Vec<Bytes>>) = (collect(&request), collect(&response));
        let state = if row.state == KEPT { ContentState::Kept } else { ContentState::Dropped };
        match sides {
            (Some(request), Some(response)) => Ok(StoredContent { state, request, response }),
            _ => Err(Fault::new("read bodies", "a part of a kept body is missing")),
        }
    }

    /// Deletes what is older than each workflow keeps, a little at a time, so that writers get in between.
    pub(crate) async fn expire(&self, keep: &[(WorkflowId, u32)], now: Timestamp) -> Result<Expired, Fault> {
        let mut expired = Expired::default();
        for (workflow, days) in keep {
            let cutoff = now.plus_ms(-i64::from(*days) * domain::time::DAY_MS);
            expired.bodies += self.drain(BODY_EXPIRE, workflow, cutoff.ms()).await?;
            expired.parts += self.drain(PART_EXPIRE, workflow, cutoff.day()).await?;
        }
        Ok(expired)
    }

    /// Closes the connections.
    pub(crate) async fn close(&self) {
        self.db.close().await;
    }

    async fn drain(&self, sql: Sql, workflow: &WorkflowId, before: i64) -> Result<u64, Fault> {
        let mut deleted = 0;
        loop {
            let few = self.db.execute(sql, args![workflow, before]).await?;
            deleted += few;
            if few == 0 {
                return Ok(deleted);
            }
            tokio::task::yield_now().await;
        }
    }
}

fn address_all(contents: Vec<Content>) -> Addressed {
    let mut addressed = Addressed { bodies: Batch::new(BODY_PUT), parts: BTreeMap::new() };
    for content in contents {
        let (mut request, mut response) = (Vec::new(), Vec::new());
        for (side, part) in content.parts {
            let address = address(&content.workflow, &part);
            match side {
                Side::Request => request.extend_from_slice(&address),
                Side::Response => response.extend_from_slice(&address),
            }
            let day = content.at.day();
            let known =
                addressed.parts.entry(address).or_insert_with(|| (content.workflow.clone(), day, part));
            known.1 = known.1.max(day);
        }
        addressed.bodies.push(args![
            content.inference,
            &content.workflow,
            content.at,
            KEPT,
            request,
            response
        ]);
    }
    addressed
}

/// HMAC-SHA-256 keyed with the workflow's name: equal texts in two workflows have nothing in common.
fn address(workflow: &WorkflowId, part: &[u8]) -> Address {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(workflow.as_str().as_bytes()) else { return [0; 32] };
    mac.update(part);
    mac.finalize().into_bytes().into()
}

fn addresses(bytes: &[u8]) -> Vec<Address> {
    bytes.as_chunks::<32>().0.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_another_address_in_another_workflow() {
        let [one, other] = ["support", "sql"].map(|name| WorkflowId::new(name).unwrap());
        assert_eq!(address(&one, b"hello"), address(&one, b"hello"));
        assert_ne!(address(&one, b"hello"), address(&other, b"hello"));
    }
}

//! Bodies: kept, found again, dropped in the open, forgotten in time.

use std::time::Duration;

use bytes::Bytes;
use ledger::{Content, ContentState, Kept, Ledger, Side};

use crate::make::{Place, at, id, workflow};

fn content(number: u32, parts: &[(Side, &'static str)]) -> Content {
    let parts = parts.iter().map(|(side, text)| (*side, Bytes::from_static(text.as_bytes()))).collect();
    Content { inference: id(number), workflow: workflow("support"), at: at("2026-03-15T12:00:00Z"), parts }
}

async fn until(ledger: &Ledger, number: u32, state: ContentState) -> ledger::StoredContent {
    let end = std::time::Instant::now() + Duration::from_secs(10);
    loop {
        let found = ledger.content(id(number)).await.unwrap();
        if found.state == state {
            return found;
        }
        assert!(std::time::Instant::now() < end, "still {:?}", found.state);
        tokio::task::yield_now().await;
    }
}

async fn conforms(place: &Place) {
    let (ledger, _) = place.open("first").await;
    let turns = [(Side::Request, "{\"a\":1}"), (Side::Request, "{\"b\":2}"), (Side::Response, "fine")];
    assert_eq!(ledger.keep(content(1, &turns)), Kept::Accepted);
    assert_eq!(ledger.keep(content(2, &turns[..1])), Kept::Accepted);
    let one = until(&ledger, 1, ContentState::Kept).await;
    assert_eq!(
        (one.request.concat(), one.response.concat()),
        (b"{\"a\":1}{\"b\":2}".to_vec(), b"fine".to_vec())
    );
    let two = until(&ledger, 2, ContentState::Kept).await;
    assert_eq!(two.request, [Bytes::from_static(b"{\"a\":1}")]);
    assert_eq!(ledger.content(id(9)).await.unwrap().state, ContentState::Absent);

    let large = Content { parts: vec![(Side::Request, Bytes::from(vec![b'x'; 2 << 20]))], ..content(3, &[]) };
    assert_eq!(ledger.keep(large), Kept::Dropped, "it is larger than the whole queue");
    until(&ledger, 3, ContentState::Dropped).await;
    assert_eq!(ledger.health().dropped_bodies, 1);

    let later = Content { at: at("2026-03-20"), ..content(4, &turns[..1]) };
    assert_eq!(ledger.keep(later), Kept::Accepted);
    until(&ledger, 4, ContentState::Kept).await;
    place.clock.set("2026-03-22");
    let expired = ledger.apply_retention(&[(workflow("support"), 3), (workflow("sql"), 1)]).await.unwrap();
    assert_eq!((expired.bodies, expired.parts), (3, 2), "the part that is still used stays");
    assert_eq!(ledger.content(id(1)).await.unwrap().state, ContentState::Absent);
    assert_eq!(ledger.content(id(4)).await.unwrap().request, two.request);
    ledger.shutdown().await;
}

#[tokio::test]
async fn sqlite_conforms() {
    conforms(&Place::sqlite()).await;
}

#[tokio::test]
async fn postgres_conforms() {
    conforms(&Place::postgres()).await;
}

#[tokio::test]
async fn what_waits_is_written_before_the_end() {
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    for number in 0..500 {
        assert_eq!(ledger.keep(content(number, &[(Side::Request, "hello")])), Kept::Accepted);
    }
    ledger.shutdown().await;
    let (again, _) = place.open("second").await;
    assert_eq!(again.health().waiting_body_bytes, 0);
    for number in 0..500 {
        assert_eq!(again.content(id(number)).await.unwrap().state, ContentState::Kept, "{number}");
    }
    again.shutdown().await;
}

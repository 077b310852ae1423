//! Tools that are switched off while a stream runs.

use bytes::Bytes;
use domain::inference::Endpoint;
use guardrails::{Action, ToolPolicy};
use proptest::prelude::*;

use super::{ENDPOINTS, cut, session, stream};
use crate::guard::{Blocked, StreamGuard};
use crate::sse::UsageFilter;

fn without_search() -> ToolPolicy {
    ToolPolicy::everything().without(vec!["search".to_owned()])
}

/// A stream on its way, as the gateway relays one: guarded from its beginning or not.
struct Relay {
    endpoint: Endpoint,
    guard: Option<StreamGuard>,
    filter: UsageFilter,
    out: Vec<u8>,
}

impl Relay {
    fn new(endpoint: Endpoint, guard: Option<StreamGuard>) -> Self {
        Self { endpoint, guard, filter: UsageFilter::whole_events(), out: Vec::new() }
    }

    fn turned(&mut self, tools: ToolPolicy) -> Bytes {
        match &mut self.guard {
            Some(guard) => {
                guard.judge_by(tools);
                Bytes::new()
            }
            None => {
                self.guard = Some(StreamGuard::new(self.endpoint, None, Some(tools)));
                self.filter.give_back()
            }
        }
    }

    fn pass(&mut self, piece: Bytes) -> Result<(), Blocked> {
        let piece = match &mut self.guard {
            Some(guard) => guard.push(&piece)?,
            None => piece,
        };
        self.out.extend_from_slice(&self.filter.push(piece));
        Ok(())
    }

    /// What passed of a stream in whose middle, behind so many bytes, the tools change.
    fn run(
        mut self,
        stream: &str,
        (chunk, at): (usize, usize),
        tools: ToolPolicy,
    ) -> (String, Result<(), Blocked>) {
        let (before, behind) = stream.as_bytes().split_at(at);
        let ended = (|| {
            before.chunks(chunk).try_for_each(|piece| self.pass(Bytes::copy_from_slice(piece)))?;
            let held = self.turned(tools);
            self.pass(held)?;
            behind.chunks(chunk).try_for_each(|piece| self.pass(Bytes::copy_from_slice(piece)))?;
            let rest = self.guard.as_mut().map_or(Ok(Bytes::new()), StreamGuard::finish)?;
            self.out.extend_from_slice(&self.filter.push(rest));
            self.out.extend_from_slice(&std::mem::take(&mut self.filter).finish());
            Ok(())
        })();
        (String::from_utf8(self.out).unwrap(), ended)
    }
}

/// No guard, one that redacts, one that judges calls, and one that does both.
fn relays(endpoint: Endpoint) -> [Relay; 4] {
    let everything = || Some(ToolPolicy::everything());
    let masks = || Some(session(Action::Mask));
    [
        Relay::new(endpoint, None),
        Relay::new(endpoint, Some(StreamGuard::new(endpoint, masks(), None))),
        Relay::new(endpoint, Some(StreamGuard::new(endpoint, None, everything()))),
        Relay::new(endpoint, Some(StreamGuard::new(endpoint, masks(), everything()))),
    ]
}

/// Where the first event ends that names the tool.
fn named(stream: &str) -> (usize, usize) {
    let name = stream.find("\"search\"").unwrap();
    let begin = stream[..name].rfind("\n\n").map_or(0, |end| end + 2);
    let end = name + stream[name..].find("\n\n").unwrap() + 2;
    (begin, end)
}

#[test]
fn a_call_that_began_before_goes_on_where_it_is_not_named_again() {
    for endpoint in ENDPOINTS {
        let stream = stream(endpoint, &["Let me see.".into()], &["{\"q\":".into(), "1}".into()]);
        let at = named(&stream).1;
        let (out, ended) = Relay::new(endpoint, None).run(&stream, (20, at), without_search());
        match endpoint {
            // Its last event names all calls of the answer once more.
            Endpoint::Responses => assert_eq!(ended, Err(Blocked::Tool("search".into()))),
            _ => assert_eq!((out.as_str(), ended), (stream.as_str(), Ok(()))),
        }
    }
}

#[test]
fn a_tool_that_is_on_again_may_be_called() {
    for endpoint in ENDPOINTS {
        let stream = stream(endpoint, &["So.".into()], &["{}".into()]);
        let guard = StreamGuard::new(endpoint, None, Some(without_search()));
        let relay = Relay::new(endpoint, Some(guard));
        let (out, ended) = relay.run(&stream, (9, named(&stream).0), ToolPolicy::everything());
        assert_eq!((out, ended), (stream, Ok(())));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_call_that_begins_behind_the_turn_never_passes(
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        chunk in 1_usize..300, at in any::<prop::sample::Index>(),
    ) {
        for endpoint in ENDPOINTS {
            let stream = stream(endpoint, &cut("Let me see.", &cuts), &cut("{\"q\":1}", &cuts));
            let (begin, end) = named(&stream);
            let at = at.index(end);
            for relay in relays(endpoint) {
                let (out, ended) = relay.run(&stream, (chunk, at), without_search());
                prop_assert_eq!(ended, Err(Blocked::Tool("search".into())));
                prop_assert!(stream[..begin].starts_with(&out), "{:?}", out);
            }
        }
    }

    #[test]
    fn a_stream_without_the_tool_stays_as_it_is(
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5), other in prop::bool::ANY,
        chunk in 1_usize..300, at in any::<prop::sample::Index>(),
    ) {
        for endpoint in ENDPOINTS {
            let stream = stream(endpoint, &cut("Let me see.", &cuts), &cut("{\"q\":1}", &cuts));
            let stream = stream.replace("\"search\"", "\"find\"").replace("\n", if other { "\r\n" } else { "\n" });
            let at = at.index(stream.len() + 1);
            for relay in relays(endpoint) {
                let (out, ended) = relay.run(&stream, (chunk, at), without_search());
                prop_assert_eq!((out.as_str(), ended), (stream.as_str(), Ok(())));
            }
        }
    }
}

//! What those who observe calls are told, and how a trace goes on.

use std::sync::{Arc, Mutex};

use gateway::Telemetry;
use genai::{Ended, Names, Observer, Sampler, Span, Value};
use serde_json::json;

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, chat, request};
use crate::world::{Wanted, World, world};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Remembers every span.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<Span>>);

impl Observer for Memory {
    fn ended(&self, ended: &Ended<'_>) {
        self.0.lock().unwrap().extend(genai::spans(ended, Names::Current));
    }
}

impl Memory {
    fn spans(&self) -> Vec<Span> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

async fn observed(wanted: Wanted) -> (World, Arc<Memory>) {
    let memory = Arc::new(Memory::default());
    let observer = Arc::clone(&memory) as Arc<dyn Observer>;
    let telemetry = Some(Telemetry { sampler: Sampler::default(), observer });
    (World::with(Wanted { telemetry, ..wanted }).await, memory)
}

/// A call for just this.
fn ask(model: &str, stream: bool) -> serde_json::Value {
    json!({"model": model, "stream": stream, "messages": [{"role": "user", "content": "hello"}]})
}

fn said(span: &Span, key: &str) -> String {
    match span.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| &attribute.value) {
        Some(Value::Text(text)) => text.to_string(),
        Some(Value::Words(words)) => words.join(","),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dialect_tells_who_answered_and_why_it_stopped() {
    let (world, memory) = observed(Wanted::default()).await;
    for (path, finish) in [(CHAT, "stop"), (MESSAGES, "end_turn"), (RESPONSES, "completed")] {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &request(path, "ok", stream))).await;
            world.fact(reply.id()).await;
            let spans = memory.spans();
            let [span] = &spans[..] else { panic!("one call has one span: {spans:?}") };
            assert_eq!(said(span, "countersign.inference.id"), reply.id().to_string());
            assert_eq!(said(span, "gen_ai.response.finish_reasons"), finish, "{path} {stream}");
            assert_eq!(said(span, "gen_ai.request.model"), "ok");
            assert!(!said(span, "gen_ai.response.model").is_empty(), "{path} {stream}");
            assert_eq!(said(span, "server.address"), "127.0.0.1");
            assert_eq!(said(span, "countersign.workflow.id"), "w");
            assert_eq!(said(span, "countersign.owner.id"), "maya");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_trace_goes_on_through_the_call_to_the_provider() {
    let (world, memory) = observed(Wanted::default()).await;
    let asked =
        world.post(CHAT, &chat("ok", false)).header("traceparent", PARENT).header("tracestate", "a=1");
    Reply::of(asked).await;
    let spans = memory.spans();
    let span = &spans[0];
    assert_eq!((span.trace.to_string().as_str(), span.state.as_deref()), (TRACE, Some("a=1")));
    assert_eq!(span.parent.map(|parent| parent.to_string()).as_deref(), Some("b7ad6b7169203331"));
    let sent = world.upstream.last();
    assert_eq!(sent.header("traceparent"), Some(format!("00-{TRACE}-{}-01", span.id).as_str()));
    assert_eq!(sent.header("tracestate"), Some("a=1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_readable_parent_begins_a_trace_named_like_itself() {
    let (world, memory) = observed(Wanted::default()).await;
    let asked =
        world.post(CHAT, &chat("ok", true)).header("traceparent", "00-odd").header("tracestate", "a=1");
    let reply = Reply::of(asked).await;
    let span = memory.spans().remove(0);
    assert_eq!(format!("inf_{}", span.trace), reply.id().to_string());
    let sent = world.upstream.last();
    assert_eq!(sent.header("traceparent"), Some(format!("00-{}-{}-01", span.trace, span.id).as_str()));
    assert_eq!(sent.header("tracestate"), None, "another system's state ends with its trace");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_observes_the_callers_context_passes_as_it_came() {
    let world = world().await;
    for parent in [PARENT, "00-odd"] {
        Reply::of(
            world.post(CHAT, &chat("ok", false)).header("traceparent", parent).header("tracestate", "a=1"),
        )
        .await;
        let sent = world.upstream.last();
        assert_eq!((sent.header("traceparent"), sent.header("tracestate")), (Some(parent), Some("a=1")));
    }
    world.chat("ok", false).await;
    assert_eq!(world.upstream.last().header("traceparent"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_its_caller_does_not_sample_has_no_span_and_its_context_says_so() {
    let (world, memory) = observed(Wanted::default()).await;
    let parent = PARENT.replace("-01", "-00");
    Reply::of(world.post(CHAT, &chat("ok", false)).header("traceparent", &parent)).await;
    assert_eq!(memory.spans(), []);
    assert!(world.upstream.last().header("traceparent").is_some_and(|sent| sent.ends_with("-00")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_and_a_failed_one_tell_their_code() {
    let (world, memory) = observed(Wanted::default()).await;
    for (model, class, status) in [
        ("nowhere/m", "CS-0205", "refused"),
        ("up/error-429", "429", "upstream_error"),
        ("down/m", "CS-0401", "failed"),
        ("up/error-in-200-stream", "upstream_error", "upstream_error"),
    ] {
        let reply = Reply::of(world.post(CHAT, &ask(model, model.contains("stream")))).await;
        world.fact(reply.id()).await;
        let span = memory.spans().pop().unwrap();
        assert_eq!(said(&span, "countersign.status"), status, "{model}");
        assert_eq!(said(&span, "error.type"), class, "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_failed_is_a_span_below_the_calls() {
    let (world, memory) = observed(Wanted {
        root: "\n[routes.two]\ntargets = [{ provider = \"up\", model = \"error-503\" }]\nfallback = [\"economy\"]\n",
        allow: &["two"],
        ..Wanted::default()
    })
    .await;
    let reply = Reply::of(world.post(CHAT, &ask("two", false))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let spans = memory.spans();
    let [call, failed] = &spans[..] else { panic!("a call and an attempt: {spans:?}") };
    assert_eq!((failed.trace, failed.parent), (call.trace, Some(call.id)));
    assert_eq!(said(failed, "countersign.target"), "up/error-503");
    assert_eq!(said(failed, "error.type"), "capacity");
    assert_eq!(said(call, "countersign.target"), "up/cheap");
    assert_eq!(said(call, "countersign.route"), "economy");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_said_is_told() {
    let (world, memory) = observed(Wanted::default()).await;
    let body = json!({
        "model": "up/echo", "user": "maya@acme.example",
        "messages": [{"role": "user", "content": "the secret of Maya"}],
    });
    for (path, model) in [(CHAT, "up/echo"), (CHAT, "up/error-400")] {
        let mut body = body.clone();
        body["model"] = model.into();
        let reply =
            Reply::of(world.post(path, &body).header("x-countersign-user", "maya@acme.example")).await;
        world.fact(reply.id()).await;
    }
    let told = format!("{:?}", memory.spans());
    for content in ["secret", "acme.example", "sk-upstream", "cs_test"] {
        assert!(!told.contains(content), "{content} in {told}");
    }
}

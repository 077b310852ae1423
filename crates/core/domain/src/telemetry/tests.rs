//! What each client's reports are worth, as a table; what must hold of sums, by properties.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::meter::{Context, worth};
use super::record::{Event, Point, Record, Span};
use super::settle::{Said, Session, Settled, Sums, Unclaimed, gain, hold, settle, settle_days};
use super::together::{Amounts, Days, Figures, Member, Who, together};
use super::*;

const NOON: Timestamp = Timestamp::from_ms(1_780_000_000_000);

/// Attributes from `name=value` pairs: what reads as a number or a flag is one.
fn attributes(text: &'static str) -> Attributes<'static> {
    let pair = |pair: &'static str| {
        let (name, value) = pair.split_once('=').unwrap();
        let whole = value.parse().map(Number::Whole).ok();
        let number = whole.or_else(|| value.parse().map(Number::Real).ok()).map(Value::Number);
        let flag = value.parse().map(Value::Flag).ok();
        (Cow::Borrowed(name), number.or(flag).unwrap_or(Value::Text(Cow::Borrowed(value))))
    };
    Attributes(text.split_whitespace().map(pair).collect())
}

fn event(name: &'static str, said: &'static str) -> Record<'static> {
    let attributes = attributes(said);
    Record::Event(Event { id: Identity([1; 16]), trace: None, name: name.into(), at: NOON, attributes })
}

fn span(name: &'static str, said: &'static str) -> Record<'static> {
    Record::Span(Span {
        id: Identity([2; 16]),
        trace: [0xab; 16],
        name: name.into(),
        start: NOON,
        end: NOON.plus_ms(1_500),
        attributes: attributes(said),
    })
}

fn point(metric: &'static str, value: Number, said: &'static str) -> Record<'static> {
    Record::Point(Point {
        id: Identity([3; 16]),
        metric: metric.into(),
        at: NOON,
        growth: Growth::Once,
        value,
        attributes: attributes(said),
    })
}

/// A report's worth in one line.
fn said(service: &str, record: &Record<'_>) -> String {
    let resource = Attributes::default();
    let client = Client::of(service, record.name());
    match worth(Context { client, service, resource: &resource }, record) {
        None => "nothing".to_owned(),
        Some(Observation::Reading(of)) => {
            format!("{} {} {}", of.family.as_str(), of.measure.as_str(), of.amount)
        }
        Some(Observation::Call(of)) => {
            let usage = of.usage;
            let claimed = of.claimed.map(|claimed| format!(" {}", claimed.to_decimal())).unwrap_or_default();
            format!(
                "{} {}/{} in {} read {} write {} out {} reasoning {}{claimed}",
                of.family.as_str(),
                of.seller,
                of.model,
                usage.input,
                usage.cache_read,
                usage.cache_write_5m,
                usage.output,
                usage.reasoning
            )
        }
    }
}

#[test]
fn claude_code_counts_cached_input_apart_and_says_who_decided() {
    let check = |record: Record<'_>, is: &str| assert_eq!(said("claude-code", &record), is, "{record:?}");
    check(
        event(
            "claude_code.api_request",
            "model=claude-sonnet-4-5 input_tokens=10 output_tokens=20 cache_read_tokens=300 cache_creation_tokens=40 cost_usd=0.0123",
        ),
        "events anthropic/claude-sonnet-4-5 in 10 read 300 write 40 out 20 reasoning 0 0.0123",
    );
    check(
        span("claude_code.llm_request", "model=m input_tokens=1 output_tokens=2"),
        "spans anthropic/m in 1 read 0 write 0 out 2 reasoning 0",
    );
    for (decided, is) in [
        ("decision=accept source=user_temporary", "events accepted 1"),
        ("decision=reject source=user_reject", "events rejected 1"),
        ("decision=reject source=user_abort", "events aborted 1"),
        ("decision=accept source=config", "events automatic 1"),
        ("decision=reject source=hook", "events automatic 1"),
        ("decision=unheard_of", "nothing"),
    ] {
        check(event("claude_code.tool_decision", decided), is);
    }
    check(span("claude_code.tool.blocked_on_user", ""), "spans waiting_ms 1500");
    check(span("claude_code.tool.blocked_on_user", "duration_ms=700"), "spans waiting_ms 700");
    for (metric, value, kind, is) in [
        ("token.usage", Number::Whole(7), "type=cacheRead", "metrics cache_read 7"),
        ("token.usage", Number::Real(7.0), "type=output", "metrics output 7"),
        ("cost.usage", Number::Real(0.25), "", "metrics claimed 250000000"),
        ("lines_of_code.count", Number::Whole(3), "type=added", "metrics lines_added 3"),
        ("lines_of_code.count", Number::Whole(3), "type=removed", "metrics lines_removed 3"),
        ("commit.count", Number::Whole(1), "", "metrics commits 1"),
        ("pull_request.count", Number::Whole(1), "", "metrics pull_requests 1"),
        ("active_time.total", Number::Real(1.5), "type=user", "metrics active_ms 1500"),
        ("active_time.total", Number::Real(2.25), "type=cli", "metrics working_ms 2250"),
        (
            "code_edit_tool.decision",
            Number::Whole(2),
            "decision=accept source=user_permanent",
            "metrics accepted 2",
        ),
        ("session.count", Number::Whole(0), "", "nothing"),
        ("unheard.of", Number::Whole(1), "", "nothing"),
    ] {
        let name: &'static str = Box::leak(format!("claude_code.{metric}").into_boxed_str());
        check(point(name, value, kind), is);
    }
}

#[test]
fn codex_counts_a_completed_answer_and_takes_cached_input_out() {
    let check = |record: Record<'_>, is: &str| assert_eq!(said("codex_cli_rs", &record), is, "{record:?}");
    let counts = "event.kind=response.completed model=gpt-5 input_token_count=100 cached_token_count=60 output_token_count=30 reasoning_token_count=20";
    check(event("codex.sse_event", counts), "events openai/gpt-5 in 40 read 60 write 0 out 30 reasoning 20");
    check(event("codex.sse_event", "event.kind=response.output_text.delta"), "nothing");
    check(event("codex.conversation_starts", ""), "events sessions 1");
    for (decided, is) in [
        ("decision=approved source=User", "events accepted 1"),
        ("decision=approved_for_session source=User", "events accepted 1"),
        ("decision=approved source=Config", "events automatic 1"),
        ("decision=denied source=User", "events rejected 1"),
        ("decision=abort source=User", "events aborted 1"),
    ] {
        check(event("codex.tool_decision", decided), is);
    }
    check(event("codex.tool_result", "output=secret arguments=secret"), "nothing");
    check(span("session_task.turn", "model=gpt-5"), "nothing");
    let handled =
        "gen_ai.usage.input_tokens=100 gen_ai.usage.cache_read.input_tokens=60 gen_ai.usage.output_tokens=30";
    check(span("handle_responses", handled), "spans openai/ in 40 read 60 write 0 out 30 reasoning 0");
    check(point("codex.turn.token_usage", Number::Real(12.0), "token_type=input"), "metrics input 12");
    check(point("codex.turn.token_usage", Number::Real(12.0), "token_type=total"), "nothing");
    check(point("codex.turn.token_usage", Number::Real(12.0), "token_type=cached_input"), "nothing");
}

#[test]
fn gemini_counts_thoughts_as_output_and_its_own_words_only() {
    let check = |record: Record<'_>, is: &str| assert_eq!(said("gemini-cli", &record), is, "{record:?}");
    let counts = "model=gemini-2.5-flash input_token_count=90 cached_content_token_count=50 output_token_count=7 thoughts_token_count=5 tool_token_count=10";
    check(
        event("gemini_cli.api_response", counts),
        "events google/gemini-2.5-flash in 50 read 50 write 0 out 12 reasoning 5",
    );
    check(
        event(
            "gen_ai.client.inference.operation.details",
            "gen_ai.operation.name=chat gen_ai.usage.input_tokens=9",
        ),
        "nothing",
    );
    check(point("gemini_cli.token.usage", Number::Whole(4), "type=thought"), "metrics output 4");
    check(point("gemini_cli.token.usage", Number::Whole(4), "type=cache"), "nothing");
    check(point("gemini_cli.lines.changed", Number::Whole(4), "type=added"), "metrics lines_added 4");
    check(point("gen_ai.client.token.usage", Number::Whole(4), "gen_ai.token.type=input"), "nothing");
    check(
        span(
            "llm_call",
            "gen_ai.operation.name=generate_content gen_ai.provider.name=gcp.gemini gen_ai.request.model=g gen_ai.usage.input_tokens=9 gen_ai.usage.output_tokens=1",
        ),
        "spans google/g in 9 read 0 write 0 out 1 reasoning 0",
    );
}

/// What one turn of Gemini CLI 0.61.0 came to, in its words.
#[test]
fn a_turn_of_gemini_counts_each_call_once_and_its_lines() {
    let common = "session.id=s interactive=false auth_type=gemini-api-key";
    let of = |more: &str| -> &'static str { Box::leak(format!("{common} {more}").into_boxed_str()) };
    let usage = "gen_ai.operation.name=generate_content gen_ai.provider.name=gcp.gen_ai gen_ai.request.model=gemini-2.5-flash";
    let count = |kind: &str| of(&format!("model=gemini-2.5-flash type={kind}"));
    let counts: Vec<String> = [
        event("gemini_cli.config", of("model=gemini-2.5-flash approval_mode=yolo")),
        span("llm_call", of("gen_ai.operation.name=llm_call gen_ai.request.model=gemini-2.5-flash")),
        event("gemini_cli.api_request", of("model=gemini-2.5-flash role=main")),
        event("gen_ai.client.inference.operation.details", of(usage)),
        event("gemini_cli.api_response", of("model=gemini-2.5-flash duration_ms=102 input_token_count=2000 output_token_count=1 cached_content_token_count=800 thoughts_token_count=0 tool_token_count=0 total_token_count=2001 status_code=200")),
        event("gen_ai.client.inference.operation.details", of(&format!("{usage} gen_ai.response.id=r gen_ai.usage.input_tokens=2000 gen_ai.usage.output_tokens=1"))),
        event("gemini_cli.file_operation", of("tool_name=write_file operation=create lines=1")),
        event("gemini_cli.tool_call", of("function_name=write_file success=true decision=accept tool_type=native")),
        point("gemini_cli.session.count", Number::Whole(1), of("")),
        point("gemini_cli.token.usage", Number::Whole(2000), count("input")),
        point("gemini_cli.token.usage", Number::Whole(800), count("cache")),
        point("gemini_cli.token.usage", Number::Whole(1), count("output")),
        point("gen_ai.client.token.usage", Number::Real(2000.0), of(&format!("{usage} gen_ai.token.type=input"))),
        point("gemini_cli.tool.call.count", Number::Whole(1), of("function_name=write_file decision=accept")),
        point("gemini_cli.lines.changed", Number::Whole(1), of("type=added function_name=write_file")),
    ]
    .iter()
    .map(|record| said("gemini-cli", record))
    .filter(|worth| worth != "nothing")
    .collect();
    assert_eq!(
        counts,
        [
            "events google/gemini-2.5-flash in 1200 read 800 write 0 out 1 reasoning 0",
            "events automatic 1",
            "metrics sessions 1",
            "metrics input 2000",
            "metrics output 1",
            "metrics lines_added 1",
        ]
    );
}

#[test]
fn what_gemini_accepts_is_a_persons_only_where_a_person_is_asked() {
    for (decided, is) in [
        ("interactive=true function_name=write_file decision=accept", "events accepted 1"),
        ("interactive=true function_name=find tool_type=mcp decision=accept", "events accepted 1"),
        ("interactive=true function_name=read_file tool_type=native decision=accept", "events automatic 1"),
        ("interactive=false function_name=write_file decision=accept", "events automatic 1"),
        ("interactive=false function_name=write_file decision=reject", "events automatic 1"),
        ("interactive=true function_name=write_file decision=auto_accept", "events accepted 1"),
        ("interactive=true function_name=replace decision=modify", "events edited 1"),
        ("interactive=true function_name=replace decision=reject success=false", "events rejected 1"),
        ("interactive=true function_name=replace decision=reject success=true", "events accepted 1"),
        ("decision=accept", "events accepted 1"),
        ("interactive=true function_name=read_file", "nothing"),
    ] {
        assert_eq!(said("gemini-cli", &event("gemini_cli.tool_call", decided)), is, "{decided}");
    }
}

#[test]
fn the_version_of_what_runs_gemini_is_not_its_own() {
    for (said, is) in [
        ("service.version=v24.9.0 process.runtime.version=24.9.0", None),
        ("service.version=0.62.0 process.runtime.version=24.9.0", Some("0.62.0")),
        ("process.runtime.version=24.9.0", None),
    ] {
        let (resource, record) = (attributes(said), event("gemini_cli.config", ""));
        let context = Context { client: Client::GeminiCli, service: "gemini-cli", resource: &resource };
        assert_eq!(super::meter::version(context, &record), is, "{said}");
    }
}

/// What one turn of Copilot's command line 1.0.102 came to, in its words.
#[test]
fn a_turn_of_copilot_counts_its_calls_and_not_the_agent_that_made_them() {
    let model = "gen_ai.provider.name=github gen_ai.request.model=gpt-5 gen_ai.response.model=gpt-5";
    let of = |more: &str| -> &'static str { Box::leak(format!("{model} {more}").into_boxed_str()) };
    let counts: Vec<String> = [
        span("chat gpt-5", of("gen_ai.operation.name=chat gen_ai.conversation.id=c gen_ai.usage.input_tokens=2000 gen_ai.usage.output_tokens=1 gen_ai.usage.cache_read.input_tokens=800 gen_ai.response.id=r github.copilot.cost=0.0")),
        span("execute_tool create", of("gen_ai.operation.name=execute_tool gen_ai.conversation.id=c gen_ai.tool.name=create")),
        span("invoke_agent", of("gen_ai.operation.name=invoke_agent gen_ai.conversation.id=c gen_ai.usage.input_tokens=4000 gen_ai.usage.output_tokens=6")),
        point("gen_ai.client.inference.usage.input_tokens", Number::Whole(4000), of("gen_ai.token.modality=unknown")),
        point("gen_ai.client.inference.usage.cache_read.input_tokens", Number::Whole(1600), of("gen_ai.token.modality=unknown")),
        point("gen_ai.client.inference.operation.input_tokens", Number::Real(4000.0), of("")),
        point("github.copilot.tool.call.count", Number::Whole(1), "gen_ai.tool.name=create success=true"),
        point("github.copilot.code.lines_added", Number::Whole(1), ""),
        point("github.copilot.code.lines_removed", Number::Whole(2), ""),
    ]
    .iter()
    .map(|record| said("github-copilot", record))
    .filter(|worth| worth != "nothing")
    .collect();
    assert_eq!(
        counts,
        [
            "spans /gpt-5 in 1200 read 800 write 0 out 1 reasoning 0",
            "metrics input 4000",
            "metrics lines_added 1",
            "metrics lines_removed 2",
        ]
    );
}

#[test]
fn copilot_is_read_under_one_of_its_two_names() {
    let acceptance = |prefix: &str| -> &'static str {
        Box::leak(format!("{prefix}.edit.acceptance.count").into_boxed_str())
    };
    let accepted = |metric| point(metric, Number::Whole(1), "edit.outcome=accepted");
    for (service, prefix, is) in [
        ("copilot-chat", "copilot_chat", "metrics accepted 1"),
        ("copilot-chat", "github.copilot", "nothing"),
        ("github-copilot-cli", "github.copilot", "metrics accepted 1"),
        ("github-copilot-cli", "copilot_chat", "nothing"),
    ] {
        assert_eq!(said(service, &accepted(acceptance(prefix))), is, "{service} {prefix}");
    }
    let chat = span(
        "chat gpt-4o",
        "gen_ai.operation.name=chat gen_ai.request.model=gpt-4o gen_ai.usage.input_tokens=12 gen_ai.usage.output_tokens=3",
    );
    assert_eq!(said("copilot-chat", &chat), "spans /gpt-4o in 12 read 0 write 0 out 3 reasoning 0");
}

#[test]
fn every_generation_of_the_conventions_is_read_and_agents_are_not_counted_again() {
    let check = |record: Record<'_>, is: &str| assert_eq!(said("my-app", &record), is, "{record:?}");
    check(
        span(
            "chat m",
            "gen_ai.system=openai gen_ai.operation.name=chat gen_ai.response.model=m gen_ai.usage.prompt_tokens=5 gen_ai.usage.completion_tokens=6",
        ),
        "spans openai/m in 5 read 0 write 0 out 6 reasoning 0",
    );
    check(
        span(
            "chat m",
            "gen_ai.provider.name=aws.bedrock gen_ai.operation.name=chat gen_ai.request.model=m gen_ai.usage.input_tokens=50 gen_ai.usage.cache_read.input_tokens=20 gen_ai.usage.cache_creation.input_tokens=10 gen_ai.usage.output_tokens=6",
        ),
        "spans amazon/m in 20 read 20 write 10 out 6 reasoning 0",
    );
    check(
        span(
            "llm",
            "openinference.span.kind=LLM llm.provider=mistralai llm.model_name=m llm.token_count.prompt=5 llm.token_count.completion=6 llm.cost.total=0.5",
        ),
        "spans mistralai/m in 5 read 0 write 0 out 6 reasoning 0 0.50",
    );
    check(
        span("invoke_agent a", "gen_ai.operation.name=invoke_agent gen_ai.usage.input_tokens=500"),
        "nothing",
    );
    check(span("agent", "openinference.span.kind=AGENT llm.token_count.prompt=5"), "nothing");
    check(span("GET /", "http.request.method=GET"), "nothing");
    check(
        point("gen_ai.client.token.usage", Number::Real(4.0), "gen_ai.token.type=input"),
        "older_metrics input 4",
    );
    check(point("gen_ai.client.inference.usage.output_tokens", Number::Whole(4), ""), "metrics output 4");
}

#[test]
fn only_numbers_that_can_be_counted_are_counted() {
    let count = |number: Number| (number.count(), number.thousandths(), number.dollars().map(NanoUsd::nano));
    assert_eq!(count(Number::Whole(2)), (Some(2), Some(2_000), Some(2_000_000_000)));
    assert_eq!(count(Number::Real(1.25)), (Some(1), Some(1_250), Some(1_250_000_000)));
    assert_eq!(count(Number::Real(-0.0)), (Some(0), Some(0), Some(0)));
    for wrong in [Number::Whole(-1), Number::Real(-1.0), Number::Real(f64::NAN), Number::Real(f64::INFINITY)]
    {
        assert_eq!(count(wrong), (None, None, None), "{wrong:?}");
    }
    assert_eq!(Number::Real(1e30).count(), None);
    let text =
        Attributes(vec![("n".into(), Value::Text("12".into())), ("r".into(), Value::Text("0.5".into()))]);
    assert_eq!((text.count("n"), text.number("r")), (Some(12), Some(Number::Real(0.5))));
}

#[test]
fn a_call_carries_every_name_under_which_the_gateway_may_know_it() {
    let said = "request_id=req_1 session.id=s-1 gen_ai.operation.name=chat gen_ai.usage.input_tokens=90 gen_ai.usage.output_tokens=20";
    let resource = Attributes::default();
    let context = Context { client: Client::Other, service: "", resource: &resource };
    let Some(Observation::Call(call)) = worth(context, &span("chat", said)) else { panic!("no call") };
    let like = likeness(call.at, &call.usage).unwrap();
    assert_eq!(call.marks, ["abababababababababababababababab", &*like, "req_1", "s-1"]);
    let small = Usage { input: 50, output: 49, ..Usage::default() };
    assert_eq!(likeness(NOON, &small), None, "small calls look too much alike");
}

#[test]
fn a_time_that_can_not_be_is_now() {
    for (at, is) in [
        (NOON.plus_ms(-1_000), NOON.plus_ms(-1_000)),
        (NOON.plus_ms(DAY_MS), NOON.plus_ms(DAY_MS)),
        (NOON.plus_ms(DAY_MS + 1), NOON),
        (Timestamp::from_ms(0), NOON),
    ] {
        assert_eq!(believable(at, NOON), is);
    }
}

#[test]
fn words_are_read_as_they_are_written() {
    for measure in Measure::ALL {
        assert_eq!(Measure::parse(measure.as_str()), Some(*measure));
    }
    for (service, name, is) in [
        ("claude-code", "", Client::ClaudeCode),
        ("Claude-Code-Desktop", "", Client::ClaudeCode),
        ("codex_exec", "", Client::CodexCli),
        ("", "gemini_cli.api_response", Client::GeminiCli),
        ("copilot-chat", "chat gpt", Client::Copilot),
        ("my-app", "chat gpt", Client::Other),
    ] {
        assert_eq!(Client::of(service, name), is, "{service} {name}");
    }
}

/// Whom a source names, and its output tokens by session and family.
type Source<'a> = (&'a str, &'a [(&'a str, Family, u64)]);

/// What counts of each source, and how many sessions have any.
fn counts(sources: &[Source<'_>]) -> Vec<(u64, usize)> {
    let member = |(person, said): &Source<'_>| {
        let who = if person.is_empty() { Who::Nobody } else { Who::Somebody };
        let mut member = Member { who, sessions: BTreeMap::<String, Session>::new(), over: BTreeSet::new() };
        for (session, family, output) in *said {
            member.sessions.entry((*session).to_owned()).or_default().said[family.place()].all.output +=
                output;
        }
        member
    };
    let mut members: Vec<_> = sources.iter().map(member).collect();
    together(&mut members);
    let settled = |member: &Member<Session>| -> Vec<_> {
        member.sessions.values().map(settle).filter(|one| !one.is_empty()).collect()
    };
    let of = |member: &Member<Session>| settled(member).iter().map(|one| one.direct.output).sum();
    members.iter().map(|member| (of(member), settled(member).len())).collect()
}

#[test]
fn what_names_no_session_does_not_repeat_what_does() {
    let check =
        |said: &[(&str, Family, u64)], is: u64| assert_eq!(counts(&[("maya", said)])[0].0, is, "{said:?}");
    check(&[("", Family::Metrics, 7)], 7);
    check(&[("", Family::Metrics, 7), ("s", Family::Spans, 7)], 7);
    check(&[("", Family::Events, 7), ("s", Family::Spans, 7)], 7);
    check(&[("", Family::Spans, 5), ("s", Family::Spans, 7)], 12);
    check(&[("s", Family::Events, 5), ("t", Family::Metrics, 7)], 12);
}

#[test]
fn of_two_generations_of_counters_one_counts() {
    let (newer, older) = (Family::Metrics, Family::OlderMetrics);
    for (said, is) in [
        (vec![("", newer, 7), ("", older, 7)], 7),
        (vec![("", older, 7)], 7),
        (vec![("", older, 7), ("", Family::Spans, 8), ("", newer, 7)], 8),
    ] {
        assert_eq!(counts(&[("", &said)])[0].0, is, "{said:?}");
    }
}

#[test]
fn what_names_nobody_belongs_to_whoever_is_named_in_its_session() {
    use Family::{Events, Metrics, Spans};
    let check = |sources: &[Source<'_>], is: &[(u64, usize)]| {
        assert_eq!(counts(sources), is, "{sources:?}");
    };
    // As Codex does: events name the person, spans and counters do not.
    check(&[("maya", &[("s", Events, 7)]), ("", &[("s", Spans, 7), ("", Metrics, 7)])], &[(7, 1), (0, 0)]);
    check(&[("maya", &[("s", Events, 7)]), ("", &[("", Spans, 7)])], &[(7, 1), (0, 0)]);
    check(&[("", &[("s", Events, 7)]), ("maya", &[("s", Metrics, 6)])], &[(0, 0), (7, 1)]);
    // A session of its own counts by itself.
    check(&[("maya", &[("s", Events, 7)]), ("", &[("t", Spans, 5)])], &[(7, 1), (5, 1)]);
    check(&[("", &[("t", Metrics, 5), ("", Metrics, 2)])], &[(7, 2)]);
    // What one person says does not depend on another, unless it is of the same session.
    check(&[("maya", &[("s", Events, 7)]), ("tom", &[("", Metrics, 5)])], &[(7, 1), (5, 1)]);
    check(&[("maya", &[("s", Spans, 7)]), ("tom", &[("s", Metrics, 5)])], &[(7, 1), (0, 0)]);
}

#[test]
fn what_names_no_session_does_not_repeat_a_session_that_is_over() {
    let mut unnamed = Session::default();
    unnamed.said[Family::Metrics.place()].all.output = 7;
    for (over, is) in [(BTreeSet::new(), 7), ([Family::Events].into(), 0), ([Family::Metrics].into(), 7)] {
        let mut members =
            [Member { who: Who::Somebody, sessions: [(String::new(), unnamed.clone())].into(), over }];
        together(&mut members);
        assert_eq!(members[0].sessions[""].said[Family::Metrics.place()].all.output, is);
    }
}

#[test]
fn a_counter_that_is_read_a_day_after_its_calls_passed_with_them() {
    let mut first = Session::default();
    first.gateway.calls = 1;
    let mut second = Session::default();
    second.said[Family::Metrics.place()].all.output = 7;
    let settled = settle_days(&[(1, first), (2, second)].into());
    assert_eq!((settled[&2].direct.output, settled[&2].passed.output), (0, 7));
}

#[test]
fn counters_without_a_session_count_as_far_as_the_gateway_has_less() {
    let said =
        Sums { input: 100, output: 10, price: NanoUsd::from_nano(1_000), unpriced: 1, ..Sums::default() };
    let check = |family, (input, output): (u64, u64), direct: (u64, u64, i64, u64), left: (u64, u64)| {
        let mut unclaimed = Unclaimed { input, output };
        let settled = Settled { family: Some(family), direct: said, ..Settled::default() };
        let held = hold(settled, &mut unclaimed);
        let of = held.direct;
        assert_eq!(
            (of.input, of.output, of.price.nano(), of.unpriced),
            direct,
            "{family:?} {input} {output}"
        );
        assert_eq!((unclaimed.input, unclaimed.output), left);
        assert_eq!(held.direct.plus(held.passed), said);
    };
    check(Family::Metrics, (0, 0), (100, 10, 1_000, 1), (0, 0));
    check(Family::Metrics, (100, 10), (0, 0, 0, 0), (0, 0));
    check(Family::OlderMetrics, (500, 50), (0, 0, 0, 0), (400, 40));
    check(Family::Metrics, (50, 2), (50, 8, 500, 1), (0, 0));
    check(Family::Metrics, (0, 10), (100, 0, 0, 1), (0, 0));
    check(Family::Spans, (500, 50), (100, 10, 1_000, 1), (500, 50));
}

#[test]
fn counters_that_name_a_person_are_held_against_a_record_that_was_found_without_one() {
    let mut nobody = Session::default();
    nobody.said[Family::OlderMetrics.place()].all.output = 20;
    nobody.gateway.calls = 1;
    let mut maya = Session::default();
    maya.said[Family::Metrics.place()].all.output = 21;
    let member =
        |who, session| Member { who, sessions: [("s".to_owned(), session)].into(), over: BTreeSet::new() };
    let mut members = [member(Who::Nobody, nobody), member(Who::Somebody, maya)];
    together(&mut members);
    assert!(members[0].sessions.is_empty());
    let settled = settle(&members[1].sessions["s"]);
    assert_eq!((settled.direct.output, settled.passed.output, settled.gateway.calls), (0, 21, 1));
}

#[test]
fn one_report_of_more_than_anyone_uses_is_not_believed() {
    let reading = |metric: &'static str, amount: i64, said: &'static str| {
        let resource = Attributes::default();
        let context = Context { client: Client::ClaudeCode, service: "", resource: &resource };
        worth(context, &point(metric, Number::Whole(amount), said)).unwrap().is_believable()
    };
    assert!(reading("claude_code.token.usage", 1_000_000_000_000, "type=input"));
    assert!(!reading("claude_code.token.usage", 1_000_000_000_001, "type=input"));
    assert!(!reading("claude_code.commit.count", i64::MAX, ""));
    assert!(reading("claude_code.cost.usage", 1_000_000, ""));
    assert!(!reading("claude_code.cost.usage", 1_000_001, ""));
    for (said, believed) in [
        ("input_tokens=1 cost_usd=1000000", true),
        ("input_tokens=1 cost_usd=1000001", false),
        ("input_tokens=1000000000", true),
        ("input_tokens=1000000001", false),
        ("output_tokens=1000000001 cost_usd=0.01", false),
        ("cache_read_tokens=600000000 input_tokens=400000000", true),
        ("cache_read_tokens=600000000 output_tokens=400000001", false),
        ("input_tokens=9223372036854775807 output_tokens=9223372036854775807", false),
    ] {
        let resource = Attributes::default();
        let context = Context { client: Client::ClaudeCode, service: "", resource: &resource };
        let call = worth(context, &event("claude_code.api_request", said)).unwrap();
        assert_eq!(call.is_believable(), believed, "{said}");
    }
}

#[test]
fn whom_an_unknown_program_names_is_no_source() {
    let known = |service: &'static str, resource: &'static str, said: &'static str| {
        let (resource, record) = (attributes(resource), event("chat", said));
        let context = Context { client: Client::of(service, "chat"), service, resource: &resource };
        super::meter::person(context, &record).map(ToOwned::to_owned)
    };
    for said in ["enduser.id=u1", "user.id=u1", "user.email=u1@x.example"] {
        assert_eq!(known("my-app", "", said), None, "{said}");
        assert!(known("claude-code", "", said).is_some(), "{said}");
    }
    assert_eq!(known("my-app", "user.email=maya@x.example", "user.id=u1").as_deref(), Some("maya@x.example"));
    assert_eq!(known("my-app", "enduser.id=u1", ""), None);
}

fn sums() -> impl Strategy<Value = Sums> {
    (0_u64..5, 0_u64..1_000, 0_u64..1_000, 0_i64..1_000).prop_map(|(calls, input, output, price)| Sums {
        calls,
        input,
        output,
        price: NanoUsd::from_nano(price),
        ..Sums::default()
    })
}

fn said_of() -> impl Strategy<Value = Said> {
    (sums(), sums()).prop_map(|(direct, passed)| Said { all: direct.plus(passed), passed })
}

fn session_of() -> impl Strategy<Value = Session> {
    (prop::array::uniform4(said_of()), sums()).prop_map(|(said, gateway)| Session { said, gateway })
}

proptest! {
    #[test]
    fn one_family_counts_and_nothing_of_it_is_lost(said in prop::array::uniform4(said_of()), gateway in sums()) {
        let settled = settle(&Session { said, gateway });
        let best = said.iter().map(|said| said.all).find(|all| !all.is_empty()).unwrap_or_default();
        prop_assert_eq!(settled.direct.plus(settled.passed), best);
        prop_assert_eq!(settled.gateway, gateway);
    }

    #[test]
    fn the_days_of_a_session_add_up_to_it(days in prop::collection::btree_map(0_i64..4, session_of(), 0..4)) {
        let mut whole = Days::default();
        whole.join(Days(days.clone()));
        let mut session = Session::default();
        days.values().cloned().for_each(|day| session.join(day));
        prop_assert_eq!(whole.families(), session.families());
        let settled = settle(&session);
        let sum = |of: fn(&Settled) -> Sums| {
            settle_days(&days).values().map(of).fold(Sums::default(), Sums::plus)
        };
        prop_assert_eq!(sum(|day| day.direct), settled.direct);
        prop_assert_eq!(sum(|day| day.passed), settled.passed);
        prop_assert_eq!(sum(|day| day.gateway), settled.gateway);
    }

    #[test]
    fn holding_counters_loses_nothing_and_takes_no_more_than_there_is(said in sums(), input in 0_u64..1_000, output in 0_u64..1_000) {
        let settled = Settled { family: Some(Family::Metrics), direct: said, ..Settled::default() };
        let mut unclaimed = Unclaimed { input, output };
        let held = hold(settled, &mut unclaimed);
        prop_assert_eq!(held.direct.plus(held.passed), said);
        prop_assert_eq!(unclaimed.input + held.passed.input, input);
        prop_assert_eq!(unclaimed.output + held.passed.output, output);
    }

    #[test]
    fn totals_add_up_to_the_last_whatever_is_sent_twice(mut steps in prop::collection::vec(0_u64..100, 1..20), again in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
        let mut total = 0;
        for step in &mut steps {
            total += *step;
            *step = total;
        }
        let mut sent = steps.clone();
        sent.extend(again.iter().map(|index| *index.get(&steps)));
        let (mut counted, mut before) = (0, None);
        for value in sent {
            let more = gain(Growth::Total, value, before);
            counted += more;
            if more > 0 { before = Some(value) }
        }
        prop_assert_eq!(counted, total);
    }

    #[test]
    fn what_is_counted_once_is_counted_once(amount in 1_u64..100, times in 1_usize..5) {
        let mut before = None;
        let mut counted = 0;
        for _ in 0..times {
            counted += gain(Growth::Once, amount, before);
            before = Some(amount);
        }
        prop_assert_eq!(counted, amount);
    }

    #[test]
    fn of_a_measure_the_most_exact_family_counts(amounts in prop::array::uniform4(0_u64..3)) {
        let best = Amounts(amounts).best();
        prop_assert!(amounts.contains(&best));
        prop_assert!(amounts[0] == 0 || best == amounts[0]);
    }

    #[test]
    fn settling_together_counts_no_session_by_two_families_and_loses_no_record(sources in prop::collection::vec((prop_oneof![Just(Who::Somebody), Just(Who::Nobody)], prop::collection::btree_map("[st]?", session_of(), 0..3)), 1..4)) {
        let mut members: Vec<Member<Session>> =
            sources.into_iter().map(|(who, sessions)| Member { who, sessions, over: BTreeSet::new() }).collect();
        let gateway = |members: &[Member<Session>]| {
            members.iter().flat_map(|one| one.sessions.values()).map(|one| one.gateway).fold(Sums::default(), Sums::plus)
        };
        let said = |members: &[Member<Session>]| {
            members.iter().flat_map(|one| one.sessions.values()).fold(Session::default(), |mut sum, one| {
                sum.join(one.clone());
                sum
            })
        };
        let (records, before) = (gateway(&members), said(&members));
        together(&mut members);
        prop_assert_eq!(gateway(&members), records);
        for (after, before) in said(&members).said.iter().zip(before.said) {
            prop_assert!(after.all.output <= before.all.output && after.all.calls <= before.all.calls);
        }
        for name in ["s", "t"] {
            let parts = members.iter().filter_map(|one| one.sessions.get(name));
            let families: BTreeSet<Family> = parts.flat_map(Figures::families).collect();
            prop_assert!(families.len() <= 1, "{:?}", families);
        }
    }

    #[test]
    fn any_numbers_are_read_without_panic(real in any::<f64>(), whole in any::<i64>()) {
        for number in [Number::Real(real), Number::Whole(whole)] {
            let _ = (number.count(), number.thousandths(), number.dollars());
        }
    }
}

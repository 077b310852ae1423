//! What clients report, as the page says it.

use control::views::{SpendQuery, TelemetryAgreement, TelemetryQuery, Tone};
use domain::NanoUsd;
use domain::ids::{KeyId, PersonId, PodId, WorkflowId};
use domain::people::acts;
use domain::telemetry::{
    Call, Client, Family, Growth, Identity, Intake, Measure, Observation, Pricing, Reading, Source,
};
use domain::time::Timestamp;
use domain::usage::Usage;

use crate::facts::fact;
use crate::house::{House, permit};

fn look() -> domain::people::Permit<acts::Look> {
    permit()
}

fn call(number: u8, at: Timestamp, mark: &str, output: u64) -> Observation {
    Observation::Call(Call {
        id: Identity([number; 16]),
        at,
        session: "s".into(),
        family: Family::Events,
        seller: "anthropic".into(),
        model: "m".into(),
        usage: Usage { input: 1_000, output, ..Usage::default() },
        claimed: None,
        marks: vec![mark.into()],
        price: NanoUsd::from_nano(3_000_000),
        pricing: Pricing::Listed,
    })
}

fn decided(number: u8, at: Timestamp, measure: Measure, amount: u64) -> Observation {
    Observation::Reading(Reading {
        id: Identity([number; 16]),
        at,
        session: "s".into(),
        family: Family::Events,
        measure,
        amount,
        growth: Growth::Once,
        seller: String::new(),
        model: String::new(),
        per_million: None,
        pricing: Pricing::Unknown,
    })
}

fn intake(house: &House, observations: Vec<Observation>) -> Intake {
    Intake {
        id: Identity([99; 16]),
        at: house.clock.shared().now(),
        workflow: WorkflowId::new("support-replies").unwrap(),
        owner: PersonId::new("tom").unwrap(),
        pod: PodId::new("support").unwrap(),
        key: KeyId::new(Timestamp::from_ms(1), [1; 10]),
        source: Source { client: Client::ClaudeCode, service: "claude-code".into(), person: "maya".into() },
        version: "2.1".into(),
        records: 5,
        refused: 1,
        observations,
    }
}

async fn report(house: &House, observations: Vec<Observation>) {
    house.ledger.telemetry(vec![intake(house, observations)]).await.unwrap();
}

#[tokio::test]
async fn nobody_who_reports_is_said_so() {
    let house = House::open().await;
    let page = house.control.telemetry(&look(), &TelemetryQuery::default()).await.unwrap();
    assert_eq!(page.sentence.to_string(), "Nothing has sent telemetry in the last 30 days.");
    assert!(page.sources.is_empty());
}

#[tokio::test]
async fn a_source_shows_what_passed_what_did_not_and_where_the_two_differ() {
    let house = House::open().await;
    let now = house.clock.shared().now();
    house.record([fact(1, "r-1", now)]).await;
    let work = [
        decided(3, now, Measure::Accepted, 3),
        decided(4, now, Measure::Rejected, 1),
        decided(5, now, Measure::Automatic, 9),
    ];
    let calls = [call(1, now, "r-1", 520), call(2, now, "elsewhere", 100)];
    report(&house, calls.into_iter().chain(work).collect()).await;
    let page = house.control.telemetry(&look(), &TelemetryQuery::default()).await.unwrap();
    assert_eq!(
        page.sentence.to_string(),
        "1 source sent telemetry in the last 30 days; 0.3 ¢ of what they used did not pass the gateway, and is not in the spend; what 1 of them says differs from the gateway's record."
    );
    assert_eq!(page.sentence.tone, Tone::Info);
    let one = &page.sources[0];
    assert_eq!(
        (one.owner.as_ref().map(|owner| owner.id.as_str()), one.person.as_str()),
        (Some("tom"), "maya")
    );
    assert_eq!((one.direct.calls, one.passed.calls, one.gateway.calls), (1, 1, 1));
    assert_eq!((one.agreement, one.difference.output_tokens), (TelemetryAgreement::Differs, 20));
    assert_eq!((one.work.accepted.count, one.work.accepted.n, one.work.automatic), (3, 4, 9));
    assert_eq!((one.records, one.refused), (5, 1));
    let spent = house.control.spend(&look(), &SpendQuery::default()).await.unwrap();
    assert_eq!((spent.beside.nano, spent.total.figures.calls), (3_000_000, 1), "beside the spend, not in it");
}

#[tokio::test]
async fn telemetry_is_asked_for_by_workflow_and_time() {
    let house = House::open().await;
    let now = house.clock.shared().now();
    report(&house, vec![call(1, now, "x", 1)]).await;
    let asked = |workflow: &str, period: &str| TelemetryQuery {
        workflow: Some(workflow.into()),
        period: Some(period.into()),
        ..TelemetryQuery::default()
    };
    let earlier = TelemetryQuery {
        from: Some("2026-11-01".into()),
        to: Some("2026-11-02".into()),
        ..TelemetryQuery::default()
    };
    assert!(house.control.telemetry(&look(), &earlier).await.unwrap().sources.is_empty());
    for (workflow, sources) in [("support-replies", 1), ("sql", 0)] {
        let page = house.control.telemetry(&look(), &asked(workflow, "today")).await.unwrap();
        assert_eq!(page.sources.len(), sources, "{workflow}");
    }
    assert!(house.control.telemetry(&look(), &asked("nowhere", "today")).await.is_err());
    assert!(house.control.telemetry(&look(), &asked("sql", "for ever")).await.is_err());
}

#[tokio::test]
async fn the_sums_are_over_all_sources_also_those_that_are_not_listed() {
    let house = House::open().await;
    let now = house.clock.shared().now();
    let of = |number: u16| {
        let mut id = [7; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        let mut one = intake(&house, vec![call(1, now, &format!("m-{number}"), 1)]);
        if let [Observation::Call(call)] = &mut one.observations[..] {
            call.id = Identity(id);
        }
        one.source.service = format!("claude-code-{number}");
        Intake { id: Identity([id[0], id[1], 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), ..one }
    };
    house.ledger.telemetry((0..1_003).map(of).collect()).await.unwrap();
    let page = house.control.telemetry(&look(), &TelemetryQuery::default()).await.unwrap();
    assert_eq!((page.sources.len(), page.direct.calls), (1_000, 1_003));
    assert!(page.sentence.to_string().starts_with("1\u{202f}003 sources sent"), "{}", page.sentence);
    let spent = house.control.spend(&look(), &SpendQuery::default()).await.unwrap();
    assert_eq!(spent.beside.nano, 1_003 * 3_000_000);
}

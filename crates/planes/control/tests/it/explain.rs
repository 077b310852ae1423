//! A run is explained from its records, and content is for those who may read it.

use control::Error;
use control::views::{ContentState, RunPage};
use domain::abandoned::Abandoned;
use domain::ids::{InferenceId, ProviderId};
use domain::inference::{Fact, PriceLine, Status, Target};
use domain::people::{Principal, Role};
use domain::usage::UsageSource;
use domain::{NanoUsd, Timestamp};
use expect_test::expect;

use crate::facts::{fact, refused};
use crate::house::{House, eventually, person};

fn at(house: &House, ms: i64) -> Timestamp {
    house.clock.shared().now().plus_ms(ms)
}

async fn explain(house: &House, who: &Principal, id: &str) -> RunPage {
    house.control.explain(who, id).await.unwrap()
}

fn tom() -> Principal {
    person("tom", &[Role::Owner])
}

#[tokio::test]
async fn a_run_says_why_it_went_as_it_did() {
    let house = House::open().await;
    house.record([fact(1, "r-1", at(&house, 0)), refused(2, "r-1", at(&house, 1_600))]).await;
    let page = explain(&house, &tom(), "r-1").await;
    let mut told = vec![page.sentence.to_string()];
    told.extend(page.why.iter().map(|why| format!("· {why}")));
    for one in &page.inferences {
        told.push(format!("{} {}", one.number, one.status));
        told.extend(one.why.iter().map(|why| format!("  · {why}")));
    }
    expect![[r#"
        The run r-1 of support-replies, owned by Tom Ode, made 2 inferences in 1.6 s for 0.24 ¢; the last one was refused.
        · Its calls came with the key key_00000000000171018101010101010101, so they belong to support-replies, which Tom Ode answers for.
        · Of 2 inferences 1 was answered and 1 was refused.
        · It ran under the configuration 0123456789abcdef.
        · It ran under the variant v-0a1b2c3d.
        · It cost 0.24 ¢ for 1 500 tokens.
        1 ok
          · The agent drafter, with the key key_00000000000171018101010101010101, asked for "standard" at /v1/chat/completions.
          · The route standard led to sim/sim-small.
          · The control budget changed it: max_tokens was shrunk from 4,096 to 900.
          · What was changed on the way: max_tokens 4096 → 900.
          · It was answered in 400 ms, the first byte after 120 ms.
          · It cost 0.24 ¢: 1 000 input tokens at $0.40 a million and 500 output tokens at $4.00 a million, as the provider reported, by acme/sim-small@2026-01-01.
          · The answer is simulated.
        2 refused
          · The agent drafter, with the key key_00000000000171018101010101010101, asked for "standard" at /v1/chat/completions.
          · The control iteration-cap stopped it: 12 of 12 inferences are made.
          · It was refused after 1 ms (CS-0306): the run has made 12 inferences.
          · Nothing was sent, so it cost nothing."#]]
    .assert_eq(&told.join("\n"));
}

#[tokio::test]
async fn a_run_has_a_waterfall_a_bill_and_a_way_to_turn_it_off() {
    let house = House::open().await;
    house.record([fact(1, "r-1", at(&house, 0)), fact(2, "r-1", at(&house, 600))]).await;
    let page = explain(&house, &tom(), "r-1").await;
    assert_eq!(
        (page.workflow.as_str(), page.owner.id.as_str(), page.duration_ms),
        ("support-replies", "tom", 1_000)
    );
    let bars: Vec<_> =
        page.inferences.iter().map(|one| (one.offset.start_percent, one.offset.width_percent)).collect();
    assert_eq!(bars, [(0.0, 40.0), (60.0, 40.0)]);
    assert_eq!(
        (page.cost.nano, page.usage.total, page.usage.source.as_str()),
        (4_800_000, 3_000, "reported")
    );
    let off: Vec<_> = page.off.iter().map(|scope| scope.id.as_str()).collect();
    assert_eq!(
        off,
        ["agent/drafter", "workflow/support-replies", "model/sim/sim-small", "provider/sim", "all"]
    );
    assert_eq!((page.iteration_cap, page.budget.map(|line| line.limit.usd)), (Some(12), Some("0.50".into())));
    assert_eq!(page.unit.as_deref(), Some("ticket 4711"));
}

#[tokio::test]
async fn an_inference_leads_to_its_run() {
    let house = House::open().await;
    let second = fact(2, "r-1", at(&house, 600));
    house.record([fact(1, "r-1", at(&house, 0)), second.clone()]).await;
    let page = explain(&house, &tom(), &second.id.to_string()).await;
    assert_eq!((page.run.as_str(), page.selected), ("r-1", Some(second.id.to_string())));
    assert_eq!(page.inferences.len(), 2);
    for nothing in ["r-2", "inf_00000000000000000000000000000000"] {
        match house.control.explain(&tom(), nothing).await {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.code().number(), 504),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_long_run_adds_up_over_all_of_it_and_shows_what_was_asked_for() {
    let house = House::open().await;
    let facts: Vec<Fact> = (0..801)
        .map(|number| {
            let started = at(&house, number * 1_000);
            Fact { id: InferenceId::new(started, [7; 10]), ..fact(1, "r-1", started) }
        })
        .collect();
    let id = |index: usize| facts[index].id.to_string();
    house.record(facts.clone()).await;
    house.record([refused(9, "r-1", at(&house, 900_000))]).await;
    assert!(house.ledger.caught_up(std::time::Duration::from_secs(30)).await);
    let whole = (801 * 2_400_000, "refused".to_owned(), 900_001);
    for (asked, first, last, earlier, later) in [
        ("r-1".to_owned(), 1, 500, None, Some(id(500))),
        (id(499), 1, 500, None, Some(id(500))),
        (id(500), 501, 802, Some(id(499)), None),
        (id(800), 501, 802, Some(id(499)), None),
    ] {
        let page = explain(&house, &tom(), &asked).await;
        assert_eq!((page.cost.nano, page.status.clone(), page.duration_ms), whole, "{asked}");
        assert!(page.sentence.to_string().contains("made 802 inferences"), "{}", page.sentence);
        let numbers: Vec<u64> = page.inferences.iter().map(|one| one.number).collect();
        assert_eq!(numbers, (first..=last).collect::<Vec<u64>>(), "{asked}");
        assert_eq!((page.earlier, page.later), (earlier, later), "{asked}");
        assert!(page.truncated && page.left_out + (last + 1 - first) == 802, "{asked}");
        assert!(page.selected.is_none_or(|id| page.inferences.iter().any(|one| one.id == id)), "{asked}");
    }
}

#[tokio::test]
async fn content_is_for_those_who_may_read_it() {
    let house = House::open().await;
    let one = fact(1, "r-1", at(&house, 0));
    house.record([one.clone()]).await;
    house.keep(&one);
    let content = eventually("the content", async || {
        let page = explain(&house, &tom(), "r-1").await;
        let content = page.inferences[0].content.clone();
        (content.state == ContentState::Shown).then_some(content)
    })
    .await;
    assert_eq!(content.request[0].parts[0].text, "Where is it?");
    assert_eq!(content.response[0].parts[0].text, "On its way.");
    let hidden = explain(&house, &person("vic", &[Role::Viewer]), "r-1").await;
    assert_eq!(hidden.inferences[0].content.state, ContentState::NotPermitted);
    assert!(!serde_json::to_string(&hidden).unwrap().contains("Where is it?"));
    assert!(house.control.explain(&person("eve", &[]), "r-1").await.is_err());
}

#[tokio::test]
async fn two_workflows_may_use_one_run_id() {
    let house = House::open().await;
    let mut other = fact(1, "r-1", at(&house, 0));
    other.attribution.workflow = domain::ids::WorkflowId::new("sql").unwrap();
    house.record([other.clone(), fact(2, "r-1", at(&house, 5))]).await;
    let page = explain(&house, &tom(), "r-1").await;
    assert_eq!((page.workflow.as_str(), page.inferences.len()), ("support-replies", 1));
    assert!(page.why.iter().any(|why| why.contains(&other.id.to_string())), "{:?}", page.why);
    assert_eq!(page.others, ["sql"]);
    assert_eq!(explain(&house, &tom(), &other.id.to_string()).await.workflow, "sql");
    let (own, theirs) = (page.inferences[0].id.clone(), other.id.to_string());
    // what is asked for, in which workflow, whose run it is, or the code
    let table = [
        ("r-1", "sql", Ok(("sql", &theirs))),
        ("r-1", "support-replies", Ok(("support-replies", &own))),
        ("r-1", " ", Ok(("support-replies", &own))),
        (&theirs, "sql", Ok(("sql", &theirs))),
        (&theirs, "support-replies", Err(504)),
        ("r-1", "guarded", Err(504)),
        ("r-1", "no workflow", Err(505)),
    ];
    for (id, workflow, expected) in table {
        let page = house.control.explain_in(&tom(), id, Some(workflow)).await;
        let told = match &page {
            Ok(page) => Ok((page.workflow.as_str(), &page.inferences[0].id)),
            Err(Error::Refused(refusal)) => Err(refusal.code().number()),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(told, expected, "{id} in {workflow:?}");
    }
    let found = house.control.find(&tom().permit().unwrap(), "r-1").await.unwrap();
    let mut workflows: Vec<_> = found.iter().filter_map(|one| one.workflow.as_deref()).collect();
    workflows.sort_unstable();
    assert_eq!(workflows, ["sql", "support-replies"], "{found:?}");
}

#[tokio::test]
async fn an_attempt_that_was_given_up_is_named_with_what_it_may_cost() {
    let house = House::open().await;
    let mut fell_back = fact(1, "r-1", at(&house, 0));
    let cost = NanoUsd::from_nano(900_000);
    let target = Target { provider: ProviderId::new("slow").unwrap(), ..fell_back.target.clone().unwrap() };
    fell_back.price.insert(0, PriceLine { cost, ..fell_back.price[0].clone() }.abandoned());
    fell_back.abandoned = vec![Abandoned { target, why: "timeout".into(), cost, simulated: false }];
    fell_back.cost += cost;
    house.record([fell_back]).await;
    let page = explain(&house, &tom(), "r-1").await;
    assert_eq!((page.cost.nano, page.estimated_cost.nano), (3_300_000, 900_000));
    let [one] = page.inferences.as_slice() else { panic!("{page:?}") };
    let [attempt] = one.abandoned.as_slice() else { panic!("{one:?}") };
    assert_eq!(
        (attempt.target.provider.as_str(), attempt.why.as_str(), attempt.cost.nano),
        ("slow", "timeout", 900_000)
    );
    assert!(one.price_estimated, "one of its prices");
    let told: Vec<_> = one.why.iter().filter(|why| why.contains("given up")).map(String::as_str).collect();
    expect![[r#"
        It cost ≈ 0.33 ¢, ≈ 0.09 ¢ of it for what was given up before: 1 000 input tokens at $0.40 a million and 500 output tokens at $4.00 a million, as the provider reported, by acme/sim-small@2026-01-01.
        The attempt at slow/sim-small was given up: timeout; it may be billed ≈ 0.09 ¢, which is counted there.
    "#]]
    .assert_eq(&(told.join("\n") + "\n"));
}

#[tokio::test]
async fn estimates_wear_their_mark() {
    let house = House::open().await;
    let mut guess = fact(1, "r-1", at(&house, 0));
    guess.usage_source = UsageSource::Estimated;
    guess.price_estimated = true;
    guess.status = Status::Failed;
    house.record([guess]).await;
    let page = explain(&house, &tom(), "r-1").await;
    assert_eq!(page.estimated_cost.amount(), NanoUsd::from_nano(2_400_000));
    assert!(page.sentence.to_string().contains("for ≈ 0.24 ¢"), "{}", page.sentence);
    let bill = page.inferences[0].why.iter().find(|why| why.starts_with("It cost")).unwrap();
    assert!(bill.contains("by an estimate") && bill.contains("a price that is an estimate"), "{bill}");
}

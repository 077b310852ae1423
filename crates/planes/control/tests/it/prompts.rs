//! Prompts: what is live, who may use it, and what its versions were used for.

use control::views::PeriodQuery;
use domain::cache::{CacheUse, Hit};
use domain::ids::PromptId;
use domain::inference::Fact;
use domain::money::NanoUsd;
use domain::prompt::PromptUse;

use crate::facts::fact;
use crate::house::{House, permit};
use crate::switches::turn;

const REPLY: &str = "---\nname: Reply\nversion: \"2\"\nworkflow: support-replies\nmodel:\n  id: standard\n  parameters: { temperature: 0.2, stop: [END] }\ninputs:\n  ticket: { kind: string, description: What came }\n---\nuser:\n{{ ticket }} {{ name }}\n";

async fn house() -> House {
    let house = House::open().await;
    house.write("prompts/reply.prompty", REPLY);
    house.write("prompts/other.prompty", "user:\nHi\n");
    house.restart().await
}

fn used(number: u8, version: &str, label: &str, house: &House) -> Fact {
    let label = (!label.is_empty()).then(|| label.to_owned());
    let prompt = PromptUse { name: PromptId::new("reply").unwrap(), version: version.to_owned(), label };
    let now = house.clock.shared().now();
    Fact { prompt: Some(Box::new(prompt)), ..fact(number, "r-1", now.plus_ms(-i64::from(number) * 1_000)) }
}

#[tokio::test]
async fn prompts_are_listed_with_what_they_cost() {
    let house = house().await;
    house.record([used(1, "aaaaaaaaaaaa", "1", &house), used(2, "aaaaaaaaaaaa", "1", &house)]).await;
    let page = house.control.prompts(&permit(), &PeriodQuery::default()).await.unwrap();
    assert_eq!(page.sentence.to_string(), "2 prompts, all of them on.");
    let rows: Vec<_> =
        page.rows.iter().map(|row| (row.name.as_str(), row.title.as_str(), row.figures.calls)).collect();
    assert_eq!(rows, [("other", "other", 0), ("reply", "Reply", 2)]);
    assert_eq!(
        (page.rows[0].workflows.len(), page.rows[1].workflows.as_slice()),
        (0, &["support-replies".to_owned()][..])
    );
    assert_eq!(page.rows[1].figures.cost.amount(), NanoUsd::from_nano(4_800_000));
}

#[tokio::test]
async fn one_prompt_shows_its_template_variables_settings_and_versions() {
    let house = house().await;
    house.record([used(1, "aaaaaaaaaaaa", "1", &house)]).await;
    let page = house.control.prompt(&permit(), "reply", &PeriodQuery::default()).await.unwrap();
    assert!(
        page.sentence
            .to_string()
            .starts_with(&format!("reply is live in version {} (2); 1 call", page.row.version))
    );
    assert_eq!(page.source, REPLY);
    let variables: Vec<_> =
        page.variables.iter().map(|one| (one.name.as_str(), one.kind.as_str(), one.required)).collect();
    assert_eq!(variables, [("ticket", "string", true), ("name", "any", true)]);
    let settings: Vec<_> = page.settings.iter().map(|one| format!("{}={}", one.name, one.value)).collect();
    assert_eq!(settings, ["model=\"standard\"", "temperature=0.2", "stop=[\"END\"]"]);
    let versions: Vec<_> =
        page.versions.iter().map(|one| (one.live, one.label.as_deref(), one.figures.calls)).collect();
    assert_eq!(versions, [(true, Some("2"), 0), (false, Some("1"), 1)]);
    let missing = house.control.prompt(&permit(), "repyl", &PeriodQuery::default()).await.unwrap_err();
    assert!(missing.to_string().contains("did you mean \"reply\""), "{missing}");
}

#[tokio::test]
async fn a_prompts_switch_is_turned_and_shown() {
    let house = house().await;
    turn(&house, "prompt/reply", "off", "it invents refunds").await.unwrap();
    let page = house.control.prompts(&permit(), &PeriodQuery::default()).await.unwrap();
    assert_eq!(page.sentence.to_string(), "2 prompts; reply is off.");
    let page = house.control.prompt(&permit(), "reply", &PeriodQuery::default()).await.unwrap();
    assert!(page.sentence.to_string().contains("off: it invents refunds"));
    assert_eq!(page.switch.state, "off");
}

#[tokio::test]
async fn an_answer_from_memory_is_explained() {
    let house = house().await;
    let first = used(1, "aaaaaaaaaaaa", "", &house);
    let hit = Hit { from: first.id, age_ms: 61_000, saved: first.cost };
    let again = Fact {
        cache: Some(CacheUse::Hit(hit)),
        cost: NanoUsd::ZERO,
        price: Vec::new(),
        usage: domain::Usage::default(),
        ..used(2, "aaaaaaaaaaaa", "", &house)
    };
    house.record([first.clone(), again.clone()]).await;
    let who = crate::house::person("maya", &[domain::people::Role::Admin]);
    let page = house.control.explain(&who, &again.id.to_string()).await.unwrap();
    let one = page.inferences.iter().find(|one| one.id == again.id.to_string()).unwrap();
    let cache = one.cache.as_ref().unwrap();
    assert_eq!((cache.result.as_str(), cache.from.as_deref()), ("hit", Some(first.id.to_string().as_str())));
    assert_eq!(one.prompt.as_ref().unwrap().name, "reply");
    let why = one.why.join(" ");
    assert!(
        why.contains("answered from memory with the answer to")
            && why.contains("rendered from the prompt reply@aaaaaaaaaaaa"),
        "{why}"
    );
    let spend = house.control.spend(&permit(), &control::views::SpendQuery::default()).await.unwrap();
    assert_eq!((spend.total.figures.cache.count, spend.total.figures.cache.n), (1, 1));
    assert_eq!(spend.total.figures.saved.amount(), first.cost);
}

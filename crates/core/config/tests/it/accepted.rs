//! Files that load, and what they mean.

use std::time::Duration;

use config::{
    AfterTimeout, Api, AtLimit, ContentMode, LimitField, OpenaiWire, OperatingModel, PriceList, Resolved,
    SecretRef, Speaks, Then, UnknownModel,
};
use domain::ids::{PersonId, ProviderId, RouteId, WorkflowId};
use domain::inference::Endpoint;
use domain::time::Timestamp;

use crate::support::{files, load, said, with, with_file, with_more, with_sections};

#[test]
fn the_sample_loads_without_a_problem() {
    assert_eq!(said(&config::sample()), "");
    let workspace = load(&config::sample());
    assert!(workspace.providers.values().any(config::Provider::is_simulated));
    let priced = workspace.providers.values().all(|provider| provider.price_list != PriceList::Free);
    assert!(priced, "{:?}", workspace.providers);
}

/// The folder examples/acme.
fn acme() -> config::Files {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples/acme");
    let mut files = config::Files::new();
    for folder in ["", "workflows"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("the folder is there").flatten() {
            if entry.path().is_file() {
                let name = entry.file_name().into_string().expect("a plain name");
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                files.insert(path, std::fs::read_to_string(entry.path()).expect("a readable file"));
            }
        }
    }
    files.retain(|path, _| config::interest(path) != config::Interest::None);
    files
}

#[test]
fn the_example_company_loads_without_a_problem() {
    assert_eq!(said(&acme()), "");
    let workspace = load(&acme());
    assert_eq!(workspace.people.len(), 4);
    assert_eq!(workspace.pods.len(), 3);
    let models = |model| workspace.workflows.values().filter(|w| w.operating_model == model).count();
    for model in OperatingModel::ALL {
        assert!(models(*model) > 0, "{model}");
    }
}

#[test]
fn what_is_left_out_has_its_default() {
    let workspace = load(&files());
    let workflow = &workspace.workflows[&WorkflowId::new("replies").unwrap()];
    assert_eq!((workflow.content.mode, workflow.content.retention_days), (ContentMode::Hash, 90));
    assert_eq!(workflow.fallback.then, Then::HumanOnly);
    assert!(workflow.limits.is_open() && workflow.budget.is_open() && workflow.tools.allow.is_none());
    assert_eq!(workspace.pricing.unknown_model, UnknownModel::EstimateHigh);
    assert_eq!(workspace.gateway.first_byte_timeout, Duration::from_secs(600));
    assert_eq!(workspace.gateway.max_body, 32_000_000);
    assert_eq!(workspace.organisation.budget.at_limit, AtLimit::Stop);
}

#[test]
fn limits_and_budgets_stand_in_three_places() {
    let lines = "[organisation.budget]\nmonth = \"900 USD\"\nwarn_at = [95, 50, 50]\n[organisation.limits]\nconcurrent = 7\n";
    let pods = "[[pods]]\nid = \"b\"\npeople = [\"tom\"]\n[pods.limits]\nconcurrent = 3\n[pods.budget]\nday = \"1.50 USD\"\n";
    let workspace = load(&with_more(&format!("{lines}{pods}")));
    assert_eq!(workspace.organisation.limits.concurrent, Some(7));
    assert_eq!(workspace.organisation.budget.warn_at, [50, 95]);
    let budgets: Vec<_> =
        workspace.pods.values().map(|pod| pod.budget.day.map(|day| day.to_string())).collect();
    assert_eq!(budgets, [Some("$1.50".to_owned()), None]);
    assert_eq!(workspace.pods.values().next().and_then(|pod| pod.limits.concurrent), Some(3));
}

#[test]
fn providers_have_a_place_a_key_and_a_price_list() {
    let more = "[providers.sonnet]\napi = \"anthropic\"\nbase_url = \"https://gw.example/v1/\"\napi_key = \"file:keys/claude\"\n\
                headers = { X-Team = \"a b\" }\n[providers.sim]\napi = \"simulated\"\n";
    let workspace = load(&with_more(more));
    let of = |name: &str| &workspace.providers[&ProviderId::new(name).unwrap()];
    assert_eq!(of("openai").base_url, "https://api.openai.com/v1");
    assert_eq!(of("openai").api_keys, [SecretRef::Env("OPENAI_API_KEY".into())]);
    assert_eq!(of("openai").price_list, PriceList::Named("openai".into()));
    assert_eq!(of("local").price_list, PriceList::Free);
    assert_eq!(of("sonnet").base_url, "https://gw.example");
    assert_eq!(of("sonnet").price_list, PriceList::Named("anthropic".into()));
    assert_eq!(of("sonnet").headers["x-team"], "a b");
    assert_eq!((of("sim").api, of("sim").price_list.clone()), (Api::Simulated, PriceList::Free));
}

#[test]
fn a_provider_takes_the_calls_of_what_it_speaks() {
    use Endpoint::{Chat, CountTokens, Embeddings, Gemini, GeminiCount, Messages, Responses};
    let both = &[Chat, Responses, Embeddings][..];
    let table = [
        ("api = \"openai\"", both, "chat, responses"),
        ("api = \"openai\"\nspeaks = [\"responses\", \"chat\"]", both, "responses, chat"),
        ("api = \"openai\"\nspeaks = [\"chat\"]", &[Chat, Embeddings], "chat"),
        ("api = \"openai\"\nspeaks = [\"responses\"]", &[Responses, Embeddings], "responses"),
        ("api = \"anthropic\"", &[Messages, CountTokens], ""),
        ("api = \"gemini\"", &[Gemini, GeminiCount], ""),
        ("api = \"bedrock\"\nbase_url = \"http://127.0.0.1\"", &[], ""),
        ("api = \"simulated\"", &[Chat, Responses, Embeddings, Messages, CountTokens], ""),
    ];
    for (lines, expected, wires) in table {
        let workspace = load(&with_more(&format!("[providers.x]\n{lines}\n")));
        let provider = &workspace.providers[&ProviderId::new("x").unwrap()];
        let taken: Vec<Endpoint> = Endpoint::ALL.into_iter().filter(|at| provider.takes(*at)).collect();
        assert_eq!(taken, expected, "{lines}");
        let named: Vec<_> =
            provider.speaks.into_iter().flat_map(Speaks::iter).map(OpenaiWire::as_str).collect();
        assert_eq!(named.join(", "), wires, "{lines}");
    }
}

#[test]
fn the_output_limit_has_its_old_name_where_chat_is_all_there_is() {
    let of = |lines: &str| {
        let workspace = load(&with_more(&format!("[providers.x]\napi = \"openai\"\n{lines}\n")));
        workspace.providers[&ProviderId::new("x").unwrap()].limit_field
    };
    for (lines, field) in [
        ("", LimitField::MaxCompletionTokens),
        ("speaks = [\"chat\"]", LimitField::MaxTokens),
        ("speaks = [\"responses\"]", LimitField::MaxCompletionTokens),
        ("speaks = [\"chat\"]\nlimit_field = \"max_completion_tokens\"", LimitField::MaxCompletionTokens),
        ("limit_field = \"max_tokens\"", LimitField::MaxTokens),
    ] {
        assert_eq!(of(lines), field, "{lines}");
    }
}

#[test]
fn the_price_list_follows_name_then_host_then_dialect() {
    let list = |name: &str, url: &str| {
        let more =
            format!("[providers.{name}]\napi = \"openai\"\napi_key = \"env:K\"\nbase_url = \"{url}\"\n");
        load(&with_more(&more)).providers[&ProviderId::new(name).unwrap()].price_list.clone()
    };
    assert_eq!(list("groq", "https://api.openai.com/v1"), PriceList::Named("groq".into()));
    assert_eq!(list("mine", "https://api.mistral.ai/v1"), PriceList::Named("mistral".into()));
    assert_eq!(list("mine", "https://llm.example/v1"), PriceList::Named("openai".into()));
}

#[test]
fn a_workflow_may_use_its_routes_and_patterns_only() {
    let workspace = load(&files());
    let workflow = &workspace.workflows[&WorkflowId::new("replies").unwrap()];
    let resolve = |asked| match workspace.resolve(workflow, asked) {
        Some(Resolved::Route(route)) => route.id.to_string(),
        Some(Resolved::Direct { provider, model }) => format!("{} {model}", provider.id),
        None => "-".to_owned(),
    };
    for (asked, found) in [
        ("standard", "standard"),
        ("economy", "economy"),
        ("premium", "-"),
        ("local/meta/llama", "local meta/llama"),
        ("local/", "-"),
        ("openai/gpt-4o", "-"),
        ("gpt-4o", "-"),
        ("", "-"),
        ("/", "-"),
        ("nowhere/x", "-"),
    ] {
        assert_eq!(resolve(asked), found, "{asked}");
    }
    assert_eq!(workspace.models(workflow), ["standard", "economy", "local/gemma"]);
    assert_eq!(workspace.allowed(workflow), "standard, economy, local/*");
}

#[test]
fn without_a_list_the_default_route_alone_is_allowed() {
    let workspace = load(&with("workflows/replies.toml", "allow = [\"economy\", \"local/*\"]", ""));
    let workflow = &workspace.workflows[&WorkflowId::new("replies").unwrap()];
    assert!(workspace.resolve(workflow, "standard").is_some());
    assert!(workspace.resolve(workflow, "economy").is_none());
}

#[test]
fn an_owner_is_there_until_they_leave() {
    let workspace =
        load(&with("countersign.toml", "roles = [\"admin\"]", "roles = [\"admin\"]\nleft = \"2026-11-01\""));
    let workflow = &workspace.workflows[&WorkflowId::new("replies").unwrap()];
    let owner =
        |at| workspace.owner_of(workflow, Timestamp::parse(at).unwrap()).map(|person| person.id.clone());
    assert_eq!(owner("2026-10-31T23:59:59.999Z"), PersonId::new("maya").ok());
    assert_eq!(owner("2026-11-01"), None);
}

#[test]
fn the_hash_and_the_variant_name_what_ran() {
    let variant =
        |files: &config::Files| load(files).workflows[&WorkflowId::new("replies").unwrap()].variant.clone();
    let (first, other) = (files(), with_sections("[limits]\nconcurrent = 1"));
    assert_eq!(variant(&first).len(), 10);
    assert_eq!(variant(&first), variant(&files()));
    assert_ne!(variant(&first), variant(&other));
    // A route it may use changes its variant; one it may not use does not.
    let root = "countersign.toml";
    assert_ne!(variant(&first), variant(&with(root, "model = \"gemma\"", "model = \"gemma-2\"")));
    assert_eq!(variant(&first), variant(&with(root, "model = \"o3\"", "model = \"gpt-4o-mini\"")));
    assert_ne!(load(&first).hash, load(&with(root, "Acme", "Acmee")).hash);
    assert_eq!(load(&first).hash.len(), 64);
    assert_eq!(load(&first).short_hash().len(), 16);
}

#[test]
fn own_prices_go_on_top() {
    let text = "[[price]]\nlist = \"openai\"\nmodel = \"gpt-4oo\"\nfrom = 2026-01-01\ninput = \"2.00 USD\"\noutput = \"8\"\n\
                above = [{ tokens = 200000, input = \"4\" }]\nbatch = { input = \"1\" }\nmax_output = 100\n";
    let mut files = with_file("prices.toml", text);
    files.entry("countersign.toml".into()).and_modify(|root| *root = root.replace("gpt-4o\"", "gpt-4oo\""));
    assert_eq!(said(&files), "");
    let workspace = load(&files);
    assert_eq!(workspace.prices.len(), 1);
    assert_eq!(workspace.prices[0].above[0].tokens, 200_000);
}

#[test]
fn two_hundred_workflows_load_at_once() {
    let mut many = files();
    let text = many["workflows/replies.toml"].clone();
    for number in 0..200 {
        many.insert(format!("workflows/w{number}.toml"), text.clone());
    }
    assert_eq!(load(&many).workflows.len(), 201);
    assert_eq!(load(&many).routes[&RouteId::new("standard").unwrap()].targets.len(), 1);
}

#[test]
fn the_reference_page_is_up_to_date() {
    expect_test::expect_file!["../../../../../docs/configuration.md"]
        .assert_eq(&config::reference::markdown());
}

#[test]
fn every_section_of_a_workflow_is_read() {
    let sections = r#"
[budget]
month = "400 USD"
run = "0.50 USD"
warn_at = [50, 80, 95]

[content]
mode = "redacted"
retention_days = 90

[redaction]
request = "mask"
response = "pseudonym"
kinds = ["email", "phone", "card", "iban", "secret", "national-id"]

[tools]
allow = ["crm.search", "crm.reply"]
[tools.approval]
"crm.reply" = "one"

[review]
mode = "sample"
per_day = 20
second_reader = 0.1
rubric = ["correct", "policy", "tone"]

[slo.acceptance]
target = 0.90
window_days = 28

[fallback]
then = "off"
"#;
    let files = with_sections(sections);
    let workspace = load(&files);
    let lines: Vec<_> = workspace.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        lines,
        ["tools.approval", "review", "slo"]
            .map(|name| format!("[{name}] is read and checked, but nothing acts on it yet"))
    );
    let workflow = &workspace.workflows[&WorkflowId::new("replies").unwrap()];
    assert_eq!(workflow.tools.approval["crm.reply"].as_str(), "one");
    assert_eq!(workflow.redaction.kinds.len(), 6);
    assert_eq!(
        workflow.review.as_ref().map(|review| (review.per_day, review.second_reader)),
        Some((Some(20), 0.1))
    );
    assert_eq!(workflow.slo[0].target, 0.9);
    assert_eq!(workflow.fallback.then, Then::Off);
    assert_eq!(
        (workflow.source.as_str(), workflow.file.as_str()),
        (files[&workflow.file].as_str(), "workflows/replies.toml")
    );
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let dos = files()
        .into_iter()
        .map(|(path, text)| (path, format!("\u{feff}{}", text.replace('\n', "\r\n"))))
        .collect();
    assert_eq!(said(&dos), "");
    assert_eq!(load(&dos).workflows.len(), 1);
}

#[test]
fn a_route_says_how_often_and_how_long_it_tries() {
    let route = |lines: &str| {
        let workspace = load(&with_more(&format!(
            "[providers.sim]\napi = \"simulated\"\nprices = \"none\"\n[routes.r]\ntargets = [{{ provider = \"sim\", model = \"m\" }}]\n{lines}"
        )));
        workspace.routes[&RouteId::new("r").unwrap()].clone()
    };
    let plain = route("");
    assert_eq!((plain.retries, plain.after_timeout, plain.first_byte_timeout), (2, AfterTimeout::Fail, None));
    let said = route("retries = 0\nafter_timeout = \"next\"\nfirst_byte_timeout = \"20s\"\n");
    let wait = Some(Duration::from_secs(20));
    assert_eq!((said.retries, said.after_timeout, said.first_byte_timeout), (0, AfterTimeout::Next, wait));
}

#[test]
fn several_keys_stand_beside_one() {
    let more = "[providers.x]\napi = \"openai\"\napi_key = \"env:A\"\napi_keys = [\"env:B\", \"file:c\"]\n";
    let provider = load(&with_more(more)).providers[&ProviderId::new("x").unwrap()].clone();
    let keys: Vec<_> = provider.api_keys.iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["env:A", "env:B", "file:c"]);
}

#[test]
fn a_step_takes_its_plain_name_and_then_the_pattern_with_the_most_letters() {
    let more = "[routes.steps]\n\"*\" = \"standard\"\n\"sum*\" = \"economy\"\nsummarise = \"standard\"\n\"summarise*\" = \"economy\"\n";
    let workspace = load(&with_sections(more));
    let workflow = &workspace.workflows[&WorkflowId::new("replies").unwrap()];
    let patterns: Vec<_> = workflow.steps.iter().map(|step| step.pattern.as_str()).collect();
    assert_eq!(patterns, ["summarise", "summarise*", "sum*", "*"]);
    let of = |step| workspace.step_route(workflow, step).map(|route| route.id.to_string());
    assert_eq!((of("summarise").as_deref(), of("summary").as_deref()), (Some("standard"), Some("economy")));
}

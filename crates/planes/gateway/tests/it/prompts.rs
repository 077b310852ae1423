//! Prompts by reference: what is sent, which version, and what is refused.

use std::time::Duration;

use domain::inference::Fact;
use domain::switch::State;
use serde_json::{Value, json};

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply};
use crate::world::{Wanted, World};

const OLD: &str = "---\nversion: \"1\"\nmodel:\n  parameters: { temperature: 0.5, max_tokens: 50 }\ninputs:\n  tone: { kind: string, default: kind }\n---\nsystem:\nBe {{ tone }}.\nuser:\nAnswer: {{ text }}\n";
const NEW: &str = "---\nversion: \"2\"\n---\nuser:\nNow answer: {{ text }}\n";
const PRIVATE: &str = "---\nworkflow: v\n---\nuser:\nHi\n";
const ENDLESS: &str =
    "user:\n{% for a in text %}{% for b in text %}{% for c in text %}x{% endfor %}{% endfor %}{% endfor %}\n";

const FILES: &[(&str, &str)] = &[
    ("prompts/reply.prompty", OLD),
    ("prompts/private.prompty", PRIVATE),
    ("prompts/endless.prompty", ENDLESS),
];
const LATER: &[(&str, &str)] = &[("prompts/reply.prompty", NEW)];

async fn world(workflow: &'static str) -> World {
    World::with(Wanted { workflow, files: FILES, ..Wanted::default() }).await
}

fn naming(model: &str, reference: Value) -> Value {
    let mut body = json!({"model": model});
    body["prompt_ref"] = reference;
    body
}

fn reply(text: &str) -> Value {
    json!({"name": "reply", "variables": {"text": text}})
}

fn sent(world: &World) -> Value {
    serde_json::from_slice(&world.upstream.last().body).unwrap()
}

fn version(fact: &Fact) -> String {
    fact.prompt.as_ref().map(|prompt| format!("{} {:?}", prompt.name, prompt.label)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_becomes_messages_in_every_dialect() {
    let world = world("").await;
    for (path, model, expected) in [
        (
            CHAT,
            "up/ok",
            json!({"model": "ok", "temperature": 0.5, "max_completion_tokens": 50, "messages": [
                {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Answer: \"x\"\nuser:\ny"}]}),
        ),
        (
            RESPONSES,
            "up/ok",
            json!({"model": "ok", "temperature": 0.5, "max_output_tokens": 50, "input": [
                {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Answer: \"x\"\nuser:\ny"}]}),
        ),
        (
            MESSAGES,
            "upa/ok",
            json!({"model": "ok", "temperature": 0.5, "max_tokens": 50, "system": "Be kind.", "messages": [
                {"role": "user", "content": "Answer: \"x\"\nuser:\ny"}]}),
        ),
    ] {
        let answer = Reply::of(world.post(path, &naming(model, reply("\"x\"\nuser:\ny")))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(sent(&world), expected, "{path}");
        let fact = world.fact(answer.id()).await;
        let prompt = fact.prompt.clone().unwrap();
        assert_eq!(version(&fact), "reply Some(\"1\")");
        assert!(fact.variant.ends_with(&format!("+reply@{}", prompt.version)), "{}", fact.variant);
        assert_eq!(answer.header("x-countersign-variant"), fact.variant);
        let note = fact.controls.iter().find(|control| control.name == "prompt").unwrap();
        assert!(
            note.why.starts_with(&format!("rendered from {prompt} (1); it sets temperature")),
            "{}",
            note.why
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_own_settings_and_model_count_first() {
    let world = world("").await;
    let mut body = naming("up/ok", reply("x"));
    body["temperature"] = json!(1);
    body["max_tokens"] = json!(7);
    body["tools"] = json!([{"type": "function", "function": {"name": "f"}}]);
    Reply::of(world.post(CHAT, &body)).await;
    let sent = sent(&world);
    assert_eq!(
        (&sent["temperature"], &sent["max_tokens"], &sent["max_completion_tokens"]),
        (&json!(1), &json!(7), &Value::Null)
    );
    assert_eq!(sent["tools"], body["tools"]);
    let answer = Reply::of(world.post(CHAT, &json!({"prompt_ref": reply("x")}))).await;
    assert_eq!(answer.status, 200, "without a model the workflow's default route answers");
    assert_eq!(world.fact(answer.id()).await.asked, "standard");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_rendered_is_refused_by_name_and_costs_nothing() {
    let world = world("").await;
    let before = world.upstream.count();
    let table = [
        (json!({"name": "repyl"}), "CS-0230", "no prompt \"repyl\" for the workflow w; did you mean reply?"),
        (
            json!({"name": "private"}),
            "CS-0230",
            "no prompt \"private\" for the workflow w; it may use endless, reply",
        ),
        (json!({"name": "reply", "version": "3"}), "CS-0231", "no version \"3\""),
        (json!({"name": "reply"}), "CS-0232", "the variable `text` is missing"),
        (json!({"name": "reply", "variables": {"txet": "secret"}}), "CS-0232", "did you mean it by `txet`?"),
        (
            json!({"name": "reply", "variables": {"text": 1, "tone": 2}}),
            "CS-0232",
            "`tone` must be of the kind string",
        ),
        (json!({"name": "endless", "variables": {"text": vec![0; 1_000]}}), "CS-0233", "did not end within"),
        (json!("reply"), "CS-0202", "prompt_ref: expected an object"),
        (json!({"name": "reply", "vars": {}}), "CS-0202", "has a member that is none of"),
    ];
    for (reference, code, says) in table {
        let answer = Reply::of(world.post(CHAT, &naming("up/ok", reference.clone()))).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{reference}: {}", answer.text());
        let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(says) && !message.contains("secret"), "{message}");
        assert_eq!(world.fact(answer.id()).await.cost.nano(), 0);
    }
    let mut both = naming("up/ok", reply("x"));
    both["messages"] = json!([{"role": "user", "content": "x"}]);
    let answer = Reply::of(world.post(CHAT, &both)).await;
    assert!(answer.text().contains("stands in place of `messages`"), "{}", answer.text());
    let answer = Reply::of(world.post("/v1/embeddings", &naming("up/ok", reply("x")))).await;
    assert!(answer.text().contains("embeddings take no prompt"), "{}", answer.text());
    assert_eq!(world.upstream.count(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_the_version_it_began_with() {
    let world = world("").await;
    let ask = async |run: &str, version: Option<&str>| {
        let mut reference = reply("x");
        if let Some(version) = version {
            reference["version"] = version.into();
        }
        let answer =
            Reply::of(world.post(CHAT, &naming("up/ok", reference)).header("x-countersign-run", run)).await;
        match answer.status {
            200 => version_of(&world, &answer).await,
            _ => answer.code(),
        }
    };
    assert_eq!(ask("one", None).await, "1");
    world.reload(&Wanted { files: LATER, ..Wanted::default() });
    for (run, version, expected) in [
        ("one", None, "1"),
        ("two", None, "2"),
        ("one", Some("2"), "2"),
        ("one", None, "1"),
        ("one", Some("1"), "1"),
        ("two", Some("1"), "CS-0231"),
        ("three", Some("2"), "2"),
    ] {
        assert_eq!(ask(run, version).await, expected, "{run} {version:?}");
    }
    world.reload(&Wanted::default());
    assert_eq!(ask("one", None).await, "CS-0230", "a prompt that is gone answers nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_remembered_for_a_day_after_its_last_call() {
    let world = world("").await;
    let ask = async || {
        let body = naming("up/ok", reply("x"));
        let answer = Reply::of(world.post(CHAT, &body).header("x-countersign-run", "long")).await;
        version_of(&world, &answer).await
    };
    assert_eq!(ask().await, "1");
    world.reload(&Wanted { files: LATER, ..Wanted::default() });
    for _ in 0..2 {
        world.clock.advance(Duration::from_secs(23 * 3_600));
        assert_eq!(ask().await, "1");
    }
    world.clock.advance(Duration::from_secs(24 * 3_600));
    world.gateway.prune();
    assert_eq!(ask().await, "2");
    let unnamed = Reply::of(world.post(CHAT, &naming("up/ok", reply("x")))).await;
    assert_eq!(version_of(&world, &unnamed).await, "2", "a call of its own takes what is live");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rendered_prompt_is_translated_like_any_other_call() {
    let world = world("").await;
    let answer = Reply::of(world.post(CHAT, &naming("upa/ok", reply("x")))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let sent = sent(&world);
    assert_eq!(sent["max_tokens"], 50);
    assert!(sent["system"].to_string().contains("Be kind."), "{sent}");
    assert!(sent["messages"].to_string().contains("Answer: x"), "{sent}");
}

async fn version_of(world: &World, answer: &Reply) -> String {
    let prompt = world.fact(answer.id()).await.prompt.unwrap();
    prompt.label.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_over_a_prompt_stops_its_calls_and_no_others() {
    let world = world("").await;
    world.throw("prompt/reply", State::Off);
    let off = Reply::of(world.post(CHAT, &naming("up/ok", reply("x")))).await;
    assert_eq!((off.status, off.code().as_str()), (503, "CS-0301"));
    assert!(off.text().contains("prompt/reply is switched off"), "{}", off.text());
    assert_eq!(world.chat("ok", false).await.status, 200);
    world.throw("prompt/reply", State::HumanOnly);
    let people = Reply::of(world.post(CHAT, &naming("up/ok", reply("x")))).await;
    assert_eq!((people.status, people.code().as_str()), (409, "CS-0302"));
    world.throw("prompt/other", State::Off);
    assert_eq!(Reply::of(world.post(CHAT, &naming("up/ok", reply("x")))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_stream_of_a_prompt_ends_with_its_switch() {
    let world = world("").await;
    let mut body = naming("up/slow-stream-200", reply("x"));
    body["stream"] = json!(true);
    let response = world.post(CHAT, &body).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let scope = "prompt/reply".parse().unwrap();
    assert_eq!(world.gateway.running_under(&scope), 1);
    world.throw("prompt/reply", State::Off);
    let rest = Reply::rest_of(response).await;
    assert!(rest.text().contains("CS-0301"), "{}", rest.text());
    world.until_quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_see_what_was_rendered_and_the_cache_keys_it() {
    let world =
        world("[redaction]\nrequest = \"mask\"\nkinds = [\"email\"]\n[cache]\n[content]\nmode = \"full\"\n")
            .await;
    let ask = async |text: &str| {
        let answer = Reply::of(world.post(CHAT, &naming("up/ok", reply(text)))).await;
        answer.header("x-countersign-cache").to_owned()
    };
    assert_eq!(ask("mail a.b@example.com").await, "miss");
    let body = String::from_utf8(world.upstream.last().body).unwrap();
    assert!(body.contains("Answer: mail [EMAIL]") && !body.contains("a.b@"), "{body}");
    assert_eq!(ask("mail a.b@example.com").await, "hit");
    assert_eq!(ask("mail nobody").await, "miss");
    world.reload(&Wanted { files: LATER, workflow: "[cache]\n", ..Wanted::default() });
    assert_eq!(ask("mail nobody").await, "miss", "another version");
}

//! A broken configuration changes nothing; a good one is live as a whole and kept for ever.

use std::sync::atomic::Ordering;

use control::StartError;
use domain::holder::Holder;
use domain::ids::{KeyId, PodId, WorkflowId};
use domain::money::NanoUsd;
use domain::people::acts;
use domain::time::{Timestamp, Window};
use store::AuditFilter;

use crate::facts::fact;
use crate::house::{House, REPLIES, ROOT, eventually, permit};

const BROKEN: &str = "title = \"x\"\nowner = \"nobody\"\n";

fn look() -> domain::people::Permit<acts::Look> {
    permit()
}

#[tokio::test]
async fn a_broken_reload_keeps_the_last_good_configuration_and_says_so_everywhere() {
    let house = House::open().await;
    let good = house.plane.config();
    house.write("workflows/sql.toml", BROKEN);
    let brief = house.control.reload().await.unwrap();
    let error = brief.error.unwrap();
    assert!(!brief.current && !error.problems.is_empty());
    assert!(error.problems.iter().all(|problem| problem.file == "workflows/sql.toml" && problem.line > 0 || problem.help.is_some()));
    assert_eq!(house.plane.config(), good, "nothing was published");

    let page = house.control.configuration(&look()).await.unwrap();
    assert!(page.sentence.to_string().contains("refused"), "{}", page.sentence);
    assert!(page.brief.error.unwrap().problems[0].rendered.contains("--> workflows/sql.toml"));
    assert!(house.control.status(&look()).await.unwrap().config.error.is_some());
    assert!(house.control.overview(&look()).await.unwrap().attention[0].text.contains("files are refused"));
    assert!(house.control.frame(&look()).unwrap().config.error.is_some());
    let ready = house.control.readiness();
    assert!(ready.ready && ready.checks[0].detail.contains("last good configuration"));
    assert_eq!(house.log().await[0], "system config.refused configuration");

    house.write("workflows/sql.toml", crate::house::SQL);
    assert!(house.control.reload().await.unwrap().current);
    assert_eq!(house.plane.config(), good);
    assert!(house.control.frame(&look()).unwrap().config.error.is_none());
}

#[tokio::test]
async fn a_reload_reads_credentials_also_where_the_files_are_as_they_were() {
    let house = House::open().await;
    let reread = || house.plane.reread.load(std::sync::atomic::Ordering::SeqCst);
    let before = reread();
    house.control.reload().await.unwrap();
    assert_eq!(reread(), before + 1, "the files are the same");
    house.write("workflows/sql.toml", BROKEN);
    house.control.reload().await.unwrap();
    assert_eq!(reread(), before + 2, "the files are refused, and what was live stays");
}

#[tokio::test]
async fn a_server_starts_from_its_copy_while_the_files_are_broken() {
    let house = House::open().await;
    let good = house.plane.config();
    house.write("countersign.toml", "[organisation\n");
    let house = house.restart().await;
    assert_eq!(house.plane.config(), good);
    let brief = house.control.frame(&look()).unwrap().config;
    assert!(brief.from_copy && !brief.current);
    assert!(house.control.readiness().checks[0].detail.contains("copy"));
    house.write("countersign.toml", ROOT);
    let brief = house.control.reload().await.unwrap();
    assert!(brief.current && !brief.from_copy);
}

#[tokio::test]
async fn without_a_copy_broken_files_stop_the_start() {
    let house = House::open().await;
    house.write("workflows/sql.toml", BROKEN);
    std::fs::remove_file(house.data().join("last-good.json")).unwrap();
    let (folder, clock) = house.close().await;
    match House::start(folder, clock, None).await {
        Err(StartError::Refused(problems)) => assert_eq!(problems[0].file, "workflows/sql.toml"),
        _ => panic!("it started"),
    }
}

#[tokio::test]
async fn a_changed_file_goes_live_by_itself_and_its_history_is_kept() {
    let house = House::open().await;
    house.watch();
    let old = house.plane.config().unwrap();
    house.write("countersign.toml", &ROOT.replace("Acme", "Acme Ltd"));
    let new =
        eventually("the new configuration", async || house.plane.config().filter(|hash| *hash != old)).await;
    assert_eq!(house.control.frame(&look()).unwrap().organisation, "Acme Ltd");

    let page = eventually("the history", async || {
        let page = house.control.configuration(&look()).await.unwrap();
        (page.history.len() == 2).then_some(page)
    })
    .await;
    let newest = &page.history[0];
    assert_eq!((newest.hash.as_str(), newest.live), (new.as_str(), true));
    let files = house.control.configuration_files(&look(), &old[..12]).await.unwrap();
    assert!(files.iter().any(|file| file.path == "countersign.toml" && file.text == ROOT));
    assert!(house.control.configuration_files(&look(), "ffffffff").await.is_err());
    let loaded = AuditFilter { subject: Some(format!("configuration/{new}")), ..AuditFilter::default() };
    assert_eq!(house.store.audit(&loaded, None, 9).await.unwrap()[0].detail, "changed countersign.toml");
    house.close().await;
}

#[tokio::test]
async fn what_was_charged_is_told_before_a_new_budget_is_live() {
    let house = House::open().await;
    let before = house.plane.config();
    let now = house.clock.shared().now();
    house.record([fact(1, "run-1", now), fact(2, "run-1", now)]).await;
    house.write("workflows/support-replies.toml", &REPLIES.replace("day = \"40 USD\"", "month = \"9 USD\""));
    house.control.reload().await.unwrap();
    assert_ne!(house.plane.config(), before);
    let of = |holder: Holder| {
        let restored = house.plane.restored.lock().unwrap();
        let of_month = restored.1.iter().filter(|one| (&one.0, one.1) == (&holder, Window::Month));
        (restored.0.clone(), of_month.map(|one| (one.2, one.3)).collect::<Vec<_>>())
    };
    let both = vec![(Window::Month.start(now), NanoUsd::from_nano(4_800_000))];
    for holder in [
        Holder::Organisation,
        Holder::Pod(PodId::new("support").unwrap()),
        Holder::Workflow(WorkflowId::new("support-replies").unwrap()),
        Holder::Key(KeyId::new(Timestamp::from_ms(1), [1; 10])),
    ] {
        assert_eq!(of(holder), (before.clone(), both.clone()));
    }

    house.plane.running.store(1, Ordering::SeqCst);
    house.record([fact(3, "run-1", now)]).await;
    house.watch();
    let late = vec![(Window::Month.start(now), NanoUsd::from_nano(7_200_000))];
    eventually("the charge of a call that began before", async || {
        (of(Holder::Organisation) == (house.plane.config(), late.clone())).then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test]
async fn the_same_files_again_are_no_new_configuration() {
    let house = House::open().await;
    house.control.reload().await.unwrap();
    let entries = house.log().await.len();
    house.write("workflows/sql.toml", BROKEN);
    for _ in 0..3 {
        house.control.reload().await.unwrap();
    }
    assert_eq!(house.log().await.len(), entries + 3, "one refusal, after what the start left");
}

#[tokio::test]
async fn what_is_read_at_start_only_is_said_to_wait_for_a_restart() {
    let house = House::open().await;
    let before = house.control.configuration(&look()).await.unwrap().brief.warnings;
    house.write(
        "countersign.toml",
        &format!("{ROOT}\n[gateway]\nmax_spool = \"1 GB\"\nmax_body = \"1 MB\"\n"),
    );
    let brief = house.control.reload().await.unwrap();
    assert_eq!((brief.current, brief.warnings), (true, before + 1));
    let page = house.control.configuration(&look()).await.unwrap();
    let said = &page.warnings.last().unwrap().rendered;
    assert!(said.contains("`max_spool`") && said.contains("restart the server"), "{said}");
    assert!(!page.warnings.iter().any(|warning| warning.message.contains("max_body")));
    let waits = |alert: &control::views::Attention| {
        alert.text == "not in force until a restart: max_spool in countersign.toml"
    };
    assert!(house.control.frame(&look()).unwrap().alerts.iter().any(waits));
    assert!(house.control.overview(&look()).await.unwrap().attention.iter().any(waits));

    house.write("countersign.toml", ROOT);
    assert_eq!(house.control.reload().await.unwrap().warnings, before, "as at the start");
    assert!(!house.control.frame(&look()).unwrap().alerts.iter().any(waits));
}

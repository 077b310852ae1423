//! The pages, in a real browser, through the real binary.

use e2e::browser::{Browser, Theme};
use e2e::{CHAT, MESSAGES, Server, Upstream, ask, ask_stream};

use crate::start_with;

/// Every page that a signed-in person can reach, with the run and the inference to look at.
const PAGES: [&str; 20] = [
    "/",
    "/workflows",
    "/workflows/support",
    "/runs",
    "/runs?workflow=support&status=error",
    "/runs/run-1",
    "/spend",
    "/spend?by=model&period=7d",
    "/spend?by=day",
    "/prompts",
    "/telemetry",
    "/keys",
    "/switch?scope=workflow/support",
    "/providers",
    "/guards",
    "/configuration",
    "/people",
    "/audit",
    "/errors",
    "/errors/CS-0205",
];

/// Filters that can't be read: their pages answer with 400, and stand all the same.
const UNREAD: [&str; 3] =
    ["/spend?from=soon&by=mood", "/runs?min_cost=lots&to=2026-02-30", "/audit?cursor=x"];

/// A server with a little of everything in its ledger.
fn furnished() -> (Server, Upstream) {
    let (server, upstream) = start_with(
        "[limits]\nrequests_per_minute = 6000\n[budget]\nmonth = \"5 USD\"\nday = \"1 USD\"\n[content]\nmode = \"full\"\n[redaction]\nrequest = \"detect\"\n",
    );
    let key = server.key("support");
    let mut found = ask("standard");
    found["messages"][0]["content"] = "Mail someone@test.example.".into();
    drop(server.post(CHAT, &key, &found).header("x-countersign-run", "run-2").send());
    for (path, body) in [
        (CHAT, ask("standard")),
        (CHAT, ask_stream("standard")),
        (MESSAGES, ask("claude")),
        (CHAT, ask("scripted/error-500")),
        (CHAT, ask("sim")),
        (CHAT, ask("nobody/knows")),
    ] {
        drop(server.post(path, &key, &body).header("x-countersign-run", "run-1").send());
    }
    let _all = server.run("run-1", 5);
    (server, upstream)
}

#[test]
fn signing_in_takes_a_one_time_link_and_then_a_password() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.goto(&format!("{}/workflows", server.url()));
    assert!(browser.url().contains("/sign-in"), "a stranger is sent to sign in: {}", browser.url());
    browser.sign_in(&server, "maya");
    browser.goto(&format!("{}/", server.url()));
    assert!(browser.text("body").contains("Maya"), "{}", browser.text("body"));
    browser.click("details.who summary");
    browser.click("form[action='/sign-out'] button");
    browser.wait_for("input[name=password]");
    browser.fill("input[name=name]", "maya@acme.example");
    browser.fill("input[name=password]", "wrong password here");
    browser.click("form button[type=submit]");
    browser.wait_for("[role=alert]");
    browser.fill("input[name=name]", "maya@acme.example");
    browser.fill("input[name=password]", "correct horse battery staple");
    browser.click("form button[type=submit]");
    browser.wait_for("main h1, main .sentence");
    assert!(!browser.url().contains("/sign-in"), "{}", browser.url());
}

#[test]
fn every_page_loads_with_scripts_on_and_nothing_on_the_console() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.sign_in(&server, "maya");
    drop(browser.console());
    for page in PAGES {
        browser.goto(&format!("{}{page}", server.url()));
        assert_eq!(browser.count("main"), 1, "{page}: {}", browser.text("body"));
        assert!(!browser.title().is_empty(), "{page} has a title");
        assert_eq!(browser.console(), Vec::<String>::new(), "{page}");
    }
}

#[test]
fn every_page_works_with_scripts_off() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.scripts(false);
    browser.sign_in(&server, "maya");
    for page in PAGES {
        browser.goto(&format!("{}{page}", server.url()));
        assert_eq!(browser.count("main"), 1, "{page}");
        assert!(browser.text("main").len() > 20, "{page} says something: {}", browser.text("main"));
    }
}

#[test]
fn the_checker_finds_nothing_on_any_page_in_either_theme() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.goto(&format!("{}/sign-in", server.url()));
    let mut found =
        browser.accessibility().into_iter().map(|line| format!("/sign-in: {line}")).collect::<Vec<_>>();
    for open in ["/errors", "/errors/CS-0307"] {
        browser.goto(&format!("{}{open}", server.url()));
        found.extend(browser.accessibility().into_iter().map(|line| format!("{open}, a stranger: {line}")));
    }
    browser.sign_in(&server, "maya");
    for theme in [Theme::Light, Theme::Dark] {
        browser.prefer(theme);
        for page in PAGES.into_iter().chain(UNREAD) {
            browser.goto(&format!("{}{page}", server.url()));
            found.extend(browser.accessibility().into_iter().map(|line| format!("{page} {theme:?}: {line}")));
        }
    }
    assert!(found.is_empty(), "{} problems:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_page_is_wider_than_a_small_screen() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.sign_in(&server, "maya");
    browser.width(320);
    let mut wide = Vec::new();
    for page in PAGES.into_iter().chain(UNREAD) {
        browser.goto(&format!("{}{page}", server.url()));
        let found = browser.script(
            "const room = document.documentElement.clientWidth, page = document.documentElement.scrollWidth;
             if (page <= room) return '';
             const culprits = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1);
             return page + ' of ' + room + ' px: ' + culprits.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(' | ')",
        );
        wide.extend(found.as_str().filter(|text| !text.is_empty()).map(|text| format!("{page}: {text}")));
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn sign_in_stands_in_the_middle_of_the_window() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    for width in [1280, 390] {
        browser.width(width);
        browser.goto(&format!("{}/sign-in", server.url()));
        let off = browser.script(
            "const at = document.querySelector('main').getBoundingClientRect();
             return Math.max(Math.abs(at.left + at.right - innerWidth), Math.abs(at.top + at.bottom - innerHeight)) / 2",
        );
        assert!(off.as_f64().is_some_and(|off| off <= 2.0), "{width} px: off by {off}");
    }
}

#[test]
fn the_switch_on_the_page_is_the_switch() {
    let (server, _upstream) = furnished();
    let key = server.key("support");
    for scripts in [false, true] {
        let browser = Browser::open();
        browser.scripts(scripts);
        browser.sign_in(&server, "maya");
        browser.goto(&format!("{}/workflows/support", server.url()));
        browser.fill("form.switch input[name=reason]", "seen in the browser");
        browser.click("form.switch button[type=submit]");
        if !scripts {
            // The last look, with what will happen, comes before the turn.
            browser.click("main form[method=post] button[type=submit]");
        }
        e2e::wait_until("the switch", || {
            (server.post(CHAT, &key, &ask("standard")).send().code() == "CS-0301").then_some(())
        });
        let audit = server.cli(&["audit", "list", "--json"]).expect(0).out;
        assert!(audit.contains("seen in the browser") && audit.contains("maya"), "{audit}");
        let _on = server.cli(&["switch", "workflow/support", "on", "--reason", "test"]).expect(0);
    }
}

#[test]
fn a_viewer_sees_no_content_and_only_the_switch_of_what_is_theirs() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.sign_in(&server, "tom");
    browser.goto(&format!("{}/workflows/support", server.url()));
    assert_eq!(browser.count("form.switch"), 1, "the deputy, whatever the role");
    browser.goto(&format!("{}/switch?scope=all&state=off", server.url()));
    assert_eq!(browser.count("form[method=post][action='/switch'], form.switch"), 0);
    browser.goto(&format!("{}/runs/run-1", server.url()));
    assert!(!browser.text("main").contains("kestrel"), "content is for those who may read it");
}

#[test]
fn keys_are_made_and_shown_once_on_their_page() {
    let (server, _upstream) = furnished();
    let browser = Browser::open();
    browser.sign_in(&server, "maya");
    browser.goto(&format!("{}/keys", server.url()));
    let before = server.get("/api/v1/keys").json()["rows"].as_array().map_or(0, Vec::len);
    browser.click("details.new-key > summary");
    browser.click("form[action='/keys'] button[type=submit]");
    e2e::wait_until("the new key", || {
        (server.get("/api/v1/keys").json()["rows"].as_array().map_or(0, Vec::len) == before + 1).then_some(())
    });
    let key = e2e::wait_until("the secret on the page", || {
        let page = browser.text("main");
        page.split_whitespace().find(|word| word.starts_with("cs_")).map(str::to_owned)
    });
    server.keep_secret(&key);
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().status, 200);
    browser.goto(&format!("{}/keys", server.url()));
    assert!(!browser.text("main").contains(&key), "a secret is shown once");
}

//! A real browser: headless Chromium behind ChromeDriver, spoken to in WebDriver (W3C).
//!
//! The few commands that tests need, over the plain client of this crate. Each browser has a
//! profile and a driver of its own, and both end with it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::Call;
use crate::{Server, installed, wait_until};

/// A colour scheme that a person prefers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
    profile: TempDir,
}

/// What an element is called in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--window-size=1280,900",
];

impl Browser {
    /// Opens one.
    ///
    /// # Panics
    /// Where Chromium or its driver is not installed, or does not start.
    #[must_use]
    #[track_caller]
    pub fn open() -> Self {
        let profile = tempfile::Builder::new().prefix("cs-browser-").tempdir().expect("a temporary folder");
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: run `cargo xtask test`, which installs it");
        let output = BufReader::new(driver.stdout.take().expect("its output"));
        let port = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver says its port");
        let mut browser = Self {
            driver,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            session: String::new(),
            profile,
        };
        browser.begin();
        browser
    }

    fn begin(&mut self) {
        let mut args: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        args.push(format!("--user-data-dir={}", self.profile.path().display()));
        let chrome = json!({"binary": "/usr/bin/chromium", "args": args});
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"}});
        let body = json!({"capabilities": {"alwaysMatch": wanted}});
        let reply = Call::new(self.address, "POST", "/session").json(&body).send();
        let answer = reply.json();
        let session = answer["value"]["sessionId"].as_str();
        self.session =
            session.unwrap_or_else(|| panic!("no browser: {}", answer["value"]["message"])).to_owned();
    }

    /// Goes to an address.
    #[track_caller]
    pub fn goto(&self, url: &str) {
        self.post("/url", &json!({"url": url}));
    }

    /// Where it is.
    #[must_use]
    #[track_caller]
    pub fn url(&self) -> String {
        text(&self.get("/url"))
    }

    /// The page's title.
    #[must_use]
    #[track_caller]
    pub fn title(&self) -> String {
        text(&self.get("/title"))
    }

    /// What a person reads in the first element of this selector, once there is one.
    #[must_use]
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        text(&self.get(&format!("/element/{}/text", self.find(css))))
    }

    /// How many elements there are.
    #[must_use]
    #[track_caller]
    pub fn count(&self, css: &str) -> usize {
        let found = self.post("/elements", &json!({"using": "css selector", "value": css}));
        found.as_array().map_or(0, Vec::len)
    }

    /// Clicks the first element of this selector, once there is one.
    #[track_caller]
    pub fn click(&self, css: &str) {
        self.post(&format!("/element/{}/click", self.find(css)), &json!({}));
    }

    /// Types into the first element of this selector, after clearing it.
    #[track_caller]
    pub fn fill(&self, css: &str, value: &str) {
        let element = self.find(css);
        self.post(&format!("/element/{element}/clear"), &json!({}));
        self.post(&format!("/element/{element}/value"), &json!({"text": value}));
    }

    /// Presses keys on whatever has the focus.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
            })
            .collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]}));
    }

    /// Runs a script in the page and returns its value.
    #[must_use]
    #[track_caller]
    pub fn script(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({"script": body, "args": []}))
    }

    /// Turns the page's own scripts off or on from the next page.
    #[track_caller]
    pub fn scripts(&self, on: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", &json!({"value": !on}));
    }

    /// Prefers a colour scheme.
    #[track_caller]
    pub fn prefer(&self, theme: Theme) {
        let value = if theme == Theme::Dark { "dark" } else { "light" };
        self.cdp(
            "Emulation.setEmulatedMedia",
            &json!({"features": [{"name": "prefers-color-scheme", "value": value}]}),
        );
    }

    /// Makes the window so many pixels wide.
    #[track_caller]
    pub fn width(&self, pixels: u32) {
        let metrics = json!({"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Errors and warnings that the page has put on the console since the last time.
    #[must_use]
    #[track_caller]
    pub fn console(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({"type": "browser"}));
        let entries = entries.as_array().cloned().unwrap_or_default();
        let bad = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        bad.map(|entry| text(&entry["message"])).collect()
    }

    /// What the accessibility checker finds on the page: one line for each kind of problem.
    ///
    /// # Panics
    /// Where the checker is not installed.
    #[must_use]
    #[track_caller]
    pub fn accessibility(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(installed("axe").join("node_modules/axe-core/axe.min.js"));
        let axe = axe.expect("axe.min.js can be read");
        self.cdp("Page.setBypassCSP", &json!({"enabled": true}));
        drop(self.script(&axe));
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
               .then(found => done(found.violations.map(v =>
                   v.id + ' (' + v.impact + '): ' + v.help + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))
               .catch(error => done(['axe failed: ' + error]));";
        let found = self.post("/execute/async", &json!({"script": script, "args": []}));
        found.as_array().cloned().unwrap_or_default().iter().map(text).collect()
    }

    /// Waits until there is such an element.
    #[track_caller]
    pub fn wait_for(&self, css: &str) {
        wait_until(&format!("{css} on {}", self.url()), || (self.count(css) > 0).then_some(()));
    }

    /// Saves what is seen as a PNG file.
    #[track_caller]
    pub fn screenshot(&self, file: &Path) {
        let picture = STANDARD.decode(text(&self.get("/screenshot"))).expect("Base64");
        std::fs::write(file, picture).expect("can write");
    }

    /// Signs in as a person through a one-time link, setting a password.
    #[track_caller]
    pub fn sign_in(&self, server: &Server, person: &str) {
        let made = server.cli(&["link", "create", person, "--json"]).expect(0).json();
        let link = text(&made["url"]);
        server.keep_secret(link.rsplit('/').next().unwrap_or(&link));
        self.goto(&link);
        self.fill("input[type=password]", "correct horse battery staple");
        self.click("form button[type=submit]");
        wait_until("the overview after signing in", || (!self.url().contains("/sign-in")).then_some(()));
    }

    fn find(&self, css: &str) -> String {
        wait_until(&format!("{css} on {}", self.url()), || {
            let found = self.post("/elements", &json!({"using": "css selector", "value": css}));
            Some(found.get(0)?.get(ELEMENT)?.as_str()?.to_owned())
        })
    }

    #[track_caller]
    fn cdp(&self, command: &str, params: &Value) {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": params}));
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        let path = format!("/session/{}{path}", self.session);
        value(Call::new(self.address, "GET", &path).send().json(), &path)
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        let path = format!("/session/{}{path}", self.session);
        value(Call::new(self.address, "POST", &path).json(body).send().json(), &path)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(Call::new(self.address, "DELETE", &format!("/session/{}", self.session)).try_send());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

#[track_caller]
fn value(mut answer: Value, path: &str) -> Value {
    let value = answer["value"].take();
    assert!(value["error"].is_null(), "{path}: {}: {}", value["error"], value["message"]);
    value
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

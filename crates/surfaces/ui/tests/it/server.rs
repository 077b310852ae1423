//! The pages in front of a house on the sample workspace, and how a test looks at them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::ids::{InferenceId, PersonId, PodId};
use domain::time::Clock as _;
use house::{House, Remembering, Reply};

/// Everything a test touches.
pub(crate) struct Server {
    pub(crate) plane: Arc<Remembering>,
    pub(crate) router: Router,
    pub(crate) house: House,
}

/// An answer.
pub(crate) trait Answer {
    /// Where it leads.
    fn location(&self) -> &str;
    /// What stands between two pieces of the body.
    fn between(&self, before: &str, after: &str) -> String;
}

impl Answer for Reply {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) =
            self.body.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {}", self.body));
        rest.split_once(after).unwrap().0.to_owned()
    }
}

/// Starts a server on the sample workspace.
pub(crate) async fn start() -> Server {
    let house = House::open(&config::sample()).await;
    let settings = ui::Settings {
        clock: house.clock.shared(),
        trusted: domain::proxy::Trusted::default(),
        environment: None,
    };
    let router = ui::router(house.control.clone(), settings);
    Server { plane: Arc::clone(&house.plane), router, house }
}

impl Server {
    /// Sends a request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        house::send(&self.router, request).await
    }

    /// Gets a page.
    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }

    /// Posts a form.
    pub(crate) async fn post(&self, path: &str, cookie: &str, form: &str) -> Reply {
        let request = Request::post(path)
            .header("cookie", cookie)
            .header("host", "here")
            .header("origin", "http://here")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Signs the first admin in through the one-time link. Gives the cookie.
    pub(crate) async fn sign_in(&self) -> String {
        let link = self.house.control.first_link().await.unwrap().expect("nobody has signed in yet");
        let shown = self.get(&link.path, "").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let answer = self.post(&link.path, "", "password=four+unrelated+words+here").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.body);
        session_cookie(&answer)
    }

    /// The token of the forms of a session.
    pub(crate) async fn token(&self, cookie: &str) -> String {
        self.get("/account", cookie).await.between("name=\"token\" value=\"", "\"")
    }

    /// Records a call, and waits until it can be read.
    pub(crate) async fn record(&self, number: u8, run: &str) -> InferenceId {
        let mut fact = house::fact(self.house.clock.now(), number, run);
        fact.attribution.owner = PersonId::new("admin").unwrap();
        fact.attribution.pod = PodId::new("first").unwrap();
        self.house.record(fact).await
    }
}

/// The session cookie an answer sets.
#[track_caller]
pub(crate) fn session_cookie(answer: &Reply) -> String {
    let set: Vec<&str> =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    let line = set.iter().find(|line| line.starts_with("cs_session=")).expect("a session cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

//! Connections: straight, through proxies of both kinds, and none.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const LONG: Duration = Duration::from_secs(5);

fn request(url: &str) -> Request {
    Request {
        method: Method::POST,
        url: url.to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
        first_byte_timeout: LONG,
        idle_timeout: LONG,
    }
}

async fn send(client: &Client, request: Request) -> Result<Answer, Failure> {
    client.send(request, &mut Reached::default()).await
}

async fn listening() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// What the next one who connects sends, up to the end of its head.
async fn head(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(seen).unwrap())
}

async fn text(mut answer: Answer) -> String {
    let mut text = Vec::new();
    while let Some(piece) = answer.body.next().await.unwrap() {
        text.extend_from_slice(&piece);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn straight_to_the_provider_goes_the_path_alone() {
    let (listener, address) = listening().await;
    let client = Client::through(Matcher::builder().build(), LONG).unwrap();
    let asked = request(&format!("http://{address}/v1/messages?beta=true"));
    let (answer, seen) = tokio::join!(send(&client, asked), async {
        let (mut stream, seen) = head(&listener).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        seen
    });
    assert_eq!(text(answer.unwrap()).await, "ok");
    assert!(seen.starts_with("POST /v1/messages?beta=true HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: {address}\r\n")), "{seen}");
    assert!(!seen.contains("accept"), "nothing is added that nobody asked for: {seen}");
}

#[tokio::test]
async fn http_is_forwarded_by_a_proxy_that_gets_its_credentials() {
    let (listener, address) = listening().await;
    let proxies = Matcher::builder().http(format!("http://maya:secret@{address}")).build();
    let client = Client::through(proxies, LONG).unwrap();
    let (answer, seen) = tokio::join!(send(&client, request("http://model.example:8000/v1/chat")), async {
        let (mut stream, seen) = head(&listener).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        seen
    });
    assert_eq!(text(answer.unwrap()).await, "ok");
    assert!(seen.starts_with("POST http://model.example:8000/v1/chat HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("proxy-authorization: Basic bWF5YTpzZWNyZXQ=\r\n"), "{seen}");
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_shows_the_host_alone() {
    let (listener, address) = listening().await;
    let proxies = Matcher::builder().https(format!("http://maya:secret@{address}")).build();
    let client = Client::through(proxies, LONG).unwrap();
    let asked = request("https://model.example/v1/chat");
    let (answer, (seen, hello)) = tokio::join!(send(&client, asked), async {
        let (mut stream, seen) = head(&listener).await;
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
        (seen, stream.read_u8().await.unwrap())
    });
    assert!(seen.starts_with("CONNECT model.example:443 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("Proxy-Authorization: Basic bWF5YTpzZWNyZXQ=\r\n"), "{seen}");
    assert_eq!(hello, 22, "what follows is a TLS handshake (RFC 8446 §5.1)");
    assert!(matches!(answer, Err(Failure::Unreachable(_))), "{answer:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_as_the_reason() {
    let (listener, address) = listening().await;
    let proxies = Matcher::builder().https(format!("http://{address}")).build();
    let client = Client::through(proxies, LONG).unwrap();
    let (answer, ()) = tokio::join!(send(&client, request("https://model.example/")), async {
        let (mut stream, _) = head(&listener).await;
        stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.unwrap();
    });
    let Err(Failure::Unreachable(why)) = answer else { panic!("{answer:?}") };
    assert!(why.contains("proxy"), "{why}");
}

#[tokio::test]
async fn a_proxy_that_is_away_is_named_and_its_credentials_are_not() {
    let (listener, address) = listening().await;
    drop(listener);
    let proxy = format!("http://maya:secret@{address}");
    let proxies = Matcher::builder().https(proxy.clone()).http(proxy).build();
    let client = Client::through(proxies, LONG).unwrap();
    for url in ["https://model.example/", "http://model.example/"] {
        let answer = send(&client, request(url)).await;
        let Err(Failure::Unreachable(why)) = answer else { panic!("{answer:?}") };
        let named = format!("through the proxy {address} that the environment names: ");
        assert!(why.starts_with(&named) && why.contains("refused"), "{why}");
        assert!(!why.contains("secret") && !why.contains("maya"), "{why}");
    }
}

#[tokio::test]
async fn exceptions_go_past_the_proxy() {
    let (listener, address) = listening().await;
    let proxies = Matcher::builder().all("http://127.0.0.1:1").no("127.0.0.1").build();
    let client = Client::through(proxies, LONG).unwrap();
    let (answer, seen) = tokio::join!(send(&client, request(&format!("http://{address}/"))), async {
        let (mut stream, seen) = head(&listener).await;
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        seen
    });
    assert_eq!(answer.unwrap().status, StatusCode::NO_CONTENT);
    assert!(seen.starts_with("POST / HTTP/1.1\r\n"), "{seen}");
}

#[tokio::test]
async fn a_proxy_of_another_kind_is_named() {
    let proxies = Matcher::builder().all("socks5://maya:secret@127.0.0.1:1").build();
    let client = Client::through(proxies, LONG).unwrap();
    let Err(Failure::Unreachable(why)) = send(&client, request("https://model.example/")).await else {
        panic!("it was reached");
    };
    assert!(why.contains("socks5") && !why.contains("secret"), "{why}");
}

#[tokio::test]
async fn failures_before_an_answer_are_told_apart() {
    let client = Client::through(Matcher::builder().build(), LONG).unwrap();
    let (listener, address) = listening().await;
    drop(listener);
    let refused = send(&client, request(&format!("http://{address}/"))).await;
    assert!(matches!(&refused, Err(Failure::Unreachable(why)) if why.contains("refused")), "{refused:?}");
    let unsendable = send(&client, request("http://a b/")).await;
    assert!(matches!(unsendable, Err(Failure::Unsendable(_))), "{unsendable:?}");

    // Nobody takes the handshake: TLS to a listener that never answers.
    let (_silent, address) = listening().await;
    let hasty = Client::through(Matcher::builder().build(), Duration::from_millis(50)).unwrap();
    let late = send(&hasty, request(&format!("https://{address}/"))).await;
    assert!(matches!(late, Err(Failure::Timeout { phase: "connect", .. })), "{late:?}");

    let (listener, address) = listening().await;
    let (broken, ()) = tokio::join!(send(&client, request(&format!("http://{address}/"))), async {
        let (mut stream, _) = head(&listener).await;
        stream.write_all(b"not HTTP\r\n\r\n").await.unwrap();
    });
    assert!(matches!(broken, Err(Failure::Broken(_))), "{broken:?}");
}

/// A provider over HTTP/2 that refuses the first stream and answers the second.
async fn refuses_once(stream: TcpStream) -> u32 {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let mut seen = 0;
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        seen += 1;
        if seen == 1 {
            respond.send_reset(h2::Reason::REFUSED_STREAM);
        } else {
            respond.send_response(Response::new(()), true).unwrap();
        }
    }
    seen
}

#[tokio::test]
async fn a_request_that_was_refused_before_work_began_is_sent_once_more() {
    let (listener, address) = listening().await;
    let http = legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build(Connector::new(LONG, Arc::new(Matcher::builder().build())).unwrap());
    let client = Client { http, proxies: Arc::new(Matcher::builder().build()), connect_timeout: LONG };
    let served = async { refuses_once(listener.accept().await.unwrap().0).await };
    let (answer, seen) = tokio::join!(
        async {
            let answer = send(&client, request(&format!("http://{address}/"))).await;
            drop(client);
            answer.map(|answer| answer.status)
        },
        served
    );
    assert_eq!((answer, seen), (Ok(StatusCode::OK), 2));
}

#[tokio::test]
async fn who_gives_up_early_knows_whether_the_provider_was_reached() {
    let client = Client::through(Matcher::builder().build(), LONG).unwrap();
    let (listener, address) = listening().await;
    for (scheme, possible) in [("https", false), ("http", true)] {
        let mut reached = Reached::default();
        let asked = request(&format!("{scheme}://{address}/"));
        tokio::select! {
            biased;
            answer = client.send(asked, &mut reached) => panic!("{answer:?}"),
            _ = async {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.read_u8().await.unwrap()
            } => {}
        }
        assert_eq!(reached.is_possible(), possible, "{scheme}");
    }
    assert!(Reached::default().is_possible());
}

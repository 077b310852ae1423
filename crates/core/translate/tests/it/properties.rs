//! What holds for every exchange.

use proptest::prelude::*;
use translate::canon::{Part, Request};
use translate::json::{Json, Object, parse, write_object};
use translate::report::{Mode, Notes};
use translate::{Caller, Outcome, Wire, read_answer, read_request, write_request};

use crate::support::{as_stream, exchange, settings, streamed, whole};
use crate::{clients, made};

fn caller() -> impl Strategy<Value = Caller> {
    proptest::sample::select(Caller::ALL.to_vec())
}

fn wire() -> impl Strategy<Value = Wire> {
    proptest::sample::select(Wire::ALL.to_vec())
}

fn from_and_answer() -> impl Strategy<Value = (Caller, translate::canon::Answer)> {
    caller().prop_flat_map(|from| (Just(from), made::answer(from)))
}

fn object(bytes: &[u8]) -> Object {
    match parse(bytes).unwrap() {
        Json::Object(object) => object,
        other => panic!("not an object: {other:?}"),
    }
}

/// A request without the names of tools in results, which only Google's dialect has.
fn nameless(mut request: Request) -> Request {
    for part in request.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
        if let Part::Result(result) = part {
            result.name = None;
        }
    }
    request
}

proptest! {
    #[test]
    fn a_translated_stream_folds_to_the_translated_answer(
        (from, answer) in from_and_answer(), to in caller(), piece in 1_usize..9, cuts in proptest::collection::vec(1_usize..99, 0..9),
    ) {
        let translated = exchange(to, from.wire()).answer(200, &whole(from, &answer));
        let (stream, translator) = streamed(to, from.wire(), &as_stream(from, &answer, piece), &cuts);
        prop_assert_eq!(translator.outcome(), Outcome::Complete);
        prop_assert_eq!(translator.usage(), translated.usage);
        prop_assert_eq!(clients::fold(to, &stream), clients::whole(to, &translated.body), "{}", stream);
    }

    #[test]
    fn the_same_bytes_in_any_chunks_give_the_same_bytes(
        (from, answer) in from_and_answer(), to in caller(), cuts in proptest::collection::vec(1_usize..40, 1..20),
    ) {
        let stream = as_stream(from, &answer, 3);
        prop_assert_eq!(streamed(to, from.wire(), &stream, &cuts).0, streamed(to, from.wire(), &stream, &[]).0);
    }

    #[test]
    fn what_a_wire_can_say_of_an_answer_is_read_back((from, answer) in from_and_answer()) {
        let mut notes = Notes::new(Mode::Lenient);
        let mut read = read_answer(from.wire(), object(&whole(from, &answer)), &mut notes);
        translate::canon::settle(&mut read, "inf_1", &mut notes);
        prop_assert!(notes.report().is_empty(), "{:?}", notes.report());
        prop_assert_eq!(read, answer);
    }

    #[test]
    fn what_every_wire_can_say_of_a_request_is_read_back(to in caller(), request in made::request()) {
        let mut notes = Notes::new(Mode::Strict);
        let written = write_request(to.wire(), &request, &settings(), &mut notes);
        let mut bytes = Vec::new();
        write_object(&written, &mut bytes);
        let read = read_request(to, object(&bytes), &mut notes);
        let report = notes.finish().unwrap();
        prop_assert!(report.is_empty(), "{report:?}");
        let (read, request) = if to == Caller::Gemini { (read, request) } else { (nameless(read), nameless(request)) };
        prop_assert_eq!(read.turns, request.turns);
        prop_assert_eq!(read.max_output, request.max_output);
    }

    #[test]
    fn no_bytes_panic_a_reader(
        to in caller(), from in wire(), bytes in proptest::collection::vec(any::<u8>(), 0..200), cuts in proptest::collection::vec(1_usize..9, 1..5),
    ) {
        let answer = exchange(to, from).answer(200, &bytes);
        prop_assert!(answer.failure.is_some() || parse(&bytes).is_ok());
        let (_, translator) = streamed(to, from, &bytes, &cuts);
        prop_assert_ne!(translator.outcome(), Outcome::Running);
    }

    #[test]
    fn no_damaged_stream_panics_a_reader_or_runs_on(
        (from, answer) in from_and_answer(), to in caller(), reader in wire(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>(),
    ) {
        let mut stream = as_stream(from, &answer, 4);
        for (at, byte) in damage {
            let at = at.index(stream.len());
            stream[at] = byte;
        }
        stream.truncate(cut.index(stream.len() + 1));
        let (_, translator) = streamed(to, reader, &stream, &[7]);
        prop_assert_ne!(translator.outcome(), Outcome::Running);
    }

    #[test]
    fn no_json_panics_a_reader_of_requests(to in caller(), value in json(), wire in wire()) {
        let keys = ["messages", "input", "contents", "tools", "system", "content", "parts"];
        for key in keys {
            let body = format!("{{\"{key}\":{value}}}");
            let _ = crate::support::ask(to, wire, &body);
        }
    }
}

/// JSON made of the words that readers look for.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-1e9".to_owned()),
        Just("7".to_owned()),
        proptest::sample::select(vec![
            "text",
            "user",
            "assistant",
            "tool_use",
            "function_call",
            "thinking",
            "image_url",
            "x"
        ])
        .prop_map(|word| format!("\"{word}\"")),
    ];
    let key = proptest::sample::select(vec![
        "type",
        "role",
        "content",
        "text",
        "id",
        "tool_calls",
        "function",
        "arguments",
        "input",
        "source",
        "parts",
        "functionCall",
        "tool_call_id",
        "image_url",
        "thinking",
        "output",
        "call_id",
        "name",
        "summary",
    ]);
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| format!("[{}]", list.join(","))),
            proptest::collection::vec((key.clone(), inner), 0..5).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

use proptest::prelude::*;

use super::*;
use crate::ids::InferenceId;
use crate::invariants;
use crate::money::{PerMillion, Tokens};
use crate::time::Timestamp;

fn usd(text: &str) -> NanoUsd {
    NanoUsd::parse_decimal(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn workflow() -> WorkflowId {
    WorkflowId::new("support-replies").unwrap()
}

fn line(window: Window, limit: &str) -> Line {
    Line {
        account: Account::Held(Holder::Workflow(workflow()), window),
        limit: Some(usd(limit)),
        warn_at: vec![50, 80, 95],
        at_limit: AtLimit::Stop,
    }
}

/// A dollar buys a million input or output tokens.
fn ask(input: &str, output: Tokens, floor: Tokens) -> Ask {
    Ask {
        id: InferenceId::new(Timestamp::from_ms(0), [0; 10]),
        input: usd(input),
        output_price: PerMillion::new(usd("1")),
        output,
        floor,
        slice: None,
    }
}

const NOON: &str = "2026-11-23T12:00:00Z";

#[test]
fn a_call_that_fits_holds_its_most_and_settles_its_true_cost() {
    let mut books = Books::default();
    let lines = [line(Window::Day, "1"), line(Window::Month, "10")];
    let reservation = books.reserve(&lines, ask("0.1", 500_000, 1), at(NOON)).unwrap();
    assert_eq!((reservation.amount(), reservation.is_shrunk()), (usd("0.6"), false));
    assert_eq!(books.standing(&lines[0].account, at(NOON)).reserved, usd("0.6"));
    assert!(books.settle(reservation, usd("0.2")).is_empty());
    let standing = books.standing(&lines[1].account, at(NOON));
    assert_eq!((standing.settled, standing.reserved), (usd("0.2"), NanoUsd::ZERO));
}

#[test]
fn a_call_that_goes_elsewhere_holds_what_it_costs_there_or_what_it_held() {
    let mut books = Books::default();
    let lines = [line(Window::Day, "1")];
    let reserved = |books: &Books| books.standing(&lines[0].account, at(NOON)).reserved;
    let other = books.reserve(&lines, ask("0.2", 0, 0), at(NOON)).unwrap();
    let mut held = books.reserve(&lines, ask("0.3", 0, 0), at(NOON)).unwrap();
    books.exchange(&mut held, ask("0.8", 0, 0), at(NOON)).unwrap();
    assert_eq!((held.amount(), reserved(&books)), (usd("0.8"), usd("1")));
    books.exchange(&mut held, ask("0.9", 0, 0), at(NOON)).unwrap_err();
    assert_eq!((held.amount(), reserved(&books)), (usd("0.8"), usd("1")));
    books.exchange(&mut held, ask("0.7", 500_000, 1_000), at(NOON)).unwrap();
    assert_eq!((held.amount(), held.output(), held.is_shrunk()), (usd("0.8"), 100_000, true));
    books.release(other);
    assert!(books.settle(held, usd("0.1")).is_empty());
    assert_eq!(reserved(&books), NanoUsd::ZERO);
}

#[test]
fn near_its_end_a_budget_shortens_the_answer() {
    let mut books = Books::default();
    let lines = [line(Window::Day, "1")];
    let reservation = books.reserve(&lines, ask("0.9", 500_000, 1_000), at(NOON)).unwrap();
    assert_eq!((reservation.output(), reservation.is_shrunk()), (100_000, true));
    let refused = books.reserve(&lines, ask("0.1", 10, 1), at(NOON)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the budget of $1.00 for the workflow support-replies this day is held: $0.00 charged, $1.00 held by calls under way, this call may cost $0.10"
    );
    books.release(reservation);
    assert!(books.reserve(&lines, ask("0.9", 500_000, 200_000), at(NOON)).is_err(), "below the floor");
    let sliced = Ask { slice: Some(4_096), ..ask("0.9", 500_000, 1) };
    assert_eq!(books.reserve(&lines, sliced, at(NOON)).unwrap().output(), 4_096);
}

#[test]
fn a_call_without_a_limit_of_its_own_takes_a_share_of_what_is_left() {
    let open = |output| Ask { slice: Some(4_096), ..ask("0", output, 1) };
    // The limit of the budget, what the model can write, and what is held and granted of it.
    let table = [
        ("100", 128_000, 128_000, false),
        ("2", 128_000, 100_000, true),
        ("1", 128_000, 50_000, true),
        ("0.05", 128_000, 4_096, true),
        ("0.003", 128_000, 3_000, true),
        ("0.05", 4_000, 4_000, false),
    ];
    for (limit, most, granted, shrunk) in table {
        let mut books = Books::default();
        let lines = [line(Window::Day, limit)];
        let held = books.reserve(&lines, open(most), at(NOON)).unwrap();
        assert_eq!((held.output(), held.is_shrunk()), (granted, shrunk), "{limit}");
        books.release(held);
    }
}

#[test]
fn no_call_holds_more_than_can_be_added_up() {
    let mut books = Books::default();
    let open = Line { limit: None, ..line(Window::Day, "1") };
    let absurd = Ask { output: Tokens::MAX, ..ask("1", 0, 0) };
    let held = books.reserve(&[open], absurd, at(NOON)).unwrap();
    assert_eq!(held.amount(), usd("1000000"));
    books.release(held);
}

#[test]
fn a_call_that_crosses_midnight_is_charged_to_the_day_it_began() {
    let mut books = Books::default();
    let lines = [line(Window::Day, "1")];
    let before = at("2026-11-23T23:59:59Z");
    let after = at("2026-11-24T00:00:01Z");
    let reservation = books.reserve(&lines, ask("0.5", 0, 0), before).unwrap();
    assert_eq!(books.standing(&lines[0].account, after), Standing::default());
    books.settle(reservation, usd("0.4"));
    assert_eq!(books.standing(&lines[0].account, before).settled, usd("0.4"));
    assert_eq!(books.standing(&lines[0].account, after).settled, NanoUsd::ZERO);
    books.prune(after);
    assert_eq!(books.standing(&lines[0].account, before).settled, usd("0.4"), "its calls may still come");
    books.prune(at("2026-11-24T01:00:00Z"));
    assert_eq!(books.standing(&lines[0].account, before).settled, NanoUsd::ZERO, "then it is forgotten");
}

#[test]
fn each_mark_is_told_once_and_the_highest_speaks() {
    let mut books = Books::default();
    let lines = [line(Window::Month, "1")];
    let mut marks = Vec::new();
    for cost in ["0.4", "0.2", "0.1", "0.28", "0.01"] {
        let reservation = books.reserve(&lines, ask("0", 0, 0), at(NOON)).unwrap();
        marks.push(books.settle(reservation, usd(cost)).first().map(|warning| warning.mark));
    }
    assert_eq!(marks, [None, Some(50), None, Some(95), None]);
}

#[test]
fn an_upstream_that_bills_beyond_the_reservation_closes_the_budget() {
    let mut books = Books::default();
    let lines = [line(Window::Day, "1")];
    let reservation = books.reserve(&lines, ask("0.1", 10, 1), at(NOON)).unwrap();
    books.settle(reservation, usd("5"));
    assert_eq!(books.standing(&lines[0].account, at(NOON)).settled, usd("5"));
    assert!(books.reserve(&lines, ask("0", 1, 1), at(NOON)).is_err());
}

#[test]
fn what_is_restored_later_never_lowers_what_is_known() {
    let mut books = Books::default();
    let lines = [line(Window::Day, "1")];
    let (account, now) = (&lines[0].account, at(NOON));
    let Account::Held(holder, window) = account.clone() else { panic!("not a holder") };
    for (told, known) in [("0.5", "0.5"), ("0.2", "0.5"), ("0.7", "0.7")] {
        books.restore(holder.clone(), window, window.start(now), usd(told));
        assert_eq!(books.standing(account, now).settled, usd(known));
    }
    let mut other = Books::default();
    books.charged(now).into_iter().for_each(|(holder, window, start, settled)| {
        other.restore(holder, window, start, settled);
    });
    assert_eq!(other.standing(account, now), books.standing(account, now));
    assert_eq!(books.charged(at("2026-11-25T00:00:00Z")), []);
}

#[test]
fn a_free_call_fits_a_spent_budget() {
    let mut books = Books::default();
    let free = Ask { output_price: PerMillion::default(), ..ask("0", 1_000_000, 1) };
    assert!(books.reserve(&[line(Window::Day, "0")], free, at(NOON)).is_ok());
}

#[test]
fn a_run_has_its_own_cap_and_budget() {
    let mut books = Books::default();
    let run = RunId::from_caller("ticket-1").unwrap();
    let key = (workflow(), run.clone());
    assert_eq!(books.iterate(&key, 2), Ok(1));
    assert_eq!(books.iterate(&key, 2), Ok(2));
    assert_eq!(books.iterate(&key, 2).map_err(|r| r.code().number()), Err(306));
    books.undo_iteration(&key);
    assert_eq!(books.iterate(&key, 2), Ok(2));
    let lines = [Line { account: Account::Run(workflow(), run), ..line(Window::Run, "0.5") }];
    let reservation = books.reserve(&lines, ask("0.5", 0, 0), at(NOON)).unwrap();
    assert!(books.reserve(&lines, ask("0.1", 0, 0), at(NOON)).is_err());
    books.settle(reservation, usd("0.3"));
    assert!(books.reserve(&lines, ask("0.1", 0, 0), at(NOON)).is_ok());
}

#[test]
fn forgotten_runs_come_back_from_the_ledger_and_busy_ones_are_kept() {
    let key = |n: usize| (workflow(), RunId::from_caller(&format!("run {n}")).unwrap());
    let mut runs = Runs::with_generation(10);
    runs.tally(&key(0)).reserved = usd("1");
    for n in 1..100 {
        runs.tally(&key(n)).iterations = 1;
    }
    assert!(runs.knows(&key(0)), "a run with calls under way is never forgotten");
    assert!(runs.knows(&key(99)) && !runs.knows(&key(50)));
    runs.restore(key(50), 7, usd("2"));
    assert_eq!(runs.tally(&key(50)).iterations, 7);
    runs.restore(key(50), 1, usd("0"));
    assert_eq!(runs.tally(&key(50)).iterations, 7, "what is known is newer");
}

/// A gateway as far as runs go: what it counts, and what the ledger has of the one run.
#[derive(Default)]
struct Counting {
    books: Books,
    ledger: (u64, NanoUsd),
    open: Vec<(Option<Reservation>, bool, NanoUsd)>,
}

impl Counting {
    fn run() -> RunKey {
        (workflow(), RunId::from_caller("r").unwrap())
    }

    /// A call begins, whose run may have a cap, a budget, both or neither.
    fn begin(&mut self, (capped, budgeted): (bool, bool), cost: NanoUsd) {
        let run = Self::run();
        if (capped || budgeted) && !self.books.runs.knows(&run) {
            self.books.runs.restore(run.clone(), self.ledger.0, self.ledger.1);
        }
        if capped {
            self.books.iterate(&run, u64::MAX).unwrap();
        }
        let account = Account::Run(run.0, run.1);
        let line = Line { account, limit: Some(NanoUsd::MAX), ..line(Window::Run, "1") };
        let held = budgeted.then(|| self.books.reserve(&[line], ask("0.1", 0, 0), at(NOON)).unwrap());
        self.open.push((held, capped, cost));
    }

    fn end(&mut self, which: usize) {
        if self.open.is_empty() {
            return;
        }
        let (held, capped, cost) = self.open.swap_remove(which % self.open.len());
        let uncounted = if held.is_some() { NanoUsd::ZERO } else { cost };
        if let Some(held) = held {
            assert!(held.counts_in_run());
            self.books.settle(held, cost);
        }
        self.books.runs.catch_up(&Self::run(), u64::from(!capped), uncounted);
        self.ledger = (self.ledger.0 + 1, self.ledger.1 + cost);
    }
}

proptest! {
    /// A limit may come to a run at any time, and go again.
    #[test]
    fn a_limit_that_is_new_begins_with_what_the_run_has_used(
        steps in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_i64..1_000, 0_usize..3), 1..60),
    ) {
        let mut gateway = Counting::default();
        for (number, (capped, budgeted, cost, ends)) in steps.into_iter().enumerate() {
            gateway.begin((capped, budgeted), NanoUsd::from_nano(cost));
            for end in 0..ends {
                gateway.end(number + end);
            }
            let counted_early = gateway.open.iter().filter(|(_, capped, _)| *capped).count() as u64;
            if let Some(tally) = gateway.books.runs.peek(&Counting::run()) {
                prop_assert_eq!(tally.settled, gateway.ledger.1);
                prop_assert_eq!(tally.iterations, gateway.ledger.0 + counted_early);
            } else {
                prop_assert!(gateway.books.runs.is_empty());
            }
        }
    }

    /// Whatever is asked, in whatever order things end: the invariant holds at every step.
    #[test]
    fn settled_plus_reserved_never_exceeds_the_budget(
        limit in 1_i64..1_000_000,
        calls in proptest::collection::vec((0_i64..300_000, 0_u64..300_000, 0_u64..1_000, 0_u8..=100, any::<bool>()), 1..60),
    ) {
        let mut books = Books::default();
        let lines = [
            Line { limit: Some(NanoUsd::from_nano(limit)), ..line(Window::Day, "1") },
            Line { limit: Some(NanoUsd::from_nano(limit * 2)), ..line(Window::Month, "1") },
        ];
        let price = PerMillion::new(NanoUsd::from_nano(1_000_000));
        let mut open: Vec<Reservation> = Vec::new();
        for (input, output, floor, share, end_one) in calls {
            let slice = (floor % 2 == 0).then_some(4_096);
            let ask = Ask { input: NanoUsd::from_nano(input), output_price: price, output, floor, slice, ..ask("0", 0, 0) };
            open.extend(books.reserve(&lines, ask, at(NOON)));
            if end_one && !open.is_empty() {
                let reservation = open.remove(0);
                let actual = NanoUsd::from_nano(reservation.amount().nano() * i64::from(share) / 100);
                books.settle(reservation, actual);
            }
            for line in &lines {
                prop_assert!(invariants::within_budget(books.standing(&line.account, at(NOON)), line.limit.unwrap()));
            }
        }
    }
}

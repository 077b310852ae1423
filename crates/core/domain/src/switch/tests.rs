use proptest::prelude::*;

use super::*;
use crate::refusal::Refusal;

fn switch(scope: &str, state: State) -> Switch {
    Switch {
        scope: scope.parse().unwrap(),
        state,
        reason: "bad answers".into(),
        by: "maya".into(),
        since: Timestamp::from_ms(0),
    }
}

fn command(scope: &str, state: State, reason: &str) -> Command {
    Command { scope: scope.parse().unwrap(), state, reason: reason.into(), by: "tom".into() }
}

#[test]
fn scopes_read_back_as_they_print() {
    for text in [
        "all",
        "workflow/support-replies",
        "prompt/support reply",
        "model/openai/gpt-4o",
        "model/router/meta/llama-3",
        "provider/local",
        "tool/crm.reply",
        "agent/drafter",
    ] {
        assert_eq!(text.parse::<Scope>().map(|scope| scope.to_string()), Ok(text.to_owned()));
    }
    for wrong in
        ["", "everything", "workflow", "workflow/", "model/openai", "model/openai/", "pod/a", "provider/A B"]
    {
        assert!(wrong.parse::<Scope>().is_err(), "{wrong:?}");
    }
}

#[test]
fn a_turn_needs_a_reason_and_a_change() {
    let now = Timestamp::from_ms(5);
    let off = switch("all", State::Off);
    let code =
        |current, command| decide(current, command, now).map_err(|refusal: Refusal| refusal.code().number());
    assert_eq!(code(None, command("all", State::Off, "  ")), Err(506));
    assert_eq!(code(None, command("all", State::On, "fine")), Err(507));
    assert_eq!(code(Some(&off), command("all", State::Off, "bad answers")), Err(507));
    let renewed = decide(Some(&off), command("all", State::Off, "still bad"), now).unwrap();
    assert_eq!(
        (renewed.before, renewed.next.reason.as_str(), renewed.next.since),
        (State::Off, "still bad", now)
    );
    let on = decide(Some(&off), command("all", State::On, "fixed"), now).unwrap();
    assert_eq!((on.before, on.next.state, on.next.by.as_str()), (State::Off, State::On, "tom"));
}

#[test]
fn the_most_severe_switch_wins() {
    let workflow = WorkflowId::new("a").unwrap();
    let agent = AgentId::new("bot").unwrap();
    let board = Board::new(
        1,
        [
            switch("all", State::Fallback),
            switch("workflow/a", State::HumanOnly),
            switch("agent/bot", State::Off),
        ],
    );
    let state = |agent| board.over_caller(&workflow, agent).map(|switch| switch.state);
    assert_eq!(state(Some(&agent)), Some(State::Off));
    assert_eq!(state(None), Some(State::HumanOnly));
    let openai = ProviderId::new("openai").unwrap();
    assert_eq!(board.over_target(&openai, "gpt-4o"), None);
    let board =
        Board::new(2, [switch("model/openai/gpt-4o", State::Off), switch("provider/openai", State::On)]);
    assert_eq!(board.over_target(&openai, "gpt-4o").map(|switch| switch.state), Some(State::Off));
    assert!(board.over_target(&openai, "gpt-4o-mini").is_none());
}

proptest! {
    #[test]
    fn a_switch_that_is_on_is_never_on_the_board(states in proptest::collection::vec(0_usize..4, 0..8)) {
        let switches = states.iter().enumerate().map(|(i, s)| switch(&format!("workflow/w{i}"), State::ALL[*s]));
        let board = Board::new(1, switches);
        prop_assert!(board.iter().all(|switch| switch.state != State::On));
        prop_assert_eq!(board.iter().count(), states.iter().filter(|s| **s != 0).count());
    }
}

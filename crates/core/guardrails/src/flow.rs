//! One text, in as many fragments as it comes in.
//!
//! A position moves through the text; what is before it has passed, and is kept only as far as
//! recognisers look back. Decisions are made in order and only on bytes that are there, so the
//! steps taken are the same however the text was split.

use crate::recognise::Tail;
use crate::recognise::secret::private_key::{Inside, inside};
use crate::scan::{Finding, Hit, Layer, Look, Next, Run};
use crate::session::Session;
use crate::window::{AHEAD, Ending, LEFT, More, Window};

/// The most bytes of a text that are ever held back.
pub const MOST_HELD: usize = AHEAD + 100;

/// How much text that has passed is kept before it is dropped in one go.
const KEEP: usize = 4_096;
/// The longest private key that is left out; what follows is text again.
const LONGEST_KEY: usize = 16_384;

/// What becomes of the next bytes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// So many bytes pass as they are.
    Keep(usize),
    /// So many bytes give way to another text.
    Swap {
        /// How many.
        length: usize,
        /// What stands in their place.
        with: String,
    },
}

/// One text under examination.
#[derive(Debug, Clone, Default)]
pub struct Flow {
    /// The end of what has passed, and all that has not.
    text: Vec<u8>,
    /// Where what has not passed begins.
    at: usize,
    run: Run,
    tail: Option<(Tail, usize)>,
}

impl Flow {
    /// A text at its beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fragment; `steps` gets what is decided. The steps of a text, added up, cover
    /// it from its first byte to its last.
    pub fn push(&mut self, session: &mut Session, fragment: &str, steps: &mut Vec<Step>) {
        self.text.extend_from_slice(fragment.as_bytes());
        self.advance(session, Ending::Open, steps);
        self.forget();
    }

    /// Takes the end of the text. Afterwards the flow is at the beginning of a new one.
    pub fn finish(&mut self, session: &mut Session, steps: &mut Vec<Step>) {
        self.advance(session, Ending::Closed, steps);
        *self = Self::default();
    }

    /// How many bytes are held back.
    #[must_use]
    pub fn held(&self) -> usize {
        self.text.len() - self.at
    }

    fn advance(&mut self, session: &mut Session, ending: Ending, steps: &mut Vec<Step>) {
        let text = std::mem::take(&mut self.text);
        let window = Window::new(&text, ending);
        let mut ahead = Ahead::default();
        loop {
            if let Err(More) = self.leave_out(&window, steps) {
                break;
            }
            match ahead.next(session, &window, self.at, &mut self.run) {
                Next::Hit(hit) => self.take(session, &text, hit, steps),
                Next::Held(at) => {
                    self.keep(at, steps);
                    break;
                }
                Next::Clear => {
                    self.keep(text.len(), steps);
                    break;
                }
            }
        }
        self.text = text;
    }

    fn keep(&mut self, to: usize, steps: &mut Vec<Step>) {
        if to > self.at {
            steps.push(Step::Keep(to - self.at));
            self.at = to;
        }
    }

    fn take(&mut self, session: &mut Session, text: &[u8], hit: Hit, steps: &mut Vec<Step>) {
        let span = hit.span;
        self.keep(span.start, steps);
        let value = text.get(span.start..span.end).unwrap_or_default();
        let with = match hit.finding {
            Finding::Pseudonym => session.vault().and_then(|vault| vault.value(value)).map(str::to_owned),
            Finding::Kind(_) | Finding::Rule(_) => session.answer(&hit, value),
        };
        match with {
            Some(with) => {
                steps.push(Step::Swap { length: span.end - span.start, with });
                self.at = span.end;
                self.run.behind = (hit.finding == Finding::Pseudonym).then_some(span.end);
                self.tail = Some((span.tail, 0)).filter(|(tail, _)| *tail != Tail::None);
            }
            None => self.keep(span.end, steps),
        }
    }

    /// Leaves out what belongs to a value that was too long to be held back.
    fn leave_out(&mut self, w: &Window<'_>, steps: &mut Vec<Step>) -> Result<(), More> {
        let Some((tail, mut done)) = self.tail else { return Ok(()) };
        let (start, before) = (self.at, done);
        let mut at = start;
        let over = loop {
            let next = match tail {
                Tail::Key if done < LONGEST_KEY => inside(w, at),
                Tail::Token => {
                    w.at(at).map(|byte| if byte.is_some_and(is_token) { Inside::Goes } else { Inside::Over })
                }
                Tail::Key | Tail::None => Ok(Inside::Over),
            };
            match next {
                Ok(Inside::Goes) => {
                    at += 1;
                    done += 1;
                }
                Ok(Inside::EndsAt(end)) => {
                    at = end;
                    break Ok(());
                }
                Ok(Inside::Over) => break Ok(()),
                Err(More) => break Err(More),
            }
        };
        debug_assert!(done >= before, "a value is left out from its beginning to its end");
        if at > start {
            steps.push(Step::Swap { length: at - start, with: String::new() });
            self.at = at;
        }
        self.tail = over.is_err().then_some((tail, done));
        over
    }

    /// Drops what nobody will look back at.
    fn forget(&mut self) {
        let dropped = self.at.saturating_sub(LEFT + 8);
        if dropped < KEEP && self.held() > 0 && dropped < self.held() {
            return;
        }
        self.text.drain(..dropped);
        self.at -= dropped;
        let moved = |place: usize| place.saturating_sub(dropped);
        self.run.pieces = self.run.pieces.map(|(origin, next)| (moved(origin), moved(next)));
        self.run.behind = self.run.behind.map(moved);
        self.run.unescaped = self.run.unescaped.map(|(origin, until)| (moved(origin), moved(until)));
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=')
}

/// What was found ahead of the position, so that nothing is looked for twice.
#[derive(Default)]
struct Ahead {
    built_in: Option<(Next, Run)>,
    rules: Vec<Option<Next>>,
}

impl Ahead {
    /// What comes first at or behind `from`; at the same place the built-in kinds come first.
    fn next(&mut self, session: &Session, w: &Window<'_>, from: usize, run: &mut Run) -> Next {
        let look = Look { vault: session.vault(), layer: Layer::Outer };
        let scanner = &session.scanner;
        let known = self.built_in.take().filter(|(next, _)| match next {
            Next::Hit(hit) => hit.origin >= from,
            Next::Held(_) => false,
            Next::Clear => true,
        });
        // What a rule took may be where an encoded run began.
        let known = known.map(|(next, run)| (next, run.behind_rule(from)));
        let (mut first, after) = known.unwrap_or_else(|| {
            let mut after = *run;
            (scanner.next(w, from, look, &mut after), after)
        });
        self.built_in = Some((first, after));
        self.rules.resize(scanner.rules().len(), None);
        for (index, (rule, known)) in scanner.rules().iter().zip(&mut self.rules).enumerate() {
            let next = known.filter(|next| next.at() >= from).unwrap_or_else(|| match rule.next(w, from) {
                Ok(Some((start, end))) => {
                    let span = crate::recognise::Span::new(start, end);
                    Next::Hit(Hit { at: start, origin: start, span, finding: Finding::Rule(index) })
                }
                Ok(None) => Next::Clear,
                Err(at) => Next::Held(at),
            });
            *known = Some(next);
            if next.at() < first.at() {
                first = next;
            }
        }
        *run = if matches!(first, Next::Hit(Hit { finding: Finding::Rule(_), .. })) {
            Run::default()
        } else {
            after
        };
        first
    }
}

/// Redacts a text that is all there: the steps to take.
pub fn redact(session: &mut Session, text: &str) -> Vec<Step> {
    let (mut flow, mut steps) = (Flow::new(), Vec::new());
    flow.text.extend_from_slice(text.as_bytes());
    flow.finish(session, &mut steps);
    steps
}

/// Redacts a text that is all there; `None` where nothing changes.
pub fn redact_text(session: &mut Session, text: &str) -> Option<String> {
    let steps = redact(session, text);
    apply(text, &steps)
}

/// A text after its steps; `None` where nothing changes.
#[must_use]
pub fn apply(text: &str, steps: &[Step]) -> Option<String> {
    if steps.iter().all(|step| matches!(step, Step::Keep(_))) {
        return None;
    }
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for step in steps {
        match step {
            Step::Keep(length) => {
                out.push_str(text.get(at..at + length).unwrap_or_default());
                at += length;
            }
            Step::Swap { length, with } => {
                out.push_str(with);
                at += length;
            }
        }
    }
    Some(out)
}

//! What a word may be or begin: which recognisers are asked, and in which order.
//!
//! The order is the order of trust: what is marked or has a checksum comes before what only looks
//! alike, so that a card is no telephone number. The first that says yes decides.

use crate::kind::Kind;
use crate::recognise::secret::{assigned, coin, jwt, url};
use crate::recognise::{
    Found, Span, address, birth_date, card, email, iban, ip, mac, national, passport, person, phone, ssn,
};
use crate::scan::{Finding, Layer, Look, Run, Scanner};
use crate::starts::{is_capital_word, is_number};
use crate::vault;
use crate::window::{More, Window, Word, class};

impl Scanner {
    /// What a word may be or begin.
    pub(crate) fn word(
        &self,
        w: &Window<'_>,
        word: Word,
        look: Look<'_>,
        run: &mut Run,
    ) -> Result<Option<(Finding, Span)>, More> {
        if word.has(class::UPPER) && word.has(class::UNDER) {
            let text = w.slice(word.start, word.end);
            if let Some((start, end)) = look.vault.and_then(|vault| vault.find(text)) {
                return Ok(Some((Finding::Pseudonym, Span::new(word.start + start, word.start + end))));
            }
            if vault::is_pseudonym(text) {
                return Ok(None);
            }
        }
        if self.kinds.is_empty() {
            return Ok(None);
        }
        let plain = !word.has(class::UPPER | class::DIGIT | class::UNDER);
        let found = match (plain, word.next) {
            (false, _) if is_capital_word(w, word) => self.capital_word(w, word)?,
            (true, Some(b' ')) => self.ask(Kind::Secret, || assigned::at(w, word))?,
            (true, _) => self.lower(w, word, look, run)?,
            (false, _) => self.mixed(w, word, look, run)?,
        };
        Ok(found.map(|(kind, span)| (Finding::Kind(kind), span)))
    }

    /// What a word of small letters may begin.
    fn lower(
        &self,
        w: &Window<'_>,
        word: Word,
        look: Look<'_>,
        run: &mut Run,
    ) -> Result<Option<(Kind, Span)>, More> {
        if let Some(found) = self.secret(w, word)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.mail(w, word, look, run)? {
            return Ok(Some(found));
        }
        if matches!(word.len(), 2 | 4) && matches!(word.next, Some(b':' | b'-' | b'.')) {
            return self.machine(w, word);
        }
        if word.len() == 2 { self.ask(Kind::Iban, || iban::at(w, word.start)) } else { Ok(None) }
    }

    fn mixed(
        &self,
        w: &Window<'_>,
        word: Word,
        look: Look<'_>,
        run: &mut Run,
    ) -> Result<Option<(Kind, Span)>, More> {
        if let Some(found) = self.secret(w, word)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.mail(w, word, look, run)? {
            return Ok(Some(found));
        }
        if word.has(class::UPPER | class::LOWER)
            && let Some(found) = self.ask(Kind::Iban, || iban::at(w, word.start))?
        {
            return Ok(Some(found));
        }
        if let Some(found) = self.numbers(w, word)? {
            return Ok(Some(found));
        }
        let start = word.start;
        let upper = w.at(start)?.is_some_and(|byte| byte.is_ascii_uppercase());
        if upper { self.capital(w, start) } else { Ok(None) }
    }

    /// What a word with one capital and only a space or a stop behind it may be or begin.
    fn capital_word(&self, w: &Window<'_>, word: Word) -> Result<Option<(Kind, Span)>, More> {
        if word.next == Some(b' ')
            && let Some(found) = self.ask(Kind::Secret, || assigned::at(w, word))?
        {
            return Ok(Some(found));
        }
        if let Some(found) = self.ask(Kind::BirthDate, || birth_date::at(w, word))? {
            return Ok(Some(found));
        }
        self.capital(w, word.start)
    }

    /// Numbers and addresses of machines, and what is written with digits.
    fn numbers(&self, w: &Window<'_>, word: Word) -> Result<Option<(Kind, Span)>, More> {
        let start = word.start;
        if let Some(found) = self.machine(w, word)? {
            return Ok(Some(found));
        }
        let digit = w.at(start)?.is_some_and(|byte| byte.is_ascii_digit());
        type Recogniser<'a> = &'a dyn Fn() -> Found;
        let number: [(Kind, Recogniser<'_>); 2] =
            [(Kind::Card, &|| card::at(w, start)), (Kind::Ssn, &|| ssn::at(w, start))];
        let either: [(Kind, Recogniser<'_>); 3] = [
            (Kind::NationalId, &|| national::at(w, word)),
            (Kind::Passport, &|| passport::at(w, word)),
            (Kind::BirthDate, &|| birth_date::at(w, word)),
        ];
        let last: [(Kind, Recogniser<'_>); 2] =
            [(Kind::Phone, &|| phone::at(w, start)), (Kind::Address, &|| address::at(w, word))];
        let (before, behind) =
            if digit && is_number(w, word)? { (&number[..], &last[..]) } else { (&[][..], &last[1..]) };
        let behind = if digit { behind } else { &[] };
        for (kind, recogniser) in before.iter().chain(&either).chain(behind) {
            if let Some(found) = self.ask(*kind, recogniser)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn machine(&self, w: &Window<'_>, word: Word) -> Result<Option<(Kind, Span)>, More> {
        if !matches!(word.next, Some(b':' | b'-' | b'.')) || word.len() > 4 {
            return Ok(None);
        }
        let start = word.start;
        if let Some(found) = self.ask(Kind::Mac, || mac::at(w, start))? {
            return Ok(Some(found));
        }
        if word.next == Some(b':') {
            return self.ask(Kind::Ip, || ip::v6(w, start));
        }
        if word.next == Some(b'.') { self.ask(Kind::Ip, || ip::v4(w, start)) } else { Ok(None) }
    }

    fn mail(
        &self,
        w: &Window<'_>,
        word: Word,
        look: Look<'_>,
        run: &mut Run,
    ) -> Result<Option<(Kind, Span)>, More> {
        if !email::may_begin(word) {
            return Ok(None);
        }
        if let Some(found) = self.ask(Kind::Email, || email::at(w, word.start))? {
            return Ok(Some(found));
        }
        let inner = look.layer == Layer::Inner || w.before(word.start) == Some(b'%');
        if inner || !email::is_escaped(w, word.start)? {
            Ok(None)
        } else {
            self.unescaped(w, word.start, run)
        }
    }

    fn secret(&self, w: &Window<'_>, word: Word) -> Result<Option<(Kind, Span)>, More> {
        self.ask(Kind::Secret, || {
            if let Some(span) = self.forms.at(w, word.start)? {
                return Ok(Some(span));
            }
            if word.has(class::UPPER)
                && let Some(span) = jwt::at(w, word.start)?
            {
                return Ok(Some(span));
            }
            if let Some(span) = coin::at(w, word)? {
                return Ok(Some(span));
            }
            match url::at(w, word)? {
                Some(span) => Ok(Some(span)),
                None => assigned::at(w, word),
            }
        })
    }

    /// What a capital letter may begin.
    pub(crate) fn capital(&self, w: &Window<'_>, start: usize) -> Result<Option<(Kind, Span)>, More> {
        if self.kinds.has(Kind::Address) {
            let word = Word { start, end: start, has: class::UPPER, next: None };
            if let Some(span) = address::at(w, word)? {
                return Ok(Some((Kind::Address, span)));
            }
        }
        match &self.names {
            Some(names) => Ok(person::at(w, start, names)?.map(|span| (Kind::Person, span))),
            None => Ok(None),
        }
    }

    /// Asks a recogniser, where its kind is looked for.
    pub(crate) fn ask(
        &self,
        kind: Kind,
        recogniser: impl Fn() -> Found,
    ) -> Result<Option<(Kind, Span)>, More> {
        if !self.kinds.has(kind) {
            return Ok(None);
        }
        Ok(recogniser()?.map(|span| (kind, span)))
    }
}

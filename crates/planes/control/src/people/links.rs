//! One-time links, with which a person sets their password.

use config::Person;
use domain::Refusal;
use domain::audit::Action;
use domain::ids::PersonId;
use domain::people::{Permit, Role, acts};
use domain::secret::Secret;
use domain::time::DAY_MS;
use store::Link;

use super::{LinkFor, MIN_PASSWORD, SignedIn, password};
use crate::error::not_found;
use crate::views::LinkMade;
use crate::{Control, Error, random};

/// How long a link works.
const LIFE_MS: i64 = DAY_MS;

impl Control {
    /// The link with which the first admin of the workspace sets a password, as long as no admin
    /// has one. A new one is made at each start; those before it work no more.
    ///
    /// # Errors
    /// A fault where the database can't be reached.
    pub async fn first_link(&self) -> Result<Option<LinkMade>, Error> {
        let admins = self.admins();
        let with_password = self.store().passwords().await?;
        let settled = admins.iter().any(|admin| with_password.iter().any(|known| known.person == admin.id));
        match admins.first() {
            Some(first) if !settled => self.make_link(first, "system").await.map(Some),
            _ => Ok(None),
        }
    }

    /// Makes a one-time link with which a person sets their password.
    ///
    /// # Errors
    /// A refusal where there is no such person or they have left.
    pub async fn invite(&self, permit: &Permit<acts::ManagePeople>, person: &str) -> Result<LinkMade, Error> {
        let person = self.known_person(person)?;
        self.make_link(&person, permit.who().name()).await
    }

    /// What a one-time link is for.
    ///
    /// # Errors
    /// A refusal where the link is unknown, used or over.
    pub async fn link(&self, token: &str) -> Result<LinkFor, Error> {
        let found = self.store().link(&random::hash(token), self.now()).await?;
        let person = found.and_then(|link| self.person(&link.person)).ok_or_else(refused)?;
        Ok(LinkFor { person: person.id.to_string(), name: person.name, min_password: MIN_PASSWORD })
    }

    /// Uses a one-time link: sets the password and signs in. The link is used up only if all of
    /// that is done.
    ///
    /// # Errors
    /// A refusal where the link is unknown, used or over, or the password is too short.
    pub async fn use_link(&self, token: &str, new: Secret<String>) -> Result<SignedIn, Error> {
        password::check(&new)?;
        let hash = random::hash(token);
        let found = self.store().link(&hash, self.now()).await?.ok_or_else(refused)?;
        let person = self.person(&found.person).ok_or_else(refused)?;
        let password = self.hash_password(new).await?;
        let id = person.id.as_str();
        let entries = [
            self.entry(id, Action::PasswordSet, id, "with a one-time link".to_owned()),
            self.entry(id, Action::SignedIn, id, "with a one-time link".to_owned()),
        ];
        let mut tx = self.store().begin("use a one-time link").await?;
        tx.take_link(&hash, self.now()).await?.ok_or_else(refused)?;
        tx.set_password(&person.id, &password, self.now()).await?;
        tx.end_sessions(&person.id).await?;
        let signed_in = self.begin_session(&mut tx, &person).await?;
        for entry in &entries {
            tx.append(entry).await?;
        }
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// A refusal where there is no such person.
    pub async fn end_sessions(
        &self,
        permit: &Permit<acts::ManagePeople>,
        person: &str,
    ) -> Result<u64, Error> {
        let id = self.with_workspace(|workspace| {
            let ids = workspace.people.keys();
            ids.clone()
                .find(|id| id.as_str() == person)
                .cloned()
                .ok_or_else(|| not_found("person", person, ids.map(PersonId::as_str)))
        })?;
        let entry = self.entry(
            permit.who().name(),
            Action::SignedOut,
            id.as_str(),
            "all sessions were ended".to_owned(),
        );
        let mut tx = self.store().begin("end sessions").await?;
        let ended = tx.end_sessions(&id).await?;
        tx.append(&entry).await?;
        tx.commit().await?;
        Ok(ended)
    }

    async fn make_link(&self, person: &Person, by: &str) -> Result<LinkMade, Error> {
        let now = self.now();
        let token = random::secret::<32>(&*self.inner.parts.secrets, "");
        let link = Link { person: person.id.clone(), made_by: by.to_owned(), expires: now.plus_ms(LIFE_MS) };
        let entry =
            self.entry(by, Action::LinkMade, person.id.as_str(), "a one-time sign-in link".to_owned());
        let mut tx = self.store().begin("make a one-time link").await?;
        tx.add_link(&random::hash(token.expose()), &link, now).await?;
        tx.append(&entry).await?;
        tx.commit().await?;
        let path = format!("/sign-in/link/{}", token.expose());
        Ok(LinkMade { person: person.id.to_string(), path, expires: link.expires.into() })
    }

    fn admins(&self) -> Vec<Person> {
        let people: Vec<Person> =
            self.with_workspace(|workspace| workspace.people.values().cloned().collect());
        let here = |person: &Person| self.person(&person.id).is_some() && person.roles.contains(&Role::Admin);
        people.into_iter().filter(here).collect()
    }

    /// The person of an id, who must be here.
    fn known_person(&self, id: &str) -> Result<Person, Error> {
        let all: Vec<Person> = self.with_workspace(|workspace| workspace.people.values().cloned().collect());
        let (here, gone): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|person| self.person(&person.id).is_some());
        if gone.iter().any(|person| person.id.as_str() == id) {
            let hint = " any more: they have left the workspace".to_owned();
            return Err(Refusal::NotFound { noun: "person", name: id.to_owned(), hint }.into());
        }
        let found = here.iter().find(|person| person.id.as_str() == id).cloned();
        found.ok_or_else(|| not_found("person", id, here.iter().map(|person| person.id.as_str())))
    }
}

fn refused() -> Error {
    let text = "the link is unknown, was used before, or is over; ask an admin for a new one";
    Refusal::SignInFailed(text.to_owned()).into()
}

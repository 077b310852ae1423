//! Signing in with a password.

use config::Person;
use domain::Refusal;
use domain::audit::Action;

use super::{Credentials, Session, SignedIn, password};
use crate::{Control, Error, Fault};
use domain::secret::Secret;
use std::sync::{MutexGuard, PoisonError};

use super::Attempts;

impl Control {
    /// Signs a person in. Takes the same time whatever is wrong, and never says what.
    ///
    /// # Errors
    /// A refusal where they do not match, or after too many attempts.
    pub async fn sign_in(&self, credentials: Credentials) -> Result<SignedIn, Error> {
        let person = self.verified(&credentials).await?;
        let entry =
            self.entry(person.id.as_str(), Action::SignedIn, person.id.as_str(), "with a password".into());
        let mut tx = self.store().begin("sign in").await?;
        let signed_in = self.begin_session(&mut tx, &person).await?;
        tx.append(&entry).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Changes one's own password, ends all of one's sessions and begins a new one.
    ///
    /// # Errors
    /// A refusal where the present password does not match or the new one is too short.
    pub async fn change_password(
        &self,
        session: &Session,
        present: Credentials,
        new: Secret<String>,
    ) -> Result<SignedIn, Error> {
        password::check(&new)?;
        let own = Credentials { name: session.view.id.clone(), ..present };
        let person = self.verified(&own).await?;
        self.set_password(&person, new, "by themselves").await
    }

    /// The person whose password this is.
    async fn verified(&self, credentials: &Credentials) -> Result<Person, Error> {
        let (name, address) = (&credentials.name, &credentials.address);
        self.attempts()
            .take(name, address, self.now())
            .map_err(|retry_s| Refusal::TooManyAttempts { retry_s })?;
        let person = self.named(name);
        let stored = match &person {
            Some(person) => self.store().credential(&person.id).await?.map(|credential| credential.hash),
            None => None,
        };
        let matches = self.verify_password(credentials.password.clone(), stored).await?;
        match person.filter(|_| matches) {
            Some(person) => {
                self.attempts().succeeded(name, address, self.now());
                Ok(person)
            }
            None => {
                self.refuse_sign_in(name, address).await;
                Err(Refusal::SignInFailed("the name and the password do not match".into()).into())
            }
        }
    }

    /// Sets a password; every session of the person ends but the one that begins here.
    pub(super) async fn set_password(
        &self,
        person: &Person,
        new: Secret<String>,
        how: &str,
    ) -> Result<SignedIn, Error> {
        let hash = self.hash_password(new).await?;
        let id = &person.id;
        let entries = [
            self.entry(id.as_str(), Action::PasswordSet, id.as_str(), how.to_owned()),
            self.entry(id.as_str(), Action::SignedIn, id.as_str(), "after setting a password".to_owned()),
        ];
        let mut tx = self.store().begin("set a password").await?;
        tx.set_password(id, &hash, self.now()).await?;
        tx.end_sessions(id).await?;
        let signed_in = self.begin_session(&mut tx, person).await?;
        for entry in &entries {
            tx.append(entry).await?;
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(signed_in)
    }

    pub(super) fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.inner.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person of a mail address or an id, if they are here.
    fn named(&self, name: &str) -> Option<Person> {
        let name = name.trim();
        let is = |person: &&Person| person.id.as_str() == name || person.email.eq_ignore_ascii_case(name);
        let id = self
            .with_workspace(|workspace| workspace.people.values().find(is).map(|person| person.id.clone()));
        self.person(&id?)
    }

    /// Leaves an entry that names an account only if there is one: what is typed there by mistake
    /// may be a password.
    async fn refuse_sign_in(&self, name: &str, address: &str) {
        let known = self.named(name).map(|person| person.id.to_string());
        let subject = known.unwrap_or_else(|| "an unknown account".to_owned());
        let address: String = address.chars().filter(|c| !c.is_control()).take(64).collect();
        self.note(self.entry("system", Action::SignInFailed, &subject, format!("from {address}"))).await;
    }
}

//! People, their roles, and what a role may do.
//!
//! The table in [`Role::may`] is the only place that says who may do what. A use case takes a
//! [`Permit`], and the only way to get one is [`Principal::permit`], so that a use case without a
//! permission check does not compile.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::refusal::Refusal;

/// What a person does here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the installation: everything.
    Admin,
    /// Owns workflows.
    Owner,
    /// Gives verdicts on outcomes.
    Reviewer,
    /// Permits risky actions.
    Approver,
    /// Looks after money.
    Finance,
    /// Reads everything, changes nothing.
    Auditor,
    /// Reads what is not about content.
    Viewer,
}

impl Role {
    /// Every role, for messages and forms.
    pub const ALL: [Self; 7] = [
        Self::Admin,
        Self::Owner,
        Self::Reviewer,
        Self::Approver,
        Self::Finance,
        Self::Auditor,
        Self::Viewer,
    ];

    /// The word in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
            Self::Finance => "finance",
            Self::Auditor => "auditor",
            Self::Viewer => "viewer",
        }
    }

    /// The permission table.
    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        match act {
            Act::Look => true,
            Act::ReadContent => {
                matches!(self, Self::Admin | Self::Owner | Self::Reviewer | Self::Approver | Self::Auditor)
            }
            Act::Switch => matches!(self, Self::Admin | Self::Owner | Self::Approver),
            Act::ManageKeys => matches!(self, Self::Admin | Self::Owner),
            Act::ManagePeople => matches!(self, Self::Admin),
        }
    }
}

/// Something a person may want to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// See workflows, runs, figures and configuration.
    Look,
    /// See what was asked and answered.
    ReadContent,
    /// Turn a scope off, on, to fallback or to human-only.
    Switch,
    /// Create and revoke gateway keys.
    ManageKeys,
    /// Invite people and end their sessions.
    ManagePeople,
}

impl Act {
    /// The act in words, to follow "may not".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Look => "look at this",
            Self::ReadContent => "read requests and answers",
            Self::Switch => "turn switches",
            Self::ManageKeys => "manage keys",
            Self::ManagePeople => "manage people",
        }
    }
}

/// Type-level names of acts, to be used in [`Permit`].
pub mod acts {
    use super::Act;

    /// An act as a type.
    pub trait ActKind {
        /// The act.
        const ACT: Act;
    }
    macro_rules! acts {
        ($($name:ident)*) => {$(
            #[doc = concat!("The act [`Act::", stringify!($name), "`] as a type.")]
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}
            impl ActKind for $name {
                const ACT: Act = Act::$name;
            }
        )*};
    }
    acts! { Look ReadContent Switch ManageKeys ManagePeople }
}

/// Who is acting in the control plane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Principal {
    /// A signed-in person with the roles of the current configuration.
    Person {
        /// Who.
        id: PersonId,
        /// What they do here.
        roles: Vec<Role>,
    },
    /// Whoever can read the server's own data folder: the operator on the machine.
    Operator,
}

impl Principal {
    /// The name written into the audit log.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { id, .. } => id.as_str(),
            Self::Operator => "operator",
        }
    }

    /// Whether the table lets this principal do `act`.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        match self {
            Self::Person { roles, .. } => roles.iter().any(|role| role.may(act)),
            Self::Operator => true,
        }
    }

    /// Asks for permission to do `A`.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`].
    pub fn permit<A: acts::ActKind>(&self) -> Result<Permit<A>, Refusal> {
        if self.may(A::ACT) {
            Ok(Permit { who: self.clone(), act: PhantomData })
        } else {
            Err(Refusal::NotPermitted { who: self.name().to_owned(), act: A::ACT })
        }
    }
}

/// Proof that a principal was allowed to do `A`. Can't be made by hand.
#[derive(Debug, Clone)]
#[must_use]
pub struct Permit<A> {
    who: Principal,
    act: PhantomData<fn() -> A>,
}

impl<A> Permit<A> {
    /// Who holds it.
    #[must_use]
    pub const fn who(&self) -> &Principal {
        &self.who
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_permissions() {
        let allowed = |act: Act| {
            Role::ALL.into_iter().filter(|role| role.may(act)).map(Role::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(allowed(Act::Look), "admin owner reviewer approver finance auditor viewer");
        assert_eq!(allowed(Act::ReadContent), "admin owner reviewer approver auditor");
        assert_eq!(allowed(Act::Switch), "admin owner approver");
        assert_eq!(allowed(Act::ManageKeys), "admin owner");
        assert_eq!(allowed(Act::ManagePeople), "admin");
    }

    #[test]
    fn a_person_without_roles_may_nothing() {
        let nobody = Principal::Person { id: PersonId::new("eve").unwrap(), roles: vec![] };
        assert!(nobody.permit::<acts::Look>().is_err());
        assert!(Principal::Operator.permit::<acts::Switch>().is_ok());
    }
}

//! People, their roles, and what a role may do.
//!
//! The table in [`Role::may`] says who may do what by role, and [`Principal::may_turn`] who may turn
//! a switch, which follows from the role or from answering for what it turns. Nothing else says so.
//! A use case takes a [`Permit`], and the only ways to get one are [`Principal::permit`] and
//! [`Principal::permit_turn`], so that a use case without a permission check does not compile.

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
            Act::Switch => matches!(self, Self::Admin | Self::Approver),
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
    /// Turn any scope off, on, to fallback or to human-only. The owner and the deputy of a
    /// workflow may turn its own switch without it.
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
            Self::Switch => {
                "turn this switch: admins and approvers may turn any, and the owner and the deputy of a workflow its own"
            }
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

/// Who answers for what a switch turns: the owner and the deputy of one workflow, nobody for what
/// many share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Keepers<'a> {
    /// The one who answers for it.
    pub owner: Option<&'a PersonId>,
    /// Who stands in.
    pub deputy: Option<&'a PersonId>,
}

impl Keepers<'_> {
    fn include(&self, id: &PersonId) -> bool {
        [self.owner, self.deputy].into_iter().flatten().any(|keeper| keeper == id)
    }
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

    /// Whether this principal may turn the switch of what `keepers` answer for: by the table, or
    /// because it is theirs, whatever their roles are.
    #[must_use]
    pub fn may_turn(&self, keepers: Keepers<'_>) -> bool {
        match self {
            Self::Person { id, .. } => keepers.include(id) || self.may(Act::Switch),
            Self::Operator => true,
        }
    }

    /// Asks for permission to turn the switch of what `keepers` answer for.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`].
    pub fn permit_turn(&self, keepers: Keepers<'_>) -> Result<Permit<acts::Switch>, Refusal> {
        if self.may_turn(keepers) {
            Ok(Permit { who: self.clone(), act: PhantomData })
        } else {
            Err(Refusal::NotPermitted { who: self.name().to_owned(), act: Act::Switch })
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
        assert_eq!(allowed(Act::Switch), "admin approver");
        assert_eq!(allowed(Act::ManageKeys), "admin owner");
        assert_eq!(allowed(Act::ManagePeople), "admin");
    }

    #[test]
    fn who_may_turn_a_switch() {
        let id = |name: &str| PersonId::new(name).unwrap();
        let (tom, maya) = (id("tom"), id("maya"));
        let replies = Keepers { owner: Some(&tom), deputy: Some(&maya) };
        let table = [
            ("tom", Some(Role::Viewer), true, false),
            ("maya", Some(Role::Finance), true, false),
            ("tom", None, true, false),
            ("zoe", Some(Role::Owner), false, false),
            ("zoe", Some(Role::Viewer), false, false),
            ("zoe", Some(Role::Approver), true, true),
            ("zoe", Some(Role::Admin), true, true),
        ];
        for (name, role, theirs, shared) in table {
            let who = Principal::Person { id: id(name), roles: role.into_iter().collect() };
            assert_eq!(who.may_turn(replies), theirs, "{name} as {role:?}");
            assert_eq!(who.may_turn(Keepers::default()), shared, "{name} as {role:?} over what is shared");
            assert_eq!(who.permit_turn(replies).is_ok(), theirs);
        }
        assert!(Principal::Operator.may_turn(Keepers::default()));
    }

    #[test]
    fn a_person_without_roles_may_nothing() {
        let nobody = Principal::Person { id: PersonId::new("eve").unwrap(), roles: vec![] };
        assert!(nobody.permit::<acts::Look>().is_err());
        assert!(Principal::Operator.permit::<acts::Switch>().is_ok());
    }
}

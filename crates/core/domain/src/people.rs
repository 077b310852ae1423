//! People, their roles, and what a role may do.
//!
//! The table in [`Role::may`] says who may do what by role. [`Principal::may_turn`] says who may turn
//! a switch and [`Principal::permit_keys`] who may manage a key, which follow from the role or from
//! answering for what it turns or serves. Nothing else says so. A use case takes a [`Permit`], and the
//! only ways to get one are [`Principal::permit`], [`Principal::permit_turn`] and
//! [`Principal::permit_keys`], so that a use case without a permission check does not compile.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, WorkflowId};
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
            Act::ManageKeys | Act::ManagePeople | Act::Reload => matches!(self, Self::Admin),
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
    /// Create and revoke any gateway key. The owner and the deputy of workflows may do so without it
    /// for keys that serve no others.
    ManageKeys,
    /// Invite people and end their sessions.
    ManagePeople,
    /// Have the configuration read again now.
    Reload,
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
            Self::ManageKeys => {
                "manage keys: admins may manage any, and the owner and the deputy of workflows those that serve no others"
            }
            Self::ManagePeople => "manage people: that is for admins",
            Self::Reload => "reload the configuration: that is for admins",
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
    acts! { Look ReadContent Switch ManageKeys ManagePeople Reload }
}

/// Who answers for what a switch turns or a key serves: the owner and the deputy of one workflow, nobody for what
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

    /// Asks for permission to manage a key that serves these workflows: by the table, or because all
    /// of them are theirs, whatever their roles are.
    ///
    /// # Errors
    /// [`Refusal::NotKeeper`] with the workflows that are not theirs, [`Refusal::NotPermitted`] where
    /// no workflow is named.
    pub fn permit_keys(
        &self,
        serves: &[(&WorkflowId, Keepers<'_>)],
    ) -> Result<Permit<acts::ManageKeys>, Refusal> {
        let permit = match self {
            _ if serves.is_empty() => return self.permit(),
            Self::Person { id, .. } if !self.may(Act::ManageKeys) => {
                let others = serves.iter().filter(|(_, keepers)| !keepers.include(id));
                let others: Vec<&str> = others.map(|(workflow, _)| workflow.as_str()).collect();
                if !others.is_empty() {
                    return Err(Refusal::NotKeeper { who: id.to_string(), workflows: others.join(", ") });
                }
                Permit { who: self.clone(), act: PhantomData }
            }
            _ => Permit { who: self.clone(), act: PhantomData },
        };
        Ok(permit)
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
        assert_eq!(allowed(Act::ManageKeys), "admin");
        assert_eq!(allowed(Act::ManagePeople), "admin");
        assert_eq!(allowed(Act::Reload), "admin");
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

    type Serves<'a> = &'a [(&'a WorkflowId, Keepers<'a>)];

    #[test]
    fn who_may_manage_a_key() {
        let id = |name: &str| PersonId::new(name).unwrap();
        let workflow = |name: &str| WorkflowId::new(name).unwrap();
        let (tom, maya, zoe) = (id("tom"), id("maya"), id("zoe"));
        let (replies, sql, gone) = (workflow("replies"), workflow("sql"), workflow("gone"));
        let replies = (&replies, Keepers { owner: Some(&tom), deputy: Some(&maya) });
        let sql = (&sql, Keepers { owner: Some(&zoe), deputy: Some(&maya) });
        let gone = (&gone, Keepers::default());
        let table: [(&str, Role, Serves<'_>, Result<(), &str>); 9] = [
            ("tom", Role::Owner, &[replies], Ok(())),
            ("tom", Role::Viewer, &[replies], Ok(())),
            ("tom", Role::Owner, &[sql], Err("sql")),
            ("tom", Role::Owner, &[sql, replies, gone], Err("sql, gone")),
            ("maya", Role::Finance, &[replies, sql], Ok(())),
            ("maya", Role::Owner, &[], Err("admins may manage any")),
            ("eve", Role::Owner, &[replies], Err("replies")),
            ("eve", Role::Admin, &[sql, gone], Ok(())),
            ("eve", Role::Admin, &[], Ok(())),
        ];
        for (name, role, serves, expected) in table {
            let who = Principal::Person { id: id(name), roles: vec![role] };
            let said = who.permit_keys(serves).map(drop).map_err(|refusal| refusal.to_string());
            match (said, expected) {
                (Ok(()), Ok(())) => {}
                (Err(text), Err(missing)) => assert!(text.contains(missing), "{text}"),
                (said, _) => panic!("{name} as {role:?}: {said:?}"),
            }
        }
        assert!(Principal::Operator.permit_keys(&[gone]).is_ok());
    }

    #[test]
    fn a_person_without_roles_may_nothing() {
        let nobody = Principal::Person { id: PersonId::new("eve").unwrap(), roles: vec![] };
        assert!(nobody.permit::<acts::Look>().is_err());
        assert!(Principal::Operator.permit::<acts::Switch>().is_ok());
    }
}

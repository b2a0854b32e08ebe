//! Review functions (INCITS 359-2012, RBAC; `administration.md` C.5): who holds what, who may do what, who could change
//! it, and how two roles, two subjects or two revisions differ. Pure questions about a state, now or of the past.
//!
//! | function of the standard | here |
//! |---|---|
//! | AssignedUsers, AuthorizedUsers | [`holders`] |
//! | AssignedRoles, AuthorizedRoles | [`held`] |
//! | RolePermissions, RoleOperationsOnObject | [`grants`] |
//! | UserPermissions, UserOperationsOnObject | [`permissions`] |
//! | SsdRoleSets, SsdRoleSetRoles, SsdRoleSetCardinality | [`separation`] |
//!
//! Beyond the standard: why somebody may or may not ([`explain`]) and how to give it ([`fixes`]), who may do a thing
//! ([`who_can`]), what a screen shows somebody ([`controls`]), the table of roles ([`matrix`]), who administers
//! ([`administrators`]) and which advice is due ([`advisories`]), what one may assign and who could change an assignment
//! ([`authority`]), differences ([`diff`]), and what is wrong with roles ([`roles`]). Sessions do not exist here, and so
//! neither do SessionRoles and SessionPermissions: what is in force at an instant takes their place.
//!
//! What is large comes as an iterator in the order of its places, so that a page costs a page.
//!
//! These are questions about one state. What sequences of steps could lead to (CanEver, CanLose, CollusionNumber) would
//! be a module of its own beside these, over the authority that [`authority`] reads.

pub mod administrators;
pub mod advisories;
pub mod authority;
pub mod controls;
pub mod diff;
pub mod explain;
pub mod fixes;
pub mod grants;
pub mod held;
pub mod holders;
pub mod matrix;
pub mod permissions;
pub mod roles;
pub mod seats;
pub mod separation;
pub mod terms;
pub mod who_can;

use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{ResourceRef, RoleRef, SubjectRef};
use schemars::JsonSchema;
use serde::Serialize;

/// The place of an item in an answer that comes in pages: numbers of the state, which are never given twice.
pub type Place = [u32; 3];

/// How somebody comes to a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Path {
    /// The subject, then each group on the way to the one that holds the role.
    pub subjects: Vec<SubjectRef>,
    /// The role that is held, then each included one on the way to the one that matters.
    pub roles: Vec<RoleRef>,
    /// Where it is held.
    pub scope: ResourceRef,
}

impl Path {
    /// The path of a subject to a role that it, or a group that contains it, holds.
    #[must_use]
    pub fn to_role(view: &View, subject: SubjectIx, holder: SubjectIx, role: RoleIx, scope: NodeIx) -> Self {
        let mut subjects = view.group_path(subject, holder);
        if subjects.is_empty() {
            subjects.push(view.subject_ref(holder));
        }
        Self { subjects, roles: vec![view.role_ref(role)], scope: view.node_ref(scope) }
    }

    /// The same, and on to the role that declares a grant.
    #[must_use]
    pub fn to_grant(mut self, included: &[String]) -> Self {
        let Some(product) = self.roles.first().map(|role| role.product.clone()) else { return self };
        let further =
            included.iter().skip(1).map(|role| RoleRef { product: product.clone(), role: role.clone() });
        self.roles.extend(further);
        self
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let subjects = self.subjects.iter().map(ToString::to_string);
        let steps: Vec<String> = subjects.chain(self.roles.iter().map(ToString::to_string)).collect();
        write!(f, "{} at {}", steps.join(" > "), self.scope)
    }
}

/// A subject and, if it is a group, all that it contains, through any nesting, with itself first.
#[must_use]
pub fn with_members(view: &View, subject: SubjectIx) -> Vec<SubjectIx> {
    let mut all = vec![subject];
    let mut known: std::collections::BTreeSet<SubjectIx> = [subject].into();
    let mut next = 0;
    while next < all.len() {
        let members: Vec<SubjectIx> =
            view.members(all[next]).filter(|member| known.insert(*member)).collect();
        all.extend(members);
        next += 1;
    }
    all
}

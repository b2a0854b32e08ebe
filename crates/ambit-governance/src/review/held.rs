//! What a subject holds: *AssignedRoles* (directly) and *AuthorizedRoles* (also through groups, inclusion and
//! baselines), each active or dormant, with the reason.

use super::Path;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::view::Held;
use ambit_engine::{SubjectIx, View};
use ambit_model::{Properties, Reason, ResourceRef, RoleRef, Status, SubjectKind, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether something held gives anything at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is in force.
    Active,
    /// It is not.
    Dormant,
    /// A group holds it, and for each member it depends on what else the member holds.
    PerMember,
}

impl State {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::PerMember => "per_member",
        }
    }
}

/// A state with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Standing {
    /// Active or dormant.
    pub state: State,
    /// The stable code of what keeps it dormant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The same for people, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Standing {
    fn active() -> Self {
        Self { state: State::Active, reason: None, detail: None }
    }

    fn dormant(reason: Reason, detail: Option<String>) -> Self {
        Self { state: State::Dormant, reason: Some(reason.code()), detail }
    }
}

/// A role that a subject holds, and how.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HeldRole {
    /// The role.
    pub role: RoleRef,
    /// Its name for people.
    pub title: String,
    /// Where.
    pub scope: ResourceRef,
    /// Whether nobody assigned it: a state of all users, or of those without a role in an area.
    pub baseline: bool,
    /// How the subject comes to it.
    pub path: Path,
    /// The other roles that it includes, and so holds too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<RoleRef>,
    /// Who approves what the holder may not do alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approver: Option<SubjectRef>,
    /// In force from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<Timestamp>,
    /// In force until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Values that conditions read.
    #[serde(skip_serializing_if = "Properties::is_empty")]
    pub parameters: Properties,
    /// Whether it gives anything at the moment.
    #[serde(flatten)]
    pub standing: Standing,
}

/// Why a subject may do nothing at all at an instant, if it may not.
#[must_use]
pub fn idle(view: &View, subject: SubjectIx, time: Timestamp) -> Option<Reason> {
    match view.subject_ref(subject).kind {
        SubjectKind::User => {
            let active = view.user(subject).is_some_and(|user| user.status == Status::Active);
            (!active).then_some(Reason::SubjectInactive)
        }
        SubjectKind::Group => {
            let active = view.group(subject).is_some_and(|group| group.active);
            (!active).then_some(Reason::SubjectInactive)
        }
        SubjectKind::ApiKey => {
            let key = view.api_key(subject)?;
            let expired = key.expires.is_some_and(|expires| expires <= time);
            key.revoked.then_some(Reason::KeyRevoked).or(expired.then_some(Reason::KeyExpired))
        }
    }
}

/// All that a subject holds in every product, with what is in force of it.
pub struct Roll<'v> {
    view: &'v View,
    subject: SubjectIx,
    idle: Option<Reason>,
    is_group: bool,
    products: Vec<Holdings<'v>>,
}

impl<'v> Roll<'v> {
    /// The roll of a subject at an instant.
    #[must_use]
    pub fn of(view: &'v View, subject: SubjectIx, time: Timestamp) -> Self {
        let products = view.registry().enabled();
        let gather = |product| Holdings::gather(view, subject, product, time);
        Self {
            view,
            subject,
            idle: idle(view, subject, time),
            is_group: view.subject_ref(subject).kind == SubjectKind::Group,
            products: products.map(|(product, _)| gather(product)).collect(),
        }
    }

    /// Everything on it.
    pub fn iter(&self) -> impl Iterator<Item = (&Holding, Standing)> {
        self.products.iter().flat_map(move |holdings| {
            holdings.iter().map(move |holding| (holding, self.standing(holdings, holding)))
        })
    }

    /// The standing of one assignment of the subject itself.
    #[must_use]
    pub fn of_held(&self, held: Held) -> Standing {
        let found =
            self.iter().find(|(holding, _)| holding.holder == self.subject && holding.held == Some(held));
        // A product that is switched off is not on the roll.
        found.map_or_else(|| Standing::dormant(Reason::RoleInactive, None), |(_, standing)| standing)
    }

    /// What keeps a group's role from its members is not all in the group: roles that it requires may be theirs.
    fn standing(&self, holdings: &Holdings<'_>, holding: &Holding) -> Standing {
        if let Some(reason) = self.idle {
            return Standing::dormant(reason, None);
        }
        match holding.inactive {
            None => Standing::active(),
            Some(Reason::RoleInactive) if self.is_group && holding.holder == self.subject => {
                Standing { state: State::PerMember, reason: None, detail: holdings.inactive_detail(holding) }
            }
            Some(reason) => Standing::dormant(reason, holdings.inactive_detail(holding)),
        }
    }

    fn shown(&self, holding: &Holding, standing: Standing) -> HeldRole {
        let view = self.view;
        let row = view.roles().row(holding.role);
        let role = view.role_ref(holding.role);
        let others = row.covers.iter().filter(|name| **name != row.id);
        let product = role.product.clone();
        let details =
            holding.held.and_then(|held| view.details(holding.holder, held)).cloned().unwrap_or_default();
        HeldRole {
            title: row.title.clone(),
            scope: view.node_ref(holding.scope),
            baseline: holding.held.is_none(),
            path: Path::to_role(view, self.subject, holding.holder, holding.role, holding.scope),
            includes: others.map(|name| RoleRef { product: product.clone(), role: name.clone() }).collect(),
            role,
            approver: details.approver,
            starts: details.starts,
            expires: details.expires,
            parameters: details.parameters,
            standing,
        }
    }
}

/// *AssignedRoles(user)*: the roles that a subject holds itself.
#[must_use]
pub fn assigned_roles(view: &View, subject: SubjectIx, time: Timestamp) -> Vec<HeldRole> {
    listed(view, subject, time, |holding| holding.held.is_some() && holding.holder == subject)
}

/// *AuthorizedRoles(user)*: the roles that a subject holds itself, through groups, or as a baseline. Included roles are
/// named with the role that includes them.
#[must_use]
pub fn authorized_roles(view: &View, subject: SubjectIx, time: Timestamp) -> Vec<HeldRole> {
    listed(view, subject, time, |_| true)
}

fn listed(
    view: &View,
    subject: SubjectIx,
    time: Timestamp,
    wanted: impl Fn(&Holding) -> bool,
) -> Vec<HeldRole> {
    let roll = Roll::of(view, subject, time);
    let held = roll.iter().filter(|(holding, _)| wanted(holding));
    let mut shown: Vec<HeldRole> = held.map(|(holding, standing)| roll.shown(holding, standing)).collect();
    shown.sort_by(|one, other| (&one.role, &one.scope).cmp(&(&other.role, &other.scope)));
    shown
}

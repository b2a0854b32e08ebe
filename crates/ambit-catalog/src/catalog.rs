//! A catalog whose names are resolved: what the engine and the administration read.
//!
//! Positions in the vectors are the ids ([`PermissionId`], [`RoleId`]); they are stable for one catalog text and mean
//! nothing across texts. Types are full names: `pim/item`, or a built-in one.

use crate::condition::Condition;
use crate::file::{
    AdministerVerb, AdvisorySubject, AuthorityMode, OwnSteps, PropertyKind, RequiredField, SeparationScope,
    StartFile,
};
use crate::position::Mark;
use ambit_model::PresentationState;
use std::collections::HashMap;
use std::sync::Arc;

/// The types that every organization has, from the root down.
pub const BUILTIN_TYPES: [&str; 4] = ["organization", "product", "instance", "project"];

/// A permission's position in its catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PermissionId(pub u16);

/// A system role's position in its catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleId(pub u16);

impl PermissionId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl RoleId {
    /// As an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A product's declaration, validated as a whole.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Id of the product.
    pub product: String,
    /// Name for people.
    pub title: String,
    /// Version of the text.
    pub version: u32,
    /// One sentence.
    pub description: String,
    /// Whether organizations may overlay system roles.
    pub customizable: bool,
    /// Whether permissions are asked at built-in types of every product.
    pub spans_products: bool,
    /// Other names for users.
    pub subject_types: Vec<String>,
    /// Areas.
    pub areas: Vec<Area>,
    /// The product's own types.
    pub types: Vec<ResourceType>,
    /// Facts of built-in types, by type.
    pub builtin_properties: HashMap<String, Vec<Property>>,
    /// Named restrictions.
    pub limits: Vec<Limit>,
    /// Permissions in the order of the file.
    pub permissions: Vec<Permission>,
    /// System roles in the order of the file.
    pub roles: Vec<Role>,
    /// What every user has.
    pub everyone: Option<Everyone>,
    /// Seat pools.
    pub seat_pools: Vec<SeatPool>,
    /// Rules for custom roles.
    pub custom_roles: CustomRoles,
    /// Warnings.
    pub advisories: Vec<Advisory>,
    /// How authority over the roles is handed on.
    pub authority: Authority,
    /// Roles of which one person holds only so many.
    pub separation: Vec<SeparationSet>,
    /// Positions of permissions by name.
    pub permission_ids: HashMap<String, PermissionId>,
    /// Positions of roles by name.
    pub role_ids: HashMap<String, RoleId>,
}

/// A group of roles and permissions.
#[derive(Debug, Clone)]
pub struct Area {
    /// Id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The role that stands in while none of the area is held.
    pub unassigned: Option<RoleId>,
}

/// A type of resource.
#[derive(Debug, Clone)]
pub struct ResourceType {
    /// `product/type`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Full names of the types it may stand under.
    pub parents: Vec<String>,
    /// Whether assignments here replace those from above.
    pub refines: bool,
    /// Facts.
    pub properties: Vec<Property>,
}

impl ResourceType {
    /// The name without its product.
    #[must_use]
    pub fn bare(&self) -> &str {
        self.name.split_once('/').map_or(self.name.as_str(), |(_, bare)| bare)
    }
}

/// A fact about a resource.
#[derive(Debug, Clone)]
pub struct Property {
    /// Name.
    pub name: String,
    /// Type of the value.
    pub kind: PropertyKind,
    /// Name for people.
    pub title: String,
}

/// A named restriction.
#[derive(Debug, Clone)]
pub struct Limit {
    /// Name.
    pub id: String,
    /// In words.
    pub text: String,
    /// What a limited grant does not imply.
    pub takes_away: Vec<PermissionId>,
}

/// Something that may be done.
#[derive(Debug, Clone)]
pub struct Permission {
    /// Id within the product.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Position of its area.
    pub area: Option<usize>,
    /// Full names of types.
    pub on: Vec<String>,
    /// All that it covers, transitively, without itself.
    pub implies: Vec<PermissionId>,
    /// What a screen shows without it; none where the documents are silent.
    pub when_denied: Option<WhenDenied>,
    /// The control that is meant.
    pub control: Option<String>,
    /// Further controls.
    pub also: Vec<(String, PresentationState)>,
    /// Whose holders approve.
    pub approved_by: Option<PermissionId>,
    /// Which of them.
    pub approver: Approver,
}

/// What a screen shows to someone without a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenDenied {
    /// This state.
    State(PresentationState),
    /// Another action for those who may do it, else the state.
    Replaced(PermissionId, PresentationState),
}

/// Who approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Approver {
    /// The one named on the assignment.
    Assigned,
    /// Any holder of the approving permission at the resource.
    #[default]
    Holders,
}

/// A system role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Id within the product.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Position of its area.
    pub area: Option<usize>,
    /// Order.
    pub level: Option<u32>,
    /// What it grants, as declared.
    pub definition: Definition,
    /// Roles without which it is inactive.
    pub requires: Vec<String>,
    /// Where it may be assigned.
    pub assignable: Assignable,
    /// Given only by its holders or the vendor.
    pub vendor_only: bool,
    /// Assignments name an approver.
    pub needs_approver: bool,
    /// Position of its seat pool.
    pub seat_pool: Option<usize>,
    /// Never held together.
    pub excludes: Vec<String>,
    /// For browsers.
    pub public: bool,
    /// Where the person starts.
    pub landing: Option<Landing>,
    /// What it administers.
    pub administers: Vec<Administers>,
    /// Where it is declared.
    pub mark: Mark,
}

/// Where a role may be assigned.
#[derive(Debug, Clone, Default)]
pub struct Assignable {
    /// Full names of types; anywhere in the product if none.
    pub at: Option<Vec<String>>,
    /// CEL over the scope.
    pub when: Option<Condition>,
    /// Said when that refuses.
    pub note: Option<String>,
}

impl Assignable {
    /// Whether a scope of this type will do. Product and organization count as above every type that they contain
    /// (`vocabulary`: "the product and the organization count as above all of these").
    #[must_use]
    pub fn allows(&self, scope_type: &str) -> bool {
        let Some(at) = &self.at else { return true };
        let listed = |name: &str| at.iter().any(|allowed| allowed == name);
        match scope_type {
            "organization" => !at.is_empty(),
            "product" => at.iter().any(|allowed| allowed != "organization"),
            other => listed(other),
        }
    }
}

/// What a role grants, as declared: the same for system and custom roles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definition {
    /// Roles of the product whose grants it has too.
    pub includes: Vec<String>,
    /// Every permission of the product.
    pub all: bool,
    /// Taken away from what `includes` and `all` give and from what `grants` imply.
    pub except: Vec<PermissionId>,
    /// What it grants itself.
    pub grants: Vec<Grant>,
    /// Taken away from everything, at the end (an overlay's `remove`, a custom role's `without`).
    pub without: Vec<PermissionId>,
}

/// A permission with its terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// Which permission.
    pub permission: PermissionId,
    /// Under which terms.
    pub terms: Arc<Terms>,
}

/// The terms of a grant (design 3.4 to 3.7).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// A condition.
    pub when: Option<Condition>,
    /// One of these relations.
    pub related: Vec<String>,
    /// All of these roles too.
    pub requires: Vec<String>,
    /// The amount is within the budget.
    pub within_budget: bool,
    /// Only at this resource and below.
    pub within: Option<ambit_model::ResourceRef>,
    /// From the nearest ancestor of this type above the assignment's scope.
    pub reach: Option<String>,
    /// Position of the limit.
    pub limit: Option<usize>,
    /// Always ends in an approval.
    pub needs_approval: bool,
    /// A false condition ends in an approval.
    pub otherwise_approval: bool,
}

impl Terms {
    /// Whether the grant always applies, without limit.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.is_conditional() && self.reach.is_none() && self.limit.is_none() && !self.needs_approval
    }

    /// Whether there is something that can be false.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        self.when.is_some()
            || !self.related.is_empty()
            || !self.requires.is_empty()
            || self.within_budget
            || self.within.is_some()
    }
}

/// Where a person starts.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The page.
    pub page: String,
    /// The page when only one thing is administered.
    pub single: Option<String>,
}

/// What a role administers.
#[derive(Debug, Clone)]
pub struct Administers {
    /// These roles; any if empty.
    pub roles: Vec<String>,
    /// Up to this level.
    pub level_at_most: Option<u32>,
    /// Of which product.
    pub product: ProductScope,
    /// How.
    pub verbs: Vec<AdministerVerb>,
}

impl Administers {
    /// Whether a role is among those that this entry names. `any` means every product but the declaring one, whose
    /// levels would mean nothing there.
    #[must_use]
    pub fn concerns(&self, declared_in: &str, product: &str, role: &str, level: Option<u32>) -> bool {
        let product_fits = match &self.product {
            ProductScope::Any => product != declared_in,
            ProductScope::Product(name) => product == name,
        };
        let level_fits = self.level_at_most.is_none_or(|most| level.is_some_and(|level| level <= most));
        let listed = self.roles.is_empty() || self.roles.iter().any(|name| name == role);
        product_fits && level_fits && listed
    }
}

/// How authority over a product's roles is handed on (`administration.md` C.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Authority {
    /// How far it reaches.
    pub mode: AuthorityMode,
    /// Whether administrators may change what they hold themselves.
    pub own: OwnSteps,
}

/// Roles of which one person holds only so many (static separation of duties, INCITS 359).
#[derive(Debug, Clone)]
pub struct SeparationSet {
    /// Id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The roles, by id.
    pub roles: Vec<String>,
    /// How many of them one person may hold.
    pub at_most: usize,
    /// Where they count together.
    pub scope: SeparationScope,
}

/// One product or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductScope {
    /// This one.
    Product(String),
    /// All that are enabled.
    Any,
}

/// What every user has.
#[derive(Debug, Clone)]
pub struct Everyone {
    /// Name for people.
    pub title: String,
    /// What it grants.
    pub definition: Definition,
}

/// A limit on distinct users.
#[derive(Debug, Clone)]
pub struct SeatPool {
    /// Id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Distinct users.
    pub limit: u32,
}

/// Rules for custom roles.
#[derive(Debug, Clone, Default)]
pub struct CustomRoles {
    /// Whether there may be any.
    pub allowed: bool,
    /// Why not.
    pub reason: String,
    /// What they may begin with.
    pub start: Vec<StartFile>,
    /// What they never grant: the declared ones and every bundle that implies one.
    pub forbidden: Vec<PermissionId>,
    /// Fields that must be filled.
    pub required: Vec<RequiredField>,
    /// Where they may be assigned.
    pub assignable: Assignable,
}

/// A warning on administrative writes.
#[derive(Debug, Clone)]
pub struct Advisory {
    /// Stable code.
    pub id: String,
    /// Whom it concerns.
    pub subject: AdvisorySubject,
    /// Holders of all of these.
    pub holds: Vec<String>,
    /// And of none of these.
    pub lacks: Vec<String>,
    /// And where this is true.
    pub when: Option<Condition>,
    /// What to do.
    pub message: String,
}

impl Catalog {
    /// The permission of that name.
    #[must_use]
    pub fn permission(&self, id: &str) -> Option<PermissionId> {
        self.permission_ids.get(id).copied()
    }

    /// The system role of that name.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.role_ids.get(id).map(|role| &self.roles[role.index()])
    }

    /// The names of all permissions.
    pub fn permission_names(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().map(|permission| permission.id.as_str())
    }

    /// The names of all system roles.
    pub fn role_names(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| role.id.as_str())
    }

    /// A permission's title and the like.
    #[must_use]
    pub fn permission_at(&self, id: PermissionId) -> &Permission {
        &self.permissions[id.index()]
    }

    /// `product/permission`.
    #[must_use]
    pub fn permission_full(&self, id: PermissionId) -> String {
        format!("{}/{}", self.product, self.permission_at(id).id)
    }

    /// Whether a bundle covers a permission, or is it.
    #[must_use]
    pub fn covers(&self, bundle: PermissionId, permission: PermissionId) -> bool {
        bundle == permission || self.permission_at(bundle).implies.contains(&permission)
    }
}

//! What a subject may do: *UserPermissions(user, scope)* with where each applies, and
//! *UserOperationsOnObject(user, object)*, decided like any question.

use super::Path;
use super::held::idle;
use super::terms::TermsShown;
use ambit_catalog::catalog::{PermissionId, Terms};
use ambit_catalog::grants::EffectiveGrant;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::{EntityRef, NodeIx, PermissionIx, ProductIx, Question, SubjectIx, Verdict, View};
use ambit_model::{Outcome, ResourceRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// What a permission that somebody has comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// It may be done.
    Allow,
    /// It may be done, with a restriction.
    Limited,
    /// It may be done after an approval.
    NeedsApproval,
    /// It depends on the question.
    Conditional,
}

impl Gives {
    fn of(terms: &Terms) -> Self {
        let conditional = terms.when.is_some()
            || !terms.related.is_empty()
            || !terms.requires.is_empty()
            || terms.within_budget;
        if conditional {
            Self::Conditional
        } else if terms.needs_approval {
            Self::NeedsApproval
        } else if terms.limit.is_some() {
            Self::Limited
        } else {
            Self::Allow
        }
    }

    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Limited => "limited",
            Self::NeedsApproval => "needs_approval",
            Self::Conditional => "conditional",
        }
    }
}

/// A permission that a subject has somewhere, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UserPermission {
    /// `product/permission`.
    pub permission: String,
    /// Name for people.
    pub title: String,
    /// What it comes to.
    pub gives: Gives,
    /// At this resource and below.
    pub at: ResourceRef,
    /// But not at these and below, where other assignments replace what comes from above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<ResourceRef>,
    /// Under which terms.
    #[serde(flatten)]
    pub terms: TermsShown,
    /// Through which groups and roles.
    pub path: Path,
}

/// A grant in force: whose, which, and where it applies.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'v> {
    /// Whose role.
    pub holding: Holding,
    /// The product.
    pub product: ProductIx,
    /// The grant.
    pub grant: &'v EffectiveGrant,
    /// At this resource and below.
    pub at: NodeIx,
}

/// Every grant in force of a subject that applies at a scope or somewhere below it, in the order of product, permission
/// and place. Nothing for who may do nothing at all.
#[must_use]
pub fn in_force<'v>(view: &'v View, subject: SubjectIx, scope: NodeIx, time: Timestamp) -> Vec<InForce<'v>> {
    if idle(view, subject, time).is_some() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (product, _) in view.registry().enabled() {
        let holdings = Holdings::gather(view, subject, product, time);
        for holding in holdings.iter().filter(|holding| holding.inactive.is_none()) {
            for grant in &view.roles().row(holding.role).grants {
                let applies =
                    view.applies_from(holding.scope, &grant.terms).and_then(|at| clipped(view, at, scope));
                let replaced = |at: &NodeIx| is_replaced(view, &holdings, product, holding, *at);
                if let Some(at) = applies.filter(|at| !replaced(at)) {
                    all.push(InForce { holding: *holding, product, grant, at });
                }
            }
        }
    }
    all.sort_by_key(|one| (one.product, one.grant.permission, one.at, one.holding.role, one.holding.holder));
    all
}

/// Where two subtrees meet.
fn clipped(view: &View, one: NodeIx, other: NodeIx) -> Option<NodeIx> {
    if view.covers(one, other) { Some(other) } else { view.covers(other, one).then_some(one) }
}

/// The nodes at which assignments of the subject replace what comes from above.
fn refined<'h>(
    view: &'h View,
    holdings: &'h Holdings<'_>,
    product: ProductIx,
) -> impl Iterator<Item = NodeIx> + 'h {
    let refines = move |node: NodeIx| {
        let info = view.registry().type_info(view.node_head(node).kind);
        info.refines && info.product == Some(product)
    };
    let held = holdings.iter().filter(|holding| holding.held.is_some() && holding.inactive.is_none());
    held.map(|holding| holding.scope).filter(move |scope| refines(*scope))
}

fn is_replaced(
    view: &View,
    holdings: &Holdings<'_>,
    product: ProductIx,
    holding: &Holding,
    at: NodeIx,
) -> bool {
    let nodes: Vec<NodeIx> = refined(view, holdings, product).collect();
    let nearest = view.chain(at).find(|node| nodes.contains(node));
    holding.held.is_some() && nearest.is_some_and(|node| !view.covers(node, holding.scope))
}

/// Where below its place a grant is replaced by other assignments.
fn exceptions(view: &View, subject: SubjectIx, one: &InForce<'_>, time: Timestamp) -> Vec<NodeIx> {
    if one.holding.held.is_none() || !view.registry().product(one.product).refines {
        return Vec::new();
    }
    let holdings = Holdings::gather(view, subject, one.product, time);
    let below = |node: &NodeIx| {
        *node != one.at && view.covers(one.at, *node) && !view.covers(*node, one.holding.scope)
    };
    let mut nodes: Vec<NodeIx> = refined(view, &holdings, one.product).filter(below).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// *UserPermissions(user, scope)*: one of them, as it is shown.
#[must_use]
pub fn user_permission(
    view: &View,
    subject: SubjectIx,
    one: &InForce<'_>,
    time: Timestamp,
) -> UserPermission {
    let catalog = view.registry().catalog(one.product);
    let holding = &one.holding;
    let path = Path::to_role(view, subject, holding.holder, holding.role, holding.scope);
    let except = exceptions(view, subject, one, time);
    UserPermission {
        permission: catalog.permission_full(one.grant.permission),
        title: catalog.permission_at(one.grant.permission).title.clone(),
        gives: Gives::of(&one.grant.terms),
        at: view.node_ref(one.at),
        except: except.into_iter().map(|node| view.node_ref(node)).collect(),
        terms: TermsShown::of(catalog, &one.grant.terms),
        path: path.to_grant(&one.grant.path),
    }
}

/// *UserPermissions(user, scope)*.
#[must_use]
pub fn user_permissions(
    view: &View,
    subject: SubjectIx,
    scope: NodeIx,
    time: Timestamp,
) -> Vec<UserPermission> {
    let all = in_force(view, subject, scope, time);
    all.iter().map(|one| user_permission(view, subject, one, time)).collect()
}

/// What a subject may do on a resource.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UserOperation {
    /// `product/permission`.
    pub permission: String,
    /// Name for people.
    pub title: String,
    /// `allow`, `needs_approval`, or `deny` where all are asked for.
    pub outcome: &'static str,
    /// The stable code of the reason.
    pub reason: &'static str,
    /// Restrictions in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// Through which groups and roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Path>,
}

/// The permissions that are meant for a resource's type, in the order of products and catalogs.
pub fn meant_for(view: &View, node: NodeIx) -> impl Iterator<Item = PermissionIx> + '_ {
    let kind = view.registry().type_info(view.node_head(node).kind).name.as_str();
    let product = view.product_of(node);
    view.registry().enabled().flat_map(move |(index, declared)| {
        let asked_here = product.is_none_or(|product| product == index) || declared.catalog.spans_products;
        let permissions = declared.catalog.permissions.iter().zip(0u16..);
        permissions
            .filter(move |(permission, _)| asked_here && permission.on.iter().any(|on| on == kind))
            .map(move |(_, id)| PermissionIx { product: index, id: PermissionId(id) })
    })
}

/// *UserOperationsOnObject(user, object)*: the decision about one permission. None for what is denied, unless that is
/// asked for too.
#[must_use]
pub fn user_operation(
    view: &View,
    subject: SubjectIx,
    permission: PermissionIx,
    node: NodeIx,
    denied_too: bool,
    time: Timestamp,
) -> Option<UserOperation> {
    let verdict = asked(view, subject, permission, node, time);
    if verdict.outcome == Outcome::Deny && !denied_too {
        return None;
    }
    let catalog = view.registry().catalog(permission.product);
    Some(UserOperation {
        permission: catalog.permission_full(permission.id),
        title: catalog.permission_at(permission.id).title.clone(),
        outcome: verdict.outcome.as_str(),
        reason: verdict.reason.code(),
        limits: view.limits_of(&verdict).into_iter().map(|(_, text)| text.to_owned()).collect(),
        path: path_of(view, subject, &verdict),
    })
}

/// *UserOperationsOnObject(user, object)*: all that a subject may do on a resource.
#[must_use]
pub fn user_operations_on_object(
    view: &View,
    subject: SubjectIx,
    node: NodeIx,
    time: Timestamp,
) -> Vec<UserOperation> {
    let decided = |permission| user_operation(view, subject, permission, node, false, time);
    meant_for(view, node).filter_map(decided).collect()
}

fn asked(
    view: &View,
    subject: SubjectIx,
    permission: PermissionIx,
    node: NodeIx,
    time: Timestamp,
) -> Verdict {
    let (subject, resource) = (view.subject_ref(subject), view.node_ref(node));
    let permission = view.registry().catalog(permission.product).permission_full(permission.id);
    view.check(&Question {
        subject: EntityRef::new(subject.kind.as_str(), &subject.id),
        permission: &permission,
        action: None,
        resource: EntityRef::new(&resource.kind, &resource.id),
        context: None,
        time,
    })
}

/// Through which groups and roles a verdict was given.
#[must_use]
pub fn path_of(view: &View, subject: SubjectIx, verdict: &Verdict) -> Option<Path> {
    let (via, permission) = (verdict.via?, verdict.permission?);
    let path = Path::to_role(view, subject, via.holder, via.role, via.scope);
    let row = view.roles().row(via.role);
    let best = row.grants_of(permission.id).iter().max_by_key(|grant| {
        let fits = match verdict.outcome {
            Outcome::NeedsApproval => grant.terms.needs_approval || grant.terms.otherwise_approval,
            _ => !grant.terms.needs_approval,
        };
        (fits, grant.terms.is_plain())
    });
    Some(best.map_or(path.clone(), |grant| path.to_grant(&grant.path)))
}

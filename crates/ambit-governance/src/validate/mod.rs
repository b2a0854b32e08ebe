//! Makes one proposal whole: names in full, absent fields as they were, everything it names known and fitting. Answers
//! nothing when it would change nothing.

mod assignments;
mod facts;
mod resources;
mod roles;
mod subjects;

use self::assignments::{assignment_removed, assignment_set};
use self::facts::{approval_set, budget_removed, budget_set, relation_whole, seat_limit_set};
use self::resources::{resource_removed, resource_set};
use self::roles::{overlay_set, role_removed, role_set};
use self::subjects::{api_key_set, group_set, is_member, member_added, removed, user_set};
use crate::refusal::{Code, Refusal};
use ambit_engine::{NodeIx, ProductIx, RoleIx, SubjectIx, TypeIx, View};
use ambit_model::suggest::hint;
use ambit_model::{Change, ResourceRef, RoleRef, SubjectKind, SubjectRef, Timestamp};

type Whole = Result<Option<Change>, Refusal>;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::Invalid, message)
}

fn changed(change: Change, same: bool) -> Whole {
    Ok((!same).then_some(change))
}

/// Makes a proposal whole.
///
/// # Errors
/// The first reason why it cannot be accepted.
pub fn whole(view: &View, change: Change, now: Timestamp) -> Whole {
    match change {
        Change::OrganizationCreated { id } => match view.organization() {
            None => Ok(Some(Change::OrganizationCreated { id })),
            Some(known) if *known == id => Ok(None),
            Some(known) => Err(invalid(format!("this is the organization `{known}`, not `{id}`"))),
        },
        Change::CatalogInstalled { product, source } => catalog_installed(view, product, source),
        Change::CatalogRemoved { product } => catalog_removed(view, product),
        Change::ResourceSet(resource) => resource_set(view, resource),
        Change::ResourceRemoved { id } => resource_removed(view, &id),
        Change::UserSet(user) => user_set(view, user),
        Change::GroupSet(group) => group_set(view, group),
        Change::ApiKeySet(key) => api_key_set(view, key),
        Change::UserRemoved { id } => {
            removed(view, SubjectKind::User, &id, Change::UserRemoved { id: id.clone() })
        }
        Change::GroupRemoved { id } => {
            removed(view, SubjectKind::Group, &id, Change::GroupRemoved { id: id.clone() })
        }
        Change::ApiKeyRemoved { id } => {
            removed(view, SubjectKind::ApiKey, &id, Change::ApiKeyRemoved { id: id.clone() })
        }
        Change::MemberAdded { group, member } => member_added(view, group, member),
        Change::MemberRemoved { group, member } => {
            let is_member = is_member(view, &group, &member)?;
            changed(Change::MemberRemoved { group, member }, !is_member)
        }
        Change::RoleSet(role) => role_set(view, role),
        Change::RoleRemoved { id } => role_removed(view, id),
        Change::OverlaySet(overlay) => overlay_set(view, overlay),
        Change::OverlayRemoved { role } => {
            let overlaid = view.overlays().any(|overlay| overlay.role == role);
            changed(Change::OverlayRemoved { role }, !overlaid)
        }
        Change::AssignmentSet(assignment) => assignment_set(view, assignment),
        Change::AssignmentRemoved { subject, role, scope } => assignment_removed(view, subject, role, &scope),
        Change::RelationSet(relation) => {
            let (relation, holds) = relation_whole(view, relation)?;
            changed(Change::RelationSet(relation), holds)
        }
        Change::RelationRemoved(relation) => {
            let (relation, holds) = relation_whole(view, relation)?;
            changed(Change::RelationRemoved(relation), !holds)
        }
        Change::BudgetSet(budget) => budget_set(view, budget, now),
        Change::BudgetRemoved { subject, scope, currency } => budget_removed(view, subject, &scope, currency),
        Change::SeatLimitSet(limit) => seat_limit_set(view, limit),
        Change::SeatLimitRemoved { pool } => {
            let set = view.seat_limits().any(|(known, _)| *known == pool);
            changed(Change::SeatLimitRemoved { pool }, !set)
        }
        Change::ApprovalSet(approval) => approval_set(view, approval),
        Change::Noted(note) => {
            known_subject(view, &SubjectRef::user(note.user()))?;
            Ok(Some(Change::Noted(note)))
        }
    }
}

fn catalog_installed(view: &View, product: String, source: String) -> Whole {
    let known = view.registry().product_named(&product).map(|index| view.registry().product(index));
    if known.is_some_and(|known| *known.source == *source) {
        return Ok(None);
    }
    let (catalog, _) = ambit_catalog::parse_catalog(&product, &source)
        .map_err(|report| invalid(format!("the catalog of `{product}` is not accepted:\n{report}")))?;
    if catalog.product != product {
        return Err(invalid(format!("the catalog declares `{}`, not `{product}`", catalog.product)));
    }
    Ok(Some(Change::CatalogInstalled { product, source }))
}

fn catalog_removed(view: &View, product: String) -> Whole {
    let Some(index) = view.registry().product_named(&product) else { return Ok(None) };
    let node = view.product_node(index);
    if node.is_some_and(|node| view.children(node).next().is_some()) {
        return Err(Refusal::new(Code::InUse, format!("`{product}` still has resources: remove them first")));
    }
    Ok(Some(Change::CatalogRemoved { product }))
}

/// The node that a reference names.
pub(crate) fn known_node(view: &View, resource: &ResourceRef) -> Result<NodeIx, Refusal> {
    known_type(view, resource)?;
    view.node(resource).ok_or_else(|| {
        let kind = view.registry().type_named(&resource.kind);
        let ids: Vec<String> = view
            .nodes()
            .filter(|node| Some(view.node_head(*node).kind) == kind)
            .take(1_000)
            .map(|node| view.node_ref(node).id)
            .collect();
        let near = hint(&resource.id, ids.iter().map(String::as_str));
        Refusal::new(Code::UnknownScope, format!("unknown resource `{resource}`{near}"))
    })
}

fn known_type(view: &View, resource: &ResourceRef) -> Result<TypeIx, Refusal> {
    view.registry().type_named(&resource.kind).ok_or_else(|| {
        let called = view.registry().types_called(&resource.kind);
        let near = if called.len() > 1 {
            format!(": name it in full, one of {}", called.join(", "))
        } else {
            hint(&resource.kind, view.registry().type_names())
        };
        Refusal::new(Code::UnknownScope, format!("unknown resource type `{}`{near}", resource.kind))
    })
}

pub(crate) fn known_subject(view: &View, subject: &SubjectRef) -> Result<SubjectIx, Refusal> {
    view.subject(subject).ok_or_else(|| {
        let ids: Vec<String> =
            view.subjects(subject.kind).take(10_000).map(|known| view.subject_ref(known).id).collect();
        let near = hint(&subject.id, ids.iter().map(String::as_str));
        Refusal::new(Code::UnknownSubject, format!("unknown subject `{subject}`{near}"))
    })
}

fn known_product(view: &View, product: &str) -> Result<ProductIx, Refusal> {
    view.registry().product_named(product).ok_or_else(|| {
        let near = hint(product, view.registry().enabled().map(|(_, known)| known.id.as_str()));
        let enable = "enable it under `products`";
        Refusal::new(Code::UnknownProduct, format!("the product `{product}` is not enabled{near}; {enable}"))
    })
}

pub(crate) fn known_role(view: &View, role: &RoleRef) -> Result<RoleIx, Refusal> {
    let product = known_product(view, &role.product)?;
    view.role(role).ok_or_else(|| {
        let names =
            view.roles().iter().filter(|(_, row)| row.product == product).map(|(_, row)| row.id.as_str());
        Refusal::new(Code::UnknownRole, format!("unknown role `{role}`{}", hint(&role.role, names)))
    })
}

//! Makes one proposal whole: names in full, absent fields as they were, everything it names known and fitting. Answers
//! nothing when it would change nothing.

use crate::refusal::{Code, Refusal};
use ambit_catalog::Condition;
use ambit_catalog::catalog::Catalog;
use ambit_catalog::file::{RequiredField, StartFile};
use ambit_engine::authority::NotAssignable;
use ambit_engine::{NodeIx, ProductIx, RoleIx, SubjectIx, TypeIx, View};
use ambit_model::ids::check_id;
use ambit_model::suggest::hint;
use ambit_model::{
    Amount, ApiKey, Approval, Assignment, Budget, Change, CustomRole, Group, KeyKind, Overlay, Relation,
    Resource, ResourceRef, RoleRef, SeatLimit, Start, SubjectKind, SubjectRef, Timestamp, User,
};

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
        Change::ApprovalSet(approval) => approval_set(view, approval),
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

fn resource_set(view: &View, mut resource: Resource) -> Whole {
    let kind = known_type(view, &resource.id)?;
    check_id("resource id", &resource.id.id).map_err(|error| invalid(error.to_string()))?;
    resource.id = ResourceRef::new(view.registry().type_info(kind).name.clone(), resource.id.id);
    let existing = view.node_named(kind, &resource.id.id);
    let before = existing.map(|node| view.resource(node));
    if resource.properties.is_empty() {
        resource.properties = before.as_ref().map(|before| before.properties.clone()).unwrap_or_default();
    }
    if matches!(kind, TypeIx::ORGANIZATION | TypeIx::PRODUCT) {
        return root_resource_set(resource, before);
    }
    let parent = resource.parent.clone().or_else(|| before.as_ref().and_then(|before| before.parent.clone()));
    let Some(parent) = parent else {
        let wanted = view.registry().type_info(kind).parents.join(", ");
        return Err(Refusal::new(
            Code::InvalidParent,
            format!("`{}` needs a `parent`: {wanted}", resource.id),
        ));
    };
    let parent = known_node(view, &parent)?;
    check_parent(view, &resource.id, kind, parent)?;
    if existing.is_some_and(|node| view.covers(node, parent)) {
        return Err(Refusal::new(Code::Cycle, format!("`{}` cannot stand under itself", resource.id)));
    }
    resource.parent = Some(view.node_ref(parent));
    let same = before.as_ref() == Some(&resource);
    changed(Change::ResourceSet(resource), same)
}

/// Organization and product stand where they stand; only their facts can be set.
fn root_resource_set(mut resource: Resource, before: Option<Resource>) -> Whole {
    let Some(before) = before else {
        let message =
            format!("`{}` comes with the organization and its `products`, not by itself", resource.id);
        return Err(Refusal::new(Code::UnknownProduct, message));
    };
    if resource.parent.is_some() && resource.parent != before.parent {
        return Err(Refusal::new(Code::InvalidParent, format!("`{}` cannot be moved", resource.id)));
    }
    resource.parent = before.parent.clone();
    let same = before == resource;
    changed(Change::ResourceSet(resource), same)
}

fn check_parent(view: &View, id: &ResourceRef, kind: TypeIx, parent: NodeIx) -> Result<(), Refusal> {
    let info = view.registry().type_info(kind);
    let parent_type = &view.registry().type_info(view.node_head(parent).kind).name;
    let parent_ref = view.node_ref(parent);
    if !info.parents.contains(parent_type) {
        let wanted = info.parents.join(", ");
        let message = format!("`{id}` cannot stand under `{parent_ref}`: its parent is one of {wanted}");
        return Err(Refusal::new(Code::InvalidParent, message));
    }
    if info.product.is_some() && info.product != view.product_of(parent) {
        let message = format!("`{id}` cannot stand under `{parent_ref}`, which belongs to another product");
        return Err(Refusal::new(Code::InvalidParent, message));
    }
    Ok(())
}

fn resource_removed(view: &View, id: &ResourceRef) -> Whole {
    let Some(node) = view.node(id) else { return Ok(None) };
    let full = view.node_ref(node);
    if view.node_head(node).kind < TypeIx::INSTANCE {
        return Err(invalid(format!("`{full}` cannot be removed")));
    }
    if let Some(child) = view.children(node).next() {
        let message = format!("`{}` stands under `{full}`: remove it first", view.node_ref(child));
        return Err(Refusal::new(Code::InUse, message));
    }
    Ok(Some(Change::ResourceRemoved { id: full }))
}

fn user_set(view: &View, mut user: User) -> Whole {
    check_id("user id", &user.id).map_err(|error| invalid(error.to_string()))?;
    let before = view.subject(&SubjectRef::user(&*user.id)).and_then(|subject| view.user(subject));
    if let Some(before) = &before {
        user.name = user.name.or_else(|| before.name.clone());
        user.email = user.email.or_else(|| before.email.clone());
        if user.properties.is_empty() {
            user.properties = before.properties.clone();
        }
    }
    let same = before.as_ref() == Some(&user);
    changed(Change::UserSet(user), same)
}

fn group_set(view: &View, mut group: Group) -> Whole {
    check_id("group id", &group.id).map_err(|error| invalid(error.to_string()))?;
    let before = view.subject(&SubjectRef::group(&*group.id)).and_then(|subject| view.group(subject));
    if let Some(before) = before {
        group.title = group.title.or_else(|| before.title.clone());
    }
    let same = before == Some(&group);
    changed(Change::GroupSet(group), same)
}

fn api_key_set(view: &View, mut key: ApiKey) -> Whole {
    check_id("API key id", &key.id).map_err(|error| invalid(error.to_string()))?;
    for origin in &key.origins {
        check_origin(origin)?;
    }
    let before = view.subject(&SubjectRef::api_key(&*key.id)).and_then(|subject| view.api_key(subject));
    if let Some(before) = before {
        key.title = key.title.or_else(|| before.title.clone());
        key.secret_hash = key.secret_hash.or_else(|| before.secret_hash.clone());
        key.prefix = key.prefix.or_else(|| before.prefix.clone());
    }
    if key.kind == KeyKind::Public && key.origins.is_empty() {
        let message =
            format!("the public key `{}` lists no `origins`, and so could be used from nowhere", key.id);
        return Err(Refusal::new(Code::RequiredField, message));
    }
    let same = before == Some(&key);
    changed(Change::ApiKeySet(key), same)
}

fn check_origin(origin: &str) -> Result<(), Refusal> {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let fits = rest.is_some_and(|host| !host.is_empty() && host.trim_end_matches('/').chars().all(plain));
    if fits {
        Ok(())
    } else {
        Err(invalid(format!("`{origin}` is not an origin: write `https://shop.example`")))
    }
}

fn removed(view: &View, kind: SubjectKind, id: &str, change: Change) -> Whole {
    changed(change, view.subject_named(kind, id).is_none())
}

fn is_member(view: &View, group: &str, member: &SubjectRef) -> Result<bool, Refusal> {
    let group = known_subject(view, &SubjectRef::group(group))?;
    let member = known_subject(view, member)?;
    Ok(view.direct_groups(member).contains(&group.0))
}

fn member_added(view: &View, group: String, member: SubjectRef) -> Whole {
    let already = is_member(view, &group, &member)?;
    let outer = known_subject(view, &SubjectRef::group(&*group))?;
    let inner = known_subject(view, &member)?;
    if inner == outer || view.all_groups(outer).contains(&inner) {
        return Err(Refusal::new(
            Code::Cycle,
            format!("`{member}` contains `group:{group}` already: groups nest without cycles"),
        ));
    }
    changed(Change::MemberAdded { group, member }, already)
}

fn role_set(view: &View, role: CustomRole) -> Whole {
    let product = known_product(view, &role.id.product)?;
    let catalog = view.registry().catalog(product);
    if catalog.role(&role.id.role).is_some() {
        let message = format!("`{}` is a system role: system roles cannot be changed", role.id);
        return Err(Refusal::new(Code::SystemRole, message));
    }
    let rules = &catalog.custom_roles;
    if !rules.allowed {
        let reason = if rules.reason.is_empty() { String::new() } else { format!(": {}", rules.reason) };
        let message = format!("{} has no custom roles{reason}", catalog.title);
        return Err(Refusal::new(Code::CustomRolesNotAllowed, message));
    }
    check_id("role id", &role.id.role).map_err(|error| invalid(error.to_string()))?;
    check_required(catalog, &role)?;
    check_start(view, catalog, &role)?;
    let role = role_references(view, product, role)?;
    check_grants(view, catalog, &role)?;
    let same = view.custom_role(&role.id) == Some(&role);
    changed(Change::RoleSet(role), same)
}

fn check_required(catalog: &Catalog, role: &CustomRole) -> Result<(), Refusal> {
    let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let missing = catalog.custom_roles.required.iter().find_map(|field| match field {
        RequiredField::Title => (!filled(&role.title)).then_some("title"),
        RequiredField::Description => (!filled(&role.description)).then_some("description"),
        RequiredField::Instances => role.instances.is_empty().then_some("instances"),
    });
    match missing {
        None => Ok(()),
        Some(field) => {
            let message = format!("a custom role of {} needs `{field}`", catalog.title);
            Err(Refusal::new(Code::RequiredField, message))
        }
    }
}

fn check_start(view: &View, catalog: &Catalog, role: &CustomRole) -> Result<(), Refusal> {
    let wanted = match &role.start {
        Start::None => StartFile::None,
        Start::All => StartFile::All,
        Start::Duplicate(_) => StartFile::Duplicate,
    };
    let allowed = &catalog.custom_roles.start;
    if !allowed.is_empty() && !allowed.contains(&wanted) {
        return Err(invalid(format!(
            "a custom role of {} cannot start like this: choose another `start`",
            catalog.title
        )));
    }
    if let Start::Duplicate(original) = &role.start {
        let original = RoleRef { product: role.id.product.clone(), role: original.clone() };
        let index = known_role(view, &original)?;
        if view.roles().row(index).baseline {
            return Err(Refusal::new(
                Code::BaselineRole,
                format!("`{original}` is a state, not a role to copy"),
            ));
        }
    }
    Ok(())
}

/// Names in full, includes that exist and lead nowhere back, instances of the product.
fn role_references(view: &View, product: ProductIx, mut role: CustomRole) -> Result<CustomRole, Refusal> {
    for name in &role.includes {
        let included = RoleRef { product: role.id.product.clone(), role: name.clone() };
        let index = known_role(view, &included)?;
        if !view.roles().row(index).custom {
            let message = format!(
                "`{included}` is a system role: include only custom roles, or start from a duplicate"
            );
            return Err(invalid(message));
        }
    }
    if leads_to(view, &role, &role.id.role) {
        return Err(Refusal::new(Code::Cycle, format!("`{}` would include itself", role.id)));
    }
    for instance in &mut role.instances {
        let node = known_node(view, instance)?;
        if view.node_head(node).kind != TypeIx::INSTANCE || view.product_of(node) != Some(product) {
            return Err(invalid(format!("`{instance}` is not an instance of {}", role.id.product)));
        }
        *instance = view.node_ref(node);
    }
    for grant in &mut role.grants {
        if let Some(within) = &grant.within {
            let node = known_node(view, within)?;
            if view.product_of(node).is_some_and(|found| found != product) {
                return Err(invalid(format!("`{within}` belongs to another product than the role")));
            }
            grant.within = Some(view.node_ref(node));
        }
    }
    Ok(role)
}

fn leads_to(view: &View, role: &CustomRole, goal: &str) -> bool {
    let next = |role: &CustomRole| {
        let mut names = role.includes.clone();
        if let Start::Duplicate(original) = &role.start {
            names.push(original.clone());
        }
        names
    };
    let mut pending = next(role);
    let mut passed = Vec::new();
    while let Some(name) = pending.pop() {
        if name == goal {
            return true;
        }
        if !passed.contains(&name) {
            let found = view.custom_role(&RoleRef { product: role.id.product.clone(), role: name.clone() });
            pending.extend(found.map(next).unwrap_or_default());
            passed.push(name);
        }
    }
    false
}

fn check_grants(view: &View, catalog: &Catalog, role: &CustomRole) -> Result<(), Refusal> {
    for grant in &role.grants {
        let permission = known_permission(catalog, &grant.permission)?;
        if catalog.custom_roles.forbidden.contains(&permission) {
            let message = format!(
                "`{}` cannot be part of a custom role of {}: only the system roles that have it grant it",
                grant.permission, catalog.title
            );
            return Err(Refusal::new(Code::ForbiddenPermission, message));
        }
        if let Some(source) = &grant.when {
            Condition::parse(source)
                .map_err(|error| invalid(format!("condition of `{}`: {error}", grant.permission)))?;
        }
        for required in &grant.requires {
            known_role(view, &RoleRef { product: role.id.product.clone(), role: required.clone() })?;
        }
    }
    role.without.iter().try_for_each(|name| known_permission(catalog, name).map(|_| ()))
}

fn known_permission(catalog: &Catalog, name: &str) -> Result<ambit_catalog::PermissionId, Refusal> {
    catalog.permission(name).ok_or_else(|| {
        let near = hint(name, catalog.permission_names());
        Refusal::new(Code::UnknownPermission, format!("{} has no permission `{name}`{near}", catalog.title))
    })
}

fn role_removed(view: &View, id: RoleRef) -> Whole {
    let product = known_product(view, &id.product)?;
    if view.registry().catalog(product).role(&id.role).is_some() {
        return Err(Refusal::new(
            Code::SystemRole,
            format!("`{id}` is a system role: system roles cannot be deleted"),
        ));
    }
    if view.custom_role(&id).is_none() {
        return Ok(None);
    }
    let uses = |role: &&CustomRole| {
        let copies = role.start == Start::Duplicate(id.role.clone());
        role.id.product == id.product && (role.includes.contains(&id.role) || copies)
    };
    if let Some(user) = view.custom_roles().find(uses) {
        return Err(Refusal::new(Code::InUse, format!("`{}` builds on `{id}`: change it first", user.id)));
    }
    Ok(Some(Change::RoleRemoved { id }))
}

fn overlay_set(view: &View, overlay: Overlay) -> Whole {
    let product = known_product(view, &overlay.role.product)?;
    let catalog = view.registry().catalog(product);
    if catalog.role(&overlay.role.role).is_none() {
        let near = hint(&overlay.role.role, catalog.role_names());
        return Err(Refusal::new(
            Code::UnknownRole,
            format!("{} has no system role `{}`{near}", catalog.title, overlay.role.role),
        ));
    }
    if !catalog.customizable {
        let message = format!(
            "the system roles of {} cannot be changed (its catalog is not `customizable`)",
            catalog.title
        );
        return Err(Refusal::new(Code::NotCustomizable, message));
    }
    for name in overlay.add.iter().chain(&overlay.remove) {
        known_permission(catalog, name)?;
    }
    if let Some(both) = overlay.add.iter().find(|name| overlay.remove.contains(name)) {
        return Err(invalid(format!("`{both}` is both added and removed")));
    }
    let same = view.overlays().any(|known| *known == overlay);
    changed(Change::OverlaySet(overlay), same)
}

fn assignment_set(view: &View, mut assignment: Assignment) -> Whole {
    let subject = known_subject(view, &assignment.subject)?;
    let role = known_role(view, &assignment.role)?;
    let scope = known_node(view, &assignment.scope)?;
    assignment.scope = view.node_ref(scope);
    check_assignable(view, role, scope)?;
    check_approver(view, role, &assignment)?;
    let backwards =
        matches!((assignment.starts, assignment.expires), (Some(starts), Some(expires)) if starts >= expires);
    if backwards {
        return Err(invalid("the assignment would expire before it starts"));
    }
    let known = view.held(subject).iter().find(|held| held.role == role && held.scope == scope);
    let same = known.is_some_and(|held| view.assignment(subject, *held) == assignment);
    changed(Change::AssignmentSet(assignment), same)
}

fn check_assignable(view: &View, role: RoleIx, scope: NodeIx) -> Result<(), Refusal> {
    let name = view.role_ref(role);
    let at = view.node_ref(scope);
    view.assignable_at(role, scope).map_err(|not| match not {
        NotAssignable::OtherProduct => {
            let message = format!("`{name}` cannot be assigned at `{at}`, which belongs to another product");
            Refusal::new(Code::NotAssignableHere, message)
        }
        NotAssignable::Type(types) => {
            let message =
                format!("`{name}` is not assigned at `{at}` but at: {} (or above)", types.join(", "));
            Refusal::new(Code::NotAssignableHere, message)
        }
        NotAssignable::Instances(instances) => {
            let message =
                format!("`{name}` is bound to {}: it cannot be assigned at `{at}`", instances.join(", "));
            Refusal::new(Code::NotAssignableHere, message)
        }
        NotAssignable::Condition(note) => {
            Refusal::new(Code::AssignableCondition, format!("`{name}` cannot be assigned at `{at}`: {note}"))
        }
        NotAssignable::Baseline => {
            let message = format!("`{name}` is what users have without any role: it cannot be assigned");
            Refusal::new(Code::BaselineRole, message)
        }
    })
}

fn check_approver(view: &View, role: RoleIx, assignment: &Assignment) -> Result<(), Refusal> {
    let Some(approver) = &assignment.approver else {
        if view.roles().row(role).needs_approver {
            let message =
                format!("`{}` needs an `approver`: name who approves for its holder", assignment.role);
            return Err(Refusal::new(Code::ApproverMissing, message));
        }
        return Ok(());
    };
    if view.subject(approver).is_none() || approver.kind == SubjectKind::ApiKey {
        let message = format!("the approver `{approver}` is not a registered user or group");
        return Err(Refusal::new(Code::ApproverUnknown, message));
    }
    if *approver == assignment.subject {
        return Err(Refusal::new(Code::ApproverUnknown, format!("`{approver}` cannot approve for itself")));
    }
    Ok(())
}

fn assignment_removed(view: &View, subject: SubjectRef, role: RoleRef, scope: &ResourceRef) -> Whole {
    let holder = known_subject(view, &subject)?;
    let index = known_role(view, &role)?;
    let node = known_node(view, scope)?;
    let held = view.held(holder).iter().any(|held| held.role == index && held.scope == node);
    changed(Change::AssignmentRemoved { subject, role, scope: view.node_ref(node) }, !held)
}

fn relation_whole(view: &View, mut relation: Relation) -> Result<(Relation, bool), Refusal> {
    let node = known_node(view, &relation.resource)?;
    let subject = known_subject(view, &relation.subject)?;
    check_id("relation", &relation.relation).map_err(|error| invalid(error.to_string()))?;
    relation.resource = view.node_ref(node);
    let holds = view.has_relation(node, &relation.relation, subject);
    Ok((relation, holds))
}

/// What is spent is known as of now; a budget that stays as it was keeps its instant.
fn budget_set(view: &View, mut budget: Budget, now: Timestamp) -> Whole {
    known_subject(view, &budget.subject)?;
    budget.scope = view.node_ref(known_node(view, &budget.scope)?);
    check_id("currency", &budget.currency).map_err(|error| invalid(error.to_string()))?;
    budget.spent_at = (budget.spent > Amount::ZERO).then_some(now);
    let before = find_budget(view, &budget.subject, &budget.scope, &budget.currency);
    let same = before.is_some_and(|before| Budget { spent_at: budget.spent_at, ..before.clone() } == budget);
    changed(Change::BudgetSet(budget), same)
}

fn find_budget<'a>(
    view: &'a View,
    subject: &SubjectRef,
    scope: &ResourceRef,
    currency: &str,
) -> Option<&'a Budget> {
    view.budgets()
        .find(|budget| budget.subject == *subject && budget.scope == *scope && budget.currency == currency)
}

fn budget_removed(view: &View, subject: SubjectRef, scope: &ResourceRef, currency: String) -> Whole {
    let scope = view.node_ref(known_node(view, scope)?);
    let known = find_budget(view, &subject, &scope, &currency).is_some();
    changed(Change::BudgetRemoved { subject, scope, currency }, !known)
}

fn seat_limit_set(view: &View, limit: SeatLimit) -> Whole {
    let product = known_product(view, &limit.pool.product)?;
    let catalog = view.registry().catalog(product);
    if !catalog.seat_pools.iter().any(|pool| pool.id == limit.pool.role) {
        let near = hint(&limit.pool.role, catalog.seat_pools.iter().map(|pool| pool.id.as_str()));
        return Err(invalid(format!("{} has no seat pool `{}`{near}", catalog.title, limit.pool.role)));
    }
    let same = view.seat_limits().any(|(pool, known)| *pool == limit.pool && known == limit.limit);
    changed(Change::SeatLimitSet(limit), same)
}

fn approval_set(view: &View, mut approval: Approval) -> Whole {
    known_subject(view, &approval.subject)?;
    let kind = known_type(view, &approval.resource)?;
    approval.resource.kind.clone_from(&view.registry().type_info(kind).name);
    let same = view.approval(&approval.id) == Some(&approval);
    changed(Change::ApprovalSet(approval), same)
}

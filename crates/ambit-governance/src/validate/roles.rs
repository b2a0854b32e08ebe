//! Custom roles and overlays, within what the catalog allows.

use super::{Whole, changed, invalid, known_node, known_product, known_role};
use crate::refusal::{Code, Refusal};
use ambit_catalog::Condition;
use ambit_catalog::catalog::Catalog;
use ambit_catalog::file::{RequiredField, StartFile};
use ambit_engine::{ProductIx, TypeIx, View};
use ambit_model::ids::check_id;
use ambit_model::suggest::hint;
use ambit_model::{Change, CustomRole, Overlay, RoleRef, Start};

pub(super) fn role_set(view: &View, role: CustomRole) -> Whole {
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

pub(super) fn role_removed(view: &View, id: RoleRef) -> Whole {
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

pub(super) fn overlay_set(view: &View, overlay: Overlay) -> Whole {
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

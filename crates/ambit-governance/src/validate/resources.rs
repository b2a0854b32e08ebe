//! Resources: their types, where they may stand, what may be removed.

use super::{Whole, changed, invalid, known_node, known_type};
use crate::refusal::{Code, Refusal};
use ambit_engine::{NodeIx, TypeIx, View};
use ambit_model::ids::check_id;
use ambit_model::{Change, Resource, ResourceRef};

pub(super) fn resource_set(view: &View, mut resource: Resource) -> Whole {
    let kind = known_type(view, &resource.id)?;
    check_id("resource id", &resource.id.id).map_err(|error| invalid(error.to_string()))?;
    resource.id = ResourceRef::new(view.registry().type_info(kind).name.clone(), resource.id.id);
    let existing = view.node_named(kind, &resource.id.id);
    let before = existing.map(|node| view.resource(node));
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

pub(super) fn resource_removed(view: &View, id: &ResourceRef) -> Whole {
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

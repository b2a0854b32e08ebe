//! What is asked, and what its names mean (design 3.1): unknown names are denials with a reason, never errors.

use crate::registry::{PermissionIx, ProductIx, TypeIx};
use crate::view::{NodeIx, SubjectIx, View};
use ambit_model::{Properties, Reason, Timestamp};

/// A subject or a resource as a request names it.
#[derive(Debug, Clone, Copy)]
pub struct EntityRef<'a> {
    /// The type's word: `user`, `commerce/page`, `page`.
    pub kind: &'a str,
    /// The id within the type.
    pub id: &'a str,
    /// Facts sent along; stored ones of the same name win.
    pub properties: Option<&'a Properties>,
}

impl<'a> EntityRef<'a> {
    /// An entity without facts.
    #[must_use]
    pub fn new(kind: &'a str, id: &'a str) -> Self {
        Self { kind, id, properties: None }
    }
}

/// May this subject do this on this resource, in this context, at this time?
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who.
    pub subject: EntityRef<'a>,
    /// What: `product/permission`, or bare where the resource tells the product.
    pub permission: &'a str,
    /// Facts about the action.
    pub action: Option<&'a Properties>,
    /// On what.
    pub resource: EntityRef<'a>,
    /// Facts about the circumstances.
    pub context: Option<&'a Properties>,
    /// When.
    pub time: Timestamp,
}

/// A question whose names are known.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Who.
    pub subject: SubjectIx,
    /// What.
    pub permission: PermissionIx,
    /// The resource's type.
    pub kind: TypeIx,
    /// The resource, if it is registered.
    pub node: Option<NodeIx>,
    /// The resource, or the node it stands under for this question.
    pub head: NodeIx,
}

/// A question that names something unknown, with as much as is known.
#[derive(Debug, Clone, Copy)]
pub struct Unresolved {
    /// What is wrong.
    pub reason: Reason,
    /// The permission, if that much is clear: its presentation is still answered.
    pub permission: Option<PermissionIx>,
}

impl View {
    /// What the names of a question mean.
    ///
    /// # Errors
    /// The reason of the denial, if one of them means nothing here.
    #[inline]
    pub fn resolve(&self, question: &Question<'_>) -> Result<Target, Unresolved> {
        let resource = question.resource;
        let candidates = self.registry.permissions_called(question.permission);
        let only = |reason| Unresolved { reason, permission: single(candidates) };
        let Some(kind) = self.resource_type(resource.kind, candidates) else {
            return Err(only(Reason::UnknownResourceType));
        };
        let node = self.node_named(kind, resource.id);
        let parent = match (node, sent_parent(resource)) {
            (None, Some(sent)) => {
                let parent = sent.as_str().and_then(|text| self.parent_named(text));
                Some(parent.ok_or_else(|| only(Reason::UnknownParent))?)
            }
            _ => None,
        };
        let stands_in = self.product_hint(kind, node, parent);
        let permission = self.choose(candidates, kind, stands_in).map_err(only)?;
        let unresolved = |reason| Unresolved { reason, permission: Some(permission) };
        // No other organization or product stands under this one, whatever a request says.
        let foreign = node.is_none() && (kind == TypeIx::ORGANIZATION || kind == TypeIx::PRODUCT);
        if foreign || !self.may_be_asked(permission, kind, stands_in, parent) {
            return Err(unresolved(Reason::OtherProduct));
        }
        let head = node.or(parent).or_else(|| self.product_node(permission.product));
        let head = head.ok_or_else(|| unresolved(Reason::UnknownResourceType))?;
        let subject = self
            .registry
            .subject_kind(question.subject.kind)
            .and_then(|kind| self.subject_named(kind, question.subject.id))
            .ok_or_else(|| unresolved(Reason::UnknownSubject))?;
        Ok(Target { subject, permission, kind, node, head })
    }

    /// A bare type name that several products declare is settled by the permission's product.
    #[inline]
    pub(crate) fn resource_type(&self, name: &str, candidates: &[PermissionIx]) -> Option<TypeIx> {
        if let Some(kind) = self.registry.type_named(name) {
            return Some(kind);
        }
        let permission = single(candidates)?;
        self.registry.type_named(&format!("{}/{name}", self.registry.product(permission.product).id))
    }

    fn parent_named(&self, text: &str) -> Option<NodeIx> {
        let (kind, id) = text.split_once(':')?;
        self.node_named(self.registry.type_named(kind)?, id)
    }

    #[inline]
    fn product_hint(&self, kind: TypeIx, node: Option<NodeIx>, parent: Option<NodeIx>) -> Option<ProductIx> {
        self.registry
            .type_info(kind)
            .product
            .or_else(|| node.or(parent).and_then(|node| self.product_of(node)))
    }

    #[inline]
    fn choose(
        &self,
        candidates: &[PermissionIx],
        kind: TypeIx,
        stands_in: Option<ProductIx>,
    ) -> Result<PermissionIx, Reason> {
        if let Some(here) = candidates.iter().find(|candidate| Some(candidate.product) == stands_in) {
            return Ok(*here);
        }
        let spans = |candidate: &&PermissionIx| self.registry.catalog(candidate.product).spans_products;
        match candidates {
            [] => Err(Reason::UnknownPermission),
            [only] => Ok(*only),
            several if kind.is_builtin() => {
                several.iter().find(spans).copied().ok_or(Reason::AmbiguousPermission)
            }
            _ => Err(Reason::AmbiguousPermission),
        }
    }

    /// At resources of its own product, at product and organization, and, for the admin centre, at built-in types of
    /// every product.
    #[inline]
    fn may_be_asked(
        &self,
        permission: PermissionIx,
        kind: TypeIx,
        stands_in: Option<ProductIx>,
        parent: Option<NodeIx>,
    ) -> bool {
        if let Some(declares) = self.registry.type_info(kind).product {
            let parent_fits =
                parent.and_then(|parent| self.product_of(parent)).is_none_or(|under| under == declares);
            return declares == permission.product && parent_fits;
        }
        stands_in.is_none_or(|product| product == permission.product)
            || self.registry.catalog(permission.product).spans_products
    }
}

fn sent_parent(resource: EntityRef<'_>) -> Option<&serde_json::Value> {
    resource.properties?.get("parent").filter(|parent| !parent.is_null())
}

fn single(candidates: &[PermissionIx]) -> Option<PermissionIx> {
    match candidates {
        [only] => Some(*only),
        _ => None,
    }
}

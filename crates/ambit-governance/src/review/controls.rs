//! *Controls(subject, product, resource)*: what a screen shows somebody of a product at a resource, every permission with
//! its decision and its presentation.

use super::explain::told;
use crate::sight::Sight;
use ambit_catalog::PermissionId;
use ambit_engine::{EntityRef, NodeIx, PermissionIx, ProductIx, Question, SubjectIx, View};
use ambit_model::{AccessRequest, Outcome, Presentation, Reason, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// A permission as somebody finds it on a screen.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ControlShown {
    /// `product/permission`.
    pub permission: String,
    /// Name for people.
    pub title: String,
    /// What it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaShown>,
    /// The types of resources that it is meant for.
    pub on: Vec<String>,
    /// Whether it is meant for this type of resource.
    pub applies: bool,
    /// The control of the screen that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// Allow, deny or needs approval.
    pub outcome: Outcome,
    /// The stable code.
    pub reason: Reason,
    /// The same for people.
    pub message: String,
    /// What a screen shows.
    pub presentation: Presentation,
    /// The name of the action in its place, when replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement_title: Option<String>,
    /// Restrictions that come with an allow, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// How to ask for it, where it needs approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_request: Option<AccessRequest>,
}

/// An area of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AreaShown {
    /// Its id.
    pub id: String,
    /// Name for people.
    pub title: String,
}

impl AreaShown {
    /// The area at a position of a catalog.
    #[must_use]
    pub fn at(catalog: &ambit_catalog::Catalog, position: Option<usize>) -> Option<Self> {
        let area = catalog.areas.get(position?)?;
        Some(Self { id: area.id.clone(), title: area.title.clone() })
    }
}

/// Every permission of a product: first those that are meant for a type of resource, each in the order of the catalog.
#[must_use]
pub fn permissions_for(view: &View, product: ProductIx, node: NodeIx) -> Vec<(PermissionIx, bool)> {
    let kind = &view.registry().type_info(view.node_head(node).kind).name;
    let permissions = view.registry().catalog(product).permissions.iter().zip(0u16..);
    let mut all: Vec<(PermissionIx, bool)> = permissions
        .map(|(permission, id)| {
            (PermissionIx { product, id: PermissionId(id) }, permission.on.contains(kind))
        })
        .collect();
    all.sort_by_key(|(_, applies)| !applies);
    all
}

/// *Controls(subject, product, resource)*: one of them, as far as it is seen.
#[must_use]
pub fn control(
    sight: &Sight<'_>,
    subject: SubjectIx,
    (permission, applies): (PermissionIx, bool),
    node: NodeIx,
    time: Timestamp,
) -> ControlShown {
    let view = sight.view();
    let catalog = view.registry().catalog(permission.product);
    let declared = catalog.permission_at(permission.id);
    let (subject, resource) = (view.subject_ref(subject), view.node_ref(node));
    let full = catalog.permission_full(permission.id);
    let question = Question {
        subject: EntityRef::new(subject.kind.as_str(), &subject.id),
        permission: &full,
        action: None,
        resource: EntityRef::new(&resource.kind, &resource.id),
        context: None,
        time,
    };
    let context = told(sight, &question).decision.context;
    let replacement = context.presentation.replacement.as_ref();
    let title = |name: &String| {
        let found = view.registry().permissions_called(name).first();
        found.map(|permission| view.permission_title(*permission).to_owned())
    };
    ControlShown {
        title: declared.title.clone(),
        description: declared.description.clone(),
        area: AreaShown::at(catalog, declared.area),
        on: declared.on.clone(),
        applies,
        control: declared.control.clone(),
        outcome: context.outcome,
        reason: context.reason,
        message: context.message,
        replacement_title: replacement.and_then(title),
        presentation: context.presentation,
        limits: context.limits,
        access_request: context.access_request,
        permission: full,
    }
}

//! Who may do what: RolePermissions, RoleOperationsOnObject, UserPermissions, UserOperationsOnObject, WhoCan.

use super::{needed, place, role, sees_path, subject};
use crate::admin::list::{List, Part, counted};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_engine::{EntityRef, SubjectIx};
use ambit_governance::Sight;
use ambit_governance::review::controls::{ControlShown, control, permissions_for};
use ambit_governance::review::grants::{
    RoleOperation, RolePermission, role_operations_on_object, role_permissions,
};
use ambit_governance::review::permissions::{
    UserOperation, UserPermission, in_force, meant_for, user_operation, user_permission,
};
use ambit_governance::review::who_can::{Able, Asked, able, who_can};
use ambit_model::SubjectKind;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// So many are looked for at a time.
const STEP: usize = 256;

/// Which role, and on what.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RoleOn {
    /// `product/role`.
    role: Option<String>,
    /// `type:id`.
    resource: Option<String>,
}

/// Which role.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OneRole {
    /// `product/role`.
    role: Option<String>,
}

/// Whose permissions, where.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct UserAt {
    /// `user:…`, `group:…` or `api_key:…`.
    subject: Option<String>,
    /// At this resource and below it; everywhere in the organization without.
    scope: Option<String>,
}

/// Whose operations, on what.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct UserOn {
    /// `user:…`, `group:…` or `api_key:…`.
    subject: Option<String>,
    /// `type:id`.
    resource: Option<String>,
    /// What is denied too, with the reason.
    #[serde(default)]
    denied: bool,
}

/// Whose screen, of what, where.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Screen {
    /// `user:…`, `group:…` or `api_key:…`.
    subject: Option<String>,
    /// The product's id; that of the resource without.
    product: Option<String>,
    /// `type:id`.
    resource: Option<String>,
}

/// What, on what.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct What {
    /// `product/permission`.
    permission: Option<String>,
    /// `type:id`.
    resource: Option<String>,
    /// Users, groups or API keys; users without.
    kind: Option<SubjectKind>,
    /// With every grant that was looked at.
    #[serde(default)]
    explain: bool,
}

/// `GET …/review/role-permissions?role=…`: RolePermissions; own, inherited with the path, or refused by the forbid list.
pub async fn of_role(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OneRole>,
    Params(part): Params<Part>,
) -> Result<Shown<List<RolePermission>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let role = role(&sight, "role", of.role.as_ref())?;
        let permissions = role_permissions(sight.view(), role).into_iter();
        part.of(sight.view().revision(), counted(permissions), Ok)
    })
    .await
}

/// `GET …/review/role-operations?role=…&resource=…`: RoleOperationsOnObject.
pub async fn of_role_on(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<RoleOn>,
    Params(part): Params<Part>,
) -> Result<Shown<List<RoleOperation>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let role = role(&sight, "role", of.role.as_ref())?;
        let node = place(&sight, "resource", of.resource.as_ref())?;
        let operations = role_operations_on_object(sight.view(), role, node).into_iter();
        part.of(sight.view().revision(), counted(operations), Ok)
    })
    .await
}

/// `GET …/review/user-permissions?subject=…&scope=…`: UserPermissions, each with the place from which it applies.
pub async fn of_user(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<UserAt>,
    Params(part): Params<Part>,
) -> Result<Shown<List<UserPermission>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let of_subject = subject(&sight, "subject", of.subject.as_ref())?;
        let scope = match &of.scope {
            Some(_) => Some(place(&sight, "scope", of.scope.as_ref())?),
            None => view.root(),
        };
        let all = scope.map(|scope| in_force(view, of_subject, scope, seen.time)).unwrap_or_default();
        let is_seen = |at| sight.is_me(of_subject) || sight.people_at(at);
        let found = all.iter().filter(|one| is_seen(one.holding.scope));
        part.of(view.revision(), counted(found), |one| Ok(user_permission(view, of_subject, one, seen.time)))
    })
    .await
}

/// `GET …/review/user-operations?subject=…&resource=…`: UserOperationsOnObject, decided like any question.
pub async fn of_user_on(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<UserOn>,
    Params(part): Params<Part>,
) -> Result<Shown<List<UserOperation>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let of_subject = subject(&sight, "subject", of.subject.as_ref())?;
        let node = place(&sight, "resource", of.resource.as_ref())?;
        let decided = meant_for(view, node).filter_map(|permission| {
            let mut operation = user_operation(view, of_subject, permission, node, of.denied, seen.time)?;
            operation.path = operation.path.filter(|path| sees_path(&sight, of_subject, path));
            Some(([u32::from(permission.product.0), u32::from(permission.id.0), 0], operation))
        });
        part.of(view.revision(), decided, Ok)
    })
    .await
}

/// `GET …/review/controls?subject=…&product=…&resource=…`: every permission of a product as somebody finds it on a screen
/// at a resource, first those that are meant for resources of that type.
pub async fn controls(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<Screen>,
    Params(part): Params<Part>,
) -> Result<Shown<List<ControlShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let of_subject = subject(&sight, "subject", of.subject.as_ref())?;
        let node = place(&sight, "resource", of.resource.as_ref())?;
        let product = match view.product_of(node) {
            Some(product) if of.product.is_none() => product,
            _ => named::product(&sight, needed("product", of.product.as_ref())?)?,
        };
        let permissions = permissions_for(view, product, node).into_iter();
        part.of(view.revision(), counted(permissions), |one| {
            Ok(control(&sight, of_subject, one, node, seen.time))
        })
    })
    .await
}

/// `GET …/review/who-can?permission=…&resource=…&kind=…&explain=true`: WhoCan, with the path of each.
pub async fn who(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<What>,
    Params(part): Params<Part>,
) -> Result<Shown<List<Able>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let permission = named::permission(&sight, needed("permission", of.permission.as_ref())?)?;
        let full = view.registry().catalog(permission.product).permission_full(permission.id);
        let resource = view.node_ref(place(&sight, "resource", of.resource.as_ref())?);
        let resource = EntityRef::new(&resource.kind, &resource.id);
        let asked = Asked { permission: &full, resource, context: None, time: seen.time };
        let from = part.after()?.map_or(0, |[subject, ..]| subject.saturating_add(1));
        let found = everybody(&sight, asked, of.kind.unwrap_or(SubjectKind::User), from);
        part.of(view.revision(), found.map(|subject| ([subject.0, 0, 0], subject)), |subject| {
            let mut able = able(view, asked, subject, of.explain && sight.everything());
            able.path = able.path.filter(|path| sees_path(&sight, subject, path));
            Ok(able)
        })
    })
    .await
}

/// All who can and are seen, looked for as far as they are wanted.
fn everybody<'s>(
    sight: &'s Sight<'_>,
    asked: Asked<'s>,
    kind: SubjectKind,
    from: u32,
) -> impl Iterator<Item = SubjectIx> + 's {
    let mut next = Some(from);
    let pages = std::iter::from_fn(move || {
        let page = who_can(sight.view(), asked, kind, next?, STEP);
        next = page.next;
        Some(page.found)
    });
    pages.flatten().filter(move |subject| sight.subject(*subject))
}

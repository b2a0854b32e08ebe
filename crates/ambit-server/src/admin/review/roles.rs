//! What is wrong with roles, and the least role that gives a permission.

use super::{needed, place};
use crate::admin::list::{List, Part, counted};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_governance::Sight;
use ambit_governance::review::roles::{
    DeadRole, Dominated, GivingRole, dead_roles, dominated_roles, least_roles, unused_roles,
};
use ambit_model::RoleRef;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Of which product.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OfProduct {
    /// Its id.
    product: Option<String>,
}

impl OfProduct {
    fn fits(&self, sight: &Sight<'_>, role: &RoleRef) -> bool {
        self.product.as_ref().is_none_or(|product| *product == role.product)
            && sight.view().role(role).is_some_and(|role| sight.role(role))
    }
}

/// What, on what.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Giving {
    /// `product/permission`.
    permission: Option<String>,
    /// `type:id`.
    resource: Option<String>,
}

/// `GET …/review/dominated-roles?product=…`: roles that give nothing that another one does not give; duplicates.
pub async fn dominated(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfProduct>,
    Params(part): Params<Part>,
) -> Result<Shown<List<Dominated>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let fits = |pair: &Dominated| of.fits(&sight, &pair.role) && of.fits(&sight, &pair.by);
        let found = dominated_roles(sight.view()).into_iter().filter(fits);
        part.of(sight.view().revision(), counted(found), Ok)
    })
    .await
}

/// `GET …/review/unused-roles?product=…`: roles that nobody holds. For who sees everything: others would learn from it
/// whether somebody holds a role where they do not see it.
pub async fn unused(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfProduct>,
    Params(part): Params<Part>,
) -> Result<Shown<List<RoleRef>>> {
    seen.caller.require_reader()?;
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let unused = unused_roles(view).into_iter().map(|role| ([role.0, 0, 0], view.role_ref(role)));
        part.of(view.revision(), unused.filter(|(_, role)| of.fits(&sight, role)), Ok)
    })
    .await
}

/// `GET …/review/dead-roles?product=…`: roles by which nobody can ever do anything.
pub async fn dead(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfProduct>,
    Params(part): Params<Part>,
) -> Result<Shown<List<DeadRole>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let found = dead_roles(sight.view()).into_iter().filter(|dead| of.fits(&sight, &dead.role));
        part.of(sight.view().revision(), counted(found), Ok)
    })
    .await
}

/// `GET …/review/least-roles?permission=…&resource=…`: the roles that give a permission at a resource, the least first.
pub async fn least(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<Giving>,
    Params(part): Params<Part>,
) -> Result<Shown<List<GivingRole>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let permission = named::permission(&sight, needed("permission", of.permission.as_ref())?)?;
        let node = place(&sight, "resource", of.resource.as_ref())?;
        let asker = view.subject(sight.who());
        let found = least_roles(view, permission, node, asker, seen.time).into_iter();
        let is_seen = |giving: &GivingRole| view.role(&giving.role).is_some_and(|role| sight.role(role));
        part.of(view.revision(), counted(found.filter(is_seen)), Ok)
    })
    .await
}

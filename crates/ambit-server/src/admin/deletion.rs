//! Deleting a custom role, in two steps: asking for it answers who would lose it and a token, and the token confirms
//! exactly that. It is bound to the caller, to the role as it is defined, and to everybody who holds it; if any of these
//! has changed meanwhile, there is something new to look at, and the deletion is asked for again.

use crate::app::App;
use crate::auth::Caller;
use crate::authzen::token::{self, Fingerprint, Place};
use crate::error::{Error, Result};
use ambit_engine::View;
use ambit_model::{CustomRole, ResourceRef, RoleRef, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// How long a token may be used.
const SECONDS: i64 = 600;
/// How many holders are listed.
const LISTED: usize = 1_000;

/// What a deletion would take away, and the token that confirms it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Deletion {
    /// The role.
    pub role: RoleRef,
    /// Who holds it; they would lose it. At most a thousand are listed.
    pub holders: Vec<Holder>,
    /// How many assignments there are.
    pub assignments: usize,
    /// Confirms the deletion: `DELETE …?confirm=`.
    pub token: String,
    /// From this instant on the token is refused.
    pub expires: Timestamp,
    /// The revision that was looked at.
    pub revision: u64,
}

/// Somebody who holds a role.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Holder {
    /// Who.
    pub subject: SubjectRef,
    /// Where.
    pub scope: ResourceRef,
}

/// What deleting a role would do.
///
/// # Errors
/// If it is no custom role.
pub fn preview(app: &App, caller: &Caller, view: &View, id: &RoleRef, now: Timestamp) -> Result<Deletion> {
    let role = view.custom_role(id).ok_or(Error::NotFound)?;
    let holders = holders(view, role);
    let expires = now.as_second().saturating_add(SECONDS);
    let place = Place { from: u32::try_from(expires).unwrap_or(u32::MAX), limit: 0 };
    Ok(Deletion {
        role: id.clone(),
        assignments: holders.len(),
        token: token::issue(place, &bound_to(app, caller, role, &holders)),
        holders: holders.into_iter().take(LISTED).collect(),
        expires: Timestamp::from_second(expires).unwrap_or(Timestamp::MAX),
        revision: view.revision(),
    })
}

/// Whether a deletion is confirmed.
///
/// # Errors
/// If it is not, with what to do.
pub fn check(
    app: &App,
    caller: &Caller,
    view: &View,
    role: &CustomRole,
    confirm: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let required = |why: &str| Error::Conflict {
        code: "confirmation_required",
        detail: format!(
            "{why}: `POST …/roles/{}/deletion` answers who loses what and a token; send that as `confirm`",
            role.id
        ),
    };
    let Some(confirm) = confirm else {
        return Err(required("deleting a role is confirmed first"));
    };
    let request = bound_to(app, caller, role, &holders(view, role));
    let stale = || required("the token is not one for this role as it is now, its holders, and you");
    let place = token::open(confirm, &request).map_err(|_| stale())?;
    if i64::from(place.from) <= now.as_second() {
        return Err(required("the token has expired"));
    }
    Ok(())
}

fn holders(view: &View, role: &CustomRole) -> Vec<Holder> {
    let held = view.role(&role.id).into_iter().flat_map(|index| view.assignments_of(index));
    held.map(|(scope, subject)| Holder { subject: view.subject_ref(subject), scope: view.node_ref(scope) })
        .collect()
}

fn bound_to(app: &App, caller: &Caller, role: &CustomRole, holders: &[Holder]) -> Fingerprint {
    let defined = serde_json::to_vec(role).unwrap_or_default();
    let request = Fingerprint::new(&app.token_key, "role deletion")
        .with(caller.org.as_str().as_bytes())
        .with(caller.identity().as_bytes())
        .with(&defined);
    holders.iter().fold(request, |request, holder| {
        request.with(holder.subject.to_string().as_bytes()).with(holder.scope.to_string().as_bytes())
    })
}

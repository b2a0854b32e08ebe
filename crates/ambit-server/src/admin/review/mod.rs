//! The review functions over HTTP, `/v1/orgs/{org}/review/…` (`ambit_governance::review` says what each means). All are
//! questions: they take `as_of`, come in pages, and show what the caller sees.

pub mod authority;
pub mod diff;
pub mod explain;
pub mod health;
pub mod held;
pub mod permissions;
pub mod roles;
pub mod separation;

use crate::admin::named;
use crate::error::{Error, Result};
use ambit_engine::{NodeIx, RoleIx, SubjectIx};
use ambit_governance::review::Path;
use ambit_governance::{NodeSight, Sight};

/// A parameter without which a question means nothing.
///
/// # Errors
/// If it is absent.
fn needed<'t>(name: &str, text: Option<&'t String>) -> Result<&'t String> {
    text.ok_or_else(|| Error::bad_request("invalid_query", format!("`{name}` is required")))
}

fn subject(sight: &Sight<'_>, name: &str, text: Option<&String>) -> Result<SubjectIx> {
    named::subject(sight, name, Some(needed(name, text)?))?.ok_or(Error::NotFound)
}

fn role(sight: &Sight<'_>, name: &str, text: Option<&String>) -> Result<RoleIx> {
    named::role(sight, name, Some(needed(name, text)?))?.ok_or(Error::NotFound)
}

fn place(sight: &Sight<'_>, name: &str, text: Option<&String>) -> Result<NodeIx> {
    named::node(sight, name, Some(needed(name, text)?), NodeSight::Place)?.ok_or(Error::NotFound)
}

/// Whether the way by which somebody comes to something is seen: it is one's own, or who holds what at its scope is.
fn sees_path(sight: &Sight<'_>, subject: SubjectIx, path: &Path) -> bool {
    let scope = sight.view().node(&path.scope);
    sight.is_me(subject) || scope.is_some_and(|scope| sight.people_at(scope))
}

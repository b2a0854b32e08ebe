//! Names in paths and queries, looked up among what the caller sees. What is not seen is answered like what is not there.

use crate::admin::seen::reference;
use crate::error::{Error, Result};
use ambit_engine::{NodeIx, PermissionIx, ProductIx, RoleIx, SubjectIx};
use ambit_governance::{NodeSight, Sight};
use ambit_model::{ResourceRef, RoleRef, SubjectKind, SubjectRef, Timestamp};

/// A subject of a query's parameter.
///
/// # Errors
/// If it is not of that form, or not seen.
pub fn subject(sight: &Sight<'_>, name: &str, text: Option<&String>) -> Result<Option<SubjectIx>> {
    let wanted = reference::<SubjectRef>(name, text)?;
    wanted.map(|wanted| known_subject(sight, &wanted)).transpose()
}

/// A subject that is seen.
///
/// # Errors
/// If it is not.
pub fn known_subject(sight: &Sight<'_>, name: &SubjectRef) -> Result<SubjectIx> {
    let found = sight.view().subject(name).filter(|subject| sight.subject(*subject));
    found.ok_or(Error::NotFound)
}

/// A subject of a kind by its id.
///
/// # Errors
/// If it is not seen.
pub fn subject_by_id(sight: &Sight<'_>, kind: SubjectKind, id: &str) -> Result<SubjectIx> {
    known_subject(sight, &SubjectRef::new(kind, id))
}

/// A resource of a query's parameter that is seen at least so much.
///
/// # Errors
/// If it is not of that form, or not seen.
pub fn node(
    sight: &Sight<'_>,
    name: &str,
    text: Option<&String>,
    least: NodeSight,
) -> Result<Option<NodeIx>> {
    let wanted = reference::<ResourceRef>(name, text)?;
    wanted.map(|wanted| known_node(sight, &wanted, least)).transpose()
}

/// A resource that is seen at least so much.
///
/// # Errors
/// If it is not.
pub fn known_node(sight: &Sight<'_>, name: &ResourceRef, least: NodeSight) -> Result<NodeIx> {
    let found = sight.view().node(name).filter(|node| sight.node(*node) >= least);
    found.ok_or(Error::NotFound)
}

/// A role of a query's parameter.
///
/// # Errors
/// If it is not of that form, or not seen.
pub fn role(sight: &Sight<'_>, name: &str, text: Option<&String>) -> Result<Option<RoleIx>> {
    let wanted = reference::<RoleRef>(name, text)?;
    wanted.map(|wanted| known_role(sight, &wanted)).transpose()
}

/// A role that is seen.
///
/// # Errors
/// If it is not.
pub fn known_role(sight: &Sight<'_>, name: &RoleRef) -> Result<RoleIx> {
    sight.view().role(name).filter(|role| sight.role(*role)).ok_or(Error::NotFound)
}

/// An enabled product that is seen.
///
/// # Errors
/// If it is not.
pub fn product(sight: &Sight<'_>, id: &str) -> Result<ProductIx> {
    let found = sight.view().registry().product_named(id).filter(|product| sight.product(*product));
    found.ok_or(Error::NotFound)
}

/// A permission of a product that is seen.
///
/// # Errors
/// If the name means none, or several.
pub fn permission(sight: &Sight<'_>, name: &str) -> Result<PermissionIx> {
    let registry = sight.view().registry();
    let called = registry.permissions_called(name).iter().copied();
    let mut seen = called.filter(|permission| sight.product(permission.product));
    match (seen.next(), seen.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Error::NotFound),
        (Some(_), Some(_)) => Err(Error::bad_request(
            "ambiguous_permission",
            format!("several products have `{name}`: write product/{name}"),
        )),
    }
}

/// An instant of a query's parameter.
///
/// # Errors
/// If it is none.
pub fn instant(name: &str, text: Option<&String>) -> Result<Option<Timestamp>> {
    let read = |text: &String| {
        text.parse().map_err(|_| {
            let detail = format!("`{name}` is an instant such as 2026-01-31T00:00:00Z");
            Error::bad_request("invalid_query", detail)
        })
    };
    text.map(read).transpose()
}

/// Whether one of these texts contains what is looked for, whatever the case; everything contains nothing.
#[must_use]
pub fn mentions<'t>(wanted: Option<&str>, texts: impl IntoIterator<Item = Option<&'t str>>) -> bool {
    let Some(wanted) = wanted.map(str::to_lowercase) else { return true };
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
}

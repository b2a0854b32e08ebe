//! What a role grants once inclusion, bundles and exceptions are worked out (design 3.3).

use crate::catalog::{Catalog, Definition, PermissionId, Terms};
use std::sync::Arc;

/// One permission that a role grants, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveGrant {
    /// Which permission.
    pub permission: PermissionId,
    /// Under which terms.
    pub terms: Arc<Terms>,
    /// The roles from the one held to the one that declares the grant.
    pub path: Arc<[String]>,
    /// The bundle that implied it, if it was not named itself.
    pub implied_by: Option<PermissionId>,
}

/// The declared definition of a role of the product: system roles with their overlay, and custom roles.
pub type Lookup<'a> = dyn Fn(&str) -> Option<Arc<Definition>> + 'a;

/// All that a role grants, sorted by permission, plain grants first. Unknown includes and cycles add nothing:
/// both are refused before a role is kept.
#[must_use]
pub fn effective_grants(catalog: &Catalog, role: &str, lookup: &Lookup<'_>) -> Vec<EffectiveGrant> {
    let mut path = Vec::new();
    let mut grants = collect(catalog, role, lookup, &mut path);
    grants.sort_by_key(|grant| (grant.permission, !grant.terms.is_plain()));
    drop_dominated(&mut grants);
    grants
}

/// All that a definition grants that stands alone, such as a baseline.
#[must_use]
pub fn standalone_grants(catalog: &Catalog, name: &str, definition: &Definition) -> Vec<EffectiveGrant> {
    let definition = Arc::new(definition.clone());
    effective_grants(catalog, name, &|wanted| (wanted == name).then(|| Arc::clone(&definition)))
}

fn collect(
    catalog: &Catalog,
    role: &str,
    lookup: &Lookup<'_>,
    path: &mut Vec<String>,
) -> Vec<EffectiveGrant> {
    let Some(definition) = lookup(role) else { return Vec::new() };
    if path.iter().any(|passed| passed == role) {
        return Vec::new();
    }
    path.push(role.to_owned());
    let mut grants = Vec::new();
    for included in &definition.includes {
        grants.extend(collect(catalog, included, lookup, path));
    }
    let here: Arc<[String]> = path.as_slice().into();
    if definition.all {
        grants.extend(everything(catalog, &here));
    }
    take_away(catalog, &mut grants, &definition.except);
    grants.extend(own_grants(catalog, &definition, &here));
    take_away(catalog, &mut grants, &definition.without);
    path.pop();
    grants
}

fn everything(catalog: &Catalog, path: &Arc<[String]>) -> Vec<EffectiveGrant> {
    let plain = Arc::new(Terms::default());
    let ids =
        (0..catalog.permissions.len()).map(|index| PermissionId(u16::try_from(index).unwrap_or(u16::MAX)));
    ids.map(|permission| EffectiveGrant {
        permission,
        terms: Arc::clone(&plain),
        path: Arc::clone(path),
        implied_by: None,
    })
    .collect()
}

/// The named permissions and what they imply. An exception takes away only what is implied, so that `all` with an
/// exception and a grant of the same permission means: that one, but under these terms.
fn own_grants(catalog: &Catalog, definition: &Definition, path: &Arc<[String]>) -> Vec<EffectiveGrant> {
    let mut grants = Vec::new();
    for grant in &definition.grants {
        let named = |permission, implied_by, terms: &Arc<Terms>| EffectiveGrant {
            permission,
            terms: Arc::clone(terms),
            path: Arc::clone(path),
            implied_by,
        };
        grants.push(named(grant.permission, None, &grant.terms));
        let limit = grant.terms.limit.map(|index| &catalog.limits[index]);
        let narrowed = limit.map(|limit| limit.takes_away.as_slice()).unwrap_or_default();
        let gone: Vec<PermissionId> = definition.except.iter().chain(narrowed).copied().collect();
        let kept = |implied: &&PermissionId| !gone.iter().any(|gone| catalog.covers(**implied, *gone));
        let terms = without_limit(&grant.terms);
        let implied = catalog.permission_at(grant.permission).implies.iter().filter(kept);
        grants.extend(implied.map(|implied| named(*implied, Some(grant.permission), &terms)));
    }
    grants
}

/// A limit speaks of the bundle as a whole; the acts that remain implied are whole.
fn without_limit(terms: &Arc<Terms>) -> Arc<Terms> {
    if terms.limit.is_none() {
        return Arc::clone(terms);
    }
    Arc::new(Terms { limit: None, ..Terms::clone(terms) })
}

/// Takes permissions away, and with them every bundle that is no longer whole.
fn take_away(catalog: &Catalog, grants: &mut Vec<EffectiveGrant>, gone: &[PermissionId]) {
    if !gone.is_empty() {
        grants.retain(|grant| !gone.iter().any(|permission| catalog.covers(grant.permission, *permission)));
    }
}

/// A plain grant makes all others of the same permission needless, except those that reach further; equal terms need no
/// second mention.
fn drop_dominated(grants: &mut Vec<EffectiveGrant>) {
    grants.dedup_by(|later, kept| {
        let needless = kept.terms.is_plain() && later.terms.reach.is_none();
        later.permission == kept.permission && (needless || kept.terms == later.terms)
    });
}

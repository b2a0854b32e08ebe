//! Authority that leads nowhere further (`docs/authority.md`): whoever may assign a role may assign all that the role
//! may assign. Where that holds, what one can ever hand out is what one can hand out in one step, and no sequence of
//! steps, by however many people, gives anyone more.

use crate::catalog::{Catalog, Role};
use crate::file::AdministerVerb;
use ambit_model::RoleRef;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What stands for the roles that an organization may add to a product.
pub const CUSTOM: &str = "(custom)";

/// A chain by which authority would grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escape {
    /// Whose holder may assign…
    pub from: RoleRef,
    /// …this, whose holder may assign…
    pub through: RoleRef,
    /// …this, which the first may not.
    pub to: RoleRef,
}

impl fmt::Display for Escape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, through, to } = self;
        write!(f, "`{from}` may assign `{through}`, and that may assign `{to}`, which `{from}` may not")
    }
}

/// A role as authority sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    name: RoleRef,
    level: Option<u32>,
}

/// Every chain by which authority would grow in these catalogs taken together. One step is enough to look at: if none
/// escapes in one, none escapes in many.
#[must_use]
pub fn escapes(catalogs: &[&Catalog]) -> Vec<Escape> {
    let targets: Vec<Target> = catalogs.iter().flat_map(|catalog| targets(catalog)).collect();
    let mut reached: BTreeMap<RoleRef, BTreeSet<&Target>> = BTreeMap::new();
    for catalog in catalogs {
        for role in catalog.roles.iter().filter(|role| may_assign_any(catalog, role)) {
            let own = targets.iter().filter(|target| may_assign(catalogs, catalog, role, target));
            reached.insert(name_of(catalog, role), own.collect());
        }
    }
    let mut found = Vec::new();
    for (from, own) in &reached {
        for through in own.iter().filter(|target| target.name != *from) {
            let beyond = reached.get(&through.name).into_iter().flatten().find(|to| !own.contains(*to));
            found.extend(beyond.map(|to| Escape {
                from: from.clone(),
                through: through.name.clone(),
                to: to.name.clone(),
            }));
        }
    }
    found
}

fn name_of(catalog: &Catalog, role: &Role) -> RoleRef {
    RoleRef { product: catalog.product.clone(), role: role.id.clone() }
}

/// Vendor-only roles are left out: authority alone never gives one, only holding it does.
fn targets(catalog: &Catalog) -> Vec<Target> {
    let system = catalog.roles.iter().filter(|role| !role.vendor_only);
    let mut targets: Vec<Target> =
        system.map(|role| Target { name: name_of(catalog, role), level: role.level }).collect();
    if catalog.custom_roles.allowed {
        let levels: BTreeSet<Option<u32>> = catalog.roles.iter().map(|role| role.level).collect();
        let name = RoleRef { product: catalog.product.clone(), role: CUSTOM.to_owned() };
        targets.extend(levels.into_iter().chain([None]).map(|level| Target { name: name.clone(), level }));
    }
    targets.sort();
    targets.dedup();
    targets
}

fn may_assign_any(catalog: &Catalog, role: &Role) -> bool {
    covered(catalog, role)
        .iter()
        .any(|role| role.administers.iter().any(|entry| entry.verbs.contains(&AdministerVerb::Assign)))
}

/// Authority reaches other products only from a catalog that spans them.
fn may_assign(catalogs: &[&Catalog], declared: &Catalog, role: &Role, target: &Target) -> bool {
    let product = &target.name.product;
    let same_tree = *product == declared.product || declared.spans_products;
    let known = catalogs.iter().any(|catalog| catalog.product == *product);
    same_tree
        && known
        && covered(declared, role).iter().any(|role| {
            role.administers.iter().any(|entry| {
                entry.verbs.contains(&AdministerVerb::Assign)
                    && entry.concerns(&declared.product, product, &target.name.role, target.level)
            })
        })
}

/// The role and all that it includes: their authority is its own.
fn covered<'a>(catalog: &'a Catalog, role: &'a Role) -> Vec<&'a Role> {
    let mut all = vec![role];
    let mut next = 0;
    while next < all.len() {
        for name in &all[next].definition.includes {
            let included = catalog.role(name).filter(|role| !all.iter().any(|known| known.id == role.id));
            all.extend(included);
        }
        next += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::validate::parse_catalog;

    fn catalog(source: &str) -> Catalog {
        parse_catalog("x.yaml", source).unwrap().0
    }

    const HEAD: &str = "product: x\ntitle: X\nversion: 1\npermissions:\n  p: { title: P }\nroles:\n";

    #[test]
    fn the_catalogs_that_come_with_ambit_are_closed_together() {
        let all: Vec<Catalog> = builtin::CATALOGS.iter().map(|(_, source)| catalog(source)).collect();
        assert_eq!(escapes(&all.iter().collect::<Vec<_>>()), []);
    }

    #[test]
    fn a_chain_that_leads_further_is_refused_with_its_path() {
        let source = format!(
            "{HEAD}  a: {{ title: A, grants: [p], administers: [{{ roles: [b], do: [assign] }}] }}\n  b: {{ title: B, grants: [p], administers: [{{ roles: [c], do: [assign] }}] }}\n  c: {{ title: C, grants: [p] }}\n"
        );
        let report = parse_catalog("x.yaml", &source).unwrap_err().to_string();
        assert!(
            report.contains("`x/a` may assign `x/b`, and that may assign `x/c`, which `x/a` may not"),
            "{report}"
        );
        assert!(report.contains("x.yaml:7:3"), "{report}");
    }

    #[test]
    fn authority_that_is_included_counts() {
        let source = format!(
            "{HEAD}  a: {{ title: A, grants: [p], administers: [{{ roles: [b], do: [assign] }}] }}\n  b: {{ title: B, includes: [c] }}\n  c: {{ title: C, grants: [p], administers: [{{ roles: [a], do: [assign] }}] }}\n"
        );
        assert!(parse_catalog("x.yaml", &source).is_err());
    }

    #[test]
    fn nobody_administers_above_their_own_level() {
        let role = |level: u32, most: u32, mode: &str| {
            let source = format!(
                "authority: {{ mode: {mode} }}\n{HEAD}  a: {{ title: A, level: {level}, grants: [p], administers: [{{ level_at_most: {most}, do: [assign] }}] }}\n"
            );
            parse_catalog("x.yaml", &source).map(|_| ()).map_err(|report| report.to_string())
        };
        assert!(role(10, 10, "peer").is_ok());
        assert!(role(10, 9, "strict").is_ok());
        assert!(role(10, 11, "peer").unwrap_err().contains("above its own"));
        assert!(role(10, 10, "strict").unwrap_err().contains("below its own"));
    }

    #[test]
    fn levels_mean_nothing_in_other_products() {
        let source = format!(
            "{HEAD}  a: {{ title: A, level: 9, grants: [p], administers: [{{ product: y, level_at_most: 5, do: [assign] }}] }}\n"
        );
        let report = parse_catalog("x.yaml", &source).unwrap_err().to_string();
        assert!(report.contains("levels"), "{report}");
    }

    #[test]
    fn catalogs_that_are_closed_alone_can_escape_together() {
        let x = catalog(&format!(
            "spans_products: true\n{HEAD}  a: {{ title: A, grants: [p], administers: [{{ product: y, roles: [b], do: [assign] }}] }}\n"
        ));
        let y = catalog(
            &format!(
                "{HEAD}  b: {{ title: B, grants: [p], administers: [{{ product: y, do: [assign] }}] }}\n  c: {{ title: C, grants: [p] }}\n"
            )
            .replace("product: x", "product: y"),
        );
        assert_eq!(escapes(&[&x]), []);
        let found = escapes(&[&x, &y]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].through.to_string(), "y/b");
    }
}

//! Capability by its definition (`administration.md` C.1), slow and obvious, without a line of the code under test: sets
//! of single facts at single nodes.

use ambit_catalog::file::AdministerVerb;
use ambit_engine::holdings::Holdings;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{SubjectKind, Timestamp};
use std::collections::BTreeSet;

/// One thing that somebody can do, or administer, at one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// A permission, by product and position.
    May(u16, u16, u32),
    /// A verb over a role.
    Administer(u8, u32, u32),
}

pub type Atoms = BTreeSet<Atom>;

fn below(view: &View, scope: NodeIx) -> Vec<NodeIx> {
    view.nodes().filter(|node| *node == scope || view.chain(*node).any(|above| above == scope)).collect()
}

/// Every assignment of a subject and its groups that is not over, with baselines.
pub fn held(view: &View, subject: SubjectIx, now: Timestamp) -> BTreeSet<(RoleIx, NodeIx)> {
    let mut pairs = BTreeSet::new();
    for (product, _) in view.registry().enabled() {
        for holding in Holdings::gather(view, subject, product, now).iter() {
            let details = holding.held.and_then(|held| view.details(holding.holder, held));
            if details.and_then(|details| details.expires).is_none_or(|ends| ends > now) {
                pairs.insert((holding.role, holding.scope));
            }
        }
    }
    pairs
}

/// What a role gives at a scope and below, every condition taken as true.
fn of_role(view: &View, (role, scope): (RoleIx, NodeIx), atoms: &mut Atoms) {
    let row = view.roles().row(role);
    for grant in &row.grants {
        let from = match &grant.terms.reach {
            None => scope,
            Some(kind) => view
                .chain(scope)
                .find(|node| view.registry().type_info(view.node_head(*node).kind).name == *kind)
                .unwrap_or(scope),
        };
        for node in below(view, from) {
            let within = grant.terms.within.as_ref().is_none_or(|within| {
                view.node(within).is_some_and(|within| view.chain(node).any(|above| above == within))
            });
            if within {
                atoms.insert(Atom::May(row.product.0, grant.permission.0, node.0));
            }
        }
    }
}

/// What a role lets its holder administer at a scope and below. Roles of the organization's own are left out: they come
/// and go, hold no authority, and what they grant is counted as what it is.
fn authority_of(view: &View, (role, scope): (RoleIx, NodeIx), atoms: &mut Atoms) {
    let row = view.roles().row(role);
    let declared = view.registry().product(row.product);
    for name in &row.covers {
        let Some(system) = declared.catalog.role(name) else { continue };
        for entry in &system.administers {
            for (target, target_row) in view.roles().iter().filter(|(_, row)| !row.custom) {
                let product = &view.registry().product(target_row.product).id;
                let tree = target_row.product == row.product || declared.catalog.spans_products;
                let fits = entry.concerns(&declared.id, product, &target_row.id, target_row.level);
                if !tree || !fits {
                    continue;
                }
                for node in below(view, scope) {
                    let verbs = entry.verbs.iter().map(|verb| *verb as u8);
                    atoms.extend(verbs.map(|verb| Atom::Administer(verb, target.0, node.0)));
                }
            }
        }
    }
}

/// *Perm* of a subject.
pub fn perm(view: &View, subject: SubjectIx, now: Timestamp) -> Atoms {
    let mut atoms = Atoms::new();
    for pair in held(view, subject, now) {
        of_role(view, pair, &mut atoms);
    }
    atoms
}

/// *Auth* of a subject: only through what is in force, and only of those who may act.
pub fn auth(view: &View, subject: SubjectIx, now: Timestamp) -> Atoms {
    let mut atoms = Atoms::new();
    if !view.may_act(subject, now) {
        return atoms;
    }
    for (product, _) in view.registry().enabled() {
        for holding in Holdings::gather(view, subject, product, now).iter() {
            if holding.inactive.is_none() {
                authority_of(view, (holding.role, holding.scope), &mut atoms);
            }
        }
    }
    atoms
}

/// *Cap* of one actor. What several can do together is the union.
pub fn cap(view: &View, subject: SubjectIx, now: Timestamp) -> Atoms {
    let own = auth(view, subject, now);
    let mut atoms = perm(view, subject, now);
    let assign = AdministerVerb::Assign as u8;
    let given = own.iter().filter_map(|atom| match atom {
        Atom::Administer(verb, role, node) if *verb == assign => Some((RoleIx(*role), NodeIx(*node))),
        _ => None,
    });
    for pair in given {
        of_role(view, pair, &mut atoms);
        authority_of(view, pair, &mut atoms);
    }
    atoms.extend(own);
    atoms
}

/// Everybody: users, groups and keys.
pub fn everybody(view: &View) -> Vec<SubjectIx> {
    [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey]
        .into_iter()
        .flat_map(|kind| view.subjects(kind).collect::<Vec<_>>())
        .collect()
}

/// Facts at nodes that a step made are looked at where those nodes were put: at the nearest node that was there.
pub fn as_before(before: &View, after: &View, atoms: &Atoms) -> Atoms {
    let known = |node: u32| {
        after.chain(NodeIx(node)).find(|node| before.node_head(*node).exists).map_or(node, |node| node.0)
    };
    atoms
        .iter()
        .map(|atom| match *atom {
            Atom::May(product, permission, node) => Atom::May(product, permission, known(node)),
            Atom::Administer(verb, role, node) => Atom::Administer(verb, role, known(node)),
        })
        .collect()
}

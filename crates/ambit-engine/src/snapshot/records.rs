//! The small and irregular parts of a snapshot, as JSON: catalogs, roles, and the records that few things have.

use super::SnapshotError;
use crate::registry::{ProductIx, Registry, TypeInfo};
use crate::roles::RoleTable;
use crate::view::{Details, HeldKey, View};
use ambit_model::{
    ApiKey, Approval, Budget, CustomRole, Group, OrgId, Overlay, Properties, SeatLimit, SubjectRef,
    Timestamp, User,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// A product and the text of its catalog.
#[derive(Debug, Serialize, Deserialize)]
struct ProductRecord<'a> {
    id: Cow<'a, str>,
    source: Cow<'a, str>,
    enabled: bool,
}

/// A type at its position.
#[derive(Debug, Serialize, Deserialize)]
struct TypeRecord {
    name: String,
    product: Option<u16>,
    refines: bool,
    parents: Vec<String>,
}

/// The details of an assignment.
#[derive(Debug, Serialize, Deserialize)]
struct DetailsRecord {
    key: HeldKey,
    approver: Option<SubjectRef>,
    starts: Option<Timestamp>,
    expires: Option<Timestamp>,
    parameters: Properties,
}

/// All that is kept as JSON. Numbers are those of subjects and resources.
#[derive(Debug, Serialize, Deserialize)]
pub struct Records<'a> {
    organization: Option<OrgId>,
    revision: u64,
    epoch: u64,
    time: Option<Timestamp>,
    #[serde(borrow)]
    products: Vec<ProductRecord<'a>>,
    types: Vec<TypeRecord>,
    roles: Vec<(u16, String)>,
    custom_roles: Vec<Arc<CustomRole>>,
    overlays: Vec<Arc<Overlay>>,
    seat_limits: Vec<SeatLimit>,
    approvals: Vec<Arc<Approval>>,
    users: Vec<(u32, Arc<User>)>,
    groups: Vec<(u32, Arc<Group>)>,
    api_keys: Vec<(u32, Arc<ApiKey>)>,
    details: Vec<DetailsRecord>,
    properties: Vec<(u32, Arc<Properties>)>,
    budgets: Vec<(u32, u32, Arc<Budget>)>,
}

impl<'a> Records<'a> {
    /// The records of a view.
    pub fn of(view: &'a View) -> Self {
        let types = view.registry.types().iter().map(|info| TypeRecord {
            name: info.name.clone(),
            product: info.product.map(|product| product.0),
            refines: info.refines,
            parents: info.parents.clone(),
        });
        let products = view.registry.products().iter().map(|product| ProductRecord {
            id: Cow::Borrowed(&product.id),
            source: Cow::Borrowed(&product.source),
            enabled: product.enabled,
        });
        let seat_limits =
            view.seat_limits.iter().map(|(pool, limit)| SeatLimit { pool: pool.clone(), limit: *limit });
        let budgets =
            view.budgets.iter().map(|((subject, scope, _), budget)| (*subject, *scope, budget.clone()));
        Self {
            organization: view.organization.clone(),
            revision: view.revision,
            epoch: view.epoch,
            time: view.time,
            products: products.collect(),
            types: types.collect(),
            roles: roles(&view.roles),
            custom_roles: view.custom_roles.values().cloned().collect(),
            overlays: view.overlays.values().cloned().collect(),
            seat_limits: seat_limits.collect(),
            approvals: view.approvals.values().cloned().collect(),
            users: sorted(&view.users),
            groups: sorted(&view.groups),
            api_keys: sorted(&view.api_keys),
            details: details(view),
            properties: sorted(&view.properties),
            budgets: budgets.collect(),
        }
    }

    /// A view with these records and nothing else yet.
    pub fn into_view(self) -> Result<View, SnapshotError> {
        let mut view = View {
            organization: self.organization,
            revision: self.revision,
            epoch: self.epoch,
            time: self.time,
            registry: Arc::new(registry(&self.products, self.types)?),
            custom_roles: self.custom_roles.into_iter().map(|role| (role.id.clone(), role)).collect(),
            overlays: self.overlays.into_iter().map(|overlay| (overlay.role.clone(), overlay)).collect(),
            seat_limits: self.seat_limits.into_iter().map(|limit| (limit.pool, limit.limit)).collect(),
            approvals: self.approvals.into_iter().map(|approval| (approval.id.clone(), approval)).collect(),
            groups: self.groups.into_iter().collect(),
            properties: self.properties.into_iter().collect(),
            ..View::default()
        };
        for (number, user) in self.users {
            if let Some(email) = &user.email {
                view.addresses.insert((email.to_lowercase(), number));
            }
            view.users.insert(number, user);
        }
        for (number, key) in self.api_keys {
            for hash in key.hashes() {
                view.secrets.insert(hash.clone(), number);
            }
            view.api_keys.insert(number, key);
        }
        for DetailsRecord { key, approver, starts, expires, parameters } in self.details {
            view.details.insert(key, Arc::new(Details { approver, starts, expires, parameters }));
        }
        for (subject, scope, budget) in self.budgets {
            view.budgets.insert((subject, scope, budget.currency.clone()), budget);
        }
        restore_roles(&mut view, self.roles)?;
        Ok(view)
    }
}

fn sorted<T: Clone>(records: &imbl::HashMap<u32, T>) -> Vec<(u32, T)> {
    let mut sorted: Vec<(u32, T)> =
        records.iter().map(|(number, record)| (*number, record.clone())).collect();
    sorted.sort_unstable_by_key(|(number, _)| *number);
    sorted
}

fn details(view: &View) -> Vec<DetailsRecord> {
    let record = |(key, details): (&HeldKey, &Arc<Details>)| DetailsRecord {
        key: *key,
        approver: details.approver.clone(),
        starts: details.starts,
        expires: details.expires,
        parameters: details.parameters.clone(),
    };
    let mut records: Vec<DetailsRecord> = view.details.iter().map(record).collect();
    records.sort_unstable_by_key(|record| record.key);
    records
}

/// Product and id of every role, existing or gone, in the order of the positions.
fn roles(table: &RoleTable) -> Vec<(u16, String)> {
    let mut positions: Vec<_> = table.positions().map(|(_, role, index)| (index, role)).collect();
    positions.sort_unstable();
    positions.into_iter().map(|(index, role)| (table.product_of(index).0, role.to_owned())).collect()
}

fn registry(products: &[ProductRecord<'_>], types: Vec<TypeRecord>) -> Result<Registry, SnapshotError> {
    let mut catalogs = Vec::with_capacity(products.len());
    for product in products {
        let refused = |problem: String| SnapshotError::Catalog { product: product.id.to_string(), problem };
        let (catalog, _) = ambit_catalog::parse_catalog(&product.id, &product.source)
            .map_err(|report| refused(report.to_string()))?;
        if catalog.product != product.id {
            return Err(refused(format!("the text declares `{}`", catalog.product)));
        }
        catalogs.push((catalog, product.source.as_ref(), product.enabled));
    }
    let info = |record: TypeRecord| TypeInfo {
        name: record.name,
        product: record.product.map(ProductIx),
        refines: record.refines,
        parents: record.parents,
    };
    Registry::restore(catalogs, types.into_iter().map(info).collect())
        .ok_or(SnapshotError::Malformed("the types"))
}

/// Roles get the positions that they had; what they grant follows from catalogs, overlays and custom roles.
fn restore_roles(view: &mut View, roles: Vec<(u16, String)>) -> Result<(), SnapshotError> {
    let products = view.registry.products();
    let position = |(product, role): (u16, String)| {
        let id = products.get(usize::from(product))?.id.clone();
        Some((ProductIx(product), id, role))
    };
    let positions: Option<Vec<_>> = roles.into_iter().map(position).collect();
    let positions = positions.ok_or(SnapshotError::Malformed("the roles"))?;
    let seed = RoleTable::with_positions(&positions);
    if seed.len() != positions.len() {
        return Err(SnapshotError::Malformed("the roles"));
    }
    view.roles = Arc::new(RoleTable::build(&seed, &view.registry, &view.custom_roles, &view.overlays));
    Ok(())
}

/// Whether every number stands for a row of its table.
pub fn numbers_fit(view: &View) -> bool {
    let subject = |number: &u32| (*number as usize) < view.subjects.len();
    let node = |number: &u32| (*number as usize) < view.nodes.len();
    let role = |number: &u32| (*number as usize) < view.roles.len();
    view.users.keys().all(subject)
        && view.groups.keys().all(subject)
        && view.api_keys.keys().all(subject)
        && view.properties.keys().all(node)
        && view.budgets.keys().all(|(holder, scope, _)| subject(holder) && node(scope))
        && view.details.keys().all(|(holder, held, scope)| subject(holder) && role(held) && node(scope))
}

//! Seat pools: how many seats there are, who takes them, and how many are free.

use super::with_members;
use ambit_engine::{ProductIx, SubjectIx, View};
use ambit_model::{RoleRef, Status};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// A seat pool and how full it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeatPool {
    /// `product/pool`.
    pub id: RoleRef,
    /// Name for people.
    pub title: String,
    /// Roles that take a seat.
    pub roles: Vec<RoleRef>,
    /// How many distinct users there may be.
    pub limit: u32,
    /// The limit that comes with the catalog, where the organization has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_limit: Option<u32>,
    /// Seats that are taken, those of invited users included.
    pub taken: usize,
    /// Of these, seats that are reserved for users who have not joined yet.
    pub invited: usize,
    /// Seats that are left.
    pub free: usize,
}

/// Every pool of every product.
pub fn seat_pools(view: &View) -> impl Iterator<Item = (ProductIx, usize)> + '_ {
    let products = view.registry().enabled();
    products.flat_map(|(product, declared)| {
        (0..declared.catalog.seat_pools.len()).map(move |pool| (product, pool))
    })
}

/// One pool, counted.
#[must_use]
pub fn seat_pool(view: &View, product: ProductIx, pool: usize) -> SeatPool {
    let catalog = view.registry().catalog(product);
    let declared = &catalog.seat_pools[pool];
    let id = RoleRef { product: catalog.product.clone(), role: declared.id.clone() };
    let own = view.seat_limits().find(|(known, _)| **known == id).map(|(_, limit)| limit);
    let limit = own.unwrap_or(declared.limit);
    let of_pool =
        || view.roles().iter().filter(|(_, row)| row.product == product && row.seat_pool == Some(pool));
    let takers: BTreeSet<SubjectIx> = of_pool()
        .flat_map(|(role, _)| view.assignments_of(role))
        .flat_map(|(_, holder)| with_members(view, holder))
        .collect();
    let statuses: Vec<Status> = takers
        .into_iter()
        .filter_map(|taker| view.user(taker))
        .map(|user| user.status)
        .filter(|status| *status != Status::Deactivated)
        .collect();
    SeatPool {
        id,
        title: declared.title.clone(),
        roles: of_pool().map(|(role, _)| view.role_ref(role)).collect(),
        limit,
        default_limit: own.map(|_| declared.limit),
        taken: statuses.len(),
        invited: statuses.iter().filter(|status| **status == Status::Invited).count(),
        free: (limit as usize).saturating_sub(statuses.len()),
    }
}

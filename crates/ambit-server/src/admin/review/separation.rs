//! Separation of duties: sets with members and cardinalities, and who violates them.

use crate::admin::list::{List, Part, counted};
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_engine::SubjectIx;
use ambit_governance::Sight;
use ambit_governance::review::separation::{SeparationSet, Violation, separation_sets, violations};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which sets.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OfSets {
    /// Of this product.
    product: Option<String>,
    /// This one: `product/set`.
    set: Option<String>,
}

fn wanted(sight: &Sight<'_>, of: &OfSets) -> Vec<SeparationSet> {
    let registry = sight.view().registry();
    let is_seen = |set: &SeparationSet| {
        registry.product_named(&set.id.product).is_some_and(|product| sight.product(product))
    };
    let mut sets = separation_sets(sight.view());
    sets.retain(|set| {
        is_seen(set)
            && of.product.as_ref().is_none_or(|product| *product == set.id.product)
            && of.set.as_ref().is_none_or(|wanted| *wanted == set.id.to_string())
    });
    sets
}

/// `GET …/review/separation-sets?product=…`: SsdRoleSets, SsdRoleSetRoles and SsdRoleSetCardinality in one.
pub async fn sets(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfSets>,
    Params(part): Params<Part>,
) -> Result<Shown<List<SeparationSet>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        part.of(sight.view().revision(), counted(wanted(&sight, &of).into_iter()), Ok)
    })
    .await
}

/// `GET …/review/separation-violations?product=…&set=…`: who holds too many roles of a set, and how, where all
/// of that is seen.
pub async fn violated(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfSets>,
    Params(part): Params<Part>,
) -> Result<Shown<List<Violation>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let sets = wanted(&sight, &of);
        let after = part.after()?.map_or(0, |[set, ..]| set);
        let found =
            sets.iter().zip(0u32..).filter(|(_, number)| *number >= after).flat_map(|(set, number)| {
                let of_set = violations(sight.view(), set, seen.time).into_iter();
                of_set.map(move |(subject, violation)| ([number, subject.0, 0], (subject, violation)))
            });
        let is_seen = |(_, (subject, violation)): &(_, (SubjectIx, Violation))| {
            let ways = violation.holds.iter().all(|path| super::sees_path(&sight, *subject, path));
            sight.subject(*subject) && ways
        };
        part.of(sight.view().revision(), found.filter(is_seen), |(_, violation)| Ok(violation))
    })
    .await
}

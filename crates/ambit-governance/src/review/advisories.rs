//! *Advisories*: the advice of catalogs that is due now, for whom. On a write only what is new by it is said; here is all
//! of it.

use super::with_members;
use crate::advice::applies;
use crate::sight::Sight;
use ambit_catalog::catalog::Advisory;
use ambit_engine::{ProductIx, RoleIx, SubjectIx, View};
use ambit_model::{SubjectKind, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Advice that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AdvisoryDue {
    /// The advisory's id.
    pub code: String,
    /// Whose catalog gives it.
    pub product: String,
    /// What to do.
    pub message: String,
    /// Whom it is about.
    pub subject: SubjectRef,
    /// Their name for people.
    pub title: String,
}

/// All advice that is due about those who are seen, in the order of the subjects' numbers.
#[must_use]
pub fn advisories(sight: &Sight<'_>, now: Timestamp) -> Vec<([u32; 3], AdvisoryDue)> {
    let view = sight.view();
    let mut due = Vec::new();
    for (product, declared) in view.registry().enabled() {
        for (advisory, number) in declared.catalog.advisories.iter().zip(0u32..) {
            for subject in candidates(view, product, advisory) {
                if !is_seen(sight, subject, product) || !applies(view, subject, product, advisory, now) {
                    continue;
                }
                let place = [subject.0, u32::from(product.0), number];
                due.push((
                    place,
                    AdvisoryDue {
                        code: advisory.id.clone(),
                        product: declared.id.clone(),
                        message: advisory.message.clone(),
                        subject: view.subject_ref(subject),
                        title: view.subject_title(subject),
                    },
                ));
            }
        }
    }
    due.sort_by_key(|(place, _)| *place);
    due
}

/// Who holds one of the roles that an advisory names, or one that includes it.
fn candidates(view: &View, product: ProductIx, advisory: &Advisory) -> BTreeSet<SubjectIx> {
    let named = view.roles().iter().filter(|(_, row)| {
        row.product == product && row.covers.iter().any(|name| advisory.holds.contains(name))
    });
    let (mut roles, mut baseline): (BTreeSet<RoleIx>, bool) = (BTreeSet::new(), false);
    for (role, row) in named {
        roles.insert(role);
        baseline |= row.baseline;
    }
    let kinds = [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey];
    let all = kinds.into_iter().flat_map(|kind| view.subjects(kind));
    let holders = all.filter(|subject| view.held(*subject).iter().any(|held| roles.contains(&held.role)));
    let mut found: BTreeSet<SubjectIx> = holders.flat_map(|holder| with_members(view, holder)).collect();
    if baseline {
        found.extend(view.subjects(SubjectKind::User));
    }
    found
}

/// Advice tells what somebody holds of a product and what not, so all of that has to be seen.
fn is_seen(sight: &Sight<'_>, subject: SubjectIx, product: ProductIx) -> bool {
    if sight.everything() || sight.is_me(subject) {
        return true;
    }
    let view = sight.view();
    let holders = std::iter::once(subject).chain(view.all_groups(subject));
    let mut held = holders.flat_map(|holder| view.held(holder));
    sight.subject(subject)
        && held.all(|held| view.roles().product_of(held.role) != product || sight.people_at(held.scope))
}

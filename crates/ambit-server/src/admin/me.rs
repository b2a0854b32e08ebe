//! Who I am, where I start, what I find, and what I may administer: what a screen asks first.

use crate::admin::seen::Seen;
use crate::answer::Shown;
use crate::app::App;
use crate::auth::Means;
use crate::error::Result;
use ambit_catalog::catalog::Landing;
use ambit_catalog::file::AdministerVerb;
use ambit_engine::authority::Authority;
use ambit_engine::holdings::Holdings;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, TypeIx, View};
use ambit_governance::review::held::{HeldRole, authorized_roles};
use ambit_governance::{NodeSight, Sight};
use ambit_model::{ResourceRef, RoleRef, SubjectKind, SubjectRef, Timestamp};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many scopes, assignable roles and assignments are listed at most.
const LISTED_MAX: usize = 500;

/// Who asks, and what there is for it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    /// The organization.
    organization: String,
    /// The revision that was read.
    revision: u64,
    /// Who acts.
    subject: SubjectRef,
    /// Who really sits there, when acting as somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonator: Option<SubjectRef>,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// `api_key` or `session`.
    signed_in_with: &'static str,
    /// Whether it sees the whole organization.
    everything: bool,
    /// Where it starts, if one of its roles says so.
    landing: Option<LandingShown>,
    /// The sections in which there is something for it to see or do.
    navigation: Vec<Section>,
    /// What it may administer, by scope.
    administers: Vec<Administers>,
    /// What it holds, itself, through groups or as a baseline.
    assignments: Vec<HeldRole>,
    /// Whether one of these lists is longer than what is shown.
    truncated: bool,
}

/// The page at which somebody starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LandingShown {
    /// The page.
    page: String,
    /// The role that says so.
    role: RoleRef,
    /// The only thing that is administered, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<ResourceRef>,
}

/// A section of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Section {
    /// Which.
    section: SectionName,
    /// Whether there is something to do, and not only to see.
    may_change: bool,
}

/// The sections of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionName {
    /// People.
    Users,
    /// Groups.
    Groups,
    /// Roles.
    Roles,
    /// Products.
    Products,
    /// Instances of products.
    Instances,
    /// Projects.
    Projects,
    /// Keys of programs.
    ApiKeys,
    /// Requests for approval.
    Approvals,
    /// The log.
    History,
    /// The organization itself.
    Settings,
}

/// What may be administered at a scope and below it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Administers {
    /// Where.
    scope: ResourceRef,
    /// By holding these roles.
    by: Vec<RoleRef>,
    /// What may be done.
    verbs: Vec<AdministerVerb>,
    /// The roles that may be given there or below; the rules for each assignment come on top.
    assignable: Vec<RoleRef>,
}

/// `GET /v1/me`, `GET /v1/orgs/{org}/me`
pub async fn show(State(app): State<Arc<App>>, seen: Seen) -> Result<Shown<Me>> {
    seen.shows(&app, |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let index = view.subject(&seen.caller.subject);
        let user = index.and_then(|index| view.user(index));
        let mut administers = index.map(|index| administers(view, index, seen.time)).unwrap_or_default();
        let mut assignments = index.map(|index| authorized_roles(view, index, seen.time)).unwrap_or_default();
        let truncated = administers.len().max(assignments.len()) > LISTED_MAX
            || administers.iter().any(|one| one.assignable.len() > LISTED_MAX);
        administers.truncate(LISTED_MAX);
        assignments.truncate(LISTED_MAX);
        administers.iter_mut().for_each(|one| one.assignable.truncate(LISTED_MAX));
        Ok(Me {
            organization: seen.caller.org.as_str().to_owned(),
            revision: view.revision(),
            subject: seen.caller.subject.clone(),
            impersonator: seen.caller.impersonator.clone(),
            name: user.as_ref().and_then(|user| user.name.clone()),
            email: user.as_ref().and_then(|user| user.email.clone()),
            signed_in_with: if seen.caller.means == Means::Session { "session" } else { "api_key" },
            everything: sight.everything(),
            landing: index.and_then(|index| landing(view, index, seen.time)),
            navigation: navigation(&sight, index, seen.time),
            administers,
            assignments,
            truncated,
        })
    })
    .await
}

/// Whether a role is of the admin centre, and its level: the last one decides where its holder starts.
type Rank = (bool, Option<u32>, RoleIx);

/// The landing page of the highest role that has one; roles of the admin centre come before those of products. With one
/// thing administered, the page for that.
fn landing(view: &View, subject: SubjectIx, time: Timestamp) -> Option<LandingShown> {
    let mut found: BTreeMap<Rank, (&Landing, BTreeSet<NodeIx>)> = BTreeMap::new();
    for (product, declared) in view.registry().enabled() {
        let holdings = Holdings::gather(view, subject, product, time);
        for holding in holdings.iter().filter(|holding| holding.inactive.is_none()) {
            let row = view.roles().row(holding.role);
            let Some(landing) = declared.catalog.role(&row.id).and_then(|role| role.landing.as_ref()) else {
                continue;
            };
            let key = (declared.catalog.spans_products, row.level, holding.role);
            found.entry(key).or_insert_with(|| (landing, BTreeSet::new())).1.insert(holding.scope);
        }
    }
    let ((_, _, role), (landing, scopes)) = found.pop_last()?;
    let only = scopes.first().filter(|_| scopes.len() == 1).map(|scope| view.node_ref(*scope));
    let page = landing.single.as_ref().filter(|_| only.is_some()).unwrap_or(&landing.page);
    Some(LandingShown { page: page.clone(), role: view.role_ref(role), at: only })
}

/// What a subject may administer, by scope.
fn administers(view: &View, subject: SubjectIx, time: Timestamp) -> Vec<Administers> {
    let mut by_scope: BTreeMap<NodeIx, Vec<Authority<'_>>> = BTreeMap::new();
    for authority in view.authorities(subject, time) {
        by_scope.entry(authority.scope).or_default().push(authority);
    }
    by_scope.into_iter().map(|(scope, authorities)| at_scope(view, scope, &authorities)).collect()
}

fn at_scope(view: &View, scope: NodeIx, authorities: &[Authority<'_>]) -> Administers {
    let roles: BTreeSet<RoleIx> = authorities.iter().map(|authority| authority.holding.role).collect();
    let mut verbs: Vec<AdministerVerb> = Vec::new();
    for verb in authorities.iter().flat_map(|authority| &authority.administers.verbs) {
        if !verbs.contains(verb) {
            verbs.push(*verb);
        }
    }
    let product = view.product_of(scope);
    let meant = |role: RoleIx| {
        let of_role = view.roles().product_of(role);
        product.is_none_or(|product| product == of_role) || view.registry().catalog(of_role).spans_products
    };
    let assigns = |role: RoleIx| {
        let mut assigning = authorities.iter().filter(|authority| authority.allows(AdministerVerb::Assign));
        meant(role) && assigning.any(|authority| view.concerns_role(authority, role))
    };
    // Vendor-only roles are given by holding them, not by authority.
    let assignable =
        view.roles().iter().filter(|(role, row)| !row.baseline && !row.vendor_only && assigns(*role));
    Administers {
        scope: view.node_ref(scope),
        by: roles.into_iter().map(|role| view.role_ref(role)).collect(),
        verbs,
        assignable: assignable.map(|(role, _)| view.role_ref(role)).collect(),
    }
}

/// The sections in which there is something.
fn navigation(sight: &Sight<'_>, subject: Option<SubjectIx>, time: Timestamp) -> Vec<Section> {
    use AdministerVerb as Verb;
    let view = sight.view();
    let authorities = subject.map(|subject| view.authorities(subject, time)).unwrap_or_default();
    let may =
        |verbs: &[Verb]| verbs.iter().any(|verb| authorities.iter().any(|authority| authority.allows(*verb)));
    let sees = |kind| view.subjects(kind).any(|other| !sight.is_me(other) && sight.subject(other));
    let has = |kind| {
        view.nodes().any(|node| view.node_head(node).kind == kind && sight.node(node) >= NodeSight::Place)
    };
    let products = view.registry().enabled().any(|(product, _)| sight.product(product));
    let resources = may(&[Verb::ManageResources]);
    let people = may(&[Verb::Invite, Verb::CreateUsers, Verb::EditUsers, Verb::Assign]);
    let roles = may(&[Verb::CreateRoles, Verb::EditRoles, Verb::DeleteRoles]);
    let (groups, keys) = (may(&[Verb::ManageGroups]), may(&[Verb::ManageKeys]));
    let everything = sight.everything();
    let sections = [
        (SectionName::Users, people || sees(SubjectKind::User), people),
        (SectionName::Groups, groups || sees(SubjectKind::Group), groups),
        (SectionName::Roles, products, roles),
        (SectionName::Products, products, everything),
        (SectionName::Instances, has(TypeIx::INSTANCE), resources),
        (SectionName::Projects, has(TypeIx::PROJECT), resources),
        (SectionName::ApiKeys, keys || sees(SubjectKind::ApiKey), keys),
        (SectionName::Approvals, view.approvals().any(|approval| sight.approval(approval)), true),
        (SectionName::History, !sight.only_itself(), false),
        (SectionName::Settings, everything, everything),
    ];
    let there = sections.into_iter().filter(|(_, there, _)| *there);
    there.map(|(section, _, may_change)| Section { section, may_change }).collect()
}

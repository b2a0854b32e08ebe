//! Users, groups and API keys. Of a key nobody ever sees the secret or its hash, only the prefix that people know it by.

use crate::admin::assignments::{self, AssignmentShown};
use crate::admin::list::{Key, List, Part};
use crate::admin::named;
use crate::admin::record::Record;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::view::Held;
use ambit_engine::{NodeIx, ProductIx, RoleIx, SubjectIx, View};
use ambit_governance::review::with_members;
use ambit_governance::{NodeSight, Sight};
use ambit_model::{ApiKey, Group, KeyKind, OrgId, Status, SubjectKind, SubjectRef, Timestamp, User};
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Up to so many subjects that are seen are gathered; of more, a page is found soon by going through all.
const GATHERED_MAX: usize = 10_000;
/// So many assignments are shown with a subject; all of them are in the list of assignments.
const ASSIGNMENTS_SHOWN: usize = 1_000;

/// Which subjects, by what they hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct Holding {
    /// Who holds this role, itself or through groups.
    role: Option<String>,
    /// Who holds a role of this product.
    product: Option<String>,
    /// Who holds a role at this resource or below it.
    scope: Option<String>,
    /// Who is in this group, directly or through groups: `group:…`.
    group: Option<String>,
    /// Who holds no role at all, neither itself nor through groups.
    #[serde(default)]
    without_roles: bool,
}

/// Which users.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct UserFilter {
    /// A part of the id, the name or the address.
    q: Option<String>,
    /// Where they stand.
    status: Option<Status>,
}

/// `GET /v1/orgs/{org}/users?q=…&status=…&role=…&product=…&scope=…&group=…&without_roles=true`
pub async fn users(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<UserFilter>,
    Params(holding): Params<Holding>,
    Params(part): Params<Part>,
) -> Result<Shown<List<User>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let found = found(&sight, SubjectKind::User, &holding)?;
        let items = found.filter_map(|(key, subject)| {
            let user = sight.view().user(subject)?;
            let texts = [Some(user.id.as_str()), user.name.as_deref(), user.email.as_deref()];
            let fits = filter.status.is_none_or(|status| status == user.status)
                && named::mentions(filter.q.as_deref(), texts);
            fits.then_some((key, user))
        });
        part.of(sight.view().revision(), items, Ok)
    })
    .await
}

/// Which groups.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct GroupFilter {
    /// A part of the id or the title.
    q: Option<String>,
}

/// `GET /v1/orgs/{org}/groups?q=…&role=…&product=…&scope=…&group=…`
pub async fn groups(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<GroupFilter>,
    Params(holding): Params<Holding>,
    Params(part): Params<Part>,
) -> Result<Shown<List<GroupShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let found = found(&sight, SubjectKind::Group, &holding)?;
        let items = found.filter_map(|(key, subject)| {
            let group = sight.view().group(subject)?;
            let texts = [Some(group.id.as_str()), group.title.as_deref()];
            named::mentions(filter.q.as_deref(), texts).then_some((key, group))
        });
        part.of(sight.view().revision(), items, |group| Ok(GroupShown::of(group)))
    })
    .await
}

/// A group as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GroupShown {
    /// The id, without `group:`.
    id: String,
    /// Name for people.
    title: Option<String>,
    /// An inactive group gives its members nothing.
    active: bool,
}

impl GroupShown {
    fn of(group: &Group) -> Self {
        Self { id: group.id.clone(), title: group.title.clone(), active: group.active }
    }
}

/// Which API keys.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct KeyFilter {
    /// A part of the id or the title.
    q: Option<String>,
    /// Secret or public.
    kind: Option<KeyKind>,
    /// Whether they are revoked.
    revoked: Option<bool>,
    /// Those that expire before this instant.
    expiring_before: Option<String>,
    /// Those that nobody has used since this instant, as far as this server knows: never, or before it.
    unused_since: Option<String>,
}

/// `GET /v1/orgs/{org}/api-keys?q=…&kind=…&revoked=…&expiring_before=…&unused_since=…`
pub async fn api_keys(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<KeyFilter>,
    Params(holding): Params<Holding>,
    Params(part): Params<Part>,
) -> Result<Shown<List<KeyShown>>> {
    let here = Arc::clone(&app);
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let before = named::instant("expiring_before", filter.expiring_before.as_ref())?;
        let since = named::instant("unused_since", filter.unused_since.as_ref())?;
        let org = &seen.caller.org;
        let found = found(&sight, SubjectKind::ApiKey, &holding)?;
        let items = found.filter_map(|(key, subject)| {
            let api_key = sight.view().api_key(subject).filter(|api_key| filter.fits(api_key, before))?;
            match is_unused(&here, org, api_key, since) {
                Ok(unused) => unused.then_some((key, Ok(api_key))),
                Err(error) => Some((key, Err(error))),
            }
        });
        part.of(sight.view().revision(), items, |key| KeyShown::of(&here, org, key?))
    })
    .await
}

/// An API key, and when it was last used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyShown")]
pub struct KeyShown {
    /// The key, without its secret.
    #[serde(flatten)]
    key: ApiKey,
    /// When it was last used, as far as this server knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_from: Option<String>,
}

impl KeyShown {
    fn of(app: &App, org: &OrgId, key: &ApiKey) -> Result<Self> {
        let last = app.key_use(org, &key.id)?;
        Ok(Self {
            key: without_hash(key),
            last_used_at: last.map(|(at, _)| at.to_string()),
            last_used_from: last.and_then(|(_, from)| from).map(|from| from.to_string()),
        })
    }
}

/// Whether nobody has used a key since an instant; it does not matter without one.
fn is_unused(app: &App, org: &OrgId, key: &ApiKey, since: Option<Timestamp>) -> Result<bool> {
    let Some(since) = since else { return Ok(true) };
    Ok(app.key_use(org, &key.id)?.is_none_or(|(at, _)| at < since))
}

impl KeyFilter {
    fn fits(&self, key: &ApiKey, before: Option<Timestamp>) -> bool {
        let texts = [Some(key.id.as_str()), key.title.as_deref()];
        named::mentions(self.q.as_deref(), texts)
            && self.kind.is_none_or(|kind| kind == key.kind)
            && self.revoked.is_none_or(|revoked| revoked == key.revoked)
            && before.is_none_or(|before| key.expires.is_some_and(|expires| expires < before))
    }
}

/// A filter whose names are known.
struct Wanted {
    role: Option<RoleIx>,
    product: Option<ProductIx>,
    scope: Option<NodeIx>,
    group: Option<SubjectIx>,
    without_roles: bool,
}

impl Wanted {
    fn of(sight: &Sight<'_>, holding: &Holding) -> Result<Self> {
        let product = holding.product.as_deref();
        Ok(Self {
            role: named::role(sight, "role", holding.role.as_ref())?,
            product: product.map(|product| named::product(sight, product)).transpose()?,
            scope: named::node(sight, "scope", holding.scope.as_ref(), NodeSight::Name)?,
            group: named::subject(sight, "group", holding.group.as_ref())?,
            without_roles: holding.without_roles,
        })
    }

    fn by_holding(&self) -> bool {
        self.role.is_some() || self.product.is_some() || self.scope.is_some()
    }

    /// Whether an assignment is what is looked for. A role is held by holding one that includes it, too.
    fn fits(&self, view: &View, held: &Held) -> bool {
        let row = view.roles().row(held.role);
        let role = |wanted: RoleIx| {
            let wanted = view.roles().row(wanted);
            wanted.product == row.product && row.covers.contains(&wanted.id)
        };
        self.role.is_none_or(role)
            && self.product.is_none_or(|product| product == row.product)
            && self.scope.is_none_or(|scope| view.covers(scope, held.scope))
    }

    fn admits(&self, sight: &Sight<'_>, subject: SubjectIx) -> bool {
        let view = sight.view();
        let mut holders = view.all_groups(subject);
        let in_group = self.group.is_none_or(|group| holders.contains(&group));
        holders.push(subject);
        let mut held =
            holders.iter().flat_map(|holder| view.held(*holder).iter().map(|held| (*holder, held)));
        in_group
            && (!self.without_roles || holders.iter().all(|holder| view.held(*holder).is_empty()))
            && (!self.by_holding()
                || held.any(|(holder, held)| sight.assignment(holder, *held) && self.fits(view, held)))
    }

    /// Whom to look at: the members of the group, else those whom the caller sees, if they are few.
    fn candidates(&self, sight: &Sight<'_>, kind: SubjectKind) -> Option<BTreeSet<SubjectIx>> {
        let view = sight.view();
        match self.group {
            Some(group) => {
                let members = with_members(view, group).into_iter().skip(1);
                Some(members.filter(|member| view.subject_ref(*member).kind == kind).collect())
            }
            None => sight.few_subjects(kind, GATHERED_MAX),
        }
    }
}

/// The subjects of a kind that the caller sees and looks for, in the order of their numbers.
fn found<'s>(
    sight: &'s Sight<'_>,
    kind: SubjectKind,
    holding: &Holding,
) -> Result<impl Iterator<Item = (Key, SubjectIx)> + 's> {
    let wanted = Wanted::of(sight, holding)?;
    let subjects: Box<dyn Iterator<Item = SubjectIx> + 's> = match wanted.candidates(sight, kind) {
        Some(few) => Box::new(few.into_iter()),
        None => Box::new(sight.view().subjects(kind)),
    };
    let admitted = subjects.filter(move |subject| sight.subject(*subject) && wanted.admits(sight, *subject));
    Ok(admitted.map(|subject| ([subject.0, 0, 0], subject)))
}

/// A user, group or API key with what it is in and what it holds.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubjectShown<T> {
    /// The record.
    #[serde(flatten)]
    record: T,
    /// The groups that it is directly in.
    groups: Vec<SubjectRef>,
    /// The groups that contain it, through any nesting.
    all_groups: Vec<SubjectRef>,
    /// What it holds itself; `review/authorized-roles` says what it holds through groups.
    assignments: Vec<AssignmentShown>,
}

impl<T> SubjectShown<T> {
    fn of(sight: &Sight<'_>, subject: SubjectIx, record: T, time: Timestamp) -> Self {
        let view = sight.view();
        let seen = |groups: Vec<SubjectIx>| {
            let seen = groups.into_iter().filter(|group| sight.subject(*group));
            seen.map(|group| view.subject_ref(group)).collect()
        };
        let direct = view.direct_groups(subject).iter().map(|group| SubjectIx(*group)).collect();
        Self {
            record,
            groups: seen(direct),
            all_groups: seen(view.all_groups(subject)),
            assignments: assignments::of_subject(sight, subject, time).take(ASSIGNMENTS_SHOWN).collect(),
        }
    }
}

/// `GET /v1/orgs/{org}/users/{id}`
pub async fn user(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
) -> Result<Shown<SubjectShown<User>>> {
    seen.of(&Record::User(id.clone()))
        .shows(&app, move |seen| {
            let sight = seen.sight();
            let subject = named::subject_by_id(&sight, SubjectKind::User, &id)?;
            let user = sight.view().user(subject).ok_or(Error::NotFound)?;
            Ok(SubjectShown::of(&sight, subject, user, seen.time))
        })
        .await
}

/// `GET /v1/orgs/{org}/groups/{id}`
pub async fn group(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
) -> Result<Shown<SubjectShown<GroupShown>>> {
    seen.of(&Record::Group(id.clone()))
        .shows(&app, move |seen| {
            let sight = seen.sight();
            let subject = named::subject_by_id(&sight, SubjectKind::Group, &id)?;
            let group = sight.view().group(subject).map(GroupShown::of).ok_or(Error::NotFound)?;
            Ok(SubjectShown::of(&sight, subject, group, seen.time))
        })
        .await
}

/// `GET /v1/orgs/{org}/api-keys/{id}`
pub async fn api_key(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
) -> Result<Shown<SubjectShown<KeyShown>>> {
    let here = Arc::clone(&app);
    seen.of(&Record::ApiKey(id.clone()))
        .shows(&app, move |seen| {
            let sight = seen.sight();
            let subject = named::subject_by_id(&sight, SubjectKind::ApiKey, &id)?;
            let key = sight.view().api_key(subject).ok_or(Error::NotFound)?;
            let key = KeyShown::of(&here, &seen.caller.org, key)?;
            Ok(SubjectShown::of(&sight, subject, key, seen.time))
        })
        .await
}

/// `GET /v1/orgs/{org}/groups/{id}/members`
pub async fn members(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
    Params(part): Params<Part>,
) -> Result<Shown<List<SubjectRef>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let group = named::subject_by_id(&sight, SubjectKind::Group, &id)?;
        let members = sight.view().members(group).filter(|member| sight.subject(*member));
        let items = members.map(|member| ([member.0, 0, 0], member));
        part.of(sight.view().revision(), items, |member| Ok(sight.view().subject_ref(member)))
    })
    .await
}

/// A key as it may be shown.
#[must_use]
pub fn without_hash(key: &ApiKey) -> ApiKey {
    key.without_hashes()
}

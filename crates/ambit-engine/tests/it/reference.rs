//! The evaluator: a transcription of design 3.1 to 3.9 over plain lists. Slow and obvious on purpose; it knows nothing
//! of the engine.

use crate::model::{GrantSpec, PermissionSpec, RoleSpec, Spec, State, When, product_ref};
use ambit_model::{
    ApprovalState, Assignment, Budget, KeyKind, Outcome, Period, Properties, Reason, ResourceRef, RoleRef,
    Start, Status, SubjectKind, SubjectRef, Timestamp,
};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A question with its own texts.
#[derive(Debug, Clone)]
pub struct Asked {
    pub subject_kind: String,
    pub subject_id: String,
    pub subject_properties: Properties,
    pub permission: String,
    pub kind: String,
    pub id: String,
    pub properties: Properties,
    pub context: Properties,
    pub time: Timestamp,
}

/// What the answer must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    pub outcome: Outcome,
    /// Any of these.
    pub reasons: Vec<Reason>,
    /// Names of limits; of an allow only.
    pub limits: BTreeSet<String>,
}

fn denied(reasons: &[Reason]) -> Expected {
    Expected { outcome: Outcome::Deny, reasons: reasons.to_vec(), limits: BTreeSet::new() }
}

/// What is asked, once the names are known.
struct Known<'a> {
    state: &'a State,
    asked: &'a Asked,
    subject: SubjectRef,
    spec: &'a Spec,
    permission: &'a PermissionSpec,
    /// The resource by its full name.
    resource: ResourceRef,
    /// The resource itself, or what it stands under, and everything above; nearest first.
    chain: Vec<ResourceRef>,
}

/// A role held: by whom, where, and the assignment unless it is a baseline.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    holder: SubjectRef,
    role: String,
    scope: ResourceRef,
    assignment: Option<Assignment>,
}

/// Decides.
pub fn decide(state: &State, asked: &Asked) -> Expected {
    match resolve(state, asked) {
        Ok(known) => match known.barred() {
            Some(reason) => denied(&[reason]),
            None => known.decide(),
        },
        Err(reasons) => denied(&reasons),
    }
}

// --- 3.1 names ---------------------------------------------------------------------------------------------------

const BUILT_IN: [&str; 4] = ["organization", "product", "instance", "project"];

/// Everything that a type's name can mean, by full names.
fn types_called(state: &State, name: &str) -> Vec<String> {
    if BUILT_IN.contains(&name) {
        return vec![name.to_owned()];
    }
    let full = |spec: &Spec, bare: &str| format!("{}/{bare}", spec.product);
    state
        .enabled()
        .flat_map(|spec| spec.types.iter().map(move |kind| (full(spec, &kind.name), kind.name.clone())))
        .filter(|(full, bare)| name == full || name == bare)
        .map(|(full, _)| full)
        .collect()
}

fn permissions_called<'a>(state: &'a State, name: &str) -> Vec<(&'a Spec, &'a PermissionSpec)> {
    let all = state.enabled().flat_map(|spec| spec.permissions.iter().map(move |one| (spec, one)));
    all.filter(|(spec, one)| name == one.id || name == format!("{}/{}", spec.product, one.id)).collect()
}

fn subject_called(state: &State, kind: &str, id: &str) -> Option<SubjectRef> {
    let alias = state.enabled().any(|spec| spec.subject_types.iter().any(|word| word == kind));
    let kind = match SubjectKind::parse(kind) {
        Some(kind) => kind,
        None if alias => SubjectKind::User,
        None => return None,
    };
    Some(SubjectRef::new(kind, id)).filter(|subject| state.has_subject(subject))
}

fn registered(state: &State, text: &str) -> Option<ResourceRef> {
    let (kind, id) = text.split_once(':')?;
    let kinds = types_called(state, kind);
    let [kind] = kinds.as_slice() else { return None };
    Some(ResourceRef::new(kind, id)).filter(|node| state.resources.contains_key(node))
}

fn resolve<'a>(state: &'a State, asked: &'a Asked) -> Result<Known<'a>, Vec<Reason>> {
    let mut problems = Vec::new();
    let candidates = permissions_called(state, &asked.permission);
    let kinds = types_called(state, &asked.kind);
    let kind = match (kinds.as_slice(), candidates.as_slice()) {
        ([only], _) => Some(only.clone()),
        // A bare name of several products is settled by the permission's.
        (several, [(spec, _)]) => {
            several.iter().find(|kind| kind.starts_with(&format!("{}/", spec.product))).cloned()
        }
        _ => None,
    };
    if kind.is_none() {
        problems.push(Reason::UnknownResourceType);
    }
    if candidates.is_empty() {
        problems.push(Reason::UnknownPermission);
    }
    let subject = subject_called(state, &asked.subject_kind, &asked.subject_id);
    if subject.is_none() {
        problems.push(Reason::UnknownSubject);
    }
    let resource = ResourceRef::new(kind.clone().unwrap_or_default(), &asked.id);
    let known = state.resources.contains_key(&resource);
    let parent = match asked.properties.get("parent") {
        _ if known => None,
        None | Some(Json::Null) => None,
        Some(sent) => {
            let parent = sent.as_str().and_then(|text| registered(state, text));
            if parent.is_none() {
                problems.push(Reason::UnknownParent);
            }
            parent
        }
    };
    let stands = if known { Some(&resource) } else { parent.as_ref() };
    let chosen = kind.as_ref().map(|_| choose(state, &candidates, &resource, stands));
    match (chosen, subject) {
        (Some(Ok((spec, permission))), Some(subject)) if problems.is_empty() => {
            let from = stands.cloned().unwrap_or_else(|| product_ref(&spec.product));
            let chain = state.chain(&from);
            Ok(Known { state, asked, subject, spec, permission, resource, chain })
        }
        (chosen, _) => {
            problems.extend(chosen.and_then(Result::err));
            Err(problems)
        }
    }
}

/// Which product's permission is meant, and whether it may be asked there.
fn choose<'a>(
    state: &'a State,
    candidates: &[(&'a Spec, &'a PermissionSpec)],
    resource: &ResourceRef,
    stands: Option<&ResourceRef>,
) -> Result<(&'a Spec, &'a PermissionSpec), Reason> {
    let declares = resource.kind.split_once('/').map(|(product, _)| product.to_owned());
    let stands_in = stands.and_then(|node| state.product_of(node));
    let place = declares.clone().or(stands_in.clone());
    let here = candidates.iter().find(|(spec, _)| Some(&spec.product) == place.as_ref());
    let spanning = candidates.iter().find(|(spec, _)| spec.spans_products && declares.is_none());
    let chosen = match (here, candidates) {
        (Some(here), _) => *here,
        (None, []) => return Err(Reason::UnknownPermission),
        (None, [only]) => *only,
        (None, _) => *spanning.ok_or(Reason::AmbiguousPermission)?,
    };
    let product = Some(chosen.0.product.clone());
    let fits = match &declares {
        Some(_) => declares == product && (stands_in.is_none() || stands_in == declares),
        None => stands_in.is_none() || stands_in == product || chosen.0.spans_products,
    };
    // No other organization or product stands under this one.
    let foreign = ["organization", "product"].contains(&resource.kind.as_str()) && stands != Some(resource);
    if fits && !foreign { Ok(chosen) } else { Err(Reason::OtherProduct) }
}

// --- 3.3 roles ---------------------------------------------------------------------------------------------------

/// A bundle covers itself and all that it implies, transitively.
fn covers(spec: &Spec, bundle: &str, permission: &str) -> bool {
    bundle == permission
        || spec
            .permission(bundle)
            .is_some_and(|bundle| bundle.implies.iter().any(|act| covers(spec, act, permission)))
}

fn covers_any(spec: &Spec, bundle: &str, permissions: &[String]) -> bool {
    permissions.iter().any(|permission| covers(spec, bundle, permission))
}

/// What a role is made of, system or custom.
struct Made {
    includes: Vec<String>,
    all: bool,
    except: Vec<String>,
    grants: Vec<GrantSpec>,
    without: Vec<String>,
}

fn made(state: &State, spec: &Spec, role: &str) -> Option<Made> {
    let name = RoleRef { product: spec.product.clone(), role: role.to_owned() };
    if let Some(system) = spec.role(role) {
        return Some(made_system(state, &name, system));
    }
    let custom = state.custom.get(&name)?;
    let mut includes = custom.includes.clone();
    if let Start::Duplicate(original) = &custom.start {
        includes.push(original.clone());
    }
    let bundles = spec.permissions.iter().map(|one| one.id.clone());
    let forbidden = bundles.filter(|bundle| covers_any(spec, bundle, &spec.forbidden));
    let grant = |grant: &ambit_model::CustomGrant| GrantSpec {
        permission: grant.permission.clone(),
        when: grant.when.as_ref().map(|source| crate::generate::when_of(source)),
        related: grant.related.clone(),
        requires: grant.requires.clone(),
        within: grant.within.clone(),
        ..GrantSpec::default()
    };
    Some(Made {
        includes,
        all: custom.start == Start::All,
        except: Vec::new(),
        grants: custom.grants.iter().map(grant).collect(),
        without: custom.without.iter().cloned().chain(forbidden).collect(),
    })
}

fn made_system(state: &State, name: &RoleRef, system: &RoleSpec) -> Made {
    let mut made = Made {
        includes: system.includes.clone(),
        all: system.all,
        except: system.except.clone(),
        grants: system.grants.clone(),
        without: Vec::new(),
    };
    if let Some(overlay) = state.overlays.get(name) {
        let plain =
            |permission: &String| GrantSpec { permission: permission.clone(), ..GrantSpec::default() };
        made.grants.extend(overlay.add.iter().map(plain));
        made.without.extend(overlay.remove.clone());
    }
    made
}

/// All grants of a role.
fn grants_of(state: &State, spec: &Spec, role: &str, passed: &[String]) -> Vec<GrantSpec> {
    let Some(made) = made(state, spec, role) else { return Vec::new() };
    if passed.iter().any(|name| name == role) {
        return Vec::new();
    }
    let passed = [passed, &[role.to_owned()]].concat();
    let mut grants: Vec<GrantSpec> = Vec::new();
    for included in &made.includes {
        grants.extend(grants_of(state, spec, included, &passed));
    }
    let plain = |one: &PermissionSpec| GrantSpec { permission: one.id.clone(), ..GrantSpec::default() };
    if made.all {
        grants.extend(spec.permissions.iter().map(plain));
    }
    grants.retain(|grant| !covers_any(spec, &grant.permission, &made.except));
    for grant in &made.grants {
        grants.extend(with_implied(spec, grant, &made.except));
    }
    grants.retain(|grant| !covers_any(spec, &grant.permission, &made.without));
    grants
}

/// A grant as it is named, and the acts that it implies: without the exceptions and what its limit takes away.
fn with_implied(spec: &Spec, grant: &GrantSpec, except: &[String]) -> Vec<GrantSpec> {
    let limit = spec.limits.iter().find(|(limit, _)| Some(limit) == grant.limit.as_ref());
    let taken = limit.map(|(_, taken)| taken.clone()).unwrap_or_default();
    let implied = spec.permissions.iter().filter(|one| {
        one.id != grant.permission
            && covers(spec, &grant.permission, &one.id)
            && !covers_any(spec, &one.id, except)
            && !covers_any(spec, &one.id, &taken)
    });
    let act = |one: &PermissionSpec| GrantSpec { permission: one.id.clone(), limit: None, ..grant.clone() };
    std::iter::once(grant.clone()).chain(implied.map(act)).collect()
}

/// The role itself and those that it includes: who holds it holds them. A copy is not the original.
fn held_with(state: &State, spec: &Spec, role: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([role.to_owned()]);
    let custom = state.custom.get(&RoleRef { product: spec.product.clone(), role: role.to_owned() });
    let includes = match (spec.role(role), custom) {
        (Some(system), _) => &system.includes,
        (None, Some(custom)) => &custom.includes,
        (None, None) => return all,
    };
    for included in includes {
        all.extend(held_with(state, spec, included));
    }
    all
}

/// The system roles whose grants a role takes over, itself among them.
fn originals<'a>(state: &State, spec: &'a Spec, role: &str) -> Vec<&'a RoleSpec> {
    let mut all: Vec<&RoleSpec> = spec.role(role).into_iter().collect();
    for included in made(state, spec, role).map(|made| made.includes).unwrap_or_default() {
        all.extend(originals(state, spec, &included));
    }
    all
}

/// Roles without which a role is inactive: its own; of a custom role, those of every system role that it takes over.
fn required_by(state: &State, spec: &Spec, role: &str) -> Vec<String> {
    match spec.role(role) {
        Some(system) => system.requires.clone(),
        None => originals(state, spec, role).iter().flat_map(|original| original.requires.clone()).collect(),
    }
}

fn is_public(state: &State, spec: &Spec, role: &str) -> bool {
    match spec.role(role) {
        Some(system) => system.public,
        None => {
            let originals = originals(state, spec, role);
            !originals.is_empty() && originals.iter().all(|original| original.public)
        }
    }
}

fn is_of_area(state: &State, spec: &Spec, role: &str, area: &str) -> bool {
    match spec.role(role) {
        Some(system) => system.area.as_deref() == Some(area),
        None => grants_of(state, spec, role, &[]).iter().any(|grant| {
            spec.permission(&grant.permission).is_some_and(|one| one.area.as_deref() == Some(area))
        }),
    }
}

// --- 3.2 what is in force ----------------------------------------------------------------------------------------

/// All groups that contain a subject, whatever they are.
fn groups_of(state: &State, subject: &SubjectRef) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (group, _) in state.members.iter().filter(|(_, member)| member == subject) {
        all.insert(group.clone());
        all.extend(groups_of(state, &SubjectRef::group(group)));
    }
    all
}

/// The groups that contain a subject through active groups only: an inactive one gives its members nothing.
fn active_groups_of(state: &State, subject: &SubjectRef) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (group, _) in state.members.iter().filter(|(_, member)| member == subject) {
        if state.groups[group].active {
            all.insert(group.clone());
            all.extend(active_groups_of(state, &SubjectRef::group(group)));
        }
    }
    all
}

impl Known<'_> {
    /// The subject may do nothing at all.
    fn barred(&self) -> Option<Reason> {
        let (state, id) = (self.state, &self.subject.id);
        match self.subject.kind {
            SubjectKind::User => {
                (state.users[id].status != Status::Active).then_some(Reason::SubjectInactive)
            }
            SubjectKind::Group => (!state.groups[id].active).then_some(Reason::SubjectInactive),
            SubjectKind::ApiKey => {
                let key = &state.keys[id];
                let origin = self.asked.context.get("origin").and_then(Json::as_str);
                let listed = origin.is_some_and(|origin| key.origins.iter().any(|listed| listed == origin));
                if key.revoked {
                    Some(Reason::KeyRevoked)
                } else if key.expires.is_some_and(|expires| self.asked.time >= expires) {
                    Some(Reason::KeyExpired)
                } else if key.kind == KeyKind::Public && !listed {
                    Some(Reason::OriginNotAllowed)
                } else {
                    None
                }
            }
        }
    }

    /// The subject and its active groups.
    fn acting(&self) -> Vec<SubjectRef> {
        let groups = active_groups_of(self.state, &self.subject);
        std::iter::once(self.subject.clone()).chain(groups.into_iter().map(SubjectRef::group)).collect()
    }

    /// Everything held of the product, in force or not.
    fn held(&self) -> Vec<Held> {
        let groups = groups_of(self.state, &self.subject);
        let mut holders = vec![self.subject.clone()];
        holders.extend(groups.into_iter().map(SubjectRef::group));
        let mut held = Vec::new();
        for ((subject, role, scope), assignment) in &self.state.assignments {
            let product = role.product == self.spec.product;
            if holders.contains(subject) && product && self.state.has_role(role) {
                held.push(Held {
                    holder: subject.clone(),
                    role: role.role.clone(),
                    scope: scope.clone(),
                    assignment: Some(assignment.clone()),
                });
            }
        }
        let baselines = self.baselines(&held);
        held.extend(baselines);
        held
    }

    fn baselines(&self, held: &[Held]) -> Vec<Held> {
        if self.subject.kind != SubjectKind::User {
            return Vec::new();
        }
        let mut roles = vec![EVERYONE.to_owned()];
        for (area, unassigned) in &self.spec.areas {
            let of_area = |held: &Held| {
                self.timing(held) != Some(Reason::Expired)
                    && is_of_area(self.state, self.spec, &held.role, area)
            };
            if !held.iter().any(of_area) {
                roles.extend(unassigned.clone());
            }
        }
        let baseline = |role| Held {
            holder: self.subject.clone(),
            role,
            scope: product_ref(&self.spec.product),
            assignment: None,
        };
        roles.into_iter().map(baseline).collect()
    }

    fn timing(&self, held: &Held) -> Option<Reason> {
        let assignment = held.assignment.as_ref()?;
        if assignment.starts.is_some_and(|starts| self.asked.time < starts) {
            return Some(Reason::NotStarted);
        }
        assignment.expires.is_some_and(|expires| self.asked.time >= expires).then_some(Reason::Expired)
    }

    /// Why what is held is not in force; `passed` are those whose being in force is being asked.
    fn dormant(&self, held: &Held, all: &[Held], passed: &[Held]) -> Option<Reason> {
        if passed.contains(held) || !self.acting().contains(&held.holder) {
            return Some(Reason::RoleInactive);
        }
        if let Some(reason) = self.timing(held) {
            return Some(reason);
        }
        let public_key = self
            .state
            .keys
            .get(&self.subject.id)
            .is_some_and(|key| self.subject.kind == SubjectKind::ApiKey && key.kind == KeyKind::Public);
        if public_key && !is_public(self.state, self.spec, &held.role) {
            return Some(Reason::RoleNotPublic);
        }
        let passed = [passed, std::slice::from_ref(held)].concat();
        let above = self.state.chain(&held.scope);
        let required = required_by(self.state, self.spec, &held.role);
        let met = required.iter().all(|role| self.in_force(role, &above, all, &passed));
        (!met || !self.founded(held, all, &passed)).then_some(Reason::RoleInactive)
    }

    /// Whether a role is in force at one of these nodes.
    fn in_force(&self, role: &str, nodes: &[ResourceRef], all: &[Held], passed: &[Held]) -> bool {
        all.iter().any(|held| {
            nodes.contains(&held.scope)
                && held_with(self.state, self.spec, &held.role).contains(role)
                && self.dormant(held, all, passed).is_none()
        })
    }

    // --- 3.4 reach ---------------------------------------------------------------------------------------------

    fn refines(&self, node: &ResourceRef) -> bool {
        let types = self.spec.types.iter().filter(|kind| kind.refines);
        types.into_iter().any(|kind| node.kind == format!("{}/{}", self.spec.product, kind.name))
    }

    /// A refining assignment needs one to refine: at the project or above, or, without a project, at the nearest
    /// ancestor that does not refine or above.
    fn founded(&self, held: &Held, all: &[Held], passed: &[Held]) -> bool {
        if held.assignment.is_none() || !self.refines(&held.scope) {
            return true;
        }
        let chain = self.state.chain(&held.scope);
        let project = chain.iter().find(|node| node.kind == "project");
        let Some(base) = project.or_else(|| chain.iter().find(|node| !self.refines(node))) else {
            return false;
        };
        let above = self.state.chain(base);
        all.iter().any(|other| {
            other.assignment.is_some()
                && above.contains(&other.scope)
                && self.dormant(other, all, passed).is_none()
        })
    }

    /// The nearest refining node at or above the resource at which something is in force.
    fn refined_at(&self, all: &[Held]) -> Option<&ResourceRef> {
        self.chain.iter().filter(|node| self.refines(node)).find(|node| {
            let here = |held: &&Held| held.assignment.is_some() && held.scope == **node;
            all.iter().filter(here).any(|held| self.dormant(held, all, &[]).is_none())
        })
    }

    fn reaches(&self, scope: &ResourceRef, grant: &GrantSpec) -> bool {
        let above = self.state.chain(scope);
        let wanted = grant.reach.as_ref().map(|kind| types_called(self.state, kind));
        let from = match wanted {
            Some(kinds) => above.iter().find(|node| kinds.contains(&node.kind)).unwrap_or(scope),
            None => scope,
        };
        let within = grant.within.as_ref().is_none_or(|within| self.chain.contains(within));
        self.chain.contains(from) && within
    }

    // --- 3.5 to 3.7 what a grant gives -------------------------------------------------------------------------

    fn grant(&self, held: &Held, grant: &GrantSpec, all: &[Held]) -> (Outcome, Reason) {
        match self.condition(held, grant, all) {
            Ok(()) if grant.needs_approval => (Outcome::NeedsApproval, Reason::ApprovalRequired),
            Ok(()) => (Outcome::Allow, Reason::Granted),
            Err(Reason::OverBudget) if grant.otherwise => (Outcome::NeedsApproval, Reason::OverBudget),
            Err(_) if grant.otherwise => (Outcome::NeedsApproval, Reason::ApprovalRequired),
            Err(reason) => (Outcome::Deny, reason),
        }
    }

    fn condition(&self, held: &Held, grant: &GrantSpec, all: &[Held]) -> Result<(), Reason> {
        if !grant.requires.iter().all(|role| self.in_force(role, &self.chain, all, &[])) {
            return Err(Reason::RoleInactive);
        }
        if !grant.related.is_empty() && !self.is_related(&grant.related) {
            return Err(Reason::ConditionFalse);
        }
        let parameters = held.assignment.as_ref().map(|assignment| &assignment.parameters);
        match grant.when.as_ref().map(|when| self.evaluate(when, parameters)) {
            Some(None) => return Err(Reason::ConditionError),
            Some(Some(false)) => return Err(Reason::ConditionFalse),
            _ => {}
        }
        if grant.within_budget && !self.within_budget() {
            return Err(Reason::OverBudget);
        }
        Ok(())
    }

    fn is_related(&self, names: &[String]) -> bool {
        let acting = self.acting();
        self.state.relations.iter().any(|relation| {
            names.contains(&relation.relation)
                && acting.contains(&relation.subject)
                && self.chain.contains(&relation.resource)
        })
    }

    /// True, false, or an error.
    fn evaluate(&self, when: &When, parameters: Option<&Properties>) -> Option<bool> {
        let is = |value: Option<&Json>, wanted: &str| value.map(|value| value == wanted);
        match when {
            When::Resource(name, wanted) => is(self.resource_fact(name), wanted),
            When::ResourceHas(name) => Some(self.resource_fact(name).is_some()),
            When::Subject(name, wanted) => is(self.subject_fact(name), wanted),
            When::Context(name, wanted) => is(self.asked.context.get(*name), wanted),
            When::InstanceSwitch(name) => {
                let instance = self.chain.iter().find(|node| node.kind == "instance")?;
                self.state.resources[instance].1.get(*name).map(|value| *value == Json::Bool(true))
            }
            When::Before(time) => Some(self.asked.time < time.parse().unwrap()),
            When::ResourceId(id) => Some(self.asked.id == *id),
            When::Parameter(name, wanted) => is(parameters.and_then(|facts| facts.get(*name)), wanted),
            When::NotBoolean => None,
            // As in CEL: false and an error is false, in either order.
            When::Both(one, other) => {
                match (self.evaluate(one, parameters), self.evaluate(other, parameters)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }
            }
        }
    }

    fn resource_fact(&self, name: &str) -> Option<&Json> {
        let stored = self.state.resources.get(&self.resource).and_then(|(_, facts)| facts.get(name));
        stored.or_else(|| self.asked.properties.get(name))
    }

    fn subject_fact(&self, name: &str) -> Option<&Json> {
        let user = Some(self.subject.kind).filter(|kind| *kind == SubjectKind::User);
        let stored = user.and_then(|_| self.state.users[&self.subject.id].properties.get(name));
        stored.or_else(|| self.asked.subject_properties.get(name))
    }

    fn within_budget(&self) -> bool {
        let text = |name: &str| self.asked.context.get(name).and_then(Json::as_str);
        let Some(amount) = text("amount").and_then(cents) else { return false };
        let acting = self.acting();
        let over = |budget: &&Budget| acting.contains(&budget.subject) && self.chain.contains(&budget.scope);
        let budgets: Vec<&Budget> = self.state.budgets.values().filter(over).collect();
        if budgets.is_empty() {
            return text("budget_remaining").and_then(cents).is_some_and(|left| amount <= left);
        }
        let ours: Vec<_> =
            budgets.iter().filter(|budget| Some(budget.currency.as_str()) == text("currency")).collect();
        !ours.is_empty() && ours.iter().all(|budget| amount <= left(budget, self.asked.time))
    }

    fn approved(&self) -> bool {
        let text = |name: &str| self.asked.context.get(name).and_then(Json::as_str);
        let id = self.asked.context.get("approval").and_then(|approval| approval.get("id"));
        let Some(approval) = id.and_then(Json::as_str).and_then(|id| self.state.approvals.get(id)) else {
            return false;
        };
        let amount = match (self.asked.context.get("amount"), approval.amount) {
            (None, None) => true,
            (Some(_), Some(granted)) => text("amount").and_then(cents) == cents(&granted.to_string()),
            _ => false,
        };
        let currency = match (self.asked.context.get("currency"), &approval.currency) {
            (None, None) => true,
            (Some(_), Some(granted)) => text("currency") == Some(granted.as_str()),
            _ => false,
        };
        amount
            && currency
            && approval.state == ApprovalState::Approved
            && self.asked.time < approval.expires
            && approval.subject == self.subject
            && approval.permission == format!("{}/{}", self.spec.product, self.permission.id)
            && approval.resource == self.resource
    }

    // --- 3.3 the best of all grants ----------------------------------------------------------------------------

    fn decide(&self) -> Expected {
        let all = self.held();
        let refined_at = self.refined_at(&all);
        let mut found = Vec::new();
        for held in &all {
            for grant in self.grants_held(held) {
                let (outcome, reason) = self.verdict(held, &grant, &all, refined_at);
                found.push((outcome, reason, grant.limit.clone()));
            }
        }
        let best = found.iter().map(|(outcome, ..)| *outcome).max().unwrap_or(Outcome::Deny);
        found.retain(|(outcome, ..)| *outcome == best);
        let nearest = found.iter().map(|(_, reason, _)| *reason).max();
        match best {
            Outcome::Deny => denied(&denials(nearest)),
            Outcome::NeedsApproval if !self.approved() => {
                Expected { outcome: best, reasons: nearest.into_iter().collect(), limits: BTreeSet::new() }
            }
            Outcome::NeedsApproval => {
                Expected { outcome: Outcome::Allow, reasons: vec![Reason::Approved], limits: shared(&found) }
            }
            Outcome::Allow => {
                Expected { outcome: best, reasons: vec![Reason::Granted], limits: shared(&found) }
            }
        }
    }

    fn grants_held(&self, held: &Held) -> Vec<GrantSpec> {
        let mut grants = match held.role.as_str() {
            EVERYONE => self.spec.everyone.iter().flat_map(|one| with_implied(self.spec, one, &[])).collect(),
            role => grants_of(self.state, self.spec, role, &[]),
        };
        grants.retain(|grant| grant.permission == self.permission.id);
        grants
    }

    fn verdict(
        &self,
        held: &Held,
        grant: &GrantSpec,
        all: &[Held],
        refined_at: Option<&ResourceRef>,
    ) -> (Outcome, Reason) {
        if !self.reaches(&held.scope, grant) {
            return (Outcome::Deny, Reason::NotReached);
        }
        if let Some(reason) = self.dormant(held, all, &[]) {
            return (Outcome::Deny, reason);
        }
        let replaced = refined_at.is_some_and(|node| !self.state.chain(&held.scope).contains(node));
        if held.assignment.is_some() && replaced {
            return (Outcome::Deny, Reason::RefinedAway);
        }
        self.grant(held, grant, all)
    }
}

const EVERYONE: &str = "(everyone)";

/// Below "not reached" the reference does not tell which is nearest.
fn denials(nearest: Option<Reason>) -> Vec<Reason> {
    match nearest {
        Some(reason) if reason > Reason::NotReached => vec![reason],
        _ => vec![Reason::NoRole, Reason::PermissionNotGranted, Reason::NotReached],
    }
}

/// A restriction stays only if every grant carries it.
fn shared(found: &[(Outcome, Reason, Option<String>)]) -> BTreeSet<String> {
    let (_, _, first) = &found[0];
    let kept = first.iter().filter(|limit| found.iter().all(|(_, _, other)| other.as_ref() == Some(limit)));
    kept.cloned().collect()
}

// --- amounts and periods, by hand --------------------------------------------------------------------------------

/// Ten-thousandths of a decimal.
fn cents(text: &str) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 4 || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    format!("{whole}{part:0<4}").parse().ok()
}

fn left(budget: &Budget, now: Timestamp) -> i128 {
    let amount = |value: ambit_model::Amount| cents(&value.to_string()).unwrap();
    let counts = budget.spent_at.is_none_or(|then| period(budget.period, then) == period(budget.period, now));
    let spent = if counts { amount(budget.spent) } else { 0 };
    (amount(budget.amount) - spent).max(0)
}

/// A name for the period that an instant lies in.
fn period(period: Period, at: Timestamp) -> String {
    let text = at.to_string();
    let month: u32 = text[5..7].parse().unwrap();
    match period {
        Period::Once => String::new(),
        Period::Day => text[..10].to_owned(),
        // The first of January 1970 was a Thursday; weeks begin on Mondays.
        Period::Week => ((at.as_second().div_euclid(86_400) + 3).div_euclid(7)).to_string(),
        Period::Month => text[..7].to_owned(),
        Period::Quarter => format!("{}-{}", &text[..4], (month - 1) / 3),
        Period::Year => text[..4].to_owned(),
    }
}

//! Small random catalogs, organizations, changes and questions. Everything is made from lists of seeds, one for each
//! thing, so that a failing case shrinks to few things; names come from small pools, so that they meet.

use crate::model::{
    AssignmentKey, GrantSpec, PermissionSpec, RoleSpec, Spec, State, Step, TypeSpec, When, organization,
};
use crate::reference::Asked;
use ambit_model::{
    ApiKey, Approval, ApprovalState, Assignment, Budget, Change, CustomGrant, CustomRole, Group, KeyKind,
    Overlay, Period, Properties, Relation, Resource, ResourceRef, RoleRef, Start, Status, SubjectRef,
    Timestamp, User,
};
use proptest::prelude::*;
use serde_json::json;

/// Small steps of a well-mixed sequence (splitmix64).
pub struct Seeded(u64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    fn some<T>(&mut self, percent: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| make(self))
    }
}

/// The seeds of an organization and of what is asked of it.
#[derive(Debug, Clone)]
pub struct Recipe {
    pub first: CatalogRecipe,
    pub second: CatalogRecipe,
    pub resources: Vec<u64>,
    pub users: Vec<u64>,
    pub groups: Vec<u64>,
    pub keys: Vec<u64>,
    pub members: Vec<u64>,
    pub custom: Vec<u64>,
    pub overlays: Vec<u64>,
    pub assignments: Vec<u64>,
    pub relations: Vec<u64>,
    pub budgets: Vec<u64>,
    pub approvals: Vec<u64>,
    pub questions: Vec<u64>,
    pub changes: Vec<u64>,
}

/// The seeds of a catalog.
#[derive(Debug, Clone)]
pub struct CatalogRecipe {
    pub permissions: Vec<u64>,
    pub roles: Vec<u64>,
    pub everyone: Vec<u64>,
    pub heads: u64,
}

fn seeds(from: usize, to: usize) -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(any::<u64>(), from..=to)
}

fn catalog_recipe(most: usize) -> impl Strategy<Value = CatalogRecipe> {
    (seeds(1, most), seeds(1, most), seeds(0, 2), any::<u64>()).prop_map(
        |(permissions, roles, everyone, heads)| CatalogRecipe { permissions, roles, everyone, heads },
    )
}

/// An organization, this many questions, and at most so many changes.
pub fn recipe(questions: usize, changes: usize) -> impl Strategy<Value = Recipe> {
    let things = (seeds(2, 14), seeds(1, 4), seeds(0, 3), seeds(0, 2), seeds(0, 7));
    let roles = (seeds(0, 3), seeds(0, 1), seeds(1, 10), seeds(0, 4), seeds(0, 2), seeds(0, 3));
    let asked = (seeds(questions, questions), seeds(changes, changes));
    (catalog_recipe(7), catalog_recipe(3), things, roles, asked).prop_map(
        |(first, second, things, roles, asked)| Recipe {
            first,
            second,
            resources: things.0,
            users: things.1,
            groups: things.2,
            keys: things.3,
            members: things.4,
            custom: roles.0,
            overlays: roles.1,
            assignments: roles.2,
            relations: roles.3,
            budgets: roles.4,
            approvals: roles.5,
            questions: asked.0,
            changes: asked.1,
        },
    )
}

pub const TIMES: [&str; 7] = [
    "2025-12-31T23:59:59Z",
    "2026-01-01T00:00:00Z",
    "2026-01-04T23:59:59Z",
    "2026-01-05T00:00:00Z",
    "2026-03-31T12:00:00Z",
    "2026-04-01T00:00:00Z",
    "2027-01-01T00:00:00Z",
];
const RELATIONS: [&str; 3] = ["owner", "assignee", "shared_edit"];
const AMOUNTS: [&str; 6] = ["0", "50", "99.99", "100", "100.00", "100.01"];
const CURRENCIES: [&str; 2] = ["EUR", "USD"];
const VALUES: [&str; 2] = ["u", "v"];
const ORIGINS: [&str; 2] = ["https://shop.example", "https://evil.example"];

pub fn time(seeded: &mut Seeded) -> Timestamp {
    seeded.pick(&TIMES).parse().unwrap()
}

/// The conditions there are, so that the text of a custom role's grant can be read back.
fn conditions() -> Vec<When> {
    let simple = [
        When::Resource("x", "u"),
        When::ResourceHas("x"),
        When::Subject("x", "u"),
        When::Context("x", "u"),
        When::InstanceSwitch("on"),
        When::Before("2026-04-01T00:00:00Z"),
        When::ResourceId("1"),
        When::Parameter("x", "u"),
        When::NotBoolean,
    ];
    let both = |one: &When, other: &When| When::Both(Box::new(one.clone()), Box::new(other.clone()));
    let pairs = [both(&simple[0], &simple[2]), both(&simple[1], &simple[0]), both(&simple[3], &simple[6])];
    simple.into_iter().chain(pairs).collect()
}

/// The condition whose text this is.
pub fn when_of(source: &str) -> When {
    conditions().into_iter().find(|when| when.source() == source).unwrap()
}

fn facts(seeded: &mut Seeded) -> Properties {
    let mut facts = Properties::new();
    if seeded.chance(50) {
        facts.insert("x".into(), json!(seeded.pick(&VALUES)));
    }
    if seeded.chance(40) {
        facts.insert("on".into(), json!(seeded.chance(60)));
    }
    facts
}

// --- catalogs ----------------------------------------------------------------------------------------------------

/// The catalog of the product that most is asked about.
pub fn first_catalog(recipe: &CatalogRecipe) -> Spec {
    let kind = |name: &str, parents: &[&str], refines| TypeSpec {
        name: name.to_owned(),
        parents: parents.iter().map(|&parent| parent.to_owned()).collect(),
        refines,
    };
    let types = vec![
        kind("site", &["instance", "project"], false),
        kind("page", &["instance", "site", "page", "env"], false),
        kind("env", &["instance", "project"], true),
        kind("flag", &["project", "env"], true),
    ];
    catalog("alpha", types, recipe)
}

/// A smaller one, some of whose names are the same.
pub fn second_catalog(recipe: &CatalogRecipe) -> Spec {
    let kind =
        |name: &str| TypeSpec { name: name.to_owned(), parents: vec!["instance".to_owned()], refines: false };
    catalog("beta", vec![kind("page"), kind("doc")], recipe)
}

fn catalog(product: &str, types: Vec<TypeSpec>, recipe: &CatalogRecipe) -> Spec {
    let mut seeded = Seeded::new(recipe.heads);
    let mut spec = Spec { product: product.to_owned(), types, ..Spec::default() };
    spec.spans_products = product == "beta" && seeded.chance(30);
    spec.subject_types = seeded.some(30, |_| "identity".to_owned()).into_iter().collect();
    let permissions: Vec<String> =
        (0..recipe.permissions.len()).map(|index| format!("do.p{index}")).collect();
    spec.limits =
        (0..2).map(|index| (format!("limit{index}"), some_of(&mut seeded, &permissions, 25))).collect();
    spec.forbidden = some_of(&mut seeded, &permissions, 10);
    let state = seeded.some(40, |_| "idle".to_owned());
    spec.areas = vec![("web".to_owned(), state.clone()), ("shop".to_owned(), None)];
    for (index, seed) in recipe.permissions.iter().enumerate() {
        let permission = permission(&spec, &permissions, index, &mut Seeded::new(*seed));
        spec.permissions.push(permission);
    }
    let mut roles: Vec<String> = (0..recipe.roles.len()).map(|index| format!("r{index}")).collect();
    roles.extend(state);
    for (index, name) in roles.iter().enumerate() {
        let mut seeded = Seeded::new(recipe.roles.get(index).copied().unwrap_or(recipe.heads));
        let role = role(&spec, &permissions, &roles[index + 1..], name, &mut seeded);
        spec.roles.push(role);
    }
    let grant = |seed: &u64| grant(&spec, &permissions, &[], &mut Seeded::new(*seed));
    spec.everyone = recipe.everyone.iter().map(grant).collect();
    spec
}

fn some_of(seeded: &mut Seeded, names: &[String], percent: usize) -> Vec<String> {
    names.iter().filter(|_| seeded.chance(percent)).cloned().collect()
}

fn area(seeded: &mut Seeded) -> Option<String> {
    seeded.some(50, |seeded| (*seeded.pick(&["web", "shop"])).to_owned())
}

fn permission(spec: &Spec, names: &[String], index: usize, seeded: &mut Seeded) -> PermissionSpec {
    let mut kinds: Vec<String> = spec.types.iter().map(|kind| kind.name.clone()).collect();
    kinds.extend(["instance".to_owned(), "project".to_owned()]);
    let mut on = some_of(seeded, &kinds, 35);
    if on.is_empty() {
        on.push(seeded.pick(&kinds).clone());
    }
    let implies = some_of(seeded, &names[index + 1..], 20);
    PermissionSpec { id: names[index].clone(), area: area(seeded), on, implies }
}

fn role(spec: &Spec, permissions: &[String], later: &[String], name: &str, seeded: &mut Seeded) -> RoleSpec {
    let includes = if seeded.chance(40) { some_of(seeded, later, 40) } else { Vec::new() };
    // The unassigned state is nobody's requirement.
    let requirable: Vec<String> = later.iter().filter(|role| *role != "idle").cloned().collect();
    let requires = if seeded.chance(30) { some_of(seeded, &requirable, 50) } else { Vec::new() };
    let grants = (0..seeded.below(4)).map(|_| grant(spec, permissions, &requirable, seeded)).collect();
    RoleSpec {
        id: name.to_owned(),
        area: area(seeded),
        includes,
        all: seeded.chance(12),
        except: some_of(seeded, permissions, 8),
        grants,
        requires,
        public: seeded.chance(40),
    }
}

fn grant(spec: &Spec, permissions: &[String], roles: &[String], seeded: &mut Seeded) -> GrantSpec {
    let permission = seeded.pick(permissions).clone();
    let mut grant = GrantSpec { permission, ..GrantSpec::default() };
    if seeded.chance(45) {
        return grant;
    }
    let all = conditions();
    grant.when = seeded.some(35, |seeded| seeded.pick(&all).clone());
    grant.related = if seeded.chance(20) { relations(seeded) } else { Vec::new() };
    grant.requires = if seeded.chance(15) { some_of(seeded, roles, 50) } else { Vec::new() };
    grant.within_budget = seeded.chance(15);
    grant.limit = seeded.some(25, |seeded| seeded.pick(&spec.limits).0.clone());
    grant.reach = seeded.some(15, |seeded| {
        (*seeded.pick(&["product", "instance", "project", &spec.types[0].name])).to_owned()
    });
    grant.needs_approval = seeded.chance(12);
    let conditional = grant.when.is_some()
        || grant.within_budget
        || !grant.related.is_empty()
        || !grant.requires.is_empty();
    grant.otherwise = conditional && seeded.chance(30);
    grant
}

fn relations(seeded: &mut Seeded) -> Vec<String> {
    let names = RELATIONS.map(str::to_owned);
    let some = some_of(seeded, &names, 40);
    if some.is_empty() { vec![seeded.pick(&names).clone()] } else { some }
}

// --- organizations -----------------------------------------------------------------------------------------------

type Maker = fn(&State, &mut Seeded) -> Option<Change>;

/// The steps that make an organization.
pub fn steps(recipe: &Recipe) -> Vec<Step> {
    let mut state = State::new();
    let mut steps = Vec::new();
    let mut take = |state: &mut State, step: Step| {
        if state.take(&step) {
            steps.push(step);
        }
    };
    take(&mut state, Step::Install(Box::new(first_catalog(&recipe.first))));
    take(&mut state, Step::Install(Box::new(second_catalog(&recipe.second))));
    let makers: [(&[u64], Maker); 11] = [
        (&recipe.resources, |state, seeded| resource(state, seeded).map(Change::ResourceSet)),
        (&recipe.users, |_, seeded| Some(Change::UserSet(user(seeded)))),
        (&recipe.groups, |_, seeded| Some(Change::GroupSet(group(seeded)))),
        (&recipe.keys, |_, seeded| Some(Change::ApiKeySet(key(seeded)))),
        (&recipe.members, member),
        (&recipe.custom, |state, seeded| Some(Change::RoleSet(custom(state, seeded)))),
        (&recipe.overlays, |state, seeded| overlay(state, seeded).map(Change::OverlaySet)),
        (&recipe.assignments, |state, seeded| assignment(state, seeded).map(Change::AssignmentSet)),
        (&recipe.relations, |state, seeded| relation(state, seeded).map(Change::RelationSet)),
        (&recipe.budgets, |state, seeded| budget(state, seeded).map(Change::BudgetSet)),
        (&recipe.approvals, |state, seeded| approval(state, seeded).map(Change::ApprovalSet)),
    ];
    for (seeds, make) in makers {
        for seed in seeds {
            if let Some(change) = make(&state, &mut Seeded::new(*seed)) {
                take(&mut state, change.into());
            }
        }
    }
    steps
}

fn resource(state: &State, seeded: &mut Seeded) -> Option<Resource> {
    let nodes: Vec<&ResourceRef> = state.resources.keys().filter(|node| **node != organization()).collect();
    let parent = (*seeded.pick(&nodes)).clone();
    let kinds: &[&str] = match (parent.kind.as_str(), state.product_of(&parent)?.as_str()) {
        ("product", _) => &["instance"],
        ("instance", "alpha") => &["project", "project", "alpha/site", "alpha/page", "alpha/env"],
        ("instance", _) => &["beta/page", "beta/doc"],
        ("project", "alpha") => &["alpha/site", "alpha/env", "alpha/flag"],
        ("alpha/site", _) => &["alpha/page"],
        ("alpha/page", _) => &["alpha/page"],
        ("alpha/env", _) => &["alpha/flag", "alpha/page"],
        _ => return None,
    };
    let id = ResourceRef::new(*seeded.pick(kinds), (1 + seeded.below(4)).to_string());
    if state.chain(&parent).contains(&id) {
        return None;
    }
    // A node of another product keeps its place.
    if state.product_of(&id).is_some_and(|product| Some(product) != state.product_of(&parent)) {
        return None;
    }
    Some(Resource { id, parent: Some(parent), properties: facts(seeded) })
}

fn user(seeded: &mut Seeded) -> User {
    let status =
        if seeded.chance(85) { Status::Active } else { *seeded.pick(&[Status::Invited, Status::Suspended]) };
    User {
        id: (*seeded.pick(&["ann", "bob", "cem"])).to_owned(),
        name: None,
        email: None,
        status,
        properties: facts(seeded),
    }
}

fn group(seeded: &mut Seeded) -> Group {
    Group { id: (*seeded.pick(&["blue", "green", "red"])).to_owned(), title: None, active: seeded.chance(75) }
}

fn key(seeded: &mut Seeded) -> ApiKey {
    ApiKey {
        id: (*seeded.pick(&["k1", "k2"])).to_owned(),
        title: None,
        kind: *seeded.pick(&[KeyKind::Secret, KeyKind::Public]),
        origins: vec![ORIGINS[0].to_owned()],
        expires: seeded.some(25, time),
        revoked: seeded.chance(10),
        secret_hash: seeded.some(50, |seeded| format!("hash{}", seeded.below(1000))),
        prefix: None,
        issued_by: None,
        previous: None,
    }
}

pub fn subjects(state: &State) -> Vec<SubjectRef> {
    let users = state.users.keys().map(SubjectRef::user);
    let groups = state.groups.keys().map(SubjectRef::group);
    users.chain(groups).chain(state.keys.keys().map(SubjectRef::api_key)).collect()
}

fn one<T: Clone>(seeded: &mut Seeded, items: &[T]) -> Option<T> {
    (!items.is_empty()).then(|| seeded.pick(items).clone())
}

fn member(state: &State, seeded: &mut Seeded) -> Option<Change> {
    let groups: Vec<String> = state.groups.keys().cloned().collect();
    let group = one(seeded, &groups)?;
    let member = one(seeded, &subjects(state))?;
    // Groups nest in one direction of the alphabet only, so that there are no cycles.
    let cycle = state.groups.contains_key(&member.id) && member.id <= group;
    (!cycle).then_some(Change::MemberAdded { group, member })
}

pub fn roles(state: &State) -> Vec<RoleRef> {
    let system = state.enabled().flat_map(|spec| {
        spec.roles
            .iter()
            .filter(|role| role.id != "idle")
            .map(|role| RoleRef { product: spec.product.clone(), role: role.id.clone() })
    });
    system.chain(state.custom.keys().filter(|role| state.has_role(role)).cloned()).collect()
}

fn nodes(state: &State) -> Vec<ResourceRef> {
    state.resources.keys().cloned().collect()
}

fn custom(state: &State, seeded: &mut Seeded) -> CustomRole {
    let spec = &state.catalogs["alpha"].0;
    let permissions: Vec<String> = spec.permissions.iter().map(|permission| permission.id.clone()).collect();
    let roles: Vec<String> = spec.roles.iter().map(|role| role.id.clone()).collect();
    let number = seeded.below(3);
    let later: Vec<String> = (number + 1..3).map(|later| format!("c{later}")).collect();
    let start = match seeded.below(6) {
        0 => Start::All,
        1 | 2 => Start::Duplicate(seeded.pick(&roles).clone()),
        3 => one(seeded, &later).map_or(Start::None, Start::Duplicate),
        _ => Start::None,
    };
    let grants = (0..seeded.below(4)).map(|_| custom_grant(state, &permissions, &roles, seeded)).collect();
    CustomRole {
        id: RoleRef { product: "alpha".to_owned(), role: format!("c{number}") },
        title: None,
        description: None,
        instances: Vec::new(),
        start,
        includes: some_of(seeded, &later, 40),
        grants,
        without: some_of(seeded, &permissions, 8),
    }
}

fn custom_grant(state: &State, permissions: &[String], roles: &[String], seeded: &mut Seeded) -> CustomGrant {
    let all = conditions();
    CustomGrant {
        permission: seeded.pick(permissions).clone(),
        within: seeded.some(40, |seeded| seeded.pick(&nodes(state)).clone()),
        when: seeded.some(25, |seeded| seeded.pick(&all).source()),
        related: if seeded.chance(15) { relations(seeded) } else { Vec::new() },
        requires: if seeded.chance(10) { vec![seeded.pick(roles).clone()] } else { Vec::new() },
    }
}

fn overlay(state: &State, seeded: &mut Seeded) -> Option<Overlay> {
    let spec = &state.catalogs["alpha"].0;
    let permissions: Vec<String> = spec.permissions.iter().map(|permission| permission.id.clone()).collect();
    let role = one(seeded, &spec.roles)?.id;
    Some(Overlay {
        role: RoleRef { product: "alpha".to_owned(), role },
        add: some_of(seeded, &permissions, 25),
        remove: some_of(seeded, &permissions, 25),
    })
}

fn assignment(state: &State, seeded: &mut Seeded) -> Option<Assignment> {
    let role = one(seeded, &roles(state))?;
    let near: Vec<ResourceRef> = nodes(state)
        .into_iter()
        .filter(|node| state.product_of(node).is_none_or(|at| at == role.product))
        .collect();
    let scope = if seeded.chance(80) { one(seeded, &near)? } else { one(seeded, &nodes(state))? };
    let detailed = seeded.chance(25);
    let mut parameters = Properties::new();
    if detailed && seeded.chance(50) {
        parameters.insert("x".into(), json!(seeded.pick(&VALUES)));
    }
    Some(Assignment {
        subject: one(seeded, &subjects(state))?,
        role,
        scope,
        approver: None,
        starts: if detailed { seeded.some(50, time) } else { None },
        expires: if detailed { seeded.some(50, time) } else { None },
        parameters,
    })
}

fn relation(state: &State, seeded: &mut Seeded) -> Option<Relation> {
    Some(Relation {
        resource: one(seeded, &nodes(state))?,
        relation: (*seeded.pick(&RELATIONS)).to_owned(),
        subject: one(seeded, &subjects(state))?,
    })
}

fn budget(state: &State, seeded: &mut Seeded) -> Option<Budget> {
    let periods = [Period::Once, Period::Day, Period::Week, Period::Month, Period::Quarter, Period::Year];
    Some(Budget {
        subject: one(seeded, &subjects(state))?,
        scope: one(seeded, &nodes(state))?,
        amount: seeded.pick(&AMOUNTS).parse().unwrap(),
        currency: (*seeded.pick(&CURRENCIES)).to_owned(),
        period: *seeded.pick(&periods),
        spent: seeded.pick(&AMOUNTS).parse().unwrap(),
        spent_at: seeded.some(70, time),
    })
}

fn approval(state: &State, seeded: &mut Seeded) -> Option<Approval> {
    let permissions = &state.catalogs["alpha"].0.permissions;
    let states =
        [ApprovalState::Approved, ApprovalState::Approved, ApprovalState::Pending, ApprovalState::Used];
    Some(Approval {
        id: format!("ask{}", seeded.below(3)),
        subject: one(seeded, &subjects(state))?,
        permission: format!("alpha/{}", seeded.pick(permissions).id),
        resource: one(seeded, &nodes(state))?,
        amount: seeded.some(40, |seeded| seeded.pick(&AMOUNTS).parse().unwrap()),
        currency: seeded.some(40, |seeded| (*seeded.pick(&CURRENCIES)).to_owned()),
        state: *seeded.pick(&states),
        decided_by: None,
        barred: Vec::new(),
        expires: time(seeded),
    })
}

// --- changes -----------------------------------------------------------------------------------------------------

/// One more change to an organization, at times one that does not fit.
pub fn change(state: &State, seed: u64) -> Option<Step> {
    let seeded = &mut Seeded::new(seed);
    let held: Vec<AssignmentKey> = state.assignments.keys().cloned().collect();
    let change = match seeded.below(22) {
        0..=2 => Change::AssignmentSet(assignment(state, seeded)?),
        3 | 4 => {
            let (subject, role, scope) = one(seeded, &held)?;
            Change::AssignmentRemoved { subject, role, scope }
        }
        5 | 6 => member(state, seeded)?,
        7 => {
            let members: Vec<_> = state.members.iter().cloned().collect();
            let (group, member) = one(seeded, &members)?;
            Change::MemberRemoved { group, member }
        }
        8..=10 => Change::ResourceSet(resource(state, seeded)?),
        11 => {
            let leaves = |node: &ResourceRef| state.children(node).is_empty() && node.kind != "product";
            let leaves: Vec<ResourceRef> = nodes(state).into_iter().filter(leaves).collect();
            Change::ResourceRemoved { id: one(seeded, &leaves)? }
        }
        12 => Change::RoleSet(custom(state, seeded)),
        13 => Change::RoleRemoved { id: one(seeded, &state.custom.keys().cloned().collect::<Vec<_>>())? },
        14 => Change::OverlaySet(overlay(state, seeded)?),
        15 => match seeded.below(3) {
            0 => Change::UserSet(user(seeded)),
            1 => Change::GroupSet(group(seeded)),
            _ => Change::ApiKeySet(key(seeded)),
        },
        16 => removal(&one(seeded, &subjects(state))?),
        17 => Change::RelationSet(relation(state, seeded)?),
        18 => Change::RelationRemoved(one(seeded, &state.relations.iter().cloned().collect::<Vec<_>>())?),
        19 => Change::BudgetSet(budget(state, seeded)?),
        20 => return Some(catalog_step(state, seeded)),
        _ => misfit(state, seeded)?,
    };
    Some(change.into())
}

fn removal(subject: &SubjectRef) -> Change {
    let id = subject.id.clone();
    match subject.kind {
        ambit_model::SubjectKind::User => Change::UserRemoved { id },
        ambit_model::SubjectKind::Group => Change::GroupRemoved { id },
        ambit_model::SubjectKind::ApiKey => Change::ApiKeyRemoved { id },
    }
}

/// The first catalog anew, or the second off or on.
fn catalog_step(state: &State, seeded: &mut Seeded) -> Step {
    let recipe = |seeded: &mut Seeded| CatalogRecipe {
        permissions: (0..1 + seeded.below(6)).map(|_| seeded.next()).collect(),
        roles: (0..1 + seeded.below(6)).map(|_| seeded.next()).collect(),
        everyone: Vec::new(),
        heads: seeded.next(),
    };
    match seeded.below(3) {
        0 => Step::Install(Box::new(first_catalog(&recipe(seeded)))),
        1 => Change::CatalogRemoved { product: "beta".to_owned() }.into(),
        _ => Step::Install(Box::new(state.catalogs["beta"].0.clone())),
    }
}

/// A change that names something that is not there, or would make a circle.
fn misfit(state: &State, seeded: &mut Seeded) -> Option<Change> {
    let nobody = SubjectRef::user("nobody");
    let nowhere = ResourceRef::new("instance", "nowhere");
    Some(match seeded.below(7) {
        0 => Change::AssignmentSet(Assignment { subject: nobody, ..assignment(state, seeded)? }),
        1 => Change::AssignmentSet(Assignment { scope: nowhere, ..assignment(state, seeded)? }),
        2 => {
            let role = RoleRef { product: "alpha".to_owned(), role: "none".to_owned() };
            Change::AssignmentSet(Assignment { role, ..assignment(state, seeded)? })
        }
        3 => Change::RelationSet(Relation { resource: nowhere, ..relation(state, seeded)? }),
        4 => Change::UserRemoved { id: "nobody".to_owned() },
        5 => Change::MemberAdded { group: "nobody".to_owned(), member: nobody },
        _ => {
            let inner: Vec<ResourceRef> =
                nodes(state).into_iter().filter(|node| state.chain(node).len() > 3).collect();
            let below = one(seeded, &inner)?;
            let above = state.chain(&below)[1].clone();
            Change::ResourceSet(Resource { id: above, parent: Some(below), properties: Properties::new() })
        }
    })
}

// --- questions ---------------------------------------------------------------------------------------------------

/// A question, often about something that is held, and then with one thing a little off.
pub fn question(state: &State, seed: u64) -> Asked {
    let seeded = &mut Seeded::new(seed);
    let mut asked = Asked {
        subject_kind: "user".to_owned(),
        subject_id: "ann".to_owned(),
        subject_properties: Properties::new(),
        permission: "do.p0".to_owned(),
        kind: "instance".to_owned(),
        id: "1".to_owned(),
        properties: Properties::new(),
        context: context(state, seeded),
        time: time(seeded),
    };
    let held: Vec<&AssignmentKey> = state.assignments.keys().collect();
    let (mut subject, mut at) = (one(seeded, &subjects(state)), one(seeded, &nodes(state)));
    let mut product = "alpha".to_owned();
    if seeded.chance(75) && !held.is_empty() {
        let (holder, role, scope) = (*seeded.pick(&held)).clone();
        subject = Some(if seeded.chance(60) { somebody_in(state, &holder, seeded) } else { holder });
        at = Some(near(state, &scope, seeded));
        product = role.product;
    }
    name_permission(state, &product, seeded, &mut asked);
    name_resource(state, at.unwrap_or_else(organization), seeded, &mut asked);
    if let Some(subject) = subject {
        asked.subject_kind = subject.kind.as_str().to_owned();
        asked.subject_id = subject.id;
    }
    if seeded.chance(25) {
        asked.subject_properties = facts(seeded);
    }
    approved_request(state, seeded, &mut asked);
    misname(seeded, &mut asked);
    asked
}

fn context(state: &State, seeded: &mut Seeded) -> Properties {
    let mut context = Properties::new();
    if seeded.chance(40) {
        context.insert("x".into(), json!(seeded.pick(&VALUES)));
    }
    if seeded.chance(60) {
        let amount = *seeded.pick(&AMOUNTS);
        context.insert("amount".into(), if seeded.chance(90) { json!(amount) } else { json!(50) });
    }
    if seeded.chance(60) {
        context.insert("currency".into(), json!(seeded.pick(&CURRENCIES)));
    }
    if seeded.chance(20) {
        context.insert("budget_remaining".into(), json!(seeded.pick(&AMOUNTS)));
    }
    if !state.keys.is_empty() && seeded.chance(60) {
        let origin = if seeded.chance(80) { ORIGINS[0] } else { ORIGINS[1] };
        context.insert("origin".into(), json!(origin));
    }
    context
}

/// A member of a group at any depth, at times the group itself.
fn somebody_in(state: &State, holder: &SubjectRef, seeded: &mut Seeded) -> SubjectRef {
    let mut at = holder.clone();
    for _ in 0..3 {
        let members = state.members.iter().filter(|(group, _)| at == SubjectRef::group(group));
        let members: Vec<SubjectRef> = members.map(|(_, member)| member.clone()).collect();
        match one(seeded, &members) {
            Some(member) if seeded.chance(85) => at = member,
            _ => break,
        }
    }
    at
}

/// The node itself, or one a step or two away.
fn near(state: &State, node: &ResourceRef, seeded: &mut Seeded) -> ResourceRef {
    let mut at = node.clone();
    for _ in 0..seeded.below(4) {
        let up = state.resources.get(&at).and_then(|(parent, _)| parent.clone());
        let down = one(seeded, &state.children(&at));
        let next = if seeded.chance(75) { down.or(up) } else { up };
        at = next.unwrap_or(at);
    }
    at
}

fn name_permission(state: &State, product: &str, seeded: &mut Seeded, asked: &mut Asked) {
    let permissions: Vec<String> = state
        .catalogs
        .get(product)
        .map(|(spec, _)| spec.permissions.iter().map(|permission| permission.id.clone()).collect())
        .unwrap_or_default();
    if let Some(permission) = one(seeded, &permissions) {
        asked.permission = if seeded.chance(70) { format!("{product}/{permission}") } else { permission };
    }
}

/// The node, or an unregistered one that stands under it.
fn name_resource(state: &State, at: ResourceRef, seeded: &mut Seeded, asked: &mut Asked) {
    if seeded.chance(25) {
        asked.properties = facts(seeded);
    }
    let bare = |kind: &str, seeded: &mut Seeded| match kind.split_once('/') {
        Some((_, bare)) if seeded.chance(30) => bare.to_owned(),
        _ => kind.to_owned(),
    };
    if !seeded.chance(20) {
        asked.kind = bare(&at.kind, seeded);
        asked.id = at.id;
        return;
    }
    let beta = state.product_of(&at).is_some_and(|product| product == "beta");
    let kinds = if beta { ["beta/page", "beta/doc"] } else { ["alpha/page", "alpha/flag"] };
    let kind = *seeded.pick(&kinds);
    asked.kind = bare(kind, seeded);
    asked.id = if seeded.chance(80) { "new".to_owned() } else { "1".to_owned() };
    match seeded.below(10) {
        0 => {}
        1 => drop(asked.properties.insert("parent".into(), json!("instance:nowhere"))),
        2 => drop(asked.properties.insert("parent".into(), json!(7))),
        _ => drop(asked.properties.insert("parent".into(), json!(format!("{}:{}", at.kind, at.id)))),
    }
}

/// Now and then exactly, or almost, what an approval was given for.
fn approved_request(state: &State, seeded: &mut Seeded, asked: &mut Asked) {
    let approvals: Vec<&Approval> = state.approvals.values().collect();
    if !seeded.chance(25) || approvals.is_empty() {
        return;
    }
    let approval = *seeded.pick(&approvals);
    asked.context.insert("approval".into(), json!({ "id": approval.id }));
    if seeded.chance(15) {
        return;
    }
    asked.subject_kind = approval.subject.kind.as_str().to_owned();
    asked.subject_id = approval.subject.id.clone();
    asked.permission = approval.permission.clone();
    asked.kind = approval.resource.kind.clone();
    asked.id = approval.resource.id.clone();
    for name in ["amount", "currency"] {
        asked.context.remove(name);
    }
    if let Some(amount) = approval.amount {
        asked.context.insert("amount".into(), json!(amount.to_string()));
    }
    if let Some(currency) = &approval.currency {
        asked.context.insert("currency".into(), json!(currency));
    }
    match seeded.below(8) {
        0 => drop(asked.context.insert("amount".into(), json!(seeded.pick(&AMOUNTS)))),
        1 => drop(asked.context.remove("amount")),
        2 => drop(asked.context.insert("amount".into(), json!(50))),
        3 => drop(asked.context.insert("currency".into(), json!(seeded.pick(&CURRENCIES)))),
        _ => {}
    }
}

/// Now and then a name that means nothing, or another word for it.
fn misname(seeded: &mut Seeded, asked: &mut Asked) {
    match seeded.below(60) {
        0 => asked.subject_id = "nobody".to_owned(),
        1 => asked.permission = "do.nothing".to_owned(),
        2 => asked.kind = "nothing".to_owned(),
        3 => asked.id = "none".to_owned(),
        4 => asked.kind = "product".to_owned(),
        5 => asked.kind = "organization".to_owned(),
        6..=9 if asked.subject_kind == "user" => asked.subject_kind = "identity".to_owned(),
        _ => {}
    }
}

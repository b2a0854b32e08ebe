//! Nobody climbs (`administration.md` C.7): every command in small worlds, step after step, and long random walks over the
//! demo. What is compared with is the definition (`oracle.rs`).

use crate::oracle::{self, Atoms};
use crate::world::World;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_governance::{Leniency, Proposal, decide};
use ambit_model::{
    Actor, Assignment, Change, CustomGrant, CustomRole, Group, Overlay, Relation, Resource, ResourceRef,
    RoleRef, Start, Status, SubjectKind, SubjectRef, Timestamp, User,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A small generator of numbers: the same seed, the same walk.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A catalog of so many roles with random grants, needs and authority; only closed ones are catalogs at all.
fn catalog(dice: &mut Dice, roles: usize) -> String {
    loop {
        let source = attempt(dice, roles);
        if ambit_catalog::parse_catalog("x.yaml", &source).is_ok() {
            return source;
        }
    }
}

fn attempt(dice: &mut Dice, roles: usize) -> String {
    let levels = dice.one_in(2);
    let mode = ["peer", "strict", "hold_to_grant"][dice.roll(3)];
    let state = dice.one_in(2);
    let mut source = format!(
        "product: x\ntitle: X\nversion: 1\nauthority: {{ mode: {mode} }}\nareas:\n  a: {{ title: A{} }}\nresource_types:\n  page: {{ parents: [instance, page], refines: {} }}\npermissions:\n",
        if state { format!(", unassigned: r{}", roles - 1) } else { String::new() },
        dice.one_in(3),
    );
    for permission in 0..3 {
        source.push_str(&format!("  p{permission}: {{ title: P, on: page, area: a }}\n"));
    }
    source.push_str("roles:\n");
    for role in 0..roles {
        let mut grants: Vec<String> = Vec::new();
        for permission in 0..3 {
            match dice.roll(8) {
                0..=3 => {}
                4 => grants.push(format!("p{permission}: {{ related: [owner] }}")),
                _ => grants.push(format!("p{permission}")),
            }
        }
        let mut line = format!("  r{role}: {{ title: R, grants: [{}]", grants.join(", "));
        if !(state && role == roles - 1) {
            line.push_str(", area: a");
        }
        if levels {
            line.push_str(&format!(", level: {}", 10 * dice.roll(4)));
        }
        if role > 0 && dice.one_in(6) {
            line.push_str(&format!(", requires: [r{}]", role - 1));
        }
        if role > 0 && dice.one_in(6) {
            line.push_str(&format!(", includes: [r{}]", role - 1));
        }
        if dice.one_in(2) {
            let verbs = "[assign, revoke, invite, edit_users, manage_groups, manage_keys, create_roles, edit_roles, delete_roles, manage_resources, manage_relations]";
            let what = if levels {
                format!("level_at_most: {}", 10 * dice.roll(4))
            } else {
                let listed: Vec<String> =
                    (0..roles).filter(|_| dice.one_in(2)).map(|role| format!("r{role}")).collect();
                if listed.is_empty() {
                    "product: x".to_owned()
                } else {
                    format!("roles: [{}]", listed.join(", "))
                }
            };
            line.push_str(&format!(", administers: [{{ {what}, do: {verbs} }}]"));
        }
        source.push_str(&line);
        source.push_str(" }\n");
    }
    source.push_str("custom_roles: { allowed: true }\n");
    source
}

/// The organization to begin with: everybody may hold something anywhere.
fn beginning(dice: &mut Dice, roles: usize, users: usize, groups: usize) -> String {
    let mut source = String::from(
        "organization: acme\nproducts: [x]\nresources:\n  - { id: 'instance:a', parent: 'product:x' }\n  - { id: 'instance:b', parent: 'product:x' }\n  - { id: 'x/page:p', parent: 'instance:a' }\nusers:\n",
    );
    for user in 0..users {
        source.push_str(&format!("  - {{ id: u{user} }}\n"));
    }
    source.push_str("groups:\n");
    for group in 0..groups {
        source.push_str(&format!("  - {{ id: g{group} }}\n"));
    }
    source.push_str("assignments:\n");
    let mut given = BTreeSet::new();
    for _ in 0..users + 2 {
        let subject = if dice.one_in(4) {
            format!("group:g{}", dice.roll(groups))
        } else {
            format!("user:u{}", dice.roll(users))
        };
        let scope = *dice.pick(&["product:x", "instance:a", "instance:b", "x/page:p"]);
        let role = dice.roll(roles.max(2) - 1);
        if given.insert((subject.clone(), role, scope)) {
            source.push_str(&format!("  - {{ subject: '{subject}', role: x/r{role}, scope: '{scope}' }}\n"));
        }
    }
    source
}

fn resource(text: &str) -> ResourceRef {
    text.parse().unwrap()
}

fn assigned(subject: SubjectRef, role: RoleRef, scope: ResourceRef) -> Change {
    Change::AssignmentSet(Assignment {
        subject,
        role,
        scope,
        approver: None,
        starts: None,
        expires: None,
        parameters: Default::default(),
    })
}

fn custom(id: &str, permission: &str, related: bool, instance: Option<&str>, start: Start) -> Change {
    Change::RoleSet(CustomRole {
        id: RoleRef { product: "x".into(), role: id.into() },
        title: Some("Own".into()),
        description: None,
        instances: instance.map(resource).into_iter().collect(),
        start,
        includes: Vec::new(),
        grants: vec![CustomGrant {
            permission: permission.into(),
            related: if related { vec!["owner".into()] } else { Vec::new() },
            ..CustomGrant::default()
        }],
        without: Vec::new(),
    })
}

/// Every command that there is in a small world.
fn commands(view: &View, roles: usize) -> Vec<Change> {
    let subjects: Vec<SubjectRef> =
        oracle::everybody(view).into_iter().map(|subject| view.subject_ref(subject)).collect();
    let scopes = ["product:x", "instance:a", "instance:b", "x/page:p"].map(resource);
    let mut names: Vec<String> = (0..roles).map(|role| format!("r{role}")).collect();
    names.push("own".into());
    let mut all = Vec::new();
    for subject in &subjects {
        for name in &names {
            for scope in &scopes {
                let role = RoleRef { product: "x".into(), role: name.clone() };
                all.push(assigned(subject.clone(), role.clone(), scope.clone()));
                all.push(Change::AssignmentRemoved { subject: subject.clone(), role, scope: scope.clone() });
            }
        }
        all.push(Change::RelationSet(Relation {
            resource: resource("x/page:p"),
            relation: "owner".into(),
            subject: subject.clone(),
        }));
        for group in view.subjects(SubjectKind::Group).map(|group| view.subject_ref(group).id) {
            all.push(Change::MemberAdded { group: group.clone(), member: subject.clone() });
            all.push(Change::MemberRemoved { group, member: subject.clone() });
        }
        if subject.kind == SubjectKind::User {
            for status in [Status::Active, Status::Suspended] {
                all.push(Change::UserSet(User {
                    id: subject.id.clone(),
                    name: None,
                    email: None,
                    status,
                    properties: Default::default(),
                }));
            }
        }
        if subject.kind == SubjectKind::Group {
            for active in [true, false] {
                all.push(Change::GroupSet(Group { id: subject.id.clone(), title: None, active }));
            }
            all.push(Change::GroupRemoved { id: subject.id.clone() });
        }
    }
    for (permission, related, instance) in [
        ("p0", false, Some("instance:a")),
        ("p1", false, None),
        ("p2", true, Some("instance:b")),
        ("p2", false, Some("instance:a")),
    ] {
        all.push(custom("own", permission, related, instance, Start::None));
    }
    all.push(custom("own", "p0", false, Some("instance:a"), Start::Duplicate("r0".into())));
    all.push(custom("own", "p1", false, None, Start::Duplicate("r1".into())));
    all.push(Change::RoleRemoved { id: RoleRef { product: "x".into(), role: "own".into() } });
    all.push(Change::OverlaySet(Overlay {
        role: RoleRef { product: "x".into(), role: "r1".into() },
        add: vec!["p0".into()],
        remove: Vec::new(),
    }));
    for parent in ["instance:a", "instance:b"] {
        all.push(Change::ResourceSet(Resource {
            id: resource("x/page:p"),
            parent: Some(resource(parent)),
            properties: Default::default(),
        }));
        all.push(Change::ResourceSet(Resource {
            id: resource("x/page:new"),
            parent: Some(resource(parent)),
            properties: Default::default(),
        }));
    }
    all
}

/// What is counted, so that a test which looks at nothing does not pass for one that found nothing.
#[derive(Debug, Default)]
struct Counts {
    catalogs: usize,
    states: usize,
    commands: usize,
    accepted: usize,
    exhausted: usize,
}

struct Known {
    view: View,
    caps: BTreeMap<SubjectIx, Atoms>,
    atoms: BTreeMap<SubjectRef, Atoms>,
}

impl Known {
    fn of(view: View) -> Self {
        let atoms = oracle::everybody(&view).into_iter().map(|subject| {
            let mut atoms = oracle::perm(&view, subject, now());
            atoms.extend(oracle::auth(&view, subject, now()));
            (view.subject_ref(subject), atoms)
        });
        let atoms = atoms.collect();
        let users = view.subjects(SubjectKind::User).map(|user| (user, oracle::cap(&view, user, now())));
        let caps = users.collect();
        Self { view, caps, atoms }
    }

    /// A state in words that do not depend on how it came about.
    fn name(&self) -> String {
        let file = ambit_governance::export::organization(&self.view);
        format!("{file:?}")
    }
}

fn catalog_of(view: &View) -> String {
    view.registry().enabled().map(|(_, product)| product.source.to_string()).collect()
}

/// NE-step and NE-closure for one accepted step, by the definitions.
fn assert_no_climb(before: &Known, after: &Known, actor: SubjectIx, change: &Change) {
    let own = &before.caps[&actor];
    for (subject, atoms) in &after.atoms {
        let none = Atoms::new();
        let had = before.atoms.get(subject).unwrap_or(&none);
        let has = oracle::as_before(&before.view, &after.view, atoms);
        let beyond: Vec<_> = has.iter().filter(|atom| !had.contains(atom) && !own.contains(atom)).collect();
        assert!(
            beyond.is_empty(),
            "{subject} gains {beyond:?} by {change:?} of {}, who has no such thing to give\n{}\n{}",
            before.view.subject_ref(actor),
            catalog_of(&before.view),
            before.name()
        );
    }
    for (user, cap) in &after.caps {
        let other = before.caps.get(user);
        let cap = oracle::as_before(&before.view, &after.view, cap);
        let beyond: Vec<_> = cap
            .iter()
            .filter(|atom| !own.contains(atom) && !other.is_some_and(|other| other.contains(atom)))
            .collect();
        assert!(
            beyond.is_empty(),
            "{:?} climbs together: {beyond:?} by {change:?}",
            before.view.subject_ref(*user)
        );
    }
}

/// All commands of all users from all states that they lead to, up to a depth, or until there are so many states.
fn explore(world: &World, roles: usize, depth: usize, most: usize, counts: &mut Counts) {
    let first = Known::of(world.view.clone());
    let mut seen = HashSet::from([first.name()]);
    let mut frontier = vec![first];
    counts.catalogs += 1;
    for _ in 0..depth {
        let mut next = Vec::new();
        for known in &frontier {
            counts.states += 1;
            for actor in known.caps.keys().copied() {
                let name = Actor::Subject { subject: known.view.subject_ref(actor), impersonator: None };
                for change in commands(&known.view, roles) {
                    counts.commands += 1;
                    let wanted = vec![Proposal::from(change.clone())];
                    let Ok(decided) = decide(&known.view, wanted, &name, now(), Leniency::default()) else {
                        continue;
                    };
                    if decided.changes.is_empty() {
                        continue;
                    }
                    counts.accepted += 1;
                    let after = Known::of(decided.next);
                    assert_no_climb(known, &after, actor, &change);
                    if seen.len() < most && seen.insert(after.name()) {
                        next.push(after);
                    }
                }
            }
        }
        frontier = next;
    }
    counts.exhausted += usize::from(seen.len() < most);
}

/// How much to do: `AMBIT_CLIMB=10` does ten times as much.
fn times() -> usize {
    std::env::var("AMBIT_CLIMB").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn no_command_of_a_small_world_lets_anyone_climb() {
    let mut counts = Counts::default();
    let mut dice = Dice(7);
    for _ in 0..12 * times() {
        let source = catalog(&mut dice, 4);
        let organization = beginning(&mut dice, 4, 3, 2);
        let world = World::new(&[&source], &organization);
        explore(&world, 4, 5, 60, &mut counts);
    }
    println!("three users, four roles, two groups: {counts:?}");
    assert!(counts.accepted > 5_000, "{counts:?}");
}

#[test]
fn smaller_worlds_are_looked_at_to_the_end() {
    let mut counts = Counts::default();
    let mut dice = Dice(11);
    for _ in 0..5 * times() {
        let source = catalog(&mut dice, 2);
        let organization = beginning(&mut dice, 2, 2, 1);
        let world = World::new(&[&source], &organization);
        explore(&world, 2, 5, 400, &mut counts);
    }
    println!("two users, two roles, one group: {counts:?}");
    assert!(counts.exhausted > 0 && counts.accepted > 1_000, "{counts:?}");
}

/// A random command over an organization of any size.
fn any_command(view: &View, dice: &mut Dice, near: &[NodeIx]) -> Change {
    let subjects = oracle::everybody(view);
    // Mostly where the walkers have some authority: elsewhere they are refused by that alone.
    let nodes: Vec<_> = if dice.one_in(4) { view.nodes().collect() } else { near.to_vec() };
    let subject = view.subject_ref(*dice.pick(&subjects));
    let node = *dice.pick(&nodes);
    // Mostly roles of the product at hand: others are refused by their form alone.
    let roles: Vec<RoleIx> = view
        .roles()
        .iter()
        .filter(|(_, row)| view.product_of(node).is_none_or(|product| product == row.product))
        .map(|(role, _)| role)
        .collect();
    let role = view.role_ref(*dice.pick(&roles));
    let scope = view.node_ref(node);
    let users: Vec<SubjectIx> = view.subjects(SubjectKind::User).collect();
    let groups: Vec<SubjectIx> = view.subjects(SubjectKind::Group).collect();
    let user = view.subject_ref(*dice.pick(&users));
    let group = view.subject_ref(*dice.pick(&groups)).id;
    match dice.roll(14) {
        0..=4 => assigned(subject, role, scope),
        5 | 6 => {
            let held = view.held(view.subject(&subject).unwrap());
            match held.first() {
                Some(held) => Change::AssignmentRemoved {
                    subject,
                    role: view.role_ref(held.role),
                    scope: view.node_ref(held.scope),
                },
                None => assigned(subject, role, scope),
            }
        }
        7 => Change::MemberAdded { group, member: subject },
        8 => Change::MemberRemoved { group, member: subject },
        9 => Change::UserSet(User {
            id: user.id,
            name: Some("Other".into()),
            email: None,
            status: *dice.pick(&[Status::Active, Status::Suspended, Status::Active]),
            properties: Default::default(),
        }),
        10 => Change::GroupSet(Group { id: group, title: None, active: !dice.one_in(3) }),
        11 => custom_of(view, dice, &role.product),
        12 => match view.resource(node) {
            moved if dice.one_in(2) => {
                Change::ResourceSet(Resource { parent: Some(view.node_ref(*dice.pick(&nodes))), ..moved })
            }
            mut described => {
                described.properties.insert("status".into(), "draft".into());
                described.properties.insert("language".into(), "en".into());
                Change::ResourceSet(described)
            }
        },
        _ => Change::RelationSet(Relation {
            resource: scope,
            relation: (*dice.pick(&["owner", "assignee", "shared_edit", "shared_view"])).into(),
            subject,
        }),
    }
}

fn custom_of(view: &View, dice: &mut Dice, product: &str) -> Change {
    let index = view.registry().product_named(product).unwrap();
    let catalog = view.registry().catalog(index);
    let permission = dice.pick(&catalog.permissions).id.clone();
    let instances: Vec<ResourceRef> = view
        .nodes()
        .filter(|node| view.product_of(*node) == Some(index))
        .map(|node| view.node_ref(node))
        .filter(|node| node.kind == "instance")
        .collect();
    let bound =
        if instances.is_empty() || dice.one_in(4) { Vec::new() } else { vec![dice.pick(&instances).clone()] };
    Change::RoleSet(CustomRole {
        id: RoleRef { product: product.into(), role: "walked".into() },
        title: Some("Walked".into()),
        description: None,
        instances: bound,
        start: Start::None,
        includes: Vec::new(),
        grants: vec![CustomGrant { permission, ..CustomGrant::default() }],
        without: Vec::new(),
    })
}

/// A coalition of administrators below the top does what it can, for thousands of steps. Whatever anybody holds in the end
/// is what they held, or what somebody of the coalition could assign there in the beginning.
#[test]
fn a_coalition_walks_long_and_gets_nowhere_new() {
    let demo = World::demo();
    for (seed, coalition) in
        [(1, vec!["paula", "ivan", "priya"]), (2, vec!["ivan", "priya"]), (3, vec!["paula"])]
    {
        let members: Vec<SubjectRef> = coalition.iter().map(|name| SubjectRef::user(*name)).collect();
        let mut known = Atoms::new();
        for member in &members {
            known.extend(oracle::cap(&demo.view, demo.view.subject(member).unwrap(), now()));
        }
        let had: BTreeMap<SubjectRef, Atoms> = oracle::everybody(&demo.view)
            .into_iter()
            .map(|subject| {
                let mut atoms = oracle::perm(&demo.view, subject, now());
                atoms.extend(oracle::auth(&demo.view, subject, now()));
                (demo.view.subject_ref(subject), atoms)
            })
            .collect();
        let mut view = demo.view.clone();
        let mut dice = Dice(seed);
        let scopes: BTreeSet<NodeIx> = members
            .iter()
            .flat_map(|member| view.authorities(view.subject(member).unwrap(), now()))
            .map(|authority| authority.scope)
            .collect();
        let near: Vec<NodeIx> =
            view.nodes().filter(|node| scopes.iter().any(|scope| view.covers(*scope, *node))).collect();
        let (mut accepted, steps) = (0, 3_400 * times());
        for _ in 0..steps {
            let change = any_command(&view, &mut dice, &near);
            let actor = Actor::Subject { subject: dice.pick(&members).clone(), impersonator: None };
            if let Ok(decided) =
                decide(&view, vec![Proposal::from(change)], &actor, now(), Leniency::default())
            {
                accepted += usize::from(!decided.changes.is_empty());
                view = decided.next;
            }
        }
        println!("{coalition:?}: {accepted} of {steps} steps accepted");
        assert!(accepted > 50, "{coalition:?}: only {accepted} steps were accepted");
        for subject in oracle::everybody(&view) {
            let name = view.subject_ref(subject);
            let mut has = oracle::perm(&view, subject, now());
            has.extend(oracle::auth(&view, subject, now()));
            let none = Atoms::new();
            let had = had.get(&name).unwrap_or(&none);
            let has = oracle::as_before(&demo.view, &view, &has);
            let beyond: Vec<_> =
                has.iter().filter(|atom| !had.contains(atom) && !known.contains(atom)).collect();
            assert!(beyond.is_empty(), "{name} got {beyond:?} by steps of {coalition:?}");
        }
    }
}

//! The rules of the design, one small example each. The comments name the section.

use crate::agrees::as_question;
use crate::model::{ORGANIZATION, log_time};
use crate::reference::Asked;
use ambit_engine::{AnswerOptions, View};
use ambit_model::{
    Actor, ApiKey, Approval, ApprovalState, Assignment, Budget, Change, CustomGrant, CustomRole, Decision,
    Entry, Group, KeyKind, OrgId, Outcome, Overlay, Period, PresentationState, Properties, Reason, Relation,
    Resource, Start, Status, SubjectKind, SubjectRef, User,
};
use serde_json::{Value as Json, json};

/// A catalog: the types, then what each test declares.
fn shop(declared: &str) -> String {
    let types = "page: { parents: [instance, project, page, environment] }, environment: { parents: [project], refines: true }, flag: { parents: [project, environment], refines: true }";
    format!("product: shop\ntitle: Shop\nversion: 1\nresource_types: {{ {types} }}\n{declared}")
}

const PAGES: &str = "permissions:
  pages.edit: { title: Edit, on: page, implies: [pages.view] }
  pages.view: { title: View, on: page }
roles:
  editor: { title: Editor, grants: [pages.edit] }
  viewer: { title: Viewer, grants: [pages.view] }
";

/// An organization in the making: an instance with a project `p` and a page `home` in it, a page `far` elsewhere.
struct World(Vec<Change>);

impl World {
    fn new(declared: &str) -> Self {
        let id = OrgId::new(ORGANIZATION).unwrap();
        Self(vec![Change::OrganizationCreated { id }])
            .installed("shop", &shop(declared))
            .resource("instance:i", "product:shop", json!({}))
            .resource("instance:j", "product:shop", json!({}))
            .resource("project:p", "instance:i", json!({}))
            .resource("shop/page:home", "project:p", json!({}))
            .resource("shop/page:far", "instance:j", json!({}))
            .user("ann")
    }

    fn with(mut self, change: Change) -> Self {
        self.0.push(change);
        self
    }

    fn installed(self, product: &str, source: &str) -> Self {
        self.with(Change::CatalogInstalled { product: product.to_owned(), source: source.to_owned() })
    }

    fn resource(self, id: &str, parent: &str, properties: Json) -> Self {
        let (id, parent) = (id.parse().unwrap(), Some(parent.parse().unwrap()));
        self.with(Change::ResourceSet(Resource { id, parent, properties: facts(properties) }))
    }

    fn user(self, id: &str) -> Self {
        self.with(Change::UserSet(user(id, Status::Active)))
    }

    fn group(self, id: &str, active: bool) -> Self {
        self.with(Change::GroupSet(Group { id: id.to_owned(), title: None, active }))
    }

    fn member(self, group: &str, member: &str) -> Self {
        self.with(Change::MemberAdded { group: group.to_owned(), member: member.parse().unwrap() })
    }

    fn assigned(self, subject: &str, role: &str, scope: &str) -> Self {
        self.with(Change::AssignmentSet(assignment(subject, role, scope)))
    }

    fn related(self, resource: &str, relation: &str, subject: &str) -> Self {
        let (resource, subject) = (resource.parse().unwrap(), subject.parse().unwrap());
        self.with(Change::RelationSet(Relation { resource, relation: relation.to_owned(), subject }))
    }

    fn custom(self, role: CustomRole) -> Self {
        self.with(Change::RoleSet(role))
    }

    fn view(&self) -> View {
        let mut view = View::default();
        view.apply(&entry(1, self.0.clone())).unwrap_or_else(|error| panic!("{error}"));
        view
    }

    fn check(&self, subject: &str, permission: &str, resource: &str) -> (Outcome, Reason) {
        check(&self.view(), &asked(subject, permission, resource))
    }

    /// Denied for this reason.
    fn denies(&self, subject: &str, permission: &str, resource: &str, reason: Reason) {
        assert_eq!(self.check(subject, permission, resource), (Outcome::Deny, reason));
    }

    fn allows(&self, subject: &str, permission: &str, resource: &str) {
        assert_eq!(self.check(subject, permission, resource), (Outcome::Allow, Reason::Granted));
    }
}

fn entry(revision: u64, changes: Vec<Change>) -> Entry {
    Entry { revision, epoch: 0, time: log_time(), actor: Actor::OPERATOR, request_id: None, changes }
}

fn facts(json: Json) -> Properties {
    json.as_object().unwrap().clone()
}

fn user(id: &str, status: Status) -> User {
    User { id: id.to_owned(), name: None, email: None, status, properties: Properties::new() }
}

fn assignment(subject: &str, role: &str, scope: &str) -> Assignment {
    Assignment {
        subject: subject.parse().unwrap(),
        role: role.parse().unwrap(),
        scope: scope.parse().unwrap(),
        approver: None,
        starts: None,
        expires: None,
        parameters: Properties::new(),
    }
}

fn custom(id: &str) -> CustomRole {
    CustomRole {
        id: id.parse().unwrap(),
        title: None,
        description: None,
        instances: Vec::new(),
        start: Start::None,
        includes: Vec::new(),
        grants: Vec::new(),
        without: Vec::new(),
    }
}

fn grant(permission: &str) -> CustomGrant {
    CustomGrant { permission: permission.to_owned(), ..CustomGrant::default() }
}

fn key(id: &str, kind: KeyKind) -> ApiKey {
    ApiKey {
        id: id.to_owned(),
        title: None,
        kind,
        origins: vec!["https://shop.example".to_owned()],
        expires: None,
        revoked: false,
        secret_hash: None,
        prefix: None,
        issued_by: None,
        previous: None,
    }
}

fn asked(subject: &str, permission: &str, resource: &str) -> Asked {
    let (subject_kind, subject_id) = subject.split_once(':').unwrap();
    let (kind, id) = resource.split_once(':').unwrap();
    Asked {
        subject_kind: subject_kind.to_owned(),
        subject_id: subject_id.to_owned(),
        subject_properties: Properties::new(),
        permission: permission.to_owned(),
        kind: kind.to_owned(),
        id: id.to_owned(),
        properties: Properties::new(),
        context: Properties::new(),
        time: "2026-06-15T12:00:00Z".parse().unwrap(),
    }
}

fn check(view: &View, asked: &Asked) -> (Outcome, Reason) {
    let verdict = view.check(&as_question(asked));
    (verdict.outcome, verdict.reason)
}

fn in_context(asked: Asked, context: Json) -> Asked {
    Asked { context: facts(context), ..asked }
}

fn answer(view: &View, asked: &Asked) -> Decision {
    view.answer(&as_question(asked), AnswerOptions { explain: true, asker: None })
}

const DENY: Outcome = Outcome::Deny;
const ALLOW: Outcome = Outcome::Allow;
const NEEDS_APPROVAL: Outcome = Outcome::NeedsApproval;

// --- 3.1 ---------------------------------------------------------------------------------------------------------

#[test]
fn unknown_names_are_denials_with_the_reason() {
    let world = World::new(PAGES).assigned("user:ann", "shop/editor", "instance:i");
    world.allows("user:ann", "pages.edit", "shop/page:home");
    world.denies("user:eve", "pages.edit", "page:home", Reason::UnknownSubject);
    world.denies("robot:ann", "pages.edit", "page:home", Reason::UnknownSubject);
    world.denies("user:ann", "pages.burn", "page:home", Reason::UnknownPermission);
    world.denies("user:ann", "pages.edit", "book:home", Reason::UnknownResourceType);
}

#[test]
fn an_unregistered_resource_stands_under_the_parent_that_is_sent() {
    let view = World::new(PAGES).assigned("user:ann", "shop/editor", "project:p").view();
    let mut asked = asked("user:ann", "pages.edit", "page:new");
    assert_eq!(check(&view, &asked), (DENY, Reason::NotReached));
    for (parent, expected) in [
        (json!("project:p"), (ALLOW, Reason::Granted)),
        (json!("page:home"), (ALLOW, Reason::Granted)),
        (json!("instance:j"), (DENY, Reason::NotReached)),
        (json!("instance:nowhere"), (DENY, Reason::UnknownParent)),
        (json!(["project:p"]), (DENY, Reason::UnknownParent)),
        (json!(null), (DENY, Reason::NotReached)),
    ] {
        asked.properties.insert("parent".into(), parent);
        assert_eq!(check(&view, &asked), expected, "{:?}", asked.properties);
    }
}

#[test]
fn without_a_parent_it_stands_directly_under_its_product() {
    let world = World::new(PAGES).assigned("user:ann", "shop/editor", "product:shop");
    world.allows("user:ann", "pages.edit", "page:new");
    let world = World::new(PAGES).assigned("user:ann", "shop/editor", "organization:acme");
    world.allows("user:ann", "pages.edit", "page:new");
}

#[test]
fn a_registered_resource_keeps_its_place_whatever_parent_is_sent() {
    let view = World::new(PAGES).assigned("user:ann", "shop/editor", "project:p").view();
    let mut asked = asked("user:ann", "pages.edit", "page:far");
    asked.properties.insert("parent".into(), json!("project:p"));
    assert_eq!(check(&view, &asked), (DENY, Reason::NotReached));
}

#[test]
fn no_other_organization_or_product_stands_under_this_one() {
    let view = World::new(PAGES).assigned("user:ann", "shop/editor", "organization:acme").view();
    for other in ["organization:evil", "product:other"] {
        let mut asked = asked("user:ann", "shop/pages.edit", other);
        assert_eq!(check(&view, &asked), (DENY, Reason::OtherProduct), "{other}");
        asked.properties.insert("parent".into(), json!("project:p"));
        assert_eq!(check(&view, &asked), (DENY, Reason::OtherProduct), "{other}");
    }
}

#[test]
fn stored_properties_win_over_sent_ones_which_add_to_them() {
    let declared = "permissions:\n  pages.edit: { title: Edit, on: page }\nroles:\n  editor: { title: Editor, grants: [ pages.edit: { when: \"resource.properties.language == 'de' && subject.properties.team == 'x'\" } ] }\n";
    let view = World::new(declared)
        .resource("shop/page:home", "project:p", json!({ "language": "de" }))
        .assigned("user:ann", "shop/editor", "instance:i")
        .view();
    let mut asked = asked("user:ann", "pages.edit", "page:home");
    asked.subject_properties = facts(json!({ "team": "x" }));
    asked.properties = facts(json!({ "language": "fr" }));
    assert_eq!(check(&view, &asked), (ALLOW, Reason::Granted));
    asked.subject_properties = facts(json!({ "team": "y" }));
    assert_eq!(check(&view, &asked), (DENY, Reason::ConditionFalse));
}

#[test]
fn a_permission_of_another_product_is_denied() {
    let other = "product: blog\ntitle: Blog\nversion: 1\nresource_types: { post: { parents: [instance] } }\npermissions:\n  posts.edit: { title: Edit, on: post }\nroles:\n  writer: { title: Writer, grants: [posts.edit] }\n";
    let world = World::new(PAGES)
        .installed("blog", other)
        .assigned("user:ann", "shop/editor", "organization:acme")
        .assigned("user:ann", "blog/writer", "organization:acme");
    world.denies("user:ann", "posts.edit", "page:home", Reason::OtherProduct);
    world.denies("user:ann", "posts.edit", "product:shop", Reason::OtherProduct);
    world.allows("user:ann", "posts.edit", "product:blog");
    world.allows("user:ann", "posts.edit", "organization:acme");
}

#[test]
fn a_product_described_as_a_resource_stays_what_it_is() {
    let other = "product: blog\ntitle: Blog\nversion: 1\npermissions:\n  posts.edit: { title: Edit }\nroles:\n  writer: { title: Writer, grants: [posts.edit] }\n";
    let world = World::new(PAGES)
        .installed("blog", other)
        .resource("product:shop", "organization:acme", json!({ "region": "eu" }))
        .resource("instance:k", "product:shop", json!({}))
        .assigned("user:ann", "blog/writer", "organization:acme");
    world.denies("user:ann", "posts.edit", "product:shop", Reason::OtherProduct);
    world.denies("user:ann", "posts.edit", "instance:k", Reason::OtherProduct);
}

// --- 3.2 ---------------------------------------------------------------------------------------------------------

#[test]
fn groups_nest_and_an_inactive_one_gives_its_members_nothing() {
    let world = |inner: bool, outer: bool| {
        World::new(PAGES)
            .group("inner", inner)
            .group("outer", outer)
            .member("inner", "user:ann")
            .member("outer", "group:inner")
            .assigned("group:outer", "shop/editor", "instance:i")
    };
    world(true, true).allows("user:ann", "pages.edit", "page:home");
    world(true, false).denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
    // Not even the groups that it is in.
    world(false, true).denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
    world(false, true).denies("group:inner", "pages.edit", "page:home", Reason::SubjectInactive);
}

#[test]
fn an_inactive_user_may_nothing() {
    for status in [Status::Invited, Status::Suspended, Status::Deactivated] {
        let world = World::new(PAGES)
            .assigned("user:ann", "shop/editor", "instance:i")
            .with(Change::UserSet(user("ann", status)));
        world.denies("user:ann", "pages.edit", "page:home", Reason::SubjectInactive);
    }
}

#[test]
fn an_assignment_is_in_force_from_its_start_until_just_before_its_expiry() {
    let held = Assignment {
        starts: Some("2026-06-01T00:00:00Z".parse().unwrap()),
        expires: Some("2026-07-01T00:00:00Z".parse().unwrap()),
        ..assignment("user:ann", "shop/editor", "instance:i")
    };
    let view = World::new(PAGES).with(Change::AssignmentSet(held)).view();
    for (time, expected) in [
        ("2026-05-31T23:59:59.999Z", (DENY, Reason::NotStarted)),
        ("2026-06-01T00:00:00Z", (ALLOW, Reason::Granted)),
        ("2026-06-30T23:59:59.999Z", (ALLOW, Reason::Granted)),
        ("2026-07-01T00:00:00Z", (DENY, Reason::Expired)),
    ] {
        let asked = Asked { time: time.parse().unwrap(), ..asked("user:ann", "pages.edit", "page:home") };
        assert_eq!(check(&view, &asked), expected, "{time}");
    }
}

const REQUIRING: &str = "permissions:
  pages.edit: { title: Edit, on: page }
roles:
  base: { title: Base, grants: [] }
  wide: { title: Wide, includes: [base], grants: [] }
  editor: { title: Editor, requires: [base], grants: [pages.edit] }
";

#[test]
fn a_role_is_inactive_without_the_roles_that_it_requires_at_its_scope_or_above() {
    let world = || World::new(REQUIRING).assigned("user:ann", "shop/editor", "instance:i");
    world().denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
    world().assigned("user:ann", "shop/base", "instance:i").allows("user:ann", "pages.edit", "page:home");
    world().assigned("user:ann", "shop/base", "product:shop").allows("user:ann", "pages.edit", "page:home");
    // One that includes it will do; one further down will not.
    world().assigned("user:ann", "shop/wide", "instance:i").allows("user:ann", "pages.edit", "page:home");
    let below = world().assigned("user:ann", "shop/base", "project:p");
    below.denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
}

#[test]
fn a_long_chain_of_requirements_is_followed_to_its_end() {
    let mut declared = "permissions:\n  pages.edit: { title: Edit, on: page }\nroles:\n".to_owned();
    let mut world = Vec::new();
    for index in 0..20 {
        let requires = if index < 19 { format!("requires: [r{}], ", index + 1) } else { String::new() };
        declared += &format!("  r{index}: {{ title: R, {requires}grants: [pages.edit] }}\n");
        world.push(format!("shop/r{index}"));
    }
    let all =
        world.iter().fold(World::new(&declared), |all, role| all.assigned("user:ann", role, "instance:i"));
    all.allows("user:ann", "pages.edit", "page:home");
    let but_last = world
        .iter()
        .take(19)
        .fold(World::new(&declared), |all, role| all.assigned("user:ann", role, "instance:i"));
    but_last.denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
}

#[test]
fn dormant_roles_held_many_times_cost_no_more_than_their_number() {
    let mut declared = "permissions:\n  pages.edit: { title: Edit, on: page }\nroles:\n".to_owned();
    for index in 0..9 {
        declared +=
            &format!("  r{index}: {{ title: R, requires: [r{}], grants: [pages.edit] }}\n", index + 1);
    }
    declared += "  r9: { title: R, grants: [] }\n";
    let mut world = World::new(&declared);
    for group in 0..12 {
        let name = format!("g{group}");
        world = world.group(&name, true).member(&name, "user:ann");
        for role in 0..9 {
            world = world.assigned(&format!("group:{name}"), &format!("shop/r{role}"), "instance:i");
        }
    }
    // Twelve ways to hold each of nine roles: followed one by one, 12⁹ of them.
    world.denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
}

#[test]
fn everyone_has_the_baseline_in_the_product_and_only_users_do() {
    let declared = format!("{PAGES}baselines:\n  everyone: {{ title: Everyone, grants: [pages.view] }}\n");
    let world = World::new(&declared).group("g", true).with(Change::ApiKeySet(key("k", KeyKind::Secret)));
    world.allows("user:ann", "pages.view", "page:home");
    world.denies("group:g", "pages.view", "page:home", Reason::NoRole);
    world.denies("api_key:k", "pages.view", "page:home", Reason::NoRole);
    // At the product, not above it.
    world.denies("user:ann", "shop/pages.view", "organization:acme", Reason::NotReached);
}

const AREAS: &str = "areas:
  web: { title: Web, unassigned: idle }
permissions:
  orders.place: { title: Order, on: page, area: web }
  pages.view: { title: View, on: page, area: web }
roles:
  buyer: { title: Buyer, area: web, grants: [pages.view] }
  other: { title: Other, grants: [] }
  idle: { title: Idle, grants: [orders.place] }
custom_roles: { allowed: true, start: [none] }
";

#[test]
fn the_unassigned_state_is_had_while_no_role_of_the_area_is_held() {
    World::new(AREAS).allows("user:ann", "orders.place", "page:home");
    World::new(AREAS).assigned("user:ann", "shop/other", "instance:i").allows(
        "user:ann",
        "orders.place",
        "page:home",
    );
    let buyer = World::new(AREAS).assigned("user:ann", "shop/buyer", "instance:j");
    buyer.denies("user:ann", "orders.place", "page:home", Reason::NoRole);
}

#[test]
fn a_dormant_role_of_the_area_counts_as_held_and_an_expired_one_does_not() {
    let group = |active| {
        World::new(AREAS).group("g", active).member("g", "user:ann").assigned(
            "group:g",
            "shop/buyer",
            "instance:i",
        )
    };
    group(false).denies("user:ann", "orders.place", "page:home", Reason::NoRole);
    let held = |starts: Option<&str>, expires: Option<&str>| Assignment {
        starts: starts.map(|time| time.parse().unwrap()),
        expires: expires.map(|time| time.parse().unwrap()),
        ..assignment("user:ann", "shop/buyer", "instance:i")
    };
    let later = World::new(AREAS).with(Change::AssignmentSet(held(Some("2027-01-01T00:00:00Z"), None)));
    later.denies("user:ann", "orders.place", "page:home", Reason::NoRole);
    let expired = World::new(AREAS).with(Change::AssignmentSet(held(None, Some("2026-01-01T00:00:00Z"))));
    expired.allows("user:ann", "orders.place", "page:home");
}

#[test]
fn a_custom_role_is_of_the_areas_of_its_permissions() {
    let role = CustomRole { grants: vec![grant("pages.view")], ..custom("shop/reader") };
    let world = World::new(AREAS).custom(role).assigned("user:ann", "shop/reader", "instance:i");
    world.denies("user:ann", "orders.place", "page:home", Reason::PermissionNotGranted);
}

// --- 3.3 ---------------------------------------------------------------------------------------------------------

#[test]
fn several_roles_add_up_to_the_best_of_their_grants() {
    let declared = "permissions:
  pages.edit: { title: Edit, on: page }
roles:
  never: { title: Never, grants: [ pages.edit: { when: 'false' } ] }
  asking: { title: Asking, grants: [ pages.edit: { needs_approval: true } ] }
  free: { title: Free, grants: [pages.edit] }
";
    let world = World::new(declared).assigned("user:ann", "shop/never", "instance:i");
    world.denies("user:ann", "pages.edit", "page:home", Reason::ConditionFalse);
    let world = world.assigned("user:ann", "shop/asking", "instance:i");
    let expected = (NEEDS_APPROVAL, Reason::ApprovalRequired);
    assert_eq!(world.check("user:ann", "pages.edit", "page:home"), expected);
    world.assigned("user:ann", "shop/free", "instance:i").allows("user:ann", "pages.edit", "page:home");
}

const BUNDLES: &str = "limits:
  gently: { text: gently, takes_away: [parts.delete] }
permissions:
  all.edit: { title: All, on: page, implies: [parts.edit, pages.view] }
  parts.edit: { title: Parts, on: page, implies: [parts.create, parts.delete] }
  parts.create: { title: Create, on: page }
  parts.delete: { title: Delete, on: page }
  pages.view: { title: View, on: page }
roles:
  whole: { title: Whole, grants: [all.edit] }
  less: { title: Less, includes: [whole], except: [parts.delete] }
  most: { title: Most, all: true, except: [parts.delete] }
  named: { title: Named, grants: [all.edit], except: [parts.delete] }
  gentle: { title: Gentle, grants: [ all.edit: { limit: gently } ] }
custom_roles: { allowed: true, start: [none, all, duplicate], forbidden: [parts.create] }
";

fn may(world: &World, permissions: &[&str]) {
    for permission in ["all.edit", "parts.edit", "parts.create", "parts.delete", "pages.view"] {
        let (outcome, _) = world.check("user:ann", permission, "page:home");
        assert_eq!(outcome == ALLOW, permissions.contains(&permission), "{permission}");
    }
}

#[test]
fn a_bundle_covers_what_it_implies_at_any_depth() {
    let world = World::new(BUNDLES).assigned("user:ann", "shop/whole", "instance:i");
    may(&world, &["all.edit", "parts.edit", "parts.create", "parts.delete", "pages.view"]);
}

#[test]
fn an_exception_takes_away_every_bundle_that_is_no_longer_whole() {
    for role in ["shop/less", "shop/most"] {
        may(&World::new(BUNDLES).assigned("user:ann", role, "instance:i"), &["parts.create", "pages.view"]);
    }
    // What is named stays; a bundle within it does not.
    let named = World::new(BUNDLES).assigned("user:ann", "shop/named", "instance:i");
    may(&named, &["all.edit", "parts.create", "pages.view"]);
}

#[test]
fn a_custom_role_never_has_what_is_forbidden_nor_a_bundle_that_implies_it() {
    let all = CustomRole { start: Start::All, ..custom("shop/mine") };
    let world = World::new(BUNDLES).custom(all).assigned("user:ann", "shop/mine", "instance:i");
    may(&world, &["parts.delete", "pages.view"]);
    let copy = CustomRole {
        start: Start::Duplicate("whole".to_owned()),
        without: vec!["pages.view".to_owned()],
        ..custom("shop/mine")
    };
    let world = World::new(BUNDLES).custom(copy).assigned("user:ann", "shop/mine", "instance:i");
    may(&world, &["parts.delete"]);
}

#[test]
fn a_copy_of_a_role_does_not_count_as_the_original_at_any_depth() {
    let declared = format!("{REQUIRING}custom_roles: {{ allowed: true, start: [none, duplicate] }}\n");
    let copy = CustomRole { start: Start::Duplicate("base".to_owned()), ..custom("shop/copy") };
    let around = CustomRole { includes: vec!["copy".to_owned()], ..custom("shop/around") };
    let world =
        World::new(&declared).custom(copy).custom(around).assigned("user:ann", "shop/editor", "instance:i");
    for role in ["shop/copy", "shop/around"] {
        let held = World(world.0.clone()).assigned("user:ann", role, "instance:i");
        held.denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
    }
}

#[test]
fn a_custom_role_does_not_take_the_place_of_a_system_role() {
    let usurper = CustomRole { grants: vec![grant("pages.edit")], ..custom("shop/viewer") };
    let world = World::new(PAGES).custom(usurper).assigned("user:ann", "shop/viewer", "instance:i");
    world.denies("user:ann", "pages.edit", "page:home", Reason::PermissionNotGranted);
}

// --- 3.4 ---------------------------------------------------------------------------------------------------------

#[test]
fn a_grant_applies_at_its_scope_and_below_and_nowhere_else() {
    let world = World::new(PAGES).assigned("user:ann", "shop/editor", "project:p");
    world.allows("user:ann", "pages.edit", "project:p");
    world.allows("user:ann", "pages.edit", "page:home");
    world.denies("user:ann", "pages.edit", "instance:i", Reason::NotReached);
    world.denies("user:ann", "pages.edit", "page:far", Reason::NotReached);
    world.denies("user:ann", "shop/pages.edit", "organization:acme", Reason::NotReached);
}

#[test]
fn within_narrows_a_grant_of_a_custom_role() {
    let within = CustomGrant { within: Some("project:p".parse().unwrap()), ..grant("pages.edit") };
    let role = CustomRole { grants: vec![within], ..custom("shop/mine") };
    let declared = format!("{PAGES}custom_roles: {{ allowed: true, start: [none] }}\n");
    let world = World::new(&declared).custom(role).assigned("user:ann", "shop/mine", "product:shop");
    world.allows("user:ann", "pages.edit", "page:home");
    world.denies("user:ann", "pages.edit", "page:far", Reason::NotReached);
}

const REACHING: &str = "permissions:
  pages.view: { title: View, on: page }
  pages.edit: { title: Edit, on: page }
roles:
  owner: { title: Owner, grants: [ pages.edit, pages.view: { reach: instance } ] }
  both: { title: Both, grants: [ pages.view, pages.view: { reach: instance } ] }
";

#[test]
fn a_reaching_grant_applies_from_the_nearest_ancestor_of_that_type() {
    let world = World::new(REACHING).resource("shop/page:beside", "instance:i", json!({})).assigned(
        "user:ann",
        "shop/owner",
        "project:p",
    );
    world.allows("user:ann", "pages.view", "page:beside");
    world.denies("user:ann", "pages.edit", "page:beside", Reason::NotReached);
    world.denies("user:ann", "pages.view", "page:far", Reason::NotReached);
}

#[test]
fn searches_find_what_a_grant_reaches_beyond_its_scope() {
    let view = World::new(REACHING)
        .resource("shop/page:beside", "instance:i", json!({}))
        .assigned("user:ann", "shop/owner", "project:p")
        .view();
    let pages = asked("user:ann", "pages.view", "page:");
    let found = view.search_resources(&as_question(&pages), 0, 10).found;
    let mut names: Vec<String> = found.into_iter().map(|node| view.node_ref(node).id).collect();
    names.sort();
    assert_eq!(names, ["beside", "home"]);
    let beside = asked("user:", "pages.view", "page:beside");
    let found = view.search_subjects(&as_question(&beside), 0, 10).found;
    assert_eq!(found, [view.subject(&SubjectRef::user("ann")).unwrap()]);
}

#[test]
fn a_plain_grant_beside_a_reaching_one_does_not_hide_it() {
    let world = World::new(REACHING).resource("shop/page:beside", "instance:i", json!({})).assigned(
        "user:ann",
        "shop/both",
        "project:p",
    );
    world.allows("user:ann", "pages.view", "page:home");
    world.allows("user:ann", "pages.view", "page:beside");
}

#[test]
fn held_above_the_type_that_it_reaches_to_a_grant_keeps_its_scope() {
    let world = World::new(REACHING).assigned("user:ann", "shop/owner", "product:shop");
    world.allows("user:ann", "pages.view", "page:home");
    world.allows("user:ann", "pages.view", "page:far");
}

fn refined() -> World {
    World::new(PAGES)
        .resource("shop/environment:e", "project:p", json!({}))
        .resource("shop/flag:f", "shop/environment:e", json!({}))
        .resource("shop/page:below", "shop/environment:e", json!({}))
}

#[test]
fn a_refining_assignment_replaces_the_inherited_one() {
    let world = refined().assigned("user:ann", "shop/editor", "project:p");
    world.allows("user:ann", "pages.edit", "environment:e");
    let narrowed = world.assigned("user:ann", "shop/viewer", "shop/environment:e");
    narrowed.denies("user:ann", "pages.edit", "environment:e", Reason::RefinedAway);
    narrowed.denies("user:ann", "pages.edit", "page:below", Reason::RefinedAway);
    narrowed.allows("user:ann", "pages.view", "environment:e");
    narrowed.allows("user:ann", "pages.edit", "page:home");
}

#[test]
fn a_refining_assignment_can_widen() {
    let world = refined().assigned("user:ann", "shop/viewer", "project:p").assigned(
        "user:ann",
        "shop/editor",
        "shop/environment:e",
    );
    world.allows("user:ann", "pages.edit", "page:below");
    world.denies("user:ann", "pages.edit", "page:home", Reason::NotReached);
}

#[test]
fn what_is_refined_above_stays_refined_below_a_node_without_assignments() {
    let world = refined().assigned("user:ann", "shop/editor", "project:p").assigned(
        "user:ann",
        "shop/viewer",
        "shop/environment:e",
    );
    world.denies("user:ann", "pages.edit", "flag:f", Reason::RefinedAway);
    // The nearest one with assignments counts.
    world.assigned("user:ann", "shop/editor", "shop/flag:f").allows("user:ann", "pages.edit", "flag:f");
}

#[test]
fn a_refining_assignment_needs_a_project_level_one_to_refine() {
    let lone = refined().assigned("user:ann", "shop/editor", "shop/environment:e");
    lone.denies("user:ann", "pages.edit", "environment:e", Reason::RoleInactive);
    lone.denies("user:ann", "pages.edit", "flag:f", Reason::RoleInactive);
    // One at another refining node is none either.
    let two = refined().assigned("user:ann", "shop/editor", "shop/environment:e").assigned(
        "user:ann",
        "shop/editor",
        "shop/flag:f",
    );
    two.denies("user:ann", "pages.edit", "flag:f", Reason::RoleInactive);
    let founded = lone.assigned("user:ann", "shop/viewer", "instance:i");
    founded.allows("user:ann", "pages.edit", "environment:e");
}

#[test]
fn a_refining_assignment_that_is_not_in_force_replaces_nothing() {
    let expired = Assignment {
        expires: Some("2026-01-01T00:00:00Z".parse().unwrap()),
        ..assignment("user:ann", "shop/viewer", "shop/environment:e")
    };
    let world =
        refined().assigned("user:ann", "shop/editor", "project:p").with(Change::AssignmentSet(expired));
    world.allows("user:ann", "pages.edit", "environment:e");
}

// --- 3.5 ---------------------------------------------------------------------------------------------------------

fn conditional(terms: &str) -> World {
    let declared = format!(
        "limits:\n  gently: {{ text: gently }}\npermissions:\n  pages.edit: {{ title: Edit, on: page }}\nroles:\n  editor: {{ title: Editor, grants: [ pages.edit: {{ {terms} }} ] }}\n  helper: {{ title: Helper, grants: [] }}\n"
    );
    World::new(&declared).assigned("user:ann", "shop/editor", "instance:i")
}

#[test]
fn relations_count_on_the_resource_and_above_for_the_subject_and_its_groups() {
    let world = || conditional("related: [assignee, owner]").group("g", true).member("g", "user:ann");
    world().denies("user:ann", "pages.edit", "page:home", Reason::ConditionFalse);
    world().related("shop/page:home", "assignee", "user:ann").allows("user:ann", "pages.edit", "page:home");
    world().related("project:p", "owner", "group:g").allows("user:ann", "pages.edit", "page:home");
    let other = world().related("shop/page:home", "shared_view", "user:ann").related(
        "shop/page:far",
        "owner",
        "user:ann",
    );
    other.denies("user:ann", "pages.edit", "page:home", Reason::ConditionFalse);
}

#[test]
fn a_grant_can_require_another_role() {
    let world = conditional("requires: [helper]");
    world.denies("user:ann", "pages.edit", "page:home", Reason::RoleInactive);
    world.assigned("user:ann", "shop/helper", "project:p").allows("user:ann", "pages.edit", "page:home");
}

#[test]
fn a_condition_reads_the_nearest_ancestor_of_a_type() {
    let world = conditional("when: 'scope.instance.properties.features.fancy == true'").resource(
        "instance:i",
        "product:shop",
        json!({ "features": { "fancy": true } }),
    );
    world.allows("user:ann", "pages.edit", "page:home");
    let off = world.resource("instance:i", "product:shop", json!({ "features": { "fancy": false } }));
    off.denies("user:ann", "pages.edit", "page:home", Reason::ConditionFalse);
}

#[test]
fn a_condition_that_cannot_be_evaluated_is_false_and_the_reason_says_so() {
    for source in [
        "resource.properties.missing == 1",
        "resource.id",
        "1 / 0 == 1",
        "resource.properties.language + 1 == 2",
        "[1][5] == 1",
        "int('x') == 1",
        "assignment.nothing == 1",
    ] {
        let world = conditional(&format!("when: \"{source}\"")).resource(
            "shop/page:home",
            "project:p",
            json!({ "language": "de" }),
        );
        assert_eq!(
            world.check("user:ann", "pages.edit", "page:home"),
            (DENY, Reason::ConditionError),
            "{source}"
        );
    }
}

#[test]
fn a_grant_of_a_false_condition_does_not_stand_in_the_way_of_another() {
    let declared = "permissions:\n  pages.edit: { title: Edit, on: page }\nroles:\n  editor: { title: Editor, grants: [ pages.edit: { when: 'resource.properties.x == 1' }, pages.edit ] }\n";
    World::new(declared).assigned("user:ann", "shop/editor", "instance:i").allows(
        "user:ann",
        "pages.edit",
        "page:home",
    );
}

#[test]
fn the_parameters_of_an_assignment_are_read_by_conditions() {
    let world = conditional("when: 'resource.properties.language == assignment.language'").resource(
        "shop/page:home",
        "project:p",
        json!({ "language": "de" }),
    );
    world.denies("user:ann", "pages.edit", "page:home", Reason::ConditionError);
    let held = |language: &str| {
        Change::AssignmentSet(Assignment {
            parameters: facts(json!({ "language": language })),
            ..assignment("user:ann", "shop/editor", "instance:i")
        })
    };
    let german = world.with(held("de"));
    german.allows("user:ann", "pages.edit", "page:home");
    german.with(held("fr")).denies("user:ann", "pages.edit", "page:home", Reason::ConditionFalse);
}

fn budgeted(spent: &str, spent_at: &str, period: Period) -> View {
    let budget = Budget {
        subject: "user:ann".parse().unwrap(),
        scope: "instance:i".parse().unwrap(),
        amount: "500.00".parse().unwrap(),
        currency: "EUR".to_owned(),
        period,
        spent: spent.parse().unwrap(),
        spent_at: Some(spent_at.parse().unwrap()),
    };
    conditional("within_budget: true, otherwise: needs_approval").with(Change::BudgetSet(budget)).view()
}

fn order(amount: Json, currency: &str) -> Asked {
    in_context(
        asked("user:ann", "pages.edit", "page:home"),
        json!({ "amount": amount, "currency": currency }),
    )
}

#[test]
fn an_amount_within_what_is_left_of_the_budget_passes_exactly() {
    let view = budgeted("120.00", "2026-06-01T00:00:00Z", Period::Month);
    assert_eq!(check(&view, &order(json!("380"), "EUR")), (ALLOW, Reason::Granted));
    assert_eq!(check(&view, &order(json!("380.01"), "EUR")), (NEEDS_APPROVAL, Reason::OverBudget));
    assert_eq!(check(&view, &order(json!(10), "EUR")), (NEEDS_APPROVAL, Reason::OverBudget));
    assert_eq!(check(&view, &order(json!("10"), "USD")), (NEEDS_APPROVAL, Reason::OverBudget));
    assert_eq!(check(&view, &order(json!("-10"), "EUR")), (NEEDS_APPROVAL, Reason::OverBudget));
}

#[test]
fn what_was_spent_in_an_earlier_period_does_not_count() {
    let view = budgeted("500.00", "2026-05-31T23:59:59Z", Period::Month);
    assert_eq!(check(&view, &order(json!("500"), "EUR")), (ALLOW, Reason::Granted));
    let view = budgeted("500.00", "2026-05-31T23:59:59Z", Period::Year);
    assert_eq!(check(&view, &order(json!("1"), "EUR")), (NEEDS_APPROVAL, Reason::OverBudget));
}

#[test]
fn a_caller_that_keeps_the_budget_itself_sends_what_remains() {
    let view = conditional("within_budget: true").view();
    let asked = asked("user:ann", "pages.edit", "page:home");
    for (context, outcome) in [
        (json!({ "amount": "10", "budget_remaining": "10.00" }), ALLOW),
        (json!({ "amount": "10.01", "budget_remaining": "10.00" }), DENY),
        (json!({ "amount": "10" }), DENY),
        (json!({ "budget_remaining": "10" }), DENY),
    ] {
        assert_eq!(check(&view, &in_context(asked.clone(), context.clone())).0, outcome, "{context}");
    }
    // What is stored here cannot be talked away.
    let stored = budgeted("500.00", "2026-06-01T00:00:00Z", Period::Month);
    let talked = json!({ "amount": "10", "currency": "EUR", "budget_remaining": "1000" });
    assert_eq!(check(&stored, &in_context(asked, talked)).0, NEEDS_APPROVAL);
}

// --- 3.6 ---------------------------------------------------------------------------------------------------------

#[test]
fn a_limit_comes_with_the_allow_and_takes_narrower_permissions_away() {
    let world = World::new(BUNDLES).assigned("user:ann", "shop/gentle", "instance:i");
    may(&world, &["all.edit", "parts.create", "pages.view"]);
    let decision = answer(&world.view(), &asked("user:ann", "all.edit", "page:home"));
    assert_eq!((decision.decision, decision.context.limits), (true, vec!["gently".to_owned()]));
    // The acts are whole, and so is what another role gives without the limit.
    let view = world.assigned("user:ann", "shop/whole", "product:shop").view();
    assert!(answer(&view, &asked("user:ann", "all.edit", "page:home")).context.limits.is_empty());
}

#[test]
fn a_denial_carries_no_limit() {
    let view = conditional("limit: gently, when: 'false'").view();
    let decision = answer(&view, &asked("user:ann", "pages.edit", "page:home"));
    assert_eq!((decision.context.outcome, decision.context.limits), (DENY, Vec::new()));
}

// --- 3.7 ---------------------------------------------------------------------------------------------------------

#[test]
fn a_false_condition_may_end_in_an_approval() {
    for terms in ["when: 'false'", "related: [owner]", "requires: [helper]", "when: 'resource.id'"] {
        let world = conditional(&format!("{terms}, otherwise: needs_approval"));
        let expected = (NEEDS_APPROVAL, Reason::ApprovalRequired);
        assert_eq!(world.check("user:ann", "pages.edit", "page:home"), expected, "{terms}");
        // Where the grant does not apply there is nothing to approve.
        world.denies("user:ann", "pages.edit", "page:far", Reason::NotReached);
    }
}

fn approval() -> Approval {
    Approval {
        id: "a1".to_owned(),
        subject: "user:ann".parse().unwrap(),
        permission: "shop/pages.edit".to_owned(),
        resource: "shop/page:home".parse().unwrap(),
        amount: Some("100".parse().unwrap()),
        currency: Some("EUR".to_owned()),
        state: ApprovalState::Approved,
        decided_by: None,
        barred: Vec::new(),
        expires: "2026-07-01T00:00:00Z".parse().unwrap(),
    }
}

fn asking(approval: Approval) -> World {
    conditional("needs_approval: true")
        .user("bob")
        .assigned("user:bob", "shop/editor", "instance:i")
        .with(Change::ApprovalSet(approval))
}

fn approved(context: Json) -> Json {
    let mut context = context;
    context["approval"] = json!({ "id": "a1" });
    context
}

#[test]
fn an_approval_in_hand_lets_exactly_the_requested_action_pass() {
    let view = asking(approval()).view();
    let order = approved(json!({ "amount": "100.00", "currency": "EUR" }));
    let asked = in_context(asked("user:ann", "pages.edit", "page:home"), order);
    assert_eq!(check(&view, &asked), (ALLOW, Reason::Approved));
    let short =
        Asked { kind: "shop/page".to_owned(), permission: "shop/pages.edit".to_owned(), ..asked.clone() };
    assert_eq!(check(&view, &short), (ALLOW, Reason::Approved));
    let late = Asked { time: "2026-07-01T00:00:00Z".parse().unwrap(), ..asked };
    assert_eq!(check(&view, &late).0, NEEDS_APPROVAL);
}

#[test]
fn an_approval_does_not_pass_for_another_amount_resource_or_subject() {
    let view = asking(approval()).view();
    let right = json!({ "amount": "100.00", "currency": "EUR" });
    for (subject, resource, context) in [
        ("user:ann", "page:home", json!({ "amount": "100.01", "currency": "EUR" })),
        ("user:ann", "page:home", json!({ "amount": 100, "currency": "EUR" })),
        ("user:ann", "page:home", json!({ "amount": "100", "currency": "USD" })),
        ("user:ann", "page:home", json!({ "currency": "EUR" })),
        ("user:ann", "page:home", json!({ "amount": "100" })),
        ("user:ann", "instance:i", right.clone()),
        ("user:bob", "page:home", right.clone()),
    ] {
        let asked = in_context(asked(subject, "pages.edit", resource), approved(context.clone()));
        assert_eq!(check(&view, &asked).0, NEEDS_APPROVAL, "{subject} {resource} {context}");
    }
}

#[test]
fn an_approval_without_an_amount_does_not_pass_for_any_amount() {
    let view = asking(Approval { amount: None, currency: None, ..approval() }).view();
    let asked = asked("user:ann", "pages.edit", "page:home");
    assert_eq!(check(&view, &in_context(asked.clone(), approved(json!({})))), (ALLOW, Reason::Approved));
    for amount in [json!("5000"), json!(5000), json!("much"), json!(null), json!(["1"])] {
        let context = approved(json!({ "amount": amount }));
        assert_eq!(check(&view, &in_context(asked.clone(), context)).0, NEEDS_APPROVAL, "{amount}");
    }
}

#[test]
fn only_an_approved_approval_passes() {
    for state in
        [ApprovalState::Pending, ApprovalState::Denied, ApprovalState::Used, ApprovalState::Cancelled]
    {
        let view = asking(Approval { state, ..approval() }).view();
        let context = approved(json!({ "amount": "100", "currency": "EUR" }));
        let asked = in_context(asked("user:ann", "pages.edit", "page:home"), context);
        assert_eq!(check(&view, &asked).0, NEEDS_APPROVAL, "{state:?}");
    }
}

#[test]
fn an_approval_gives_nothing_to_someone_without_the_role() {
    let view = asking(Approval { subject: SubjectRef::user("eve"), ..approval() }).user("eve").view();
    let context = approved(json!({ "amount": "100", "currency": "EUR" }));
    let asked = in_context(asked("user:eve", "pages.edit", "page:home"), context);
    assert_eq!(check(&view, &asked).0, DENY);
}

#[test]
fn the_approvers_are_named_in_the_access_request() {
    let declared = "permissions:
  orders.place: { title: Order, on: page, approved_by: orders.approve, approver: APPROVER }
  orders.approve: { title: Approve, on: page }
roles:
  buyer: { title: Buyer, grants: [ orders.place: { needs_approval: true } ] }
  boss: { title: Boss, grants: [orders.approve, orders.place] }
";
    for (approver, expected) in [("assigned", "user:cem"), ("holders", "user:bob")] {
        let held = Assignment {
            approver: Some(SubjectRef::user("cem")),
            ..assignment("user:ann", "shop/buyer", "instance:i")
        };
        let view = World::new(&declared.replace("APPROVER", approver))
            .user("bob")
            .user("cem")
            .with(Change::AssignmentSet(held))
            .assigned("user:bob", "shop/boss", "instance:i")
            .view();
        let decision = answer(&view, &asked("user:ann", "orders.place", "page:home"));
        let request = decision.context.access_request.unwrap();
        assert_eq!(json!(request.approvers), json!([expected]));
        assert_eq!(request.template, "shop/orders.place");
    }
}

// --- 3.8 ---------------------------------------------------------------------------------------------------------

const SCREENS: &str = "permissions:
  pages.publish: { title: Publish, on: page, when_denied: { replaced: pages.submit, otherwise: disabled }, also: [ { control: Menu, state: hidden } ] }
  pages.submit: { title: Submit, on: page, when_denied: read_only }
  pages.burn: { title: Burn, on: page }
roles:
  writer: { title: Writer, grants: [pages.submit] }
  asking: { title: Asking, grants: [ pages.publish: { needs_approval: true } ] }
  all: { title: All, all: true }
";

#[test]
fn a_denied_permission_shows_what_the_catalog_declares() {
    let view = World::new(SCREENS).view();
    let shown = |permission| answer(&view, &asked("user:ann", permission, "page:home")).context.presentation;
    assert_eq!(shown("pages.submit").state, PresentationState::ReadOnly);
    assert_eq!(shown("pages.burn").state, PresentationState::Hidden);
    let publish = shown("pages.publish");
    assert_eq!((publish.state, publish.replacement), (PresentationState::Disabled, None));
    assert_eq!(
        (publish.also[0].control.as_str(), publish.also[0].state),
        ("Menu", PresentationState::Hidden)
    );
}

#[test]
fn another_action_stands_in_for_those_who_may_do_that() {
    let view = World::new(SCREENS).assigned("user:ann", "shop/writer", "project:p").view();
    let decision = answer(&view, &asked("user:ann", "pages.publish", "page:home"));
    let shown = decision.context.presentation;
    assert_eq!((decision.context.outcome, shown.state), (DENY, PresentationState::Replaced));
    assert_eq!(shown.replacement.as_deref(), Some("shop/pages.submit"));
    let elsewhere = answer(&view, &asked("user:ann", "pages.publish", "page:far")).context.presentation;
    assert_eq!(elsewhere.state, PresentationState::Disabled);
}

#[test]
fn what_is_allowed_or_needs_approval_is_enabled() {
    for (role, decision) in [("shop/all", true), ("shop/asking", false)] {
        let view = World::new(SCREENS).assigned("user:ann", role, "instance:i").view();
        let answer = answer(&view, &asked("user:ann", "pages.publish", "page:home"));
        assert_eq!(answer.decision, decision);
        assert_eq!(answer.context.presentation.state, PresentationState::Enabled);
        assert!(answer.context.presentation.also.is_empty());
    }
}

#[test]
fn the_presentation_is_answered_also_for_an_unknown_subject() {
    let view = World::new(SCREENS).view();
    let shown = answer(&view, &asked("user:nobody", "pages.submit", "page:home")).context;
    assert_eq!(
        (shown.reason, shown.presentation.state),
        (Reason::UnknownSubject, PresentationState::ReadOnly)
    );
}

// --- 3.9 ---------------------------------------------------------------------------------------------------------

const KEYS: &str = "permissions:
  pages.view: { title: View, on: page }
  pages.edit: { title: Edit, on: page }
roles:
  shown: { title: Shown, public: true, grants: [pages.view] }
  inner: { title: Inner, grants: [pages.edit] }
";

#[test]
fn a_public_key_is_for_its_origins_and_for_public_roles() {
    let view = World::new(KEYS)
        .with(Change::ApiKeySet(key("k", KeyKind::Public)))
        .assigned("api_key:k", "shop/shown", "instance:i")
        .assigned("api_key:k", "shop/inner", "instance:i")
        .view();
    let from = |origin: Json, permission| {
        let context = json!({ "origin": origin });
        check(&view, &in_context(asked("api_key:k", permission, "page:home"), context))
    };
    assert_eq!(from(json!("https://shop.example"), "pages.view"), (ALLOW, Reason::Granted));
    assert_eq!(from(json!("https://SHOP.example:443/"), "pages.view"), (ALLOW, Reason::Granted));
    assert_eq!(from(json!("https://shop.example"), "pages.edit"), (DENY, Reason::RoleNotPublic));
    for other in [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil",
        "",
    ] {
        assert_eq!(from(json!(other), "pages.view"), (DENY, Reason::OriginNotAllowed), "{other}");
    }
    assert_eq!(from(json!(["https://shop.example"]), "pages.view"), (DENY, Reason::OriginNotAllowed));
    assert_eq!(
        check(&view, &asked("api_key:k", "pages.view", "page:home")),
        (DENY, Reason::OriginNotAllowed)
    );
}

#[test]
fn a_secret_key_is_refused_once_revoked_or_expired() {
    let world = |key: ApiKey| {
        World::new(KEYS).with(Change::ApiKeySet(key)).assigned("api_key:k", "shop/inner", "instance:i")
    };
    world(key("k", KeyKind::Secret)).allows("api_key:k", "pages.edit", "page:home");
    let revoked = ApiKey { revoked: true, ..key("k", KeyKind::Secret) };
    world(revoked).denies("api_key:k", "pages.edit", "page:home", Reason::KeyRevoked);
    let expires = |time: &str| ApiKey { expires: Some(time.parse().unwrap()), ..key("k", KeyKind::Secret) };
    world(expires("2026-06-15T12:00:00Z")).denies("api_key:k", "pages.edit", "page:home", Reason::KeyExpired);
    world(expires("2026-06-15T12:00:01Z")).allows("api_key:k", "pages.edit", "page:home");
}

#[test]
fn a_copy_of_public_roles_only_is_public() {
    let declared = format!("{KEYS}custom_roles: {{ allowed: true, start: [none, duplicate] }}\n");
    for (original, expected) in [("shown", ALLOW), ("inner", DENY)] {
        let copy = CustomRole {
            start: Start::Duplicate(original.to_owned()),
            grants: vec![grant("pages.view")],
            ..custom("shop/copy")
        };
        let view = World::new(&declared)
            .custom(copy)
            .with(Change::ApiKeySet(key("k", KeyKind::Public)))
            .assigned("api_key:k", "shop/copy", "instance:i")
            .view();
        let context = json!({ "origin": "https://shop.example" });
        assert_eq!(
            check(&view, &in_context(asked("api_key:k", "pages.view", "page:home"), context)).0,
            expected
        );
    }
}

// --- 3.10 --------------------------------------------------------------------------------------------------------

fn shown(explanation: Option<Box<ambit_model::Explanation>>) -> Json {
    serde_json::to_value(explanation.unwrap()).unwrap()
}

#[test]
fn an_explanation_names_the_path_from_the_subject_to_the_grant() {
    let declared = "permissions:\n  pages.edit: { title: Edit, on: page, implies: [pages.view] }\n  pages.view: { title: View, on: page }\nroles:\n  base: { title: Base, grants: [ pages.edit: { when: \"resource.properties.language == 'de'\" } ] }\n  top: { title: Top, includes: [base] }\n";
    let view = World::new(declared)
        .resource("shop/page:home", "project:p", json!({ "language": "de" }))
        .group("inner", true)
        .group("outer", true)
        .member("inner", "user:ann")
        .member("outer", "group:inner")
        .assigned("group:outer", "shop/top", "instance:i")
        .view();
    let explanation = shown(answer(&view, &asked("user:ann", "pages.view", "page:home")).context.explanation);
    let steps = json!(["user:ann", "group:inner", "group:outer", "shop/top", "shop/base"]);
    assert_eq!(
        (&explanation["path"]["steps"], &explanation["path"]["scope"]),
        (&steps, &json!("instance:i"))
    );
    let drawn: Vec<(&str, &str)> = explanation["path"]["drawn"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["kind"].as_str().unwrap(), step["ref"].as_str().unwrap()))
        .collect();
    let expected = [
        ("subject", "user:ann"),
        ("group", "group:inner"),
        ("group", "group:outer"),
        ("role", "shop/top"),
        ("included_role", "shop/base"),
        ("grant", "shop/pages.view"),
        ("scope", "instance:i"),
    ];
    assert_eq!(drawn, expected);
    let places: Vec<(&str, bool)> = explanation["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| (place["ref"].as_str().unwrap(), place["scope"] == true))
        .collect();
    assert_eq!(places[0], ("shop/page:home", false));
    assert!(places.contains(&("instance:i", true)) && places.iter().filter(|place| place.1).count() == 1);
    let read = json!([{ "name": "resource.properties.language", "value": "de" }]);
    assert_eq!(explanation["grant"]["reads"], read);
    assert_eq!(explanation["grant"]["implied_by"], json!("shop/pages.edit"));
    assert_eq!(explanation["grant"]["when"], json!("resource.properties.language == 'de'"));
    assert_eq!(explanation["grant"]["value"], json!(true));
    assert_eq!(explanation["grant"]["values"]["resource"]["properties"]["language"], json!("de"));
}

#[test]
fn a_denial_says_what_is_nearest_and_which_roles_would_give_it() {
    let view = World::new(PAGES)
        .assigned("user:ann", "shop/viewer", "instance:i")
        .assigned("user:ann", "shop/editor", "instance:j")
        .view();
    let decision = answer(&view, &asked("user:ann", "pages.edit", "page:home"));
    assert_eq!(decision.context.reason, Reason::NotReached);
    let explanation = shown(decision.context.explanation);
    assert_eq!(explanation["nearest"]["role"], json!("shop/editor"));
    assert_eq!(explanation["nearest"]["scope"], json!("instance:j"));
    let roles = explanation["roles_that_grant"].as_array().unwrap();
    assert_eq!(roles.len(), 1);
    assert_eq!((&roles[0]["role"], &roles[0]["scope"]), (&json!("shop/editor"), &json!("shop/page:home")));
}

#[test]
fn a_denial_says_which_role_is_missing_and_which_condition_was_false() {
    let dormant = World::new(REQUIRING).assigned("user:ann", "shop/editor", "instance:i");
    let decision = answer(&dormant.view(), &asked("user:ann", "pages.edit", "page:home"));
    assert!(decision.context.message.contains("without base at instance:i"), "{}", decision.context.message);
    let world = conditional("when: \"resource.properties.language == 'de'\"").resource(
        "shop/page:home",
        "project:p",
        json!({ "language": "fr" }),
    );
    let decision = answer(&world.view(), &asked("user:ann", "pages.edit", "page:home"));
    let explanation = shown(decision.context.explanation);
    assert_eq!(explanation["nearest"]["reason"], json!("condition_false"));
    assert_eq!(explanation["nearest"]["detail"], json!("resource.properties.language == 'de'"));
    assert_eq!(explanation["grant"]["values"]["resource"]["properties"]["language"], json!("fr"));
}

#[test]
fn the_roles_that_grant_say_whether_the_asker_may_assign_them() {
    let declared = "permissions:
  pages.edit: { title: Edit, on: page }
roles:
  editor: { title: Editor, grants: [pages.edit] }
  chief: { title: Chief, grants: [], administers: [ { roles: [editor], do: [assign] } ] }
";
    let view = World::new(declared).user("bob").assigned("user:bob", "shop/chief", "instance:i").view();
    let (bob, ann) = (SubjectRef::user("bob"), SubjectRef::user("ann"));
    for (asker, page, expected) in
        [(&bob, "page:home", true), (&bob, "page:far", false), (&ann, "page:home", false)]
    {
        let asked = asked("user:ann", "pages.edit", page);
        let options = AnswerOptions { explain: true, asker: Some(asker) };
        let explanation = shown(view.answer(&as_question(&asked), options).context.explanation);
        assert_eq!(explanation["roles_that_grant"][0]["asker_may_assign"], json!(expected), "{asker} {page}");
    }
}

// --- 3.11, as far as the engine decides it -----------------------------------------------------------------------

const CHIEFS: &str = "permissions:
  pages.edit: { title: Edit, on: page }
roles:
  editor: { title: Editor, level: 10, grants: [pages.edit] }
  chief: { title: Chief, level: 20, grants: [pages.edit], administers: [ { level_at_most: 10, do: [assign] } ] }
  local: { title: Local, assignable_at: [project], assignable_when: 'scope.project.properties.open == true', grants: [pages.edit] }
custom_roles: { allowed: true, start: [none, duplicate] }
";

fn may_assign(world: &World, role: &str, scope: &str) -> bool {
    let view = world.view();
    let (actor, role) =
        (view.subject(&SubjectRef::user("ann")).unwrap(), view.role(&role.parse().unwrap()).unwrap());
    view.may_assign(actor, role, view.node(&scope.parse().unwrap()).unwrap(), asked("a:a", "a", "a:a").time)
}

#[test]
fn authority_reaches_its_subtree_and_up_to_its_level() {
    let world = World::new(CHIEFS).assigned("user:ann", "shop/chief", "instance:i");
    assert!(may_assign(&world, "shop/editor", "instance:i"));
    assert!(may_assign(&world, "shop/editor", "project:p"));
    assert!(!may_assign(&world, "shop/editor", "instance:j"));
    assert!(!may_assign(&world, "shop/editor", "product:shop"));
    assert!(!may_assign(&world, "shop/chief", "instance:i"));
}

#[test]
fn a_copy_of_a_role_has_no_authority_of_the_original() {
    let copy = CustomRole { start: Start::Duplicate("chief".to_owned()), ..custom("shop/copy") };
    let around = CustomRole { includes: vec!["copy".to_owned()], ..custom("shop/around") };
    for role in ["shop/copy", "shop/around"] {
        let world = World::new(CHIEFS).custom(copy.clone()).custom(around.clone()).assigned(
            "user:ann",
            role,
            "instance:i",
        );
        assert!(!may_assign(&world, "shop/editor", "instance:i"), "{role}");
    }
}

#[test]
fn an_inactive_user_or_an_expired_key_has_no_authority() {
    let world = World::new(CHIEFS)
        .assigned("user:ann", "shop/chief", "instance:i")
        .with(Change::UserSet(user("ann", Status::Suspended)));
    assert!(!may_assign(&world, "shop/editor", "instance:i"));
    let expires = Some("2026-01-01T00:00:00Z".parse().unwrap());
    let view = World::new(CHIEFS)
        .with(Change::ApiKeySet(ApiKey { expires, ..key("k", KeyKind::Secret) }))
        .assigned("api_key:k", "shop/chief", "instance:i")
        .view();
    let actor = view.subject(&SubjectRef::api_key("k")).unwrap();
    let role = view.role(&"shop/editor".parse().unwrap()).unwrap();
    let scope = view.node(&"instance:i".parse().unwrap()).unwrap();
    assert!(!view.may_assign(actor, role, scope, asked("a:a", "a", "a:a").time));
}

#[test]
fn a_role_is_assignable_where_its_catalog_says() {
    let assignable = |properties: Json, scope: &str| {
        let view = World::new(CHIEFS).resource("project:p", "instance:i", properties).view();
        let role = view.role(&"shop/local".parse().unwrap()).unwrap();
        view.assignable_at(role, view.node(&scope.parse().unwrap()).unwrap()).is_ok()
    };
    assert!(assignable(json!({ "open": true }), "project:p"));
    assert!(!assignable(json!({ "open": false }), "project:p"));
    assert!(!assignable(json!({}), "project:p"));
    assert!(!assignable(json!({ "open": true }), "instance:i"));
}

// --- 3.13 and the state ------------------------------------------------------------------------------------------

#[test]
fn an_overlay_changes_a_role_and_those_that_include_it_and_is_revertible() {
    let declared = "customizable: true\npermissions:\n  pages.edit: { title: Edit, on: page }\n  pages.view: { title: View, on: page }\nroles:\n  base: { title: Base, grants: [pages.view] }\n  top: { title: Top, includes: [base] }\n";
    let overlay = Overlay {
        role: "shop/base".parse().unwrap(),
        add: vec!["pages.edit".to_owned()],
        remove: vec!["pages.view".to_owned()],
    };
    let world = World::new(declared).assigned("user:ann", "shop/top", "instance:i");
    let overlaid = world.with(Change::OverlaySet(overlay));
    overlaid.allows("user:ann", "pages.edit", "page:home");
    overlaid.denies("user:ann", "pages.view", "page:home", Reason::PermissionNotGranted);
    let reverted = overlaid.with(Change::OverlayRemoved { role: "shop/base".parse().unwrap() });
    reverted.allows("user:ann", "pages.view", "page:home");
}

#[test]
fn what_comes_again_under_the_same_id_starts_with_nothing() {
    let user_again = World::new(PAGES)
        .assigned("user:ann", "shop/editor", "instance:i")
        .with(Change::UserRemoved { id: "ann".to_owned() })
        .user("ann");
    user_again.denies("user:ann", "pages.edit", "page:home", Reason::NoRole);
    let scope_again = World::new(PAGES)
        .assigned("user:ann", "shop/editor", "shop/page:home")
        .with(Change::ResourceRemoved { id: "shop/page:home".parse().unwrap() })
        .resource("shop/page:home", "project:p", json!({}));
    scope_again.denies("user:ann", "pages.edit", "page:home", Reason::NoRole);
    let declared = format!("{PAGES}custom_roles: {{ allowed: true, start: [none] }}\n");
    let mine = || CustomRole { grants: vec![grant("pages.edit")], ..custom("shop/mine") };
    let role_again = World::new(&declared)
        .custom(mine())
        .assigned("user:ann", "shop/mine", "instance:i")
        .with(Change::RoleRemoved { id: "shop/mine".parse().unwrap() })
        .custom(mine());
    role_again.denies("user:ann", "pages.edit", "page:home", Reason::NoRole);
    let approval_again = asking(approval()).with(Change::UserRemoved { id: "ann".to_owned() }).user("ann");
    let approval_again = approval_again.assigned("user:ann", "shop/editor", "instance:i");
    let context = approved(json!({ "amount": "100", "currency": "EUR" }));
    let asked = in_context(asked("user:ann", "pages.edit", "page:home"), context);
    assert_eq!(check(&approval_again.view(), &asked).0, NEEDS_APPROVAL);
}

#[test]
fn a_moved_resource_takes_what_stands_below_it_along() {
    let world = World::new(PAGES).resource("shop/page:below", "shop/page:home", json!({})).assigned(
        "user:ann",
        "shop/editor",
        "instance:i",
    );
    world.allows("user:ann", "pages.edit", "page:below");
    let moved = world.resource("project:p", "instance:j", json!({}));
    moved.denies("user:ann", "pages.edit", "page:below", Reason::NotReached);
}

#[test]
fn a_resource_does_not_stand_below_itself() {
    let mut view = World::new(PAGES).view();
    let circle = |id: &str, parent: &str| {
        let (id, parent) = (id.parse().unwrap(), Some(parent.parse().unwrap()));
        Change::ResourceSet(Resource { id, parent, properties: Properties::new() })
    };
    assert!(view.apply(&entry(2, vec![circle("instance:i", "project:p")])).is_err());
    assert!(view.apply(&entry(2, vec![circle("project:p", "project:p")])).is_err());
    assert_eq!(view.revision(), 1);
}

#[test]
fn entries_are_taken_in_order() {
    let mut view = World::new(PAGES).view();
    assert!(view.apply(&entry(3, Vec::new())).is_err());
    assert!(view.apply(&entry(1, Vec::new())).is_err());
    assert!(view.apply(&entry(2, Vec::new())).is_ok());
}

#[test]
fn a_product_switched_off_answers_nothing_and_comes_back_as_it_was() {
    let off = World::new(PAGES)
        .assigned("user:ann", "shop/editor", "instance:i")
        .with(Change::CatalogRemoved { product: "shop".to_owned() });
    assert_eq!(off.check("user:ann", "pages.edit", "page:home").0, DENY);
    off.denies("user:ann", "pages.edit", "instance:i", Reason::UnknownPermission);
    off.installed("shop", &shop(PAGES)).allows("user:ann", "pages.edit", "page:home");
}

#[test]
fn a_type_that_a_new_catalog_does_not_declare_is_unknown() {
    let without = "product: shop\ntitle: Shop\nversion: 2\npermissions:\n  pages.edit: { title: Edit }\nroles:\n  editor: { title: Editor, grants: [pages.edit] }\n";
    let world =
        World::new(PAGES).assigned("user:ann", "shop/editor", "instance:i").installed("shop", without);
    world.denies("user:ann", "pages.edit", "page:home", Reason::UnknownResourceType);
    world.allows("user:ann", "pages.edit", "instance:i");
}

#[test]
fn bare_names_mean_something_where_only_one_product_has_them() {
    let other = "product: blog\ntitle: Blog\nversion: 1\nsubject_types: [identity]\nresource_types: { page: { parents: [instance] } }\npermissions:\n  pages.edit: { title: Edit, on: page }\nroles:\n  writer: { title: Writer, grants: [pages.edit] }\n";
    let world = World::new(PAGES).installed("blog", other).assigned("user:ann", "shop/editor", "instance:i");
    world.denies("user:ann", "pages.edit", "page:home", Reason::UnknownResourceType);
    world.allows("user:ann", "shop/pages.edit", "page:home");
    world.allows("identity:ann", "pages.edit", "shop/page:home");
    world.denies("user:ann", "pages.edit", "organization:acme", Reason::AmbiguousPermission);
    let view = world.view();
    let found = view.search_actions(&as_question(&asked("user:ann", "", "page:home")), 0, 10);
    let names: Vec<String> =
        found.found.iter().map(|one| view.registry().catalog(one.product).permission_full(one.id)).collect();
    assert_eq!(names, ["shop/pages.edit", "shop/pages.view"]);
    assert_eq!(view.registry().subject_kind("identity"), Some(SubjectKind::User));
}

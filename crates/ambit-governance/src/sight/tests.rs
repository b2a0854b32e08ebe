//! Every administrator of the demo against a list of things, and what nobody may find out.

use super::*;
use crate::{Leniency, decide};
use ambit_model::{
    Actor, Amount, ApprovalState, Assignment, Period, Properties, Resource, SeatLimit, Status, User,
};

const DEMO: &str = include_str!("../../../../demo/organization.yaml");

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn demo() -> View {
    applied(&View::default(), DEMO, Leniency { vendor_only: true })
}

fn applied(view: &View, source: &str, leniency: Leniency) -> View {
    let file = ambit_catalog::organization::parse_organization("demo", source).unwrap();
    let products: Vec<&str> = ambit_catalog::builtin::products().collect();
    let texts = |product: &str| ambit_catalog::builtin::source(product).map(str::to_owned);
    let wanted = crate::file::proposals(view, &file, &products, &texts, "demo", source).unwrap();
    decide(view, wanted, &Actor::Operator { vendor: true }, now(), leniency).unwrap().next
}

fn user(id: &str) -> SubjectRef {
    SubjectRef::user(id)
}

/// Whether a sight shows a thing, named as on a screen.
fn shows(sight: &Sight<'_>, thing: &str) -> bool {
    let view = sight.view();
    let (kind, name) = thing.split_once(' ').unwrap();
    let subject = || view.subject(&name.parse().unwrap()).unwrap();
    let node = || view.node(&name.parse().unwrap()).unwrap();
    match kind {
        "subject" => sight.subject(subject()),
        "name" => sight.node(node()) == NodeSight::Name,
        "place" => sight.node(node()) >= NodeSight::Place,
        "people" => sight.node(node()) == NodeSight::People,
        "product" => sight.product(view.registry().product_named(name).unwrap()),
        "role" => sight.role(view.role(&name.parse().unwrap()).unwrap()),
        "assignment" => {
            let parts: Vec<&str> = name.split(' ').collect();
            let (subject, scope) =
                (view.subject(&parts[0].parse().unwrap()), view.node(&parts[1].parse().unwrap()));
            let held = view.held(subject.unwrap()).iter().find(|held| Some(held.scope) == scope).unwrap();
            sight.assignment(subject.unwrap(), *held)
        }
        "relation" => {
            let relation =
                view.relations_on(node()).next().map(|(relation, of)| (relation.to_owned(), of)).unwrap();
            let resource = name.parse().unwrap();
            sight.relation(&Relation {
                resource,
                relation: relation.0,
                subject: view.subject_ref(relation.1),
            })
        }
        "budget" => sight.budget(view.budgets().find(|budget| budget.subject.to_string() == name).unwrap()),
        _ => panic!("{thing}"),
    }
}

/// Who looks, and then for each thing whether they see it.
const LOOKERS: [&str; 9] = ["robin", "paula", "ivan", "priya", "adam", "hana", "ada", "bea", "gone"];
#[rustfmt::skip]
const TABLE: &[(&str, &str)] = &[
    //                                                          r p i p a h a b g
    //                                                          o a v r d a d e o
    //                                                          b u a i a n a a n
    //                                                          i l n y m a     e
    ("people organization:brightwater",                        "x . . . . . . . ."),
    ("name organization:brightwater",                          ". x x x x x x . ."),
    ("people product:commerce",                                "x x . . . . . . ."),
    ("name product:commerce",                                  ". . x . x x . . ."),
    ("people instance:shop-eu",                                "x x . . x . . . ."),
    ("name instance:shop-eu",                                  ". . . . . x . . ."),
    ("people instance:shop-us",                                "x x x . x . . . ."),
    ("people commerce/page:uk-spring-sale",                    "x x . . x . . . ."),
    ("people commerce/customer:harbour-hotels",                "x x . . x x . . ."),
    ("place commerce/customer:nordbau",                        "x x . . x . . . ."),
    ("place commerce/page:us-home",                            "x x x . x . . . ."),
    ("place instance:studio",                                  "x . . . . . . . ."),
    ("people project:web-shop",                                "x . . x . . x . ."),
    ("place project:trade-app",                                "x . . x . . x . ."),
    ("people project:trade-app",                               "x . . . . . x . ."),
    ("place experimentation/flag:quick-reorder",               "x . . . . . x . ."),
    ("place experimentation/experiment:shorter-checkout",      "x . . x . . x . ."),
    ("name instance:experiments",                              ". . . x . . . . ."),
    ("subject user:robin",                                     "x . . . . . . . ."),
    ("subject user:paula",                                     "x x . . . . . . ."),
    ("subject user:ivan",                                      "x x x . x . . . ."),
    ("subject user:priya",                                     "x . . x . . x . ."),
    ("subject user:ulrich",                                    "x x x . x . . . ."),
    ("subject user:otto",                                      "x x x . x . . . ."),
    ("subject user:felix",                                     "x x . . x . . . ."),
    ("subject user:lars",                                      "x x . . x . . . ."),
    ("subject user:bea",                                       "x x . . x x . x ."),
    ("subject user:hana",                                      "x x . . x x . . ."),
    ("subject user:elin",                                      "x . . x . . x . ."),
    ("subject user:dev",                                       "x . . . . . x . ."),
    ("subject user:jo",                                        "x . . . . . . . ."),
    ("subject user:gone",                                      "x . . . . . . . x"),
    ("subject group:shop-content",                             "x x . . x . . . ."),
    ("subject group:shop-spire",                               "x x . . x . . . ."),
    ("subject group:editors",                                  "x . . . . . . . ."),
    ("subject group:christmas-team",                           "x x . . x . . . ."),
    ("subject api_key:shop-backend",                           "x x . . x . . . ."),
    ("subject api_key:studio-widget",                          "x . . . . . . . ."),
    ("product commerce",                                       "x x x . x x . . ."),
    ("product experimentation",                                "x . . x . . x . ."),
    ("product admin-center",                                   "x x x x x x x . ."),
    ("product pim",                                            "x . . . . . . . ."),
    ("role commerce/buyer1",                                   "x x x . x x . . ."),
    ("role experimentation/viewer",                            "x . . x . . x . ."),
    ("role admin-center/instance_admin",                       "x x x x x x x . ."),
    ("role constructor/na_team",                               "x . . . . . . . ."),
    ("role cms/section_editor",                                "x . . . . . . . ."),
    ("assignment user:adam instance:shop-us",                  "x x x . x . . . ."),
    ("assignment user:adam instance:shop-eu",                  "x x . . x . . . ."),
    ("assignment user:bea commerce/customer:harbour-hotels",   "x x . . x x . x ."),
    ("assignment group:shop-content instance:shop-eu",         "x x . . x . . . ."),
    ("assignment user:robin organization:brightwater",         "x . . . . . . . ."),
    ("assignment user:paula product:commerce",                 "x x . . . . . . ."),
    ("assignment user:vic project:web-shop",                   "x . . x . . x . ."),
    ("assignment user:dev project:trade-app",                  "x . . . . . x . ."),
    ("assignment user:gone instance:marketing",                "x . . . . . . . x"),
    ("relation pim/item:tap-42",                               "x . . . . . . . ."),
    ("budget user:bea",                                        "x x . . x x . . ."),
    ("budget user:lars",                                       "x x . . x . . . ."),
];

#[test]
fn each_administrator_sees_what_it_administers() {
    let view = demo();
    let sights: Vec<Sight<'_>> = LOOKERS.iter().map(|who| Sight::of(&view, &user(who), now())).collect();
    let mut wrong = Vec::new();
    for (thing, expected) in TABLE {
        let seen: Vec<&str> =
            sights.iter().map(|sight| if shows(sight, thing) { "x" } else { "." }).collect();
        if seen.join(" ") != *expected {
            wrong.push(format!("{thing}: {}", seen.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_administers_nothing_sees_nothing_but_itself() {
    let view = demo();
    for who in ["bea", "jo", "gone", "silas", "iris"] {
        let sight = Sight::of(&view, &user(who), now());
        assert!(sight.only_itself(), "{who}");
        let seen: Vec<_> =
            view.subjects(SubjectKind::User).filter(|subject| sight.subject(*subject)).collect();
        assert_eq!(seen, [view.subject(&user(who)).unwrap()]);
        assert!(view.nodes().all(|node| sight.node(node) == NodeSight::Hidden));
        assert!(view.roles().iter().all(|(role, _)| !sight.role(role)));
    }
    let stranger = Sight::of(&view, &user("nobody"), now());
    assert!(
        stranger.only_itself() && view.subjects(SubjectKind::User).all(|subject| !stranger.subject(subject))
    );
}

#[test]
fn few_subjects_are_those_that_are_seen() {
    let view = demo();
    for who in LOOKERS.into_iter().skip(1) {
        let sight = Sight::of(&view, &user(who), now());
        for kind in [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey] {
            let all: BTreeSet<SubjectIx> =
                view.subjects(kind).filter(|subject| sight.subject(*subject)).collect();
            if let Some(few) = sight.few_subjects(kind, 10_000) {
                assert_eq!(few, all, "{who} {kind:?}");
            }
            assert!(
                sight.few_subjects(kind, 1).is_none() || all.len() <= 1 + usize::from(who == "gone"),
                "{who}"
            );
        }
    }
}

#[test]
fn what_was_just_made_is_seen_by_who_goes_on_with_it() {
    let view = applied(
        &demo(),
        "groups: [ { id: new-team, members: ['group:inner-team'] }, { id: inner-team } ]",
        Leniency { vendor_only: true },
    );
    let key = ambit_model::ApiKey {
        id: "new-key".into(),
        kind: ambit_model::KeyKind::Secret,
        secret_hash: None,
        prefix: None,
        expires: None,
        origins: Vec::new(),
        title: None,
        revoked: false,
        issued_by: None,
        previous: None,
    };
    let ivan = Actor::Subject { subject: user("ivan"), impersonator: None };
    let make = vec![crate::Proposal::from(Change::ApiKeySet(key))];
    let view = decide(&view, make, &ivan, now(), Leniency::default()).unwrap().next;
    let seen = |who: &str, thing: &str| {
        let sight = Sight::of(&view, &user(who), now());
        let subject = view.subject(&thing.parse().unwrap()).unwrap();
        let few = sight.few_subjects(view.subject_ref(subject).kind, 10_000);
        assert!(few.is_none_or(|few| few.contains(&subject) == sight.subject(subject)), "{who} {thing}");
        sight.subject(subject)
    };
    let who = |thing: &str| -> Vec<&str> { LOOKERS.into_iter().filter(|who| seen(who, thing)).collect() };
    assert_eq!(who("api_key:new-key"), ["robin", "ivan"]);
    assert_eq!(who("group:new-team"), ["robin", "paula"]);
    assert_eq!(who("group:inner-team"), ["robin", "paula"]);
    // A group in one that holds something elsewhere is theirs who see that.
    let view = applied(
        &view,
        "assignments: [ { subject: 'group:new-team', role: pim/PIM_Admin, scope: 'product:pim' } ]",
        Leniency { vendor_only: true },
    );
    let paula = Sight::of(&view, &user("paula"), now());
    for group in ["group:new-team", "group:inner-team"] {
        assert!(!paula.subject(view.subject(&group.parse().unwrap()).unwrap()), "{group}");
    }
}

#[test]
fn what_has_expired_or_not_begun_shows_nothing() {
    let view = demo();
    let later = "2027-08-01T00:00:00Z".parse().unwrap();
    let imani = user("imani");
    assert!(!Sight::of(&view, &imani, now()).only_itself());
    assert!(Sight::of(&view, &imani, later).only_itself());
    let suspended = applied(&view, "users: [ { id: ivan, status: suspended } ]", Leniency::default());
    assert!(Sight::of(&suspended, &user("ivan"), now()).only_itself());
}

#[test]
fn authority_is_that_of_now_also_over_the_past() {
    let before = demo();
    let change = "
assignments: [ { subject: 'user:vera', role: admin-center/instance_admin, scope: 'instance:studio' } ]
remove: { assignments: [ { subject: 'user:ivan', role: admin-center/instance_admin, scope: 'instance:shop-us' } ] }";
    let after = applied(&before, change, Leniency::default());
    let marc = before.subject(&user("marc")).unwrap();
    assert!(Reach::of(&after, &user("vera"), now()).on(&before).subject(marc));
    assert!(!Sight::of(&before, &user("vera"), now()).subject(marc));
    assert!(Reach::of(&after, &user("ivan"), now()).on(&before).only_itself());
}

fn approval(subject: &str, resource: &str) -> Approval {
    Approval {
        id: "1".into(),
        subject: user(subject),
        permission: "commerce/orders.place".into(),
        resource: resource.parse().unwrap(),
        amount: Some("900.00".parse::<Amount>().unwrap()),
        currency: Some("GBP".into()),
        state: ApprovalState::Pending,
        decided_by: None,
        barred: Vec::new(),
        expires: "2026-12-01T00:00:00Z".parse().unwrap(),
    }
}

#[test]
fn approvals_are_seen_by_both_sides_and_by_who_administers_the_place() {
    let view = demo();
    let sees = |who: &str, approval: &Approval| Sight::of(&view, &user(who), now()).approval(approval);
    let asked = approval("bea", "commerce/order:5001");
    for (who, expected) in [
        ("robin", true),
        ("paula", true),
        ("hana", true),
        ("bea", true),
        ("ivan", false),
        ("bruno", false),
        ("jo", false),
    ] {
        assert_eq!(sees(who, &asked), expected, "{who}");
    }
    let decided = Approval { decided_by: Some(user("jo")), ..asked };
    assert!(sees("jo", &decided));
}

#[test]
fn an_entry_shows_the_changes_that_are_about_what_is_seen() {
    let view = demo();
    let assignment = |who: &str, scope: &str| {
        Change::AssignmentSet(Assignment {
            subject: user(who),
            role: "commerce/ISC_User".parse().unwrap(),
            scope: scope.parse().unwrap(),
            approver: None,
            starts: None,
            expires: None,
            parameters: Properties::new(),
        })
    };
    let new = |id: &str| {
        Change::UserSet(User {
            id: id.into(),
            name: None,
            email: None,
            status: Status::Invited,
            properties: Properties::new(),
        })
    };
    let removed = |who: &str, scope: &str| Change::AssignmentRemoved {
        subject: user(who),
        role: "commerce/ISC_User".parse().unwrap(),
        scope: scope.parse().unwrap(),
    };
    let changes = vec![
        new("una"),
        new("umberto"),
        assignment("una", "instance:shop-us"),
        assignment("umberto", "instance:shop-eu"),
        removed("left", "commerce/website:us"),
        Change::UserRemoved { id: "left".into() },
        Change::UserRemoved { id: "other".into() },
        Change::SeatLimitSet(SeatLimit { pool: "collaboration/members".parse().unwrap(), limit: 3 }),
        Change::ResourceSet(Resource {
            id: "commerce/website:us".parse().unwrap(),
            parent: Some("instance:shop-us".parse().unwrap()),
            properties: Properties::new(),
        }),
        Change::ResourceRemoved { id: "commerce/website:fr".parse().unwrap() },
        Change::BudgetSet(Budget {
            subject: user("lars"),
            scope: "commerce/customer:nordbau".parse().unwrap(),
            amount: "1.00".parse().unwrap(),
            currency: "EUR".into(),
            period: Period::default(),
            spent: Amount::ZERO,
            spent_at: None,
        }),
    ];
    let entry =
        Entry { revision: 2, epoch: 1, time: now(), actor: Actor::OPERATOR, request_id: None, changes };
    let seen = |who: &str| {
        let sight = Sight::of(&view, &user(who), now());
        let shown = sight.entry(&entry);
        let positions = entry.changes.iter().enumerate().filter(|(_, change)| shown.contains(change));
        positions.map(|(position, _)| position).collect::<Vec<_>>()
    };
    assert_eq!(seen("robin").len(), entry.changes.len());
    assert_eq!(seen("ivan"), [0, 2, 4, 5, 8]);
    assert_eq!(seen("paula"), [0, 1, 2, 3, 4, 5, 8, 10]);
    assert_eq!(seen("bea"), Vec::<usize>::new());
    assert_eq!(seen("una"), [0, 2]);
}

#[test]
fn authority_over_one_product_held_at_the_organization_stays_in_that_product() {
    const SHOP: &str = "
product: shop
title: Shop
version: 1
permissions:
  orders.place: { title: Place orders, on: instance }
roles:
  boss:
    title: Boss
    assignable_at: [organization, instance]
    administers: [ { roles: [boss], do: [assign] } ]
    grants: [orders.place]
";
    const OTHER: &str = "
product: other
title: Other
version: 1
permissions:
  read: { title: Read, on: instance }
roles:
  reader: { title: Reader, grants: [read] }
";
    const WORLD: &str = "
organization: acme
products: [shop, other]
resources:
  - { id: 'instance:eu', parent: 'product:shop' }
  - { id: 'instance:us', parent: 'product:other' }
users: [ { id: carol }, { id: bob } ]
assignments:
  - { subject: 'user:carol', role: shop/boss, scope: 'organization:acme' }
  - { subject: 'user:bob', role: other/reader, scope: 'instance:us' }
";
    let file = ambit_catalog::organization::parse_organization("world", WORLD).unwrap();
    let empty = View::default();
    let texts = |product: &str| Some(if product == "shop" { SHOP } else { OTHER }.to_owned());
    let wanted = crate::file::proposals(&empty, &file, &["shop", "other"], &texts, "world", WORLD).unwrap();
    let view = decide(&empty, wanted, &Actor::OPERATOR, now(), Leniency::default()).unwrap().next;
    let carol = Sight::of(&view, &user("carol"), now());
    assert!(shows(&carol, "people instance:eu") && shows(&carol, "product shop"));
    assert!(!shows(&carol, "subject user:bob") && !shows(&carol, "product other") && !carol.everything());
    assert!(shows(&carol, "name organization:acme") && !shows(&carol, "place instance:us"));
}

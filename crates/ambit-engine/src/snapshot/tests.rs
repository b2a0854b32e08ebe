use super::*;
use crate::question::{EntityRef, Question};
use crate::view::SubjectIx;
use ambit_model::{
    Actor, ApiKey, Assignment, Budget, Change, CustomGrant, CustomRole, Entry, Group, KeyKind, OrgId,
    PreviousSecret, Properties, Relation, Resource, ResourceRef, RoleRef, SeatLimit, Start, Status,
    SubjectKind, SubjectRef, Timestamp, User,
};
use proptest::prelude::*;
use serde_json::json;

const SHOP: &str = "
product: shop
title: Shop
version: 1
resource_types:
  page: { title: Page, parents: [instance, page] }
permissions:
  pages.read: { title: Read, on: page }
  pages.edit: { title: Edit, on: page }
roles:
  reader: { title: Reader, grants: [pages.read] }
  editor:
    title: Editor
    includes: [reader]
    grants:
      - pages.edit: { related: [owner] }
custom_roles: { allowed: true, start: [none] }
";

const PAGES: u32 = 6;
const USERS: u32 = 6;
const GROUPS: u32 = 3;

fn page(number: u32) -> ResourceRef {
    ResourceRef::new("shop/page", format!("p{number}"))
}

fn subject(number: u32) -> SubjectRef {
    match number % (USERS + GROUPS + 1) {
        user @ 0..USERS => SubjectRef::user(format!("u{user}")),
        key if key == USERS + GROUPS => SubjectRef::api_key("key"),
        group => SubjectRef::group(format!("g{}", group - USERS)),
    }
}

fn role(number: u32) -> RoleRef {
    let role = ["reader", "editor", "own"][number as usize % 3];
    RoleRef { product: "shop".into(), role: role.into() }
}

fn user(number: u32, name: bool, status: Status) -> User {
    User {
        id: format!("u{}", number % USERS),
        name: name.then(|| "Ü".to_owned()),
        email: name.then(|| format!("{}@Example.com", ["u", "U"][number as usize % 2])),
        status,
        properties: Properties::new(),
    }
}

fn start() -> Vec<Change> {
    let mut changes = vec![
        Change::OrganizationCreated { id: OrgId::new("acme").unwrap() },
        Change::CatalogInstalled { product: "shop".into(), source: SHOP.into() },
        Change::ResourceSet(Resource {
            id: ResourceRef::new("instance", "i"),
            parent: Some(ResourceRef::new("product", "shop")),
            properties: Properties::new(),
        }),
    ];
    changes.extend((0..USERS).map(|number| Change::UserSet(user(number, false, Status::Active))));
    changes.extend(
        (0..GROUPS)
            .map(|number| Change::GroupSet(Group { id: format!("g{number}"), title: None, active: true })),
    );
    changes
}

fn any_change() -> impl Strategy<Value = Change> {
    (0..16u32, any::<u8>(), any::<u8>(), any::<u8>(), any::<bool>())
        .prop_map(|(kind, a, b, c, flag)| change(kind, [a, b, c].map(u32::from), flag))
}

fn change(kind: u32, [a, b, c]: [u32; 3], flag: bool) -> Change {
    let group = format!("g{}", a % GROUPS);
    let relation = Relation {
        resource: page(a % PAGES),
        relation: ["owner", "x"][b as usize % 2].into(),
        subject: subject(c),
    };
    let expires = flag.then(|| Timestamp::from_second(i64::from(a)).unwrap());
    match kind {
        0 | 1 => {
            let parent = if flag { page(b % PAGES) } else { ResourceRef::new("instance", "i") };
            let properties =
                if c % 2 == 0 { Properties::new() } else { Properties::from_iter([("k".into(), json!(c))]) };
            Change::ResourceSet(Resource { id: page(a % PAGES), parent: Some(parent), properties })
        }
        2 => Change::UserSet(user(a, flag, Status::Active)),
        3 => Change::UserSet(user(a, flag, Status::Suspended)),
        4 => Change::MemberAdded { group, member: subject(b) },
        5 => Change::MemberRemoved { group, member: subject(b) },
        6..=8 => Change::AssignmentSet(Assignment {
            subject: subject(a),
            role: role(b),
            scope: page(c % PAGES),
            approver: None,
            starts: None,
            expires,
            parameters: Properties::new(),
        }),
        9 => Change::AssignmentRemoved { subject: subject(a), role: role(b), scope: page(c % PAGES) },
        10 => {
            if flag {
                Change::RelationSet(relation)
            } else {
                Change::RelationRemoved(relation)
            }
        }
        11 => Change::RoleSet(CustomRole {
            id: role(2),
            title: None,
            description: None,
            instances: Vec::new(),
            start: Start::None,
            includes: Vec::new(),
            grants: vec![CustomGrant { permission: "pages.edit".into(), ..CustomGrant::default() }],
            without: Vec::new(),
        }),
        12 => Change::RoleRemoved { id: role(2) },
        13 => Change::ApiKeySet(ApiKey {
            id: "key".into(),
            title: None,
            kind: KeyKind::Secret,
            origins: Vec::new(),
            expires,
            revoked: c % 2 == 0,
            secret_hash: Some(format!("{b:02x}")),
            prefix: None,
            issued_by: None,
            previous: flag.then(|| PreviousSecret {
                secret_hash: Some(format!("old{b:02x}")),
                prefix: None,
                until: "2026-06-01T00:00:00Z".parse().unwrap(),
            }),
        }),
        14 => Change::BudgetSet(Budget {
            subject: subject(a),
            scope: page(b % PAGES),
            amount: "10.50".parse().unwrap(),
            currency: "EUR".into(),
            period: ambit_model::Period::default(),
            spent: "1".parse().unwrap(),
            spent_at: None,
        }),
        _ => {
            if flag {
                Change::SeatLimitSet(SeatLimit { pool: role(0), limit: a })
            } else if c % 3 == 0 {
                Change::SeatLimitRemoved { pool: role(0) }
            } else {
                Change::UserRemoved { id: format!("u{}", b % USERS) }
            }
        }
    }
}

/// A resource under itself is what governance refuses; the state need not bear it.
fn makes_a_loop(view: &View, change: &Change) -> bool {
    let Change::ResourceSet(Resource { id, parent: Some(parent), .. }) = change else { return false };
    match (view.node(id), view.node(parent)) {
        (Some(node), Some(parent)) => view.covers(node, parent),
        _ => false,
    }
}

fn take(view: &mut View, change: &Change) {
    let mut next = view.clone();
    if !makes_a_loop(view, change) && next.apply_changes(std::slice::from_ref(change)).is_ok() {
        *view = next;
    }
}

fn built(changes: &[Change]) -> View {
    let mut view = View::default();
    let entry = Entry {
        revision: 1,
        epoch: 3,
        time: Timestamp::UNIX_EPOCH,
        actor: Actor::OPERATOR,
        request_id: None,
        changes: start(),
    };
    view.apply(&entry).unwrap();
    changes.iter().for_each(|change| take(&mut view, change));
    view
}

fn assert_same(one: &View, other: &View) {
    assert_eq!(one.to_snapshot(), other.to_snapshot());
    assert_eq!(one.counts(), other.counts());
    assert_eq!((one.revision(), one.time(), one.epoch), (other.revision(), other.time(), other.epoch));
    assert_eq!(
        (&one.holders, &one.members, &one.children),
        (&other.holders, &other.members, &other.children)
    );
    assert_eq!((&one.relations, &one.related), (&other.relations, &other.related));
    assert_eq!(
        (&one.details, &one.secrets, &one.properties),
        (&other.details, &other.secrets, &other.properties)
    );
    assert_eq!((&one.users, &one.groups, &one.api_keys), (&other.users, &other.groups, &other.api_keys));
    assert_eq!((&one.budgets, &one.seat_limits), (&other.budgets, &other.seat_limits));
    assert_eq!(&one.addresses, &other.addresses);
    let known = |user: SubjectIx| one.user(user).is_some_and(|user| user.email.is_some());
    let with_address: Vec<SubjectIx> = one.subjects(SubjectKind::User).filter(|user| known(*user)).collect();
    assert_eq!(one.users_by_address("u@example.COM").collect::<Vec<_>>(), with_address);
    assert_eq!(one.addresses.len(), with_address.len());
    for (who, what, which) in (0..USERS + GROUPS + 1).flat_map(|who| {
        (0..PAGES).flat_map(move |what| ["pages.read", "shop/pages.edit"].map(|which| (who, what, which)))
    }) {
        let (who, what) = (subject(who), page(what));
        let question = Question {
            subject: EntityRef::new(who.kind.as_str(), &who.id),
            permission: which,
            action: None,
            resource: EntityRef::new(&what.kind, &what.id),
            context: None,
            time: Timestamp::from_second(100).unwrap(),
        };
        assert_eq!(one.check(&question), other.check(&question));
    }
}

proptest! {
    #[test]
    fn a_restored_view_is_the_view(
        before in prop::collection::vec(any_change(), 0..120), after in prop::collection::vec(any_change(), 0..40)
    ) {
        let mut view = built(&before);
        let mut restored = View::from_snapshot(&view.to_snapshot()).unwrap();
        assert_same(&view, &restored);
        for change in &after {
            take(&mut view, change);
            take(&mut restored, change);
        }
        assert_same(&view, &restored);
    }

    #[test]
    fn any_bytes_end_in_a_view_or_an_error(
        changes in prop::collection::vec(any_change(), 0..40), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = built(&changes).to_snapshot();
        let cut = at.index(bytes.len());
        assert!(View::from_snapshot(&bytes[..cut]).is_err());
        bytes[cut] = byte;
        if let Ok(view) = View::from_snapshot(&bytes) {
            let _ = (view.counts(), view.to_snapshot());
        }
        let _ = View::from_snapshot(&[MAGIC.as_slice(), &bytes[cut..]].concat());
    }
}

#[test]
fn an_empty_view_is_restored_and_other_bytes_are_not() {
    let empty = View::default();
    assert_eq!(View::from_snapshot(&empty.to_snapshot()).unwrap().counts(), empty.counts());
    for bytes in [&b""[..], b"ambit\0v0", b"{}"] {
        assert_eq!(View::from_snapshot(bytes).err(), Some(SnapshotError::Version));
    }
    assert_eq!(View::from_snapshot(MAGIC).err(), Some(SnapshotError::Truncated));
}

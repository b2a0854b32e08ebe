//! Searches: on which resources a user may do something, and who may do something on a resource.

use crate::loading::NAME;
use crate::random::Random;
use crate::report::{Report, Row};
use crate::rounds::{Sample, seconds};
use crate::workload::{Hold, TYPES, Workload};
use ambit_engine::{EntityRef, Question, View};
use ambit_model::Timestamp;
use std::collections::{BTreeSet, HashMap};

const SEARCHES: usize = 100;
const ROUNDS: usize = 7;

/// A search and how many ids it should find.
struct Search {
    user: u32,
    permission: String,
    kind: String,
    node: u32,
    expected: usize,
}

/// Measures both searches.
pub fn measure(report: &mut Report, workload: &Workload, view: &View) {
    let mut random = Random::new(7);
    let resources = resource_searches(workload, &mut random);
    let subjects = subject_searches(workload, &mut random);
    let find_resources = |search: &Search| {
        let user = EntityRef::new("user", &workload.users[search.user as usize]);
        view.search_resources(&question(search, user, EntityRef::new(&search.kind, "")), 0, usize::MAX)
            .found
            .len()
    };
    let find_subjects = |search: &Search| {
        let node = EntityRef::new(&search.kind, &workload.nodes[search.node as usize].id);
        view.search_subjects(&question(search, EntityRef::new("user", ""), node), 0, usize::MAX).found.len()
    };
    rate(report, workload, "resource search", &resources, find_resources);
    rate(report, workload, "subject search", &subjects, find_subjects);
}

fn question<'a>(search: &'a Search, subject: EntityRef<'a>, resource: EntityRef<'a>) -> Question<'a> {
    Question {
        subject,
        permission: &search.permission,
        action: None,
        resource,
        context: None,
        time: Timestamp::UNIX_EPOCH,
    }
}

fn rate(
    report: &mut Report,
    workload: &Workload,
    what: &str,
    searches: &[Search],
    find: impl Fn(&Search) -> usize,
) {
    for search in searches {
        assert_eq!(find(search), search.expected, "{what}: the reference finds another number");
    }
    let ids: usize = searches.iter().map(|search| search.expected).sum();
    let all = || searches.iter().map(&find).sum::<usize>();
    let rates = (0..ROUNDS).map(|_| ids as f64 / seconds(all).0).collect();
    let rate = Sample::new(rates);
    let mean = ids as f64 / searches.len() as f64;
    report.add(
        Row::new(
            format!("{what}, size {}: ids/s ({mean:.0} ids in an answer)", workload.size.letter()),
            "≥ 5 M",
        )
        .measured(format!("{:.2} M ± {:.0} %", rate.median() / 1e6, rate.noise() * 100.0))
        .met(rate.median() >= 5e6),
    );
}

fn resource_searches(workload: &Workload, random: &mut Random) -> Vec<Search> {
    let children = workload.children();
    let search = |_| {
        let user = random.below(workload.users.len()) as u32;
        let holds: Vec<Hold> = workload.holds(user).collect();
        let role = random.pick(&holds).0;
        let permission = *random.pick(&workload.roles[role as usize].closure);
        let kind = random.pick(&TYPES[4..]);
        let mut pending: Vec<u32> = holds
            .iter()
            .filter(|(role, _)| workload.grants(*role, permission))
            .map(|(_, scope)| *scope)
            .collect();
        let mut found = BTreeSet::new();
        while let Some(node) = pending.pop() {
            if workload.type_of(node) == *kind {
                found.insert(node);
            }
            pending.extend(&children[node as usize]);
        }
        Search {
            user,
            permission: format!("{NAME}/{}", workload.permissions[usize::from(permission)]),
            kind: format!("{NAME}/{kind}"),
            node: 0,
            expected: found.len(),
        }
    };
    (0..SEARCHES).map(search).collect()
}

/// Who holds what at each node, and who is in each group.
struct Holders {
    at: HashMap<u32, Vec<(u32, Holder)>>,
    members: Vec<Vec<u32>>,
}

#[derive(Clone, Copy)]
enum Holder {
    User(u32),
    Group(u32),
}

impl Holders {
    fn new(workload: &Workload) -> Self {
        let mut at: HashMap<u32, Vec<(u32, Holder)>> = HashMap::new();
        let users = (0..).zip(&workload.user_holds).map(|(user, holds)| (Holder::User(user), holds));
        let groups = (0..).zip(&workload.group_holds).map(|(group, holds)| (Holder::Group(group), holds));
        for (holder, holds) in users.chain(groups) {
            holds.iter().for_each(|(role, scope)| at.entry(*scope).or_default().push((*role, holder)));
        }
        let mut members = vec![Vec::new(); workload.groups.len()];
        for (user, groups) in (0..).zip(&workload.groups_of) {
            groups.iter().for_each(|group| members[*group as usize].push(user));
        }
        Self { at, members }
    }

    fn allowed(&self, workload: &Workload, permission: u16, node: u32) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let held = workload.chain(node).flat_map(|above| self.at.get(&above).into_iter().flatten());
        for (_, holder) in held.filter(|(role, _)| workload.grants(*role, permission)) {
            match holder {
                Holder::User(user) => drop(found.insert(*user)),
                Holder::Group(group) => found.extend(&self.members[*group as usize]),
            }
        }
        found
    }
}

fn subject_searches(workload: &Workload, random: &mut Random) -> Vec<Search> {
    let holders = Holders::new(workload);
    let leaves: Vec<u32> =
        (0..workload.nodes.len() as u32).filter(|node| workload.nodes[*node as usize].kind >= 4).collect();
    let search = |_| {
        let node = *random.pick(&leaves);
        let permission = random.below(workload.permissions.len()) as u16;
        Search {
            user: 0,
            permission: format!("{NAME}/{}", workload.permissions[usize::from(permission)]),
            kind: format!("{NAME}/{}", workload.type_of(node)),
            node,
            expected: holders.allowed(workload, permission, node).len(),
        }
    };
    (0..SEARCHES).map(search).collect()
}

//! The workload: a commerce company's tree, roles, users, groups and assignments, and questions whose answers a simple
//! reference evaluator knows. Deterministic for a seed and a size.
//!
//! Half of the questions are allowed. Of the denied ones most are near misses: the right scope with a permission that
//! the role lacks, or the right permission elsewhere in the same tenant. Users are drawn evenly, so that no cache of
//! recent users helps.

use crate::random::Random;
use std::collections::{BTreeSet, HashMap};

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// One tenant, a thousand users.
    S,
    /// Ten tenants, a hundred thousand users.
    M,
    /// Twenty tenants, a million users.
    L,
}

impl Size {
    /// Its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::M => "M",
            Self::L => "L",
        }
    }

    /// Leaf resources, users, custom roles, tenants.
    fn counts(self) -> (usize, usize, usize, usize) {
        match self {
            Self::S => (1_000, 1_000, 20, 1),
            Self::M => (50_000, 100_000, 200, 10),
            Self::L => (200_000, 1_000_000, 2_000, 20),
        }
    }
}

/// The types of the tree from the top down; the last three are leaves.
pub const TYPES: [&str; 7] = ["tenant", "suite", "site", "area", "page", "index", "flag"];
const TENANT: usize = 0;
const SUITE: usize = 1;
const SITE: usize = 2;
const AREA: usize = 3;
const FIRST_LEAF: usize = 4;

const SERVICES: [&str; 20] = [
    "pages",
    "indexes",
    "flags",
    "catalog",
    "prices",
    "orders",
    "carts",
    "customers",
    "payments",
    "shipping",
    "stock",
    "media",
    "search",
    "coupons",
    "webhooks",
    "reports",
    "users",
    "roles",
    "settings",
    "audit",
];
const VERBS: [&str; 20] = [
    "read",
    "list",
    "create",
    "update",
    "delete",
    "publish",
    "unpublish",
    "export",
    "import",
    "approve",
    "reject",
    "archive",
    "restore",
    "share",
    "lock",
    "unlock",
    "tag",
    "assign",
    "rename",
    "preview",
];
const PERMISSIONS: usize = SERVICES.len() * VERBS.len();
/// How many roles come from the catalog.
pub const SYSTEM_ROLES: usize = 50;

/// A node of the tree.
#[derive(Debug)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Position in [`TYPES`].
    pub kind: usize,
    /// The node above.
    pub parent: Option<u32>,
    /// Position of its tenant.
    tenant: usize,
}

/// A role.
#[derive(Debug)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// What it grants itself.
    pub permissions: Vec<u16>,
    /// Roles whose grants it has too.
    pub includes: Vec<usize>,
    /// All that it grants, sorted.
    pub closure: Vec<u16>,
}

/// A role held at a node, by their positions.
pub type Hold = (u32, u32);

/// A question and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Who, by position.
    pub user: u32,
    /// What, by position.
    pub permission: u16,
    /// On what, by position.
    pub node: u32,
    /// Whether it is allowed.
    pub allowed: bool,
}

/// The workload of a size.
#[derive(Debug)]
pub struct Workload {
    /// Its size.
    pub size: Size,
    /// Names of permissions.
    pub permissions: Vec<String>,
    /// The tree, parents before children.
    pub nodes: Vec<Node>,
    /// System roles, then custom ones.
    pub roles: Vec<Role>,
    /// Names of users.
    pub users: Vec<String>,
    /// Names of groups.
    pub groups: Vec<String>,
    /// The groups of each user.
    pub groups_of: Vec<Vec<u32>>,
    /// What each user holds.
    pub user_holds: Vec<Vec<Hold>>,
    /// What each group holds.
    pub group_holds: Vec<Vec<Hold>>,
    /// Questions.
    pub queries: Vec<Query>,
}

impl Workload {
    /// Makes the workload of a size with so many questions.
    pub fn generate(size: Size, seed: u64, queries: usize) -> Self {
        let (leaves, users, custom, tenants) = size.counts();
        let mut random = Random::new(seed.wrapping_mul(31).wrapping_add(leaves as u64));
        let permissions = SERVICES
            .iter()
            .flat_map(|service| VERBS.iter().map(move |verb| format!("{service}.{verb}")))
            .collect();
        let nodes = tree(&mut random, tenants, leaves);
        let roles = roles(&mut random, custom, tenants);
        let mut workload = Self {
            size,
            permissions,
            nodes,
            roles,
            users: (0..users).map(|user| format!("user-{user:07}")).collect(),
            groups: (0..users / 50).map(|group| format!("group-{group:05}")).collect(),
            groups_of: Vec::new(),
            user_holds: Vec::new(),
            group_holds: Vec::new(),
            queries: Vec::new(),
        };
        workload.join_groups(&mut random, tenants);
        workload.assign(&mut random, tenants);
        workload.ask(&mut random, tenants, queries);
        workload
    }

    /// How many assignments there are.
    pub fn assignments(&self) -> usize {
        self.user_holds.iter().chain(&self.group_holds).map(Vec::len).sum()
    }

    /// The name of a node's type.
    pub fn type_of(&self, node: u32) -> &'static str {
        TYPES[self.nodes[node as usize].kind]
    }

    /// All that a user holds, itself and through groups.
    pub fn holds(&self, user: u32) -> impl Iterator<Item = Hold> + '_ {
        let groups = self.groups_of[user as usize].iter();
        let through = groups.flat_map(|group| self.group_holds[*group as usize].iter());
        self.user_holds[user as usize].iter().chain(through).copied()
    }

    /// A node and the nodes above it.
    pub fn chain(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(node), |node| self.nodes[*node as usize].parent)
    }

    /// The reference: walks up from the node and looks for a role that grants the permission.
    pub fn allowed(&self, user: u32, permission: u16, node: u32) -> bool {
        self.chain(node).any(|above| {
            self.holds(user).any(|(role, scope)| scope == above && self.grants(role, permission))
        })
    }

    /// Whether a role grants a permission.
    pub fn grants(&self, role: u32, permission: u16) -> bool {
        self.roles[role as usize].closure.binary_search(&permission).is_ok()
    }

    /// The nodes below each node.
    pub fn children(&self) -> Vec<Vec<u32>> {
        let mut children = vec![Vec::new(); self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                children[parent as usize].push(index as u32);
            }
        }
        children
    }

    fn join_groups(&mut self, random: &mut Random, tenants: usize) {
        let groups = self.groups.len();
        for user in 0..self.users.len() {
            let tenant = user % tenants;
            let share = random.unit();
            let wanted = [0.2, 0.6, 0.85].iter().filter(|bound| share >= **bound).count();
            let pool = (groups - tenant).div_ceil(tenants);
            let joined = random.sample(pool, wanted);
            self.groups_of.push(joined.into_iter().map(|nth| (nth * tenants + tenant) as u32).collect());
        }
    }

    fn assign(&mut self, random: &mut Random, tenants: usize) {
        let picker = Picker::new(self, tenants);
        let held = |random: &mut Random, index: usize, most: usize| {
            let wanted = random.between(1, most);
            picker.holds(random, index % tenants, wanted)
        };
        let users = (0..self.users.len()).map(|user| held(random, user, 5)).collect();
        let groups = (0..self.groups.len()).map(|group| held(random, group, 3)).collect();
        (self.user_holds, self.group_holds) = (users, groups);
    }

    fn ask(&mut self, random: &mut Random, tenants: usize, count: usize) {
        let asker = Asker { workload: self, children: self.children(), tenants: self.tenant_nodes(tenants) };
        let mut queries = Vec::with_capacity(count);
        while queries.len() < count / 2 {
            queries.push(asker.allowed(random));
        }
        while queries.len() < count {
            queries.extend(asker.denied(random));
        }
        random.shuffle(&mut queries);
        self.queries = queries;
    }

    fn tenant_nodes(&self, tenants: usize) -> Vec<u32> {
        let mut nodes = vec![0; tenants];
        for (index, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.kind == TENANT) {
            nodes[node.tenant] = index as u32;
        }
        nodes
    }
}

fn tree(random: &mut Random, tenants: usize, leaves: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut areas = Vec::new();
    for tenant in 0..tenants {
        let mut add = |id: String, kind: usize, parent: Option<u32>| {
            nodes.push(Node { id, kind, parent, tenant });
            nodes.len() as u32 - 1
        };
        let top = add(format!("org-{tenant:03}"), TENANT, None);
        for p in 0..4 {
            let suite = add(format!("product-{tenant:03}-{p}"), SUITE, Some(top));
            for k in 0..10 {
                let site = add(format!("instance-{tenant:03}-{p}-{k}"), SITE, Some(suite));
                for j in 0..5 {
                    areas.push((add(format!("project-{tenant:03}-{p}-{k}-{j}"), AREA, Some(site)), tenant));
                }
            }
        }
    }
    for leaf in 0..leaves {
        let (area, tenant) = areas[leaf % areas.len()];
        let kind = if random.unit() < 0.6 { FIRST_LEAF } else { FIRST_LEAF + 1 + random.below(2) };
        nodes.push(Node { id: format!("{}-{leaf:07}", TYPES[kind]), kind, parent: Some(area), tenant });
    }
    nodes
}

fn roles(random: &mut Random, custom: usize, tenants: usize) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for index in 0..SYSTEM_ROLES + custom {
        let share = random.unit();
        let includes = match index {
            0..30 => Vec::new(),
            30..45 => included(random, 0, 30, 3),
            45..SYSTEM_ROLES => included(random, 30, 15, 2),
            _ if share < 0.7 => Vec::new(),
            _ if share < 0.9 => included(random, 0, 30, 2),
            _ => included(random, 30, 15, 1),
        };
        let id = match index {
            0..SYSTEM_ROLES => format!("sys-role-{index:02}"),
            _ => format!("role-{:03}-{:04}", (index - SYSTEM_ROLES) % tenants, index - SYSTEM_ROLES),
        };
        let permissions = granted(random);
        let closure: BTreeSet<u16> = includes
            .iter()
            .flat_map(|role| roles[*role].closure.clone())
            .chain(permissions.clone())
            .collect();
        roles.push(Role { id, permissions, includes, closure: closure.into_iter().collect() });
    }
    roles
}

fn included(random: &mut Random, from: usize, among: usize, most: usize) -> Vec<usize> {
    let count = random.between(1, most);
    random.sample(among, count).into_iter().map(|role| from + role).collect()
}

/// About half of a role's permissions come from two services, the rest from anywhere.
fn granted(random: &mut Random) -> Vec<u16> {
    let wanted = random.between(5, 40);
    let services = random.sample(SERVICES.len(), 2);
    let mut chosen = BTreeSet::new();
    while chosen.len() < wanted / 2 {
        chosen.insert((random.pick(&services) * VERBS.len() + random.below(VERBS.len())) as u16);
    }
    while chosen.len() < wanted {
        chosen.insert(random.below(PERMISSIONS) as u16);
    }
    chosen.into_iter().collect()
}

/// Draws roles and scopes within a tenant.
struct Picker {
    by_level: HashMap<(usize, usize), Vec<u32>>,
    custom_roles: usize,
    tenants: usize,
}

impl Picker {
    fn new(workload: &Workload, tenants: usize) -> Self {
        let mut by_level: HashMap<(usize, usize), Vec<u32>> = HashMap::new();
        for (index, node) in workload.nodes.iter().enumerate() {
            by_level.entry((node.tenant, node.kind.min(FIRST_LEAF))).or_default().push(index as u32);
        }
        Self { by_level, custom_roles: workload.roles.len() - SYSTEM_ROLES, tenants }
    }

    fn holds(&self, random: &mut Random, tenant: usize, wanted: usize) -> Vec<Hold> {
        let mut holds = Vec::with_capacity(wanted);
        while holds.len() < wanted {
            let hold = (self.role(random, tenant), self.scope(random, tenant));
            if !holds.contains(&hold) {
                holds.push(hold);
            }
        }
        holds
    }

    fn role(&self, random: &mut Random, tenant: usize) -> u32 {
        let own = self.custom_roles / self.tenants;
        let role = if random.unit() < 0.5 {
            SYSTEM_ROLES + random.below(own) * self.tenants + tenant
        } else {
            random.below(SYSTEM_ROLES)
        };
        role as u32
    }

    fn scope(&self, random: &mut Random, tenant: usize) -> u32 {
        let share = random.unit();
        let level = match share {
            _ if share < 0.50 => AREA,
            _ if share < 0.83 => SITE,
            _ if share < 0.93 => SUITE,
            _ if share < 0.96 => TENANT,
            _ => FIRST_LEAF,
        };
        *random.pick(&self.by_level[&(tenant, level)])
    }
}

/// Draws questions.
struct Asker<'a> {
    workload: &'a Workload,
    children: Vec<Vec<u32>>,
    tenants: Vec<u32>,
}

impl Asker<'_> {
    fn held(&self, random: &mut Random) -> (u32, Hold) {
        let user = random.below(self.workload.users.len()) as u32;
        let holds: Vec<Hold> = self.workload.holds(user).collect();
        (user, *random.pick(&holds))
    }

    fn permission_of(&self, random: &mut Random, role: u32) -> u16 {
        *random.pick(&self.workload.roles[role as usize].closure)
    }

    /// A random node at or below another.
    fn below(&self, random: &mut Random, mut node: u32) -> u32 {
        while !self.children[node as usize].is_empty() && random.unit() > 0.04 {
            node = *random.pick(&self.children[node as usize]);
        }
        node
    }

    fn allowed(&self, random: &mut Random) -> Query {
        let (user, (role, scope)) = self.held(random);
        let permission = self.permission_of(random, role);
        let node = self.below(random, scope);
        debug_assert!(self.workload.allowed(user, permission, node));
        Query { user, permission, node, allowed: true }
    }

    fn denied(&self, random: &mut Random) -> Option<Query> {
        let (user, (role, scope)) = self.held(random);
        let share = random.unit();
        let (permission, node) = if share < 0.4 {
            (random.below(PERMISSIONS) as u16, self.below(random, scope))
        } else if share < 0.9 {
            let tenant = self.tenants[user as usize % self.tenants.len()];
            (self.permission_of(random, role), self.below(random, tenant))
        } else {
            (random.below(PERMISSIONS) as u16, random.below(self.workload.nodes.len()) as u32)
        };
        let allowed = self.workload.allowed(user, permission, node);
        (!allowed).then_some(Query { user, permission, node, allowed })
    }
}

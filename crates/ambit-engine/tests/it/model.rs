//! An organization as plain lists and maps: what the reference evaluator reads, and what a log of changes comes to.

use ambit_model::{
    ApiKey, Approval, ApprovalState, Assignment, Budget, Change, CustomRole, Group, OrgId, Overlay,
    Properties, Relation, Resource, ResourceRef, RoleRef, SubjectKind, SubjectRef, Timestamp, User,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

pub const ORGANIZATION: &str = "acme";

/// A condition: an expression of CEL, and the same for evaluating by hand.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// A property of the resource has this value.
    Resource(&'static str, &'static str),
    /// The resource has the property at all.
    ResourceHas(&'static str),
    /// A property of the subject has this value.
    Subject(&'static str, &'static str),
    /// The context says so.
    Context(&'static str, &'static str),
    /// A switch of the nearest instance is on.
    InstanceSwitch(&'static str),
    /// The time is before this.
    Before(&'static str),
    /// The resource has this id.
    ResourceId(&'static str),
    /// A parameter of the assignment has this value.
    Parameter(&'static str, &'static str),
    /// Not true or false.
    NotBoolean,
    /// Both.
    Both(Box<When>, Box<When>),
}

impl When {
    /// As CEL.
    pub fn source(&self) -> String {
        match self {
            Self::Resource(name, value) => format!("resource.properties.{name} == '{value}'"),
            Self::ResourceHas(name) => format!("has(resource.properties.{name})"),
            Self::Subject(name, value) => format!("subject.properties.{name} == '{value}'"),
            Self::Context(name, value) => format!("context.{name} == '{value}'"),
            Self::InstanceSwitch(name) => format!("scope.instance.properties.{name} == true"),
            Self::Before(time) => format!("time < timestamp('{time}')"),
            Self::ResourceId(id) => format!("resource.id == '{id}'"),
            Self::Parameter(name, value) => format!("assignment.{name} == '{value}'"),
            Self::NotBoolean => "resource.id".to_owned(),
            Self::Both(one, other) => format!("({}) && ({})", one.source(), other.source()),
        }
    }
}

/// A grant with its terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GrantSpec {
    pub permission: String,
    pub when: Option<When>,
    pub related: Vec<String>,
    pub requires: Vec<String>,
    pub within_budget: bool,
    pub within: Option<ResourceRef>,
    pub reach: Option<String>,
    pub limit: Option<String>,
    pub needs_approval: bool,
    pub otherwise: bool,
}

#[derive(Debug, Clone, Default)]
pub struct PermissionSpec {
    pub id: String,
    pub area: Option<String>,
    pub on: Vec<String>,
    pub implies: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct RoleSpec {
    pub id: String,
    pub area: Option<String>,
    pub includes: Vec<String>,
    pub all: bool,
    pub except: Vec<String>,
    pub grants: Vec<GrantSpec>,
    pub requires: Vec<String>,
    pub public: bool,
}

#[derive(Debug, Clone, Default)]
pub struct TypeSpec {
    pub name: String,
    pub parents: Vec<String>,
    pub refines: bool,
}

/// A catalog, of which the text is made.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    pub product: String,
    pub spans_products: bool,
    pub subject_types: Vec<String>,
    /// With the role of the unassigned state.
    pub areas: Vec<(String, Option<String>)>,
    pub types: Vec<TypeSpec>,
    /// With what each takes away.
    pub limits: Vec<(String, Vec<String>)>,
    pub permissions: Vec<PermissionSpec>,
    pub roles: Vec<RoleSpec>,
    pub everyone: Vec<GrantSpec>,
    pub forbidden: Vec<String>,
}

fn list(names: &[String]) -> String {
    format!("[{}]", names.join(", "))
}

impl GrantSpec {
    fn yaml(&self) -> String {
        let mut terms = Vec::new();
        if let Some(when) = &self.when {
            terms.push(format!("when: \"{}\"", when.source()));
        }
        for (name, names) in [("related", &self.related), ("requires", &self.requires)] {
            if !names.is_empty() {
                terms.push(format!("{name}: {}", list(names)));
            }
        }
        for (name, value) in [("reach", &self.reach), ("limit", &self.limit)] {
            terms.extend(value.iter().map(|value| format!("{name}: {value}")));
        }
        for (name, value) in [("within_budget", self.within_budget), ("needs_approval", self.needs_approval)]
        {
            terms.extend(value.then(|| format!("{name}: true")));
        }
        terms.extend(self.otherwise.then(|| "otherwise: needs_approval".to_owned()));
        match terms.is_empty() {
            true => self.permission.clone(),
            false => format!("{}: {{ {} }}", self.permission, terms.join(", ")),
        }
    }
}

fn grants_yaml(grants: &[GrantSpec], indent: &str) -> String {
    let lines: Vec<String> = grants.iter().map(|grant| format!("\n{indent}- {}", grant.yaml())).collect();
    if lines.is_empty() { " []".to_owned() } else { lines.concat() }
}

impl Spec {
    /// The catalog's text.
    pub fn yaml(&self) -> String {
        let mut text = format!(
            "product: {}\ntitle: Product {}\nversion: 1\ncustomizable: true\nspans_products: {}\nsubject_types: {}\n",
            self.product,
            self.product,
            self.spans_products,
            list(&self.subject_types)
        );
        self.yaml_heads(&mut text);
        text.push_str("permissions:\n");
        for permission in &self.permissions {
            let area = permission.area.iter().map(|area| format!(", area: {area}")).collect::<String>();
            let (id, on, implies) = (&permission.id, list(&permission.on), list(&permission.implies));
            let _ = writeln!(text, "  {id}: {{ title: May {id}, on: {on}, implies: {implies}{area} }}");
        }
        text.push_str("roles:\n");
        self.roles.iter().for_each(|role| role.yaml(&mut text));
        if !self.everyone.is_empty() {
            let grants = grants_yaml(&self.everyone, "      ");
            let _ = writeln!(text, "baselines:\n  everyone:\n    title: Everyone\n    grants:{grants}");
        }
        let _ = writeln!(
            text,
            "custom_roles:\n  allowed: true\n  start: [none, all, duplicate]\n  forbidden: {}",
            list(&self.forbidden)
        );
        text
    }

    fn yaml_heads(&self, text: &mut String) {
        if !self.areas.is_empty() {
            text.push_str("areas:\n");
        }
        for (area, unassigned) in &self.areas {
            let state = unassigned.iter().map(|role| format!(", unassigned: {role}")).collect::<String>();
            let _ = writeln!(text, "  {area}: {{ title: Area {area}{state} }}");
        }
        text.push_str("resource_types:\n");
        for kind in &self.types {
            let parents = list(&kind.parents);
            let _ = writeln!(text, "  {}: {{ parents: {parents}, refines: {} }}", kind.name, kind.refines);
        }
        if !self.limits.is_empty() {
            text.push_str("limits:\n");
        }
        for (limit, takes_away) in &self.limits {
            let gone = list(takes_away);
            let _ = writeln!(text, "  {limit}: {{ text: limited by {limit}, takes_away: {gone} }}");
        }
    }

    pub fn permission(&self, id: &str) -> Option<&PermissionSpec> {
        self.permissions.iter().find(|permission| permission.id == id)
    }

    pub fn role(&self, id: &str) -> Option<&RoleSpec> {
        self.roles.iter().find(|role| role.id == id)
    }
}

impl RoleSpec {
    fn yaml(&self, text: &mut String) {
        let area = self.area.iter().map(|area| format!("    area: {area}\n")).collect::<String>();
        let _ = write!(
            text,
            "  {}:\n    title: Role {}\n{area}    includes: {}\n    all: {}\n    except: {}\n    requires: {}\n    public: {}\n    grants:{}\n",
            self.id,
            self.id,
            list(&self.includes),
            self.all,
            list(&self.except),
            list(&self.requires),
            self.public,
            grants_yaml(&self.grants, "      ")
        );
    }
}

/// A change that fits, whatever was there before.
fn done<T>(_before: T) -> bool {
    true
}

/// Who holds what where.
pub type AssignmentKey = (SubjectRef, RoleRef, ResourceRef);

/// An organization.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Every catalog that was ever installed, with whether it is enabled.
    pub catalogs: BTreeMap<String, (Spec, bool)>,
    /// With the parent; none for the organization.
    pub resources: BTreeMap<ResourceRef, (Option<ResourceRef>, Properties)>,
    pub users: BTreeMap<String, User>,
    pub groups: BTreeMap<String, Group>,
    pub keys: BTreeMap<String, ApiKey>,
    /// Group and member.
    pub members: BTreeSet<(String, SubjectRef)>,
    pub custom: BTreeMap<RoleRef, CustomRole>,
    pub overlays: BTreeMap<RoleRef, Overlay>,
    pub assignments: BTreeMap<AssignmentKey, Assignment>,
    pub relations: BTreeSet<Relation>,
    pub budgets: BTreeMap<(SubjectRef, ResourceRef, String), Budget>,
    pub approvals: BTreeMap<String, Approval>,
}

/// What can happen to an organization, with catalogs as they were made.
#[derive(Debug, Clone)]
pub enum Step {
    Install(Box<Spec>),
    Other(Box<Change>),
}

impl From<Change> for Step {
    fn from(change: Change) -> Self {
        Self::Other(Box::new(change))
    }
}

impl Step {
    pub fn change(&self) -> Change {
        match self {
            Self::Install(spec) => {
                Change::CatalogInstalled { product: spec.product.clone(), source: spec.yaml() }
            }
            Self::Other(change) => Change::clone(change),
        }
    }
}

pub fn organization() -> ResourceRef {
    ResourceRef::new("organization", ORGANIZATION)
}

pub fn product_ref(product: &str) -> ResourceRef {
    ResourceRef::new("product", product)
}

/// When all the entries of the tests were made.
pub fn log_time() -> Timestamp {
    "2025-12-01T00:00:00Z".parse().unwrap()
}

impl State {
    /// An organization without anything.
    pub fn new() -> Self {
        let mut state = Self::default();
        state.resources.insert(organization(), (None, Properties::new()));
        state
    }

    pub fn enabled(&self) -> impl Iterator<Item = &Spec> {
        self.catalogs.values().filter(|(_, enabled)| *enabled).map(|(spec, _)| spec)
    }

    pub fn spec(&self, product: &str) -> Option<&Spec> {
        self.enabled().find(|spec| spec.product == product)
    }

    pub fn has_subject(&self, subject: &SubjectRef) -> bool {
        match subject.kind {
            SubjectKind::User => self.users.contains_key(&subject.id),
            SubjectKind::Group => self.groups.contains_key(&subject.id),
            SubjectKind::ApiKey => self.keys.contains_key(&subject.id),
        }
    }

    pub fn has_role(&self, role: &RoleRef) -> bool {
        let Some(spec) = self.spec(&role.product) else { return false };
        spec.role(&role.role).is_some() || self.custom.contains_key(role)
    }

    fn knows_type(&self, kind: &str) -> bool {
        ["organization", "product", "instance", "project"].contains(&kind)
            || self.enabled().any(|spec| {
                spec.types.iter().any(|declared| kind == format!("{}/{}", spec.product, declared.name))
            })
    }

    /// The resource and its ancestors, nearest first.
    pub fn chain(&self, resource: &ResourceRef) -> Vec<ResourceRef> {
        let mut chain = vec![resource.clone()];
        while let Some((Some(parent), _)) = self.resources.get(&chain[chain.len() - 1]) {
            chain.push(parent.clone());
        }
        chain
    }

    pub fn children(&self, resource: &ResourceRef) -> Vec<ResourceRef> {
        let below = self.resources.iter().filter(|(_, (parent, _))| parent.as_ref() == Some(resource));
        below.map(|(child, _)| child.clone()).collect()
    }

    /// The product at the top of a resource, if it stands below one.
    pub fn product_of(&self, resource: &ResourceRef) -> Option<String> {
        self.chain(resource).into_iter().find(|node| node.kind == "product").map(|node| node.id)
    }

    /// Takes a step; false when it names what is not there, and then nothing has changed.
    pub fn take(&mut self, step: &Step) -> bool {
        match step {
            Step::Install(spec) => {
                self.catalogs.insert(spec.product.clone(), (Spec::clone(spec), true));
                let node = product_ref(&spec.product);
                self.resources.entry(node).or_insert((Some(organization()), Properties::new()));
                true
            }
            Step::Other(change) => self.change(change),
        }
    }

    fn change(&mut self, change: &Change) -> bool {
        match change {
            Change::CatalogRemoved { product } => {
                self.catalogs.entry(product.clone()).and_modify(|catalog| catalog.1 = false);
                true
            }
            Change::ResourceSet(resource) => self.set_resource(resource),
            Change::ResourceRemoved { id } => self.remove_resource(id),
            Change::UserSet(user) => done(self.users.insert(user.id.clone(), user.clone())),
            Change::GroupSet(group) => done(self.groups.insert(group.id.clone(), group.clone())),
            Change::ApiKeySet(key) => done(self.keys.insert(key.id.clone(), key.clone())),
            Change::UserRemoved { id } => self.remove_subject(&SubjectRef::user(id)),
            Change::GroupRemoved { id } => self.remove_subject(&SubjectRef::group(id)),
            Change::ApiKeyRemoved { id } => self.remove_subject(&SubjectRef::api_key(id)),
            Change::MemberAdded { group, member } => {
                let known = self.groups.contains_key(group) && self.has_subject(member);
                known && done(self.members.insert((group.clone(), member.clone())))
            }
            Change::MemberRemoved { group, member } => {
                let known = self.groups.contains_key(group) && self.has_subject(member);
                known && done(self.members.remove(&(group.clone(), member.clone())))
            }
            Change::RoleSet(role) => done(self.custom.insert(role.id.clone(), role.clone())),
            Change::RoleRemoved { id } => {
                self.custom.remove(id);
                self.assignments.retain(|key, _| key.1 != *id);
                true
            }
            Change::OverlaySet(overlay) => {
                self.overlays.insert(overlay.role.clone(), overlay.clone());
                true
            }
            Change::OverlayRemoved { role } => done(self.overlays.remove(role)),
            Change::AssignmentSet(assignment) => self.assign(assignment),
            Change::AssignmentRemoved { subject, role, scope } => {
                let known = self.knows(subject, scope);
                self.assignments.remove(&(subject.clone(), role.clone(), scope.clone()));
                known
            }
            Change::RelationSet(relation) => {
                self.knows(&relation.subject, &relation.resource)
                    && done(self.relations.insert(relation.clone()))
            }
            Change::RelationRemoved(relation) => {
                self.relations.remove(relation);
                self.knows(&relation.subject, &relation.resource)
            }
            Change::BudgetSet(budget) => {
                let key = (budget.subject.clone(), budget.scope.clone(), budget.currency.clone());
                let known = self.knows(&budget.subject, &budget.scope);
                known && done(self.budgets.insert(key, budget.clone()))
            }
            Change::BudgetRemoved { subject, scope, currency } => {
                self.budgets.remove(&(subject.clone(), scope.clone(), currency.clone()));
                self.knows(subject, scope)
            }
            Change::ApprovalSet(approval) => {
                self.approvals.insert(approval.id.clone(), approval.clone());
                true
            }
            other => panic!("the tests make no such change: {other:?}"),
        }
    }

    fn knows(&self, subject: &SubjectRef, resource: &ResourceRef) -> bool {
        self.has_subject(subject) && self.resources.contains_key(resource) && self.knows_type(&resource.kind)
    }

    fn assign(&mut self, assignment: &Assignment) -> bool {
        let (subject, role, scope) = (&assignment.subject, &assignment.role, &assignment.scope);
        let known = self.knows(subject, scope) && self.has_role(role);
        if known {
            self.assignments.insert((subject.clone(), role.clone(), scope.clone()), assignment.clone());
        }
        known
    }

    fn set_resource(&mut self, resource: &Resource) -> bool {
        let known = |parent: &ResourceRef| {
            self.resources.contains_key(parent) && !self.chain(parent).contains(&resource.id)
        };
        let parent = match (&resource.parent, self.resources.get(&resource.id)) {
            (Some(parent), _) if known(parent) => Some(parent.clone()),
            (None, Some((parent, _))) => parent.clone(),
            _ => return false,
        };
        if !self.knows_type(&resource.id.kind) {
            return false;
        }
        self.resources.insert(resource.id.clone(), (parent, resource.properties.clone()));
        true
    }

    fn remove_resource(&mut self, id: &ResourceRef) -> bool {
        if !self.resources.contains_key(id) || !self.knows_type(&id.kind) {
            return false;
        }
        self.assignments.retain(|key, _| key.2 != *id);
        self.relations.retain(|relation| relation.resource != *id);
        self.budgets.retain(|key, _| key.1 != *id);
        self.resources.remove(id).is_some()
    }

    fn remove_subject(&mut self, subject: &SubjectRef) -> bool {
        if !self.has_subject(subject) {
            return false;
        }
        match subject.kind {
            SubjectKind::User => drop(self.users.remove(&subject.id)),
            SubjectKind::Group => drop(self.groups.remove(&subject.id)),
            SubjectKind::ApiKey => drop(self.keys.remove(&subject.id)),
        }
        self.assignments.retain(|key, _| key.0 != *subject);
        self.relations.retain(|relation| relation.subject != *subject);
        self.budgets.retain(|key, _| key.0 != *subject);
        let as_group = |group: &String| subject.kind == SubjectKind::Group && *group == subject.id;
        self.members.retain(|(group, member)| member != subject && !as_group(group));
        for approval in self.approvals.values_mut().filter(|approval| approval.subject == *subject) {
            if matches!(approval.state, ApprovalState::Approved | ApprovalState::Pending) {
                approval.state = ApprovalState::Cancelled;
            }
        }
        true
    }

    /// The changes that lead straight to this state.
    pub fn changes(&self) -> Vec<Change> {
        let created = Change::OrganizationCreated { id: OrgId::new(ORGANIZATION).unwrap() };
        let mut changes = vec![created];
        for (spec, _) in self.catalogs.values() {
            changes.push(Step::Install(Box::new(spec.clone())).change());
        }
        self.resource_changes(&organization(), &mut changes);
        changes.extend(self.users.values().cloned().map(Change::UserSet));
        changes.extend(self.groups.values().cloned().map(Change::GroupSet));
        changes.extend(self.keys.values().cloned().map(Change::ApiKeySet));
        changes.extend(
            self.members
                .iter()
                .map(|(group, member)| Change::MemberAdded { group: group.clone(), member: member.clone() }),
        );
        changes.extend(self.custom.values().cloned().map(Change::RoleSet));
        changes.extend(self.overlays.values().cloned().map(Change::OverlaySet));
        let exists = |role: &RoleRef| {
            let system = |(spec, _): &(Spec, bool)| spec.role(&role.role).is_some();
            self.custom.contains_key(role) || self.catalogs.get(&role.product).is_some_and(system)
        };
        let assignments = self.assignments.values().filter(|assignment| exists(&assignment.role));
        changes.extend(assignments.cloned().map(Change::AssignmentSet));
        changes.extend(self.relations.iter().cloned().map(Change::RelationSet));
        changes.extend(self.budgets.values().cloned().map(Change::BudgetSet));
        changes.extend(self.approvals.values().cloned().map(Change::ApprovalSet));
        for (product, _) in self.catalogs.iter().filter(|(_, (_, enabled))| !enabled) {
            changes.push(Change::CatalogRemoved { product: product.clone() });
        }
        changes
    }

    fn resource_changes(&self, below: &ResourceRef, changes: &mut Vec<Change>) {
        for child in self.children(below) {
            let (parent, properties) = self.resources[&child].clone();
            changes.push(Change::ResourceSet(Resource { id: child.clone(), parent, properties }));
            self.resource_changes(&child, changes);
        }
    }
}

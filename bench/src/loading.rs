//! The workload as Ambit keeps it: one organization, one product whose catalog declares the tree's types, the
//! permissions and the system roles; everything else as changes. The built-in organization and product stand above.

use crate::workload::{Hold, Role, SYSTEM_ROLES, TYPES, Workload};
use ambit_engine::View;
use ambit_model::{
    Assignment, Change, CustomGrant, CustomRole, Group, OrgId, Properties, Resource, ResourceRef, RoleRef,
    Start, Status, SubjectRef, User,
};
use anyhow::Result;
use std::fmt::Write;

/// The organization and the product.
pub const NAME: &str = "bench";

/// How many changes are made before they are applied and dropped.
const CHUNK: usize = 10_000;

/// The catalog of the workload, as YAML.
pub fn catalog(workload: &Workload) -> String {
    let mut text = format!("product: {NAME}\ntitle: Benchmark\nversion: 1\nresource_types:\n");
    for (kind, parent) in TYPES.iter().zip(["product", "tenant", "suite", "site", "area", "area", "area"]) {
        let _ = writeln!(text, "  {kind}: {{ title: {kind}, parents: [{parent}] }}");
    }
    text.push_str("permissions:\n");
    for permission in &workload.permissions {
        let _ = writeln!(text, "  {permission}: {{ title: {permission}, on: [area, page, index, flag] }}");
    }
    text.push_str("roles:\n");
    for role in &workload.roles[..SYSTEM_ROLES] {
        let includes: Vec<&str> =
            role.includes.iter().map(|role| workload.roles[*role].id.as_str()).collect();
        let _ =
            writeln!(text, "  {}:\n    title: {}\n    includes: [{}]", role.id, role.id, includes.join(", "));
        text.push_str("    grants:\n");
        for permission in &role.permissions {
            let _ = writeln!(text, "      - {}", workload.permissions[usize::from(*permission)]);
        }
    }
    text.push_str("custom_roles: { allowed: true, start: [none] }\n");
    text
}

/// A state being loaded, part by part, so that each part's memory can be told.
#[derive(Debug, Default)]
pub struct Loader {
    /// What is loaded so far.
    pub view: View,
}

impl Loader {
    fn apply(&mut self, changes: impl Iterator<Item = Change>) -> Result<()> {
        let mut changes = changes.peekable();
        while changes.peek().is_some() {
            let chunk: Vec<Change> = changes.by_ref().take(CHUNK).collect();
            self.view.apply_changes(&chunk)?;
        }
        Ok(())
    }

    /// Organization, catalog and custom roles.
    ///
    /// # Errors
    /// If the engine refuses a change.
    pub fn declare(&mut self, workload: &Workload) -> Result<()> {
        self.apply(first(workload)?.into_iter())
    }

    /// The tree.
    ///
    /// # Errors
    /// If the engine refuses a change.
    pub fn tree(&mut self, workload: &Workload) -> Result<()> {
        self.apply(tree(workload))
    }

    /// The users, the groups, and who is in them.
    ///
    /// # Errors
    /// If the engine refuses a change.
    pub fn subjects(&mut self, workload: &Workload) -> Result<()> {
        self.apply(users(workload))?;
        self.apply(groups(workload))
    }

    /// The assignments.
    ///
    /// # Errors
    /// If the engine refuses a change.
    pub fn assignments(&mut self, workload: &Workload) -> Result<()> {
        self.apply(all_assignments(workload).map(Change::AssignmentSet))
    }
}

/// All changes but the assignments.
///
/// # Errors
/// If a name is refused.
pub fn declarations(workload: &Workload) -> Result<Vec<Change>> {
    let mut changes = first(workload)?;
    changes.extend(tree(workload).chain(users(workload)).chain(groups(workload)));
    Ok(changes)
}

/// Organization, catalog and custom roles.
fn first(workload: &Workload) -> Result<Vec<Change>> {
    let mut changes = vec![
        Change::OrganizationCreated { id: OrgId::new(NAME)? },
        Change::CatalogInstalled { product: NAME.into(), source: catalog(workload) },
    ];
    let custom = &workload.roles[SYSTEM_ROLES..];
    changes.extend(custom.iter().map(|role| Change::RoleSet(custom_role(workload, role))));
    Ok(changes)
}

fn tree(workload: &Workload) -> impl Iterator<Item = Change> + '_ {
    (0..workload.nodes.len() as u32).map(|node| Change::ResourceSet(resource(workload, node)))
}

fn users(workload: &Workload) -> impl Iterator<Item = Change> + '_ {
    workload.users.iter().map(|id| Change::UserSet(user(id)))
}

fn groups(workload: &Workload) -> impl Iterator<Item = Change> + '_ {
    let group = |id: &String| Change::GroupSet(Group { id: id.clone(), title: None, active: true });
    let members = workload.users.iter().zip(&workload.groups_of).flat_map(|(user, groups)| {
        groups.iter().map(|group| Change::MemberAdded {
            group: workload.groups[*group as usize].clone(),
            member: SubjectRef::user(user.as_str()),
        })
    });
    workload.groups.iter().map(group).chain(members)
}

/// All assignments as records.
pub fn all_assignments(workload: &Workload) -> impl Iterator<Item = Assignment> + '_ {
    let users = workload.users.iter().zip(&workload.user_holds).flat_map(|(user, holds)| {
        holds.iter().map(|hold| assignment(workload, SubjectRef::user(user.as_str()), *hold))
    });
    let groups = workload.groups.iter().zip(&workload.group_holds).flat_map(|(group, holds)| {
        holds.iter().map(|hold| assignment(workload, SubjectRef::group(group.as_str()), *hold))
    });
    users.chain(groups)
}

/// An assignment as a record.
pub fn assignment(workload: &Workload, subject: SubjectRef, (role, scope): Hold) -> Assignment {
    Assignment {
        subject,
        role: role_ref(&workload.roles[role as usize].id),
        scope: resource_ref(workload, scope),
        approver: None,
        starts: None,
        expires: None,
        parameters: Properties::new(),
    }
}

/// A node's reference.
pub fn resource_ref(workload: &Workload, node: u32) -> ResourceRef {
    ResourceRef::new(format!("{NAME}/{}", workload.type_of(node)), workload.nodes[node as usize].id.as_str())
}

/// A role's reference.
pub fn role_ref(role: &str) -> RoleRef {
    RoleRef { product: NAME.into(), role: role.into() }
}

fn resource(workload: &Workload, node: u32) -> Resource {
    let parent = match workload.nodes[node as usize].parent {
        Some(parent) => resource_ref(workload, parent),
        None => ResourceRef::new("product", NAME),
    };
    Resource { id: resource_ref(workload, node), parent: Some(parent), properties: Properties::new() }
}

fn user(id: &str) -> User {
    User { id: id.into(), name: None, email: None, status: Status::Active, properties: Properties::new() }
}

fn custom_role(workload: &Workload, role: &Role) -> CustomRole {
    let name = |permission: &u16| workload.permissions[usize::from(*permission)].clone();
    let grant = |permission| CustomGrant { permission: name(permission), ..CustomGrant::default() };
    CustomRole {
        id: role_ref(&role.id),
        title: Some(role.id.clone()),
        description: None,
        instances: Vec::new(),
        start: Start::None,
        includes: role.includes.iter().map(|role| workload.roles[*role].id.clone()).collect(),
        grants: role.permissions.iter().map(grant).collect(),
        without: Vec::new(),
    }
}

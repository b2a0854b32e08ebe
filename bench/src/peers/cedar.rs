//! Cedar in two ways: the application writes every grant of a user onto its entity, with one policy for all; or it
//! keeps a policy for each grant and hands over those of the user who asks.

use crate::workload::{Query, Workload};
use anyhow::Result;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy, PolicyId,
    PolicySet, Request, RestrictedExpression,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The names of Cedar's types, read once.
struct Names {
    user: EntityTypeName,
    node: EntityTypeName,
    action: EntityTypeName,
}

impl Names {
    fn new() -> Result<Self> {
        Ok(Self { user: "User".parse()?, node: "Node".parse()?, action: "Action".parse()? })
    }

    fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
    }
}

fn nodes(workload: &Workload, names: &Names) -> Vec<Entity> {
    let uid = |node: u32| Names::uid(&names.node, &workload.nodes[node as usize].id);
    let entity = |(number, node): (u32, &crate::workload::Node)| {
        Entity::new_no_attrs(uid(number), node.parent.map(uid).into_iter().collect())
    };
    (0..).zip(&workload.nodes).map(entity).collect()
}

fn users(queries: &[Query]) -> BTreeSet<u32> {
    queries.iter().map(|query| query.user).collect()
}

/// Every grant is written onto the user.
pub struct Flattened {
    names: Names,
    action: EntityUid,
    entities: Entities,
    policies: PolicySet,
}

impl Flattened {
    /// Writes the grants of the users who are asked about.
    pub fn new(workload: &Workload, queries: &[Query]) -> Result<Self> {
        let names = Names::new()?;
        let mut entities = nodes(workload, &names);
        for user in users(queries) {
            let mut scopes: BTreeMap<u16, Vec<RestrictedExpression>> = BTreeMap::new();
            for (role, scope) in workload.holds(user) {
                let scope = Names::uid(&names.node, &workload.nodes[scope as usize].id);
                for permission in &workload.roles[role as usize].closure {
                    let scope = RestrictedExpression::new_entity_uid(scope.clone());
                    scopes.entry(*permission).or_default().push(scope);
                }
            }
            let tags = scopes.into_iter().map(|(permission, scopes)| {
                (workload.permissions[usize::from(permission)].clone(), RestrictedExpression::new_set(scopes))
            });
            let uid = Names::uid(&names.user, &workload.users[user as usize]);
            entities.push(Entity::new_with_tags(uid, [], [], tags)?);
        }
        let policies = "permit(principal, action, resource) when {
            principal.hasTag(context.permission) && resource in principal.getTag(context.permission) };";
        let action = Names::uid(&names.action, "check");
        let entities = Entities::from_entities(entities, None)?;
        Ok(Self { names, action, entities, policies: policies.parse()? })
    }

    /// Whether it is allowed.
    pub fn allows(&self, workload: &Workload, query: &Query) -> Result<bool> {
        let permission = workload.permissions[usize::from(query.permission)].clone();
        let context =
            Context::from_pairs([("permission".to_owned(), RestrictedExpression::new_string(permission))])?;
        let user = Names::uid(&self.names.user, &workload.users[query.user as usize]);
        let node = Names::uid(&self.names.node, &workload.nodes[query.node as usize].id);
        let request = Request::new(user, self.action.clone(), node, context, None)?;
        let response = Authorizer::new().is_authorized(&request, &self.policies, &self.entities);
        Ok(response.decision() == Decision::Allow)
    }
}

/// A policy for each grant, those of one user for each request.
pub struct Sliced {
    names: Names,
    entities: Entities,
    policies: HashMap<u32, Vec<Policy>>,
}

impl Sliced {
    /// Writes the policies of the users who are asked about.
    pub fn new(workload: &Workload, queries: &[Query]) -> Result<Self> {
        let names = Names::new()?;
        let mut entities = nodes(workload, &names);
        for (number, permission) in (0..).zip(&workload.permissions) {
            let roles = workload.roles.iter().filter(|role| role.closure.binary_search(&number).is_ok());
            let parents: HashSet<EntityUid> = roles.map(|role| Names::uid(&names.action, &role.id)).collect();
            entities.push(Entity::new_no_attrs(Names::uid(&names.action, permission), parents));
        }
        let policies: Result<_> =
            users(queries).into_iter().map(|user| Ok((user, Self::policies_of(workload, user)?))).collect();
        Ok(Self { names, entities: Entities::from_entities(entities, None)?, policies: policies? })
    }

    fn policies_of(workload: &Workload, user: u32) -> Result<Vec<Policy>> {
        let id = &workload.users[user as usize];
        let policy = |(number, (role, scope)): (usize, (u32, u32))| {
            let (role, scope) = (&workload.roles[role as usize].id, &workload.nodes[scope as usize].id);
            let text = format!(
                "permit(principal == User::\"{id}\", action in Action::\"{role}\", resource in Node::\"{scope}\");"
            );
            Ok(Policy::parse(Some(PolicyId::new(format!("{id}-{number}"))), text)?)
        };
        workload.holds(user).enumerate().map(policy).collect()
    }

    /// Whether it is allowed.
    pub fn allows(&self, workload: &Workload, query: &Query) -> Result<bool> {
        let mut policies = PolicySet::new();
        for policy in self.policies.get(&query.user).into_iter().flatten() {
            policies.add(policy.clone())?;
        }
        let user = Names::uid(&self.names.user, &workload.users[query.user as usize]);
        let action = Names::uid(&self.names.action, &workload.permissions[usize::from(query.permission)]);
        let node = Names::uid(&self.names.node, &workload.nodes[query.node as usize].id);
        let request = Request::new(user, action, node, Context::empty(), None)?;
        let response = Authorizer::new().is_authorized(&request, &policies, &self.entities);
        Ok(response.decision() == Decision::Allow)
    }
}

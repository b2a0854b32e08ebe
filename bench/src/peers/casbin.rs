//! casbin with roles in domains: the scope is the domain, and the application asks once for each ancestor.

use crate::workload::{Query, Workload};
use anyhow::Result;
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};

const MODEL: &str = "
[request_definition]
r = sub, dom, obj

[policy_definition]
p = sub, obj

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.obj == p.obj && g(r.sub, p.sub, r.dom)
";

/// All grants of a workload, those of groups written onto their members.
pub struct Scopes(Enforcer);

impl Scopes {
    /// Loads the workload.
    pub fn new(workload: &Workload) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(async {
            let model = DefaultModel::from_str(MODEL).await?;
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
            enforcer.add_policies(policies(workload)).await?;
            enforcer.add_grouping_policies(holds(workload)).await?;
            Ok(Self(enforcer))
        })
    }

    /// Whether it is allowed at the node or at one above it.
    pub fn allows(&self, workload: &Workload, query: &Query) -> Result<bool> {
        let user = workload.users[query.user as usize].as_str();
        let permission = workload.permissions[usize::from(query.permission)].as_str();
        for node in workload.chain(query.node) {
            if self.0.enforce((user, workload.nodes[node as usize].id.as_str(), permission))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn policies(workload: &Workload) -> Vec<Vec<String>> {
    let of_role = |role: &crate::workload::Role| {
        let row =
            |permission: &u16| vec![role.id.clone(), workload.permissions[usize::from(*permission)].clone()];
        role.closure.iter().map(row).collect::<Vec<_>>()
    };
    workload.roles.iter().flat_map(of_role).collect()
}

/// A user may hold the same role at the same scope in two ways; casbin takes a row once.
fn holds(workload: &Workload) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for user in 0..workload.users.len() as u32 {
        let mut held: Vec<_> = workload.holds(user).collect();
        held.sort_unstable();
        held.dedup();
        rows.extend(held.into_iter().map(|(role, scope)| {
            let (role, scope) = (&workload.roles[role as usize].id, &workload.nodes[scope as usize].id);
            vec![workload.users[user as usize].clone(), role.clone(), scope.clone()]
        }));
    }
    rows
}

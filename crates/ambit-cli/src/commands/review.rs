//! `ambit review`: the review functions of the RBAC standard and what goes beyond it, as tables or JSON.

use crate::args::{Cli, Format, Where};
use crate::{open, output, status};
use ambit_engine::{EntityRef, NodeIx, PermissionIx, RoleIx, SubjectIx, View};
use ambit_governance::review::authority::{AssignableRole, administered_by, assignable_roles};
use ambit_governance::review::diff::{Granted, diff_roles, diff_states, diff_subjects};
use ambit_governance::review::grants::{RolePermission, role_operations_on_object, role_permissions};
use ambit_governance::review::held::{HeldRole, Standing, assigned_roles, authorized_roles};
use ambit_governance::review::holders::{assigned_users, authorized_user, ways_to};
use ambit_governance::review::permissions::{UserPermission, meant_for, user_operation, user_permissions};
use ambit_governance::review::roles::{dead_roles, dominated_roles, least_roles, unused_roles};
use ambit_governance::review::separation::{separation_sets, violations};
use ambit_governance::review::who_can::{Asked, able, who_can};
use ambit_model::suggest::hint;
use ambit_model::{Actor, Change, ResourceRef, RoleRef, SubjectKind, SubjectRef, Timestamp};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde::Serialize;

/// So many entries of the log are read at a time.
const READ: usize = 1_000;
/// So many subjects are looked for at a time.
const STEP: usize = 1_000;

/// `review`.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// What to review.
    #[command(subcommand)]
    pub question: Question,
    /// Which organization.
    #[command(flatten)]
    pub at: Where,
}

/// What to review.
#[derive(Debug, Subcommand)]
pub enum Question {
    /// AssignedUsers: to whom a role is assigned.
    AssignedUsers {
        /// `product/role`.
        role: RoleRef,
        /// Exactly at this resource.
        #[arg(long)]
        scope: Option<ResourceRef>,
    },
    /// AuthorizedUsers: who holds a role, also through groups and inclusion, in every way.
    AuthorizedUsers {
        /// `product/role`.
        role: RoleRef,
        /// Where it reaches this resource.
        #[arg(long)]
        scope: Option<ResourceRef>,
    },
    /// AssignedRoles: what a subject holds itself.
    AssignedRoles {
        /// `user:id`, `group:id` or `api_key:id`.
        subject: SubjectRef,
    },
    /// AuthorizedRoles: all that a subject holds, active or dormant, with the reason.
    AuthorizedRoles {
        /// `user:id`, `group:id` or `api_key:id`.
        subject: SubjectRef,
    },
    /// RolePermissions: own, inherited with the path, or refused by the forbid list.
    RolePermissions {
        /// `product/role`.
        role: RoleRef,
    },
    /// RoleOperationsOnObject: what a role lets do on a resource.
    RoleOperations {
        /// `product/role`.
        role: RoleRef,
        /// `type:id`.
        resource: ResourceRef,
    },
    /// UserPermissions: what a subject may do, and from where on.
    UserPermissions {
        /// `user:id`, `group:id` or `api_key:id`.
        subject: SubjectRef,
        /// At this resource and below; everywhere if absent.
        #[arg(long)]
        scope: Option<ResourceRef>,
    },
    /// UserOperationsOnObject: what a subject may do on a resource.
    UserOperations {
        /// `user:id`, `group:id` or `api_key:id`.
        subject: SubjectRef,
        /// `type:id`.
        resource: ResourceRef,
        /// What is denied too, with the reason.
        #[arg(long)]
        denied: bool,
    },
    /// Who may do this on that, and through which groups and roles.
    WhoCan {
        /// `product/permission`.
        permission: String,
        /// `type:id`.
        resource: ResourceRef,
        /// `user`, `group` or `api_key`.
        #[arg(long, default_value = "user")]
        kind: String,
    },
    /// SsdRoleSets: sets of roles of which one may hold only so many.
    SeparationSets,
    /// Who holds too many roles of a set, and how.
    SeparationViolations,
    /// What an actor may give to somebody at a resource, and why the rest may not be given.
    AssignableRoles {
        /// To whom.
        subject: SubjectRef,
        /// Where.
        scope: ResourceRef,
        /// By whom; the operator if absent.
        #[arg(long)]
        actor: Option<SubjectRef>,
    },
    /// Who could give a role at a resource or take it away there, and by which roles.
    AdministeredBy {
        /// `product/role`.
        role: RoleRef,
        /// Where it is held.
        scope: ResourceRef,
    },
    /// Roles that give nothing that another one does not give, and duplicates.
    DominatedRoles,
    /// Roles that nobody holds.
    UnusedRoles,
    /// Roles by which nobody can ever do anything.
    DeadRoles,
    /// The roles that give a permission at a resource, the least first.
    LeastRoles {
        /// `product/permission`.
        permission: String,
        /// `type:id`.
        resource: ResourceRef,
    },
    /// How two roles differ: equal, implied, disjoint, or in what.
    DiffRoles {
        /// One.
        first: RoleRef,
        /// The other.
        second: RoleRef,
    },
    /// What one subject may do that another may not.
    DiffSubjects {
        /// One.
        first: SubjectRef,
        /// The other.
        second: SubjectRef,
        /// So much of each side is listed.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// What differs between an earlier state and the one of `--as-of`, or now.
    DiffRevisions {
        /// The earlier revision or instant.
        #[arg(value_parser = crate::args::parse_as_of, value_name = "REVISION|INSTANT")]
        from: crate::args::AsOf,
    },
}

/// A state with the names that people type.
struct Named<'v> {
    view: &'v View,
    time: Timestamp,
    format: Format,
}

/// Answers a review question.
pub fn run(cli: &Cli, args: &ReviewArgs) -> anyhow::Result<u8> {
    if let Question::DiffRevisions { from } = &args.question {
        return diff_revisions(cli, args, *from);
    }
    let asked = open::asked(cli, &args.at)?;
    let named = Named { view: &asked.view, time: asked.time, format: args.at.format };
    named.answer(&args.question)?;
    Ok(status::OK)
}

impl Named<'_> {
    fn answer(&self, question: &Question) -> anyhow::Result<()> {
        match question {
            Question::AssignedUsers { role, scope } => self.assigned_users(role, scope.as_ref()),
            Question::AuthorizedUsers { role, scope } => self.authorized_users(role, scope.as_ref()),
            Question::AssignedRoles { subject } => {
                self.held(&assigned_roles(self.view, self.subject(subject)?, self.time))
            }
            Question::AuthorizedRoles { subject } => {
                self.held(&authorized_roles(self.view, self.subject(subject)?, self.time))
            }
            Question::RolePermissions { role } => {
                self.granted(&role_permissions(self.view, self.role(role)?))
            }
            Question::RoleOperations { role, resource } => {
                let found = role_operations_on_object(self.view, self.role(role)?, self.node(resource)?);
                self.granted(&found.into_iter().map(|one| one.permission).collect::<Vec<_>>())
            }
            Question::UserPermissions { subject, scope } => self.user_permissions(subject, scope.as_ref()),
            Question::UserOperations { subject, resource, denied } => {
                self.user_operations(subject, resource, *denied)
            }
            Question::WhoCan { permission, resource, kind } => self.who_can(permission, resource, kind),
            Question::SeparationSets => self.separation_sets(),
            Question::SeparationViolations => self.separation_violations(),
            Question::AssignableRoles { subject, scope, actor } => {
                self.assignable_roles(subject, scope, actor.as_ref())
            }
            Question::AdministeredBy { role, scope } => self.administered_by(role, scope),
            Question::DominatedRoles => self.dominated_roles(),
            Question::UnusedRoles => {
                let roles: Vec<RoleRef> =
                    unused_roles(self.view).into_iter().map(|role| self.view.role_ref(role)).collect();
                self.print(&roles, &["role"], |role| vec![role.to_string()])
            }
            Question::DeadRoles => {
                self.print(&dead_roles(self.view), &["role", "reason", "message"], |one| {
                    vec![one.role.to_string(), one.reason.to_owned(), one.message.clone()]
                })
            }
            Question::LeastRoles { permission, resource } => self.least_roles(permission, resource),
            Question::DiffRoles { first, second } => self.diff_roles(first, second),
            Question::DiffSubjects { first, second, limit } => self.diff_subjects(first, second, *limit),
            Question::DiffRevisions { .. } => Ok(()),
        }
    }

    /// Everything as JSON, and the columns of people and spreadsheets.
    fn print<T: Serialize>(
        &self,
        items: &[T],
        header: &[&str],
        row: impl Fn(&T) -> Vec<String>,
    ) -> anyhow::Result<()> {
        if self.format == Format::Json {
            return output::json(&items);
        }
        let rows: Vec<Vec<String>> = items.iter().map(row).collect();
        output::rows(self.format, header, &rows)
    }

    fn role(&self, name: &RoleRef) -> anyhow::Result<RoleIx> {
        let names = || self.view.roles().iter().map(|(role, _)| self.view.role_ref(role).to_string());
        self.view.role(name).with_context(|| {
            let names: Vec<String> = names().collect();
            let wanted = name.to_string();
            format!("there is no role `{wanted}`{}", hint(&wanted, names.iter().map(String::as_str)))
        })
    }

    fn subject(&self, name: &SubjectRef) -> anyhow::Result<SubjectIx> {
        self.view.subject(name).with_context(|| format!("`{name}` is not registered"))
    }

    fn node(&self, name: &ResourceRef) -> anyhow::Result<NodeIx> {
        self.view.node(name).with_context(|| format!("`{name}` is not registered"))
    }

    fn permission(&self, name: &str) -> anyhow::Result<PermissionIx> {
        match self.view.registry().permissions_called(name) {
            [only] => Ok(*only),
            [] => {
                let near = hint(name, self.view.registry().permission_names());
                bail!("there is no permission `{name}`{near}")
            }
            _ => bail!("several products have `{name}`: write product/{name}"),
        }
    }

    fn assigned_users(&self, role: &RoleRef, scope: Option<&ResourceRef>) -> anyhow::Result<()> {
        let scope = scope.map(|scope| self.node(scope)).transpose()?;
        let found: Vec<_> =
            assigned_users(self.view, self.role(role)?, scope, self.time).map(|(_, show)| show()).collect();
        self.print(&found, &["subject", "scope", "state", "reason"], |one| {
            let [state, reason] = standing(&one.standing);
            vec![one.subject.to_string(), one.scope.to_string(), state, reason]
        })
    }

    fn authorized_users(&self, role: &RoleRef, scope: Option<&ResourceRef>) -> anyhow::Result<()> {
        let scope = scope.map(|scope| self.node(scope)).transpose()?;
        let role = self.role(role)?;
        let ways = ways_to(self.view, role, scope);
        let users =
            ways.iter().map(|(subject, ways)| authorized_user(self.view, *subject, role, ways, self.time));
        let users: Vec<_> = users.collect();
        self.print(&users, &["subject", "state", "ways"], |one| {
            let ways: Vec<String> = one
                .ways
                .iter()
                .map(|way| {
                    let [state, reason] = standing(&way.standing);
                    if reason.is_empty() {
                        way.path.to_string()
                    } else {
                        format!("{} ({state}: {reason})", way.path)
                    }
                })
                .collect();
            vec![one.subject.to_string(), one.state.as_str().to_owned(), ways.join("\n")]
        })
    }

    fn held(&self, held: &[HeldRole]) -> anyhow::Result<()> {
        self.print(held, &["role", "scope", "state", "reason", "path"], |one| {
            let [state, reason] = standing(&one.standing);
            let path = if one.baseline { "every user".to_owned() } else { one.path.to_string() };
            vec![one.role.to_string(), one.scope.to_string(), state, reason, path]
        })
    }

    fn granted(&self, permissions: &[RolePermission]) -> anyhow::Result<()> {
        self.print(permissions, &["permission", "origin", "path", "terms"], |one| {
            let path: Vec<String> = one.path.iter().map(|role| role.role.clone()).collect();
            vec![one.permission.clone(), one.origin.as_str().to_owned(), path.join(" > "), one.terms.words()]
        })
    }

    fn user_permissions(&self, subject: &SubjectRef, scope: Option<&ResourceRef>) -> anyhow::Result<()> {
        let scope = match scope {
            Some(scope) => self.node(scope)?,
            None => self.view.root().context("there is no organization")?,
        };
        self.permissions(&user_permissions(self.view, self.subject(subject)?, scope, self.time))
    }

    fn permissions(&self, permissions: &[UserPermission]) -> anyhow::Result<()> {
        self.print(permissions, &["permission", "gives", "at", "path", "terms"], |one| {
            let without: Vec<String> = one.except.iter().map(ToString::to_string).collect();
            let except =
                if without.is_empty() { String::new() } else { format!(" without {}", without.join(", ")) };
            vec![
                one.permission.clone(),
                one.gives.as_str().to_owned(),
                format!("{}{except}", one.at),
                one.path.to_string(),
                one.terms.words(),
            ]
        })
    }

    fn user_operations(
        &self,
        subject: &SubjectRef,
        resource: &ResourceRef,
        denied: bool,
    ) -> anyhow::Result<()> {
        let (subject, node) = (self.subject(subject)?, self.node(resource)?);
        let decided = |permission| user_operation(self.view, subject, permission, node, denied, self.time);
        let found: Vec<_> = meant_for(self.view, node).filter_map(decided).collect();
        self.print(&found, &["permission", "outcome", "reason", "path"], |one| {
            let path = one.path.as_ref().map(ToString::to_string).unwrap_or_default();
            vec![one.permission.clone(), one.outcome.to_owned(), one.reason.to_owned(), path]
        })
    }

    fn who_can(&self, permission: &str, resource: &ResourceRef, kind: &str) -> anyhow::Result<()> {
        let kind =
            SubjectKind::parse(kind).with_context(|| format!("`{kind}` is not user, group or api_key"))?;
        let permission = self.permission(permission)?;
        let full = self.view.registry().catalog(permission.product).permission_full(permission.id);
        let name = self.view.node_ref(self.node(resource)?);
        let resource = EntityRef::new(&name.kind, &name.id);
        let asked = Asked { permission: &full, resource, context: None, time: self.time };
        let (mut found, mut next) = (Vec::new(), Some(0));
        while let Some(from) = next {
            let page = who_can(self.view, asked, kind, from, STEP);
            found.extend(page.found.into_iter().map(|subject| able(self.view, asked, subject, false)));
            next = page.next;
        }
        self.print(&found, &["subject", "path", "limits"], |one| {
            let path = one.path.as_ref().map(ToString::to_string).unwrap_or_default();
            vec![one.subject.to_string(), path, one.limits.join("; ")]
        })
    }

    fn separation_sets(&self) -> anyhow::Result<()> {
        self.print(&separation_sets(self.view), &["set", "title", "roles", "cardinality"], |set| {
            let roles: Vec<String> = set.roles.iter().map(|role| role.role.clone()).collect();
            vec![set.id.to_string(), set.title.clone(), roles.join(", "), set.cardinality.to_string()]
        })
    }

    fn separation_violations(&self) -> anyhow::Result<()> {
        let sets = separation_sets(self.view);
        let found = sets.iter().flat_map(|set| violations(self.view, set, self.time));
        let found: Vec<_> = found.map(|(_, violation)| violation).collect();
        self.print(&found, &["set", "subject", "holds"], |one| {
            let holds: Vec<String> = one.holds.iter().map(ToString::to_string).collect();
            vec![one.set.to_string(), one.subject.to_string(), holds.join("\n")]
        })
    }

    fn assignable_roles(
        &self,
        target: &SubjectRef,
        scope: &ResourceRef,
        actor: Option<&SubjectRef>,
    ) -> anyhow::Result<()> {
        self.subject(target)?;
        let actor = match actor {
            None => Actor::OPERATOR,
            Some(actor) => Actor::Subject { subject: actor.clone(), impersonator: None },
        };
        let found: Vec<AssignableRole> =
            assignable_roles(self.view, &actor, target, self.node(scope)?, self.time);
        self.print(&found, &["role", "assignable", "why not"], |one| {
            let reasons: Vec<String> = one
                .refusals
                .iter()
                .map(|refusal| format!("{} [{}]", refusal.message, refusal.code))
                .collect();
            let may = if one.assignable { "yes" } else { "no" };
            vec![one.role.to_string(), may.to_owned(), reasons.join("\n")]
        })
    }

    fn administered_by(&self, role: &RoleRef, scope: &ResourceRef) -> anyhow::Result<()> {
        let found = administered_by(self.view, self.role(role)?, self.node(scope)?, self.time);
        let found: Vec<_> = found.into_iter().map(|(_, administrator)| administrator).collect();
        self.print(&found, &["subject", "may", "by"], |one| {
            let may = match (one.may_assign, one.may_revoke) {
                (true, true) => "assign, revoke",
                (true, false) => "assign",
                _ => "revoke",
            };
            let by: Vec<String> = one.by.iter().map(ToString::to_string).collect();
            vec![one.subject.to_string(), may.to_owned(), by.join("\n")]
        })
    }

    fn dominated_roles(&self) -> anyhow::Result<()> {
        self.print(&dominated_roles(self.view), &["role", "by", "how"], |one| {
            let how = match (one.equal, one.included) {
                (true, _) => "duplicates",
                (false, true) => "included",
                (false, false) => "dominated",
            };
            vec![one.role.to_string(), one.by.to_string(), how.to_owned()]
        })
    }

    fn least_roles(&self, permission: &str, resource: &ResourceRef) -> anyhow::Result<()> {
        let found =
            least_roles(self.view, self.permission(permission)?, self.node(resource)?, None, self.time);
        self.print(&found, &["role", "scope", "always", "grants"], |one| {
            let always = if one.unconditional { "yes" } else { "no" };
            vec![one.role.to_string(), one.scope.to_string(), always.to_owned(), one.grants.to_string()]
        })
    }

    fn diff_roles(&self, first: &RoleRef, second: &RoleRef) -> anyhow::Result<()> {
        let diff = diff_roles(self.view, self.role(first)?, self.role(second)?);
        if self.format == Format::Json {
            return output::json(&diff);
        }
        eprintln!("{}", diff.relation.as_str());
        let row =
            |only: &RoleRef, one: &Granted| vec![only.to_string(), one.permission.clone(), one.terms.words()];
        let of_first = diff.only_first.iter().map(|one| row(&diff.first, one));
        let rows: Vec<_> =
            of_first.chain(diff.only_second.iter().map(|one| row(&diff.second, one))).collect();
        output::rows(self.format, &["only", "permission", "terms"], &rows)
    }

    fn diff_subjects(&self, first: &SubjectRef, second: &SubjectRef, limit: usize) -> anyhow::Result<()> {
        let (one, other) = (self.subject(first)?, self.subject(second)?);
        let diff =
            diff_subjects(self.view, one, other, self.time, limit).context("there is no organization")?;
        if self.format == Format::Json {
            return output::json(&diff);
        }
        eprintln!("{}", diff.relation.as_str());
        let row = |only: &SubjectRef, one: &UserPermission| {
            vec![only.to_string(), one.permission.clone(), one.gives.as_str().to_owned(), one.at.to_string()]
        };
        let of_first = diff.only_first.iter().map(|one| row(&diff.first, one));
        let rows: Vec<_> =
            of_first.chain(diff.only_second.iter().map(|one| row(&diff.second, one))).collect();
        output::rows(self.format, &["only", "permission", "gives", "at"], &rows)
    }
}

fn standing(standing: &Standing) -> [String; 2] {
    let reason = standing.detail.clone().or_else(|| standing.reason.map(str::to_owned));
    [standing.state.as_str().to_owned(), reason.unwrap_or_default()]
}

/// Compares two states of the data, by the entries of the log between them.
fn diff_revisions(cli: &Cli, args: &ReviewArgs, from: crate::args::AsOf) -> anyhow::Result<u8> {
    if args.at.file.is_some() {
        bail!("a file has no revisions: ask the data folder");
    }
    let ledger = open::ledger(&cli.data, false)?;
    let org = open::organization(&ledger, args.at.org.as_deref())?;
    let before = open::view_at(&ledger, &org, Some(from))?;
    let after = open::view_at(&ledger, &org, args.at.as_of)?;
    let to = after.revision();
    if before.revision() > to {
        bail!("revision {} is later than {to}", before.revision());
    }
    let (mut changes, mut next): (Vec<Change>, u64) = (Vec::new(), before.revision() + 1);
    while next <= to {
        let entries = ledger.entries(&org, next, READ)?;
        let Some(last) = entries.last() else { break };
        next = last.entry.revision + 1;
        let wanted = entries.into_iter().filter(|recorded| recorded.entry.revision <= to);
        changes.extend(wanted.flat_map(|recorded| recorded.entry.changes));
    }
    let found = diff_states(&before, &after, changes.iter());
    let found: Vec<_> = found.into_iter().map(|(_, difference)| difference).collect();
    let named = Named { view: &after, time: open::now(), format: args.at.format };
    named.print(&found, &["", "kind", "name"], |one| {
        vec![one.became.sign().to_string(), one.kind.to_owned(), one.name.clone()]
    })?;
    Ok(status::OK)
}

//! *Fixes(actor, subject, permission, resource)*: the ways by which an actor may give an access that is missing, safest
//! first.
//!
//! A story. Edgar cannot publish the home page. Carla, who administers the shop, is told: put him into the group of
//! publishers (he also gets three other permissions), or give him the role of a publisher at this website (the same), or
//! at the instance (nine more). That the product has no seat left for a content administrator she is told too.
//!
//! Nothing is concluded here. Each candidate is made into the commands that an administrator would send, decided like
//! the write itself, and the question is asked again of the state that would come of it; what does not help is no fix.
//! What the rules refuse is listed with the refusal. If only the actor is in the way, the same is decided for the
//! operator, so that it is known whether somebody else could help that way.

use super::Path;
use super::authority::{Administrator, administered_by};
use crate::refusal::{Refusal, Warning};
use crate::sight::{NodeSight, Sight};
use crate::{Decided, Leniency, Proposal, advice, approvals, decide, effects};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::question::Target;
use ambit_engine::roles::RoleRow;
use ambit_engine::view::Held;
use ambit_engine::{EntityRef, Extent, NodeIx, PermissionIx, Question, RoleIx, View};
use ambit_model::{
    Actor, ApprovalState, Assignment, Change, Outcome, Properties, Reason, ResourceRef, RoleRef, Status,
    SubjectKind, SubjectRef, Timestamp, User,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use std::cmp::Reverse;

/// How many candidates are tried.
const TRIED_MOST: usize = 40;
/// How many groups are among them.
const GROUPS_MOST: usize = 8;
/// How many refused ones are listed.
const REFUSED_MOST: usize = 10;
/// How many others are named who could do it.
const OTHERS_MOST: usize = 20;
/// How many gains, and how many losses, are told of each.
const GAINS_SHOWN: usize = 5;
/// For how many subjects effects are looked at in detail.
const EFFECTS_MOST: usize = 200;
/// How many possible approvers are looked at.
const APPROVERS_MOST: usize = 20;
/// By how much an assignment that has expired is lengthened: long enough to work, short enough to be looked at again.
const LENGTHENED_HOURS: i64 = 30 * 24;

/// What kind of step gives the access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FixKind {
    /// Ask somebody to approve it, once.
    AskForApproval,
    /// Let a suspended or retired user act again.
    ActivateUser,
    /// Let an assignment begin now.
    StartAssignment,
    /// Let an expired assignment last longer.
    LengthenAssignment,
    /// Give the role that another one requires.
    AddRequiredRole,
    /// Put the subject into a group that has the access.
    AddToGroup,
    /// Give a role.
    AssignRole,
}

/// A command of a fix, as a batch takes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum FixCommand {
    /// Gives a role.
    Assign(Assignment),
    /// Changes when an assignment is in force.
    PatchAssignment {
        /// Who holds it.
        subject: SubjectRef,
        /// What is held.
        role: RoleRef,
        /// Where.
        scope: ResourceRef,
        /// In force from this instant on; at once for `null`.
        #[serde(skip_serializing_if = "Option::is_none")]
        starts: Option<Option<Timestamp>>,
        /// In force until just before this instant.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires: Option<Option<Timestamp>>,
    },
    /// Puts a subject into a group.
    PutMember {
        /// The group's id.
        id: String,
        /// Who.
        member: SubjectRef,
    },
    /// Sets where a user stands.
    SetUserStatus {
        /// The id, without `user:`.
        id: String,
        /// Where.
        status: Status,
    },
}

impl FixCommand {
    /// What it comes to on a state; none if what it is about is not there.
    fn change(&self, view: &View) -> Option<Change> {
        Some(match self {
            Self::Assign(assignment) => Change::AssignmentSet(assignment.clone()),
            Self::PatchAssignment { subject, role, scope, starts, expires } => {
                let holder = view.subject(subject)?;
                let (role, scope) = (view.role(role)?, view.node(scope)?);
                let held = view.held(holder).iter().find(|held| held.role == role && held.scope == scope)?;
                let known = view.assignment(holder, *held);
                let starts = starts.unwrap_or(known.starts);
                let expires = expires.unwrap_or(known.expires);
                Change::AssignmentSet(Assignment { starts, expires, ..known })
            }
            Self::PutMember { id, member } => {
                Change::MemberAdded { group: id.clone(), member: member.clone() }
            }
            Self::SetUserStatus { id, status } => {
                let user = view.user(view.subject(&SubjectRef::user(&**id))?)?;
                Change::UserSet(User { status: *status, ..user })
            }
        })
    }
}

/// The body of `POST …/batch`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FixCommands {
    /// What to do, in one step.
    pub changes: Vec<FixCommand>,
}

/// A way to give the access, tried and found to work.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Fix {
    /// What it is about.
    #[serde(flatten)]
    pub remedy: Remedy,
    /// What is decided then.
    pub outcome_after: Outcome,
    /// How many permissions, at places, anybody gets beside the one that is wanted.
    pub also_gains: usize,
    /// Who gains and loses what by it.
    pub effects: FixEffects,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
}

/// A way that the rules refuse.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RefusedFix {
    /// What it is about.
    #[serde(flatten)]
    pub remedy: Remedy,
    /// Every rule that is against it.
    pub refusals: Vec<FixRefusal>,
    /// Whether it is only the caller who may not, and it would help if somebody else did it.
    pub others_could: bool,
}

/// A step that could give the access.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Remedy {
    /// What kind of step.
    pub kind: FixKind,
    /// The same in words.
    pub title: String,
    /// What to send to `POST …/batch`; none where a request is filed instead.
    pub commands: Option<FixCommands>,
    /// The role that is given, or whose assignment changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleRef>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<ResourceRef>,
    /// The group that the subject is put into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<SubjectRef>,
    /// Who may approve, where that is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<SubjectRef>,
}

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FixRefusal {
    /// The stable code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// The rule behind it, and where it is written.
    pub rule: &'static str,
    /// What would be permitted instead, or who may do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

impl FixRefusal {
    fn of(refusal: Refusal) -> Self {
        let rule = refusal.code.rule();
        Self {
            code: refusal.code.as_str().to_owned(),
            message: refusal.message,
            rule,
            instead: refusal.instead,
        }
    }
}

/// What a fix does to whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct FixEffects {
    /// How much there is, with the access that is wanted.
    pub counts: effects::Counts,
    /// The first of what comes beside the access that is wanted.
    pub gains: Vec<FixEffect>,
    /// The first of what goes.
    pub losses: Vec<FixEffect>,
    /// Whether there is more than was looked at.
    pub truncated: bool,
}

/// A permission that somebody gains or loses.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FixEffect {
    /// Who.
    pub subject: SubjectRef,
    /// `product/permission`.
    pub permission: String,
    /// Its name for people.
    pub title: String,
    /// There, and everywhere below.
    pub scope: ResourceRef,
    /// How far it went.
    pub before: Extent,
    /// How far it goes.
    pub after: Extent,
}

/// The ways to give an access.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Fixes {
    /// What the caller may do, safest first: what gives least beside what is wanted.
    pub fixes: Vec<Fix>,
    /// What the rules refuse.
    pub refused_fixes: Vec<RefusedFix>,
    /// Who else could give the role of the best way.
    pub others_may: Vec<Administrator>,
    /// Whether there were more ways than were tried.
    pub truncated: bool,
}

/// Who wants to fix what.
pub struct Fixing<'a> {
    /// What the actor sees, of the newest state.
    pub sight: &'a Sight<'a>,
    /// Who would do it.
    pub actor: &'a Actor,
    /// Whether the actor administers something at all; others could only ask for an approval.
    pub may_write: bool,
    /// The access that is missing.
    pub question: &'a Question<'a>,
    /// What its names mean.
    pub target: &'a Target,
    /// When it would be done.
    pub now: Timestamp,
}

impl Fixing<'_> {
    /// The ways that there are; none for what is allowed already.
    #[must_use]
    pub fn fixes(&self) -> Fixes {
        let view = self.sight.view();
        let before = view.check_target(self.question, self.target).outcome;
        let mut found = Fixes::default();
        if before == Outcome::Allow {
            return found;
        }
        let approval = self.approval();
        found.fixes.extend(approval);
        if self.may_write {
            let mut candidates = self.candidates();
            found.truncated = candidates.len() > TRIED_MOST;
            candidates.truncate(TRIED_MOST);
            for remedy in candidates {
                match self.tried(remedy, self.actor, before) {
                    Tried::Works(fix) => found.fixes.push(fix),
                    Tried::Refused(refused) => found.refused_fixes.push(refused),
                    Tried::Useless => {}
                }
            }
        }
        found.fixes.sort_by_key(|fix| {
            (
                Reverse(fix.outcome_after),
                fix.also_gains,
                fix.effects.counts.losses,
                fix.effects.counts.subjects,
            )
        });
        found.refused_fixes.sort_by_key(|refused| !refused.others_could);
        found.others_may = self.others(&found);
        found.refused_fixes.truncate(REFUSED_MOST);
        found
    }

    fn tried(&self, remedy: Remedy, actor: &Actor, before: Outcome) -> Tried {
        let view = self.sight.view();
        let commands = remedy.commands.iter().flat_map(|commands| &commands.changes);
        let Some(changes) = commands.map(|command| command.change(view)).collect::<Option<Vec<Change>>>()
        else {
            return Tried::Useless;
        };
        let proposals = || changes.iter().cloned().map(Proposal::from).collect();
        let decided = match decide(view, proposals(), actor, self.now, Leniency::default()) {
            Ok(decided) => decided,
            Err(refusals) => {
                let about_actor = refusals.0.iter().all(|refusal| refusal.code.is_about_the_actor());
                let others = || decide(view, proposals(), &Actor::OPERATOR, self.now, Leniency::default());
                let helps = |decided: Decided| self.outcome(&decided.next) > before;
                let others_could = about_actor && others().is_ok_and(helps);
                if about_actor && !others_could {
                    return Tried::Useless;
                }
                let refusals = refusals.0.into_iter().map(FixRefusal::of).collect();
                return Tried::Refused(RefusedFix { remedy, refusals, others_could });
            }
        };
        let outcome_after = self.outcome(&decided.next);
        if outcome_after <= before {
            return Tried::Useless;
        }
        let (effects, also_gains) = self.effects(&decided);
        Tried::Works(Fix { remedy, outcome_after, also_gains, effects, warnings: decided.warnings })
    }

    fn outcome(&self, view: &View) -> Outcome {
        view.check(self.question).outcome
    }

    /// What a step does, as far as the actor sees whom, and how much that is beside the access that is wanted.
    fn effects(&self, decided: &Decided) -> (FixEffects, usize) {
        let before = self.sight.view();
        let seen = |who: &SubjectRef| before.subject(who).is_some_and(|index| self.sight.subject(index));
        let all =
            effects::effects_shown(before, &decided.next, &decided.changes, self.now, EFFECTS_MOST, &seen);
        let subject = before.subject_ref(self.target.subject);
        let permission = full_name(before, self.target.permission);
        let wanted =
            |who: &SubjectRef, effect: &effects::Effect| *who == subject && effect.permission == permission;
        let (mut gains, mut losses, mut given) = (Vec::new(), Vec::new(), 0);
        for one in &all.subjects {
            let shown = |effect: &effects::Effect| FixEffect {
                subject: one.subject.clone(),
                permission: effect.permission.clone(),
                title: permission_title(&decided.next, &effect.permission),
                scope: effect.scope.clone(),
                before: effect.before,
                after: effect.after,
            };
            given += one.gains.iter().filter(|effect| wanted(&one.subject, effect)).count();
            gains.extend(one.gains.iter().filter(|effect| !wanted(&one.subject, effect)).map(shown));
            losses.extend(one.losses.iter().map(shown));
        }
        gains.truncate(GAINS_SHOWN);
        losses.truncate(GAINS_SHOWN);
        let also_gains = all.counts.gains.saturating_sub(given);
        (FixEffects { counts: all.counts, gains, losses, truncated: all.truncated }, also_gains)
    }

    /// An approval, if one would let it pass and somebody may give it. It gives nothing else to anybody.
    fn approval(&self) -> Option<Fix> {
        let view = self.sight.view();
        let mut wanted = approvals::request(view, self.question, "fix".into(), None).ok()?;
        let verdict = view.check_target(self.question, self.target);
        let mut approvers = view.approvers(self.question, self.target, &verdict);
        if approvers.is_empty() {
            return None;
        }
        approvers.retain(|name| view.subject(name).is_some_and(|approver| self.sight.subject(approver)));
        wanted.state = ApprovalState::Approved;
        let mut approved = view.clone();
        approved.apply_changes(&[Change::ApprovalSet(wanted)]).ok()?;
        let mut context = self.question.context.cloned().unwrap_or_default();
        context.insert("approval".into(), json!({ "id": "fix" }));
        let outcome_after = approved.check(&Question { context: Some(&context), ..*self.question }).outcome;
        let title = format!("Ask for approval: {}", view.permission_title(self.target.permission));
        let remedy = Remedy { approvers, ..Remedy::of(FixKind::AskForApproval, title, Vec::new()) };
        (outcome_after == Outcome::Allow).then_some(Fix {
            remedy: Remedy { commands: None, ..remedy },
            outcome_after,
            also_gains: 0,
            effects: FixEffects::default(),
            warnings: Vec::new(),
        })
    }

    /// Who else could give the role of the best way.
    fn others(&self, found: &Fixes) -> Vec<Administrator> {
        let view = self.sight.view();
        let working = found.fixes.iter().map(|fix| &fix.remedy);
        let refused = found.refused_fixes.iter().filter(|refused| refused.others_could);
        let mut remedies = working.chain(refused.map(|refused| &refused.remedy));
        let given = |remedy: &Remedy| {
            let (role, scope) = (remedy.role.as_ref()?, remedy.scope.as_ref()?);
            view.role(role).zip(view.node(scope))
        };
        let Some((role, scope)) = remedies.find_map(given) else { return Vec::new() };
        let all = administered_by(view, role, scope, self.now).into_iter();
        let others = all.filter(|(subject, one)| {
            one.may_assign && !self.sight.is_me(*subject) && self.sight.subject(*subject)
        });
        let shown = others.map(|(_, mut one)| {
            one.by.retain(|path| self.sees_path(path));
            one
        });
        shown.take(OTHERS_MOST).collect()
    }

    fn sees_path(&self, path: &Path) -> bool {
        self.sight.view().node(&path.scope).is_some_and(|scope| self.sight.people_at(scope))
    }

    /// Every step that could help, the small ones first.
    fn candidates(&self) -> Vec<Remedy> {
        let view = self.sight.view();
        let Some((activation, active)) = self.activation() else {
            return self.candidates_on(view);
        };
        let outcome = self.outcome(&active);
        let mut all = vec![activation.clone()];
        if outcome != Outcome::Allow {
            all.extend(self.candidates_on(&active).into_iter().map(|remedy| remedy.after(&activation)));
        }
        all
    }

    fn candidates_on(&self, view: &View) -> Vec<Remedy> {
        let mut all = self.idle(view);
        all.extend(self.groups(view));
        all.extend(self.roles(view));
        let mut seen: Vec<Option<FixCommands>> = Vec::new();
        all.retain(|remedy| {
            let new = !seen.contains(&remedy.commands);
            seen.push(remedy.commands.clone());
            new
        });
        all
    }

    /// What lets a user act who may not, and the state after it.
    fn activation(&self) -> Option<(Remedy, View)> {
        let view = self.sight.view();
        let user = view.user(self.target.subject)?;
        if !matches!(user.status, Status::Suspended | Status::Deactivated) {
            return None;
        }
        let command = FixCommand::SetUserStatus { id: user.id.clone(), status: Status::Active };
        let mut active = view.clone();
        active.apply_changes(&[command.change(view)?]).ok()?;
        let title = format!("Let {} act again", self.who(view));
        Some((Remedy::of(FixKind::ActivateUser, title, vec![command]), active))
    }

    /// What wakes roles that are held and not in force.
    fn idle(&self, view: &View) -> Vec<Remedy> {
        let holdings = Holdings::of(view, self.question, self.target);
        let mut all = Vec::new();
        for holding in holdings.iter() {
            let row = view.roles().row(holding.role);
            let grants = row.grants_of(self.target.permission.id);
            let of_product = row.product == self.target.permission.product;
            let seen = super::explain::sees(self.sight, self.target, holding);
            if !of_product || grants.is_empty() || !seen {
                continue;
            }
            match (holding.inactive, holding.held) {
                (Some(Reason::Expired), Some(held)) => {
                    all.extend(self.timing(view, holding, held, FixKind::LengthenAssignment));
                }
                (Some(Reason::NotStarted), Some(held)) => {
                    all.extend(self.timing(view, holding, held, FixKind::StartAssignment));
                }
                _ => {}
            }
            let missing = missing(view, &holdings, row, holding.scope);
            all.extend(self.required(view, row, &missing, holding.scope));
            for grant in grants {
                let further = grant.terms.requires.iter();
                let missing: Vec<RoleIx> = further
                    .filter(|name| !holdings.in_force_over(name, self.target.head))
                    .filter_map(|name| role_beside(view, row, name))
                    .collect();
                all.extend(self.required(view, row, &missing, self.target.head));
            }
        }
        all
    }

    fn timing(&self, view: &View, holding: &Holding, held: Held, kind: FixKind) -> Option<Remedy> {
        let Assignment { subject, role, scope, expires, .. } = view.assignment(holding.holder, held);
        let longer = self.now.checked_add(SignedDuration::from_hours(LENGTHENED_HOURS)).ok()?;
        let over = expires.is_some_and(|expires| expires <= self.now);
        let (holder, title) = (view.subject_title(holding.holder), &view.roles().row(holding.role).title);
        let words = match kind {
            FixKind::StartAssignment => format!("Let the role {title} of {holder} at {scope} begin now"),
            _ => format!("Let the role {title} of {holder} at {scope} last until {longer}"),
        };
        let command = FixCommand::PatchAssignment {
            subject,
            role: role.clone(),
            scope: scope.clone(),
            starts: (kind == FixKind::StartAssignment).then_some(None),
            expires: over.then_some(Some(longer)),
        };
        Some(Remedy::of(kind, words, vec![command]).with(role, scope))
    }

    /// Roles without which another one is inactive, at a place or above it.
    fn required(&self, view: &View, row: &RoleRow, missing: &[RoleIx], at: NodeIx) -> Option<Remedy> {
        let first = *missing.first()?;
        let scope = view
            .chain(at)
            .find(|scope| missing.iter().all(|role| view.assignable_at(*role, *scope).is_ok()))?;
        if !missing.iter().all(|role| self.may_name(*role, scope)) {
            return None;
        }
        let commands = missing.iter().map(|role| self.assign(view, *role, scope)).collect();
        let titles: Vec<&str> = missing.iter().map(|role| view.roles().row(*role).title.as_str()).collect();
        let (who, scope) = (self.who(view), view.node_ref(scope));
        let words = format!(
            "Give {who} {} at {scope}, without which {} is inactive",
            titles.join(" and "),
            row.title
        );
        Some(Remedy::of(FixKind::AddRequiredRole, words, commands).with(view.role_ref(first), scope))
    }

    /// Groups that have the access already.
    fn groups(&self, view: &View) -> Vec<Remedy> {
        let name = view.subject_ref(self.target.subject);
        let mine = view.all_groups(self.target.subject);
        let question = Question { subject: EntityRef::new("group", ""), ..*self.question };
        let able = view.search_subjects(&question, 0, TRIED_MOST).found.into_iter();
        let seen = able.filter(|group| {
            *group != self.target.subject && !mine.contains(group) && self.sight.subject(*group)
        });
        let remedies = seen.map(|group| {
            let named = view.subject_ref(group);
            let command = FixCommand::PutMember { id: named.id.clone(), member: name.clone() };
            let words = format!("Put {} into the group {}", self.who(view), view.subject_title(group));
            Remedy { group: Some(named), ..Remedy::of(FixKind::AddToGroup, words, vec![command]) }
        });
        remedies.take(GROUPS_MOST).collect()
    }

    /// Roles that would give it, at every place where they may be held: those first over which the actor has authority,
    /// then the nearest places, then the smallest roles.
    fn roles(&self, view: &View) -> Vec<Remedy> {
        let holdings = Holdings::of(view, self.question, self.target);
        let held = view.held(self.target.subject);
        let actor = match self.actor {
            Actor::Subject { subject, .. } => view.subject(subject),
            Actor::Operator { .. } => None,
        };
        let mut places: Vec<(bool, usize, usize, RoleIx, NodeIx)> = Vec::new();
        for (role, row) in view.roles().iter() {
            let gives = !row.baseline
                && row.product == self.target.permission.product
                && !row.grants_of(self.target.permission.id).is_empty();
            if !gives {
                continue;
            }
            for (depth, scope) in view.chain(self.target.head).enumerate() {
                let is_held = held.iter().any(|held| held.role == role && held.scope == scope);
                let fits = self.may_name(role, scope) && view.assignable_at(role, scope).is_ok();
                if is_held || !fits {
                    continue;
                }
                let may = actor.is_some_and(|actor| {
                    view.has_authority(actor, AdministerVerb::Assign, role, scope, self.now)
                });
                places.push((!may, depth, row.grants.len(), role, scope));
            }
        }
        places.sort_unstable();
        let remedies = places.into_iter().map(|(_, _, _, role, scope)| {
            let row = view.roles().row(role);
            let missing = missing(view, &holdings, row, scope);
            let mut commands = vec![self.assign(view, role, scope)];
            commands.extend(missing.iter().map(|role| self.assign(view, *role, scope)));
            let scope = view.node_ref(scope);
            let mut words = format!("Give {} the role {} at {scope}", self.who(view), row.title);
            for role in &missing {
                words.push_str(&format!(", and {}, which it requires", view.roles().row(*role).title));
            }
            Remedy::of(FixKind::AssignRole, words, commands).with(view.role_ref(role), scope)
        });
        remedies.collect()
    }

    /// Whether the actor may know of a role, and of a place.
    fn may_name(&self, role: RoleIx, scope: NodeIx) -> bool {
        self.sight.role(role) && self.sight.node(scope) > NodeSight::Hidden
    }

    fn assign(&self, view: &View, role: RoleIx, scope: NodeIx) -> FixCommand {
        let row = view.roles().row(role);
        FixCommand::Assign(Assignment {
            subject: view.subject_ref(self.target.subject),
            role: view.role_ref(role),
            scope: view.node_ref(scope),
            approver: if row.needs_approver { self.approver(view, role, scope) } else { None },
            starts: None,
            expires: None,
            parameters: Properties::new(),
        })
    }

    /// Somebody who may approve what a role may not do alone.
    fn approver(&self, view: &View, role: RoleIx, scope: NodeIx) -> Option<SubjectRef> {
        let product = view.roles().product_of(role);
        let by = advice::approving_permission(view, product, role)?;
        let permission = full_name(view, PermissionIx { product, id: by });
        let place = view.node_ref(scope);
        let question = Question {
            subject: EntityRef::new(SubjectKind::User.as_str(), ""),
            permission: &permission,
            action: None,
            resource: EntityRef::new(&place.kind, &place.id),
            context: None,
            time: self.now,
        };
        let able = view.search_subjects(&question, 0, APPROVERS_MOST).found.into_iter();
        let mut others = able.filter(|one| *one != self.target.subject && self.sight.subject(*one));
        others.next().map(|one| view.subject_ref(one))
    }

    fn who(&self, view: &View) -> String {
        view.subject_title(self.target.subject)
    }
}

enum Tried {
    Works(Fix),
    Refused(RefusedFix),
    /// It would not help.
    Useless,
}

impl Remedy {
    fn of(kind: FixKind, title: String, commands: Vec<FixCommand>) -> Self {
        let commands = Some(FixCommands { changes: commands });
        Self { kind, title, commands, role: None, scope: None, group: None, approvers: Vec::new() }
    }

    fn with(self, role: RoleRef, scope: ResourceRef) -> Self {
        Self { role: Some(role), scope: Some(scope), ..self }
    }

    /// The same in one step with another one before it.
    fn after(mut self, before: &Self) -> Self {
        let first = before.commands.iter().flat_map(|commands| commands.changes.clone());
        let then = self.commands.into_iter().flat_map(|commands| commands.changes);
        self.commands = Some(FixCommands { changes: first.chain(then).collect() });
        self.title = format!("{}, and: {}", before.title, self.title);
        self
    }
}

/// The roles that a role requires and that are not in force at a scope.
fn missing(view: &View, holdings: &Holdings<'_>, row: &RoleRow, scope: NodeIx) -> Vec<RoleIx> {
    let missing = row.requires.iter().filter(|name| !holdings.in_force_over(name, scope));
    missing.filter_map(|name| role_beside(view, row, name)).collect()
}

/// A role of the same product.
fn role_beside(view: &View, row: &RoleRow, name: &str) -> Option<RoleIx> {
    view.roles().find(&view.registry().product(row.product).id, name)
}

fn full_name(view: &View, permission: PermissionIx) -> String {
    view.registry().catalog(permission.product).permission_full(permission.id)
}

fn permission_title(view: &View, name: &str) -> String {
    let found = view.registry().permissions_called(name).first();
    found.map_or_else(|| name.to_owned(), |permission| view.permission_title(*permission).to_owned())
}

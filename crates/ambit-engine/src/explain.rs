//! Why, in full (design 3.10): the assignment, the group path, the role and inclusion path, the grant and its condition
//! with the values; for a denial what is nearest, and which roles would give it.

use crate::check::{Candidate, Verdict};
use crate::facts::Facts;
use crate::holdings::{Holding, Holdings};
use crate::question::{Question, Target};
use crate::roles::RoleIx;
use crate::view::{NodeIx, SubjectIx, View};
use ambit_catalog::Condition;
use ambit_model::explanation::{
    ConditionValue, Considered, ExplainedGrant, ExplainedPath, NamedLimit, PathStep, Place, ReadFact,
    RoleThatGrants, StepKind,
};
use ambit_model::{Explanation, Outcome, Properties, SubjectRef};
use serde_json::Value as Json;

/// How many grants, and how many roles, an explanation lists.
const LISTED_MAX: usize = 20;

/// For whom something is explained: what they may assign is marked, and what they do not see is left out.
pub struct Explaining<'a> {
    /// Who asks.
    pub asker: Option<&'a SubjectRef>,
    /// Whether they see that somebody holds this.
    pub sees: &'a dyn Fn(&Holding) -> bool,
    /// Whether they see the facts about a resource.
    pub shows: &'a dyn Fn(NodeIx) -> bool,
    /// Whether they see a role, and that it could be assigned there.
    pub offers: &'a dyn Fn(RoleIx, NodeIx) -> bool,
}

impl<'a> Explaining<'a> {
    /// For somebody who sees everything.
    #[must_use]
    pub fn of_everything(asker: Option<&'a SubjectRef>) -> Self {
        Self { asker, sees: &|_| true, shows: &|_| true, offers: &|_, _| true }
    }
}

impl View {
    /// The explanation of a verdict, for people and screens.
    #[must_use]
    pub fn explain(
        &self,
        question: &Question<'_>,
        target: &Target,
        verdict: &Verdict,
        explaining: &Explaining<'_>,
    ) -> Explanation {
        let mut considered = Vec::new();
        self.candidates(question, target, true, &mut |candidate| {
            if (explaining.sees)(&candidate.holding) {
                considered.push(candidate);
            }
        });
        considered.sort_by_key(|candidate| std::cmp::Reverse((candidate.outcome, candidate.reason)));
        let decides = |candidate: &&Candidate<'_>| match verdict.via {
            Some(via) => candidate.holding.via() == via,
            // Settled by the quick path, which does not say whose role came nearest.
            None => candidate.reason == verdict.reason,
        };
        let decisive = considered.iter().find(decides);
        let denied = verdict.outcome != Outcome::Allow;
        let nearest = decisive.filter(|_| denied).map(|candidate| self.considered(target, candidate));
        Explanation {
            path: decisive.map(|candidate| self.path(target, candidate)),
            grant: decisive.and_then(|candidate| self.grant(question, target, candidate, explaining)),
            places: self.places(question, target, decisive, explaining),
            considered: considered
                .iter()
                .take(LISTED_MAX)
                .map(|candidate| self.considered(target, candidate))
                .collect(),
            considered_total: considered.len(),
            nearest,
            roles_that_grant: denied.then(|| self.roles_that_grant(question, target, explaining)),
        }
    }

    /// Subject → group → … → role → included role → grant → scope.
    fn path(&self, target: &Target, candidate: &Candidate<'_>) -> ExplainedPath {
        let mut drawn = Vec::new();
        let mut add = |kind, name: String, title: String| drawn.push(PathStep { kind, name, title });
        let holding = &candidate.holding;
        for (name, kind) in self.group_path(target.subject, holding.holder).into_iter().zip(subjects()) {
            let title = self.subject(&name).map(|subject| self.subject_title(subject));
            add(kind, name.to_string(), title.unwrap_or_else(|| name.id.clone()));
        }
        let row = self.roles.row(holding.role);
        add(StepKind::Role, self.role_ref(holding.role).to_string(), row.title.clone());
        if let Some(grant) = candidate.grant {
            let declared = self.registry.product(target.permission.product);
            for role in grant.path.iter().skip(1) {
                let found = self.roles.find(&declared.id, role).map(|role| self.roles.row(role));
                let title = found.map_or_else(|| role.clone(), |row| row.title.clone());
                add(StepKind::IncludedRole, format!("{}/{role}", declared.id), title);
            }
            let permission = declared.catalog.permission_at(grant.permission);
            let full = declared.catalog.permission_full(grant.permission);
            add(StepKind::Grant, full, permission.title.clone());
        }
        let scope = self.node_ref(holding.scope);
        add(StepKind::Scope, scope.to_string(), self.node_title(holding.scope));
        let apart = |step: &&PathStep| !matches!(step.kind, StepKind::Grant | StepKind::Scope);
        let steps = drawn.iter().filter(apart).map(|step| step.name.clone()).collect();
        ExplainedPath { steps, scope, drawn }
    }

    /// The shortest chain of memberships from a subject to a group, both in it; empty if there is none.
    #[must_use]
    pub fn group_path(&self, subject: SubjectIx, holder: SubjectIx) -> Vec<SubjectRef> {
        let mut reached: Vec<(SubjectIx, Option<usize>)> = vec![(subject, None)];
        let mut next = 0;
        while next < reached.len() && reached[next].0 != holder {
            for group in self.direct_groups(reached[next].0) {
                if !reached.iter().any(|(known, _)| known.0 == *group) {
                    reached.push((SubjectIx(*group), Some(next)));
                }
            }
            next += 1;
        }
        let mut path = Vec::new();
        let mut at = (next < reached.len()).then_some(next);
        while let Some(index) = at {
            path.push(self.subject_ref(reached[index].0));
            at = reached[index].1;
        }
        path.reverse();
        path
    }

    fn grant(
        &self,
        question: &Question<'_>,
        target: &Target,
        candidate: &Candidate<'_>,
        explaining: &Explaining<'_>,
    ) -> Option<ExplainedGrant> {
        let grant = candidate.grant?;
        let catalog = self.registry.catalog(target.permission.product);
        let terms = &grant.terms;
        let limit = terms.limit.and_then(|index| catalog.limits.get(index));
        let mut shown = ExplainedGrant {
            permission: catalog.permission_full(grant.permission),
            title: catalog.permission_at(grant.permission).title.clone(),
            implied_by: grant.implied_by.map(|bundle| catalog.permission_full(bundle)),
            when: None,
            values: None,
            reads: Vec::new(),
            value: None,
            related: terms.related.clone(),
            requires: terms.requires.clone(),
            within: terms.within.clone(),
            reach: terms.reach.clone(),
            within_budget: terms.within_budget,
            limit: limit.map(|limit| NamedLimit { id: limit.id.clone(), text: limit.text.clone() }),
            needs_approval: terms.needs_approval,
            otherwise_approval: terms.otherwise_approval,
        };
        if let Some(condition) = &terms.when {
            let holdings = Holdings::of(self, question, target);
            let parameters = holdings.parameters(&candidate.holding);
            let facts = Facts { view: self, question, target, parameters };
            let values = self.shown_values(target, facts.values(condition), explaining);
            shown.when = Some(condition.source().to_owned());
            shown.reads = reads(condition, &values);
            shown.values = Some(values);
            shown.value = Some(match facts.evaluate(condition) {
                Ok(value) => ConditionValue::Result(value),
                Err(error) => ConditionValue::Error(error.to_string()),
            });
        }
        Some(shown)
    }

    /// Facts without those about resources that are only seen by name.
    fn shown_values(
        &self,
        target: &Target,
        mut values: Properties,
        explaining: &Explaining<'_>,
    ) -> Properties {
        for node in self.chain(target.head).filter(|node| !(explaining.shows)(*node)) {
            let name = self.node_ref(node);
            for scope in values.get_mut("scope").and_then(Json::as_object_mut).into_iter().flatten() {
                let facts = scope.1.as_object_mut();
                let is_it = |facts: &&mut Properties| facts["type"] == *name.kind && facts["id"] == *name.id;
                if let Some(facts) = facts.filter(is_it) {
                    facts.remove("properties");
                }
            }
        }
        values
    }

    fn places(
        &self,
        question: &Question<'_>,
        target: &Target,
        decisive: Option<&Candidate<'_>>,
        explaining: &Explaining<'_>,
    ) -> Vec<Place> {
        let asked = question.resource;
        let unregistered = target.node.is_none().then(|| Place {
            name: format!("{}:{}", self.registry.type_info(target.kind).name, asked.id),
            title: asked.id.to_owned(),
            type_title: self.type_title(target.kind),
            registered: false,
            scope: false,
        });
        let above = self.chain(target.head).map(|node| {
            let name = self.node_ref(node);
            let title = if (explaining.shows)(node) { self.node_title(node) } else { name.id.clone() };
            Place {
                name: name.to_string(),
                title,
                type_title: self.type_title(self.node_head(node).kind),
                registered: true,
                scope: decisive.is_some_and(|candidate| candidate.holding.scope == node),
            }
        });
        unregistered.into_iter().chain(above).collect()
    }

    fn considered(&self, target: &Target, candidate: &Candidate<'_>) -> Considered {
        let holding = &candidate.holding;
        Considered {
            role: self.role_ref(holding.role),
            title: self.roles.row(holding.role).title.clone(),
            held_by: self.subject_ref(holding.holder),
            scope: self.node_ref(holding.scope),
            outcome: candidate.outcome,
            reason: candidate.reason,
            detail: candidate.detail.clone(),
            baseline: holding.held.is_none(),
            path: self.path(target, candidate),
        }
    }

    /// Roles that would give it, where they could be assigned, and whether the asker may.
    fn roles_that_grant(
        &self,
        question: &Question<'_>,
        target: &Target,
        explaining: &Explaining<'_>,
    ) -> Vec<RoleThatGrants> {
        let asker = explaining.asker.and_then(|asker| self.subject(asker));
        let mut roles = Vec::new();
        for (index, row) in self.roles.iter() {
            let grants = row.grants_of(target.permission.id);
            if row.baseline || row.product != target.permission.product || grants.is_empty() {
                continue;
            }
            let Some(scope) = self.nearest_assignable(index, target.head) else { continue };
            if !(explaining.offers)(index, scope) {
                continue;
            }
            roles.push(RoleThatGrants {
                role: self.role_ref(index),
                title: row.title.clone(),
                scope: self.node_ref(scope),
                unconditional: grants.iter().any(|grant| grant.terms.is_plain()),
                grants_in_all: row.grants.len(),
                requires: row.requires.clone(),
                asker_may_assign: asker.map(|asker| self.may_assign(asker, index, scope, question.time)),
            });
        }
        roles.sort_by_key(|role| role.grants_in_all);
        roles.truncate(LISTED_MAX);
        roles
    }

    /// The scope nearest to a resource at which a role may be assigned.
    #[must_use]
    pub fn nearest_assignable(&self, role: RoleIx, head: NodeIx) -> Option<NodeIx> {
        self.chain(head).find(|node| self.assignable_at(role, *node).is_ok())
    }
}

/// The first of a path of memberships is the subject, the others are groups.
fn subjects() -> impl Iterator<Item = StepKind> {
    std::iter::once(StepKind::Subject).chain(std::iter::repeat(StepKind::Group))
}

/// Each fact that a condition names, looked up among those that it could read.
fn reads(condition: &Condition, values: &Properties) -> Vec<ReadFact> {
    let read = |path: Vec<String>| {
        let (first, members) = path.split_first()?;
        let value = members.iter().try_fold(values.get(first)?, |value, member| value.get(member));
        Some(ReadFact {
            name: path.join("."),
            value: value.cloned().unwrap_or(Json::Null),
            missing: value.is_none(),
        })
    };
    condition.facts().into_iter().filter_map(read).collect()
}

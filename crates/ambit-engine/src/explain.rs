//! Why, in full (design 3.10): the assignment, the group path, the role and inclusion path, the grant and its condition
//! with the values; for a denial what is nearest, and which roles would give it.

use crate::check::{Candidate, Verdict};
use crate::facts::Facts;
use crate::holdings::{Holding, Holdings};
use crate::question::{Question, Target};
use crate::view::{NodeIx, SubjectIx, View};
use ambit_model::{Outcome, SubjectRef};
use serde_json::{Map, Value as Json, json};

/// How many grants, and how many roles, an explanation lists.
const LISTED_MAX: usize = 20;

impl View {
    /// The explanation of a verdict, as JSON for people and screens.
    #[must_use]
    pub fn explain(
        &self,
        question: &Question<'_>,
        target: &Target,
        verdict: &Verdict,
        asker: Option<&SubjectRef>,
    ) -> Json {
        let mut considered = Vec::new();
        self.candidates(question, target, true, &mut |candidate| considered.push(candidate));
        considered.sort_by_key(|candidate| std::cmp::Reverse((candidate.outcome, candidate.reason)));
        let decides = |candidate: &&Candidate<'_>| match verdict.via {
            Some(via) => candidate.holding.via() == via,
            // Settled by the quick path, which does not say whose role came nearest.
            None => candidate.reason == verdict.reason,
        };
        let decisive = considered.iter().find(decides);
        let mut explanation = Map::new();
        if let Some(decisive) = decisive {
            explanation.insert("path".into(), self.path(target, decisive));
            explanation.insert("grant".into(), self.grant(question, target, decisive));
        }
        let shown: Vec<Json> =
            considered.iter().take(LISTED_MAX).map(|candidate| self.considered(target, candidate)).collect();
        explanation.insert("considered".into(), Json::Array(shown));
        explanation.insert("considered_total".into(), json!(considered.len()));
        if verdict.outcome != Outcome::Allow {
            explanation.insert("nearest".into(), self.nearest(target, decisive));
            explanation.insert("roles_that_grant".into(), self.roles_that_grant(question, target, asker));
        }
        Json::Object(explanation)
    }

    /// Subject → group → … → role → included role → grant → scope.
    fn path(&self, target: &Target, candidate: &Candidate<'_>) -> Json {
        let holding = &candidate.holding;
        let mut steps: Vec<Json> = self
            .group_path(target.subject, holding.holder)
            .into_iter()
            .map(|step| json!(step.to_string()))
            .collect();
        steps.push(json!(self.role_ref(holding.role).to_string()));
        if let Some(grant) = candidate.grant {
            let product = &self.registry.product(target.permission.product).id;
            steps.extend(grant.path.iter().skip(1).map(|role| json!(format!("{product}/{role}"))));
        }
        json!({ "steps": steps, "scope": self.node_ref(holding.scope).to_string() })
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

    fn grant(&self, question: &Question<'_>, target: &Target, candidate: &Candidate<'_>) -> Json {
        let Some(grant) = candidate.grant else { return Json::Null };
        let catalog = self.registry.catalog(target.permission.product);
        let mut shown = Map::new();
        shown.insert("permission".into(), json!(catalog.permission_full(grant.permission)));
        if let Some(bundle) = grant.implied_by {
            shown.insert("implied_by".into(), json!(catalog.permission_full(bundle)));
        }
        let terms = &grant.terms;
        if let Some(condition) = &terms.when {
            let holdings = Holdings::of(self, question, target);
            let facts =
                Facts { view: self, question, target, parameters: holdings.parameters(&candidate.holding) };
            shown.insert("when".into(), json!(condition.source()));
            shown.insert("values".into(), Json::Object(facts.values(condition)));
            let value =
                facts.evaluate(condition).map_or_else(|error| json!(error.to_string()), |value| json!(value));
            shown.insert("value".into(), value);
        }
        for (name, list) in [("related", &terms.related), ("requires", &terms.requires)] {
            if !list.is_empty() {
                shown.insert(name.into(), json!(list));
            }
        }
        if let Some(within) = &terms.within {
            shown.insert("within".into(), json!(within.to_string()));
        }
        if let Some(reach) = &terms.reach {
            shown.insert("reach".into(), json!(reach));
        }
        if terms.within_budget {
            shown.insert("within_budget".into(), json!(true));
        }
        Json::Object(shown)
    }

    fn considered(&self, target: &Target, candidate: &Candidate<'_>) -> Json {
        let mut shown = json!({
            "role": self.role_ref(candidate.holding.role).to_string(),
            "held_by": self.subject_ref(candidate.holding.holder).to_string(),
            "scope": self.node_ref(candidate.holding.scope).to_string(),
            "outcome": candidate.outcome.as_str(),
            "reason": candidate.reason.code(),
            "path": self.path(target, candidate),
        });
        if let Some(detail) = &candidate.detail {
            shown["detail"] = json!(detail);
        }
        if self.is_baseline(&candidate.holding) {
            shown["baseline"] = json!(true);
        }
        shown
    }

    fn is_baseline(&self, holding: &Holding) -> bool {
        holding.held.is_none()
    }

    /// What comes nearest to access.
    fn nearest(&self, target: &Target, decisive: Option<&Candidate<'_>>) -> Json {
        match decisive {
            Some(candidate) => self.considered(target, candidate),
            None => Json::Null,
        }
    }

    /// Roles that would give it, where they could be assigned, and whether the asker may.
    fn roles_that_grant(&self, question: &Question<'_>, target: &Target, asker: Option<&SubjectRef>) -> Json {
        let asker = asker.and_then(|asker| self.subject(asker));
        let mut roles = Vec::new();
        for (index, row) in self.roles.iter() {
            let grants = row.grants_of(target.permission.id);
            if row.baseline || row.product != target.permission.product || grants.is_empty() {
                continue;
            }
            let Some(scope) = self.nearest_assignable(index, target.head) else { continue };
            let mut shown = json!({
                "role": self.role_ref(index).to_string(),
                "title": row.title,
                "scope": self.node_ref(scope).to_string(),
                "unconditional": grants.iter().any(|grant| grant.terms.is_plain()),
                "grants_in_all": row.grants.len(),
            });
            if !row.requires.is_empty() {
                shown["requires"] = json!(row.requires);
            }
            if let Some(asker) = asker {
                shown["asker_may_assign"] = json!(self.may_assign(asker, index, scope, question.time));
            }
            roles.push((row.grants.len(), shown));
        }
        roles.sort_by_key(|(grants, _)| *grants);
        Json::Array(roles.into_iter().take(LISTED_MAX).map(|(_, shown)| shown).collect())
    }

    /// The scope nearest to a resource at which a role may be assigned.
    #[must_use]
    pub fn nearest_assignable(&self, role: crate::roles::RoleIx, head: NodeIx) -> Option<NodeIx> {
        self.chain(head).find(|node| self.assignable_at(role, *node).is_ok())
    }
}

//! A decision in words: message, presentation, limits, and how to ask for what needs approval (design 3.6 to 3.8).

use crate::check::Verdict;
use crate::explain::Explaining;
use crate::question::{Question, Target, Unresolved};
use crate::registry::PermissionIx;
use crate::view::{Held, View};
use ambit_catalog::catalog::{Approver, WhenDenied};
use ambit_model::decision::DecisionContext;
use ambit_model::explanation::{AccessRequest, AccessRequestDisplay};
use ambit_model::{Control, Decision, Outcome, Presentation, PresentationState, Reason, SubjectRef};

/// How long a denial may be turned into a request, in seconds.
const REQUESTABLE_SECONDS: i64 = 24 * 60 * 60;
/// How many approvers are named in an answer.
const APPROVERS_SHOWN: usize = 20;

/// What an answer should hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnswerOptions<'a> {
    /// Say why in full.
    pub explain: bool,
    /// For whom: what this subject may assign is marked in the explanation.
    pub asker: Option<&'a SubjectRef>,
}

impl View {
    /// Decides a question and puts the decision into words.
    #[must_use]
    pub fn answer(&self, question: &Question<'_>, options: AnswerOptions<'_>) -> Decision {
        match self.resolve(question) {
            Ok(target) => self.answer_target(question, &target, options),
            Err(unresolved) => self.answer_unresolved(question, unresolved),
        }
    }

    fn answer_target(
        &self,
        question: &Question<'_>,
        target: &Target,
        options: AnswerOptions<'_>,
    ) -> Decision {
        let verdict = self.check_target(question, target);
        let presentation = self.presentation(question, target, verdict.outcome);
        Decision {
            decision: verdict.outcome == Outcome::Allow,
            context: DecisionContext {
                outcome: verdict.outcome,
                reason: verdict.reason,
                message: self.message(question, target, &verdict),
                presentation,
                limits: self.limit_texts(&verdict),
                access_request: self.access_request(question, target, &verdict),
                revision: self.revision,
                impersonator: None,
                explanation: options.explain.then(|| {
                    let everything = Explaining::of_everything(options.asker);
                    Box::new(self.explain(question, target, &verdict, &everything))
                }),
            },
        }
    }

    fn answer_unresolved(&self, question: &Question<'_>, unresolved: Unresolved) -> Decision {
        let presentation = match unresolved.permission {
            Some(permission) => self.denied_presentation(permission, |_| false),
            None => Presentation { state: PresentationState::Hidden, replacement: None, also: Vec::new() },
        };
        Decision {
            decision: false,
            context: DecisionContext {
                outcome: Outcome::Deny,
                reason: unresolved.reason,
                message: self.unresolved_message(question, unresolved.reason),
                presentation,
                limits: Vec::new(),
                access_request: None,
                revision: self.revision,
                impersonator: None,
                explanation: None,
            },
        }
    }

    fn presentation(&self, question: &Question<'_>, target: &Target, outcome: Outcome) -> Presentation {
        if outcome != Outcome::Deny {
            return Presentation { state: PresentationState::Enabled, replacement: None, also: Vec::new() };
        }
        self.denied_presentation(target.permission, |substitute| {
            let target = Target { permission: substitute, ..*target };
            let name = self.registry.catalog(substitute.product).permission_full(substitute.id);
            self.check_target(&Question { permission: &name, ..*question }, &target).outcome == Outcome::Allow
        })
    }

    fn denied_presentation(
        &self,
        permission: PermissionIx,
        may_instead: impl Fn(PermissionIx) -> bool,
    ) -> Presentation {
        let catalog = self.registry.catalog(permission.product);
        let declared = catalog.permission_at(permission.id);
        let also =
            declared.also.iter().map(|(control, state)| Control { control: control.clone(), state: *state });
        let also = also.collect();
        match declared.when_denied {
            Some(WhenDenied::Replaced(by, _)) if may_instead(PermissionIx { id: by, ..permission }) => {
                Presentation {
                    state: PresentationState::Replaced,
                    replacement: Some(catalog.permission_full(by)),
                    also,
                }
            }
            Some(WhenDenied::State(state) | WhenDenied::Replaced(_, state)) => {
                Presentation { state, replacement: None, also }
            }
            None => Presentation { state: PresentationState::Hidden, replacement: None, also },
        }
    }

    /// The names of the limits that a verdict carries, with their words.
    #[must_use]
    pub fn limits_of(&self, verdict: &Verdict) -> Vec<(&str, &str)> {
        let Some(permission) = verdict.permission else { return Vec::new() };
        let limits = self.registry.catalog(permission.product).limits.iter().enumerate();
        limits
            .filter(|(index, _)| verdict.limits >> (index % 64) & 1 == 1)
            .map(|(_, limit)| (limit.id.as_str(), limit.text.as_str()))
            .collect()
    }

    fn limit_texts(&self, verdict: &Verdict) -> Vec<String> {
        self.limits_of(verdict).into_iter().map(|(_, text)| text.to_owned()).collect()
    }

    /// In the shape of the access request profile (AuthZEN drafts), with the approvers beside it.
    fn access_request(
        &self,
        question: &Question<'_>,
        target: &Target,
        verdict: &Verdict,
    ) -> Option<AccessRequest> {
        if verdict.outcome != Outcome::NeedsApproval {
            return None;
        }
        let catalog = self.registry.catalog(target.permission.product);
        let permission = catalog.permission_at(target.permission.id);
        let expires = jiff::SignedDuration::from_secs(REQUESTABLE_SECONDS);
        Some(AccessRequest {
            expires_at: question.time.checked_add(expires).unwrap_or(question.time),
            template: catalog.permission_full(target.permission.id),
            display: AccessRequestDisplay { title: format!("Ask for approval: {}", permission.title) },
            approvers: self.approvers(question, target, verdict),
        })
    }

    /// Who may approve: the approver named on the assignment, or holders of the approving permission.
    #[must_use]
    pub fn approvers(&self, question: &Question<'_>, target: &Target, verdict: &Verdict) -> Vec<SubjectRef> {
        let catalog = self.registry.catalog(target.permission.product);
        let permission = catalog.permission_at(target.permission.id);
        if permission.approver == Approver::Assigned {
            let details = verdict.via.and_then(|via| {
                let held = Held::new(via.role, via.scope, true);
                self.details(via.holder, held)
            });
            return details.and_then(|details| details.approver.clone()).into_iter().collect();
        }
        let Some(by) = permission.approved_by else { return Vec::new() };
        let asked = Target { permission: PermissionIx { id: by, ..target.permission }, ..*target };
        let holders = self.subjects_allowed(question, &asked, 0, APPROVERS_SHOWN + 1);
        let others = holders.found.into_iter().filter(|holder| *holder != target.subject);
        others.take(APPROVERS_SHOWN).map(|holder| self.subject_ref(holder)).collect()
    }

    fn message(&self, question: &Question<'_>, target: &Target, verdict: &Verdict) -> String {
        let catalog = self.registry.catalog(target.permission.product);
        let title = &catalog.permission_at(target.permission.id).title;
        let subject = self.subject_ref(target.subject);
        let resource = format!("{}:{}", self.registry.type_info(target.kind).name, question.resource.id);
        let via = verdict.via.map(|via| (self.roles.row(via.role).title.as_str(), self.node_ref(via.scope)));
        let (role, scope) = match &via {
            Some((role, scope)) => (*role, scope.to_string()),
            None => ("", String::new()),
        };
        match verdict.reason {
            Reason::Granted => format!("{subject} holds {role} at {scope}, which grants {title}"),
            Reason::Approved => format!("an approval lets {subject} do this once: {title}"),
            Reason::ApprovalRequired => format!("{role} may do this only after approval: {title}"),
            Reason::OverBudget => {
                format!("not within the budget of {subject}, so somebody has to approve: {title}")
            }
            Reason::SubjectInactive => format!("{subject} is not active"),
            Reason::KeyRevoked => format!("{subject} is revoked"),
            Reason::KeyExpired => format!("{subject} has expired"),
            Reason::OriginNotAllowed => {
                format!("{subject} may be used only from its listed origins (context.origin)")
            }
            Reason::NoRole => format!("{subject} holds no role of {} here", catalog.title),
            Reason::PermissionNotGranted => {
                format!("no role that {subject} holds at {resource} grants {title}")
            }
            Reason::NotReached => {
                format!("{subject} holds a role that grants {title}, but not at {resource}")
            }
            Reason::Expired => format!("the role {role} of {subject} at {scope} has expired"),
            Reason::NotStarted => format!("the role {role} of {subject} at {scope} has not started yet"),
            Reason::RoleNotPublic => format!("{role} is not for keys that are used in a browser"),
            Reason::RoleInactive => self.inactive_message(question, target, verdict, role, &scope),
            Reason::RefinedAway => format!("a role on this very resource replaces {role} held at {scope}"),
            Reason::ConditionFalse => format!("{role} grants {title} only under a condition that is not met"),
            Reason::ConditionError => {
                format!("a condition of {role} cannot be evaluated, and so counts as not met")
            }
            _ => format!("{subject} may not: {title}"),
        }
    }

    fn inactive_message(
        &self,
        question: &Question<'_>,
        target: &Target,
        verdict: &Verdict,
        role: &str,
        scope: &str,
    ) -> String {
        let mut detail = None;
        self.candidates(question, target, true, &mut |candidate| {
            if Some(candidate.holding.via()) == verdict.via && candidate.reason == Reason::RoleInactive {
                detail = candidate.detail;
            }
        });
        match detail {
            Some(detail) => format!("{role} is inactive at {scope}: {detail}"),
            None => {
                format!("{role} is inactive at {scope}: there is no project-level role that it could refine")
            }
        }
    }

    fn unresolved_message(&self, question: &Question<'_>, reason: Reason) -> String {
        use ambit_model::suggest::hint;
        let (subject, resource) = (question.subject, question.resource);
        match reason {
            Reason::UnknownSubject => format!("unknown subject `{}:{}`", subject.kind, subject.id),
            Reason::UnknownPermission => {
                let near = hint(question.permission, self.registry.permission_names());
                format!("unknown permission `{}`{near}", question.permission)
            }
            Reason::AmbiguousPermission => {
                let full = self.registry.permissions_called(question.permission).iter();
                let full: Vec<String> =
                    full.map(|one| self.registry.catalog(one.product).permission_full(one.id)).collect();
                format!("`{}` could be any of {}: name it in full", question.permission, full.join(", "))
            }
            Reason::UnknownResourceType => {
                let called = self.registry.types_called(resource.kind);
                if called.len() > 1 {
                    return format!(
                        "`{}` could be any of {}: name it in full",
                        resource.kind,
                        called.join(", ")
                    );
                }
                format!(
                    "unknown resource type `{}`{}",
                    resource.kind,
                    hint(resource.kind, self.registry.type_names())
                )
            }
            Reason::UnknownParent => {
                format!(
                    "the parent sent with `{}:{}` is not a registered resource",
                    resource.kind, resource.id
                )
            }
            Reason::OtherProduct => {
                format!(
                    "`{}` belongs to another product than `{}:{}`",
                    question.permission, resource.kind, resource.id
                )
            }
            _ => reason.code().to_owned(),
        }
    }
}

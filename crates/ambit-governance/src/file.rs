//! From an organization file to proposals. What the file says absent stays as it is; references are read here, and
//! looked up when the proposals are decided.

use crate::decide::Proposal;
use ambit_catalog::diagnostic::Report;
use ambit_catalog::organization::{
    ApiKeyItem, AssignmentItem, BudgetItem, GroupItem, OrganizationFile, OverlayItem, RelationItem,
    RemoveItem, ResourceItem, RoleItem, UserItem,
};
use ambit_catalog::position::{At, Mark};
use ambit_engine::View;
use ambit_model::suggest::hint;
use ambit_model::{
    Amount, ApiKey, Assignment, Budget, Change, CustomGrant, CustomRole, Group, OrgId, Overlay, Properties,
    Relation, Resource, SeatLimit, Status, SubjectRef, Timestamp, User,
};
use std::str::FromStr;

/// Where the texts of catalogs come from, by product id.
pub type Catalogs<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The proposals that a file makes.
///
/// # Errors
/// The report with every malformed reference, instant or amount.
pub fn proposals(
    view: &View,
    file: &OrganizationFile,
    known_products: &[&str],
    catalogs: &Catalogs<'_>,
    file_name: &str,
    source: &str,
) -> Result<Vec<Proposal>, Box<Report>> {
    let mut reading = Reading { view, report: Report::new(file_name, source), proposals: Vec::new() };
    reading.organization(file);
    reading.products(&file.products, known_products, catalogs);
    reading.additions(file);
    if let Some(remove) = &file.remove {
        reading.removals(remove);
    }
    let Reading { report, proposals, .. } = reading;
    if report.has_errors() { Err(Box::new(report.sorted())) } else { Ok(proposals) }
}

struct Reading<'a> {
    view: &'a View,
    report: Report,
    proposals: Vec<Proposal>,
}

impl Reading<'_> {
    fn propose(&mut self, mark: Mark, change: Change) {
        self.proposals.push(Proposal { change, mark });
    }

    /// Reads a text of some form, or notes why it is not one.
    fn read<T: FromStr<Err: std::fmt::Display>>(&mut self, text: &At<String>) -> Option<T> {
        match text.value.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.report.error(text.mark, error.to_string());
                None
            }
        }
    }

    fn instant(&mut self, text: Option<&At<String>>) -> Option<Option<Timestamp>> {
        let Some(text) = text else { return Some(None) };
        match text.value.parse() {
            Ok(instant) => Some(Some(instant)),
            Err(_) => {
                let message = format!("`{}` is not an instant: write `2027-01-01T00:00:00Z`", **text);
                self.report.error(text.mark, message);
                None
            }
        }
    }

    fn optional<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        text: Option<&At<String>>,
    ) -> Option<Option<T>> {
        match text {
            None => Some(None),
            Some(text) => self.read(text).map(Some),
        }
    }

    fn organization(&mut self, file: &OrganizationFile) {
        let Some(name) = &file.organization else {
            if self.view.organization().is_none() {
                self.report.error(Mark::default(), "the file does not name its `organization`");
            }
            return;
        };
        if let Some(id) = self.read::<OrgId>(name) {
            self.propose(name.mark, Change::OrganizationCreated { id });
        }
    }

    fn products(&mut self, products: &[At<String>], known: &[&str], catalogs: &Catalogs<'_>) {
        for product in products {
            if self.view.registry().product_named(product).is_some() {
                continue;
            }
            match catalogs(product) {
                Some(source) => {
                    let change = Change::CatalogInstalled { product: product.value.clone(), source };
                    self.propose(product.mark, change);
                }
                None => {
                    let near = hint(product, known.iter().copied());
                    self.report.error(product.mark, format!("there is no catalog of `{}`{near}", **product));
                }
            }
        }
    }

    fn additions(&mut self, file: &OrganizationFile) {
        for item in &file.resources {
            self.resource(item);
        }
        for item in &file.users {
            self.user(item);
        }
        for item in &file.groups {
            self.group(item);
        }
        for item in &file.api_keys {
            self.api_key(item);
        }
        for item in &file.roles {
            self.role(item);
        }
        for item in &file.overlays {
            self.overlay(item);
        }
        for item in &file.assignments {
            self.assignment(item);
        }
        for item in &file.relations {
            if let Some(relation) = self.relation(item) {
                self.propose(item.mark, Change::RelationSet(relation));
            }
        }
        for item in &file.budgets {
            self.budget(item);
        }
        for item in &file.seat_limits {
            if let Some(pool) = self.read(&item.pool) {
                self.propose(item.mark, Change::SeatLimitSet(SeatLimit { pool, limit: item.limit }));
            }
        }
    }

    fn resource(&mut self, item: &At<ResourceItem>) {
        let id = self.read(&item.id);
        let parent = self.optional(item.parent.as_ref());
        if let (Some(id), Some(parent)) = (id, parent) {
            let known = self.view.node(&id).and_then(|node| self.view.properties(node));
            let properties = or_known(&item.properties, known);
            let resource = Resource { id, parent, properties };
            self.propose(item.mark, Change::ResourceSet(resource));
        }
    }

    fn user(&mut self, item: &At<UserItem>) {
        let subject = SubjectRef::user(&*item.id.value);
        let known = self.view.subject(&subject).and_then(|index| self.view.user(index));
        let status = match (&item.status, item.active) {
            (Some(status), Some(active)) if active != (status.value == Status::Active) => {
                self.report.error(status.mark, "`status` and `active` contradict each other");
                return;
            }
            (Some(status), _) => status.value,
            (None, Some(true)) => Status::Active,
            (None, Some(false)) => Status::Suspended,
            (None, None) => known.as_ref().map(|user| user.status).unwrap_or_default(),
        };
        let user = User {
            id: item.id.value.clone(),
            name: item.name.clone().or_else(|| known.as_ref()?.name.clone()),
            email: item.email.clone().or_else(|| known.as_ref()?.email.clone()),
            status,
            properties: or_known(&item.properties, known.as_ref().map(|user| &user.properties)),
        };
        self.propose(item.mark, Change::UserSet(user));
    }

    fn group(&mut self, item: &At<GroupItem>) {
        let known =
            self.view.subject(&SubjectRef::group(&*item.id.value)).and_then(|index| self.view.group(index));
        let active = item.active.unwrap_or_else(|| known.is_none_or(|group| group.active));
        let title = item.title.clone().or_else(|| known?.title.clone());
        let group = Group { id: item.id.value.clone(), title, active };
        self.propose(item.mark, Change::GroupSet(group));
        for member in &item.members {
            if let Some(subject) = self.read(member) {
                let change = Change::MemberAdded { group: item.id.value.clone(), member: subject };
                self.propose(member.mark, change);
            }
        }
    }

    fn api_key(&mut self, item: &At<ApiKeyItem>) {
        let known = self
            .view
            .subject(&SubjectRef::api_key(&*item.id.value))
            .and_then(|index| self.view.api_key(index));
        let (known_origins, known_expires, known_revoked) = match known {
            Some(key) => (key.origins.clone(), key.expires, key.revoked),
            None => (Vec::new(), None, false),
        };
        let Some(expires) = self.instant(item.expires.as_ref()) else { return };
        let origins: Vec<String> = item.origins.iter().map(|origin| origin.value.clone()).collect();
        let key = ApiKey {
            id: item.id.value.clone(),
            title: item.title.clone().or_else(|| known?.title.clone()),
            kind: item.kind,
            origins: if origins.is_empty() { known_origins } else { origins },
            expires: expires.or(known_expires),
            revoked: item.revoked.unwrap_or(known_revoked),
            secret_hash: None,
            prefix: None,
            issued_by: None,
            previous: None,
        };
        self.propose(item.mark, Change::ApiKeySet(key));
    }

    fn role(&mut self, item: &At<RoleItem>) {
        let Some(id) = self.read(&item.id) else { return };
        let instances = item.instances.iter().filter_map(|instance| self.read(instance)).collect();
        let mut grants = Vec::new();
        for grant in &item.grants {
            let Some(within) = self.optional(grant.within.as_ref()) else { continue };
            grants.push(CustomGrant {
                permission: grant.permission.clone(),
                within,
                when: grant.when.as_ref().map(|when| when.value.clone()),
                related: texts(&grant.related),
                requires: texts(&grant.requires),
            });
        }
        let role = CustomRole {
            id,
            title: item.title.clone(),
            description: item.description.clone(),
            instances,
            start: item.start.as_ref().map(|start| start.value.clone()).unwrap_or_default(),
            includes: texts(&item.includes),
            grants,
            without: texts(&item.without),
        };
        self.propose(item.mark, Change::RoleSet(role));
    }

    fn overlay(&mut self, item: &At<OverlayItem>) {
        if let Some(role) = self.read(&item.role) {
            let overlay = Overlay { role, add: texts(&item.add), remove: texts(&item.remove) };
            self.propose(item.mark, Change::OverlaySet(overlay));
        }
    }

    fn assignment(&mut self, item: &At<AssignmentItem>) {
        let (subject, role, scope) =
            (self.read(&item.subject), self.read(&item.role), self.read(&item.scope));
        let approver = self.optional(item.approver.as_ref());
        let (starts, expires) = (self.instant(item.starts.as_ref()), self.instant(item.expires.as_ref()));
        let (Some(subject), Some(role), Some(scope)) = (subject, role, scope) else { return };
        let (Some(approver), Some(starts), Some(expires)) = (approver, starts, expires) else { return };
        let parameters = item.parameters.clone();
        let assignment = Assignment { subject, role, scope, approver, starts, expires, parameters };
        self.propose(item.mark, Change::AssignmentSet(assignment));
    }

    fn relation(&mut self, item: &RelationItem) -> Option<Relation> {
        let (resource, subject) = (self.read(&item.resource), self.read(&item.subject));
        Some(Relation { resource: resource?, relation: item.relation.value.clone(), subject: subject? })
    }

    fn budget(&mut self, item: &At<BudgetItem>) {
        let (subject, scope) = (self.read(&item.subject), self.read(&item.scope));
        let Some(amount) = &item.amount else {
            self.report.error(item.mark, "a budget needs an `amount`, such as \"500.00\"");
            return;
        };
        let Some(currency) = &item.currency else {
            self.report.error(item.mark, "a budget needs a `currency`, such as EUR");
            return;
        };
        let amount = self.read::<Amount>(amount);
        let spent = self.optional::<Amount>(item.spent.as_ref());
        if let (Some(subject), Some(scope), Some(amount), Some(spent)) = (subject, scope, amount, spent) {
            let budget = Budget {
                subject,
                scope,
                amount,
                currency: currency.value.clone(),
                period: item.period.unwrap_or_default(),
                spent: spent.unwrap_or(Amount::ZERO),
                spent_at: None,
            };
            self.propose(item.mark, Change::BudgetSet(budget));
        }
    }

    fn removals(&mut self, remove: &RemoveItem) {
        for item in &remove.assignments {
            let (subject, role, scope) =
                (self.read(&item.subject), self.read(&item.role), self.read(&item.scope));
            if let (Some(subject), Some(role), Some(scope)) = (subject, role, scope) {
                self.propose(item.mark, Change::AssignmentRemoved { subject, role, scope });
            }
        }
        for item in &remove.members {
            if let Some(member) = self.read(&item.member) {
                let change = Change::MemberRemoved { group: item.group.value.clone(), member };
                self.propose(item.mark, change);
            }
        }
        for item in &remove.relations {
            if let Some(relation) = self.relation(item) {
                self.propose(item.mark, Change::RelationRemoved(relation));
            }
        }
        for item in &remove.budgets {
            self.budget_removal(item);
        }
        self.removals_by_name(remove);
    }

    fn removals_by_name(&mut self, remove: &RemoveItem) {
        for name in &remove.roles {
            if let Some(id) = self.read(name) {
                self.propose(name.mark, Change::RoleRemoved { id });
            }
        }
        for name in &remove.overlays {
            if let Some(role) = self.read(name) {
                self.propose(name.mark, Change::OverlayRemoved { role });
            }
        }
        for name in &remove.users {
            self.propose(name.mark, Change::UserRemoved { id: name.value.clone() });
        }
        for name in &remove.groups {
            self.propose(name.mark, Change::GroupRemoved { id: name.value.clone() });
        }
        for name in &remove.api_keys {
            self.propose(name.mark, Change::ApiKeyRemoved { id: name.value.clone() });
        }
        let mut resources: Vec<(usize, &At<String>)> =
            remove.resources.iter().map(|name| (self.depth_of(name), name)).collect();
        resources.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
        for (_, name) in resources {
            if let Some(id) = self.read(name) {
                self.propose(name.mark, Change::ResourceRemoved { id });
            }
        }
    }

    /// Children are removed before their parents.
    fn depth_of(&self, name: &At<String>) -> usize {
        let node = name.value.parse().ok().and_then(|resource| self.view.node(&resource));
        node.map_or(0, |node| self.view.chain(node).count())
    }

    /// Without a currency, every budget of the subject at the scope.
    fn budget_removal(&mut self, item: &At<BudgetItem>) {
        let (subject, scope) = (self.read::<SubjectRef>(&item.subject), self.read(&item.scope));
        let (Some(subject), Some(scope)) = (subject, scope) else { return };
        let node = self.view.node(&scope);
        let currencies: Vec<String> = match &item.currency {
            Some(currency) => vec![currency.value.clone()],
            None => {
                let of_both =
                    |budget: &&Budget| budget.subject == subject && self.view.node(&budget.scope) == node;
                self.view.budgets().filter(of_both).map(|budget| budget.currency.clone()).collect()
            }
        };
        for currency in currencies {
            let change = Change::BudgetRemoved { subject: subject.clone(), scope: scope.clone(), currency };
            self.propose(item.mark, change);
        }
    }
}

/// What a file leaves out stays as it is.
fn or_known(properties: &Properties, known: Option<&Properties>) -> Properties {
    match known {
        Some(known) if properties.is_empty() => known.clone(),
        _ => properties.clone(),
    }
}

fn texts(list: &[At<String>]) -> Vec<String> {
    list.iter().map(|text| text.value.clone()).collect()
}

//! From a catalog's text to a [`Catalog`], with every problem of the whole file at once.
//!
//! Parsing finds malformed YAML and unknown keys; this module then resolves names, refuses cycles, compiles
//! conditions, and warns about what can never matter.

use crate::catalog::{
    Administers, Advisory, Approver, Area, Assignable, Authority, BUILTIN_TYPES, Catalog, CustomRoles,
    Definition, Everyone, Grant, Landing, Limit, Permission, PermissionId, ProductScope, Property,
    ResourceType, Role, RoleId, SeatPool, SeparationSet, Terms, WhenDenied,
};
use crate::closure;
use crate::condition::Condition;
use crate::diagnostic::{Problem, Report};
use crate::file::{
    AdministersFile, ApproverFile, AuthorityMode, CatalogFile, GrantFile, PermissionFile, PropertyFile,
    RoleFile, TermsFile, WhenDeniedFile,
};
use crate::position::{At, Mark, Ordered};
use ambit_model::PresentationState;
use ambit_model::suggest::hint;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest catalog text, in bytes.
pub const SOURCE_MAX_BYTES: usize = 1 << 20;
/// The most permissions, and the most roles, of one catalog.
pub const NAMES_MAX: usize = 4096;
/// The most limits of one catalog: a decision carries a bit for each.
pub const LIMITS_MAX: usize = 64;

/// Reads and validates a catalog.
///
/// # Errors
/// The report, if the file is refused. Warnings of an accepted file come with it.
pub fn parse_catalog(file_name: &str, source: &str) -> Result<(Catalog, Report), Box<Report>> {
    let mut report = Report::new(file_name, source);
    if source.len() > SOURCE_MAX_BYTES {
        report.error(Mark::default(), format!("the file is larger than {SOURCE_MAX_BYTES} bytes"));
        return Err(Box::new(report));
    }
    let file: CatalogFile = match serde_saphyr::from_str(source) {
        Ok(file) => file,
        Err(error) => {
            report.problems.push(Problem::from_parser(&error));
            return Err(Box::new(report));
        }
    };
    let catalog = Validation::new(&file, &mut report).run();
    let report = report.sorted();
    if report.has_errors() { Err(Box::new(report)) } else { Ok((catalog, report)) }
}

struct Validation<'a> {
    file: &'a CatalogFile,
    report: &'a mut Report,
    catalog: Catalog,
}

impl<'a> Validation<'a> {
    fn new(file: &'a CatalogFile, report: &'a mut Report) -> Self {
        Self { file, report, catalog: Catalog::default() }
    }

    fn run(mut self) -> Catalog {
        self.header();
        self.names();
        if self.report.has_errors() {
            return self.catalog;
        }
        self.types();
        self.permissions();
        self.limits();
        self.seat_pools();
        self.roles();
        self.areas();
        self.baselines();
        self.custom_roles();
        self.advisories();
        self.separation();
        if !self.report.has_errors() {
            self.whole();
        }
        self.catalog
    }

    fn header(&mut self) {
        let file = self.file;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if file.product.is_empty() || !file.product.chars().all(plain) {
            let message =
                format!("product id `{}` must be lower case letters, digits and hyphens", *file.product);
            self.report.error(file.product.mark, message);
        }
        self.catalog.product = file.product.value.clone();
        self.catalog.title = file.title.clone();
        self.catalog.version = file.version;
        self.catalog.description = file.description.clone().unwrap_or_default();
        self.catalog.customizable = file.customizable;
        self.catalog.spans_products = file.spans_products;
        self.catalog.authority = Authority { mode: file.authority.mode, own: file.authority.own };
        self.catalog.subject_types = file.subject_types.iter().map(|name| name.value.clone()).collect();
        for name in &file.subject_types {
            if ["group", "api_key"].contains(&name.as_str()) {
                self.report
                    .error(name.mark, format!("`{}` is a subject of its own, not a name for users", **name));
            }
        }
    }

    /// Names first, so that declarations may refer to each other in any order.
    fn names(&mut self) {
        for (what, count) in
            [("permissions", self.file.permissions.0.len()), ("roles", self.file.roles.0.len())]
        {
            if count > NAMES_MAX {
                self.report.error(Mark::default(), format!("{count} {what}, at most {NAMES_MAX}"));
            }
        }
        for (index, (name, _)) in self.file.permissions.iter().enumerate() {
            self.check_name("permission", name);
            let id = PermissionId(u16::try_from(index).unwrap_or(u16::MAX));
            self.catalog.permission_ids.insert(name.value.clone(), id);
        }
        for (index, (name, _)) in self.file.roles.iter().enumerate() {
            self.check_name("role", name);
            self.catalog
                .role_ids
                .insert(name.value.clone(), RoleId(u16::try_from(index).unwrap_or(u16::MAX)));
        }
        for (name, _) in self.file.resource_types.iter() {
            self.check_name("resource type", name);
        }
    }

    fn check_name(&mut self, what: &str, name: &At<String>) {
        let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if name.is_empty() || name.len() > 128 || !name.chars().all(fits) {
            let message =
                format!("{what} id `{}` may hold letters, digits, `.`, `_` and `-`, up to 128", **name);
            self.report.error(name.mark, message);
        }
    }

    fn types(&mut self) {
        let file = self.file;
        for (name, declared) in file.resource_types.iter() {
            let properties = properties(&declared.properties);
            if BUILTIN_TYPES.contains(&name.as_str()) {
                if !declared.parents.is_empty() || declared.refines {
                    let message = format!("`{}` is built in: only its `properties` may be described", **name);
                    self.report.error(name.mark, message);
                }
                self.catalog.builtin_properties.insert(name.value.clone(), properties);
                continue;
            }
            if declared.parents.is_empty() {
                self.report
                    .error(name.mark, format!("`{}` names no `parents`: where does it stand?", **name));
            }
            let parents = declared.parents.iter().filter_map(|parent| self.resource_type(parent)).collect();
            self.catalog.types.push(ResourceType {
                name: format!("{}/{}", file.product.value, name.value),
                title: declared.title.clone().unwrap_or_else(|| name.value.clone()),
                parents,
                refines: declared.refines,
                properties,
            });
        }
    }

    /// The full name of a type as written: bare, full, or built in.
    fn resource_type(&mut self, name: &At<String>) -> Option<String> {
        if BUILTIN_TYPES.contains(&name.as_str()) {
            return Some(name.value.clone());
        }
        let prefix = format!("{}/", self.file.product.value);
        let bare = name.strip_prefix(prefix.as_str()).unwrap_or(name.as_str());
        if self.file.resource_types.position(bare).is_some() {
            return Some(format!("{prefix}{bare}"));
        }
        let known = self.file.resource_types.names().chain(BUILTIN_TYPES);
        self.report.error(name.mark, format!("unknown resource type `{}`{}", **name, hint(bare, known)));
        None
    }

    fn permission(&mut self, name: &At<String>) -> Option<PermissionId> {
        let found = self.catalog.permission_ids.get(name.as_str()).copied();
        if found.is_none() {
            let message =
                format!("unknown permission `{}`{}", **name, hint(name, self.file.permissions.names()));
            self.report.error(name.mark, message);
        }
        found
    }

    fn role(&mut self, name: &At<String>) -> Option<RoleId> {
        let found = self.catalog.role_ids.get(name.as_str()).copied();
        if found.is_none() {
            let message = format!("unknown role `{}`{}", **name, hint(name, self.file.roles.names()));
            self.report.error(name.mark, message);
        }
        found
    }

    fn role_list(&mut self, names: &[At<String>]) -> Vec<String> {
        names.iter().filter_map(|name| self.role(name).map(|_| name.value.clone())).collect()
    }

    fn area(&mut self, name: Option<&At<String>>) -> Option<usize> {
        let name = name?;
        let found = self.file.areas.position(name);
        if found.is_none() {
            let message = format!("unknown area `{}`{}", **name, hint(name, self.file.areas.names()));
            self.report.error(name.mark, message);
        }
        found
    }

    fn condition(&mut self, source: Option<&At<String>>) -> Option<Condition> {
        let source = source?;
        match Condition::parse(source) {
            Ok(condition) => Some(condition),
            Err(error) => {
                self.report.error(source.mark, format!("condition: {error}"));
                None
            }
        }
    }

    fn permissions(&mut self) {
        let file = self.file;
        let implied = self.implied_closure();
        for ((name, declared), implies) in file.permissions.iter().zip(implied) {
            let permission = self.one_permission(name, declared, implies);
            self.catalog.permissions.push(permission);
        }
    }

    fn one_permission(
        &mut self,
        name: &At<String>,
        file: &PermissionFile,
        implies: Vec<PermissionId>,
    ) -> Permission {
        let mut on: Vec<String> = file.on.0.iter().filter_map(|kind| self.resource_type(kind)).collect();
        if on.is_empty() {
            on.push("instance".to_owned());
        }
        let approver = match file.approver {
            Some(ApproverFile::Assigned) => Approver::Assigned,
            _ => Approver::Holders,
        };
        Permission {
            id: name.value.clone(),
            title: file.title.clone(),
            description: file.description.clone().unwrap_or_default(),
            area: self.area(file.area.as_ref()),
            on,
            implies,
            when_denied: self.when_denied(name, file),
            control: file.control.clone(),
            also: file.also.iter().map(|also| (also.control.clone(), also.state.into())).collect(),
            approved_by: file.approved_by.as_ref().and_then(|by| self.permission(by)),
            approver,
        }
    }

    fn when_denied(&mut self, name: &At<String>, file: &PermissionFile) -> Option<WhenDenied> {
        match file.when_denied.as_ref()? {
            WhenDeniedFile::State(state) => Some(WhenDenied::State((*state).into())),
            WhenDeniedFile::Replaced(replaced) => {
                let by = self.permission(&replaced.replaced)?;
                if replaced.replaced.as_str() == name.as_str() {
                    self.report.error(replaced.replaced.mark, "a permission cannot stand in for itself");
                }
                let otherwise = replaced.otherwise.map_or(PresentationState::Hidden, Into::into);
                Some(WhenDenied::Replaced(by, otherwise))
            }
        }
    }

    /// For each permission all that it covers, transitively; cycles are errors.
    fn implied_closure(&mut self) -> Vec<Vec<PermissionId>> {
        let file = self.file;
        let direct: Vec<Vec<PermissionId>> = file
            .permissions
            .iter()
            .map(|(_, declared)| declared.implies.iter().filter_map(|name| self.permission(name)).collect())
            .collect();
        let mut closures = Vec::with_capacity(direct.len());
        for (index, (name, _)) in file.permissions.iter().enumerate() {
            let mut reached = BTreeSet::new();
            let mut pending = direct[index].clone();
            while let Some(next) = pending.pop() {
                if reached.insert(next) {
                    pending.extend(&direct[next.index()]);
                }
            }
            if reached.remove(&PermissionId(u16::try_from(index).unwrap_or(u16::MAX))) {
                self.report.error(name.mark, format!("`{}` implies itself", **name));
            }
            closures.push(reached.into_iter().collect());
        }
        closures
    }

    fn limits(&mut self) {
        let count = self.file.limits.0.len();
        if count > LIMITS_MAX {
            self.report.error(Mark::default(), format!("{count} limits, at most {LIMITS_MAX}"));
        }
        for (name, declared) in self.file.limits.iter() {
            let takes_away = declared.takes_away.iter().filter_map(|taken| self.permission(taken)).collect();
            self.catalog.limits.push(Limit {
                id: name.value.clone(),
                text: declared.text.clone(),
                takes_away,
            });
        }
    }

    fn seat_pools(&mut self) {
        for (name, declared) in self.file.seat_pools.iter() {
            let pool =
                SeatPool { id: name.value.clone(), title: declared.title.clone(), limit: declared.limit };
            self.catalog.seat_pools.push(pool);
        }
    }

    fn roles(&mut self) {
        for (name, declared) in self.file.roles.iter() {
            let role = self.one_role(name, declared);
            self.catalog.roles.push(role);
        }
    }

    fn one_role(&mut self, name: &At<String>, file: &RoleFile) -> Role {
        Role {
            id: name.value.clone(),
            title: file.title.clone(),
            description: file.description.clone().unwrap_or_default(),
            area: self.area(file.area.as_ref()),
            level: file.level,
            definition: self.definition(file),
            requires: self.role_list(&file.requires),
            assignable: Assignable {
                at: file.assignable_at.as_ref().map(|at| self.type_list(at)),
                when: self.condition(file.assignable_when.as_ref()),
                note: file.assignable_note.clone(),
            },
            vendor_only: file.vendor_only,
            needs_approver: file.needs_approver,
            seat_pool: self.seat_pool(file.seat_pool.as_ref()),
            excludes: self.role_list(&file.excludes),
            public: file.public,
            landing: file
                .landing
                .as_ref()
                .map(|landing| Landing { page: landing.page.clone(), single: landing.single.clone() }),
            administers: file.administers.iter().map(|entry| self.administers(entry)).collect(),
            mark: name.mark,
        }
    }

    fn type_list(&mut self, names: &[At<String>]) -> Vec<String> {
        names.iter().filter_map(|name| self.resource_type(name)).collect()
    }

    fn seat_pool(&mut self, name: Option<&At<String>>) -> Option<usize> {
        let name = name?;
        let found = self.file.seat_pools.position(name);
        if found.is_none() {
            let message =
                format!("unknown seat pool `{}`{}", **name, hint(name, self.file.seat_pools.names()));
            self.report.error(name.mark, message);
        }
        found
    }

    /// Roles of other products cannot be resolved here; their names are compared when authority is asked.
    fn administers(&mut self, file: &AdministersFile) -> Administers {
        let product = match file.product.as_ref().map(|name| name.as_str()) {
            None => ProductScope::Product(self.file.product.value.clone()),
            Some("any") => ProductScope::Any,
            Some(product) => ProductScope::Product(product.to_owned()),
        };
        let own = product == ProductScope::Product(self.file.product.value.clone());
        let roles = if own {
            self.role_list(&file.roles)
        } else {
            file.roles.iter().map(|name| name.value.clone()).collect()
        };
        Administers { roles, level_at_most: file.level_at_most, product, verbs: file.verbs.clone() }
    }

    fn definition(&mut self, file: &RoleFile) -> Definition {
        let except: Vec<PermissionId> = file.except.iter().filter_map(|name| self.permission(name)).collect();
        let grants = self.grants(&file.grants);
        Definition {
            includes: self.role_list(&file.includes),
            all: file.all,
            except,
            grants,
            without: Vec::new(),
        }
    }

    fn grants(&mut self, declared: &[GrantFile]) -> Vec<Grant> {
        let mut grants = Vec::with_capacity(declared.len());
        for grant in declared {
            let terms = self.terms(grant.permission.mark, &grant.terms);
            if let Some(permission) = self.permission(&grant.permission) {
                grants.push(Grant { permission, terms: Arc::new(terms) });
            }
        }
        grants
    }

    fn terms(&mut self, mark: Mark, file: &TermsFile) -> Terms {
        let terms = Terms {
            when: self.condition(file.when.as_ref()),
            related: file.related.iter().map(|name| name.value.clone()).collect(),
            requires: self.role_list(&file.requires),
            within_budget: file.within_budget,
            within: None,
            reach: file.reach.as_ref().and_then(|kind| self.resource_type(kind)),
            limit: file.limit.as_ref().and_then(|name| self.limit(name)),
            needs_approval: file.needs_approval,
            otherwise_approval: file.otherwise.is_some(),
        };
        if terms.otherwise_approval && !terms.is_conditional() && !self.report.has_errors() {
            self.report.error(mark, "`otherwise` without a condition never applies");
        }
        terms
    }

    fn limit(&mut self, name: &At<String>) -> Option<usize> {
        let found = self.file.limits.position(name);
        if found.is_none() {
            let message = format!("unknown limit `{}`{}", **name, hint(name, self.file.limits.names()));
            self.report.error(name.mark, message);
        }
        found
    }

    fn areas(&mut self) {
        for (name, declared) in self.file.areas.iter() {
            let unassigned = declared.unassigned.as_ref().and_then(|role| self.role(role));
            let area = Area { id: name.value.clone(), title: declared.title.clone(), unassigned };
            self.catalog.areas.push(area);
        }
    }

    fn baselines(&mut self) {
        let Some(everyone) = &self.file.baselines.everyone else { return };
        let definition = Definition { grants: self.grants(&everyone.grants), ..Definition::default() };
        self.catalog.everyone = Some(Everyone { title: everyone.title.clone(), definition });
    }

    fn custom_roles(&mut self) {
        let file = &self.file.custom_roles;
        let declared: Vec<PermissionId> =
            file.forbidden.iter().filter_map(|name| self.permission(name)).collect();
        let covers_one =
            |id: &PermissionId| declared.iter().any(|forbidden| self.catalog.covers(*id, *forbidden));
        let mut ids: Vec<PermissionId> = self.catalog.permission_ids.values().copied().collect();
        ids.sort();
        let forbidden =
            if self.report.has_errors() { declared } else { ids.into_iter().filter(covers_one).collect() };
        self.catalog.custom_roles = CustomRoles {
            allowed: file.allowed,
            reason: file.reason.clone().unwrap_or_default(),
            start: file.start.clone(),
            forbidden,
            required: file.required.clone(),
            assignable: Assignable {
                at: file.assignable_at.as_ref().map(|at| self.type_list(at)),
                ..Assignable::default()
            },
        };
    }

    fn advisories(&mut self) {
        for file in &self.file.advisories {
            let advisory = Advisory {
                id: file.id.value.clone(),
                subject: file.subject,
                holds: self.role_list(&file.holds),
                lacks: self.role_list(&file.lacks),
                when: self.condition(file.when.as_ref()),
                message: file.message.clone(),
            };
            self.catalog.advisories.push(advisory);
        }
    }

    fn separation(&mut self) {
        for (name, declared) in self.file.separation.iter() {
            self.check_name("separation set", name);
            let roles = self.role_list(&declared.roles);
            let at_most = declared.at_most as usize;
            if at_most == 0 || at_most >= declared.roles.len() {
                let message = format!(
                    "`at_most` of `{}` must be at least 1 and less than its {} roles, or it separates nothing",
                    **name,
                    declared.roles.len()
                );
                self.report.error(name.mark, message);
            }
            self.catalog.separation.push(SeparationSet {
                id: name.value.clone(),
                title: declared.title.clone(),
                roles,
                at_most,
                scope: declared.scope,
            });
        }
    }

    /// What can be said only when every name is known.
    fn whole(&mut self) {
        self.refuse_levels();
        self.refuse_escapes();
        self.refuse_cycles("includes", |role| &role.definition.includes);
        self.refuse_cycles("requires", |role| &role.requires);
        self.refuse_contradictions();
        self.warn_ungranted();
    }

    /// Authority by level stays at or below one's own level, and within the product, where levels mean something.
    fn refuse_levels(&mut self) {
        let strict = self.catalog.authority.mode == AuthorityMode::Strict;
        let own = ProductScope::Product(self.catalog.product.clone());
        for role in &self.catalog.roles {
            for entry in &role.administers {
                let Some(most) = entry.level_at_most else { continue };
                let message = if entry.product != own {
                    format!(
                        "role `{}` administers another product by levels: name its roles instead",
                        role.id
                    )
                } else if role.level.is_some_and(|level| most > level) {
                    format!("role `{}` would administer roles above its own level", role.id)
                } else if strict && role.level.is_none_or(|level| most >= level) {
                    format!(
                        "`mode: strict`: role `{}` must administer only roles below its own level",
                        role.id
                    )
                } else {
                    continue;
                };
                self.report.error(role.mark, message);
            }
        }
    }

    /// Whoever may assign a role may assign all that it may assign.
    fn refuse_escapes(&mut self) {
        for escape in closure::escapes(&[&self.catalog]) {
            let mark = self.catalog.role(&escape.from.role).map(|role| role.mark).unwrap_or_default();
            self.report.error(mark, format!("authority would grow step by step: {escape}"));
        }
    }

    fn refuse_cycles(&mut self, what: &str, next: fn(&Role) -> &Vec<String>) {
        for role in &self.catalog.roles {
            let mut reached = BTreeSet::new();
            let mut pending: Vec<&str> = next(role).iter().map(String::as_str).collect();
            while let Some(name) = pending.pop() {
                if reached.insert(name) {
                    pending.extend(self.catalog.role(name).into_iter().flat_map(next).map(String::as_str));
                }
            }
            if reached.contains(role.id.as_str()) {
                self.report.error(role.mark, format!("role `{}` {what} itself", role.id));
            }
        }
    }

    /// A role that requires what it excludes can never be in force.
    fn refuse_contradictions(&mut self) {
        for role in &self.catalog.roles {
            for required in &role.requires {
                let other = self.catalog.role(required).map(|other| &other.excludes);
                if role.excludes.contains(required)
                    || other.is_some_and(|excluded| excluded.contains(&role.id))
                {
                    let message =
                        format!("role `{}` requires `{required}` and excludes it: never in force", role.id);
                    self.report.error(role.mark, message);
                }
            }
            if role.definition == Definition::default() && role.administers.is_empty() {
                self.report.warning(role.mark, format!("role `{}` grants nothing", role.id));
            }
        }
    }

    fn warn_ungranted(&mut self) {
        let cells = crate::matrix::default_matrix(&self.catalog);
        let granted: BTreeSet<&str> = cells
            .iter()
            .filter(|cell| cell.outcome > crate::matrix::CellOutcome::Deny)
            .map(|cell| cell.permission.as_str())
            .collect();
        for (name, declared) in self.file.permissions.iter() {
            match (granted.contains(name.as_str()), declared.nobody) {
                (false, false) => self.report.warning(
                    name.mark,
                    format!("no role grants `{}`; say `nobody: true` if that is meant", **name),
                ),
                (true, true) => {
                    self.report.error(name.mark, format!("`{}` says `nobody` and is granted", **name))
                }
                _ => {}
            }
        }
    }
}

fn properties(declared: &Ordered<PropertyFile>) -> Vec<Property> {
    let one = |(name, property): (&At<String>, &PropertyFile)| Property {
        name: name.value.clone(),
        kind: property.kind,
        title: property.title.clone().unwrap_or_else(|| name.value.clone()),
    };
    declared.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "product: shop\ntitle: Shop\nversion: 1\nresource_types:\n  page: { parents: [instance, page] }\npermissions:\n  pages.edit: { title: Edit, on: page, implies: [pages.view] }\n  pages.view: { title: View, on: page }\nroles:\n  editor: { title: Editor, grants: [pages.edit] }\n";

    fn problems(source: &str) -> String {
        match parse_catalog("shop.yaml", source) {
            Ok((_, report)) => report.to_string(),
            Err(report) => report.to_string(),
        }
    }

    #[test]
    fn a_small_catalog_is_accepted_without_a_word() {
        let (catalog, report) = parse_catalog("shop.yaml", SMALL).unwrap();
        assert!(report.problems.is_empty(), "{report}");
        assert_eq!(catalog.types[0].parents, ["instance", "shop/page"]);
        let cells = crate::matrix::default_matrix(&catalog);
        assert_eq!(cells.len(), 2);
        assert!(cells.iter().all(|cell| cell.outcome == crate::matrix::CellOutcome::Allow));
    }

    #[test]
    fn problems_name_the_place_and_the_mend() {
        let text = problems(&SMALL.replace("grants: [pages.edit]", "grants: [pages.edti]"));
        assert!(text.contains("unknown permission `pages.edti`, did you mean `pages.edit`?"), "{text}");
        assert!(text.contains("shop.yaml:10:37"), "{text}");
        let text = problems(&SMALL.replace("title: Editor,", "titel: Editor,"));
        assert!(text.contains("unknown field `titel`") && text.contains("did you mean `title`?"), "{text}");
    }

    #[test]
    fn cycles_contradictions_and_ungranted_permissions_are_found() {
        let cyclic = SMALL.replace("title: View,", "title: View, implies: [pages.edit],");
        assert!(problems(&cyclic).contains("implies itself"));
        let roles =
            format!("{SMALL}  a: {{ title: A, includes: [b] }}\n  b: {{ title: B, includes: [a] }}\n");
        assert!(problems(&roles).contains("role `a` includes itself"));
        let never =
            format!("{SMALL}  a: {{ title: A, all: true, requires: [editor], excludes: [editor] }}\n");
        assert!(problems(&never).contains("never in force"));
        let lonely = SMALL.replace("roles:", "  pages.burn: { title: Burn }\nroles:");
        assert!(problems(&lonely).contains("no role grants `pages.burn`"));
    }

    #[test]
    fn hostile_texts_end_in_errors() {
        let deep = format!("product: {}", "[".repeat(100_000));
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n";
        for source in ["", "\u{0}", "- - -", deep.as_str(), bomb, "product: 1\n", "%YAML 9\n---\n"] {
            assert!(parse_catalog("x", source).is_err());
        }
    }
}

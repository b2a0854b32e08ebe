//! Roles in the form that checks read: system roles with their overlay, custom roles, and baselines, each with all that
//! it grants and a row of bits to tell quickly whether a permission is among it.

use crate::registry::{PermissionIx, ProductIx, Registry};
use ambit_catalog::Condition;
use ambit_catalog::catalog::{Assignable, Catalog, Definition, Grant, PermissionId, Role, Terms};
use ambit_catalog::grants::{EffectiveGrant, effective_grants};
use ambit_model::{CustomGrant, CustomRole, Overlay, ResourceRef, RoleRef, Start};
use imbl::OrdMap;
use std::collections::HashMap;
use std::sync::Arc;

/// The id of the baseline that every user has; no declared role can have it.
pub const EVERYONE: &str = "(everyone)";

/// A role's position in the table; kept for good, also when the role is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct RoleIx(pub u32);

/// A role with all that it grants.
#[derive(Debug, Clone)]
pub struct RoleRow {
    /// Its product.
    pub product: ProductIx,
    /// Its id within the product.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Whether the organization made it.
    pub custom: bool,
    /// Whether it exists.
    pub exists: bool,
    /// Whether it is held without an assignment: everyone's baseline, or an area's unassigned state.
    pub baseline: bool,
    /// Positions of the areas it belongs to.
    pub areas: Vec<usize>,
    /// Order among the product's roles.
    pub level: Option<u32>,
    /// Sorted by permission, plain ones first.
    pub grants: Vec<EffectiveGrant>,
    /// Roles without which it is inactive.
    pub requires: Vec<String>,
    /// Itself and all roles that it includes: who holds this holds those.
    pub covers: Vec<String>,
    /// Where it may be assigned.
    pub assignable: Assignable,
    /// The instances that a custom role is bound to.
    pub instances: Vec<ResourceRef>,
    /// Given only by its holders or the vendor.
    pub vendor_only: bool,
    /// Assignments name an approver.
    pub needs_approver: bool,
    /// Position of its seat pool.
    pub seat_pool: Option<usize>,
    /// Never held together.
    pub excludes: Vec<String>,
    /// For browsers.
    pub public: bool,
}

impl RoleRow {
    /// The grants of one permission.
    #[must_use]
    pub fn grants_of(&self, permission: PermissionId) -> &[EffectiveGrant] {
        let from = self.grants.partition_point(|grant| grant.permission < permission);
        let to = self.grants.partition_point(|grant| grant.permission <= permission);
        &self.grants[from..to]
    }
}

/// All roles of an organization.
#[derive(Debug, Clone, Default)]
pub struct RoleTable {
    rows: Vec<Arc<RoleRow>>,
    names: HashMap<String, HashMap<String, RoleIx>>,
    products: Vec<u16>,
    stride: usize,
    /// For each role `stride` pairs of words: of plain grants, and of any grants.
    bits: Vec<[u64; 2]>,
}

/// How a role and a permission stand to each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Both are of one product.
    pub same_product: bool,
    /// The role grants the permission always and without terms.
    pub plainly: bool,
    /// The role grants the permission under some terms.
    pub at_all: bool,
}

impl RoleTable {
    /// The table of these catalogs, overlays and custom roles; roles of `before` keep their positions.
    #[must_use]
    pub fn build(
        before: &Self,
        registry: &Registry,
        custom: &OrdMap<RoleRef, Arc<CustomRole>>,
        overlays: &OrdMap<RoleRef, Arc<Overlay>>,
    ) -> Self {
        let mut table = Self {
            rows: before.rows.iter().map(|row| Arc::new(gone(row))).collect(),
            names: before.names.clone(),
            products: before.products.clone(),
            stride: 1,
            bits: Vec::new(),
        };
        for (product, declared) in registry.enabled() {
            let definitions = definitions(&declared.catalog, custom, overlays);
            for row in product_rows(product, &declared.catalog, custom, &definitions) {
                table.put(&declared.id, row);
            }
        }
        table.fill_bits();
        table
    }

    fn put(&mut self, product: &str, row: RoleRow) {
        let names = self.names.entry(product.to_owned()).or_default();
        if let Some(index) = names.get(&row.id) {
            self.rows[index.0 as usize] = Arc::new(row);
            return;
        }
        let index = RoleIx(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        names.insert(row.id.clone(), index);
        self.products.push(row.product.0);
        self.rows.push(Arc::new(row));
    }

    fn fill_bits(&mut self) {
        let most = self.rows.iter().flat_map(|row| row.grants.last()).map(|grant| grant.permission.index());
        self.stride = most.max().unwrap_or(0) / 64 + 1;
        self.bits = vec![[0; 2]; self.rows.len() * self.stride];
        for (index, row) in self.rows.iter().enumerate() {
            for grant in &row.grants {
                let (word, bit) = (grant.permission.index() / 64, grant.permission.index() % 64);
                let [plain, any] = &mut self.bits[index * self.stride + word];
                *any |= 1 << bit;
                if grant.terms.is_plain() && row.requires.is_empty() {
                    *plain |= 1 << bit;
                }
            }
            // A grant that reaches further has to be looked at, also beside a plain one.
            for grant in row.grants.iter().filter(|grant| grant.terms.reach.is_some()) {
                let (word, bit) = (grant.permission.index() / 64, grant.permission.index() % 64);
                let [plain, _] = &mut self.bits[index * self.stride + word];
                *plain &= !(1 << bit);
            }
        }
    }

    /// Whether a role grants a permission of its product always and without terms.
    #[inline]
    #[must_use]
    pub fn plainly(&self, role: RoleIx, permission: PermissionIx) -> bool {
        self.standing(role, permission).plainly
    }

    /// Whether a role grants a permission of its product under some terms.
    #[inline]
    #[must_use]
    pub fn at_all(&self, role: RoleIx, permission: PermissionIx) -> bool {
        self.standing(role, permission).at_all
    }

    /// How a role and a permission stand to each other.
    #[inline]
    #[must_use]
    pub fn standing(&self, role: RoleIx, permission: PermissionIx) -> Standing {
        let (word, bit) = (permission.id.index() / 64, permission.id.index() % 64);
        if self.products[role.0 as usize] != permission.product.0 {
            return Standing::default();
        }
        if word >= self.stride {
            return Standing { same_product: true, ..Standing::default() };
        }
        let [plain, any] = self.bits[role.0 as usize * self.stride + word];
        Standing { same_product: true, plainly: plain >> bit & 1 == 1, at_all: any >> bit & 1 == 1 }
    }

    /// A role by position.
    #[must_use]
    pub fn row(&self, role: RoleIx) -> &RoleRow {
        &self.rows[role.0 as usize]
    }

    /// The product of a role.
    #[inline]
    #[must_use]
    pub fn product_of(&self, role: RoleIx) -> ProductIx {
        ProductIx(self.products[role.0 as usize])
    }

    /// A role, existing or gone, by product and id.
    #[must_use]
    pub fn find(&self, product: &str, role: &str) -> Option<RoleIx> {
        self.names.get(product)?.get(role).copied()
    }

    /// All roles that exist, with their positions.
    pub fn iter(&self) -> impl Iterator<Item = (RoleIx, &RoleRow)> {
        let numbered = self.rows.iter().enumerate();
        numbered
            .filter(|(_, row)| row.exists)
            .map(|(index, row)| (RoleIx(u32::try_from(index).unwrap_or(u32::MAX)), row.as_ref()))
    }

    /// How many positions are given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no roles.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every position with product and role id, for snapshots.
    pub fn positions(&self) -> impl Iterator<Item = (&str, &str, RoleIx)> {
        self.names.iter().flat_map(|(product, roles)| {
            roles.iter().map(|(role, index)| (product.as_str(), role.as_str(), *index))
        })
    }

    /// A table in which these roles have these positions and do not exist yet: the seed for restoring a snapshot.
    #[must_use]
    pub fn with_positions(positions: &[(ProductIx, String, String)]) -> Self {
        let mut table = Self { stride: 1, ..Self::default() };
        for (product, product_id, role) in positions {
            let row = RoleRow { product: *product, id: role.clone(), ..empty_row(*product, role) };
            table.put(product_id, row);
        }
        table.fill_bits();
        table
    }
}

fn gone(row: &Arc<RoleRow>) -> RoleRow {
    empty_row(row.product, &row.id)
}

fn empty_row(product: ProductIx, id: &str) -> RoleRow {
    RoleRow {
        product,
        id: id.to_owned(),
        title: id.to_owned(),
        custom: true,
        exists: false,
        baseline: false,
        areas: Vec::new(),
        level: None,
        grants: Vec::new(),
        requires: Vec::new(),
        covers: vec![id.to_owned()],
        assignable: Assignable::default(),
        instances: Vec::new(),
        vendor_only: false,
        needs_approver: false,
        seat_pool: None,
        excludes: Vec::new(),
        public: false,
    }
}

type Definitions = HashMap<String, Arc<Definition>>;

/// What every role of a product grants, as declared by catalog, overlays and custom roles.
#[must_use]
pub fn definitions(
    catalog: &Catalog,
    custom: &OrdMap<RoleRef, Arc<CustomRole>>,
    overlays: &OrdMap<RoleRef, Arc<Overlay>>,
) -> Definitions {
    let mut definitions = Definitions::new();
    for role in &catalog.roles {
        definitions.insert(role.id.clone(), Arc::new(role.definition.clone()));
    }
    for (name, overlay) in overlays.iter().filter(|(name, _)| name.product == catalog.product) {
        if let Some(definition) = definitions.get_mut(&name.role) {
            *definition = Arc::new(overlaid(catalog, definition, overlay));
        }
    }
    for role in custom_of(catalog, custom) {
        definitions.insert(role.id.role.clone(), Arc::new(custom_definition(catalog, role)));
    }
    if let Some(everyone) = &catalog.everyone {
        definitions.insert(EVERYONE.to_owned(), Arc::new(everyone.definition.clone()));
    }
    definitions
}

/// The organization's own roles of a product. None takes the place of a system role, which is immutable.
fn custom_of<'a>(
    catalog: &'a Catalog,
    custom: &'a OrdMap<RoleRef, Arc<CustomRole>>,
) -> impl Iterator<Item = &'a CustomRole> {
    let own = |name: &RoleRef| {
        name.product == catalog.product && name.role != EVERYONE && catalog.role(&name.role).is_none()
    };
    custom.iter().filter(move |(name, _)| own(name)).map(|(_, role)| role.as_ref())
}

fn permissions(catalog: &Catalog, names: &[String]) -> Vec<PermissionId> {
    names.iter().filter_map(|name| catalog.permission(name)).collect()
}

fn overlaid(catalog: &Catalog, default: &Definition, overlay: &Overlay) -> Definition {
    let mut definition = default.clone();
    let added = permissions(catalog, &overlay.add);
    definition.grants.extend(added.into_iter().map(|permission| Grant { permission, terms: Arc::default() }));
    definition.without.extend(permissions(catalog, &overlay.remove));
    definition
}

/// A custom role never has what its catalog forbids, whatever it begins with.
fn custom_definition(catalog: &Catalog, role: &CustomRole) -> Definition {
    let mut includes = role.includes.clone();
    if let Start::Duplicate(original) = &role.start {
        includes.push(original.clone());
    }
    let mut without = permissions(catalog, &role.without);
    without.extend(&catalog.custom_roles.forbidden);
    Definition {
        includes,
        all: role.start == Start::All,
        except: Vec::new(),
        grants: role.grants.iter().filter_map(|grant| custom_grant(catalog, grant)).collect(),
        without,
    }
}

/// A grant whose condition no longer compiles is left out: never wider than it was meant.
fn custom_grant(catalog: &Catalog, grant: &CustomGrant) -> Option<Grant> {
    let when = match &grant.when {
        Some(source) => Some(Condition::parse(source).ok()?),
        None => None,
    };
    let terms = Terms {
        when,
        related: grant.related.clone(),
        requires: grant.requires.clone(),
        within: grant.within.clone(),
        ..Terms::default()
    };
    Some(Grant { permission: catalog.permission(&grant.permission)?, terms: Arc::new(terms) })
}

fn product_rows(
    product: ProductIx,
    catalog: &Catalog,
    custom: &OrdMap<RoleRef, Arc<CustomRole>>,
    definitions: &Definitions,
) -> Vec<RoleRow> {
    let lookup = |name: &str| definitions.get(name).cloned();
    let grants = |name: &str| effective_grants(catalog, name, &lookup);
    let mut rows: Vec<RoleRow> = catalog
        .roles
        .iter()
        .map(|role| system_row(product, catalog, role, grants(&role.id), definitions))
        .collect();
    if let Some(everyone) = &catalog.everyone {
        rows.push(RoleRow {
            title: everyone.title.clone(),
            custom: false,
            exists: true,
            baseline: true,
            grants: grants(EVERYONE),
            ..empty_row(product, EVERYONE)
        });
    }
    for role in custom_of(catalog, custom) {
        let mut row = custom_row(product, catalog, role, grants(&role.id.role), custom, definitions);
        row.level = level_of(catalog, &row, &rows);
        rows.push(row);
    }
    rows
}

/// The level of a custom role: that of the lowest system roles which together grant what it grants, and no less than that
/// of the role that it copies. None if some of it is in no role with a level: then only authority over the whole product
/// reaches it.
fn level_of(catalog: &Catalog, custom: &RoleRow, rows: &[RoleRow]) -> Option<u32> {
    let system = |row: &&RoleRow| !row.custom && !row.baseline && catalog.role(&row.id).is_some();
    let lowest = |wanted: &EffectiveGrant| {
        let gives = |row: &&RoleRow| {
            let grants = row.grants_of(wanted.permission);
            grants.iter().any(|grant| grant.terms.is_plain() || grant.terms == wanted.terms)
        };
        rows.iter().filter(system).filter(gives).filter_map(|row| row.level).min()
    };
    let needed: Option<Vec<u32>> = custom.grants.iter().map(lowest).collect();
    needed?.into_iter().chain(custom.level).max()
}

fn system_row(
    product: ProductIx,
    catalog: &Catalog,
    role: &Role,
    grants: Vec<EffectiveGrant>,
    definitions: &Definitions,
) -> RoleRow {
    let unassigned = catalog.areas.iter().filter_map(|area| area.unassigned);
    RoleRow {
        product,
        id: role.id.clone(),
        title: role.title.clone(),
        custom: false,
        exists: true,
        baseline: unassigned.into_iter().any(|id| catalog.roles[id.index()].id == role.id),
        areas: role.area.into_iter().collect(),
        level: role.level,
        grants,
        requires: role.requires.clone(),
        covers: covers(&role.id, definitions),
        assignable: role.assignable.clone(),
        instances: Vec::new(),
        vendor_only: role.vendor_only,
        needs_approver: role.needs_approver,
        seat_pool: role.seat_pool,
        excludes: role.excludes.clone(),
        public: role.public,
    }
}

/// A custom role keeps the constraints of every system role whose grants it takes over: a copy of a role that needs an
/// approver needs one too. Its areas are those of the permissions that it grants.
fn custom_row(
    product: ProductIx,
    catalog: &Catalog,
    role: &CustomRole,
    grants: Vec<EffectiveGrant>,
    custom: &OrdMap<RoleRef, Arc<CustomRole>>,
    definitions: &Definitions,
) -> RoleRow {
    let covered = covers(&role.id.role, definitions);
    let originals: Vec<&Role> = covered.iter().filter_map(|name| catalog.role(name)).collect();
    let mut areas: Vec<usize> =
        grants.iter().filter_map(|grant| catalog.permission_at(grant.permission).area).collect();
    areas.sort_unstable();
    areas.dedup();
    let inherited = originals
        .iter()
        .find_map(|original| original.assignable.at.is_some().then_some(&original.assignable));
    let conditional = originals.iter().find(|original| original.assignable.when.is_some());
    RoleRow {
        product,
        id: role.id.role.clone(),
        title: role.title.clone().unwrap_or_else(|| role.id.role.clone()),
        custom: true,
        exists: true,
        baseline: false,
        areas,
        level: originals.iter().filter_map(|original| original.level).max(),
        grants,
        requires: union(originals.iter().map(|original| &original.requires)),
        covers: held_through(catalog, role, custom),
        assignable: Assignable {
            at: catalog.custom_roles.assignable.at.clone().or_else(|| inherited.and_then(|at| at.at.clone())),
            when: conditional.and_then(|original| original.assignable.when.clone()),
            note: conditional.and_then(|original| original.assignable.note.clone()),
        },
        instances: role.instances.clone(),
        vendor_only: originals.iter().any(|original| original.vendor_only),
        needs_approver: originals.iter().any(|original| original.needs_approver),
        seat_pool: originals.iter().find_map(|original| original.seat_pool),
        excludes: union(originals.iter().map(|original| &original.excludes)),
        public: !originals.is_empty() && originals.iter().all(|original| original.public),
    }
}

/// A copy of a role is a role of its own: holding it does not count as holding the original, at any depth.
fn held_through(
    catalog: &Catalog,
    role: &CustomRole,
    custom: &OrdMap<RoleRef, Arc<CustomRole>>,
) -> Vec<String> {
    let mut held = vec![role.id.role.clone()];
    let mut next = 0;
    while next < held.len() {
        let name = RoleRef { product: catalog.product.clone(), role: held[next].clone() };
        let includes = match catalog.role(&name.role) {
            Some(system) => Some(&system.definition.includes),
            None => custom.get(&name).map(|role| &role.includes),
        };
        for included in includes.into_iter().flatten() {
            if !held.contains(included) {
                held.push(included.clone());
            }
        }
        next += 1;
    }
    held
}

fn union<'a>(lists: impl Iterator<Item = &'a Vec<String>>) -> Vec<String> {
    let mut all: Vec<String> = lists.flatten().cloned().collect();
    all.sort();
    all.dedup();
    all
}

fn covers(role: &str, definitions: &Definitions) -> Vec<String> {
    let mut covered = vec![role.to_owned()];
    let mut next = 0;
    while next < covered.len() {
        let included = definitions.get(&covered[next]).map(|definition| definition.includes.clone());
        for name in included.unwrap_or_default() {
            if !covered.contains(&name) {
                covered.push(name);
            }
        }
        next += 1;
    }
    covered
}

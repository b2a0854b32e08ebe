//! The enabled catalogs of an organization, and the names that they bring: products, types, permissions.
//!
//! Positions of products and types are kept when a catalog is replaced, so that the rest of the state may use them.

use ambit_catalog::catalog::{BUILTIN_TYPES, Catalog, PermissionId};
use ambit_model::SubjectKind;
use foldhash::quality::RandomState;
use std::sync::Arc;

type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A product's position in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductIx(pub u16);

/// A resource type's position in the registry; the built-in ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeIx(pub u16);

impl TypeIx {
    /// `organization`.
    pub const ORGANIZATION: Self = Self(0);
    /// `product`.
    pub const PRODUCT: Self = Self(1);
    /// `instance`.
    pub const INSTANCE: Self = Self(2);
    /// `project`.
    pub const PROJECT: Self = Self(3);

    /// Whether every organization has it.
    #[must_use]
    pub fn is_builtin(self) -> bool {
        usize::from(self.0) < BUILTIN_TYPES.len()
    }
}

/// A permission of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PermissionIx {
    /// The product.
    pub product: ProductIx,
    /// Its position in the product's catalog.
    pub id: PermissionId,
}

/// An enabled, or once enabled, product.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// Whether questions about it are answered.
    pub enabled: bool,
    /// Its declaration.
    pub catalog: Arc<Catalog>,
    /// The text it was read from.
    pub source: Arc<str>,
    /// Whether any of its types refines.
    pub refines: bool,
    /// Whether users have something in it without any assignment.
    pub baselines: bool,
}

/// What is known of a resource type.
#[derive(Debug, Clone)]
pub struct TypeInfo {
    /// Full name.
    pub name: String,
    /// Whose, if not built in.
    pub product: Option<ProductIx>,
    /// Whether assignments here replace those from above.
    pub refines: bool,
    /// Full names of the types it may stand under; built-in ones have fixed rules.
    pub parents: Vec<String>,
}

/// The enabled catalogs and their names.
#[derive(Debug, Clone)]
pub struct Registry {
    products: Vec<Product>,
    types: Vec<TypeInfo>,
    type_names: HashMap<String, Vec<TypeIx>>,
    permission_names: HashMap<String, Vec<PermissionIx>>,
    user_words: Vec<String>,
}

impl Default for Registry {
    fn default() -> Self {
        let parents: [&[&str]; 4] = [&[], &["organization"], &["product"], &["instance"]];
        let builtin = |(name, parents): (&&str, &&[&str])| TypeInfo {
            name: (*name).to_owned(),
            product: None,
            refines: false,
            parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
        };
        let mut registry = Self {
            products: Vec::new(),
            types: BUILTIN_TYPES.iter().zip(&parents).map(builtin).collect(),
            type_names: HashMap::default(),
            permission_names: HashMap::default(),
            user_words: Vec::new(),
        };
        registry.index();
        registry
    }
}

impl Registry {
    /// Enables a product, or replaces its catalog.
    pub fn install(&mut self, catalog: Catalog, source: &str) -> ProductIx {
        let id = catalog.product.clone();
        let product = Product {
            refines: catalog.types.iter().any(|kind| kind.refines),
            baselines: catalog.everyone.is_some()
                || catalog.areas.iter().any(|area| area.unassigned.is_some()),
            id: id.clone(),
            enabled: true,
            catalog: Arc::new(catalog),
            source: source.into(),
        };
        let position = self.products.iter().position(|known| known.id == id);
        let index = position.unwrap_or(self.products.len());
        match position {
            Some(index) => self.products[index] = product,
            None => self.products.push(product),
        }
        let index = ProductIx(u16::try_from(index).unwrap_or(u16::MAX));
        self.add_types(index);
        self.index();
        index
    }

    /// Switches a product off; its positions stay.
    pub fn disable(&mut self, product: &str) {
        if let Some(known) = self.products.iter_mut().find(|known| known.id == product) {
            known.enabled = false;
        }
        self.index();
    }

    /// The registry of a snapshot: these products in this order, and these types at these positions; none if they do not
    /// fit together.
    #[must_use]
    pub fn restore(products: Vec<(Catalog, &str, bool)>, types: Vec<TypeInfo>) -> Option<Self> {
        let mut registry = Self::default();
        let count = products.len();
        for (catalog, source, enabled) in products {
            let index = registry.install(catalog, source);
            registry.products.get_mut(usize::from(index.0))?.enabled = enabled;
        }
        let builtin = types.get(..BUILTIN_TYPES.len())?;
        let named = builtin.iter().zip(BUILTIN_TYPES).all(|(info, name)| info.name == name);
        let known = |product: ProductIx| usize::from(product.0) < count;
        let fit = types.iter().all(|info| info.product.is_none_or(known));
        if registry.products.len() != count || !named || !fit {
            return None;
        }
        registry.types = types;
        registry.index();
        Some(registry)
    }

    /// Every product, enabled or not, in the order of the positions.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// Every type in the order of the positions.
    #[must_use]
    pub fn types(&self) -> &[TypeInfo] {
        &self.types
    }

    fn add_types(&mut self, index: ProductIx) {
        let catalog = Arc::clone(&self.product(index).catalog);
        for declared in &catalog.types {
            let info = TypeInfo {
                name: declared.name.clone(),
                product: Some(index),
                refines: declared.refines,
                parents: declared.parents.clone(),
            };
            match self.types.iter().position(|known| known.name == declared.name) {
                Some(known) => self.types[known] = info,
                None => self.types.push(info),
            }
        }
    }

    fn index(&mut self) {
        let mut type_names: HashMap<String, Vec<TypeIx>> = HashMap::default();
        for (position, info) in self.types.iter().enumerate() {
            let index = TypeIx(u16::try_from(position).unwrap_or(u16::MAX));
            if info.product.is_some_and(|product| !self.declares(product, &info.name)) {
                continue;
            }
            type_names.entry(info.name.clone()).or_default().push(index);
            if let Some((_, bare)) = info.name.split_once('/') {
                type_names.entry(bare.to_owned()).or_default().push(index);
            }
        }
        let mut permission_names: HashMap<String, Vec<PermissionIx>> = HashMap::default();
        let mut user_words = Vec::new();
        for (product, declared) in self.enabled() {
            user_words.extend(declared.catalog.subject_types.iter().cloned());
            for (name, id) in &declared.catalog.permission_ids {
                let permission = PermissionIx { product, id: *id };
                permission_names.entry(name.clone()).or_default().push(permission);
                permission_names.entry(format!("{}/{name}", declared.id)).or_default().push(permission);
            }
        }
        self.type_names = type_names;
        self.permission_names = permission_names;
        self.user_words = user_words;
    }

    /// Whether an enabled product has this type, and not only an earlier catalog of it.
    fn declares(&self, product: ProductIx, kind: &str) -> bool {
        let product = self.product(product);
        product.enabled && product.catalog.types.iter().any(|declared| declared.name == kind)
    }

    /// All enabled products.
    pub fn enabled(&self) -> impl Iterator<Item = (ProductIx, &Product)> {
        let numbered = self.products.iter().enumerate();
        numbered
            .filter(|(_, product)| product.enabled)
            .map(|(index, product)| (ProductIx(u16::try_from(index).unwrap_or(u16::MAX)), product))
    }

    /// A product by position.
    #[must_use]
    pub fn product(&self, index: ProductIx) -> &Product {
        &self.products[usize::from(index.0)]
    }

    /// A product by id, enabled or not.
    #[must_use]
    pub fn known_product(&self, id: &str) -> Option<ProductIx> {
        let position = self.products.iter().position(|product| product.id == id)?;
        u16::try_from(position).ok().map(ProductIx)
    }

    /// An enabled product by id.
    #[must_use]
    pub fn product_named(&self, id: &str) -> Option<ProductIx> {
        self.enabled().find(|(_, product)| product.id == id).map(|(index, _)| index)
    }

    /// The catalog that declares a permission.
    #[must_use]
    pub fn catalog(&self, product: ProductIx) -> &Catalog {
        &self.product(product).catalog
    }

    /// A type by position.
    #[must_use]
    pub fn type_info(&self, index: TypeIx) -> &TypeInfo {
        &self.types[usize::from(index.0)]
    }

    /// A type by its full name, or by its bare name where only one enabled product declares it. Built-in types come
    /// before bare names of products.
    #[inline]
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<TypeIx> {
        match self.type_names.get(name)?.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().find(|index| index.is_builtin()),
        }
    }

    /// The full names of the types that a bare name could mean.
    #[must_use]
    pub fn types_called(&self, name: &str) -> Vec<&str> {
        let indexes = self.type_names.get(name).map(Vec::as_slice).unwrap_or_default();
        indexes.iter().map(|index| self.type_info(*index).name.as_str()).collect()
    }

    /// The names of all known types.
    pub fn type_names(&self) -> impl Iterator<Item = &str> {
        self.type_names.keys().map(String::as_str)
    }

    /// The permissions that a bare or full name could mean.
    #[inline]
    #[must_use]
    pub fn permissions_called(&self, name: &str) -> &[PermissionIx] {
        self.permission_names.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names of all known permissions, bare and full.
    pub fn permission_names(&self) -> impl Iterator<Item = &str> {
        self.permission_names.keys().map(String::as_str)
    }

    /// The kind of subject that a request's word means; catalogs may add words for users.
    #[inline]
    #[must_use]
    pub fn subject_kind(&self, word: &str) -> Option<SubjectKind> {
        SubjectKind::parse(word)
            .or_else(|| self.user_words.iter().any(|known| known == word).then_some(SubjectKind::User))
    }
}

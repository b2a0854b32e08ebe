//! What things are called by people: the titles of catalogs and records, and the id where there is none.

use crate::registry::{PermissionIx, TypeIx};
use crate::view::{NodeIx, SubjectIx, View};
use ambit_model::SubjectKind;

impl View {
    /// What a user, group or API key is called.
    #[must_use]
    pub fn subject_title(&self, subject: SubjectIx) -> String {
        let name = self.subject_ref(subject);
        let title = match name.kind {
            SubjectKind::User => self.user(subject).and_then(|user| user.name),
            SubjectKind::Group => self.group(subject).and_then(|group| group.title.clone()),
            SubjectKind::ApiKey => self.api_key(subject).and_then(|key| key.title.clone()),
        };
        title.unwrap_or(name.id)
    }

    /// What a resource is called: a product by its catalog, others by their property `title` or `name`.
    #[must_use]
    pub fn node_title(&self, node: NodeIx) -> String {
        let product = self.product_of(node).filter(|product| self.product_node(*product) == Some(node));
        if let Some(product) = product {
            return self.registry.catalog(product).title.clone();
        }
        let property = |name: &str| self.properties(node)?.get(name)?.as_str().map(str::to_owned);
        property("title").or_else(|| property("name")).unwrap_or_else(|| self.node_ref(node).id)
    }

    /// What a type of resources is called.
    #[must_use]
    pub fn type_title(&self, kind: TypeIx) -> String {
        let info = self.registry.type_info(kind);
        let declared = info.product.and_then(|product| {
            let types = &self.registry.catalog(product).types;
            types.iter().find(|declared| declared.name == info.name)
        });
        match declared {
            Some(declared) => declared.title.clone(),
            None => capitalized(&info.name),
        }
    }

    /// What a permission is called.
    #[must_use]
    pub fn permission_title(&self, permission: PermissionIx) -> &str {
        &self.registry.catalog(permission.product).permission_at(permission.id).title
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

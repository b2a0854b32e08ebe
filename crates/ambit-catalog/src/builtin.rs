//! The catalogs that come with Ambit, as text. They describe publicly documented roles of products whose names belong
//! to their owners (`NOTICE`).

macro_rules! catalogs {
    ($($product:literal),* $(,)?) => {
        /// Product ids with their catalog files, in the order of the documents.
        pub const CATALOGS: &[(&str, &str)] = &[
            $(($product, include_str!(concat!("../../../catalogs/", $product, ".yaml")))),*
        ];
        /// Product ids with the tables of expected decisions beside them.
        pub const TABLES: &[(&str, &str)] = &[
            $(($product, include_str!(concat!("../../../catalogs/", $product, ".test.yaml")))),*
        ];
    };
}

catalogs!(
    "customizer",
    "commerce",
    "admin-center",
    "cms",
    "cmp",
    "content-recommendations",
    "experimentation",
    "collaboration",
    "odp",
    "pim",
    "product-recommendations",
    "constructor",
);

/// The text of a product's catalog.
#[must_use]
pub fn source(product: &str) -> Option<&'static str> {
    CATALOGS.iter().find(|(name, _)| *name == product).map(|(_, source)| *source)
}

/// The ids of all products that come with Ambit.
pub fn products() -> impl Iterator<Item = &'static str> {
    CATALOGS.iter().map(|(name, _)| *name)
}

//! Terms of grants as they are shown, and which of two are the wider ones.

use ambit_catalog::Catalog;
use ambit_catalog::catalog::Terms;
use ambit_engine::View;
use ambit_model::ResourceRef;
use schemars::JsonSchema;
use serde::Serialize;

/// The terms of a grant, those that it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TermsShown {
    /// Only while this CEL expression is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Only for subjects with one of these relations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Only for holders of these roles too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Only at this resource and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<ResourceRef>,
    /// From the nearest ancestor of this type above the scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
    /// Only within the budget.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub within_budget: bool,
    /// With this restriction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitShown>,
    /// Always ends in an approval.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_approval: bool,
    /// What a condition that is false ends in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<&'static str>,
}

/// A restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LimitShown {
    /// Its name.
    pub id: String,
    /// In words.
    pub text: String,
}

impl TermsShown {
    /// The terms of a grant of a product.
    #[must_use]
    pub fn of(catalog: &Catalog, terms: &Terms) -> Self {
        let limit = terms.limit.map(|index| &catalog.limits[index]);
        Self {
            when: terms.when.as_ref().map(|condition| condition.source().to_owned()),
            related: terms.related.clone(),
            requires: terms.requires.clone(),
            within: terms.within.clone(),
            reach: terms.reach.clone(),
            within_budget: terms.within_budget,
            limit: limit.map(|limit| LimitShown { id: limit.id.clone(), text: limit.text.clone() }),
            needs_approval: terms.needs_approval,
            otherwise: terms.otherwise_approval.then_some("needs_approval"),
        }
    }

    /// In words, for tables.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        words.extend(self.when.as_ref().map(|when| format!("when {when}")));
        if !self.related.is_empty() {
            words.push(format!("related as {}", self.related.join(" or ")));
        }
        if !self.requires.is_empty() {
            words.push(format!("with {}", self.requires.join(" and ")));
        }
        words.extend(self.within.as_ref().map(|within| format!("within {within}")));
        words.extend(self.reach.as_ref().map(|reach| format!("everywhere in the {reach}")));
        words.extend(self.within_budget.then(|| "within the budget".to_owned()));
        words.extend(self.limit.as_ref().map(|limit| format!("limited: {}", limit.text)));
        words.extend(self.needs_approval.then(|| "needs approval".to_owned()));
        words.extend(self.otherwise.map(|_| "otherwise needs approval".to_owned()));
        words.join("; ")
    }
}

/// Whether whatever a grant under `narrow` gives, a grant of the same permission at the same scope under `wide` gives
/// too. Conditions are compared as texts: two that mean the same in different words are different here, so that a *yes*
/// is certain.
#[must_use]
pub fn implies(view: &View, wide: &Terms, narrow: &Terms) -> bool {
    let subset = |few: &[String], many: &[String]| few.iter().all(|name| many.contains(name));
    let when = wide.when.is_none() || wide.when == narrow.when;
    let related =
        wide.related.is_empty() || (!narrow.related.is_empty() && subset(&narrow.related, &wide.related));
    let requires = subset(&wide.requires, &narrow.requires);
    let budget = !wide.within_budget || narrow.within_budget;
    let within = match (&wide.within, &narrow.within) {
        (None, _) => true,
        (Some(wide), Some(narrow)) => match (view.node(wide), view.node(narrow)) {
            (Some(wide), Some(narrow)) => view.covers(wide, narrow),
            _ => wide == narrow,
        },
        (Some(_), None) => false,
    };
    let reach = narrow.reach.is_none() || wide.reach == narrow.reach;
    let limit = wide.limit.is_none() || wide.limit == narrow.limit;
    let approval = !wide.needs_approval || narrow.needs_approval;
    // Where the narrow one falls back to an approval, the wide one must at least do that too.
    let conditional = wide.is_conditional() && !only_within(wide);
    let otherwise = !narrow.otherwise_approval || wide.otherwise_approval || !conditional;
    when && related && requires && budget && within && reach && limit && approval && otherwise
}

fn only_within(terms: &Terms) -> bool {
    terms.when.is_none() && terms.related.is_empty() && terms.requires.is_empty() && !terms.within_budget
}

//! What a sign-in page offers. Strangers ask this, and learn nothing about people; of organizations, only the name of the
//! one on a server that has one.

use crate::app::App;
use crate::error::Result;
use crate::signin::oidc;
use crate::signin::visit::{Reply, answered};
use ambit_identity::oidc::Provider;
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The ways to sign in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignInOffer")]
pub struct Offer {
    /// Whether a password is taken: where there is an organization to sign in to.
    password: bool,
    /// The OpenID Connect providers.
    providers: Vec<ProviderShown>,
    /// The organization, on a server of one; with several, whoever signs in names theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
}

/// A provider.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignInProvider")]
pub struct ProviderShown {
    /// Its name for people: where it is.
    name: String,
    /// Where signing in through it begins.
    start: &'static str,
}

answered! {
    200 Offer;
}

/// `GET /v1/sign-in`
pub async fn show(State(app): State<Arc<App>>) -> Result<Reply<Offer>> {
    let known = app.ledger.organizations();
    let organization = match known.as_slice() {
        [only] => Some(only.to_string()),
        _ => None,
    };
    let provider = app.identity.provider.as_ref().filter(|provider| oidc::served(&app, provider).is_some());
    let offer = Offer {
        password: !known.is_empty(),
        providers: provider.map(shown).into_iter().collect(),
        organization,
    };
    Reply::json(StatusCode::OK, &offer)
}

fn shown(provider: &Provider) -> ProviderShown {
    let issuer = &provider.settings().issuer;
    let place = issuer.split_once("://").map_or(issuer.as_str(), |(_, place)| place);
    let host = place.split('/').next().unwrap_or(place);
    ProviderShown { name: host.to_owned(), start: "/v1/oidc/start" }
}

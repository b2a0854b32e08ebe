//! Every route, once: for the router, for the counters, and for the test that walks them all.

use crate::admin::{
    apply, approvals, assignments, budgets, catalogs, changes, export, matrix, organization, relations,
    resources, roles, subjects,
};
use crate::app::App;
use crate::authzen::{evaluation, evaluations, metadata, search};
use crate::error::Error;
use crate::{middleware, ops};
use axum::Router;
use std::sync::Arc;

/// Who may pass a route's door; what they may do behind it is decided there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone: it tells nothing.
    Open,
    /// Any API key; public ones may ask about themselves.
    Key,
    /// Secret API keys.
    Secret,
    /// Secret API keys that may read the whole organization.
    Reader,
    /// Secret API keys that administer something.
    Writer,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Who may pass.
    pub access: Access,
    /// `get` or `post`.
    pub method: &'static str,
    /// The path, parameters in braces.
    pub path: &'static str,
}

macro_rules! routes {
    ($($access:ident $method:ident $path:literal $handler:path;)*) => {
        /// All routes.
        pub const ROUTES: &[Route] = &[
            $(Route { access: Access::$access, method: stringify!($method), path: $path }),*
        ];

        fn assembled() -> Router<Arc<App>> {
            Router::new()$(.route($path, axum::routing::$method($handler)))*
        }
    };
}

routes! {
    Open get "/livez" ops::livez;
    Open get "/readyz" ops::readyz;
    Secret get "/metrics" ops::metrics;

    Key get "/.well-known/authzen-configuration" metadata::root;
    Key get "/.well-known/authzen-configuration/orgs/{org}" metadata::organization;
    Key post "/access/v1/evaluation" evaluation::evaluate;
    Key post "/access/v1/evaluations" evaluations::evaluate_all;
    Secret post "/access/v1/search/subject" search::subjects;
    Secret post "/access/v1/search/resource" search::resources;
    Key post "/access/v1/search/action" search::actions;
    Key post "/orgs/{org}/access/v1/evaluation" evaluation::evaluate;
    Key post "/orgs/{org}/access/v1/evaluations" evaluations::evaluate_all;
    Secret post "/orgs/{org}/access/v1/search/subject" search::subjects;
    Secret post "/orgs/{org}/access/v1/search/resource" search::resources;
    Key post "/orgs/{org}/access/v1/search/action" search::actions;

    Reader get "/v1/orgs/{org}" organization::show;
    Reader get "/v1/orgs/{org}/products" catalogs::list;
    Reader get "/v1/orgs/{org}/products/{product}" catalogs::show;
    Reader get "/v1/orgs/{org}/products/{product}/catalog" catalogs::source;
    Reader get "/v1/orgs/{org}/resources" resources::list;
    Reader get "/v1/orgs/{org}/resources/{*resource}" resources::show;
    Reader get "/v1/orgs/{org}/users" subjects::users;
    Reader get "/v1/orgs/{org}/users/{id}" subjects::user;
    Reader get "/v1/orgs/{org}/groups" subjects::groups;
    Reader get "/v1/orgs/{org}/groups/{id}" subjects::group;
    Reader get "/v1/orgs/{org}/groups/{id}/members" subjects::members;
    Reader get "/v1/orgs/{org}/api-keys" subjects::api_keys;
    Reader get "/v1/orgs/{org}/api-keys/{id}" subjects::api_key;
    Reader get "/v1/orgs/{org}/roles" roles::list;
    Reader get "/v1/orgs/{org}/roles/{product}/{role}" roles::show;
    Reader get "/v1/orgs/{org}/assignments" assignments::list;
    Reader get "/v1/orgs/{org}/relations" relations::list;
    Reader get "/v1/orgs/{org}/budgets" budgets::list;
    Reader get "/v1/orgs/{org}/changes" changes::list;
    Reader get "/v1/orgs/{org}/matrix" matrix::show;
    Reader get "/v1/orgs/{org}/export" export::show;
    Writer post "/v1/orgs/{org}/apply" apply::apply;
    Reader get "/v1/orgs/{org}/approvals" approvals::list;
    Secret post "/v1/orgs/{org}/approvals" approvals::request;
    Secret get "/v1/orgs/{org}/approvals/{id}" approvals::show;
    Secret post "/v1/orgs/{org}/approvals/{id}/approve" approvals::approve;
    Secret post "/v1/orgs/{org}/approvals/{id}/deny" approvals::deny;
    Secret post "/v1/orgs/{org}/approvals/{id}/use" approvals::use_once;
    Secret post "/v1/orgs/{org}/approvals/{id}/cancel" approvals::cancel;
}

/// The router with all routes and everything around them.
pub fn router(app: Arc<App>) -> Router {
    let routes = assembled()
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed });
    middleware::around(routes, &app).with_state(app)
}

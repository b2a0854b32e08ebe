//! Every route, once: for the router, for the counters, for the OpenAPI document, and for the test that walks them all.
//!
//! A route is one line: who may pass, method, path, handler, tag, name and what it does. What it takes and answers is
//! not written here: [`crate::openapi`] reads it from the types of the handler.

use crate::admin::{
    apply, approvals, assignments, budgets, catalogs, changes, export, matrix, organization, relations,
    resources, roles, seats, subjects,
};
use crate::app::App;
use crate::authzen::{evaluation, evaluations, metadata, search};
use crate::error::Error;
use crate::openapi::{Operation, describe};
use crate::{docs, middleware, ops};
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
    /// Secret API keys and people, whose sight decides what is there for them.
    Member,
    /// Secret API keys that may read the whole organization.
    Reader,
    /// Secret API keys that administer something.
    Writer,
}

impl Access {
    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Key => "key",
            Self::Secret => "secret",
            Self::Member => "member",
            Self::Reader => "reader",
            Self::Writer => "writer",
        }
    }
}

/// One route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Who may pass.
    pub access: Access,
    /// `get`, `post`, `put`, `patch` or `delete`.
    pub method: &'static str,
    /// The path, parameters in braces.
    pub path: &'static str,
    /// What it belongs to.
    pub tag: &'static str,
    /// Its name, the `operationId`.
    pub id: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What its handler takes and answers.
    pub describe: fn(&mut Operation<'_>),
}

macro_rules! routes {
    ($($access:ident $method:ident $path:literal $handler:path: $tag:literal $id:ident $summary:literal;)*) => {
        /// All routes.
        pub const ROUTES: &[Route] = &[
            $(Route {
                access: Access::$access,
                method: stringify!($method),
                path: $path,
                tag: $tag,
                id: stringify!($id),
                summary: $summary,
                describe: |operation| describe(&$handler, operation),
            }),*
        ];

        fn assembled() -> Router<Arc<App>> {
            Router::new()$(.route($path, axum::routing::$method($handler)))*
        }
    };
}

routes! {
    Open get "/livez" ops::livez: "Operations" livez "Whether the process is there";
    Open get "/readyz" ops::readyz: "Operations" readyz "Whether requests should be sent here";
    Open get "/openapi.json" docs::openapi: "Operations" openapi "This document";
    Secret get "/metrics" ops::metrics: "Operations" metrics "Numbers for Prometheus";

    Key get "/.well-known/authzen-configuration" metadata::root: "AuthZEN" authzen_metadata "Where this decision point offers what";
    Key get "/.well-known/authzen-configuration/orgs/{org}" metadata::organization: "AuthZEN" authzen_metadata_of "The same for one organization";
    Key post "/access/v1/evaluation" evaluation::evaluate: "AuthZEN" evaluate "Decides one question";
    Key post "/access/v1/evaluations" evaluations::evaluate_all: "AuthZEN" evaluate_all "Decides many questions";
    Secret post "/access/v1/search/subject" search::subjects: "AuthZEN" search_subjects "Who may do this on that";
    Secret post "/access/v1/search/resource" search::resources: "AuthZEN" search_resources "On what somebody may do this";
    Key post "/access/v1/search/action" search::actions: "AuthZEN" search_actions "What somebody may do on this";
    Key post "/orgs/{org}/access/v1/evaluation" evaluation::evaluate: "AuthZEN" evaluate_of "Decides one question";
    Key post "/orgs/{org}/access/v1/evaluations" evaluations::evaluate_all: "AuthZEN" evaluate_all_of "Decides many questions";
    Secret post "/orgs/{org}/access/v1/search/subject" search::subjects: "AuthZEN" search_subjects_of "Who may do this on that";
    Secret post "/orgs/{org}/access/v1/search/resource" search::resources: "AuthZEN" search_resources_of "On what somebody may do this";
    Key post "/orgs/{org}/access/v1/search/action" search::actions: "AuthZEN" search_actions_of "What somebody may do on this";

    Member get "/v1/orgs/{org}" organization::show: "Organization" show_organization "How large it is, and where its log stands";
    Member get "/v1/orgs/{org}/products" catalogs::list: "Products" list_products "The enabled products";
    Member get "/v1/orgs/{org}/products/{product}" catalogs::show: "Products" show_product "One product with its types, permissions and pools";
    Member get "/v1/orgs/{org}/products/{product}/catalog" catalogs::source: "Products" show_catalog "The text of its catalog";
    Member get "/v1/orgs/{org}/resources" resources::list: "Resources" list_resources "The tree, or the children of a node";
    Member get "/v1/orgs/{org}/resources/{*resource}" resources::show: "Resources" show_resource "One node with its ancestors";
    Member get "/v1/orgs/{org}/users" subjects::users: "Users" list_users "People";
    Member get "/v1/orgs/{org}/users/{id}" subjects::user: "Users" show_user "One user with groups and assignments";
    Member get "/v1/orgs/{org}/groups" subjects::groups: "Groups" list_groups "Groups";
    Member get "/v1/orgs/{org}/groups/{id}" subjects::group: "Groups" show_group "One group with assignments";
    Member get "/v1/orgs/{org}/groups/{id}/members" subjects::members: "Groups" list_members "Who is in a group";
    Member get "/v1/orgs/{org}/api-keys" subjects::api_keys: "API keys" list_api_keys "API keys";
    Member get "/v1/orgs/{org}/api-keys/{id}" subjects::api_key: "API keys" show_api_key "One API key with assignments";
    Member get "/v1/orgs/{org}/roles" roles::list: "Roles" list_roles "System and custom roles";
    Member get "/v1/orgs/{org}/roles/{product}/{role}" roles::show: "Roles" show_role "One role with all that it grants";
    Member get "/v1/orgs/{org}/assignments" assignments::list: "Assignments" list_assignments "Who holds which role where";
    Member get "/v1/orgs/{org}/relations" relations::list: "Relations" list_relations "Facts between resources and subjects";
    Member get "/v1/orgs/{org}/budgets" budgets::list: "Budgets" list_budgets "Amounts per period";
    Member get "/v1/orgs/{org}/seat-pools" seats::list: "Products" list_seat_pools "How many users may hold roles of a pool, and how many do";
    Member get "/v1/orgs/{org}/changes" changes::list: "Changes" list_changes "The log: who changed what when";
    Member get "/v1/orgs/{org}/matrix" matrix::show: "Products" show_matrix "Roles × permissions of a product";
    Reader get "/v1/orgs/{org}/export" export::show: "Organization" export_organization "The organization as a file";
    Writer post "/v1/orgs/{org}/apply" apply::apply: "Organization" apply_file "Applies an organization file";
    Member get "/v1/orgs/{org}/approvals" approvals::list: "Approvals" list_approvals "Approvals";
    Secret post "/v1/orgs/{org}/approvals" approvals::request: "Approvals" request_approval "Files a request";
    Secret get "/v1/orgs/{org}/approvals/{id}" approvals::show: "Approvals" show_approval "One approval";
    Secret post "/v1/orgs/{org}/approvals/{id}/approve" approvals::approve: "Approvals" approve_approval "Approves it";
    Secret post "/v1/orgs/{org}/approvals/{id}/deny" approvals::deny: "Approvals" deny_approval "Denies it";
    Secret post "/v1/orgs/{org}/approvals/{id}/use" approvals::use_once: "Approvals" use_approval "Asks the question again and uses the approval up";
    Secret post "/v1/orgs/{org}/approvals/{id}/cancel" approvals::cancel: "Approvals" cancel_approval "Withdraws it";
}

/// The router with all routes and everything around them.
pub fn router(app: Arc<App>) -> Router {
    let routes = assembled()
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed });
    middleware::around(routes, &app).with_state(app)
}

//! Every route, once: for the router, for the counters, for the OpenAPI document, and for the test that walks them all.
//!
//! A route is one line: who may pass, method, path, handler, tag, name and what it does. What it takes and answers is
//! not written here: [`crate::openapi`] reads it from the types of the handler.

use crate::admin::{
    apply, approvals, assignments, budgets, catalogs, changes, export, matrix, me, names, organization,
    relations, resources, review, roles, seats, stream, subjects, verification, writes,
};
use crate::app::App;
use crate::authzen::{evaluation, evaluations, metadata, search};
use crate::error::Error;
use crate::openapi::{Operation, describe};
use crate::signin::{impersonation, invitations, offer, oidc, passwords, sessions, setup};
use crate::{console, docs, middleware, ops};
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
    /// Anyone who brings what the body asks for: a password, or a link's token.
    Visitor,
    /// People who signed in; API keys have no session.
    Session,
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
            Self::Visitor => "visitor",
            Self::Session => "session",
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
    Open get "/" console::start: "Operations" console "The console, in a browser";
    Open get "/assets/{file}" console::asset: "Operations" console_asset "A file of the console";
    Open get "/livez" ops::livez: "Operations" livez "Whether the process is there";
    Open get "/readyz" ops::readyz: "Operations" readyz "Whether requests should be sent here";
    Open get "/openapi.json" docs::openapi: "Operations" openapi "This document";
    Open get "/docs" docs::page: "Operations" docs "The OpenAPI document, to read in a browser";
    Open get "/docs/docs.js" docs::script: "Operations" docs_script "The page's script";
    Open get "/docs/docs.css" docs::style: "Operations" docs_style "The page's style";
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
    Member get "/v1/me" me::show: "Me" show_me "Who I am, where I start, what I may administer";
    Member get "/v1/orgs/{org}/me" me::show: "Me" show_me_of "The same, in this organization";
    Member get "/v1/orgs/{org}/names" names::list: "Organization" list_names "The names of users, groups and API keys, many at once";
    Member get "/v1/orgs/{org}/products" catalogs::list: "Products" list_products "The enabled products";
    Member get "/v1/orgs/{org}/products/{product}" catalogs::show: "Products" show_product "One product with its types, permissions and pools";
    Member get "/v1/orgs/{org}/products/{product}/catalog" catalogs::source: "Products" show_catalog "The text of its catalog";
    Member get "/v1/orgs/{org}/resources" resources::list: "Resources" list_resources "The tree, or the children of a node";
    Member get "/v1/orgs/{org}/resources/{*resource}" resources::show: "Resources" show_resource "One node with its ancestors";
    Writer put "/v1/orgs/{org}/resources/{*resource}" writes::resources::put: "Resources" put_resource "Registers a resource, moves it or describes it anew";
    Writer patch "/v1/orgs/{org}/resources/{*resource}" writes::resources::patch: "Resources" patch_resource "Changes a resource";
    Writer delete "/v1/orgs/{org}/resources/{*resource}" writes::resources::delete: "Resources" delete_resource "Removes a resource without children";
    Member get "/v1/orgs/{org}/users" subjects::users: "Users" list_users "People";
    Member get "/v1/orgs/{org}/users/{id}" subjects::user: "Users" show_user "One user with groups and assignments";
    Writer post "/v1/orgs/{org}/users" writes::users::create: "Users" create_user "Adds a user";
    Writer put "/v1/orgs/{org}/users/{id}" writes::users::put: "Users" put_user "Adds or replaces a user";
    Writer patch "/v1/orgs/{org}/users/{id}" writes::users::patch: "Users" patch_user "Changes a user";
    Writer delete "/v1/orgs/{org}/users/{id}" writes::users::delete: "Users" delete_user "Removes a user with all that it holds";
    Writer post "/v1/orgs/{org}/users/{id}/suspend" writes::users::suspend: "Users" suspend_user "Bars a user for a while";
    Writer post "/v1/orgs/{org}/users/{id}/activate" writes::users::activate: "Users" activate_user "Lets a user act";
    Writer post "/v1/orgs/{org}/users/{id}/deactivate" writes::users::deactivate: "Users" deactivate_user "Retires a user; assignments are kept for the record";
    Member get "/v1/orgs/{org}/groups" subjects::groups: "Groups" list_groups "Groups";
    Member get "/v1/orgs/{org}/groups/{id}" subjects::group: "Groups" show_group "One group with assignments";
    Member get "/v1/orgs/{org}/groups/{id}/members" subjects::members: "Groups" list_members "Who is in a group";
    Writer put "/v1/orgs/{org}/groups/{id}" writes::groups::put: "Groups" put_group "Adds or replaces a group";
    Writer patch "/v1/orgs/{org}/groups/{id}" writes::groups::patch: "Groups" patch_group "Changes a group";
    Writer delete "/v1/orgs/{org}/groups/{id}" writes::groups::delete: "Groups" delete_group "Removes a group with all that it holds";
    Writer put "/v1/orgs/{org}/groups/{id}/members/{member}" writes::groups::put_member: "Groups" put_member "Puts a subject into a group";
    Writer delete "/v1/orgs/{org}/groups/{id}/members/{member}" writes::groups::delete_member: "Groups" delete_member "Takes a subject out of a group";
    Member get "/v1/orgs/{org}/api-keys" subjects::api_keys: "API keys" list_api_keys "API keys";
    Member get "/v1/orgs/{org}/api-keys/{id}" subjects::api_key: "API keys" show_api_key "One API key with assignments";
    Writer post "/v1/orgs/{org}/api-keys" writes::api_keys::create: "API keys" create_api_key "Makes an API key; the answer shows its secret, once";
    Writer patch "/v1/orgs/{org}/api-keys/{id}" writes::api_keys::patch: "API keys" patch_api_key "Changes an API key";
    Writer delete "/v1/orgs/{org}/api-keys/{id}" writes::api_keys::delete: "API keys" delete_api_key "Removes an API key with all that it holds";
    Writer post "/v1/orgs/{org}/api-keys/{id}/rotate" writes::api_keys::rotate: "API keys" rotate_api_key "Gives an API key a new secret; the old one works for a while";
    Writer post "/v1/orgs/{org}/api-keys/{id}/revoke" writes::api_keys::revoke: "API keys" revoke_api_key "Revokes an API key for good";
    Writer post "/v1/orgs/{org}/api-keys/{id}/take-over" writes::api_keys::take_over: "API keys" take_over_api_key "Makes the caller answer for an API key";
    Member get "/v1/orgs/{org}/roles" roles::list: "Roles" list_roles "System and custom roles";
    Member get "/v1/orgs/{org}/roles/{product}/{role}" roles::show: "Roles" show_role "One role with all that it grants";
    Writer post "/v1/orgs/{org}/roles" writes::roles::create: "Roles" create_role "Makes a custom role";
    Writer put "/v1/orgs/{org}/roles/{product}/{role}" writes::roles::put: "Roles" put_role "Makes or replaces a custom role";
    Writer patch "/v1/orgs/{org}/roles/{product}/{role}" writes::roles::patch: "Roles" patch_role "Changes a custom role";
    Writer post "/v1/orgs/{org}/roles/{product}/{role}/deletion" writes::roles::deletion: "Roles" ask_role_deletion "Who would lose a custom role, and a token that confirms its deletion; writes nothing";
    Writer delete "/v1/orgs/{org}/roles/{product}/{role}" writes::roles::delete: "Roles" delete_role "Deletes a custom role, as confirmed";
    Writer post "/v1/orgs/{org}/roles/{product}/{role}/duplicate" writes::roles::duplicate: "Roles" duplicate_role "Makes a custom role that begins as a copy";
    Writer put "/v1/orgs/{org}/roles/{product}/{role}/overlay" writes::roles::put_overlay: "Roles" put_overlay "Sets the difference from a system role's default grants";
    Writer delete "/v1/orgs/{org}/roles/{product}/{role}/overlay" writes::roles::delete_overlay: "Roles" delete_overlay "Gives a system role its default grants again";
    Member get "/v1/orgs/{org}/assignments" assignments::list: "Assignments" list_assignments "Who holds which role where";
    Writer post "/v1/orgs/{org}/assignments" writes::assignments::assign: "Assignments" assign "Gives roles, and takes some in the same step";
    Writer patch "/v1/orgs/{org}/assignments" writes::assignments::patch: "Assignments" patch_assignment "Changes an assignment's approver, time or parameters";
    Writer delete "/v1/orgs/{org}/assignments" writes::assignments::unassign: "Assignments" unassign "Takes a role";
    Member get "/v1/orgs/{org}/relations" relations::list: "Relations" list_relations "Facts between resources and subjects";
    Writer post "/v1/orgs/{org}/relations" writes::facts::relate: "Relations" put_relation "Writes a relation";
    Writer delete "/v1/orgs/{org}/relations" writes::facts::unrelate: "Relations" delete_relation "Removes a relation";
    Member get "/v1/orgs/{org}/budgets" budgets::list: "Budgets" list_budgets "Amounts per period";
    Member get "/v1/orgs/{org}/seat-pools" seats::list: "Products" list_seat_pools "How many users may hold roles of a pool, and how many do";
    Writer put "/v1/orgs/{org}/budgets" writes::facts::put_budget: "Budgets" put_budget "Sets a budget";
    Writer delete "/v1/orgs/{org}/budgets" writes::facts::delete_budget: "Budgets" delete_budget "Removes a budget";
    Writer put "/v1/orgs/{org}/seat-limits/{product}/{pool}" writes::facts::put_seat_limit: "Products" put_seat_limit "Sets a seat pool's limit";
    Writer delete "/v1/orgs/{org}/seat-limits/{product}/{pool}" writes::facts::delete_seat_limit: "Products" delete_seat_limit "Gives a seat pool the limit of its catalog again";
    Writer post "/v1/orgs/{org}/products/{product}/enable" writes::products::enable: "Products" enable_product "Enables a product";
    Writer post "/v1/orgs/{org}/products/{product}/upgrade" writes::products::upgrade: "Products" upgrade_product "Brings a product to the catalog that the server has";
    Writer post "/v1/orgs/{org}/products/{product}/disable" writes::products::disable: "Products" disable_product "Disables a product without resources";
    Writer post "/v1/orgs/{org}/batch" writes::batch::batch: "Organization" batch "Carries out many commands as one step";
    Member get "/v1/orgs/{org}/changes/stream" stream::stream: "Changes" stream_changes "The tail of the log, as server-sent events";
    Writer post "/v1/orgs/{org}/changes/{revision}/undo" writes::undo::undo: "Changes" undo_change "Sets back what an entry of the log did";
    Member get "/v1/orgs/{org}/review/assigned-users" review::held::assigned: "Review" assigned_users "AssignedUsers: to whom a role is assigned";
    Member get "/v1/orgs/{org}/review/authorized-users" review::held::authorized: "Review" authorized_users "AuthorizedUsers: who holds a role, and in which ways";
    Member get "/v1/orgs/{org}/review/assigned-roles" review::held::assigned_to: "Review" assigned_roles "AssignedRoles: what a subject holds itself";
    Member get "/v1/orgs/{org}/review/authorized-roles" review::held::authorized_for: "Review" authorized_roles "AuthorizedRoles: all that a subject holds, active or dormant";
    Member get "/v1/orgs/{org}/review/role-permissions" review::permissions::of_role: "Review" role_permissions "RolePermissions: own, inherited, refused";
    Member get "/v1/orgs/{org}/review/role-operations" review::permissions::of_role_on: "Review" role_operations "RoleOperationsOnObject";
    Member get "/v1/orgs/{org}/review/user-permissions" review::permissions::of_user: "Review" user_permissions "UserPermissions: what a subject may do, and where";
    Member get "/v1/orgs/{org}/review/user-operations" review::permissions::of_user_on: "Review" user_operations "UserOperationsOnObject";
    Member post "/v1/orgs/{org}/review/explain" review::explain::explain: "Review" explain "Why somebody may or may not do this on that, and how they could be given it";
    Member get "/v1/orgs/{org}/review/controls" review::permissions::controls: "Review" controls "What a screen of a product shows somebody at a resource";
    Member get "/v1/orgs/{org}/review/who-can" review::permissions::who: "Review" who_can "Who may do this on that, and why";
    Member get "/v1/orgs/{org}/review/separation-sets" review::separation::sets: "Review" separation_sets "SsdRoleSets: sets of roles of which one may hold only so many";
    Member get "/v1/orgs/{org}/review/separation-violations" review::separation::violated: "Review" separation_violations "Who holds too many roles of a set";
    Member get "/v1/orgs/{org}/review/assignable-roles" review::authority::assignable: "Review" assignable_roles "What may be given to somebody somewhere, and why the rest may not";
    Member get "/v1/orgs/{org}/review/administered-by" review::authority::administrators: "Review" administered_by "Who could change an assignment";
    Member get "/v1/orgs/{org}/review/administrators" review::health::administrators: "Review" administrators "Who administers what, and how much that reaches";
    Member get "/v1/orgs/{org}/review/advisories" review::health::advisories: "Review" advisories "The advice of catalogs that is due, and about whom";
    Member get "/v1/orgs/{org}/review/dominated-roles" review::roles::dominated: "Review" dominated_roles "Roles that give nothing that another one does not give";
    Reader get "/v1/orgs/{org}/review/unused-roles" review::roles::unused: "Review" unused_roles "Roles that nobody holds";
    Member get "/v1/orgs/{org}/review/dead-roles" review::roles::dead: "Review" dead_roles "Roles by which nobody can ever do anything";
    Member get "/v1/orgs/{org}/review/least-roles" review::roles::least: "Review" least_roles "The least role that gives a permission at a resource";
    Member get "/v1/orgs/{org}/review/diff/roles" review::diff::roles: "Review" diff_roles "How two roles differ";
    Reader get "/v1/orgs/{org}/review/diff/subjects" review::diff::subjects: "Review" diff_subjects "What one may do that another may not";
    Member get "/v1/orgs/{org}/review/diff/revisions" review::diff::revisions: "Review" diff_revisions "What differs between two revisions";
    Member get "/v1/orgs/{org}/changes" changes::list: "Changes" list_changes "The log: who changed what when";
    Reader get "/v1/orgs/{org}/changes/verification" verification::verify: "Changes" verify_changes "Whether the stored log is whole";
    Member get "/v1/orgs/{org}/matrix/table" matrix::table: "Products" show_matrix_table "The matrix as a screen draws it, with the organization's own roles";
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

    Visitor post "/v1/setup" setup::setup: "Sign-in" set_up "Becomes the first administrator with the setup link";
    Open get "/v1/sign-in" offer::show: "Sign-in" show_sign_in "What a sign-in page offers";
    Visitor post "/v1/sign-in" sessions::sign_in: "Sign-in" sign_in "Signs in with a password";
    Visitor get "/v1/oidc/start" oidc::start: "Sign-in" start_oidc "Signs in through the OpenID Connect provider";
    Visitor get "/v1/oidc/callback" oidc::callback: "Sign-in" finish_oidc "Where the provider sends the browser back to";
    Session get "/v1/session" sessions::session: "Sign-in" show_session "Who is signed in, and as whom they act";
    Session post "/v1/session/organization" sessions::change_over: "Sign-in" change_organization "Changes over to another organization that the browser is signed in to";
    Session post "/v1/sign-out" sessions::sign_out: "Sign-in" sign_out "Signs this browser out";
    Session post "/v1/sign-out-everywhere" sessions::sign_out_everywhere: "Sign-in" sign_out_everywhere "Ends all sessions of a user";
    Session get "/v1/sessions" sessions::list: "Sign-in" list_sessions "One's own sessions";
    Session delete "/v1/sessions/{id}" sessions::end: "Sign-in" end_session "Ends one of one's own sessions";
    Session post "/v1/password" passwords::change: "Sign-in" change_password "Changes one's own password";
    Visitor post "/v1/password/reset" passwords::reset: "Sign-in" reset_password "Chooses a new password with a link";
    Secret post "/v1/orgs/{org}/users/{id}/reset-link" passwords::reset_link: "Users" issue_reset_link "Makes a link with which a user chooses a new password";
    Secret get "/v1/orgs/{org}/invitations" invitations::list: "Invitations" list_invitations "Who is invited and has not come yet";
    Secret post "/v1/orgs/{org}/invitations" invitations::invite: "Invitations" invite "Invites somebody, with roles and groups";
    Secret post "/v1/orgs/{org}/invitations/{user}/resend" invitations::resend: "Invitations" resend_invitation "Sends a new link; the old one is void";
    Secret delete "/v1/orgs/{org}/invitations/{user}" invitations::revoke: "Invitations" revoke_invitation "Withdraws an invitation";
    Visitor post "/v1/invitations/accept" invitations::accept: "Sign-in" accept_invitation "Joins with the link of an invitation";
    Session post "/v1/orgs/{org}/impersonation" impersonation::begin: "Sign-in" begin_impersonation "Begins to act as somebody else";
    Session delete "/v1/impersonation" impersonation::end: "Sign-in" end_impersonation "Acts as oneself again";
}

/// The router with all routes and everything around them.
pub fn router(app: Arc<App>) -> Router {
    let routes =
        assembled().fallback(console::page).method_not_allowed_fallback(|| async { Error::MethodNotAllowed });
    middleware::around(routes, &app).with_state(app)
}

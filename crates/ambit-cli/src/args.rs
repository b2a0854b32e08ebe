//! What can be typed, with examples.

use ambit_model::{OrgId, ResourceRef, SubjectRef, Timestamp};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Who may do what, where, and what the screen shows when they may not.
#[derive(Debug, Parser)]
#[command(name = "ambit", version, about, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Where the data lives.
    #[arg(long, global = true, value_name = "DIR", env = "AMBIT_DATA", default_value = "data")]
    pub data: PathBuf,

    /// A folder with catalogs (`<product>.yaml`) that replace those that come with Ambit.
    #[arg(long, global = true, value_name = "DIR", env = "AMBIT_CATALOGS")]
    pub catalogs: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve AuthZEN and the Admin API over HTTP.
    #[command(
        after_help = "Examples:\n  ambit serve\n  ambit serve --demo --listen 127.0.0.1:8420\n  ambit serve --data /var/lib/ambit --base-url https://access.example.com"
    )]
    Serve(ServeArgs),
    /// May this subject do this on this resource? Exit status 0 allow, 1 deny, 3 needs approval.
    #[command(
        after_help = "Examples:\n  ambit check --org acme user:alice pages.publish commerce/page:home\n  ambit check --file acme.yaml user:bob orders.place commerce/website:main --context '{\"amount\":\"120.00\",\"currency\":\"EUR\"}'\n  ambit check user:alice pages.publish commerce/page:new --parent commerce/website:main --as-of 2026-03-03T12:00:00Z"
    )]
    Check(CheckArgs),
    /// The same, saying why in full, and what would be nearest to access.
    #[command(
        after_help = "Example:\n  ambit explain --file acme.yaml user:alice pages.publish commerce/page:home"
    )]
    Explain(CheckArgs),
    /// Who may, on what, what: the three searches.
    #[command(
        after_help = "Examples:\n  ambit search subjects pages.publish commerce/page:home\n  ambit search resources user:alice rules.edit constructor/index\n  ambit search actions user:alice commerce/page:home"
    )]
    Search(SearchArgs),
    /// Who holds what, who may do what, who could change it, and how two roles, subjects or revisions differ.
    #[command(
        after_help = "Examples:\n  ambit review authorized-roles user:alice\n  ambit review who-can pages.publish commerce/page:home --as-of 2026-03-03T12:00:00Z\n  ambit review administered-by commerce/buyer3 instance:shop-us\n  ambit review diff-revisions 40"
    )]
    Review(crate::commands::review::ReviewArgs),
    /// The roles × permissions table of a product.
    #[command(
        after_help = "Examples:\n  ambit matrix --product commerce --format csv\n  ambit matrix --product pim\n  ambit matrix --product commerce --org acme      (with the organization's overlays)"
    )]
    Matrix(MatrixArgs),
    /// Check, show, test and draw catalogs.
    #[command(
        after_help = "Examples:\n  ambit catalog lint catalogs/pim.yaml\n  ambit catalog show pim\n  ambit catalog test\n  ambit catalog graph commerce --format mermaid"
    )]
    Catalog(CatalogArgs),
    /// Make an organization as a file says: print the plan, then apply it, all or nothing.
    #[command(
        after_help = "Examples:\n  ambit apply acme.yaml\n  ambit apply --dry-run acme.yaml\n  ambit apply --actor user:root change.yaml\n  ambit apply --prune acme.yaml      (what the file does not mention is taken away)"
    )]
    Apply(ApplyArgs),
    /// Print what `apply` would do.
    Plan(ApplyArgs),
    /// Create an organization from an exported file; refused if it exists.
    Import(ApplyArgs),
    /// Write an organization as a file.
    #[command(after_help = "Example:\n  ambit export --org acme > acme.yaml")]
    Export(ExportArgs),
    /// Verify and show the log.
    #[command(
        after_help = "Examples:\n  ambit log verify\n  ambit log show --from 10 --limit 5\n  ambit log head --org acme"
    )]
    Log(LogArgs),
    /// Create, list and revoke API keys.
    #[command(
        after_help = "Examples:\n  ambit key create --org acme backend\n  ambit key create shop --kind public --origin https://shop.acme.example\n  ambit key list"
    )]
    Key(KeyArgs),
    /// List users and show one with the roles that it holds.
    #[command(after_help = "Examples:\n  ambit user list\n  ambit user show alice")]
    User(UserArgs),
    /// Copy the data to a file while it is in use.
    Backup(BackupArgs),
    /// Bring a backup back into the data folder; the server must be stopped.
    Restore(BackupArgs),
    /// The OpenAPI document of the server.
    #[command(after_help = "Example:\n  ambit openapi > openapi.json")]
    Openapi,
    /// Completions for a shell.
    #[command(after_help = "Example:\n  ambit completions bash > /etc/bash_completion.d/ambit")]
    Completions(CompletionsArgs),
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// A revision, or an instant.
#[derive(Debug, Clone, Copy)]
pub enum AsOf {
    /// After this revision.
    Revision(u64),
    /// At this instant.
    Instant(Timestamp),
}

/// Reads a revision or an instant.
///
/// # Errors
/// If it is neither.
pub fn parse_as_of(text: &str) -> Result<AsOf, String> {
    if let Ok(revision) = text.parse() {
        return Ok(AsOf::Revision(revision));
    }
    let refuse = |_| format!("`{text}` is neither a revision nor an instant such as 2026-03-03T12:00:00Z");
    text.parse().map(AsOf::Instant).map_err(refuse)
}

fn parse_json(text: &str) -> Result<ambit_model::Properties, String> {
    serde_json::from_str(text).map_err(|error| format!("not a JSON object: {error}"))
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("`{text}` is not an instant such as 2026-03-03T12:00:00Z"))
}

/// Which organization, and when.
#[derive(Debug, Args)]
pub struct Where {
    /// The organization; may be left out where there is only one.
    #[arg(long, global = true, value_name = "ORG")]
    pub org: Option<String>,
    /// Ask an organization file instead of the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The state as of a revision or an instant.
    #[arg(long, global = true, value_name = "REVISION|INSTANT", value_parser = parse_as_of, conflicts_with = "file")]
    pub as_of: Option<AsOf>,
    /// The instant of the question; now if absent.
    #[arg(long, global = true, value_name = "INSTANT", value_parser = parse_time)]
    pub time: Option<Timestamp>,
    /// Take vendor-only roles of the file over without a warning.
    #[arg(long, global = true)]
    pub vendor: bool,
    /// How to print.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Format,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The address to listen at.
    #[arg(long, default_value = "127.0.0.1:8420", env = "AMBIT_LISTEN")]
    pub listen: SocketAddr,
    /// The address by which clients know the server, for discovery documents.
    #[arg(long, env = "AMBIT_BASE_URL")]
    pub base_url: Option<String>,
    /// Create the demo organization first, if there is none.
    #[arg(long)]
    pub demo: bool,
    /// Logs as JSON lines.
    #[arg(long)]
    pub log_json: bool,
    /// Serves the console that was built into this folder, instead of the one in this program.
    #[arg(long, env = "AMBIT_CONSOLE", value_name = "DIR")]
    pub console: Option<PathBuf>,
    /// How people sign in.
    #[command(flatten)]
    pub sign_in: SignInArgs,
}

/// How people sign in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct SignInArgs {
    /// Sessions end after this many hours without a request.
    #[arg(long, default_value_t = 8, value_name = "HOURS", value_parser = clap::value_parser!(u16).range(1..))]
    pub session_idle: u16,
    /// Sessions end after this many days in any case.
    #[arg(long, default_value_t = 14, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    pub session_days: u16,
    /// Passwords that are not taken: one on each line, or its SHA-1 in hexadecimal.
    #[arg(long, value_name = "FILE")]
    pub breached_passwords: Option<PathBuf>,
    /// The OpenID Connect provider that knows the people, exactly as its tokens name it.
    #[arg(long, env = "AMBIT_OIDC_ISSUER", value_name = "URL", requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,
    /// The name of this server there; the address to come back to is BASE_URL/v1/oidc/callback.
    #[arg(long, env = "AMBIT_OIDC_CLIENT_ID", value_name = "ID", requires = "oidc_client_secret_file")]
    pub oidc_client_id: Option<String>,
    /// The file with the secret of this server there.
    #[arg(long, env = "AMBIT_OIDC_CLIENT_SECRET_FILE", value_name = "FILE", requires = "oidc_issuer")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// The organization whose users come this way; needed where there are several.
    #[arg(long, env = "AMBIT_OIDC_ORG", value_name = "ORG", requires = "oidc_issuer")]
    pub oidc_org: Option<OrgId>,
    /// How somebody who comes for the first time is found: by an address that the provider has verified, or by the
    /// provider's name for them, which is then the user's id.
    #[arg(long, value_name = "HOW", default_value = "email_verified")]
    pub oidc_link: OidcLinkArg,
    /// The server that sends mail: smtps://user:password@host, or smtp://host.
    #[arg(long, env = "AMBIT_SMTP_URL", hide_env_values = true, value_name = "URL", requires = "mail_from")]
    pub smtp_url: Option<String>,
    /// The address that mail comes from: `Ambit <ambit@acme.example>`.
    #[arg(long, env = "AMBIT_MAIL_FROM", value_name = "ADDRESS", requires = "smtp_url")]
    pub mail_from: Option<String>,
}

/// How somebody from a provider is found at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum OidcLinkArg {
    /// By verified address.
    EmailVerified,
    /// By the provider's name for the person.
    Subject,
}

/// `check` and `explain`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Which organization.
    #[command(flatten)]
    pub at: Where,
    /// Who: `user:alice`, `group:editors`, `api_key:shop`.
    pub subject: String,
    /// What: `pages.publish`, or `commerce/pages.publish`.
    pub permission: String,
    /// On what: `commerce/page:home`.
    pub resource: ResourceRef,
    /// Facts about the circumstances, as a JSON object.
    #[arg(long, value_name = "JSON", value_parser = parse_json)]
    pub context: Option<ambit_model::Properties>,
    /// Facts sent with the resource, as a JSON object.
    #[arg(long, visible_alias = "resource-properties", value_name = "JSON", value_parser = parse_json)]
    pub properties: Option<ambit_model::Properties>,
    /// Facts sent with the subject, as a JSON object.
    #[arg(long, value_name = "JSON", value_parser = parse_json)]
    pub subject_properties: Option<ambit_model::Properties>,
    /// Facts about the action, as a JSON object.
    #[arg(long, value_name = "JSON", value_parser = parse_json)]
    pub action_properties: Option<ambit_model::Properties>,
    /// Where a resource stands that is not registered.
    #[arg(long, value_name = "RESOURCE")]
    pub parent: Option<ResourceRef>,
    /// Say for this subject which roles it may assign.
    #[arg(long, value_name = "SUBJECT")]
    pub asker: Option<SubjectRef>,
}

/// `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Which organization.
    #[command(flatten)]
    pub at: Where,
    /// What to look for.
    #[command(subcommand)]
    pub target: SearchTarget,
    /// Facts about the circumstances, as a JSON object.
    #[arg(long, global = true, value_name = "JSON", value_parser = parse_json)]
    pub context: Option<ambit_model::Properties>,
}

/// What to look for.
#[derive(Debug, Subcommand)]
pub enum SearchTarget {
    /// Who may do this on this resource?
    Subjects {
        /// The permission.
        permission: String,
        /// The resource.
        resource: ResourceRef,
        /// Users, or another kind of subject.
        #[arg(long = "type", default_value = "user")]
        kind: String,
    },
    /// On which resources of a type may this subject do this?
    Resources {
        /// The subject.
        subject: String,
        /// The permission.
        permission: String,
        /// The type: `constructor/index`.
        kind: String,
    },
    /// What may this subject do on this resource?
    Actions {
        /// The subject.
        subject: String,
        /// The resource.
        resource: ResourceRef,
    },
}

/// `matrix`.
#[derive(Debug, Args)]
pub struct MatrixArgs {
    /// The product.
    #[arg(long)]
    pub product: String,
    /// Only this role.
    #[arg(long)]
    pub role: Option<String>,
    /// With the overlays of this organization.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// With the overlays of this organization file.
    #[arg(long, value_name = "FILE", conflicts_with = "org")]
    pub file: Option<PathBuf>,
    /// As of a revision or an instant.
    #[arg(long, value_name = "REVISION|INSTANT", value_parser = parse_as_of, requires = "org")]
    pub as_of: Option<AsOf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `catalog`.
#[derive(Debug, Args)]
pub struct CatalogArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: CatalogAction,
}

/// What to do with catalogs.
#[derive(Debug, Subcommand)]
pub enum CatalogAction {
    /// Check files; every problem with line, column and excerpt.
    Lint {
        /// Catalog files; those that come with Ambit if none are named.
        files: Vec<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show a product: its roles, permissions and rules.
    Show {
        /// The product.
        product: String,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Run the tables of expected decisions.
    Test {
        /// Products, or table files (`….test.yaml` with the catalog beside it); all that come with Ambit if none.
        tables: Vec<String>,
    },
    /// Draw which role includes, requires and administers which.
    Graph {
        /// The product.
        product: String,
        /// The drawing language.
        #[arg(long, value_enum, default_value_t)]
        format: GraphFormat,
    },
    /// Print the JSON Schema for editors.
    Schema,
}

/// A drawing language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum GraphFormat {
    /// Graphviz.
    #[default]
    Dot,
    /// Mermaid, for Markdown.
    Mermaid,
}

/// `apply`, `plan`, `import`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The organization file, YAML or JSON; `-` for standard input.
    pub file: PathBuf,
    /// The organization, if the file does not name it.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// Act as this subject, within its authority; the operator if absent.
    #[arg(long, value_name = "SUBJECT", conflicts_with = "vendor")]
    pub actor: Option<SubjectRef>,
    /// Speak for the vendor: vendor-only roles may be given.
    #[arg(long)]
    pub vendor: bool,
    /// Print the plan and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// With the plan: who would gain and lose which permissions where.
    #[arg(long)]
    pub effects: bool,
    /// Take away what the file does not mention.
    #[arg(long)]
    pub prune: bool,
    /// Replace stored catalogs by those that come with this version, where they differ.
    #[arg(long)]
    pub upgrade_catalogs: bool,
    /// Only if the organization is at this revision.
    #[arg(long, value_name = "REVISION")]
    pub expect_revision: Option<u64>,
    /// Makes repeating the call safe.
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// The instant of the change, for reproducible data; now if absent.
    #[arg(long, value_name = "INSTANT", value_parser = parse_time)]
    pub time: Option<Timestamp>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The organization; may be left out where there is only one.
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// As of a revision or an instant.
    #[arg(long, value_name = "REVISION|INSTANT", value_parser = parse_as_of)]
    pub as_of: Option<AsOf>,
    /// JSON instead of YAML.
    #[arg(long)]
    pub json: bool,
}

/// `log`.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: LogAction,
}

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub enum LogAction {
    /// Follow the hash chain from the first entry to the head.
    Verify {
        /// The organization; all if absent.
        #[arg(long)]
        org: Option<String>,
        /// A head noted earlier, `REVISION:HASH`, that must lie on the chain.
        #[arg(long, value_name = "REVISION:HASH")]
        anchor: Vec<String>,
    },
    /// Print entries.
    Show {
        /// The organization; may be left out where there is only one.
        #[arg(long)]
        org: Option<String>,
        /// From this revision on.
        #[arg(long, default_value_t = 1)]
        from: u64,
        /// At most so many; all if absent.
        #[arg(long)]
        limit: Option<usize>,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the head, to be kept elsewhere as an anchor.
    Head {
        /// The organization; may be left out where there is only one.
        #[arg(long)]
        org: Option<String>,
    },
}

/// `key`.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: KeyAction,
}

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Create a key and print its secret, once.
    Create {
        /// The key's id.
        id: String,
        /// The organization; may be left out where there is only one.
        #[arg(long)]
        org: Option<String>,
        /// Where it may be used.
        #[arg(long, value_enum, default_value_t)]
        kind: KeyKindArg,
        /// For public keys: where from, `https://shop.example`.
        #[arg(long)]
        origin: Vec<String>,
        /// Refused from then on.
        #[arg(long, value_parser = parse_time)]
        expires: Option<Timestamp>,
        /// Let it use the Admin API: gives it admin-center/super_admin at the organization.
        #[arg(long)]
        admin: bool,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List keys; never their secrets.
    List {
        /// The organization; may be left out where there is only one.
        #[arg(long)]
        org: Option<String>,
        /// How to print.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Refuse a key from now on.
    Revoke {
        /// The key's id.
        id: String,
        /// The organization; may be left out where there is only one.
        #[arg(long)]
        org: Option<String>,
    },
}

/// Where a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum KeyKindArg {
    /// On servers.
    #[default]
    Secret,
    /// In browsers.
    Public,
}

/// `user`.
#[derive(Debug, Args)]
pub struct UserArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: UserAction,
}

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// List users.
    List {
        /// Which organization.
        #[command(flatten)]
        at: Where,
    },
    /// Print a link with which somebody becomes the first administrator of an organization; the one before is void.
    SetupLink {
        /// Which organization; with only one, it need not be named.
        #[arg(long)]
        org: Option<String>,
        /// The address by which people know the server.
        #[arg(long, env = "AMBIT_BASE_URL", default_value = "http://127.0.0.1:8420")]
        base_url: String,
    },
    /// Give a user a password, which is read from standard input. All of the user's sessions end.
    Password {
        /// The user's id.
        id: String,
        /// Which organization; with only one, it need not be named.
        #[arg(long)]
        org: Option<String>,
        /// Passwords that are not taken: one on each line, or its SHA-1 in hexadecimal.
        #[arg(long, value_name = "FILE")]
        breached_passwords: Option<PathBuf>,
    },
    /// Show a user and the roles that it holds, with where they come from.
    Show {
        /// The user's id.
        id: String,
        /// Which organization.
        #[command(flatten)]
        at: Where,
    },
}

/// `backup` and `restore`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The backup file.
    pub file: PathBuf,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

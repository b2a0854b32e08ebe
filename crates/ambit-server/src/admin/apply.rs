//! Applying an organization file: the plan, then all of it or nothing, at the log's serial order, with the caller as
//! actor. It goes the way of all writes ([`super::write`]); only its body is a file, in YAML or JSON.

use crate::admin::seen::Params;
use crate::admin::write::{Administrator, Writing, describe_write};
use crate::answer::Written;
use crate::app::App;
use crate::body;
use crate::error::{Error, Result};
use crate::minted::Minted;
use crate::openapi::{Describe, Operation};
use ambit_catalog::organization::{OrganizationFile, parse_organization};
use ambit_engine::View;
use ambit_governance::Proposal;
use ambit_governance::export::prune;
use ambit_governance::file::proposals;
use ambit_model::Timestamp;
use axum::extract::{FromRequest, Request};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What messages call the file that came with a request.
const FILE_NAME: &str = "body";
const TYPES: [&str; 4] = ["application/json", "application/yaml", "application/x-yaml", "text/yaml"];

/// How to apply.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct Wanted {
    /// The file is the whole organization: what it does not mention goes.
    #[serde(default)]
    prune: bool,
}

/// A write whose body is an organization file.
pub struct FileWrite {
    source: Arc<str>,
    writing: Writing,
}

impl FromRequest<Arc<App>> for FileWrite {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        let (request, mut writing) = Writing::opened::<Administrator>(request, app).await?;
        let media_type = body::media_type(request.headers()).unwrap_or_default();
        if !TYPES.iter().any(|known| known.eq_ignore_ascii_case(media_type)) {
            return Err(Error::UnsupportedType(
                "an organization file as application/yaml or application/json",
            ));
        }
        let bytes = body::read(request, app.config.limits.apply_bytes, &app.config.limits).await?;
        let source =
            std::str::from_utf8(&bytes).map_err(|_| Error::bad_request("malformed_file", "not UTF-8"))?;
        let source: Arc<str> = source.into();
        writing.sent(bytes.to_vec());
        Ok(Self { source, writing })
    }
}

impl Describe for FileWrite {
    fn describe(operation: &mut Operation<'_>) {
        operation.text_body("application/yaml");
        operation.body::<serde_json::Map<String, serde_json::Value>>();
        operation.problems(&[415]);
        describe_write(operation);
    }
}

/// `POST /v1/orgs/{org}/apply?dry_run=true&prune=true`
pub async fn apply(Params(wanted): Params<Wanted>, write: FileWrite) -> Result<Written<()>> {
    let FileWrite { source, writing } = write;
    let text = Arc::clone(&source);
    let parsed =
        move || parse_organization(FILE_NAME, &text).map_err(|report| Error::Malformed(report.problems));
    let file = writing.app.heavy(parsed).await?;
    let catalogs = writing.app.config.catalogs.clone();
    let plan = move |view: &View, _: Timestamp| -> Result<Vec<Proposal>> {
        let products: Vec<&str> = catalogs.products().collect();
        let texts = |product: &str| catalogs.source(product);
        read(view, &file, &products, &texts, &source, wanted.prune)
    };
    writing.propose(plan, Minted::default(), |_| None).await
}

fn read(
    view: &View,
    file: &OrganizationFile,
    products: &[&str],
    texts: &dyn Fn(&str) -> Option<String>,
    source: &str,
    pruned: bool,
) -> Result<Vec<Proposal>> {
    let mut wanted = proposals(view, file, products, texts, FILE_NAME, source)
        .map_err(|report| Error::Malformed(report.problems))?;
    if pruned {
        let removals = prune(view, &wanted);
        wanted.extend(removals);
    }
    Ok(wanted)
}

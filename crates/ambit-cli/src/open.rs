//! Where an organization comes from: the data folder, or a file.

use crate::args::{AsOf, Cli, Where};
use crate::output;
use ambit_catalog::organization::{OrganizationFile, parse_organization};
use ambit_catalog::{Catalog, builtin, parse_catalog};
use ambit_engine::View;
use ambit_governance::file::proposals;
use ambit_governance::{Leniency, decide};
use ambit_log::{Clock, Ledger, LedgerOptions, Point, SqliteStorage, SystemClock};
use ambit_model::{Actor, OrgId, Timestamp};
use anyhow::{Context, bail};
use std::path::Path;
use std::sync::Arc;

/// The ledger of the command line and the server.
pub type OrgLedger = Ledger<View>;

/// Now, from the one clock.
#[must_use]
pub fn now() -> Timestamp {
    SystemClock.now()
}

/// Opens the data folder, creating it if asked to.
///
/// # Errors
/// If there is no data, or it cannot be read.
pub fn ledger(data: &Path, create: bool) -> anyhow::Result<OrgLedger> {
    if !create && !SqliteStorage::exists(data) {
        bail!("there is no data in `{}`: create an organization with `ambit apply FILE`", data.display());
    }
    let storage = SqliteStorage::open(data).with_context(|| format!("cannot open `{}`", data.display()))?;
    let progress = output::working("reading the log");
    let ledger = Ledger::open(Arc::new(storage), Arc::new(SystemClock), LedgerOptions::default())?;
    progress.finish_and_clear();
    Ok(ledger)
}

/// The organization that is meant: the one that is named, or the only one.
///
/// # Errors
/// If it does not exist, or several exist and none is named.
pub fn organization(ledger: &OrgLedger, named: Option<&str>) -> anyhow::Result<OrgId> {
    let known = ledger.organizations();
    match (named, known.as_slice()) {
        (Some(name), _) => match known.iter().find(|org| org.as_str() == name) {
            Some(org) => Ok(org.clone()),
            None => {
                let near = ambit_model::suggest::hint(name, known.iter().map(OrgId::as_str));
                bail!("there is no organization `{name}`{near}")
            }
        },
        (None, [only]) => Ok(only.clone()),
        (None, []) => bail!("there is no organization yet: create one with `ambit apply FILE`"),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(OrgId::as_str).collect();
            bail!("name one of the organizations with --org: {}", names.join(", "))
        }
    }
}

/// A state to ask, and the instant of the question.
pub struct Asked {
    /// The state.
    pub view: Arc<View>,
    /// The instant.
    pub time: Timestamp,
}

/// The state that the arguments mean.
///
/// # Errors
/// If there is none, or the file is refused.
pub fn asked(cli: &Cli, at: &Where) -> anyhow::Result<Asked> {
    if let Some(file) = &at.file {
        let time = at.time.unwrap_or_else(now);
        let view = from_file(cli, file, time, at.vendor)?;
        if let (Some(wanted), Some(found)) = (&at.org, view.organization())
            && wanted != found.as_str()
        {
            bail!("`{}` is the organization `{found}`, not `{wanted}`", file.display());
        }
        return Ok(Asked { view: Arc::new(view), time });
    }
    let ledger = ledger(&cli.data, false)?;
    let org = organization(&ledger, at.org.as_deref())?;
    let view = view_at(&ledger, &org, at.as_of)?;
    let then = match at.as_of {
        Some(AsOf::Instant(instant)) => Some(instant),
        Some(AsOf::Revision(_)) => view.time(),
        None => None,
    };
    Ok(Asked { time: at.time.or(then).unwrap_or_else(now), view })
}

/// The state of an organization now, or as of a point.
///
/// # Errors
/// If the log has not come that far.
pub fn view_at(ledger: &OrgLedger, org: &OrgId, as_of: Option<AsOf>) -> anyhow::Result<Arc<View>> {
    let point = match as_of {
        None => return ledger.view(org).with_context(|| format!("there is no organization `{org}`")),
        Some(AsOf::Revision(revision)) => Point::Revision(revision),
        Some(AsOf::Instant(instant)) => Point::Instant(instant),
    };
    let view = ledger.view_at(org, point)?;
    if view.revision() == 0 {
        bail!("the organization `{org}` did not exist then");
    }
    Ok(view)
}

/// An organization that only a file describes.
///
/// # Errors
/// The report, if the file is malformed or refused.
pub fn from_file(cli: &Cli, path: &Path, time: Timestamp, vendor: bool) -> anyhow::Result<View> {
    let source = read(path)?;
    let name = path.display().to_string();
    let file = parse_organization(&name, &source)?;
    let leniency = Leniency { vendor_only: !vendor };
    let (view, warnings) = view_of(&file, &name, &source, cli.catalogs.as_deref(), vendor, leniency, time)?;
    warnings.iter().for_each(|warning| output::warning(&warning.message));
    Ok(view)
}

/// The state that a parsed organization file describes.
///
/// # Errors
/// The report, if the file is refused.
pub fn view_of(
    file: &OrganizationFile,
    name: &str,
    source: &str,
    catalogs: Option<&Path>,
    vendor: bool,
    leniency: Leniency,
    time: Timestamp,
) -> anyhow::Result<(View, Vec<ambit_governance::Warning>)> {
    let empty = View::default();
    let products = products(catalogs);
    let products: Vec<&str> = products.iter().map(String::as_str).collect();
    let lookup = |product: &str| catalog_source(catalogs, product).ok();
    let proposals = proposals(&empty, file, &products, &lookup, name, source)?;
    let decided = decide(&empty, proposals, &Actor::Operator { vendor }, time, leniency)
        .map_err(|refusals| refusals.into_report(name, source))?;
    Ok((decided.next, decided.warnings))
}

/// A file's text; `-` is standard input.
///
/// # Errors
/// If it cannot be read as UTF-8 text.
pub fn read(path: &Path) -> anyhow::Result<String> {
    if path.as_os_str() == "-" {
        return std::io::read_to_string(std::io::stdin()).context("cannot read standard input");
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// The ids of all products that there are catalogs of.
#[must_use]
pub fn products(catalogs: Option<&Path>) -> Vec<String> {
    let mut products: Vec<String> = builtin::products().map(ToOwned::to_owned).collect();
    let files = catalogs.and_then(|dir| std::fs::read_dir(dir).ok()).into_iter().flatten().flatten();
    for file in files {
        let name = file.file_name().to_string_lossy().into_owned();
        let product = name.strip_suffix(".yaml").filter(|product| !product.ends_with(".test"));
        if let Some(product) = product.filter(|product| !products.iter().any(|known| known == product)) {
            products.push(product.to_owned());
        }
    }
    products
}

/// The text of a product's catalog: from the folder if there is one in it, else the one that comes with Ambit.
///
/// # Errors
/// If there is no such product.
pub fn catalog_source(catalogs: Option<&Path>, product: &str) -> anyhow::Result<String> {
    let plain = product.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let file = catalogs.filter(|_| plain).map(|dir| dir.join(format!("{product}.yaml")));
    if let Some(path) = file.filter(|path| path.exists()) {
        return read(&path);
    }
    match builtin::source(product) {
        Some(source) => Ok(source.to_owned()),
        None => {
            let known = products(catalogs);
            let near = ambit_model::suggest::hint(product, known.iter().map(String::as_str));
            bail!("there is no product `{product}`{near}; there are: {}", known.join(", "))
        }
    }
}

/// A product's catalog.
///
/// # Errors
/// If there is no such product, or its catalog is refused.
pub fn catalog(catalogs: Option<&Path>, product: &str) -> anyhow::Result<Catalog> {
    let source = catalog_source(catalogs, product)?;
    let (catalog, _) = parse_catalog(&format!("{product}.yaml"), &source)?;
    Ok(catalog)
}

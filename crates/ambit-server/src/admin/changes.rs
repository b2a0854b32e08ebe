//! The log: who changed what when. Of an entry one sees the changes that are about what one sees, and nothing of an
//! entry without any. Hashes of secrets are left out, and so are the texts of catalogs, which are long; the digests are
//! those of the entries as they are stored.

use crate::admin::named;
use crate::admin::seen::{Params, Seen, reference};
use crate::admin::subjects::without_hash;
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_engine::View;
use ambit_governance::Sight;
use ambit_governance::plan::describe;
use ambit_governance::review::diff::Thing;
use ambit_log::{Ledger, Recorded};
use ambit_model::{Actor, Change, Entry, ResourceRef, SubjectRef, Timestamp};
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How many entries are given when nobody says, and at most.
const DEFAULT: usize = 100;
const MOST: usize = 1_000;
/// How many entries are read at a time, and looked at for one page: `next` says where to go on.
const READ: usize = 500;
const LOOKED_AT: usize = 20_000;

/// Which entries.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ChangeFilter {
    /// From this revision on; with `order=newest`, from this one back.
    from: Option<u64>,
    /// Which come first: the oldest, or the newest.
    #[serde(default)]
    order: Order,
    /// At most so many.
    limit: Option<usize>,
    /// Made by this subject, or by this one in another's name.
    actor: Option<String>,
    /// With a change to this user, group or API key, or to what it holds.
    subject: Option<String>,
    /// With a change to this resource, or to who holds what on it.
    resource: Option<String>,
    /// With a change of this kind: `assignment_set`, `user_removed`…
    kind: Option<String>,
    /// Made by this subject, or with a change to it.
    about: Option<String>,
    /// Accepted at this instant or later.
    since: Option<String>,
    /// Accepted before this instant.
    until: Option<String>,
    /// A part of what it says in words, or of who made it.
    q: Option<String>,
}

/// Which entries come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// In the order of their revisions.
    #[default]
    Oldest,
    /// In the opposite order.
    Newest,
}

/// Entries of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entries {
    /// In the order that was asked for.
    items: Vec<EntryShown>,
    /// Where to go on, as `from`; none at the end.
    next: Option<u64>,
    /// The revision that was read.
    revision: u64,
}

/// An entry as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryShown {
    /// Its number.
    pub revision: u64,
    /// Raised when a store is restored or promoted.
    pub epoch: u64,
    /// When it was accepted.
    pub time: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// The same in words.
    pub actor_name: String,
    /// The request that made it.
    pub request_id: Option<String>,
    /// The digest that binds it to the entries before it.
    pub hash: String,
    /// What changed, in words.
    pub summary: Vec<String>,
    /// What changed.
    pub changes: Vec<ChangeShown>,
}

/// A change as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ChangeShown {
    /// A catalog, without its text.
    Catalog {
        /// `catalog_installed`.
        change: &'static str,
        /// The product.
        product: String,
        /// How long the text is.
        source_bytes: usize,
    },
    /// Anything else, as it is in the log.
    Other(Box<Change>),
}

impl ChangeShown {
    fn of(change: &Change) -> Self {
        match change {
            Change::ApiKeySet(key) => Self::Other(Box::new(Change::ApiKeySet(without_hash(key)))),
            Change::CatalogInstalled { product, source } => Self::Catalog {
                change: "catalog_installed",
                product: product.clone(),
                source_bytes: source.len(),
            },
            other => Self::Other(Box::new(other.clone())),
        }
    }
}

/// `GET /v1/orgs/{org}/changes?from=…&limit=…&actor=…&subject=…&resource=…&kind=…&about=…&since=…&until=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<ChangeFilter>,
) -> Result<Shown<Entries>> {
    let ledger = Arc::clone(&app.ledger);
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let wanted = Wanted::of(&filter)?;
        let limit = filter.limit.unwrap_or(DEFAULT).clamp(1, MOST);
        let log = Log { ledger: &ledger, seen, sight, wanted, limit, revision: seen.view.revision() };
        match filter.order {
            Order::Oldest => log.oldest_first(filter.from),
            Order::Newest => log.newest_first(filter.from),
        }
    })
    .await
}

/// A log that is read page by page.
struct Log<'a> {
    ledger: &'a Ledger<View>,
    seen: &'a Seen,
    sight: Sight<'a>,
    wanted: Wanted,
    limit: usize,
    revision: u64,
}

impl Log<'_> {
    fn oldest_first(&self, from: Option<u64>) -> Result<Entries> {
        let (mut items, mut from, mut looked_at) = (Vec::new(), from.unwrap_or(1).max(1), 0);
        while items.len() < self.limit && from <= self.revision && looked_at < LOOKED_AT {
            let most = READ.min(self.revision.abs_diff(from) as usize + 1);
            let entries = self.ledger.entries(&self.seen.caller.org, from, most)?;
            if entries.is_empty() {
                break;
            }
            for recorded in entries {
                let late = recorded.entry.revision > self.revision || self.wanted.is_past(&recorded.entry);
                if late {
                    from = u64::MAX;
                    break;
                }
                if items.len() == self.limit {
                    break;
                }
                from = recorded.entry.revision + 1;
                looked_at += 1;
                items.extend(self.wanted.shown(&self.sight, &recorded));
            }
        }
        Ok(Entries { items, next: (from <= self.revision).then_some(from), revision: self.revision })
    }

    /// The same backwards: `at` is the next revision to look at, and none is left at 0.
    fn newest_first(&self, from: Option<u64>) -> Result<Entries> {
        let mut at = from.unwrap_or(self.revision).min(self.revision);
        let (mut items, mut looked_at) = (Vec::new(), 0);
        while items.len() < self.limit && at > 0 && looked_at < LOOKED_AT {
            let first = at.saturating_sub(READ as u64 - 1).max(1);
            let entries =
                self.ledger.entries(&self.seen.caller.org, first, at.abs_diff(first) as usize + 1)?;
            if entries.is_empty() {
                at = 0;
            }
            for recorded in entries.iter().rev() {
                if self.wanted.is_before(&recorded.entry) {
                    at = 0;
                    break;
                }
                if items.len() == self.limit {
                    break;
                }
                at = recorded.entry.revision - 1;
                looked_at += 1;
                let late = self.wanted.is_past(&recorded.entry);
                items.extend((!late).then(|| self.wanted.shown(&self.sight, recorded)).flatten());
            }
        }
        Ok(Entries { items, next: (at > 0).then_some(at), revision: self.revision })
    }
}

/// A filter whose names are read. They need not be of things that still exist.
#[derive(Debug, Default)]
pub struct Wanted {
    actor: Option<SubjectRef>,
    subject: Option<SubjectRef>,
    resource: Option<ResourceRef>,
    kind: Option<String>,
    about: Option<SubjectRef>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    q: Option<String>,
}

impl Wanted {
    fn of(filter: &ChangeFilter) -> Result<Self> {
        Ok(Self {
            actor: reference("actor", filter.actor.as_ref())?,
            subject: reference("subject", filter.subject.as_ref())?,
            resource: reference("resource", filter.resource.as_ref())?,
            kind: filter.kind.clone(),
            about: reference("about", filter.about.as_ref())?,
            since: named::instant("since", filter.since.as_ref())?,
            until: named::instant("until", filter.until.as_ref())?,
            q: filter.q.clone(),
        })
    }

    fn is_past(&self, entry: &Entry) -> bool {
        self.until.is_some_and(|until| entry.time >= until)
    }

    fn is_before(&self, entry: &Entry) -> bool {
        self.since.is_some_and(|since| entry.time < since)
    }

    /// What is seen of an entry, if that is what is looked for.
    fn shown(&self, sight: &Sight<'_>, recorded: &Recorded) -> Option<EntryShown> {
        let entry = &recorded.entry;
        let by = |wanted: &SubjectRef| is_by(&entry.actor, wanted);
        if self.is_before(entry) || !self.actor.as_ref().is_none_or(by) {
            return None;
        }
        let seen = sight.entry(entry);
        let about = |wanted: &SubjectRef| by(wanted) || seen.iter().any(|change| concerns(change, wanted));
        let fits = |change: &&Change| {
            self.subject.as_ref().is_none_or(|subject| concerns(change, subject))
                && self.resource.as_ref().is_none_or(|resource| is_on(change, resource))
                && self.kind.as_ref().is_none_or(|kind| kind_of(change).as_ref() == Some(kind))
        };
        let any = seen.iter().copied().any(|change| fits(&change));
        let found = (any && self.about.as_ref().is_none_or(about)).then(|| shown(recorded, &seen))?;
        self.mentioned(&found).then_some(found)
    }
}

impl Wanted {
    fn mentioned(&self, entry: &EntryShown) -> bool {
        let texts = entry.summary.iter().chain([&entry.actor_name]);
        named::mentions(self.q.as_deref(), texts.map(|text| Some(text.as_str())))
    }
}

/// What is seen of an entry; none if that is nothing.
#[must_use]
pub fn entry_shown(sight: &Sight<'_>, recorded: &Recorded) -> Option<EntryShown> {
    Wanted::default().shown(sight, recorded)
}

fn shown(recorded: &Recorded, changes: &[&Change]) -> EntryShown {
    let entry = &recorded.entry;
    EntryShown {
        revision: entry.revision,
        epoch: entry.epoch,
        time: entry.time,
        actor: entry.actor.clone(),
        actor_name: entry.actor.to_string(),
        request_id: entry.request_id.clone(),
        hash: recorded.hash.to_string(),
        summary: changes.iter().map(|change| describe(change)).collect(),
        changes: changes.iter().map(|change| ChangeShown::of(change)).collect(),
    }
}

fn is_by(actor: &Actor, wanted: &SubjectRef) -> bool {
    match actor {
        Actor::Operator { .. } => false,
        Actor::Subject { subject, impersonator } => {
            subject == wanted || impersonator.as_ref() == Some(wanted)
        }
    }
}

/// Whether a change is about a subject, what it is in, what it holds, or what it asked for.
fn concerns(change: &Change, wanted: &SubjectRef) -> bool {
    match change {
        Change::Noted(note) => *wanted == SubjectRef::user(note.user()),
        Change::ApprovalSet(approval) => {
            approval.subject == *wanted || approval.decided_by.as_ref() == Some(wanted)
        }
        _ => match Thing::of(change) {
            Some(Thing::Subject(subject) | Thing::Assignment(subject, ..) | Thing::Budget(subject, ..)) => {
                subject == *wanted
            }
            Some(Thing::Relation(relation)) => relation.subject == *wanted,
            Some(Thing::Member(group, member)) => member == *wanted || SubjectRef::group(group) == *wanted,
            _ => false,
        },
    }
}

/// Whether a change is about a resource, or about who holds what on it.
fn is_on(change: &Change, wanted: &ResourceRef) -> bool {
    match Thing::of(change) {
        Some(
            Thing::Resource(resource) | Thing::Assignment(_, _, resource) | Thing::Budget(_, resource, _),
        ) => resource == *wanted,
        Some(Thing::Relation(relation)) => relation.resource == *wanted,
        Some(Thing::Product(product)) => wanted.kind == "product" && wanted.id == product,
        _ => matches!(change, Change::ApprovalSet(approval) if approval.resource == *wanted),
    }
}

/// The word by which the log knows a kind of change.
fn kind_of(change: &Change) -> Option<String> {
    let word = serde_json::to_value(change).ok()?;
    word.get("change")?.as_str().map(str::to_owned)
}

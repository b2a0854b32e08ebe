//! The three searches. An answer is always a page: `next_token` says where it goes on and is empty at the end, so that
//! nothing is ever cut silently.

use crate::app::App;
use crate::auth::Caller;
use crate::authzen::evaluation::demanding_headers;
use crate::authzen::shape::{self, Answered, SearchAnswer, Sent};
use crate::authzen::token::{self, Fingerprint, Place};
use crate::authzen::wire::{
    self, ActionSearch, OnlyOptions, Options, PageAsked, ResourceSearch, SubjectSearch,
};
use crate::body::{self, Object};
use crate::error::{Error, Result};
use crate::reading::{Reading, reading};
use ambit_engine::{AnswerOptions, EntityRef, Page, PermissionIx, Question, View};
use ambit_model::{Decision, Properties};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use std::borrow::Cow;
use std::sync::Arc;

/// `POST …/access/v1/search/subject`
pub async fn subjects(
    State(app): State<Arc<App>>,
    caller: Caller,
    sent: Sent<shape::SubjectSearch>,
) -> Result<Answered<SearchAnswer>> {
    subjects_sent(app, caller, sent.request).await.map(Into::into)
}

async fn subjects_sent(app: Arc<App>, caller: Caller, request: Request) -> Result<Response> {
    caller.require_may_ask_all()?;
    let headers = demanding_headers(&request);
    let bytes = body::question(request, &app.config.limits).await?;
    let reading = reading_for(&app, &caller, &bytes, &headers).await?;
    beside(&app, caller, reading, bytes, |search| {
        let sent: SubjectSearch<'_> = body::parse(search.bytes)?;
        let (permission, action) = wire::action(sent.action.as_ref())?;
        let question = Question {
            subject: wire::sought(sent.subject.as_ref(), "subject")?,
            permission,
            action,
            resource: wire::entity(sent.resource.as_ref(), "resource")?,
            context: sent.context.as_ref(),
            time: search.reading.time,
        };
        let view = &search.reading.view;
        search.run("subject", &question, sent.page.as_ref(), sent.options.as_ref(), |place, limit| {
            view.search_subjects(&question, place, limit).map(|found| {
                let id = view.subject_ref(found).id;
                Found::entity(question.subject.kind, id)
            })
        })
    })
    .await
}

/// `POST …/access/v1/search/resource`
pub async fn resources(
    State(app): State<Arc<App>>,
    caller: Caller,
    sent: Sent<shape::ResourceSearch>,
) -> Result<Answered<SearchAnswer>> {
    resources_sent(app, caller, sent.request).await.map(Into::into)
}

async fn resources_sent(app: Arc<App>, caller: Caller, request: Request) -> Result<Response> {
    caller.require_secret()?;
    let headers = demanding_headers(&request);
    let bytes = body::question(request, &app.config.limits).await?;
    let reading = reading_for(&app, &caller, &bytes, &headers).await?;
    beside(&app, caller, reading, bytes, |search| {
        let sent: ResourceSearch<'_> = body::parse(search.bytes)?;
        let (permission, action) = wire::action(sent.action.as_ref())?;
        let question = Question {
            subject: wire::entity(sent.subject.as_ref(), "subject")?,
            permission,
            action,
            resource: wire::sought(sent.resource.as_ref(), "resource")?,
            context: sent.context.as_ref(),
            time: search.reading.time,
        };
        search.caller.require_may_ask(question.subject.kind, question.subject.id)?;
        let view = &search.reading.view;
        search.run("resource", &question, sent.page.as_ref(), sent.options.as_ref(), |place, limit| {
            view.search_resources(&question, place, limit).map(|found| {
                let id = view.node_ref(found).id;
                Found::entity(question.resource.kind, id)
            })
        })
    })
    .await
}

/// `POST …/access/v1/search/action`
pub async fn actions(
    State(app): State<Arc<App>>,
    caller: Caller,
    sent: Sent<shape::ActionSearch>,
) -> Result<Answered<SearchAnswer>> {
    actions_sent(app, caller, sent.request).await.map(Into::into)
}

async fn actions_sent(app: Arc<App>, caller: Caller, request: Request) -> Result<Response> {
    let headers = demanding_headers(&request);
    let bytes = body::question(request, &app.config.limits).await?;
    let reading = reading_for(&app, &caller, &bytes, &headers).await?;
    beside(&app, caller, reading, bytes, |search| {
        let sent: ActionSearch<'_> = body::parse(search.bytes)?;
        let context = wire::context_of(search.caller, sent.context.as_ref());
        let question = Question {
            subject: wire::entity(sent.subject.as_ref(), "subject")?,
            permission: "",
            action: None,
            resource: wire::entity(sent.resource.as_ref(), "resource")?,
            context: context.as_deref(),
            time: search.reading.time,
        };
        search.caller.require_may_ask(question.subject.kind, question.subject.id)?;
        let view = &search.reading.view;
        search.run("action", &question, sent.page.as_ref(), sent.options.as_ref(), |place, limit| {
            view.search_actions(&question, place, limit)
                .map(|found| Found::Action { name: action_name(view, &question, found), context: None })
        })
    })
    .await
}

async fn reading_for(app: &Arc<App>, caller: &Caller, bytes: &[u8], headers: &HeaderMap) -> Result<Reading> {
    let demand = {
        let sent: OnlyOptions<'_> = body::parse(bytes)?;
        sent.options.map(|options| options.0.demand()).unwrap_or_default()
    };
    reading(app, caller, &demand.or_headers(headers)?).await
}

/// Runs a search beside the threads that answer single questions.
async fn beside(
    app: &Arc<App>,
    caller: Caller,
    reading: Reading,
    bytes: Bytes,
    work: impl FnOnce(&Search<'_>) -> Result<Answer> + Send + 'static,
) -> Result<Response> {
    let here = Arc::clone(app);
    let run = move || work(&Search { app: &here, caller: &caller, reading: &reading, bytes: &bytes });
    wire::answer(&app.heavy(run).await?)
}

/// One search.
struct Search<'s> {
    app: &'s App,
    caller: &'s Caller,
    reading: &'s Reading,
    bytes: &'s [u8],
}

/// What was found, as it is written.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Found {
    Entity {
        #[serde(rename = "type")]
        kind: String,
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        context: Option<Box<Decision>>,
    },
    Action {
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        context: Option<Box<Decision>>,
    },
}

impl Found {
    fn entity(kind: &str, id: String) -> Self {
        Self::Entity { kind: kind.to_owned(), id, context: None }
    }
}

/// The page comes first, so that whoever reads a stream knows the count.
#[derive(Debug, Serialize)]
struct Answer {
    page: PageGiven,
    results: Vec<Found>,
}

#[derive(Debug, Serialize)]
struct PageGiven {
    next_token: String,
    count: usize,
}

impl Search<'_> {
    fn run(
        &self,
        kind: &'static str,
        question: &Question<'_>,
        page: Option<&Object<PageAsked<'_>>>,
        options: Option<&Object<Options<'_>>>,
        look: impl FnOnce(u32, usize) -> Page<Found>,
    ) -> Result<Answer> {
        wire::bounded(question, self.app.config.limits.depth)?;
        let request = self.fingerprint(kind, question, options);
        let place = self.place(page.map(|page| &page.0), &request)?;
        let explain = options.map_or(Ok(false), |options| options.0.explain(self.caller))?;
        let found = look(place.from, usize::try_from(place.limit).unwrap_or(usize::MAX));
        let mut results = found.found;
        if explain {
            results.iter_mut().for_each(|found| self.explain(question, found));
        }
        let next = found.next.map(|from| token::issue(Place { from, ..place }, &request));
        let page = PageGiven { next_token: next.unwrap_or_default(), count: results.len() };
        Ok(Answer { page, results })
    }

    /// Everything that must stay the same from page to page, in a form that does not depend on white space or order.
    fn fingerprint(
        &self,
        kind: &str,
        question: &Question<'_>,
        options: Option<&Object<Options<'_>>>,
    ) -> Fingerprint {
        let entity = |entity: EntityRef<'_>| json!([entity.kind, entity.id, facts(entity.properties)]);
        let as_of = options.and_then(|options| options.0.as_of.as_ref()).map(|as_of| format!("{as_of:?}"));
        let parts = json!([
            entity(question.subject),
            question.permission,
            facts(question.action),
            entity(question.resource),
            facts(question.context),
            as_of,
        ]);
        Fingerprint::new(&self.app.token_key, kind)
            .with(self.caller.org.as_str().as_bytes())
            .with(self.caller.identity().as_bytes())
            .with(parts.to_string().as_bytes())
    }

    /// Where to begin and how much to give. Without a limit a later page is as large as the one before.
    fn place(&self, page: Option<&PageAsked<'_>>, request: &Fingerprint) -> Result<Place> {
        let most = u64::try_from(self.app.config.limits.page).unwrap_or(u64::MAX);
        let bounded = |limit: u64| u32::try_from(limit.min(most)).unwrap_or(u32::MAX);
        let limit = page.and_then(|page| page.limit).map(bounded);
        let token = page.and_then(|page| page.token.as_ref()).filter(|token| !token.0.is_empty());
        let Some(token) = token else {
            return Ok(Place { from: 0, limit: limit.unwrap_or(bounded(most)) });
        };
        let place = token::open(&token.0, request)?;
        // A first page of nothing sets no measure for those that follow.
        match limit {
            Some(limit) if place.limit == 0 => Ok(Place { limit, ..place }),
            Some(limit) if limit != place.limit => Err(Error::bad_request(
                "invalid_page_token",
                "`page.limit` must stay the same from page to page",
            )),
            _ => Ok(place),
        }
    }

    fn explain(&self, question: &Question<'_>, found: &mut Found) {
        let asker = self.caller.subject.clone();
        let options = AnswerOptions { explain: true, asker: Some(&asker) };
        let view = &self.reading.view;
        let is_subject = question.subject.id.is_empty();
        match found {
            Found::Entity { id, context, .. } => {
                let question = if is_subject {
                    Question { subject: EntityRef { id, ..question.subject }, ..*question }
                } else {
                    Question { resource: EntityRef { id, ..question.resource }, ..*question }
                };
                *context = Some(Box::new(view.answer(&question, options)));
            }
            Found::Action { name, context } => {
                let question = Question { permission: name, ..*question };
                *context = Some(Box::new(view.answer(&question, options)));
            }
        }
    }
}

fn facts(facts: Option<&Properties>) -> Cow<'_, Properties> {
    facts.map_or_else(Cow::default, Cow::Borrowed)
}

/// A permission's name as it should be asked for at this resource: bare where that means the same.
fn action_name(view: &View, question: &Question<'_>, permission: PermissionIx) -> String {
    let catalog = view.registry().catalog(permission.product);
    let bare = &catalog.permission_at(permission.id).id;
    let means = view.resolve(&Question { permission: bare, ..*question }).map(|target| target.permission);
    if means.is_ok_and(|meant| meant == permission) {
        bare.clone()
    } else {
        catalog.permission_full(permission.id)
    }
}

trait MapPage<T> {
    fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U>;
}

impl<T> MapPage<T> for Page<T> {
    fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { found: self.found.into_iter().map(change).collect(), next: self.next }
    }
}

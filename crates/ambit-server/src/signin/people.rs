//! Users as the log knows them: by id or address, active or not, and who stands above whom.

use crate::error::{Error, Result};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::{SubjectIx, View};
use ambit_model::{Reason, ResourceRef, RoleRef, Status, SubjectKind, SubjectRef, Timestamp, User};

/// A user by id.
#[must_use]
pub fn by_id(view: &View, id: &str) -> Option<User> {
    view.user(view.subject_named(SubjectKind::User, id)?)
}

/// A user by address, in whatever case; nobody, if several have it.
#[must_use]
pub fn by_email(view: &View, email: &str) -> Option<User> {
    let mut found = view.users_by_address(email);
    let first = found.next()?;
    if found.next().is_some() { None } else { view.user(first) }
}

/// Whether a user may act.
#[must_use]
pub fn is_active(view: &View, id: &str) -> bool {
    by_id(view, id).is_some_and(|user| user.status == Status::Active)
}

/// All roles that a subject holds, itself and through groups, in every product, in force or not; what everybody has is
/// left out, and what is over.
#[must_use]
pub fn held(view: &View, subject: SubjectIx, now: Timestamp) -> Vec<Holding> {
    let products = view.registry().enabled().map(|(product, _)| product);
    let gathered = products.flat_map(|product| {
        let holdings = Holdings::gather(view, subject, product, now);
        holdings.iter().copied().collect::<Vec<_>>()
    });
    gathered.filter(|held| held.held.is_some() && held.inactive != Some(Reason::Expired)).collect()
}

/// A role that somebody holds and somebody else has no authority over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// Which.
    pub role: RoleRef,
    /// Where.
    pub scope: ResourceRef,
}

/// Whether an actor has authority over all that a target holds (domination, `administration.md` C.2.3).
///
/// # Errors
/// The first role that stands in the way.
pub fn dominates(
    view: &View,
    actor: SubjectIx,
    target: SubjectIx,
    verb: AdministerVerb,
    now: Timestamp,
) -> Result<(), Beyond> {
    let lacks = |held: &Holding| !view.has_authority(actor, verb, held.role, held.scope, now);
    match held(view, target, now).into_iter().find(lacks) {
        None => Ok(()),
        Some(held) => Err(Beyond { role: view.role_ref(held.role), scope: view.node_ref(held.scope) }),
    }
}

/// Refuses to hand over the account of a target to whoever may not give all that it holds: setting its password is
/// taking that. An account without roles is looked after from the top.
///
/// # Errors
/// The role that stands in the way.
pub fn require_above(view: &View, actor: &SubjectRef, target: &SubjectRef, now: Timestamp) -> Result<()> {
    let (actor_index, target) =
        (view.subject(actor).ok_or(Error::NotFound)?, view.subject(target).ok_or(Error::NotFound)?);
    dominates(view, actor_index, target, AdministerVerb::Assign, now).map_err(|beyond| {
        Error::Forbidden(format!(
            "this hands over all that the user holds, and `{actor}` may not assign `{}` at `{}`; somebody who may can \
             do it",
            beyond.role, beyond.scope
        ))
    })?;
    let top = || {
        let verbs = [AdministerVerb::EditUsers, AdministerVerb::Invite, AdministerVerb::CreateUsers];
        let root = view.root();
        root.is_some_and(|root| verbs.iter().any(|verb| view.has_verb(actor_index, *verb, root, now)))
    };
    if held(view, target, now).is_empty() && !top() {
        let message = "an account without roles is looked after by who edits users at the organization";
        return Err(Error::Forbidden(message.into()));
    }
    Ok(())
}

/// Refuses what cannot be written to.
///
/// # Errors
/// If it is no address.
pub fn require_address(email: &str) -> Result<()> {
    if ambit_identity::mail::is_address(email) {
        return Ok(());
    }
    Err(Error::bad_request("invalid_email", format!("`{email}` is not an e-mail address")))
}

/// An id that nobody has, made of an address.
#[must_use]
pub fn new_id(view: &View, email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let plain: String = local
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
        .take(64)
        .collect();
    let plain = plain.trim_matches(['.', '-', '_']);
    let stem = if plain.is_empty() { "user" } else { plain };
    let is_free = |id: &String| view.subject_named(SubjectKind::User, id).is_none();
    let numbered = (2u64..).map(|number| format!("{stem}-{number}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

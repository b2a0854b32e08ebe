//! Users, groups, API keys, and who is in which group.

use super::{Whole, changed, invalid, known_subject};
use crate::refusal::{Code, Refusal};
use ambit_engine::View;
use ambit_model::ids::check_id;
use ambit_model::{ApiKey, Change, Group, SubjectKind, SubjectRef, User};

pub(super) fn user_set(view: &View, user: User) -> Whole {
    check_id("user id", &user.id).map_err(|error| invalid(error.to_string()))?;
    let before = view.subject(&SubjectRef::user(&*user.id)).and_then(|subject| view.user(subject));
    let same = before.as_ref() == Some(&user);
    changed(Change::UserSet(user), same)
}

pub(super) fn group_set(view: &View, group: Group) -> Whole {
    check_id("group id", &group.id).map_err(|error| invalid(error.to_string()))?;
    let before = view.subject(&SubjectRef::group(&*group.id)).and_then(|subject| view.group(subject));
    let same = before == Some(&group);
    changed(Change::GroupSet(group), same)
}

pub(super) fn api_key_set(view: &View, mut key: ApiKey) -> Whole {
    check_id("API key id", &key.id).map_err(|error| invalid(error.to_string()))?;
    for origin in &key.origins {
        check_origin(origin)?;
    }
    let before = view.subject(&SubjectRef::api_key(&*key.id)).and_then(|subject| view.api_key(subject));
    if let Some(before) = before {
        key.issued_by = key.issued_by.or_else(|| before.issued_by.clone());
        // Who describes a key does not know its secrets: they stay.
        if key.secret_hash.is_none() {
            key.secret_hash = before.secret_hash.clone();
            key.prefix = before.prefix.clone();
            key.previous = before.previous.clone();
        }
    }
    let same = before == Some(&key);
    changed(Change::ApiKeySet(key), same)
}

fn check_origin(origin: &str) -> Result<(), Refusal> {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let fits = rest.is_some_and(|host| !host.is_empty() && host.trim_end_matches('/').chars().all(plain));
    if fits {
        Ok(())
    } else {
        Err(invalid(format!("`{origin}` is not an origin: write `https://shop.example`")))
    }
}

/// Whoever approves for others is replaced first: somebody who comes again under the same id must not approve again.
pub(super) fn removed(view: &View, kind: SubjectKind, id: &str, change: Change) -> Whole {
    let name = SubjectRef::new(kind, id);
    if let Some(holder) = view.approves_for(&name) {
        let message = format!("`{name}` is the approver of `{holder}`: name another one first");
        return Err(Refusal::new(Code::InUse, message));
    }
    changed(change, view.subject_named(kind, id).is_none())
}

pub(super) fn is_member(view: &View, group: &str, member: &SubjectRef) -> Result<bool, Refusal> {
    let group = known_subject(view, &SubjectRef::group(group))?;
    let member = known_subject(view, member)?;
    Ok(view.direct_groups(member).contains(&group.0))
}

pub(super) fn member_added(view: &View, group: String, member: SubjectRef) -> Whole {
    let already = is_member(view, &group, &member)?;
    let outer = known_subject(view, &SubjectRef::group(&*group))?;
    let inner = known_subject(view, &member)?;
    if inner == outer || view.all_groups(outer).contains(&inner) {
        return Err(Refusal::new(
            Code::Cycle,
            format!("`{member}` contains `group:{group}` already: groups nest without cycles"),
        ));
    }
    changed(Change::MemberAdded { group, member }, already)
}

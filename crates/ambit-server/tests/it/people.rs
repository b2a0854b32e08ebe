//! The organization `studio`, whose people sign in.

use crate::client::{Answer, Ask};
use crate::world::World;
use ambit_catalog::builtin;
use ambit_engine::View;
use ambit_governance::{Leniency, decide, file::proposals};
use ambit_identity::{Account, password};
use ambit_log::{Accepted, Ledger, WriteOptions};
use ambit_model::{Actor, Change, OrgId, Timestamp};
use ambit_server::{Config, secret};
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

const STUDIO: &str = include_str!("../fixtures/studio.yaml");
/// Everybody's password.
pub const PASSWORD: &str = "three unrelated words";

static PHC: LazyLock<String> = LazyLock::new(|| password::hash_now(PASSWORD).unwrap());

pub fn studio() -> OrgId {
    OrgId::new("studio").unwrap()
}

pub fn account(user: &str) -> Account {
    Account::new(&studio(), user)
}

/// A server with the organization `studio`.
pub fn world() -> World {
    world_with(|_| {})
}

pub fn world_with(change: impl FnOnce(&mut Config)) -> World {
    let world = World::with(change);
    load(&world.ledger, STUDIO);
    world
}

/// Applies a file as the vendor's operator, with the catalogs that come with Ambit.
pub fn load(ledger: &Ledger<View>, source: &'static str) {
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted, String> {
        let file =
            ambit_catalog::organization::parse_organization("studio", source).map_err(|e| e.to_string())?;
        let products: Vec<&str> = builtin::products().collect();
        let texts = |product: &str| builtin::source(product).map(ToOwned::to_owned);
        let wanted =
            proposals(view, &file, &products, &texts, "studio", source).map_err(|e| e.to_string())?;
        let actor = Actor::Operator { vendor: true };
        let decided = decide(view, wanted, &actor, now, Leniency::default()).map_err(|e| e.to_string())?;
        let mut changes = decided.changes;
        for change in &mut changes {
            if let Change::ApiKeySet(key) = change {
                let secret = crate::world::secret_of("studio", &key.id);
                key.secret_hash = Some(ambit_server::hex::encode(&secret::hash(&secret)));
            }
        }
        Ok(Accepted { changes, answer: Json::Null })
    };
    let written = ledger.write(&studio(), Actor::OPERATOR, WriteOptions::default(), decide);
    written.unwrap_or_else(|error| panic!("{error}"));
}

/// A browser: it keeps its cookie, and says that our own page asks.
#[derive(Clone)]
pub struct Browser<'w> {
    pub world: &'w World,
    pub cookie: Option<String>,
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, cookie: None }
    }

    /// Somebody's browser, after signing in.
    #[track_caller]
    pub fn of(world: &'w World, user: &str) -> Self {
        has_password(world, user);
        let mut browser = Self::new(world);
        browser.sign_in(user, PASSWORD).expect(200);
        browser
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask {
        let ask = self.world.ask(method, path).header("sec-fetch-site", "same-origin");
        match &self.cookie {
            Some(cookie) => ask.header("cookie", cookie),
            None => ask,
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// Sends JSON, and keeps what cookie comes back.
    pub fn post(&mut self, path: &str, body: &Json) -> Answer {
        let answer = self.ask("POST", path).json(body).send();
        self.keep(&answer);
        answer
    }

    pub fn delete(&mut self, path: &str) -> Answer {
        let answer = self.ask("DELETE", path).send();
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.header("set-cookie") {
            let pair = cookie.split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
    }

    pub fn sign_in(&mut self, user: &str, password: &str) -> Answer {
        let body = json!({ "org": "studio", "user": user, "password": password });
        self.post("/v1/sign-in", &body)
    }

    /// Who the server says is there.
    #[track_caller]
    pub fn user(&self) -> String {
        self.get("/v1/session").expect(200).json()["user"].as_str().unwrap().to_owned()
    }
}

/// Gives a user [`PASSWORD`].
pub fn has_password(world: &World, user: &str) {
    has_password_in(world, &account(user));
}

/// The same in another organization.
pub fn has_password_in(world: &World, account: &Account) {
    world.app.identity.vault.set_password(account, &PHC, world.clock_now()).unwrap();
}

/// The token of a link.
pub fn token(link: &Json) -> String {
    link.as_str().unwrap().split_once("#token=").unwrap().1.to_owned()
}

/// Changes a user's status, as the operator.
pub fn set_status(world: &World, user: &str, status: ambit_model::Status) {
    let user = user.to_owned();
    change(world, move |view| {
        let known = ambit_server::signin::people::by_id(view, &user).unwrap();
        vec![Change::UserSet(ambit_model::User { status, ..known })]
    });
}

/// A step of the operator.
pub fn change(world: &World, make: impl Fn(&View) -> Vec<Change> + Send + 'static) {
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted, String> {
        let proposals = make(view).into_iter().map(Into::into).collect();
        let decided =
            decide(view, proposals, &Actor::OPERATOR, now, Leniency::default()).map_err(|e| e.to_string())?;
        Ok(Accepted { changes: decided.changes, answer: Json::Null })
    };
    let written = world.ledger.write(&studio(), Actor::OPERATOR, WriteOptions::default(), decide);
    written.unwrap_or_else(|error| panic!("{error}"));
}

/// The notes of the newest entries, as the log has them, with who made them.
pub fn notes(world: &World, from: u64) -> Vec<(String, String)> {
    let entries = world.ledger.entries(&studio(), from + 1, 100).unwrap();
    let mut notes = Vec::new();
    for recorded in entries {
        for change in &recorded.entry.changes {
            if let Change::Noted(note) = change {
                let json = serde_json::to_value(note).unwrap();
                notes.push((recorded.entry.actor.to_string(), json["note"].as_str().unwrap().to_owned()));
            }
        }
    }
    notes
}

pub fn revision(world: &World) -> u64 {
    world.ledger.view(&studio()).unwrap().revision()
}

//! Signing in through a real OpenID Connect provider, in a process of its own: the whole dance over HTTP, and every way
//! in which it must end badly.

use crate::client::{Answer, raw};
use crate::people::{
    Browser, PASSWORD, change, has_password_in, notes, revision, set_status, studio, world_with,
};
use crate::world::{World, acme};
use ambit_identity::Account;
use ambit_identity::oidc::{LinkBy, Settings};
use ambit_log::{Clock, SystemClock};
use ambit_model::{Change, Status, User};
use ambit_server::signin::people;
use serde_json::json;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

/// Where browsers find the server; requests for it go to where it really listens.
const HOST: &str = "ambit.studio.example";
const BASE: &str = "https://ambit.studio.example";

/// The provider's process; it ends with its standard input.
struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    fn start() -> Self {
        static INSTALLING: Mutex<()> = Mutex::new(());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let installing = INSTALLING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let installed = Command::new(root.join("scripts/oidc-provider.sh")).output().unwrap();
        assert!(
            installed.status.success(),
            "this test talks to a real provider, which could not be installed; run scripts/oidc-provider.sh (it needs \
             npm and the npm registry once):\n{}",
            String::from_utf8_lossy(&installed.stderr)
        );
        drop(installing);
        let folder = String::from_utf8(installed.stdout).unwrap();
        let mut child = Command::new("node")
            .arg(root.join("crates/ambit-server/tests/oidc/provider.mjs"))
            .args([folder.trim(), &format!("{BASE}/v1/oidc/callback")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts: the provider needs it");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = lines.find_map(|line| line.unwrap().strip_prefix("issuer ").map(ToOwned::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, issuer: issuer.expect("the provider says where it listens") }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn world(provider: &Provider, link_by: LinkBy) -> World {
    let settings = Settings {
        issuer: provider.issuer.clone(),
        client_id: "ambit".into(),
        client_secret: "a secret of the test".into(),
        org: Some(studio()),
        link_by,
    };
    let world = world_with(|config| {
        config.base_url = Some(BASE.into());
        config.sign_in.oidc = Some(settings);
    });
    // The provider has the clock of the machine.
    world.clock.set(SystemClock.now());
    world
}

/// A browser that keeps the cookies of two hosts and follows where it is sent.
struct Web<'w> {
    world: &'w World,
    cookies: HashMap<String, HashMap<String, String>>,
}

impl<'w> Web<'w> {
    fn new(world: &'w World) -> Self {
        Self { world, cookies: HashMap::new() }
    }

    fn send(&mut self, method: &str, url: &str, form: &str) -> Answer {
        let (host, path) = url.split_once("://").unwrap().1.split_once('/').unwrap();
        let address: SocketAddr = if host == HOST { self.world.address } else { host.parse().unwrap() };
        let jar = self.cookies.entry(host.to_owned()).or_default();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            cookies.join("; "),
            form.len()
        );
        let answer = raw(address, head.as_bytes());
        for (name, value) in &answer.headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                if value.is_empty() {
                    jar.remove(name);
                } else {
                    jar.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        answer
    }

    fn get(&mut self, url: &str) -> Answer {
        self.send("GET", url, "")
    }

    /// Where `/v1/oidc/start` sends the browser.
    fn start(&mut self, return_to: &str) -> String {
        let answer = self.get(&format!("{BASE}/v1/oidc/start?return={return_to}")).expect(302);
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-ambit-oidc="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        answer.header("location").unwrap().to_owned()
    }

    /// Signs in at the provider as somebody; answers the address of the callback that it sends the browser to.
    fn sign_in_there(&mut self, mut url: String, user: &str) -> String {
        for _ in 0..20 {
            if url.starts_with(BASE) {
                return url;
            }
            let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
            let answer = self.get(&url);
            let next = if answer.status == 200 {
                let page = answer.text();
                let form = if page.contains("name=\"login\"") {
                    format!("prompt=login&login={user}&password=x")
                } else {
                    "prompt=consent".to_owned()
                };
                self.send("POST", &url, &form)
            } else {
                answer
            };
            let location =
                next.header("location").unwrap_or_else(|| panic!("{url}: {}", next.text())).to_owned();
            url = if location.starts_with('/') { format!("{origin}{location}") } else { location };
        }
        panic!("it goes round in circles at {url}");
    }

    /// The whole way.
    fn sign_in(&mut self, user: &str) -> Answer {
        let there = self.start("/");
        let back = self.sign_in_there(there, user);
        self.get(&back)
    }

    fn user(&mut self) -> String {
        let answer = self.get(&format!("{BASE}/v1/session")).expect(200);
        answer.json()["user"].as_str().unwrap().to_owned()
    }
}

#[track_caller]
fn refused(answer: Answer) {
    let answer = answer.expect(401);
    assert_eq!(answer.code(), "sign_in_failed");
    let cookies = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    assert_eq!(cookies.count(), 0);
}

#[test]
fn the_provider_says_who_somebody_is() {
    let provider = Provider::start();
    let world = world(&provider, LinkBy::EmailVerified);
    let before = revision(&world);
    let mut web = Web::new(&world);
    let there = web.start("/roles?product=commerce");
    assert!(there.contains("code_challenge_method=S256") && there.contains("response_type=code"), "{there}");
    let back = web.sign_in_there(there, "carol");
    let answer = web.get(&back).expect(302);
    assert_eq!(answer.header("location"), Some("https://ambit.studio.example/roles?product=commerce"));
    assert_eq!(web.user(), "carol");
    assert_eq!(notes(&world, before), [("user:carol".to_owned(), "signed_in".to_owned())]);
    // From then on she is known by the provider's name for her, whatever her address.
    change(&world, |view| {
        let carol = people::by_id(view, "carol").unwrap();
        vec![Change::UserSet(User { email: Some("reed@studio.example".into()), ..carol })]
    });
    let mut again = Web::new(&world);
    again.sign_in("carol").expect(302);
    assert_eq!(again.user(), "carol");
    // Somebody who was invited joins.
    let mut robin = Browser::of(&world, "robin");
    let body = json!({ "email": "nina@studio.example", "assignments": [] });
    let link = robin.post("/v1/orgs/studio/invitations", &body).expect(201).json()["link"].clone();
    let mut nina = Web::new(&world);
    nina.sign_in("nina").expect(302);
    assert_eq!(nina.user(), "nina");
    let view = world.ledger.view(&studio()).unwrap();
    assert_eq!(people::by_id(&view, "nina").unwrap().status, Status::Active);
    let accept = json!({ "token": crate::people::token(&link), "password": "another three words" });
    Browser::new(&world).post("/v1/invitations/accept", &accept).expect(410);
}

#[test]
fn through_the_provider_beside_another_organization() {
    let provider = Provider::start();
    let world = world(&provider, LinkBy::EmailVerified);
    let offered = world.ask("GET", "/v1/sign-in").send().expect(200).json();
    let host = provider.issuer.split('/').nth(2).unwrap();
    assert_eq!(offered["providers"], json!([{ "name": host, "start": "/v1/oidc/start" }]));
    has_password_in(&world, &Account::new(&acme(), "alice"));
    for (beside, organizations) in [("true", &["acme", "studio"][..]), ("false", &["studio"])] {
        let mut browser = Browser::new(&world);
        let at_acme = json!({ "org": "acme", "user": "alice", "password": PASSWORD });
        browser.post("/v1/sign-in", &at_acme).expect(200);
        let mut web = Web::new(&world);
        let (name, value) = browser.cookie.as_ref().unwrap().split_once('=').unwrap();
        web.cookies.entry(HOST.to_owned()).or_default().insert(name.to_owned(), value.to_owned());
        let there = web.start(&format!("/&beside={beside}"));
        let back = web.sign_in_there(there, "carol");
        web.get(&back).expect(302);
        let shown = web.get(&format!("{BASE}/v1/session")).expect(200).json();
        let named = shown["organizations"].as_array().unwrap().iter();
        assert_eq!(named.map(|one| &one["organization"]).collect::<Vec<_>>(), organizations);
        assert_eq!(shown["user"], json!("carol"));
    }
}

#[test]
fn by_the_providers_name_for_somebody() {
    let provider = Provider::start();
    let world = world(&provider, LinkBy::Subject);
    let mut web = Web::new(&world);
    web.sign_in("carol").expect(302);
    assert_eq!(web.user(), "carol");
    refused(Web::new(&world).sign_in("stranger"));
}

#[test]
fn whoever_is_not_meant_stays_out() {
    let provider = Provider::start();
    let world = world(&provider, LinkBy::EmailVerified);
    let before = revision(&world);
    // An address that is not verified, nobody's address, two people's, and somebody who is suspended.
    for somebody in ["mallory", "stranger", "twin", "sue"] {
        let mut web = Web::new(&world);
        refused(web.sign_in(somebody));
        web.get(&format!("{BASE}/v1/session")).expect(401);
    }
    // Another state than the one that the browser was sent with, and none.
    let mut web = Web::new(&world);
    let there = web.start("/");
    let back = web.sign_in_there(there, "carol");
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    refused(web.get(&back.replace(&state, "another")));
    refused(web.get(&format!("{BASE}/v1/oidc/callback?code=x")));
    // Somebody else's browser, which was made to finish what it did not begin.
    refused(Web::new(&world).get(&back));
    // A callback that names another provider ends the attempt.
    let issuer = back.split("iss=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    refused(web.get(&back.replace(&format!("iss={issuer}"), "iss=https%3A%2F%2Fevil.example")));
    refused(web.get(&back));
    // The same attempt a second time, and its code in another attempt.
    let there = web.start("/");
    let back = web.sign_in_there(there, "carol");
    web.get(&back).expect(302);
    refused(web.get(&back));
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut other = Web::new(&world);
    let there = other.start("/");
    let fresh = other.sign_in_there(there, "carol");
    let fresh_code = fresh.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    refused(other.get(&fresh.replace(&fresh_code, &code)));
    // A token that was made for another attempt.
    let mut web = Web::new(&world);
    let there = web.start("/");
    let nonce = there.split("nonce=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let back = web.sign_in_there(there.replace(&nonce, "another"), "carol");
    refused(web.get(&back));
    // Too late.
    let mut web = Web::new(&world);
    let there = web.start("/");
    let back = web.sign_in_there(there, "carol");
    world.advance(jiff::SignedDuration::from_mins(10));
    refused(web.get(&back));
    let noted = notes(&world, before);
    assert_eq!(noted, [("user:carol".to_owned(), "signed_in".to_owned())], "only the one that was meant");
    set_status(&world, "carol", Status::Suspended);
    world.clock.set(SystemClock.now());
    refused(Web::new(&world).sign_in("carol"));
}

#[test]
fn nobody_is_sent_elsewhere_afterwards() {
    let provider = Provider::start();
    let world = world(&provider, LinkBy::EmailVerified);
    let mut web = Web::new(&world);
    for path in ["//evil.example", "https://evil.example", "%5C%5Cevil.example", "evil"] {
        let answer = web.get(&format!("{BASE}/v1/oidc/start?return={path}")).expect(400);
        assert_eq!(answer.code(), "invalid_return");
    }
}

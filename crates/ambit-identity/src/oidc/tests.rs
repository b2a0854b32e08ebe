use super::*;
use crate::vault::tests::{ann, at};
use serde_json::{Value, json};

const NOW: &str = "2026-05-05T12:00:00Z";

fn settings() -> Settings {
    Settings {
        issuer: "https://id.example".into(),
        client_id: "ambit".into(),
        client_secret: "s".into(),
        org: None,
        link_by: LinkBy::default(),
    }
}

fn claims(changes: &Value) -> Claims {
    let now = at(NOW).as_second();
    let mut claims = json!({
        "iss": "https://id.example", "sub": "42", "aud": "ambit", "exp": now + 300, "iat": now, "nonce": "n",
        "email": "ann@acme.example", "email_verified": true,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    serde_json::from_value(claims).unwrap()
}

#[test]
fn only_a_token_for_us_and_for_this_attempt_and_for_now_is_taken() {
    let now = at(NOW).as_second();
    for (changes, accepted) in [
        (json!({}), true),
        (json!({ "aud": ["ambit"] }), true),
        (json!({ "aud": ["ambit", "other"], "azp": "ambit" }), true),
        (json!({ "exp": now - 59 }), true),
        (json!({ "iat": now + 59 }), true),
        (json!({ "iss": "https://id.example/" }), false),
        (json!({ "aud": "other" }), false),
        (json!({ "aud": [] }), false),
        (json!({ "aud": ["ambit", "other"] }), false),
        (json!({ "aud": ["ambit", "other"], "azp": "other" }), false),
        (json!({ "azp": "other" }), false),
        (json!({ "exp": now - 60 }), false),
        (json!({ "iat": now + 61 }), false),
        (json!({ "iat": now - 601 }), false),
        (json!({ "nbf": now + 61 }), false),
        (json!({ "nonce": "m" }), false),
        (json!({ "nonce": null }), false),
    ] {
        assert_eq!(check(&claims(&changes), &settings(), "n", at(NOW)).is_ok(), accepted, "{changes}");
    }
}

#[test]
fn only_a_verified_address_counts() {
    for (changes, expected) in [
        (json!({}), Some("ann@acme.example")),
        (json!({ "email_verified": "true" }), Some("ann@acme.example")),
        (json!({ "email_verified": false }), None),
        (json!({ "email_verified": "false" }), None),
        (json!({ "email_verified": null }), None),
        (json!({ "email": null }), None),
    ] {
        assert_eq!(claims(&changes).email.verified().as_deref(), expected, "{changes}");
    }
}

#[test]
fn keys_are_found_by_name_and_never_shared_secrets() {
    let ed = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let keys = |list: Value| serde_json::from_value::<JwkSet>(json!({ "keys": list })).unwrap();
    let named = |kid: &str| {
        let mut key = ed.clone();
        key["kid"] = json!(kid);
        key
    };
    let two = keys(json!([named("a"), named("b")]));
    assert!(find(&two, Some("b"), Algorithm::EdDSA).is_some());
    assert!(find(&two, Some("c"), Algorithm::EdDSA).is_none());
    assert!(find(&two, None, Algorithm::EdDSA).is_none(), "which of the two?");
    assert!(find(&two, Some("a"), Algorithm::RS256).is_none());
    assert!(find(&keys(json!([ed])), None, Algorithm::EdDSA).is_some());
    let mut encrypting = named("a");
    encrypting["use"] = json!("enc");
    assert!(find(&keys(json!([encrypting])), Some("a"), Algorithm::EdDSA).is_none());
    let shared = keys(json!([{ "kty": "oct", "kid": "a", "k": "c2VjcmV0" }]));
    assert!(ALGORITHMS.iter().all(|algorithm| find(&shared, Some("a"), *algorithm).is_none()));
}

#[tokio::test]
async fn tokens_that_anybody_could_sign_are_refused_before_a_key_is_asked_for() {
    use jsonwebtoken::{EncodingKey, Header, encode};
    let provider = Provider::new(settings()).unwrap();
    let discovered = Discovered {
        issuer: "https://id.example".into(),
        authorization_endpoint: String::new(),
        token_endpoint: String::new(),
        jwks_uri: "https://127.0.0.1:1/never-asked".into(),
        userinfo_endpoint: None,
        token_endpoint_auth_methods_supported: None,
        authorization_response_iss_parameter_supported: false,
    };
    let shared = EncodingKey::from_secret(b"s");
    let hmac = encode(&Header::new(Algorithm::HS256), &json!({ "sub": "42" }), &shared).unwrap();
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.";
    for token in [hmac.as_str(), none, "nonsense", ""] {
        let refused = provider.verified(&discovered, token).await.unwrap_err();
        assert!(matches!(refused, OidcError::Token(_)), "{token}: {refused}");
    }
}

#[test]
fn secrets_are_not_sent_in_the_clear() {
    for (address, accepted) in [
        ("https://id.example", true),
        ("http://localhost:3000", true),
        ("http://127.0.0.1:3000/oidc", true),
        ("http://[::1]:3000", true),
        ("http://id.example", false),
        ("http://localhost.id.example", false),
        ("ftp://id.example", false),
        ("id.example", false),
    ] {
        assert_eq!(secure(address).is_ok(), accepted, "{address}");
    }
}

#[test]
fn an_attempt_is_taken_out_once_and_in_time() {
    let vault = Vault::in_memory().unwrap();
    let flow = Flow { nonce: "n".into(), verifier: "v".into(), return_to: "/".into(), beside: true };
    let (now, expires) = (at(NOW), at("2026-05-05T12:10:00Z"));
    vault.begin_flow(&[1; 32], &flow, expires).unwrap();
    vault.begin_flow(&[2; 32], &flow, expires).unwrap();
    assert_eq!(vault.take_flow(&[1; 32], now).unwrap(), Some(flow));
    assert_eq!(vault.take_flow(&[1; 32], now).unwrap(), None);
    assert_eq!(vault.take_flow(&[2; 32], expires).unwrap(), None);
}

#[test]
fn a_person_is_known_in_one_organization() {
    let vault = Vault::in_memory().unwrap();
    vault.know_person(&ann(), "https://id.example", "42").unwrap();
    let person = |org: &str, subject| vault.person(&OrgId::new(org).unwrap(), "https://id.example", subject);
    assert_eq!(person("acme", "42").unwrap(), Some(ann()));
    assert_eq!(person("acme", "43").unwrap(), None);
    assert_eq!(person("globex", "42").unwrap(), None);
}

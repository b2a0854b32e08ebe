//! The console as the server gives it to a browser: the page with its policy, its files, and what stands in its place
//! where it was not built.

use crate::world::World;

const PAGE: &str = "<!doctype html><meta name=\"csp-nonce\" content=\"__NONCE__\"><div id=root></div>";

/// A server whose console is these files.
fn with_console(files: &[(&str, &[u8])]) -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let path = folder.path().to_path_buf();
    (World::with(move |config| config.console = Some(path)), folder)
}

#[test]
fn every_page_is_the_console_with_a_number_of_its_own() {
    let (world, _folder) = with_console(&[("index.html", PAGE.as_bytes())]);
    let mut policies = Vec::new();
    for path in ["/", "/people", "/roles/commerce/buyer2", "/setup"] {
        let answer = world.ask("GET", path).header("Accept", "text/html,*/*").send().expect(200);
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert_eq!(nonce.len(), 32);
        assert!(answer.text().contains(&format!("content=\"{nonce}\"")), "{}", answer.text());
        for needed in
            ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"]
        {
            assert!(policy.contains(needed), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        policies.push(policy);
    }
    policies.sort();
    policies.dedup();
    assert_eq!(policies.len(), 4, "a number is used once");
}

#[test]
fn an_address_of_the_api_that_does_not_exist_is_an_error_and_not_a_page() {
    let (world, _folder) = with_console(&[("index.html", PAGE.as_bytes())]);
    for path in
        ["/v1/nothing", "/access/v1/nothing", "/orgs/acme/nothing", "/docs/nothing", "/assets/none.js"]
    {
        let answer = world.ask("GET", path).header("Accept", "text/html").send().expect(404);
        assert_eq!(answer.code(), "not_found", "{path}");
    }
    world.ask("GET", "/people").header("Accept", "application/json").send().expect(404);
    world.ask("POST", "/people").header("Accept", "text/html").send().expect(404);
}

#[test]
fn files_are_kept_by_browsers_and_sent_packed_to_those_who_take_it() {
    let files: [(&str, &[u8]); 4] = [
        ("index.html", PAGE.as_bytes()),
        ("assets/app-1.js", b"plain"),
        ("assets/app-1.js.gz", b"packed"),
        ("secret.js", b"outside"),
    ];
    let (world, _folder) = with_console(&files);
    let ask = |path: &str, coding: &str| world.ask("GET", path).header("Accept-Encoding", coding).send();
    let plain = ask("/assets/app-1.js", "identity").expect(200);
    assert_eq!((plain.text().as_str(), plain.header("content-encoding")), ("plain", None));
    assert_eq!(plain.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(plain.header("cache-control").unwrap().contains("immutable"));
    let packed = ask("/assets/app-1.js", "br, gzip").expect(200);
    assert_eq!((packed.text().as_str(), packed.header("content-encoding")), ("packed", Some("gzip")));
    for path in ["/assets/..%2Fsecret.js", "/assets/app-1.js.gz", "/assets/app-2.js"] {
        ask(path, "gzip").expect(404);
    }
}

#[test]
fn without_a_console_the_page_says_how_to_add_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_path_buf();
    let world = World::with(move |config| config.console = Some(path));
    let answer = world.ask("GET", "/").header("Accept", "text/html").send().expect(200);
    assert!(answer.text().contains("make console"), "{}", answer.text());
    assert!(!answer.text().contains("__NONCE__"));
}

//! Any text as an organization file: a report, refusals, or a state that answers, exports itself and is then complete.
#![no_main]

use ambit_catalog::builtin;
use ambit_catalog::organization::{parse_organization, to_yaml};
use ambit_engine::{EntityRef, Question, View};
use ambit_governance::{Leniency, decide, export, file};
use ambit_model::{Actor, SubjectKind, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(source) = std::str::from_utf8(data) else { return };
    let Ok(parsed) = parse_organization("fuzz.yaml", source) else { return };
    let products: Vec<&str> = builtin::products().collect();
    let catalogs = |product: &str| builtin::source(product).map(ToOwned::to_owned);
    let empty = View::default();
    let Ok(proposals) = file::proposals(&empty, &parsed, &products, &catalogs, "fuzz.yaml", source) else { return };
    let actor = Actor::Operator { vendor: true };
    let Ok(decided) = decide(&empty, proposals, &actor, Timestamp::UNIX_EPOCH, Leniency::default()) else { return };
    ask(&decided.next);
    let written = to_yaml(&export::organization(&decided.next)).unwrap();
    let again = parse_organization("again.yaml", &written).unwrap_or_else(|report| panic!("{report}\n{written}"));
    let proposals = file::proposals(&decided.next, &again, &products, &catalogs, "again.yaml", &written)
        .unwrap_or_else(|report| panic!("{report}\n{written}"));
    let same = decide(&decided.next, proposals, &actor, Timestamp::UNIX_EPOCH, Leniency::default());
    let changes = same.unwrap_or_else(|refusals| panic!("{refusals}\n{written}")).changes;
    assert!(changes.is_empty(), "{changes:?}\n{written}");
});

/// Every user and every resource is asked for a few permissions.
fn ask(view: &View) {
    let users = view.subjects(SubjectKind::User).take(4).map(|user| view.subject_ref(user).id);
    for user in users.collect::<Vec<_>>() {
        for node in view.nodes().take(8) {
            let name = view.node_ref(node);
            for permission in ["orders.place", "pages.publish", "rules.edit", "flags.edit", "users.invite"] {
                let question = Question {
                    subject: EntityRef::new("user", &user),
                    permission,
                    action: None,
                    resource: EntityRef::new(&name.kind, &name.id),
                    context: None,
                    time: Timestamp::UNIX_EPOCH,
                };
                let _ = view.answer(&question, ambit_engine::AnswerOptions { explain: true, asker: None });
            }
        }
    }
}

//! Any text as a catalog: a report or a catalog whose matrix can be made, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(source) = std::str::from_utf8(data) else { return };
    match ambit_catalog::parse_catalog("fuzz.yaml", source) {
        Ok((catalog, report)) => {
            let cells = ambit_catalog::matrix::default_matrix(&catalog);
            assert_eq!(cells.len(), catalog.roles.len() * catalog.permissions.len());
            assert!(!report.has_errors());
        }
        Err(report) => {
            assert!(report.has_errors());
            let _ = report.render(false);
        }
    }
});

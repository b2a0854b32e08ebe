//! Looks at the built console again when it was built again.

fn main() {
    println!("cargo::rerun-if-changed=../../console/dist");
    println!("cargo::rerun-if-changed=build.rs");
}

//! Puts the built web application into the binary. Without a build of it the page says how to make one.

use std::path::Path;
use std::{env, fs};

const MISSING: &str = "<!doctype html><title>Forecourt</title><p>The web application was not built: run <code>make web</code>.</p>";

fn main() {
    let built = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../web/dist");
    println!("cargo:rerun-if-changed={}", built.display());
    let page = if built.join("index.html").exists() {
        built.canonicalize().unwrap_or(built)
    } else {
        let empty = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("page");
        fs::create_dir_all(&empty)
            .and_then(|()| fs::write(empty.join("index.html"), MISSING))
            .expect("OUT_DIR is writable");
        empty
    };
    memory_serve::load_directory(page);
}

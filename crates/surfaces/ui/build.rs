//! Makes the table of the pages about error codes, from the files in `docs/errors`.
//!
//! The folder is the only list there is: a page that is added is in the next build, and one that
//! is removed is not. The texts themselves are compiled in by `include_str!`, so a page that is
//! edited is built again too. Reads nothing but the names in that folder.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    // Asked when it runs: the program may have been compiled in another checkout of the same sources.
    let home = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&home).join("../../../docs/errors").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name =
            entry?.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
        names.extend(name.strip_suffix(".md").filter(|stem| stem.starts_with("CS-")).map(str::to_owned));
    }
    names.sort();
    let mut table = String::from("&[\n");
    for name in names {
        let file = folder.join(format!("{name}.md"));
        writeln!(table, "    ({name:?}, include_str!({:?})),", file.display().to_string())?;
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("codes.rs"), table)?;
    Ok(())
}

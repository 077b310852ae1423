//! What the tests need from outside: PostgreSQL, a browser with its driver, the official Python
//! SDKs, an accessibility checker.
//!
//! On Debian and as root, missing packages are installed. Elsewhere the command says what is
//! missing and fails: a test that can't run is never skipped. What comes from PyPI and npm goes
//! into the target folder, pinned, and is installed once.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::run::{ask, has, program, say, step, target};

/// The official SDKs, at the versions the tests were written against.
const SDKS: [&str; 3] = ["openai==3.54.0", "anthropic==2.12.0", "google-genai==2.34.0"];
/// The accessibility checker.
const AXE: &str = "axe-core@4.14.1";

struct Need {
    what: &'static str,
    package: &'static str,
    met: fn() -> bool,
}

const NEEDS: [Need; 5] = [
    Need { what: "PostgreSQL's server", package: "postgresql", met: has_postgres },
    Need { what: "Chromium", package: "chromium", met: || has("chromium") },
    Need { what: "ChromeDriver", package: "chromium-driver", met: || has("chromedriver") },
    Need { what: "Python 3 with venv", package: "python3-venv", met: has_venv },
    Need { what: "npm", package: "npm", met: || has("npm") },
];

/// Makes sure that everything is there.
///
/// # Errors
/// Something is missing and can't be installed from here.
pub(crate) fn all() -> anyhow::Result<()> {
    system()?;
    let folder = target()?.join("e2e");
    std::fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    sdks(&folder)?;
    axe(&folder)
}

fn system() -> anyhow::Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.met)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if !(is_root() && has("apt-get")) {
        bail!("missing: {names}; on Debian: apt-get install {}", packages.join(" "));
    }
    say(format!("missing: {names}; installing"));
    no_default_cluster()?;
    let mut update = program("apt-get");
    update.args(["-qq", "update"]);
    step(update)?;
    let mut install = program("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["-qq", "install", "--yes", "--no-install-recommends"]);
    install.args(["-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Use-Pty=0"]).args(&packages);
    step(install)?;
    let still: Vec<&str> = NEEDS.iter().filter(|need| !(need.met)()).map(|need| need.what).collect();
    if still.is_empty() {
        Ok(())
    } else {
        bail!("still missing after the installation: {}", still.join(", "))
    }
}

/// Debian's package would make and start a database server of its own; no test wants it.
fn no_default_cluster() -> anyhow::Result<()> {
    let file = Path::new("/etc/postgresql-common/createcluster.conf");
    if has_postgres() || file.exists() {
        return Ok(());
    }
    std::fs::create_dir_all("/etc/postgresql-common")?;
    std::fs::write(file, "create_main_cluster = false\n").context("can't write createcluster.conf")
}

fn sdks(folder: &Path) -> anyhow::Result<()> {
    let venv = folder.join("venv");
    let wanted = SDKS.join("\n");
    if is_current(&venv, &wanted) {
        return Ok(());
    }
    let mut make = program("python3");
    make.args(["-m", "venv", "--clear"]).arg(&venv);
    step(make)?;
    let mut install = program(venv.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(SDKS);
    step(install)?;
    mark(&venv, &wanted)
}

fn axe(folder: &Path) -> anyhow::Result<()> {
    let modules = folder.join("axe");
    if is_current(&modules, AXE) {
        return Ok(());
    }
    std::fs::create_dir_all(&modules)?;
    let mut install = program("npm");
    install.args([
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--no-save",
        "--prefix",
    ]);
    install.arg(&modules).arg(AXE);
    step(install)?;
    if !modules.join("node_modules/axe-core/axe.min.js").exists() {
        bail!("{AXE} was installed, but its axe.min.js is not where it should be");
    }
    mark(&modules, AXE)
}

fn marker(folder: &Path) -> PathBuf {
    folder.join(".installed")
}

/// Whether this is what was installed in a folder.
pub(crate) fn is_current(folder: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(marker(folder)).is_ok_and(|installed| installed == wanted)
}

/// Notes what was installed in a folder.
///
/// # Errors
/// The note can't be written.
pub(crate) fn mark(folder: &Path, installed: &str) -> anyhow::Result<()> {
    std::fs::write(marker(folder), installed).context("can't note what was installed")
}

fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").exists())
}

fn has_venv() -> bool {
    let mut python = program("python3");
    python.args(["-c", "import venv, ensurepip"]);
    ask(python).is_some()
}

fn is_root() -> bool {
    let mut id = program("id");
    id.arg("-u");
    ask(id).as_deref() == Some("0")
}

//! A PostgreSQL server of one's own.
//!
//! Finds Debian's binaries, makes a cluster in a folder of its own, listens on a free port of
//! 127.0.0.1 and on a Unix socket in that folder, and is gone when dropped. It can be stopped and
//! started again on the same port, for tests of what happens while the database is away.
//! PostgreSQL refuses to run as root, so under root it runs as `postgres`, or else as `nobody`.
//! Nothing it stores survives power loss: durability is switched off for speed.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

const DEADLINE: Duration = Duration::from_secs(30);

/// A running (or stopped) server.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    binaries: PathBuf,
    user: Option<(u32, u32)>,
    port: u16,
    child: Option<Child>,
    databases: u32,
}

/// Starts a server.
///
/// # Panics
/// Where PostgreSQL is not installed or does not start; the text says which and what to do.
#[must_use]
#[track_caller]
pub fn postgres() -> Postgres {
    match Postgres::launch() {
        Ok(server) => server,
        Err(error) => panic!("no PostgreSQL for this test: {error:#}"),
    }
}

impl Postgres {
    /// Starts a server.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start; the text says which.
    pub fn launch() -> anyhow::Result<Self> {
        let binaries = binaries()?;
        let folder = tempfile::Builder::new().prefix("cs-pg-").tempdir().context("can't make a folder")?;
        let user = unprivileged(folder.path())?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).context("can't hand the folder over")?;
        }
        let mut server = Self { folder, binaries, user, port: 0, child: None, databases: 0 };
        let made = server.tool("initdb")?.arg("-D").arg(server.data()).args(INITDB).output()?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim());
        }
        for _ in 0..5 {
            server.port = free_port()?;
            if server.try_start().is_ok() {
                return Ok(server);
            }
        }
        bail!("postgres does not start: {}", server.log())
    }

    /// Where the database is: `postgres://countersign@127.0.0.1:PORT/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Makes a new, empty database and returns its URL.
    ///
    /// # Panics
    /// Where the server is not running.
    #[track_caller]
    pub fn fresh(&mut self) -> String {
        self.databases += 1;
        let name = format!("test_{}", self.databases);
        let made = self
            .tool("createdb")
            .and_then(|mut tool| Ok(tool.args(self.connection()).arg(&name).output()?))
            .expect("createdb can be run");
        assert!(made.status.success(), "createdb failed: {}", String::from_utf8_lossy(&made.stderr));
        self.url_of(&name)
    }

    /// As [`Postgres::fresh`], for tests that stop the server: it may forget its last commits then, and
    /// sessions by this URL may not.
    ///
    /// # Panics
    /// Where the server is not running.
    #[track_caller]
    pub fn fresh_and_lasting(&mut self) -> String {
        format!("{}?options=-csynchronous_commit%3Don", self.fresh())
    }

    /// Whether it answers.
    #[must_use]
    pub fn is_up(&self) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
    }

    /// Stops at once, as a crash would: connections break.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let stopped = self.tool("pg_ctl").and_then(|mut tool| {
            Ok(tool.arg("-D").arg(self.data()).args(["-m", "immediate", "-w", "stop"]).output()?)
        });
        if !stopped.is_ok_and(|output| output.status.success()) {
            drop(child.kill());
        }
        drop(child.wait());
    }

    /// Starts again after [`Postgres::stop`], on the same port with the same data.
    ///
    /// # Panics
    /// Where it does not start.
    #[track_caller]
    pub fn start(&mut self) {
        if self.child.is_some() {
            return;
        }
        if let Err(error) = self.try_start() {
            panic!("postgres does not start again: {error:#}");
        }
    }

    fn try_start(&mut self) -> anyhow::Result<()> {
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join("log"))?;
        let mut server = self.tool("postgres")?;
        server.arg("-D").arg(self.data()).args(["-p", &self.port.to_string(), "-h", "127.0.0.1", "-k"]);
        server.arg(self.folder.path());
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        let mut child = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        let end = Instant::now() + DEADLINE;
        while Instant::now() < end {
            if child.try_wait()?.is_some() {
                bail!("it ended at once: {}", self.log());
            }
            if self.tool("pg_isready")?.args(self.connection()).output()?.status.success() {
                self.child = Some(child);
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(child.kill());
        drop(child.wait());
        bail!("it is not ready after {} s: {}", DEADLINE.as_secs(), self.log())
    }

    fn tool(&self, name: &str) -> anyhow::Result<Command> {
        let path = self.binaries.join(name);
        if !path.exists() {
            bail!("{} is missing; install Debian's package postgresql", path.display());
        }
        let mut tool = Command::new(path);
        tool.env("LC_ALL", "C").current_dir("/");
        if let Some((uid, gid)) = self.user {
            tool.uid(uid).gid(gid);
        }
        Ok(tool)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://countersign@127.0.0.1:{}/{database}", self.port)
    }

    fn connection(&self) -> [String; 6] {
        ["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "countersign"].map(String::from)
    }

    fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let mut last: Vec<_> = text.lines().rev().take(5).collect();
        last.reverse();
        last.join(" | ")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

const INITDB: [&str; 6] = [
    "--no-sync",
    "--no-instructions",
    "--auth=trust",
    "--username=countersign",
    "--encoding=UTF8",
    "--locale=C",
];

const SETTINGS: [&str; 6] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=16MB",
    "max_connections=60",
    "timezone=UTC",
];

/// Debian keeps one folder of binaries a version; the newest is taken.
fn binaries() -> anyhow::Result<PathBuf> {
    let root = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let binaries = entry.path().join("bin");
            binaries.join("initdb").exists().then_some((version, binaries))
        })
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, binaries)| binaries)
        .context("PostgreSQL is not installed under /usr/lib/postgresql; `cargo xtask test` installs it, or: apt-get install postgresql")
}

/// Whom to run as: nobody else, unless we are root.
fn unprivileged(ours: &Path) -> anyhow::Result<Option<(u32, u32)>> {
    if std::fs::metadata(ours)?.uid() != 0 {
        return Ok(None);
    }
    let accounts = std::fs::read_to_string("/etc/passwd").context("can't read /etc/passwd")?;
    let find = |name: &str| {
        accounts.lines().map(|line| line.split(':').collect::<Vec<_>>()).find_map(|fields| match fields[..] {
            [account, _, uid, gid, ..] if account == name => Some((uid.parse().ok()?, gid.parse().ok()?)),
            _ => None,
        })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    found.map(Some).context("PostgreSQL can't run as root, and there is neither a user postgres nor nobody")
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_stops_and_starts_again_on_the_same_port() {
        let mut server = postgres();
        let url = server.fresh();
        assert!(server.is_up() && url.ends_with("/test_1"), "{url}");
        server.stop();
        assert!(!server.is_up());
        server.start();
        assert!(server.is_up());
        assert_ne!(server.fresh(), url);
        let folder = server.folder.path().to_owned();
        drop(server);
        assert!(!folder.exists());
    }
}

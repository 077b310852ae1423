//! `DATA/admin.json`: how commands on this machine find the server and prove that they may.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::machine::private_file;

/// The file while the server runs. Removed when dropped.
#[derive(Debug)]
pub(crate) struct AdminFile(PathBuf);

impl AdminFile {
    /// Writes it, over a stale one if need be, readable by this user only.
    pub(crate) fn write(data: &Path, address: SocketAddr, token: &str) -> anyhow::Result<Self> {
        let path = data.join("admin.json");
        let content = serde_json::json!({"url": url(address), "token": token});
        private_file(&path, content.to_string().as_bytes())?;
        Ok(Self(path))
    }
}

impl Drop for AdminFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::debug!(%error, "admin.json could not be removed");
        }
    }
}

/// The address as a browser on this machine reaches it.
pub(crate) fn url(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        std::net::IpAddr::V4(ip) => ip.to_string(),
    };
    format!("http://{host}:{}", address.port())
}

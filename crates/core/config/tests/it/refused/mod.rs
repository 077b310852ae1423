//! Wrong files, and exactly what is said about them.

mod files;
mod keys;
mod prices;
mod providers;
mod redaction;
mod references;
mod values;

use config::Files;
use expect_test::Expect;

use crate::support::said;

const ROOT: &str = "countersign.toml";
const WORKFLOW: &str = "workflows/replies.toml";

#[expect(clippy::needless_pass_by_value, reason = "tables read better without borrows")]
fn check(files: Files, expected: Expect) {
    expected.assert_eq(&said(&files));
}

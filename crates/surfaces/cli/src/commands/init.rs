//! `init`: writes a commented sample workspace. Never overwrites: if any of its files is there
//! already, nothing at all is written.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use config::Files;
use serde_json::json;

use crate::args::Init;
use crate::exit::{Exit, No};
use crate::output::Output;

/// Writes the sample.
pub(super) fn run(args: &Init, output: &mut Output) -> anyhow::Result<Exit> {
    let sample = config::sample();
    let there: Vec<&str> =
        sample.keys().filter(|path| args.dir.join(path).exists()).map(String::as_str).collect();
    if !there.is_empty() {
        let folder = args.dir.display();
        return Err(No(format!("{folder} holds {} already; nothing was written", there.join(", "))).into());
    }
    write(&args.dir, &sample)?;
    report(&args.dir, &sample, output)?;
    Ok(Exit::Done)
}

fn write(folder: &Path, files: &Files) -> anyhow::Result<()> {
    for (path, text) in files {
        let place = folder.join(path);
        let about = || format!("could not write {}", place.display());
        fs::create_dir_all(place.parent().unwrap_or(folder)).with_context(about)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&place).with_context(about)?;
        file.write_all(text.as_bytes()).with_context(about)?;
    }
    Ok(())
}

fn report(folder: &Path, files: &Files, output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        output.object(&json!({ "folder": folder, "files": files.keys().collect::<Vec<_>>() }))?;
        return Ok(());
    }
    let (mut check, mut serve) = ("countersign check".to_owned(), "countersign serve".to_owned());
    if folder != Path::new(".") {
        check = format!("{check} {}", folder.display());
        serve = format!("{serve} --workspace {}", folder.display());
    }
    output.line("Wrote a sample workspace:")?;
    for path in files.keys() {
        output.line(format!("  {}", folder.join(path).display()))?;
    }
    output.line(format!("\nNext: edit it, then `{check}` and `{serve}`."))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::args::Check;
    use crate::commands::check;
    use crate::output::testing::buffers;

    #[test]
    fn the_sample_passes_check_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("acme");
        let (mut output, out, _) = buffers(false);
        assert_eq!(run(&Init { dir: dir.clone() }, &mut output).unwrap(), Exit::Done);
        let text = out.text().replace(&folder.path().display().to_string(), "TMP");
        expect![[r#"
            Wrote a sample workspace:
              TMP/acme/countersign.toml
              TMP/acme/prices.toml
              TMP/acme/prompts/first-answer.prompty
              TMP/acme/workflows/first-answers.toml

            Next: edit it, then `countersign check TMP/acme` and `countersign serve --workspace TMP/acme`.
        "#]]
        .assert_eq(&text);

        let (mut output, _, err) = buffers(false);
        assert_eq!(check::run(&Check { dir: dir.clone() }, &mut output).unwrap(), Exit::Done);
        assert_eq!(err.text(), "");

        let root = dir.join("countersign.toml");
        fs::remove_file(&root).unwrap();
        let refused = run(&Init { dir }, &mut output).unwrap_err();
        assert_eq!(crate::exit::of_error(&refused), Exit::No);
        assert!(!root.exists(), "nothing is written where anything is in the way");
    }
}

//! `errors`: what an error code means. Prints the page that the binary carries; asks no server.

use serde_json::json;
use ui::codes::{self, CodePage};

use crate::args::Errors;
use crate::exit::{Exit, No};
use crate::output::{Align, Output, Table};

/// Prints the page about one code, or the list of all.
pub(super) fn run(args: &Errors, output: &mut Output) -> anyhow::Result<Exit> {
    match &args.code {
        Some(code) => one(codes::find(code).map_err(|refusal| No(refusal.to_string()))?, output)?,
        None => all(output)?,
    }
    Ok(Exit::Done)
}

fn one(page: CodePage, output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        let whole =
            json!({ "code": page.code, "title": page.title(), "path": page.path(), "text": page.text });
        output.object(&whole)?;
    } else {
        output.text(page.text)?;
    }
    Ok(())
}

fn all(output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([("code", Align::Left), ("meaning", Align::Left)]);
    for page in codes::all() {
        if output.is_json() {
            output.object(&json!({ "code": page.code, "title": page.title(), "path": page.path() }))?;
        }
        table.row([page.code.to_owned(), page.title().to_owned()]);
    }
    if !output.is_json() {
        output.table(&table)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing;

    fn printed(code: Option<&str>, json: bool) -> anyhow::Result<String> {
        let (mut output, out, _err) = testing::buffers(json);
        run(&Errors { code: code.map(str::to_owned) }, &mut output).map(|_| out.text())
    }

    #[test]
    fn a_code_is_explained_without_a_server() {
        let page = printed(Some("cs-0205"), false).unwrap();
        assert!(
            page.starts_with("# CS-0205: Model not allowed\n") && page.contains("## What to do"),
            "{page}"
        );
        let page = printed(Some("205"), true).unwrap();
        assert!(page.starts_with("{\"code\":\"CS-0205\",\"path\":\"/errors/CS-0205\""), "{page}");
        assert!(printed(Some("CS-9999"), false).unwrap_err().is::<No>());
    }

    #[test]
    fn the_list_names_every_code() {
        for json in [true, false] {
            let list = printed(None, json).unwrap();
            assert!(
                codes::all().all(|page| list.contains(page.code) && list.contains(page.title())),
                "{list}"
            );
        }
    }
}

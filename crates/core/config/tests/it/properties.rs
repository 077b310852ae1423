//! Whatever the files say, reading them ends, and ends without a panic.

use config::Severity;
use proptest::prelude::*;

use crate::support::files;

/// A workspace with a few places of one file overwritten.
fn spoiled() -> impl Strategy<Value = config::Files> {
    let cut = (any::<prop::sample::Index>(), 0_usize..12, "[\\[\\]{}=\"'#\\n.,a-z0-9 é\u{0}-]{0,6}");
    (any::<bool>(), any::<bool>(), prop::collection::vec(cut, 1..4)).prop_map(|(sample, root, cuts)| {
        let mut files = if sample { config::sample() } else { files() };
        let path = if root {
            "countersign.toml".to_owned()
        } else {
            files.keys().last().cloned().unwrap_or_default()
        };
        let text = files.get_mut(&path).unwrap();
        for (at, length, new) in cuts {
            let mut chars: Vec<char> = text.chars().collect();
            let start = at.index(chars.len() + 1);
            let end = (start + length).min(chars.len());
            chars.splice(start..end, new.chars());
            *text = chars.into_iter().collect();
        }
        files
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", path in "(countersign|prices|workflows/a)\\.toml") {
        let _either = config::load(&[(path, text)].into());
    }

    #[test]
    fn a_spoiled_workspace_is_read_or_refused_with_a_reason(files in spoiled()) {
        match config::load(&files) {
            Ok(workspace) => prop_assert!(workspace.warnings.iter().all(|p| p.severity == Severity::Warning)),
            Err(problems) => {
                prop_assert!(problems.iter().any(|p| p.severity == Severity::Error));
                for problem in &problems {
                    prop_assert!(!problem.message.is_empty());
                    prop_assert!(problem.to_string().contains(&problem.file));
                    let lines = files.get(&problem.file).map_or(0, |text| text.split('\n').count());
                    prop_assert!(usize::try_from(problem.line).unwrap() <= lines);
                }
            }
        }
    }

    #[test]
    fn the_same_files_have_the_same_hash(files in spoiled()) {
        if let (Ok(first), Ok(second)) = (config::load(&files), config::load(&files.clone())) {
            prop_assert_eq!(first, second);
        }
    }
}

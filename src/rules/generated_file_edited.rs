//! Files that specc wrote and somebody changed.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{ChangedOutput, Repository};

rule! {
    /// A file that specc rendered was edited by hand.
    ///
    /// ## What
    /// Compares every file that a `manifest.json` of `specc render` lists with the hash it was written with. A file that is
    /// gone is reported, too, unless git ignores it.
    ///
    /// ## Why
    /// The edit is in one environment and in no spec: the other environments do not have it, and the next render either
    /// stops at it or, with `--force`, takes it away. A route that was added by hand to production's proxy worked for
    /// weeks, and was gone after an unrelated deploy.
    ///
    /// ## Example
    /// ```nginx
    /// # deploy/production/nginx/available/shop.conf, rendered by specc
    /// location /admin { proxy_pass http://shop-backend; }    # added on a Friday
    /// ```
    ///
    /// ## Fix
    /// Say it in the spec, for every environment, and render again:
    /// ```yaml
    /// sites:
    ///   web:
    ///     routes: { /admin: backend }
    /// ```
    pub GENERATED_FILE_EDITED = Error "generated-file-edited";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let changed = facts.outputs.iter().flat_map(|output| &output.changed);
    findings.extend(changed.map(finding));
}

fn finding(file: &ChangedOutput) -> Diagnostic {
    let path = file.path.display();
    if file.missing {
        return Diagnostic::new(&GENERATED_FILE_EDITED, format!("`{path}` is gone, and specc wrote it"))
            .at(file.span, "listed here")
            .help("Run `specc render` to have it back; if it should not be there, take it out of the spec");
    }
    Diagnostic::new(&GENERATED_FILE_EDITED, format!("`{path}` was edited by hand after specc wrote it"))
        .at(file.span, "not what was rendered")
        .help("Take the change over into the spec, then replace the file with `specc render --force`")
}

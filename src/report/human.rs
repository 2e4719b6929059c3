//! For people: each finding with the lines it is about, in every file, and what to do next.

use super::excerpt::{Excerpt, MOST_LABELS, one_line, plain};
use super::{Look, Report};
use crate::diagnostic::{self, Severity};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::fmt::{self, Write as _};

/// Findings shown in full: who has more than these mends the first ones and asks again.
const MOST_FINDINGS: usize = 50;
const MOST_OF_A_MESSAGE: usize = 2_000;

/// Every finding, then one line that counts them.
pub(super) fn render(report: &Report<'_>, look: Look) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = draw(&mut text, report, look);
    text
}

fn draw(text: &mut String, report: &Report<'_>, look: Look) -> fmt::Result {
    let mut order = report.findings.clone();
    if order.len() > MOST_FINDINGS {
        order.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    }
    let theme = if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width.clamp(40, 160))
        .with_links(false)
        .with_context_lines(1)
        .without_syntax_highlighting();
    for finding in order.iter().take(MOST_FINDINGS) {
        let shown = Shown::new(report, finding);
        text.push_str(&header(finding, look.color));
        let before = text.len();
        // A label that cannot be drawn must not hide the message.
        if handler.render_report(text, &shown).is_err() {
            text.truncate(before);
            writeln!(text, "  {}", shown.message)?;
        }
        text.push('\n');
    }
    if order.len() > MOST_FINDINGS {
        writeln!(text, "… and {} more\n", order.len() - MOST_FINDINGS)?;
    }
    for gap in &report.gaps {
        let reason = one_line(&gap.reason, MOST_OF_A_MESSAGE);
        writeln!(text, "not followed: {}:{}: {reason}", gap.path, gap.line)?;
    }
    let summary = report.summary();
    if !summary.is_empty() {
        writeln!(text, "{summary}")?;
    }
    Ok(())
}

/// `error[port-collision]`.
fn header(finding: &diagnostic::Diagnostic, color: bool) -> String {
    let name = finding.severity().name();
    let code = finding.code.name;
    let paint = match finding.severity() {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Info => "36",
    };
    if color { format!("\u{1b}[1;{paint}m{name}[{code}]\u{1b}[0m\n") } else { format!("{name}[{code}]\n") }
}

/// One finding as miette asks for it.
#[derive(Debug)]
struct Shown {
    message: String,
    help: Option<String>,
    severity: Severity,
    excerpt: Excerpt,
}

impl Shown {
    fn new(report: &Report<'_>, finding: &diagnostic::Diagnostic) -> Self {
        let tidy = |text: &str| -> String {
            text.chars()
                .take(MOST_OF_A_MESSAGE)
                .map(|letter| if letter == '\n' { '\n' } else { plain(letter) })
                .collect()
        };
        let more = finding.labels.len().saturating_sub(MOST_LABELS);
        let mut message = tidy(&finding.message);
        if more > 0 {
            message = format!("{message} (and {more} more places)");
        }
        Self {
            message,
            help: finding.help.as_deref().map(tidy),
            severity: finding.severity(),
            excerpt: Excerpt::new(report.sources, &finding.labels),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}

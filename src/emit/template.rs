//! Text from templates that fail rather than leave something out.

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

/// Templates of one target, by name. They see only what a typed context gives them: a name that is not in it is
/// a fault, and nothing is escaped, since contexts hold words that are quoted already.
pub(super) fn environment(templates: &[(&'static str, &'static str)]) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let mut syntax = SyntaxConfig::builder();
    match syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build() {
        Ok(syntax) => environment.set_syntax(syntax),
        Err(error) => panic!("the templates' syntax: {error:#}"),
    }
    for (name, source) in templates {
        if let Err(error) = environment.add_template(name, source) {
            panic!("the template {name}: {error:#}");
        }
    }
    environment
}

/// Renders one template, with no room left behind the text: thousands of them wait to be written. It panics only when the
/// template and its context disagree, whatever the spec says.
pub(super) fn render(environment: &Environment<'_>, name: &str, context: Value) -> String {
    let mut text = environment
        .get_template(name)
        .and_then(|template| template.render(context))
        .unwrap_or_else(|error| panic!("the template {name}: {error:#}"));
    text.shrink_to_fit();
    text
}

//! The `specc` program.

fn main() -> std::process::ExitCode {
    specc::cli::run()
}

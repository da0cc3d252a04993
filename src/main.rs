//! The program: hands the arguments to the command line and turns what comes back into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    auditty::cli::main(std::env::args_os().collect())
}

//! The program: harden, run, exit. Everything else is in the library.

use aws_auth::app;
use aws_auth::error::{Class, Error};
use aws_auth::os::{guard, harden};
use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

/// Wipes every piece of memory when it is freed, also those of the libraries that handle secrets without knowing it.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[expect(clippy::disallowed_methods, reason = "this is the one place that ends the process")]
fn main() {
    harden::harden();
    // The text of a panic may hold anything, and a release build aborts without unwinding: say that it happened, make
    // the caller's eval fail, give the terminal back.
    std::panic::set_hook(Box::new(|_| {
        guard::restore_terminal();
        let fault = Error::new(Class::Internal, "a fault of its own ended it");
        app::tell(&fault.hint("please report it with the command you typed"));
        std::process::exit(app::fail(Class::Internal.code()).into());
    }));
    let argv: Vec<_> = std::env::args_os().collect();
    std::process::exit(app::run(&argv).into());
}

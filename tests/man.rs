//! `aws-auth man`: the page, and what the programs that read such pages say of it.

use crate::support::{Home, tools};

#[test]
fn the_page_is_printed_and_no_linter_has_anything_to_say() {
    let home = Home::new();
    let page = home.run(["man"]).go();
    page.ok().quiet();
    assert!(page.out().contains("credential\\-process"), "{page:?}");
    let file = home.write("aws-auth.1", page.out());
    let file = file.to_str().expect("text");
    for argv in [&["mandoc", "-T", "lint", file][..], &["man", "--warnings", "-l", file]] {
        if tools::need(argv[0]).is_some() {
            let outcome = home.command(argv).env("MANPAGER", "cat").go();
            let told = if argv[0] == "mandoc" { outcome.out() } else { "" };
            assert!(told.is_empty() && outcome.ok().err().is_empty(), "{outcome:?}");
        }
    }
}

//! Keeping what this process has in its memory from being written to a disk.

use std::ffi::c_long;

/// Has the kernel keep in memory what this process has written: heap, stacks, what it has mapped for itself. As much of it
/// as the limit allows, which is for address space: so files are left out, and pages that nobody has used yet are kept from
/// their first use on, instead of being made now. Undone by munlockall.
/// Source: <https://man7.org/linux/man-pages/man2/mlock.2.html>
pub fn keep_in_memory() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return };
    for (start, length) in maps.lines().filter_map(written) {
        // SAFETY: the call changes nothing of what is there, and a range that is gone by now is refused. It is made by its
        // number because not every C library has it.
        let _ = unsafe { libc::syscall(libc::SYS_mlock2, start, length, libc::MLOCK_ONFAULT) };
    }
}

/// Where a line of the table says that memory is this process's own to write: its start and its length.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html>
fn written(line: &str) -> Option<(c_long, c_long)> {
    let mut columns = line.split_ascii_whitespace();
    let (start, end) = columns.next()?.split_once('-')?;
    let [permissions, _, _, inode] = [columns.next()?, columns.next()?, columns.next()?, columns.next()?];
    if !(permissions.starts_with("rw") && permissions.ends_with('p') && inode == "0") {
        return None;
    }
    let [start, end] = [c_long::from_str_radix(start, 16).ok()?, c_long::from_str_radix(end, 16).ok()?];
    Some((start, end - start))
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn only_what_is_written_and_no_files_is_kept() {
        let rows = [
            ("5581a000-5581b000 rw-p 00000000 00:00 0    [heap]", Some((0x5581_a000, 0x1000))),
            ("7f00000000-7f00002000 rw-p 00000000 00:00 0 ", Some((0x7f_0000_0000, 0x2000))),
            ("7f00000000-7f00002000 ---p 00000000 00:00 0 ", None),
            ("7f00000000-7f00002000 r-xp 00001000 08:01 77 /usr/bin/aws-auth", None),
            ("7f00000000-7f00002000 rw-p 00001000 08:01 77 /usr/bin/aws-auth", None),
            ("7f00000000-7f00002000 rw-s 00000000 00:01 0 /dev/zero", None),
            ("nonsense", None),
        ];
        for (line, expected) in rows {
            assert_eq!(written(line), expected, "{line}");
        }
    }
}

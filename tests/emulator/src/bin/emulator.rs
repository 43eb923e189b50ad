//! Runs the emulator until standard input closes: `emulator [--tls] [--latency-ms N] [--reuse-codes]`.
//!
//! Prints one `NAME=value` line for the URL, the CA's file (with `--tls`), each person's key, MFA serial and TOTP secret,
//! and each role, then an empty line. From then on every line of input is a person's name, in capitals as above, and is
//! answered with the code that the person's device shows.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use aws_auth_emulator::{Certificate, Emulator, PEOPLE, World, role};

struct Options {
    tls: bool,
    latency: Duration,
    reuse_codes: bool,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("usage: emulator [--tls] [--latency-ms N] [--reuse-codes]");
        return ExitCode::from(2);
    };
    let world = World { codes_are_reusable: options.reuse_codes, ..World::standard() };
    let emulator = if options.tls { Emulator::start_tls(world, Certificate::Good) } else { Emulator::start(world) };
    emulator.set_latency(options.latency);
    let ca = env::temp_dir().join(format!("aws-auth-emulator-{}.pem", std::process::id()));
    let served = serve(&emulator, options.tls.then_some(&ca));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Option<Options> {
    let mut options = Options { tls: false, latency: Duration::ZERO, reuse_codes: false };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--tls" => options.tls = true,
            "--reuse-codes" => options.reuse_codes = true,
            "--latency-ms" => options.latency = Duration::from_millis(words.next()?.parse().ok()?),
            _ => return None,
        }
    }
    Some(options)
}

fn serve(emulator: &Emulator, ca: Option<&PathBuf>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "URL={}", emulator.url())?;
    if let Some(ca) = ca {
        // Never over a file that is there: the directory is everyone's.
        fs::File::create_new(ca)?.write_all(emulator.ca_pem().as_bytes())?;
        writeln!(out, "CA={}", ca.display())?;
    }
    for person in PEOPLE {
        let name = person.name().to_uppercase();
        writeln!(out, "{name}_ACCESS_KEY_ID={}", person.access_key_id)?;
        writeln!(out, "{name}_SECRET_ACCESS_KEY={}", person.secret_access_key)?;
        if !person.mfa_serial.is_empty() {
            writeln!(out, "{name}_MFA_SERIAL={}", person.mfa_serial)?;
            writeln!(out, "{name}_TOTP_SECRET={}", person.totp_secret)?;
        }
    }
    for (name, arn) in role::ALL {
        writeln!(out, "ROLE_{name}={arn}")?;
    }
    writeln!(out)?;
    out.flush()?;
    let answered = answer(emulator, &mut out);
    ca.map_or(Ok(()), fs::remove_file)?;
    answered
}

/// Plays everybody's MFA device.
fn answer(emulator: &Emulator, out: &mut impl Write) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        let device = PEOPLE.iter().find(|person| person.name().to_uppercase() == line);
        let serial = device.map(|person| person.mfa_serial).filter(|serial| !serial.is_empty());
        writeln!(out, "{}", serial.map(|serial| emulator.fresh_code(serial)).unwrap_or_default())?;
        out.flush()?;
    }
    Ok(())
}

//! `choque log …`.

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    check::{self, Report},
    key::begin_anew,
    note::{NoteFault, VerifierKey},
    verifier_key,
    verify::{Held, Keys, Refusal, bundle},
    witness_key,
};
use crate::app::App;

/// Whatever ends the command, in a sentence.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The exit code of what was looked at and found wrong. What could not be looked at is 1.
const WRONG: u8 = 2;

/// What to verify, and against what.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
pub struct Verify {
    /// The exchange whose log is verified; without it, the one in our own database.
    #[arg(conflicts_with = "bundle")]
    pub url: Option<String>,
    /// A proof bundle of a batch, verified offline.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// A verifier key of the log or of a witness, from a sticker sheet or a partner. With a witness's key, its signature
    /// is asked for.
    #[arg(long = "key", value_name = "KEY")]
    pub key: Vec<VerifierKey>,
    /// A file with such keys, one a line.
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// A checkpoint kept from before, such as a witness has: the log must go on from it.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Keeps the checkpoint that was found right in this file, for the next time.
    #[arg(long, value_name = "FILE", requires = "url")]
    pub save: Option<PathBuf>,
}

impl Verify {
    /// Whether our own database is what is verified.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        self.url.is_none() && self.bundle.is_none()
    }

    fn keys(&self) -> Result<Keys, Failure> {
        let mut keys: Keys = match &self.keys {
            Some(path) => read(path)
                .and_then(|bytes| Ok(String::from_utf8(bytes)?))
                .and_then(|text| Ok(text.parse()?))?,
            None => Keys::default(),
        };
        self.key.iter().cloned().for_each(|key| keys.add(key));
        Ok(keys)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// The checkpoint held, or the code to end with when it is no checkpoint, or forged.
fn held(verify: &Verify, keys: &Keys) -> Result<Result<Option<Held>, NoteFault>, Failure> {
    let Some(path) = &verify.checkpoint else {
        return Ok(Ok(None));
    };
    Ok(Held::read(&read(path)?, keys).map(Some))
}

fn wrong(reason: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("choque: refused: {reason}");
    ExitCode::from(WRONG)
}

/// Verifies a bundle or another exchange's log; needs no database.
pub async fn verify_elsewhere(verify: &Verify) -> Result<ExitCode, Failure> {
    let keys = verify.keys()?;
    let held = match held(verify, &keys)? {
        Ok(held) => held,
        Err(fault) => return Ok(wrong(&format!("the checkpoint held: {fault}"))),
    };
    if let Some(path) = &verify.bundle {
        return Ok(match bundle(&read(path)?, &keys, held.as_ref()) {
            Ok(proven) => {
                println!("{proven}");
                ExitCode::SUCCESS
            }
            Err(refusal) => wrong(&refusal),
        });
    }
    let url = verify.url.as_deref().unwrap_or("");
    let on_terminal = std::io::stderr().is_terminal();
    let heard = |done: u64, of: u64| {
        if on_terminal {
            eprint!("\r{done} of {of} leaves");
        }
    };
    let outcome = check::remote(url, &keys, held.as_ref(), heard).await;
    if on_terminal {
        eprintln!();
    }
    let verified = match outcome {
        Ok(verified) => verified,
        Err(fault @ check::RemoteFault::Unread { .. }) => return Err(fault.into()),
        Err(fault) => return Ok(wrong(&fault)),
    };
    println!("The log {} is right: {} leaves.", verified.origin, verified.size);
    if let Some(since) = verified.since {
        println!("It goes on from the checkpoint held, of {since} leaves.");
    }
    if verified.own_key {
        println!("The key is the server's own word. To be sure, take it from a sticker sheet or a partner: --key KEY.");
    }
    if !verified.witnesses.is_empty() {
        println!("Witnesses: {}.", verified.witnesses.join(", "));
    }
    if let Some(path) = &verify.save {
        std::fs::write(path, &verified.checkpoint).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Verifies the log of our own database.
pub async fn verify_own(app: &App, verify: &Verify) -> Result<ExitCode, Failure> {
    let keys = verify.keys()?;
    let held = match held(verify, &keys)? {
        Ok(held) => held,
        Err(fault) => return Ok(wrong(&format!("the checkpoint held: {fault}"))),
    };
    let mut report = check::own(app, held.as_ref()).await?;
    let origin = report.origin.clone();
    if let Some(origin) = origin.filter(|_| !keys.logs.is_empty())
        && keys.logs.iter().all(|key| key.name() != origin)
    {
        report.faults.push(Refusal::NoKey(origin).to_string());
    }
    tell(&report);
    Ok(if report.is_right() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(WRONG)
    })
}

fn tell(report: &Report) {
    for fault in &report.faults {
        eprintln!("choque: refused: {fault}");
    }
    if report.more_faults > 0 {
        eprintln!("choque: and {} more", report.more_faults);
    }
    println!(
        "{} {} leaves: {} events unchanged, {} erased; {} events wait; {} checkpoints.",
        report.origin.as_deref().unwrap_or("The log"),
        report.leaves,
        report.events,
        report.erased,
        report.waiting,
        report.checkpoints
    );
}

/// The keys by which others verify this exchange's log and its hand as a witness, one a line.
pub async fn keys(app: &App) -> Result<String, Failure> {
    Ok(format!("{}\n{}", verifier_key(app).await?, witness_key(app).await?))
}

/// Freezes the log and begins a new one, for a restored backup.
pub async fn renew(app: &App) -> Result<String, Failure> {
    let key = begin_anew(app).await?;
    super::advance(app).await?;
    Ok(format!(
        "The old log is frozen. The new one is {}.\nPartners must add this exchange again to witness it. Its key:\n{key}",
        key.name()
    ))
}

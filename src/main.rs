//! The command line.

use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};

use axum::serve::ListenerExt;
use choque::{
    app::{App, Source},
    config::Config,
    db,
    demo::{self, Scale},
    duties, erase, federation, identity, jobs,
    listings::bulk::command as bulk,
    recall, routes,
    trace::log::command::{self as log, Verify},
};
use clap::{Parser, Subcommand};
use entity::{Phone, listings::import::Format};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Chợ Quê: the agricultural exchange a province runs.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the exchange.
    Serve(Listen),
    /// Fills an empty database with a demo province and serves it.
    Demo {
        #[command(flatten)]
        listen: Listen,
        /// How large the demo is.
        #[arg(long, value_enum, default_value = "province")]
        scale: Scale,
    },
    /// Brings the tables up to date and ends.
    Migrate(Database),
    /// Administrators.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// API tokens.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Exchanges from which this one pulls listings.
    Partner {
        #[command(subcommand)]
        command: PartnerCommand,
    },
    /// The transparency log.
    Log {
        #[command(subcommand)]
        command: LogCommand,
    },
    /// People.
    Person {
        #[command(subcommand)]
        command: PersonCommand,
    },
    /// Takes a file in; exit code 2 when some of it was refused.
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Recalls.
    Recall {
        #[command(subcommand)]
        command: RecallCommand,
    },
    /// Writes a file.
    Export {
        #[command(subcommand)]
        command: ExportCommand,
    },
}

#[derive(Debug, clap::Args)]
struct Database {
    /// The database, instead of CHOQUE_DATABASE_URL.
    #[arg(long = "db", value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Listen {
    /// Address and port, instead of CHOQUE_LISTEN.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Makes an administrator; the password is read from standard input.
    Create {
        #[arg(long)]
        phone: Phone,
        #[arg(long, default_value = "Quản trị")]
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// Removes every second factor of an account whose owner has lost them all; make sure who asks.
    ForgetSecondFactors {
        #[arg(long)]
        phone: Phone,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Makes a token for the account with this phone and prints it once.
    Create {
        #[arg(long)]
        phone: Phone,
        #[arg(long)]
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum PartnerCommand {
    /// Adds the exchange at this address and pins its id and keys; again, it takes its new keys.
    Add {
        /// Such as https://san.example.vn
        url: String,
        /// What it is called here; by default what it calls itself.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        database: Database,
    },
    /// Tells how each partner is.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Pulls what a partner, or every partner, has on sale.
    Pull {
        /// What the partner is called here.
        name: Option<String>,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum RecallCommand {
    /// Carries a recall out, takes it back at once, and publishes how long it took.
    Drill {
        /// Of which batch: its id, its short code, or GTIN/lot; otherwise the one that went into most others.
        #[arg(long)]
        batch: Option<String>,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum LogCommand {
    /// Verifies our own log, another exchange's, or a proof bundle; exit code 2 when something is wrong.
    Verify {
        #[command(flatten)]
        verify: Verify,
        #[command(flatten)]
        database: Database,
    },
    /// Prints the keys that others verify with: the log's, then the witness's.
    Key {
        #[command(flatten)]
        database: Database,
    },
    /// Freezes the log and begins a new one, in a database that was restored from a backup.
    Renew {
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum PersonCommand {
    /// Erases a person who has asked for it, and all that they have told. It cannot be undone.
    Erase {
        #[arg(long)]
        phone: Phone,
        /// Says that it is meant; without it nothing is done.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Listings from a CSV or XLSX file in the shape of `export listings`.
    Listings {
        file: PathBuf,
        /// Says what would be done and does nothing.
        #[arg(long)]
        dry_run: bool,
        /// For whom: a seller's slug or id.
        #[arg(long)]
        seller: String,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, Subcommand)]
enum ExportCommand {
    /// Listings, in the shape that `import listings` takes.
    Listings {
        /// Only those of this seller: a slug or an id.
        #[arg(long)]
        seller: Option<String>,
        #[arg(long, value_enum, default_value = "csv")]
        format: FileFormat,
        /// Where to, instead of standard output.
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FileFormat {
    Csv,
    Xlsx,
}

/// Whatever ends the program, in a sentence.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    match run(arguments.command).await {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("choque: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("CHOQUE_LOG").unwrap_or_else(|_| EnvFilter::new("choque=info,warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Import { command } => return import(command).await,
        Command::Log { command } => return log(command).await,
        Command::Serve(listen) => {
            let config = config(listen.listen, listen.database)?;
            serve(App::open(config, Source::system()).await?).await?;
        }
        Command::Demo { listen, scale } => {
            let config = config(listen.listen, listen.database)?;
            serve(demo::open(config, scale).await?).await?;
        }
        Command::Migrate(database) => {
            App::open(config(None, database)?, Source::system()).await?;
            println!("The tables are up to date.");
        }
        Command::Admin {
            command: AdminCommand::Create { phone, name, database },
        } => {
            let app = App::open(config(None, database)?, Source::system()).await?;
            let mut password = String::new();
            if std::io::stdin().is_terminal() {
                eprint!("Password (at least 8 characters): ");
            }
            std::io::stdin().read_line(&mut password)?;
            identity::create_administrator(&app, &phone, &name, password.trim_end_matches(['\r', '\n'])).await?;
            println!("{phone} is an administrator.");
        }
        Command::Admin {
            command: AdminCommand::ForgetSecondFactors { phone, database },
        } => {
            let app = App::open(config(None, database)?, Source::system()).await?;
            identity::forget_second_factors(&app, &phone).await?;
            println!("{phone} has no second factor any more.");
        }
        Command::Token {
            command: TokenCommand::Create { phone, name, database },
        } => {
            let app = App::open(config(None, database)?, Source::system()).await?;
            println!("{}", identity::issue_token(&app, &phone, &name).await?);
        }
        Command::Partner { command } => partner(command).await?,
        Command::Recall {
            command: RecallCommand::Drill { batch, database },
        } => {
            let app = App::open(config(None, database)?, Source::system()).await?;
            drill(&app, batch.as_deref()).await?;
        }
        Command::Person {
            command: PersonCommand::Erase { phone, yes, database },
        } => {
            if !yes {
                return Err("erasing a person cannot be undone; say --yes when you are sure who asks".into());
            }
            let app = App::open(config(None, database)?, Source::system()).await?;
            let erased = erase::erase_person(&app, &phone).await?;
            println!(
                "Erased, with {} sellers and {} events. Copies of the database from before still hold them.",
                erased.sellers, erased.events
            );
        }
        Command::Export {
            command:
                ExportCommand::Listings {
                    seller,
                    format,
                    out,
                    database,
                },
        } => {
            let app = App::open(config(None, database)?, Source::system()).await?;
            let format = match format {
                FileFormat::Csv => Format::Csv,
                FileFormat::Xlsx => Format::Xlsx,
            };
            bulk::export(&app, seller.as_deref(), format, out.as_deref()).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn log(command: LogCommand) -> Result<ExitCode, Failure> {
    let open =
        async |database| -> Result<App, Failure> { Ok(App::open(config(None, database)?, Source::system()).await?) };
    match command {
        LogCommand::Verify { verify, database } if verify.is_own() => {
            return log::verify_own(&open(database).await?, &verify).await;
        }
        LogCommand::Verify { verify, .. } => return log::verify_elsewhere(&verify).await,
        LogCommand::Key { database } => println!("{}", log::keys(&open(database).await?).await?),
        LogCommand::Renew { database } => println!("{}", log::renew(&open(database).await?).await?),
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(command: ImportCommand) -> Result<ExitCode, Failure> {
    let ImportCommand::Listings {
        file,
        dry_run,
        seller,
        database,
    } = command;
    let app = App::open(config(None, database)?, Source::system()).await?;
    let imported = bulk::import(&app, &file, &seller, dry_run).await?;
    let how = if dry_run { " would be" } else { "" };
    println!(
        "{}{how} made, {}{how} changed, {} the same as before, {} refused",
        imported.made, imported.changed, imported.same, imported.refused
    );
    Ok(if imported.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

async fn partner(command: PartnerCommand) -> Result<(), Failure> {
    let open =
        async |database| -> Result<App, Failure> { Ok(App::open(config(None, database)?, Source::system()).await?) };
    match command {
        PartnerCommand::Add { url, name, database } => {
            let app = open(database).await?;
            let reach = federation::Reach::new(app.is_demo())?;
            let name = federation::add_partner(&app, &url, name.as_deref(), &reach).await?;
            println!(
                "{name} is a partner. `choque partner pull` brings what it has on sale; a server does so every minute."
            );
            Ok(())
        }
        PartnerCommand::List { database } => {
            println!("{}", federation::report(&open(database).await?).await?);
            Ok(())
        }
        PartnerCommand::Pull { name, database } => {
            let app = open(database).await?;
            let reach = federation::Reach::new(app.is_demo())?;
            let outcomes = federation::pull_all(&app, name.as_deref(), &reach).await?;
            let mut failures = 0;
            for (name, outcome) in outcomes {
                match outcome {
                    Ok(pulled) => println!("{name}: {pulled}"),
                    Err(error) => {
                        failures += 1;
                        eprintln!("choque: {name}: {error}");
                    }
                }
            }
            if failures == 0 {
                Ok(())
            } else {
                Err(format!("{failures} of the partners could not be pulled to the end").into())
            }
        }
    }
}

async fn drill(app: &App, batch: Option<&str>) -> Result<(), Failure> {
    let batch = match batch {
        None => None,
        Some(text) => Some(
            recall::drill::named(app, text)
                .await?
                .ok_or_else(|| format!("there is no batch {text}"))?,
        ),
    };
    let tried = recall::drill::drill(app, batch).await?;
    println!("{}", tried.ok_or("there is no batch to try a recall with")?);
    Ok(())
}

fn config(listen: Option<SocketAddr>, database: Database) -> Result<Config, Failure> {
    let mut config = Config::read()?;
    if let Some(listen) = listen {
        config.listen = listen;
    }
    if let Some(url) = database.database {
        config.database_url = url;
    }
    Ok(config)
}

async fn serve(app: App) -> Result<(), Failure> {
    let address = app.config().listen;
    // For measurements: what units execute is written down, and what it tells of people is a demo's.
    if app.is_demo()
        && let Some(path) = std::env::var_os("CHOQUE_RECORD_STATEMENTS")
    {
        db::record_units(path.as_ref()).map_err(|error| format!("CHOQUE_RECORD_STATEMENTS: {error}"))?;
    }
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("CHOQUE_LISTEN: cannot listen on {address}: {error}"))?;
    // Answers are short: waiting to fill a packet would only make a phone wait.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let _jobs = jobs::start(&app, duties::all()).await?;
    println!("Chợ Quê is open at {}", app.config().public_url());
    if app.is_demo() {
        println!("{}", demo::accounts::listing());
    }
    let open_pages = app.clone();
    let router = routes::router(&app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            told_to_stop().await;
            open_pages.live().close();
        })
        .await?;
    Ok(())
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

//! Where a benchmark's databases are: SQLite in a folder, or PostgreSQL in a cluster. Each can be copied, so that every
//! measurement begins with the same.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use crate::Result;

/// One kind of database.
pub struct Place {
    folder: tempfile::TempDir,
    /// A PostgreSQL cluster, as its superuser.
    cluster: Option<String>,
}

/// A database and the folder of the process that serves it.
pub struct Home {
    pub state: PathBuf,
    pub url: String,
}

impl Place {
    /// SQLite, and PostgreSQL where `CHOQUE_BENCH_POSTGRES` or `CHOQUE_TEST_POSTGRES` names one.
    pub fn all() -> Result<Vec<Self>> {
        let cluster = ["CHOQUE_BENCH_POSTGRES", "CHOQUE_TEST_POSTGRES"]
            .iter()
            .find_map(|name| std::env::var(name).ok());
        let mut places = Vec::new();
        for cluster in [None].into_iter().chain(cluster.map(Some)) {
            let folder = tempfile::tempdir()?;
            places.push(Self { folder, cluster });
        }
        Ok(places)
    }

    pub const fn name(&self) -> &'static str {
        if self.cluster.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub const fn is_sqlite(&self) -> bool {
        self.cluster.is_none()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, name: &str) -> Result<Home> {
        let state = self.folder.path().join(name);
        std::fs::create_dir_all(&state)?;
        let url = match &self.cluster {
            None => format!("sqlite://{}", state.join("choque.db").display()),
            Some(cluster) => {
                let (server, _) = cluster
                    .rsplit_once('/')
                    .ok_or("the cluster's address has no database")?;
                format!("{server}/{}", Self::database(name))
            }
        };
        Ok(Home { state, url })
    }

    /// The name of a PostgreSQL database of this run.
    fn database(name: &str) -> String {
        format!("bench_{}_{name}", std::process::id())
    }

    /// A home with an empty database.
    pub async fn empty(&self, name: &str) -> Result<Home> {
        if let Some(cluster) = &self.cluster {
            let admin = Database::connect(cluster).await?;
            admin
                .execute_unprepared(&format!("create database {}", Self::database(name)))
                .await?;
            admin.close().await?;
        }
        self.at(name)
    }

    /// A home with what is in `from`, which nobody may be using.
    pub async fn copy(&self, from: &str, name: &str) -> Result<Home> {
        self.forget(name).await?;
        let (source, home) = (self.at(from)?, self.at(name)?);
        match &self.cluster {
            None => {
                std::fs::copy(source.state.join("choque.db"), home.state.join("choque.db"))?;
            }
            Some(cluster) => {
                let admin = Database::connect(cluster).await?;
                let copy = format!(
                    "create database {} template {}",
                    Self::database(name),
                    Self::database(from)
                );
                admin.execute_unprepared(&copy).await?;
                admin.close().await?;
            }
        }
        Ok(home)
    }

    /// Removes a home, if it is there.
    pub async fn forget(&self, name: &str) -> Result<()> {
        let _ = std::fs::remove_dir_all(self.folder.path().join(name));
        if let Some(cluster) = &self.cluster {
            let admin = Database::connect(cluster).await?;
            admin
                .execute_unprepared(&format!("drop database if exists {}", Self::database(name)))
                .await?;
            admin.close().await?;
        }
        Ok(())
    }
}

impl Home {
    /// A connection of the benchmark's own.
    pub async fn connect(&self) -> Result<DatabaseConnection> {
        let database = Database::connect(&self.url).await?;
        Ok(database)
    }
}

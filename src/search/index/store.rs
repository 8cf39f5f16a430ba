//! Writing the index, and opening it again. Everything here blocks: call it off the async threads.

use std::{fs, path::Path, sync::Arc, time::SystemTime};

use entity::Day;
use serde::{Deserialize, Serialize};
use tantivy::{
    Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy,
    directory::MmapDirectory,
    indexer::{IndexWriterOptions, LogMergePolicy},
};
use uuid::Uuid;

use super::{
    super::document::Document,
    attributes::{ORIGINS, tables},
    schema::{Fields, VERSION, tokenizers},
    slot::Slot,
    snapshot::{Kept, Snapshot},
};

/// Memory of the writer while everything is made anew, and while the log is followed.
const LARGE: usize = 40_000_000;
const SMALL: usize = 15_000_000;
/// A segment of which this part is gone is written anew.
const GONE_BEFORE_MERGE: f32 = 0.3;

/// How far an index is, kept with each commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub version: u32,
    /// The tables that packed numbers refer to.
    pub tables: String,
    /// Which database it is of.
    pub exchange: String,
    /// The number of the last change in it, and that change's own id: a database that was restored or replaced has
    /// another.
    pub cursor: i64,
    pub change: Option<Uuid>,
    pub day: String,
    pub exchanges: Vec<String>,
}

impl Mark {
    pub fn new(exchange: &str, day: Day) -> Self {
        Self {
            version: VERSION,
            tables: tables(),
            exchange: exchange.to_owned(),
            cursor: 0,
            change: None,
            day: day.iso(),
            exchanges: Vec::new(),
        }
    }

    /// Whether an index with this mark can be used by this program on the database `exchange`.
    pub fn fits(&self, exchange: &str) -> bool {
        self.version == VERSION && self.tables == tables() && self.exchange == exchange
    }
}

/// The index on the disk.
pub struct Store {
    slot: Slot,
    fields: Arc<Fields>,
    index: Index,
    reader: IndexReader,
    writer: Option<IndexWriter>,
    kept: Kept,
    pub mark: Mark,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("slot", &self.slot)
            .field("mark", &self.mark)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Claims a folder below `root`. The index in it is kept if `usable` says so of its mark; otherwise there is a new,
    /// empty one with the mark `empty`, to be filled by [`Store::fill`].
    pub fn open(root: &Path, now: SystemTime) -> tantivy::Result<(Slot, Option<Mark>)> {
        let slot = Slot::claim(root, now)?;
        let mark = mark_of(&slot.index());
        Ok((slot, mark))
    }

    /// Opens the index that is there.
    pub fn existing(slot: Slot, mark: Mark) -> tantivy::Result<Self> {
        let mut index = Index::open_in_dir(slot.index())?;
        index.set_tokenizers(tokenizers());
        Self::of(slot, index, mark)
    }

    /// Makes an empty index in place of whatever is there.
    pub fn empty(slot: Slot, mark: Mark) -> tantivy::Result<Self> {
        let folder = slot.index();
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let directory = MmapDirectory::open(&folder)?;
        let mut index = Index::create(directory, Fields::new().schema, IndexSettings::default())?;
        index.set_tokenizers(tokenizers());
        Self::of(slot, index, mark)
    }

    fn of(slot: Slot, index: Index, mark: Mark) -> tantivy::Result<Self> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(0)
            .try_into()?;
        Ok(Self {
            slot,
            fields: Arc::new(Fields::new()),
            index,
            reader,
            writer: None,
            kept: Kept::default(),
            mark,
        })
    }

    /// Adds `documents`, to be seen with the next commit.
    pub fn add(&mut self, documents: &[Document]) -> tantivy::Result<()> {
        for document in documents {
            let origin = self.origin(document);
            let made = self.fields.document(document, origin);
            self.writer(LARGE)?.add_document(made)?;
        }
        Ok(())
    }

    /// Commits what was added to an empty index, and lets go of the memory that took.
    pub fn filled(&mut self, mark: Mark) -> tantivy::Result<Snapshot> {
        let snapshot = self.commit(mark)?;
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads()?;
        }
        Ok(snapshot)
    }

    /// Writes `documents` in place of what was known of the listings `touched`, and commits.
    pub fn replace(&mut self, touched: &[Uuid], documents: &[Document], mark: Mark) -> tantivy::Result<Snapshot> {
        for id in touched {
            let key = self.fields.listing_key(*id);
            self.writer(SMALL)?.delete_term(key);
        }
        for document in documents {
            let origin = self.origin(document);
            let made = self.fields.document(document, origin);
            self.writer(SMALL)?.add_document(made)?;
        }
        self.commit(mark)
    }

    fn commit(&mut self, mark: Mark) -> tantivy::Result<Snapshot> {
        self.mark = Mark {
            exchanges: std::mem::take(&mut self.mark.exchanges),
            ..mark
        };
        let payload = serde_json::to_string(&self.mark)
            .map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))?;
        let mut prepared = self.writer(SMALL)?.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        self.snapshot()
    }

    /// Goes on to `mark` without writing anything: nothing that a search sees has changed.
    pub fn pass(&mut self, mark: Mark) -> tantivy::Result<Snapshot> {
        self.mark = Mark {
            exchanges: std::mem::take(&mut self.mark.exchanges),
            ..mark
        };
        self.snapshot()
    }

    /// The index as it was last committed.
    pub fn snapshot(&mut self) -> tantivy::Result<Snapshot> {
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let (parts, vocabulary) = self.kept.take(&searcher, &self.fields)?;
        let day = Day::from_iso(&self.mark.day)
            .map_err(|_| tantivy::TantivyError::InternalError("the mark's day is none".to_owned()))?;
        Ok(Snapshot {
            fields: Arc::clone(&self.fields),
            searcher,
            parts,
            vocabulary,
            exchanges: Arc::new(self.mark.exchanges.clone()),
            cursor: self.mark.cursor,
            day,
        })
    }

    /// The position of the document's exchange, 0 for ours.
    fn origin(&mut self, document: &Document) -> u64 {
        let Some(exchange) = &document.exchange else { return 0 };
        let known = &mut self.mark.exchanges;
        let at = known.iter().position(|name| name == exchange).unwrap_or_else(|| {
            known.push(exchange.clone());
            known.len() - 1
        });
        // Position 0 is ours; the last one stands for all that do not fit, of whom there will be none.
        u64::try_from((at + 1).min(ORIGINS - 1)).unwrap_or(0)
    }

    fn writer(&mut self, memory: usize) -> tantivy::Result<&mut IndexWriter> {
        if self.writer.is_none() {
            let options = IndexWriterOptions::builder()
                .num_worker_threads(1)
                .num_merge_threads(1)
                .memory_budget_per_thread(memory)
                .build();
            let writer: IndexWriter = self.index.writer_with_options(options)?;
            let mut merging = LogMergePolicy::default();
            merging.set_del_docs_ratio_before_merge(GONE_BEFORE_MERGE);
            writer.set_merge_policy(Box::new(merging));
            self.writer = Some(writer);
        }
        self.writer
            .as_mut()
            .ok_or_else(|| tantivy::TantivyError::InternalError("no writer".to_owned()))
    }
}

/// The mark of the index in `folder`, if there is one that can be read.
fn mark_of(folder: &Path) -> Option<Mark> {
    let index = Index::open_in_dir(folder).ok()?;
    serde_json::from_str(&index.load_metas().ok()?.payload?).ok()
}

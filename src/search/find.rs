//! Finding what is on sale.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use entity::{
    CommuneCode, Timestamp,
    catalogue::{certificate, seller},
    ids::ListingId,
    listings::remote_exchange,
};

use super::{
    SearchError,
    filter::{Cursor, Filter, Origin},
    fold::{Word, is_unseen, words},
    index::{
        CATEGORIES, CERTIFICATE_KINDS, COMMUNES, Counts, Gates, Measure, ORIGINS, Place, PriceBand, Search, Snapshot,
        TITLE, Words, category_position, collect, commune_position, matching,
    },
    query::{self, LONGEST, MOST_WORDS, Wanted, Way},
    wishes::{Amount, Said, Wish, wishes},
};
use crate::{
    app::App,
    catalogue::category,
    listings::{
        read::{Card, cards_of},
        remote::exchanges,
    },
    places,
};

/// Communes that are counted out to whoever asks: more than a province has.
const MOST_COMMUNES: usize = 200;

/// A page of a search.
#[derive(Clone, Debug)]
pub struct Found {
    pub cards: Vec<Card>,
    pub next: Option<Cursor>,
    /// How many match in all.
    pub total: u64,
    pub facets: Option<Facets>,
    /// `None`: nothing was asked in words.
    pub understood: Option<Understood>,
    /// How far the log had been read in the index that was asked.
    pub as_of: i64,
    /// The first moment at which the page is wrong though nothing changed.
    pub valid_until: Timestamp,
}

/// What was made of the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The words that were looked for.
    pub words: String,
    /// Words that were taken for filters.
    pub chips: Vec<Chip>,
    /// What was looked for where a word does not occur; `None`: every word does.
    pub corrected: Option<String>,
    /// Words that were left out because nothing has them all.
    pub dropped: Vec<String>,
    /// Not all of the query was read.
    pub cut: bool,
}

/// Words that became a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    pub wish: Wish,
    pub said: String,
    /// The query without them.
    pub without: String,
}

/// How many match for each choice of a filter, each counted without that filter. Choices that nobody has are left out.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    pub categories: Vec<(String, u64)>,
    pub communes: Vec<(CommuneCode, u64)>,
    pub stars: Vec<(u8, u64)>,
    pub seller_kinds: Vec<(seller::Kind, u64)>,
    pub certificates: Vec<(certificate::Kind, u64)>,
    pub origins: Vec<OriginCount>,
    pub prices: Vec<(PriceBand, u64)>,
    pub in_stock: u64,
}

#[derive(Clone, Debug)]
pub struct OriginCount {
    pub origin: Origin,
    /// What the exchange calls itself; empty for ours.
    pub name: String,
    pub count: u64,
}

/// What is on sale and matches `filter`, ours and other exchanges' in one order.
pub async fn find(app: &App, filter: &Filter) -> Result<Found, SearchError> {
    let search = app.part::<Search>();
    let (now, today) = (app.now(), app.today());
    let snapshot = search.snapshot(today, app.db().news()).await?;
    let db = app.db().read();
    let theirs = if snapshot.exchanges.is_empty() {
        HashMap::new()
    } else {
        exchanges(db).await?
    };
    let looked = {
        let _seat = search.seat().await;
        let looking = Looking {
            gates: gates(filter, &snapshot, &theirs, now),
            snapshot: Arc::clone(&snapshot),
            filter: filter.clone(),
        };
        let look = tokio::task::spawn_blocking(move || looking.look());
        look.await
            .map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))??
    };
    let ids: Vec<ListingId> = looked.places.iter().map(|place| ListingId(place.id)).collect();
    let (cards, until) = cards_of(db, &ids, &theirs, now).await?;
    let mut understood = looked.understood;
    if let Some(understood) = &mut understood {
        understood.corrected = corrected(&looked.corrections, &understood.words, &cards);
    }
    Ok(Found {
        next: looked.next,
        total: looked.total,
        facets: looked.counts.map(|counts| facets(&counts, &snapshot, &theirs)),
        understood,
        as_of: snapshot.cursor,
        valid_until: until.min(today.plus_days(1).start()),
        cards,
    })
}

/// The filters as the evaluation takes them.
pub(super) fn gates(
    filter: &Filter,
    snapshot: &Snapshot,
    theirs: &HashMap<String, remote_exchange::Model>,
    now: Timestamp,
) -> Gates {
    let position = |at: u64| usize::try_from(at).unwrap_or(0);
    let open = |size: usize, positions: &mut dyn Iterator<Item = usize>| -> Option<Vec<bool>> {
        let mut open = vec![false; size];
        for at in positions {
            if let Some(place) = open.get_mut(at) {
                *place = true;
            }
        }
        Some(open)
    };
    let origin = |origin: &Origin| match origin {
        Origin::Here => 0,
        // An exchange of which there is nothing has no position: nothing is found.
        Origin::Exchange(id) => snapshot
            .exchanges
            .iter()
            .position(|known| known == id)
            .map_or(ORIGINS, |at| at + 1),
    };
    let seller = |kind: &seller::Kind| match kind {
        seller::Kind::Household => 1,
        seller::Kind::Cooperative => 2,
        seller::Kind::Company => 3,
    };
    let mut vouching = vec![true];
    vouching.extend(
        snapshot
            .exchanges
            .iter()
            .map(|id| theirs.get(id).is_some_and(|exchange| exchange.fresh_until > now)),
    );
    let within = filter.categories.iter().flat_map(|id| category::within(id));
    // A category or commune that does not exist is position 0, which is where nothing known is: shut.
    let shut_unknown = |open: Option<Vec<bool>>| {
        open.map(|mut open| {
            open[0] = false;
            open
        })
    };
    Gates {
        categories: if filter.categories.is_empty() {
            None
        } else {
            shut_unknown(open(CATEGORIES, &mut within.map(|id| position(category_position(id)))))
        },
        communes: if filter.communes.is_empty() {
            None
        } else {
            shut_unknown(open(
                COMMUNES,
                &mut filter.communes.iter().map(|code| position(commune_position(code))),
            ))
        },
        stars: if filter.stars.is_empty() {
            None
        } else {
            open(8, &mut filter.stars.iter().map(|star| usize::from(*star)))
        },
        sellers: if filter.seller_kinds.is_empty() {
            None
        } else {
            open(4, &mut filter.seller_kinds.iter().map(seller))
        },
        origins: if filter.origins.is_empty() {
            None
        } else {
            open(ORIGINS, &mut filter.origins.iter().map(origin))
        },
        certificates: (!filter.certificates.is_empty()).then(|| certificate_bits(&filter.certificates)),
        in_stock: filter.in_stock,
        least_price: filter.min_price.map(|price| price.0),
        most_price: filter.max_price.map(|price| price.0),
        measure: None,
        vouching,
        now: now.0,
        seller: filter.seller.map(|id| id.0),
    }
}

fn certificate_bits(kinds: &[certificate::Kind]) -> u64 {
    let positions = kinds
        .iter()
        .filter_map(|kind| CERTIFICATE_KINDS.iter().position(|known| known == kind));
    positions.fold(0, |bits, at| bits | (1 << at))
}

/// A search about to be made, off the async threads.
struct Looking {
    snapshot: Arc<Snapshot>,
    filter: Filter,
    gates: Gates,
}

struct Looked {
    places: Vec<Place>,
    next: Option<Cursor>,
    total: u64,
    counts: Option<Counts>,
    understood: Option<Understood>,
    /// Words as they were typed, and what was taken for them.
    corrections: Vec<(String, String)>,
}

/// A way of reading the query: which of its words are words, and which are wishes.
struct Reading {
    words: Vec<Word>,
    wanted: Vec<Wanted>,
    found: Words,
}

impl Looking {
    fn look(mut self) -> tantivy::Result<Looked> {
        let typed: String = self.filter.q.chars().filter(|c| !is_unseen(*c)).collect();
        let text: String = typed.trim().chars().take(LONGEST).collect();
        if text.is_empty() {
            return self.collect(None, None, Vec::new());
        }
        let mut understood = Understood {
            cut: typed.trim().chars().count() > LONGEST,
            ..Understood::default()
        };
        let all = words(&text);
        if all.is_empty() {
            // Signs alone are no words: nothing has them.
            return Ok(self.nothing(understood));
        }
        let said = wishes(&text, &all, &communes_called);
        let (reading, said) = self.read(&all, said)?;
        understood.cut |= reading.words.len() == MOST_WORDS && all.len() > MOST_WORDS;
        let spelt: Vec<&str> = reading
            .words
            .iter()
            .filter_map(|word| text.get(word.at.clone()))
            .collect();
        understood.words = spelt.join(" ");
        for said in &said {
            self.wish(&said.wish);
        }
        understood.chips = said.into_iter().map(|said| chip(&text, &all, said)).collect();
        if reading.wanted.is_empty() {
            return self.collect(None, Some(understood), Vec::new());
        }
        let (reading, corrections) = self.forgive(reading)?;
        if reading.found.best == 0 {
            return Ok(self.nothing(understood));
        }
        understood.dropped = dropped(&reading, &text);
        let required = reading.found.best;
        self.collect(Some((&reading.found, required)), Some(understood), corrections)
    }

    /// Takes each of `said` for a filter, unless its words stand in the title of something that has all the other words
    /// too: then that is what is meant.
    fn read(&self, all: &[Word], said: Vec<Said>) -> tantivy::Result<(Reading, Vec<Said>)> {
        let (mut titled, mut plain) = (Vec::new(), Vec::new());
        for said in said {
            if self.in_a_title(&all[said.at.clone()])? {
                titled.push(said);
            } else {
                plain.push(said);
            }
        }
        if !titled.is_empty() {
            let reading = self.words_but(all, &plain)?;
            if reading.found.best == reading.found.all {
                return Ok((reading, plain));
            }
        }
        plain.extend(titled);
        plain.sort_by_key(|said| said.at.start);
        Ok((self.words_but(all, &plain)?, plain))
    }

    /// The words of the query without those of `said`.
    fn words_but(&self, all: &[Word], said: &[Said]) -> tantivy::Result<Reading> {
        let words: Vec<Word> = all
            .iter()
            .enumerate()
            .filter(|(at, _)| said.iter().all(|said| !said.at.contains(at)))
            .map(|(_, word)| word.clone())
            .take(MOST_WORDS)
            .collect();
        self.reading(words, false)
    }

    fn reading(&self, words: Vec<Word>, lenient: bool) -> tantivy::Result<Reading> {
        let wanted = query::read(&words, &self.snapshot.vocabulary, lenient);
        let found = matching(&self.snapshot, &wanted, &[])?;
        Ok(Reading { words, wanted, found })
    }

    /// Whether these words stand side by side in a title.
    fn in_a_title(&self, words: &[Word]) -> tantivy::Result<bool> {
        let terms: Vec<String> = words.iter().map(Word::plain).collect();
        if !self.snapshot.vocabulary.covers(terms.iter().map(String::as_str)) {
            return Ok(false);
        }
        let phrase = Wanted {
            main: None,
            ways: vec![Way { terms, quality: 100 }],
            optional: false,
            correction: None,
        };
        let found = matching(&self.snapshot, &[phrase], &[TITLE])?;
        Ok(found.best == found.all)
    }

    /// Where nothing has all the words, they may be slips; the second value tells what was taken for what.
    fn forgive(&self, reading: Reading) -> tantivy::Result<(Reading, Vec<(String, String)>)> {
        let mut corrections = Vec::new();
        let mut reading = reading;
        let strict = reading.found.best;
        if strict != reading.found.all {
            let lenient = self.reading(reading.words.clone(), true)?;
            if lenient.found.best.count_ones() > strict.count_ones() {
                for (at, wanted) in lenient.wanted.iter().enumerate() {
                    let gained = lenient.found.best & !strict & (1 << at) != 0;
                    if gained
                        && wanted.correction.is_none()
                        && let [term] = wanted
                            .ways
                            .iter()
                            .max_by_key(|way| way.quality)
                            .map_or(&[][..], |way| &way.terms)
                        && !term.starts_with(super::vocabulary::EXACT)
                    {
                        corrections.push((lenient.words[at].plain(), term.clone()));
                    }
                }
                reading = lenient;
            }
        }
        for (at, wanted) in reading.wanted.iter().enumerate() {
            if let Some(term) = wanted
                .correction
                .as_ref()
                .filter(|_| reading.found.best & (1 << at) != 0)
            {
                corrections.push((reading.words[at].plain(), term.clone()));
            }
        }
        corrections.retain(|(typed, meant)| typed != meant);
        Ok((reading, corrections))
    }

    /// Narrows the filters by what was said in words.
    fn wish(&mut self, wish: &Wish) {
        let both = |open: &mut Option<Vec<bool>>, wanted: Vec<bool>| {
            *open = Some(match open.take() {
                Some(open) => open.iter().zip(&wanted).map(|(one, other)| *one && *other).collect(),
                None => wanted,
            });
        };
        match wish {
            Wish::Price { least, most } => {
                self.gates.least_price = self.gates.least_price.max(*least);
                self.gates.most_price = match (self.gates.most_price, *most) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
            }
            Wish::Stars { least, most } => {
                let wanted = (0..8).map(|star| (*least..=*most).contains(&star)).collect();
                both(&mut self.gates.stars, wanted);
            }
            Wish::Certificate(code) => {
                let kinds: Vec<_> = CERTIFICATE_KINDS
                    .into_iter()
                    .filter(|kind| kind.code() == *code)
                    .collect();
                self.gates.certificates = Some(certificate_bits(&kinds));
            }
            Wish::InStock => self.gates.in_stock = true,
            Wish::Communes(codes) => {
                let mut wanted = vec![false; COMMUNES];
                for code in codes.iter().filter_map(|code| code.parse::<CommuneCode>().ok()) {
                    let at = usize::try_from(commune_position(&code)).unwrap_or(0);
                    wanted[at] = at != 0;
                }
                both(&mut self.gates.communes, wanted);
            }
            Wish::Amount(Amount::Grams(_)) => self.gates.measure = Some(Measure::Weight),
            Wish::Amount(Amount::Millilitres(_)) => self.gates.measure = Some(Measure::Volume),
        }
    }

    fn collect(
        mut self,
        found: Option<(&Words, u16)>,
        mut understood: Option<Understood>,
        corrections: Vec<(String, String)>,
    ) -> tantivy::Result<Looked> {
        let order = self.filter.sort.order();
        let after = self.filter.after.map(|cursor| cursor.place(order));
        let limit = usize::try_from(self.filter.limit).unwrap_or(100);
        let page = |gates: &Gates| collect(&self.snapshot, found, gates, order, after, limit, self.filter.facets);
        let mut got = page(&self.gates)?;
        if got.total == 0 && self.gates.measure.is_some() {
            // How much somebody wants is worth less than what they want.
            self.gates.measure = None;
            got = page(&self.gates)?;
            if let Some(understood) = &mut understood {
                let (amounts, chips) = std::mem::take(&mut understood.chips)
                    .into_iter()
                    .partition(|chip| matches!(chip.wish, Wish::Amount(_)));
                understood.chips = chips;
                understood
                    .dropped
                    .extend(amounts.into_iter().map(|chip: Chip| chip.said));
            }
        }
        let more = got.places.len() > limit;
        got.places.truncate(limit);
        Ok(Looked {
            next: got.places.last().filter(|_| more).map(|place| Cursor::of(*place)),
            places: got.places,
            total: got.total,
            counts: got.counts,
            understood,
            corrections,
        })
    }

    fn nothing(&self, understood: Understood) -> Looked {
        Looked {
            places: Vec::new(),
            next: None,
            total: 0,
            counts: self.filter.facets.then(Counts::new),
            understood: Some(understood),
            corrections: Vec::new(),
        }
    }
}

/// The needed words that nothing has together with the others.
fn dropped(reading: &Reading, text: &str) -> Vec<String> {
    let left = reading.found.all & !reading.found.best;
    let words = reading.words.iter().enumerate();
    words
        .filter(|(at, _)| left & (1 << at) != 0)
        .filter_map(|(_, word)| text.get(word.at.clone()).map(str::to_owned))
        .collect()
}

fn chip(text: &str, all: &[Word], said: Said) -> Chip {
    let from = all.get(said.at.start).map_or(0, |word| word.at.start);
    let to = all
        .get(said.at.end.wrapping_sub(1))
        .map_or(text.len(), |word| word.at.end);
    let without = format!(
        "{} {}",
        text.get(..from).unwrap_or_default(),
        text.get(to..).unwrap_or_default()
    );
    Chip {
        wish: said.wish,
        said: text.get(from..to).unwrap_or_default().to_owned(),
        without: without.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The query with what was taken for its slips, spelt as the first title that has it spells it.
fn corrected(corrections: &[(String, String)], text: &str, cards: &[Card]) -> Option<String> {
    if corrections.is_empty() {
        return None;
    }
    let spelt = |plain: &str| {
        cards.iter().find_map(|card| {
            let found = words(&card.title).into_iter().find(|word| word.plain() == plain)?;
            card.title.get(found.at).map(str::to_lowercase)
        })
    };
    let mut out = Vec::new();
    for word in words(text) {
        let meant = corrections
            .iter()
            .find(|(typed, _)| *typed == word.plain())
            .map(|(_, meant)| meant);
        out.push(match meant {
            Some(meant) => spelt(meant).unwrap_or_else(|| meant.clone()),
            None => text.get(word.at.clone()).unwrap_or_default().to_owned(),
        });
    }
    Some(out.join(" "))
}

/// Communes by their plain name: exact name and code.
static BY_NAME: LazyLock<HashMap<String, Vec<(String, &'static str)>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<(String, &'static str)>> = HashMap::new();
    for commune in places::communes() {
        let words = words(&commune.name);
        names
            .entry(joined(&words, Word::plain))
            .or_default()
            .push((joined(&words, Word::exact), commune.code()));
    }
    names
});

fn joined(words: &[Word], form: impl Fn(&Word) -> String) -> String {
    words.iter().map(form).collect::<Vec<_>>().join(" ")
}

/// The codes of the communes called `name`; whoever writes marks means them.
fn communes_called(name: &[Word]) -> Vec<String> {
    let marked = name.iter().any(Word::is_marked);
    let exact = joined(name, Word::exact);
    let known = BY_NAME.get(&joined(name, Word::plain)).into_iter().flatten();
    known
        .filter(|(spelt, _)| !marked || *spelt == exact)
        .map(|(_, code)| (*code).to_owned())
        .collect()
}

/// The communes with the most, in the order in which they came: a nation has 3,321, and nobody reads them all.
fn most(communes: Vec<(CommuneCode, u64)>) -> Vec<(CommuneCode, u64)> {
    let mut ranked: Vec<usize> = (0..communes.len()).collect();
    ranked.sort_by_key(|at| Reverse(communes[*at].1));
    let kept: HashSet<usize> = ranked.into_iter().take(MOST_COMMUNES).collect();
    let communes = communes.into_iter().enumerate();
    communes
        .filter(|(at, _)| kept.contains(at))
        .map(|(_, commune)| commune)
        .collect()
}

fn facets(counts: &Counts, snapshot: &Snapshot, theirs: &HashMap<String, remote_exchange::Model>) -> Facets {
    let at = |counts: &[u64], position: usize| counts.get(position).copied().unwrap_or(0);
    let categories = category::categories().iter().zip(1..);
    let communes = places::communes().iter().zip(1..);
    let kinds = [
        seller::Kind::Household,
        seller::Kind::Cooperative,
        seller::Kind::Company,
    ];
    let mut origins = vec![OriginCount {
        origin: Origin::Here,
        name: String::new(),
        count: at(&counts.origins, 0),
    }];
    origins.extend(snapshot.exchanges.iter().zip(1..).map(|(id, position)| {
        OriginCount {
            name: theirs
                .get(id)
                .map_or_else(|| id.clone(), |exchange| exchange.name.clone()),
            origin: Origin::Exchange(id.clone()),
            count: at(&counts.origins, position),
        }
    }));
    origins.retain(|origin| origin.count > 0);
    let some = |count: &u64| *count > 0;
    Facets {
        categories: categories
            .map(|(category, position)| (category.id.clone(), at(&counts.categories, position)))
            .filter(|(_, count)| some(count))
            .collect(),
        communes: most(
            communes
                .map(|(commune, position)| (commune, at(&counts.communes, position)))
                .filter(|(_, count)| some(count))
                .filter_map(|(commune, count)| Some((commune.code().parse().ok()?, count)))
                .collect(),
        ),
        stars: [5, 4, 3]
            .into_iter()
            .map(|star| (star, at(&counts.stars, usize::from(star))))
            .filter(|(_, count)| some(count))
            .collect(),
        seller_kinds: kinds
            .into_iter()
            .zip(1..)
            .map(|(kind, position)| (kind, at(&counts.sellers, position)))
            .filter(|(_, count)| some(count))
            .collect(),
        certificates: CERTIFICATE_KINDS
            .into_iter()
            .zip(0..)
            .map(|(kind, position)| (kind, at(&counts.certificates, position)))
            .filter(|(_, count)| some(count))
            .collect(),
        origins,
        prices: PriceBand::ALL
            .into_iter()
            .zip(1..)
            .map(|(band, position)| (band, at(&counts.bands, position)))
            .filter(|(_, count)| some(count))
            .collect(),
        in_stock: counts.in_stock,
    }
}

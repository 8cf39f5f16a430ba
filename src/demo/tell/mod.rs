//! From the world's plain values to rows: who, what and when. Pure but for ids and chance, which come from the exchange.
//!
//! Where the world leaves a time open (when somebody joined, put something on sale, wrote the diary), it is drawn from a
//! stream of the seller's own, so that it is plausible and the same in every demo made on the same day.

mod certificates;
mod community;
mod labels;
mod stock;
mod trace;

use std::collections::HashSet;

use entity::{
    CommuneCode, Day, Gtin, PaymentReference, Phone, ShortCode, Slug, Timestamp, Unit as Measure,
    catalogue::{
        council_member,
        product::{self, GtinKind},
        seller::{self, Kind, Standing},
        staff::{self, StaffRole},
    },
    frame::change::{self, Cause, Subject},
    identity::{person, role},
    ids::{ChangeId, MoneyAccountId, PersonId, ProductId, SellerId, StallId},
    market::{market, stall},
    text,
};
use uuid::Uuid;

pub use community::PEOPLE_WITHOUT_PHONE;

use super::{
    Date, DemoMarket, DemoProduct, DemoSeller, DemoStall, SellerKind, accounts, money, names,
    rng::Stream,
    rows::Rows,
    tables::{self, HOME_PROVINCE},
};
use crate::{
    app::{App, Source},
    db::SubjectId,
    payments::NewAccount,
    vault::Vault,
};

/// How restricted numbers begin; see `catalogue::gtin`. A demo takes no number of the province's own prefix, for those
/// mean something everywhere.
const GTIN_PREFIX: &str = "21";
/// The counter from which the catalogue takes them.
pub const GTIN_COUNTER: &str = "gtin-21";

/// Milliseconds.
pub(super) const MINUTE: i64 = 60_000;

/// Turns the world into rows, seller by seller.
#[derive(Debug)]
pub struct Teller<'a> {
    source: &'a Source,
    vault: &'a Vault,
    resolver: &'a str,
    now: Timestamp,
    /// One for all. Hashing each anew would cost half a minute for a province and protect nobody: the password is public,
    /// and a salt of their own hides only which accounts share a secret one.
    password_hash: String,
    gtins: i64,
    seller_slugs: HashSet<Slug>,
    listing_slugs: HashSet<Slug>,
    short_codes: HashSet<ShortCode>,
    /// The demo's helper, once told.
    helper: Option<PersonId>,
    rows: Rows,
}

/// What the rows of one seller have in common.
#[derive(Debug)]
pub(super) struct Telling<'a> {
    seller: &'a DemoSeller,
    id: SellerId,
    owner: PersonId,
    joined: Timestamp,
    /// The seller's own chance.
    stream: Stream,
    products: Vec<(ProductId, Gtin)>,
}

impl<'a> Teller<'a> {
    pub fn new(app: &'a App, password_hash: String) -> Self {
        Self {
            source: app.source(),
            vault: app.vault(),
            resolver: app.resolver_url(),
            now: app.now(),
            password_hash,
            gtins: 0,
            seller_slugs: HashSet::new(),
            listing_slugs: HashSet::new(),
            short_codes: HashSet::new(),
            helper: None,
            rows: Rows::default(),
        }
    }

    /// The rows told since this was last asked.
    pub fn take(&mut self) -> Rows {
        std::mem::take(&mut self.rows)
    }

    /// The last number given to a product.
    pub const fn last_gtin(&self) -> i64 {
        self.gtins
    }

    /// The demo's accounts that the world does not name.
    pub fn office_holders(&mut self) {
        for account in accounts::ACCOUNTS {
            let Some(name) = account.name else { continue };
            let person_id = self.person(number(account.phone), name, self.now);
            if account.phone == accounts::OFFICER {
                self.rows.council.push(council_member::Model {
                    person_id,
                    from_on: self.now.day(),
                    until_on: None,
                    appointed_by: None,
                    appointed_at: self.now,
                });
            }
            if account.office == Some(role::Office::Helper) {
                self.helper = Some(person_id);
            }
            self.rows.roles.extend(account.office.map(|role| role::Model {
                person_id,
                role,
                granted_at: self.now,
            }));
        }
    }

    /// Where buyers pay when a licensed provider holds the money.
    pub fn held_account(&mut self) {
        self.money_account(&money::held(), self.now);
    }

    fn money_account(&mut self, told: &NewAccount, opened: Timestamp) -> MoneyAccountId {
        let row = told.row(self.source.id(), self.vault, self.source, opened);
        let id = row.id;
        self.rows.accounts.push(row);
        id
    }

    /// Markets and stalls; each stall has a person who keeps it.
    pub fn market_places(&mut self, markets: &[DemoMarket], stalls: &[DemoStall]) {
        let mut ids = Vec::new();
        for told in markets {
            let row = market::Model {
                id: self.source.id(),
                slug: text::slug(told.name, ""),
                name: told.name.to_owned(),
                // A commune that is only presumed is not told as a fact.
                commune_code: (!told.commune_presumed).then(|| commune(told.commune_code)),
                first_wave: told.first_wave,
                source: told.source.map(str::to_owned),
            };
            ids.push(row.id);
            self.rows.markets.push(row);
        }
        let demo = stalls
            .iter()
            .position(|stall| markets[stall.market].name == accounts::STALL_KEEPERS_MARKET);
        for (nth, told) in stalls.iter().enumerate() {
            let phone = if demo == Some(nth) {
                accounts::STALL_KEEPER
            } else {
                &told.phone
            };
            let keeper = self.person(number(phone), &told.keeper, self.now);
            let account = self.money_account(&money::of_stall(nth, &told.keeper, demo == Some(nth)), self.now);
            let id: StallId = self.source.id();
            self.rows.stalls.push(stall::Model {
                id,
                market_id: ids[told.market],
                code: told.code.clone(),
                keeper_name: told.keeper.clone(),
                goods: told.goods.to_owned(),
                person_id: Some(keeper),
                account_id: Some(account),
                stand_reference: Some(PaymentReference::of(id.0)),
            });
        }
    }

    /// The `nth` seller of the world with everything that is theirs.
    pub fn seller(&mut self, nth: usize, told: &DemoSeller) {
        let mut stream = Stream::of("told", &[nth]);
        // Between one and three years ago: before anything was put on sale.
        let days = stream.between(380, 1_000);
        let joined = at_work(&mut stream, self.now.day().plus_days(-days));
        let phone = if nth == 0 { accounts::FARMER } else { &told.phone };
        let name = owner_name(&mut stream, told);
        let phone = community::phone_of(told, phone);
        let owner = self.person(phone.clone(), &name, joined);
        let id: SellerId = self.source.id();
        self.money_account(&money::of_seller(nth, id, &name), joined);
        let place = tables::commune(told.commune_code);
        let slug = one_of_a_kind(&mut self.seller_slugs, &told.name, &place.name, id.0);
        self.rows.sellers.push(seller::Model {
            id,
            slug,
            kind: match told.kind {
                SellerKind::Household => Kind::Household,
                SellerKind::Cooperative => Kind::Cooperative,
                SellerKind::Company => Kind::Company,
            },
            name: told.name.clone(),
            commune_code: commune(told.commune_code),
            street: Some(told.hamlet.clone()).filter(|hamlet| !hamlet.is_empty()),
            about: told.about.clone(),
            source: published(told).map(str::to_owned),
            tax_code: None,
            pickup_commune: None,
            pickup_street: None,
            pickup_note: None,
            standing: Standing::Verified,
            created_at: joined,
            updated_at: joined,
        });
        self.rows.staff.push(staff::Model {
            seller_id: id,
            person_id: owner,
            role: StaffRole::Owner,
            since: joined,
        });
        self.made(Subject::Seller, id);
        self.verified(id, owner, joined);
        self.helped(told, owner, &phone, &name);
        let mut telling = Telling {
            seller: told,
            id,
            owner,
            joined,
            stream,
            products: Vec::new(),
        };
        self.products(&mut telling);
        let batches = self.trace(&mut telling);
        if nth == 0 {
            self.stickers(&telling, &batches);
        }
        self.listings(&mut telling, &batches);
    }

    fn products(&mut self, telling: &mut Telling<'_>) {
        for (told, nth) in telling.seller.products.iter().zip(1..) {
            let created_at = telling.joined.plus(MINUTE * 12 * nth);
            let row = product::Model {
                id: self.source.id(),
                seller_id: telling.id,
                name: told.name.clone(),
                category: told.category.to_owned(),
                unit: measure(told.unit),
                gtin: self.gtin(),
                gtin_kind: GtinKind::Restricted,
                brand: None,
                description: description(told),
                shelf_life_days: None,
                attributes: None,
                created_at,
                updated_at: created_at,
            };
            self.made(Subject::Product, row.id);
            self.certificates(telling, row.id, told);
            telling.products.push((row.id, row.gtin.clone()));
            self.rows.products.push(row);
        }
    }

    fn gtin(&mut self) -> Gtin {
        self.gtins += 1;
        let body = format!("0{GTIN_PREFIX}{:010}", self.gtins);
        Gtin(digital_link::Gtin::from_body(&body).expect("a demo has fewer than ten thousand million products"))
    }

    fn person(&mut self, phone: Phone, name: &str, created_at: Timestamp) -> PersonId {
        let id = self.source.id();
        let password_hash = self.password_hash.clone();
        self.rows.people.push(person::Model {
            id,
            phone,
            name: name.to_owned(),
            password_hash,
            created_at,
        });
        id
    }

    /// Notes in the change log that the public sees something new; the sequencer numbers it later.
    fn made(&mut self, subject: Subject, subject_id: impl Into<SubjectId>) {
        self.rows.changes.push(change::Model {
            id: self.source.id::<ChangeId>(),
            subject,
            subject_id: subject_id.into().0,
            cause: Cause::Made,
            recorded_at: self.now,
            seq: None,
        });
    }
}

fn number(phone: &str) -> Phone {
    phone
        .parse()
        .expect("the world's phone numbers are well formed; its tests read them")
}

/// The slug of `name`; where that is taken, with `place` behind it; where that is taken too, with the end of `id`.
pub(super) fn one_of_a_kind(taken: &mut HashSet<Slug>, name: &str, place: &str, id: Uuid) -> Slug {
    let end = id.simple().to_string().split_off(26);
    let place = text::slug(place, "");
    for suffix in ["", place.as_str()] {
        let slug = text::slug(name, suffix);
        if taken.insert(slug.clone()) {
            return slug;
        }
    }
    let slug = text::slug(name, &end);
    taken.insert(slug.clone());
    slug
}

/// Whose phone it is. A real producer's is named after the producer, because who runs it is not ours to make up.
fn owner_name(stream: &mut Stream, seller: &DemoSeller) -> String {
    match (seller.real, seller.kind) {
        (true, _) => seller.name.clone(),
        (false, SellerKind::Household) => names::person_in(&seller.name).unwrap_or(&seller.name).to_owned(),
        (false, SellerKind::Cooperative | SellerKind::Company) => names::person(
            stream,
            tables::commune(seller.commune_code).province_code == HOME_PROVINCE,
        ),
    }
}

/// Some moment of `day` between morning and evening.
pub(super) fn at_work(stream: &mut Stream, day: Day) -> Timestamp {
    day.start().plus(MINUTE * i64::from(stream.between(7 * 60, 19 * 60)))
}

/// Who published the facts about a real producer.
fn published(seller: &DemoSeller) -> Option<&'static str> {
    let sources = seller.products.iter().filter_map(|product| product.ocop.as_ref());
    sources
        .map(|ocop| ocop.source)
        .find(|source| seller.real && !source.is_empty())
}

/// The world's words and, where the pack says what is in it, its content.
fn description(product: &DemoProduct) -> String {
    if product.net.is_empty() {
        return product.description.clone();
    }
    format!(
        "{} Quy cách: {} {}.",
        product.description,
        measure(product.unit),
        product.net
    )
}

pub(super) fn commune(code: &str) -> CommuneCode {
    code.parse().expect("the world's communes come from the register")
}

pub(super) fn measure(code: &str) -> Measure {
    code.parse()
        .expect("the world's units are those of the vocabulary; its tests read them")
}

pub(super) fn day(date: Date) -> Day {
    Day(jiff::civil::date(date.year, date.month, date.day))
}

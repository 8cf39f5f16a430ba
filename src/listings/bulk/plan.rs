//! What each row of a file comes to: a new listing, a change of one, nothing, or a refusal. Nothing here writes, and what
//! a row may say is decided by the verbs that write single listings.

use std::collections::HashMap;

use entity::{
    Day, Gtin, Quantity, Thousandths, Unit,
    ids::{ListingId, ProductId, SellerId},
    listings::listing::{State, StockMode},
};
use unicode_normalization::UnicodeNormalization as _;

use super::{
    cell,
    columns::{Amount, Row},
    current::{Current, Known, is_counted},
    sheet::Fault,
};
use crate::{
    catalogue::{EditProduct, MakeProduct, NewProduct, ProductEdit, Selling},
    http::{
        input::{Field, Patch, QuantityInput, Wrong},
        language::Message,
    },
    listings::{
        edit::{EditListing, ListingEdit},
        offer::{Pack, Terms, TermsInput, TierInput},
        publish::Publish,
        stock_source::PreorderInput,
    },
};

/// What a row comes to.
#[derive(Debug)]
pub enum Planned {
    New(Box<New>),
    Change(Box<Change>),
    /// It says what is so already.
    Same,
}

/// A listing to be made, with its product.
#[derive(Debug)]
pub struct New {
    pub seller: SellerId,
    pub product: NewProduct,
    /// Without its product, which has no id yet.
    pub publish: Publish,
    pub withdrawn: bool,
    pub sku: Option<String>,
}

/// A listing to be changed.
#[derive(Debug)]
pub struct Change {
    pub listing: ListingId,
    pub seller: SellerId,
    pub product: Option<(ProductId, ProductEdit)>,
    pub edit: Option<ListingEdit>,
    pub sku: Option<String>,
}

/// What the row comes to, or everything that is wrong with it.
pub fn plan(known: &Known, selling: &Selling, row: &Row, today: Day) -> Result<Planned, Vec<Fault>> {
    let Some(seller) = known.seller_of(row) else {
        return Err(vec![Fault::at("seller", "wrong-no-such-seller")]);
    };
    match which(known, seller, row)? {
        Some(current) => change(known, current, row, today),
        None => make(known, selling, seller, row, today),
    }
}

/// The listing that the row names by its id or by its seller's code.
fn which<'k>(known: &'k Known, seller: SellerId, row: &Row) -> Result<Option<&'k Current>, Vec<Fault>> {
    let coded = row.sku.as_deref().and_then(|code| known.coded(seller, code));
    let Some(id) = row.id else { return Ok(coded) };
    let Some(current) = known.listing(id) else {
        return Err(vec![Fault::at("id", "wrong-import-no-such-listing")]);
    };
    let mut faults = Vec::new();
    if row.seller.is_some() && current.listing.seller_id != seller {
        faults.push(Fault::at("seller", "wrong-import-fixed"));
    }
    if coded.is_some_and(|other| other.listing.id != id) {
        faults.push(Fault::at("sku", "wrong-import-sku-taken"));
    }
    if faults.is_empty() {
        Ok(Some(current))
    } else {
        Err(faults)
    }
}

fn make(known: &Known, selling: &Selling, seller: SellerId, row: &Row, today: Day) -> Result<Planned, Vec<Fault>> {
    let mut faults = Vec::new();
    let product = MakeProduct {
        seller_id: seller.to_string().into(),
        name: field(row.name.as_ref()),
        category: field(row.category.map(str::to_owned).as_ref()),
        unit: field(row.unit.map(|unit| unit.code().to_owned()).as_ref()),
        gtin: field(row.gtin.as_ref()),
        brand: field(row.brand.as_ref()),
        description: field(row.description.as_ref()),
        shelf_life_days: field(row.shelf_life_days.as_ref()),
        ..MakeProduct::default()
    };
    let product = match product.check(selling) {
        Ok(product) => Some(product),
        Err(wrong) => {
            note_all(&mut faults, wrong);
            None
        }
    };
    for (key, text) in [
        ("name", &row.name),
        ("brand", &row.brand),
        ("description", &row.description),
    ] {
        if text.as_deref().is_some_and(cell::is_formula) {
            faults.push(Fault::at(key, "wrong-import-formula"));
        }
    }
    if let Some(gtin) = gtin(row)
        && known.owner_of(&gtin).is_some()
    {
        faults.push(Fault::at("gtin", "wrong-gtin-taken"));
    }
    if let (None, Some(name), Some(unit)) = (&row.sku, &row.name, row.unit)
        && known.titled(seller, &tidy(name), unit).is_some()
    {
        faults.push(Fault::at("name", "wrong-import-there-already"));
    }
    let publish = offer(row, today, &mut faults);
    if !matches!(row.state, None | Some(State::Live | State::Withdrawn)) {
        faults.push(Fault::at("state", "wrong-import-state-by-hand"));
    }
    let withdrawn = row.state == Some(State::Withdrawn);
    match (product, publish) {
        (Some(product), Some(publish)) if faults.is_empty() => Ok(Planned::New(Box::new(New {
            seller,
            product,
            publish,
            withdrawn,
            sku: row.sku.clone(),
        }))),
        _ => Err(faults),
    }
}

/// The row as an offer of a product still without an id.
fn offer(row: &Row, today: Day, faults: &mut Vec<Fault>) -> Option<Publish> {
    let mode = row.mode.or(match row {
        Row { stock: Some(_), .. } => Some(StockMode::Stock),
        Row {
            harvest_on: Some(_), ..
        }
        | Row { cap: Some(_), .. } => Some(StockMode::Preorder),
        _ => None,
    });
    let misplaced = [
        ("stock", row.stock.is_some(), StockMode::Stock),
        ("harvest_on", row.harvest_on.is_some(), StockMode::Preorder),
        ("cap", row.cap.is_some(), StockMode::Preorder),
    ];
    for (key, given, wanted) in misplaced {
        if given && mode != Some(wanted) {
            faults.push(Fault::at(key, "wrong-import-other-mode"));
        }
    }
    let unit = row.unit;
    // A unit that is missing or unknown is told once, and not again for every quantity that would be in it.
    let measure = unit.or(Some(Unit::Piece));
    let mut publish = Publish {
        // Any id that reads as one: the verb looks the product up when it writes.
        product_id: uuid::Uuid::nil().to_string().into(),
        terms: TermsInput {
            price: field(row.price.as_ref()),
            contains: patch(quantity(row.contains, None)),
            min_quantity: patch(quantity(row.min_quantity, measure)),
            step: patch(quantity(row.step, measure)),
            tiers: tiers(row.tiers.as_ref(), measure),
            ..TermsInput::default()
        },
        unit: field(unit.map(|unit| unit.code().to_owned()).as_ref()),
        ..Publish::default()
    };
    match mode {
        None => {
            faults.push(Fault::at("stock", "wrong-import-no-stock"));
            // What else is wrong is told in the same breath.
            publish.on_demand = true.into();
        }
        Some(StockMode::Stock) => publish.stock = quantity(row.stock, measure),
        Some(StockMode::OnDemand) => publish.on_demand = true.into(),
        Some(StockMode::Preorder) => {
            publish.preorder = PreorderInput {
                harvest_on: field(row.harvest_on.map(|day| day.iso()).as_ref()),
                cap: quantity(row.cap, measure),
            }
            .into();
        }
    }
    if let Some(unit) = unit {
        let pack = Pack {
            unit,
            contains: row
                .contains
                .and_then(|(amount, own)| own.map(|own| Quantity::new(amount, own))),
        };
        for (key, amount) in [("stock", row.stock), ("cap", row.cap)] {
            let told = amount.and_then(|(amount, own)| own.map(|own| Quantity::new(amount, own)));
            let in_packs = |told: Quantity| {
                told.convert(unit).is_some()
                    || pack
                        .contains
                        .is_some_and(|held| key == "stock" && told.convert(held.unit).is_some())
            };
            if told.is_some_and(|told| !in_packs(told)) {
                faults.push(Fault::at(key, "wrong-unit-mismatch"));
            }
        }
    }
    match publish.check(today) {
        Ok(new) => {
            note_all(faults, new.faults());
            Some(publish)
        }
        Err(wrong) => {
            note_all(faults, wrong);
            None
        }
    }
}

fn change(known: &Known, current: &Current, row: &Row, today: Day) -> Result<Planned, Vec<Fault>> {
    let mut faults = Vec::new();
    let (listing, product) = (&current.listing, &current.product);
    let fixed = [
        ("unit", row.unit.is_some_and(|unit| unit != listing.unit)),
        ("mode", row.mode.is_some_and(|mode| mode != listing.stock_mode)),
        // Charged by weight, the price is reckoned from what its weight costs.
        (
            "price",
            listing.weight_price.is_some() && row.price.is_some_and(|price| price != listing.price.0),
        ),
    ];
    for (key, differs) in fixed {
        if differs {
            faults.push(Fault::at(key, "wrong-import-fixed"));
        }
    }
    let product_edit = product_change(known, current, row, &mut faults);
    let mut edit = EditListing::default();
    let mut edited = false;
    edited |= terms_change(current, row, &mut edit.terms, &mut faults);
    if let Some(day) = row.harvest_on.filter(|day| Some(*day) != listing.harvest_on) {
        edit.harvest_on = day.iso().into();
        edited = true;
    }
    if let Some(cap) = row.cap.filter(|cap| !same_amount(*cap, current.cap(), listing.unit)) {
        edit.cap = quantity(Some(cap), Some(listing.unit));
        edited = true;
    }
    if listing.stock_mode != StockMode::Preorder {
        for (key, given) in [("harvest_on", row.harvest_on.is_some()), ("cap", row.cap.is_some())] {
            if given {
                faults.push(Fault::at(key, "wrong-import-other-mode"));
            }
        }
    }
    if let Some(stock) = row.stock.filter(|stock| sets_stock(*stock, current, row)) {
        if is_counted(current) {
            edit.stock = quantity(Some(stock), Some(listing.unit));
            edited = true;
        } else {
            faults.push(Fault::at("stock", "wrong-stock-by-lot"));
        }
    }
    match row.state.filter(|state| *state != listing.state) {
        None => {}
        Some(state @ (State::Live | State::Withdrawn)) if listing.state != State::TakenDown => {
            edit.state = state.code().to_owned().into();
            edited = true;
        }
        Some(_) if listing.state == State::TakenDown => faults.push(Fault::at("state", "problem-taken-down")),
        Some(_) => faults.push(Fault::at("state", "wrong-import-state-by-hand")),
    }
    let edit = match edited.then(|| edit.check(today)) {
        None => None,
        Some(Ok(edit)) => Some(edit),
        Some(Err(wrong)) => {
            note_all(&mut faults, wrong);
            None
        }
    };
    let sku = row.sku.clone().filter(|sku| current.sku.as_ref() != Some(sku));
    if !faults.is_empty() {
        return Err(faults);
    }
    if product_edit.is_none() && edit.is_none() && sku.is_none() {
        return Ok(Planned::Same);
    }
    Ok(Planned::Change(Box::new(Change {
        listing: listing.id,
        seller: listing.seller_id,
        product: product_edit.map(|edit| (product.id, edit)),
        edit,
        sku,
    })))
}

/// Whether the row wants another stock than there is. One who left alone what the file was written with wants none,
/// whatever was sold since.
fn sets_stock(stock: Amount, current: &Current, row: &Row) -> bool {
    let unit = current.listing.unit;
    let left_alone = row
        .stock_was
        .is_some_and(|was| same_amount(stock, Some(Quantity::new(was.0, was.1.unwrap_or(unit))), unit));
    !left_alone && !same_amount(stock, current.left, unit)
}

/// What the row says differently of packs, prices and steps; whether there is anything.
fn terms_change(current: &Current, row: &Row, terms: &mut TermsInput, faults: &mut Vec<Fault>) -> bool {
    let listing = &current.listing;
    let unit = listing.unit;
    let mut edited = false;
    if let Some(price) = row.price.filter(|price| *price != listing.price.0) {
        terms.price = price.into();
        edited = true;
    }
    let in_unit = |amount: Option<Thousandths>| amount.map(|amount| Quantity::new(amount, unit));
    let amounts = [
        (row.contains, Pack::of(listing).contains, None, &mut terms.contains),
        (
            row.min_quantity,
            in_unit(listing.min_quantity),
            Some(unit),
            &mut terms.min_quantity,
        ),
        (row.step, in_unit(listing.step), Some(unit), &mut terms.step),
    ];
    for (given, there, own, field) in amounts {
        if let Some(given) = given.filter(|given| !same_amount(*given, there, unit)) {
            *field = patch(quantity(Some(given), own));
            edited = true;
        }
    }
    if let Some(given) = &row.tiers {
        let same = given.len() == current.tiers.len()
            && given.iter().zip(&current.tiers).all(|((from, price), tier)| {
                same_amount(*from, Some(Quantity::new(tier.from, unit)), unit) && *price == tier.price.0
            });
        if !same {
            terms.tiers = tiers(Some(given), Some(unit));
            edited = true;
        }
    }
    if edited {
        // Whether what it comes to goes together.
        let mut wrong = Wrong::default();
        let before = Terms::of(listing, current.tiers.clone());
        let after = terms.read(&mut wrong).and_then(|edit| edit.over(&mut wrong, before));
        if let Some(after) = after {
            after.check(&mut wrong, listing.stock_mode, None);
        }
        note_all(faults, wrong);
    }
    edited
}

fn same_amount((amount, own): Amount, there: Option<Quantity>, unit: Unit) -> bool {
    let given = Quantity::new(amount, own.unwrap_or(unit));
    there.is_some_and(|there| {
        given
            .convert(there.unit)
            .is_some_and(|given| given.amount == there.amount)
    })
}

/// What the row says differently of the listing's product.
fn product_change(known: &Known, current: &Current, row: &Row, faults: &mut Vec<Fault>) -> Option<ProductEdit> {
    let product = &current.product;
    let mut edit = EditProduct::default();
    let mut edited = false;
    let texts = [
        ("name", &row.name, product.name.as_str()),
        ("brand", &row.brand, product.brand.as_deref().unwrap_or("")),
        ("description", &row.description, product.description.as_str()),
    ];
    for (key, given, there) in texts {
        let Some(given) = given.as_ref().filter(|given| tidy(given) != tidy(there)) else {
            continue;
        };
        if cell::is_formula(given) {
            faults.push(Fault::at(key, "wrong-import-formula"));
            continue;
        }
        let field = Field::Given(given.clone());
        match key {
            "name" => edit.name = field,
            "brand" => edit.brand = field,
            _ => edit.description = field,
        }
        edited = true;
    }
    if let Some(category) = row.category.filter(|category| *category != product.category) {
        edit.category = category.to_owned().into();
        edited = true;
    }
    if let Some(days) = row
        .shelf_life_days
        .filter(|days| Some(*days) != product.shelf_life_days.map(i64::from))
    {
        // In that verb nought takes the days away; here an empty cell does nothing, and nought is no number of days.
        if days < 1 {
            faults.push(Fault::at("shelf_life_days", "wrong-not-positive"));
        }
        edit.shelf_life_days = days.into();
        edited = true;
    }
    if let Some(text) = &row.gtin
        && gtin(row).is_none_or(|gtin| gtin != product.gtin)
    {
        if gtin(row).and_then(|gtin| known.owner_of(&gtin)).is_some() {
            faults.push(Fault::at("gtin", "wrong-gtin-taken"));
        }
        edit.gtin = text.clone().into();
        edited = true;
    }
    match edited.then(|| edit.check(product)) {
        None => None,
        Some(Ok(edit)) => Some(edit),
        Some(Err(wrong)) => {
            note_all(faults, wrong);
            None
        }
    }
}

/// A text as the program keeps it, and line ends as every program means them.
fn tidy(text: &str) -> String {
    text.trim().replace("\r\n", "\n").replace('\r', "\n").nfc().collect()
}

fn gtin(row: &Row) -> Option<Gtin> {
    digital_link::Gtin::parse(row.gtin.as_deref()?).ok().map(Gtin)
}

fn field<T: Clone>(value: Option<&T>) -> Field<T> {
    value.cloned().map_or(Field::Missing, Field::Given)
}

fn quantity(amount: Option<Amount>, unit: Option<Unit>) -> Field<QuantityInput> {
    let Some((amount, own)) = amount else {
        return Field::Missing;
    };
    Field::Given(QuantityInput {
        value: amount.to_string().into(),
        unit: field(own.or(unit).map(|unit| unit.code().to_owned()).as_ref()),
    })
}

fn patch<T>(field: Field<T>) -> Patch<T> {
    match field {
        Field::Missing => Patch::Absent,
        given => Patch::Given(given),
    }
}

fn tiers(given: Option<&Vec<(Amount, i64)>>, unit: Option<Unit>) -> Field<Vec<Field<TierInput>>> {
    let tier = |(from, price): &(Amount, i64)| {
        Field::Given(TierInput {
            from: quantity(Some(*from), unit),
            price: (*price).into(),
        })
    };
    match given {
        None => Field::Missing,
        Some(given) => Field::Given(given.iter().map(tier).collect()),
    }
}

/// Notes what a verb refuses, once for each column.
pub fn note_all(faults: &mut Vec<Fault>, wrong: Wrong) {
    for error in wrong.0 {
        let fault = Fault::of_field(&error.pointer, error.message);
        if fault.column.is_none() || !faults.iter().any(|known| known.column == fault.column) {
            faults.push(fault);
        }
    }
}

/// Finds rows of one file that get in each other's way: the later one is told the line of the earlier.
#[derive(Debug, Default)]
pub struct Twice {
    listings: HashMap<ListingId, u32>,
    codes: HashMap<(SellerId, String), u32>,
    gtins: HashMap<Gtin, (Option<ProductId>, u32)>,
    titles: HashMap<(SellerId, String, Unit), u32>,
}

impl Twice {
    /// What is wrong with the row at `line` because of rows before it.
    pub fn faults(&mut self, known: &Known, row: &Row, line: u32) -> Vec<Fault> {
        let mut faults = Vec::new();
        let Some(seller) = known.seller_of(row) else {
            return faults;
        };
        let mut note = |key: &str, other: u32| {
            if other != line {
                let message = Message::new("wrong-import-line-twice").with("line", other.to_string());
                faults.push(Fault::at(key, message));
            }
        };
        if let Some(code) = &row.sku {
            note("sku", *self.codes.entry((seller, code.clone())).or_insert(line));
        }
        let current = match row.id {
            Some(id) => known.listing(id),
            None => row.sku.as_deref().and_then(|code| known.coded(seller, code)),
        };
        match (current, &row.sku, &row.name, row.unit) {
            (Some(current), ..) => {
                let other = *self.listings.entry(current.listing.id).or_insert(line);
                if row.id.is_some() {
                    note("id", other);
                }
            }
            (None, None, Some(name), Some(unit)) if row.id.is_none() => {
                note("name", *self.titles.entry((seller, tidy(name), unit)).or_insert(line));
            }
            _ => {}
        }
        if let Some(gtin) = gtin(row) {
            // Two pack sizes of one product share its number.
            let owner = current
                .filter(|current| current.product.gtin == gtin)
                .map(|current| current.product.id);
            let (first, other) = *self.gtins.entry(gtin).or_insert((owner, line));
            if owner.is_none() || first != owner {
                note("gtin", other);
            }
        }
        faults
    }
}

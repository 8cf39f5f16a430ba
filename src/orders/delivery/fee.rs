//! What carrying costs (pure).

use entity::{CommuneCode, Dong, Quantity, Thousandths, orders::delivery_zone, quantity::Base};

use crate::{listings::offer::Terms, places};

/// The zone of `zones` that `commune` lies in. The commune's own zone wins over that of its province, and that over the
/// one that is everywhere.
#[must_use]
pub fn zone_of<'z>(zones: &'z [delivery_zone::Model], commune: &CommuneCode) -> Option<&'z delivery_zone::Model> {
    let names = |zone: &delivery_zone::Model, code: &str| zone.places.split(' ').any(|place| place == code);
    let province = places::commune(commune).map_or("", |known| &known.province_code);
    zones
        .iter()
        .find(|zone| names(zone, commune.as_str()))
        .or_else(|| zones.iter().find(|zone| !province.is_empty() && names(zone, province)))
        .or_else(|| zones.iter().find(|zone| zone.places.is_empty()))
}

/// What a zone asks for goods of `grams` that cost `goods`: its fee, and as much again for each kilogram begun beyond what
/// the fee carries; nothing from a sum on. `None` when that is no amount anybody could pay.
#[must_use]
pub fn fee(zone: &delivery_zone::Model, grams: i64, goods: Dong) -> Option<Dong> {
    if zone.free_from.is_some_and(|from| goods >= from) {
        return Some(Dong::ZERO);
    }
    let beyond = i128::from(grams) - i128::from(zone.included_grams);
    let kilograms = (beyond.max(0) + 999) / 1000;
    let fee = i128::from(zone.fee.0) + kilograms * i128::from(zone.fee_per_kg.0);
    i64::try_from(fee).ok().map(Dong).filter(|fee| *fee <= Dong::MAX)
}

/// What `quantity` of a listing weighs, a part of a gram counting as a whole one; `weight` is what its pieces are thought
/// to weigh, where it is charged by weight. A millilitre counts as a gram. `None`: nobody knows.
#[must_use]
pub fn grams(terms: &Terms, quantity: Thousandths, weight: Option<Quantity>) -> Option<i64> {
    if let Some(weight) = weight {
        return of(weight);
    }
    of(Quantity::new(quantity, terms.unit)).or_else(|| {
        let contains = terms.contains?;
        let (_, each) = contains.unit.base()?;
        let exact = i128::from(quantity.0) * i128::from(contains.amount.0) * i128::from(each);
        i64::try_from((exact + 999_999) / 1_000_000).ok()
    })
}

fn of(quantity: Quantity) -> Option<i64> {
    let (Base::Gram | Base::Millilitre, each) = quantity.unit.base()?;
    let exact = i128::from(quantity.amount.0) * i128::from(each);
    i64::try_from((exact + 999) / 1000).ok()
}

#[cfg(test)]
mod tests {
    use entity::{
        Unit,
        ids::{DeliveryZoneId, SellerId},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn zone(places: &str, fee: i64, included: i64, per_kg: i64, free_from: Option<i64>) -> delivery_zone::Model {
        delivery_zone::Model {
            id: DeliveryZoneId(Uuid::nil()),
            seller_id: SellerId(Uuid::nil()),
            position: 0,
            name: "Gần nhà".to_owned(),
            places: places.to_owned(),
            fee: Dong(fee),
            included_grams: included,
            fee_per_kg: Dong(per_kg),
            free_from: free_from.map(Dong),
        }
    }

    fn terms(unit: Unit, contains: Option<(i64, Unit)>) -> Terms {
        Terms {
            unit,
            price: Dong(1),
            by_weight: None,
            contains: contains.map(|(amount, unit)| Quantity::new(Thousandths(amount), unit)),
            tiers: Vec::new(),
            min: None,
            step: None,
            limit: None,
            lead_days: None,
        }
    }

    #[test]
    fn the_nearest_zone_wins() {
        let zones = [
            zone("", 3, 0, 0, None),
            zone("19", 2, 0, 0, None),
            zone("05503 05443", 1, 0, 0, None),
        ];
        let fee_at = |code: &str| zone_of(&zones, &code.parse().expect("a code")).map(|zone| zone.fee.0);
        assert_eq!(fee_at("05503"), Some(1));
        assert_eq!(fee_at("05482"), Some(2), "elsewhere in the province");
        assert_eq!(fee_at("00004"), Some(3), "elsewhere in the country");
        assert_eq!(zone_of(&zones[1..], &"00004".parse().expect("a code")), None);
    }

    #[test]
    fn a_kilogram_begun_is_a_kilogram() {
        let near = zone("", 15_000, 2000, 4000, Some(500_000));
        for (grams, goods, costs) in [
            (0, 1, 15_000),
            (2000, 1, 15_000),
            (2001, 1, 19_000),
            (3000, 1, 19_000),
            (3001, 1, 23_000),
            (9000, 500_000, 0),
            (9000, 499_999, 43_000),
        ] {
            assert_eq!(
                fee(&near, grams, Dong(goods)),
                Some(Dong(costs)),
                "{grams} g for {goods}"
            );
        }
        assert_eq!(fee(&zone("", 0, 0, Dong::MAX.0, None), 2000, Dong(1)), None);
    }

    #[test]
    fn a_weight_comes_from_the_unit_or_from_what_a_pack_holds() {
        assert_eq!(grams(&terms(Unit::Kilogram, None), Thousandths(1500), None), Some(1500));
        assert_eq!(grams(&terms(Unit::Litre, None), Thousandths(500), None), Some(500));
        assert_eq!(
            grams(&terms(Unit::Bag, Some((300, Unit::Kilogram))), Thousandths(2000), None),
            Some(600)
        );
        assert_eq!(
            grams(&terms(Unit::Tray, Some((10_000, Unit::Fruit))), Thousandths(1000), None),
            None
        );
        assert_eq!(grams(&terms(Unit::Box, None), Thousandths(1000), None), None);
        let weighed = Some(Quantity::new(Thousandths(2100), Unit::Kilogram));
        assert_eq!(
            grams(&terms(Unit::Animal, None), Thousandths(1000), weighed),
            Some(2100)
        );
        assert!(grams(&terms(Unit::Tonne, None), Thousandths::MAX, None).is_some());
    }

    proptest! {
        /// Never below the base fee nor below what a lighter parcel costs, and a kilogram more costs one kilogram's fee more.
        #[test]
        fn a_heavier_parcel_never_costs_less(
            base in 0_i64..1_000_000, included in 0_i64..50_000, per_kg in 0_i64..100_000,
            grams in 0_i64..10_000_000, more in 0_i64..1_000_000,
        ) {
            let zone = zone("", base, included, per_kg, None);
            let (lighter, heavier) = (fee(&zone, grams, Dong(1)), fee(&zone, grams + more, Dong(1)));
            prop_assert!(Some(Dong(base)) <= lighter && lighter <= heavier);
            let beyond = fee(&zone, grams.max(included) + 1000, Dong(1));
            prop_assert_eq!(beyond, fee(&zone, grams.max(included), Dong(1)).map(|fee| Dong(fee.0 + per_kg)));
        }

        /// From the sum on it is free whatever it weighs, and below it never is where it costs anything.
        #[test]
        fn it_is_free_from_the_sum_on(from in 1_i64..10_000_000, goods in 1_i64..20_000_000, grams in 0_i64..1_000_000) {
            let zone = zone("", 10_000, 0, 1000, Some(from));
            let fee = fee(&zone, grams, Dong(goods)).expect("small");
            prop_assert_eq!(fee == Dong::ZERO, goods >= from);
        }
    }
}

//! The helper of the demo and the two farmers she helps: one with a phone, and one in a hamlet without signal who has none.

use entity::{
    Day, Phone,
    catalogue::check::{self, Item, State},
    frame::skill_count,
    identity::consent::{self, How, Scope, Scopes},
    ids::{PersonId, SellerId},
};

use super::{MINUTE, Teller, number};
use crate::{
    demo::DemoSeller,
    identity::community::{CONSENT_MONTHS, CONSENT_TEXT},
};

/// Who is helped by a code on their phone.
const WITH_PHONE: &str = "Hộ Trần Văn Khoát";
/// Who is helped before a witness.
const WITHOUT_PHONE: &str = "Hộ Triệu Thị Mùi";
/// People of the demo without a phone; the exchange goes on counting from here.
pub const PEOPLE_WITHOUT_PHONE: i64 = 1;
/// When the helper came by.
const ASKED_DAYS_AGO: i32 = 75;

/// The number of whoever owns `seller`: nobody can dial that of a farmer without a phone.
pub(super) fn phone_of(seller: &DemoSeller, usual: &str) -> Phone {
    if seller.name == WITHOUT_PHONE {
        return Phone::none(PEOPLE_WITHOUT_PHONE).expect("one of a million numbers");
    }
    number(usual)
}

impl Teller<'_> {
    /// What an officer has seen of a seller: everything, long ago.
    pub(super) fn verified(&mut self, seller: SellerId, owner: PersonId, joined: entity::Timestamp) {
        self.rows.checks.extend(Item::ALL.map(|item| check::Model {
            seller_id: seller,
            item,
            state: State::Verified,
            note: String::new(),
            given_at: joined,
            given_by: Some(owner),
            decided_at: Some(joined.plus(MINUTE * 60)),
            decided_by: None,
            reason: None,
        }));
    }

    /// The consent of `owner`, and what they have learnt since, if they are one of the two.
    pub(super) fn helped(&mut self, seller: &DemoSeller, owner: PersonId, phone: &Phone, name: &str) {
        let Some(helper) = self.helper else { return };
        let by_witness = match seller.name.as_str() {
            WITH_PHONE => false,
            WITHOUT_PHONE => true,
            _ => return,
        };
        let today = self.now.day();
        let asked = today.plus_days(-ASKED_DAYS_AGO);
        let witness = |text: &str| by_witness.then(|| text.to_owned());
        self.rows.consents.push(consent::Model {
            id: self.source.id(),
            helper_id: helper,
            farmer_id: Some(owner),
            phone: (!by_witness).then(|| phone.clone()),
            name: name.to_owned(),
            scope: Scopes::of(&Scope::ALL),
            text_version: CONSENT_TEXT.to_owned(),
            how: if by_witness { How::Witness } else { How::Code },
            witness_name: witness("Triệu Văn Lâm"),
            witness_role: witness("Trưởng thôn"),
            witness_place: witness("Nhà văn hóa thôn"),
            created_at: asked.start().plus(MINUTE * 60 * 9),
            given_at: Some(asked.start().plus(MINUTE * (60 * 9 + 4))),
            until_on: Some(asked.plus_months(CONSENT_MONTHS)),
            revoked_at: None,
            revoked_by: None,
        });
        self.learnt(owner, today, by_witness);
    }

    /// Month by month more alone, where there is a phone to do it with.
    fn learnt(&mut self, farmer: PersonId, today: Day, by_witness: bool) {
        for (months_ago, alone, helped) in [(2, 1, 9), (1, 4, 6), (0, 7, 2)] {
            let alone = if by_witness { 0 } else { alone };
            for (kind, part) in [("diary", 1), ("listing", 2)] {
                self.rows.skills.push(skill_count::Model {
                    person_id: farmer,
                    month: today.plus_months(-months_ago).month(),
                    kind: kind.to_owned(),
                    alone: alone / part,
                    helped: helped / part,
                });
            }
        }
    }
}

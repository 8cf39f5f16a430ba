//! Names of people, brands, sellers and plots, and the folding that makes keys of them.

use super::{model::SellerKind, rng::Stream};

const SURNAMES: &[&str] = &[
    "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý",
    "Nông", "Ma", "Triệu", "Lường", "Hà", "Lương", "Chu", "Đinh", "Phan", "Trịnh", "Lộc", "Bàn", "Phùng", "Mông",
    "Hứa", "Tô",
];
/// Surnames common north of the Red River but not elsewhere are left out for the other provinces.
const SURNAMES_ELSEWHERE: &[&str] = &[
    "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Phan", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
    "Trương", "Đinh", "Mai", "Cao", "Tạ", "Châu", "Lâm", "Thái", "Đoàn",
];
const MALE_MIDDLE: &[&str] = &[
    "Văn", "Văn", "Đức", "Quang", "Hữu", "Xuân", "Minh", "Đình", "Công", "Ngọc", "Thanh", "Bá",
];
const MALE: &[&str] = &[
    "An", "Bảo", "Bình", "Chiến", "Cường", "Dũng", "Duy", "Đạt", "Đông", "Hải", "Hạnh", "Hiếu", "Hoà", "Hùng", "Hưng",
    "Khoa", "Kiên", "Lâm", "Long", "Luân", "Mạnh", "Nam", "Nghĩa", "Phong", "Phú", "Quân", "Quý", "Sơn", "Tài", "Tân",
    "Thắng", "Thành", "Thịnh", "Thọ", "Tiến", "Toàn", "Trung", "Tú", "Tuấn", "Tùng", "Vinh", "Vượng",
];
const FEMALE_MIDDLE: &[&str] = &[
    "Thị", "Thị", "Thị", "Thu", "Thanh", "Ngọc", "Minh", "Kim", "Hồng", "Bích",
];
const FEMALE: &[&str] = &[
    "Anh",
    "Chi",
    "Cúc",
    "Dung",
    "Duyên",
    "Đào",
    "Giang",
    "Hà",
    "Hằng",
    "Hiền",
    "Hoa",
    "Hoài",
    "Huệ",
    "Hương",
    "Lan",
    "Liên",
    "Linh",
    "Loan",
    "Ly",
    "Mai",
    "Mận",
    "Mến",
    "Minh",
    "Mùi",
    "Nga",
    "Ngân",
    "Nguyệt",
    "Nhung",
    "Oanh",
    "Phượng",
    "Quyên",
    "Sen",
    "Thảo",
    "Thắm",
    "Thoa",
    "Thu",
    "Thuỷ",
    "Tình",
    "Trang",
    "Tuyết",
    "Vân",
    "Xuân",
    "Yến",
];
const BRAND_FIRST: &[&str] = &[
    "An", "Bình", "Cát", "Đại", "Đồi", "Gia", "Hải", "Hoà", "Hương", "Khánh", "Kim", "Lâm", "Linh", "Mây", "Minh",
    "Nắng", "Ngàn", "Ngọc", "Nhật", "Phúc", "Quỳnh", "Sương", "Suối", "Tâm", "Thanh", "Thiên", "Thuận", "Tiên",
    "Trung", "Việt", "Xuân", "Yên",
];
const BRAND_SECOND: &[&str] = &[
    "An", "Bách", "Châu", "Diệp", "Đông", "Giang", "Hạ", "Hoa", "Khê", "Lạc", "Lâm", "Lộc", "Mai", "Mộc", "Nam",
    "Ngân", "Nguyên", "Nhiên", "Phong", "Quê", "Quang", "Sơn", "Thảo", "Thịnh", "Thu", "Trà", "Trúc", "Tường", "Vân",
    "Viên", "Vượng", "Xanh",
];

/// A person's full name.
pub fn person(stream: &mut Stream, home: bool) -> String {
    let surname = stream.pick(if home { SURNAMES } else { SURNAMES_ELSEWHERE });
    let (middle, given) = if stream.chance(55) {
        (FEMALE_MIDDLE, FEMALE)
    } else {
        (MALE_MIDDLE, MALE)
    };
    format!("{surname} {} {}", stream.pick(middle), stream.pick(given))
}

/// The person in the name of an invented household (`Hộ nuôi ong Phạm Kim Hoa`): everything from the surname on.
pub fn person_in(household: &str) -> Option<&str> {
    let is_surname = |word: &&str| SURNAMES.contains(word) || SURNAMES_ELSEWHERE.contains(word);
    let after_each_space = household.match_indices(' ').map(|(space, _)| &household[space + 1..]);
    std::iter::once(household)
        .chain(after_each_space)
        .find(|rest| rest.split(' ').next().as_ref().is_some_and(is_surname))
}

/// A brand of two syllables, never the same one twice over.
pub fn brand(stream: &mut Stream) -> String {
    let first = *stream.pick(BRAND_FIRST);
    loop {
        let second = *stream.pick(BRAND_SECOND);
        if second != first {
            return format!("{first} {second}");
        }
    }
}

/// A seller of this kind whose main trade is the category group `group`, with the brand on its packs.
pub fn seller(stream: &mut Stream, kind: SellerKind, group: &str, home: bool) -> (String, String) {
    let brand = brand(stream);
    let (households, trade): (&[&str], &str) = match group {
        "tea" => (&["Hộ", "Xưởng chè", "Nương chè nhà", "Hộ"], "chè"),
        "grain" => (&["Hộ", "Lò bánh", "Cơ sở"], "lương thực"),
        "fruit" => (&["Vườn nhà", "Nhà vườn", "Hộ"], "cây ăn quả"),
        "veg" => (&["Hộ", "Vườn rau", "Nhà vườn"], "rau an toàn"),
        "meat" => (&["Trại", "Hộ", "Cơ sở"], "chăn nuôi"),
        "honey" => (&["Trại ong", "Hộ nuôi ong"], "nuôi ong"),
        "herb" => (&["Hộ", "Vườn thuốc"], "dược liệu"),
        "drink" => (&["Lò rượu", "Cơ sở"], "nông sản"),
        "craft" => (&["Xưởng", "Nhà"], "thủ công"),
        "flower" => (&["Vườn hoa", "Nhà vườn"], "hoa cây cảnh"),
        "tourism" => (&["Nhà sàn", "Homestay"], "du lịch cộng đồng"),
        _ => (&["Cơ sở", "Hộ"], "nông nghiệp"),
    };
    let name = match kind {
        SellerKind::Household => {
            let owner = person(stream, home);
            let name = format!("{} {owner}", stream.pick(households));
            // A household's pack carries its owner's last two names.
            let brand = owner
                .split_once(' ')
                .map_or(brand, |(_, given)| given.trim_start_matches("Thị ").to_owned());
            let brand = if brand.contains(' ') {
                brand
            } else {
                format!("{} {brand}", stream.pick(BRAND_FIRST))
            };
            return (name, brand);
        }
        SellerKind::Cooperative => match stream.below(5) {
            0 => format!("HTX nông nghiệp {brand}"),
            1 => format!("Tổ hợp tác {trade} {brand}"),
            _ => format!("HTX {trade} {brand}"),
        },
        SellerKind::Company => match stream.below(4) {
            0 => format!("Công ty CP Nông sản {brand}"),
            1 => format!("Công ty TNHH MTV {brand}"),
            _ => format!("Công ty TNHH {brand}"),
        },
    };
    (name, brand)
}

const FIELD_PLACES: &[&str] = &[
    "sau nhà",
    "đầu xóm",
    "bờ suối",
    "chân đồi",
    "đồi cao",
    "gốc đa",
    "cửa rừng",
    "ven hồ",
    "dưới đập",
    "đồng trên",
    "đồng dưới",
    "khe đá",
    "cạnh nhà văn hoá",
    "bãi soi",
];

/// A plot's everyday name, such as "Nương chè bờ suối"; `nth` keeps two plots of one crop apart.
pub fn plot(stream: &mut Stream, field: &str, nth: usize) -> String {
    let start = stream.below(u32::try_from(FIELD_PLACES.len()).expect("a short list")) as usize;
    // A step coprime to the list's length never meets the same place before all have been used.
    format!("{field} {}", FIELD_PLACES[(start + nth * 5) % FIELD_PLACES.len()])
}

/// Lower-case ASCII words joined by `-`: `Chè đinh La Bằng` becomes `che-dinh-la-bang`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match base_letter(letter) {
            Some(base) => folded.push(base),
            None if !folded.is_empty() && !folded.ends_with('-') => folded.push('-'),
            None => {}
        }
    }
    folded.truncate(folded.trim_end_matches('-').len());
    folded
}

/// The ASCII letter under a lower-case Vietnamese one (precomposed, as the tables are).
fn base_letter(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' | '0'..='9' => letter,
        'à' | 'á' | 'ả' | 'ã' | 'ạ' | 'ă' | 'ằ' | 'ắ' | 'ẳ' | 'ẵ' | 'ặ' | 'â' | 'ầ' | 'ấ' | 'ẩ' | 'ẫ' | 'ậ' => {
            'a'
        }
        'đ' => 'd',
        'è' | 'é' | 'ẻ' | 'ẽ' | 'ẹ' | 'ê' | 'ề' | 'ế' | 'ể' | 'ễ' | 'ệ' => 'e',
        'ì' | 'í' | 'ỉ' | 'ĩ' | 'ị' => 'i',
        'ò' | 'ó' | 'ỏ' | 'õ' | 'ọ' | 'ô' | 'ồ' | 'ố' | 'ổ' | 'ỗ' | 'ộ' | 'ơ' | 'ờ' | 'ớ' | 'ở' | 'ỡ' | 'ợ' => {
            'o'
        }
        'ù' | 'ú' | 'ủ' | 'ũ' | 'ụ' | 'ư' | 'ừ' | 'ứ' | 'ử' | 'ữ' | 'ự' => 'u',
        'ỳ' | 'ý' | 'ỷ' | 'ỹ' | 'ỵ' => 'y',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, person_in};

    #[test]
    fn a_household_is_named_after_somebody() {
        assert_eq!(person_in("Hộ nuôi ong Phạm Kim Hoa"), Some("Phạm Kim Hoa"));
        assert_eq!(person_in("Hộ Ma Văn Thọ"), Some("Ma Văn Thọ"));
        assert_eq!(person_in("Trại cá tầm"), None);
    }

    #[test]
    fn folding_makes_slugs() {
        assert_eq!(fold("Chè đinh La Bằng"), "che-dinh-la-bang");
        assert_eq!(fold("HTX trà Sơn Dung (Đồng Hỷ)"), "htx-tra-son-dung-dong-hy");
        assert_eq!(fold("  Thuỷ — Hoà, 25 túi x 2 g "), "thuy-hoa-25-tui-x-2-g");
    }

    #[test]
    fn every_vietnamese_vowel_is_folded() {
        let vowels = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
        assert_eq!(fold(vowels).len(), vowels.chars().count());
        assert_eq!(fold(&vowels.to_uppercase()), fold(vowels));
    }
}

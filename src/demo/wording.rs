//! Product descriptions: where it comes from, what it is like, what to do with it.

use super::{
    rng::Stream,
    tables::{self, Commune},
};

/// "xã La Bằng", as it stands inside a sentence.
pub fn inside_sentence(commune: &Commune) -> String {
    let mut letters = commune.full_name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Two or three sentences about a product of an invented producer.
pub fn description(stream: &mut Stream, name: &str, category: &'static str, commune: &Commune) -> String {
    let place = inside_sentence(commune);
    let mut text = String::new();
    // Spirits always carry their warning; elsewhere every third description leaves the closing sentence out.
    let slots: &[u8] = if tables::group_of(category) == "drink" || stream.chance(67) {
        &[1, 2, 3]
    } else {
        &[1, 2]
    };
    for &slot in slots {
        let choices = tables::sentences(category, slot);
        if choices.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&stream.pick(choices).replace("{name}", name).replace("{c}", &place));
    }
    text
}

/// About an invented seller of between `people.0` and `people.1` people.
pub fn about(stream: &mut Stream, group: &str, commune: &Commune, people: (i32, i32)) -> String {
    let place = inside_sentence(commune);
    let trade = match group {
        "tea" => "trồng và chế biến chè",
        "grain" => "cấy lúa và làm đồ khô",
        "fruit" => "trồng cây ăn quả",
        "veg" => "trồng rau, lấy măng và làm nấm",
        "meat" => "chăn nuôi và chế biến",
        "honey" => "nuôi ong lấy mật",
        "herb" => "trồng và sơ chế cây thuốc",
        "drink" => "làm đồ uống từ nông sản",
        "craft" => "giữ nghề thủ công",
        "flower" => "trồng hoa và cây cảnh",
        "tourism" => "đón khách về nghỉ và trải nghiệm",
        _ => "làm gia vị và đồ ăn quê",
    };
    let since = 2024 - stream.between(0, 24);
    let people = stream.between(people.0, people.1);
    let choices = [
        format!("Ở {place}, {people} người cùng {trade}. Việc trong vườn và trong xưởng đều được ghi lại từng ngày."),
        format!("Chuyên {trade} tại {place} từ năm {since}. Bán tại chỗ, ở chợ phiên và trên sàn của tỉnh."),
        format!("Gia đình và bà con {place} {trade}, {people} lao động thường xuyên. Nhận đặt hàng qua điện thoại."),
        format!("{people} thành viên ở {place} {trade} và cùng giữ một sổ nhật ký. Ai quét tem cũng xem được lô hàng."),
    ];
    stream.pick(&choices).clone()
}

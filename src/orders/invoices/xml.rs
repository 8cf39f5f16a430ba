//! The data as XML, with the names of elements that invoices to the Vietnamese tax office carry (QĐ 1450/QĐ-TCT; recalled,
//! so compare them with the format in force). It is unsigned, and has neither symbol nor number (pure).

use std::fmt::Write as _;

use super::data::InvoiceData;

/// What is written, and how deep.
#[derive(Default)]
struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    fn inside(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.indent();
        let _ = writeln!(self.text, "<{name}>");
        self.depth += 1;
        write(self);
        self.depth -= 1;
        self.indent();
        let _ = writeln!(self.text, "</{name}>");
    }

    fn leaf(&mut self, name: &str, value: impl std::fmt::Display) {
        self.indent();
        let _ = writeln!(self.text, "<{name}>{}</{name}>", escaped(&value.to_string()));
    }
}

/// Text that stands in XML 1.0: what would end it is written otherwise, and what no document may hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}' => out.push(c),
            _ => {}
        }
    }
    out
}

/// The document.
pub fn document(data: &InvoiceData) -> String {
    let mut xml = Writer::default();
    xml.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.inside("HDon", |xml| {
        xml.inside("DLHDon", |xml| {
            head(xml, data);
            xml.inside("NDHDon", |xml| {
                body(xml, data);
            });
        });
    });
    xml.text
}

fn head(xml: &mut Writer, data: &InvoiceData) {
    xml.inside("TTChung", |xml| {
        xml.leaf("PBan", "2.0.1");
        let sales = data.kind == "sales";
        xml.leaf(
            "THDon",
            if sales {
                "Hóa đơn bán hàng"
            } else {
                "Hóa đơn giá trị gia tăng"
            },
        );
        xml.leaf("KHMSHDon", if sales { 2 } else { 1 });
        xml.leaf("NLap", &data.sold_on);
        xml.leaf("DVTTe", data.currency);
        xml.leaf("TGia", 1);
        xml.leaf("HTTToan", data.payment);
        xml.inside("TTKhac", |xml| {
            xml.inside("TTin", |xml| {
                xml.leaf("TTruong", "MaDonHang");
                xml.leaf("KDLieu", "string");
                xml.leaf("DLieu", &data.order_number);
            });
        });
    });
}

fn body(xml: &mut Writer, data: &InvoiceData) {
    xml.inside("NBan", |xml| {
        xml.leaf("Ten", &data.seller.name);
        xml.leaf("MST", data.seller.tax_code.as_deref().unwrap_or(""));
        xml.leaf("DChi", &data.seller.address);
    });
    xml.inside("NMua", |xml| {
        xml.leaf("HVTNMHang", &data.buyer.name);
        xml.leaf("DChi", &data.buyer.address);
        if let Some(phone) = &data.buyer.phone {
            xml.leaf("SDThoai", phone);
        }
    });
    xml.inside("DSHHDVu", |xml| {
        for line in &data.lines {
            xml.inside("HHDVu", |xml| {
                xml.leaf("TChat", 1);
                xml.leaf("STT", line.position);
                xml.leaf("MHHDVu", &line.product_id);
                xml.leaf("THHDVu", &line.name);
                xml.leaf("DVTinh", line.unit);
                xml.leaf("SLuong", &line.count);
                xml.leaf("DGia", line.price);
                xml.leaf("ThTien", line.amount);
            });
        }
        if data.delivery > 0 {
            xml.inside("HHDVu", |xml| {
                xml.leaf("TChat", 1);
                xml.leaf("STT", data.lines.len() + 1);
                xml.leaf("THHDVu", "Phí giao hàng");
                xml.leaf("ThTien", data.delivery);
            });
        }
    });
    xml.inside("TToan", |xml| {
        xml.leaf("TgTTTBSo", data.total);
        xml.leaf("TgTTTBChu", &data.total_in_words);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_text_is_written_otherwise() {
        assert_eq!(
            escaped("<Chè & \"đinh\">\u{1}\u{fffe}'"),
            "&lt;Chè &amp; &quot;đinh&quot;&gt;&apos;"
        );
    }
}

//! What a scanner read, whatever that was: a Digital Link, plain or compressed, from any resolver; a short link; the code
//! of a sticker by itself; a plain GTIN.

use digital_link::{DigitalLink, decompress};
use entity::{Gln, Gtin, Lot, ShortCode};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    fault,
    place::{PlaceView, place},
    read::{Found, ProductLevel, Provenance, product_level, provenance},
};
use crate::{
    app::App,
    http::language::Message,
    trace::labels::read::{CodeView, code_of},
};

/// What was read leads to.
#[derive(Debug)]
pub enum LookedUp {
    Batch(Box<Provenance>),
    Product(Box<ProductLevel>),
    Place(Box<PlaceView>),
    /// A sticker whose batch nobody has told yet.
    Unbound(ShortCode),
    /// It is well formed and names nothing here. With `true` the batch is real and has no such unit.
    Unknown(Box<DigitalLink>, bool),
    UnknownCode(ShortCode),
    /// It cannot be a code of anything.
    Malformed(Message),
}

/// What the text says.
enum Said {
    Link(Box<DigitalLink>),
    Code(ShortCode),
    Nothing(Message),
}

/// Looks `text` up.
pub async fn look_up(app: &App, text: &str) -> Result<LookedUp, DbErr> {
    let db = app.db().read();
    match said(text) {
        Said::Nothing(reason) => Ok(LookedUp::Malformed(reason)),
        Said::Code(code) => match code_of(db, &code).await? {
            CodeView::Unknown => Ok(LookedUp::UnknownCode(code)),
            CodeView::Unbound { .. } => Ok(LookedUp::Unbound(code)),
            CodeView::Bound(batch) => {
                let link = DigitalLink::for_lot(batch.gtin.0, &batch.lot.0);
                by_link(app, db, link).await
            }
        },
        Said::Link(link) => by_link(app, db, *link).await,
    }
}

async fn by_link(app: &App, db: &impl ConnectionTrait, link: DigitalLink) -> Result<LookedUp, DbErr> {
    let found = match (link.gtin().map(Gtin), link.lot().map(Lot), link.gln().map(Gln)) {
        (Some(gtin), Some(lot), _) => {
            let serial = link.value("21");
            match provenance(db, app.resolver_url(), &gtin, &lot, serial, app.today()).await? {
                Found::Batch(found) => Some(LookedUp::Batch(found)),
                Found::NoSuchUnit => return Ok(LookedUp::Unknown(Box::new(link), true)),
                Found::Nothing => None,
            }
        }
        (Some(gtin), None, _) => product_level(db, &gtin)
            .await?
            .map(|level| LookedUp::Product(Box::new(level))),
        (None, _, Some(gln)) => place(db, &gln, link.value("254"))
            .await?
            .map(|place| LookedUp::Place(Box::new(place))),
        (None, _, None) => None,
    };
    Ok(found.unwrap_or_else(|| LookedUp::Unknown(Box::new(link), false)))
}

fn said(text: &str) -> Said {
    let text = text.trim();
    // The path of an address of any resolver, or what stands by itself.
    let schemes = ["https://", "http://", "HTTPS://", "HTTP://"];
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let path = match rest {
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => text,
    };
    let path = path.split('#').next().unwrap_or("");
    let bare = path.split('?').next().unwrap_or("").trim_end_matches('/');
    let last = bare.rsplit('/').next().unwrap_or("");
    if (rest.is_none() && bare == last || bare.strip_suffix(last) == Some("/t/"))
        && let Ok(code) = last.parse()
    {
        return Said::Code(code);
    }
    if rest.is_none()
        && let Ok(gtin) = digital_link::Gtin::parse(text)
    {
        return Said::Link(Box::new(DigitalLink::for_gtin(gtin)));
    }
    let whole = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    // A whole address may have a stem before the key, a path by itself may not.
    let read = match rest {
        Some(_) => DigitalLink::parse(text.trim_end_matches('/')),
        None => DigitalLink::parse_path(whole.trim_end_matches('/')),
    };
    match read {
        Ok(link) => Said::Link(Box::new(link)),
        Err(error) => match decompress(&whole)
            .ok()
            .and_then(|plain| DigitalLink::parse_path(&plain).ok())
        {
            Some(link) => Said::Link(Box::new(link)),
            None => Said::Nothing(fault::sentence(&error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(text: &str) -> Option<String> {
        match said(text) {
            Said::Link(link) => Some(link.path()),
            Said::Code(code) => Some(format!("/t/{code}")),
            Said::Nothing(_) => None,
        }
    }

    #[test]
    fn whatever_a_scanner_reads_is_understood() {
        let code = ShortCode::from_bits(77);
        for (text, read) in [
            (
                "https://id.example.vn/01/09506000134352/10/A%2F1",
                "/01/09506000134352/10/A%2F1",
            ),
            ("https://other.example/stem/01/09506000134352", "/01/09506000134352"),
            (" http://127.0.0.1:8080/01/09506000134352/ ", "/01/09506000134352"),
            ("/01/09506000134352?17=261231", "/01/09506000134352?17=261231"),
            ("01/09506000134352", "/01/09506000134352"),
            ("9506000134352", "/01/09506000134352"),
            ("https://example.org/ARHKVAdpQg", "/01/09780345418913"),
            (
                "https://example.org/01/09780345418913/EEOrw",
                "/01/09780345418913/10/ABC",
            ),
            ("https://example.org/414/9520123456788", "/414/9520123456788"),
        ] {
            assert_eq!(path(text).as_deref(), Some(read), "{text}");
        }
        for text in [
            format!("https://id.example.vn/t/{code}"),
            format!("http://x/t/{}?from=sticker", code.as_str().to_lowercase()),
            code.to_string(),
        ] {
            assert_eq!(path(&text), Some(format!("/t/{code}")), "{text}");
        }
        for text in [
            "",
            "chè",
            "https://example.org/",
            "https://example.org/xin-chao",
            "9506000134353",
            "//",
            "t/",
        ] {
            assert_eq!(path(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", near in "(https?://[a-z./]{0,9})?[/0-9A-Za-z?%#_-]{0,40}") {
            let _ = (path(&text), path(&near));
        }
    }
}

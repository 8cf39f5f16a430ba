//! Where an address of the network roughly is, by a database that the operator may have (`CHOQUE_GEOIP`, MaxMind DB). The
//! address itself is looked up and forgotten.

use std::{net::IpAddr, path::Path, sync::OnceLock};

use maxminddb::{Reader, geoip2};

use crate::app::App;

/// The database of this process, opened when it is first asked.
#[derive(Default)]
pub struct Geo(OnceLock<Option<Reader<Vec<u8>>>>);

/// A coarse place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// Tenths of a degree: about eleven kilometres.
    pub latitude_tenths: i32,
    pub longitude_tenths: i32,
    /// The province, else the country, as the database names it; possibly empty.
    pub place: String,
}

/// Where `address` is; `None` without a database, or where it says nothing.
#[must_use]
pub fn whereabouts(app: &App, address: IpAddr) -> Option<Whereabouts> {
    let path = app.config().geoip.as_deref()?;
    let geo = app.part::<Geo>();
    let reader = geo.0.get_or_init(|| open(path)).as_ref()?;
    find(reader, address)
}

fn open(path: &Path) -> Option<Reader<Vec<u8>>> {
    Reader::open_readfile(path)
        .inspect_err(|error| tracing::warn!(%error, "the database of addresses cannot be read: scans are not placed"))
        .ok()
}

fn find(reader: &Reader<Vec<u8>>, address: IpAddr) -> Option<Whereabouts> {
    // A broken record places nobody; it must not keep the page from whoever scanned.
    let city: geoip2::City = reader.lookup(address).ok()?.decode().ok()??;
    let tenths = |degrees: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a degree times ten is small, and what is not is refused"
        )]
        let tenths = (degrees * 10.0).round() as i32;
        tenths
    };
    let (latitude, longitude) = (city.location.latitude?, city.location.longitude?);
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return None;
    }
    let province = city.subdivisions.first().and_then(|place| place.names.english);
    Some(Whereabouts {
        latitude_tenths: tenths(latitude),
        longitude_tenths: tenths(longitude),
        place: province
            .or(city.country.names.english)
            .unwrap_or("")
            .chars()
            .take(80)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_database_places_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(open(&folder.path().join("none.mmdb")).is_none());
        let path = folder.path().join("bad.mmdb");
        std::fs::write(&path, b"not a database").expect("a file");
        assert!(open(&path).is_none());
    }
}

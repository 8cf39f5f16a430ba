//! Ids of messages for what has a code.

use entity::orders::order::Method;

/// What a way to pay is called.
pub(super) const fn method(method: Method) -> &'static str {
    match method {
        Method::Vietqr => "method-vietqr",
        Method::Cod => "method-cod",
        Method::Vnpay => "method-vnpay",
        Method::Momo => "method-momo",
        Method::Zalopay => "method-zalopay",
    }
}

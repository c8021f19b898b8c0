//! What Karcis promises, tried in a pretend shop.

mod router_faults;
mod tidy;
mod vouchers;

//! What Karcis promises, tried in a pretend shop.

mod bad_days;
mod router_faults;
mod tidy;
mod vouchers;

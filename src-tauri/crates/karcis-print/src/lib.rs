//! Sheets of vouchers: plain data in, PDF bytes out.

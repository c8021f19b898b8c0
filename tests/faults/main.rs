//! Karcis under every fault of the wire: whatever the router and the network do, the books and the router agree in the
//! end, nothing is there twice, and nobody else's user is touched.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod cuts;

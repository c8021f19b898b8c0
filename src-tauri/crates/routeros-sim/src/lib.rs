//! A faithful pretend RouterOS for practice, demonstration and tests.

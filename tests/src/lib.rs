//! The pretend world of Karcis: one kit that every test knows.

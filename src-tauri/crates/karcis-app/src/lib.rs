//! The assembly of Karcis: paths, secrets, database, engine, practice router and the console program.

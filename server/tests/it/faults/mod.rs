//! Faults of every kind, injected on purpose: `./test faults` runs these with as many kills, and the seed, that it is
//! told. Whatever happens, every answered order is in the table, in the figures and in the files, once.

mod kills;
mod machine;
mod random;
mod steps;

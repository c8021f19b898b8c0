//! Every rule and every row of Karcis, and the outbox engine that carries decisions to the world.

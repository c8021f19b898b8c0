//! A client for the RouterOS API: sentences, login, connection task and typed replies.

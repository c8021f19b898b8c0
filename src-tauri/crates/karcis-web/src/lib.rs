//! The screens of Karcis: URLs, forms, sessions and HTML.

mod deadlines;
mod logins;
mod peer;
mod replies;
mod streams;
mod window;

use std::env;

use routeros::account::Account;
use routeros::hotspot::{self, User};
use routeros::system::{self, Clock, License, Resource};
use routeros::{Command, Connection, Limits, Password, Query, Security, Target, TrapKind};

/// A real router's address, user and password from `ROUTEROS_ADDR` (host:port), `ROUTEROS_USER` and
/// `ROUTEROS_PASSWORD`; port 8729 is taken to be encrypted.
fn real_router() -> Option<Target> {
    let address = env::var("ROUTEROS_ADDR").ok()?;
    let (host, port) = address.rsplit_once(':').expect("ROUTEROS_ADDR is host:port");
    let port = port.parse().expect("ROUTEROS_ADDR ends in a port number");
    Some(Target {
        host: host.trim_matches(['[', ']']).into(),
        port,
        security: if port == 8729 { Security::Tls { pin: None } } else { Security::Plain },
        user: env::var("ROUTEROS_USER").unwrap_or_else(|_| "admin".into()),
        password: Password::new(env::var("ROUTEROS_PASSWORD").unwrap_or_default()),
    })
}

/// Only reads: nothing on the router is changed.
#[tokio::test]
async fn a_real_router_is_read_without_changing_it() {
    let Some(target) = real_router() else {
        println!("ROUTEROS_ADDR is not set: no real router was asked");
        return;
    };
    let router = Connection::open(&target, &Limits::default()).await.unwrap();
    assert!(!system::identity(&router).await.unwrap().is_empty());
    let resource = Resource::read(&router).await.unwrap();
    assert!(resource.version().is_some() && resource.uptime.is_some(), "{resource:?}");
    let clock = Clock::read(&router).await.unwrap();
    assert!(clock.wall.is_some() && clock.gmt_offset_s.is_some(), "{clock:?}");
    assert!(!License::read(&router).await.unwrap().level.is_empty());
    system::serial_number(&router).await.unwrap();
    let account = Account::read(&router, &target.user).await.unwrap();
    assert_ne!(account.may("api"), Some(false), "{account:?}");

    for command in
        [hotspot::servers(), hotspot::server_profiles(), hotspot::user_profiles(), hotspot::active()]
    {
        router.call(command).await.unwrap();
    }
    let users = router.call(hotspot::users()).await.unwrap();
    let count = router.call(hotspot::user_count(None)).await.unwrap().count();
    assert_eq!(count, u64::try_from(users.rows.len()).ok());
    if let Some(name) =
        users.rows.iter().map(User::from_row).map(|user| user.name).find(|name| !name.is_empty())
    {
        let query = Query::one_of("name", [name.as_str(), "no such user"]).unwrap();
        assert!(!router.call(hotspot::users_where(query)).await.unwrap().rows.is_empty());
    }

    let changes = router.listen(Command::new("/ip/hotspot/user/listen"));
    let unknown = router.call(Command::new("/ip/hotspot/user/no-such-verb")).await.unwrap_err();
    assert_eq!(unknown.trap().map(|trap| trap.kind()), Some(TrapKind::NoSuchCommand));
    assert_eq!(changes.cancel().await, Ok(()));
    router.close().await;
}

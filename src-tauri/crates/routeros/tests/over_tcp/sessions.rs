use std::time::Duration;

use routeros::{
    CallError, Command, ConnectError, Connection, Ending, Fingerprint, Limits, Password, Security, Stage,
};
use routeros_sim::{Break, Fault, Limit, Sim, TagPosition, TlsMode, Version};

use crate::{signed_in, switched_on, target};

#[tokio::test]
async fn every_version_lets_the_right_password_in() {
    for version in Version::ALL {
        for position in [TagPosition::Second, TagPosition::Last] {
            let sim = Sim::builder().version(version).identity("Warung").tag_position(position);
            let (_sim, router) = signed_in(sim).await;
            assert_eq!(routeros::system::identity(&router).await.as_deref(), Ok("Warung"), "{version}");
        }
    }
}

#[tokio::test]
async fn every_version_refuses_a_wrong_password() {
    for version in Version::ALL {
        let (_sim, mut target) = switched_on(Sim::builder().version(version)).await;
        target.password = Password::new("wrong");
        let opened = Connection::open(&target, &Limits::default()).await;
        assert!(matches!(opened, Err(ConnectError::LoginRefused { .. })), "{version} {opened:?}");
    }
}

#[tokio::test]
async fn a_certificate_is_reported_on_first_use_and_accepted_again() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let mut target = target(sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap());
    target.security = Security::Tls { pin: None };
    let first = Connection::open(&target, &Limits::default()).await.unwrap();
    let seen = *first.fingerprint().unwrap();
    assert_eq!(Ok(seen), sim.fingerprint().unwrap().parse());
    first.close().await;

    target.security = Security::Tls { pin: Some(seen) };
    let again = Connection::open(&target, &Limits::default()).await.unwrap();
    assert_eq!(again.fingerprint(), Some(&seen));
    let add = |number: i32| Command::new("/ip/hotspot/user/add").set("name", &format!("u{number}"));
    let all: Vec<_> = (0..300).map(|number| again.start(add(number))).collect();
    for pending in all {
        assert!(pending.await.is_ok(), "and commands go through");
    }
    assert_eq!(sim.user_count(), 300);
}

#[tokio::test]
async fn a_changed_certificate_is_refused_before_the_password_is_sent() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let mut target = target(sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap());
    let pinned: Fingerprint = sim.fingerprint().unwrap().parse().unwrap();
    let seen: Fingerprint = sim.replace_certificate().unwrap().parse().unwrap();
    target.security = Security::Tls { pin: Some(pinned) };
    let opened = Connection::open(&target, &Limits::default()).await;
    assert_eq!(opened.unwrap_err(), ConnectError::CertificateChanged { pinned, seen });
    assert_eq!(sim.command_count(), 0);
}

#[tokio::test]
async fn a_router_without_a_certificate_cannot_do_tls() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let mut target = target(sim.listen_tls("127.0.0.1:0", TlsMode::NoCert).await.unwrap());
    target.security = Security::Tls { pin: None };
    let opened = Connection::open(&target, &Limits::default()).await;
    assert!(matches!(opened, Err(ConnectError::Tls(_))), "{opened:?}");
}

#[tokio::test]
async fn speaking_plainly_to_the_encrypted_port_finds_no_router() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let target = target(sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap());
    let opened = Connection::open(&target, &Limits::default()).await;
    assert!(matches!(opened, Err(ConnectError::NotRouterOs | ConnectError::Closed)), "{opened:?}");
}

#[tokio::test]
async fn a_router_that_accepts_and_says_nothing_is_given_up_at_login() {
    let (sim, target) = switched_on(Sim::builder()).await;
    sim.arm(Fault::AcceptThenSilent);
    let limits = Limits { login: Duration::from_millis(50), ..Limits::default() };
    let opened = Connection::open(&target, &limits).await;
    assert_eq!(opened.unwrap_err(), ConnectError::TimedOut(Stage::Login));
}

#[tokio::test]
async fn a_lost_reply_leaves_open_whether_it_was_done() {
    let (sim, router) = signed_in(Sim::builder()).await;
    sim.arm(Fault::ApplyThenDrop.on("*/add"));
    let lost = router.call(Command::new("/ip/hotspot/user/add").set("name", "k7m2")).await;
    assert_eq!(lost, Err(CallError::Closed));
    assert!(sim.user("k7m2").is_some(), "it was done");
    assert_eq!(router.call(Command::new("/system/identity/print")).await, Err(CallError::NotSent));
}

#[tokio::test]
async fn however_a_connection_breaks_no_command_is_left_waiting() {
    let breaks = [
        Fault::HalfSentence,
        Fault::DropBeforeApply,
        Fault::DropAfter { limit: Limit::SentencesSent(20), how: Break::Fin },
        Fault::DropAfter { limit: Limit::BytesSent(333), how: Break::Rst },
        Fault::DropAfter { limit: Limit::BytesReceived(777), how: Break::Fin },
    ];
    for fault in breaks {
        let (sim, router) = signed_in(Sim::builder()).await;
        sim.arm(fault.clone().on("*/add"));
        let add = |number: i32| Command::new("/ip/hotspot/user/add").set("name", &format!("u{number}"));
        let all: Vec<_> = (0..200).map(|number| router.start(add(number))).collect();
        let mut answered = 0;
        for pending in all {
            match pending.await {
                Ok(_) => answered += 1,
                Err(error) => {
                    assert!(matches!(error, CallError::Closed | CallError::NotSent), "{fault:?} {error:?}");
                }
            }
        }
        assert!(answered < 200 && answered <= sim.user_count(), "{fault:?}: {answered} answered");
        assert!(matches!(router.closed().await, Ending::ByRouter | Ending::Network(_)), "{fault:?}");
    }
}

#[tokio::test]
async fn a_router_that_falls_silent_is_given_up_at_the_deadline() {
    let (sim, router) = signed_in(Sim::builder()).await;
    sim.arm(Fault::Silence.on("/system/identity/print"));
    tokio::time::pause();
    assert_eq!(routeros::system::identity(&router).await, Err(CallError::TimedOut));
    assert_eq!(router.closed().await, Ending::Deadline);
}

#[tokio::test]
async fn closing_ends_the_session_on_the_router_too() {
    let (sim, router) = signed_in(Sim::builder()).await;
    assert_eq!(sim.connections().len(), 1);
    router.close().await;
    // Said when it is closed; a busy router may hear it later.
    let ended = async {
        while !sim.connections().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(60), ended).await.is_ok());
    assert_eq!(sim.command_count_of("/quit"), 1);
}

use std::time::Duration;

use routeros::{ConnectError, DownReason, Ending, Limits, Link, LinkState, Password, Security};
use routeros_sim::{Sim, TlsMode};
use tokio::sync::watch;

use crate::{switched_on, target};

async fn until(state: &mut watch::Receiver<LinkState>, wanted: impl Fn(&LinkState) -> bool) -> LinkState {
    state.wait_for(wanted).await.unwrap().clone()
}

fn is_up(state: &LinkState) -> bool {
    matches!(state, LinkState::Up { .. })
}

fn is_down(state: &LinkState) -> bool {
    matches!(state, LinkState::Down { .. })
}

fn is_refused(state: &LinkState) -> bool {
    matches!(state, LinkState::Refused { .. })
}

#[tokio::test]
async fn a_link_comes_back_after_the_router_was_away() {
    let (sim, target) = switched_on(Sim::builder()).await;
    let link = Link::start(target, Limits::default(), 1);
    let mut state = link.state();
    until(&mut state, is_up).await;
    let router = link.connection().unwrap();
    assert!(routeros::system::identity(&router).await.is_ok());

    sim.reboot(0);
    let down = until(&mut state, is_down).await;
    let LinkState::Down { reason: DownReason::Ended(ending), .. } = &down else { panic!("{down:?}") };
    assert!(matches!(ending, Ending::ByRouter | Ending::Network(_)), "{ending:?}");
    assert!(link.connection().is_none() && !router.is_open());

    link.retry();
    until(&mut state, |state| *state != down && is_down(state)).await;
    sim.power_on().unwrap();
    link.retry();
    until(&mut state, is_up).await;
    assert!(routeros::system::identity(&link.connection().unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_link_tries_again_by_itself() {
    let (sim, target) = switched_on(Sim::builder()).await;
    sim.reboot(0);
    let link = Link::start(target, Limits::default(), 1);
    let mut state = link.state();
    let down = until(&mut state, is_down).await;
    assert!(matches!(
        down,
        LinkState::Down { reason: DownReason::Connect(ConnectError::Unreachable(_)), .. }
    ));
    tokio::time::pause();
    let again = until(&mut state, |state| is_down(state) && *state != down).await;
    tokio::time::resume();
    assert!(is_down(&again));
    sim.power_on().unwrap();
    link.retry();
    until(&mut state, is_up).await;
}

#[tokio::test]
async fn a_refused_login_is_not_tried_again_until_somebody_says_so() {
    let (sim, mut target) = switched_on(Sim::builder()).await;
    target.password = Password::new("wrong");
    let link = Link::start(target, Limits::default(), 1);
    let mut state = link.state();
    let refused = until(&mut state, is_refused).await;
    assert!(matches!(refused, LinkState::Refused { reason: ConnectError::LoginRefused { .. } }));
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    tokio::time::resume();
    assert_eq!(sim.command_count_of("/login"), 1);

    sim.set_password("admin", "wrong").unwrap();
    link.retry();
    until(&mut state, is_up).await;
}

#[tokio::test]
async fn a_changed_certificate_is_not_tried_again_either() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let mut target = target(sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap());
    target.security = Security::Tls { pin: Some(sim.fingerprint().unwrap().parse().unwrap()) };
    sim.replace_certificate().unwrap();
    let link = Link::start(target, Limits::default(), 1);
    let refused = until(&mut link.state(), is_refused).await;
    assert!(matches!(refused, LinkState::Refused { reason: ConnectError::CertificateChanged { .. } }));
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    assert_eq!(*link.state().borrow(), refused);
}

#[tokio::test]
async fn forgetting_a_link_ends_its_session_unless_somebody_still_holds_it() {
    let (sim, target) = switched_on(Sim::builder()).await;
    let link = Link::start(target, Limits::default(), 1);
    until(&mut link.state(), is_up).await;
    let router = link.connection().unwrap();
    drop(link);
    assert!(routeros::system::identity(&router).await.is_ok(), "whoever holds it may finish");
    drop(router);
    let ended = async {
        while !sim.connections().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(60), ended).await.is_ok());
    assert_eq!(sim.command_count_of("/quit"), 1);
}

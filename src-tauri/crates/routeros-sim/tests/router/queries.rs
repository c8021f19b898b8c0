use routeros_sim::Sim;

use crate::client::{kinds, logged_in, refusal};

#[tokio::test]
async fn the_words_of_a_query_choose_rows_over_the_wire() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    for (name, comment, limit) in [("a", "k|1", "1h"), ("b", "k|2", "2h"), ("c", "", "3h"), ("d", "x", "")] {
        sim.add_user(name, &[("comment", comment), ("limit-uptime", limit)]).unwrap();
    }
    for (words, expected) in [
        (vec!["?name=a", "?name=b", "?#|"], vec!["a", "b"]),
        (vec!["?>limit-uptime=1h"], vec!["b", "c"]),
        (vec!["?-limit-uptime", "?-default"], vec!["d"]),
        (vec!["?limit-uptime", "?comment=k|1", "?#!&"], vec!["b", "c"]),
        (vec!["?.id=*3"], vec!["c"]),
        (vec!["?disabled=no", "?name=a", "?name=c", "?#|&"], vec!["a", "c"]),
        (vec!["?name=c", "?name=a", "?#1"], vec!["c"]),
        (vec!["?name=c", "?name=a", "?#0"], vec!["a"]),
    ] {
        let mut sentence = vec!["/ip/hotspot/user/getall", "=.proplist=name"];
        sentence.extend(&words);
        let replies = client.ask(&sentence).await;
        let names: Vec<&str> = replies.iter().filter_map(|reply| reply.value("name")).collect();
        assert_eq!(names, expected, "{words:?}");
    }
}

#[tokio::test]
async fn a_query_nobody_understands_is_refused() {
    let (_sim, _, mut client) = logged_in(Sim::builder()).await;
    assert!(!refusal(&client.ask(&["/ip/hotspot/user/print", "?#x"]).await).is_empty());
    assert_eq!(
        kinds(&client.ask(&["/ip/hotspot/user/print"]).await),
        ["!re", "!done"],
        "and the talk goes on"
    );
}

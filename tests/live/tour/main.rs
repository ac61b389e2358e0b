//! The tour (`docs/tour.md`): each of its commands, in its order, on one cluster, ours beside kubectl's.

#[path = "../programs.rs"]
mod programs;
mod steps;
mod walk;

use walk::Walk;

#[test]
fn the_tour() {
    let mut walk = Walk::start();
    steps::documents(&mut walk);
    steps::a_deployment(&mut walk);
    steps::a_program_in_a_pod(&mut walk);
    steps::what_an_account_may_do(&mut walk);
    steps::a_token(&mut walk);
    steps::nothing_but_the_token(&mut walk);
    steps::tables(&mut walk);
    steps::a_service(&mut walk);
    let echo = steps::what_arrives(&mut walk);
    steps::proxy_mode(&mut walk);
    steps::where_the_server_is(&mut walk);
    steps::pods_counted(&mut walk);
    drop(echo);
    walk.nothing_was_left_out();
}

//! Every way of a kubeconfig to say who asks, against a server that checks it, beside kubectl with the same kubeconfig;
//! and credentials that change under a client.

mod certificates;
mod faults;
mod issuer;
mod kinds;
mod pki;
mod rotation;
mod world;

use world::World;

/// One cluster for all of it. What comes last changes the server's certificate, which others would trip over.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_who_kubectl_would_be() {
    let world = World::start();
    certificates::are_believed_as_kubectl_believes_them(&world).await;
    certificates::keys_of_other_kinds_are_named(&world).await;
    kinds::agree_with_kubectl(&world).await;
    kinds::plugins_are_told_what_kubectl_tells_them(&world).await;
    faults::f11_a_token_that_expires_is_renewed_and_no_request_fails(&world).await;
    faults::f11_a_service_accounts_token_expires_under_a_watch(&world).await;
    faults::f11_a_401_is_followed_by_success(&world).await;
    faults::f11_plugins_that_fail_hang_or_say_nonsense(&world).await;
    rotation::f11_a_token_file_is_rotated_and_vanishes(&world).await;
    rotation::f12_certificates_and_authority_are_rotated_under_a_watch(&world).await;
}

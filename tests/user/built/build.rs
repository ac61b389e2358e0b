//! Generates the module `api` from the definitions beside this crate.

fn main() -> Result<(), kubesdk_gen::Error> {
    kubesdk_gen::Generator::new().crds("../crds").kinds(["Widget"]).build("api").map(drop)
}

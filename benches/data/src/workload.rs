//! What the pods of one ReplicaSet have in common.

use crate::random::Random;

/// A Deployment with its current ReplicaSet.
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) namespace: String,
    /// The hash of the pod template.
    pub(crate) hash: String,
    pub(crate) replica_set_uid: String,
    pub(crate) team: String,
    pub(crate) version: String,
    pub(crate) init: Part,
    pub(crate) main: Part,
    pub(crate) side: Part,
    pub(crate) config_maps: Vec<String>,
    pub(crate) secrets: Vec<String>,
    /// Another number gives other nodes.
    pub(crate) first_node: usize,
}

/// A container of the template.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) digest: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) ports: Vec<(String, usize)>,
    pub(crate) environment: Vec<(String, String)>,
    /// Of its CPU in thousandths, and of memory in MiB.
    pub(crate) requests: (usize, usize),
    pub(crate) seconds: usize,
}

impl Workload {
    /// The workload of the list of near-identical pods: the same for every seed.
    pub(crate) fn web() -> Self {
        let random = &mut Random::new(0);
        let environment = |count| {
            (0..count)
                .map(|n| (format!("STOREFRONT_SETTING_{n:02}"), format!("value-of-setting-{n:02}")))
                .collect()
        };
        Workload {
            name: "storefront-web".to_owned(),
            namespace: "shop-production".to_owned(),
            hash: "6d5f9c7b84".to_owned(),
            replica_set_uid: random.uid(),
            team: "storefront".to_owned(),
            version: "v2026.11.3".to_owned(),
            init: Part { environment: environment(1), ..Part::init(random) },
            main: Part {
                ports: vec![("http".to_owned(), 8080), ("grpc".to_owned(), 9090)],
                environment: environment(3),
                ..Part::random("web", random)
            },
            side: Part {
                ports: vec![("metrics".to_owned(), 9102)],
                environment: environment(1),
                ..Part::random("telemetry", random)
            },
            config_maps: vec!["storefront-web-config".to_owned()],
            secrets: vec!["storefront-web-tls".to_owned()],
            first_node: 0,
        }
    }

    /// A workload that shares little with others.
    pub(crate) fn random(random: &mut Random) -> Self {
        let name = format!("{}-{}", random.words(2), random.suffix(3));
        let names = |random: &mut Random, what: &str| {
            (0..random.number(1, 4)).map(|_| format!("{name}-{}-{what}", random.word())).collect()
        };
        Workload {
            config_maps: names(random, "config"),
            secrets: names(random, "credentials"),
            namespace: format!(
                "{}-{}",
                random.words(2),
                random.pick(&["production", "staging", "test", "demo"])
            ),
            hash: random.suffix(10),
            replica_set_uid: random.uid(),
            team: random.words(2),
            version: format!("v{}.{}.{}", random.number(0, 9), random.number(0, 40), random.number(0, 20)),
            init: Part::init(random),
            main: Part::random("main", random),
            side: Part::random("side", random),
            first_node: random.number(0, 1_000),
            name,
        }
    }

    pub(crate) fn replica_set(&self) -> String {
        format!("{}-{}", self.name, self.hash)
    }

    /// One of its hundred nodes.
    pub(crate) fn node(&self, random: &mut Random) -> String {
        node_name(self.first_node + random.number(0, 100))
    }
}

pub(crate) fn node_name(number: usize) -> String {
    format!("ip-10-12-{}-{}.eu-central-1.compute.internal", number / 250, number % 250)
}

impl Part {
    /// What runs before the others serves nothing.
    fn init(random: &mut Random) -> Self {
        Part { ports: Vec::new(), ..Part::random("prepare", random) }
    }

    fn random(name: &str, random: &mut Random) -> Self {
        let (registry, repository) = (random.words(1), random.words(2));
        let tag = format!("{}.{}.{}", random.number(0, 9), random.number(0, 40), random.number(0, 20));
        let pairs = random.number(1, 6);
        Part {
            name: format!("{name}-{}", random.word()),
            image: format!("{registry}.registry.example.com/{repository}/{}:{tag}", random.word()),
            digest: random.hex(64),
            arguments: (0..random.number(1, 4))
                .map(|_| format!("--{}={}", random.words(2), random.words(2)))
                .collect(),
            ports: vec![(random.word().to_owned(), random.number(1_024, 20_000))],
            environment: (0..pairs)
                .map(|_| (random.words(2).replace('-', "_").to_uppercase(), random.words(3)))
                .collect(),
            requests: (random.number(1, 40) * 50, random.number(1, 64) * 64),
            seconds: random.number(1, 30),
        }
    }
}

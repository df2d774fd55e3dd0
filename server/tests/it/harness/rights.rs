//! The rights of the shop's user in an Apache Kafka that was started with `--acl`: given and taken while it runs.

use super::broker::OutsideCluster;
use streams::{Streams, Topic};

/// The user that `scripts/apache-kafka` makes unless it is told otherwise.
const USER: &str = "User:pantry";

/// A right: an operation on a resource, both as `kafka-acls` spells them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Right<'a> {
    pub(crate) operation: &'a str,
    pub(crate) resource: &'a [&'a str],
}

/// Every group of the shop's.
const GROUPS: &[&str] = &["--group", "pantry-", "--resource-pattern-type", "prefixed"];

/// `kafka-acls` to read the groups of shops.
pub(crate) const READ_GROUP: Right<'static> = Right { operation: "Read", resource: GROUPS };

/// A right on one topic.
pub(crate) fn on<'a>(operation: &'a str, topic: &'a [&'a str; 2]) -> Right<'a> {
    Right { operation, resource: topic }
}

/// The arguments that name a topic.
pub(crate) const fn topic(name: &str) -> [&str; 2] {
    ["--topic", name]
}

impl OutsideCluster {
    /// One whose user may do nothing yet; `None`, and a line that says why, where there can be none.
    pub(crate) fn with_acls() -> Option<OutsideCluster> {
        OutsideCluster::apache(&["--sasl", "--acl"])
    }

    /// The rights that docs/KAFKA.md lists, without the one to create topics.
    pub(crate) fn grant_all_but_create(&self) {
        let events = own_topics().iter().flat_map(|topic| ["--topic", topic.name()]).collect::<Vec<_>>();
        let letters = own_topics().iter().flat_map(|topic| ["--topic", topic.dead_letter_name()]).collect::<Vec<_>>();
        for operation in ["Read", "Write"] {
            self.grant(Right { operation, resource: &events });
        }
        self.grant(Right { operation: "Write", resource: &letters });
        self.grant(READ_GROUP);
    }

    /// Gives the right to create the topics.
    pub(crate) fn grant_create(&self) {
        let topics = own_topics()
            .iter()
            .flat_map(|topic| ["--topic", topic.name(), "--topic", topic.dead_letter_name()])
            .collect::<Vec<_>>();
        self.grant(Right { operation: "Create", resource: &topics });
    }

    pub(crate) fn grant(&self, Right { operation, resource }: Right<'_>) {
        let arguments = ["--add", "--allow-principal", USER, "--operation", operation];
        self.administer("acls", &[&arguments, resource].concat());
    }

    pub(crate) fn revoke(&self, Right { operation, resource }: Right<'_>) {
        let arguments = ["--remove", "--force", "--allow-principal", USER, "--operation", operation];
        self.administer("acls", &[&arguments, resource].concat());
    }
}

fn own_topics() -> Vec<Topic> {
    Streams::own().all().to_vec()
}

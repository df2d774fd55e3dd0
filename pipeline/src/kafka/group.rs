//! Who is in the consumer group of this shop. A copy of a database has the same `source`, and so the same group: its
//! servers would read the records that this shop waits for.

use crate::kafka::client::SERVER_PREFIX;
use crate::kafka::{Probe, REQUEST_TIMEOUT};
use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use std::collections::BTreeSet;

/// A server's id is a uuid without hyphens.
const SERVER_ID_CHARS: usize = 32;

/// The consumer group of the servers of the database with this `source`.
pub(crate) fn group_of(source: &str) -> String {
    format!("pantry-{source}")
}

impl Probe {
    /// A member of `group` that is a server, and none of `servers`: the host that it is on.
    ///
    /// # Errors
    /// The cluster does not say who its members are.
    pub(crate) async fn stranger(
        &self,
        group: String,
        servers: BTreeSet<String>,
    ) -> Result<Option<String>, KafkaError> {
        self.ask(move |client| {
            let groups = client.fetch_group_list(Some(&group), REQUEST_TIMEOUT)?;
            let members = groups.groups().iter().flat_map(|group| group.members());
            let mut strangers = members.filter(|member| is_stranger(member.id(), &servers));
            Ok(strangers.next().map(|member| match member.client_host().trim_matches('/') {
                "" => "another host".to_owned(),
                host => host.to_owned(),
            }))
        })
        .await
    }
}

/// A broker gives a member its client's id and some random text as its own id. One without a server's name is of an
/// older version, or somebody's tool.
fn is_stranger(member_id: &str, servers: &BTreeSet<String>) -> bool {
    let id = member_id.strip_prefix(SERVER_PREFIX).and_then(|rest| rest.get(..SERVER_ID_CHARS));
    id.is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()) && !servers.contains(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_that_is_not_known_is_a_stranger() {
        let (known, other) = ("a1".repeat(16), "b2".repeat(16));
        let servers = BTreeSet::from([known.clone()]);
        let random = "0b0e4b1c-6c5d-4a39-9b4e-0f6d3a1c2b3d";
        for (member_id, expected) in [
            (format!("pantry-{known}-{random}"), false),
            (format!("pantry-{other}-{random}"), true),
            (format!("pantry-{other}"), true),
            (format!("pantry-{random}"), false),
            (format!("rdkafka-{random}"), false),
            ("pantry-é".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(is_stranger(&member_id, &servers), expected, "{member_id}");
        }
    }
}

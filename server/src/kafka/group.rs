//! Who is in the consumer group of this shop. A copy of a database has the same `source`, and so the same group: its
//! servers would read the records that this shop waits for.

use crate::kafka::client::SERVER_PREFIX;
use crate::kafka::{Probe, REQUEST_TIMEOUT};
use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaError;
use std::collections::BTreeSet;

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
            let mut members = members.map(|member| (member.client_id(), member.client_host()));
            Ok(members.find(|(id, _)| is_stranger(id, &servers)).map(|(_, host)| host.trim_matches('/').to_owned()))
        })
        .await
    }
}

/// A member without a server's name is of an older version, or somebody's tool.
fn is_stranger(client_id: &str, servers: &BTreeSet<String>) -> bool {
    client_id.strip_prefix(SERVER_PREFIX).is_some_and(|id| id != "probe" && !servers.contains(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_that_is_not_known_is_a_stranger() {
        let servers = BTreeSet::from(["a1".to_owned()]);
        for (client_id, expected) in
            [("pantry-a1", false), ("pantry-b2", true), ("pantry", false), ("kcat", false), ("", false)]
        {
            assert_eq!(is_stranger(client_id, &servers), expected, "{client_id}");
        }
    }
}

//! All streams of a shop: its own and those of the folder that `STREAMS_DIR` names.

use crate::{Problem, Stream, Topic};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The most files in the folder.
pub const FILES_MAX: usize = 100;
/// The longest file.
pub const FILE_BYTES_MAX: u64 = 256 * 1024;

/// The shop's own.
const OWN: [(&str, &str); 5] = [
    ("feedback.toml", include_str!("../feedback.toml")),
    ("new_orders.toml", include_str!("../new_orders.toml")),
    ("subscriptions.toml", include_str!("../subscriptions.toml")),
    ("system_stats.toml", include_str!("../system_stats.toml")),
    ("web_requests.toml", include_str!("../web_requests.toml")),
];

/// Streams that go together: no two share a topic or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streams(Vec<Topic>);

static ONLY_OWN: LazyLock<Streams> = LazyLock::new(|| {
    let mut streams = Streams(Vec::new());
    for (file, text) in OWN {
        streams.add(file, text).expect("the shop's own streams are compiled in, and tested");
    }
    streams
});

/// Why the streams cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A declaration is wrong.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The folder or a file in it cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Too many files.
    #[error("{}: there are more than {FILES_MAX} declarations", .0.display())]
    TooMany(PathBuf),
    /// Too long a file.
    #[error("{}: a declaration has at most {FILE_BYTES_MAX} bytes", .0.display())]
    TooLong(PathBuf),
}

impl Streams {
    /// The shop's own alone.
    #[must_use]
    pub fn own() -> Streams {
        ONLY_OWN.clone()
    }

    /// The shop's own, and every `*.toml` in `folder`, in the order of their names.
    ///
    /// # Errors
    /// What cannot be read, or the first thing that is wrong.
    pub fn load(folder: &Path) -> Result<Streams, LoadError> {
        let mut streams = Streams::own();
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |error| LoadError::Unreadable { path, error }
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
            if paths.len() > FILES_MAX {
                return Err(LoadError::TooMany(folder.to_owned()));
            }
        }
        paths.sort();
        for path in paths {
            let mut text = String::new();
            let file = std::fs::File::open(&path).map_err(unreadable(&path))?;
            file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable(&path))?;
            if text.len() as u64 > FILE_BYTES_MAX {
                return Err(LoadError::TooLong(path));
            }
            streams.add(&path.display().to_string(), &text)?;
        }
        Ok(streams)
    }

    /// Adds the stream of a declaration.
    ///
    /// # Errors
    /// What is wrong with it, or what it shares with another one.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), Problem> {
        let stream = Stream::parse(file, text)?;
        let taken = |words: String, name: &str| {
            let line = 1 + text.lines().position(|line| line.trim_start().starts_with(name)).unwrap_or_default();
            Err(Problem { file: file.to_owned(), line, words })
        };
        if let Some(other) = self.of(&stream.topic) {
            return taken(
                format!("there is a stream of the topic `{other}` already: {}", other.stream().title),
                "topic",
            );
        }
        if let Some(other) = self.0.iter().find(|other| other.stream().file == stream.file) {
            return taken(format!("the file `{}` is that of the stream `{other}`", stream.file), "file");
        }
        let place = self.0.partition_point(|other| other.name() < stream.topic.as_str());
        self.0.insert(place, Topic::of(stream));
        Ok(())
    }

    /// All of them, in the order of their topics.
    #[must_use]
    pub fn all(&self) -> &[Topic] {
        &self.0
    }

    /// The stream of this topic.
    #[must_use]
    pub fn of(&self, topic: &str) -> Option<Topic> {
        self.0.iter().copied().find(|known| known.name() == topic)
    }
}

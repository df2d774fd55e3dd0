//! Starts a whole shop in a temporary folder on free ports, with a clock that the test moves, on the stack of this
//! run. Called by every test that needs a shop; never sleeps blindly: `wait` looks for a condition until a deadline.

pub(crate) mod broker;
pub(crate) mod browser;
pub(crate) mod cluster_pool;
pub(crate) mod command;
pub(crate) mod csv;
pub(crate) mod database;
pub(crate) mod document;
pub(crate) mod kept_letter;
pub(crate) mod mail_server;
pub(crate) mod place;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod raw_records;
pub(crate) mod receiver;
pub(crate) mod records;
pub(crate) mod rights;
pub(crate) mod runtime;
pub(crate) mod script;
pub(crate) mod shop;
pub(crate) mod stack;
pub(crate) mod traffic;
pub(crate) mod wait;

pub(crate) use browser::{Browser, Cart};
pub(crate) use place::{Place, unused_port};
pub(crate) use runtime::run;
pub(crate) use shop::OpenShop;
pub(crate) use stack::Stack;
pub(crate) use wait::{until, until_equal};

//! What moves in the browser. An island is HTML that the server rendered, taken over by the code here: it listens to
//! what happens in it, and changes the elements that are there. Nothing else of a page is compiled for the browser.

pub mod dashboard;
pub mod order_form;

pub use dashboard::Dashboard;
pub use order_form::OrderForm;

//! What the children of Onramp see, print and leave behind.

mod environment;
mod exec;
mod failures;
mod killed;
mod orphans;
mod output;
mod secrets;
mod signals;

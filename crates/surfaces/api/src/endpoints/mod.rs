//! One file per endpoint: what it answers, how it is documented, its handler.

pub(crate) mod audit_list;
pub(crate) mod configuration_reload;
pub(crate) mod configuration_show;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod find;
pub(crate) mod inferences_show;
pub(crate) mod keys_create;
pub(crate) mod keys_list;
pub(crate) mod keys_revoke;
pub(crate) mod openapi;
pub(crate) mod overview;
pub(crate) mod people_link;
pub(crate) mod people_list;
pub(crate) mod price;
pub(crate) mod providers;
pub(crate) mod runs_list;
pub(crate) mod runs_show;
pub(crate) mod session;
pub(crate) mod spend;
pub(crate) mod status;
pub(crate) mod switches_drill;
pub(crate) mod switches_list;
pub(crate) mod switches_turn;
pub(crate) mod workflows_list;
pub(crate) mod workflows_show;

//! What pages, the HTTP API and the command line show, as plain data.
//!
//! One folder, one struct per page, no logic: use cases fill these in, `ui` renders them, `api`
//! serialises them, `cli` reads them back. A view never holds a secret, except [`KeyCreated`],
//! which is the one moment a key's secret is seen, and content only in [`Content`], which is
//! filled for those who may read it. Money is always both a decimal string and an integer; a
//! rate always carries its sample size.

mod audit;
mod common;
mod configuration;
mod guards;
mod keys;
mod overview;
mod people;
mod prices;
mod prompts;
mod providers;
mod query;
mod runs;
mod spend;
mod status;
mod switches;
mod telemetry;
mod workflows;

pub use audit::{AuditPage, AuditRow};
pub use common::{
    BudgetLine, Figures, LimitLine, Moment, Money, Part, Period, PersonRef, Rate, Sentence, Series,
    SeriesPoint, Subject, SubjectKind, Tone,
};
pub use configuration::{
    ConfigBrief, ConfigError, ConfigVersion, ConfigurationPage, FileView, ProblemView, ProviderView,
    RouteView,
};
pub use guards::{GuardDay, GuardLine, GuardsPage};
pub use keys::{KeyCreated, KeyRevoked, KeyRow, KeyState, KeysPage};
pub use overview::{Attention, Found, Overview};
pub use people::{LinkMade, PeoplePage, PersonRow, SessionView};
pub use prices::{PriceQuote, PriceRow};
pub use prompts::{PromptPage, PromptRow, PromptVersion, PromptsPage, SettingView, VariableView};
pub use providers::{LaneMove, LaneView, ProviderHealth, ProvidersPage, QuotaView, TargetToday};
pub use query::{
    AuditQuery, DrillSwitch, GuardsQuery, KeysQuery, NewKey, PeriodQuery, PriceQuery, RunsQuery, SpendQuery,
    TurnSwitch,
};
pub use runs::{
    AbandonedView, CacheView, Content, ContentPart, ContentState, ControlView, FilterChoices, InferenceView,
    Offset, PromptRef, RunPage, RunRow, RunsPage, TargetView, Turn, UsageView,
};
pub use spend::{SpendDay, SpendPage, SpendPart, SpendRow};
pub use status::{Check, Frame, GatewayFigures, LedgerView, Readiness, StatusView, WorkflowBrief};
pub use switches::{DrillView, SwitchConsequence, SwitchPanel, SwitchTurned, SwitchView, SwitchesPage};
pub use telemetry::{
    TelemetryAgreement, TelemetryDifference, TelemetryPage, TelemetryQuery, TelemetrySource, TelemetrySums,
    TelemetryWork,
};
pub use workflows::{Weakness, WorkflowPage, WorkflowRow, WorkflowsPage};

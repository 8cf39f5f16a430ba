//! Every kind of id the program knows. An id is a UUIDv7: unguessable enough for a path, ordered by creation, and made
//! without asking the database. `App` makes them, so that a test can foresee them.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        // SeaORM asks this of every primary key; only auto-increment keys ever use it.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// A human being with a phone number.
    PersonId,
    /// A row of `session`: a browser signed in, or an API token.
    SessionId,
    /// A key pair in a person's phone or computer.
    PasskeyId,
    /// A photograph and its sizes.
    PhotoId,
    /// A photograph that arrives in pieces.
    UploadId,
    /// A party that sells: household, cooperative or company.
    SellerId,
    /// Days on which a seller is closed.
    ClosureId,
    /// Somebody is asked to work for a seller.
    InvitationId,
    /// Where a seller's own system hears of what happens.
    WebhookEndpointId,
    WebhookSecretId,
    WebhookEventId,
    WebhookDeliveryId,
    /// A farmer lets a helper act for them.
    ConsentId,
    /// Something that somebody is told.
    MessageId,
    /// A message on its way by one channel.
    MessageDeliveryId,
    /// A browser that messages are pushed to.
    PushSubscriptionId,
    ProductId,
    CertificateId,
    /// What an officer found of a certificate.
    CertificateCheckId,
    /// An application with a legal deadline; people know it by its file number.
    DossierId,
    DossierStepId,
    SupplementId,
    ReminderId,
    /// Samples of a product that came in for the OCOP council.
    SampleId,
    /// The points of one council member.
    BallotId,
    PlotId,
    /// Something grows on a plot, from sowing or pruning to its last harvest.
    CropCycleId,
    DiaryEntryId,
    /// Batches became other batches.
    TransformationId,
    /// A quantity of one product made together; its public name is GTIN + lot.
    BatchId,
    BatchHoldId,
    /// A batch, or a thing of another exchange, is called back.
    RecallId,
    /// A recall that was only tried out.
    RecallDrillId,
    /// Stickers numbered before anybody knows of which batch they will be.
    RollId,
    /// Somebody told which batch some stickers of a roll are stuck on.
    RollBindingId,
    /// Where and when a unit's own code was scanned.
    ScanSightingId,
    /// What somebody reports of a sticker.
    ScanReportId,
    /// A row of `event`; the public name of an event is its EPCIS `eventID`.
    EventId,
    /// A document of events that somebody handed in.
    CaptureId,
    /// A question about events that somebody gave a name.
    NamedQueryId,
    QuerySubscriptionId,
    /// A pool of stock, from which listings of several pack sizes may draw.
    PoolId,
    StockMoveId,
    ListingId,
    /// A file of listings that is taken in.
    ImportId,
    /// What somebody reports of a listing, a product or a seller.
    ReportId,
    TakedownId,
    MarketId,
    StallId,
    StockHoldId,
    /// A listing, or an edit of one, that waits for an officer.
    ReviewId,
    MoneyAccountId,
    AccountAccessId,
    PaymentId,
    NoticeId,
    TransferId,
    /// Money that is to be given back; whoever knows it may name the account it goes to.
    RefundId,
    RefundAccessId,
    CommissionId,
    WithholdingId,
    /// What a seller owes the exchange for a month.
    InvoiceId,
    PayoutId,
    PayoutLineId,
    SaleId,
    OrderGroupId,
    OrderId,
    OrderLineId,
    /// Goods of an order that go together.
    ParcelId,
    /// A change of an order that its seller proposes.
    OrderEditId,
    OrderEditLineId,
    /// Somebody wants to give goods back.
    OrderReturnId,
    ReturnMessageId,
    /// What a buyer says of goods they bought.
    OrderReviewId,
    /// Places that a seller delivers to for one fee.
    DeliveryZoneId,
    PickupPointId,
    /// Hours of a weekday at which goods are fetched from the farm.
    FarmTimeId,
    /// Days in which a seller takes orders for one day of hand-over.
    OrderCycleId,
    CreditEntryId,
    SignalId,
    /// Another exchange, from which this one pulls.
    PartnerId,
    /// Something done in an office or for somebody else.
    ActId,
    /// A row of the change log.
    ChangeId,
    /// A row of the outbox.
    OutboxId,
}

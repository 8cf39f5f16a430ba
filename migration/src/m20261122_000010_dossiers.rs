//! Dossiers with their clock, the OCOP council's work, and what is known of certificates beyond their rows.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, DOSSIERS).await?;
        crate::run(manager, CATALOGUE).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// Kinds are added by later rooms, so the database does not list them.
const DOSSIERS: &str = "
create table dossier (
    id {uuid} primary key,
    file_number text not null unique check (length(file_number) between 1 and 60),
    kind text not null check (length(kind) between 1 and 20),
    state text not null check (state in ('entered', 'accepted', 'assessing', 'supplement', 'granted', 'refused', 'withdrawn')),
    resumes text check (resumes in ('entered', 'accepted', 'assessing')),
    stage text not null check (stage in ('commune', 'province')),
    applicant_id {uuid} not null references person (id),
    party_id {uuid} not null,
    subject_id {uuid} not null,
    title text not null check (length(title) between 1 and 160),
    commune_code text not null check (length(commune_code) = 5),
    due_on text not null,
    stands_since text,
    entered_at bigint not null,
    closed_at bigint,
    check ((state = 'supplement') = (resumes is not null)),
    check ((state = 'supplement') = (stands_since is not null)),
    check ((state in ('granted', 'refused', 'withdrawn')) = (closed_at is not null))
);
create unique index dossier_open on dossier (kind, subject_id) where closed_at is null;
create index dossier_due on dossier (due_on, id) where closed_at is null;
create index dossier_party on dossier (party_id, id);

create table dossier_stage (
    dossier_id {uuid} not null references dossier (id),
    stage text not null check (stage in ('commune', 'province')),
    started_on text not null,
    working_days integer not null check (working_days > 0),
    stood_days integer not null check (stood_days >= 0),
    due_on text not null check (due_on > started_on),
    ended_on text check (ended_on >= started_on),
    primary key (dossier_id, stage)
);
create index dossier_stage_ended on dossier_stage (ended_on);

create table dossier_supplement (
    id {uuid} primary key,
    dossier_id {uuid} not null references dossier (id),
    stage text not null check (stage in ('commune', 'province')),
    ask text not null check (length(ask) > 0),
    due_on text,
    asked_by {uuid} not null references person (id),
    asked_at bigint not null,
    answer text,
    answered_by {uuid} references person (id),
    answered_at bigint check (answered_at >= asked_at),
    check ((answered_at is null) = (answered_by is null))
);
create index dossier_supplement_of on dossier_supplement (dossier_id, id);
create unique index dossier_supplement_open on dossier_supplement (dossier_id) where answered_at is null;

create table dossier_step (
    id {uuid} primary key,
    dossier_id {uuid} not null references dossier (id),
    what text not null,
    person_id {uuid} not null references person (id),
    behalf_id {uuid} references person (id),
    note text not null,
    at bigint not null
);
create index dossier_step_of on dossier_step (dossier_id, id);

create table reminder (
    id {uuid} primary key,
    topic text not null check (topic in ('dossier.due', 'certificate.ending')),
    subject_id {uuid} not null,
    party_id {uuid} not null,
    title text not null,
    due_on text not null,
    days integer not null check (days > 0),
    made_at bigint not null,
    delivered_at bigint,
    unique (topic, subject_id, due_on, days)
);
create index reminder_due on reminder (due_on, id);
create index reminder_party on reminder (party_id, due_on)
";

const CATALOGUE: &str = "
create table council_member (
    person_id {uuid} primary key references person (id),
    from_on text not null,
    until_on text check (until_on >= from_on),
    appointed_by {uuid} references person (id),
    appointed_at bigint not null
);

create table ocop_application (
    dossier_id {uuid} primary key references dossier (id),
    product_id {uuid} not null references product (id),
    set_no integer not null check (set_no between 1 and 26),
    self_score integer check (self_score between 0 and 10000),
    story text not null
);
create index ocop_application_product on ocop_application (product_id);

create table ocop_sample (
    id {uuid} primary key,
    dossier_id {uuid} not null references dossier (id),
    count integer not null check (count > 0),
    received_on text not null,
    received_by {uuid} not null references person (id),
    note text not null,
    at bigint not null
);
create index ocop_sample_of on ocop_sample (dossier_id, id);

create table ocop_ballot (
    id {uuid} primary key,
    dossier_id {uuid} not null references dossier (id),
    member_id {uuid} not null references person (id),
    a integer not null check (a between 0 and 4000),
    b integer not null check (b between 0 and 2500),
    c integer not null check (c between 0 and 3500),
    note text not null,
    cast_at bigint not null,
    replaced_at bigint
);
create index ocop_ballot_of on ocop_ballot (dossier_id, id);
create unique index ocop_ballot_one on ocop_ballot (dossier_id, member_id) where replaced_at is null;

create table ocop_decision (
    dossier_id {uuid} primary key references dossier (id),
    outcome text not null check (outcome in ('granted', 'refused')),
    star integer check (star between 3 and 5),
    points integer check (points between 0 and 10000),
    ballots integer not null check (ballots >= 0),
    number text,
    decided_on text not null,
    recognised_by text check (recognised_by in ('province', 'ministry')),
    reason text,
    certificate_id {uuid} references certificate (id),
    decided_by {uuid} not null references person (id),
    at bigint not null,
    check ((outcome = 'granted') = (certificate_id is not null)),
    check ((outcome = 'granted') = (star is not null)),
    check ((star = 5) = (recognised_by = 'ministry')),
    check (outcome = 'granted' or reason is not null)
);

alter table certificate add column revoked_on text;

create table certificate_plot (
    certificate_id {uuid} not null references certificate (id),
    plot_id {uuid} not null,
    name text not null check (length(name) between 1 and 120),
    primary key (certificate_id, plot_id)
);

create table certificate_evidence (
    certificate_id {uuid} not null references certificate (id),
    photo_id {uuid} not null references photo (id),
    added_at bigint not null,
    primary key (certificate_id, photo_id)
);

create table certificate_check (
    id {uuid} primary key,
    certificate_id {uuid} not null references certificate (id),
    outcome text not null check (outcome in ('verified', 'unverified', 'revoked')),
    reason text not null,
    person_id {uuid} not null references person (id),
    at bigint not null
);
create index certificate_check_of on certificate_check (certificate_id, id)
";

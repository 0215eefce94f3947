"""What follows a closing: rulings, versions of the results, certificates, checkpoints, credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ten tables more; instants are microseconds. Results that were signed before are version 1."""
    _rulings_and_versions()
    _certificates()
    _logs()
    _credentials()
    _livret()
    op.execute(
        "INSERT INTO results_version (session_id, version, results, entries, checkpoint, head_act,"
        " finalised_by, finalised_at, token_tries) SELECT id, 1, results, log_number, '', '{}',"
        " created_by, finalised_at, 0"
        " FROM session WHERE results IS NOT NULL"
    )
    op.drop_column("session", "results")


def _text(name: str, *, nullable: bool = False, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable, **more)  # type: ignore[arg-type]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _refers(name: str, to: str, *, nullable: bool = False, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.String(), sa.ForeignKey(to), nullable=nullable, **more)  # type: ignore[arg-type]


def _rulings_and_versions() -> None:
    op.create_table(
        "ruling",
        _refers("session_id", "session.id", primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _refers("candidate_id", "candidate.id"),
        _refers("incident_id", "incident_report.id", nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        _text("positions"),
        _text("reason"),
        sa.Column("state", sa.String(), nullable=False),
        _refers("proposed_by", "account.id"),
        _instant("proposed_at"),
        _refers("taken_by", "account.id", nullable=True),
        _instant("taken_at", nullable=True),
        _refers("ended_by", "account.id", nullable=True),
        _instant("ended_at", nullable=True),
    )
    op.create_index("ix_ruling_candidate", "ruling", ["session_id", "candidate_id"])
    op.create_table(
        "results_version",
        _refers("session_id", "session.id", primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        _text("results"),
        sa.Column("entries", sa.Integer(), nullable=False),
        _text("checkpoint"),
        _text("head_act"),
        _refers("finalised_by", "account.id"),
        _instant("finalised_at"),
        _instant("published_at", nullable=True),
        _instant("withdrawn_at", nullable=True),
        _text("withdrawal_reason", nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        _instant("token_asked_at", nullable=True),
        sa.Column("token_tries", sa.Integer(), nullable=False),
        sa.Column("token_problem", sa.String(), nullable=True),
    )


def _certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("code", sa.String(), primary_key=True),
        _refers("session_id", "session.id", index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _refers("candidate_id", "candidate.id", index=True),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        _text("record"),
        _text("qr"),
        _instant("issued_at"),
        _instant("revoked_at", nullable=True),
        sa.Column("revocation", sa.String(), nullable=True),
        sa.UniqueConstraint("status_list", "status_index"),
    )


def _logs() -> None:
    op.create_table(
        "log_checkpoint",
        _refers("session_id", "session.id", primary_key=True),
        sa.Column("size", sa.Integer(), primary_key=True),
        sa.Column("root", sa.String(), nullable=False),
        _text("note"),
        _text("frontier"),
        _instant("at"),
    )
    op.create_table(
        "house_entry",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _refers("session_id", "session.id", index=True),
        sa.Column("kind", sa.String(), nullable=False),
        _text("line"),
        _instant("at"),
    )


def _credentials() -> None:
    op.create_table(
        "passkey",
        sa.Column("credential", sa.String(), primary_key=True),
        _refers("account_id", "account.id", index=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        _instant("added_at"),
        _instant("used_at", nullable=True),
        _instant("removed_at", nullable=True),
    )
    op.create_table(
        "one_time_secret",
        _refers("account_id", "account.id", primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _instant("added_at"),
        _instant("confirmed_at", nullable=True),
        sa.Column("used_step", sa.Integer(), nullable=False),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(), primary_key=True),
        _refers("account_id", "account.id", index=True),
        sa.Column("purpose", sa.String(), nullable=False),
        _text("statement"),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        _instant("expires_at"),
    )


def _livret() -> None:
    op.create_table(
        "livret_client",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        _text("centres"),
        _instant("added_at"),
        _instant("used_at", nullable=True),
        _instant("disabled_at", nullable=True),
    )
    op.create_table(
        "livret_statement",
        _refers("centre_id", "centre.id", primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _refers("session_id", "session.id", index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        _text("signed"),
        _instant("at"),
    )

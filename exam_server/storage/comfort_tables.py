"""How each pupil reads best: a row of settings, which no log, board or bundle ever has."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel


class PupilComfort(SQLModel, table=True):
    """The settings that a pupil chose last; `settings` is JSON (domain/comfort.py)."""

    __tablename__ = "pupil_comfort"

    pupil_id: str = Field(primary_key=True, foreign_key="pupil.id")
    settings: str = Field(sa_column=Column(Text, nullable=False))

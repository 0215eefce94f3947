"""What was asked for under a number of the page's own, and the answer: asked again, it is the same one."""

from sqlmodel import Column, Field, SQLModel, Text


class GrantedRequest(SQLModel, table=True):
    """An act that one person's page asked for under a number that it made up; `answer` is JSON."""

    __tablename__ = "granted_request"

    session_id: str = Field(primary_key=True, foreign_key="session.id")
    actor: str = Field(primary_key=True)
    act: str = Field(primary_key=True)
    request: str = Field(primary_key=True)
    answer: str = Field(sa_column=Column(Text, nullable=False))

"""What the settings of the environment become: here, whose hours people read."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exam_server.app import open_store
from exam_server.domain.rules import ExamRules
from exam_server.settings import BadSettings, load_settings
from exam_server.web.pages import time_hm


def test_a_school_overseas_reads_its_own_hours(tmp_path: Path) -> None:
    env = {"PASSATION_FOLDER": str(tmp_path / "folder"), "PASSATION_ZONE": "Indian/Reunion"}
    store = open_store(load_settings(env))
    asyncio.run(store.close())
    noon = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert time_hm(noon, store.house.zone).startswith("12")


def test_without_a_setting_the_hours_are_those_of_paris(tmp_path: Path) -> None:
    assert load_settings({"PASSATION_FOLDER": str(tmp_path)}).zone.key == "Europe/Paris"


def test_the_limits_of_the_desk_are_minutes_and_nought_is_none(tmp_path: Path) -> None:
    env = {"PASSATION_FOLDER": str(tmp_path), "PASSATION_LATE_LIMIT_MINUTES": "0"}
    rules = load_settings({**env, "PASSATION_ADMISSION_MINUTES": "20"}).rules
    assert (rules.late_limit, rules.admission_lasts) == (None, timedelta(minutes=20))
    assert load_settings({"PASSATION_FOLDER": str(tmp_path)}).rules == ExamRules()


def test_fraud_takes_two_unless_the_school_says_otherwise(tmp_path: Path) -> None:
    env = {"PASSATION_FOLDER": str(tmp_path)}
    assert load_settings(env).rules.fraud_needs_second is True
    assert load_settings({**env, "PASSATION_FRAUD_NEEDS_SECOND": "0"}).rules.fraud_needs_second is False
    with pytest.raises(BadSettings, match="PASSATION_FRAUD_NEEDS_SECOND"):
        load_settings({**env, "PASSATION_FRAUD_NEEDS_SECOND": "2"})


def test_versions_of_lsu_s_file_are_a_list_and_a_schema_is_a_file_that_is_there(tmp_path: Path) -> None:
    env = {"PASSATION_FOLDER": str(tmp_path)}
    usual = load_settings(env)
    assert (usual.lsu_versions[-1], usual.lsu_xsd) == ("7.0", None)
    schema = tmp_path / "bilans.xsd"
    schema.write_text("<a/>")
    chosen = load_settings({**env, "PASSATION_LSU_VERSIONS": "7.0, 13.0", "PASSATION_LSU_XSD": str(schema)})
    assert (chosen.lsu_versions, chosen.lsu_xsd) == (("7.0", "13.0"), schema)
    for name, wrong in (("PASSATION_LSU_VERSIONS", "7.x"), ("PASSATION_LSU_XSD", str(tmp_path / "no.xsd"))):
        with pytest.raises(BadSettings, match=name):
            load_settings({**env, name: wrong})


def test_an_authority_is_asked_for_timestamps_only_where_it_can_be_believed(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("PEM")
    env = {"PASSATION_FOLDER": str(tmp_path), "PASSATION_TIMESTAMP_ROOTS": str(roots)}
    assert load_settings(env).timestamp_url == ""
    asked = load_settings({**env, "PASSATION_TIMESTAMP_URL": "http://tsa.example/tsr"})
    assert (asked.timestamp_url, asked.timestamp_roots) == ("http://tsa.example/tsr", roots)
    assert "tsa.example" not in repr(asked), "an address may have a password in it"
    for wrong in ("tsa.example", "ftp://tsa.example", "https://"):
        with pytest.raises(BadSettings, match="PASSATION_TIMESTAMP_URL"):
            load_settings({**env, "PASSATION_TIMESTAMP_URL": wrong})
    for roots_said in ("", str(tmp_path / "no.pem")):
        said = {"PASSATION_TIMESTAMP_URL": "https://tsa.example", "PASSATION_TIMESTAMP_ROOTS": roots_said}
        with pytest.raises(BadSettings, match="PASSATION_TIMESTAMP_ROOTS"):
            load_settings({**env, **said})

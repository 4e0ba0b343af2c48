"""The configuration refuses what it does not know and names the nearest key."""

from pathlib import Path

import pytest

from hotspot.config import load_config
from hotspot.draft import draft_config
from hotspot.errors import ConfigError

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample" / "golmud.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_city() -> None:
    config = load_config(SAMPLE)
    assert config.category[0].name == "热线事务类"
    assert config.remainder == "其他类"
    assert config.excluded == {"热线事务类"}
    assert len(config.category) == 9
    assert config.hash == load_config(SAMPLE).hash


@pytest.mark.parametrize(
    ("text", "where", "fix"),
    [
        ("[hotspots]\nmin_shares = 3", "hotspots.min_shares", "hotspots.min_share"),
        ("hotspot = 3", "hotspot", "hotspots"),
        ("[[category]]\nnames = 'a'", "category[1].names", "category[1].name"),
        ("[hotspots]\nmin_calls = 'x'", "hotspots.min_calls", "整数"),
        ("[hotspots]\nmin_calls = true", "hotspots.min_calls", "整数"),
        ("[hotspots]\nmin_calls = 0", "hotspots.min_calls", "正数"),
        ("[[category]]\nname='a'\n[[category]]\nname='a'", "category", "名称"),
        ("[[event]]\nname='a'\ndate='13-45'", "event.date", "10-15"),
        ("[places]\nforbidden = [['甲', '乙', '丙']]", "places.forbidden[1]", "两个"),
        ("[places]\nforbidden = [['甲', '乙'], ['丙']]", "places.forbidden[2]", "两个"),
        ("[units]\nother = '别的单位'", "units.other", "units.short"),
        ("[calendar]\nholidays=['2027-02-08']", "calendar.holidays[1]", "2024-10-14"),
        ("[calendar]\nholidays=[2027-02-08]\nworkdays=[2027-02-08]", "calendar", "2027-02-08"),
        ("bulletin = 3", "bulletin", "表"),
        ("district = 3", "district", "列表"),
    ],
)
def test_faults_name_the_key_and_the_fix(tmp_path: Path, text: str, where: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text))
    assert where in caught.value.where
    assert fix in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_toml_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="TOML"):
        load_config(write(tmp_path, "[a\nb"))
    with pytest.raises(ConfigError, match="打不开"):
        load_config(tmp_path / "missing.toml")
    path = tmp_path / "gbk.toml"
    path.write_bytes("[bulletin]\ncity = '格尔木市'".encode("gbk"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(path)


def test_the_draft_is_a_valid_configuration(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, draft_config(load_config(), city='某"市')))
    assert config.bulletin.city == '某"市'
    assert config.category == load_config().category

"""From labelled files to a model: which label counts, what the new model is compared with, other cities."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from conftest import ROOT, SAMPLE

from hotspot.config import Config, load_config
from hotspot.gather import load_classifier
from hotspot.mine.categories import CategoryClassifier
from hotspot.read.calls import read_calls
from hotspot.review import import_review
from hotspot.store.history import History
from hotspot.store.models import load_model, read_manifest, save_model
from hotspot.train import Comparison, evaluate
from hotspot.training import compare_on_files, train_files

WHAT = {
    "公共服务类": ("暖气不热家里冷", "停水一整天", "停电了没人管"),
    "交通运输类": ("出租车司机拒载", "公交车等不来", "路面坑洼颠簸"),
}
ROWS = [
    (f"{number:02d}{at}", f"{where}{text}", label)
    for number, where in enumerate(("和平小区", "八一路", "新村", "西城苑", "东门", "河滩"))
    for label, texts in WHAT.items()
    for at, text in enumerate(texts)
    for number in [number if label == "公共服务类" else number + 50]
]


def write(path: Path, rows: Sequence[tuple[str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("来电编号", "诉求内容", "诉求分类"), *rows])
    return path


@pytest.fixture
def config() -> Config:
    return load_config(None)


def quiet_train(files: list[Path], config: Config, out: Path, **options: object) -> str:
    return "\n".join(train_files(files, config, out, mapping={}, **options))  # type: ignore[arg-type]


def test_the_last_file_given_corrects_those_before_it_whatever_they_are_called(tmp_path: Path, config: Config) -> None:
    export, wrong = write(tmp_path / "m.csv", ROWS), write(tmp_path / "z.csv", [(*ROWS[0][:2], "其他类")])
    right = write(tmp_path / "a.csv", [(*ROWS[0][:2], "公共安全类"), (*ROWS[0][:2], "市场监管类")])
    told = quiet_train([export, wrong, right], config, tmp_path / "m")
    rows = read_manifest(tmp_path / "m")["rows"]
    assert (rows["公共服务类"], rows["其他类"], rows["公共安全类"], rows["市场监管类"]) == (17, 0, 0, 1)
    assert "同一编号的旧标签 3 行" in told
    quiet_train([right, wrong, export], config, tmp_path / "n")
    assert read_manifest(tmp_path / "n")["rows"]["公共服务类"] == 18


def test_corrections_of_the_history_beside_are_honoured(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with History(tmp_path / "hotspot.db") as store, store.transaction():
        store.correct({ROWS[0][0]: "市场监管类"}, dt.date(2024, 10, 21))
    told = quiet_train([write(tmp_path / "a.csv", ROWS)], config, tmp_path / "m")
    assert "人工更正 1 件" in told
    assert read_manifest(tmp_path / "m")["rows"]["市场监管类"] == 1


def test_the_new_model_is_compared_with_the_one_it_replaces(tmp_path: Path, config: Config) -> None:
    export, out = write(tmp_path / "a.csv", ROWS), tmp_path / "m"
    told = quiet_train([export], config, out)
    assert "## 与 default 比较" in told
    assert f"同样的 {len(ROWS)} 行" in told
    assert "更好" in told or "相同" in told
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    told = quiet_train([export], config, out, replace=True)
    assert "## 与 m 比较" in told
    assert "相同：只有新模型认对的 0 行，只有原模型认对的 0 行" in told
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert "比较" not in (out / "evaluation.md").read_text(encoding="utf-8")
    quiet_train([export], config, out, replace=True, compare_with=out)
    assert "## 与 m 比较" in (out / "evaluation.md").read_text(encoding="utf-8")


def test_a_model_of_other_categories_is_not_compared(tmp_path: Path, config: Config) -> None:
    strange = CategoryClassifier().fit(
        [text for _, text, _ in ROWS], ["水电" if "停" in t else "路" for _, t, _ in ROWS]
    )
    save_model(tmp_path / "m", strange.to_state(), {"classes": ["水电", "路"]})
    told = quiet_train([write(tmp_path / "a.csv", ROWS)], config, tmp_path / "m", replace=True)
    assert "没有与在用的模型 m 比较：它的类别（水电、路）不在配置里" in told
    assert "更好" not in told


def test_what_a_model_learned_from_is_told_by_machines_that_had_not() -> None:
    texts, labels = [text for _, text, _ in ROWS], [label for *_, label in ROWS]
    labels[0] = "交通运输类"  # whoever has learned this by heart repeats it
    model = CategoryClassifier().fit(texts, labels)
    asked = [texts[0], "湖边暖气不热家里冷", "……", texts[-1].replace("河滩", "河滩 ")]
    assert model.has_seen(asked).tolist() == [True, False, False, False]
    assert model.has_seen(["王先生电话13900001111" + texts[0]]).tolist() == [False]
    told = model.predict_held_out(asked)
    assert (told.labels[0], told.confidence[0]) == (model.held_out_.labels[0], model.held_out_.confidence[0])
    assert told.labels[1] == "公共服务类"
    assert told.labels[2] == ""
    again = CategoryClassifier.from_state(model.to_state())
    assert again.predict_held_out(texts).labels.tolist() == model.held_out_.labels.tolist()
    old = {name: array for name, array in model.to_state().items() if not name.startswith("seen_")}
    assert not CategoryClassifier.from_state(old).has_seen(texts).any()


def test_a_verdict_says_when_it_may_be_chance() -> None:
    truth = np.array(["甲"] * 50 + ["乙"] * 50, dtype=object)
    worse = truth.copy()
    worse[:20] = "乙"
    good, bad = (evaluate(truth, told, np.full(100, 0.9)) for told in (truth, worse))
    assert (
        Comparison("x", good, bad, 20, 0).verdict
        == "新模型更好（宏平均 F1 更高）：只有新模型认对的 20 行，只有原模型认对的 0 行"
    )
    assert Comparison("x", bad, good, 3, 5).verdict.startswith("原模型更好")
    assert Comparison("x", bad, good, 3, 5).verdict.endswith("差别可能出于偶然")


def test_models_are_compared_on_rows_that_one_has_learned_from(tmp_path: Path, config: Config) -> None:
    export = write(tmp_path / "a.csv", ROWS)
    few = write(tmp_path / "few.csv", [row for row in ROWS if "停电" not in row[1]])
    quiet_train([export], config, tmp_path / "all")
    quiet_train([few], config, tmp_path / "few")
    lines = compare_on_files([export], (tmp_path / "all", tmp_path / "few"))
    assert "学过其中 36 件" in lines[1]
    assert "学过其中 30 件" in lines[2]
    assert "36 件" in lines[0]
    assert "好" in lines[3] or "相同" in lines[3]


def test_a_reviewed_workbook_that_a_spreadsheet_has_mangled(tmp_path: Path, config: Config) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["诉求分类", "来电编号", "诉求内容"])  # columns moved
    for row in (
        [None, None, None],
        ["市场监管类", 6324101400002.0, "退款"],  # numbers in place of text
        ["公共服务类", "6324101400001.0", "停水"],
        [None, "6324101400003", "没看"],
        ["公共安全类", "6.32E+12", "噪音"],  # rounded: nobody can tell which call it was
        ["其他类", None, "垃圾"],
        ["公共服务", "6324101400004", "停电"],
        [" 社会事业类 ", "6324101400005", "欠薪"],
        ["其他类", "6324101400001", "停水"],  # corrected once more below
    ):
        sheet.append(row)
    book.save(tmp_path / "review.xlsx")
    kept, refused = import_review([tmp_path / "review.xlsx"], config, tmp_path / "h.db", dt.date(2024, 10, 21))
    with History(tmp_path / "h.db") as store:
        assert store.corrections() == {
            "6324101400001": "其他类", "6324101400002": "市场监管类", "6324101400005": "社会事业类"
        }  # fmt: skip
    assert kept == 3
    assert "相近的有效类别：公共服务类" in refused[0]
    assert "2 行未采用" in refused[1]


def gold(week: str, calls: pd.DataFrame) -> pd.DataFrame:
    truth = pd.read_csv(SAMPLE / f"gold_2024w{week}.csv", dtype=str).set_index("msg_id")["category"]
    calls = calls.assign(category=calls["msg_id"].map(truth))
    return calls[calls["category"].ne("无效")]


def test_the_next_week_and_another_city_are_told_well_enough() -> None:
    first = gold("41", read_calls([SAMPLE / "calls_2024w41.csv"]).table)
    second = gold("42", read_calls([SAMPLE / "calls_2024w42.xlsx"]).table)
    told = load_classifier(None)[0].predict_labels(second["text"].tolist())
    found = evaluate(second["category"].to_numpy(dtype=object), told.labels, told.confidence)
    assert found.accuracy >= 0.93
    assert found.macro_f1 >= 0.90
    assert found.calibration_error <= 0.05
    both = pd.concat([first, second])
    model = CategoryClassifier(terms=load_config(None).category_terms)
    model.fit(both["text"].tolist(), both["category"].tolist())
    city = read_calls([ROOT / "benchmarks" / "data" / "other_city.csv"], need_time=False).table
    told = model.predict_labels(city["text"].tolist())
    assert (told.labels == city["category"]).mean() >= 0.85


def test_a_model_of_the_first_format_still_loads_and_tells_the_same() -> None:
    folder = ROOT / "tests" / "data" / "model_format1"
    assert load_model(folder).manifest["format"] == 1
    model, _ = load_classifier(folder)
    asked = ["小区停水三天了没人管", "司机拒载还绕路多收钱", "xyzzy"]
    told = model.predict_labels(asked, together=False)
    expected = pd.read_csv(folder / "told.csv", dtype=str, keep_default_na=False)
    assert told.labels.tolist() == expected["category"].tolist()
    np.testing.assert_allclose(told.confidence, expected["confidence"].astype(float), atol=1e-4)

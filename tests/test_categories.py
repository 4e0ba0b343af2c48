import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from hotspot.errors import InputError, ModelError
from hotspot.mine.categories import CategoryClassifier
from hotspot.mine.category_refine import Company
from hotspot.mine.demand_lexicon import DemandLexicon, load_demands, usual_examples
from hotspot.scale import Processes
from hotspot.schema import CALL_COLUMNS
from hotspot.store.models import load_model, save_model
from hotspot.text.mask import find_private
from hotspot.text.segment import Segmenter
from hotspot.train import train

ROOT = Path(__file__).parents[1]
TEXTS = [
    f"{where}{what}"
    for where in ("和平小区", "八一路", "新村", "西城苑")
    for what in ("暖气不热家里冷", "停水一整天", "停电了没人管", "出租车司机拒载", "公交车等不来", "路面坑洼颠簸")
]
LABELS = (["公共服务类"] * 3 + ["交通运输类"] * 3) * 4


@pytest.fixture(scope="module")
def fitted():
    return CategoryClassifier().fit(TEXTS, LABELS)


def test_contract_of_an_estimator(fitted):
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not hasattr(copy, "classes_")
    assert fitted.set_params(random_state=0) is fitted
    assert list(fitted.classes_) == sorted(set(LABELS))


def test_learning_over_processes_gives_the_same(fitted):
    divided = CategoryClassifier().fit(TEXTS, LABELS, spread=Processes(2))
    np.testing.assert_array_equal(divided.machine_.weights, fitted.machine_.weights)
    np.testing.assert_array_equal(divided.held_out_.confidence, fitted.held_out_.confidence)
    assert divided.held_out_.labels.tolist() == fitted.held_out_.labels.tolist()


def test_n_in_n_out_and_probabilities(fitted):
    proba = fitted.predict_proba(["暖气不热", "打出租车被拒载", ""])
    assert proba.shape == (3, 2)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert fitted.predict(["暖气不热", "打出租车被拒载"]).tolist() == ["公共服务类", "交通运输类"]
    assert fitted.predict_proba([]).shape == (0, 2)


def test_words_cut_elsewhere_give_the_same(fitted):
    words = Segmenter().cut_all(TEXTS)
    np.testing.assert_array_equal(fitted.predict_proba(TEXTS), fitted.predict_proba(TEXTS, words=words))


def test_abstains_without_known_words(fitted):
    found = fitted.predict_labels(["", "……", "xyzzy", "暖气不热"])
    assert found.labels.tolist() == ["", "", "", "公共服务类"]
    assert found.known[:3].tolist() == [0, 0, 0]
    assert found.confidence[:3].tolist() == [0, 0, 0]
    assert 0 < found.confidence[3] <= 1


def test_row_order_is_irrelevant(fitted):
    order = np.random.default_rng(1).permutation(len(TEXTS))
    other = CategoryClassifier().fit([TEXTS[i] for i in order], [LABELS[i] for i in order])
    np.testing.assert_array_equal(other.machine_.weights, fitted.machine_.weights)
    assert other.scale_ == fitted.scale_


def test_refuses_what_is_no_text(fitted):
    with pytest.raises(InputError, match="第 2 条"):
        fitted.predict(["暖气", None])
    with pytest.raises(InputError, match="两个类别"):
        CategoryClassifier().fit(["甲", "乙"], ["一", "一"])
    with pytest.raises(InputError, match="不一致"):
        CategoryClassifier().fit(["甲", "乙"], ["一"])


def test_state_round_trip(fitted, tmp_path):
    folder = save_model(tmp_path / "m", fitted.to_state(), {})
    again = CategoryClassifier.from_state(load_model(folder).arrays)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
    state = fitted.to_state()
    with pytest.raises(ModelError):
        CategoryClassifier.from_state({name: array for name, array in state.items() if name != "offsets"})
    with pytest.raises(ModelError):
        CategoryClassifier.from_state(state | {"weights": state["weights"][:-1]})


def calls(texts, labels):
    table = pd.DataFrame({"text": texts, "category": labels})
    table["msg_id"] = [f"m{i}" for i in range(len(texts))]
    table["time"] = pd.Timestamp("2024-10-08 09:00:00")
    table["file"] = "a.csv"
    for name, kind in CALL_COLUMNS.items():
        if name not in table:
            table[name] = 0 if kind == "int64" else False if kind == "bool" else ""
    return table[list(CALL_COLUMNS)]


def test_train_writes_a_model_and_tells_what_it_did(tmp_path):
    table = calls([*TEXTS, "暖气坏了", "没有标签"], [*LABELS, "公共服务", ""])
    valid = ["公共服务类", "交通运输类", "其他类"]
    report = train(table, categories=valid, out=tmp_path / "m")
    assert dict(report.rows) == {"公共服务类": 12, "交通运输类": 12, "其他类": 0}
    assert report.unlabelled == 1
    assert [(refusal.label, refusal.rows, refusal.nearest[0]) for refusal in report.refused] == [
        ("公共服务", 1, "公共服务类")
    ]
    assert len(report.warnings) == 3
    assert report.evaluation.accuracy > 0.9
    assert "公共服务类" in (tmp_path / "m" / "evaluation.md").read_text(encoding="utf-8")
    manifest = load_model(tmp_path / "m").manifest
    assert manifest["date"] == "2024-10-08"
    with pytest.raises(InputError, match="已存在"):
        train(table, categories=valid, out=tmp_path / "m")
    before = {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()}
    train(table.iloc[::-1], categories=valid, out=tmp_path / "m", replace=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()} == before


def test_later_correction_wins(tmp_path):
    table = calls(TEXTS, LABELS)
    wrong = table.assign(category="交通运输类")
    report = train(pd.concat([wrong, table]), categories=["公共服务类", "交通运输类"], out=tmp_path / "m")
    assert report.doubles == len(TEXTS)
    assert dict(report.rows) == {"公共服务类": 12, "交通运输类": 12}


def test_committed_model_loads_and_predicts():
    stored = load_model(ROOT / "models" / "default")
    model = CategoryClassifier.from_state(stored.arrays)
    assert stored.manifest["classes"] == list(model.classes_)
    asked = ["小区停水三天了没人管", "司机拒载还绕路多收钱", "老板拖欠农民工工资"]
    assert model.predict(asked).tolist() == ["公共服务类", "交通运输类", "社会事业类"]


def test_committed_model_holds_no_personal_data():
    state = load_model(ROOT / "models" / "default").arrays
    known = set("\n".join(array.tobytes().decode() for name, array in state.items() if name.endswith("_words")).split())
    grams = set(state["block1_keys"].tolist())
    with (ROOT / "data" / "sample" / "calls_2024w41.csv").open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    names = set()
    for row in rows:
        text = row["诉求内容"]
        assert row["来电号码"] not in known
        names |= {text[span.start : span.end] for span in find_private(text) if span.kind == "姓名"}
    assert len(names) > 50
    assert not names & known
    keys = {name: sum(ord(sign) << 16 * place for place, sign in enumerate(reversed(name))) for name in names}
    assert [name for name, key in keys.items() if len(name) == 3 and key in grams] == []
    assert not any(sum(sign.isdigit() for sign in word) > 2 for word in known)


WORDS = st.lists(st.sampled_from(["供 暖", "供 热 坏", "司机 拒载", "司机 绕路", "停 水", ""]), min_size=2, max_size=12)


@given(WORDS, st.randoms(use_true_random=False))
def test_refine_does_not_depend_on_the_order(words, draw):
    margins = np.array([[len(line) % 3, line.count("司") * 2.0, 0.5] for line in words])
    order = list(range(len(words)))
    draw.shuffle(order)
    moved = Company(words).refine(margins, 1.0)
    np.testing.assert_array_equal(Company([words[i] for i in order]).refine(margins[order], 1.0), moved[order])
    np.testing.assert_array_equal(Company(words).refine(margins, 0.0), margins)
    assert np.isfinite(moved).all()


def test_calls_of_a_file_help_each_other(fitted):
    texts = ["西苑暖气不热", "西苑停水了", "西苑停电了没人管", "西苑没人管"] * 3
    fitted = clone(fitted).fit(TEXTS, LABELS)
    fitted.others_ = 1.0
    alone, together = (fitted.predict_labels(texts, together=together).confidence[3] for together in (False, True))
    assert together != alone
    shuffled = fitted.predict_labels(texts[::-1])
    np.testing.assert_array_equal(shuffled.confidence[::-1], fitted.predict_labels(texts).confidence)


def test_held_out_rows_come_in_the_order_given(fitted):
    turned = CategoryClassifier().fit(TEXTS[::-1], LABELS[::-1])
    assert turned.held_out_.labels[::-1].tolist() == fitted.held_out_.labels.tolist()
    assert len(fitted.held_out_.labels) == len(TEXTS)


def test_lexicon_hears_homophones():
    lexicon = DemandLexicon({"缆车类": ["缆车停运"]})
    look, sound = lexicon.transform(["交了公暖费", "缆车停运了", ""])
    heat, cable = lexicon.themes.index("供暖"), lexicon.themes.index("+缆车类")
    assert look[0, heat] == 0 < sound[0, heat]
    assert look[1, cable] > 0
    assert look[2].nnz == sound[2].nnz == 0


def test_lexicon_terms_are_short_enough_to_be_found():
    assert all(1 <= len(term) <= 4 for terms in load_demands().values() for term in terms)


def test_usual_examples_follow_the_names_of_the_categories():
    found = usual_examples(["环境保护", "教育文体"])
    assert {category for text, category in found if "清运" in text.split()} == {"环境保护"}
    assert {category for text, category in found if "校服" in text.split()} == {"教育文体"}
    assert usual_examples(["甲类"]) == []

"""A week of a city without a configuration: eight planted matters of 7 to 62 calls among the calls of a sample week.

    python benchmarks/other_city.py [--seed 3]

Two of the matters are in one compound, one is scattered over the whole city. The other calls are those of the sample's
first week, heating and wages left out, with every place renamed. Prints how well themes and issues find the matters.
The planted calls are put together from phrases: they are more alike than real ones.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from sklearn.metrics import v_measure_score

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
LEFT_OUT = ("供暖", "拖欠工资")
SUFFIX = re.compile(
    r"(?:家属院|小区|家园|花园|新城|新村|村|路口|路|街|镇|乡|工地|学校|小学|中学|医院|市场|公园|广场|加油站|产业园|幼儿园)$"
)
ROAD_NAMES = (
    "长宁 迎宾 文昌 凤鸣 望江 梧桐 东风 花桥 学府 解放 工农 滨湖 金牛 向阳 西湖 松山 龙泉 青年 红星 南塘 朝阳"
    " 玉泉 建新 民主 新华 春晖 永安 兴业 天河 石桥 汉正"
)
ROADS = [name + suffix for suffix in ("路", "大道") for name in ROAD_NAMES.split()]
# Matter: calls, places, how callers begin, what they say, what they add.
MATTERS: dict[str, tuple[int, list[str], str, str, str]] = {
    "井盖缺失": (
        62,
        ROADS,
        "{p}上， 我骑车经过{p}， 我在{p}开店， {p}公交站旁边， {p}人行道上，",
        "有个窨井盖不见了 下水井的盖子没了，就剩个黑洞"
        " 井盖被人偷走了，敞着口 雨水井盖丢了好几天 井盖缺失 窨井没有盖，插着树枝",
        "晚上看不见，差点掉下去 昨天有个孩子踩空了 电动车轮子卡进去摔了 旁边连个警示牌都没有",
    ),
    "自来水发黄": (
        40,
        ["望湖苑"],
        "我住{p}， {p}5栋， {p}小区的水， 家在{p}，",
        "自来水黄得像茶水 水龙头放出来的水有股铁锈味 水发黄发浑，不敢喝 洗澡水都是黄汤子 自来水里有红色的渣子",
        "放半小时还是黄 净水器滤芯三天就堵 孩子身上起疹子 白衣服洗成黄的",
    ),
    "校车": (
        31,
        ["育英实验学校"],
        "孩子在{p}读三年级， 我是{p}的家长， {p}这学期， 两个娃都在{p}，",
        "校车突然停了，没人通知 校车超员，三个人挤两个座 校车每天晚到半个钟头"
        " 校车换了线路，不到我们村口了 校车费涨到一千二",
        "上班的没法接 学校说是车队的事 车队说合同到期了 孩子只能走四十分钟",
    ),
    "电梯困人": (
        25,
        ["锦绣华庭"],
        "我住{p}6栋， {p}12号楼， {p}的业主， {p}小区， 今天早上在{p}，",
        "电梯又把人关在里面了 电梯困人半个多小时 老母亲被困在电梯里四十分钟"
        " 电梯停在两层中间，门打不开 电梯一个月困了四次人",
        "按铃没人应 物业说维保的人没来 最后是消防撬开门的 现在谁都不敢坐，爬楼梯",
    ),
    "退卡押金": (
        22,
        ["乐动健身房"],
        "我在{p}办的年卡， 去年在{p}交了押金， {p}， 我是{p}的会员，",
        "说好退卡就退押金，拖到现在 退卡押金三百块不给退 合同到期押金不退 退卡申请交了两个月，押金没影",
        "打电话没人接 经理换了三个 说总部没批 群都被解散了",
    ),
    "垃圾站臭味": (
        18,
        ["锦绣华庭"],
        "{p}北门， 我住{p}， {p}1栋低层， {p}小区外面，",
        "那个垃圾中转站臭得不行 垃圾站的臭味熏得人睁不开眼 垃圾转运站污水横流，一股馊臭"
        " 垃圾站半夜压缩垃圾，臭气往屋里钻",
        "窗户都不敢开 苍蝇满天飞 孩子都闻吐了 当初说好要搬走的",
    ),
    "公交改线": (
        12,
        ["梨园新村"],
        "{p}门口， {p}的老人， 我住{p}， {p}这边，",
        "K12路公交改线以后不停了 K12路说取消就取消了站 公交K12改道，走到最近的站要二十分钟",
        "去医院没法去 也没征求意见 早高峰打不到车 站牌还在那儿",
    ),
    "猪场粪水": (
        7,
        ["南港村"],
        "{p}， 我是{p}的， {p}三组，",
        "养猪场粪水直接排到水塘里 猪场的粪污流进了灌溉渠 养猪场半夜偷排，鱼塘都翻白了",
        "鱼死了上千斤 村里井水都臭了 找村上找镇上都没人管",
    ),
}


def renamed(names: set[str], chance: random.Random) -> dict[str, str]:
    """Return another name for every place of the sample, of the same kind."""
    heads = [a + b for a in "云岭锦福瑞康嘉翠澜枫梅榕桐沁泓煜晟祥兰柳桂芙" for b in "湖台溪泉苑岭桥河庭府湾园山林滩坡"]
    chance.shuffle(heads)
    kinds = {name: SUFFIX.search(name) for name in names}
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return {
        name: head + (kind[0] if (kind := kinds[name]) else "苑") for name, head in zip(ordered, heads, strict=False)
    }


def build_week(seed: int) -> pd.DataFrame:
    chance = random.Random(seed)
    calls = pd.read_csv(SAMPLE / "calls_2024w41.csv", encoding="gb18030", dtype=str).fillna("")
    gold = pd.read_csv(SAMPLE / "gold_2024w41.csv", dtype=str).fillna("")
    others = renamed({name for name in [*gold["place"], *gold["mention"]] if len(name) > 1}, chance)
    others |= {"格尔木": "云岭", "西城区": "临江区", "东城区": "高塘区", "察尔汗": "望江", "郭勒木德": "石桥"}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(others, key=lambda name: (-len(name), name))))
    week = calls.drop_duplicates("来电编号").merge(gold, left_on="来电编号", right_on="msg_id")
    week = week[~week["theme"].isin(LEFT_OUT)]
    for column in ("诉求内容", "place"):
        week[column] = [pattern.sub(lambda match: others[match[0]], text) for text in week[column]]
    rows = week[["来电编号", "来电时间", "来电号码", "诉求内容", "处理方式", "category", "theme", "place"]]
    return pd.concat([rows, pd.DataFrame(planted(chance))]).sample(frac=1, random_state=seed)


def planted(chance: random.Random) -> list[dict[str, str]]:
    rows = []
    for number, (theme, (count, places, openings, told, added)) in enumerate(MATTERS.items()):
        for at in range(count):
            place = places[at % len(places)]
            opening = chance.choice(openings.split()).replace("{p}", place)
            text = opening + chance.choice(told.split()) + "，" + chance.choice(added.split())
            if chance.random() < 0.3:
                text = f"坐席：您好，市民热线。 市民：{text}。 坐席：好的，已为您登记。"
            rows.append(
                {
                    "来电编号": f"P{number}{at:03d}",
                    "来电时间": f"2024-10-{7 + chance.randrange(7):02d} {chance.randrange(7, 23):02d}:30:00",
                    "来电号码": f"190{chance.randrange(10**8):08d}",
                    "诉求内容": text,
                    "处理方式": "工单转办",
                    "category": "其他类",
                    "theme": theme,
                    "place": place,
                }
            )
    return rows


def analyse(week: pd.DataFrame, folder: Path) -> pd.DataFrame:
    week[["来电编号", "来电时间", "来电号码", "诉求内容", "处理方式"]].to_csv(folder / "calls.csv", index=False)
    command = [sys.executable, "-m", "hotspot", "analyze", str(folder / "calls.csv"), "--no-history", "--quiet"]
    subprocess.run([*command, "--week", "2024-10-07", "--out", str(folder / "out")], check=True, capture_output=True)
    found = pd.read_csv(folder / "out" / "calls.csv", dtype=str).fillna("")
    return week.merge(found, left_on="来电编号", right_on="msg_id", suffixes=("_gold", ""))


def best(groups: pd.Series, inside: pd.Series) -> tuple[float, str]:
    """Return the F1 of the group that fits best, and its name."""
    scores = [(2 * int(n) / (int((groups == name).sum()) + int(inside.sum())), str(name))
              for name, n in groups[inside & groups.ne("")].value_counts().items()]  # fmt: skip
    return max(scores, default=(0.0, ""))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        both = analyse(build_week(arguments.seed), Path(folder))
    valid = both["category_gold"] != "无效"
    print(f"{'matter':8s} calls  theme-F1  issue-F1  place  theme")
    themes = []
    for matter, (count, places, *_) in MATTERS.items():
        inside = both["theme_gold"] == matter
        score, name = best(both["theme"], inside)
        themes.append(score)
        issue = f"{best(both['issue_id'], inside)[0]:8.2f}" if len(places) == 1 else "       –"
        right = (both["place"] == both["place_gold"])[inside].mean()
        print(f"{matter:8s} {count:5d} {score:9.2f} {issue} {right:6.2f}  {name}")
    scattered = both["theme_gold"].eq("井盖缺失") & both["issue_id"].ne("")
    print(f"mean theme-F1 {sum(themes) / len(themes):.3f}", end="; ")
    print(f"V-measure of all themes {v_measure_score(both['theme_gold'][valid], both['theme'][valid]):.3f}", end="; ")
    print(f"scattered calls in an issue {int(scattered.sum())} of 62 (none should be)")
    print("hotspots:", "、".join(sorted(set(both["theme"][both["hotspot_id"] != ""]))) or "none")


if __name__ == "__main__":
    main()

"""Invented names of persons, in characters and in letters."""

from dataclasses import dataclass
from random import Random

SURNAMES = (
    "王 Wang,李 Li,张 Zhang,刘 Liu,陈 Chen,杨 Yang,赵 Zhao,黄 Huang,周 Zhou,吴 Wu,徐 Xu,孙 Sun,"
    "胡 Hu,朱 Zhu,高 Gao,林 Lin,何 He,郭 Guo,马 Ma,罗 Luo,梁 Liang,宋 Song,郑 Zheng,谢 Xie,韩 Han"
)
CHARACTERS = (
    "子 zi,雨 yu,嘉 jia,文 wen,思 si,明 ming,俊 jun,晓 xiao,志 zhi,佳 jia,宇 yu,欣 xin,浩 hao,"
    "婷 ting,杰 jie,琳 lin,涛 tao,颖 ying,鹏 peng,静 jing,凯 kai,萱 xuan,博 bo,瑶 yao,磊 lei"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in Chinese characters and in Latin letters."""

    chinese: str
    latin: str


def draw_name(random: Random) -> Name:
    """Draw a surname and a given name of one or two characters."""
    surname, *given = (
        random.choice(SURNAMES.split(",")).split(),
        *(random.choice(CHARACTERS.split(",")).split() for _ in range(random.choice((1, 2, 2)))),
    )
    return Name(
        surname[0] + "".join(character for character, _ in given),
        f"{surname[1]} {''.join(letters for _, letters in given).capitalize()}",
    )

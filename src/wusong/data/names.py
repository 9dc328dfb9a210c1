"""Whether a text has the form of a Chinese personal name.

* Two to four Chinese characters: one of the commonest single surnames and one or two characters, or a double
  surname and one or two characters.
* One such text says little: a word may begin like a surname. A column says much: see ``personal.THRESHOLDS``.
* Not a name: what ends like the name of a place, an office, a kind or a measure, and the words listed here.

The surnames are chosen by hand: common ones, without those that mostly begin words of everyday tables.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["looks_like_name"]

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖萧田董袁潘蔡蒋余于杜叶程苏魏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石贾韦夏付傅方邹熊白孟秦邱侯江尹薛阎闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤赖樊"
    "兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦向柳邢岳梅庄辛管祝左涂谷祁舒耿牟卜詹凌费纪靳盛童欧甄项裴"
    "席卫查屈鲍霍隋苗甘景车柯阮桂闵解强柴褚娄麦宁郁关路游辜裘宫冉滕楚喻尚蒲邬"
)
_DOUBLE: Final = (
    "欧阳|上官|皇甫|令狐|诸葛|司马|司徒|司空|夏侯|尉迟|公孙|慕容|宇文|长孙|东方|南宫|轩辕|端木|百里|呼延"
    "|独孤|申屠"
)
_FORM: Final = re.compile(rf"(?:{_DOUBLE})[一-鿿]{{1,2}}|[{_SURNAMES}][一-鿿]{{1,2}}")
_ENDS: Final = frozenset(
    "省市区县州盟旗镇乡村街道路局厅部院所处科室司厂店馆站校行会社队组级类型色期额号码费率量度桥族语人者员名品业险款证"
)
_WORDS: Final = frozenset(
    """
    江苏 江西 安徽 云南 宁夏 吴江 黄山 黄石 马来西亚 温州 宁波 石家庄 项目 方案 方向 安全
    申请 申报 强制 解除 严重 高中 高等 管理 管制 路由 关闭 关系 任务 任意 向上 向下
    万元 白天 夏季 周一 周二 周三 周四 周五 周六 周日 周末 石油 石化 金融 牛奶 牛肉
    马铃薯 龙头 施工 盛大 尚可 尚未 关注 游客 解决 项下 钟点 温和 温度 章节 查询 查封
    车辆 车位 毛利 毛重 田地 林地 林场 方式 何时 左侧 左边 于今 余下 高新 苗木 白酒
    黄金 黄酒 梅雨 童装 童车
    """.split()  # noqa: SIM905 - words, not code
)


def looks_like_name(text: str) -> bool:
    """Whether ``text`` may be the name of a person, by its form alone.

    >>> [looks_like_name(text) for text in ("王秀英", "欧阳建国", "黄浦区", "上海", "周一")]
    [True, True, False, False, False]
    """
    text = text.strip().replace("·", "")
    if not 2 <= len(text) <= 4 or text[-1] in _ENDS or text in _WORDS:
        return False
    return _FORM.fullmatch(text) is not None

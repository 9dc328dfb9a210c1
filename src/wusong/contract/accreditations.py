"""What people call the accreditations that the library's pages and the ledger's own kinds ask for.

A page of one's own may ask for others: those are shown by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TRADE: Final[Mapping[str, tuple[str, str]]] = {
    "bank": ("bank", "银行"),
    "carrier": ("carrier", "承运人"),
    "court": ("court", "人民法院"),
    "customs": ("customs", "海关"),
    "document-registrar": ("registrar of electronic documents", "电子单证登记机构"),
    "escrow-agent": ("escrow agent", "资金存管机构"),
    "financial-institution": ("financial institution", "金融机构"),
    "payment-institution": ("payment institution", "支付机构"),
    "terminal": ("terminal operator", "港口经营人"),
    "use-marker": ("authority for marks of use", "签注机关"),
    "warehouse": ("warehouse keeper", "仓储保管人"),
    "weigher": ("weigher", "计量检验机构"),
}
DATA: Final[Mapping[str, tuple[str, str]]] = {
    "data-implementing-body": ("body that authorises the use of public data", "公共数据授权运营实施机构"),
    "data-operator": ("operator of public data", "公共数据运营机构"),
    "data-registry": ("data registration office", "数据登记机构"),
    "invoice-registrar": ("registrar of invoice numbers", "发票号码登记机构"),
}
SYSTEM: Final[Mapping[str, tuple[str, str]]] = {
    "calendar-publisher": ("publisher of calendars", "日历公布单位"),
    "freeze-authority": ("authority that may order a freeze", "冻结有权机关"),
    "freeze-officer": ("officer who carries out a freeze", "冻结经办人员"),
    "supervisor": ("supervisor", "监管机构"),
}
_TITLES: Final = {**TRADE, **DATA, **SYSTEM}


def title(name: str, lang: str) -> str | None:
    """What an accreditation is called in ``zh`` or ``en``; None when it is none of these."""
    found = _TITLES.get(name)
    return None if found is None else found[lang == "zh"]

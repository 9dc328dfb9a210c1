"""What the import of catalogues refuses, and which files are no tables to register, in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "already-applied": Texts(
            en=(
                "“{resource}” is applied for already: {asset}.",
                "The same table stands under the same name in a registration or application that has not ended.",
                "Go on with that one: supplement or change it. Another resource needs another name.",
            ),
            zh=(
                "“{resource}”此前已申请登记：{asset}。",
                "同一名称、同一数据表的登记或者申请尚未终结，不再重复登记。",
                "请在该登记上办理补正或者变更；确为另一资源的，应当使用不同名称。",
            ),
            status=409,
        ),
        "directory-not-workbook": Texts(
            en=(
                "The file is no catalogue workbook.",
                "A catalogue is an Excel workbook (.xlsx) made from the template, not a table to be registered.",
                "Fill in the template (wusong data template), or register a single table (wusong data register).",
            ),
            zh=(
                "该文件不是目录工作簿。",
                "目录应为按模板填写的 Excel 工作簿（.xlsx）；待登记的数据表与目录是两种文件。",
                "请填写目录模板（wusong data template）；登记单个数据表的，请使用 wusong data register。",
            ),
        ),
        "registry-missing": Texts(
            en=(
                "No registration body is named.",
                "A catalogue is registered with one registration body.",
                "Name it: --registry PARTY. To check the workbook only, add --check.",
            ),
            zh=(
                "未指定登记机构。",
                "目录须向一家登记机构申请登记。",
                "请以 --registry 指定登记机构；仅核对工作簿的，请使用 --check。",
            ),
        ),
        "department-missing": Texts(
            en=(
                "No department is named that applies.",
                "A catalogue is registered for one source department.",
                "Name it: --as PARTY. To check the workbook only, add --check.",
            ),
            zh=(
                "未指定申请登记的数源部门。",
                "目录须以一家数源部门的名义申请登记。",
                "请以 --as 指定数源部门；仅核对工作簿的，请使用 --check。",
            ),
        ),
        "table-no-rows": Texts(
            en=(
                "The table has no rows of data.",
                "There is nothing in it but {columns} column titles, so there is nothing to register.",
                "Choose the file that holds the data, or register without a table by a catalogue workbook.",
            ),
            zh=(
                "数据表没有数据行。",
                "文件中仅有 {columns} 个列名，没有可供登记的数据。",
                "请选择含有数据的文件；暂无数据表的资源，可以通过目录工作簿申请登记。",
            ),
        ),
        "table-name": Texts(
            en=(
                "The file is called {suffix} but holds plain text.",
                "It was renamed, or it is not the file that was meant.",
                "Choose the right file; a text table (CSV) should be called .csv.",
            ),
            zh=(
                "文件扩展名为 {suffix}，内容却是纯文本。",
                "文件可能被更改过扩展名，或者选错了文件。",
                "请选择正确的文件；文本表格（CSV）应当使用 .csv 扩展名。",
            ),
        ),
    }
)

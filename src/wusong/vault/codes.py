"""Every refusal of the vault, explained in English and Chinese."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "vault-missing": Texts(
            en=(
                "The vault does not hold the content {content}.",
                "It was never stored here, or it was stored in another vault.",
                "Compare the digest; if it is right, ask who stored the content, or restore a backup.",
            ),
            zh=(
                "保管库中没有内容 {content}。",
                "该内容从未存入本库，或存放在其他保管库中。",
                "请核对摘要；摘要无误的，请向存入方查询，或从备份恢复。",
            ),
            status=404,
        ),
        "vault-erased": Texts(
            en=(
                "The content {content} has been erased.",
                "Its key and salt were destroyed on request; nobody can restore it from this vault.",
                "The ledger still proves that it existed; ask who holds a copy lawfully, if you may.",
            ),
            zh=(
                "内容 {content} 已被删除。",
                "其密钥和盐值已按要求销毁，无法再从本库恢复。",
                "账本仍可证明该内容曾经存在；如确有权限，请向合法持有副本的单位索取。",
            ),
            status=410,
        ),
        "vault-damaged": Texts(
            en=(
                "Chunk {chunk} of the content {content} is damaged.",
                "Its bytes on the disk are not those that were written: a disk fault, a partial restore, or tampering.",
                "Do not use what was read so far. Store the same content again, or restore it from a backup.",
            ),
            zh=(
                "内容 {content} 的第 {chunk} 块已损坏。",
                "磁盘上的数据与写入时不一致，可能是磁盘故障、恢复不完整或遭到篡改。",
                "请勿使用已读出的部分；可重新存入同一内容，或从备份恢复。",
            ),
            status=500,
        ),
        "vault-record-damaged": Texts(
            en=(
                "The key record {record} of the vault is damaged.",
                "Its bytes on the disk are not those that were written; without it the content cannot be read.",
                "Restore this record from a backup, or store the same content again.",
            ),
            zh=(
                "保管库的密钥记录 {record} 已损坏。",
                "磁盘上的记录与写入时不一致；缺少该记录，对应内容无法读取。",
                "请从备份恢复该记录，或重新存入同一内容。",
            ),
            status=500,
        ),
        "vault-full": Texts(
            en=(
                "The content cannot be stored: there is no space left.",
                "The disk, a quota or a file size limit is exhausted. Nothing of this content was kept.",
                "Free some space or raise the limit, then store the content again.",
            ),
            zh=(
                "无法存入内容：存储空间不足。",
                "磁盘、配额或单个文件大小已达上限；该内容未留下任何部分。",
                "请清理空间或提高上限后重新存入。",
            ),
            status=507,
        ),
        "vault-wrong-key": Texts(
            en=(
                "The vault does not open with this master key.",
                "It was created under another key.",
                "Use the keystore that belongs to this vault's folder.",
            ),
            zh=(
                "该主密钥无法打开保管库。",
                "保管库是用另一个主密钥建立的。",
                "请使用与该保管库目录对应的密钥库。",
            ),
            status=500,
        ),
        "vault-other-suite": Texts(
            en=(
                "The vault uses the suite {found}, not {expected}.",
                "A vault belongs to the suite under which it was created.",
                "Open it from a node of that suite, or choose another folder.",
            ),
            zh=(
                "保管库采用密码套件 {found}，而非 {expected}。",
                "保管库建立后，其密码套件不再改变。",
                "请使用相同套件的节点打开，或另选目录。",
            ),
            status=500,
        ),
        "vault-unknown-format": Texts(
            en=(
                "The folder is no vault that this program can read.",
                "Its description is missing, damaged, or of a later version.",
                "Choose the right folder, or use the program's version that wrote it.",
            ),
            zh=(
                "该目录不是本程序可读取的保管库。",
                "其说明文件缺失、损坏，或由更新版本的程序写入。",
                "请选择正确的目录，或使用写入时的程序版本。",
            ),
            status=500,
        ),
    }
)

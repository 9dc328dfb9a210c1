"""What the error codes of ``crypto`` say to people."""

from __future__ import annotations

from wusong.errors import Texts, register

register(
    {
        "not-canonical": Texts(
            en=(
                "The JSON is not in canonical form ({reason}).",
                "What is hashed or signed has exactly one writing: sorted ASCII keys, no spaces, no floats, integers within ±(2^53-1), NFC strings of Unicode 14.0 (and later ideographs), at most 16 levels.",
                "Write the document with a canonical JSON encoder (RFC 8785); put decimals in strings.",
            ),
            zh=(
                "该 JSON 不是规范形式（{reason}）。",
                "参与哈希或签名的内容只能有一种写法：键名为 ASCII 字符且已排序，不含空格和浮点数，整数在 ±(2^53-1) 以内，字符串为 NFC 形式且仅含 Unicode 14.0 已收录的字符（及其后收录的汉字），嵌套不超过 16 层。",
                "请使用规范 JSON（RFC 8785）编码后重新提交，小数以字符串表示。",
            ),
        ),
        "unknown-suite": Texts(
            en=(
                "There is no cryptographic suite called {suite}.",
                'A ledger uses "intl" or "gm"; its genesis says which.',
                "Correct the name, or check that the document belongs to this version of the program.",
            ),
            zh=(
                "不存在名为 {suite} 的密码套件。",
                "账本采用 intl（国际算法）或 gm（国密算法）套件，由创世文件确定。",
                "请更正套件名称，或确认该文件与本程序版本相符。",
            ),
        ),
        "unknown-algorithm": Texts(
            en=(
                "The signature algorithm {alg} is not known.",
                "Keys are Ed25519, ES256 (P-256) or SM2-SM3.",
                "Use a key of one of these algorithms.",
            ),
            zh=(
                "无法识别签名算法 {alg}。",
                "密钥算法须为 Ed25519、ES256（P-256）或 SM2-SM3。",
                "请改用上述算法之一的密钥。",
            ),
        ),
        "algorithm-not-in-suite": Texts(
            en=(
                "A key for {alg} does not belong in a keystore of the suite {suite}.",
                "Every signature on a ledger is of the algorithms of its suite.",
                "Make a key of the suite's own algorithm, or use a keystore of the other suite.",
            ),
            zh=(
                "{alg} 密钥不能存入 {suite} 套件的密钥库。",
                "账本上的签名一律采用其密码套件规定的算法。",
                "请生成本套件算法的密钥，或使用另一套件的密钥库。",
            ),
        ),
        "gm-extra-missing": Texts(
            en=(
                "SM2 keys cannot be made or used for signing here.",
                "Signing with the national algorithms needs the extra component tongsuopy, which is not installed; verifying does not need it.",
                "Install it with: pip install 'wusong[gm]'",
            ),
            zh=(
                "本机无法生成 SM2 密钥或进行 SM2 签名。",
                "国密签名需要可选组件 tongsuopy，目前尚未安装；验签不受影响。",
                "请安装该组件：pip install 'wusong[gm]'",
            ),
            status=501,
        ),
        "no-ed25519-backend": Texts(
            en=(
                "No installed library verifies Ed25519 as the ledger's rule demands.",
                "All nodes must agree on every signature; each installed library failed a known test.",
                "Reinstall pynacl and cryptography from their published packages.",
            ),
            zh=(
                "已安装的密码库均不符合账本的 Ed25519 验签规则。",
                "所有节点对同一签名的判断必须一致，而现有密码库未能通过内置检验。",
                "请从官方发布渠道重新安装 pynacl 和 cryptography。",
            ),
            status=500,
        ),
        "bad-key": Texts(
            en=(
                "This is not a valid {alg} key.",
                "A public key must be a point of its curve in its one writing and of full order; a secret must lie in the permitted range.",
                "Check that the key was copied completely, and that it is the public part where the public part is asked for.",
            ),
            zh=(
                "该密钥不是有效的 {alg} 密钥。",
                "公钥须为曲线上的点，编码唯一且不是小阶点；私钥须在规定范围内。",
                "请核对密钥是否复制完整；要求提供公钥时，请勿填写私钥。",
            ),
        ),
        "signature-form": Texts(
            en=(
                "This is not the form of an {alg} signature.",
                "A signature has 64 bytes: two numbers of 32 bytes each.",
                "Convert signatures that come in DER into this form before sending them.",
            ),
            zh=(
                "签名格式不符合 {alg} 的要求。",
                "签名应为 64 字节，由两个 32 字节的数组成。",
                "如签名为 DER 编码，请转换为上述格式后再提交。",
            ),
        ),
        "bad-base64url": Texts(
            en=(
                "A value is not base64url.",
                "Binary values are written in base64url without padding, in exactly one way (RFC 7515).",
                "Encode the value again, without '=' signs and line breaks.",
            ),
            zh=(
                "有数值不是 base64url 编码。",
                "二进制数据采用不带填充的 base64url 编码，且写法唯一（RFC 7515）。",
                "请重新编码，不要带“=”号和换行。",
            ),
        ),
        "bad-did": Texts(
            en=(
                "{did} is not a DID that holds a key.",
                "Only did:key with an Ed25519 or P-256 key, and did:jwk, can be read here.",
                "Check that the identifier was copied completely.",
            ),
            zh=(
                "{did} 不是包含密钥的 DID。",
                "此处只能读取 did:key（Ed25519 或 P-256 密钥）和 did:jwk。",
                "请核对标识是否复制完整。",
            ),
        ),
        "bad-length": Texts(
            en=(
                "A value does not have {expected} bytes.",
                "Salts, digests and keys have fixed lengths.",
                "Give the whole value, without anything before or after it.",
            ),
            zh=(
                "有数值的长度不是 {expected} 字节。",
                "盐值、摘要和密钥的长度是固定的。",
                "请提供完整的数值，前后不得有多余内容。",
            ),
        ),
        "merkle-range": Texts(
            en=(
                "Position {index} does not exist in a tree of {size} entries.",
                "A proof is about an entry that the tree holds.",
                "Check that proof and checkpoint belong together.",
            ),
            zh=(
                "共有 {size} 条记录的树中不存在位置 {index}。",
                "证明所指的记录必须在树中。",
                "请核对证明与检查点是否对应。",
            ),
        ),
        "merkle-path": Texts(
            en=(
                "The proof path does not fit position {index} in a tree of {size} entries.",
                "A path has an exact length, given by position and size, and 32 bytes at each step.",
                "Ask for the proof again; do not rely on this one.",
            ),
            zh=(
                "证明路径与 {size} 条记录中的位置 {index} 不符。",
                "路径长度由位置和记录数唯一确定，每一步为 32 字节。",
                "请重新获取证明，不得采信此份证明。",
            ),
        ),
        "seal-broken": Texts(
            en=(
                "The sealed contents cannot be opened.",
                "They were sealed under another key or for another place, or they have been altered or cut.",
                "Use the key under which they were sealed, or restore the file from a backup.",
            ),
            zh=(
                "加密内容无法解密。",
                "内容由其他密钥加密、不属于此处，或已被改动、截断。",
                "请使用加密时的密钥，或从备份中恢复该文件。",
            ),
        ),
        "stream-too-long": Texts(
            en=(
                "The contents are too long for one sealed stream.",
                "One stream holds at most 2^32 pieces of 1 MiB.",
                "Divide the contents into several objects.",
            ),
            zh=(
                "内容过长，无法作为一个加密流存储。",
                "单个加密流最多包含 2^32 个 1 MiB 分块。",
                "请将内容拆分为多个对象。",
            ),
            status=413,
        ),
        "kdf-parameters": Texts(
            en=(
                "The key derivation {kdf} cannot be used as given.",
                "Its parameters lie outside what is safe and affordable, or it does not belong to the suite.",
                "Use the defaults; if this is an existing keystore, restore it from a backup.",
            ),
            zh=(
                "无法按给定参数使用密钥派生算法 {kdf}。",
                "其参数超出安全且可承受的范围，或该算法不属于本密码套件。",
                "请使用默认参数；如为现有密钥库，请从备份恢复。",
            ),
        ),
        "passphrase-empty": Texts(
            en=(
                "The passphrase is empty.",
                "Keys are stored only under a passphrase.",
                "Give a passphrase of several words.",
            ),
            zh=("口令为空。", "密钥必须在口令保护下存储。", "请设置足够长的口令。"),
        ),
        "keystore-missing": Texts(
            en=(
                "There is no keystore at {path}.",
                "The file does not exist.",
                "Check the path, or create a keystore first.",
            ),
            zh=("{path} 处没有密钥库。", "该文件不存在。", "请核对路径，或先创建密钥库。"),
            status=404,
        ),
        "keystore-exists": Texts(
            en=(
                "There is already a keystore at {path}.",
                "Overwriting it would destroy its keys.",
                "Open it, or choose another path.",
            ),
            zh=("{path} 处已有密钥库。", "覆盖将导致其中的密钥永久丢失。", "请打开现有密钥库，或另选路径。"),
            status=409,
        ),
        "keystore-passphrase": Texts(
            en=(
                "The passphrase does not open the keystore {path}.",
                "It is not the passphrase under which the keystore was last saved.",
                "Try again; mind the keyboard layout and capital letters. Nobody can recover a lost passphrase.",
            ),
            zh=(
                "口令不能打开密钥库 {path}。",
                "该口令与密钥库最近一次保存时使用的口令不一致。",
                "请重试，并注意输入法和大小写。口令遗失后无法找回。",
            ),
            status=403,
        ),
        "keystore-damaged": Texts(
            en=(
                "The keystore {path} is damaged.",
                "Its contents do not match its own digest or seals: it was altered or only partly copied.",
                "Restore it from a backup, and find out what changed it.",
            ),
            zh=(
                "密钥库 {path} 已损坏。",
                "其内容与自身的摘要或认证标签不符，可能被改动或复制不完整。",
                "请从备份恢复，并查明变动原因。",
            ),
            status=500,
        ),
        "keystore-changed": Texts(
            en=(
                "The keystore {path} was changed by someone else meanwhile.",
                "Saving now would undo that change.",
                "Open the keystore again and repeat what you did.",
            ),
            zh=(
                "密钥库 {path} 已被其他程序修改。",
                "此时保存将覆盖该修改。",
                "请重新打开密钥库后再操作。",
            ),
            status=409,
        ),
        "keystore-name": Texts(
            en=(
                "A key cannot be stored as {name} for {purpose}.",
                "Names have 1 to 640 characters and are used once; purposes are deed, seal, log, transport, witness, vault.",
                "Choose another name or a purpose from the list.",
            ),
            zh=(
                "无法以名称 {name}、用途 {purpose} 存储密钥。",
                "名称为 1 至 640 个字符且不得重复；用途限于 deed、seal、log、transport、witness、vault。",
                "请另选名称，或选用上述用途之一。",
            ),
        ),
        "keystore-no-key": Texts(
            en=(
                "The keystore holds no such key: {name}.",
                "It was never stored, was removed, or is of another sort.",
                "List the keystore's entries and choose one of them.",
            ),
            zh=(
                "密钥库中没有该密钥：{name}。",
                "该密钥从未存入、已被移除，或属于其他类型。",
                "请列出密钥库条目后重新选择。",
            ),
            status=404,
        ),
    }
)

"""Random pages of the language, and random acts: well-typed, mostly; sensible, sometimes."""

# ruff: noqa: ANN401, E501 - tables of ways to say things

from __future__ import annotations

import random
from typing import Any

from contract.reference.companions import companion

PARTIES = [f"did:example:{name}" for name in ("ann", "bob", "cid", "dan", "eve")]
STATES = ["fresh", "held", "late", "done", "gone"]
LASTING, FINAL = STATES[:3], STATES[3:]
WORDS = ["fine", "poor", "unknown"]
ROLES = ["owner", "keeper", "guest", "expert"]
CALENDARS = ["cn-work", "sparse"]
FIELDS = {
    "price": ("money(CNY)", "money"), "level": ("int", "int"), "day": ("date", "date"), "until_time": ("time", "time"),
    "grade": ("enum[fine, poor, unknown]", "enum"), "note": ("text(8)", "text"), "share": ("rate", "rate"),
    "open_now": ("bool", "bool"), "crew": ("list(party, 4)", "parties"), "parts": ("list(quantity, 4)", "parts"),
    "stock": ("quantity", "quantity"), "twin": ("asset(thing)", "asset"),
}  # fmt: skip
REQUIRED = ["price", "level", "grade", "crew"]
OPTIONAL = [
    "day",
    "until_time",
    "note",
    "share",
    "open_now",
    "parts",
    "stock",
    "twin",
    "level_two",
    "price_two",
]
FIELDS["level_two"], FIELDS["price_two"] = FIELDS["level"], FIELDS["price"]
ARGS = {
    "amount": "quantity", "cost": "money", "count": "int", "on": "date", "at_time": "time", "word": "enum", "says": "text",
    "who": "party", "team": "parties", "pieces": "parts", "other": "asset", "others": "assets", "yes": "bool", "part": "rate",
}  # fmt: skip
WRITTEN = {unit: text for text, unit in FIELDS.values()} | {
    "party": "party",
    "assets": "list(asset(thing), 4)",
}
NUMBERS = {"int", "quantity", "money", "rate"}
MEMBERS = {
    "owner": "party",
    "keeper": "party",
    "guest": "party",
    "rev": "int",
    "quantity": "quantity",
    "state": "state",
}


class Writer:
    """Writes expressions of a wanted kind over what an action may see."""

    def __init__(self, rng: random.Random, standing: bool, args: dict[str, bool], by: list[str]) -> None:
        self.rng, self.standing, self.args, self.by = rng, standing, args, by

    def members(self, kind: str, *, sure: bool = False) -> list[str]:
        """Names of that kind; only those that are surely there, if so wanted."""
        found = []
        if self.standing:
            stored = {name: unit for name, (_, unit) in FIELDS.items()} | MEMBERS
            found = [f"self.{n}" for n, unit in stored.items() if unit == kind and not (sure and may_lack(n))]
        found += [
            f"args.{n}" for n, optional in self.args.items() if ARGS[n] == kind and not (sure and optional)
        ]
        if kind == "party" and not sure:
            found += [f"as.{role}" for role in self.by]
        return found + {"date": ["today"], "time": ["now"]}.get(kind, [])

    def read(self, kind: str) -> list[str]:
        """Members of assets that others name."""
        stored = {name: unit for name, (_, unit) in FIELDS.items()} | MEMBERS
        return [
            f"{asset}.{n}" for asset in self.members("asset") for n, unit in stored.items() if unit == kind
        ]

    def plain(self, kind: str) -> str:
        choices = self.members(kind) * 3 + self.read(kind)
        if kind in NUMBERS:
            choices += [str(self.rng.choice([0, 1, 2, 3, 7, 100, 10_000, 2**53]))]
        choices += {
            "bool": ["true", "false"], "enum": [f'"{self.rng.choice(WORDS)}"'], "text": ['"ab"', "'\\u4ed3'", '""'],
            "parties": ["[]"], "parts": ["[1, 2]", "[3]"], "state": [f'"{self.rng.choice(STATES)}"'], "party": ['"x"'],
        }.get(kind, [])  # fmt: skip
        return self.rng.choice(choices) if choices else "self.id"

    def write(self, kind: str, depth: int) -> str:
        if depth <= 0 or self.rng.random() < 0.2:
            return self.plain(kind)
        if self.rng.random() < 0.08:
            return f"({self.condition(depth - 1)} ? {self.write(kind, depth - 1)} : {self.write(kind, depth - 1)})"
        if kind == "bool":
            return self.condition(depth)
        return self.composed(kind, depth - 1)

    def composed(self, kind: str, depth: int) -> str:
        rng, write = self.rng, self.write
        small = str(rng.choice([0, 1, 2, 5, 30, 366, 1200]))
        if kind in NUMBERS:
            ways = [f"({write(kind, depth)} {rng.choice('+-')} {write(kind, depth)})",
                    f"({write(kind, depth)} * {write('int', depth)})", f"({write(kind, depth)} / {write('int', depth)})",
                    f"({write(kind, depth)} % {write('int', depth)})", f"-{self.plain(kind)}"]  # fmt: skip
            if kind == "int":
                ways += [f"size({write('text', depth)})", f"{write('parties', depth)}.size()",
                         f"position({write('parties', depth)}, {self.plain('party')})",
                         small]  # fmt: skip
            elif kind == "quantity":
                ways += [f"{write('parts', depth)}[{rng.choice([0, 1, 2])}]"]
            else:
                ways += [
                    f"apportion({write(kind, depth)}, [{write('int', depth)}, {write('int', depth)}])[0]"
                ]
            return rng.choice(ways)
        if kind == "date":
            calendar = rng.choice(CALENDARS)
            return rng.choice([
                f"({self.plain('date')} + {small})", f"months({write('date', depth)}, {self.plain('int')})",
                f"workday({self.plain('date')}, {small}, \"{calendar}\")", f"day_of({write('time', depth)})",
            ])  # fmt: skip
        if kind == "time":
            return rng.choice([f"({self.plain('time')} + {rng.choice([1, 3_600_000, 86_400_000])})",
                               f"day_end({write('date', depth)})"])  # fmt: skip
        if kind == "text":
            return f"({self.plain('text')} + {self.plain('text')})"
        if kind == "parts":
            return rng.choice([f"({self.plain('parts')} + {self.plain('parts')})",
                               f"apportion({write('quantity', depth)}, {rng.choice(['[1, 1]', '[0, 3, 2]', '[1]'])})",
                               f"[{write('quantity', depth)}, {write('quantity', depth)}]"])  # fmt: skip
        return self.plain(kind)

    def condition(self, depth: int) -> str:
        rng, inner = self.rng, depth - 1
        if depth <= 0:
            return self.plain("bool")
        if rng.random() < 0.3:
            return f"({self.condition(inner)} {rng.choice(['&&', '||'])} {self.condition(inner)})"
        kind = rng.choice(
            ["int", "quantity", "money", "date", "time", "text", "party", "enum", "state", "parties"]
        )
        a, b = self.write(kind, inner), self.write(kind, inner)
        ways = [f"{a} {rng.choice(['==', '!='])} {b}"]
        if kind in NUMBERS | {"date", "time", "text"}:
            ways += [f"{a} {rng.choice(['<', '<=', '>', '>='])} {b}"] * 3
        if kind == "text":
            ways += [f"{a}.{rng.choice(['startsWith', 'endsWith', 'contains'])}({b})"]
        if kind == "party":
            ways += [f"{a} in {self.write('parties', inner)}"]
        if kind == "parties":
            ways += [f"{a}.{rng.choice(['exists', 'all'])}(x, x == {self.plain('party')})"]
        absent = [
            m for k in ("note", "who", "guest", "date", "text", "party") for m in self.members(k) if "." in m
        ]
        if absent and rng.random() < 0.3:
            ways = [f"has({rng.choice(absent)})"]
        if rng.random() < 0.1:
            ways = [f"is_workday({self.plain('date')}, \"cn-work\")", f"!({ways[0]})",
                    f"{self.write('parts', inner)}.{rng.choice(['exists', 'all'])}(q, 6 / q > 1)"]  # fmt: skip
        return f"({rng.choice(ways)})"


def may_lack(name: str) -> bool:
    return name in OPTIONAL or name == "guest"


def title(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def page(seed: int, *, moves: bool = False) -> dict[str, Any]:
    """A page as its YAML says it."""
    rng = random.Random(seed)
    made: dict[str, Any] = {
        "contract": "thing", "version": 1, "title": title("Thing"), "calendars": CALENDARS,
        "roles": {"owner": {"zh": "甲"}, "keeper": {"zh": "乙", **rng.choice([{}, {"accredited": "trust"}])},
                  "guest": {"zh": "丙", "optional": True}, "expert": {"zh": "丁", "among": "crew"}},
        "quantity": {"unit": "piece"},
        "fields": {n: FIELDS[n][0] + ("?" if n in OPTIONAL else "") for n in FIELDS},
        "states": {**{s: {} for s in LASTING}, **{f"{s}!": {} for s in FINAL}},
        "deadlines": {
            "term": {"zh": "期限", "in": rng.sample(LASTING, rng.randint(1, 3)), **moved(rng)},
            "grace": {"zh": "宽限", "in": LASTING, **rng.choice([{}, moved(rng)])},
            "window": {"zh": "窗口"},
        },
        "zone": rng.choice(["+08:00", "+00:00", "-03:30", "+14:00"]),
    }  # fmt: skip
    made["actions"] = {"make": simple(rng), "draft": action(rng, made, creates=True)}
    for name in rng.sample(LIMITS, rng.randint(0, 2)):
        made["deadlines"][name]["suspends"] = True
    made["actions"] |= {f"act-{n}": action(rng, made, creates=False) for n in range(rng.randint(4, 7))}
    for name in LIMITS:  # each starts somewhere
        states = made["deadlines"][name].get("in", LASTING)
        made["actions"][f"extend-{name}"] = {"by": "owner", "from": states, "due": {name: "now + 7200000"}}
    if moves:
        made["upgrade"] = [["owner", "keeper"], ["owner", "guest?"], ["keeper", "guest"]][seed % 3]
    inner = Writer(rng, True, {}, [])
    safe = ["self.rev > 0", "self.level >= -100000 || self.level < 0", "self.rev < 40"]
    made["always"] = {
        "sane": rng.choice(safe),
        "other": f"self.rev < {rng.choice([3, 6, 9])} || {without_clock(inner)}",
    }
    return made


LIMITS = ["term", "grace", "window"]


def without_clock(writer: Writer) -> str:
    """A condition over the asset alone."""
    while True:
        text = writer.condition(2)
        if not {"now", "today"} & set(text.replace("(", " ").replace(")", " ").replace(",", " ").split()):
            return text


def moved(rng: random.Random) -> dict[str, Any]:
    to = rng.choice([*LASTING, *FINAL])
    found: dict[str, Any] = {"to": to}
    if to in FINAL or rng.random() < 0.2:
        found["burn"] = "all"
    return found | ({"clear": rng.sample(["guest", "note", "day", "parts"], 2)} if rng.random() < 0.5 else {})


def action(rng: random.Random, made: dict[str, Any], *, creates: bool) -> dict[str, Any]:
    """One action; a creating one fills whatever must be there."""
    args = {n: rng.random() < 0.3 for n in rng.sample(sorted(ARGS), rng.randint(1, 4))}
    if creates:
        args = dict.fromkeys(args, True)
        args |= {"cost": False, "count": False, "word": False, "team": False, "amount": False}
    if not creates and rng.random() < 0.4:
        args["who"] = False
    by = ["owner", "keeper"] if creates else signers(rng)
    writer = Writer(rng, not creates, args, [each.rstrip("?") for each in by if each != "anyone"])
    found: dict[str, Any] = {
        "by": by if by != ["anyone"] else "anyone",
        "args": {n: WRITTEN[ARGS[n]] + ("?" if optional else "") for n, optional in args.items()},
        "when": {
            f"rule-{n}": {"that": f"({writer.condition(3)} || {writer.condition(2)})", "says": title("No.")}
            for n in range(rng.choice([0, 0, 0, 1, 2]))
        },
    }  # fmt: skip
    if creates:
        found["set"] = {
            "price": "args.cost",
            "level": "args.count",
            "grade": "args.word",
            "crew": "args.team",
        }
        found |= {"to": rng.choice(LASTING), "mint": "args.amount", "due": {"window": "now + 86400000 * 3"}}
        found["set"]["guest"] = rng.choice(["args.cost > 5 ? as.owner : as.keeper", "as.keeper"])
    else:
        found |= {"from": rng.sample(LASTING, rng.randint(1, 3)), "set": {}}
        if rng.random() < 0.5:
            found["to"] = rng.choice([*LASTING, *LASTING, *FINAL])
        found |= movement(rng, writer, found)
        if rng.random() < 0.3:
            found["until" if rng.random() < 0.7 else "after"] = "window"
        if rng.random() < 0.2:
            found["informs"] = rng.sample(["owner", "keeper", "guest"], 2)
    if rng.random() < 0.4:
        found["requires"] = {"other": companion(rng, by, creates=creates)}
    for name in rng.sample(sorted(FIELDS), rng.randint(6, 14) if creates else rng.randint(0, 3)):
        found["set"].setdefault(name, assigned(rng, writer, name))
    if not creates and rng.random() < (0.8 if "who" in args else 0.3):
        found["set"] |= roles(rng, writer)
    if rng.random() < 0.5:
        found["due"] = found.get("due", {}) | due(rng, writer, made, found)
    return {key: value for key, value in found.items() if value not in ({}, None)}


def simple(rng: random.Random) -> dict[str, Any]:
    """A creating action that nearly always succeeds, so that there is something to act on."""
    sets = {"price": "args.cost", "level": "args.count", "grade": "args.word", "crew": "args.team", "guest": "as.keeper",
            "day": "today", "note": '"ab"', "share": "5000", "stock": "3", "parts": "[1, 2]", "until_time": "now"}  # fmt: skip
    args = {
        "cost": "money(CNY)",
        "count": "int",
        "word": WRITTEN["enum"],
        "team": WRITTEN["parties"],
        "amount": "quantity",
    }
    for name in rng.sample(OPTIONAL, 4):
        sets.pop(name, None)
    return {"by": ["owner", "keeper"], "to": rng.choice(LASTING), "args": args, "set": sets, "mint": "args.amount",
            "due": {"window": "now + 260000000"}}  # fmt: skip


def signers(rng: random.Random) -> list[str]:
    if rng.random() < 0.15:
        return ["anyone"]
    chosen = rng.sample(ROLES, rng.choice([1, 1, 2, 3]))
    return [role + ("?" if role == "guest" and rng.random() < 0.5 else "") for role in chosen]


def assigned(rng: random.Random, writer: Writer, name: str) -> str | None:
    kind = FIELDS[name][1]
    if name in OPTIONAL and rng.random() < 0.2 and writer.standing:
        return None
    sure = writer.members(kind, sure=name in REQUIRED)
    if kind in NUMBERS and rng.random() < 0.6:
        return "0 + " + writer.write(kind, 2) if name in REQUIRED else writer.write(kind, 2)
    if kind in {"date", "time", "text", "parts", "bool"} and rng.random() < 0.5:
        return writer.composed(kind, 1) if kind != "bool" else writer.condition(2)
    fallback = {"enum": '"fine"', "bool": "true", "text": '"ab"', "parties": "[]", "parts": "[1]"}
    return rng.choice(sure) if sure else "1" if kind in NUMBERS else fallback.get(kind)


def roles(rng: random.Random, writer: Writer) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if sure := writer.members("party", sure=True):
        who = "args.who" if "args.who" in sure and rng.random() < 0.7 else rng.choice(sure)
        found[rng.choice(["owner", "keeper", "guest"])] = who
    if rng.random() < 0.5:
        found["guest"] = rng.choice([None, *writer.members("party")])
    return found


def movement(rng: random.Random, writer: Writer, found: dict[str, Any]) -> dict[str, Any]:
    amounts = [*writer.members("quantity"), writer.write("quantity", 2), "1", "2"]
    match rng.choice(["", "", "mint", "burn", "all", "split", "merge"]):
        case "mint":
            return {"mint": rng.choice(amounts)}
        case "burn":
            return {"burn": rng.choice(amounts)}
        case "all":
            return {"burn": "all"}
        case "split":
            halves = "[self.quantity / 2, self.quantity - self.quantity / 2]"
            parts = [*writer.members("parts"), halves, "apportion(self.quantity, [1, 2, 1])"]
            return {"split": {"parts": rng.choice(parts), "state": rng.choice(LASTING)}}
        case "merge":
            found["args"].pop("others", None)
            found["args"]["others"] = WRITTEN["assets"]
            writer.args["others"] = False
            return {"merge": {"assets": "args.others", "to": rng.choice(FINAL)}}
    return {}


def due(
    rng: random.Random, writer: Writer, made: dict[str, Any], found: dict[str, Any]
) -> dict[str, str | None]:
    times: dict[str, str | None] = {}
    for name in rng.sample(LIMITS, rng.randint(1, 2)):
        states = {found["to"]} if "to" in found else set(found["from"])
        if rng.random() < 0.15:
            times[name] = None
        elif states <= set(made["deadlines"][name].get("in", LASTING)):
            times[name] = rng.choice([f"now + {rng.choice([1, 3_600_000, 90_000_000])}", f"now + 60000 * {rng.randint(1, 3000)}",
                                      "day_end(today)", writer.composed("time", 1)])  # fmt: skip
    return times


class Actor:
    """Tries things on a page's assets."""

    def __init__(self, rng: random.Random, model: dict[str, Any]) -> None:
        self.rng, self.actions = rng, {line["name"]: line for line in model["actions"]}

    def choose(self, leaves: dict[str, Any]) -> tuple[str, str | None]:
        if not leaves or self.rng.random() < 0.2:
            return self.rng.choice(["make", "draft"]), None
        running = [n for n in sorted(leaves) if ">" in str(leaves[n].get("deadlines"))]
        if running and self.rng.random() < 0.12:
            return "lapse", self.rng.choice(running)
        asset = self.rng.choice(sorted(leaves))
        fitting = [n for n, line in self.actions.items() if leaves[asset]["state"] in line.get("from", [])]
        wild = not fitting or self.rng.random() < 0.15
        names = [*self.actions, "lapse", "lapse", "no-such"] if wild else fitting
        name = self.rng.choice(names)
        return name, (None if name in {"make", "draft"} and self.rng.random() < 0.8 else asset)

    def arguments(self, name: str, leaves: dict[str, Any], now: int) -> dict[str, Any]:
        found = {}
        for line in self.actions.get(name, {}).get("args", []):
            if self.rng.random() < (0.5 if line.get("optional") else 0.02):
                continue
            found[line["name"]] = self.value(line["type"], sorted(leaves), now)
        if self.rng.random() < 0.02:
            found["stray"] = 1
        return found

    def value(self, type_: dict[str, Any], ids: list[str], now: int) -> Any:
        rng, kind = self.rng, type_["type"]
        if rng.random() < 0.01:
            return rng.choice(
                [None, -1, 2**53, True, 1.5, "", "did:x", "\u202e", [1], {}, "A" * 64, "z" * 999]
            )
        match kind:
            case "list":
                return [self.value(type_["of"], ids, now) for _ in range(rng.choice([0, 1, 2, 2, 3]))]
            case "party":
                return rng.choice(PARTIES[: 5 if rng.random() < 0.3 else 4])
            case "asset":
                return rng.choice(ids) if rng.random() < 0.97 and ids else "f" * 64
            case "enum":
                return rng.choice(type_["values"])
            case "text":
                return rng.choice(
                    ["", "a", "仓单", "ab\n", "x" * 8, "e\u0301"][: 6 if rng.random() < 0.1 else 5]
                )
            case "bool":
                return rng.random() < 0.5
            case "date":
                return now // 86_400_000 + rng.randint(-40, 400)
            case "time":
                return now + rng.choice([-1, 0, 1, 10**6, 10**8])
        return rng.choice([1, 2, 3, 7, 10, 60, 1000, 10_000, 0][: 9 if rng.random() < 0.3 else 8])

    def signed(self, name: str, leaf: dict[str, Any] | None) -> tuple[dict[str, str], set[str]]:
        """What ``as`` says, and who signs."""
        rng, roles = self.rng, (leaf or {}).get("roles", {})
        named: dict[str, str] = {}
        for line in self.actions.get(name, {}).get("by", []):
            role = line["role"]
            if role == "expert":
                crew = (leaf or {}).get("fields", {}).get("crew") or PARTIES
                named[role] = rng.choice(crew) if rng.random() < 0.9 else rng.choice(PARTIES)
            elif (role not in roles and not line.get("optional")) or rng.random() < 0.1:
                named[role] = (
                    rng.choice(PARTIES[:3] + PARTIES[4:] * (rng.random() < 0.1))
                    if role not in roles or rng.random() < 0.3
                    else roles[role]
                )
        if rng.random() < 0.03:
            named[rng.choice([*ROLES, "anyone", "nobody"])] = rng.choice(PARTIES)
        if rng.random() < 0.04:
            named.popitem() if named else None
        signers = {*named.values(), *(roles.values() if rng.random() < 0.9 else [])}
        if self.actions.get(name, {}).get("anyone") or name == "lapse":
            signers |= {PARTIES[3]} if rng.random() < 0.9 else set()
        if rng.random() < 0.1 and signers:
            signers.discard(rng.choice(sorted(signers)))
        return named, signers


def newer(seed: int, older: dict[str, Any]) -> dict[str, Any]:
    """A page that follows ``older``, changed here and there; not always with all that it should say."""
    rng = random.Random(seed + 2)
    made = {**older, "version": rng.choice([2, 3]), "upgrade": None, "always": None}
    made["roles"] = {
        **older["roles"],
        **rng.choice([{}, {"guest": {"zh": "丙", "optional": True, "accredited": "trust"}}]),
    }
    follows: dict[str, Any] = {"page": rng.choice(["thing@1"] * 9 + ["thing@9"]), "fields": {}, "drops": []}
    lost = rng.sample(["day", "note", "parts", "stock", "share"], rng.randint(0, 2))
    made["fields"] = {name: text for name, text in older["fields"].items() if name not in lost}
    if rng.random() < 0.5:
        made["fields"]["more"] = rng.choice(["int?", "money(CNY)", "int"])
        follows["fields"]["more"] = rng.choice(
            ["self.level + 1", "self.price * 2", "self.stock", "self.quantity", "self.share"]
        )
    if rng.random() < 0.3:
        made["fields"]["note"] = rng.choice(["text(1)?", "text(9)", "text(8)"])
        lost = [name for name in lost if name != "note"]
    if rng.random() < 0.3:
        follows["fields"]["guest"] = rng.choice(["self.guest", "self.owner", "self.keeper"])
    follows["drops"] = [name for name in lost if rng.random() < 0.95]
    if rng.random() < 0.3:
        follows["states"] = {"late": rng.choice(["held", "done", "fresh"])}
    if rng.random() < 0.1:
        made["quantity"] = {"unit": "crate"}
    sets = {"price": "args.cost", "level": "args.count", "grade": "args.word", "crew": "args.team"}
    sets |= {
        name: "args.again" for name in ("more", "note") if not made["fields"].get(name, "?").endswith("?")
    }
    again = {"money(CNY)": "money(CNY)", "int": "int"}.get(made["fields"].get("more", "int"), "int")
    args = {
        "cost": "money(CNY)",
        "count": "int",
        "word": WRITTEN["enum"],
        "team": WRITTEN["parties"],
        "again": again,
    }
    if sets.get("note"):
        sets["note"] = '"x"'
    start = {"by": ["owner", "keeper"], "to": "fresh", "args": args, "set": sets}
    made["actions"] = {"start": start}
    for name in LIMITS:
        states = made["deadlines"][name].get("in", LASTING)
        made["actions"][f"extend-{name}"] = {"by": "owner", "from": states, "due": {name: "now + 7200000"}}
    cleared = {name for line in made["deadlines"].values() for name in line.get("clear", [])}
    made["deadlines"] = {
        name: {**line, "clear": [n for n in line.get("clear", []) if n in {*made["fields"], "guest"}]}
        for name, line in older["deadlines"].items()
    } if cleared else older["deadlines"]  # fmt: skip
    made["follows"] = {key: value for key, value in follows.items() if value}
    return {key: value for key, value in made.items() if value is not None}

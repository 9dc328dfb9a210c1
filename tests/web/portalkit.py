"""A real node with its faces, and browsers of people who work for its parties."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from wusong.node import trial_days
from wusong.node.founding import Founding, found
from wusong.node.node import Node
from wusong.node.people import ROLES
from wusong.web.app import create_app
from wusong.web.faces import Faces

DAY = 86_400_000
TABLE = (
    "代码,名称,省,手机号\n"
    + "".join(f"32{n:04},{n} 区,江苏,1390000{n:04}\n" for n in range(20))
    + "".join(f"31{n:04},{n} 街,上海,1380000{n:04}\n" for n in range(8))
).encode()


@dataclass
class Site:
    """A node, its faces, its parties by role, and people: one who may everything, a clerk, a viewer."""

    node: Node
    app: Litestar
    faces: Faces
    parties: dict[str, str]
    everyone: str
    people: dict[str, str] = field(default_factory=dict)

    def client(self, person: str | None = None, lang: str = "en") -> Browser:
        """A browser, signed in as ``person`` where one is given."""
        return Browser(self, person, lang)


class Browser:
    """A test client that keeps cookies and finds the token of its session in the pages it was shown."""

    def __init__(self, site: Site, person: str | None, lang: str) -> None:
        self.site = site
        self.http: TestClient[Litestar] = TestClient(site.app, raise_server_exceptions=False)
        self.http.headers.update({"accept": "text/html", "accept-language": lang})
        self.csrf = ""
        if person:
            secret, _session = site.faces.sessions.begin(person)
            self.http.cookies.set(site.faces.cookie, secret)
            self.get("/entries" if site.faces.people.get(person).roles else "/contracts")

    def get(self, path: str, **options: Any) -> Any:  # noqa: ANN401
        answer = self.http.get(path, follow_redirects=False, **options)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.text)
        self.csrf = found.group(1) if found else self.csrf
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:  # noqa: ANN401
        body = {"csrf": self.csrf, **(data or {})}
        return self.http.post(path, data=body, follow_redirects=False, **options)

    def work_for(self, name: str) -> None:
        assert self.post("/party", {"party": self.site.parties[name], "back": "/"}).status_code == 303


def build(folder: Path, *, four_eyes: bool, people: bool = True) -> Site:
    found(folder, Founding(trial=True))
    (folder / "wusong.toml").write_text(f"[node]\nfour_eyes = {str(four_eyes).lower()}\n", "utf-8")
    node = Node.open(folder)
    trial_days.publish(node)
    parties = {name: node.new_party(title) for name, title in PARTIES.items()}
    node.accredit(parties["registry"], "data-registry")
    node.accredit(parties["body"], "data-implementing-body")
    node.accredit(parties["operator"], "data-operator")
    app = create_app(node)
    faces: Faces = app.state.faces
    if not people:
        return Site(node, app, faces, parties, "")
    everyone = faces.people.add("试用人员")
    for did in parties.values():
        faces.people.grant(everyone, did, ROLES)
    site = Site(node, app, faces, parties, everyone)
    for role in ROLES:
        site.people[role] = faces.people.add(f"{role} 甲")
        faces.people.grant(site.people[role], parties["department"], [role])
    for office in ("system", "security", "audit"):
        site.people[office] = faces.people.add(f"{office} 乙")
        faces.people.appoint(site.people[office], office)
    return site


PARTIES = {
    "department": "数源部门",
    "registry": "登记机构",
    "body": "实施机构",
    "operator": "运营机构",
    "merchant": "数商",
}

"""librouteros: log in both ways, add, be refused, ask, change, remove, listen, cancel, long and foreign words."""

from librouteros import connect
from librouteros.exceptions import FatalError, TrapError
from librouteros.login import plain, token
from librouteros.query import And, Key, Or

from trial import each_router, refusal

LONG = "panjang" * 3000  # a word whose length takes three bytes


def trial(release, port, control):
    old = release.startswith("6.42")

    def log_in(password="secret"):
        way = token if old else plain
        return connect("127.0.0.1", "admin", password, port=port, encoding="utf-8", login_method=way)

    text = refusal(TrapError, lambda: log_in("wrong"))
    assert text == ("cannot log in" if old else "invalid user name or password (6)"), text

    api = log_in()
    users = api.path("ip", "hotspot", "user")
    assert users.add(name="ani", password="0012", comment="kopi ☕ é") == "*1"
    assert users.add(name="budi", comment=LONG).startswith("*")
    text = refusal(TrapError, lambda: users.add(name="ani"))
    assert text == "failure: already have user with this name for this server", text

    key = Key
    rows = list(users.select(key("name"), key("comment")).where(key("name") == "ani"))
    assert rows == [{"name": "ani", "comment": "kopi ☕ é"}], rows
    assert next(iter(users.select(key("comment")).where(key("name") == "budi")))["comment"] == LONG
    either = Or(key("name") == "ani", key("name") == "budi")
    assert len(list(users.select(key("name")).where(either))) == 2
    neither = And(key("name") != "ani", key("name") != "budi")
    assert [row["name"] for row in users.select(key("name")).where(neither)] == ["default-trial"]
    assert list(users.select(key("name")).where(key("name") == "nobody")) == []
    assert len(list(users.select(key("name")).where(key("name").In("ani", "budi", "nobody")))) == 2

    users.update(**{".id": "*1", "limit-uptime": "1h", "disabled": True})
    row = next(iter(users.select().where(key(".id") == "*1")))
    assert (row["limit-uptime"], row["disabled"], row["password"]) == ("1h", True, "0012"), row
    users.remove("*1", "*2")
    assert [row["name"] for row in users] == ["default-trial"]
    assert "no such item" in refusal(TrapError, lambda: users.remove("*1"))
    refusal(TrapError, lambda: tuple(api("/ip/nowhere/print")))

    listen(api, control)
    assert refusal(FatalError, lambda: tuple(api("/quit"))) == "session terminated on request"


def listen(api, control):
    """The client has no listening of its own, but its sentences can be read one by one."""
    wire = api.protocol
    wire.writeSentence("/ip/hotspot/user/listen", ".tag=L")
    wire.writeSentence("/system/identity/print", ".tag=P")
    assert [wire.readSentence()[0] for _ in range(2)] == ["!re", "!done"]
    control.ask("add", path="/ip/hotspot/user", values={"name": "citra"})
    kind, words = wire.readSentence()
    assert kind == "!re" and words[0] == ".tag=L" and "=name=citra" in words, words
    control.ask("remove", path="/ip/hotspot/user", row="citra")
    assert "=.dead=true" in wire.readSentence()[1]
    wire.writeSentence("/cancel", "=tag=L", ".tag=C")
    ends = [wire.readSentence() for _ in range(3)]
    assert [kind for kind, _ in ends] == ["!trap", "!done", "!done"], ends
    assert [words[0] for _, words in ends] == [".tag=L", ".tag=C", ".tag=L"], ends
    assert "=message=interrupted" in ends[0][1]


each_router(trial)

"""RouterOS-api: log in, add, be refused, ask, change, remove, commands beside each other, listen and cancel."""

import routeros_api
from routeros_api import query
from routeros_api.exceptions import RouterOsApiCommunicationError

from trial import each_router, refusal

LONG = "panjang" * 3000


def trial(release, port, control):
    old = release.startswith("6.42")

    def log_in(password="secret"):
        # The challenge of old releases is answered by the same call, which has sent the password then; a router
        # before 6.43 reads no password.
        pool = routeros_api.RouterOsApiPool(
            "127.0.0.1", username="admin", password=password, port=port, plaintext_login=not old
        )
        return pool, pool.get_api()

    text = refusal(RouterOsApiCommunicationError, lambda: log_in("wrong"))
    assert ("cannot log in" if old else "invalid user name or password (6)") in text, text

    pool, api = log_in()
    users = api.get_resource("/ip/hotspot/user")
    added = users.add(name="ani", password="a", comment="kopi ☕ é")
    one = added.done_message["ret"]
    two = users.add(name="budi", comment=LONG).done_message["ret"]
    text = refusal(RouterOsApiCommunicationError, lambda: users.add(name="ani"))
    assert "already have user with this name for this server" in text, text

    assert [row["comment"] for row in users.get(name="ani")] == ["kopi ☕ é"]
    assert users.get(name="budi")[0]["comment"] == LONG
    assert users.get(name="nobody") == []
    either = query.OrQuery(query.IsEqualQuery("name", "ani"), query.IsEqualQuery("name", "budi"))
    assert len(users.call("print", additional_queries=(either,))) == 2
    assert users.call("print", {"count-only": ""}).done_message["ret"] == "3"

    users.set(id=one, **{"limit-uptime": "1h"})
    assert users.get(name="ani")[0]["limit-uptime"] == "1h"

    # Two commands at once, asked for in the other order.
    first, second = users.get_async(name="ani"), users.get_async(name="budi")
    assert second.get()[0]["name"] == "budi"
    assert first.get()[0]["name"] == "ani"

    listening = users.call_async("listen")
    tag = api.communicator.inner.inner.inner.inner.tag
    api.get_resource("/system/identity").get()
    control.ask("set", path="/ip/hotspot/user", row="ani", values={"comment": "baru"})
    news = iter(listening)
    assert next(news)["comment"] == "baru"
    api.get_resource("/").call("cancel", {"tag": str(tag)})
    assert "interrupted" in refusal(RouterOsApiCommunicationError, lambda: next(news))

    users.remove(id=one)
    users.remove(id=two)
    assert [row["name"] for row in users.get()] == ["default-trial"]
    assert "no such item" in refusal(RouterOsApiCommunicationError, lambda: users.remove(id=one))
    pool.disconnect()


each_router(trial)

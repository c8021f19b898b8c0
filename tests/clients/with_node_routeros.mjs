// node-routeros: log in both ways, add, be refused, ask, change, remove, listen, cancel, long and foreign words.
import assert from "node:assert/strict";
import { eachRouter, load, LONG, refusal } from "./trial.mjs";

const { RouterOSAPI } = load("node-routeros");
const USER = "/ip/hotspot/user";

await eachRouter(async (release, port, control) => {
  const options = (password) => ({ host: "127.0.0.1", port, user: "admin", password, timeout: 5 });
  assert.match(await refusal(new RouterOSAPI(options("wrong")).connect()), /username or password is invalid/i);

  const api = new RouterOSAPI(options("secret"));
  await api.connect();
  // It writes and reads Windows-1252; the bytes have to come back as they were.
  const [{ ret: one }] = await api.write(`${USER}/add`, ["=name=ani", "=comment=kopi é ñ"]);
  const [{ ret: two }] = await api.write(`${USER}/add`, ["=name=budi", `=comment=${LONG}`]);
  assert.match(one, /^\*[0-9A-F]+$/);
  assert.equal(await refusal(api.write(`${USER}/add`, ["=name=ani"])), "failure: already have user with this name for this server");

  assert.equal((await api.write(`${USER}/print`, ["?name=ani"]))[0].comment, "kopi é ñ");
  assert.equal((await api.write(`${USER}/print`, ["?name=budi"]))[0].comment, LONG);
  const both = await api.write(`${USER}/print`, ["?name=ani", "?name=budi", "?#|", "=.proplist=name"]);
  assert.deepEqual(both, [{ name: "ani" }, { name: "budi" }]);
  assert.deepEqual(await api.write(`${USER}/print`, ["?name=nobody"]), []);

  await api.write(`${USER}/set`, [`=.id=${one}`, "=limit-uptime=1h"]);
  assert.equal((await api.write(`${USER}/print`, [`?.id=${one}`]))[0]["limit-uptime"], "1h");

  const heard = [];
  const news = new Promise((resolve) => {
    const stream = api.stream([`${USER}/listen`], (error, row) => {
      if (error || Array.isArray(row)) return;
      heard.push(row);
      if (heard.length === 2) resolve(stream);
    });
  });
  await api.write("/system/identity/print");
  await control.ask("set", { path: USER, row: "ani", values: { comment: "baru" } });
  await control.ask("remove", { path: USER, row: "budi" });
  await (await news).stop();
  assert.equal(heard[0].comment, "baru");
  assert.deepEqual([heard[1][".id"], heard[1][".dead"]], [two, "true"]);

  await api.write(`${USER}/remove`, [`=.id=${one}`]);
  assert.deepEqual(await api.write(`${USER}/print`, ["=.proplist=name"]), [{ name: "default-trial" }]);
  assert.match(await refusal(api.write(`${USER}/remove`, [`=.id=${one}`])), /no such item/);
  await api.close();
});

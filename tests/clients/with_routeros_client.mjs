// routeros-client: list, add, be refused, ask, change, switch off and on, remove, listen.
import assert from "node:assert/strict";
import { eachRouter, load, LONG, refusal } from "./trial.mjs";

const { RouterOSClient } = load("routeros-client");

await eachRouter(async (release, port, control) => {
  const options = (password) => ({ host: "127.0.0.1", port, user: "admin", password, timeout: 5 });
  assert.match(await refusal(new RouterOSClient(options("wrong")).connect()), /username or password is invalid/i);

  const client = new RouterOSClient(options("secret"));
  const api = await client.connect();
  const users = () => api.menu("/ip/hotspot/user");
  const ani = await users().add({ name: "ani", limitUptime: "1h", comment: "kopi é" });
  assert.deepEqual([ani.name, ani.limitUptime, ani.comment], ["ani", "1h", "kopi é"]);
  await users().add({ name: "budi", comment: LONG });
  assert.match(await refusal(users().add({ name: "ani" })), /already have user with this name for this server/);

  assert.equal((await users().where("name", "budi").getOnly()).comment, LONG);
  assert.equal((await users().where("name", "ani").orWhere("name", "budi").get()).length, 2);
  assert.equal(await users().where("name", "nobody").getOnly(), null);
  assert.equal((await users().where("name", "ani").update({ comment: "lain" })).comment, "lain");
  assert.equal((await users().where("name", "ani").disable()).disabled, true);
  assert.equal((await users().where("name", "ani").enable()).disabled, false);

  const news = new Promise((resolve) => {
    const stream = users().stream("listen", (error, row) => {
      if (error || Array.isArray(row)) return;
      stream.stop().then(() => resolve(row));
    });
  });
  // What comes after a command shows that the router listens to the one before.
  await api.menu("/system/identity").get();
  await control.ask("set", { path: "/ip/hotspot/user", row: "ani", values: { comment: "dari jauh" } });
  assert.equal((await news).comment, "dari jauh");

  await users().where("name", "ani").remove();
  await users().where("name", "budi").remove();
  assert.deepEqual((await users().get()).map(({ name }) => name), ["default-trial"]);
  await client.close();
});

// What the window refuses to its own pages, should one of them ever turn against it.
import assert from "node:assert/strict";

export const title = "a page cannot leave the window, change the books without the token or reach the rest of the program";
export const engines = ["window"];

export default async function (page, shop) {
  await page.sees("h1", "");
  const asked = async (script) => {
    await page.run(`window.answer = undefined; (async () => { ${script} })().then((a) => { window.answer = [a] }, (e) => { window.answer = ["refused: " + e] })`);
    return (await page.when("return window.answer"))[0];
  };

  // The token is in the page; a request that does not send it changes nothing.
  assert.notEqual(await asked("return (await fetch('/start/shop', { method: 'POST', body: 'name=X' })).status"), 200);
  assert.equal(await asked("return (await fetch('/no-such-page')).status"), 404);
  for (const header of ["content-security-policy", "x-content-type-options"]) {
    assert.ok(await asked(`return (await fetch('/start')).headers.get('${header}')`), header);
  }
  assert.equal(await asked("return (await fetch('/start')).headers.get('cache-control')"), "no-store");

  // A body with a file would end the program; the bridge refuses it and the program lives on.
  const form = "const f = new FormData(); f.append('logo', new Blob(['x']), 'x.png');";
  assert.match(await asked(`${form} return fetch('/start', { method: 'POST', body: f })`), /^refused/);
  assert.match(await asked(`${form} const x = new XMLHttpRequest(); x.open('POST', '/start'); x.send(f)`), /^refused/);

  // Only the commands of the capability answer; a wrong name is a refusal with its code.
  const invoke = (command, parameters = {}) => `return window.__TAURI__.core.invoke('${command}', ${JSON.stringify(parameters)})`;
  assert.match(await asked(invoke("plugin:window|close", { label: "main" })), /^refused/);
  assert.match(await asked(invoke("plugin:opener|open_path", { path: "/etc/passwd" })), /^refused/);
  assert.match(await asked(invoke("plugin:dialog|save")), /^refused/);
  const complaint = (script) => asked(`try { ${script.replace("return", "await")} } catch (complaint) { return complaint.code }`);
  assert.equal(await complaint(invoke("open_link", { url: "file:///etc/passwd" })), "W-105");
  assert.equal(await complaint(invoke("open_sheet", { print: "../../etc/passwd" })), "W-104");
  // Nobody is signed in yet, so the office itself says no, in words.
  assert.equal(await complaint(invoke("open_sheet", { print: "calibration-a4-p0-p0" })), "");

  // Links to elsewhere open in the system's browser; the window itself stays.
  const here = await page.path();
  await page.run("const a = document.createElement('a'); a.href = 'https://example.com/source'; document.body.append(a); a.click()");
  assert.equal(await shop.opens(/source/), "https://example.com/source");
  await page.run("location.href = 'https://example.com/gone'");
  assert.equal(await page.run("return window.open('https://example.com/new')"), null);
  assert.equal(await asked("return (await fetch('/start')).status"), 200);
  assert.deepEqual([await page.path(), await page.run("return location.protocol")], [here, "app:"]);
}

// What pages do beyond htmx. Pages carry attributes; this file gives them meaning.
//
//   data-open="/address"        a table row that opens with a click or Enter
//   data-copy="id"              copies the text of that element
//   data-reveal="id"            shows or hides what is typed in that password field
//   data-strength="id"          a password field whose strength that element shows
//   data-put="/address"         a file field that sends the picked file there
//   data-print                  prints the page
//   data-submit                 a list that sends its form when it changes
//   data-dismiss                takes the notice it stands in away
//   data-wait="seconds"         a form that cannot be sent before then
//   data-focus                  takes the focus when it is drawn, and never again
//   data-select                 is replaced by what one types when it is entered
//   data-modal                  a dialog that opens when it is drawn; data-close in it takes it away
//   data-full="6"               a field that sends its form with the sixth character
//   data-while-seen             asks by itself, but not while the page is hidden
//   data-done="words"           said when the window has done what data-native asked for
//   hx-confirm="question"       asked in a dialog of ours; with data-confirm-count, that number is typed first
//   aria-keyshortcuts="F4"      pressed by that key (function keys, and Control with a letter)
(() => {
  "use strict";
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const token = meta("karcis-token");
  const POLL_MS = 15_000;
  const SLOW_MS = 200;
  const TOAST_MS = 6_000;

  // What asks by itself rests while nobody can see the page.
  const byItself = (place) => place.id === "k-status" || "whileSeen" in place.dataset;
  document.addEventListener("htmx:configRequest", (event) => {
    if (document.hidden && "whileSeen" in event.detail.elt.dataset) event.preventDefault();
    event.detail.headers["x-karcis-token"] = token;
  });

  // A thin bar, only when an answer takes longer than people notice.
  let underWay = 0;
  let slow = 0;
  const bar = () => document.getElementById("k-loading");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (byItself(event.detail.elt)) return;
    underWay += 1;
    if (underWay === 1) slow = setTimeout(() => { bar().hidden = false; }, SLOW_MS);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (byItself(event.detail.elt)) return;
    underWay = Math.max(0, underWay - 1);
    if (underWay > 0) return;
    clearTimeout(slow);
    if (bar()) bar().hidden = true;
  });

  // While somebody changes places or signs out, what the page asks by itself may still speak for who was there before. Where
  // to go is said by the answer to the deed, not by a refusal of that.
  let deeds = 0;
  let leaving = false;
  document.addEventListener("htmx:beforeSend", ({ detail: { requestConfig, xhr } }) => {
    if (requestConfig.verb === "get") return;
    deeds += 1;
    xhr.addEventListener("loadend", () => { deeds -= 1; });
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { requestConfig: { verb, triggeringEvent }, xhr } = event.detail;
    if (verb !== "get") leaving ||= xhr.getResponseHeader("HX-Redirect") !== null;
    const byNobody = verb === "get" && (!triggeringEvent || triggeringEvent instanceof CustomEvent);
    const sentAway = xhr.status === 401 || xhr.getResponseHeader("HX-Refresh") !== null;
    if (byNobody && sentAway && (deeds > 0 || leaving)) event.preventDefault();
  });

  // A refusal stands until something else was done: beside a sale that went well it would be taken for its own.
  document.addEventListener("htmx:afterRequest", ({ detail: { successful, requestConfig, target } }) => {
    const notice = document.getElementById("notice");
    // That somebody is there is told by the page itself, and is nothing that they did.
    const done = successful && requestConfig.verb !== "get" && requestConfig.triggeringEvent;
    if (notice && done && target !== notice) notice.replaceChildren();
  });

  function toast(words, bad = false) {
    const place = document.getElementById("k-toasts");
    const line = document.createElement("p");
    line.textContent = words;
    if (bad) line.className = "bad";
    place.replaceChildren(line);
    setTimeout(() => line.remove(), TOAST_MS);
  }
  document.addEventListener("karcis:toast", (event) => toast(event.detail.words));
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.elt?.id !== "k-status") toast(document.body.dataset.offline, true);
  });
  document.addEventListener("htmx:timeout", () => toast(document.body.dataset.offline, true));
  document.addEventListener("karcis:native", (event) => {
    const { command, outcome, text } = event.detail;
    if (outcome === "refused") toast(text, true);
    if (outcome === "done" && command === "pick-logo") location.reload();
    if (outcome === "done" && command === "pick-update") htmx.trigger(document.body, "karcis:changed");
    if (outcome === "done" && event.target.dataset?.done) toast(event.target.dataset.done);
  });

  // Answers settle at once (defaultSettleDelay): a question that can be seen can be answered. A form that is meant for a
  // request never leaves the page, whatever happened to the script that sends it.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[hx-post], [hx-get], [hx-put], [hx-delete]")) event.preventDefault();
  });

  // After a form was refused, the first wrong field has the focus.
  document.addEventListener("htmx:afterSettle", (event) => {
    // One that was answered has closed, but leaves the page a moment later.
    for (const dialog of document.querySelectorAll("dialog[data-modal]:not([data-shown])")) {
      dialog.dataset.shown = "";
      dialog.showModal();
    }
    const { target: fresh, detail: { elt: target } } = event;
    const drawn = fresh.matches("[data-focus]") ? fresh : fresh.querySelector("[data-focus]");
    const wrong = target.querySelector?.("[aria-invalid=true]") ?? drawn;
    if (wrong && !wrong.contains(document.activeElement)) wrong.focus();
    countDown(document.querySelector("form[data-wait]"));
  });

  function countDown(form) {
    if (!form || form.dataset.counting) return;
    form.dataset.counting = "yes";
    const button = form.querySelector("button[type=submit]");
    const words = button.lastChild;
    const said = words.textContent;
    let left = Number(form.dataset.wait);
    const step = () => {
      button.disabled = left > 0;
      words.textContent = left > 0 ? `${said} (${left})` : said;
      left -= 1;
      if (left >= 0) setTimeout(step, 1_000);
    };
    step();
  }

  // Questions before something that cannot be undone. What is asked about is not exchanged under the question: a button that
  // has left the page does nothing any more.
  let asked = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (asked && event.detail.target.contains(asked)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:confirm", (event) => {
    const { question, elt } = event.detail;
    if (!question) return;
    event.preventDefault();
    const dialog = document.getElementById("k-confirm");
    const yes = document.getElementById("k-confirm-yes");
    const typed = document.getElementById("k-confirm-typed");
    const count = elt.dataset.confirmCount;
    const label = dialog.querySelector("label");
    document.getElementById("k-confirm-question").textContent = question;
    document.getElementById("k-confirm-count").hidden = !count;
    label.textContent = label.dataset.words.replace("{count}", count);
    typed.value = "";
    const agreed = () => !count || typed.value.replace(/\D/g, "") === count.replace(/\D/g, "");
    typed.oninput = () => { yes.disabled = !agreed(); };
    yes.disabled = !agreed();
    asked = elt;
    dialog.onclose = () => {
      if (asked) htmx.trigger(document.body, "karcis:changed");
      asked = null;
    };
    yes.onclick = () => {
      asked = null;
      dialog.close();
      event.detail.issueRequest(true);
    };
    dialog.showModal();
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const row = at("tr[data-open]");
    if (row && !at("a, button, input, summary")) location.assign(row.dataset.open);
    const reveal = at("[data-reveal]");
    if (reveal) toggleSecret(reveal);
    const copy = at("[data-copy]");
    if (copy) copyText(document.getElementById(copy.dataset.copy).textContent.trim());
    if (at("[data-print]")) window.print();
    at("[data-dismiss]")?.closest(".k-notice").remove();
    at("[data-close]")?.closest("dialog").close();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  function toggleSecret(button) {
    const field = document.getElementById(button.dataset.reveal);
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  }

  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure origin there is no clipboard; a selected field still copies.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    toast(document.body.dataset.copied);
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key === "Enter" && event.target.matches?.("tr[data-open]")) location.assign(event.target.dataset.open);
  });

  document.addEventListener("keydown", (event) => {
    const name = (event.ctrlKey ? "Control+" : "") + event.key.toUpperCase();
    const named = /^(F\d+|Control\+[A-Z])$/.test(name) && !event.altKey && !event.metaKey && !event.repeat;
    if (!named || document.querySelector("dialog[open]")) return;
    // What somebody is typing is theirs to undo.
    if (event.ctrlKey && event.target.closest?.("input, textarea")?.value) return;
    const known = document.querySelectorAll(`[aria-keyshortcuts="${name}"]`);
    const meant = [...known].find((element) => !element.disabled && element.checkVisibility());
    if (!meant) return;
    event.preventDefault();
    meant.click();
  });

  // WebKit puts the caret of a field that has the focus from the start back to its beginning, so this comes a moment later.
  const selectAll = (field) => setTimeout(() => {
    if (document.activeElement === field && field.value === field.defaultValue) field.select();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-select]")) selectAll(event.target);
  });
  if (document.activeElement?.matches("input[data-select]")) selectAll(document.activeElement);

  // A dialog that was drawn for one question leaves with its answer, and the page has the focus again.
  document.addEventListener("close", (event) => {
    if (event.target.matches?.("dialog[data-modal]")) event.target.remove();
  }, true);

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-submit]")) field.form.submit();
    if (field.matches("input[type=file][data-put]") && field.files.length) putFile(field);
  });

  // The bytes themselves are sent: no multipart form, which not every webview carries.
  async function putFile(field) {
    try {
      const body = await field.files[0].arrayBuffer();
      const headers = { "x-karcis-token": token, "hx-request": "true", "hx-current-url": location.href };
      const answer = await fetch(field.dataset.put, { method: "PUT", body, headers });
      if (answer.ok) {
        location.reload();
        return;
      }
      if (answer.status === 423) htmx.trigger(document.body, "karcis:locked");
      document.getElementById("notice").innerHTML = await answer.text();
    } catch {
      toast(document.body.dataset.offline, true);
    }
    field.value = "";
  }

  // A rough look at length and variety, to guide; what is accepted is decided elsewhere.
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.dataset?.full && field.value.length === Number(field.dataset.full)) field.form.requestSubmit();
    if (!field.dataset?.strength) return;
    const place = document.getElementById(field.dataset.strength);
    const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(field.value)).length;
    const worth = new Set(field.value).size + field.value.length + 2 * kinds;
    const level = field.value.length < 8 || worth < 20 ? 1 : worth < 30 ? 2 : 3;
    place.hidden = !field.value;
    place.querySelector("meter").value = level;
    place.querySelector("b").textContent = [place.dataset.weak, place.dataset.fair, place.dataset.strong][level - 1];
  });

  // The window tells when the books change; a browser has to ask now and then.
  if (document.body.dataset.window !== "true") {
    setInterval(() => {
      if (!document.hidden) htmx.trigger(document.body, "karcis:changed");
    }, POLL_MS);
  }
  countDown(document.querySelector("form[data-wait]"));
  document.querySelector("[data-focus]")?.focus();
  // Who comes to change a text goes on at its end.
  const first = document.activeElement;
  if (first?.matches("input:is(:not([type]), [type=text]):not([data-select])")) first.setSelectionRange(first.value.length, first.value.length);
})();

// The sell screen: keys, the scanner, the ticket. This only fills in the form; what counts is decided by the program.
//
//   #tiles [data-plan]       a plan: data-key, data-name, data-price, data-limits
//   [data-offer]             a voucher or a kept one to be sold as it is: data-voucher, data-reservation, data-code, ...
//   #sold [data-undo]        seconds in which the sale can be undone
//   .k-counter data-*        the words this file says
(() => {
  "use strict";
  const root = document.getElementById("counter");
  const form = document.getElementById("sell");
  if (!root || !form) return;

  // Scanners type a key every few milliseconds; people need several times that, and a code has four letters at least.
  const BURST_MS = 45;
  const BURST_LEAST = 4;
  // A burst of digits that could be an amount of money is one while an amount is being asked for.
  const AMOUNT_MOST = 7;
  const QUANTITY_MOST = 20;
  const LOOKS_MS = 1_500;
  const LOOKS_MOST = 20;
  // A question that has stood for less cannot have been read: Enter was meant for the next customer.
  const READ_MS = 250;
  // From here on the ticket stands beside the plans; below, it comes up from the bottom.
  const WIDE = 992;

  const at = (id) => document.getElementById(id);
  const field = (name) => form.elements[name];
  const digits = (text) => Number(text.replace(/\D/g, "").slice(0, 12) || 0);
  const grouped = (amount) => String(amount).replace(/\B(?=(\d{3})+$)/g, ".");
  const rupiah = (amount) => `Rp ${grouped(amount)}`;
  // A question has arrived a moment before it opens.
  const asked = () => document.querySelector("dialog[open], #dialog dialog");

  // The ticket: what was chosen, or nothing.
  let chosen = null;

  const total = () => chosen.price * quantity() - discount();
  const quantity = () => Math.min(Math.max(digits(field("quantity").value), 1), QUANTITY_MOST);
  const discount = () => digits(field("discount").value);
  // The number a voucher is sold straight to. It has no name in the form: the sale never hears of it.
  const number = () => at("to-number");
  /** What was typed as received; a short amount means thousands when only so it is enough: 50 is Rp 50.000. */
  function received() {
    const typed = digits(field("received").value);
    return typed > 0 && typed < total() && typed <= 999 && typed * 1_000 >= total() ? typed * 1_000 : typed;
  }

  // A ticket is torn off as it is sent, so that what is pressed from then on is the next customer's: one more may be
  // confirmed meanwhile, and waits. The ticket comes back when the answer is a question or a refusal. Choices are counted:
  // one that came back is cleared only while it stands there.
  let sent = null;
  let waiting = null;
  let choices = 0;
  let questioned = 0;

  function choose(what, { focus = true } = {}) {
    choices += 1;
    chosen = what;
    field("plan").value = what.plan;
    field("voucher").value = what.voucher ?? "";
    field("reservation").value = what.reservation ?? "";
    field("quantity").value = "1";
    field("quantity").readOnly = Boolean(what.voucher || what.reservation);
    field("received").value = "";
    field("discount").value = "";
    field("reason").value = "";
    number().value = "";
    at("ticket-name").textContent = what.name;
    at("ticket-limits").textContent = what.limits;
    at("ticket-code").textContent = what.code ?? "";
    at("ticket-code").hidden = !what.code;
    draw();
    if (focus) field("received").focus();
  }

  function clear() {
    if (form.contains(document.activeElement)) document.activeElement.blur();
    chosen = null;
    for (const name of ["plan", "voucher", "reservation"]) field(name).value = "";
    at("discount-part").open = false;
    draw();
  }

  function draw() {
    root.classList.toggle("has-choice", Boolean(chosen));
    at("ticket-empty").hidden = Boolean(chosen);
    at("ticket-chosen").hidden = !chosen;
    at("to-part").hidden = !chosen || (number().value === "" && document.activeElement !== number());
    for (const tile of document.querySelectorAll("#tiles [data-plan]")) {
      const pressed = Boolean(chosen) && !chosen.voucher && !chosen.reservation && tile.dataset.plan === chosen.plan;
      tile.setAttribute("aria-pressed", String(pressed));
    }
    if (!chosen) return;
    const [due, given] = [total(), received()];
    const short = given > 0 && given < due;
    at("ticket-total").textContent = rupiah(Math.max(due, 0));
    at("ticket-change-word").textContent = short ? root.dataset.short : root.dataset.change;
    at("ticket-change").textContent = rupiah(given > 0 ? Math.abs(given - due) : 0);
    at("ticket-change").parentElement.classList.toggle("k-bad", short);
    const meant = given > 0 && given !== digits(field("received").value);
    at("received-meant").textContent = meant ? `= ${rupiah(given)}` : "";
    drawNotes(due, given);
  }

  /** The notes a customer is likely to hold out, for those who touch. */
  function drawNotes(due, given) {
    const notes = [5_000, 10_000, 20_000, 50_000, 100_000];
    const rounded = notes.map((note) => Math.ceil(due / note) * note).filter((amount) => amount > due);
    const likely = [...new Set(rounded)].sort((a, b) => a - b).slice(0, 3);
    const buttons = [...at("notes").querySelectorAll("button")];
    buttons.forEach((button, place) => {
      const amount = place === 0 ? 0 : likely[place - 1];
      button.hidden = amount === undefined;
      button.dataset.amount = amount ?? "";
      if (place > 0) button.textContent = grouped(amount ?? 0);
      button.setAttribute("aria-pressed", String(amount === given));
    });
  }

  const tileOf = (tile) => ({ ...tile.dataset, price: Number(tile.dataset.price) });
  const offerOf = (offer) => ({ ...offer.dataset, price: Number(offer.dataset.price) });
  const byKey = (key) => document.querySelector(`#tiles [data-key="${key}"]:not(:disabled)`);

  // The scanner.
  const burst = { keys: "", last: 0, before: null, later: 0 };

  const WRITTEN = ["quantity", "received", "discount", "reason", "to-number"];

  function snapshot() {
    return { chosen, written: WRITTEN.map((name) => field(name).value), discounting: at("discount-part").open };
  }

  function restore(before) {
    if (!before.chosen) return clear();
    // A question keeps the focus; the ticket has it again when the question is gone.
    choose(before.chosen, { focus: !asked() });
    WRITTEN.forEach((name, place) => { field(name).value = before.written[place]; });
    at("discount-part").open = before.discounting;
    draw();
  }

  /** Follows the keys; answers what was scanned when this Enter ends a burst. */
  function scanned(event) {
    const soon = event.timeStamp - burst.last <= BURST_MS;
    if (event.key === "Enter") {
      const keys = burst.keys;
      burst.keys = "";
      const amount = burst.before?.chosen && /^\d+$/.test(keys) && keys.length <= AMOUNT_MOST;
      return soon && keys.length >= BURST_LEAST && !amount ? keys : null;
    }
    if (event.key === "Shift") return null;
    if (event.key.length > 1 || event.repeat || event.ctrlKey || event.altKey || event.metaKey) {
      burst.keys = "";
      return null;
    }
    clearTimeout(burst.later);
    if (!soon || burst.keys === "") Object.assign(burst, { keys: "", before: snapshot() });
    burst.keys += event.key;
    burst.last = event.timeStamp;
    return null;
  }

  /** Runs a letter's shortcut, unless it turns out to be the beginning of a scan. */
  function unlessScanned(deed) {
    if (burst.keys.length > 1) return;
    burst.later = setTimeout(deed, BURST_MS + 15);
  }

  function look(text) {
    at("find-text").value = text;
    htmx.ajax("GET", `/counter/search?enter=1&text=${encodeURIComponent(text)}`, { target: "#found", swap: "innerHTML" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const dialog = asked();
    if (dialog) {
      const unread = dialog.matches("#dialog dialog:not([data-readable])");
      if (event.key === "Enter" && unread) {
        event.preventDefault();
        event.stopPropagation();
      }
      return;
    }
    // A number is as many digits as a code, and may be pasted or typed by a phone.
    const scan = event.target === number() ? null : scanned(event);
    if (scan) {
      event.preventDefault();
      event.stopPropagation();
      restore(burst.before);
      look(scan);
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape" && chosen) {
      event.preventDefault();
      clear();
    } else if (event.key === "Enter" && chosen && (event.target === document.body || (typing && form.contains(typing)))) {
      // WebKit submits a form a moment after the key, and a quick next key would still land in its field.
      event.preventDefault();
      form.requestSubmit();
    } else if (!typing && /^[1-9]$/.test(event.key)) {
      const tile = byKey(event.key);
      if (!tile) return;
      event.preventDefault();
      choose(tileOf(tile));
    } else if (!typing && event.key === "?") {
      unlessScanned(() => at("keys").showModal());
    } else if (/^w$/i.test(event.key) && (!typing || typing === field("received"))) {
      if (typing) event.preventDefault();
      unlessScanned(chosen ? toNumber : () => at("message")?.click());
    }
  }, true);

  /** Asks for the number the ticket's voucher goes to. */
  function toNumber() {
    if (!chosen) return;
    at("to-part").hidden = false;
    number().focus();
  }

  /** Opens the chat of the number the voucher was sold to; a number that is none is asked for again beside the code. */
  function send(to) {
    const message = at("message");
    if (!to || !message) return;
    htmx.ajax("POST", message.getAttribute("hx-get"), { target: "#sold-message", swap: "innerHTML", values: { to } });
  }
  document.addEventListener("htmx:afterSettle", () => {
    const link = document.querySelector("#sold-message [data-opens]");
    if (!link) return;
    link.removeAttribute("data-opens");
    link.click();
  });

  form.addEventListener("input", (event) => {
    const money = event.target.closest("[data-money]");
    if (money) {
      const typed = digits(money.value);
      money.value = typed > 0 ? grouped(typed) : "";
    }
    // More than are sold at once would stand beside the price of fewer.
    if (event.target === field("quantity") && digits(event.target.value) > QUANTITY_MOST) event.target.value = String(QUANTITY_MOST);
    draw();
  });

  // Short money is refused here already; the program would refuse it too.
  form.addEventListener("submit", (event) => {
    const short = chosen && received() > 0 && received() < total();
    if (chosen && !short && !sent) return;
    event.preventDefault();
    event.stopPropagation();
    if (short) field("received").select();
    else if (chosen && !waiting) {
      waiting = snapshot();
      clear();
    }
  }, true);
  form.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form) return;
    event.detail.parameters.received = received() > 0 ? String(received()) : "";
    event.detail.parameters.quantity = String(quantity());
    event.detail.parameters.shown = String(chosen.price * quantity());
  });

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt !== form || event.defaultPrevented) return;
    sent = snapshot();
    clear();
    renew(true);
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form || !sent) return;
    const was = sent;
    sent = null;
    renew(false);
    if (was.sold) return;
    if (!event.detail.successful) waiting = null;
    else if (chosen) return;
    restore(was);
    questioned = choices;
  });

  /** Sends the ticket that waited for the one before it; what was begun since stays as it is. */
  function goOn() {
    if (!waiting || sent || asked()) return;
    const [ticket, begun] = [waiting, snapshot()];
    waiting = null;
    restore(ticket);
    form.requestSubmit();
    restore(begun);
  }

  /** Shows that the code that stands there is not the one being sold: a hasty key neither undoes nor sends it. */
  function renew(selling) {
    at("sold").classList.toggle("k-earlier", selling);
    for (const button of [at("undo"), at("message")]) {
      if (button) button.disabled = selling || button.hidden;
    }
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    const tile = on("#tiles [data-plan]");
    // A phone's own keyboard would hide the ticket.
    if (tile) choose(tileOf(tile), { focus: window.innerWidth >= WIDE });
    const offer = on("button[data-offer]");
    if (offer) {
      at("find").close();
      choose(offerOf(offer));
    }
    const step = on("[data-step]");
    if (step && !field("quantity").readOnly) {
      field("quantity").value = String(Math.min(Math.max(quantity() + Number(step.dataset.step), 1), QUANTITY_MOST));
      draw();
    }
    const note = on("#notes button");
    if (note) {
      field("received").value = Number(note.dataset.amount) > 0 ? grouped(note.dataset.amount) : "";
      draw();
    }
    if (on("#to-quantity") && chosen) field("quantity").select();
    if (on("#to-find")) {
      at("find").showModal();
      at("find-text").select();
    }
    if (on("#to-keys")) at("keys").showModal();
    if (on("#to-send")) toNumber();
    if (on("#cancel-choice")) clear();
  });

  // An exact card or a kept voucher goes straight onto the ticket; anything else is shown to choose from.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "found") return;
    const offer = event.detail.target.querySelector("[data-offer=exact]");
    if (offer) {
      at("find").close();
      choose(offerOf(offer));
    } else if (!at("find").open) {
      // What was typed may be answered after the search was left; only a scan opens it by itself.
      if (event.detail.requestConfig.path.includes("enter=1")) at("find").showModal();
      else event.detail.target.replaceChildren();
    }
  });
  at("find").addEventListener("close", () => {
    at("found").replaceChildren();
    at("find-text").value = "";
    if (chosen) field("received").focus();
  });

  // A sale is done: the code stands there, and it can be undone for a moment. What was chosen for the next customer
  // meanwhile stays chosen.
  document.addEventListener("karcis:sold", () => {
    for (const dialog of document.querySelectorAll("#dialog dialog[open]")) {
      dialog.dataset.sold = "";
      dialog.close();
    }
    if (sent) {
      sent.sold = true;
      send(sent.written.at(-1).trim());
    }
    else if (chosen && choices === questioned) clear();
    countDown();
    if (window.innerWidth < WIDE) at("sold").scrollIntoView({ block: "start" });
    looks = 0;
    watch();
  });

  // Who turns a question down finds what waited behind it on the ticket instead, to be confirmed anew, or looks at the
  // ticket again. A dialog that was drawn for one question has left the page by now.
  document.addEventListener("close", (event) => {
    if (!event.target.matches?.("dialog[data-modal]")) return;
    if ("sold" in event.target.dataset) return goOn();
    const ticket = waiting;
    waiting = null;
    if (ticket && (!chosen || choices === questioned)) restore(ticket);
    else if (chosen) field("received").focus();
  }, true);

  document.addEventListener("htmx:afterSettle", () => {
    const question = document.querySelector("#dialog dialog:not([data-arrived])");
    if (!question) return;
    question.dataset.arrived = "";
    setTimeout(() => { question.dataset.readable = ""; }, READ_MS);
  });

  document.addEventListener("karcis:kept", () => {
    for (const dialog of document.querySelectorAll("#dialog dialog[open]")) dialog.close();
    clear();
    htmx.trigger("#live", "refresh");
  });

  // Who undoes too late is told what is left to do; a key that does nothing would pass for one that did.
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.key.toUpperCase() !== "Z" || event.repeat || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea")?.value || !at("sold-receipt")) return;
    if (at("sold").querySelector(".k-undone, #undo:not([hidden])")) return;
    document.dispatchEvent(new CustomEvent("karcis:toast", { detail: { words: at("counter").dataset.late } }));
  });

  let counting = 0;
  function countDown() {
    clearInterval(counting);
    const button = at("undo");
    if (!button) return;
    const ends = performance.now() + Number(button.dataset.undo) * 1_000;
    const step = () => {
      const left = Math.ceil((ends - performance.now()) / 1_000);
      if (left > 0 && button.isConnected) {
        button.querySelector("b").textContent = String(left);
        button.querySelector("progress").value = (ends - performance.now()) / 1_000;
        return;
      }
      clearInterval(counting);
      button.hidden = true;
      button.disabled = true;
    };
    step();
    counting = setInterval(step, 200);
  }

  // In the window the program tells of every change; a browser looks now and then until paper and router have answered.
  let looks = 0;
  let looking = 0;
  function watch() {
    clearTimeout(looking);
    if (document.body.dataset.window === "true" || !at("sold")?.querySelector("[data-unsettled]")) return;
    if ((looks += 1) > LOOKS_MOST) return;
    looking = setTimeout(() => htmx.trigger("#live", "refresh"), LOOKS_MS);
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id === "live") watch();
    draw();
  });
  document.addEventListener("htmx:oobAfterSwap", draw);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "live") watch();
    // The form takes the next request when this answer has been dealt with.
    queueMicrotask(goOn);
  });

  const given = document.querySelector("#arriving[data-offer]");
  if (given) choose(offerOf(given));
  countDown();
  watch();
})();

// Who is at this page: the lock that lies over it when nobody is, and the choice of people.
//
// The session itself is locked, not the page: whatever a page asks for then is answered with `karcis:locked`. The lock lies
// over the page, which is hidden and keeps what was typed.
//
//   data-person="id"            on the body: whom the page was drawn for
//   data-lock-after="seconds"   on the body: without a person for so long, the page asks for its lock
//   data-then="id"              a choice after which that field is typed in
(() => {
  "use strict";
  const { person, lockTitle } = document.body.dataset;
  const afterMs = Number(document.body.dataset.lockAfter ?? 0) * 1_000;
  const TELL_MS = 30_000;
  const AGAIN_MS = 60_000;
  let seen = Date.now();
  let told = Date.now();
  let timer = 0;

  // Two pages of one browser share a session: the office refuses a page that shows somebody else.
  document.addEventListener("htmx:configRequest", (event) => {
    if (person) event.detail.headers["x-karcis-person"] = person;
  });

  const lock = () => document.getElementById("k-lock");

  function hide() {
    if (!person || lock()) return;
    const dialog = document.createElement("dialog");
    dialog.id = "k-lock";
    dialog.setAttribute("aria-label", lockTitle);
    const notice = document.createElement("div");
    notice.className = "k-lock-notice";
    notice.setAttribute("role", "alert");
    const card = document.createElement("div");
    card.className = "k-people";
    dialog.append(notice, card);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => { if (lock()) dialog.showModal(); });
    document.body.append(dialog);
    document.documentElement.classList.add("k-locked");
    dialog.showModal();
    htmx.ajax("GET", "/lock", { target: card, swap: "outerHTML" });
  }

  function reveal() {
    const dialog = lock();
    if (!dialog) return;
    dialog.id = "";
    document.documentElement.classList.remove("k-locked");
    dialog.close();
    dialog.remove();
    seen = told = Date.now();
    arm();
    htmx.trigger(document.body, "karcis:changed");
  }

  document.addEventListener("karcis:locked", hide);
  document.addEventListener("karcis:unlocked", (event) => {
    if (event.detail.person === person) reveal();
    else location.reload();
  });
  document.addEventListener("karcis:wait", (event) => {
    seen = Date.now() - afterMs + event.detail.seconds * 1_000;
    arm();
  });

  // A page of this session that is answered again while the lock lies over it was unlocked elsewhere.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (lock() && event.detail.successful && event.detail.elt.id === "k-status") reveal();
  });
  // What goes wrong while the page is hidden is said on the lock.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (lock() && event.detail.target?.id === "notice") event.detail.target = lock().querySelector(".k-lock-notice");
  });
  // The new card has the focus where it says so: a dialog looks for that only when it opens.
  document.addEventListener("htmx:afterSettle", () => {
    const field = document.querySelector("dialog[open] .k-people [aria-invalid=true], dialog[open] .k-people [autofocus]");
    if (field && !field.closest(".k-people").contains(document.activeElement)) field.focus();
  });

  function arm() {
    clearTimeout(timer);
    if (person && afterMs > 0) timer = setTimeout(ask, Math.max(0, seen + afterMs - Date.now()));
  }

  function ask() {
    if (lock()) return;
    if (Date.now() < seen + afterMs) {
      arm();
      return;
    }
    timer = setTimeout(ask, AGAIN_MS);
    htmx.ajax("POST", "/lock/idle", { swap: "none" });
  }

  // Somebody who types for long asks for nothing meanwhile; now and then the office is told that they are there.
  function present() {
    if (!person || lock()) return;
    seen = Date.now();
    if (seen - told < TELL_MS) return;
    told = seen;
    if (afterMs > 0) htmx.ajax("POST", "/awake", { swap: "none" });
  }
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    addEventListener(sign, present, { capture: true, passive: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && lock()) event.preventDefault();
    // Walking away comes before whatever else stands open.
    if (event.key === "F9" && event.shiftKey && person) {
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat && !lock()) htmx.ajax("POST", "/lock", { swap: "none" });
    }
    const field = document.getElementById(event.target.dataset?.then ?? "");
    if (!field) return;
    // A digit typed while choosing belongs into the field; Enter only goes there.
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Enter" || /^\d$/.test(event.key)) field.focus();
  }, true);
  document.addEventListener("click", (event) => {
    const tile = event.target.closest?.("label.k-tile-person");
    if (!tile || event.detail === 0) return;
    const field = document.getElementById(tile.control.dataset.then);
    setTimeout(() => field?.focus());
  });

  arm();
})();

// The window's side of every page. The pages themselves know nothing of Tauri: they carry plain links and attributes that
// also work in a browser, and this script, which only the window injects, gives them what only the window can do.
//
//   <html data-shell="window">            set here, so that styles can show what only the window offers
//   data-native="save-sheet"              with data-print and, if wanted, data-name: save dialog, then written whole
//   data-native="save-export"             with data-export (a report's query) and data-name: save dialog, then written whole
//   data-native="open-sheet"              the same sheet in the system's viewer
//   data-native="print-sheet"             the same sheet straight to the usual printer, or to the viewer where that cannot be
//   data-native="pick-logo"               file dialog; the picture goes to Rust, never through the page
//   data-native="pick-update"             file dialog for an installer from a stick; Rust reads and checks it
//   <a href="https://...">                opens in the system's browser
//
// When a native command is over, its element fires `karcis:native` (bubbling) with detail
// { command, outcome: "done" | "opened" | "cancelled" | "refused", code, text, path }. When the books have changed, htmx hears
// `karcis:changed` on the body: <div hx-get="..." hx-trigger="karcis:changed from:body">.
(() => {
  "use strict";
  if (window.top !== window || !(location.protocol === "app:" || location.hostname === "app.localhost")) return;

  const COMMANDS = {
    "save-sheet": "save_sheet",
    "save-export": "save_export",
    "open-sheet": "open_sheet",
    "print-sheet": "print_sheet",
    "pick-logo": "pick_logo",
    "pick-update": "pick_update",
  };
  const OUTSIDE = new Set(["http:", "https:", "mailto:", "tel:"]);

  whenParsed(() => {
    document.documentElement.dataset.shell = "window";
    document.addEventListener("click", onClick, true);
    document.addEventListener("submit", refuseMultipart, true);
    hearChanges();
  });
  refuseFiles();

  function onClick(event) {
    const element = event.target instanceof Element ? event.target.closest("[data-native], a[href]") : null;
    if (!element) return;
    if (element.dataset.native in COMMANDS) {
      event.preventDefault();
      event.stopPropagation();
      if (element.getAttribute("aria-busy") !== "true") runNative(element);
    } else if (element.href && new URL(element.href).origin !== location.origin && OUTSIDE.has(element.protocol)) {
      event.preventDefault();
      invoke("open_link", { url: element.href }).then(
        () => tell(element, "open-link", { outcome: "done" }),
        (complaint) => tell(element, "open-link", refusal(complaint)),
      );
    }
  }

  async function runNative(element) {
    const { native, print, export: table, name } = element.dataset;
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await invoke(COMMANDS[native], { print, export: table, name });
      if (native === "print-sheet") return tell(element, native, { outcome: answer ? "done" : "opened" });
      const cancelled = native !== "open-sheet" && !answer;
      tell(element, native, cancelled ? { outcome: "cancelled" } : { outcome: "done", path: answer || undefined });
    } catch (complaint) {
      tell(element, native, refusal(complaint));
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  function refusal(complaint) {
    const language = document.documentElement.lang === "en" ? "en" : "id";
    const text = complaint && complaint[language] ? complaint[language] : String(complaint);
    return { outcome: "refused", code: (complaint && complaint.code) || "", text };
  }

  function tell(element, command, detail) {
    const from = element.isConnected ? element : document.body;
    from.dispatchEvent(new CustomEvent("karcis:native", { bubbles: true, detail: { command, ...detail } }));
  }

  function hearChanges() {
    const listening = window.__TAURI__.event.listen("karcis://changed", ({ payload }) => {
      if (window.htmx) window.htmx.trigger(document.body, "karcis:changed", { revision: payload });
    });
    addEventListener("pagehide", () => listening.then((stop) => stop()));
  }

  // WebKitGTK dies of a body that holds a file and loses a multipart form's; a page that tries is told so.
  function refuseFiles() {
    const holdsFile = (body) =>
      body instanceof Blob || (body instanceof FormData && [...body.values()].some((value) => value instanceof Blob));
    const refuse = () => new TypeError("Karcis picks files in the window itself: use data-native");
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) {
      if (holdsFile(body)) throw refuse();
      return send.call(this, body);
    };
    const { fetch } = window;
    window.fetch = (what, how) => (holdsFile(how && how.body) ? Promise.reject(refuse()) : fetch(what, how));
  }

  function refuseMultipart(event) {
    if (event.target.enctype === "multipart/form-data") event.preventDefault();
  }

  function invoke(command, parameters) {
    return window.__TAURI__.core.invoke(command, parameters);
  }

  function whenParsed(then) {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", then, { once: true });
    else then();
  }
})();
